/** Short words for a sheet that is read at arm's length. */
import { compoundName, num, place, signed } from '../../core/format';
import type { Car, Gain, Maybe, Standing } from '../../core/types';

export const gainText = (g: Maybe<Gain>): string =>
  g ? `${signed(g.value, 2)} ${g.unit === 'prob' ? '' : g.unit} (${signed(g.lo, 2)} to ${signed(g.hi, 2)})`.replace('  ', ' ') : '–';

const VERBS: Record<string, string> = { BOX: 'Box', STAY_OUT: 'Stay out', UNDERCUT: 'Undercut', OVERCUT: 'Overcut' };
export const actionWord = (a: Maybe<string>): string => (a ? (VERBS[a] ?? a) : '–');

/** "Box Hard, rejoin P2, +5.8": an answer to a flag. */
export function answerText(s: Maybe<Standing>): string {
  if (!s) return '–';
  const boxes = s.action !== 'STAY_OUT';
  const tyre = boxes && s.compound ? ` ${compoundName(s.compound)}` : '';
  const rejoin = boxes && s.rejoin_position ? `, ${place(s.rejoin_position)}` : '';
  return `${actionWord(s.action)}${tyre}${rejoin}, ${signed(s.gain?.value, 1)}`;
}

/** Behind us +, ahead of us −, in s; laps where they are laps apart. */
export function gapTo(us: Car, them: Car): string {
  if (us.key === them.key) return '';
  const laps = (them.gap_laps ?? 0) - (us.gap_laps ?? 0);
  if (laps !== 0) return `${signed(laps, 0)} ${Math.abs(laps) === 1 ? 'lap' : 'laps'}`;
  return typeof us.gap_ms === 'number' && typeof them.gap_ms === 'number' ? signed((them.gap_ms - us.gap_ms) / 1000, 1) : '–';
}

/** Cars around ours, in running order: as many ahead as behind, more where one side is short. */
export function around<T extends { key: number }>(cars: readonly T[], key: number, n: number): T[] {
  const at = cars.findIndex(c => c.key === key);
  const from = Math.max(0, Math.min(at - Math.floor(n / 2), cars.length - n));
  return cars.slice(from, from + n);
}

/** Laps between a window's ends: "26 to 28". */
export const windowText = (w: Maybe<{ opens: number; best: number; closes: number }>): string => (w?.opens ? `${num(w.opens)} to ${num(w.closes)}, best ${num(w.best)}` : '–');

/** "2023 Spanish"; a name that has its year keeps it. */
export function raceName(name: string, season: Maybe<number>): string {
  const text = name.charAt(0).toUpperCase() + name.slice(1);
  return season && !text.includes(String(season)) ? `${season} ${text}` : text;
}
