import { describe, expect, it } from 'vitest';
import { mergePatch, reduce, type Message, type Places } from '../src/core/stream';

const snapshot: Message = { op: 'snapshot', topic: 'state', session: 'race', seq: 3, data: { race: { lap: 4, cars: { '1': { laps: 3 } } } } };
const play = (...messages: Message[]) =>
  messages.reduce((at, m) => reduce(at.places, m), { places: new Map() as Places, outcome: { kind: 'none' } } as ReturnType<typeof reduce>);

describe('a merge patch', () => {
  it('changes members, adds them, and takes out what is null', () => {
    expect(mergePatch({ a: 1, b: { c: 2, d: 3 } }, { a: 5, b: { c: null }, e: 6 })).toEqual({ a: 5, b: { d: 3 }, e: 6 });
  });
  it('replaces arrays whole and leaves what it was given alone', () => {
    const before = { a: [1, 2], b: { c: 1 } };
    expect(mergePatch(before, { a: [3] })).toEqual({ a: [3], b: { c: 1 } });
    expect(before).toEqual({ a: [1, 2], b: { c: 1 } });
  });
});

describe('messages of a place', () => {
  it('a snapshot is the value; a delta with the next number changes it', () => {
    const { outcome, places } = play(snapshot, { op: 'delta', topic: 'state', session: 'race', seq: 4, data: { race: { lap: 5 } } });
    expect(outcome).toEqual({ kind: 'value', place: 'race/state', value: { race: { lap: 5, cars: { '1': { laps: 3 } } } } });
    expect(places.get('race/state')?.seq).toBe(4);
  });
  it('a delta whose number is not the next is lost, and what we hold is forgotten', () => {
    const { outcome, places } = play(snapshot, { op: 'delta', topic: 'state', session: 'race', seq: 6, data: { race: { lap: 7 } } });
    expect(outcome.kind).toBe('lost');
    expect(places.has('race/state')).toBe(false);
  });
  it('a delta before any snapshot is lost', () => {
    expect(play({ op: 'delta', topic: 'state', session: 'race', seq: 1, data: {} }).outcome.kind).toBe('lost');
  });
  it('a snapshot after a loss goes on with its own number', () => {
    const { outcome } = play(snapshot, { op: 'delta', topic: 'state', session: 'race', seq: 9, data: {} }, { ...snapshot, seq: 9 }, {
      op: 'delta', topic: 'state', session: 'race', seq: 10, data: { race: { lap: 9 } },
    });
    expect(outcome.kind).toBe('value');
  });
  it('entries of a stream come as they are; a gap says how many were passed over', () => {
    expect(play({ op: 'delta', topic: 'alert', session: 'race', seq: 1, data: [{ alert: 'pit' }] }).outcome).toEqual({ kind: 'entries', place: 'race/alert', entries: [{ alert: 'pit' }], missed: 0 });
    expect(play({ op: 'gap', topic: 'alert', session: 'race', seq: 9, missed: 8 }).outcome).toEqual({ kind: 'entries', place: 'race/alert', entries: [], missed: 8 });
  });
  it('places of cars are held apart', () => {
    const { places } = play({ ...snapshot, car: 1 }, { ...snapshot, car: 44 });
    expect([...places.keys()]).toEqual(['race/state/1', 'race/state/44']);
  });
  it('answers that are not of a place change nothing', () => {
    expect(play(snapshot, { op: 'pong' }).outcome.kind).toBe('none');
  });
});
