/** Side by side in one car: pace by race, and who was in front. */
import { Empty, Heads, Scroll } from '../../ui/basic';
import { Sorted, type Column } from './sorted';
import type { Mate, TeamDriver } from './types';
import { aboutOf, measures, scaleFor, years } from './words';
import { measureColumn, Value, Who } from './who';

const pace = aboutOf('pace')!;

function Share({ n, of }: { n: number; of: number }) {
  return (
    <td class="drivers-share">
      {of === 0 ? (
        <span class="soft">–</span>
      ) : (
        <>
          <span class="num">
            {n}:{of - n}
          </span>
          <svg width="100%" height="8" aria-hidden="true">
            <rect class="drivers-bar-back" width="100%" height="8" />
            <rect class="drivers-bar" width={`${(100 * n) / of}%`} height="8" />
          </svg>
        </>
      )}
    </td>
  );
}

export function Mates({ list, season }: { list: readonly Mate[]; season: number | null }) {
  if (list.length === 0) return <Empty>No race beside one team mate.</Empty>;
  const intervalOf = (m: Mate) => ({ value: m.pace, lo: m.lo, hi: m.hi });
  const scale = scaleFor(list.map(intervalOf), 'low');
  return (
    <Scroll of="Against the team mates" class="drivers-mates">
      <table>
        <Heads of="Mate|Race pace, % (right: faster than the mate)|In front at the flag|In front on the grid" />
        <tbody>
          {list.map(m => (
            <tr key={m.id} data-mate={m.id}>
              <th scope="row">
                <Who {...m} season={season} />
                <div class="soft drivers-what">
                  {years(m.first_season, m.last_season)}, {m.races} side by side
                </div>
              </th>
              <td>
                <Value of={pace} i={intervalOf(m)} scale={scale} whose={`the driver against ${m.name}`} none={`${m.paced} paced, 3 are needed`} />
              </td>
              <Share n={m.ahead} of={m.both_finished} />
              <Share n={m.grid_ahead} of={m.both_grid} />
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

const unsaid = { value: null, lo: null, hi: null };

/** Of a team: who drove, against the field of drivers. */
export function TeamDrivers({ list, season }: { list: readonly TeamDriver[]; season: number | null }) {
  const columns: Column<TeamDriver>[] = [
    { key: 'name', label: 'Driver', of: d => d.name, cell: d => <Who {...d} season={season} />, class: 'who' },
    { key: 'races', label: 'Races', of: d => d.races, cell: d => d.races, class: 'num soft', down: true },
    ...measures.filter(m => list.some(d => d.measures[m.name]?.value != null)).map(m => {
      const i = (d: TeamDriver) => d.measures[m.name] ?? unsaid;
      const scale = scaleFor(list.map(i), m.better);
      return measureColumn<TeamDriver>(m, d => i(d).value, d => <Value of={m} i={i(d)} scale={scale} whose={d.name} />);
    }),
  ];
  return <Sorted rows={list} columns={columns} first="races" name="Drivers of the team" class="drivers-list" id={d => d.id} />;
}
