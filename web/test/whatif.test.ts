import { describe, expect, it } from 'vitest';
import { bodyOf, plansAlone, raceOf } from '../src/pages/whatif/body';
import { EMPTY, changes, readCase, tidy, writeCase, type Case } from '../src/pages/whatif/case';
import { drawn, middle, quantile, tells } from '../src/pages/whatif/places';
import { addStop, moveStop, readPlan, rebase, removeStop, room, setTyre, shortPlan, stintsOf, writePlan } from '../src/pages/whatif/plan';
import { readSaved, withSaved } from '../src/pages/whatif/saved';
import { back, begin, forth, step } from '../src/pages/whatif/undo';

const plan = (text: string) => readPlan(text)!;

describe('a plan', () => {
  it('is read and written as the API does', () => {
    for (const text of ['HARD', 'MEDIUM-HARD,22', 'SOFT-MEDIUM-HARD,21-41']) expect(writePlan(plan(text))).toBe(text);
    for (const text of ['', 'MEDIUM-HARD', 'MEDIUM,22', 'MEDIUM-HARD,x']) expect(readPlan(text)).toBeNull();
  });
  it('keeps its stops in order, inside the race and after what is driven', () => {
    const p = plan('SOFT-MEDIUM-HARD,21-41');
    expect(moveStop(p, 0, 60, 20, 66).stops[0]!.lap).toBe(40);
    expect(moveStop(p, 0, 3, 20, 66).stops[0]!.lap).toBe(21);
    expect(moveStop(p, 1, 99, 20, 66).stops[1]!.lap).toBe(65);
    expect(room(p, 1, 20, 66)).toEqual([22, 65]);
  });
  it('never changes what was driven', () => {
    const p = plan('SOFT-MEDIUM-HARD,18-41');
    expect(moveStop(p, 0, 30, 20, 66)).toBe(p);
    expect(removeStop(p, 0, 20)).toBe(p);
    expect(setTyre(p, 1, 'HARD', 20)).toBe(p);
    expect(setTyre(p, 0, 'HARD', 20)).toBe(p);
    expect(writePlan(setTyre(p, 2, 'SOFT', 20))).toBe('SOFT-MEDIUM-SOFT,18-41');
  });
  it('gets one more stop in its longest stint to come, and none where there is no room', () => {
    expect(writePlan(addStop(plan('MEDIUM-HARD,30'), 'SOFT', 20, 66))).toBe('MEDIUM-HARD-SOFT,30-48');
    const late = plan('MEDIUM-HARD,30');
    expect(addStop(late, 'SOFT', 64, 66)).toEqual({ start: 'MEDIUM', stops: [{ lap: 30, compound: 'HARD' }, { lap: 65, compound: 'SOFT' }] });
    expect(addStop(late, 'SOFT', 65, 66)).toBe(late);
  });
  it('goes on from where the race is: the past is the real one, what is overdue comes next', () => {
    expect(writePlan(rebase(plan('SOFT-MEDIUM-HARD,24-43'), plan('SOFT-HARD-HARD,21-40'), 22))).toBe('SOFT-HARD-HARD,21-43');
    expect(writePlan(rebase(plan('SOFT-HARD,24'), plan('SOFT-HARD,30'), 26))).toBe('SOFT-HARD,27');
    expect(writePlan(rebase(plan('SOFT-HARD,24'), plan('MEDIUM-HARD,30'), 0))).toBe('SOFT-HARD,24');
  });
  it('is drawn as stints to the end, and said in few letters', () => {
    expect(stintsOf(plan('MEDIUM-HARD,22'), 66)).toEqual([{ compound: 'MEDIUM', from: 0, to: 22 }, { compound: 'HARD', from: 22, to: 66 }]);
    expect(shortPlan(plan('MEDIUM-INTERMEDIATE,22'))).toBe('M–I 22');
    expect(shortPlan(plan('HARD'))).toBe('H, no stop');
  });
});

const FULL: Case = {
  lap: 20, a: 'SOFT-HARD,24', plan: 'SOFT-MEDIUM-HARD,21-41', pit: 24.5,
  cars: { RUS: { plan: 'SOFT-HARD,21', pace: -0.2 }, HAM: { wear: 1.2, penalty: 5 } },
  tyres: { ALL: { wear: 1.3 }, HARD: { pace: 0.1 } },
  weather: { wet: 0.2, from: 30, to: 40, soak: 0.5 },
  flags: [{ flag: 'red' }, { flag: 'sc', lap: 32, laps: 4 }],
  unknown: [],
};

