/** A car's stints: what it drove, and what is likely to come. */
import { compoundName, percent } from '../../core/format';
import type { Car, Compound } from '../../core/types';
import type { FieldCalls, Simulation } from './answers';

export interface Block {
  compound: Compound;
  /** First and last lap on the set. */
  from: number;
  to: number;
  /** Laps on the set at its start; null: not known. */
  age: number | null;
  likely: boolean;
}

export interface StopRange {
  from: number;
  to: number;
  /** The set that it is for. */
  compound: Compound;
}

export interface Window {
  opens: number;
  best: number;
  closes: number;
}

export interface StintRow {
  key: number;
  code: string;
  position: number | null;
  out: boolean;
  blocks: Block[];
  /** In-laps that hold half of each likely stop. */
  stops: StopRange[];
  /** Of the races in which it stops so often; null: not simulated. */
  share: number | null;
  window: Window | null;
}

const OUT = new Set(['retired', 'stopped', 'disqualified']);
export const isOut = (car: Car): boolean => OUT.has(car.status);

/** A car on the leader's lap is on it with the set it has: no gap is left between it and the line of now. */
const doneBy = (car: Car, lead: number): number => (isOut(car) || car.status === 'finished' || car.gap_laps ? car.laps : Math.max(car.laps, lead));

function drivenBlocks(car: Car, done: number): Block[] {
  return car.stints.map((s, k) => {
    const next = car.stints[k + 1];
    const to = s.to_lap ?? (next ? next.from_lap - 1 : Math.max(done, s.from_lap));
    return { compound: s.compound, from: s.from_lap, to, age: s.age_at_start ?? null, likely: false };
  });
}

/** The sets to come: each likely stop in the middle of its laps, none before what is driven. */
function likelyBlocks(done: number, first: Compound, stops: readonly StopRange[], laps: number): Block[] {
  const cuts = stops.map(s => Math.round((s.from + s.to) / 2));
  const edges = [done, ...cuts.map(c => Math.max(c, done)), laps];
  return edges.slice(1).map((to, k) => ({ compound: k === 0 ? first : stops[k - 1]!.compound, from: edges[k]! + 1, to, age: k === 0 ? null : 0, likely: true })).filter(b => b.to >= b.from);
}

function windowOf(field: FieldCalls | undefined, code: string): Window | null {
  const w = field?.cars.find(c => c.car === code)?.window;
  return w && typeof w.opens === 'number' && typeof w.best === 'number' && typeof w.closes === 'number' ? { opens: w.opens, best: w.best, closes: w.closes } : null;
}

/** Likely stops are told only where they still lie ahead of the car. */
export function stintRows(cars: readonly Car[], laps: number, sim: Simulation | undefined, field: FieldCalls | undefined): StintRow[] {
  const lead = Math.max(0, ...cars.map(c => c.laps));
  return cars.map(car => {
    const out = isOut(car);
    const done = doneBy(car, lead);
    const likely = out || car.status === 'finished' ? null : sim?.cars.find(c => c.car === car.code)?.likely;
    const stops = (likely?.stops ?? []).map((s, k) => ({ from: s.from_lap, to: s.to_lap, compound: likely?.sets[k + 1] ?? 'UNKNOWN' })).filter(s => s.to >= car.laps);
    const on = car.stints[car.stints.length - 1]?.compound ?? 'UNKNOWN';
    return {
      key: car.key,
      code: car.code,
      position: car.position ?? null,
      out,
      blocks: [...drivenBlocks(car, done), ...(likely ? likelyBlocks(done, on, stops, laps) : [])],
      stops,
      share: likely?.share ?? null,
      window: out ? null : windowOf(field, car.code),
    };
  });
}

export const stintTable = (rows: readonly StintRow[]): Record<string, unknown>[] =>
  rows.flatMap(r => r.blocks.map(b => ({ car: r.code, position: r.position, kind: b.likely ? 'likely' : 'driven', compound: b.compound, from_lap: b.from, to_lap: b.to, share: b.likely ? r.share : '', window_opens: r.window?.opens, window_best: r.window?.best, window_closes: r.window?.closes })));

const blockText = (b: Block): string => `${compoundName(b.compound).toLowerCase()} ${b.from}–${b.to}`;

/** A row in words, for who does not see it and for the line below. */
export function rowText(r: StintRow): string {
  const driven = r.blocks.filter(b => !b.likely).map(blockText).join(', ');
  const likely = r.stops.length === 0 ? 'no further stop' : r.stops.map(s => `${compoundName(s.compound).toLowerCase()} on lap ${s.from === s.to ? s.from : `${s.from}–${s.to}`}`).join(', ');
  const told = r.share === null ? '' : `; likely (${percent(r.share)}): ${likely}`;
  const w = r.window ? `; window ${r.window.opens}–${r.window.closes}, best ${r.window.best}` : '';
  return `${r.code}: ${driven || 'no lap'}${r.out ? '; out' : `${told}${w}`}`;
}
