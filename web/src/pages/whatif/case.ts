/**
 * What is asked: a case. The address holds the whole of it, as parts joined by "_":
 *
 *     1_lap*20_a*SOFT-HARD.24_plan*SOFT-HARD.30_flag*sc*32*4_car*RUS*pace*-0.2
 *
 * The first part is the version. A part that this version does not know is kept as it is and shown.
 */
import type { FlagChange } from './types';

export interface CarCase {
  /** "SOFT-HARD,24" */
  plan?: string | undefined;
  /** Seconds a lap; below 0 quicker. */
  pace?: number | undefined;
  wear?: number | undefined;
  penalty?: number | undefined;
}
export interface TyreCase {
  wear?: number | undefined;
  pace?: number | undefined;
}
export interface Case {
  /** Completed by the leader; not there: as the race stands now. */
  lap?: number | undefined;
  /** Plan A of our car, which the other is measured by; not there: the likeliest. */
  a?: string | undefined;
  /** Plan B; not there: the same as A. */
  plan?: string | undefined;
  cars: Record<string, CarCase>;
  /** By compound; ALL: every tyre. */
  tyres: Record<string, TyreCase>;
  weather: { wet?: number | undefined; from?: number | undefined; to?: number | undefined; soak?: number | undefined };
  flags: FlagChange[];
  pit?: number | undefined;
  /** Parts of the address that are not known here. */
  unknown: string[];
}

export const VERSION = '1';
export const ALL = 'ALL';
export const EMPTY: Case = { cars: {}, tyres: {}, weather: {}, flags: [], unknown: [] };

const safe = (s: string | number): string => encodeURIComponent(String(s)).replaceAll('_', '%5F').replaceAll('*', '%2A');
const part = (...words: (string | number)[]): string => words.map(safe).join('*');
const planWord = (p: string): string => p.replace(',', '.');
const CAR_KEYS = ['pace', 'wear', 'penalty'] as const;

export function writeCase(c: Case): string {
  const parts = [VERSION];
  const put = (key: string, v: string | number | undefined) => v !== undefined && parts.push(part(key, v));
  put('lap', c.lap);
  put('a', c.a && planWord(c.a));
  put('plan', c.plan && planWord(c.plan));
  for (const f of c.flags) parts.push(part('flag', f.flag, f.lap ?? '', ...(f.laps ? [f.laps] : [])));
  put('wet', c.weather.wet);
  put('rain', c.weather.from);
  put('dry', c.weather.to);
  put('soak', c.weather.soak);
  put('pit', c.pit);
  for (const [name, t] of Object.entries(c.tyres)) for (const k of ['wear', 'pace'] as const) if (t[k] !== undefined) parts.push(part('tyre', name, k, t[k]));
  for (const [code, o] of Object.entries(c.cars)) {
    if (o.plan) parts.push(part('car', code, 'plan', planWord(o.plan)));
    for (const k of CAR_KEYS) if (o[k] !== undefined) parts.push(part('car', code, k, o[k]));
  }
  const text = [...parts, ...c.unknown].join('_');
  return text === VERSION ? '' : text;
}

function plain(s: string): string {
  try {
    return decodeURIComponent(s);
  } catch {
    return s;
  }
}

const PLAN = /^[A-Z0-9]+(-[A-Z0-9]+){0,14}(\.\d+(-\d+)*)?$/i;
const number = (s: string | undefined, lo: number, hi: number): number | undefined => {
  const v = s === undefined || s === '' ? NaN : Number(s);
  return Number.isFinite(v) && v >= lo && v <= hi ? v : undefined;
};
const lapOf = (s: string | undefined): number | undefined => {
  const v = number(s, 0, 512);
  return v === undefined ? undefined : Math.round(v);
};
const planOf = (s: string | undefined): string | undefined => (s && PLAN.test(s) ? s.replace('.', ',') : undefined);

