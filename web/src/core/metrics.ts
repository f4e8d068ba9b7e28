/** GET /metrics: the text format of Prometheus (0.0.4), and what a person wants to know of it. */
export interface Sample {
  name: string;
  labels: Readonly<Record<string, string>>;
  value: number;
}

const LABEL = /([A-Za-z_][A-Za-z0-9_]*)="((?:[^"\\]|\\.)*)"/g;
const plain = (text: string): string => text.replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c));

function number(text: string): number {
  if (text === '+Inf') return Infinity;
  if (text === '-Inf') return -Infinity;
  return Number(text);
}

/** Lines that are none are left out. */
export function parseMetrics(text: string): Sample[] {
  const out: Sample[] = [];
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const found = /^([A-Za-z_:][A-Za-z0-9_:]*)(?:\{(.*)\})? (\S+)/.exec(line);
    const value = number(found?.[3] ?? '');
    if (!found || found[3] === '' || Number.isNaN(value)) continue;
    const labels: Record<string, string> = {};
    for (const [, key, value] of (found[2] ?? '').matchAll(LABEL)) labels[key!] = plain(value!);
    out.push({ name: found[1]!, labels, value });
  }
  return out;
}

type Want = Readonly<Record<string, string>>;

const has = (s: Sample, want: Want): boolean => Object.entries(want).every(([k, v]) => s.labels[k] === v);

/** All series of the name with these labels, added; null: there is none. */
export function total(samples: readonly Sample[], name: string, want: Want = {}): number | null {
  const found = samples.filter(s => s.name === name && has(s, want));
  return found.length > 0 ? found.reduce((sum, s) => sum + s.value, 0) : null;
}

/** The values that a label has in a family, in the order of the text. */
export const labelsOf = (samples: readonly Sample[], name: string, label: string): string[] => [
  ...new Set(samples.filter(s => s.name === name).flatMap(s => (s.labels[label] === undefined ? [] : [s.labels[label]!]))),
];

/** Upper bound and how many were at most that, growing. */
function buckets(samples: readonly Sample[], name: string, want: Want): [number, number][] {
  const at = new Map<number, number>();
  for (const s of samples) {
    if (s.name !== `${name}_bucket` || !has(s, want)) continue;
    const le = number(s.labels['le'] ?? '');
    at.set(le, (at.get(le) ?? 0) + s.value);
  }
  return [...at].sort(([a], [b]) => a - b);
}

/** Quantile of a histogram, straight within a bucket, of what came since `before`; null where nothing came. */
export function quantile(samples: readonly Sample[], name: string, q: number, want: Want = {}, before: readonly Sample[] = []): number | null {
  const old = new Map(buckets(before, name, want));
  const steps = buckets(samples, name, want).map(([le, n]) => [le, n - (old.get(le) ?? 0)] as const);
  const all = steps.at(-1)?.[1] ?? 0;
  if (all <= 0) return null;
  const rank = q * all;
  let from = 0;
  let under = 0;
  for (const [le, n] of steps) {
    if (n >= rank) return le === Infinity ? from : from + ((le - from) * (rank - under)) / Math.max(n - under, 1e-9);
    from = le;
    under = n;
  }
  return from;
}

export interface Reading {
  at: number;
  samples: readonly Sample[];
}

/** A second, between two readings; a counter that fell began anew. */
export function perSecond(now: Reading | undefined, before: Reading | undefined, name: string, want: Want = {}): number | null {
  if (!now || !before || now.at <= before.at) return null;
  const a = total(before.samples, name, want);
  const b = total(now.samples, name, want);
  if (b === null) return null;
  const grown = b - (a ?? 0);
  return (grown >= 0 ? grown : b) / ((now.at - before.at) / 1000);
}
