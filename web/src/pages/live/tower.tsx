/** The timing tower: the field in running order. */
import { memo } from 'preact/compat';
import { useRef } from 'preact/hooks';
import type { Car, Maybe, Outlook } from '../../core/types';
import { Card, Empty } from '../../ui/basic';
import { type Sectors, bestOf } from './field';
import { useSlide } from './flash';
import { TowerRow } from './tower_row';

export interface TowerProps {
  cars: Car[];
  own: Car | null;
  sectors: Sectors | null;
  outlook: Maybe<Outlook>;
}

const HEAD: [string, string, string][] = [
  ['c-pos num', 'P', 'Position'],
  ['c-won', '±', 'Places won since the grid'],
  ['c-car', 'Car', 'Car'],
  ['c-state', '', 'Status and penalties'],
  ['c-gap num', 'Gap', 'Behind the leader, s'],
  ['c-int num', 'Int', 'Behind the car ahead, s'],
  ['c-last num', 'Last', 'Last lap'],
  ['c-best num', 'Best', 'Best lap'],
  ['c-sec num', 'S1', 'Sector 1 of the last lap'],
  ['c-sec num', 'S2', 'Sector 2 of the last lap'],
  ['c-sec num', 'S3', 'Sector 3 of the last lap'],
  ['c-tyre', 'Tyre', 'Tyre, its age in laps, n new or u used when fitted'],
  ['c-stops num', 'Stops', 'Stops made'],
  ['c-prob num', 'Stop?', 'Chance to stop at the end of this lap'],
];

const NONE = [null, null, null];

export const Tower = memo(function Tower({ cars, own, sectors, outlook }: TowerProps) {
  const body = useRef<HTMLTableSectionElement>(null);
  useSlide(body, cars.map(c => c.key));
  const best = bestOf(cars);
  const ours = (c: Car) => (!own ? 0 : c.key === own.key ? 2 : own.team !== '' && c.team === own.team ? 1 : 0);
  // Columns that this feed never fills are left out.
  const none = `${cars.some(c => c.sector_ms.some(t => typeof t === 'number')) ? '' : 'no-sec'} ${outlook ? '' : 'no-prob'}`;
  const side = <span class="soft live-legend"><b class="overall">★</b> fastest of all <b class="personal">•</b> own best</span>;
  return (
    <Card title="Timing" side={side} class="live-tower">
      {cars.length === 0 ? (
        <Empty>No car was told yet.</Empty>
      ) : (
        <table data-paint="tower" class={none}>
          <thead>
            <tr>
              {HEAD.map(([name, text, means]) => (
                <th scope="col" key={means} class={name} title={means}>
                  {text || <span class="hidden">{means}</span>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody ref={body}>
            {cars.map(c => (
              <TowerRow key={c.key} car={c} ours={ours(c)} best={best} ownSectors={sectors?.own.get(c.key)} allSectors={sectors?.all ?? NONE} stop_prob={outlook?.cars[String(c.key)]?.stop_prob} />
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
});
