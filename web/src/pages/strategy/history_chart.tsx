/** Race history: gaps to a reference, driven and to come, with a lap cursor. */
import { useState } from 'preact/hooks';
import { num, signed } from '../../core/format';
import { setQuery } from '../../core/router';
import type { Shown } from './desk';
import type { Simulation } from './answers';
import { gapRange, gapsAt, historyRows, type GapAt, type Line } from './history';
import { Phases } from './phases';
import { Panel, Waiting } from './panel';
import { band, path, scale, ticks, type Point, type Scale } from './scale';
import { useWidth } from '../../ui/use_width';
import type { View } from './view';

const HEIGHT = 448;
const LEFT = 48;
const RIGHT = 52;
const TOP = 18;
const BOTTOM = 26;
const LABEL = 14;

interface Frame {
  x: Scale;
  y: Scale;
  width: number;
  from: number;
}

export interface HistoryProps {
  view: View;
  lines: Line[];
  sim: Simulation | undefined;
  shown: Shown | undefined;
  of: string | undefined;
  old: boolean;
}

/** "HAM +8.7 (6.1 to 12.0)". */
export const gapText = (g: GapAt): string => `${signed(g.gap)}${g.lo === undefined ? '' : ` (${num(g.lo, 1)} to ${num(g.hi, 1)})`}`;

const refName = (to: string): string => (to === 'leader' ? 'the leader' : to === 'median' ? 'the median car' : to);

export function History(props: HistoryProps) {
  const { view, lines } = props;
  const { at, width } = useWidth(800);
  const [all, setAll] = useState(false);
  const [cursor, setCursor] = useState<number | null>(null);
  const [lit, setLit] = useState<string | null>(null);
  const coloured = view.coloured.map(code => lines.find(l => l.code === code)).filter((l): l is Line => l !== undefined);
  const shown = lit && !view.coloured.includes(lit) ? [...coloured, ...lines.filter(l => l.code === lit)] : coloured;
  const from = props.sim?.from_lap ?? view.lap;
  const last = Math.max(view.laps, view.lap);
  const range = gapRange(all ? lines : coloured);
  const f: Frame = { x: scale(0, Math.max(last, 1), LEFT, width - RIGHT), y: scale(range[0], range[1], TOP, HEIGHT - BOTTOM), width, from };
  const lap = Math.min(cursor ?? view.lap, last);
  const told = gapsAt(shown, lap, from);
  // From where the cursor stands, not from where it is drawn: several keys may come between two frames.
  const step = (d: number) => setCursor(at => Math.min(last, Math.max(1, (at ?? view.lap) + d)));
  const key = (e: KeyboardEvent) => {
    const d = { ArrowLeft: -1, ArrowRight: 1, PageUp: 10, PageDown: -10 }[e.key];
    if (d === undefined && e.key !== 'Home' && e.key !== 'End') return;
    e.preventDefault();
    if (d !== undefined) step(d);
    else setCursor(e.key === 'Home' ? 1 : last);
  };
  const words = `Lap ${lap}, gap to ${refName(view.to)} in seconds: ${told.map(g => `${g.code} ${gapText(g)}`).join(', ') || 'not known'}`;
  return (
    <Panel name="history" title="Race history" of={props.of} old={props.old} shown={props.shown} rows={() => historyRows(lines, from)} picture side={<Choice view={view} lines={lines} all={all} setAll={setAll} />}>
      <div ref={at} class="strategy-plot" tabIndex={0} role="slider" aria-label="Race history, lap" aria-valuemin={1} aria-valuemax={Math.max(last, 1)} aria-valuenow={lap} aria-valuetext={words} onKeyDown={key} onBlur={() => setCursor(null)}>
        <svg width={width} height={HEIGHT} aria-hidden="true" onPointerMove={e => setCursor(lapUnder(e, f, view))} onPointerLeave={() => setCursor(null)}>
          <Grid f={f} view={view} range={range} />
          <clipPath id="strategy-history-clip">
            <rect x={LEFT} y={TOP} width={Math.max(0, width - LEFT - RIGHT)} height={HEIGHT - TOP - BOTTOM} />
          </clipPath>
          <g clip-path="url(#strategy-history-clip)">
            {lines.filter(l => !shown.includes(l)).map(l => <GreyLine key={l.code} l={l} f={f} />)}
            {[...shown].reverse().map(l => <FanOf key={l.code} l={l} f={f} k={view.coloured.indexOf(l.code)} wide={lit === null ? l.code === view.own.code : lit === l.code} faint={lit !== null && lit !== l.code} />)}
            {[...shown].reverse().map(l => <ColourLine key={l.code} l={l} f={f} k={view.coloured.indexOf(l.code)} own={l.code === view.own.code} faint={lit !== null && lit !== l.code} />)}
          </g>
          <Ends lines={shown} f={f} view={view} lit={setLit} />
          {cursor !== null && <line class="strategy-cursor" x1={f.x(cursor)} x2={f.x(cursor)} y1={TOP} y2={HEIGHT - BOTTOM} />}
        </svg>
      </div>
      <Readout lap={lap} now={cursor === null} gaps={told} view={view} lit={setLit} driven={lap <= from} />
      {!props.sim && <Waiting view={view} what="The fans come with the first simulation." />}
    </Panel>
  );
}

