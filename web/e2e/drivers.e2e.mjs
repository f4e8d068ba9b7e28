// Drivers and teams: what the page shows is what the profiles of the API say, value by value.
import { Server, openPage, sleep } from './harness.mjs';

const number = text => (text === '–' ? null : Number(text.replace('−', '-').replace(/\s/g, '')));
const shown = (m, v) => (v === null ? null : Number((m === 'tyre' ? v * 1000 : v).toFixed({ tyre: 1, steady: 3 }[m] ?? 2)));

async function list(page, server, checks, of) {
  const { items } = await server.get(`/profiles?of=${of}&limit=1000`);
  await page.waitForSelector('.drivers-list tbody tr');
  checks.same(await page.locator('.drivers-list tbody tr').count(), items.length, `${of}s: a row for everybody`);
  const cells = await page.locator('.drivers-list td[data-measure]').evaluateAll(all =>
    all.map(c => ({ id: c.closest('tr').dataset.id, m: c.dataset.measure, text: c.querySelector('.num').textContent })));
  let held = 0;
  for (const { id, m, text } of cells) {
    const said = items.find(i => i.id === id)[m];
    if (number(text) === shown(m, said) || (number(text) === 0 && shown(m, said) === 0)) held++;
    else checks.that(false, `${of} ${id} ${m}`, `${text}, wanted ${said}`);
  }
  checks.that(held > 20, `${of}s: every value is the API's`, `${held} held`);
  return items;
}

async function order(page, items, checks) {
  const ids = async () => page.locator('.drivers-list tbody tr').evaluateAll(rows => rows.map(r => r.dataset.id));
  const wanted = key => items.filter(i => i[key] !== null).sort((a, b) => a[key] - b[key]).map(i => i[key]);
  const got = (await ids()).map(id => items.find(i => i.id === id).pace).filter(v => v !== null);
  checks.same(JSON.stringify(got), JSON.stringify(wanted('pace')), 'the fastest stand first');
  await page.getByRole('button', { name: /^Starts/ }).click();
  await page.waitForSelector('th[aria-sort="descending"]:has-text("Starts")');
  const starts = (await ids()).map(id => items.find(i => i.id === id).start).filter(v => v !== null);
  checks.same(JSON.stringify(starts), JSON.stringify(wanted('start').reverse()), 'a click on Starts puts the best starters first');
  await page.getByLabel('Search').fill('verst');
  await page.waitForFunction(() => document.querySelectorAll('.drivers-list tbody tr').length === 1);
  checks.same(JSON.stringify(await ids()), '["VER"]', 'the search leaves one');
}

/** A page that is open while a new store is being filled shows what came, without a reload. */
async function filling(browser, server, checks) {
  const page = await openPage(browser, server, '#/system');
  let asked = 0;
  await page.route('**/api/v1/profiles*', r => (asked++ === 0 ? r.fulfill({ json: { items: [], next: null, total: 0 } }) : r.continue()));
  await page.goto(`${server.url}/#/drivers`);
  await page.waitForSelector('.drivers .empty');
  await page.waitForSelector('.drivers-list tbody tr');
  checks.that(asked > 1, 'an empty list is asked for again');
  await page.context().close();
}

const read = page =>
  page.locator('.drivers-row').evaluateAll(all =>
    all.map(r => {
      const text = q => r.querySelector(q)?.textContent ?? '';
      return { name: r.dataset.measure, value: text('.drivers-value b'), range: text('.drivers-range'), rank: text('.drivers-rank'), unsaid: text('.drivers-unsaid'),
        alt: r.querySelector('.drivers-strip')?.getAttribute('aria-label') ?? '', peers: r.querySelectorAll('.drivers-peer').length };
    }));

