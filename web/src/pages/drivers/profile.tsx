/** One driver, or one team: against the field, season by season, against the mate, and the rows it all rests on. */
import { useEffect, useState } from 'preact/hooks';
import { all, get } from '../../core/api';
import { count } from '../../core/format';
import { linkTo, where } from '../../core/router';
import { useStore } from '../../core/store';
import { useAsk } from '../../core/use_ask';
import { Card, Empty, Failed } from '../../ui/basic';
import { Exports } from '../../ui/exports';
import { SeasonChoice, seasonOf } from './list';
import { Mates, TeamDrivers } from './mates';
import { Measures, Slices } from './measures';
import { Circuits, Races } from './tables';
import { Trend } from './trend';
import type { Kind, Line, Profile } from './types';
import { plural } from './words';

function Title({ p }: { p: Profile }) {
  return (
    <div class="drivers-head">
      <h1>
        {p.name ?? p.id}
        {p.kind === 'driver' && <span class="mono soft"> {p.id}</span>}
      </h1>
      {p.kind === 'driver' && p.team && (
        <a href={linkTo('drivers', ['team', p.team], { season: p.season ?? 'all' })}>{p.team_name}</a>
      )}
      <span class="soft">
        {p.season ?? 'all seasons'} · {plural(p.races, 'race')}
        {p.sprints > 0 && `, ${plural(p.sprints, 'sprint')}`} · {count(p.clean_laps)} clean of {count(p.laps)} laps
      </span>
    </div>
  );
}

/** Who is held beside: chosen, else the mate of most races (of a team nobody). */
function Beside({ p, value, set }: { p: Profile; value: string | null; set(id: string | null): void }) {
  const peers = [...new Set(p.measures.flatMap(m => m.field.map(f => f.id)))].filter(id => id !== p.id).sort();
  return (
    <label class="row">
      <span class="soft">
        <span class="drivers-key" aria-hidden="true">◆</span> beside
      </span>
      <select value={value ?? ''} onChange={e => set(e.currentTarget.value || null)}>
        <option value="">nobody</option>
        {peers.map(id => (
          <option key={id} value={id}>
            {id}
          </option>
        ))}
      </select>
    </label>
  );
}

function usualBeside(p: Profile): string | null {
  return p.mates?.find(m => p.measures.some(x => x.field.some(f => f.id === m.id)))?.id ?? null;
}

const thin = (p: Profile) => p.measures.some(m => m.spread_from === 'shipped');

function Body({ p }: { p: Profile }) {
  const [other, setOther] = useState<string | null>(usualBeside(p));
  useEffect(() => setOther(usualBeside(p)), [p]);
  const field = p.measures[0]?.field.length ?? 0;
  return (
    <>
      <Card title={`Against the field of ${p.season ?? 'all seasons'}: ${plural(field, p.kind)}; right is better`} side={<Beside p={p} value={other} set={setOther} />} class="drivers-main">
        <Measures list={p.measures} id={p.id} other={other} />
        <p class="drivers-note">
          <span class="drivers-key own" aria-hidden="true">●</span> estimate and 90 % interval; ticks: the rest of the field; upright line: 0, the middle of the field. ● repeats, ◐ weak, ○ not: whether
          a season ranked {p.kind}s like the next one did, from 2018 to 2026.
          {thin(p) && ' The store holds too few races to tell how much drivers differ: that is taken from 171 races of 2018 to 2026.'}
        </p>
      </Card>
      <div class="drivers-column">
        {p.kind === 'driver' && (
          <Card title="Against the mate, in the same car">
            <Mates list={p.mates ?? []} season={p.season} />
          </Card>
        )}
        <Card title="Where it is faster or slower than usual">
          <Slices list={p.slices} />
        </Card>
      </div>
      {p.kind === 'team' && (
        <Card title="Its drivers, against the field of drivers" class="drivers-wide">
          <TeamDrivers list={p.drivers ?? []} season={p.season} />
        </Card>
      )}
      <Card title="Season by season, each against its own field; up is better" class="drivers-wide">
        <Trend profile={p} />
      </Card>
      <Card title="By circuit, as seen" class="drivers-wide">
        <Circuits rows={p.circuits} kind={p.kind} />
      </Card>
      <Card title="Race by race, as seen" class="drivers-wide">
        <Races rows={p.rows} kind={p.kind} />
      </Card>
    </>
  );
}

export function ProfilePage({ kind, id }: { kind: Kind; id: string }) {
  const { query } = useStore(where, w => w);
  const ever = useAsk(query['season'] ? null : `ever ${kind}`, signal => all<Line>(`/profiles?of=${kind}`, signal));
  const ready = Boolean(query['season'] ?? ever.data ?? ever.error);
  const season = seasonOf(query, ever.data);
  const path = `/${kind}s/${encodeURIComponent(id)}/profile${season ? `?season=${season}` : ''}`;
  const { data, error } = useAsk(ready ? path : null, signal => get<Profile>(path, signal));
  const p = data?.id === id && data.kind === kind ? data : undefined;
  return (
    <div class="drivers">
      <div class="row drivers-choice">
        <a class="drivers-back" href={linkTo('drivers', [], { of: kind === 'team' ? 'team' : null, season: season ?? 'all' })}>
          ‹ All {kind}s
        </a>
        {p && <Title p={p} />}
        <div class="row drivers-end">
          <SeasonChoice season={season} seasons={[...(p?.seasons ?? [])].reverse()} />
          {p && <Exports name={`pitboard-${id}-${p.season ?? 'all'}`} rows={() => p.rows} json={() => p} />}
        </div>
      </div>
      {error && !p && <Failed error={error} />}
      {!error && !p && <Empty>Reading the races…</Empty>}
      {p && p.rows.length === 0 && <Empty>{p.seasons.length === 0 ? 'No laps in the store.' : `No laps in ${season}.`}</Empty>}
      {p && p.rows.length > 0 && (
        <div class="drivers-grid">
          <Body p={p} />
        </div>
      )}
    </div>
  );
}
