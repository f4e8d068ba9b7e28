/** What all panels share: the race as it stands, our car, who is coloured how. */
import { where } from '../../core/router';
import { useStore } from '../../core/store';
import type { Car, Phase, SessionState } from '../../core/types';
import { ownCar } from '../../core/live';
import type { Busy } from './desk';
import type { Reference } from './history';
import { isOut } from './stints';

export interface View {
  state: SessionState;
  /** Completed by the leader. */
  lap: number;
  laps: number;
  over: boolean;
  /** Nothing can be asked before the leader has completed so many laps. */
  early: boolean;
  own: Car;
  /** Nobody chose a car: the first one is shown. */
  chosen: boolean;
  mate: Car | null;
  to: Reference;
  /** What is asked just now. */
  busy: Busy | null;
  /** Codes with a colour, our car first; the rest are grey. */
  coloured: string[];
}

const FIRST_LAP = 2;
export const COLOURS = 6;

const lapsDone = (cars: readonly Car[]): number => cars.reduce((m, c) => Math.max(m, c.laps), 0);

/** Our car, its team mate, the reference, and who runs around us. */
export function colouredCars(cars: readonly Car[], own: Car, mate: Car | null, to: Reference): string[] {
  const running = cars.filter(c => !isOut(c));
  const at = running.findIndex(c => c.key === own.key);
  const around = [-1, 1, -2, 2, 3, -3, 4, -4, 5, -5].map(d => running[at + d]?.code);
  const wanted = [own.code, mate && !isOut(mate) ? mate.code : undefined, cars.find(c => c.code === to)?.code, ...around];
  return [...new Set(wanted.filter((c): c is string => c !== undefined))].slice(0, COLOURS);
}

export function makeView(state: SessionState | null, to: Reference): View | null {
  const cars = state?.race.cars ?? [];
  const first = cars[0];
  if (!state || !first) return null;
  const mine = ownCar(state);
  const own = mine ?? first;
  const mate = cars.find(c => c.key !== own.key && c.team !== '' && c.team === own.team) ?? null;
  const lap = lapsDone(cars);
  const laps = state.race.laps_total ?? 0;
  const reference = to === 'leader' || to === 'median' || cars.some(c => c.code === to) ? to : 'leader';
  return { state, lap, laps, over: state.race.flag === 'chequered' || (laps > 0 && lap >= laps), early: lap < FIRST_LAP, own, chosen: mine !== null, mate, to: reference, busy: null, coloured: colouredCars(cars, own, mate, reference) };
}

export const useReference = (): Reference => useStore(where, w => w.query['ref'] ?? 'leader');

/** Laps of the phases that slowed the field, the running one to now. */
export function slowLaps(phases: readonly Phase[], lap: number): { kind: string; from: number; to: number }[] {
  return phases
    .filter(p => ['sc', 'vsc', 'red'].includes(p.kind) && typeof p.start_lap === 'number')
    .map(p => ({ kind: p.kind, from: p.start_lap!, to: Math.max(p.end_lap ?? lap + 1, p.start_lap!) }));
}

/** Those whose label has room beside the one before. */
export function labelled(at: readonly number[], least: number): boolean[] {
  let last = -Infinity;
  return at.map(x => {
    const free = x - last >= least;
    if (free) last = x;
    return free;
  });
}

export const phaseName = (kind: string): string => ({ sc: 'SC', vsc: 'VSC', red: 'Red' })[kind] ?? kind.toUpperCase();