async function measures(page, p, checks) {
  const rows = await read(page);
  checks.same(rows.length, p.measures.length, `${p.id}: every measure has a row`);
  for (const m of p.measures) {
    const row = rows.find(r => r.name === m.name);
    const what = `${p.id} ${m.name}`;
    if (m.value === null) {
      checks.that(row.unsaid.includes(m.why.replace(/-(?=\d)/g, '−')), `${what}: says why there is no value`, row);
      continue;
    }
    checks.same(number(row.value), shown(m.name, m.value), `${what}: value`);
    const [lo, hi] = row.range.split(' to ').map(number);
    checks.that(lo === shown(m.name, m.lo) && hi === shown(m.name, m.hi), `${what}: interval`, row);
    checks.same(row.rank, `${m.rank} of ${m.of}`, `${what}: rank`);
    checks.that(row.alt.includes(`${m.rank} of ${m.of}`), `${what}: the strip has words`, row.alt);
    checks.same(row.peers, m.field.length, `${what}: everybody is on the strip`);
  }
}

async function tables(page, p, checks) {
  checks.same(await page.locator('section[aria-label^="Race by race"] tbody tr').count(), p.rows.length, `${p.id}: every race is listed`);
  checks.same(await page.locator('section[aria-label^="By circuit"] tbody tr').count(), p.circuits.length, `${p.id}: every circuit is listed`);
  for (const m of p.mates ?? []) {
    const row = page.locator(`[data-mate="${m.id}"]`);
    const text = (await row.innerText()).replace(/\s+/g, ' ');
    checks.that(m.both_finished === 0 || text.includes(`${m.ahead}:${m.both_finished - m.ahead}`), `${p.id} beside ${m.id}: who was in front`, text);
    if (m.pace !== null) checks.same(number(await row.locator('.num').first().innerText()), shown('mate', m.pace), `${p.id} beside ${m.id}: pace`);
  }
}

async function profile(browser, server, checks, theme) {
  const page = await openPage(browser, server, '#/drivers/VER?season=all');
  await page.evaluate(t => localStorage.setItem('pitboard.prefs', JSON.stringify({ theme: t })), theme);
  await page.reload();
  await page.waitForSelector('.drivers-row');
  await checks.clean(page, `profile of a driver, ${theme}`);
  if (theme === 'dark') {
    const p = await server.get('/drivers/VER/profile');
    await measures(page, p, checks);
    await tables(page, p, checks);
    await page.locator('.drivers-head a').click();
    await page.waitForSelector('[data-id="PER"]');
    await measures(page, await server.get('/teams/red_bull/profile'), checks);
    await checks.clean(page, 'profile of a team');
  }
  await page.context().close();
}

async function one_season(browser, server, checks) {
  const page = await openPage(browser, server, '#/drivers/HAM?season=all');
  await page.waitForSelector('.drivers-row');
  await page.locator('.drivers-choice select').selectOption('2023');
  await page.waitForFunction(() => document.querySelector('.drivers-head')?.textContent?.includes('2023 · 1 race'));
  checks.that(new URL(page.url()).hash.includes('season=2023'), 'the season stands in the address');
  await measures(page, await server.get('/drivers/HAM/profile?season=2023'), checks);
  await page.goto(`${server.url}/#/drivers/XYZ?season=all`);
  await page.waitForSelector('[role=alert].bad');
  checks.that((await page.locator('[role=alert].bad').innerText()).includes('no driver XYZ here'), 'nobody of that name: said so');
  await page.context().close();
}

export default async function ({ browser, checks }) {
  const server = await new Server().start();
  try {
    for (let i = 0; i < 600 && (await server.get('/seasons')).total < 4; i++) await sleep(50);
    await filling(browser, server, checks);
    for (const theme of ['dark', 'light']) {
      const page = await openPage(browser, server, '#/drivers');
      await page.evaluate(t => localStorage.setItem('pitboard.prefs', JSON.stringify({ theme: t })), theme);
      await page.reload();
      await page.waitForSelector('.drivers-list tbody tr');
      await checks.clean(page, `list, ${theme}`);
      if (theme === 'dark') {
        await order(page, await list(page, server, checks, 'driver'), checks);
        await page.getByLabel('Search').fill('');
        await page.getByRole('button', { name: 'Teams' }).click();
        await page.waitForSelector('[data-id="red_bull"]');
        await list(page, server, checks, 'team');
      }
      await page.context().close();
      await profile(browser, server, checks, theme);
    }
    await one_season(browser, server, checks);
  } finally {
    await server.end();
  }
}
