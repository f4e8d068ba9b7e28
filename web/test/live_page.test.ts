import { describe, expect, it } from 'vitest';
import { actionWords, callOf, evidenceWords, gainWords, isClose, isStop, rejoinWords, sureWords, waitsFor, whenWords, type FullCall } from '../src/pages/live/advice';
import { clockNow, freshness, pace, secondsLeft } from '../src/pages/live/clock';
import { markOf } from '../src/pages/live/control';
import { NO_SECTORS, bestOf, isOver, markLap, penaltyOf, placesWon, sectorsOf, statusOf, wasNew, withSectors } from '../src/pages/live/field';
import { lapNow, onLoop, placeCars, roomFor } from '../src/pages/live/loop';
import { doneOf, phasesOf, stintsOf } from '../src/pages/live/progress';
import { returnAfter } from '../src/pages/live/rejoin';
import { teamClass } from '../src/pages/live/team';
import type { Call, Car, Outlook, SessionState } from '../src/core/types';

const car = (more: Partial<Car> & { key: number }): Car => ({
  code: `C${more.key}`, driver: '', team: `T${more.key}`, status: 'running', laps: 19, sector_ms: [null, null, null], compound: 'MEDIUM', stops: 0,
  stints: [{ compound: 'MEDIUM', from_lap: 1, to_lap: null }], ...more,
});
const call = (more: Partial<Call>): FullCall => ({ seq: 7, lap: 20, car: 1, why: ['lap'], evidence: [], action: 'BOX', compound: 'HARD', target_lap: 21, ...more });

describe('the clock between two messages', () => {
  it('goes on at the speed of a replay, at once in a feed, and stands when paused', () => {
    expect(pace({ kind: 'replay', state: 'running', speed: 20 })).toBe(20);
    expect(pace({ kind: 'feed', state: 'running', speed: null })).toBe(1);
    expect(pace({ kind: 'replay', state: 'paused', speed: 20 })).toBe(0);
    expect(clockNow(5_000, 100, 350, 20)).toBe(10_000);
    expect(clockNow(null, 100, 350, 20)).toBeNull();
  });
  it('counts down from the moment of the call and never below nothing', () => {
    expect(secondsLeft(77.5, 1_000_000, 1_010_000)).toBeCloseTo(67.5);
    expect(secondsLeft(5, 1_000_000, 1_010_000)).toBe(0);
    expect(secondsLeft(-3, 1_000_000, 1_000_000)).toBe(0);
    expect(secondsLeft(null, 1_000_000, 1_000_000)).toBeNull();
  });
  it('data are as fresh as the banner has it; what is paused stands, a lost link is lost', () => {
    const feed = { kind: 'feed', state: 'running', speed: null } as const;
    expect([1000, 6000].map(ms => freshness(feed, ms, true))).toEqual(['fresh', 'stale']);
    expect(freshness({ kind: 'replay', state: 'running', speed: 1 }, 30_000, true)).toBe('fresh');
    expect(freshness({ kind: 'replay', state: 'running', speed: 20 }, 30_000, true)).toBe('stale');
    expect(freshness({ kind: 'replay', state: 'paused', speed: 20 }, 9e6, true)).toBe('still');
    expect(freshness(feed, 0, false)).toBe('lost');
  });
});