describe('a case in the address', () => {
  it('comes back as it went', () => expect(readCase(writeCase(FULL))).toEqual(FULL));
  it('is plain text that no address has to escape, and empty when nothing is asked', () => {
    expect(writeCase(FULL)).toMatch(/^[\w.*-]+$/);
    expect(writeCase(EMPTY)).toBe('');
    expect(readCase(undefined)).toEqual(EMPTY);
  });
  it('keeps what this version does not know', () => {
    const c = readCase('2_lap*20_wind*12_flag*purple*3_pit*24');
    expect(c).toEqual({ ...EMPTY, lap: 20, pit: 24, unknown: ['wind*12', 'flag*purple*3'] });
    expect(writeCase(c)).toBe('1_lap*20_pit*24_wind*12_flag*purple*3');
  });
  it('with nonsense in it does no harm', () => {
    for (const text of ['1_pit*-5', '1_pit*NaN', '1_wet*7', '1_plan*<script>', '1_constructor*1', '1_car*VER*toString*1', '1_%', '1_tyre'])
      expect({ ...readCase(text), unknown: [] }).toEqual(EMPTY);
  });
  it('names of cars and tyres survive odd letters', () => {
    const odd: Case = { ...EMPTY, cars: { 'A_*B%': { pace: 1 } } };
    expect(readCase(writeCase(odd)).cars).toEqual(odd.cars);
  });
  it('counts what differs, not the lap nor plan A', () => {
    expect(changes(EMPTY)).toBe(0);
    expect(changes({ ...EMPTY, lap: 20, a: 'HARD' })).toBe(0);
    expect(changes(FULL)).toBe(12);
  });
  it('is tidied: what says nothing is gone', () => {
    expect(tidy({ ...EMPTY, a: 'HARD', plan: 'HARD', pit: undefined, cars: { VER: { pace: undefined } } })).toEqual({ ...EMPTY, a: 'HARD' });
  });
});

describe('the body of a case', () => {
  it('has plan A in both races and everything else in the second', () => {
    expect(bodyOf(FULL, 'HAM', 'SOFT-HARD,24')).toEqual({
      both: { cars: [{ car: 'HAM', plan: 'SOFT-HARD,24' }] },
      cars: [{ car: 'RUS', plan: 'SOFT-HARD,21', pace_s: -0.2 }, { car: 'HAM', plan: 'SOFT-MEDIUM-HARD,21-41', wear: 1.2, penalty_s: 5 }],
      tyres: [{ wear: 1.3 }, { compound: 'HARD', pace_s: 0.1 }],
      weather: { track_wetness: 0.2, rain_from: 30, rain_to: 40, soak: 0.5 },
      flags: [{ flag: 'red' }, { flag: 'sc', lap: 32, laps: 4 }],
      pit_loss_s: 24.5,
    });
  });
  it('without a change has none', () => expect(bodyOf(EMPTY, 'HAM', '')).toEqual({ both: {}, cars: [] }));
  it('of the plans alone has all that surrounds them in both races', () => {
    const { both, ...rest } = plansAlone(FULL, 'HAM', 'SOFT-HARD,24');
    expect(rest).toEqual({ cars: [{ car: 'HAM', plan: 'SOFT-MEDIUM-HARD,21-41' }] });
    expect(both.cars).toContainEqual({ car: 'HAM', plan: 'SOFT-HARD,24', wear: 1.2, penalty_s: 5 });
    expect(both.cars).toHaveLength(2);
    expect(both.pit_loss_s).toBe(24.5);
  });
  it('names the session, and a lap only where one is told', () => {
    expect(raceOf('s1', 20)).toEqual({ session: 's1', from_lap: 20 });
    expect(raceOf('s1', undefined)).toEqual({ session: 's1' });
  });
});

describe('places', () => {
  it('have quantiles by what has come', () => {
    const p = [0.1, 0.2, 0.4, 0.2, 0.1];
    expect(quantile(p, 0.5)).toBe(3);
    expect(middle(p)).toEqual([1, 4]);
    expect(quantile([1], 0.95)).toBe(1);
  });
  it('are drawn as far as there is something to see', () => {
    expect(drawn([0.5, 0.5], [1])).toBe(6);
    expect(drawn([0, 0, 0, 0, 0, 0, 0, 1], [1])).toBe(8);
  });
  it('tell a sign only where the interval does', () => {
    expect(tells({ lo: 0.1, hi: 0.3 })).toBe(true);
    expect(tells({ lo: -0.1, hi: 0.3 })).toBe(false);
  });
});

describe('steps', () => {
  it('go back and forth', () => {
    const s = step(step(begin(1), 2, 'a', 0), 3, 'b', 5000);
    expect(back(s).now).toBe(2);
    expect(back(back(s)).now).toBe(1);
    expect(back(back(back(s))).now).toBe(1);
    expect(forth(back(s)).now).toBe(3);
    expect(forth(s)).toBe(s);
  });
  it('of one drag are one', () => {
    let s = begin(0);
    for (let i = 1; i <= 20; i++) s = step(s, i, 'stop 1', i * 16);
    expect(s.past).toEqual([0]);
    expect(back(s).now).toBe(0);
  });
  it('of two drags in a row are two, of a slow one still one', () => {
    const s = step(step(step(begin(0), 1, '#1', 0), 2, '#1', 5000), 3, '#2', 5100);
    expect(back(s).now).toBe(2);
    expect(back(back(s)).now).toBe(0);
  });
  it('a new one ends what lay ahead', () => expect(step(back(step(begin(1), 2, '', 0)), 3, '', 1).next).toEqual([]));
});

describe('saved cases', () => {
  const one = { name: 'a', session: 's', race: 'r', car: 'HAM', text: '1_pit*24', at: 1 };
  it('of the same name give way', () => expect(withSaved([one], { ...one, text: 'x' })).toEqual([{ ...one, text: 'x' }]));
  it('that are broken are left out', () => {
    expect(readSaved('{')).toEqual([]);
    expect(readSaved(null)).toEqual([]);
    expect(readSaved(JSON.stringify([one, { name: 1 }, null]))).toEqual([one]);
  });
});
