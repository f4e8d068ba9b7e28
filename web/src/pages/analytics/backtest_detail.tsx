/** One back-test: reliability, all metrics, seasons, races, and how it was made. */
import uPlot from 'uplot';
import { count, lapTime, num } from '../../core/format';
import { linkTo } from '../../core/router';
import { axis, Chart } from '../../ui/chart';
import { Card, Fact, Heads, Scroll } from '../../ui/basic';
import { colour, faded } from '../../ui/colour';
import { change, changeSpan, figure, metricName, span, standing, standingWords } from './backtest_math';
import { Exports } from '../../ui/exports';
import { ground } from './plot_marks';
import { Reliability } from './reliability';
import type { Backtest, Metric } from './types';

function Made({ b }: { b: Backtest }) {
  return (
    <dl class="an-facts an-made">
      <Fact of="Races">{b.seasons.from} to {b.seasons.to}, {b.races} races, {count(b.questions)} cases{b.missing > 0 ? `, ${b.missing} without an answer` : ''}</Fact>
      <Fact of="Learned from">{b.learned.map(l => `${l.season}: up to ${l.until}`).join('; ')}</Fact>
      <Fact of="Unseen races">{b.out_of_sample ? 'yes: no row was answered by a model that had learned from its race or a later one' : 'NO'}</Fact>
      <Fact of="Baselines">{b.baselines.join(', ')}</Fact>
      <Fact of="Made">{b.made}, Pitboard {b.version}, in {lapTime(b.seconds * 1000, 0)} {b.seconds < 60 ? 's' : 'min'}</Fact>
      <Fact of="Command"><span class="mono">{b.command}</span></Fact>
      {b.skipped.length > 0 && <Fact of="Left out">{b.skipped.join('; ')}</Fact>}
    </dl>
  );
}

function MetricRow({ m, headline }: { m: Metric; headline: boolean }) {
  const how = standing(m.difference, m.better);
  return (
    <tr class={headline ? 'an-open' : ''}>
      <th scope="row" title={m.name}>{metricName(m.name)}</th>
      <td class="soft">{m.better === 'less' ? 'less' : m.better === 'more' ? 'more' : ''}</td>
      <td class="num">{figure(m.value)}</td>
      <td class="num soft">{span(m)}</td>
      <td class="num">{figure(m.baseline)}</td>
      <td class="num">{change(m.difference?.value ?? null)}</td>
      <td class="num soft">{changeSpan(m.difference)}</td>
      <td class={`an-how ${how}`}>{standingWords[how]}</td>
    </tr>
  );
}

function Metrics({ b }: { b: Backtest }) {
  return (
    <Card title="All metrics" class="an-wide" side={<Exports name={`${b.protocol}-metrics`} rows={() => b.metrics} json={() => b.metrics} />}>
      <Scroll of={`Metrics of ${b.protocol}`} class="an-tall">
        <table>
          <Heads of={`Metric|Better|#Model|#90 %|#${b.baseline}|#Difference|#90 %|Against it`} />
          <tbody>{b.metrics.map(m => <MetricRow key={m.name} m={m} headline={m.name === b.headline} />)}</tbody>
        </table>
      </Scroll>
    </Card>
  );
}

