// Every page opens clean; who comes signs in; what one chose is kept; what is another's is not seen.
import { Server, openPage, sleep } from './harness.mjs';

const PASSWORD = 'a long sentence is easy to keep';
const ofSession = ['live', 'strategy', 'whatif', 'telemetry'];

async function everyPage(browser, server, id, checks) {
  const page = await openPage(browser, server, '', { width: 1440, height: 900 });
  for (const name of ['live', 'strategy', 'whatif', 'telemetry', 'analytics', 'drivers', 'system']) {
    await page.goto(`${server.url}/#/${name}/${ofSession.includes(name) ? id : ''}`);
    await page.waitForTimeout(400);
    checks.same(await page.locator('header nav [aria-current=page]').count(), 1, `${name}: its tab is marked`);
    await checks.clean(page, name);
    await page.evaluate(() => (document.documentElement.dataset.theme = 'light'));
    await checks.clean(page, `${name}, light`);
    await page.evaluate(() => (document.documentElement.dataset.theme = 'dark'));
  }
  await page.context().close();
}

async function habits(browser, server, id, checks) {
  const page = await openPage(browser, server, `#/live/${id}`, { width: 768, height: 1024 });
  await page.waitForSelector('.choice-car');
  checks.same(await page.locator('.choice-car').inputValue(), 'VER', 'our car is that of the session');
  checks.same((await page.locator('.choice-mate').allTextContents()).join(), 'PER', 'the team-mate is beside it');
  checks.same(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, 'at 768 px nothing is wider than the screen');
  for (const at of await page.locator('.top a, .top button, .top select').all()) {
    const box = await at.boundingBox();
    checks.that(box && box.height >= 36, `a finger finds ${await at.textContent()}`, box?.height);
  }
  await page.keyboard.press(']');
  const { race } = await server.get(`/sessions/${id}/state`);
  const at = race.cars.findIndex(c => c.code === 'VER');
  const next = race.cars[(at + 1) % race.cars.length].code;
  await page.waitForFunction(code => location.hash.includes(`car=${code}`), next);
  checks.same(await page.locator('.choice-car').inputValue(), next, '] chooses the car behind');
  await page.keyboard.press('2');
  await page.waitForFunction(() => location.hash.startsWith('#/strategy/'));
  checks.that((await page.evaluate(() => location.hash)).includes(`car=${next}`), 'another page shows the same car');
  await page.keyboard.press('t');
  await page.waitForFunction(() => document.documentElement.dataset.theme === 'light');
  await page.reload();
  await page.waitForSelector('.choice-car');
  checks.same(await page.evaluate(() => document.documentElement.dataset.theme), 'light', 'the theme is kept');
  await page.goto(`${server.url}/#/live/${id}`);
  await page.waitForSelector('.choice-car');
  checks.same(await page.locator('.choice-car').inputValue(), next, 'our car is kept');
  await page.keyboard.press('?');
  await page.waitForSelector('dialog.help');
  const help = await page.locator('dialog.help').textContent();
  for (const words of ['Live race', 'Pause the replay', 'Our car: the one ahead', 'Theme']) checks.that(help.includes(words), `the help tells: ${words}`);
  await checks.clean(page, 'help, light');
  await page.keyboard.press('Escape');
  await page.waitForSelector('dialog[open]', { state: 'detached' });
  checks.same(await page.locator('dialog[open]').count(), 0, 'Escape closes the help');
  await page.context().close();
}

async function control(browser, server, id, checks) {
  const page = await openPage(browser, server, `#/live/${id}`);
  await page.waitForSelector('.replay-seek');
  const told = await server.get(`/sessions/${id}`);
  checks.same(told.state, 'paused', 'the replay is paused');
  checks.same(await page.locator('.replay-lap').textContent(), `${told.position.lap}/${told.position.laps_total}`, 'the head shows the lap');
  await page.keyboard.press('.');
  await page.waitForFunction(l => document.querySelector('.replay-lap').textContent.startsWith(`${l}/`), told.position.lap + 1);
  await page.keyboard.press(' ');
  await page.waitForSelector('.replay-turn[aria-label="Pause"], .replay-turn[aria-label="Go on"]');
  await page.locator('.replay-speed').selectOption('50');
  await page.waitForTimeout(400);
  checks.same((await server.get(`/sessions/${id}`)).speed, 50, 'the speed is that which was chosen');
  await page.context().close();
}

async function unknown(browser, server, checks) {
  const page = await openPage(browser, server, '#/live/nobody-knows');
  await page.waitForSelector('.nobody');
  checks.that((await page.locator('.nobody').textContent()).includes('nobody-knows'), 'a session that is not there is named, with those that are');
  checks.that((await page.locator('.nobody li').count()) > 0, 'and others are offered');
  await checks.clean(page, 'no session');
  await page.context().close();
}

