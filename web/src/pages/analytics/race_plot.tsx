/** A line a car over the laps of a race. All plots of a race share the pointer: one lap is read in all of them. */
import uPlot from 'uplot';
import { DASH } from '../../core/format';
import { Store, useStore } from '../../core/store';
import { axis, Chart } from '../../ui/chart';
import { colour, compoundColour, faded } from '../../ui/colour';
import type { Compound } from '../../core/types';
import { colourOf } from './focus';
import { endLabels, ground } from './plot_marks';
import type { Line, Phase } from './race_math';

/** The lap under the pointer. */
export const lapAt = new Store<number | null>(null);

export interface RacePlotProps {
  /** Makes it anew when it is another race. */
  race: string;
  alt: string;
  lines: ReadonlyMap<string, Line>;
  focus: readonly string[];
  phases: readonly Phase[];
  height: number;
  /** Downwards: places and gaps. */
  down: boolean;
  range: [number, number];
  splits?: number[];
  value(v: number): string;
  /** A dot in the colour of the tyre on each lap of the cars that are looked at. */
  compound?(code: string, lap: number): Compound | null;
  /** Codes of all cars at the ends, not of the chosen alone. */
  labelAll?: boolean;
}

/** Cars that are looked at come last: they lie above the others. */
const drawn = (p: RacePlotProps): string[] => [...[...p.lines.keys()].filter(c => !p.focus.includes(c)), ...p.focus.filter(c => p.lines.has(c))];

function seriesOf(p: RacePlotProps, code: string): uPlot.Series {
  const own = colourOf(p.focus, code);
  return { label: code, stroke: own ?? faded(colour('faint'), 0.45), width: own ? 2 : 1, points: { show: false }, spanGaps: false };
}

function dots(p: RacePlotProps, codes: readonly string[]): (u: uPlot) => void {
  return u => {
    const { ctx, bbox } = u;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    codes.forEach((code, k) => {
      if (!p.focus.includes(code)) return;
      (u.data[k + 1] as Line).forEach((v, lap) => {
        if (v === null) return;
        ctx.fillStyle = compoundColour(p.compound!(code, lap));
        ctx.beginPath();
        ctx.arc(u.valToPos(lap, 'x', true), u.valToPos(v, 'y', true), 2.6 * uPlot.pxRatio, 0, 7);
        ctx.fill();
      });
    });
    ctx.restore();
  };
}

function options(p: RacePlotProps, codes: readonly string[]): Omit<uPlot.Options, 'width' | 'height'> {
  const labelled = p.labelAll ? codes : codes.filter(c => p.focus.includes(c));
  const labels = labelled.map(c => ({ series: codes.indexOf(c) + 1, text: c, stroke: colourOf(p.focus, c) ?? colour('soft') }));
  return {
    padding: [8, 40, 0, 0],
    legend: { show: false },
    cursor: { sync: { key: 'race' }, y: false, points: { show: false }, drag: { x: false, y: false } },
    scales: { x: { time: false }, y: { range: () => p.range, dir: p.down ? -1 : 1 } },
    axes: [
      axis({ values: (_, at) => at.map(v => (Number.isInteger(v) ? String(v) : '')), size: 28 }),
      axis({ size: 52, values: (_, at) => at.map(p.value), ...(p.splits ? { splits: () => p.splits! } : {}) }),
    ],
    series: [{ label: 'lap' }, ...codes.map(c => seriesOf(p, c))],
    hooks: {
      drawClear: [ground(p.phases)],
      draw: [...(p.compound ? [dots(p, codes)] : []), endLabels(labels)],
      setCursor: [u => lapAt.set(u.cursor.idx ?? null)],
    },
  };
}

/** The lap that is read, and what the chosen cars had on it. Its height never changes. */
function Readout(p: RacePlotProps) {
  const lap = useStore(lapAt, v => v);
  const last = Math.max(0, ...[...p.lines.values()].map(l => l.length - 1));
  const at = lap === null ? last : Math.min(lap, last);
  return (
    <p class="an-readout" aria-hidden="true">
      <span class="soft">{at === 0 ? 'Grid' : `Lap ${at}`}</span>
      {p.focus.map((code, k) => {
        const v = p.lines.get(code)?.[at];
        return (
          <span key={code} style={{ color: `var(--s${k})` }}>
            <b>{code}</b> {v === null || v === undefined ? DASH : p.value(v)}
          </span>
        );
      })}
    </p>
  );
}

export function RacePlot(p: RacePlotProps) {
  const codes = drawn(p);
  const n = Math.max(0, ...[...p.lines.values()].map(l => l.length));
  const data: uPlot.AlignedData = [Array.from({ length: n }, (_, i) => i), ...codes.map(c => p.lines.get(c)!)];
  return (
    <div onMouseLeave={() => lapAt.set(null)}>
      <Readout {...p} />
      <Chart alt={p.alt} height={p.height} data={data} options={() => options(p, codes)} shape={`${p.race} ${p.focus.join('.')} ${p.range.join()} ${p.phases.length}`} />
    </div>
  );
}