function Seasons({ b }: { b: Backtest }) {
  const better = b.metrics.find(m => m.name === b.headline)?.better ?? null;
  return (
    <Card title={`By season: ${metricName(b.headline)}`}>
      <table>
        <Heads of="Season|#Races|#Model|#Baseline|#Difference, 90 %|Against it" />
        <tbody>
          {b.by_season.map(s => {
            const how = standing(s.difference, better);
            return (
              <tr key={s.season}>
                <th scope="row">{s.season}</th>
                <td class="num">{num(s.races)}</td>
                <td class="num">{figure(s.value)}</td>
                <td class="num">{figure(s.baseline)}</td>
                <td class="num">{change(s.difference?.value ?? null)} <span class="soft">{changeSpan(s.difference)}</span></td>
                <td class={`an-how ${how}`}>{standingWords[how]}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Card>
  );
}

function barsOf(b: Backtest, better: Metric['better']): Omit<uPlot.Options, 'width' | 'height'> {
  const sign = better === 'more' ? 1 : -1;
  const bars = (u: uPlot) => {
    const { ctx, bbox } = u;
    const zero = u.valToPos(0, 'y', true);
    const w = Math.max(2, (bbox.width / b.by_race.length) * 0.7);
    (u.data[1] as (number | null)[]).forEach((v, i) => {
      if (v === null) return;
      const y = u.valToPos(v, 'y', true);
      ctx.fillStyle = sign * v >= 0 ? colour('good') : faded(colour('bad'), 0.9);
      ctx.fillRect(u.valToPos(i, 'x', true) - w / 2, Math.min(y, zero), w, Math.max(1, Math.abs(y - zero)));
    });
    ctx.fillStyle = colour('soft');
    ctx.fillRect(bbox.left, zero, bbox.width, uPlot.pxRatio);
  };
  return {
    padding: [8, 8, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
    scales: { x: { time: false, range: () => [-0.7, b.by_race.length - 0.3] } },
    axes: [axis({ values: (_, at) => at.map(v => b.by_race[v]?.race ?? ''), space: 70, incrs: [1, 2, 5, 10], size: 28 }), axis({ size: 60, values: (_, at) => at.map(change) })],
    series: [{}, { stroke: 'transparent', width: 0, points: { show: false } }],
    hooks: { drawClear: [ground([])], draw: [bars] },
  };
}

function Races({ b }: { b: Backtest }) {
  const better = b.metrics.find(m => m.name === b.headline)?.better ?? null;
  const sign = better === 'more' ? 1 : -1;
  const by = b.by_race.map(r => (r.baseline === null ? null : r.value - r.baseline));
  const ahead = by.filter(v => v !== null && sign * v > 0).length;
  const worst = b.by_race.filter((_, i) => by[i] !== null).sort((x, y) => sign * (x.value - x.baseline! - (y.value - y.baseline!)))[0];
  const data: uPlot.AlignedData = [b.by_race.map((_, i) => i), by];
  return (
    <Card title={`By race: ${metricName(b.headline)}, model less baseline`} side={<Exports name={`${b.protocol}-races`} rows={() => b.by_race} json={() => b.by_race} png />}>
      <div>
        <p class="an-readout soft">{better === 'more' ? 'Above' : 'Below'} the line the model is better: {ahead} of {by.length} races.</p>
        <Chart alt={`The model is ahead of ${b.baseline} in ${ahead} of ${by.length} races. Furthest behind: ${worst?.race ?? 'none'}.`} height={240} data={data} options={() => barsOf(b, better)} shape={b.protocol} />
      </div>
      <p class="an-note">
        {worst && <>Furthest behind: <a href={linkTo('analytics', ['race', worst.race])}>{worst.race}</a>.</>}
      </p>
    </Card>
  );
}

export function BacktestDetail({ b }: { b: Backtest }) {
  return (
    <div class="an-detail" data-protocol={b.protocol}>
      <Card title={`${b.protocol}: told and come true`} class="an-wide">
        <div class="an-rels">
          {b.calibration.map(c => (
            <Reliability key={c.of} protocol={b.protocol} c={c} open={b.calibration.length <= 2} />
          ))}
          {b.calibration.length === 0 && <p class="soft">Nothing is told as a probability or an interval.</p>}
        </div>
        <p class="an-note">Dots: bins with the same number of cases, with their 90 % intervals over races. On the dashed line what was told came true. A diamond: the interval does not hold what was told.</p>
      </Card>
      <div class="an-column">
        <Seasons b={b} />
        <Card title="How it was made">
          <Made b={b} />
        </Card>
      </div>
      <Races b={b} />
      <Metrics b={b} />
    </div>
  );
}
