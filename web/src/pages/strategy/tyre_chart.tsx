/** Wear of the set that is on: the laps that were driven, the model's line and its interval. */
import { compoundName, lapTime, num, signed } from '../../core/format';
import { setQuery } from '../../core/router';
import type { SessionLap } from '../../core/types';
import type { Degradation } from './answers';
import type { Shown } from './desk';
import { Panel, unlessOut, Waiting } from './panel';
import { band, path, scale, ticks, type Point } from './scale';
import { isOut } from './stints';
import { lossAt, seenLaps, type SeenLap } from './tyre';
import { useWidth } from '../../ui/use_width';
import { slowLaps, type View } from './view';

const HEIGHT = 300;
const LEFT = 44;
const RIGHT = 14;
const TOP = 10;
const BOTTOM = 34;

const SOURCE: Record<string, string> = { stint: 'from its own laps', race: 'from other cars on this compound', prior: 'from earlier races' };

/** "Medium, 20 laps: +0.065 s a lap (0.036 to 0.093), from its own laps; half a second slower in 8 laps (5 to 14)". */
export function wearText(d: Degradation): string {
  const life = d.life.value >= 99 ? 'not half a second slower within sight' : `${num(d.life.threshold_s, 1)} s a lap slower in ${num(d.life.value)} laps (${num(d.life.lo)} to ${d.life.hi !== null && d.life.hi !== undefined && d.life.hi >= 99 ? 'out of sight' : num(d.life.hi)})`;
  return `${compoundName(d.compound)}, ${num(d.tyre_age)} laps: ${signed(d.value, 3)} s a lap (${num(d.lo, 3)} to ${num(d.hi, 3)}), ${SOURCE[d.source] ?? d.source}; ${life}`;
}

const rowsOf = (d: Degradation, seen: readonly SeenLap[]): Record<string, unknown>[] => [
  ...seen.map(s => ({ car: d.car, kind: s.odd ? 'observed, not used' : 'observed', lap: s.lap, tyre_age: s.age, time_ms: s.time_ms, loss_s: s.loss })),
  ...d.curve.map(c => ({ car: d.car, kind: 'model', lap: d.lap + c.in_laps, tyre_age: c.tyre_age, loss_s: c.loss_s, lo_s: c.lo, hi_s: c.hi })),
];

export interface TyresProps {
  view: View;
  car: string;
  wear: Degradation | undefined;
  laps: SessionLap[];
  shown: Shown | undefined;
  of: string | undefined;
  old: boolean;
}

export function Tyres(p: TyresProps) {
  const { wear, view } = p;
  const slow = slowLaps(view.state.race.phases, view.lap);
  const seen = wear ? seenLaps(p.laps, wear, lap => slow.some(s => lap >= s.from && lap <= s.to)) : [];
  const choose = (
    <select aria-label="Car whose tyres are shown" value={p.car} onChange={e => setQuery({ tyre: e.currentTarget.value === view.own.code ? null : e.currentTarget.value })}>
      {view.state.race.cars.filter(c => !isOut(c) || c.code === p.car).map(c => <option key={c.code} value={c.code}>{c.code}</option>)}
    </select>
  );
  return (
    <Panel name="tyres" title="Tyre wear" of={p.of} old={p.old} shown={p.shown} side={choose} picture={wear !== undefined} rows={wear && (() => rowsOf(wear, seen))}>
      {!wear ? <Waiting view={view} what={unlessOut(view.state.race.cars.find(c => c.code === p.car), 'The wear is on its way.')} /> : <Body d={wear} seen={seen} />}
    </Panel>
  );
}

function Body({ d, seen }: { d: Degradation; seen: SeenLap[] }) {
  const { at, width } = useWidth(480);
  const used = seen.filter(s => !s.odd);
  const oldest = d.curve[d.curve.length - 1]?.tyre_age ?? d.tyre_age + 1;
  const young = Math.min(d.tyre_age, ...seen.map(s => s.age));
  const values = [...used.map(s => s.loss), lossAt(d, young), ...d.curve.flatMap(c => [c.lo, c.hi])];
  const x = scale(young - 1, oldest, LEFT, width - RIGHT);
  const lo = Math.min(0, ...values) - 0.1;
  const hi = Math.max(0.5, ...values) + 0.1;
  const y = scale(lo, hi, HEIGHT - BOTTOM, TOP);
  const now: Point = [x(d.tyre_age), y(d.loss_s)];
  return (
    <>
      <div ref={at} class="strategy-plot">
        <svg width={width} height={HEIGHT} role="img" aria-label={`Tyre wear of ${d.car}. ${wearText(d)}`}>
          <g class="strategy-grid">
            {ticks(lo, hi, 5).map(v => (
              <g key={v}>
                <line class={v === 0 ? 'zero' : ''} x1={LEFT} x2={width - RIGHT} y1={y(v)} y2={y(v)} />
                <text x={LEFT - 8} y={y(v) + 4} text-anchor="end">{v === 0 ? '0 s' : signed(v)}</text>
              </g>
            ))}
            {ticks(young, oldest, 6, 1).map(v => <text key={v} x={x(v)} y={HEIGHT - 18} text-anchor="middle">{v}</text>)}
            <text x={(LEFT + width - RIGHT) / 2} y={HEIGHT - 3} text-anchor="middle">laps on the set</text>
            <line class="strategy-now" x1={now[0]} x2={now[0]} y1={TOP} y2={HEIGHT - BOTTOM} />
          </g>
          <g class={`strategy-wear ${d.compound}`}>
            <path class="area" d={band([now, ...d.curve.map((c): Point => [x(c.tyre_age), y(c.hi)])], [now, ...d.curve.map((c): Point => [x(c.tyre_age), y(c.lo)])])} />
            <path class="line" d={path([[x(young), y(lossAt(d, young))], now])} />
            <path class="line dash" d={path([now, ...d.curve.map((c): Point => [x(c.tyre_age), y(c.loss_s)])])} />
          </g>
          {seen.filter(s => s.loss >= lo && s.loss <= hi).map(s => (
            <circle key={s.lap} class={`strategy-seen ${s.odd ? 'odd' : ''}`} cx={x(s.age)} cy={y(s.loss)} r="3.5">
              <title>{`Lap ${s.lap}: ${lapTime(s.time_ms)}, ${signed(s.loss, 2)} s`}</title>
            </circle>
          ))}
        </svg>
      </div>
      <p class="strategy-told">{wearText(d)}</p>
      <p class="strategy-note soft">
        Seconds a lap lost against a new set. Dots: laps of this stint less what fuel and track change ({d.fuel_s === null || d.fuel_s === undefined ? 'not known, so not taken off' : `${signed(d.fuel_s, 3)} s a lap`}), their level set to the model's line; hollow: not used. Band: 80 %.
      </p>
    </>
  );
}
