/** uPlot in a figure: it fits its place, follows the theme, and says in words what it shows. */
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { useStore } from '../core/store';
import { colour, themeTurn } from './colour';

export interface ChartProps {
  /** What is seen, for who does not see it: the figures that matter, not "a chart". */
  alt: string;
  height: number;
  data: uPlot.AlignedData;
  /** Made anew when `shape` changes or the theme does; sizes and axis colours are ours. */
  options(): Omit<uPlot.Options, 'width' | 'height'>;
  /** What of the options may change: names of series, scales. Data alone are set without making the chart anew. */
  shape: string;
}

export function axis(more: uPlot.Axis = {}): uPlot.Axis {
  return { stroke: colour('soft'), grid: { stroke: colour('line-soft'), width: 1 }, ticks: { stroke: colour('line-soft'), width: 1, size: 4 }, font: '12px system-ui, sans-serif', ...more };
}

export function Chart(props: ChartProps) {
  const at = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const turn = useStore(themeTurn, n => n);
  useEffect(() => {
    const box = at.current!;
    const size = () => ({ width: Math.max(120, Math.floor(box.clientWidth)), height: props.height });
    plot.current = new uPlot({ ...props.options(), ...size() }, props.data, box);
    const seen = new ResizeObserver(() => plot.current?.setSize(size()));
    seen.observe(box);
    return () => {
      seen.disconnect();
      plot.current?.destroy();
      plot.current = null;
    };
  }, [props.shape, props.height, turn]);
  useEffect(() => plot.current?.setData(props.data), [props.data]);
  return (
    <figure class="chart">
      <div ref={at} role="img" aria-label={props.alt} style={{ height: `${props.height}px` }} />
    </figure>
  );
}

/** Of many points those that a screen can show: the least and the most of each of `columns` parts, so that no peak is lost. Returns indices, growing. */
export function thin(y: ArrayLike<number | null | undefined>, columns: number): number[] {
  const n = y.length;
  if (n <= 2 * columns) return Array.from({ length: n }, (_, i) => i);
  const out: number[] = [];
  for (let c = 0; c < columns; c++) {
    const from = Math.floor((c * n) / columns);
    const to = Math.floor(((c + 1) * n) / columns);
    let lo = from;
    let hi = from;
    for (let i = from; i < to; i++) {
      const v = y[i];
      if (v === null || v === undefined) continue;
      if (v < (y[lo] ?? Infinity)) lo = i;
      if (v > (y[hi] ?? -Infinity)) hi = i;
    }
    if (lo === hi) out.push(lo);
    else out.push(Math.min(lo, hi), Math.max(lo, hi));
  }
  return out;
}
