/** Observed laps of a set against the wear that the model has for it. */
import type { SessionLap } from '../../core/types';
import type { Degradation } from './answers';
import { median } from './history';

export interface SeenLap {
  lap: number;
  age: number;
  time_ms: number;
  /** Loss against a new set, s: the lap less what fuel and track change, with the level that fits the model best. */
  loss: number;
  /** Not counted for the level: out-lap, first lap, behind a safety car, or far off. */
  odd: boolean;
}

const FAR_S = 2.5;

/** The laps of the stint that runs; none where the last lap that ended was an in-lap. */
export function stintLaps(laps: readonly SessionLap[], code: string): SessionLap[] {
  const mine = laps.filter(l => l.code === code).sort((a, b) => a.lap - b.lap);
  let first = 0;
  mine.forEach((l, k) => {
    if (l.pit_out) first = k;
    if (l.pit_in) first = k + 1;
  });
  return mine.slice(first);
}

/** Model's loss at an age, its line drawn back from now. */
export const lossAt = (d: Degradation, age: number): number => d.loss_s + (age - d.tyre_age) * d.value;

export function seenLaps(laps: readonly SessionLap[], d: Degradation, slow: (lap: number) => boolean): SeenLap[] {
  const stint = stintLaps(laps, d.car).filter(l => l.time_ms !== null && l.tyre_age_laps !== null);
  const corrected = (l: SessionLap) => l.time_ms! / 1000 - (d.fuel_s ?? 0) * l.lap;
  const off = (l: SessionLap) => corrected(l) - lossAt(d, l.tyre_age_laps!);
  const plain = (l: SessionLap) => l.lap > 1 && !l.pit_out && !slow(l.lap);
  const rough = median(stint.filter(plain).map(off));
  if (rough === null) return [];
  const near = (l: SessionLap) => plain(l) && Math.abs(off(l) - rough) < FAR_S;
  const level = median(stint.filter(near).map(off)) ?? rough;
  return stint.map(l => ({ lap: l.lap, age: l.tyre_age_laps!, time_ms: l.time_ms!, loss: corrected(l) - level, odd: !near(l) }));
}
