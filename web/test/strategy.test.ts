import { describe, expect, it } from 'vitest';
import type { Car, SessionLap } from '../src/core/types';
import type { Degradation, Duel, FullCall, Simulation, TreeNode } from '../src/pages/strategy/answers';
import { Desk, isSettled, type Part } from '../src/pages/strategy/desk';
import { duelRow, fieldDuels } from '../src/pages/strategy/duels';
import { drivenGaps, gapRange, gapsAt, historyLines, historyRows, median } from '../src/pages/strategy/history';
import { band, path, scale, ticks } from '../src/pages/strategy/scale';
import { rowText, stintRows, stintTable } from '../src/pages/strategy/stints';
import { layTree, pieces, treeRows } from '../src/pages/strategy/tree';
import { seenLaps, stintLaps } from '../src/pages/strategy/tyre';
import { ApiError } from '../src/core/api';

const lap = (code: string, n: number, end_ms: number | null, more: Partial<SessionLap> = {}): SessionLap => ({
  car: 1, code, lap: n, time_ms: 80_000, end_ms, gap_ms: null, position: null, sector_ms: [], compound: 'MEDIUM', tyre_age_laps: n, pit_in: false, pit_out: false, ...more,
});
const car = (code: string, more: Partial<Car> = {}): Car => ({
  key: code.charCodeAt(0), code, driver: '', team: '', status: 'running', laps: 10, sector_ms: [], compound: 'MEDIUM', stops: 0, stints: [{ compound: 'MEDIUM', from_lap: 1, to_lap: null, age_at_start: 0 }], ...more,
});
const sim = (cars: Partial<Simulation['cars'][number]>[], from_lap = 2): Simulation => ({
  laps: 20, from_lap, trials: 100, neutralisations: { p_sc: 0, p_vsc: 0, p_red: 0 },
  cars: cars.map(c => ({ car: 'A', mean_position: 1, p_win: 0, p_podium: 0, p_points: 0, p_dnf: 0, expected_points: 0, position_probs: [], stops: { mean: 0 }, ...c })),
});
const fan = (mid: number[]) => ({ p10: mid.map(v => v - 2), p25: mid.map(v => v - 1), p50: mid, p75: mid.map(v => v + 1), p90: mid.map(v => v + 2) });

describe('axes', () => {
  it('have round ticks, whole where they are laps', () => {
    expect(ticks(0, 66, 8)).toEqual([0, 10, 20, 30, 40, 50, 60]);
    expect(ticks(49, 50, 6, 1)).toEqual([49, 50]);
    expect(ticks(-3.2, 3.4, 5)).toEqual([-2, 0, 2]);
    expect(ticks(5, 5, 4)).toEqual([5]);
  });
  it('go there and back', () => {
    const x = scale(0, 50, 40, 540);
    expect(x(25)).toBe(290);
    expect(x.back(290)).toBe(25);
    expect(Number.isFinite(scale(3, 3, 0, 10)(3))).toBe(true);
  });
  it('lift the pen where nothing is known', () => {
    expect(path([[0, 1], null, [2, 3], [4, 5]])).toBe('M0.0,1.0M2.0,3.0L4.0,5.0');
    expect(band([[0, 1]], [[0, 2]])).toBe('');
    expect(band([[0, 1], [1, 1]], [[0, 2], [1, 2]])).toBe('M0.0,1.0L1.0,1.0L1.0,2.0L0.0,2.0Z');
  });
});

