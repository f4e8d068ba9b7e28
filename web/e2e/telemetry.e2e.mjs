// Telemetry: laps of real loggers over each other, value by value what the API gives; what comes live; a session without any.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { here, openPage, PITBOARD, Server, sleep } from './harness.mjs';

const DATA = join(process.env.PB_SHARED_DIR ?? join(here, '../../../shared'), 'data/gr-cup/telemetry');
const LONG = join(DATA, 'barber_race1_GR86-049-88_part1.csv');
const WIDE = join(DATA, 'barber_race1_wide_mvp.csv');
const MINUS = '−';

const lapTime = ms => `${Math.floor(ms / 60000)}:${((ms % 60000) / 1000).toFixed(3).padStart(6, '0')}`;
const fixed = (v, digits) => (v === null || v === undefined ? '–' : `${v < 0 && Number(v.toFixed(digits)) !== 0 ? MINUS : ''}${Math.abs(v).toFixed(digits)}`);
const signed = (v, digits) => (v > 0 && Number(v.toFixed(digits)) !== 0 ? `+${fixed(v, digits)}` : fixed(v, digits));

const texts = locator => locator.evaluateAll(all => all.map(e => e.textContent.replace(/\s+/g, ' ').trim()));

async function theList(page, server, id, checks) {
  const laps = await server.get(`/telemetry/${id}/laps?limit=1000&sort=time_ms`);
  const best = laps.items.filter(l => l.whole && l.plausible);
  const rows = await texts(page.locator('.telemetry-lap'));
  checks.same(rows.length, laps.items.length, 'every lap is in the list');
  for (const [i, l] of best.slice(0, 5).entries())
    checks.that(rows[i]?.includes(`Lap ${l.lap}`) && rows[i].includes(lapTime(l.time_ms)), `place ${i + 1} of the list is lap ${l.lap}`, rows[i]);
  return best;
}

// Where the cursor stands every reading is the value of the API at that place.
async function readings(page, traces, checks) {
  const at = Number((await page.locator('.telemetry-values caption').textContent()).replace(/\D/g, ''));
  const k = Math.round(at / traces.step_m);
  const [a, b] = traces.traces;
  const near = (list, digits, f) => [k - 1, k, k + 1].map(i => f(list, i)).map(v => (v === null ? null : fixed(v, digits)));
  const said = async title => texts(page.locator('.telemetry-plot', { has: page.locator('h3', { hasText: title }) }).locator('.telemetry-readings b'));
  for (const [title, name, digits] of [['Throttle', 'aps_pct', 0], ['Brake front', 'pbrake_f_bar', 1], ['Steering', 'steering_deg', 0], ['Gear', 'gear', 0]]) {
    const found = await said(title);
    for (const [i, t] of [a, b].entries())
      checks.that(near(t.values[name], digits, (v, j) => v[j] ?? null).includes(found[i]), `${title} of ${'AB'[i]} at ${at} m`, { found, at, k });
  }
  const delta = await said('Delta');
  const wanted = [k - 1, k, k + 1].map(i => signed((b.elapsed_ms[i] - a.elapsed_ms[i]) / 1000, 3));
  checks.that(wanted.includes(delta[0]), `delta of B at ${at} m`, { delta, wanted });
}

const wholeIs = (page, shown) => page.waitForFunction(s => [...document.querySelectorAll('.telemetry-main button')].find(b => b.textContent.trim() === 'Whole lap')?.disabled === s, shown);

// The cursor goes where `act` puts it: the place is told anew, and then by every chart.
async function moved(page, act) {
  const caption = page.locator('.telemetry-values caption');
  const before = await caption.textContent();
  await act();
  await page.waitForFunction(b => !['At the line', b].includes(document.querySelector('.telemetry-values caption').textContent), before);
  await page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));
}