/** Signs in; what is said when it is wrong. */
async function enter(page, { team = '', user, password }) {
  await page.waitForSelector('dialog .sign-in');
  await page.fill('[name=team]', team);
  await page.fill('[name=username]', user);
  await page.fill('[name=password]', password);
  await page.click('.sign-in button[type=submit]');
}

async function signing(browser, checks) {
  const server = await new Server([], { auth: true }).start();
  try {
    for (let i = 0; i < 100 && !server.said.includes('#link='); i++) await sleep(50); // what it says comes on another way
    const link = /#link=([0-9a-f]{64})/.exec(server.said)[1];
    const page = await openPage(browser, server, `#link=${link}`);
    await page.waitForSelector('dialog [name=again]');
    checks.that(!(await page.evaluate(() => location.href)).includes(link), 'the link is out of the address at once');
    await checks.clean(page, 'first admin');
    await page.fill('[name=username]', 'ann');
    await page.fill('[name=password]', PASSWORD);
    await page.fill('[name=again]', 'another sentence');
    await page.click('.sign-in button[type=submit]');
    await page.waitForSelector('.sign-in-bad:has-text("differ")');
    checks.that(true, 'two passwords that differ are told');
    await page.fill('[name=again]', PASSWORD);
    await page.click('.sign-in button[type=submit]');
    await page.waitForSelector('.who');
    checks.that((await page.locator('.who').textContent()).includes('admin of main'), 'the first admin is in');

    const token = JSON.parse(await page.evaluate(() => sessionStorage.getItem('pitboard.sign_in'))).access;
    const ours = await server.replay('2023-07', { lap: 5, car: 'VER', token });
    await server.post('/users', { user: 'eve', role: 'viewer', password: PASSWORD, team: 'red' }, token);
    await page.goto(`${server.url}/#/live/${ours}`);
    await page.waitForSelector('.replay-seek');
    checks.that(true, 'an admin sees the session of the team');
    await page.reload();
    await page.waitForSelector('.replay-seek');
    checks.that(true, 'a reload does not sign out');
    await checks.clean(page, 'signed in');
    await page.evaluate(() => {
      const who = JSON.parse(sessionStorage.getItem('pitboard.sign_in'));
      sessionStorage.setItem('pitboard.sign_in', JSON.stringify({ ...who, ends: Date.now() + 30_000 }));
    });
    const old = await page.evaluate(() => JSON.parse(sessionStorage.getItem('pitboard.sign_in')).access);
    await page.reload();
    await page.waitForFunction(had => JSON.parse(sessionStorage.getItem('pitboard.sign_in')).access !== had, old);
    await page.waitForSelector('.link-sign.open');
    checks.that(true, 'a token is renewed before it ends');

    const other = await openPage(browser, server, `#/live/${ours}`);
    await other.waitForSelector('dialog .sign-in');
    checks.same(await other.locator('nav').count(), 0, 'who has not signed in sees nothing');
    await checks.clean(other, 'sign in');
    await enter(other, { team: 'red', user: 'eve', password: 'not the password' });
    await other.waitForFunction(() => document.querySelector('.sign-in-bad').textContent !== '');
    checks.same(await other.locator('.who').count(), 0, 'a wrong password does not sign in');
    other.faults.length = 0; // the browser itself notes that 401
    await enter(other, { team: 'red', user: 'eve', password: PASSWORD });
    await other.waitForSelector('.nobody');
    checks.that((await other.locator('.nobody').textContent()).includes('another team'), 'another team’s session cannot be opened');
    checks.same(await other.locator('.choice-session option').count(), 1, 'nor is it in the list');
    checks.that(!(await other.content()).includes('VER'), 'no figure of it is on the page');
    await checks.clean(other, 'another team');
    await other.click('.who summary');
    await other.click('.who-box button');
    await other.waitForSelector('dialog .sign-in');
    checks.same(await other.locator('nav').count(), 0, 'signed out, nothing is seen');
    await other.context().close();
    await page.context().close();
  } finally {
    await server.end();
  }
}

export default async function ({ browser, checks }) {
  const server = await new Server().start();
  try {
    const id = await server.replay('2023-07', { lap: 20, car: 'VER' });
    await everyPage(browser, server, id, checks);
    await habits(browser, server, id, checks);
    await unknown(browser, server, checks);
    await control(browser, server, id, checks);
  } finally {
    await server.end();
  }
  await signing(browser, checks);
}
