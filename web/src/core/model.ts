/** Models as GET /models tells of them, and what their figures say. */
export interface Interval {
  value: number;
  lo: number;
  hi: number;
}

export interface ModelVersion {
  version: number;
  active: boolean;
  used: boolean;
  good: boolean;
  why?: string;
  trained_at?: string;
  code?: string;
  quick?: boolean;
  until?: string;
  races?: number;
  data?: string;
  data_hash?: string;
  judged_season?: number;
  judged_races?: number;
  baseline?: string;
  metrics?: Record<string, Interval>;
  against?: Record<string, Interval>;
}

export interface ModelKind {
  kind: string;
  answers: string;
  protocol: string;
  used: { version: number | null; baseline: boolean; fallback?: string };
  versions: ModelVersion[];
}

export interface ModelDrift {
  kind: string;
  version: number;
  races: number;
  drifted: boolean;
  why?: string;
  set_aside: boolean;
  results?: { metric: string; value: number; was: number; lo: number; hi: number; worse: boolean };
  features: { name: string; psi: number | null; usual: number | null; drifted: boolean }[];
}

const MORE_IS_BETTER = /(^|_)(acc|exact|precision|recall|rho|hit|auc|skill|f1)(_|$)|within/;
const NEITHER = /coverage|width|mean_p|base_rate|bias|ece|slope|^n$|pit_/;

export type Verdict = 'better' | 'worse' | 'even' | 'neither';

/** What a difference from the baseline says, where its interval leaves no doubt. */
export function verdict(metric: string, difference: Interval): Verdict {
  if (NEITHER.test(metric)) return 'neither';
  if (difference.lo <= 0 && difference.hi >= 0) return 'even';
  return difference.value > 0 === MORE_IS_BETTER.test(metric) ? 'better' : 'worse';
}

/** The one that answers now, else the active one, else the newest. */
export const shown = (k: ModelKind): ModelVersion | undefined => k.versions.find(v => v.used) ?? k.versions.find(v => v.active) ?? k.versions.at(-1);

/** The protocol's own figure: it is told first. */
export const mainMetric = (v: ModelVersion | undefined): string | undefined => Object.keys(v?.metrics ?? {})[0];
