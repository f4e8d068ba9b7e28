import { describe, expect, it, vi } from 'vitest';

vi.stubGlobal('location', { hash: '', host: 'localhost', protocol: 'http:' });
vi.stubGlobal('addEventListener', () => {});

const { labelsOf, parseMetrics, perSecond, quantile, total } = await import('../src/core/metrics');
const { counted, quiet, rateOf } = await import('../src/core/rate');
const { mainMetric, shown, verdict } = await import('../src/core/model');
const { digitsFor, figure } = await import('../src/pages/system/versions');
const { lasted, moment } = await import('../src/pages/system/moment');
const { startBody } = await import('../src/pages/system/start');
const { optionText } = await import('../src/pages/system/server');
const { quietText } = await import('../src/pages/system/feeds');
const { sparkPath } = await import('../src/ui/spark');
import type { Count } from '../src/core/rate';
import type { ModelKind } from '../src/core/model';

const text = `# HELP x y
# TYPE x counter
got_total{feed="event",place="kernel"} 3
got_total{feed="points",place="kernel"} 4
got_total{feed="points",place="cut"} 1
odd{name="a \\"b\\" \\\\ c",v="1,2}"} 1.5e3
up 1
slow_bucket{lane="a",le="0.1"} 50
slow_bucket{lane="a",le="0.2"} 90
slow_bucket{lane="a",le="+Inf"} 100
not a line at all {
`;

describe('the text of /metrics', () => {
  const samples = parseMetrics(text);
  it('is read line by line, labels with what is escaped in them', () => {
    expect(samples.find(s => s.name === 'odd')).toEqual({ name: 'odd', labels: { name: 'a "b" \\ c', v: '1,2}' }, value: 1500 });
    expect(samples).toHaveLength(8);
  });
  it('adds the series that are asked for; a family that is not there is not known', () => {
    expect(total(samples, 'got_total')).toBe(8);
    expect(total(samples, 'got_total', { feed: 'points' })).toBe(5);
    expect(total(samples, 'gone_total')).toBeNull();
    expect(labelsOf(samples, 'got_total', 'feed')).toEqual(['event', 'points']);
  });
  it('gives quantiles of a histogram, straight within a bucket', () => {
    expect(quantile(samples, 'slow', 0.5)).toBeCloseTo(0.1);
    expect(quantile(samples, 'slow', 0.7)).toBeCloseTo(0.15);
    expect(quantile(samples, 'slow', 0.99)).toBe(0.2);
    expect(quantile(samples, 'fast', 0.5)).toBeNull();
    expect(quantile(samples, 'slow', 0.5, {}, samples)).toBeNull();
  });
  it('gives a rate between two readings; one that fell began anew', () => {
    const at = (t: number, n: number) => ({ at: t, samples: [{ name: 'n', labels: {}, value: n }] });
    expect(perSecond(at(4000, 30), at(2000, 10), 'n')).toBe(10);
    expect(perSecond(at(4000, 6), at(2000, 10), 'n')).toBe(3);
    expect(perSecond(at(4000, 6), undefined, 'n')).toBeNull();
    expect(perSecond(at(4000, 6), at(4000, 6), 'n')).toBeNull();
  });
});

describe('the rate of a feed', () => {
  const run = (...points: [number, number][]) => points.reduce<Count[]>((had, [at, n]) => counted(had, at, n), []);
  it('is over the last five seconds, and falls to nothing when nothing comes', () => {
    const counts = run([0, 0], [1000, 10], [2000, 20], [3000, 30], [4000, 40], [5000, 50], [6000, 60]);
    expect(rateOf(counts, 6000)).toBe(10);
    expect(rateOf(counts, 8500)).toBe(6);
    expect(rateOf(counts, 20_000)).toBe(0);
  });
  it('is not known at the first look', () => {
    expect(rateOf(run([0, 500]), 100)).toBeNull();
    expect(rateOf([], 100)).toBeNull();
  });
  it('tells since when nothing came: at least, until it was seen to grow', () => {
    expect(quiet(run([0, 500]), 4000)).toEqual({ ms: 4000, exact: false });
    expect(quiet(run([0, 500], [1000, 501]), 4000)).toEqual({ ms: 3000, exact: true });
  });
  it('in words', () => {
    const f = (received: number, ms: number, exact: boolean) => quietText({ session: { health: { received } } as never, quiet: { ms, exact } });
    expect([f(0, 9000, false), f(5, 12_000, true), f(5, 12_000, false), f(5, 100, false)]).toEqual(['nothing yet', '12 s', '> 12 s', 'now']);
  });
  it('begins anew when the count falls', () => {
    expect(run([0, 500], [1000, 3])).toEqual([{ at: 1000, n: 3 }]);
  });
});