async function overlays(browser, server, id, first, checks) {
  const page = await openPage(browser, server, `#/telemetry/live?rec=${id}`);
  await page.waitForSelector('.telemetry-plot canvas');
  const best = await theList(page, server, id, checks);
  const [a, b] = best;
  const traces = await server.get(`/telemetry/${id}/traces?laps=${a.car}:${a.lap},${b.car}:${b.lap}&points=2000`);
  checks.same(traces.traces[0].elapsed_ms.at(-1), a.time_ms, 'the reference ends with its time');
  checks.same(await page.locator('.telemetry-legend li').count(), 2, 'two laps are drawn');
  const line = (await texts(page.locator('.telemetry-values tbody tr')))[1];
  checks.that(line.includes(signed((b.time_ms - a.time_ms) / 1000, 3)), 'B against A at the line', line);
  for (const part of [0.17, 0.5, 0.83]) {
    const box = await page.locator('.telemetry-plot .u-over').nth(1).boundingBox();
    await moved(page, () => page.mouse.move(box.x + box.width * part, box.y + 20));
    await readings(page, traces, checks);
  }
  if (first) {
    await zooms(page, checks);
    await choosing(page, best, checks);
    await saves(page, checks);
  }
  await healthAndWindows(page, server, id, a, checks);
  if (first) await checks.clean(page, 'telemetry, dark');
  else await inLight(page, checks);
  await page.context().close();
}

async function inLight(page, checks) {
  await page.evaluate(() => localStorage.setItem('pitboard.prefs', JSON.stringify({ theme: 'light' })));
  await page.reload();
  await page.waitForSelector('.telemetry-plot canvas');
  await checks.clean(page, 'telemetry, light');
}

async function zooms(page, checks) {
  const over = page.locator('.telemetry-plot .u-over').nth(1);
  const box = await over.boundingBox();
  await page.mouse.move(box.x + box.width * 0.2, box.y + 30);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.4, box.y + 30, { steps: 4 });
  await page.mouse.up();
  const whole = page.getByRole('button', { name: 'Whole lap' });
  await wholeIs(page, false);
  checks.that(true, 'a drag looks closer');
  checks.same(await page.locator('.telemetry-map-zoom').count(), 1, 'the stretch is marked on the track');
  await page.keyboard.press('0');
  await wholeIs(page, true);
  checks.that(true, '0 shows the whole lap');
  await moved(page, () => page.keyboard.press('ArrowRight'));
  checks.that(true, 'the arrow moves the cursor');
  await page.keyboard.press('+');
  await wholeIs(page, false);
  checks.that(true, '+ looks closer');
  await whole.click();
}

async function choosing(page, best, checks) {
  const third = page.locator(`.telemetry-lap[data-lap="${best[2].car}:${best[2].lap}"]`);
  await third.click();
  await page.waitForFunction(() => document.querySelectorAll('.telemetry-legend li').length === 3);
  checks.that(page.url().includes(`${best[2].car}%3A${best[2].lap}`), 'the address names the laps', page.url());
  await page.getByRole('button', { name: `Make lap ${best[2].lap} the reference` }).click();
  await page.waitForFunction(t => document.querySelector('.telemetry-legend li')?.textContent.includes(t), lapTime(best[2].time_ms));
  await third.click();
  await page.waitForFunction(() => document.querySelectorAll('.telemetry-legend li').length === 2);
  checks.that(true, 'a lap is chosen, made the reference and taken out again');
}

async function healthAndWindows(page, server, id, lap, checks) {
  const car = await server.get(`/telemetry/${id}/cars/${lap.car}`);
  const facts = await page.locator('.telemetry-health').textContent();
  const count = n => String(n).replace(/\B(?=(\d{3})+(?!\d))/g, ' ');
  checks.that(facts.replaceAll(' ', ' ').includes(`Points${count(car.points)}`), 'health: points', facts.slice(0, 200));
  checks.that(facts.includes(`${fixed(car.rate_hz, 2)} Hz`), 'health: rate', facts.slice(0, 200));
  checks.that(facts.includes(`longest ${fixed(car.longest_hole_s, 1)} s`), 'health: longest hole', facts.slice(0, 200));
  const windows = await server.get(`/telemetry/${id}/windows?car=${lap.car}&lap=${lap.lap}`);
  const row = (await texts(page.locator('.telemetry-windows tbody tr'))).find(t => t.startsWith('Mean speed'));
  checks.that(row?.startsWith(`Mean speed, km/h${fixed(windows.items[0].speed_mean_kmh, 1)}`), 'window features: mean speed of A', row);
}

