/** Steps back and forth. Changes of one thing that come within a moment are one step; those of one gesture are, however long it takes. */
export interface Steps<T> {
  past: T[];
  now: T;
  next: T[];
  /** When the last step was made, ms. */
  at: number;
  /** What was changed in it: only the same thing is joined. */
  what: string;
}

/** What a gesture changes begins with it; each gesture has a name of its own. */
export const GESTURE = '#';
const JOIN_MS = 900;
const MOST = 100;

export const begin = <T>(now: T): Steps<T> => ({ past: [], now, next: [], at: -Infinity, what: '' });

export function step<T>(s: Steps<T>, now: T, what: string, at: number): Steps<T> {
  const joined = what !== '' && what === s.what && (what.startsWith(GESTURE) || at - s.at < JOIN_MS) && s.past.length > 0;
  return { past: joined ? s.past : [...s.past, s.now].slice(-MOST), now, next: [], at, what };
}

export const back = <T>(s: Steps<T>): Steps<T> =>
  s.past.length === 0 ? s : { past: s.past.slice(0, -1), now: s.past[s.past.length - 1]!, next: [s.now, ...s.next], at: -Infinity, what: '' };

export const forth = <T>(s: Steps<T>): Steps<T> =>
  s.next.length === 0 ? s : { past: [...s.past, s.now], now: s.next[0]!, next: s.next.slice(1), at: -Infinity, what: '' };
