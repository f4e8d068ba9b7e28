import { describe, expect, it } from 'vitest';
import type { Line, Measure } from '../src/pages/drivers/types';
import { firstSeason, intervalText, matches, plural, reason, scaleFor, seasonsOf, sortBy, stripText, titleOf, unitOf, valueText, verdictText, years } from '../src/pages/drivers/words';

const pace = { name: 'pace', decimals: 2, unit: '%' };
const tyre = { name: 'tyre', decimals: 4, unit: 's/lap' };
const line = (id: string, name: string, team_name: string, races: number, first_season = 2023, last_season = 2023) =>
  ({ id, name, team_name, races, first_season, last_season }) as unknown as Line;

describe('a measure', () => {
  it('has a sign and its decimals, and is a dash when it is not said', () => {
    expect(valueText(pace, -1.3149)).toBe('−1.31');
    expect(valueText(pace, 0.2)).toBe('+0.20');
    expect(valueText(pace, null)).toBe('–');
  });
  it('of tyres is told in seconds and read in milliseconds a lap', () => {
    expect(valueText(tyre, -0.0109)).toBe('−10.9');
    expect(unitOf(tyre)).toBe('ms/lap');
    expect(unitOf(pace)).toBe('%');
  });
  it('comes with both ends of its interval or with none', () => {
    expect(intervalText(pace, { value: -1.3, lo: -1.47, hi: -1.15 })).toBe('−1.47 to −1.15');
    expect(intervalText(pace, { value: null, lo: null, hi: null })).toBe('–');
  });
  it('says whether it comes back', () => {
    expect(verdictText({ verdict: 'repeats', rho: 0.71, lo: 0.56, hi: 0.78, pairs: 136 })).toBe('comes back next season: rank correlation 0.71 (0.56 to 0.78, 136 pairs of seasons)');
    expect(verdictText({ verdict: 'does not repeat', rho: -0.04, lo: -0.33, hi: 0.26, pairs: 47 })).toContain('does not come back: rank correlation −0.04');
    expect(verdictText({ verdict: 'not tried', rho: null, lo: null, hi: null, pairs: 0 })).toBe('not tried: too few seasons to compare');
  });
  it('without a value says why, with a true minus sign', () => {
    expect(reason({ why: 'rank correlation -0.04' })).toBe('rank correlation −0.04');
    expect(reason({ why: null })).toBe('not known');
  });
  it('in words has the value, the interval, the rank and who is best; without a value the reason', () => {
    const m = { ...pace, title: 'Race pace', value: -0.57, lo: -0.74, hi: -0.4, rank: 3, of: 22, why: null, field: [{ id: 'VER', value: -1.31, lo: -1.47, hi: -1.15, races: 23 }] } as unknown as Measure;
    expect(stripText('LEC', m)).toBe('Race pace: −0.57 %, 90 % from −0.74 to −0.40, 3 of 22; best is VER with −1.31');
    expect(stripText('VER', { ...m, rank: 1 })).not.toContain('best is');
    expect(stripText('LEC', { ...m, value: null, why: '2 races, 3 are needed' })).toBe('Race pace: 2 races, 3 are needed');
  });
});

describe('a strip', () => {
  const field = [{ value: -1, lo: -2, hi: 0 }, { value: 3, lo: 2, hi: 4 }, { value: null, lo: null, hi: null }];
  it('has the better end on the right, whichever that is', () => {
    expect(scaleFor(field, 'low')!.at(-2)).toBeGreaterThan(scaleFor(field, 'low')!.at(4));
    expect(scaleFor(field, 'high')!.at(-2)).toBeLessThan(scaleFor(field, 'high')!.at(4));
  });
  it('holds every interval, and always the field itself at 0', () => {
    const scale = scaleFor([{ value: 3, lo: 2, hi: 4 }], 'high')!;
    expect(scale.lo).toBe(0);
    for (const v of [0, 2, 3, 4]) expect(scale.at(v)).toSatisfy((x: number) => x > 0 && x < 1);
  });
  it('is not there when nobody has a value', () => {
    expect(scaleFor([{ value: null, lo: null, hi: null }], 'low')).toBeNull();
  });
});

describe('the list', () => {
  const lines = [line('VER', 'Verstappen', 'Red Bull Racing', 24, 2018, 2025), line('PER', 'Perez', 'Red Bull Racing', 3, 2019, 2024)];
  it('sorts with those who have no value last, up and down', () => {
    const rows = [{ v: 2 }, { v: null }, { v: -1 }];
    expect(sortBy(rows, r => r.v, false).map(r => r.v)).toEqual([-1, 2, null]);
    expect(sortBy(rows, r => r.v, true).map(r => r.v)).toEqual([2, -1, null]);
    expect(sortBy(lines, l => l.name, false).map(l => l.id)).toEqual(['PER', 'VER']);
  });
  it('finds by code, name or team, all words of the search', () => {
    expect(matches(lines[0]!, 'red ver')).toBe(true);
    expect(matches(lines[1]!, 'PER')).toBe(true);
    expect(matches(lines[1]!, 'red ham')).toBe(false);
    expect(matches(lines[1]!, '')).toBe(true);
  });
  it('opens with the newest season of a full store, and with all of a few races', () => {
    expect(firstSeason(lines)).toBe(2025);
    expect(firstSeason([line('VER', 'Verstappen', 'Red Bull', 4, 2019, 2024)])).toBeNull();
    expect(firstSeason([])).toBeNull();
  });
  it('offers the seasons there are, newest first', () => {
    expect(seasonsOf(lines)).toEqual([2025, 2024, 2023, 2022, 2021, 2020, 2019, 2018]);
    expect(seasonsOf([])).toEqual([]);
  });
});

it('years, counts and names read as people write them', () => {
  expect(years(2018, 2018)).toBe('2018');
  expect(years(2018, 2020)).toBe('2018–2020');
  expect(plural(1, 'race')).toBe('1 race');
  expect(plural(0, 'race')).toBe('0 races');
  expect(titleOf('saudi_arabian')).toBe('Saudi Arabian');
});
