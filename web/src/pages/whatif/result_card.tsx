/** What comes of it for our car. */
import { Card } from '../../ui/basic';
import { count, num, percent } from '../../core/format';
import type { Gain } from '../../core/types';
import { GainRange, GainText } from './gain';
import { PlacesChart } from './places_chart';
import type { Side, WhatIfCar } from './types';
import type { Sharp } from './use_sharp';

export function Stands({ sharp }: { sharp: Sharp }) {
  const n = sharp.data?.trials;
  const busy = { '': '', quick: 'asking …', sharp: 'sharpening …', wait: 'the server is busy: again in a moment …' }[sharp.busy || (sharp.fresh || sharp.error ? '' : 'quick')];
  return (
    <span class="whatif-stands soft" role="status">
      {n ? `${count(n)} races each` : ''}
      {busy ? `${n ? ', ' : ''}${busy}` : n ? `, ${num(sharp.took)} ms` : ''}
    </span>
  );
}

type Row = { name: string; of(s: Side): string; gain?: Gain };

const rows = (c: WhatIfCar): Row[] => [
  { name: 'Points', of: s => num(s.expected_points, 2), gain: c.gain.points },
  { name: 'Place', of: s => num(s.mean_position, 2), gain: c.gain.places },
  { name: 'Win', of: s => percent(s.p_win, 1), gain: c.gain.win },
  { name: 'Podium', of: s => percent(s.p_podium, 1), gain: c.gain.podium },
  { name: 'In the points', of: s => percent(s.p_points, 1) },
  { name: 'Out', of: s => percent(s.p_dnf, 1) },
];

export function Objectives({ car, names, caption }: { car: WhatIfCar; names: [string, string]; caption: string }) {
  return (
    <table class="whatif-objectives">
      <caption class="hidden">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">Aim</th>
          <th scope="col" class="num">{names[0]}</th>
          <th scope="col" class="num">{names[1]}</th>
          <th scope="col" class="num">Gain</th>
          <th scope="col" class="num">90 % interval</th>
        </tr>
      </thead>
      <tbody>
        {rows(car).map(r => (
          <tr key={r.name}>
            <th scope="row">{r.name}</th>
            <td class="num">{r.of(car.before)}</td>
            <td class="num">
              <b>{r.of(car.after)}</b>
            </td>
            <td class="num">{r.gain ? <GainText gain={r.gain} /> : '–'}</td>
            <td class="num">{r.gain ? <GainRange gain={r.gain} /> : '–'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const AIMS = [['Win', 'p_win'], ['Podium', 'p_podium'], ['In the points', 'p_points']] as const;
/** The highest aim that is in reach on one of the sides. */
const inReach = (c: WhatIfCar) => AIMS.find(([, k]) => Math.max(c.before[k], c.after[k]) >= 0.01) ?? AIMS[2];

function Big({ name, before, after }: { name: string; before: string; after: string }) {
  return (
    <p class="whatif-big">
      <small>{name}</small> {before !== after && `${before} → `}
      <b>{after}</b>
    </p>
  );
}

/** What is gained and how sure that is, then the aim in reach and the place. */
function Headline({ car }: { car: WhatIfCar }) {
  const { before, after, gain } = car;
  const [name, aim] = inReach(car);
  const same = gain.points.lo === 0 && gain.points.hi === 0 && gain.places.lo === 0 && gain.places.hi === 0;
  return (
    <div class="whatif-headline">
      {same ? (
        <Big name="Points" before={num(after.expected_points, 1)} after={num(after.expected_points, 1)} />
      ) : (
        <p class="whatif-big">
          <GainText gain={gain.points} /> <small>points</small>
        </p>
      )}
      <p>
        {same ? <span class="soft">no difference</span> : <GainRange gain={gain.points} />}
        <br />
        <span class="soft">{same ? 'to the race as it is' : '90 % interval'}</span>
      </p>
      <Big name={name} before={percent(before[aim])} after={percent(after[aim])} />
      <Big name="Place" before={num(before.mean_position, 1)} after={num(after.mean_position, 1)} />
    </div>
  );
}

export interface ResultProps {
  sharp: Sharp;
  car: WhatIfCar;
  names: [string, string];
  fresh: boolean;
}

export function ResultCard({ sharp, car, names, fresh }: ResultProps) {
  return (
    <Card title={`${car.car}: what comes of it`} class={`whatif-result ${fresh ? '' : 'old'}`} side={<Stands sharp={sharp} />}>
      <Headline car={car} />
      <PlacesChart car={car.car} names={names} before={car.before} after={car.after} />
      <Objectives car={car} names={names} caption={`${names[0]} against ${names[1]} for ${car.car}`} />
    </Card>
  );
}
