/** Told against come true: a dot a bin with its interval, on the line of the right ones. */
import { count, num, percent } from '../../core/format';
import { Fact, Heads } from '../../ui/basic';
import { axisEnd, axisMarks, crowded, figure, span } from './backtest_math';
import { Exports } from '../../ui/exports';
import type { Bin, Calibration } from './types';

const SIZE = 240;
const LEFT = 56;
const TOP = 10;
const BOTTOM = 36;

interface Scale {
  end: number;
  root: boolean;
  x(v: number): number;
  y(v: number): number;
}

function scaleOf(bins: readonly Bin[]): Scale {
  const end = axisEnd(bins.flatMap(b => [b.told, b.hi]));
  const root = crowded(bins.map(b => b.told), end);
  const frac = (v: number) => (root ? Math.sqrt(Math.max(0, v) / end) : v / end);
  return { end, root, x: v => LEFT + frac(v) * SIZE, y: v => TOP + SIZE - frac(v) * SIZE };
}

function Axes({ s, told, seen }: { s: Scale; told: string; seen: string }) {
  const marks = axisMarks(s.end, s.root);
  const label = (v: number) => percent(v, s.end < 0.2 && v > 0 && !s.root ? 1 : 0);
  return (
    <g>
      {marks.map(v => (
        <g key={v}>
          <line class="an-grid" x1={s.x(v)} x2={s.x(v)} y1={TOP} y2={TOP + SIZE} />
          <line class="an-grid" x1={LEFT} x2={LEFT + SIZE} y1={s.y(v)} y2={s.y(v)} />
          <text class="an-axis" x={s.x(v)} y={TOP + SIZE + 15} text-anchor="middle">{label(v)}</text>
          <text class="an-axis" x={LEFT - 5} y={s.y(v) + 4} text-anchor="end">{label(v)}</text>
        </g>
      ))}
      <text class="an-axis" x={LEFT + SIZE / 2} y={TOP + SIZE + 31} text-anchor="middle">{told}</text>
      <text class="an-axis" x={10} y={TOP + SIZE / 2} text-anchor="middle" transform={`rotate(-90 10 ${TOP + SIZE / 2})`}>{seen}</text>
    </g>
  );
}

function Dot({ b, s }: { b: Bin; s: Scale }) {
  const x = s.x(b.told);
  const y = s.y(b.came_true);
  return (
    <g class={b.holds ? 'an-holds' : 'an-off'} data-bin={`${b.told} ${b.came_true} ${b.n}`}>
      <title>{`Told ${percent(b.told, 1)}, came true ${percent(b.came_true, 1)} (${percent(b.lo, 1)} to ${percent(b.hi, 1)}), ${b.n} cases`}</title>
      <line x1={x} x2={x} y1={s.y(Math.min(b.lo, s.end))} y2={s.y(Math.min(b.hi, s.end))} />
      {b.holds ? <circle cx={x} cy={y} r={4.5} /> : <path d={`M${x} ${y - 6}L${x + 6} ${y}L${x} ${y + 6}L${x - 6} ${y}Z`} />}
    </g>
  );
}

/** Tenths of the randomised PIT: each should hold a tenth. */
function Tenths({ c }: { c: Calibration }) {
  const end = Math.max(0.16, ...c.bins.map(b => b.hi));
  const y = (v: number) => TOP + SIZE - (v / end) * SIZE;
  const w = SIZE / c.bins.length;
  return (
    <g>
      {c.bins.map((b, i) => (
        <g key={i} class={b.holds ? 'an-holds' : 'an-off'} data-bin={`${b.told} ${b.came_true} ${b.n}`}>
          <title>{`Tenth ${i + 1}: ${percent(b.came_true, 1)} (${percent(b.lo, 1)} to ${percent(b.hi, 1)}), ${b.n} cases`}</title>
          <rect x={LEFT + i * w + 2} y={y(b.came_true)} width={w - 4} height={TOP + SIZE - y(b.came_true)} opacity={0.55} />
          <line x1={LEFT + (i + 0.5) * w} x2={LEFT + (i + 0.5) * w} y1={y(b.lo)} y2={y(b.hi)} />
          <text class="an-axis" x={LEFT + (i + 0.5) * w} y={TOP + SIZE + 15} text-anchor="middle">{i + 1}</text>
        </g>
      ))}
      <line class="an-right" x1={LEFT} x2={LEFT + SIZE} y1={y(0.1)} y2={y(0.1)} />
      <text class="an-axis" x={LEFT - 5} y={y(0.1) + 4} text-anchor="end">10 %</text>
      <text class="an-axis" x={LEFT - 5} y={y(0) + 4} text-anchor="end">0 %</text>
      <text class="an-axis" x={LEFT + SIZE / 2} y={TOP + SIZE + 31} text-anchor="middle">tenth of what was told, best place first</text>
    </g>
  );
}

