/** Which requests the panels are made of. All are of the race as it stands now. */
import { all, get, post } from '../../core/api';
import { raceBody } from '../../core/race_body';
import type { SessionLap } from '../../core/types';
import type { Degradation, FieldCalls, Optimal, SessionCalls, Simulation } from './answers';

export const TRIALS = 10_000;
export const PLANS = 8;

export const askSimulation = (id: string, to: string, stop: AbortSignal): Promise<Simulation> =>
  post('/simulations', { ...raceBody(id), trials: TRIALS, stops: true, gaps: true, gaps_to: to }, stop);

export const askOptimal = (id: string, car: string, stop: AbortSignal): Promise<Optimal> =>
  post('/strategies/optimal', { ...raceBody(id), car, top: PLANS, triggers: true }, stop);

export const askField = (id: string, stop: AbortSignal): Promise<FieldCalls> => post('/recommendations', { ...raceBody(id), car: 'all' }, stop);

export const askTyre = (id: string, car: string, stop: AbortSignal): Promise<Degradation> =>
  post('/predictions/degradation', { ...raceBody(id), car }, stop);

export const askCalls = (id: string, stop: AbortSignal): Promise<SessionCalls> => get(`/sessions/${encodeURIComponent(id)}/recommendations`, stop);

export const askLaps = (id: string, stop: AbortSignal): Promise<SessionLap[]> => all(`/sessions/${encodeURIComponent(id)}/laps`, stop);
