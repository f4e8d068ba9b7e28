/** What it means for every car. */
import { useState } from 'preact/hooks';
import { Card } from '../../ui/basic';
import { num, percent, place } from '../../core/format';
import { saveCsv } from '../../ui/save';
import { GainBar, GainRange, GainText } from './gain';
import type { Answer, WhatIfCar } from './types';

type Order = 'now' | 'after' | 'gain';
const ORDERS: { key: Order; name: string; less(a: WhatIfCar, b: WhatIfCar): number }[] = [
  { key: 'now', name: 'place now', less: (a, b) => a.position - b.position },
  { key: 'after', name: 'place after', less: (a, b) => a.after.mean_position - b.after.mean_position },
  { key: 'gain', name: 'gain', less: (a, b) => b.gain.points.value - a.gain.points.value || b.gain.places.value - a.gain.places.value },
];

const flat = (c: WhatIfCar) => ({
  car: c.car, position: c.position,
  place_before: c.before.mean_position, place_after: c.after.mean_position, places_gain: c.gain.places.value, places_lo: c.gain.places.lo, places_hi: c.gain.places.hi,
  points_before: c.before.expected_points, points_after: c.after.expected_points, points_gain: c.gain.points.value, points_lo: c.gain.points.lo, points_hi: c.gain.points.hi,
  win_before: c.before.p_win, win_after: c.after.p_win,
});

function Line({ c, ours, most }: { c: WhatIfCar; ours: boolean; most: number }) {
  return (
    <tr class={ours ? 'ours' : ''}>
      <td class="num">{place(c.position)}</td>
      <th scope="row">{c.car}</th>
      <td class="num">{num(c.before.mean_position, 1)}</td>
      <td class="num">
        <b>{num(c.after.mean_position, 1)}</b>
      </td>
      <td class="num">
        <GainText gain={c.gain.places} />
      </td>
      <td class="whatif-barcell">
        <GainBar gain={c.gain.places} most={most} />
      </td>
      <td class="num">
        <GainText gain={c.gain.points} />
      </td>
      <td class="num whatif-wide">
        <GainRange gain={c.gain.points} />
      </td>
      <td class="num whatif-wide">{percent(c.before.p_win)}</td>
      <td class="num">{percent(c.after.p_win)}</td>
    </tr>
  );
}

export function CarsTable({ answer, car, fresh }: { answer: Answer; car: string; fresh: boolean }) {
  const [order, setOrder] = useState<Order>('now');
  const list = [...answer.cars].sort(ORDERS.find(o => o.key === order)!.less);
  const most = Math.max(0.5, ...answer.cars.flatMap(c => [Math.abs(c.gain.places.lo), Math.abs(c.gain.places.hi)]));
  return (
    <Card
      title="Every car"
      class={`whatif-all ${fresh ? '' : 'old'}`}
      side={
        <>
          <select aria-label="Sort by" value={order} onChange={e => setOrder(e.currentTarget.value as Order)}>
            {ORDERS.map(o => (
              <option key={o.key} value={o.key}>
                by {o.name}
              </option>
            ))}
          </select>
          <button type="button" class="no-print" onClick={() => saveCsv(`what-if-${car}-lap${answer.from_lap}.csv`, list.map(flat))}>
            CSV
          </button>
        </>
      }
    >
      <div class="scroll">
        <table>
          <caption class="hidden">Mean place and points of every car before and after; gains with 90 % intervals</caption>
          <thead>
            <tr>
              <th scope="col" class="num">Now</th>
              <th scope="col">Car</th>
              <th scope="col" class="num">Place</th>
              <th scope="col" class="num">what if</th>
              <th scope="col" class="num">Places gained</th>
              <th scope="col">
                <span class="soft">−{num(most, 1)} … +{num(most, 1)}</span>
              </th>
              <th scope="col" class="num">Points gained</th>
              <th scope="col" class="num whatif-wide">90 % interval</th>
              <th scope="col" class="num whatif-wide">Win</th>
              <th scope="col" class="num">Win, what if</th>
            </tr>
          </thead>
          <tbody>
            {list.map(c => (
              <Line key={c.car} c={c} ours={c.car === car} most={most} />
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
