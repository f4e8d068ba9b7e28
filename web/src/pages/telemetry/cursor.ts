/** What all charts of the page share: where the cursor stands, and which stretch is looked at. */
import type uPlot from 'uplot';
import { Store } from '../../core/store';

/** Metres from the line; null: no cursor. */
export const cursor = new Store<number | null>(null);
/** From and to, metres; null: the whole lap. */
export const zoom = new Store<[number, number] | null>(null);

const plots = new Set<uPlot>();
export const allPlots = (): uPlot[] => [...plots].sort((a, b) => a.root.getBoundingClientRect().top - b.root.getBoundingClientRect().top);

let frame = 0;
let told: number | null = null;

/** Many moves in a frame are one. */
function tell(at: number | null): void {
  told = at;
  frame ||= requestAnimationFrame(() => {
    frame = 0;
    cursor.set(told);
  });
}

/** Moves the cursor of every chart. */
export function putCursor(at_m: number | null): void {
  for (const u of plots) u.setCursor({ left: at_m === null ? -10 : u.valToPos(at_m, 'x'), top: at_m === null ? -10 : u.over.clientHeight / 2 }, false);
  tell(at_m);
}

const LEAST_M = 20;

/** The stretch made shorter (by < 1) or longer around the cursor; null: the whole lap again. */
export function zoomed(z: [number, number] | null, at: number | null, length: number, by: number): [number, number] | null {
  const [from, to] = z ?? [0, length];
  const span = Math.max(LEAST_M, (to - from) * by);
  if (span >= length) return null;
  const middle = at ?? (from + to) / 2;
  const a = Math.max(0, Math.min(length - span, middle - span / 2));
  return [a, a + span];
}

/** What a chart needs to be one of them. */
export function joined(length_m: () => number): Pick<uPlot.Options, 'cursor' | 'hooks' | 'scales'> & { scales: { x: uPlot.Scale } } {
  return {
    cursor: { drag: { x: true, y: false, setScale: false }, points: { size: 7 }, y: false, sync: { key: 'telemetry', setSeries: false, scales: ['x', null] } },
    scales: { x: { time: false, range: () => zoom.get() ?? [0, Math.max(1, length_m())] } },
    hooks: {
      init: [u => void plots.add(u)],
      destroy: [u => void plots.delete(u)],
      setCursor: [u => tell((u.cursor.left ?? -1) < 0 ? null : u.posToVal(u.cursor.left!, 'x'))],
      setSelect: [
        u => {
          const { left, width } = u.select;
          if (width < 4) return;
          const a = u.posToVal(left, 'x');
          const b = u.posToVal(left + width, 'x');
          u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          if (b - a >= LEAST_M) zoom.set([Math.max(0, a), Math.min(length_m(), b)]);
        },
      ],
    },
  };
}

zoom.watch(() => {
  for (const u of plots) {
    const x = u.data[0];
    u.setScale('x', { min: x[0] ?? 0, max: x[x.length - 1] ?? 1 });
  }
});
