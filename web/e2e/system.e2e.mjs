// The page System: its figures are those of the routes, its buttons do what they say, and each role gets what it may.
import { Server, openPage, sleep } from './harness.mjs';

const PASSWORD = 'a long sentence is easy to keep';

async function enter(browser, server, user, part = '', team = '', size = {}) {
  const page = await openPage(browser, server, `#/system/${part}`, size);
  await page.waitForSelector('dialog .sign-in');
  await page.fill('[name=team]', team);
  await page.fill('[name=username]', user);
  await page.fill('[name=password]', PASSWORD);
  await page.click('.sign-in button[type=submit]');
  await page.waitForSelector('.system-parts');
  return page;
}

const parts = page => page.locator('.system-parts a').allTextContents();
const cells = row => row.locator('th, td').allTextContents();

async function feeds(page, server, id, token, checks) {
  await page.waitForSelector('.system-table tbody tr');
  const row = page.locator('.system-table tbody tr', { hasText: id });
  let shown, race, health;
  for (let i = 0; i < 100; i++) { // what was received and decided comes a moment after the pause
    ({ race, health } = await server.get(`/sessions/${id}/state`, token));
    shown = await cells(row);
    if (shown[5].replace(/\D/g, '') === String(health.received) && shown[12] === String(health.decided)) break;
    await page.waitForTimeout(50);
  }
  checks.same(shown[1], 'paused', 'the state of a session');
  checks.same(shown[2], `${race.lap}/${race.laps_total}`, 'its lap');
  checks.same(shown[5].replace(/\D/g, ''), String(health.received), 'what it received');
  checks.same(shown[7], String(health.dropped), 'what was lost');
  checks.same(shown[12], String(health.decided), 'how many calls were made');
  await page.waitForSelector('.system-stages dl');
  const { dependencies } = await (await fetch(`${server.url}/readyz`)).json();
  checks.same(await page.locator('.system-ready li').count(), dependencies.length, 'each dependency of /readyz');
  const text = await (await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${token}` } })).text();
  const size = Number(/pitboard_ring_size_bytes\{ring="record"\} (\d+)/.exec(text)[1]) / 2 ** 20;
  checks.that((await page.locator('.system-stages').textContent()).includes(`of ${size.toFixed(1)} MiB`), 'the ring is as large as /metrics says', size);
  await checks.clean(page, 'overview');
}

async function receives(page, server, token, checks) {
  const points = n => Array.from({ length: n }, (_, i) => ({ time: Date.now() / 1000 + i / 1000, car: 44, lap: 1, speed_kmh: 200, lapdist_m: 100 + i }));
  await server.post('/telemetry?session=live', points(50), token);
  const row = page.locator('.system-table tbody tr', { hasText: 'feed' });
  await page.waitForFunction(() => [...document.querySelectorAll('.system-table tbody tr')].some(r => r.textContent.includes('feed') && r.children[6].textContent === '50'));
  const shown = await cells(row);
  checks.same(shown[6], '50', 'points that came are counted');
  checks.that(/^(now|\d+ s)$/.test(shown[4]), 'and how old the newest is', shown[4]);
}

async function models(page, server, token, checks) {
  await page.goto(`${server.url}/#/system/models`);
  await page.waitForSelector('.system-turn');
  const { items } = await server.get('/models', token);
  const rows = page.locator('.system-table > tbody > tr');
  for (const [i, k] of items.entries()) {
    const shown = await cells(rows.nth(i));
    checks.that(shown[0].endsWith(k.kind), `${k.kind} is there`, shown[0]);
    checks.same(shown[2].startsWith('baseline'), k.used.baseline, `${k.kind}: what is in use`);
    const [metric, m] = Object.entries(k.versions[0].metrics)[0];
    checks.same(shown[3], metric, `${k.kind}: its metric`);
    const got = Number(shown[4].split(' ')[0].replace('−', '-'));
    checks.that(Math.abs(got - m.value) <= Math.abs(m.hi - m.lo) / 20 + 1e-9, `${k.kind}: its figure`, [shown[4], m.value]);
  }
  await page.locator('.system-turn', { hasText: items[0].kind }).click();
  await page.waitForSelector('.system-detail');
  checks.same(await page.locator('.system-detail table').last().locator('tbody tr').count(), Object.keys(items[0].versions[0].metrics).length, 'all its metrics');
  await checks.clean(page, 'models');
}

async function jobs(page, server, token, checks) {
  await page.goto(`${server.url}/#/system/jobs`);
  await page.waitForSelector('.system .card');
  const { id } = await server.post('/simulations', { race: '2023-07', trials: 1_000_000 }, token);
  await page.waitForSelector('.system-table tbody tr');
  await page.waitForFunction(() => document.querySelector('.system-table tbody td:nth-child(3)').textContent === 'running');
  checks.that(true, 'a job appears by itself');
  await page.click('.system-table tbody button');
  await page.waitForFunction(() => document.querySelector('.system-table tbody td:nth-child(3)').textContent === 'cancelled');
  checks.same((await server.get(`/jobs/${id}`, token)).state, 'cancelled', 'and is cancelled');
  await checks.clean(page, 'jobs');
}

async function people(page, server, token, checks) {
  await page.goto(`${server.url}/#/system/access`);
  await page.waitForSelector('.system-users tbody tr');
  await page.fill('.system-users [name=user]', 'zoe');
  await page.fill('.system-users .system-form [name=password]', PASSWORD);
  await page.click('.system-users button[type=submit]');
  await page.waitForSelector('.system-users tbody tr:has-text("zoe")');
  checks.same((await server.get('/users/zoe', token)).role, 'viewer', 'a user is added');
  await page.locator('.system-users tbody tr:has-text("zoe") select').selectOption('engineer');
  const role = async () => (await server.get('/users/zoe', token)).role;
  for (let i = 0; i < 100 && (await role()) !== 'engineer'; i++) await page.waitForTimeout(50);
  checks.same(await role(), 'engineer', 'its role is changed');
  await page.click('.system-users tbody tr:has-text("zoe") button');
  await page.click('dialog .primary');
  await page.waitForSelector('.system-users tbody tr:has-text("zoe")', { state: 'detached' });
  checks.same((await server.get('/users', token)).items.some(u => u.user === 'zoe'), false, 'and removed, after a question');

  await page.fill('.system-keys [name=name]', 'wall');
  await page.click('.system-keys button[type=submit]');
  const key = await page.locator('.system-key').textContent();
  const seen = await fetch(`${server.url}/api/v1/sessions`, { headers: { 'x-api-key': key } });
  checks.same(seen.status, 200, 'a key that is made opens the door');
  await page.keyboard.press('Escape');
  await page.waitForSelector('dialog', { state: 'detached' });
  checks.that(!(await page.content()).includes(key), 'and is shown once');
  await checks.clean(page, 'users and keys');
}

async function rest(page, server, token, checks) {
  await page.goto(`${server.url}/#/system/server`);
  await page.waitForSelector('.system-options dd');
  const config = await server.get('/admin/config', token);
  const text = await page.locator('.system-options').textContent();
  for (const name of ['listen', 'store', 'team']) checks.that(text.includes(config[name]), `the option ${name}`);
  await page.click('text=Make a backup');
  await page.waitForSelector('text=/pitboard-\\d{8}-\\d{6}\\.db/');
  checks.that(true, 'a backup is made');
  await page.waitForSelector('.system-server tbody tr');
  await checks.clean(page, 'server');
}

export default async function ({ browser, checks }) {
  const server = await new Server([], { auth: true }).start();
  try {
    for (let i = 0; i < 100 && !server.said.includes('#link='); i++) await sleep(50); // it is told when the server is ready, and may come after
    const link = /#link=([0-9a-f]{64})/.exec(server.said)[1];
    const { access_token: token } = await server.post('/auth/token', { link, user: 'ann', password: PASSWORD });
    await server.post('/users', { user: 'bob', role: 'engineer', password: PASSWORD }, token);
    await server.post('/users', { user: 'eve', role: 'viewer', password: PASSWORD }, token);
    await server.post('/users', { user: 'red', role: 'admin', password: PASSWORD, team: 'red' }, token);
    const id = await server.replay('2023-07', { lap: 20, car: 'VER', token });

    const page = await enter(browser, server, 'ann');
    checks.same((await parts(page)).join(), 'Feeds and stages,Models,Jobs,Users and keys,Server and audit log', 'an admin sees all parts');
    await feeds(page, server, id, token, checks);
    await receives(page, server, token, checks);
    await models(page, server, token, checks);
    await jobs(page, server, token, checks);
    await people(page, server, token, checks);
    await rest(page, server, token, checks);
    await page.context().close();

    const bob = await enter(browser, server, 'bob', 'models', '', { width: 768, height: 1024 });
    await bob.waitForSelector('.system-turn');
    checks.same((await parts(bob)).join(), 'Feeds and stages,Models,Jobs,Password and keys', 'an engineer sees no users and no server');
    checks.same(await bob.locator('text=Train').count(), 1, 'an engineer may train');
    await bob.keyboard.press('t');
    await bob.goto(`${server.url}/#/system`);
    await bob.waitForSelector('.system-table tbody tr');
    checks.same(await bob.locator('.system-stages').count(), 0, 'but is not offered the metrics of the server');
    checks.same(await bob.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, 'at 768 px nothing is wider than the screen');
    await checks.clean(bob, 'engineer, light, 768 px');
    await bob.context().close();

    const eve = await enter(browser, server, 'eve', 'models');
    await eve.waitForSelector('.system-turn');
    checks.same(await eve.locator('.system-form').count(), 0, 'a viewer may not train');
    await eve.goto(`${server.url}/#/system`);
    await eve.waitForSelector('.system-table tbody tr');
    checks.same(await eve.locator('.system button').count(), 0, 'nor start or stop a session');
    await eve.context().close();

    const red = await enter(browser, server, 'red', 'server', 'red');
    await red.waitForSelector('.system-table');
    checks.same((await parts(red)).join(), 'Feeds and stages,Models,Jobs,Users and keys,Audit log', 'an admin of another team does not see the server');
    await red.waitForSelector('.system-table tbody tr');
    const log = await red.locator('.system-table tbody').textContent();
    checks.that(!/\bann\b|bob|eve/.test(log), 'nor what the home team did', log);
    await checks.clean(red, 'another team');
    await red.context().close();
  } finally {
    await server.end();
  }
}
