/** Our own calls over all sessions of the team: how sure they were, and what became of them. */
import { get } from '../../core/api';
import { DASH, num, percent } from '../../core/format';
import { useAsk } from '../../core/use_ask';
import { Card, Empty, Failed, Heads, Scroll } from '../../ui/basic';
import { Exports } from '../../ui/exports';
import type { CallCalibration, CallStep, Share } from './types';

const W = 120;

/** A share with its interval, from 0 to 1; the tick is the confidence. */
function Bar({ s, mark }: { s: Share; mark?: number | null }) {
  if (s.n === 0 || s.lo === null || s.hi === null) return <span class="soft">none yet</span>;
  const x = (v: number) => 3 + v * (W - 6);
  return (
    <span class="an-share">
      <svg width={W} height={16} role="img" aria-label={`${s.k} of ${s.n}, ${percent(s.share)}, interval ${percent(s.lo)} to ${percent(s.hi)}`}>
        <line class="an-grid" x1={x(0)} x2={x(1)} y1={8} y2={8} />
        <line class="an-span" x1={x(s.lo)} x2={x(s.hi)} y1={8} y2={8} />
        <circle class="an-to" cx={x(s.share!)} cy={8} r={4} />
        {mark !== null && mark !== undefined && <line class="an-mark" x1={x(mark)} x2={x(mark)} y1={1} y2={15} />}
      </svg>
      <span class="num">
        {percent(s.share)} <span class="soft">{s.k} of {s.n}</span>
      </span>
    </span>
  );
}

function Row({ s, all, box }: { s: CallStep; all?: boolean; box: boolean }) {
  return (
    <tr class={all ? 'an-open' : ''}>
      <th scope="row">{all ? 'all' : `${num(100 * s.from)} to ${percent(s.to)}`}</th>
      <td class="num">{num(s.calls)}</td>
      <td class="num">{num(s.sessions)}</td>
      <td class="num">{s.confidence === null ? DASH : percent(s.confidence)}</td>
      <td><Bar s={s.followed} mark={s.confidence} /></td>
      {box && <td><Bar s={s.later} /></td>}
      {box && <td><Bar s={s.same_compound} /></td>}
      <td><Bar s={s.accepted} /></td>
    </tr>
  );
}

function Side({ side }: { side: CallCalibration['sides'][number] }) {
  const box = side.action === 'BOX';
  return (
    <Card title={box ? 'We said: stop at the end of this lap' : 'We said: stay out'}>
      <Scroll of={box ? 'Calls to stop' : 'Calls to stay out'}>
        <table>
          <Heads of={`Confidence|#Calls|#Sessions|#Mean|${box ? 'Came in on that lap|Within two laps after|On the set we said' : 'Stayed out on that lap'}|Accepted by us`} />
          <tbody>
            {side.steps.filter(s => s.calls > 0).map(s => <Row key={s.from} s={s} box={box} />)}
            <Row s={side.all} all box={box} />
          </tbody>
        </table>
      </Scroll>
    </Card>
  );
}

export function CallsPage() {
  const { data, error } = useAsk('calls', s => get<CallCalibration>('/calls/calibration', s), 15_000);
  if (error) return <Failed error={error} />;
  if (!data) return <Empty>Reading the log of calls.</Empty>;
  return (
    <div class="an-calls">
      <Card title={`${num(data.calls)} calls in ${num(data.sessions)} ${data.sessions === 1 ? 'session' : 'sessions'}`} side={<Exports name="our-calls" rows={() => data.sides.flatMap(side => side.steps.map(s => ({ action: side.action, ...s })))} json={() => data} />}>
        {data.calls === 0 && <p>No call is in the log yet: follow a race, or replay one, with our car chosen.</p>}
        <p class="an-note">
          The last call of each car and lap, over all sessions of the team, replays too. The tick is the mean confidence: the share of played races that end better with the call, no chance of being followed. Intervals are
          Wilson's, 90 %, as if calls were independent: those of one race are not, so with few sessions they are too narrow. Being followed is no proof of being right: see Review and Back-tests.
        </p>
        {!data.complete && <p class="an-note">Of the newest 4000 calls; there are older ones.</p>}
      </Card>
      {data.calls > 0 && data.sides.map(side => <Side key={side.action} side={side} />)}
    </div>
  );
}
