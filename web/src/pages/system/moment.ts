/** Moments of the server, UTC, as a person reads them: in the time of the reader. */
import { age, DASH } from '../../core/format';
import type { Maybe } from '../../core/types';

const two = (n: number): string => String(n).padStart(2, '0');

/** "2026-12-01 10:00:00"; today only the time. */
export function moment(utc: Maybe<string>, today = new Date()): string {
  const at = utc ? new Date(utc) : null;
  if (!at || Number.isNaN(at.getTime())) return DASH;
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  return at.toDateString() === today.toDateString() ? time : `${day} ${time}`;
}

/** From one to the other, or until now. */
export function lasted(from: Maybe<string>, to: Maybe<string>, now = Date.now()): string {
  if (!from) return DASH;
  const ms = (to ? Date.parse(to) : now) - Date.parse(from);
  return ms < 1500 ? '< 2 s' : age(ms);
}
