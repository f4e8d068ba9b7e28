/** Who ran which tyres when: a bar a stint, a row a car, in finishing order. */
import { compoundLetter, compoundName } from '../../core/format';
import { Card } from '../../ui/basic';
import { Exports } from '../../ui/exports';
import type { Phase } from './race_math';
import { finishOrder, lastLap } from './race_math';
import type { RaceData } from './race_math';
import type { RaceStint } from './types';
import { useWidth } from '../../ui/use_width';

const ROW = 22;
const LEFT = 46;
const TOP = 20;

const said = (s: RaceStint): string =>
  `${s.driver}: ${compoundName(s.compound)}, laps ${s.from_lap} to ${s.to_lap} (${s.laps})${s.age_at_start ? `, ${s.age_at_start} laps old before` : s.age_at_start === 0 ? ', new' : ''}`;

/** Laps between marks of the axis. */
export const lapStep = (laps: number): number => (laps > 60 ? 10 : laps > 24 ? 5 : 2);

function Bar({ s, y, x }: { s: RaceStint; y: number; x: (lap: number) => number }) {
  const from = x(s.from_lap - 1);
  const width = Math.max(1, x(s.to_lap) - from - 1.5);
  const used = s.fresh === false;
  return (
    <g>
      <title>{said(s)}</title>
      <rect class={`an-bar ${s.compound ?? 'UNKNOWN'}`} x={from} y={y + (used ? 5 : 3)} width={width} height={ROW - (used ? 10 : 6)} rx={3} />
      {width > 14 && (
        <text class={`an-bar-text ${s.compound ?? 'UNKNOWN'}`} x={from + 5} y={y + ROW / 2 + 4}>
          {compoundLetter(s.compound)}
          {width > 44 ? ` ${s.laps}` : ''}
          {width > 84 && s.age_at_start ? ` +${s.age_at_start}` : ''}
        </text>
      )}
    </g>
  );
}

function Bands({ phases, x, height }: { phases: readonly Phase[]; x: (lap: number) => number; height: number }) {
  return (
    <>
      {phases.map(p => (
        <g key={`${p.kind}${p.lap}`}>
          <title>{`${p.kind}, lap ${p.lap} to ${p.to}`}</title>
          <rect class={`an-band ${p.kind}`} x={x(p.lap - 1)} y={TOP - 4} width={Math.max(3, x(p.to) - x(p.lap - 1))} height={height - TOP + 4} />
        </g>
      ))}
    </>
  );
}

export function Strategies({ id, data, phases }: { id: string; data: RaceData; phases: readonly Phase[] }) {
  const { at, width } = useWidth<HTMLDivElement>(700);
  const order = finishOrder(data);
  const laps = lastLap(data.laps);
  const x = (lap: number) => LEFT + (lap / Math.max(1, laps)) * (width - LEFT - 8);
  const height = TOP + ROW * order.length + 4;
  const step = lapStep(laps);
  const marks: number[] = Array.from({ length: Math.floor(laps / step) + 1 }, (_, i) => i * step);
  const first = order[0];
  const winner = data.stints.filter(s => s.driver === first).map(s => `${compoundName(s.compound)} to lap ${s.to_lap}`).join(', ');
  return (
    <Card title="Tyres and stops" class="an-strategies" side={<Exports name={`${id}-stints`} rows={() => data.stints} json={() => data.stints} png />}>
      <div ref={at}>
        <svg width={width} height={height} role="img" aria-label={`Stints of ${order.length} cars over ${laps} laps. ${first}: ${winner}.`}>
          <Bands phases={phases} x={x} height={height} />
          {marks.map(lap => (
            <g key={lap}>
              <line class="an-grid" x1={x(lap)} x2={x(lap)} y1={TOP - 4} y2={height} />
              <text class="an-axis" x={x(lap)} y={TOP - 8} text-anchor="middle">
                {lap}
              </text>
            </g>
          ))}
          {order.map((code, i) => (
            <g key={code}>
              <text class="an-code" x={0} y={TOP + i * ROW + ROW / 2 + 4}>
                {code}
              </text>
              {data.stints.filter(s => s.driver === code).map(s => (
                <Bar key={s.stint} s={s} y={TOP + i * ROW} x={x} />
              ))}
            </g>
          ))}
        </svg>
      </div>
      <p class="an-note">Letter of the compound, laps of the stint, +laps the set had before. A slimmer bar: a used set. Bands: SC, VSC, red flag.</p>
    </Card>
  );
}
