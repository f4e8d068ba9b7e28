/** Cars next to each other that chose differently: what really came of it. */
import { DASH, num, percent, signed } from '../../core/format';
import { Card, Heads, Scroll } from '../../ui/basic';
import { Exports } from '../../ui/exports';
import type { PairScore, Review, ReviewPair } from './types';

function Score({ title, s }: { title: string; s: PairScore }) {
  return (
    <tr>
      <th scope="row">{title}</th>
      <td class="num">{num(s.pairs)}</td>
      <td class="num">{s.pairs > 0 ? percent(s.advised_side_gained) : DASH}</td>
      <td class="num">{s.pairs > 0 ? percent(s.stopper_gained) : DASH}</td>
      <td class="num">{signed(s.places, 2)}</td>
      <td class="num">
        {signed(s.seconds, 1)} <span class="soft">({s.pairs_with_seconds})</span>
      </td>
      <td class="num">{signed(s.places_at_flag, 2)}</td>
    </tr>
  );
}

const short = (said: string | null): string => (said === 'BOX' ? 'stop' : said === 'STAY_OUT' ? 'stay' : DASH);

function Line({ p }: { p: ReviewPair }) {
  return (
    <tr>
      <td class="num">{p.lap}</td>
      <th scope="row">{p.car}</th>
      <td>
        {p.other}
        {p.team_mates ? <span class="soft"> team mate</span> : ''}
      </td>
      <td class="num">{p.answer_lap ?? 'never'}</td>
      <td>
        {short(p.said_car)} / {short(p.said_other)}
      </td>
      <td>{p.forced ? <span class="soft">forced, not counted</span> : (p.advised ?? DASH)}</td>
      <td class="num">{signed(p.gain_places, 0)}</td>
      <td class="num">{signed(p.gain_s, 1)}</td>
    </tr>
  );
}

export function Pairs({ id, r, car }: { id: string; r: Review; car: string }) {
  const shown = r.pairs.filter(p => !car || p.car === car || p.other === car);
  return (
    <Card title="Cars next to each other that chose differently" side={<Exports name={`${id}-pairs`} rows={() => r.pairs} json={() => r.pairs} />}>
      <Scroll of="How the advised side fared">
        <table>
          <Heads of="The advised side by|#Pairs|#It gained|#Always stop|#Places|#Seconds (pairs)|#Places at flag" />
          <tbody>
            <Score title="our call for the car that stopped" s={r.evidence.by_stop} />
            <Score title="one did as told, the other not" s={r.evidence.by_contrast} />
          </tbody>
        </table>
      </Scroll>
      <p class="an-note">Observed, nothing simulated. One race is little evidence: no interval is given for it. Over many races see Back-tests and docs/accuracy.md.</p>
      <details class="an-pairs">
        <summary>
          {shown.length} pairs{car ? ` with ${car}` : ''}
        </summary>
        <Scroll of="Pairs of cars">
          <table>
            <Heads of="#Lap|Stopped|Stayed out|#Answered|We said|Advised side|#Places won|#Seconds won" />
            <tbody>
              {shown.map(p => (
                <Line key={`${p.car}${p.other}${p.lap}`} p={p} />
              ))}
            </tbody>
          </table>
        </Scroll>
      </details>
    </Card>
  );
}
