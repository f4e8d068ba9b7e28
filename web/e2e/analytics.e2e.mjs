// Looking back: what the page shows is what the routes give, of two races; reliability bins, a review, calls, files.
import { readFileSync } from 'node:fs';
import { Server, openPage, sleep } from './harness.mjs';

const lapTime = ms => {
  const [h, m, s] = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60, (ms % 60_000) / 1000];
  const two = (v, n) => v.toFixed(n).padStart(n ? 3 + n : 2, '0');
  return h ? `${h}:${two(m, 0)}:${two(s, 3)}` : `${m}:${two(s, 3)}`;
};
const texts = async locator => (await locator.allInnerTexts()).map(t => t.trim());
const all = async (server, path) => (await server.get(`${path}${path.includes('?') ? '&' : '?'}limit=1000`)).items;

async function race(page, server, id, checks) {
  const results = await all(server, `/races/${id}/results`);
  const stints = await all(server, `/races/${id}/stints`);
  const phases = await all(server, `/races/${id}/events?kind=neutralisation`);
  await page.goto(`${server.url}/#/analytics/race/${id}`);
  await page.waitForSelector(`.an-race[data-race="${id}"]`);
  const rows = page.locator('.an-results tbody tr');
  checks.same(await rows.count(), results.length, `${id}: a row a car`);
  const shown = await Promise.all(results.map((_, i) => texts(rows.nth(i).locator('td, th'))));
  results.forEach((r, i) => {
    const [place, code, , grid, won, time, , stops, laps] = shown[i];
    const first = results[0];
    checks.same(`${place} ${code} ${grid} ${laps}`, `${r.place_text} ${r.driver} ${r.grid} ${r.laps}`, `${id}: place, car, grid and laps of ${r.driver}`);
    checks.same(Number(stops), stints.filter(s => s.driver === r.driver).length - 1, `${id}: stops of ${r.driver}`);
    if (r.place === 1) checks.same(time, lapTime(r.time_ms), `${id}: the winner's time`);
    else if (r.laps === first.laps) checks.same(time, `+${((r.time_ms - first.time_ms) / 1000).toFixed(3)}`, `${id}: gap of ${r.driver}`);
    else if (r.status === 'Retired') checks.same(`${time} ${won}`, 'Retired –', `${id}: ${r.driver} retired`);
  });
  const bars = await page.locator('.an-strategies rect.an-bar').evaluateAll(e => e.map(b => b.parentElement.querySelector('title').textContent));
  checks.same(bars.length, stints.length, `${id}: a bar a stint`);
  for (const s of stints) checks.that(bars.some(b => b.startsWith(`${s.driver}: `) && b.toUpperCase().includes(s.compound) && b.includes(`laps ${s.from_lap} to ${s.to_lap} `)), `${id}: stint ${s.stint} of ${s.driver}`);
  checks.same((await texts(page.locator('.an-phases li'))).join('; '), phases.map(p => `${p.what} lap ${p.lap}${p.to_lap > p.lap ? ` to ${p.to_lap}` : ''}`).join('; '), `${id}: neutralisations`);
  await readouts(page, server, id, results, checks);
}

/** The last lap of the first three, in the three plots. */
async function readouts(page, server, id, results, checks) {
  const last = results[0].laps;
  const laps = await all(server, `/races/${id}/laps?lap=${last}`);
  const leader = Math.min(...laps.map(l => l.session_ms));
  const [gap, place, time] = await texts(page.locator('.an-readout'));
  for (const { driver } of results.slice(0, 3)) {
    const l = laps.find(x => x.driver === driver);
    checks.that(place.includes(`${driver} ${l.position}`), `${id}: place of ${driver} on lap ${last}`, place);
    checks.that(gap.includes(`${driver} ${((l.session_ms - leader) / 1000).toFixed(1)}`), `${id}: gap of ${driver}`, gap);
    checks.that(time.includes(`${driver} ${lapTime(Math.round(l.time_ms / 100) * 100).slice(0, -2)}`), `${id}: lap time of ${driver}`, time);
  }
}

async function files(page, checks) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('[aria-label="Save 2021-21-results as CSV"]')]);
  const lines = readFileSync(await download.path(), 'utf8').trim().split('\n');
  checks.that(lines.length === 21 && lines[0].startsWith('place,place_text,driver'), 'the result as CSV', lines[0]);
  const [picture] = await Promise.all([page.waitForEvent('download'), page.click('[aria-label="Save 2021-21-stints as PNG"]')]);
  checks.same(readFileSync(await picture.path()).subarray(1, 4).toString(), 'PNG', 'the stints as PNG');
}

async function season(page, server, checks) {
  await page.goto(`${server.url}/#/analytics/season/2021`);
  await page.waitForSelector('.an-season tr[data-race="2021-21"]');
  const codes = (await texts(page.locator('.an-season thead th'))).slice(1);
  const places = (await texts(page.locator('.an-season tr[data-race="2021-21"] td'))).map((p, i) => `${codes[i]} ${p}`).sort();
  const results = await all(server, '/races/2021-21/results');
  checks.same(places.join('; '), results.map(r => `${r.driver} ${r.place_text}`).sort().join('; '), 'places of the season');
}

