// node e2e/perf.mjs [--seconds 180] [--out FILE]: what the dashboard costs the browser, by the browser's own trace.
//
//   first     from the start of the navigation until the tower and the call are seen, loopback, cold cache, five times
//   live      script, style, layout and paint of each frame while a race is played with ten updates a second
//   charts    the same with points of 20 cars coming in over UDP and moving charts
//   heap      JavaScript heap after a collection, every 15 s of an hour of the race at x20
import { createSocket } from 'node:dgram';
import { cpus } from 'node:os';
import { readFileSync, writeFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parseArgs } from 'node:util';
import { Server, freePort, openPage, sleep, startBrowser } from './harness.mjs';

const { values: v } = parseArgs({ options: { seconds: { type: 'string', default: '180' }, out: { type: 'string' } } });
const quantile = (sorted, p) => sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? 0;
const round = (x, d = 2) => Number(x.toFixed(d));

/** The page's main thread in each frame, from a trace: ms of a processor, and ms on the clock, where it also waits for one that the simulator has.
 *  A frame is what happens from one BeginMainThreadFrame to the next. */
function frames(trace) {
  const events = trace.traceEvents;
  const names = events.filter(e => e.name === 'thread_name' && e.args?.name === 'CrRendererMain').map(e => `${e.pid}/${e.tid}`);
  const of = e => `${e.pid}/${e.tid}`;
  // The page's own process is the one that runs most of its script.
  const script = new Map(names.map(n => [n, 0]));
  for (const e of events) if (e.ph === 'X' && e.name === 'FunctionCall' && script.has(of(e))) script.set(of(e), script.get(of(e)) + e.dur);
  const main = [...script].sort((a, b) => b[1] - a[1])[0]?.[0];
  const mine = events.filter(e => of(e) === main);
  const begins = mine.filter(e => e.name === 'BeginMainThreadFrame').map(e => e.ts).sort((a, b) => a - b);
  const tasks = mine.filter(e => e.ph === 'X' && e.name === 'RunTask').map(e => [e.ts, e.tdur ?? e.dur, e.dur]).sort((a, b) => a[0] - b[0]);
  const out = [];
  let k = 0;
  for (let i = 0; i + 1 < begins.length; i++) {
    const busy = [0, 0];
    while (k < tasks.length && tasks[k][0] < begins[i]) k++;
    for (let j = k; j < tasks.length && tasks[j][0] < begins[i + 1]; j++) [busy[0], busy[1]] = [busy[0] + tasks[j][1] / 1000, busy[1] + tasks[j][2] / 1000];
    out.push(busy);
  }
  return out;
}

const spread = list => {
  const ms = [...list].sort((a, b) => a - b);
  return { mean: round(ms.reduce((a, b) => a + b, 0) / ms.length), median: round(quantile(ms, 0.5)), p95: round(quantile(ms, 0.95)), most: round(ms.at(-1)) };
};

async function traced(browser, page, seconds) {
  const file = join(mkdtempSync(join(tmpdir(), 'pitboard-trace-')), 'trace.json');
  await browser.startTracing(page, { path: file, categories: ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline', 'disabled-by-default-devtools.timeline.frame', 'v8.execute'] });
  await page.waitForTimeout(seconds * 1000);
  await browser.stopTracing();
  const ms = frames(JSON.parse(readFileSync(file, 'utf8')));
  if (ms.length === 0) throw new Error('the trace has no frames: its names have changed');
  return { frames: ms.length, seconds, processor_ms: spread(ms.map(f => f[0])), clock_ms: spread(ms.map(f => f[1])) };
}

async function heap(cdp) {
  await cdp.send('HeapProfiler.collectGarbage');
  return (await cdp.send('Runtime.getHeapUsage')).usedSize;
}

/** Milliseconds from the start of the navigation until the frame with the tower is drawn. The window is opened two seconds before: it costs more than the page. */
async function firstPaint(browser, url) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, deviceScaleFactor: 1 });
  const page = await context.newPage();
  await page.addInitScript(() => {
    const look = () => {
      if (!document.querySelector('[data-paint=tower] [data-car]')) return requestAnimationFrame(look);
      setTimeout(() => (window.firstPaint = performance.now())); // after what this frame draws
    };
    requestAnimationFrame(look);
  });
  await sleep(2000);
  await page.goto(url);
  await sleep(2000); // whoever asks meanwhile has the page work for it
  const ms = await page.evaluate(() => window.firstPaint);
  if (!ms) throw new Error('the tower was not drawn in two seconds');
  await context.close();
  return ms;
}

