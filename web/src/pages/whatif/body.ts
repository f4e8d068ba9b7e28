/** A case into the body of POST /strategies/what-if. */
import { ALL, type Case } from './case';
import type { Change, WeatherChange } from './types';

/** The race that is followed, as it stands now or after a lap that the leader has completed. */
export const raceOf = (session: string, lap?: number | undefined): object => ({ session, ...(lap ? { from_lap: lap } : {}) });

function weatherOf(c: Case): WeatherChange | undefined {
  const { wet, from, to, soak } = c.weather;
  if (wet === undefined && from === undefined) return undefined;
  return {
    ...(wet !== undefined ? { track_wetness: wet } : {}),
    ...(from !== undefined ? { rain_from: from } : {}),
    ...(from !== undefined && to !== undefined ? { rain_to: to } : {}),
    ...(from !== undefined && soak !== undefined ? { soak } : {}),
  };
}

/** What is different in the second race. `car`: ours; `a`: its plan A. Both races have plan A, so that B alone is what is measured. */
export function bodyOf(c: Case, car: string, a: string): { both: Change } & Change {
  const own = c.plan ? { [car]: { ...c.cars[car], plan: c.plan } } : {};
  const cars = Object.entries({ ...c.cars, ...own }).map(([code, o]) => ({
    car: code,
    ...(o.plan ? { plan: o.plan } : {}),
    ...(o.pace !== undefined ? { pace_s: o.pace } : {}),
    ...(o.wear !== undefined ? { wear: o.wear } : {}),
    ...(o.penalty !== undefined ? { penalty_s: o.penalty } : {}),
  }));
  const tyres = Object.entries(c.tyres).map(([name, t]) => ({
    ...(name === ALL ? {} : { compound: name }),
    ...(t.wear !== undefined ? { wear: t.wear } : {}),
    ...(t.pace !== undefined ? { pace_s: t.pace } : {}),
  }));
  const weather = weatherOf(c);
  return {
    both: a ? { cars: [{ car, plan: a }] } : {},
    cars,
    ...(tyres.length ? { tyres } : {}),
    ...(weather ? { weather } : {}),
    ...(c.flags.length ? { flags: [...c.flags].sort((x, y) => (x.lap ?? 0) - (y.lap ?? 0)) } : {}),
    ...(c.pit !== undefined ? { pit_loss_s: c.pit } : {}),
  };
}

/** A against B in the changed race: everything else is different in both of them. */
export function plansAlone(c: Case, car: string, a: string): { both: Change } & Change {
  const { both: _, cars = [], ...rest } = bodyOf({ ...c, plan: a }, car, a);
  return { both: { ...rest, cars }, cars: [{ car, plan: c.plan ?? a }] };
}