function lapUnder(e: PointerEvent, f: Frame, view: View): number {
  const box = (e.currentTarget as SVGElement).getBoundingClientRect();
  return Math.max(1, Math.min(Math.max(view.laps, view.lap), Math.round(f.x.back(e.clientX - box.left))));
}

function Choice(p: { view: View; lines: Line[]; all: boolean; setAll(v: boolean): void }) {
  return (
    <>
      <label class="strategy-ref">
        <span class="soft">Gap to</span>
        <select value={p.view.to} onChange={e => setQuery({ ref: e.currentTarget.value === 'leader' ? null : e.currentTarget.value })}>
          <option value="leader">leader</option>
          <option value="median">median car</option>
          {p.lines.map(l => <option key={l.code} value={l.code}>{l.code}</option>)}
        </select>
      </label>
      <button type="button" class="no-print" aria-pressed={p.all} onClick={() => p.setAll(!p.all)}>
        All cars
      </button>
    </>
  );
}

function Grid({ f, view, range }: { f: Frame; view: View; range: [number, number] }) {
  const laps = Math.max(view.laps, view.lap, 1);

  return (
    <g class="strategy-grid">
      <Phases view={view} x={f.x} top={TOP} bottom={HEIGHT - BOTTOM} />
      {ticks(range[0], range[1], 7).map(v => (
        <g key={v}>
          <line class={v === 0 ? 'zero' : ''} x1={LEFT} x2={f.width - RIGHT} y1={f.y(v)} y2={f.y(v)} />
          <text x={LEFT - 8} y={f.y(v) + 4} text-anchor="end">{v === 0 ? '0 s' : signed(v, 0)}</text>
        </g>
      ))}
      {ticks(0, laps, 8, 1).map(v => <text key={v} x={f.x(v)} y={HEIGHT - 8} text-anchor="middle">{v === 0 ? 'grid' : v}</text>)}
      <line class="strategy-now" x1={f.x(view.lap)} x2={f.x(view.lap)} y1={TOP} y2={HEIGHT - BOTTOM} />
    </g>
  );
}

const drivenPoints = (l: Line, f: Frame): (Point | null)[] => l.driven.map((g, k) => (g === null ? null : [f.x(k + 1), f.y(g)]));

/** The last lap that was driven, so that what comes hangs on it. */
function joint(l: Line, f: Frame): Point[] {
  for (let k = l.driven.length - 1; k >= 0; k--) if (l.driven[k] !== null && l.driven[k] !== undefined && k + 1 <= f.from) return [[f.x(k + 1), f.y(l.driven[k]!)]];
  return [];
}

