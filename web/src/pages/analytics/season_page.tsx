/** A season in one table: a row a race, a column a driver, best first. */
import { all } from '../../core/api';
import { DASH, num } from '../../core/format';
import { linkTo } from '../../core/router';
import { useAsk } from '../../core/use_ask';
import { Card, Empty, Failed, Scroll } from '../../ui/basic';
import { Exports } from '../../ui/exports';
import { SeasonSelect } from './chooser';
import { useSeasons } from './data';
import { middle } from './driver_math';
import { classified } from './race_math';
import { csvRows, standings } from './season_math';
import type { SeasonRace, Standing } from './season_math';
import type { RaceResult, RaceRow } from './types';

async function readSeason(season: number, signal: AbortSignal): Promise<SeasonRace[]> {
  const races = await all<RaceRow>(`/seasons/${season}/races`, signal);
  const ours = races.filter(r => r.series === races[0]!.series);
  return Promise.all(ours.map(async race => ({ race, results: await all<RaceResult>(`/races/${encodeURIComponent(race.id)}/results`, signal) })));
}

function Place({ r }: { r: RaceResult | undefined }) {
  if (!r) return <td />;
  const place = classified(r);
  return (
    <td class={`num${place === null ? ' soft' : place <= 3 ? ' an-p' : ''}`} title={`${r.driver}: ${r.grid ? `from P${r.grid}, ` : ''}${r.status ?? ''}`}>
      {place ?? r.place_text ?? DASH}
    </td>
  );
}

function Race({ of: { race, results }, order }: { of: SeasonRace; order: readonly Standing[] }) {
  const name = race.name || race.id;
  return (
    <tr data-race={race.id}>
      <th scope="row">
        <span class="num soft">{race.round}</span> {results.length > 0 ? <a href={linkTo('analytics', ['race', race.id])}>{name}</a> : name}
      </th>
      {order.map(s => (
        <Place key={s.driver} r={results.find(r => r.driver === s.driver)} />
      ))}
    </tr>
  );
}

const SUMS: [string, (s: Standing) => string][] = [
  ['Median finish', s => middle(s.medianPlace)],
  ['Wins', s => num(s.wins)],
  ['Podiums', s => num(s.podiums)],
  ['At the flag', s => num(s.finished)],
];

function Table({ season, races }: { season: number; races: readonly SeasonRace[] }) {
  const order = standings(races);
  const known = races.filter(r => r.results.length > 0).length;
  return (
    <Card title={`${season}: results of ${known} of ${races.length} races`} class="an-season" side={<Exports name={`season-${season}`} rows={() => csvRows(races, order)} json={() => races} />}>
      <Scroll of={`Places of ${season}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">Race</th>
              {order.map(s => (
                <th key={s.driver} scope="col" class="num">
                  <a href={linkTo('analytics', ['driver', s.driver])}>{s.driver}</a>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {races.map(r => (
              <Race key={r.race.id} of={r} order={order} />
            ))}
          </tbody>
          <tfoot>
            {SUMS.map(([name, of]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {order.map(s => (
                  <td key={s.driver} class="num">{of(s)}</td>
                ))}
              </tr>
            ))}
          </tfoot>
        </table>
      </Scroll>
      <p class="an-note">Drivers by their median place at the flag. Sprints count as races. R: retired, D: disqualified, W: did not start. No points: races without a result would be missing from their sum.</p>
    </Card>
  );
}

export function SeasonPage({ asked }: { asked: number | null }) {
  const { data: seasons } = useSeasons();
  const season = asked ?? seasons?.[0]?.season ?? null;
  const { data, error } = useAsk(season === null ? null : `season ${season}`, s => readSeason(season!, s));
  const now = data?.[0]?.race.season === season ? data : undefined;
  return (
    <>
      <div class="an-chooser an-corner">
        <SeasonSelect season={season} section="season" />
      </div>
      {error && <Failed error={error} />}
      {!error && !now && <Empty>{seasons?.length === 0 ? 'The store holds no race yet. pitboard import --store brings some.' : 'Reading the season.'}</Empty>}
      {now && season && <Table season={season} races={now} />}
    </>
  );
}
