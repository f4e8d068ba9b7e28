/** Best sectors so far: from the laps that are closed, then from each state. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { all } from '../../core/api';
import type { Race, SessionLap } from '../../core/types';
import { useAsk } from '../../core/use_ask';
import { type Sectors, sectorsOf, withSectors } from './field';

/** null: not known, nothing is marked. A clock that goes back (a replay that is wound) asks anew. */
export function useSectors(id: string, race: Race | null): Sectors | null {
  const [turn, again] = useState(0);
  const clock = useRef(0);
  const best = useRef<{ of: string; sectors: Sectors } | null>(null);
  const now = race?.session_ms ?? 0;
  useEffect(() => {
    if (now < clock.current - 1000) again(t => t + 1);
    clock.current = now;
  }, [now]);
  const of = `${id}/${turn}`;
  const { data } = useAsk(id ? of : null, s => all<SessionLap>(`/sessions/${encodeURIComponent(id)}/laps`, s).then(laps => ({ of, sectors: sectorsOf(laps) })));
  if (!data || data.of !== of) return null;
  if (best.current?.of !== of) best.current = data;
  const sectors = (race?.cars ?? []).reduce((b, c) => withSectors(b, c.key, c.sector_ms), best.current.sectors);
  best.current = { of, sectors };
  return sectors;
}
