/** What the routes of this page answer; only the members that are shown. */
import type { Compound, Gain, Maybe, Standing } from '../../core/types';

export interface Stop {
  lap: number;
  compound: Compound;
}

export interface Quantiles {
  p10: number[];
  p25: number[];
  p50: number[];
  p75: number[];
  p90: number[];
}

export interface SimulatedCar {
  car: string;
  mean_position: number;
  p_win: number;
  p_podium: number;
  p_points: number;
  p_dnf: number;
  expected_points: number;
  position_probs: number[];
  stops: { mean: number };
  likely?: Maybe<{ share: number; sets: Compound[]; stops: { from_lap: number; to_lap: number }[] }>;
  pit_laps?: number[];
  gaps?: Quantiles;
}

/** POST /simulations with stops and gaps. */
export interface Simulation {
  laps: number;
  from_lap: number;
  trials: number;
  cars: SimulatedCar[];
  neutralisations: { p_sc: number; p_vsc: number; p_red: number };
}

export interface Plan {
  plan: string;
  start_compound: Compound;
  stops: Stop[];
  mean_position: number;
  expected_points: number;
  p_win: number;
  gain: Gain;
  p_best: number;
  p_better: number;
  trials: number;
}

export interface Trigger {
  kind: string;
  text: string;
  gain: number;
}

export type OtherPlan = Plan & { triggers: Trigger[] };

export interface TreeNode {
  node: number;
  parent: number | null;
  stop: number;
  compound: Compound;
  planned: boolean;
  from_lap: number;
  to_lap: number;
  share: number;
  ends: number;
}

/** POST /strategies/optimal. */
export interface Optimal {
  from_lap: number;
  laps: number;
  car: string;
  objective: string;
  evaluated: number;
  candidates: Plan[];
  window: { stop: number; opens: number; best: number; closes: number; width: number }[];
  plan_b: Maybe<OtherPlan>;
  plan_c: Maybe<OtherPlan>;
  tree: TreeNode[];
  trials: number;
  assumed: string[];
}

export interface Duel {
  kind: 'undercut' | 'overcut' | 'threat';
  rival: string;
  gap_s: number;
  p: number;
  gain_s: Maybe<number>;
  gain_sd_s: Maybe<number>;
  laps: Maybe<number>;
}

export interface IfFlag {
  before_entry: Maybe<Standing>;
  after_entry: Maybe<Standing>;
}

/** One car of POST /recommendations, and `recorded.call` of a session's call. */
export interface FullCall {
  car: string;
  /** Of the race, where the call is one of a session. */
  lap?: number;
  position: number;
  /** Best first. */
  actions?: { action: string; compound: Maybe<Compound>; target_lap: Maybe<number>; gain: Gain; confidence_words: string }[];
  window: Maybe<{ opens: Maybe<number>; best: Maybe<number>; closes: Maybe<number>; width: number; unit: string }>;
  duels: Duel[];
  if_sc_table: { lap: number; sc: Maybe<IfFlag>; vsc: Maybe<IfFlag> }[];
}

export interface FieldCalls {
  lap: number;
  cars: FullCall[];
}

/** GET /sessions/{id}/recommendations. */
export interface SessionCalls {
  calls: { seq: number; lap: number; car: number; recorded?: Maybe<{ call?: Maybe<FullCall> }> }[];
}

/** POST /predictions/degradation. */
export interface Degradation {
  lap: number;
  car: string;
  compound: Compound;
  tyre_age: number;
  value: number;
  lo: Maybe<number>;
  hi: Maybe<number>;
  level: Maybe<number>;
  loss_s: number;
  fuel_s?: Maybe<number>;
  source: string;
  life: { threshold_s: number; value: number; lo: Maybe<number>; hi: Maybe<number> };
  curve: { in_laps: number; tyre_age: number; loss_s: number; lo: number; hi: number }[];
}
