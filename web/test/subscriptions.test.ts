import { describe, expect, it } from 'vitest';
import type { Json, Message } from '../src/core/stream';
import { Subscriptions, type Watcher } from '../src/core/subscriptions';

function bench() {
  const said: Record<string, unknown>[] = [];
  let clock = 0;
  const subs = new Subscriptions(m => said.push(JSON.parse(JSON.stringify(m)) as Record<string, unknown>), () => clock);
  const told: string[] = [];
  const watcher = (name = ''): Watcher => ({
    value: (topic, value, car) => told.push(`${name}${topic}${car ?? ''}=${JSON.stringify(value)}`),
    entries: (topic, entries, missed) => told.push(`${name}${topic}+${JSON.stringify(entries)}${missed ? ` missed ${missed}` : ''}`),
    refused: (why, status) => told.push(`${name}refused ${status} ${why}`),
  });
  const hear = (m: { [key: string]: Json | undefined; op: string }) => subs.message(m as Message);
  const take = () => said.splice(0);
  return { subs, take, told, watcher, hear, pass: (ms: number) => (clock += ms) };
}

const race = { session: 'race', topics: ['state'] };
const snapshot = (seq: number, data: Json) => ({ op: 'snapshot', topic: 'state', session: 'race', seq, data });
const delta = (seq: number, data: Json) => ({ op: 'delta', topic: 'state', session: 'race', seq, data });

/** Subscribed to the state of "race", which is {lap: 1} at number 3. */
function following() {
  const b = bench();
  b.subs.opened();
  const end = b.subs.watch(race, b.watcher());
  b.take();
  b.hear({ op: 'subscribed', id: 1, stream: 's' });
  b.hear(snapshot(3, { lap: 1 }));
  b.told.splice(0);
  return { ...b, end };
}

describe('watching a place', () => {
  it('asks nothing before the link is there, and everything once it is', () => {
    const { subs, take, watcher } = bench();
    subs.watch({ ...race, topics: ['state', 'alert'] }, watcher());
    expect(take()).toEqual([]);
    subs.opened();
    expect(take().map(m => [m['op'], m['id'], m['topics']])).toEqual([
      ['subscribe', 1, ['state']],
      ['subscribe', 2, ['alert']],
    ]);
  });
  it('is asked once, however many watch it, and who comes later gets the value as it is', async () => {
    const b = following();
    b.subs.watch(race, b.watcher('second '));
    expect(b.take()).toEqual([]);
    await Promise.resolve();
    expect(b.told).toEqual(['second state={"lap":1}']);
  });
  it('ends when the last one goes', () => {
    const b = following();
    const second = b.subs.watch(race, b.watcher());
    b.end();
    expect(b.take()).toEqual([]);
    second();
    expect(b.take()).toEqual([{ op: 'unsubscribe', id: 1 }]);
    expect(b.subs.size).toBe(0);
  });
  it('each car is a place of its own', () => {
    const b = bench();
    b.subs.opened();
    b.subs.watch({ session: 'race', topics: ['telemetry'], cars: [1, 44] }, b.watcher());
    expect(b.take().map(m => m['cars'])).toEqual([[1], [44]]);
  });
  it('who wants it faster gets it faster, as a new subscription', () => {
    const b = following();
    b.subs.watch({ ...race, everyMs: 50 }, b.watcher());
    expect(b.take()).toMatchObject([{ op: 'unsubscribe', id: 1 }, { op: 'subscribe', id: 2, every_ms: 50 }]);
  });
});

describe('a number that is missing', () => {
  it('brings a new subscription, and what is still under way for the old one is not believed', () => {
    const b = following();
    b.hear(delta(5, { lap: 9 }));
    expect(b.take()).toMatchObject([{ op: 'unsubscribe', id: 1 }, { op: 'subscribe', id: 2 }]);
    b.hear(delta(6, { lap: 10 }));
    expect(b.take()).toEqual([]);
    b.hear({ op: 'subscribed', id: 2, stream: 's' });
    b.hear(snapshot(6, { lap: 10 }));
    b.hear(delta(7, { lap: 11 }));
    expect(b.told).toEqual(['state={"lap":10}', 'state={"lap":11}']);
  });
});

describe('a link that broke', () => {
  it('goes on where it was: with the stream and the newest number of each place', () => {
    const b = following();
    b.subs.closed();
    b.subs.opened();
    expect(b.take()).toEqual([{ op: 'resume', stream: 's', seq: { 'race/state': 3 } }]);
    b.hear({ op: 'resumed', stream: 's', ids: { 'race/state': 1 } });
    b.hear(delta(4, { lap: 2 }));
    expect(b.told).toEqual(['state={"lap":2}']);
    expect(b.take()).toEqual([]);
  });
  it('what was begun while it was away is asked after it resumed, what was ended is given back', () => {
    const b = following();
    b.subs.closed();
    b.end();
    b.subs.watch({ session: 'race', topics: ['alert'] }, b.watcher());
    b.subs.opened();
    b.take();
    b.hear({ op: 'resumed', stream: 's', ids: { 'race/state': 1 } });
    expect(b.take()).toMatchObject([{ op: 'unsubscribe', id: 1 }, { op: 'subscribe', topics: ['alert'] }]);
  });
  it('begins anew where the server no longer knows the stream, as after a restart', () => {
    const b = following();
    b.subs.closed();
    b.subs.opened();
    b.take();
    b.hear({ op: 'error', status: 404, detail: 'unknown stream (subscribe anew)' });
    expect(b.take()).toMatchObject([{ op: 'subscribe', session: 'race', topics: ['state'] }]);
    b.hear({ op: 'subscribed', id: 2, stream: 't' });
    b.hear(snapshot(0, { lap: 5 }));
    expect(b.told).toEqual(['state={"lap":5}']);
  });
});

describe('a place that is refused', () => {
  it('is told, and tried again later, each time after longer', () => {
    const b = following();
    b.hear({ op: 'error', id: 1, status: 404, detail: 'there is no such session' });
    expect(b.told).toEqual(['refused 404 there is no such session']);
    b.pass(2900);
    b.subs.tick();
    expect(b.take()).toEqual([]);
    b.pass(200);
    b.subs.tick();
    expect(b.take()).toMatchObject([{ op: 'subscribe', id: 2 }]);
    b.hear({ op: 'error', id: 2, status: 404, detail: '' });
    b.pass(4000);
    b.subs.tick();
    expect(b.take()).toEqual([]);
  });
  it('of a session that was removed says so', () => {
    const b = following();
    b.hear({ op: 'ended', id: 1, topic: 'state', session: 'race' });
    expect(b.told).toEqual(['refused 410 the session was removed']);
  });
});
