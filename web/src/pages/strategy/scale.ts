/** Straight axes for what is drawn by hand. */
export interface Scale {
  (v: number): number;
  back(px: number): number;
}

export function scale(from: number, to: number, a: number, b: number): Scale {
  const span = to - from || 1;
  const f = (v: number) => a + ((v - from) / span) * (b - a);
  return Object.assign(f, { back: (px: number) => from + ((px - a) / (b - a || 1)) * span });
}

/** Round values inside from .. to, about `n` of them, no nearer than `least`. */
export function ticks(from: number, to: number, n: number, least = 0): number[] {
  const span = to - from;
  if (!(span > 0)) return [from];
  const raw = Math.max(span / Math.max(1, n), least);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map(k => k * power).find(s => s >= raw * 0.999) ?? raw;
  const out: number[] = [];
  for (let k = Math.ceil(from / step); k * step <= to + 1e-9; k++) out.push(Number((k * step).toFixed(6)));
  return out;
}

export type Point = readonly [number, number];

/** "M0,1L2,3"; null lifts the pen. */
export function path(points: readonly (Point | null)[]): string {
  let pen = false;
  let out = '';
  for (const p of points) {
    if (p) out += `${pen ? 'L' : 'M'}${p[0].toFixed(1)},${p[1].toFixed(1)}`;
    pen = p !== null;
  }
  return out;
}

/** The area between two lines that have the same x. */
export const band = (upper: readonly Point[], lower: readonly Point[]): string => (upper.length > 1 ? `${path(upper)}L${path([...lower].reverse()).slice(1)}Z` : '');