describe('race history', () => {
  const laps = [lap('A', 1, 100_000), lap('B', 1, 101_500), lap('C', 1, 104_000), lap('A', 2, 180_000), lap('B', 2, 182_000)];
  it('has gaps to the leader, a car, and the middle of the field', () => {
    expect(drivenGaps(laps, 'leader').get('B')).toEqual([1.5, 2]);
    expect(drivenGaps(laps, 'B').get('A')).toEqual([-1.5, -2]);
    expect(drivenGaps(laps, 'median').get('A')?.[0]).toBe(-1.5);
  });
  it('knows no middle while a lap is being closed', () => {
    expect(drivenGaps([...laps, lap('A', 3, 260_000)], 'median').get('A')?.[2]).toBeNull();
  });
  it('has nothing where a lap has no end', () => {
    expect(drivenGaps([lap('A', 1, null), lap('B', 1, 5)], 'leader').get('A')).toBeUndefined();
    expect(median([])).toBeNull();
    expect(median([3, 1])).toBe(2);
  });
  it('goes on with the fan after the laps that were driven', () => {
    const lines = historyLines(['A', 'B', 'C'], laps, sim([{ car: 'B', gaps: fan([3, 4]) }]), 'leader');
    expect(gapsAt(lines, 2, 2).map(g => [g.code, g.gap])).toEqual([['A', 0], ['B', 2], ['C', 4]]);
    expect(gapsAt(lines, 4, 2)).toEqual([{ code: 'B', gap: 4, lo: 2, hi: 6 }]);
    expect(gapsAt(lines, 9, 2)).toEqual([]);
  });
  it('shows what the chosen cars need, and writes every figure out', () => {
    const lines = historyLines(['B'], laps, sim([{ car: 'B', gaps: fan([3, 40]) }]), 'leader');
    const [lo, hi] = gapRange(lines);
    expect(lo).toBeLessThan(0);
    expect(hi).toBeGreaterThan(41);
    expect(historyRows(lines, 2)).toHaveLength(4);
    expect(historyRows(lines, 2)[3]).toMatchObject({ car: 'B', lap: 4, kind: 'simulated', gap_s: 40, p10_s: 38, p90_s: 42 });
  });
});

describe('stints', () => {
  const likely = { share: 0.4, sets: ['MEDIUM', 'HARD'], stops: [{ from_lap: 12, to_lap: 16 }] };
  it('are what was driven and then what is likely', () => {
    const [row] = stintRows([car('A')], 20, sim([{ likely }], 10), undefined);
    expect(row!.blocks.map(b => [b.compound, b.from, b.to, b.likely])).toEqual([['MEDIUM', 1, 10, false], ['MEDIUM', 11, 14, true], ['HARD', 15, 20, true]]);
    expect(row!.share).toBe(0.4);
    expect(row!.window).toBeNull();
  });
  it('reach the line of now where the car is on the lap that the leader has ended', () => {
    const [, second, lapped] = stintRows([car('A'), car('B', { laps: 9 }), car('C', { laps: 9, gap_laps: 1 })], 20, sim([{ car: 'B', likely }], 10), undefined);
    expect(second!.blocks.map(b => [b.from, b.to, b.likely])).toEqual([[1, 10, false], [11, 14, true], [15, 20, true]]);
    expect(lapped!.blocks[0]!.to).toBe(9);
  });
  it('begin with the next set where the stop is due at once', () => {
    const [row] = stintRows([car('A')], 20, sim([{ likely: { ...likely, stops: [{ from_lap: 10, to_lap: 10 }] } }], 10), undefined);
    expect(row!.blocks.map(b => [b.compound, b.from, b.to])).toEqual([['MEDIUM', 1, 10], ['HARD', 11, 20]]);
    expect(row!.stops).toEqual([{ from: 10, to: 10, compound: 'HARD' }]);
    expect(rowText(row!)).toContain('hard on lap 10');
  });
  it('tell nothing to come of a car that is out', () => {
    const [row] = stintRows([car('A', { status: 'retired', laps: 7 })], 20, sim([{ likely }]), undefined);
    expect(row!.out).toBe(true);
    expect(row!.blocks).toHaveLength(1);
    expect(row!.share).toBeNull();
  });
  it('drop a stop that was made since the simulation', () => {
    const made = car('A', { laps: 17, stints: [{ compound: 'MEDIUM', from_lap: 1, to_lap: 14 }, { compound: 'HARD', from_lap: 15, to_lap: null }] });
    const [row] = stintRows([made], 20, sim([{ likely }], 10), undefined);
    expect(row!.stops).toEqual([]);
    expect(row!.blocks.map(b => b.compound)).toEqual(['MEDIUM', 'HARD', 'HARD']);
  });
  it('have the window of the call, where it tells one', () => {
    const w = (window: FullCall['window']) => stintRows([car('A')], 20, undefined, { lap: 10, cars: [{ car: 'A', position: 1, window, duels: [], if_sc_table: [] }] })[0]!.window;
    expect(w({ opens: 12, best: 14, closes: 17, width: 0.3, unit: 'points' })).toEqual({ opens: 12, best: 14, closes: 17 });
    expect(w({ opens: null, best: null, closes: null, width: 0.3, unit: 'points' })).toBeNull();
    expect(stintTable(stintRows([car('A')], 20, undefined, undefined))).toHaveLength(1);
  });
});

