/** Both cars of the team: the call as it stands, and the answer to a safety car that comes now. */
import { memo } from 'preact/compat';
import { DASH, percent, place, signed } from '../../core/format';
import type { Call, Car, Flag, Maybe } from '../../core/types';
import { Card, Empty, Tyre } from '../../ui/basic';
import { isOut, isOver, nameOf } from './field';
import { type StandingOf, actionWords, wholeOf } from './advice';

const unitOf = (unit: string): string => ({ points: 'pts', places: 'pl.', prob: '' })[unit] ?? unit;

/** What is asked about; while the race is neutralised there is no such question, and the row says what is out. */
const TITLE: Partial<Record<Flag, string>> = { sc: 'The safety car is out', vsc: 'The virtual safety car is out', red: 'The race is stopped', chequered: 'Our cars at the flag' };

function Answer({ is, kind, flag }: { is: Maybe<StandingOf>; kind: Flag; flag: Flag }) {
  if (!is?.action) return <span class="soft">{kind === flag ? 'out now' : is?.why && !TITLE[flag] ? is.why : DASH}</span>;
  const { gain } = is;
  return (
    <div class="live-answer">
      <b>{actionWords(is.action).toUpperCase()}</b>
      {is.compound && <Tyre compound={is.compound} />}
      {is.rejoin_position ? <span>→ {place(is.rejoin_position)}</span> : null}
      {gain && <span class={gain.lo > 0 ? 'good' : 'soft'}>{gain.unit === 'prob' ? signed(gain.value * 100, 1) + ' %' : `${signed(gain.value, 1)} ${unitOf(gain.unit)}`}</span>}
      {typeof is.p_ends_early === 'number' && <small class="soft" title="It ends before we leave the lane">{percent(is.p_ends_early)} over too soon</small>}
    </div>
  );
}

function Now({ call, over }: { call: Maybe<Call>; over: boolean }) {
  if (!call) return <span class="soft">{over ? 'nothing left to call' : 'no call yet'}</span>;
  if (call.failed) return <span class="bad">{call.failed}</span>;
  return (
    <div class="live-answer">
      <b>{actionWords(call.action).toUpperCase()}</b>
      {call.compound && <Tyre compound={call.compound} />}
      {typeof call.target_lap === 'number' && <span>lap {call.target_lap}</span>}
      <span class="soft">{percent(call.confidence)}</span>
    </div>
  );
}

export interface StandingProps {
  flag: Flag;
  cars: Car[];
  calls: (Call | null)[];
}

export const StandingCard = memo(function StandingCard({ flag, cars, calls }: StandingProps) {
  const team = calls.map(c => wholeOf(c)?.team).find(t => t?.text);
  return (
    <Card title={TITLE[flag] ?? 'If the safety car comes now'} class="live-standing">
      {cars.length === 0 ? (
        <Empty>Choose your car to see the answers for both cars.</Empty>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col"><span class="hidden">Question</span></th>
              {cars.map(c => (
                <th scope="col" key={c.key}>
                  <b>{nameOf(c)}</b> {isOut(c) ? 'out' : place(c.position)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">Now</th>
              {calls.map((c, i) => <td key={i}><Now call={c} over={isOver(flag, cars[i]!)} /></td>)}
            </tr>
            <tr class="sc">
              <th scope="row"><i class="live-chip sc">SC</i></th>
              {calls.map((c, i) => <td key={i}><Answer is={c?.if_sc_now} kind="sc" flag={flag} /></td>)}
            </tr>
            <tr class="vsc">
              <th scope="row"><i class="live-chip vsc">VSC</i></th>
              {calls.map((c, i) => <td key={i}><Answer is={c?.if_vsc_now} kind="vsc" flag={flag} /></td>)}
            </tr>
          </tbody>
        </table>
      )}
      {team?.text && <p class="live-team">Team: {team.text}</p>}
    </Card>
  );
});
