/** What the routes that look back say (docs/data-routes.md, docs/report.md). */
import type { Compound, Flag } from '../../core/types';

export interface Season {
  season: number;
  races: number;
  with_laps: number;
}

export interface RaceRow {
  id: string;
  series: string;
  season: number;
  round: number;
  sprint: boolean;
  name: string;
  circuit: string | null;
  date: string | null;
  laps: number | null;
  winner: string | null;
  has_laps: boolean;
}

export interface RaceLap {
  driver: string;
  lap: number;
  time_ms: number | null;
  session_ms: number | null;
  pit_in_ms: number | null;
  pit_out_ms: number | null;
  position: number | null;
  compound: Compound | null;
  tyre_age: number | null;
  accurate: boolean | null;
}

export interface RaceStint {
  driver: string;
  stint: number;
  from_lap: number;
  to_lap: number;
  laps: number;
  compound: Compound | null;
  age_at_start: number | null;
  fresh: boolean | null;
  derived: boolean;
}

export interface RaceResult {
  place: number | null;
  place_text: string | null;
  driver: string;
  number: number | null;
  team: string | null;
  team_name: string | null;
  grid: number | null;
  status: string | null;
  points: number | null;
  laps: number | null;
  time_ms: number | null;
  derived: boolean;
}

export interface RaceEvent {
  kind: string;
  what: string | null;
  lap: number | null;
  to_lap: number | null;
  flag: string | null;
  message: string | null;
  derived: boolean;
}

export interface DriverRow {
  id: string;
  code: string | null;
  forename: string | null;
  surname: string | null;
  number: number | null;
  first_season: number | null;
  last_season: number | null;
  races: number;
}

export interface DriverEntry {
  race: string;
  season: number;
  name: string;
  team: string | null;
  team_name: string | null;
  grid: number | null;
  place: number | null;
  status: string | null;
  points: number | null;
}

export interface Interval {
  value: number | null;
  lo: number | null;
  hi: number | null;
}

export interface Metric extends Interval {
  name: string;
  better: 'less' | 'more' | null;
  n: number | null;
  baseline: number | null;
  difference: Interval | null;
}

export interface Bin {
  told: number;
  came_true: number;
  lo: number;
  hi: number;
  n: number;
  holds: boolean;
}

export interface Calibration {
  of: string;
  kind: 'event' | 'places' | 'interval';
  n: number;
  slope: Interval | null;
  intercept: Interval | null;
  covered: Interval | null;
  nominal: number | null;
  bins: Bin[];
  bins_inside: number | null;
  expected: number | null;
  counted: number | null;
  poisson_lo: number | null;
  poisson_hi: number | null;
}

export interface Backtest {
  protocol: string;
  question: string | null;
  command: string;
  version: string;
  made: string;
  seconds: number;
  seasons: { from: number; to: number };
  races: number;
  questions: number;
  missing: number;
  skipped: string[];
  learned: { season: number; until: string }[];
  out_of_sample: boolean;
  headline: string;
  baseline: string;
  baselines: string[];
  metrics: Metric[];
  by_season: (Interval & { season: number; races: number; baseline: number | null; difference: Interval | null })[];
  calibration: Calibration[];
  by_race: { race: string; value: number; baseline: number | null }[];
}

export interface Share {
  k: number;
  n: number;
  share: number | null;
  lo: number | null;
  hi: number | null;
}

export interface CallStep {
  from: number;
  to: number;
  calls: number;
  sessions: number;
  confidence: number | null;
  followed: Share;
  later: Share;
  same_compound: Share;
  accepted: Share;
}

export interface CallCalibration {
  calls: number;
  sessions: number;
  complete: boolean;
  sides: { action: 'BOX' | 'STAY_OUT'; steps: CallStep[]; all: CallStep }[];
}

export interface ReviewCall {
  lap: number;
  flag: Flag;
  action: string;
  compound: Compound | null;
  target_lap: number | null;
  confidence: number | null;
}

export interface ReviewStop {
  car: string;
  lap: number;
  number: number;
  from: Compound | null;
  tyre_age_laps: number | null;
  compound: Compound | null;
  known: { lap: number; flag: Flag; flag_exact: boolean; boxed: string[]; position: number | null };
  said: {
    action: string | null;
    why?: string;
    compound?: Compound | null;
    target_lap?: number | null;
    confidence?: number | null;
    confidence_words?: string;
    clear?: boolean;
    gain?: { value: number; lo: number; hi: number; unit: string };
    evidence?: string[];
    first_box_lap?: number | null;
    looked_from_lap?: number | null;
  };
  calls: ReviewCall[];
  gave: {
    before: number | null;
    after_out_lap: number | null;
    five_laps_later: number | null;
    cycle_over_lap: number | null;
    cycle_over: number | null;
    flag: number | null;
  };
  caveats: string[];
  said_words: string;
  gave_words: string;
}

export interface PairScore {
  pairs: number;
  advised_side_gained: number | null;
  places: number | null;
  seconds: number | null;
  pairs_with_seconds: number;
  places_at_flag: number | null;
  stopper_gained: number | null;
}

export interface ReviewPair {
  car: string;
  other: string;
  team_mates: boolean;
  lap: number;
  answer_lap: number | null;
  end_lap: number;
  flag: Flag;
  said_car: string | null;
  said_other: string | null;
  advised: string | null;
  forced: boolean;
  gain_places: number;
  gain_s: number | null;
}

export interface Review {
  race: string;
  season: number;
  round: number;
  laps: number;
  trials: number;
  seed: number;
  learned: string;
  learned_from_it: boolean;
  rows_left_out: number;
  cars: { car: string; grid: number | null; place: number; took_flag: boolean; laps: number; stops: number }[];
  stops: ReviewStop[];
  evidence: { by_stop: PairScore; by_contrast: PairScore };
  pairs: ReviewPair[];
  caveat_words: Record<string, string>;
}

export interface JobTaken {
  id: string;
  status_url: string;
}

export interface Job {
  id: string;
  kind: string;
  state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
  progress: number;
  what: string | null;
  error: { status: string; detail: string } | null;
}
