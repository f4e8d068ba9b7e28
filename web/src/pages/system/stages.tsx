/** What the server does with what it receives: each stage with its pace, its queue and its losses. From /metrics. */
import { age, bytes, count, DASH, num, percent } from '../../core/format';
import { labelsOf, perSecond, quantile, total, type Reading } from '../../core/metrics';
import { Card, Empty } from '../../ui/basic';
import { Spark } from '../../ui/spark';

/** Rates over the last ten seconds: shorter ones jump. */
const OVER = 5;

interface More {
  soft?: string;
  tone?: string | false | 0 | null;
  spark?: (number | null)[];
  /** The spark's top. */
  most?: number;
  /** How full, 0 to 1. */
  full?: number;
}
type Row = [label: string, value: string, more?: More];

const ms = (s: number | null): string => (s === null ? DASH : s >= 1 ? `${num(s, 2)} s` : `${num(s * 1000, s < 0.01 ? 1 : 0)} ms`);
const per = (v: number | null): string => (v === null ? DASH : v < 10 ? `${num(v, 1)}/s` : `${count(v)}/s`);

/** Metrics of the program by their names without its own; those of the process by their whole names. */
function view(r: readonly Reading[]) {
  const last = r[r.length - 1]!;
  const before = r[Math.max(0, r.length - 1 - OVER)];
  const whole = (name: string) => (name.startsWith('process_') ? name : `pitboard_${name}`);
  const now = (name: string, want = {}) => total(last.samples, whole(name), want);
  const rate = (name: string, want = {}) => perSecond(last, before, whole(name), want);
  const quick = (name: string, want = {}, since: Reading['samples'] = []) => [0.5, 0.99].map(q => ms(quantile(last.samples, whole(name), q, want, since))).join(', ');
  return {
    now,
    rate,
    quick,
    recent: (name: string) => quick(name, {}, before?.samples),
    n: (name: string, want = {}) => count(now(name, want)),
    pace: (name: string, want = {}) => per(rate(name, want)),
    each: (name: string) => r.map((x, i) => (i === 0 ? null : perSecond(x, r[i - 1], whole(name)))),
    labels: (name: string, label: string) => labelsOf(last.samples, whole(name), label),
    failed: last.samples.filter(s => s.name === whole('http_requests_total') && /^5/.test(s.labels['status'] ?? '')).reduce((sum, s) => sum + s.value, 0),
  };
}
type View = ReturnType<typeof view>;

function process({ now, n, rate, each }: View, r: readonly Reading[]): Row[] {
  const up = now('process_uptime_seconds');
  return [
    ['Processor', percent(rate('process_cpu_seconds_total')), { soft: 'of a core', spark: each('process_cpu_seconds_total'), most: 1 }],
    ['Memory', bytes(now('process_resident_memory_bytes')), { spark: r.map(x => total(x.samples, 'process_resident_memory_bytes')) }],
    ['Files and sockets', n('process_open_fds'), { soft: `of ${n('process_max_fds')}` }],
    ['Running for', up === null ? DASH : age(Math.max(up * 1000, 1500))],
    ['Jobs running, waiting', `${n('jobs', { state: 'running' })}, ${n('jobs', { state: 'waiting' })}`],
    ['Audit entries lost', count(now('audit_lost_total') ?? 0), { tone: now('audit_lost_total') && 'bad' }],
  ];
}

function received({ now, n, rate, pace, each, labels }: View): Row[] {
  const got = 'records_received_total';
  const speed = rate('received_bytes_total');
  const lost = (place: string, words: string): Row => [words, n('records_dropped_total', { place }), { tone: now('records_dropped_total', { place }) && 'bad' }];
  return [
    ['Records', pace(got), { spark: each(got) }],
    ['Bytes', speed === null ? DASH : `${bytes(speed)}/s`],
    ...labels(got, 'feed')
      .filter(feed => now(got, { feed }))
      .map((feed): Row => [`of them ${feed}`, pace(got, { feed }), { soft: `${n(got, { feed })} in all` }]),
    lost('kernel', 'lost in the kernel'),
    lost('record', 'lost to the recording'),
    lost('process', 'lost to the live state'),
    lost('cut', 'cut: too long'),
    ['refused: no sense', n('refused_total'), { tone: now('refused_total') && 'warn' }],
  ];
}

