/** The session that the page follows: its state as it is now, and when it was last heard of. */
import { useEffect } from 'preact/hooks';
import { Store, useStore } from './store';
import { watch } from './socket';
import type { Json } from './stream';
import type { Call, Car, Maybe, SessionState } from './types';
import { prefer, prefs } from './prefs';
import { setQuery, where } from './router';

export interface Live {
  id: string;
  state: SessionState | null;
  /** Newest call of each car that has one, by its key. */
  calls: Record<string, Call>;
  /** Date.now() of the last change. */
  at: number;
  /** Why it cannot be seen; '' it can. */
  refused: string;
}

const NONE: Live = { id: '', state: null, calls: {}, at: 0, refused: '' };
export const live = new Store<Live>(NONE);

/** Cars by key in running order. */
const inOrder = (cars: Record<string, Car>, order: readonly number[]): Car[] => order.map(key => cars[String(key)]).filter(car => car !== undefined);

/** What WebSocket has as objects by key, in the form of REST. */
export function fromSocket(v: Json): SessionState {
  const s = v as unknown as SessionState;
  const cars = s.race.cars ?? [];
  const list = Array.isArray(cars) ? cars : inOrder(cars as Record<string, Car>, s.race.order ?? []);
  return { ...s, race: { ...s.race, cars: list, phases: s.race.phases ?? [], messages: s.race.messages ?? [], rain_chance: s.race.rain_chance ?? [] } };
}

let end: (() => void) | null = null;
let users = 0;

/** Also before there is a component: what the address names is asked for at once. */
export function follow(id: string): void {
  if (live.get().id === id) return;
  end?.();
  end = null;
  live.set({ ...NONE, id });
  if (!id) return;
  const mine = () => live.get().id === id;
  end = watch({
    session: id,
    topics: ['state', 'recommendation'],
    value: (topic, value) => {
      if (!mine()) return;
      if (topic === 'state') live.set({ ...live.get(), state: fromSocket(value), at: Date.now(), refused: '' });
      else live.set({ ...live.get(), calls: ((value as { calls?: Record<string, Call> }).calls ?? {}) });
    },
    refused: why => {
      if (mine()) live.set({ ...live.get(), refused: why });
    },
  });
}

/** Follows a session while the component is there; pages share one subscription. */
export function useLive<S>(id: string, pick: (l: Live) => S, same?: (a: S, b: S) => boolean): S {
  useEffect(() => {
    users++;
    follow(id);
    return () => {
      // Another page may follow it in the next moment: the subscription is kept until then.
      if (--users === 0) setTimeout(() => users === 0 && follow(''), 2000);
    };
  }, [id]);
  return useStore(live, pick, same);
}

/** By code or number. */
function named(cars: readonly Car[], name: Maybe<string>): Car | undefined {
  return name ? (cars.find(c => c.code === name) ?? cars.find(c => String(c.number ?? c.key) === name)) : undefined;
}

/** Our car: of the address, else chosen here, else the session's own; null: nobody chose. */
export function ownCar(state: Maybe<SessionState>): Car | null {
  if (!state) return null;
  const code = where.get().query['car'] ?? prefs.get().car[state.session.id];
  const { cars, own_car } = state.race;
  return named(cars, code) ?? cars.find(c => c.key === own_car) ?? named(cars, state.session.own_car) ?? null;
}

/** The cars of a car's team, itself first. A team that is not told is no team. */
export function teamOf(state: Maybe<SessionState>, car: Maybe<Car>): Car[] {
  if (!state || !car) return [];
  return [car, ...state.race.cars.filter(c => c.key !== car.key && c.team !== '' && c.team === car.team)];
}

/** This car is ours from now on: kept for the session, and in the address, so that a link shows the same. */
export function chooseCar(session: string, code: string): void {
  prefer({ car: { ...prefs.get().car, [session]: code } });
  setQuery({ car: code });
}
