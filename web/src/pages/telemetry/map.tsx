/** The track: by the places of the reference, else a ring by distance; the cursor on it, the stretch that is looked at, where B wins and loses. */
import { num, signed } from '../../core/format';
import { useStore } from '../../core/store';
import { delta, gains, placeAt } from './channels';
import { cursor, putCursor, zoom } from './cursor';
import { letter } from './picks';
import type { Trace, Traces } from './types';

interface Line {
  at(k: number): [number, number] | null;
  n: number;
  real: boolean;
}

const SIZE = 220;
const EDGE = 14;

function ring(n: number): Line {
  const r = SIZE / 2 - EDGE - 6;
  return {
    n,
    real: false,
    at: k => {
      const a = (k / Math.max(1, n - 1)) * 2 * Math.PI - Math.PI / 2;
      return [SIZE / 2 + r * Math.cos(a), SIZE / 2 + r * Math.sin(a)];
    },
  };
}

/** x to the right, y up, the same scale both ways. */
export function lineOf(t: Trace): Line {
  const { x_m: x, y_m: y } = t;
  const both = x && y ? x.flatMap((v, i) => (v === null || y[i] === null || y[i] === undefined ? [] : [[v, y[i]] as [number, number]])) : [];
  if (!x || !y || both.length < x.length / 2 || both.length < 8) return ring(t.elapsed_ms.length);
  const lo = (k: 0 | 1) => both.reduce((m, p) => Math.min(m, p[k]), Infinity);
  const hi = (k: 0 | 1) => both.reduce((m, p) => Math.max(m, p[k]), -Infinity);
  const [x0, x1, y0, y1] = [lo(0), hi(0), lo(1), hi(1)];
  const scale = (SIZE - 2 * EDGE) / Math.max(x1 - x0, y1 - y0, 1);
  const dx = (SIZE - (x1 - x0) * scale) / 2;
  const dy = (SIZE - (y1 - y0) * scale) / 2;
  return {
    n: x.length,
    real: true,
    at: k => {
      const a = x[k];
      const b = y[k];
      return a === null || a === undefined || b === null || b === undefined ? null : [dx + (a - x0) * scale, SIZE - dy - (b - y0) * scale];
    },
  };
}

export function pathOf(line: Line, from: number, to: number): string {
  let d = '';
  let pen = false;
  for (let k = Math.max(0, from); k <= Math.min(to, line.n - 1); k++) {
    const p = line.at(k);
    if (p) d += `${pen ? 'L' : 'M'}${p[0].toFixed(1)} ${p[1].toFixed(1)}`;
    pen = p !== null;
  }
  return d;
}

/** Stretches of a lap in which times are compared. */
const STRETCHES = 40;
/** Less than this within a stretch is neither won nor lost, seconds. */
const EVEN_S = 0.015;

function Gains({ line, traces }: { line: Line; traces: Traces }) {
  const [a, b] = traces.traces;
  if (!a || !b) return null;
  const every = Math.max(1, Math.round(line.n / STRETCHES));
  const parts = gains(delta(b, a), every).filter(g => Math.abs(g.s) >= EVEN_S);
  return (
    <>
      {parts.map(g => (
        <path key={g.from} d={pathOf(line, g.from, g.to)} class={g.s < 0 ? 'telemetry-map-won' : 'telemetry-map-lost'} />
      ))}
    </>
  );
}

function nearest(line: Line, x: number, y: number): number {
  let best = 0;
  let least = Infinity;
  for (let k = 0; k < line.n; k++) {
    const p = line.at(k);
    const d = p ? (p[0] - x) ** 2 + (p[1] - y) ** 2 : Infinity;
    if (d < least) [best, least] = [k, d];
  }
  return best;
}

function Dot({ line, step_m }: { line: Line; step_m: number }) {
  const at = useStore(cursor, c => c);
  const k = at === null ? null : placeAt(at, step_m, line.n);
  const p = k === null ? null : line.at(k);
  return p ? <circle cx={p[0]} cy={p[1]} r="6" class="telemetry-map-dot" /> : null;
}

export function MiniMap({ traces }: { traces: Traces }) {
  const z = useStore(zoom, v => v);
  const a = traces.traces[0]!;
  const line = lineOf(a);
  const from = z ? Math.floor(z[0] / traces.step_m) : 0;
  const to = z ? Math.ceil(z[1] / traces.step_m) : line.n - 1;
  const start = line.at(0);
  const point = (e: PointerEvent) => {
    const box = (e.currentTarget as SVGElement).getBoundingClientRect();
    putCursor(nearest(line, ((e.clientX - box.left) / box.width) * SIZE, ((e.clientY - box.top) / box.height) * SIZE) * traces.step_m);
  };
  const b = traces.traces[1];
  const won = b ? (b.time_ms - a.time_ms) / 1000 : null;
  return (
    <figure class="telemetry-map">
      <svg
        viewBox={`0 0 ${SIZE} ${SIZE}`}
        role="img"
        aria-label={`${line.real ? 'Track by the places of lap A' : 'Lap as a ring by distance: no places are told'}, ${num(a.length_m)} m${b ? `; B against A over the lap ${signed(won, 3)} s` : ''}`}
        onPointerMove={point}
        onPointerDown={point}
      >
        <path d={pathOf(line, 0, line.n - 1)} class="telemetry-map-track" />
        {z && <path d={pathOf(line, from, to)} class="telemetry-map-zoom" />}
        <Gains line={line} traces={traces} />
        {start && <rect x={start[0] - 2} y={start[1] - 8} width="4" height="16" class="telemetry-map-start" />}
        <Dot line={line} step_m={traces.step_m} />
      </svg>
      <figcaption>
        {!line.real && 'No places told: a ring by distance. '}
        {b ? (
          <>
            {letter(1)} against {letter(0)}: <span class="telemetry-key-won">wide is won</span>, <span class="telemetry-key-lost">narrow is lost</span>
          </>
        ) : (
          'Choose a second lap to see where time is won.'
        )}
      </figcaption>
    </figure>
  );
}
