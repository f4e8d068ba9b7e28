/** Channels: how they are called, drawn, and what is worked out of them. */
import { num, signed } from '../../core/format';
import type { Prefs } from '../../core/prefs';
import { type Quantity, speedIn, temperatureIn } from '../../core/units';
import type { Trace, Traces, Values } from './types';

export interface Channel {
  name: string;
  title: string;
  unit: string;
  digits: number;
  /** Height of its chart. */
  height: number;
  /** Stands until it changes. */
  steps?: boolean;
  /** Drawn at least over this much. */
  least?: [number, number];
}

const known: readonly Channel[] = [
  { name: 'speed_kmh', title: 'Speed', unit: 'km/h', digits: 1, height: 190 },
  { name: 'speed_way', title: 'Speed by distance and time', unit: 'km/h', digits: 1, height: 190 },
  { name: 'aps_pct', title: 'Throttle', unit: '%', digits: 0, height: 96, least: [0, 100] },
  { name: 'brake_pct', title: 'Brake', unit: '%', digits: 0, height: 96, least: [0, 100] },
  { name: 'pbrake_f_bar', title: 'Brake front', unit: 'bar', digits: 1, height: 96 },
  { name: 'pbrake_r_bar', title: 'Brake rear', unit: 'bar', digits: 1, height: 96 },
  { name: 'steering_deg', title: 'Steering (+ right)', unit: '°', digits: 0, height: 96 },
  { name: 'gear', title: 'Gear', unit: '', digits: 0, height: 80, steps: true, least: [0, 6] },
  { name: 'rpm', title: 'Engine', unit: '1/min', digits: 0, height: 96 },
  { name: 'accx_g', title: 'Longitudinal (+ accelerating)', unit: 'g', digits: 2, height: 96 },
  { name: 'accy_g', title: 'Lateral (+ left)', unit: 'g', digits: 2, height: 96 },
  { name: 'drs', title: 'DRS', unit: '', digits: 0, height: 64, steps: true, least: [0, 1] },
  { name: 'ers_mj', title: 'ERS store', unit: 'MJ', digits: 2, height: 96 },
  { name: 'fuel_kg', title: 'Fuel', unit: 'kg', digits: 1, height: 80 },
  { name: 'tyre_fl_degc', title: 'Tyre front left', unit: '°C', digits: 0, height: 80 },
  { name: 'tyre_fr_degc', title: 'Tyre front right', unit: '°C', digits: 0, height: 80 },
  { name: 'tyre_rl_degc', title: 'Tyre rear left', unit: '°C', digits: 0, height: 80 },
  { name: 'tyre_rr_degc', title: 'Tyre rear right', unit: '°C', digits: 0, height: 80 },
];
/** Shown when nobody chose. */
const usual = ['speed_kmh', 'speed_way', 'aps_pct', 'brake_pct', 'pbrake_f_bar', 'steering_deg', 'gear'];
/** Of the place and the lap itself: no charts. */
const hidden = ['lapdist_m', 'x_m', 'y_m', 'z_m', 'sector', 'tyre_age_laps'];

export const channelOf = (name: string): Channel => known.find(c => c.name === name) ?? { name, title: name.replaceAll('_', ' '), unit: '', digits: 1, height: 96 };

/** Least share of places where the car's own speed must be known, for the worked out one to be left out. */
const ENOUGH = 0.6;
const share = (v: Values | undefined): number => (v && v.length > 0 ? v.filter(x => x !== null).length / v.length : 0);

/** Speed from the metres and the time over `reach` places before and behind: what there is where a logger tells its own too rarely. */
export function speedOfWay(elapsed: Values, step_m: number, reach: number): Values {
  return elapsed.map((_, i) => {
    const a = Math.max(0, i - reach);
    const b = Math.min(elapsed.length - 1, i + reach);
    const from = elapsed[a];
    const to = elapsed[b];
    if (from === null || from === undefined || to === null || to === undefined || to <= from) return null;
    return (((b - a) * step_m) / (to - from)) * 3600;
  });
}

/** Over so many metres. */
const REACH_M = 40;