describe('a car of the tower', () => {
  it('has won places since the grid, or it is not known', () => {
    expect(placesWon(car({ key: 1, grid: 9, position: 2 }))).toBe(7);
    expect(placesWon(car({ key: 1, grid: 2, position: 6 }))).toBe(-4);
    expect(placesWon(car({ key: 1, grid: null, position: 6 }))).toBeNull();
    expect(placesWon(car({ key: 1, grid: 0, position: 6 }))).toBeNull();
  });
  it('says where it is when it is not on the track, and what it has to serve', () => {
    expect(statusOf(car({ key: 1, status: 'in_lane' })).text).toBe('Pit');
    expect(statusOf(car({ key: 1, status: 'retired' })).tone).toBe('out');
    expect(statusOf(car({ key: 1 })).text).toBe('');
    expect(penaltyOf(car({ key: 1, penalty_ms: 5000, drive_throughs: 1, stop_gos: 2 }))).toBe('+5s DT SG×2');
    expect(penaltyOf(car({ key: 1, penalty_ms: 0 }))).toBe('');
  });
  it('marks the fastest lap of all and its own best', () => {
    const best = bestOf([car({ key: 1, best_lap_ms: 80_000 }), car({ key: 2, best_lap_ms: null }), car({ key: 3, best_lap_ms: 0 }), car({ key: 4, best_lap_ms: 79_500 })]);
    expect(best).toBe(79_500);
    expect(markLap(79_500, 79_500, best)).toBe('overall');
    expect(markLap(80_000, 80_000, best)).toBe('own');
    expect(markLap(81_000, 80_000, best)).toBeNull();
    expect(markLap(null, 80_000, best)).toBeNull();
  });
  it('keeps the best of each sector, and stays the same object where nothing is faster', () => {
    const s = sectorsOf([{ car: 1, sector_ms: [24_000, null, 25_000] }, { car: 2, sector_ms: [23_500, 32_000, 26_000] }, { car: 1, sector_ms: [24_100, 31_500, 24_900] }]);
    expect(s.own.get(1)).toEqual([24_000, 31_500, 24_900]);
    expect(s.all).toEqual([23_500, 31_500, 24_900]);
    expect(withSectors(s, 1, [24_000, null, 30_000])).toBe(s);
    expect(withSectors(NO_SECTORS, 1, [null, null, null])).toBe(NO_SECTORS);
  });
  it('tells a new set from a used one, where it is known', () => {
    const on = (age?: number) => car({ key: 1, stints: [{ compound: 'SOFT', from_lap: 1, to_lap: null, ...(age === undefined ? {} : { age_at_start: age }) }] });
    expect([on(0), on(3), on()].map(wasNew)).toEqual([true, false, null]);
  });
  it('has no call left when it is out, home, or the flag is out', () => {
    expect(isOver('green', car({ key: 1 }))).toBe(false);
    expect(isOver('chequered', car({ key: 1 }))).toBe(true);
    expect(isOver('green', car({ key: 1, status: 'retired' }))).toBe(true);
  });
});

describe('words of a call', () => {
  it('say the action, and when', () => {
    expect(actionWords('STAY_OUT')).toBe('Stay out');
    expect(whenWords(call({}), 21)).toBe('end of this lap (21)');
    expect(whenWords(call({ target_lap: 22 }), 21)).toBe('end of lap 22, next lap');
    expect(whenWords(call({ action: 'STAY_OUT', target_lap: 40 }), 27)).toBe('then box lap 40 (in 13)');
    expect(whenWords(call({ action: 'STAY_OUT', target_lap: null }), 27)).toBe('no stop to the flag');
    expect(whenWords(call({ target_lap: 24 }), 25)).toBe('was for lap 24: the next call is on its way');
    expect(isStop(call({ action: 'UNDERCUT' }))).toBe(true);
    expect(isStop(call({ action: 'EXTEND' }))).toBe(false);
  });
  it('say the gain with its interval and unit', () => {
    expect(gainWords({ value: 0.022, lo: -0.034, hi: 0.079, unit: 'points' })).toBe('+0.02 points (−0.03 to +0.08)');
    expect(gainWords({ value: 0.031, lo: 0.01, hi: 0.05, unit: 'prob' }, false)).toBe('+3.1 %');
    expect(gainWords(null)).toBe('–');
  });
  it('say how sure: the words of the server without their number, else the steps of the number', () => {
    expect(sureWords(call({ confidence: 0.5, confidence_words: 'no clear call, 50 %' }))).toBe('no clear call');
    expect(sureWords(call({ confidence: 0.5, recorded: { call: { actions: [{ action: 'BOX', confidence_words: 'pit walls against our numbers, 43 %' }] } } } as Partial<Call>))).toBe('pit walls against our numbers');
    expect(sureWords(call({ confidence: 0.71 }))).toBe('likely');
  });
  it('say first where it is nearly a coin toss, or against our numbers', () => {
    expect(isClose(call({ confidence: 0.5 }))).toBe(true);
    expect(isClose(call({ confidence: 0.43, confidence_words: 'pit walls against our numbers, 43 %' }))).toBe(true);
    expect(isClose(call({ confidence: 0.71, confidence_words: 'no clear call, 71 %' }))).toBe(true);
    expect(isClose(call({ confidence: 0.58, confidence_words: 'slightly better, 58 %' }))).toBe(false);
    expect(isClose(call({ confidence: null }))).toBe(false);
  });
  it('say between whom a stop comes out', () => {
    expect(rejoinWords({ position: 2, ahead: 'RUS', behind: 'SAI', ahead_s: 3.456, behind_s: 7.765 })).toBe('between RUS (3.5 s ahead) and SAI (7.8 s behind)');
    expect(rejoinWords({ position: 1, behind: 'SAI', behind_s: 8.1 })).toBe('in front of SAI (8.1 s behind)');
    expect(rejoinWords({ position: 20, ahead: 'SAR' })).toBe('behind SAR, nobody behind');
    expect(rejoinWords({ position: 1 })).toBe('with nobody around');
  });
  it('leave out our own name in evidence, and keep those of others', () => {
    expect(evidenceWords('VER: a stop now rejoins P2', 'VER')).toBe('A stop now rejoins P2');
    expect(evidenceWords('VER: -0.92 points against the next best call', 'VER')).toBe('−0.92 points against the next best call');
    expect(evidenceWords('HAM: gap 3.2 s', 'VER')).toBe('HAM: gap 3.2 s');
  });
  it('come from the newer of topic and state; the outcome from the state', () => {
    const state = (c: Call | null) => ({ call: c }) as SessionState;
    expect(callOf({ '1': call({ outcome: 'open' }) }, state(call({ outcome: 'accepted' })), 1)?.outcome).toBe('accepted');
    expect(callOf({ '1': call({ seq: 6 }) }, state(call({ seq: 7 })), 1)?.seq).toBe(7);
    expect(callOf({ '1': call({ seq: 8 }) }, state(call({ seq: 7 })), 1)?.seq).toBe(8);
    expect(callOf({}, state(call({ car: 2 })), 1)).toBeNull();
  });
  it('say what is waited for while there is none', () => {
    const own = car({ key: 1, code: 'VER' });
    const state = (race: object, session: object = {}) => ({ session: { calls: true, state: 'running', ...session }, race: { status: 'started', lap: 20, flag: 'green', cars: [own], ...race } }) as SessionState;
    expect(waitsFor(state({}, { calls: false }), own)).toMatch(/off/);
    expect(waitsFor(state({}), null)).toMatch(/Choose your car/);
    expect(waitsFor(state({ cars: [] }), null)).toMatch(/No car is known/);
    expect(waitsFor(state({}), car({ key: 1, code: 'VER', status: 'retired', laps: 1 }))).toBe('VER is out of the race after 1 lap.');
    expect(waitsFor(state({ lap: 1 }), own)).toMatch(/first lap/);
    expect(waitsFor(state({}, { state: 'paused' }), own)).toMatch(/replay stands/);
  });
});

