/** Can what is seen be trusted? One sentence where it cannot; pure, so that each case is tested. */
import { age } from './format';
import type { Link } from './socket';
import type { Maybe, Session } from './types';

export interface Trust {
  link: Link;
  /** Since the last message of any kind; what is seen is at least so old. */
  silentMs: number;
  session: Maybe<Session>;
  /** Since the last change of the session; null: nothing has come yet. */
  sinceMs: number | null;
  /** Records the session has had. */
  received: number;
  recovering: boolean;
  /** Why the session cannot be seen; '' it can. */
  refused: string;
}

export interface Notice {
  kind: 'bad' | 'warn';
  text: string;
}

const STALE_MS = 5000;
/** A replay tells what was told then; pauses of up to two minutes of the race are kept. */
const LULL_MS = 125_000;

/** From when on silence of a session that runs is worth a word. */
export function staleAfter(session: Pick<Session, 'kind' | 'speed'>): number {
  if (session.kind !== 'replay') return STALE_MS;
  return Math.max(STALE_MS, LULL_MS / Math.max(session.speed || 1000, 0.1));
}

export function noticeOf(t: Trust): Notice | null {
  if (t.link === 'lost') {
    const old = t.sinceMs === null ? '' : ` What you see is ${age(Math.max(t.silentMs, 1500))} old.`;
    return { kind: 'bad', text: `The link to the server is lost.${old} Trying again.` };
  }
  if (t.refused) return { kind: 'bad', text: `This session is no longer followed: ${t.refused}.` };
  const s = t.session;
  if (!s) return null;
  if (t.recovering) return { kind: 'warn', text: 'The session is read back from its record: the figures catch up.' };
  if (s.state === 'failed') return { kind: 'bad', text: `The session has failed${s.why ? `: ${s.why}` : ''}.` };
  if (s.state !== 'running' || t.sinceMs === null || t.received === 0) return null;
  if (t.sinceMs > staleAfter(s)) return { kind: 'warn', text: `No data for ${age(t.sinceMs)}: the feed is silent.` };
  return null;
}
