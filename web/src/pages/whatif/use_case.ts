/** The case: in the address, with steps back and forth. */
import { useEffect, useState } from 'preact/hooks';
import { useStore } from '../../core/store';
import { setQuery, where } from '../../core/router';
import { EMPTY, readCase, tidy, writeCase, type Case } from './case';
import { back, begin, forth, step, type Steps } from './undo';

export interface CaseInHand {
  now: Case;
  canBack: boolean;
  canForth: boolean;
  change(c: Partial<Case>, what: string): void;
  back(): void;
  forth(): void;
  reset(): void;
}

export function useCase(): CaseInHand {
  const text = useStore(where, w => w.query['case'] ?? '');
  const [steps, set] = useState<Steps<Case>>(() => begin(readCase(text)));
  const own = writeCase(steps.now);
  // A link that was opened while we are here is one more step.
  useEffect(() => {
    const other = readCase(text);
    if (writeCase(other) !== own) set(s => step(s, other, '', performance.now()));
  }, [text]);
  const to = (f: (s: Steps<Case>) => Steps<Case>) =>
    set(had => {
      const next = f(had);
      const told = writeCase(next.now);
      if (told !== (where.get().query['case'] ?? '')) queueMicrotask(() => setQuery({ case: told || null }));
      return next;
    });
  return {
    now: steps.now,
    canBack: steps.past.length > 0,
    canForth: steps.next.length > 0,
    change: (c, what) => to(s => step(s, tidy({ ...s.now, ...c }), what, performance.now())),
    back: () => to(back),
    forth: () => to(forth),
    reset: () => to(s => step(s, { ...EMPTY, ...(s.now.lap !== undefined ? { lap: s.now.lap } : {}) }, '', performance.now())),
  };
}
