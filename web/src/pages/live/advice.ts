/** What a call says, in the order a person needs it. Pure. */
import type { Action, Call, Car, Compound, Gain, Maybe, SessionState, Standing } from '../../core/types';
import { nameOf } from './field';
import { num, signed, sureness } from '../../core/format';

/** The members of the whole call (docs/recommend.md) that this page shows beyond `Call`. */
export interface WholeCall {
  actions: { action: Action; compound?: Maybe<Compound>; target_lap?: Maybe<number>; gain?: Maybe<Gain>; confidence?: Maybe<number>; confidence_words?: Maybe<string> }[];
  rules?: { rule: string; text: string; by_lap?: Maybe<number>; value?: Maybe<number>; binds?: boolean; compound?: Maybe<Compound> }[];
  window?: Maybe<{ opens?: Maybe<number>; best?: Maybe<number>; closes?: Maybe<number> }>;
  team?: Maybe<{ mate?: Maybe<string>; text?: Maybe<string>; turn_text?: Maybe<string>; turns_call?: boolean }>;
  can_make_entry?: Maybe<string>;
}

export type FullCall = Call & { recorded?: { call?: WholeCall } };

export const wholeOf = (call: Maybe<Call>): WholeCall | null => (call as Maybe<FullCall>)?.recorded?.call ?? null;

/** "STAY_OUT" -> "Stay out". */
export function actionWords(action: Maybe<Action>): string {
  if (!action) return '–';
  const text = action.replaceAll('_', ' ').toLowerCase();
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const STOPS_NOW = new Set(['BOX', 'UNDERCUT', 'COVER']);
/** A call that sends the car into the lane at the end of the lap it is on. */
export const isStop = (call: Pick<Call, 'action'>): boolean => STOPS_NOW.has(call.action ?? '');

/** The line under the action: when the tyre comes. `on`: the lap the car is on. */
export function whenWords(call: Pick<Call, 'action' | 'target_lap' | 'compound'>, on: Maybe<number>): string {
  const lap = call.target_lap;
  if (typeof lap !== 'number') return isStop(call) ? 'now' : 'no stop to the flag';
  if (isStop(call) && lap === on) return `end of this lap (${lap})`;
  const away = typeof on === 'number' ? lap - on : 0;
  if (away < 0) return `was for lap ${lap}: the next call is on its way`;
  const when = away === 0 ? '' : away === 1 ? ', next lap' : ` (in ${away})`;
  return isStop(call) ? `end of lap ${lap}${when}` : `then box lap ${lap}${when}`;
}

/** A gain with its unit: "+0.02 points (−0.03 to +0.08)". Chances in per cent. */
export function gainWords(gain: Maybe<Gain>, interval = true): string {
  if (!gain) return '–';
  const scale = gain.unit === 'prob' ? 100 : 1;
  const digits = gain.unit === 'prob' ? 1 : 2;
  const unit = { prob: '%', points: 'points', places: 'places' }[gain.unit] ?? gain.unit;
  const own = `${signed(gain.value * scale, digits)} ${unit}`;
  return interval ? `${own} (${signed(gain.lo * scale, digits)} to ${signed(gain.hi * scale, digits)})` : own;
}

/** How sure, in words without the number: the server's own where it tells them ("likely 71 %" -> "likely"). */
export function sureWords(call: Call): string {
  const told = call.confidence_words ?? wholeOf(call)?.actions[0]?.confidence_words;
  if (!told) return sureness(call.confidence);
  return told.replace(/,?\s*(<|>)?\s*[\d.]+\s*%$/, '').trim() || sureness(call.confidence);
}

/** Below this the race ends as well without the call as with it, or better: nothing to shout. */
const CLOSE_BELOW = 0.55;
/** Nearly a coin toss, or against our own numbers: the page says so before it says what. */
export const isClose = (call: Call): boolean => sureWords(call) === 'no clear call' || (typeof call.confidence === 'number' && call.confidence < CLOSE_BELOW);

/** Where a stop comes out: "between RUS (3.5 s ahead) and SAI (7.8 s behind)". */
export function rejoinWords(r: NonNullable<Call['rejoin']>): string {
  const by = (s: Maybe<number>, word: string) => (typeof s === 'number' ? ` (${num(s, 1)} s ${word})` : '');
  const ahead = r.ahead ? `${r.ahead}${by(r.ahead_s, 'ahead')}` : '';
  const behind = r.behind ? `${r.behind}${by(r.behind_s, 'behind')}` : '';
  if (ahead && behind) return `between ${ahead} and ${behind}`;
  return ahead ? `behind ${ahead}, nobody behind` : behind ? `in front of ${behind}` : 'with nobody around';
}

/** A line of evidence; our own car needs no name under its own call. */
export function evidenceWords(text: string, own: string): string {
  const short = own && text.startsWith(`${own}: `) ? text.slice(own.length + 2) : text;
  return (short.charAt(0).toUpperCase() + short.slice(1)).replace(/(^|\s)-(?=\d)/g, '$1−');
}

export type StandingOf = Standing & { why?: Maybe<string> };

/** The newest call of a car: with all it says where the topic has come, else what the state has. */
export function callOf(calls: Record<string, Call>, state: SessionState, key: number): Call | null {
  const told = calls[String(key)];
  const inState = state.call && state.call.car === key ? state.call : null;
  if (!told || !inState) return told ?? inState ?? null;
  // The outcome comes with the state first.
  return told.seq === inState.seq ? { ...told, outcome: inState.outcome } : told.seq > inState.seq ? told : inState;
}

/** Why there is no call yet, and what it waits for. */
export function waitsFor(state: SessionState, own: Maybe<Car>): string {
  const { session, race } = state;
  if (!session.calls) return 'Calls are off for this session.';
  if (race.cars.length === 0) return 'No car is known yet: the feed has told of none.';
  if (!own) return 'Choose your car: calls are made for it and its team-mate.';
  if (['retired', 'disqualified', 'stopped'].includes(own.status)) return `${nameOf(own)} is out of the race after ${own.laps} ${own.laps === 1 ? 'lap' : 'laps'}.`;
  if (own.status === 'finished') return `${nameOf(own)} has finished. No call is left to make.`;
  if (race.flag === 'chequered') return 'The chequered flag is out: no call is left to make.';
  if (race.status !== 'started') return 'The first call comes when the race has started and the first laps are in.';
  if (session.state === 'paused') return 'The replay stands. A call comes at the next decision point: the end of a lap, a flag, a stop of a rival.';
  if ((race.lap ?? 0) <= 1) return 'The first call comes when the field has closed its first lap.';
  return 'A call comes at the next decision point: the end of a lap, a flag, a stop of a rival.';
}