async function driver(page, server, checks) {
  await page.goto(`${server.url}/#/analytics/driver/HAM`);
  await page.waitForSelector('.an-driver tbody tr');
  const { entries } = await server.get('/drivers/HAM');
  const rows = page.locator('.an-driver tbody tr');
  checks.same(await rows.count(), entries.length, 'a row a race of the driver');
  for (const [i, e] of entries.entries()) {
    const [r] = (await server.get(`/races/${e.race}/results?driver=HAM`)).items;
    const cells = await texts(rows.nth(i).locator('td, th'));
    checks.same(`${cells[0]} ${cells[1]} ${cells[3]} ${cells[4]}`, `${e.season} ${e.name} P${r.grid} P${r.place}`, `HAM in ${e.race}`);
  }
}

async function backtests(page, server, checks) {
  const tests = await all(server, '/backtests');
  checks.that(tests.length >= 9 && tests.every(t => t.out_of_sample), 'back-tests are there, of races that were not seen', tests.length);
  await page.goto(`${server.url}/#/analytics/backtests`);
  await page.waitForSelector('.an-backtests tbody tr');
  const fixed = v => Math.abs(v).toFixed(Math.abs(v) < 1 ? 4 : Math.abs(v) < 10 ? 2 : 1);
  for (const t of tests) {
    const m = t.metrics.find(x => x.name === t.headline);
    const cells = await texts(page.locator(`.an-backtests tbody tr:has(a[href$="/${t.protocol}"]) >> nth=0`).locator('td, th'));
    checks.same(`${cells[3]} ${cells[4]}`, `${fixed(m.value)} ${fixed(m.baseline)}`, `headline of ${t.protocol}`);
  }
  for (const name of ['sc', 'pitcall', 'live']) {
    await page.goto(`${server.url}/#/analytics/backtests/${name}`);
    await page.waitForSelector(`.an-detail[data-protocol="${name}"]`);
    for (const c of tests.find(t => t.protocol === name).calibration.filter(c => c.bins.length)) {
      const drawn = await page.locator(`[data-of="${c.of}"] [data-bin]`).evaluateAll(e => e.map(b => b.dataset.bin));
      checks.same(drawn.join('; '), c.bins.map(b => `${b.told} ${b.came_true} ${b.n}`).join('; '), `bins of ${name} ${c.of}`);
    }
  }
}

/** Asked for on the page, followed to its end, and held against the route. */
async function review(page, server, checks) {
  await page.waitForSelector('.an-review');
  const r = await server.get('/races/2021-21/review?trials=100');
  checks.same(await page.locator('[data-stop]').count(), r.stops.length, 'a card a stop');
  for (const s of r.stops) {
    const card = (await page.locator(`[data-stop="${s.car} ${s.lap}"]`).innerText()).replace(/\s+/g, ' ');
    const action = s.said.action ? s.said.action.replace('_', ' ').toLowerCase() : 'no call';
    checks.that(card.toLowerCase().includes(action) && (!s.said.action || card.includes(s.said.confidence_words)), `what we would have said to ${s.car} on lap ${s.lap}`, card);
    const places = [s.gave.before, s.gave.after_out_lap, s.gave.five_laps_later].map(p => (p === null ? '–' : `P${p}`));
    checks.that(card.includes(`${places[0]} before ${places[1]} out lap ${places[2]} +5 laps`), `what it gave ${s.car} on lap ${s.lap}`, card);
  }
}

async function calls(page, server, checks) {
  const c = await server.get('/calls/calibration');
  await page.goto(`${server.url}/#/analytics/calls`);
  await page.waitForSelector('.an-calls tbody tr');
  for (const [i, side] of c.sides.entries()) {
    const cells = await texts(page.locator('.an-calls table').nth(i).locator('tbody tr').last().locator('td, th'));
    checks.same(Number(cells[1]), side.all.calls, `${side.action}: calls`);
    checks.that(side.all.followed.n === 0 || cells[4].includes(`${side.all.followed.k} of ${side.all.followed.n}`), `${side.action}: followed`, cells[4]);
  }
}

export default async function ({ browser, checks }) {
  const server = await new Server().start();
  try {
    for (let i = 0; i < 600 && (await server.get('/seasons')).total < 4; i++) await sleep(50);
    const session = await server.replay('2023-07', { speed: 100, car: 'VER' });
    await server.called(session);
    await server.post(`/sessions/${session}/control`, { verb: 'stop' });
    const looking = await openPage(browser, server, '#/analytics/review/2021-21?trials=100');
    await looking.click('text=Look back upon this race');
    const page = await openPage(browser, server, '#/analytics');
    await page.waitForSelector('.an-race');
    checks.that(page.url().endsWith('#/analytics/race/2024-16'), 'without a race the newest is shown', page.url());
    for (const id of ['2023-07', '2021-21']) await race(page, server, id, checks);
    await files(page, checks);
    await checks.clean(page, 'race');
    await season(page, server, checks);
    await checks.clean(page, 'season');
    await driver(page, server, checks);
    await backtests(page, server, checks);
    await checks.clean(page, 'back-tests');
    await calls(page, server, checks);
    await review(looking, server, checks);
    await page.evaluate(() => localStorage.setItem('pitboard.prefs', '{"theme":"light"}'));
    await page.reload();
    for (const at of ['season/2021', 'calls', 'race/2021-21', 'review/2021-21?trials=100', 'driver/VER', 'backtests/live']) {
      await page.goto(`${server.url}/#/analytics/${at}`);
      await page.waitForSelector(`.an-${at.split('/')[0]}`);
      await checks.clean(page, `${at}, light`);
    }
  } finally {
    await server.end();
  }
}
