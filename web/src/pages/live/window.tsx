/** Whom a stop now would meet: our pit window. */
import { memo } from 'preact/compat';
import { num, percent, place, signed } from '../../core/format';
import type { Call, Car, Maybe, Outlook } from '../../core/types';
import { Card, Empty, Tyre } from '../../ui/basic';
import { nameOf } from './field';
import { type Kind, type Neighbour, type Return, returnAfter } from './rejoin';

export const KINDS: readonly Kind[] = ['green', 'sc', 'vsc'];
export const KIND_WORDS: Record<Kind, string> = { green: 'Green', sc: 'SC', vsc: 'VSC' };

function Row({ n }: { n: Neighbour }) {
  return (
    <tr>
      <td class="num">{place(n.position)}</td>
      <th scope="row">{nameOf(n.car)}</th>
      <td class="live-tyre-age"><Tyre compound={n.car.compound} /> <span class="num">{num(n.car.tyre_age_laps)}</span></td>
      <td class="num"><b>{signed(n.from_s, 1)}</b></td>
      <td class="num">{percent(n.stop_prob)}</td>
    </tr>
  );
}

const Us = ({ own, back }: { own: Car; back: Return }) => (
  <tr class="us">
    <td class="num">{place(back.position)}</td>
    <th scope="row">{nameOf(own)}</th>
    <td colSpan={3}>here, if nobody else stops</td>
  </tr>
);

function Meeting({ own, back }: { own: Car; back: Return }) {
  const ahead = back.neighbours.filter(n => n.from_s >= 0);
  const behind = back.neighbours.filter(n => n.from_s < 0);
  return (
    <table>
      <thead>
        <tr>
          <th scope="col" class="num" title="Place once we are back on the track">P</th>
          <th scope="col">Car</th>
          <th scope="col">Tyre</th>
          <th scope="col" class="num" title="Seconds ahead of us (+) or behind us (−) when we are back on the track">To us, s</th>
          <th scope="col" class="num" title="Chance that the car stops at the end of this lap">May stop</th>
        </tr>
      </thead>
      <tbody>
        {ahead.map(n => <Row key={n.car.key} n={n} />)}
        <Us own={own} back={back} />
        {behind.map(n => <Row key={n.car.key} n={n} />)}
      </tbody>
    </table>
  );
}

/** Before the outlook has come: what the call itself says of its neighbours. */
function FromCall({ call }: { call: Maybe<Call> }) {
  const r = call?.rejoin;
  if (!r) return <Empty>What a stop costs is told with the first call.</Empty>;
  return (
    <table>
      <tbody>
        {r.ahead && <tr><th scope="row">{r.ahead}</th><td class="num">{signed(r.ahead_s, 1)} s</td></tr>}
        <tr class="us"><th scope="row">{place(r.position)}</th><td>we come out here</td></tr>
        {r.behind && <tr><th scope="row">{r.behind}</th><td class="num">{signed(typeof r.behind_s === 'number' ? -r.behind_s : null, 1)} s</td></tr>}
      </tbody>
    </table>
  );
}

export interface WindowProps {
  cars: Car[];
  own: Car | null;
  call: Maybe<Call>;
  outlook: Maybe<Outlook>;
  kind: Kind;
  /** Our race is over. */
  over: boolean;
  choose(kind: Kind): void;
}

export const WindowCard = memo(function WindowCard({ cars, own, call, outlook, kind, over, choose }: WindowProps) {
  const back = over ? null : returnAfter(cars, own, outlook?.pit_loss_s[kind], outlook);
  const side = outlook && !over && (
    <div class="live-kinds" role="group" aria-label="What a stop costs">
      {KINDS.map(k => (
        <button key={k} type="button" aria-pressed={k === kind} onClick={() => choose(k)}>
          {KIND_WORDS[k]} <b>{num(outlook.pit_loss_s[k], 1)} s</b>
        </button>
      ))}
    </div>
  );
  return (
    <Card title="If we stop now" side={side} class="live-window">
      {over ? <Empty>Our race is over.</Empty> : own && back ? <Meeting own={own} back={back} /> : own ? <FromCall call={call} /> : <Empty>Choose your car to see whom a stop would meet.</Empty>}
    </Card>
  );
});