/** Reads one part into the case; false: not known, or not what such a part holds. */
function read(c: Case, words: string[]): boolean {
  const [key, one, two, three] = words;
  const simple: Record<string, () => boolean> = {
    lap: () => (c.lap = lapOf(one)) !== undefined,
    a: () => (c.a = planOf(one)) !== undefined,
    plan: () => (c.plan = planOf(one)) !== undefined,
    wet: () => (c.weather.wet = number(one, 0, 1)) !== undefined,
    rain: () => (c.weather.from = lapOf(one)) !== undefined,
    dry: () => (c.weather.to = lapOf(one)) !== undefined,
    soak: () => (c.weather.soak = number(one, 0, 1)) !== undefined,
    pit: () => (c.pit = number(one, 3, 120)) !== undefined,
    flag: () => readFlag(c, one, lapOf(two), lapOf(three)),
    tyre: () => readTyre(c, one, two, three),
    car: () => readCar(c, one, two, three),
  };
  return key !== undefined && Object.hasOwn(simple, key) && simple[key]!();
}

function readFlag(c: Case, flag: string | undefined, lap: number | undefined, laps: number | undefined): boolean {
  if (flag !== 'sc' && flag !== 'vsc' && flag !== 'red' && flag !== 'green') return false;
  c.flags.push({ flag, ...(lap ? { lap } : {}), ...(laps && flag.endsWith('sc') ? { laps } : {}) });
  return true;
}

function readTyre(c: Case, name: string | undefined, key: string | undefined, text: string | undefined): boolean {
  const v = key === 'wear' ? number(text, 0, 10) : key === 'pace' ? number(text, -5, 5) : undefined;
  if (!name || v === undefined) return false;
  c.tyres[name] = { ...c.tyres[name], [key as 'wear' | 'pace']: v };
  return true;
}

function readCar(c: Case, code: string | undefined, key: string | undefined, text: string | undefined): boolean {
  const v =
    key === 'plan' ? planOf(text) : key === 'pace' ? number(text, -10, 10) : key === 'wear' ? number(text, 0, 10) : key === 'penalty' ? number(text, 0, 120) : undefined;
  if (!code || v === undefined) return false;
  c.cars[code] = { ...c.cars[code], [key as keyof CarCase]: v };
  return true;
}

/** Parts of a later version and parts that make no sense stay in `unknown`. */
export function readCase(text: string | undefined): Case {
  const c: Case = { cars: {}, tyres: {}, weather: {}, flags: [], unknown: [] };
  const [, ...parts] = (text ?? '').split('_');
  for (const p of parts) if (p && !read(c, p.split('*').map(plain))) c.unknown.push(p);
  return tidy(c);
}

/** Members that say nothing are taken out, so that two cases that ask the same are written the same. */
export function tidy(c: Case): Case {
  const told = <T extends object>(o: T): T => Object.fromEntries(Object.entries(o).filter(([, v]) => v !== undefined)) as T;
  const filled = <T extends object>(o: Record<string, T>): Record<string, T> =>
    Object.fromEntries(Object.entries(o).map(([k, v]) => [k, told(v)] as const).filter(([, v]) => Object.keys(v).length > 0));
  const out: Case = told({ ...c, cars: filled(c.cars), tyres: filled(c.tyres), weather: told(c.weather) });
  if (out.plan !== undefined && out.plan === out.a) delete out.plan;
  return out;
}

/** How many things differ from the race as it is; the lap and plan A are no differences. */
export function changes(c: Case): number {
  const inside = (o: Record<string, object>) => Object.values(o).reduce((n, v) => n + Object.keys(v).length, 0);
  const weather = (c.weather.wet !== undefined ? 1 : 0) + (c.weather.from !== undefined ? 1 : 0);
  return inside(c.cars) + inside(c.tyres) + weather + c.flags.length + (c.pit !== undefined ? 1 : 0) + (c.plan !== undefined ? 1 : 0);
}
