/** POST /strategies/what-if: what it is asked and what it says. */
import type { Compound, Gain } from '../../core/types';

export interface CarChange {
  car: string;
  plan?: string;
  pace_s?: number;
  wear?: number;
  penalty_s?: number;
}
export interface TyreChange {
  compound?: Compound;
  wear?: number;
  pace_s?: number;
}
export interface WeatherChange {
  track_wetness?: number;
  rain_from?: number;
  rain_to?: number;
  soak?: number;
}
export interface FlagChange {
  flag: 'sc' | 'vsc' | 'red' | 'green';
  lap?: number;
  laps?: number;
}
export interface Change {
  cars?: CarChange[];
  tyres?: TyreChange[];
  weather?: WeatherChange;
  flags?: FlagChange[];
  pit_loss_s?: number;
}

export interface Side {
  expected_points: number;
  mean_position: number;
  p_win: number;
  p_podium: number;
  p_points: number;
  p_dnf: number;
  /** Of places 1, 2, ... */
  position_probs: number[];
  plans: { plan: string; share: number }[];
}
export interface WhatIfCar {
  car: string;
  position: number;
  sets_left: Record<string, number>;
  before: Side;
  after: Side;
  gain: { points: Gain; places: Gain; win: Gain; podium: Gain };
}
export interface TyreFacts {
  name: Compound;
  kind: 'slick' | 'intermediate' | 'wet';
  offset_s: number;
  wear_s_per_lap: number;
  life_laps: number;
}
export interface Answer {
  race: string;
  from_lap: number;
  laps: number;
  both: string[];
  changed: string[];
  base: { pit_loss_s: number; track_wetness: number; rain_wetness: number; min_stops: number; two_compounds: boolean; compounds: TyreFacts[] };
  cars: WhatIfCar[];
  trials: number;
}