describe('duels', () => {
  const duel = (kind: Duel['kind'], rival: string): Duel => ({ kind, rival, gap_s: 1, p: 0.6, gain_s: 1, gain_sd_s: 1, laps: 2 });
  const call = (code: string, position: number, duels: Duel[]): FullCall => ({ car: code, position, window: null, duels, if_sc_table: [] });
  const cars = ['A', 'B', 'C', 'D', 'E', 'F'].map((c, k) => car(c, { gap_ms: 2000 * k }));
  it('are against the three cars either way, with signed gaps', () => {
    const row = duelRow(cars, cars[1]!, call('B', 2, [duel('undercut', 'A'), duel('threat', 'C')]), [call('C', 3, [duel('undercut', 'B')])]);
    expect(row.against.map(a => [a.rival, a.gap])).toEqual([['A', -2], ['C', 2], ['D', 4], ['E', 6]]);
    expect(row.against[0]).toMatchObject({ ahead: true, overcut: null });
    expect(row.against[0]!.undercut?.p).toBe(0.6);
    expect(row.against[1]!.theirs?.rival).toBe('B');
  });
  it('name a rival from further away when the call does, and no car that is out', () => {
    const row = duelRow([...cars.slice(0, 5), car('F', { status: 'retired' })], cars[0]!, call('A', 1, [duel('threat', 'E'), duel('threat', 'F')]));
    expect(row.against.map(a => a.rival)).toEqual(['B', 'C', 'D', 'E']);
  });
  it('of all come in running order', () => {
    expect(fieldDuels([call('B', 2, [duel('undercut', 'A')]), call('A', 1, [duel('threat', 'B')])]).map(d => d.car)).toEqual(['A', 'B']);
  });
});

describe('the tree', () => {
  const node = (n: number, parent: number | null, lapAt: number, share: number, ends: number): TreeNode => ({ node: n, parent, stop: 0, compound: 'HARD', planned: true, from_lap: lapAt, to_lap: lapAt, share, ends });
  const nodes = [node(0, null, 0, 1, 0.01), node(1, 0, 23, 0.95, 0.06), node(2, 1, 44, 0.89, 0.89), node(3, 0, 30, 0.04, 0.04)];
  it('has a row for each end that matters, the likeliest first', () => {
    const laid = layTree(nodes, 20, 66);
    expect(laid.map(b => [b.node.node, b.row])).toEqual([[0, 0], [1, 0], [2, 1], [3, 1 + 1]]);
    expect(treeRows(laid)).toBe(3);
    expect(layTree([], 0, 10)).toEqual([]);
  });
  it('gets thinner where stops leave a stint', () => {
    const laid = layTree(nodes, 20, 66);
    expect(pieces(laid[0]!, [laid[1]!, laid[3]!]).map(p => [p.from, p.to, Number(p.share.toFixed(2))])).toEqual([[20, 23, 1], [23, 30, 0.05]]);
    expect(pieces(laid[2]!, [])).toEqual([{ from: 44, to: 66, share: 0.89 }]);
  });
});

