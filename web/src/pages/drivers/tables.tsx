/** What the means are of: circuit by circuit, race by race. */
import { num, place } from '../../core/format';
import { Sorted, type Column } from './sorted';
import type { CircuitRow, Kind, MeasureValues, RaceRow } from './types';
import { measuresOf, titleOf, valueText } from './words';

const figure = <T,>(key: string, label: string, of: (r: T) => number | null, text: (v: number | null) => string, down = false): Column<T> => ({
  key, label, of, cell: r => text(of(r)), class: 'num', down,
});

const measured = <T extends MeasureValues>(kind: Kind): Column<T>[] =>
  measuresOf(kind).map(m => figure(m.name, `${m.short}, ${m.unit}`, r => r[m.name] ?? null, v => valueText(m, v), m.better === 'high'));

export function Circuits({ rows, kind }: { rows: readonly CircuitRow[]; kind: Kind }) {
  const columns: Column<CircuitRow>[] = [
    { key: 'circuit', label: 'Circuit', of: r => r.circuit, cell: r => titleOf(r.circuit) },
    figure('races', kind === 'team' ? 'Starts' : 'Races', r => r.races, num, true),
    figure('last', 'Last', r => r.last_season, String, true),
    figure('best', 'Best', r => r.best_place, place),
    figure('place', 'Mean place', r => r.mean_place, v => num(v, 1)),
    ...measured<CircuitRow>(kind),
  ];
  return <Sorted rows={rows} columns={columns} first="circuit" name="By circuit" class="drivers-deep" id={r => r.circuit} />;
}

const kindOf = (r: RaceRow) => [r.sprint ? 'sprint' : '', r.wet ? 'wet' : ''].filter(Boolean).join(', ');

export function Races({ rows, kind }: { rows: readonly RaceRow[]; kind: Kind }) {
  const columns: Column<RaceRow>[] = [
    { key: 'race', label: 'Race', of: r => r.race, cell: r => `${r.race} ${titleOf(r.event)}${kindOf(r) ? ` (${kindOf(r)})` : ''}`, down: true },
    ...(kind === 'team' ? [{ key: 'driver', label: 'Driver', of: (r: RaceRow) => r.driver, cell: (r: RaceRow) => r.driver }] : []),
    figure('grid', 'Grid', r => r.grid, place),
    { key: 'place', label: 'Flag', of: r => (r.took_flag ? r.place : null), cell: r => (r.took_flag ? place(r.place) : `out, lap ${r.laps}`), class: 'num' },
    figure('clean', 'Clean laps', r => r.clean_laps, num, true),
    { key: 'passes', label: 'Passed : by', of: r => r.passes - r.passed, cell: r => `${r.passes} : ${r.passed}`, class: 'num', down: true },
    ...measured<RaceRow>(kind),
  ];
  return <Sorted rows={rows} columns={columns} first="race" name="Race by race" class="drivers-deep" id={r => `${r.race} ${r.driver}`} />;
}