async function saves(page, checks) {
  for (const name of ['CSV', 'PNG']) {
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name, exact: true }).click()]);
    const bytes = readFileSync(await file.path());
    checks.that(file.suggestedFilename().endsWith(name.toLowerCase()) && bytes.length > 5000, `${name} is saved`, bytes.length);
    if (name === 'CSV') checks.that(bytes.toString().startsWith('distance_m,'), 'CSV has a header', bytes.toString().slice(0, 80));
  }
}

const twoCars = async server => (await server.get('/telemetry')).items.find(r => r.session === 'live')?.cars ?? 0;

// Real rows as two cars, come while the page is open; then they are the recording of the session.
async function live(browser, server, checks) {
  const page = await openPage(browser, server, '#/telemetry/live');
  await page.waitForSelector('.telemetry-nothing');
  checks.same(await page.locator('.telemetry-recordings tbody tr').count(), 2, 'a session without telemetry shows where there is some');
  await checks.clean(page, 'no telemetry');
  const [head, ...rows] = readFileSync(WIDE, 'utf8').trim().split('\n');
  const of = car => rows.slice(700, 2600).map(r => `${car},${r}`).join('\n');
  const post = text => fetch(`${server.url}/api/v1/telemetry?session=live`, { method: 'POST', headers: { 'content-type': 'text/csv' }, body: `vehicle_number,${head}\n${text}\n` });
  const answer = await (await post(of(7))).json();
  checks.that(answer.accepted > 1800, 'points are taken', answer);
  await page.waitForSelector('.telemetry-strip canvas');
  checks.that((await page.locator('.telemetry-strip .chart [role=img]').getAttribute('aria-label')).includes('gear'), 'the last minute is drawn as it comes');
  await post(of(8));
  for (let i = 0; i < 100 && (await twoCars(server)) < 2; i++) await sleep(100);
  await page.reload();
  await page.waitForSelector('.telemetry-plot canvas');
  const detail = await server.get('/telemetry/live');
  checks.same(detail.session, 'live', 'the recording is that of the session');
  checks.same(await page.locator('.telemetry-laps select option').count(), detail.by_car.length, 'its cars can be chosen');
  await page.locator('.telemetry-laps select').selectOption({ index: 1 });
  await page.waitForFunction(() => document.querySelectorAll('.telemetry-elsewhere button').length === 2);
  await page.locator('.telemetry-lap').first().click();
  await page.waitForFunction(() => document.querySelectorAll('.telemetry-legend li').length === 3);
  const delta = (await texts(page.locator('.telemetry-values tbody tr')))[2];
  checks.that(/0\.000$/.test(delta), 'the same rows of another car take the same time', delta);
  checks.same(page.faults.length, 0, 'live telemetry: console and requests');
  await page.context().close();
}

export default async function ({ browser, checks }) {
  if (!existsSync(LONG) || !existsSync(WIDE)) return console.log(`telemetry: skipped, there is no ${DATA}`);
  const server = await new Server().start();
  try {
    const put = spawnSync(PITBOARD, ['import', 'grcup', LONG, WIDE, '--store', `sqlite:${server.home}/p.db`], { encoding: 'utf8' });
    if (!checks.same(put.status, 0, `the files are imported: ${put.stderr}`)) return;
    const list = await server.get('/telemetry');
    for (const [i, r] of list.items.entries()) await overlays(browser, server, r.id, i === 0, checks);
    await live(browser, server, checks);
  } finally {
    await server.end();
  }
}