describe('tyres', () => {
  const wear: Degradation = { lap: 6, car: 'A', compound: 'MEDIUM', tyre_age: 6, value: 0.1, lo: 0, hi: 0.2, level: 0.8, loss_s: 0.6, fuel_s: -0.05, source: 'stint', life: { threshold_s: 0.5, value: 5, lo: 3, hi: 9 }, curve: [] };
  const at = (n: number, more: Partial<SessionLap> = {}) => lap('A', n, n, { time_ms: 1000 * (80 + 0.1 * n - 0.05 * n), ...more });
  it('lie on the line of the model when it is right', () => {
    const seen = seenLaps([1, 2, 3, 4, 5, 6].map(n => at(n)), wear, () => false);
    expect(seen.map(s => s.odd)).toEqual([true, false, false, false, false, false]);
    for (const s of seen) expect(s.loss).toBeCloseTo(0.1 * s.age, 6);
  });
  it('leave out laps that say nothing of the tyre', () => {
    const laps = [at(1, { pit_out: true }), at(2), at(3), at(4, { time_ms: 95_000 }), at(5)];
    expect(seenLaps(laps, wear, n => n === 3).filter(s => !s.odd).map(s => s.lap)).toEqual([2, 5]);
    expect(seenLaps([], wear, () => false)).toEqual([]);
  });
  it('are those of the stint that runs', () => {
    expect(stintLaps([at(1), at(2, { pit_in: true }), at(3, { pit_out: true }), at(4), lap('B', 5, 1)], 'A').map(l => l.lap)).toEqual([3, 4]);
    expect(stintLaps([at(1), at(2, { pit_in: true })], 'A')).toEqual([]);
    expect(stintLaps([at(1), at(2, { pit_in: true }), at(3)], 'A').map(l => l.lap)).toEqual([3]);
  });
});

describe('the desk', () => {
  const part = (key: string | null, ask: () => Promise<unknown>): Part => ({ key, name: 'it', ask });
  const settle = () => new Promise(done => setTimeout(done, 5));
  it('asks one thing at a time, and again only for another key', async () => {
    let running = 0;
    let most = 0;
    let asked = 0;
    const ask = async () => {
      asked++;
      most = Math.max(most, ++running);
      await Promise.resolve();
      running--;
      return asked;
    };
    const desk = new Desk();
    desk.want({ a: part('1', ask), b: part('1', ask), c: part(null, ask) });
    await settle();
    desk.want({ a: part('1', ask), b: part('2', ask) });
    await settle();
    expect([asked, most]).toEqual([3, 1]);
    expect(desk.state.get()).toMatchObject({ busy: null });
    expect(isSettled({ b: part('2', ask), c: part(null, ask) }, desk.state.get().shown)).toBe(true);
    expect(isSettled({ b: part('3', ask) }, desk.state.get().shown)).toBe(false);
    expect(desk.state.get().shown['b']).toMatchObject({ key: '2', data: 3 });
  });
  it('waits as long as the server asks and says so', async () => {
    const waits: number[] = [];
    const told: number[] = [];
    let n = 0;
    const desk: Desk = new Desk(() => 1000, async ms => {
      waits.push(ms);
      told.push(desk.state.get().waitUntil);
    });
    desk.want({ a: part('1', async () => (n++ === 0 ? Promise.reject(new ApiError(429, 'too many', undefined, 7)) : 'here')) });
    await settle();
    expect(waits).toEqual([7000]);
    expect(told).toEqual([8000]);
    expect(desk.state.get()).toMatchObject({ waitUntil: 0, shown: { a: { data: 'here' } } });
  });
  it('keeps the old picture beside the error and does not ask the same again', async () => {
    let n = 0;
    const desk = new Desk();
    const ask = async () => (n++ === 0 ? 'old' : Promise.reject(new ApiError(422, 'no')));
    desk.want({ a: part('1', ask) });
    await settle();
    desk.want({ a: part('2', ask) });
    await settle();
    desk.want({ a: part('2', ask) });
    await settle();
    expect(n).toBe(2);
    expect(desk.state.get().shown['a']).toMatchObject({ data: 'old', key: '2', error: { status: 422 } });
  });
  it('says nothing more once it is ended', async () => {
    const desk = new Desk();
    desk.want({ a: part('1', async () => 1) });
    desk.end();
    await settle();
    expect(desk.state.get().shown).toEqual({});
  });
});
