/** Where a stop now would bring a car back: whom it would meet. Pure. */
import type { Car, Maybe, Outlook } from '../../core/types';
import { isOut } from './field';

export type Kind = 'green' | 'sc' | 'vsc';

export interface Neighbour {
  car: Car;
  /** Place once we are back on the track. */
  position: number;
  /** Seconds from our point of return; positive: ahead of us. */
  from_s: number;
  stop_prob: number | null;
}

export interface Return {
  /** Our gap to the leader after the stop. */
  gap_s: number;
  /** Place among those who run and whose gap is known. */
  position: number;
  neighbours: Neighbour[];
}

/** Gap to the leader in seconds; lapped cars without a time: not known. */
export const gapOf = (car: Car): number | null => (isOut(car) || (car.gap_laps ?? 0) > 0 || typeof car.gap_ms !== 'number' ? null : car.gap_ms / 1000);

/** Cars within `reach_s` of where a stop that costs `loss_s` brings us out, the nearest `most` of them, in running order. */
export function returnAfter(cars: readonly Car[], own: Maybe<Car>, loss_s: Maybe<number>, outlook: Maybe<Outlook>, reach_s = 12, most = 6): Return | null {
  const at = own ? gapOf(own) : null;
  if (!own || at === null || typeof loss_s !== 'number') return null;
  const gap_s = at + loss_s;
  const others = cars
    .flatMap(car => {
      const g = gapOf(car);
      return car.key === own.key || g === null || car.status === 'finished' ? [] : [{ car, from_s: gap_s - g }];
    })
    .sort((a, b) => b.from_s - a.from_s);
  const ahead = others.filter(n => n.from_s >= 0).length;
  const neighbours = others
    .map((n, i): Neighbour => ({ ...n, position: n.from_s >= 0 ? i + 1 : i + 2, stop_prob: outlook?.cars[String(n.car.key)]?.stop_prob ?? null }))
    .filter(n => Math.abs(n.from_s) <= reach_s)
    .sort((a, b) => Math.abs(a.from_s) - Math.abs(b.from_s))
    .slice(0, most)
    .sort((a, b) => b.from_s - a.from_s);
  return { gap_s, position: ahead + 1, neighbours };
}
