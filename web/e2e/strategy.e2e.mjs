// The strategy page: its figures are those of the API, at two laps of two races; it follows the race, and it saves.
import { readFileSync } from 'node:fs';
import { Server, openPage } from './harness.mjs';

const MINUS = '−';
const fixed = (v, d) => `${v < 0 && Number(v.toFixed(d)) !== 0 ? MINUS : ''}${Math.abs(v).toFixed(d)}`;
const signed = (v, d) => `${v > 0 && Number(v.toFixed(d)) !== 0 ? '+' : ''}${fixed(v, d)}`;
const percent = p => (p > 0 && p < 0.01 ? '< 1 %' : p < 1 && p > 0.99 ? '> 99 %' : `${(100 * p).toFixed(0)} %`);
const heat = p => (p >= 0.995 ? '100' : p >= 0.005 ? (100 * p).toFixed(0) : '');
const texts = (page, selector) => page.$$eval(selector, all => all.map(e => e.textContent.trim()));
const ready = page => page.waitForFunction(() => document.querySelector('.strategy-doing')?.textContent === 'up to date');

async function themed(page, theme) {
  await page.evaluate(t => localStorage.setItem('pitboard.prefs', JSON.stringify({ theme: t, car: {}, units: 'metric' })), theme);
  await page.reload();
  await ready(page);
}

async function heatIs(page, sim, checks, what) {
  const order = [...sim.cars].sort((a, b) => a.mean_position - b.mean_position || a.car.localeCompare(b.car));
  checks.same((await texts(page, '.strategy-heat-table tbody th')).join(), order.map(c => c.car).join(), `${what}: order of the heat map`);
  const rows = await page.$$eval('.strategy-heat-table tbody tr', all => all.map(r => [...r.querySelectorAll('td')].map(td => td.textContent.trim())));
  const wrong = order.flatMap((c, k) => c.position_probs.flatMap((p, i) => (rows[k][i] === heat(p) ? [] : [`${c.car} P${i + 1}: ${rows[k][i]}, API ${p}`])));
  checks.that(wrong.length === 0, `${what}: ${20 * order.length} cells of the heat map`, wrong.slice(0, 5));
  checks.same(rows[0].at(-2), fixed(order[0].expected_points, 1), `${what}: expected points`);
}

async function plansAre(page, best, checks, what) {
  const rows = await page.$$eval('.strategy-plans tbody tr', all => all.map(r => ({ title: r.querySelector('.strategy-planstops').title, cells: [...r.querySelectorAll('td')].map(td => td.textContent.trim()) })));
  best.candidates.forEach((c, k) => {
    checks.same(rows[k]?.title, c.plan, `${what}: plan ${k + 1}`);
    const [mean, points, win, , pBest] = rows[k]?.cells ?? [];
    checks.same([mean, points, win, pBest].join(), [fixed(c.mean_position, 2), fixed(c.expected_points, 1), percent(c.p_win), percent(c.p_best)].join(), `${what}: figures of plan ${k + 1}`);
    if (k > 0) checks.that(rows[k].cells[3].includes(signed(c.gain.value, 2)) && rows[k].cells[3].includes(`${signed(c.gain.lo, 2)} to ${signed(c.gain.hi, 2)}`), `${what}: regret of plan ${k + 1}`, rows[k].cells[3]);
  });
  const triggers = [...(best.plan_b?.triggers ?? []), ...(best.plan_c?.triggers ?? [])].map(t => t.text);
  const told = (await texts(page, '.strategy-other')).join(' ');
  checks.that(triggers.every(t => told.includes(t)), `${what}: what would make plan B or C the better one`, told);
  const ends = await page.getAttribute('.strategy-tree svg', 'aria-label');
  checks.that(best.tree.filter(n => n.parent !== null).every(n => ends.includes(`${percent(n.share)} of the races`)), `${what}: shares of the tree`, ends);
}

async function stintsAre(page, sim, field, state, checks, what) {
  const rows = await texts(page, '.strategy-stints .hidden li');
  checks.same(rows.length, state.race.cars.length, `${what}: a row of stints for each car`);
  for (const [k, car] of state.race.cars.entries()) {
    const likely = sim.cars.find(c => c.car === car.code)?.likely;
    const w = field.cars.find(c => c.car === car.code)?.window;
    if (likely) checks.that(rows[k].startsWith(`${car.code}:`) && rows[k].includes(`likely (${percent(likely.share)})`), `${what}: likely stops of ${car.code}`, rows[k]);
    if (w && w.best !== null) checks.that(rows[k].includes(`window ${w.opens}–${w.closes}, best ${w.best}`), `${what}: window of ${car.code}`, rows[k]);
  }
}

async function flagsAre(page, call, code, checks, what) {
  const table = page.locator(`[aria-label="${code} if a safety car comes"] tbody tr`);
  const rows = await table.evaluateAll(all => all.map(r => [...r.querySelectorAll('td')].map(td => td.textContent.trim())));
  const wanted = ['sc', 'vsc'].flatMap(flag => ['before_entry', 'after_entry'].map(side => call.if_sc_table.map(t => t[flag][side])));
  const wrong = wanted.flatMap((row, k) => row.flatMap((s, i) => (rows[k]?.[i]?.startsWith(s.action === 'BOX' ? 'Box' : 'Stay') && rows[k][i].endsWith(signed(s.gain.value, 1)) ? [] : [`${k} ${i}: ${rows[k]?.[i]}`])));
  checks.that(wanted.flat().length > 0 && wrong.length === 0, `${what}: ${wanted.flat().length} answers to a safety car`, wrong);
}

async function wearIs(page, wear, checks, what) {
  const told = await page.textContent('.strategy-tyres .strategy-told');
  checks.that(told.includes(`${signed(wear.value, 3)} s a lap (${fixed(wear.lo, 3)} to ${fixed(wear.hi, 3)})`), `${what}: wear and its interval`, told);
}

