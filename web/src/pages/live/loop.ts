/** Points on the schematic track: a rounded loop, the line at the top left, clockwise. Pure. */
import type { Car, Maybe } from '../../core/types';
import { isOut } from './field';

export interface Box {
  width: number;
  height: number;
  round: number;
}

export interface Point {
  x: number;
  y: number;
  /** Outward, of length 1. */
  nx: number;
  ny: number;
}

/** `part` of the way round from the middle of the top edge, clockwise; any number. */
export function onLoop({ width, height, round: r }: Box, part: number): Point {
  const w = width - 2 * r;
  const h = height - 2 * r;
  const arc = (Math.PI / 2) * r;
  const length = 2 * (w + h) + 4 * arc;
  let s = (((part % 1) + 1) % 1) * length + w / 2;
  if (s >= length) s -= length;
  const turn = (cx: number, cy: number, from: number, at: number): Point => {
    const a = from + at / r;
    return { x: cx + r * Math.cos(a), y: cy + r * Math.sin(a), nx: Math.cos(a), ny: Math.sin(a) };
  };
  const legs: [number, (at: number) => Point][] = [
    [w, at => ({ x: r + at, y: 0, nx: 0, ny: -1 })],
    [arc, at => turn(width - r, r, -Math.PI / 2, at)],
    [h, at => ({ x: width, y: r + at, nx: 1, ny: 0 })],
    [arc, at => turn(width - r, height - r, 0, at)],
    [w, at => ({ x: width - r - at, y: height, nx: 0, ny: 1 })],
    [arc, at => turn(r, height - r, Math.PI / 2, at)],
    [h, at => ({ x: 0, y: height - r - at, nx: -1, ny: 0 })],
    [arc, at => turn(r, r, Math.PI, at)],
  ];
  for (const [long, point] of legs) {
    if (s <= long) return point(s);
    s -= long;
  }
  return legs[0]![1](0);
}

export interface Placed {
  car: Car;
  /** Part of a lap behind the top of the loop (the leader), or ahead of the line where metres are told. */
  part: number;
}

/** What a lap takes now: the median of the last laps of those who run. */
export function lapNow(cars: readonly Car[]): number | null {
  const laps = cars.filter(c => !isOut(c)).map(c => c.last_lap_ms).filter((t): t is number => typeof t === 'number' && t > 0).sort((a, b) => a - b);
  return laps.length ? laps[Math.floor(laps.length / 2)]! : null;
}

/** How the cars are placed: by metres where every running car tells them and the length is known, else by their gap. */
export function placeCars(cars: readonly Car[], length_m: Maybe<number>): { by: 'distance' | 'gap'; cars: Placed[] } {
  const running = cars.filter(c => !isOut(c));
  const told = running.filter(c => typeof c.lapdist_m === 'number');
  if (length_m && told.length >= 2 && told.length >= running.length / 2) return { by: 'distance', cars: told.map(car => ({ car, part: car.lapdist_m! / length_m })) };
  const lap = lapNow(running);
  if (lap === null) return { by: 'gap', cars: [] };
  const placed: Placed[] = [];
  let before: number | null = null;
  for (const car of running) {
    // Lapped cars: their gap is told in laps; the interval to the car before them still places them.
    const behind: number | null = !car.gap_laps && typeof car.gap_ms === 'number' ? car.gap_ms : before !== null && !car.interval_laps && typeof car.interval_ms === 'number' ? before + car.interval_ms : null;
    before = behind;
    if (behind !== null) placed.push({ car, part: -behind / lap });
  }
  return { by: 'gap', cars: placed };
}

export interface Label {
  x: number;
  y: number;
  width: number;
  height: number;
}

const meets = (a: Label, b: Label) => Math.abs(a.x - b.x) * 2 < a.width + b.width && Math.abs(a.y - b.y) * 2 < a.height + b.height;

/** Of labels in the order of their weight those that have room; each may stand in one of its places. Returns the place taken, -1: none. */
export function roomFor(wanted: readonly (readonly Label[])[]): number[] {
  const taken: Label[] = [];
  return wanted.map(places => {
    const k = places.findIndex(p => !taken.some(t => meets(p, t)));
    if (k >= 0) taken.push(places[k]!);
    return k;
  });
}
