/** How the race ended, car by car. */
import { DASH, gap, lapTime, num } from '../../core/format';
import { linkTo } from '../../core/router';
import { Card, Heads, Scroll } from '../../ui/basic';
import { Exports } from '../../ui/exports';
import { resultLines } from './race_math';
import type { RaceData, ResultLine } from './race_math';

const behind = (r: ResultLine): string => {
  if (r.place === 1) return lapTime(r.time_ms);
  if (r.behind_ms !== null) return gap(r.behind_ms, null, 3);
  if (r.status && !['Finished', 'Lapped'].includes(r.status) && !/^\+/.test(r.status)) return r.status;
  return r.behind_laps !== null ? gap(null, r.behind_laps) : DASH;
};

export function Gained({ n }: { n: number | null }) {
  if (n === null) return <>{DASH}</>;
  return <span class={n > 0 ? 'good' : n < 0 ? 'bad' : 'soft'}>{n === 0 ? '0' : `${n > 0 ? '▲' : '▼'} ${Math.abs(n)}`}</span>;
}

function Row({ r, best }: { r: ResultLine; best: number }) {
  return (
    <tr>
      <td class="num an-place">{r.place_text ?? num(r.place)}</td>
      <th scope="row">
        <a href={linkTo('analytics', ['driver', r.driver])}>{r.driver}</a>
      </th>
      <td class="soft an-team">{r.team_name ?? r.team ?? DASH}</td>
      <td class="num">{r.grid === 0 ? 'pit' : num(r.grid)}</td>
      <td class="num">
        <Gained n={r.gained} />
      </td>
      <td class="num an-gap" title={r.status ?? undefined}>{behind(r)}</td>
      <td class={`num${r.best_ms === best ? ' good' : ''}`}>{lapTime(r.best_ms)}</td>
      <td class="num">{num(r.stops)}</td>
      <td class="num">{num(r.laps)}</td>
    </tr>
  );
}

export function Results({ id, data }: { id: string; data: RaceData }) {
  const rows = resultLines(data);
  const best = Math.min(...rows.flatMap(r => (r.best_ms === null ? [] : [r.best_ms])));
  const derived = rows.some(r => r.derived);
  return (
    <Card title="Result" class="an-results" side={<Exports name={`${id}-results`} rows={() => rows} json={() => data.results} />}>
      <Scroll of="Result">
        <table>
          <Heads of="#Pos|Car|Team|#Grid|#Won|#Time, gap|#Best lap|#Stops|#Laps" />
          <tbody>
            {rows.map(r => (
              <Row key={r.driver} r={r} best={best} />
            ))}
          </tbody>
        </table>
      </Scroll>
      {derived && <p class="an-note">No source has the official result: this is the order on the road, found in the laps. It knows no penalties after the flag.</p>}
    </Card>
  );
}
