/** Numbers into text: the one place for units. A value that is not known is a dash, never a zero. */
import type { Compound, Maybe } from './types';

export const DASH = '–';
const MINUS = '−';

const known = (v: Maybe<number>): v is number => typeof v === 'number' && Number.isFinite(v);

/** 80476 -> "1:20.476"; 59001 -> "59.001"; 3723004 -> "1:02:03.004". */
export function lapTime(ms: Maybe<number>, digits = 3): string {
  if (!known(ms)) return DASH;
  const unit = 10 ** (3 - digits);
  const whole = Math.round(Math.abs(ms) / unit) * unit;
  const s = Math.floor(whole / 1000);
  const frac = digits > 0 ? `.${String(whole % 1000).padStart(3, '0').slice(0, digits)}` : '';
  const h = Math.floor(s / 3600);
  const m = Math.floor(s / 60) % 60;
  const two = (n: number) => String(n).padStart(2, '0');
  const text = h > 0 ? `${h}:${two(m)}:${two(s % 60)}` : m > 0 ? `${m}:${two(s % 60)}` : String(s);
  return (ms < 0 ? MINUS : '') + text + frac;
}

/** 12.345 -> "12.3". */
export function num(v: Maybe<number>, digits = 0): string {
  if (!known(v)) return DASH;
  const text = Math.abs(v).toFixed(digits);
  return (v < 0 && Number(text) !== 0 ? MINUS : '') + text;
}

/** With its sign: "+1.2", "−0.3", "0.0". */
export function signed(v: Maybe<number>, digits = 1): string {
  if (!known(v)) return DASH;
  const text = num(v, digits);
  return v > 0 && Number(v.toFixed(digits)) !== 0 ? `+${text}` : text;
}

/** 3272 -> "+3.272"; a lap or more: "+1 lap". The leader's own is "". */
export function gap(ms: Maybe<number>, laps?: Maybe<number>, digits = 1): string {
  if (known(laps) && laps > 0) return `+${laps} ${laps === 1 ? 'lap' : 'laps'}`;
  return known(ms) ? `+${(ms / 1000).toFixed(digits)}` : DASH;
}

/** 0.674 -> "67 %"; what is not quite sure never reads 0 % or 100 %. */
export function percent(p: Maybe<number>, digits = 0): string {
  if (!known(p)) return DASH;
  const step = 10 ** -digits;
  const v = p * 100;
  if (v > 0 && v < step) return `< ${step} %`;
  if (v < 100 && v > 100 - step) return `> ${(100 - step).toFixed(digits)} %`;
  return `${v.toFixed(digits)} %`;
}

/** 83 -> "1:23"; for countdowns. */
export function clock(s: Maybe<number>): string {
  if (!known(s)) return DASH;
  return lapTime(Math.trunc(s) * 1000, 0).replace(/^(−?)(\d+)$/, (_, sign: string, sec: string) => `${sign}0:${sec.padStart(2, '0')}`);
}

/** "P3". */
export const place = (p: Maybe<number>): string => (known(p) && p > 0 ? `P${p}` : DASH);

/** How old something is: "now", "12 s", "3 min". */
export function age(ms: Maybe<number>): string {
  if (!known(ms)) return DASH;
  if (ms < 1500) return 'now';
  if (ms < 90_000) return `${Math.round(ms / 1000)} s`;
  if (ms < 5_400_000) return `${Math.round(ms / 60_000)} min`;
  return `${Math.round(ms / 3_600_000)} h`;
}

export function bytes(n: Maybe<number>): string {
  if (!known(n)) return DASH;
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let i = 0;
  let v = n;
  for (; v >= 1024 && i < units.length - 1; i++) v /= 1024;
  return `${v.toFixed(i > 0 && v < 100 ? 1 : 0)} ${units[i]}`;
}

/** 12345 -> "12 345". */
export function count(n: Maybe<number>): string {
  return known(n) ? Math.round(n).toString().replace(/\B(?=(\d{3})+(?!\d))/g, ' ') : DASH;
}

export const compoundLetter = (c: Maybe<Compound>): string =>
  c === 'INTERMEDIATE' ? 'I' : c && c !== 'UNKNOWN' ? c.charAt(0).toUpperCase() : '?';

export const compoundName = (c: Maybe<Compound>): string => (c && c !== 'UNKNOWN' ? c.charAt(0) + c.slice(1).toLowerCase() : 'unknown tyre');

/** Confidence in words, for what comes without them: the steps of src/narrate/say_sure.c. */
export function sureness(p: Maybe<number>): string {
  if (!known(p)) return 'not known';
  const steps: [number, string][] = [[0.15, 'clearly worse'], [0.35, 'likely worse'], [0.45, 'slightly worse'], [0.55, 'no clear call'], [0.65, 'slightly better'], [0.85, 'likely']];
  return steps.find(([below]) => p < below)?.[1] ?? 'clear';
}
