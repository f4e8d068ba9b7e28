/** A request whose answer a component shows. */
import { useEffect, useState } from 'preact/hooks';
import type { ApiError } from './api';

export interface Asked<T> {
  /** The newest answer; while the next is on its way, still the one before. */
  data: T | undefined;
  error: ApiError | undefined;
  busy: boolean;
}

/** How long until a list is asked for again: a store that is being filled is empty for some seconds. */
export const whileEmpty = (list: readonly unknown[]): number => (list.length === 0 ? 2000 : 0);

/** Asks again when `key` changes; null asks nothing. What is overtaken is given up. `every`: again after so many ms, or as many as the answer asks for (0: no more). */
export function useAsk<T>(key: string | null, ask: (signal: AbortSignal) => Promise<T>, every: number | ((data: T) => number) = 0): Asked<T> {
  const [state, set] = useState<Asked<T>>({ data: undefined, error: undefined, busy: key !== null });
  useEffect(() => {
    if (key === null) return set({ data: undefined, error: undefined, busy: false });
    const stop = new AbortController();
    let timer = 0;
    const once = async () => {
      let wait = typeof every === 'number' ? every : 0;
      set(had => ({ ...had, busy: true }));
      try {
        const data = await ask(stop.signal);
        if (stop.signal.aborted) return;
        if (typeof every === 'function') wait = every(data);
        set({ data, error: undefined, busy: false });
      } catch (why) {
        if (!stop.signal.aborted) set(had => ({ ...had, error: why as ApiError, busy: false }));
      }
      if (wait && !stop.signal.aborted) timer = window.setTimeout(() => void once(), wait);
    };
    void once();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [key, every]);
  return state;
}