const ahead = (l: Line, f: Frame, q: 'p10' | 'p25' | 'p50' | 'p75' | 'p90'): Point[] => (l.fan ? [...joint(l, f), ...l.fan[q].map((g, k): Point => [f.x(f.from + 1 + k), f.y(g)])] : []);

function GreyLine({ l, f }: { l: Line; f: Frame }) {
  return (
    <g class="strategy-grey">
      <path d={path(drivenPoints(l, f))} />
      <path class="dash" d={path(ahead(l, f, 'p50'))} />
    </g>
  );
}

function FanOf({ l, f, k, wide, faint }: { l: Line; f: Frame; k: number; wide: boolean; faint: boolean }) {
  return (
    <g class={`strategy-fan strategy-c${k} ${faint ? 'faint' : ''}`}>
      {wide && <path class="wide" d={band(ahead(l, f, 'p10'), ahead(l, f, 'p90'))} />}
      <path class="half" d={band(ahead(l, f, 'p25'), ahead(l, f, 'p75'))} />
    </g>
  );
}

function ColourLine({ l, f, k, own, faint }: { l: Line; f: Frame; k: number; own: boolean; faint: boolean }) {
  return (
    <g class={`strategy-line strategy-c${k} ${own ? 'own' : ''} ${faint ? 'faint' : ''}`}>
      <path d={path(drivenPoints(l, f))} />
      <path class="dash" d={path(ahead(l, f, 'p50'))} />
    </g>
  );
}

/** Labels at the right end, pushed apart. */
export function spread(ys: readonly number[], least: number, from: number, to: number): number[] {
  const order = ys.map((y, i) => ({ y, i })).sort((a, b) => a.y - b.y);
  let at = from - least;
  for (const o of order) at = o.y = Math.max(o.y, at + least);
  let limit = to;
  for (const o of [...order].reverse()) limit = (o.y = Math.min(o.y, limit)) - least;
  const out: number[] = [];
  for (const o of order) out[o.i] = o.y;
  return out;
}

function Ends({ lines, f, view, lit }: { lines: Line[]; f: Frame; view: View; lit(code: string | null): void }) {
  const last = (l: Line): number | null => l.fan?.p50[l.fan.p50.length - 1] ?? [...l.driven].reverse().find(g => g !== null) ?? null;
  const told = lines.filter(l => last(l) !== null);
  const ys = spread(told.map(l => f.y(last(l)!)), LABEL, TOP + 6, HEIGHT - BOTTOM - 2);
  return (
    <g class="strategy-ends">
      {told.map((l, i) => (
        <text key={l.code} class={`strategy-c${view.coloured.indexOf(l.code)} ${l.code === view.own.code ? 'own' : ''}`} x={f.width - RIGHT + 6} y={ys[i]! + 4} onPointerEnter={() => lit(l.code)} onPointerLeave={() => lit(null)} onClick={() => setQuery({ ref: l.code })}>
          {l.code}
        </text>
      ))}
    </g>
  );
}

function Readout(p: { lap: number; now: boolean; gaps: GapAt[]; view: View; driven: boolean; lit(code: string | null): void }) {
  return (
    <div class="strategy-readout">
      <span class="strategy-readout-lap">
        Lap <b>{p.lap}</b> <span class="soft">{p.now ? 'now' : p.driven ? 'driven' : 'to come'}</span>
      </span>
      {p.gaps.map(g => (
        <button key={g.code} type="button" class="strategy-gap" title={`Gaps to ${g.code}`} aria-pressed={p.view.to === g.code} onClick={() => setQuery({ ref: p.view.to === g.code ? null : g.code })} onPointerEnter={() => p.lit(g.code)} onPointerLeave={() => p.lit(null)}>
          <i class={`strategy-key strategy-c${p.view.coloured.indexOf(g.code)}`} /> <b>{g.code}</b> <span>{signed(g.gap)}</span>
          <small class="soft">{g.lo === undefined ? '' : `${signed(g.lo, 0)} to ${signed(g.hi, 0)}`}</small>
        </button>
      ))}
    </div>
  );
}
