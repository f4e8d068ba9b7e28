/** A recorded race as lines: places, gaps and lap times by lap. Pure; index 0 of every line is the grid. */
import type { RaceEvent, RaceLap, RaceResult, RaceStint } from './types';

export interface RaceData {
  results: RaceResult[];
  laps: RaceLap[];
  stints: RaceStint[];
  events: RaceEvent[];
}

export type Line = (number | null)[];

export interface Phase {
  kind: 'SC' | 'VSC' | 'RED';
  lap: number;
  /** Lap of the leader in which it ended. */
  to: number;
}

/** Codes in the order of the result; who has laps and no result comes last. */
export function finishOrder(d: RaceData): string[] {
  const told = d.results.map(r => r.driver);
  const rest = [...new Set(d.laps.map(l => l.driver))].filter(c => !told.includes(c));
  return [...told, ...rest.sort()];
}

export const lastLap = (laps: readonly RaceLap[]): number => laps.reduce((most, l) => Math.max(most, l.lap), 0);

/** One value of each lap of each car; null where none is known. */
export function lines(d: RaceData, value: (l: RaceLap) => number | null): Map<string, Line> {
  const n = lastLap(d.laps) + 1;
  const out = new Map(finishOrder(d).map(code => [code, new Array<number | null>(n).fill(null)]));
  for (const l of d.laps) out.get(l.driver)![l.lap] = value(l);
  return out;
}

export function positions(d: RaceData): Map<string, Line> {
  const out = lines(d, l => l.position);
  for (const r of d.results) out.get(r.driver)![0] = r.grid && r.grid > 0 ? r.grid : null;
  return out;
}

/** Session clock of the first car to end each lap. */
export function leaderEnds(laps: readonly RaceLap[]): Line {
  const out: Line = new Array<number | null>(lastLap(laps) + 1).fill(null);
  for (const l of laps) if (l.session_ms !== null) out[l.lap] = Math.min(out[l.lap] ?? Infinity, l.session_ms);
  return out;
}

/** Seconds behind whoever ended the same lap first, or behind a car ("VER"); behind is positive. */
export function gaps(d: RaceData, to = ''): Map<string, Line> {
  const ends = lines(d, l => l.session_ms);
  const ref = (to ? ends.get(to) : undefined) ?? leaderEnds(d.laps);
  const gap = (v: number | null, i: number) => (v === null || ref[i] === null || ref[i] === undefined ? null : (v - ref[i]) / 1000);
  return new Map([...ends].map(([code, line]) => [code, line.map(gap)]));
}

/** The greatest and the least gap of some cars, but for laps under a red flag, when clocks tell nothing of gaps. */
export function gapRange(all: ReadonlyMap<string, Line>, cars: readonly string[], reds: readonly Phase[]): [number, number] {
  const stopped = (lap: number) => reds.some(p => p.kind === 'RED' && lap >= p.lap && lap <= p.to);
  const seen = cars.flatMap(c => (all.get(c) ?? []).filter((v, lap): v is number => v !== null && !stopped(lap)));
  const most = Math.max(5, ...seen);
  const least = Math.min(0, ...seen);
  return [least - 0.04 * (most - least), most + 0.06 * (most - least)];
}

export const lapSeconds = (d: RaceData): Map<string, Line> => lines(d, l => (l.time_ms === null ? null : l.time_ms / 1000));

/** The limits that show racing laps: what is slower by far (a stop, a safety car) is above them. */
export function racingRange(times: Iterable<Line>): { lo: number; hi: number; cut: number } | null {
  const all = [...times].flat().filter((v): v is number => v !== null).sort((a, b) => a - b);
  if (all.length === 0) return null;
  const at = (q: number) => all[Math.min(all.length - 1, Math.floor(q * all.length))]!;
  const lo = all[0]!;
  const hi = Math.min(all[all.length - 1]!, at(0.5) + 2.5 * (at(0.5) - lo) + 1);
  return { lo: lo - 0.03 * (hi - lo), hi, cut: all.filter(v => v > hi).length };
}

export function phases(events: readonly RaceEvent[]): Phase[] {
  return events
    .filter(e => e.kind === 'neutralisation' && e.lap !== null && ['SC', 'VSC', 'RED'].includes(e.what ?? ''))
    .map(e => ({ kind: e.what as Phase['kind'], lap: e.lap!, to: e.to_lap ?? e.lap! }));
}

/** Times of the lead over all laps: "VER 1-26, PER 27": who led from when to when. */
export function leads(places: Map<string, Line>): { driver: string; from: number; to: number }[] {
  const out: { driver: string; from: number; to: number }[] = [];
  const n = Math.max(0, ...[...places.values()].map(l => l.length));
  for (let lap = 1; lap < n; lap++) {
    const driver = [...places].find(([, line]) => line[lap] === 1)?.[0];
    if (!driver) continue;
    const last = out[out.length - 1];
    if (last && last.driver === driver && last.to === lap - 1) last.to = lap;
    else out.push({ driver, from: lap, to: lap });
  }
  return out;
}

export interface ResultLine extends RaceResult {
  /** Places won from the grid; lost are negative. */
  gained: number | null;
  /** Behind the winner, where both took the flag on the same lap. */
  behind_ms: number | null;
  behind_laps: number | null;
  best_ms: number | null;
  /** null: nobody tells the stints. */
  stops: number | null;
}

/** The place of who is classified; null: retired, or not known. */
export const classified = (r: { place: number | null; place_text: string | null }): number | null =>
  r.place && /^\d+$/.test(r.place_text ?? String(r.place)) ? r.place : null;

/** Places won from the grid; only of who is classified. */
export const won = (r: { grid: number | null; place: number | null; place_text: string | null }): number | null => {
  const place = classified(r);
  return r.grid && place ? r.grid - place : null;
};

const took = (r: RaceResult) => r.status === 'Finished' || r.time_ms !== null;

export function resultLines(d: RaceData): ResultLine[] {
  const first = d.results[0];
  return d.results.map(r => {
    const mine = d.laps.filter(l => l.driver === r.driver && l.time_ms !== null);
    const same = first && r.laps === first.laps && took(r) && r.time_ms !== null && first.time_ms !== null;
    return {
      ...r,
      gained: won(r),
      behind_ms: same ? r.time_ms! - first.time_ms! : null,
      behind_laps: first && r.laps !== null && first.laps !== null && r.laps < first.laps ? first.laps - r.laps : null,
      best_ms: mine.length > 0 ? Math.min(...mine.map(l => l.time_ms!)) : null,
      stops: d.stints.length > 0 ? Math.max(0, d.stints.filter(s => s.driver === r.driver).length - 1) : null,
    };
  });
}