describe('whom a stop would meet', () => {
  const own = car({ key: 1, gap_ms: 10_000, position: 2 });
  const cars = [car({ key: 9, gap_ms: 0, position: 1 }), own, car({ key: 2, gap_ms: 25_000 }), car({ key: 3, gap_ms: 33_000 }), car({ key: 4, gap_ms: null, gap_laps: 1 }), car({ key: 5, gap_ms: 31_000, status: 'retired' })];
  const outlook: Outlook = { lap: 20, pit_loss_s: { green: 20, sc: 10, vsc: 14 }, cars: { '2': { stop_prob: 0.4 } } };
  it('is who is near our gap and the loss, with the places after it', () => {
    const back = returnAfter(cars, own, 20, outlook)!;
    expect(back.position).toBe(3);
    expect(back.neighbours.map(n => [n.car.key, n.position, Math.round(n.from_s), n.stop_prob])).toEqual([[2, 2, 5, 0.4], [3, 4, -3, null]]);
  });
  it('is not known without our gap or the loss', () => {
    expect(returnAfter(cars, car({ key: 1, gap_ms: null }), 20, outlook)).toBeNull();
    expect(returnAfter(cars, own, undefined, null)).toBeNull();
    expect(returnAfter(cars, null, 20, outlook)).toBeNull();
  });
});

