import { describe, expect, test } from 'vitest';
import * as back from '../src/pages/analytics/backtest_math';
import * as driver from '../src/pages/analytics/driver_math';
import * as race from '../src/pages/analytics/race_math';
import * as review from '../src/pages/analytics/review_math';
import * as season from '../src/pages/analytics/season_math';
import { csv } from '../src/ui/save';
import type { RaceLap, RaceResult, RaceRow, ReviewStop } from '../src/pages/analytics/types';

const lap = (d: string, n: number, end: number | null, position: number, time: number | null = 90_000): RaceLap => ({
  driver: d, lap: n, time_ms: time, session_ms: end, pit_in_ms: null, pit_out_ms: null, position, compound: 'HARD', tyre_age: n, accurate: true,
});
const result = (d: string, place: number, grid: number, laps: number, time: number | null, text = String(place)): RaceResult => ({
  place, place_text: text, driver: d, number: null, team: null, team_name: null, grid, status: text === 'R' ? 'Retired' : 'Finished', points: null, laps, time_ms: time, derived: false,
});
const data: race.RaceData = {
  results: [result('VER', 1, 2, 3, 270_000), result('HAM', 2, 1, 3, 274_500), result('MSC', 3, 0, 1, null, 'R')],
  laps: [lap('VER', 1, 100_000, 2), lap('VER', 2, 190_000, 1), lap('VER', 3, 280_000, 1, 88_000), lap('HAM', 1, 99_000, 1), lap('HAM', 2, 191_500, 2), lap('HAM', 3, 284_500, 2), lap('MSC', 1, 108_000, 3)],
  stints: [],
  events: [
    { kind: 'neutralisation', what: 'SC', lap: 2, to_lap: 3, flag: null, message: null, derived: true },
    { kind: 'neutralisation', what: 'RED', lap: 3, to_lap: null, flag: null, message: null, derived: true },
    { kind: 'race_control', what: 'Flag', lap: 1, to_lap: null, flag: 'YELLOW', message: 'x', derived: false },
  ],
};

describe('lines of a race', () => {
  test('places begin on the grid, and from the pit lane is not known', () => {
    expect(race.positions(data).get('VER')).toEqual([2, 2, 1, 1]);
    expect(race.positions(data).get('MSC')).toEqual([null, 3, null, null]);
  });
  test('gaps are behind who ended the lap first, or behind a chosen car', () => {
    expect(race.gaps(data).get('VER')).toEqual([null, 1, 0, 0]);
    expect(race.gaps(data).get('HAM')).toEqual([null, 0, 1.5, 4.5]);
    expect(race.gaps(data, 'HAM').get('VER')).toEqual([null, 1, -1.5, -4.5]);
  });
  test('the range of gaps leaves laps under a red flag out', () => {
    const all = new Map([['VER', [null, 1, 200, 8]]]);
    expect(race.gapRange(all, ['VER'], [{ kind: 'RED', lap: 2, to: 2 }])[1]).toBeCloseTo(8 + 0.06 * 8);
  });
  test('who led when is told in spans', () => {
    expect(race.leads(race.positions(data))).toEqual([{ driver: 'HAM', from: 1, to: 1 }, { driver: 'VER', from: 2, to: 3 }]);
  });
  test('neutralisations without an end last one lap, and other events are none', () => {
    expect(race.phases(data.events)).toEqual([{ kind: 'SC', lap: 2, to: 3 }, { kind: 'RED', lap: 3, to: 3 }]);
  });
  test('the range of lap times cuts slow laps off and counts them', () => {
    const r = race.racingRange([[null, 90, 90.2, 90.4, 90.5, 130]]);
    expect(r!.cut).toBe(1);
    expect(r!.hi).toBeLessThan(93);
    expect(race.racingRange([[null]])).toBeNull();
  });
  test('a result has places won, gap to the winner, best lap; who retired won none', () => {
    const [ver, ham, msc] = race.resultLines(data);
    expect([ver!.gained, ham!.gained, msc!.gained]).toEqual([1, -1, null]);
    expect(ham!.behind_ms).toBe(4500);
    expect(ver!.best_ms).toBe(88_000);
    expect(msc!.behind_laps).toBe(2);
    expect(ver!.stops).toBeNull();
  });
});

const stop = (said: ReviewStop['said'], lapOf = 20, compound = 'HARD'): ReviewStop => ({
  car: 'VER', lap: lapOf, number: 1, from: 'MEDIUM', tyre_age_laps: 20, compound, known: { lap: lapOf - 1, flag: 'green', flag_exact: false, boxed: [], position: 2 }, said, calls: [],
  gave: { before: 2, after_out_lap: 9, five_laps_later: 6, cycle_over_lap: 30, cycle_over: 1, flag: null }, caveats: [], said_words: '', gave_words: '',
});

