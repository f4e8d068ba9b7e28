/** Our cars against their neighbours: who gains by stopping first. */
import type { Car } from '../../core/types';
import type { Duel, FullCall } from './answers';
import { isOut } from './stints';

export const NEIGHBOURS = 3;

export interface Against {
  rival: string;
  /** Seconds behind us; negative: ahead. */
  gap: number | null;
  ahead: boolean;
  /** In the pit lane now: its gap is that of the line before. */
  pits: boolean;
  undercut: Duel | null;
  overcut: Duel | null;
  threat: Duel | null;
  /** The rival's own undercut of us, if it stops now. */
  theirs: Duel | null;
}

export interface DuelRow {
  car: string;
  against: Against[];
}

/** Running cars up to three places either way, and any other that a duel names. */
export function duelRow(cars: readonly Car[], own: Car, call: FullCall | null, field: readonly FullCall[] = []): DuelRow {
  const theirs = (rival: string) => field.find(c => c.car === rival)?.duels.find(d => d.kind === 'undercut' && d.rival === own.code) ?? null;
  const running = cars.filter(c => !isOut(c));
  const at = running.findIndex(c => c.key === own.key);
  const near = running.filter((c, k) => c.key !== own.key && Math.abs(k - at) <= NEIGHBOURS);
  const named = running.filter(c => c.key !== own.key && !near.includes(c) && call?.duels.some(d => d.rival === c.code));
  const of = (rival: string, kind: Duel['kind']) => call?.duels.find(d => d.rival === rival && d.kind === kind) ?? null;
  const told = running.filter(c => near.includes(c) || named.includes(c));
  return {
    car: own.code,
    against: told.map(c => ({
      rival: c.code,
      gap: typeof c.gap_ms === 'number' && typeof own.gap_ms === 'number' && !c.gap_laps && !own.gap_laps ? (c.gap_ms - own.gap_ms) / 1000 : null,
      ahead: running.indexOf(c) < at,
      pits: c.status === 'in_lane' || c.status === 'in_box',
      undercut: of(c.code, 'undercut'),
      overcut: of(c.code, 'overcut'),
      threat: of(c.code, 'threat'),
      theirs: theirs(c.code),
    })),
  };
}

export interface FieldDuel extends Duel {
  car: string;
}

/** Everybody's, in running order. */
export const fieldDuels = (calls: readonly FullCall[]): FieldDuel[] => [...calls].sort((a, b) => a.position - b.position).flatMap(c => c.duels.map(d => ({ car: c.car, ...d })));
