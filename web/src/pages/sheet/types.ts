/** What the strategy sheet reads of the routes that think, as far as it shows it. */
import type { Action, Call, Compound, Gain, Maybe, Standing } from '../../core/types';

export interface Ranked {
  plan: string;
  mean_position: number;
  expected_points: number;
  p_win: number;
  gain: Gain;
}
export interface PlanB extends Ranked {
  triggers: { text: string }[];
}
/** POST /strategies/optimal. */
export interface Best {
  from_lap: number;
  laps: number;
  candidates: Ranked[];
  window: { stop: number; opens: number; best: number; closes: number }[];
  plan_b: PlanB | null;
  plan_c: PlanB | null;
  trials: number;
  assumed: string[];
}

export interface Answers {
  before_entry: Standing | null;
  after_entry: Standing | null;
}
/** A call in full: docs/recommend.md. */
export interface WholeCall {
  actions: { action: Action; compound: Maybe<Compound>; target_lap: Maybe<number>; gain: Gain; confidence_words: string }[];
  if_sc_table: { lap: number; sc: Maybe<Answers>; vsc: Maybe<Answers> }[];
  window: Maybe<{ opens: number; best: number; closes: number }>;
  rules: { text: string; by_lap: Maybe<number> }[];
  assumed: string[];
}
export type FullCall = Call & { recorded?: Maybe<{ call?: Maybe<WholeCall> }> };
