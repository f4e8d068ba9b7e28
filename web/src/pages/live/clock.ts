/** The session's clock between two messages: it goes on at the speed of the replay while the session runs. */
import { useEffect, useReducer } from 'preact/hooks';
import { staleAfter } from '../../core/banner';
import type { Maybe, Session } from '../../core/types';

/** Session milliseconds that pass in one of ours; 0: it stands. */
export function pace(session: Pick<Session, 'kind' | 'state' | 'speed'>): number {
  if (session.state !== 'running') return 0;
  return session.kind === 'replay' ? (session.speed ?? 1) || 1 : 1;
}

/** The clock now, from what it was when last heard of. */
export function clockNow(session_ms: Maybe<number>, heardAt: number, now: number, rate: number): number | null {
  if (typeof session_ms !== 'number') return null;
  return session_ms + Math.max(0, now - heardAt) * rate;
}

/** Seconds left to decide; null: the call has no deadline. Never below 0: 0 is too late. */
export function secondsLeft(decide_by_s: Maybe<number>, call_ms: Maybe<number>, now_ms: Maybe<number>): number | null {
  if (typeof decide_by_s !== 'number' || typeof call_ms !== 'number' || typeof now_ms !== 'number') return null;
  return Math.max(0, decide_by_s - (now_ms - call_ms) / 1000);
}

export type Fresh = 'fresh' | 'stale' | 'still' | 'lost';

/** How much the picture may be trusted: as the banner has it. */
export function freshness(session: Pick<Session, 'kind' | 'state' | 'speed'>, age_ms: number, linked: boolean): Fresh {
  if (!linked) return 'lost';
  if (session.state !== 'running') return 'still';
  return age_ms <= staleAfter(session) ? 'fresh' : 'stale';
}

/** Draws the component again every `ms`. */
export function useTick(ms: number): void {
  const [, again] = useReducer<number, void>(n => n + 1, 0);
  useEffect(() => {
    const timer = setInterval(() => again(), ms);
    return () => clearInterval(timer);
  }, [ms]);
}
