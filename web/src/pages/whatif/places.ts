/** Figures of a distribution of places. */

/** The least place by which so much of the probability has come. */
export function quantile(probs: readonly number[], p: number): number {
  let sum = 0;
  for (let i = 0; i < probs.length; i++) {
    sum += probs[i]!;
    if (sum >= p - 1e-9) return i + 1;
  }
  return probs.length;
}

/** "P3 to P8": eight races in ten end there. */
export const middle = (probs: readonly number[]): [number, number] => [quantile(probs, 0.1), quantile(probs, 0.9)];

/** Places that are worth drawing: up to the last with half a percent in one of the two. */
export function drawn(a: readonly number[], b: readonly number[]): number {
  let last = 0;
  for (let i = 0; i < Math.max(a.length, b.length); i++) if ((a[i] ?? 0) >= 0.005 || (b[i] ?? 0) >= 0.005) last = i + 1;
  return Math.max(6, last);
}

/** An interval that holds 0 tells nothing of the sign. */
export const tells = (g: { lo: number; hi: number }): boolean => g.lo > 0 || g.hi < 0;
