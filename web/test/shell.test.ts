import { describe, expect, it, vi } from 'vitest';

vi.stubGlobal('location', { hash: '', host: 'localhost', protocol: 'http:' });
vi.stubGlobal('addEventListener', () => {});

const { noticeOf, staleAfter } = await import('../src/core/banner');
const { bindingOf, isForPage, keyName } = await import('../src/core/keys');
const { mayBe } = await import('../src/core/access');
const { distance, speed, temperature, wind } = await import('../src/core/units');
const { nextCar, sessionLabel } = await import('../src/shell/chooser');
const { speedsWith } = await import('../src/shell/replay');
const { said, whyNot } = await import('../src/shell/sign_in');
const { Refused } = await import('../src/core/auth');
const { pages } = await import('../src/pages');
const { SESSION_PAGES, chooseSession } = await import('../src/core/session');
import type { Session } from '../src/core/types';
import type { SignedIn } from '../src/core/auth';

const session = (more: Partial<Session> = {}): Session => ({ id: 'live', name: 'live', kind: 'feed', state: 'running', position: { lap: 4 }, calls: true, started: '', ...more });
const trust = { link: 'open' as const, silentMs: 0, session: session(), sinceMs: 100, received: 9, recovering: false, refused: '' };

describe('the banner', () => {
  it('says nothing while all is well', () => {
    expect(noticeOf(trust)).toBeNull();
  });
  it('tells of a lost link how old the figures are', () => {
    expect(noticeOf({ ...trust, link: 'lost', silentMs: 12_300 })?.text).toBe('The link to the server is lost. What you see is 12 s old. Trying again.');
  });
  it('tells of a feed that has been silent for more than 5 s', () => {
    expect(noticeOf({ ...trust, sinceMs: 4900 })).toBeNull();
    expect(noticeOf({ ...trust, sinceMs: 12_000 })).toEqual({ kind: 'warn', text: 'No data for 12 s: the feed is silent.' });
  });
  it('lets a feed be silent before anything has come, and a session that is paused or over', () => {
    expect(noticeOf({ ...trust, sinceMs: 60_000, received: 0 })).toBeNull();
    expect(noticeOf({ ...trust, sinceMs: 60_000, session: session({ state: 'paused' }) })).toBeNull();
    expect(noticeOf({ ...trust, sinceMs: 60_000, session: session({ state: 'ended' }) })).toBeNull();
  });
  it('gives a replay the pauses of the race, by its speed', () => {
    expect(staleAfter({ kind: 'replay', speed: 1 })).toBe(125_000);
    expect(staleAfter({ kind: 'replay', speed: 20 })).toBe(6250);
    expect(staleAfter({ kind: 'replay', speed: 0 })).toBe(5000);
  });
  it('tells of a session that is gone, has failed, or catches up', () => {
    expect(noticeOf({ ...trust, refused: 'the session was removed' })?.kind).toBe('bad');
    expect(noticeOf({ ...trust, session: session({ state: 'failed', why: 'port taken' }) })?.text).toContain('port taken');
    expect(noticeOf({ ...trust, recovering: true })?.kind).toBe('warn');
  });
});

describe('keys', () => {
  const key = (k: string, more = {}) => ({ key: k, ctrlKey: false, metaKey: false, altKey: false, defaultPrevented: false, ...more });
  it('are the page’s, unless somebody types or presses what has the focus', () => {
    expect(isForPage(key('t'), { tagName: 'BODY' })).toBe(true);
    expect(isForPage(key('t'), { tagName: 'INPUT' })).toBe(false);
    expect(isForPage(key('t'), { tagName: 'SELECT' })).toBe(false);
    expect(isForPage(key('t', { ctrlKey: true }), { tagName: 'BODY' })).toBe(false);
    expect(isForPage(key(' '), { tagName: 'BUTTON' })).toBe(false);
    expect(isForPage(key('t'), { tagName: 'BUTTON' })).toBe(true);
  });
  it('belong to who came last', () => {
    const binding = (what: string) => ({ key: 'x', what, run: () => {} });
    const groups = [{ title: 'a', keys: [binding('first')] }, { title: 'b', keys: [binding('second')] }];
    expect(bindingOf(groups, 'x')?.what).toBe('second');
    expect(bindingOf(groups, 'y')).toBeUndefined();
  });
  it('have names that can be read', () => {
    expect([keyName(' '), keyName('ArrowLeft'), keyName('t')]).toEqual(['Space', '←', 't']);
  });
});