function words(c: Calibration): string {
  const holds = c.bins_inside === null ? '' : `${c.bins_inside} of ${c.bins.length} bins hold. `;
  const slope = c.slope ? `Slope ${figure(c.slope.value)} (${span(c.slope)}). ` : '';
  return `${c.of}: ${c.n} cases. ${holds}${slope}${c.bins.map(b => `Told ${percent(b.told, 1)}, came true ${percent(b.came_true, 1)}`).join('; ')}.`;
}

function Facts({ c }: { c: Calibration }) {
  return (
    <dl class="an-facts">
      <Fact of="Cases">{count(c.n)}</Fact>
      {c.bins_inside !== null && <Fact of="Bins that hold">{c.bins_inside} of {c.bins.length}</Fact>}
      {c.slope && <Fact of="Slope (1 is right)">{figure(c.slope.value)} <span class="soft">{span(c.slope)}</span></Fact>}
      {c.intercept && <Fact of="Intercept (0 is right)">{figure(c.intercept.value)} <span class="soft">{span(c.intercept)}</span></Fact>}
      {c.covered && <Fact of="Covers">{percent(c.covered.value, 1)} <span class="soft">of {percent(c.nominal)} meant</span></Fact>}
      {c.expected !== null && <Fact of="Deployments">{num(c.expected, 1)} told, {num(c.counted, 1)} seen <span class="soft">90 % of counts: {num(c.poisson_lo)} to {num(c.poisson_hi)}</span></Fact>}
    </dl>
  );
}

function Bins({ c, open }: { c: Calibration; open: boolean }) {
  return (
    <details class="an-bins" open={open}>
      <summary>{c.bins.length} bins</summary>
      <table>
        <Heads of="#Told|#Came true|#90 %|#Cases|Holds" />
        <tbody>
          {c.bins.map((b, i) => (
            <tr key={i}>
              <td class="num">{percent(b.told, 1)}</td>
              <td class="num">{percent(b.came_true, 1)}</td>
              <td class="num soft">{num(100 * b.lo, 1)} to {percent(b.hi, 1)}</td>
              <td class="num">{count(b.n)}</td>
              <td class={b.holds ? '' : 'warn'}>{b.holds ? 'yes' : 'no'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

export function Reliability({ protocol, c, open }: { protocol: string; c: Calibration; open: boolean }) {
  const s = scaleOf(c.bins);
  return (
    <figure class={`an-rel${open ? ' an-beside' : ''}`} data-of={c.of}>
      <figcaption>
        <b>{c.of}</b>
        {c.bins.length > 0 && <Exports name={`${protocol}-${c.of}`} rows={() => c.bins} png />}
      </figcaption>
      {c.bins.length > 0 && (
        <svg width={LEFT + SIZE + 22} height={TOP + SIZE + BOTTOM} role="img" aria-label={words(c)}>
          {c.kind === 'places' ? (
            <Tenths c={c} />
          ) : (
            <>
              <Axes s={s} told={s.root ? 'told (root scale)' : 'told'} seen="came true" />
              <line class="an-right" x1={s.x(0)} y1={s.y(0)} x2={s.x(s.end)} y2={s.y(s.end)} />
              {c.bins.map(b => (
                <Dot key={b.told} b={b} s={s} />
              ))}
            </>
          )}
        </svg>
      )}
      <Facts c={c} />
      {c.bins.length > 0 && <Bins c={c} open={open} />}
    </figure>
  );
}
