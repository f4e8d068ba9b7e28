/** Profiles as the API gives them (docs/profile.md). */
export type MeasureName = 'pace' | 'mate' | 'start' | 'tyre' | 'steady' | 'stop' | 'passing';
export type Kind = 'driver' | 'team';

export interface Interval {
  value: number | null;
  lo: number | null;
  hi: number | null;
}

export interface Seen extends Interval {
  /** Of the races, as seen; also where no estimate is given. */
  mean: number | null;
  races: number;
}

export interface Peer extends Interval {
  id: string;
  races: number;
}

export interface Measure extends Seen {
  name: MeasureName | (string & {});
  title: string;
  unit: string;
  what: string;
  better: 'low' | 'high';
  decimals: number;
  trust: number | null;
  samples: number;
  samples_of: string;
  rank: number | null;
  of: number | null;
  /** Why there is no value. */
  why: string | null;
  spread_from: string | null;
  repeats: { verdict: 'repeats' | 'weak' | 'does not repeat' | 'not tried'; rho: number | null; lo: number | null; hi: number | null; pairs: number };
  /** Everybody who has a value, best first. */
  field: Peer[];
}

export type ByMeasure = Partial<Record<MeasureName, Seen>>;
export type MeasureValues = Partial<Record<MeasureName, number | null>>;

export interface Mate {
  id: string;
  name: string;
  first_season: number;
  last_season: number;
  races: number;
  paced: number;
  pace: number | null;
  lo: number | null;
  hi: number | null;
  both_finished: number;
  ahead: number;
  both_grid: number;
  grid_ahead: number;
}

export interface TeamDriver {
  id: string;
  name: string;
  races: number;
  measures: ByMeasure;
}

export interface CircuitRow extends MeasureValues {
  circuit: string;
  races: number;
  last_season: number;
  finished: number;
  best_place: number | null;
  mean_place: number | null;
}

export interface RaceRow extends MeasureValues {
  race: string;
  season: number;
  event: string;
  circuit: string | null;
  sprint: boolean;
  wet: boolean;
  driver: string;
  team: string;
  grid: number | null;
  place: number | null;
  took_flag: boolean;
  laps: number;
  clean_laps: number;
  passes: number;
  passed: number;
}

export interface Profile {
  id: string;
  kind: Kind;
  name: string | null;
  team: string | null;
  team_name: string | null;
  season: number | null;
  seasons: number[];
  races: number;
  sprints: number;
  laps: number;
  clean_laps: number;
  /** All races that were measured: the field. */
  book_races: number;
  measures: Measure[];
  slices: Measure[];
  by_season: { season: number; races: number; measures: ByMeasure }[];
  mates?: Mate[];
  drivers?: TeamDriver[];
  circuits: CircuitRow[];
  rows: RaceRow[];
}

/** A line of the list: pace, pace_lo, pace_hi, pace_rank ... */
export type Line = {
  id: string;
  name: string | null;
  team: string | null;
  team_name: string | null;
  first_season: number;
  last_season: number;
  races: number;
  sprints: number;
  laps: number;
  clean_laps: number;
} & { [K in MeasureName]: number | null } & { [K in MeasureName as `${K}_lo` | `${K}_hi` | `${K}_rank`]: number | null };
