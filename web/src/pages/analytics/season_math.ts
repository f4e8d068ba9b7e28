/** A season's results by driver. Pure. */
import { addUp } from './driver_math';
import type { DriverSums } from './driver_math';
import { classified } from './race_math';
import type { RaceResult, RaceRow } from './types';

export interface SeasonRace {
  race: RaceRow;
  results: RaceResult[];
}

export interface Standing extends DriverSums {
  driver: string;
}

/** By median place at the flag; who never took it comes last. */
export function standings(races: readonly SeasonRace[]): Standing[] {
  const of = new Map<string, RaceResult[]>();
  for (const r of races.flatMap(x => x.results)) of.set(r.driver, [...(of.get(r.driver) ?? []), r]);
  return [...of]
    .map(([driver, mine]) => ({ driver, ...addUp(mine) }))
    .sort((a, b) => (a.medianPlace ?? 99) - (b.medianPlace ?? 99) || b.finished - a.finished || a.driver.localeCompare(b.driver));
}

export const csvRows = (races: readonly SeasonRace[], order: readonly Standing[]): Record<string, unknown>[] =>
  races.map(({ race, results }) => ({
    race: race.id,
    name: race.name,
    ...Object.fromEntries(
      order.map(({ driver }) => {
        const r = results.find(x => x.driver === driver);
        return [driver, r && (classified(r) ?? r.place_text)];
      }),
    ),
  }));
