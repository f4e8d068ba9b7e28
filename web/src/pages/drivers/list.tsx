/** Everybody in one table: each measure with its interval on a line; right is better. */
import { useMemo, useState } from 'preact/hooks';
import { all } from '../../core/api';
import { setQuery, where } from '../../core/router';
import { useStore } from '../../core/store';
import { useAsk, whileEmpty } from '../../core/use_ask';
import { Card, Empty, Failed } from '../../ui/basic';
import { Exports } from '../../ui/exports';
import { Sorted, type Column } from './sorted';
import type { Kind, Line, MeasureName } from './types';
import { firstSeason, matches, measuresOf, plural, scaleFor, seasonsOf, type About } from './words';
import { measureColumn, Value, Who } from './who';

const intervalOf = (l: Line, m: MeasureName) => ({ value: l[m], lo: l[`${m}_lo`], hi: l[`${m}_hi`] });

/** A measure that nobody has says so below the table in place of a column of dashes. */
const hasAny = (lines: readonly Line[], m: About) => lines.some(l => l[m.name] !== null);

function Table({ lines, kind, season, search }: { lines: readonly Line[]; kind: Kind; season: number | null; search: string }) {
  const all = measuresOf(kind);
  const shown = all.filter(m => hasAny(lines, m));
  const left = all.filter(m => !shown.includes(m));
  const columns = useMemo<Column<Line>[]>(
    () => [
      { key: 'at', label: <span class="hidden">Row</span>, cell: (_, i) => i + 1, class: 'num soft' },
      { key: 'name', label: kind === 'driver' ? 'Driver' : 'Team', of: l => l.name ?? l.id, cell: l => <Who {...l} team={kind === 'team'} season={season} />, class: 'who' },
      ...(kind === 'driver' ? [{ key: 'team', label: 'Team', of: (l: Line) => l.team_name, cell: (l: Line) => l.team_name, class: 'soft drivers-team' }] : []),
      { key: 'races', label: 'Races', of: l => l.races + l.sprints, cell: l => l.races + l.sprints, class: 'num soft', down: true },
      ...shown.map(m => {
        const scale = scaleFor(lines.map(l => intervalOf(l, m.name)), m.better);
        return measureColumn<Line>(m, l => l[m.name], l => <Value of={m} i={intervalOf(l, m.name)} scale={scale} whose={l.name ?? l.id} />);
      }),
    ],
    [lines, kind, season],
  );
  const rows = lines.filter(l => matches(l, search));
  return (
    <>
      <Sorted rows={rows} columns={columns} first="pace" name="Table of profiles" class="drivers-list" id={l => l.id} />
      {rows.length === 0 && <Empty>Nobody of that name.</Empty>}
      <p class="drivers-note">
        Dot and line: estimate and 90 % interval over races, drawn towards the field's mean by as much as single races leave in doubt. The upright
        line is 0, the middle of the field; right is better.
        {left.length > 0 && ` Not shown: ${left.map(m => m.short.toLowerCase()).join(', ')}; a profile says why.`}
      </p>
    </>
  );
}

function Choice({ kind, season, seasons }: { kind: Kind; season: number | null; seasons: number[] }) {
  return (
    <div class="row drivers-choice">
      <div class="row" role="group" aria-label="Drivers or teams">
        {(['driver', 'team'] as const).map(k => (
          <button key={k} type="button" aria-pressed={kind === k} onClick={() => setQuery({ of: k === 'team' ? 'team' : null })}>
            {k === 'driver' ? 'Drivers' : 'Teams'}
          </button>
        ))}
      </div>
      <SeasonChoice season={season} seasons={seasons} />
    </div>
  );
}

export function SeasonChoice({ season, seasons }: { season: number | null; seasons: readonly number[] }) {
  return (
    <label class="row">
      <span class="soft">Season</span>
      <select value={season ?? 'all'} onChange={e => setQuery({ season: e.currentTarget.value })}>
        <option value="all">All</option>
        {seasons.map(y => (
          <option key={y} value={y}>
            {y}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Asked for in the address; else the newest of a full store. */
export function seasonOf(query: Record<string, string>, lines: readonly Line[] | undefined): number | null {
  const asked = query['season'];
  if (asked === 'all') return null;
  return asked && /^\d{4}$/.test(asked) ? Number(asked) : lines ? firstSeason(lines) : null;
}

export function List() {
  const { query } = useStore(where, w => w);
  const kind: Kind = query['of'] === 'team' ? 'team' : 'driver';
  const [search, setSearch] = useState('');
  const ever = useAsk(`ever ${kind}`, signal => all<Line>(`/profiles?of=${kind}`, signal), whileEmpty);
  const season = seasonOf(query, ever.data);
  const one = useAsk(ever.data && season ? `${kind} ${season}` : null, signal => all<Line>(`/profiles?of=${kind}&season=${season}`, signal));
  const lines = season ? one.data : ever.data;
  const error = one.error ?? ever.error;
  const side = (
    <>
      <input type="search" placeholder="Name, code, team" aria-label="Search" value={search} onInput={e => setSearch(e.currentTarget.value)} />
      {lines && <Exports name={`pitboard-${kind}s-${season ?? 'all'}`} rows={() => lines} json={() => lines} />}
    </>
  );
  return (
    <div class="drivers">
      <h1 class="hidden">Drivers and teams</h1>
      <Choice kind={kind} season={season} seasons={seasonsOf(ever.data ?? [])} />
      <Card title={`${kind === 'driver' ? 'Drivers' : 'Teams'}, ${season ?? 'all seasons'}${lines ? ` · ${plural(lines.length, kind)}` : ''}`} side={side}>
        {error && <Failed error={error} />}
        {!error && !lines && <Empty>Reading the races…</Empty>}
        {lines && lines.length === 0 && <Empty>No laps of this season in the store. Import some: pitboard import auto FOLDER --store URL</Empty>}
        {lines && lines.length > 0 && <Table lines={lines} kind={kind} season={season} search={search} />}
      </Card>
    </div>
  );
}
