/** The topic "health": what each session receives, and how fast. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { now } from '../../core/now';
import { type Count, counted, quiet, rateOf } from '../../core/rate';
import { watch } from '../../core/socket';
import { useStore } from '../../core/store';
import type { Health, Maybe, Session } from '../../core/types';

export type SessionHealth = Session & { health?: Health };

export interface FeedHealth {
  session: SessionHealth;
  /** Records a second, over five seconds. */
  rate: number | null;
  quiet: { ms: number; exact: boolean } | null;
}

interface HealthValue {
  clients?: Maybe<number>;
  sessions?: Record<string, SessionHealth>;
}

/** undefined: nothing has come yet. */
export function useHealth(): { clients: number | undefined; feeds: FeedHealth[] | undefined } {
  const [value, set] = useState<HealthValue | undefined>(undefined);
  const counts = useRef(new Map<string, readonly Count[]>());
  useEffect(
    () =>
      watch({
        topics: ['health'],
        everyMs: 1000,
        value: (_, data) => {
          const v = data as unknown as HealthValue;
          for (const [id, s] of Object.entries(v.sessions ?? {})) counts.current.set(id, counted(counts.current.get(id) ?? [], Date.now(), s.health?.received ?? 0));
          set(v);
        },
      }),
    [],
  );
  const at = Math.max(useStore(now, n => n), Date.now());
  const feeds = value && Object.entries(value.sessions ?? {}).map(([id, session]) => ({ session, rate: rateOf(counts.current.get(id) ?? [], at), quiet: quiet(counts.current.get(id) ?? [], at) }));
  return { clients: value?.clients ?? undefined, feeds };
}