describe('the loop', () => {
  const box = { width: 400, height: 100, round: 50 };
  it('begins at the middle of the top and goes clockwise', () => {
    expect(onLoop(box, 0)).toMatchObject({ x: 200, y: 0, ny: -1 });
    expect(onLoop(box, 0.5)).toMatchObject({ x: 200, y: 100, ny: 1 });
    expect(onLoop(box, 0.1).x).toBeGreaterThan(200);
    expect(onLoop(box, -0.1).x).toBeLessThan(200);
    const right = onLoop(box, 0.25);
    expect([right.x, right.y].map(Math.round)).toEqual([400, 50]);
    expect(onLoop(box, 7.25).x).toBeCloseTo(right.x);
  });
  it('places cars by their gap over the lap, lapped ones by the interval to the car before', () => {
    const cars = [car({ key: 1, gap_ms: 0, last_lap_ms: 80_000 }), car({ key: 2, gap_ms: 20_000, last_lap_ms: 80_000 }), car({ key: 3, gap_ms: null, gap_laps: 1, interval_ms: 64_000, last_lap_ms: 82_000 }), car({ key: 4, gap_ms: 5, status: 'retired' })];
    expect(lapNow(cars)).toBe(80_000);
    expect(placeCars(cars, null)).toEqual({ by: 'gap', cars: [{ car: cars[0], part: -0 }, { car: cars[1], part: -0.25 }, { car: cars[2], part: -1.05 }] });
  });
  it('places them by metres where they are told', () => {
    const cars = [car({ key: 1, lapdist_m: 1000 }), car({ key: 2, lapdist_m: 2500 })];
    expect(placeCars(cars, 5000)).toMatchObject({ by: 'distance', cars: [{ part: 0.2 }, { part: 0.5 }] });
  });
  it('gives a label its second place where the first is taken, and none where both are', () => {
    const l = (x: number) => ({ x, y: 0, width: 10, height: 10 });
    expect(roomFor([[l(0), l(50)], [l(5), l(50)], [l(3), l(52)]])).toEqual([0, 1, -1]);
  });
});

describe('the progress of the race', () => {
  it('shows what was neutralised, to the lap that runs', () => {
    expect(phasesOf({ laps_total: 50, lap: 30, phases: [{ kind: 'sc', start_lap: 10, end_lap: 13 }, { kind: 'vsc', start_lap: 29, end_lap: null }] })).toEqual([
      { kind: 'sc', from: 0.18, to: 0.26, words: 'SC lap 10 to 13' },
      { kind: 'vsc', from: 0.56, to: 0.6, words: 'VSC lap 29 to 30, out now' },
    ]);
    expect(phasesOf({ laps_total: null, lap: 3, phases: [{ kind: 'sc', start_lap: 1 }] })).toEqual([]);
  });
  it('ends with the stop that is planned', () => {
    const own = car({ key: 1, laps: 19, stints: [{ compound: 'SOFT', from_lap: 1, to_lap: 10 }, { compound: 'MEDIUM', from_lap: 11, to_lap: null }] });
    expect(stintsOf(own, call({ target_lap: 25 }), 50).map(p => [p.kind, p.from, p.to])).toEqual([['SOFT', 0, 0.2], ['MEDIUM', 0.2, 0.5], ['HARD planned', 0.5, 1]]);
    expect(stintsOf(own, call({ compound: null, target_lap: null }), 50).at(-1)).toMatchObject({ kind: 'MEDIUM', to: 1 });
    expect(stintsOf(null, null, 50)).toEqual([]);
  });
  it('is whole at the flag', () => {
    expect(doneOf({ flag: 'green', lap: 21, laps_to_go: 46, laps_total: 66 })).toBeCloseTo(20 / 66);
    expect(doneOf({ flag: 'green', lap: 21, laps_to_go: null, laps_total: 66 })).toBeCloseTo(20 / 66);
    expect(doneOf({ flag: 'chequered', lap: 66, laps_to_go: null, laps_total: 66 })).toBe(1);
  });
});

describe('marks', () => {
  it('of messages follow their flag or words', () => {
    expect(markOf({ flag: null, text: 'VIRTUAL SAFETY CAR DEPLOYED' })).toBe('vsc');
    expect(markOf({ flag: null, text: 'SAFETY CAR IN THIS LAP' })).toBe('sc');
    expect(markOf({ flag: 'DOUBLE YELLOW', text: 'DOUBLE YELLOW IN TRACK SECTOR 7' })).toBe('yellow');
    expect(markOf({ flag: null, text: 'CAR 4 UNDER INVESTIGATION' })).toBe('pen');
    expect(markOf({ flag: null, text: 'DRS ENABLED' })).toBe('');
  });
  it('of teams are the same for all names of a team, and steady for others', () => {
    expect(teamClass('Toro Rosso')).toBe(teamClass('AlphaTauri'));
    expect(teamClass('Racing Point')).toBe('team-aston');
    expect(teamClass('Skip Barber')).toMatch(/^team-[0-7]$/);
  });
});