/** What the slider reads out once it stands on that lap: the page is drawn once a frame. */
const readOut = (page, lap) => page.waitForFunction(n => {
  const told = document.querySelector('.strategy-history [role=slider]').getAttribute('aria-valuetext');
  return told.startsWith(`Lap ${n},`) && told;
}, lap).then(h => h.jsonValue(), () => page.getAttribute('.strategy-history [role=slider]', 'aria-valuetext'));

/** The cursor on lap 5: gaps as the closed laps have them; on a lap to come: as the simulation has them. */
async function historyIs(page, server, id, sim, checks, what) {
  const { items } = await server.get(`/sessions/${id}/laps?lap=5&limit=100`);
  const leader = Math.min(...items.filter(l => l.end_ms !== null).map(l => l.end_ms));
  const slider = page.locator('.strategy-history [role=slider]');
  await slider.focus();
  await page.keyboard.press('Home');
  for (let k = 0; k < 4; k++) await page.keyboard.press('ArrowRight');
  const then = await readOut(page, 5);
  const shown = items.filter(l => then.includes(`${l.code} `));
  checks.that(shown.length >= 4 && shown.every(l => then.includes(`${l.code} ${signed((l.end_ms - leader) / 1000, 1)}`)), `${what}: gaps of lap 5`, then);
  await page.keyboard.press('End');
  const end = await readOut(page, sim.laps);
  const cars = sim.cars.filter(c => end.includes(`${c.car} `) && c.gaps.p50.length === sim.laps - sim.from_lap);
  checks.that(cars.length >= 3 && cars.every(c => end.includes(`${c.car} ${signed(c.gaps.p50.at(-1), 1)} (${fixed(c.gaps.p10.at(-1), 1)} to ${fixed(c.gaps.p90.at(-1), 1)})`)), `${what}: gaps at the flag`, end);
}

/** A race that stands, with its call: what the page asked and what is asked here are of the same moment. */
async function moment(page, server, id, car, begin, checks, race) {
  await server.seek(id, begin + 1);
  await server.called(id);
  await page.reload();
  const state = await server.get(`/sessions/${id}/state`);
  const lap = Math.max(...state.race.cars.map(c => c.laps));
  const what = `${race} lap ${lap}`;
  await page.waitForFunction(n => document.querySelector('.strategy-head-lap')?.textContent.startsWith(`Lap ${n} `), lap);
  await ready(page);
  const session = { session: id };
  const sim = await server.post('/simulations', { ...session, trials: 10000, stops: true, gaps: true, gaps_to: 'leader' });
  checks.same(sim.from_lap, lap, `${what}: the lap of the figures`);
  await heatIs(page, sim, checks, what);
  await plansAre(page, await server.post('/strategies/optimal', { ...session, car, top: 8, triggers: true }), checks, what);
  const field = await server.post('/recommendations', { ...session, car: 'all' });
  await stintsAre(page, sim, field, state, checks, what);
  const { calls } = await server.get(`/sessions/${id}/recommendations`);
  const made = calls.find(c => c.car === state.race.own_car)?.recorded?.call;
  checks.that(made, `${what}: a call of the session`);
  await flagsAre(page, made ?? field.cars.find(c => c.car === car), car, checks, what);
  await wearIs(page, await server.post('/predictions/degradation', { ...session, car }), checks, what);
  await historyIs(page, server, id, sim, checks, what);
}

async function saves(page, checks) {
  const [csv] = await Promise.all([page.waitForEvent('download'), page.click('button[aria-label="Where they finish, % of the races as CSV"]')]);
  checks.same(readFileSync(await csv.path(), 'utf8').split('\n')[0].slice(0, 33), 'car,mean_position,expected_points', 'the heat map is saved as CSV');
  const [png] = await Promise.all([page.waitForEvent('download'), page.click('button[aria-label="Race history as PNG"]')]);
  checks.same(readFileSync(await png.path()).subarray(1, 4).toString(), 'PNG', 'the history is saved as PNG');
}

export default async function ({ browser, checks }) {
  const server = await new Server().start();
  try {
    for (const [race, car, laps] of [['2023-07', 'VER', [12, 20]], ['2024-16', 'LEC', [8, 22]]]) {
      const id = await server.replay(race, { car });
      await server.post(`/sessions/${id}/control`, { verb: 'pause' });
      const page = await openPage(browser, server, `#/strategy/${id}`, { acceptDownloads: true });
      for (const lap of laps) await moment(page, server, id, car, lap, checks, race);
      if (race === '2023-07') {
        await page.click('.strategy-row:nth-of-type(3) .code');
        await page.waitForFunction(() => location.hash.includes('ref='));
        await ready(page);
        const ref = new URL(page.url().replace('#/', '')).searchParams.get('ref');
        checks.same(await page.inputValue('.strategy-ref select'), ref, 'a click on a driver makes him the reference');
        await saves(page, checks);
        for (const theme of ['dark', 'light']) {
          await themed(page, theme);
          await checks.clean(page, `strategy, ${theme}`);
        }
        await server.post(`/sessions/${id}/control`, { verb: 'speed', value: 40 });
        await server.post(`/sessions/${id}/control`, { verb: 'resume' });
        await page.waitForFunction(() => Number(/as of lap (\d+)/.exec(document.querySelector('.strategy-head-odds')?.textContent ?? '')?.[1]) >= 22);
        checks.held++;
        await server.post(`/sessions/${id}/control`, { verb: 'pause' });
      }
      checks.that(page.faults.length === 0, `${race}: console`, page.faults.join('\n'));
      await page.context().close();
    }
  } finally {
    await server.end();
  }
}
