import { describe, expect, it } from 'vitest';
import type { Car, Standing } from '../src/core/types';
import { actionWord, answerText, around, gainText, gapTo, raceName, windowText } from '../src/pages/sheet/words';

const gain = { value: 5.77, lo: 5.2, hi: 6.34, unit: 'points' };
const standing = (more: Partial<Standing>): Standing => ({ action: 'BOX', compound: 'HARD', gain, rejoin_position: 2, ...more });
const car = (key: number, gap_ms: number | null, gap_laps = 0) => ({ key, gap_ms, gap_laps }) as Car;

describe('the strategy sheet', () => {
  it('says an answer to a flag in few words', () => {
    expect(answerText(standing({}))).toBe('Box Hard, P2, +5.8');
    expect(answerText(standing({ action: 'STAY_OUT' }))).toBe('Stay out, +5.8');
    expect(answerText(standing({ compound: null, rejoin_position: null }))).toBe('Box, +5.8');
    expect(answerText(null)).toBe('–');
    expect(actionWord(undefined)).toBe('–');
  });
  it('gives a gain with its interval', () => {
    expect(gainText(gain)).toBe('+5.77 points (+5.20 to +6.34)');
    expect(gainText(null)).toBe('–');
  });
  it('gives gaps to us with a sign, in laps where they are laps', () => {
    expect(gapTo(car(1, 8000), car(2, 0))).toBe('−8.0');
    expect(gapTo(car(1, 8000), car(3, 9500))).toBe('+1.5');
    expect(gapTo(car(1, 8000), car(3, 9500, 1))).toBe('+1 lap');
    expect(gapTo(car(1, null), car(3, 9500))).toBe('–');
    expect(gapTo(car(1, 8000), car(1, 8000))).toBe('');
  });
  it('shows the cars around ours, and as many where we are first or last', () => {
    const all = [1, 2, 3, 4, 5, 6, 7].map(key => ({ key }));
    const keys = (key: number) => around(all, key, 3).map(c => c.key);
    expect(keys(4)).toEqual([3, 4, 5]);
    expect(keys(1)).toEqual([1, 2, 3]);
    expect(keys(7)).toEqual([5, 6, 7]);
    expect(around(all, 4, 20)).toHaveLength(7);
  });
  it('names windows and races', () => {
    expect(windowText({ opens: 26, best: 27, closes: 28 })).toBe('26 to 28, best 27');
    expect(windowText(null)).toBe('–');
    expect(answerText({ action: 'STAY_OUT', gain: null } as never)).toBe('Stay out, –');
    expect(raceName('spanish', 2023)).toBe('2023 Spanish');
    expect(raceName('2023 Spanish Grand Prix', 2023)).toBe('2023 Spanish Grand Prix');
  });
});
