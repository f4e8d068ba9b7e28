/** The charts, one under the other: delta first, then channels, over the distance from the line. */
import { useMemo } from 'preact/hooks';
import uPlot from 'uplot';
import { num } from '../../core/format';
import { prefs } from '../../core/prefs';
import { useStore } from '../../core/store';
import { Chart, axis } from '../../ui/chart';
import { colour, series } from '../../ui/colour';
import { type Channel, delta, inUnits, placeAt, shownDelta } from './channels';
import { dashOf } from './dashes';
import { cursor, joined } from './cursor';
import { letter } from './picks';
import { Swatch } from './swatch';
import type { Trace, Traces, Values } from './types';

const AXIS_W = 52;
/** Pixels of the page for one of an ordinary screen: large screens have larger letters (style/base.css). */
const large = (): number => parseFloat(getComputedStyle(document.documentElement).fontSize) / 16 || 1;

function lines(names: readonly string[], first: number, steps: boolean | undefined): uPlot.Series[] {
  const paths = steps ? uPlot.paths.stepped?.({ align: 1 }) : undefined;
  return names.map((label, i) => {
    const k = first + i;
    const s: uPlot.Series = { label, stroke: series(k), width: k === 0 ? 2 : 1.5, dash: dashOf(k), points: { show: false }, spanGaps: false };
    return paths ? { ...s, paths } : s;
  });
}

/** As many as the step of an axis needs. */
export const decimals = (step: number): number => (step >= 1 ? 0 : step >= 0.1 ? 1 : 2);

interface PlotProps {
  title: string;
  unit: string;
  alt: string;
  height: number;
  xs: number[];
  ys: Values[];
  names: string[];
  /** Which series is the first: 1 for deltas, as the reference has none. */
  first: number;
  length_m: number;
  least?: [number, number] | undefined;
  zero?: boolean;
  steps?: boolean | undefined;
  last: boolean;
  /** A value as text. */
  text(v: number | null | undefined): string;
}

function spread(least: [number, number] | undefined, zero: boolean | undefined): uPlot.Range.Function {
  return (_, lo, hi) => {
    if (lo === null || hi === null || !Number.isFinite(lo) || !Number.isFinite(hi)) return least ?? [0, 1];
    const a = Math.min(lo, least?.[0] ?? lo, zero ? 0 : lo);
    const b = Math.max(hi, least?.[1] ?? hi, zero ? 0 : hi);
    const air = (b - a || 1) * 0.06;
    return [a - air, b + air];
  };
}

/** What each lap says where the cursor stands. */
function Readings(p: Pick<PlotProps, 'xs' | 'ys' | 'first' | 'text'>) {
  const at = useStore(cursor, c => c);
  const k = at === null ? null : placeAt(at, p.xs[1] ?? 1, p.xs.length);
  return (
    <ul class="telemetry-readings" aria-hidden={k === null}>
      {k !== null &&
        p.ys.map((y, i) => (
          <li key={i}>
            <Swatch k={p.first + i} /> {letter(p.first + i)} <b>{p.text(y[k])}</b>
          </li>
        ))}
    </ul>
  );
}

function Plot(p: PlotProps) {
  const data = useMemo(() => [p.xs, ...p.ys] as uPlot.AlignedData, [p.xs, p.ys]);
  const options = (): Omit<uPlot.Options, 'width' | 'height'> => {
    const j = joined(() => p.length_m);
    const big = large();
    const letters = { font: `${Math.round(12 * big)}px system-ui, sans-serif` };
    return {
      ...j,
      legend: { show: false },
      padding: [6, 18, p.last ? 0 : 4, 0],
      scales: { ...j.scales, y: { range: spread(p.least, p.zero) } },
      axes: [
        axis({ ...letters, size: p.last ? 30 * big : 0, space: 60 * big, values: (_, at) => at.map(v => (p.last ? num(v) : '')), ticks: { show: p.last, stroke: colour('line-soft'), size: 4 } }),
        axis({ ...letters, size: AXIS_W * big, space: 26 * big, ...(p.steps ? { incrs: [1, 2, 5, 10] } : {}), values: (_, at, __, ___, step) => at.map(v => num(v, decimals(step))) }),
      ],
      series: [{}, ...lines(p.names, p.first, p.steps)],
      hooks: {
        ...j.hooks,
        drawAxes: [
          u => {
            if (!p.zero) return;
            const y = u.valToPos(0, 'y', true);
            u.ctx.save();
            u.ctx.strokeStyle = colour('faint');
            u.ctx.beginPath();
            u.ctx.moveTo(u.bbox.left, y);
            u.ctx.lineTo(u.bbox.left + u.bbox.width, y);
            u.ctx.stroke();
            u.ctx.restore();
          },
        ],
      },
    };
  };
  return (
    <div class="telemetry-plot">
      <div class="telemetry-plot-head">
        <h3>
          {p.title} {p.unit && <span class="soft">{p.unit}</span>}
        </h3>
        <Readings ys={p.ys} xs={p.xs} first={p.first} text={p.text} />
      </div>
      <Chart alt={p.alt} height={Math.round((p.height + (p.last ? 24 : 0)) * large())} data={data} options={options} shape={`${p.title}|${p.unit}|${p.names.join()}|${p.last}|${p.steps}|${p.length_m}|${p.first}`} />
    </div>
  );
}