function kept({ now, n, pace }: View): Row[] {
  const fill = (label: string, ring: string): Row => {
    const used = now('ring_used_bytes', { ring });
    const size = now('ring_size_bytes', { ring });
    return [label, bytes(used), { soft: `of ${bytes(size)}`, full: (used ?? 0) / (size || 1) }];
  };
  return [
    fill('Waits for the disk', 'record'),
    fill('Waits for the state', 'process'),
    ['Not yet on disk', `${n('record_lag_records')} records`],
    ['Not yet in the store', `${n('store_lag_records')} records`, { tone: (now('store_lag_records') ?? 0) > 20_000 && 'warn' }],
    ['Rows written', pace('store_rows_total'), { soft: `${n('store_rows_total')} in all` }],
    ['Receipt to window, p99', ms(now('ingest_p99_seconds'))],
    ['Points taken in', pace('points_total')],
    ['Race events taken in', pace('events_total')],
  ];
}

function thought({ now, n, quick, labels }: View): Row[] {
  const made = 'decision_points_total';
  const last = now(made, { result: 'decided' }) ? now('last_decide_seconds') : null;
  const hits = now('cache_hits_total') ?? 0;
  const all = hits + (now('cache_misses_total') ?? 0);
  const lane = (label: string, of: string): Row => {
    const want = { lane: of };
    const wait = quick('pool_wait_seconds', want).split(', ')[1];
    return [label, `${n('pool_waiting', want)}, ${n('pool_running', want)}`, { soft: `waited ${wait} (p99), refused ${n('pool_refused_total', want)}`, tone: now('pool_refused_total', want) && 'warn' }];
  };
  return [
    ['Decisions, last one', ms(last), { tone: (last ?? 0) > 0.5 && 'warn' }],
    ['Decisions, p50 and p99', quick('decide_seconds')],
    ['made, skipped, failed', ['decided', 'skipped', 'failed'].map(result => n(made, { result })).join(', ')],
    ...labels('work_seconds_count', 'kind').map((kind): Row => [`${kind.replaceAll('_', ' ')}, p50 and p99`, quick('work_seconds', { kind })]),
    lane('Reads wait, run', 'quick'),
    lane('Calculations wait, run', 'work'),
    ['Answers found ready', all > 0 ? `${percent(hits / all)} of ${count(all)}` : DASH],
  ];
}

function given({ now, n, pace, each, recent, failed }: View): Row[] {
  return [
    ['Requests', pace('http_requests_total'), { spark: each('http_requests_total') }],
    ['answered in, p50 and p99', recent('http_request_seconds')],
    ['under way', n('http_in_flight')],
    ['failed, our fault', count(failed), { tone: failed && 'bad' }],
    ['asked too often', count(now('rate_limited_total') ?? 0)],
    ['Screens connected', n('ws_clients')],
    ['Messages to screens', pace('ws_messages_total'), { spark: each('ws_messages_total') }],
    ['Screens too slow', n('ws_gaps_total'), { tone: now('ws_gaps_total') && 'warn' }],
  ];
}

function Line({ row: [label, value, { soft, tone, spark, most, full } = {}] }: { row: Row }) {
  return (
    <div class="system-line">
      <dt>{label}</dt>
      <dd class={tone || ''}>
        {value} {soft && <span class="soft">{soft}</span>}
      </dd>
      {spark && (
        <dd class="system-spark">
          <Spark values={spark} {...(most ? { most } : {})} alt={`${label}: now ${value}`} />
        </dd>
      )}
      {full !== undefined && (
        <dd class="system-spark">
          <meter value={full} min={0} max={1} high={0.7} aria-label={`${label}: ${percent(full)} full`} />
        </dd>
      )}
    </div>
  );
}

function Stage(props: { title: string; rows: Row[]; class?: string }) {
  return (
    <Card title={props.title} class={props.class ?? ''}>
      <dl>
        {props.rows.map(row => (
          <Line key={row[0]} row={row} />
        ))}
      </dl>
    </Card>
  );
}

export function Stages({ readings }: { readings: readonly Reading[] }) {
  if (readings.length === 0) return <Empty>One moment.</Empty>;
  const v = view(readings);
  return (
    <>
      <Stage title="The process" rows={process(v, readings)} class="system-process" />
      <div class="system-stages">
        <Stage title="1 Received" rows={received(v)} />
        <Stage title="2 Recorded and kept" rows={kept(v)} />
        <Stage title="3 Decided and calculated" rows={thought(v)} />
        <Stage title="4 Given" rows={given(v)} />
      </div>
    </>
  );
}
