/** A plan as the API writes it, "MEDIUM-HARD,22", and what a hand does to it. Stops up to lap `past` are driven: they stay. */
import type { Compound } from '../../core/types';

export interface Stop {
  lap: number;
  compound: Compound;
}
export interface Plan {
  start: Compound;
  stops: Stop[];
}

export const STOPS_MOST = 6;

export function readPlan(text: string): Plan | null {
  const [sets = '', laps = ''] = text.split(',', 2);
  const [start, ...next] = sets.split('-').filter(Boolean);
  const at = laps === '' ? [] : laps.split('-').map(Number);
  if (!start || at.length !== next.length || at.some(l => !Number.isInteger(l) || l < 1)) return null;
  return { start, stops: next.map((compound, i) => ({ compound, lap: at[i]! })) };
}

export const writePlan = (p: Plan): string =>
  [p.start, ...p.stops.map(s => s.compound)].join('-') + (p.stops.length > 0 ? `,${p.stops.map(s => s.lap).join('-')}` : '');

/** Of stints what a bar shows: laps from + 1 to to. */
export function stintsOf(p: Plan, laps: number): { compound: Compound; from: number; to: number }[] {
  return [p.start, ...p.stops.map(s => s.compound)].map((compound, i) => ({
    compound,
    from: i === 0 ? 0 : p.stops[i - 1]!.lap,
    to: p.stops[i]?.lap ?? laps,
  }));
}

/** Stops that were made by the end of lap `past`. */
export const made = (p: Plan, past: number): number => p.stops.filter(s => s.lap <= past).length;

/** Least and most lap of stop i: between its neighbours, after what is driven, before the last lap. */
export function room(p: Plan, i: number, past: number, laps: number): [number, number] {
  return [Math.max(past, p.stops[i - 1]?.lap ?? 0) + 1, (p.stops[i + 1]?.lap ?? laps) - 1];
}

export function moveStop(p: Plan, i: number, lap: number, past: number, laps: number): Plan {
  if (i < made(p, past) || !p.stops[i]) return p;
  const [lo, hi] = room(p, i, past, laps);
  const to = Math.min(hi, Math.max(lo, Math.round(lap)));
  return { ...p, stops: p.stops.map((s, k) => (k === i ? { ...s, lap: to } : s)) };
}

/** Tyre of stint k, 0 the first; one that was fitted stays. */
export function setTyre(p: Plan, k: number, compound: Compound, past: number): Plan {
  if (k === 0) return past > 0 ? p : { ...p, start: compound };
  if (k - 1 < made(p, past)) return p;
  return { ...p, stops: p.stops.map((s, i) => (i === k - 1 ? { ...s, compound } : s)) };
}

export function removeStop(p: Plan, i: number, past: number): Plan {
  return i < made(p, past) ? p : { ...p, stops: p.stops.filter((_, k) => k !== i) };
}

/** One more stop in the middle of the longest stint to come; the same plan where there is no room. */
export function addStop(p: Plan, compound: Compound, past: number, laps: number): Plan {
  if (p.stops.length >= STOPS_MOST) return p;
  const ends = stintsOf(p, laps).map(s => ({ from: Math.max(s.from, past), to: s.to }));
  const longest = ends.reduce((a, b) => (b.to - b.from > a.to - a.from ? b : a));
  const lap = Math.round((longest.from + longest.to) / 2);
  if (longest.to - longest.from < 2 || lap <= past || lap >= laps) return p;
  return { ...p, stops: [...p.stops, { lap, compound }].sort((a, b) => a.lap - b.lap) };
}

/** The plan as it can still be driven from where `stands` is: its past is that of the race; a stop that is overdue comes next. */
export function rebase(p: Plan, stands: Plan, past: number): Plan {
  const n = past > 0 ? made(stands, past) : 0;
  if (past === 0) return p;
  const stops = stands.stops.slice(0, n);
  for (const s of p.stops.slice(n)) stops.push({ ...s, lap: Math.max(s.lap, past + 1, (stops[stops.length - 1]?.lap ?? 0) + 1) });
  return { start: stands.start, stops };
}

/** "M–H, 22": short, for a table. */
export const shortPlan = (p: Plan): string =>
  [p.start, ...p.stops.map(s => s.compound)].map(c => (c === 'INTERMEDIATE' ? 'I' : c.charAt(0))).join('–') + (p.stops.length ? ` ${p.stops.map(s => s.lap).join(', ')}` : ', no stop');
