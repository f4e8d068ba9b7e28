/** Quantities that people read in one of two systems: the figure and its unit, as this person wants them. Everything else is the same for all. */
import { num } from './format';
import { prefs, type Prefs } from './prefs';
import type { Maybe } from './types';

type Units = Prefs['units'];

export interface Quantity {
  /** The figure in the chosen unit; null: not known. */
  value: number | null;
  unit: string;
}

const known = (v: Maybe<number>): number | null => (typeof v === 'number' && Number.isFinite(v) ? v : null);
const times = (v: Maybe<number>, factor: number, add = 0): number | null => (known(v) === null ? null : known(v)! * factor + add);

const KM_PER_MILE = 1.609344;
const M_PER_FOOT = 0.3048;

/** From km/h. */
export const speedIn = (kmh: Maybe<number>, u: Units): Quantity => (u === 'metric' ? { value: known(kmh), unit: 'km/h' } : { value: times(kmh, 1 / KM_PER_MILE), unit: 'mph' });
/** From degrees Celsius. */
export const temperatureIn = (degc: Maybe<number>, u: Units): Quantity => (u === 'metric' ? { value: known(degc), unit: '°C' } : { value: times(degc, 1.8, 32), unit: '°F' });
/** From metres: along a lap. */
export const distanceIn = (m: Maybe<number>, u: Units): Quantity => (u === 'metric' ? { value: known(m), unit: 'm' } : { value: times(m, 1 / M_PER_FOOT), unit: 'ft' });
/** From m/s: wind. */
export const windIn = (mps: Maybe<number>, u: Units): Quantity => (u === 'metric' ? { value: known(mps), unit: 'm/s' } : { value: times(mps, 3.6 / KM_PER_MILE), unit: 'mph' });

const text = (q: Quantity, digits: number): string => (q.value === null ? num(null) : `${num(q.value, digits)} ${q.unit}`);

/** 212 -> "212 km/h". */
export const speed = (kmh: Maybe<number>, digits = 0, u: Units = prefs.get().units): string => text(speedIn(kmh, u), digits);
/** 31.5 -> "31.5 °C". */
export const temperature = (degc: Maybe<number>, digits = 1, u: Units = prefs.get().units): string => text(temperatureIn(degc, u), digits);
/** 1204 -> "1204 m". */
export const distance = (m: Maybe<number>, digits = 0, u: Units = prefs.get().units): string => text(distanceIn(m, u), digits);
/** 2.3 -> "2.3 m/s". */
export const wind = (mps: Maybe<number>, digits = 1, u: Units = prefs.get().units): string => text(windIn(mps, u), digits);
