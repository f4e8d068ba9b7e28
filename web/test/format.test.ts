import { describe, expect, it } from 'vitest';
import { age, bytes, clock, count, gap, lapTime, num, percent, place, signed } from '../src/core/format';

describe('a lap time', () => {
  it('has minutes only when there are some', () => {
    expect(lapTime(80476)).toBe('1:20.476');
    expect(lapTime(59001)).toBe('59.001');
    expect(lapTime(3723004)).toBe('1:02:03.004');
  });
  it('is rounded before it is split, so that no 60th second is shown', () => {
    expect(lapTime(59999, 1)).toBe('1:00.0');
    expect(lapTime(119950, 1)).toBe('2:00.0');
  });
  it('that is not known is a dash, never a zero', () => {
    for (const v of [null, undefined, NaN, Infinity]) expect(lapTime(v)).toBe('–');
  });
});

describe('numbers', () => {
  it('have a true minus sign, and a rounded zero has none', () => {
    expect(num(-1.25, 1)).toBe('−1.3');
    expect(num(-0.04, 1)).toBe('0.0');
    expect(signed(0.04, 1)).toBe('0.0');
    expect(signed(0.06, 1)).toBe('+0.1');
  });
  it('of a chance that is not certain never read 0 % or 100 %', () => {
    expect(percent(0.001)).toBe('< 1 %');
    expect(percent(0.999)).toBe('> 99 %');
    expect(percent(0)).toBe('0 %');
    expect(percent(1)).toBe('100 %');
    expect(percent(0.674)).toBe('67 %');
  });
  it('are grouped and scaled for people', () => {
    expect(count(1234567)).toBe('1 234 567');
    expect(bytes(1536)).toBe('1.5 KiB');
    expect(bytes(0)).toBe('0 B');
  });
});

describe('gaps, clocks and places', () => {
  it('count laps where there are laps', () => {
    expect(gap(3272)).toBe('+3.3');
    expect(gap(null, 1)).toBe('+1 lap');
    expect(gap(undefined, 2)).toBe('+2 laps');
    expect(gap(null)).toBe('–');
  });
  it('count down with two digits of seconds', () => {
    expect(clock(83)).toBe('1:23');
    expect(clock(9)).toBe('0:09');
    expect(clock(-3)).toBe('−0:03');
  });
  it('name places and ages', () => {
    expect(place(3)).toBe('P3');
    expect(place(0)).toBe('–');
    expect(age(400)).toBe('now');
    expect(age(12_000)).toBe('12 s');
    expect(age(200_000)).toBe('3 min');
  });
});
