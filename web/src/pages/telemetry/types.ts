/** What GET /telemetry... says. */

export interface Recording {
  id: string;
  /** The session of this server that records it. */
  session: string | null;
  name: string | null;
  type: string | null;
  circuit: string | null;
  season: number | null;
  round: number | null;
  /** It was imported from. */
  file: string | null;
  from: string | null;
  to: string | null;
  cars: number;
  points: number;
  windows: number;
}

export interface RecordedCar {
  car: number;
  code: string | null;
  points: number;
  rate_hz: number | null;
  from: string | null;
  to: string | null;
}

export interface RecordingDetail extends Recording {
  by_car: RecordedCar[];
  refused: { why: string | null; n: number }[];
  files: { file: string; rows: number; left_out: number }[];
  live: {
    received: Record<string, number>;
    dropped: Record<string, number>;
    points: number;
    refused: number;
    clocks: number;
    unstored: number;
    late_p50_ms: number | null;
    late_p99_ms: number | null;
  } | null;
}

export interface Lap {
  car: number;
  lap: number;
  time_ms: number;
  best: boolean;
  plausible: boolean;
  whole: boolean;
  by: 'line' | 'driven' | 'counter';
  from: string;
  to: string;
}

export interface CarHealth {
  car: number;
  points: number;
  from: string;
  to: string;
  rate_hz: number | null;
  holes: number;
  longest_hole_s: number;
  late_points: number;
  bursts: boolean;
  burst_share: number;
  lap_m: number | null;
  laps: number;
  channels: { name: string; unit: string | null; share: number }[];
  glitches: { kind: string; n: number }[];
  density: { from: string; points: number }[];
}

export type Values = (number | null)[];

export interface Trace {
  car: number;
  lap: number;
  time_ms: number;
  by: Lap['by'];
  distance: 'lapdist_m' | 'place' | 'speed';
  length_m: number;
  rows: number;
  holes: number;
  longest_hole_m: number;
  elapsed_ms: Values;
  x_m?: Values;
  y_m?: Values;
  values: Record<string, Values>;
}

export interface Traces {
  recording: string;
  step_m: number;
  channels: { name: string; unit: string | null }[];
  traces: Trace[];
}

/** Features of a lap, by their names. */
export type WindowRow = { car: number; lap: number | null; length_ms: number; points: number } & Record<string, number | string | null>;
