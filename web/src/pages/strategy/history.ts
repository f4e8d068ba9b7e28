/** Gaps lap by lap: what was driven from the closed laps, what may come from the simulation. */
import type { SessionLap } from '../../core/types';
import type { Quantiles, Simulation } from './answers';

/** 'leader', 'median' (the car in the middle of those that run, lap by lap) or the code of a car. */
export type Reference = string;

export interface Line {
  code: string;
  /** Seconds behind the reference at the end of lap k; null: not known, or out. Index 0 is lap 1. */
  driven: (number | null)[];
  /** Laps from_lap + 1, + 2, ...; none: not simulated. */
  fan: Quantiles | null;
}

export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const s = [...values].sort((a, b) => a - b);
  const mid = s.length >> 1;
  return s.length % 2 ? s[mid]! : (s[mid - 1]! + s[mid]!) / 2;
}

/** Session clock at the end of each lap by car. */
export function ends(laps: readonly SessionLap[]): Map<string, Map<number, number>> {
  const out = new Map<string, Map<number, number>>();
  for (const l of laps) {
    if (l.end_ms === null) continue;
    let of = out.get(l.code);
    if (!of) out.set(l.code, (of = new Map()));
    of.set(l.lap, l.end_ms);
  }
  return out;
}

const ENOUGH = 0.75;
const endsOf = (at: Map<string, Map<number, number>>, lap: number): number[] => [...at.values()].map(m => m.get(lap)).filter((v): v is number => v !== undefined);

function referenceEnd(at: Map<string, Map<number, number>>, to: Reference, lap: number): number | null {
  if (to !== 'leader' && to !== 'median') return at.get(to)?.get(lap) ?? null;
  const all = endsOf(at, lap);
  if (to === 'leader') return all.length ? Math.min(...all) : null;
  // While a lap is being closed the middle of those that closed it is not the middle of the field.
  return all.length >= ENOUGH * endsOf(at, lap - 1).length ? median(all) : null;
}

export function drivenGaps(laps: readonly SessionLap[], to: Reference): Map<string, (number | null)[]> {
  const at = ends(laps);
  const last = laps.reduce((m, l) => Math.max(m, l.lap), 0);
  const reference = Array.from({ length: last }, (_, k) => referenceEnd(at, to, k + 1));
  const gap = (of: Map<number, number>) => (zero: number | null, k: number) => {
    const end = of.get(k + 1);
    return end === undefined || zero === null ? null : (end - zero) / 1000;
  };
  return new Map([...at].map(([code, of]) => [code, reference.map(gap(of))]));
}

/** `sim` only where its gaps are to the same reference. */
export function historyLines(codes: readonly string[], laps: readonly SessionLap[], sim: Simulation | undefined, to: Reference): Line[] {
  const driven = drivenGaps(laps, to);
  const fans = new Map((sim?.cars ?? []).map(c => [c.car, c.gaps && c.gaps.p50.length > 0 ? c.gaps : null]));
  return codes.map(code => ({ code, driven: driven.get(code) ?? [], fan: fans.get(code) ?? null }));
}

export interface GapAt {
  code: string;
  gap: number;
  /** 80 %, of laps to come. */
  lo?: number;
  hi?: number;
}

/** Who is where at the end of a lap, nearest to the front first; who is still on the lap that the leader has just ended, one lap before. */
export function gapsAt(lines: readonly Line[], lap: number, fromLap: number): GapAt[] {
  const of = (l: Line): GapAt | null => {
    const then = l.driven[lap - 1] ?? (lap === fromLap ? l.driven[lap - 2] : undefined);
    if (then !== null && then !== undefined) return { code: l.code, gap: then };
    const k = lap - fromLap - 1;
    const mid = l.fan?.p50[k];
    return mid === undefined ? null : { code: l.code, gap: mid, lo: l.fan!.p10[k]!, hi: l.fan!.p90[k]! };
  };
  return lines
    .map(of)
    .filter((g): g is GapAt => g !== null)
    .sort((a, b) => a.gap - b.gap);
}

/** The gaps that the picture must hold: what the chosen cars drove, and where four races of five have them. */
export function gapRange(lines: readonly Line[]): [number, number] {
  let lo = 0;
  let hi = 5;
  const see = (v: number | null | undefined) => {
    if (v === null || v === undefined) return;
    lo = Math.min(lo, v);
    hi = Math.max(hi, v);
  };
  for (const l of lines) {
    l.driven.forEach(see);
    l.fan?.p25.forEach(see);
    l.fan?.p75.forEach(see);
  }
  const pad = (hi - lo) * 0.04;
  return [lo < 0 ? lo - pad : lo - pad / 2, hi + pad];
}

export const historyRows = (lines: readonly Line[], fromLap: number): Record<string, unknown>[] =>
  lines.flatMap(l => [
    ...l.driven.flatMap((gap, k) => (gap === null ? [] : [{ car: l.code, lap: k + 1, kind: 'driven', gap_s: gap }])),
    ...(l.fan?.p50 ?? []).map((gap, k) => ({
      car: l.code, lap: fromLap + 1 + k, kind: 'simulated', gap_s: gap, p10_s: l.fan!.p10[k], p25_s: l.fan!.p25[k], p75_s: l.fan!.p75[k], p90_s: l.fan!.p90[k],
    })),
  ]);
