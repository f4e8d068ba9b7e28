/** What a back-test says, in words and for drawing. Pure. */
import { DASH, num, signed } from '../../core/format';
import type { Backtest, Interval, Metric } from './types';

export type Standing = 'ahead' | 'level' | 'behind' | 'unknown';

/** Whole interval of the difference on one side of nothing: ahead or behind; else level. */
export function standing(d: Interval | null, better: Metric['better']): Standing {
  if (!d || d.lo === null || d.hi === null || better === null) return 'unknown';
  const sign = better === 'more' ? 1 : -1;
  if (sign * d.lo > 0 && sign * d.hi > 0) return 'ahead';
  if (sign * d.lo < 0 && sign * d.hi < 0) return 'behind';
  return 'level';
}

export const standingWords: Record<Standing, string> = { ahead: '▲ ahead', level: '= level', behind: '▼ behind', unknown: DASH };

export const headlineOf = (b: Backtest): Metric | undefined => b.metrics.find(m => m.name === b.headline);

/** Digits that tell values of this size apart: 0.0921, 1.04, 14.0. */
export const digits = (v: number | null): number => (v === null || Math.abs(v) < 1 ? 4 : Math.abs(v) < 10 ? 2 : 1);
export const figure = (v: number | null): string => num(v, digits(v));
export const change = (v: number | null): string => signed(v, digits(v));
export const span = (i: Interval | null): string => (i === null || i.lo === null || i.hi === null ? DASH : `${figure(i.lo)} to ${figure(i.hi)}`);
export const changeSpan = (i: Interval | null): string => (i === null || i.lo === null || i.hi === null ? DASH : `${change(i.lo)} to ${change(i.hi)}`);

const NAMES: Record<string, string> = {
  rps: 'ranked probability score', log_loss: 'log loss', brier: 'Brier score', mae: 'mean error', mae_median: 'mean error of the median', mae_finishers: 'mean error, finishers',
  interval_score90: 'interval score, 90 %', exact: 'place exactly right', within1: 'within one place', h1_clean_crps: 'CRPS, next clean lap', dry_all_count_acc: 'number of stops right, dry',
  auc_roc: 'AUC', auc_pr: 'AUC of precision and recall', ece: 'calibration error', mean_p: 'mean told', base_rate: 'share that came true', winner_hit: 'winner right', rho: 'rank correlation', f1: 'F1', crps: 'CRPS', rmse: 'root mean square error', bias: 'bias',
};
export const metricName = (name: string): string => NAMES[name] ?? name.replaceAll('_', ' ');

/** Most bins in the lowest fifth of the axes: they are drawn on a root scale, or they would lie on each other. */
export const crowded = (told: readonly number[], end: number): boolean => told.length > 4 && told.filter(v => v < end / 5).length > told.length / 2;

/** Where the axes are marked. */
export function axisMarks(end: number, root: boolean): number[] {
  if (!root) return [0, 0.25, 0.5, 0.75, 1].map(k => k * end);
  return [0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1].filter(v => v <= end && (v === 0 || v >= end / 40));
}

/** The end of the axes of a reliability diagram: what the bins need, in round steps; never more than 1. */
export function axisEnd(values: readonly number[]): number {
  const most = Math.max(0, ...values);
  return [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8].find(e => most <= e) ?? 1;
}