describe('the figures of a model', () => {
  const i = (value: number, lo: number, hi: number) => ({ value, lo, hi });
  it('are better or worse by what they measure, and only where the interval leaves no doubt', () => {
    expect(verdict('log_loss', i(-0.01, -0.02, -0.005))).toBe('better');
    expect(verdict('log_loss', i(0.01, 0.005, 0.02))).toBe('worse');
    expect(verdict('exact', i(0.05, 0.01, 0.09))).toBe('better');
    expect(verdict('within1', i(0.05, 0.01, 0.09))).toBe('better');
    expect(verdict('dry_all_count_acc', i(-0.05, -0.09, -0.01))).toBe('worse');
    expect(verdict('rps', i(-0.01, -0.02, 0.001))).toBe('even');
    expect(verdict('coverage80', i(0.05, 0.01, 0.09))).toBe('neither');
  });
  it('have the digits that their interval deserves', () => {
    expect(figure(i(0.10720004, 0.0920540722, 0.122884))).toBe('0.1072 (0.0921 to 0.1229)');
    expect(figure(i(17.4321, 12.4, 25.01))).toBe('17.4 (12.4 to 25.0)');
    expect(figure(undefined)).toBe('–');
    expect(digitsFor(i(5, 5, 5))).toBe(2);
  });
  it('are those of the version that answers; without one, of the active one', () => {
    const version = (n: number, more = {}) => ({ version: n, active: false, used: false, good: true, ...more });
    const kind = (...versions: ReturnType<typeof version>[]) => ({ versions }) as unknown as ModelKind;
    expect(shown(kind(version(0), version(1, { used: true })))?.version).toBe(1);
    expect(shown(kind(version(0, { active: true }), version(1)))?.version).toBe(0);
    expect(mainMetric(version(0, { metrics: { rps: i(1, 0, 2), mae: i(1, 0, 2) } }))).toBe('rps');
  });
});

describe('moments', () => {
  it('of today are a time, of other days have the day', () => {
    const at = new Date(2026, 11, 1, 10, 5, 9);
    expect(moment(at.toISOString(), at)).toBe('10:05:09');
    expect(moment(at.toISOString(), new Date(2026, 11, 2))).toBe('2026-12-01 10:05:09');
    expect(moment(null)).toBe('–');
  });
  it('how long work took, or has taken', () => {
    expect(lasted('2026-12-01T10:00:00.000Z', '2026-12-01T10:00:07.200Z')).toBe('7 s');
    expect(lasted('2026-12-01T10:00:00.000Z', '2026-12-01T10:00:00.200Z')).toBe('< 2 s');
    expect(lasted(null, null)).toBe('–');
  });
});

describe('what is started', () => {
  it('is a replay, or a feed with the ports that were given; what is empty is left out', () => {
    expect(startBody({ kind: 'replay', race: '2021-21', speed: '20', car: 'ver ', name: '' })).toEqual({ replay: '2021-21', speed: 20, own_car: 'VER' });
    expect(startBody({ kind: 'feed', udp: '20787', points: '', car: '', name: ' Sunday ' })).toEqual({ feed: { udp: 20787 }, name: 'Sunday' });
  });
});

describe('options and lines', () => {
  it('an option is shown as it is written', () => {
    expect([null, '', [], ['a', 'b'], true, 0].map(optionText)).toEqual(['', '', '', 'a, b', 'yes', '0']);
  });
  it('a line lifts the pen where nothing is known', () => {
    expect(sparkPath([1, null, 2], 10, 10)).toBe('M0.0 5.0M10.0 0.0');
    expect(sparkPath([], 10, 10)).toBe('');
  });
});
