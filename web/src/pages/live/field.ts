/** What the tower says of each car, from the state alone. Pure. */
import type { Car, Flag, Maybe, SessionLap } from '../../core/types';

/** Fastest of all, his own fastest, or neither; null: nothing is known to compare with. */
export type Mark = 'overall' | 'own' | null;

const known = (v: Maybe<number>): v is number => typeof v === 'number';

/** Places won since the grid; null: not known, or out. */
export function placesWon(car: Car): number | null {
  return known(car.grid) && known(car.position) && car.grid > 0 && car.position > 0 ? car.grid - car.position : null;
}

/** Its code, else its number. */
export const nameOf = (car: Pick<Car, 'code' | 'number' | 'key'>): string => car.code || String(car.number ?? car.key);

export const isOut = (car: Car): boolean => ['retired', 'disqualified', 'stopped'].includes(car.status);
export const inPit = (car: Car): boolean => car.status === 'in_lane' || car.status === 'in_box';

/** Nothing is left to call for this car. */
export const isOver = (flag: Flag, car: Car): boolean => flag === 'chequered' || car.status === 'finished' || isOut(car);

export interface Said {
  text: string;
  /** For a screen reader and as a hint. */
  means: string;
  tone: '' | 'pit' | 'out' | 'done';
}

const SAID: Record<string, Said> = {
  in_lane: { text: 'Pit', means: 'in the pit lane', tone: 'pit' },
  in_box: { text: 'Box', means: 'in the box', tone: 'pit' },
  stopped: { text: 'Stop', means: 'stopped on the track', tone: 'out' },
  retired: { text: 'Out', means: 'retired', tone: 'out' },
  disqualified: { text: 'DSQ', means: 'disqualified', tone: 'out' },
  finished: { text: 'Flag', means: 'finished', tone: 'done' },
  grid: { text: 'Grid', means: 'on the grid', tone: '' },
};

/** Nothing is said of a car that runs. */
export const statusOf = (car: Car): Said => SAID[car.status] ?? { text: '', means: 'running', tone: '' };

/** "+5s", "DT", "SG 2": what a car still has to serve; '' nothing. */
export function penaltyOf(car: Car): string {
  const many = (word: string, n: Maybe<number>) => (n ? (n > 1 ? `${word}×${n}` : word) : '');
  const time = car.penalty_ms ? `+${car.penalty_ms / 1000}s` : '';
  return [time, many('DT', car.drive_throughs), many('SG', car.stop_gos)].filter(Boolean).join(' ');
}

/** The least best lap of the field. */
export function bestOf(cars: readonly Car[]): number | null {
  const times = cars.map(c => c.best_lap_ms).filter(known).filter(t => t > 0);
  return times.length ? Math.min(...times) : null;
}

export function markLap(lap: Maybe<number>, own: Maybe<number>, overall: Maybe<number>): Mark {
  if (!known(lap) || !known(own) || lap > own) return null;
  return known(overall) && lap <= overall ? 'overall' : 'own';
}

/** Best time in each sector: of each car by its key, and of all. */
export interface Sectors {
  own: ReadonlyMap<number, readonly (number | null)[]>;
  all: readonly (number | null)[];
}

export const NO_SECTORS: Sectors = { own: new Map(), all: [null, null, null] };

const less = (a: Maybe<number>, b: Maybe<number>): number | null => (known(a) && a > 0 ? (known(b) ? Math.min(a, b) : a) : (b ?? null));
const three = (f: (i: number) => number | null) => [0, 1, 2].map(f);

/** One more row of sectors; the same object where nothing is faster. */
export function withSectors(had: Sectors, key: number, sectors: readonly Maybe<number>[]): Sectors {
  const mine = had.own.get(key) ?? [null, null, null];
  const best = three(i => less(sectors[i], mine[i]));
  if (best.every((v, i) => v === mine[i])) return had;
  return { own: new Map(had.own).set(key, best), all: three(i => less(best[i], had.all[i])) };
}

export function sectorsOf(laps: readonly Pick<SessionLap, 'car' | 'sector_ms'>[]): Sectors {
  return laps.reduce((s, lap) => withSectors(s, lap.car, lap.sector_ms), NO_SECTORS);
}

/** Laps on the set in a word: "19", and whether it was new when fitted; null: not known. */
export function wasNew(car: Car): boolean | null {
  const stint = car.stints[car.stints.length - 1];
  if (!stint || typeof stint.age_at_start !== 'number') return null;
  return stint.age_at_start === 0;
}