/** 20 cars around a lap, `perSecond` points in all. Pseudo-data: for load only. */
function sendPoints(port, perSecond) {
  const socket = createSocket('udp4');
  const began = Date.now();
  let sent = 0;
  const timer = setInterval(() => {
    const due = ((Date.now() - began) / 1000) * perSecond;
    for (; sent < due; sent++) {
      const car = 1 + (sent % 20);
      const t = Date.now() / 1000;
      const lap = 1 + Math.floor((t - began / 1000) / 90);
      const d = (((t - began / 1000 + car) % 90) / 90) * 5000;
      socket.send(JSON.stringify({ time: t, car, lap, lapdist_m: d, speed_kmh: 180 + 120 * Math.sin(d / 300), rpm: 9000 + 2000 * Math.sin(d / 90), gear: 4, aps_pct: 50 + 50 * Math.sin(d / 200) }), port, '127.0.0.1');
    }
  }, 5);
  return () => (clearInterval(timer), socket.close());
}

const points = await freePort();
const server = new Server(['--points-udp', String(points)]);
await server.start();
const browser = await startBrowser();
const result = { when: new Date().toISOString(), command: `node web/e2e/perf.mjs --seconds ${v.seconds}`, machine: cpus()[0].model.trim(), cores: cpus().length, browser: browser.version() };
try {
  const folder = process.env.PB_WEB_DIR;
  const part = async (path, name) => gzipSync(folder ? readFileSync(join(folder, name)) : Buffer.from(await (await fetch(server.url + path)).arrayBuffer()), { level: 9 }).length;
  result.compressed_bytes = { script: await part('/app.js', 'app.js'), style: await part('/style.css', 'style.css') };

  const id = await server.replay('2023-07', { lap: 5, speed: 20, car: 'HAM' });
  await server.called(id);
  await sleep(3000); // the call of the mate, too
  const first = [];
  for (let i = 0; i < 5; i++) first.push(await firstPaint(browser, `${server.url}/#/live/${id}`));
  result.first_ms = { each: first.map(t => round(t, 0)), most: round(Math.max(...first), 0) };

  const page = await openPage(browser, server, `#/live/${id}`);
  await page.waitForSelector('[data-paint=tower] [data-car]');
  await server.post(`/sessions/${id}/control`, { verb: 'speed', value: 60 });
  await server.post(`/sessions/${id}/control`, { verb: 'resume' });
  await sleep(1000);
  result.live = await traced(browser, page, 10);
  await page.context().close();

  const stop = sendPoints(points, 2000);
  const charts = await openPage(browser, server, '#/telemetry/live');
  await sleep(4000);
  result.charts = await traced(browser, charts, 10);
  await charts.screenshot({ path: join(tmpdir(), 'pitboard-perf-charts.png') });
  await charts.context().close();
  stop();

  await server.seek(id, 2);
  await server.post(`/sessions/${id}/control`, { verb: 'speed', value: 20 });
  await server.post(`/sessions/${id}/control`, { verb: 'resume' });
  const long = await openPage(browser, server, `#/live/${id}`);
  const cdp = await long.context().newCDPSession(long);
  const sizes = [];
  for (let s = 0; s < Number(v.seconds); s += 15) {
    await sleep(15_000);
    sizes.push(round((await heap(cdp)) / 2 ** 20));
  }
  result.heap_mib = { every_s: 15, race_minutes: round((Number(v.seconds) * 20) / 60, 0), sizes };
  result.faults = long.faults;
} finally {
  await browser.close();
  await server.end();
}
const text = JSON.stringify(result, null, 1);
console.log(text);
if (v.out) writeFileSync(v.out, `${text}\n`);