describe('the session that is followed', () => {
  const items = [session({ id: 'live', position: {} }), session({ id: 'a', state: 'ended' }), session({ id: 'b' })];
  it('is that of the address, even where it is not there', () => {
    expect(chooseSession('gone', 'a', items)).toBe('gone');
  });
  it('else the one of last time, else one that is on a lap, else one that runs', () => {
    expect(chooseSession(undefined, 'a', items)).toBe('a');
    expect(chooseSession(undefined, 'gone', items)).toBe('b');
    expect(chooseSession(undefined, '', items.slice(0, 1))).toBe('live');
    expect(chooseSession(undefined, '', [])).toBe('');
  });
  it('is named by what tells it apart', () => {
    expect(sessionLabel(session({ id: 'replay-2607ef3d', name: 'replay-2607ef3d', kind: 'replay', replay: '2021-21', state: 'paused' }))).toBe('2021-21 · 2607 · paused');
    expect(sessionLabel(session({ name: 'Spain', kind: 'replay', replay: '2023-07' }))).toBe('Spain · 2023-07');
  });
});

describe('our car', () => {
  const cars = ['VER', 'HAM', 'BOT'].map((code, key) => ({ code, key })) as never[];
  it('can be the one ahead or behind, round the field', () => {
    expect(nextCar(cars, cars[0]!, 1)).toMatchObject({ code: 'HAM' });
    expect(nextCar(cars, cars[0]!, -1)).toMatchObject({ code: 'BOT' });
    expect(nextCar(cars, null, 1)).toMatchObject({ code: 'VER' });
    expect(nextCar([], null, 1)).toBeUndefined();
  });
});

describe('who may what', () => {
  const who = (role: SignedIn['role'], home: boolean) => ({ role, home }) as SignedIn;
  it('a role has those below it; what is of the home team only that has', () => {
    expect(mayBe(who('engineer', true), false, 'viewer')).toBe(true);
    expect(mayBe(who('viewer', true), false, 'engineer')).toBe(false);
    expect(mayBe(who('admin', false), false, 'admin', true)).toBe(false);
    expect(mayBe(who('admin', true), false, 'admin', true)).toBe(true);
  });
  it('nobody may nothing, except where nobody signs in', () => {
    expect(mayBe(null, false, 'viewer')).toBe(false);
    expect(mayBe(null, true, 'admin', true)).toBe(true);
  });
});

describe('signing in', () => {
  it('wants ten letters twice of the first admin, and nothing of others', () => {
    expect(whyNot(true, 'short', 'short')).toContain('10 letters');
    expect(whyNot(true, 'long enough it is', 'another')).toBe('The two passwords differ.');
    expect(whyNot(true, 'long enough it is', 'long enough it is')).toBe('');
    expect(whyNot(false, 'x', '')).toBe('');
  });
  it('says what a link that was used is', () => {
    expect(said(new Refused(401, 'no'), true)).toContain('no longer good');
    expect(said(new Refused(401, 'wrong name or password'), false)).toBe('wrong name or password');
    expect(said(new TypeError('fetch'), false)).toContain('does not answer');
  });
});

describe('units', () => {
  it('are one choice for speed, temperature, length and wind', () => {
    expect([speed(212, 0, 'metric'), speed(212, 0, 'imperial')]).toEqual(['212 km/h', '132 mph']);
    expect([temperature(31.5, 1, 'metric'), temperature(31.5, 1, 'imperial')]).toEqual(['31.5 °C', '88.7 °F']);
    expect([distance(1204, 0, 'metric'), distance(1204, 0, 'imperial')]).toEqual(['1204 m', '3950 ft']);
    expect([wind(2.34, 1, 'metric'), wind(2.34, 1, 'imperial')]).toEqual(['2.3 m/s', '5.2 mph']);
  });
  it('of what is not known are a dash alone', () => {
    expect([speed(null, 0, 'metric'), temperature(undefined, 1, 'imperial')]).toEqual(['–', '–']);
  });
});

describe('speeds of a replay', () => {
  it('are the usual ones and the one it has', () => {
    expect(speedsWith(30)).toContain(30);
    expect(speedsWith(20).filter(s => s === 20)).toHaveLength(1);
    expect(speedsWith(null)).toHaveLength(8);
  });
});

describe('pages', () => {
  it('whose address names a session are told in one way', () => {
    expect(pages.filter(p => p.session).map(p => p.name)).toEqual(SESSION_PAGES);
  });
});
