/** What the API says, as it says it. A member that is not known is null in REST and absent over WebSocket: both are "not known". */
export type Maybe<T> = T | null | undefined;

export type Compound = 'SOFT' | 'MEDIUM' | 'HARD' | 'INTERMEDIATE' | 'WET' | 'UNKNOWN' | (string & {});
export type Flag = 'green' | 'yellow' | 'sc' | 'vsc' | 'red' | 'chequered';
export type Action = 'BOX' | 'STAY_OUT' | 'UNDERCUT' | 'OVERCUT' | (string & {});
export type Role = 'viewer' | 'engineer' | 'admin';

export interface Session {
  id: string;
  name: string;
  kind: 'feed' | 'replay';
  state: 'running' | 'paused' | 'ended' | 'stopped' | (string & {});
  replay?: Maybe<string>;
  speed?: Maybe<number>;
  position: { lap?: Maybe<number>; laps_total?: Maybe<number>; session_ms?: Maybe<number> };
  own_car?: Maybe<string>;
  calls: boolean;
  started: string;
  why?: Maybe<string>;
}

export interface Stint {
  compound: Compound;
  from_lap: number;
  to_lap?: Maybe<number>;
  /** Laps on the set before the stint; new is 0. */
  age_at_start?: Maybe<number>;
}

export interface Car {
  key: number;
  position?: Maybe<number>;
  number?: Maybe<number>;
  code: string;
  driver: string;
  team: string;
  grid?: Maybe<number>;
  status: 'unknown' | 'grid' | 'running' | 'in_lane' | 'in_box' | 'stopped' | 'retired' | 'finished' | 'disqualified' | (string & {});
  laps: number;
  gap_ms?: Maybe<number>;
  gap_laps?: Maybe<number>;
  interval_ms?: Maybe<number>;
  interval_laps?: Maybe<number>;
  last_lap_ms?: Maybe<number>;
  best_lap_ms?: Maybe<number>;
  sector_ms: Maybe<number>[];
  compound: Compound;
  tyre_age_laps?: Maybe<number>;
  stops: number;
  stints: Stint[];
  penalty_ms?: Maybe<number>;
  drive_throughs?: Maybe<number>;
  stop_gos?: Maybe<number>;
  /** Metres into the lap, where a feed tells. */
  lapdist_m?: Maybe<number>;
}

export interface Weather {
  air_degc?: Maybe<number>;
  track_degc?: Maybe<number>;
  humidity_pct?: Maybe<number>;
  wind_mps?: Maybe<number>;
  rain?: Maybe<number>;
}

export interface Phase {
  kind: 'sc' | 'vsc' | 'red' | (string & {});
  start_lap?: Maybe<number>;
  end_lap?: Maybe<number>;
}

export interface Message {
  lap?: Maybe<number>;
  car?: Maybe<number>;
  flag?: Maybe<string>;
  text: string;
}

export interface Race {
  name: string;
  season?: Maybe<number>;
  round?: Maybe<number>;
  circuit: string;
  type: string;
  status: string;
  lap?: Maybe<number>;
  laps_total?: Maybe<number>;
  laps_to_go?: Maybe<number>;
  session_ms?: Maybe<number>;
  clock_left_ms?: Maybe<number>;
  flag: Flag;
  track: number;
  own_car?: Maybe<number>;
  phases: Phase[];
  weather?: Maybe<Weather>;
  /** In 5, 10, 15 and 30 minutes, 0 to 1. */
  rain_chance: Maybe<number>[];
  /** In running order, out cars last. */
  cars: Car[];
  /** Their keys. */
  order: number[];
  n_messages: number;
  messages: Message[];
}

export interface Gain {
  value: number;
  lo: number;
  hi: number;
  unit: string;
}

export interface Evidence {
  text: string;
  value: number;
  unit: string;
  key: string;
  car?: Maybe<string>;
}

/** The standing answer to a flag that is not out yet. */
export interface Standing {
  action: Action;
  compound?: Maybe<Compound>;
  /** Null where there is no answer: the race is neutralised, or no stop could follow. */
  gain?: Maybe<Gain>;
  rejoin_position?: Maybe<number>;
  stoppers_ahead?: Maybe<number>;
  stoppers_behind?: Maybe<number>;
  p_ends_early?: Maybe<number>;
}

export interface Rejoin {
  position: number;
  p_within1?: Maybe<number>;
  ahead?: Maybe<string>;
  behind?: Maybe<string>;
  ahead_s?: Maybe<number>;
  behind_s?: Maybe<number>;
  traffic?: Maybe<number>;
}

export interface Call {
  seq: number;
  lap: number;
  car: number;
  session_ms?: Maybe<number>;
  why: string[];
  failed?: Maybe<string>;
  action?: Maybe<Action>;
  compound?: Maybe<Compound>;
  target_lap?: Maybe<number>;
  gain?: Maybe<Gain>;
  confidence?: Maybe<number>;
  rival?: Maybe<string>;
  evidence: Evidence[];
  flips_if?: Maybe<string>;
  radio?: Maybe<string>;
  rejoin?: Maybe<Rejoin>;
  if_sc_now?: Maybe<Standing>;
  if_vsc_now?: Maybe<Standing>;
  /** Seconds from the moment of the call (session_ms) until it is too late for this lap. */
  decide_by_s?: Maybe<number>;
  outcome?: Maybe<string>;
  confidence_words?: Maybe<string>;
}

/** What is expected of the laps to come, made with each call. */
export interface Outlook {
  /** Completed by the leader when it was made. */
  lap: number;
  /** What a stop costs now. */
  pit_loss_s: { green: number; sc: number; vsc: number };
  /** By the key of the car; only those that run. */
  cars: Record<string, { /** At the end of the running lap. */ stop_prob?: Maybe<number>; compound?: Maybe<Compound> }>;
}

export interface Health {
  recovering: boolean;
  received: number;
  dropped: number;
  refused: number;
  points: number;
  events: number;
  record: string;
  store: string;
  p99_ms?: Maybe<number>;
  decided: number;
  skipped: number;
  decide_failed: number;
  decide_ms?: Maybe<number>;
}

/** GET /sessions/{id}/state, and the topic "state". */
export interface SessionState {
  session: Session;
  race: Race;
  call?: Maybe<Call>;
  outlook?: Maybe<Outlook>;
  health: Health;
}

/** GET /sessions/{id}/laps: closed laps of all cars. */
export interface SessionLap {
  car: number;
  code: string;
  lap: number;
  time_ms: number | null;
  /** Session clock at its end. */
  end_ms: number | null;
  /** Behind the leader's end of the same lap. */
  gap_ms: number | null;
  position: number | null;
  sector_ms: (number | null)[];
  compound: Compound;
  tyre_age_laps: number | null;
  pit_in: boolean;
  pit_out: boolean;
}

export interface ListPage<T> {
  items: T[];
  next: string | null;
  total: number;
}