/** The traces with what is worked out: speed of the way where the told one is thin. */
export function withWorkedOut(t: Traces): Traces {
  const thin = t.traces.some(x => share(x.values['speed_kmh']) < ENOUGH);
  if (!thin) return t;
  const reach = Math.max(1, Math.round(REACH_M / t.step_m));
  return {
    ...t,
    channels: [...t.channels, { name: 'speed_way', unit: 'km/h' }],
    traces: t.traces.map(x => ({ ...x, values: { ...x.values, speed_way: speedOfWay(x.elapsed_ms, t.step_m, reach) } })),
  };
}

/** Channels that can be drawn, in our order. */
export function offered(names: readonly string[]): Channel[] {
  const there = names.filter(n => !hidden.includes(n));
  const at = (n: string) => {
    const k = known.findIndex(c => c.name === n);
    return k < 0 ? known.length : k;
  };
  return [...there].sort((a, b) => at(a) - at(b) || a.localeCompare(b)).map(channelOf);
}

/** Shown of those that there are: what was asked for, else what is usual, without what is said twice. */
export function chosen(offer: readonly Channel[], asked: string | undefined): Channel[] {
  const names = asked?.split(',') ?? usual;
  const out = offer.filter(c => names.includes(c.name));
  if (asked !== undefined) return out;
  const twice = [...(out.some(c => c.name === 'brake_pct') ? ['pbrake_f_bar'] : []), ...(out.some(c => c.name === 'speed_way') ? ['speed_kmh'] : [])];
  return out.filter(c => !twice.includes(c.name));
}

/** Time lost against the reference up to each place, seconds: above 0 slower. */
export function delta(of: Trace, reference: Trace): Values {
  return reference.elapsed_ms.map((ref, i) => {
    const t = of.elapsed_ms[i];
    return ref === null || t === null || t === undefined ? null : (t - ref) / 1000;
  });
}

/** Where a lap wins and where it loses, at places `every` apart: seconds within each stretch, null unknown. */
export function gains(d: Values, every: number): { from: number; to: number; s: number }[] {
  const out: { from: number; to: number; s: number }[] = [];
  for (let i = 0; i + 1 < d.length; i += every) {
    const to = Math.min(i + every, d.length - 1);
    const a = d[i];
    const b = d[to];
    if (a !== null && a !== undefined && b !== null && b !== undefined) out.push({ from: i, to, s: b - a });
  }
  return out;
}

/** The place on the grid that is nearest to `at_m`; null outside. */
export function placeAt(at_m: number, step_m: number, n: number): number | null {
  const k = Math.round(at_m / step_m);
  return k >= 0 && k < n ? k : null;
}

/** As this person wants speeds and temperatures. */
export function inUnits(v: number | null | undefined, unit: string, units: Prefs['units']): Quantity {
  if (unit === 'km/h') return speedIn(v, units);
  if (unit === '°C') return temperatureIn(v, units);
  return { value: v ?? null, unit };
}

export const shown = (v: number | null | undefined, c: Channel, units: Prefs['units']): string => num(inUnits(v, c.unit, units).value, c.digits);
export const shownDelta = (v: number | null | undefined): string => signed(v, 3);

/** One row a place: what a spreadsheet wants. */
export function asRows(t: Traces, label: (x: Trace) => string): Record<string, number | null>[] {
  const n = Math.max(0, ...t.traces.map(x => x.elapsed_ms.length));
  const reference = t.traces[0];
  return Array.from({ length: n }, (_, i) => {
    const row: Record<string, number | null> = { distance_m: Math.round(i * t.step_m * 100) / 100 };
    for (const x of t.traces) {
      row[`${label(x)} elapsed_ms`] = x.elapsed_ms[i] ?? null;
      if (reference && x !== reference) row[`${label(x)} delta_ms`] = delta1(x.elapsed_ms[i], reference.elapsed_ms[i]);
      for (const [name, values] of Object.entries(x.values)) row[`${label(x)} ${name}`] = values[i] ?? null;
    }
    return row;
  });
}

const delta1 = (a: number | null | undefined, b: number | null | undefined): number | null => (typeof a === 'number' && typeof b === 'number' ? a - b : null);
