/** How far the race is: neutralisations, our stints and the stop that is planned. */
import type { Call, Car, Maybe, Race } from '../../core/types';
import { compoundLetter, compoundName } from '../../core/format';
import { nameOf } from './field';

export interface Piece {
  kind: string;
  /** Share of the race, 0 to 1. */
  from: number;
  to: number;
  words: string;
}

const WORDS: Record<string, string> = { sc: 'SC', vsc: 'VSC', red: 'Red' };

/** Neutralisations as shares of the race; one that runs reaches to the lap that runs. */
export function phasesOf(race: Pick<Race, 'phases' | 'lap' | 'laps_total'>): Piece[] {
  const total = race.laps_total;
  if (!total) return [];
  return race.phases.flatMap(p => {
    if (typeof p.start_lap !== 'number') return [];
    const last = p.end_lap ?? Math.max(race.lap ?? p.start_lap, p.start_lap);
    const words = `${WORDS[p.kind] ?? p.kind} lap ${p.start_lap}${last > p.start_lap ? ` to ${last}` : ''}${p.end_lap == null ? ', out now' : ''}`;
    return [{ kind: p.kind, from: Math.max(0, p.start_lap - 1) / total, to: Math.min(1, last / total), words }];
  });
}

/** The stints of a car so far, then what the call plans: the tyre of the next stop to the flag. */
export function stintsOf(car: Maybe<Car>, call: Maybe<Call>, laps_total: Maybe<number>): Piece[] {
  if (!car || !laps_total) return [];
  const planned = call && !call.failed && call.compound && typeof call.target_lap === 'number' && call.target_lap >= car.laps && call.target_lap < laps_total ? call.target_lap : null;
  const until = planned ?? laps_total;
  const pieces = car.stints.map((s, i): Piece => {
    const last = s.to_lap ?? (i === car.stints.length - 1 ? until : s.from_lap);
    return { kind: s.compound, from: (s.from_lap - 1) / laps_total, to: last / laps_total, words: `${compoundName(s.compound)} from lap ${s.from_lap}${s.to_lap ? ` to ${s.to_lap}` : ''}` };
  });
  if (planned !== null) pieces.push({ kind: `${call!.compound} planned`, from: planned / laps_total, to: 1, words: `plan: ${compoundName(call!.compound)} after lap ${planned}` });
  return pieces;
}

/** Share of the race that the leader has completed. */
export function doneOf(race: Pick<Race, 'flag' | 'lap' | 'laps_to_go' | 'laps_total'>): number {
  if (!race.laps_total) return 0;
  if (race.flag === 'chequered') return 1;
  const laps = typeof race.laps_to_go === 'number' ? race.laps_total - race.laps_to_go : (race.lap ?? 1) - 1;
  return Math.max(0, Math.min(race.laps_total, laps)) / race.laps_total;
}

const at = (p: Piece) => ({ left: `${p.from * 100}%`, width: `${Math.max(0.4, (p.to - p.from) * 100)}%` });

export function Progress({ race, own, call }: { race: Race; own: Car | null; call: Call | null }) {
  const total = race.laps_total;
  if (!total) return <div class="live-progress" />;
  const done = doneOf(race);
  const phases = phasesOf(race);
  const stints = stintsOf(own, call, total);
  const words = [`lap ${race.lap ?? 0} of ${total}`, ...phases.map(p => p.words), ...(own ? [`${nameOf(own)}: ${stints.map(s => s.words).join('; ')}`] : [])].join('; ');
  return (
    <div class="live-progress" role="img" aria-label={words} title={words}>
      <div class="live-track">
        <i class="done" style={{ width: `${done * 100}%` }} />
        {phases.map((p, k) => <i key={k} class={`phase ${p.kind}`} style={at(p)}>{p.to - p.from > 0.035 ? WORDS[p.kind] : ''}</i>)}
      </div>
      <div class="live-stints">
        {stints.map((p, k) => <i key={k} class={`stint ${p.kind}`} style={at(p)}>{compoundLetter(p.kind.split(' ')[0])}</i>)}
        <i class="here" style={{ left: `${done * 100}%` }} />
      </div>
    </div>
  );
}