describe('a review', () => {
  test('an undercut is a stop; stop said before and stay out now is early', () => {
    expect(review.verdict(stop({ action: 'UNDERCUT' }))).toBe('same');
    expect(review.verdict(stop({ action: 'STAY_OUT', first_box_lap: 18 }))).toBe('early');
    expect(review.verdict(stop({ action: 'STAY_OUT', first_box_lap: null }))).toBe('stay');
    expect(review.verdict(stop({ action: null, why: 'too early' }))).toBe('none');
  });
  test('sums leave stops without a call out', () => {
    const s = review.sums([stop({ action: 'BOX', compound: 'HARD', clear: true }), stop({ action: 'BOX', compound: 'SOFT' }), stop({ action: null }), stop({ action: 'STAY_OUT' })]);
    expect(s).toEqual({ stops: 4, asked: 3, same: 2, early: 0, stay: 1, sameSet: 1, clear: 1 });
  });
  test('places won need both ends', () => {
    expect(review.wonBy(2, 1)).toBe(1);
    expect(review.wonBy(2, null)).toBeNull();
  });
  test('rows for a spreadsheet are flat: a part is a column a figure, a list one text, and what is missing in one row is no column of its own', () => {
    const rows = [stop({ action: 'BOX', evidence: ['a', 'b'], gain: { value: 1, lo: 0, hi: 2, unit: 'points' } }), { ...stop({ action: null }), known: null }];
    const [head, first, second] = csv(rows).split('\n').map(l => l.split(','));
    expect(head).toContain('said.gain.value');
    expect(head).not.toContain('known');
    expect(head).not.toContain('calls');
    expect(first![head!.indexOf('gave.cycle_over')]).toBe('1');
    expect(first).toContain('a; b');
    expect(second).toContain('VER');
  });
});

describe('a back-test', () => {
  test('ahead or behind only with the whole interval on one side', () => {
    expect(back.standing({ value: -1, lo: -2, hi: -0.5 }, 'less')).toBe('ahead');
    expect(back.standing({ value: -1, lo: -2, hi: -0.5 }, 'more')).toBe('behind');
    expect(back.standing({ value: -1, lo: -2, hi: 0.5 }, 'less')).toBe('level');
    expect(back.standing({ value: -1, lo: -2, hi: -0.5 }, null)).toBe('unknown');
    expect(back.standing(null, 'less')).toBe('unknown');
  });
  test('figures have digits by their size, and differences a sign', () => {
    expect([back.figure(0.0921), back.figure(1.044), back.figure(14.03), back.figure(null)]).toEqual(['0.0921', '1.04', '14.0', '–']);
    expect(back.change(0.0603)).toBe('+0.0603');
    expect(back.span({ value: 0, lo: null, hi: 1 })).toBe('–');
  });
  test('axes end at a round value that holds all', () => {
    expect([back.axisEnd([0.03]), back.axisEnd([0.26]), back.axisEnd([0.97]), back.axisEnd([])]).toEqual([0.05, 0.3, 1, 0.05]);
  });
  test('crowded bins get a root scale with marks that fit', () => {
    expect(back.crowded([0.001, 0.002, 0.003, 0.01, 0.24], 0.3)).toBe(true);
    expect(back.crowded([0.1, 0.3, 0.5, 0.7, 0.9], 1)).toBe(false);
    expect(back.axisMarks(0.3, true)).toEqual([0, 0.01, 0.05, 0.1, 0.2, 0.3]);
  });
});

describe('a driver', () => {
  test('places count of who took the flag; won places of who is classified', () => {
    const entry = { race: 'x', season: 2023, name: '', team: null, team_name: null, points: null, laps: 50, derived: false, best_ms: null };
    const sums = driver.addUp([
      { ...entry, grid: 3, place: 1, place_text: '1', status: 'Finished', stints: [{} as never, {} as never] },
      { ...entry, grid: 1, place: 4, place_text: '4', status: '+1 Lap', stints: [{} as never, {} as never, {} as never] },
      { ...entry, grid: 2, place: 20, place_text: 'R', status: 'Retired', stints: [] },
    ]);
    expect(sums).toEqual({ wins: 1, podiums: 1, finished: 2, medianPlace: 2.5, medianGrid: 2, won: -1, stops: 1.5 });
  });
});

describe('a season', () => {
  const of = (id: string, results: RaceResult[]) => ({ race: { id, name: id } as RaceRow, results });
  const races = [
    of('2023-01', [result('VER', 1, 1, 50, 1), result('HAM', 2, 5, 50, 2), result('SAR', 3, 9, 20, null, 'R')]),
    of('2023-02', [result('HAM', 1, 2, 50, 1), result('VER', 4, 1, 50, 2)]),
    of('2023-03', []),
  ];
  test('stands by the median place at the flag; who never took it is last', () => {
    expect(season.standings(races).map(s => [s.driver, s.medianPlace, s.wins, s.finished])).toEqual([['HAM', 1.5, 1, 2], ['VER', 2.5, 1, 2], ['SAR', null, 0, 0]]);
  });
  test('has a row a race: the place, or why there is none', () => {
    expect(season.csvRows(races, season.standings(races))).toEqual([
      { race: '2023-01', name: '2023-01', HAM: 2, VER: 1, SAR: 'R' },
      { race: '2023-02', name: '2023-02', HAM: 1, VER: 4, SAR: undefined },
      { race: '2023-03', name: '2023-03', HAM: undefined, VER: undefined, SAR: undefined },
    ]);
  });
});
