/** How fast something that is counted grows, and since when it has not. */
export interface Count {
  at: number;
  n: number;
}

const KEEP_MS = 10_000;
const OVER_MS = 5000;

/** The counts of the last ten seconds, and the newest before them. A count that fell begins anew. */
export function counted(had: readonly Count[], at: number, n: number): Count[] {
  const last = had.at(-1);
  if (last && n < last.n) return [{ at, n }];
  if (last && n === last.n && had.length > 1) return trimmed(had, at);
  return trimmed([...had, { at, n }], at);
}

function trimmed(all: readonly Count[], at: number): Count[] {
  let from = 0;
  while (from + 1 < all.length && all[from + 1]!.at < at - KEEP_MS) from++;
  return all.slice(from);
}

/** A second, over the last five; null until there are two counts or five seconds. */
export function rateOf(counts: readonly Count[], at: number): number | null {
  const first = counts[0];
  const last = counts.at(-1);
  if (!first || !last) return null;
  if (at - first.at < 900) return null;
  const base = [...counts].reverse().find(c => c.at <= at - OVER_MS) ?? first;
  return (last.n - base.n) / ((at - Math.max(base.at, at - OVER_MS)) / 1000);
}

/** Since the last growth: exact once it was seen to grow, else at least so long. */
export function quiet(counts: readonly Count[], at: number): { ms: number; exact: boolean } | null {
  const last = counts.at(-1);
  return last ? { ms: at - last.at, exact: counts.length > 1 } : null;
}
