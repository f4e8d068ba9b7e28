/** Measures in words and numbers; pure. */
import { DASH, num, signed } from '../../core/format';
import type { Interval, Kind, Line, Measure, MeasureName } from './types';

export interface About {
  name: MeasureName;
  short: string;
  unit: string;
  decimals: number;
  better: 'low' | 'high';
}

/** The columns of lists and tables; a profile tells the same of itself. */
export const measures: readonly About[] = [
  { name: 'pace', short: 'Pace', unit: '%', decimals: 2, better: 'low' },
  { name: 'mate', short: 'v. mate', unit: '%', decimals: 2, better: 'low' },
  { name: 'start', short: 'Starts', unit: 'places', decimals: 2, better: 'high' },
  { name: 'tyre', short: 'Tyre life', unit: 'ms/lap', decimals: 1, better: 'low' },
  { name: 'steady', short: 'Steadiness', unit: 's', decimals: 3, better: 'low' },
  { name: 'stop', short: 'Stops', unit: 's', decimals: 2, better: 'low' },
  { name: 'passing', short: 'Passing', unit: 'places', decimals: 2, better: 'high' },
];

/** Cars of a team do not race each other. */
export const measuresOf = (kind: Kind): readonly About[] => measures.filter(m => kind === 'driver' || m.name !== 'mate');

export const aboutOf = (name: string): About | undefined => measures.find(m => m.name === name);

/** Tyre life is told in s a lap and read in ms a lap. */
const scaleOf = (name: string): number => (name === 'tyre' ? 1000 : 1);
export const unitOf = (m: Pick<Measure, 'name' | 'unit'>): string => (m.name === 'tyre' ? 'ms/lap' : m.unit);
export const decimalsOf = (m: Pick<Measure, 'name' | 'decimals'>): number => (m.name === 'tyre' ? 1 : m.decimals);

/** "−0.45"; not known is a dash. */
export function valueText(m: Pick<Measure, 'name' | 'decimals'>, v: number | null | undefined): string {
  return v === null || v === undefined ? DASH : signed(v * scaleOf(m.name), decimalsOf(m));
}

/** "−0.62 to −0.27". */
export function intervalText(m: Pick<Measure, 'name' | 'decimals'>, i: Interval): string {
  return i.lo === null || i.hi === null ? DASH : `${valueText(m, i.lo)} to ${valueText(m, i.hi)}`;
}

export const plural = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;

/** "came back next season: ρ 0.71 (0.56 to 0.78)". */
export function verdictText(r: Measure['repeats']): string {
  if (r.rho === null) return 'not tried: too few seasons to compare';
  const how = { repeats: 'comes back next season', weak: 'comes back weakly', 'does not repeat': 'does not come back', 'not tried': 'not tried' }[r.verdict];
  return `${how}: rank correlation ${num(r.rho, 2)} (${num(r.lo, 2)} to ${num(r.hi, 2)}, ${plural(r.pairs, 'pair')} of seasons)`;
}

/** Why there is no value, with a true minus sign. */
export const reason = (m: Pick<Measure, 'why'>): string => (m.why ?? 'not known').replace(/-(?=\d)/g, '−');

/** Where on a strip something lies, 0 left to 1 right: right is always better. */
export interface Scale {
  at(v: number): number;
  lo: number;
  hi: number;
}

export function scaleFor(intervals: readonly Interval[], better: 'low' | 'high'): Scale | null {
  const all = intervals.flatMap(i => (i.lo === null || i.hi === null ? [] : [i.lo, i.hi]));
  if (all.length === 0) return null;
  const lo = Math.min(0, ...all);
  const hi = Math.max(0, ...all);
  const room = (hi - lo || 1) * 0.04;
  const width = hi - lo + 2 * room;
  const at = (v: number) => {
    const share = (v - lo + room) / width;
    return better === 'high' ? share : 1 - share;
  };
  return { at, lo, hi };
}

/** What a strip shows, for who does not see it. */
export function stripText(name: string, m: Measure): string {
  if (m.value === null) return `${m.title}: ${reason(m)}`;
  const best = m.field[0];
  const lead = best && best.id !== name ? `; best is ${best.id} with ${valueText(m, best.value)}` : '';
  return `${m.title}: ${valueText(m, m.value)} ${unitOf(m)}, 90 % from ${intervalText(m, m)}, ${m.rank} of ${m.of}${lead}`;
}

/** Null last, either way. */
export function sortBy<T>(rows: readonly T[], of: (row: T) => number | string | null | undefined, down: boolean): T[] {
  const empty = (v: unknown) => v === null || v === undefined;
  return [...rows].sort((a, b) => {
    const x = of(a);
    const y = of(b);
    if (empty(x) || empty(y)) return Number(empty(x)) - Number(empty(y));
    const order = typeof x === 'number' && typeof y === 'number' ? x - y : String(x).localeCompare(String(y));
    return down ? -order : order;
  });
}

/** Every word of the search is found in code, name or team. */
export function matches(line: Pick<Line, 'id' | 'name' | 'team_name'>, search: string): boolean {
  const text = `${line.id} ${line.name ?? ''} ${line.team_name ?? ''}`.toLowerCase();
  return search.toLowerCase().split(/\s+/).every(word => text.includes(word));
}

/** The season a page opens with: the newest of a store that holds seasons, all of one that holds a few races. */
export function firstSeason(lines: readonly Line[]): number | null {
  const most = Math.max(0, ...lines.map(l => l.races));
  return most >= 12 ? Math.max(...lines.map(l => l.last_season)) : null;
}

export function seasonsOf(lines: readonly Line[]): number[] {
  if (lines.length === 0) return [];
  const from = Math.min(...lines.map(l => l.first_season));
  const to = Math.max(...lines.map(l => l.last_season));
  return Array.from({ length: to - from + 1 }, (_, i) => to - i);
}

/** "2018", "2018–2020". */
export const years = (from: number, to: number): string => (from === to ? String(from) : `${from}–${to}`);

/** "saudi_arabian" -> "Saudi Arabian". */
export const titleOf = (slug: string): string => slug.replace(/[_-]+/g, ' ').replace(/\b\p{Ll}/gu, c => c.toUpperCase());