const ends = (v: Values): { lo: number; hi: number } | null => {
  let lo = Infinity;
  let hi = -Infinity;
  for (const x of v) if (x !== null) [lo, hi] = [Math.min(lo, x), Math.max(hi, x)];
  return hi >= lo ? { lo, hi } : null;
};

/** The figures that a chart is looked at for. */
export function channelAlt(c: Channel, unit: string, names: readonly string[], ys: readonly Values[]): string {
  const each = ys.map((v, i) => {
    const e = ends(v);
    return `${names[i]}: ${e ? `${num(e.lo, c.digits)} to ${num(e.hi, c.digits)} ${unit}` : 'not told'}`;
  });
  return `${c.title} along the lap. ${each.join('; ')}`;
}

export function deltaAlt(reference: string, names: readonly string[], ys: readonly Values[]): string {
  const each = ys.map((v, i) => {
    const last = v.filter(x => x !== null).at(-1);
    const e = ends(v);
    return `${names[i]}: ${shownDelta(last)} s at the line, between ${shownDelta(e?.lo)} and ${shownDelta(e?.hi)} s`;
  });
  return `Time against ${reference} along the lap. ${each.join('; ') || 'No other lap is chosen'}`;
}

export function Charts(props: { traces: Traces; channels: readonly Channel[]; label(t: Trace): string }) {
  const units = useStore(prefs, p => p.units);
  const { traces, step_m } = props.traces;
  const reference = traces[0]!;
  const n = Math.max(...traces.map(t => t.elapsed_ms.length));
  const length_m = Math.max(...traces.map(t => t.length_m));
  const names = traces.map((t, k) => `${letter(k)} ${props.label(t)}`);
  const xs = useMemo(() => Array.from({ length: n }, (_, i) => i * step_m), [n, step_m]);
  const deltas = useMemo(() => traces.slice(1).map(t => padded(delta(t, reference), n)), [props.traces]);
  const drawn = useMemo(
    () => props.channels.map(c => ({ c, unit: inUnits(0, c.unit, units).unit, ys: traces.map(t => padded((t.values[c.name] ?? []).map(v => inUnits(v, c.unit, units).value), n)) })),
    [props.traces, props.channels, units],
  );
  return (
    <div class="telemetry-charts">
      {traces.length > 1 && (
        <Plot
          title="Delta"
          unit="s against A; above 0 is slower"
          alt={deltaAlt(`A ${props.label(reference)}`, names.slice(1), deltas)}
          height={120}
          xs={xs}
          ys={deltas}
          names={names.slice(1)}
          first={1}
          length_m={length_m}
          zero
          text={shownDelta}
          last={props.channels.length === 0}
        />
      )}
      {drawn.map(({ c, unit, ys }, i) => (
        <Plot key={c.name} title={c.title} unit={unit} alt={channelAlt(c, unit, names, ys)} height={c.height} xs={xs} ys={ys} names={names} first={0} length_m={length_m} least={c.least} steps={c.steps} text={v => num(v, c.digits)} last={i === drawn.length - 1} />
      ))}
    </div>
  );
}

const padded = (v: Values, n: number): Values => (v.length === n ? v : Array.from({ length: n }, (_, i) => v[i] ?? null));
