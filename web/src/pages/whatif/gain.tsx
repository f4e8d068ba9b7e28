/** A difference with its interval: in words, and as a mark on a small scale. */
import { signed } from '../../core/format';
import type { Gain as GainValue } from '../../core/types';
import { tells } from './places';

const scaled = (g: GainValue): { g: GainValue; digits: number; unit: string } =>
  g.unit === 'prob' ? { g: { ...g, value: g.value * 100, lo: g.lo * 100, hi: g.hi * 100 }, digits: 1, unit: 'pp' } : { g, digits: 2, unit: '' };

export const gainClass = (g: GainValue): string => (!tells(g) ? 'soft' : g.value > 0 ? 'good' : 'bad');
/** Better, worse, or nobody can tell: for who sees no colour. */
export const gainSign = (g: GainValue): string => (g.lo === 0 && g.hi === 0 ? '=' : !tells(g) ? '≈' : g.value > 0 ? '▲' : '▼');
export const gainWord = (g: GainValue): string => (g.lo === 0 && g.hi === 0 ? 'the same' : !tells(g) ? 'no clear difference' : g.value > 0 ? 'better' : 'worse');

export function GainText({ gain }: { gain: GainValue }) {
  const { g, digits, unit } = scaled(gain);
  return (
    <span class={gainClass(gain)}>
      <span aria-hidden="true">{gainSign(gain)} </span>
      <span class="hidden">{gainWord(gain)}: </span>
      <b>{signed(g.value, digits)}</b>
      {unit && ` ${unit}`}
    </span>
  );
}

export function GainRange({ gain }: { gain: GainValue }) {
  const { g, digits } = scaled(gain);
  return (
    <span class="soft whatif-ci">
      {signed(g.lo, digits)} to {signed(g.hi, digits)}
    </span>
  );
}

/** The gain and its interval on a scale from -most to most, 0 in the middle. */
export function GainBar({ gain, most }: { gain: GainValue; most: number }) {
  const x = (v: number) => 50 + (50 * Math.max(-most, Math.min(most, v))) / most;
  return (
    <span class={`whatif-gainbar ${gainClass(gain)}`} aria-hidden="true">
      <u style={{ left: `${Math.min(50, x(gain.value))}%`, width: `${Math.abs(x(gain.value) - 50)}%` }} />
      <i style={{ left: `${x(gain.lo)}%`, width: `${Math.max(1.5, x(gain.hi) - x(gain.lo))}%` }} />
      <b style={{ left: `${x(gain.value)}%` }} />
    </span>
  );
}
