/** A driver's races added up. Pure. */
import { DASH, num } from '../../core/format';
import { won } from './race_math';
import type { DriverEntry, RaceStint } from './types';

export interface DriverRace extends DriverEntry {
  laps: number | null;
  derived: boolean;
  stints: RaceStint[];
  best_ms: number | null;
  place_text: string | null;
}

export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const v = [...values].sort((a, b) => a - b);
  const m = v.length >> 1;
  return v.length % 2 ? v[m]! : (v[m - 1]! + v[m]!) / 2;
}

/** A middle place: "P4", "P4.5". */
export const middle = (v: number | null): string => (v === null ? DASH : `P${num(v, v % 1 ? 1 : 0)}`);

export interface DriverSums {
  wins: number;
  podiums: number;
  /** Races in which the car took the flag. */
  finished: number;
  medianPlace: number | null;
  medianGrid: number | null;
  won: number | null;
  stops: number | null;
}

/** What of a race is added up. */
export type Raced = Pick<DriverRace, 'grid' | 'place' | 'place_text' | 'status'> & { stints?: RaceStint[] };

const tookFlag = (r: Raced): boolean => r.status === 'Finished' || r.status === 'Lapped' || /^\+\d/.test(r.status ?? '');

export function addUp(races: readonly Raced[]): DriverSums {
  const ended = races.filter(tookFlag);
  const places = ended.flatMap(r => (r.place === null ? [] : [r.place]));
  const gains = races.map(won).filter((v): v is number => v !== null);
  const stinted = races.flatMap(r => (r.stints?.length ? [r.stints.length - 1] : []));
  return {
    wins: races.filter(r => r.place === 1).length,
    podiums: races.filter(r => r.place !== null && r.place <= 3).length,
    finished: ended.length,
    medianPlace: median(places),
    medianGrid: median(races.flatMap(r => (r.grid && r.grid > 0 ? [r.grid] : []))),
    won: gains.length > 0 ? gains.reduce((a, b) => a + b, 0) : null,
    stops: stinted.length > 0 ? stinted.reduce((a, b) => a + b, 0) / stinted.length : null,
  };
}
