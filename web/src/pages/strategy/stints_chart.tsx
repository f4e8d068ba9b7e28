/** Every car's stints, driven and likely, with the laps on which a stop would cost little. */
import { useState } from 'preact/hooks';
import { compoundLetter, percent, place } from '../../core/format';
import { setQuery } from '../../core/router';
import type { Simulation } from './answers';
import type { Shown } from './desk';
import { Phases } from './phases';
import { Panel } from './panel';
import { scale, ticks, type Scale } from './scale';
import { rowText, stintTable, type StintRow } from './stints';
import { useWidth } from '../../ui/use_width';
import type { View } from './view';

const ROW = 20;
const LEFT = 66;
const RIGHT = 62;
const TOP = 16;
const BOTTOM = 20;
const BAR = 11;
const coarse = () => matchMedia('(pointer: coarse)').matches;

export interface StintsProps {
  view: View;
  rows: StintRow[];
  sim: Simulation | undefined;
  shown: Shown | undefined;
  of: string | undefined;
  old: boolean;
}

export function Stints(props: StintsProps) {
  const { view, rows } = props;
  const { at, width } = useWidth(560);
  const [over, setOver] = useState<string | null>(null);
  const row = coarse() ? 40 : ROW;
  const height = TOP + BOTTOM + row * rows.length;
  const x = scale(0, Math.max(view.laps, view.lap, 1), LEFT, width - RIGHT);
  // The row under the pointer; else the reference, which the keyboard chooses too; else our car.
  const told = rows.find(r => r.code === (over ?? view.to)) ?? rows.find(r => r.code === view.own.code);
  return (
    <Panel name="stints" title="Stints and windows" of={props.of} old={props.old} shown={props.shown} rows={() => stintTable(rows)} picture>
      <div ref={at} class="strategy-plot">
        <svg width={width} height={height} role="img" aria-label={`Stints. ${rowText(told ?? rows[0]!)}`} onPointerLeave={() => setOver(null)}>
          <Hatches />
          <Frame x={x} view={view} height={height} />
          {rows.map((r, k) => (
            <g key={r.key} class={`strategy-row ${r.out ? 'out' : ''} ${r.code === view.own.code ? 'own' : ''} ${r.code === view.mate?.code ? 'mate' : ''} ${r.code === view.to ? 'ref' : ''}`} transform={`translate(0 ${TOP + k * row})`} onPointerEnter={() => setOver(r.code)} onClick={() => setQuery({ ref: view.to === r.code ? null : r.code })}>
              <rect class="strategy-row-bg" x={0} width={width} y={0} height={row} />
              <text class="pos" x={22} y={row / 2 + 4} text-anchor="end">{r.out ? 'out' : place(r.position).slice(1)}</text>
              <text class="code" x={28} y={row / 2 + 4}>{r.code}</text>
              <Bars r={r} x={x} y={(row - BAR) / 2 - 2} />
              <text class="share" x={width} y={row / 2 + 4} text-anchor="end">{r.share === null ? '' : `${r.stops.length} × ${percent(r.share)}`}</text>
            </g>
          ))}
        </svg>
      </div>
      <p class="strategy-told">{told ? rowText(told) : ''}</p>
      <Legend />
      <ul class="hidden" aria-label="Stints of every car">{rows.map(r => <li key={r.key}>{rowText(r)}</li>)}</ul>
    </Panel>
  );
}

/** Of every compound what says "not driven yet". */
const Hatches = () => (
  <defs>
    {['SOFT', 'MEDIUM', 'HARD', 'INTERMEDIATE', 'WET', 'UNKNOWN'].map(c => (
      <pattern key={c} id={`strategy-hatch-${c}`} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect class={`strategy-tyre ${c}`} width="2" height="6" />
      </pattern>
    ))}
  </defs>
);

function Frame({ x, view, height }: { x: Scale; view: View; height: number }) {

  return (
    <g class="strategy-grid">
      <Phases view={view} x={x} top={TOP} bottom={height - BOTTOM} />
      {ticks(0, Math.max(view.laps, 1), 7, 1).map(v => (
        <g key={v}>
          <line x1={x(v)} x2={x(v)} y1={TOP} y2={height - BOTTOM} />
          <text x={x(v)} y={height - 6} text-anchor="middle">{v === 0 ? 'grid' : v}</text>
        </g>
      ))}
      <line class="strategy-now" x1={x(view.lap)} x2={x(view.lap)} y1={TOP} y2={height - BOTTOM + 4} />
    </g>
  );
}

function Bars({ r, x, y }: { r: StintRow; x: Scale; y: number }) {
  const hatch = (c: string) => `url(#strategy-hatch-${['SOFT', 'MEDIUM', 'HARD', 'INTERMEDIATE', 'WET'].includes(c) ? c : 'UNKNOWN'})`;
  return (
    <>
      {r.blocks.map(b => {
        const left = x(b.from - 1) + 0.5;
        const w = Math.max(1, x(b.to) - left - 0.5);
        const letter = w > 12 && (!b.likely || b.age === 0);
        const stop = r.stops.find(s => s.from < b.from && s.to >= b.from - 1);
        const textAt = b.likely ? Math.max(left, stop ? x(stop.to) : 0) + 5 : left + 4;
        return (
          <g key={`${b.from}${b.likely}`}>
            {b.likely ? <rect class={`strategy-likely ${b.compound}`} x={left} y={y + 0.5} width={w} height={BAR - 1} fill={hatch(b.compound)} /> : <rect class={`strategy-tyre ${b.compound}`} x={left} y={y} width={w} height={BAR} />}
            {letter && <text class={b.likely ? 'letter' : `letter on ${b.compound}`} x={textAt} y={y + BAR - 2}>{compoundLetter(b.compound)}{!b.likely && b.age !== null && b.age > 0 && w > 52 ? ` used ${b.age}` : ''}</text>}
          </g>
        );
      })}
      {r.stops.map(s => (
        <g key={s.from} class="strategy-stop">
          <rect x={x(s.from) - 1} width={Math.max(2, x(s.to) - x(s.from) + 2)} y={y + BAR / 2 - 1.5} height={3} />
        </g>
      ))}
      {r.window && (
        <g class="strategy-window">
          <rect x={x(r.window.opens) - 1.5} width={Math.max(3, x(r.window.closes) - x(r.window.opens) + 3)} y={y + BAR + 1} height={3} />
          <rect class="best" x={x(r.window.best) - 1.5} width={3} y={y + BAR - 1} height={6} />
        </g>
      )}
    </>
  );
}

const Legend = () => (
  <p class="strategy-legend soft" aria-hidden="true">
    <span><i class="solid" /> driven</span>
    <span><i class="hatch" /> likely</span>
    <span><i class="range" /> half of the stops</span>
    <span><i class="win" /> pit window, best lap</span>
    <span>2 × 31 %: two more stops, in 31 % of the races</span>
  </p>
);
