/** Which laps are laid over each other: "88:7,88:8" in the address; the first is the reference. */
import { lapTime } from '../../core/format';
import type { Lap } from './types';

export const PICKS_MAX = 20;

export interface Pick {
  car: number;
  lap: number;
}

export function readPicks(text: string | undefined): Pick[] {
  const out: Pick[] = [];
  for (const word of (text ?? '').split(',')) {
    const m = /^(\d{1,5}):(\d{1,5})$/.exec(word);
    if (!m) continue;
    const pick = { car: Number(m[1]), lap: Number(m[2]) };
    if (pick.car > 0 && pick.lap > 0 && !out.some(p => same(p, pick)) && out.length < PICKS_MAX) out.push(pick);
  }
  return out;
}

export const same = (a: Pick, b: Pick): boolean => a.car === b.car && a.lap === b.lap;
export const keyOf = (p: Pick): string => `${p.car}:${p.lap}`;
export const writePicks = (picks: readonly Pick[]): string => picks.map(keyOf).join(',');

/** In, or out again; a full list stays as it is. */
export function toggle(picks: readonly Pick[], pick: Pick): Pick[] {
  if (picks.some(p => same(p, pick))) return picks.filter(p => !same(p, pick));
  return picks.length < PICKS_MAX ? [...picks, pick] : [...picks];
}

/** To the front: the reference. */
export const refer = (picks: readonly Pick[], pick: Pick): Pick[] => [pick, ...picks.filter(p => !same(p, pick))];

/** "A" for the reference, then "B" ... */
export const letter = (k: number): string => String.fromCharCode(65 + k);

/** The quickest first; laps with a hole, or that cannot be, behind all others. */
export function bestFirst(laps: readonly Lap[]): Lap[] {
  const rank = (l: Lap) => (l.whole && l.plausible ? 0 : 1);
  return [...laps].sort((a, b) => rank(a) - rank(b) || a.time_ms - b.time_ms || a.lap - b.lap);
}

/** What is shown when nobody chose: the two best laps of the car, or of the two best cars. */
export function firstPicks(laps: readonly Lap[], car: number | null): Pick[] {
  const mine = bestFirst(laps.filter(l => car === null || l.car === car)).filter(l => l.whole && l.plausible);
  return mine.slice(0, 2).map(l => ({ car: l.car, lap: l.lap }));
}

/** How much slower than the best of the list, "+0.351"; of the best its time. */
export const behind = (time: number, best: number): string => (time === best ? 'best' : `+${lapTime(time - best)}`);

/** A car that no column and no file named has this key. */
export const UNNAMED = 32767;
export function carName(car: number, code: string | null | undefined): string {
  if (code) return code;
  return car === UNNAMED ? 'Unnamed car' : car > 1000 && car < 2000 ? `Chassis ${car - 1000}` : `Car ${car}`;
}
