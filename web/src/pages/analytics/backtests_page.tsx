/** How good the models were on races they had not seen. */
import { all } from '../../core/api';
import { count, num } from '../../core/format';
import { linkTo } from '../../core/router';
import { useAsk } from '../../core/use_ask';
import { Card, Empty, Failed, Heads, Scroll } from '../../ui/basic';
import { BacktestDetail } from './backtest_detail';
import { change, changeSpan, figure, headlineOf, metricName, standing, standingWords } from './backtest_math';
import { Exports } from '../../ui/exports';
import type { Backtest } from './types';

function Row({ b, open }: { b: Backtest; open: boolean }) {
  const h = headlineOf(b);
  const how = standing(h?.difference ?? null, h?.better ?? null);
  return (
    <tr class={open ? 'an-open' : ''}>
      <th scope="row">
        <a href={linkTo('analytics', ['backtests', b.protocol])} aria-current={open ? 'true' : undefined}>
          {b.protocol}
        </a>
      </th>
      <td class="an-question">{b.question ?? ''}</td>
      <td class="soft">{metricName(b.headline)}</td>
      <td class="num">{figure(h?.value ?? null)}</td>
      <td class="num">{figure(h?.baseline ?? null)}</td>
      <td class="num">
        {change(h?.difference?.value ?? null)} <span class="soft an-under">{changeSpan(h?.difference ?? null)}</span>
      </td>
      <td class={`an-how ${how}`}>{standingWords[how]}</td>
      <td class="num">{num(b.races)}</td>
      <td class="num">{count(b.questions)}</td>
      <td>{b.out_of_sample ? 'yes' : <b class="bad">no</b>}</td>
    </tr>
  );
}

export function BacktestsPage({ protocol }: { protocol: string }) {
  const { data, error } = useAsk('backtests', s => all<Backtest>('/backtests', s));
  if (error) return <Failed error={error} />;
  if (!data) return <Empty>Reading the back-tests.</Empty>;
  if (data.length === 0) return <Empty>This installation came without results of back-tests. tools/accuracy.sh makes them.</Empty>;
  const open = data.find(b => b.protocol === protocol) ?? data[0]!;
  return (
    <div class="an-backtests">
      <Card title="Questions that recorded races answer" side={<Exports name="backtests" rows={() => data.map(b => ({ ...b, headline: headlineOf(b) }))} json={() => data} />}>
        <Scroll of="Back-tests">
          <table>
            <Heads of="Protocol|Question|Metric|#Model|#Baseline|#Difference, 90 %|Against it|#Races|#Cases|Unseen races" />
            <tbody>
              {data.map(b => (
                <Row key={b.protocol} b={b} open={b === open} />
              ))}
            </tbody>
          </table>
        </Scroll>
        <p class="an-note">
          Models are refitted for every season on the seasons before it; the baseline is the best simple predictor known for the question, refitted the same way. Ahead or behind: the whole 90 % interval over races lies
          on one side. Level: it holds nothing. Where settings were chosen, and how often these seasons had been looked at before, is in docs/accuracy.md.
        </p>
      </Card>
      <BacktestDetail key={open.protocol} b={open} />
    </div>
  );
}
