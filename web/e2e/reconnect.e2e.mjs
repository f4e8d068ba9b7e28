// The server is killed and started again while the page is open: it says so, and goes on by itself.
import { Server, openPage, sleep } from './harness.mjs';

const lapShown = page => page.locator('.replay-lap').textContent();

export default async function ({ browser, checks }) {
  const server = await new Server().start();
  try {
    const id = await server.replay('2023-07', { lap: 10, car: 'VER', speed: 20 });
    const page = await openPage(browser, server, `#/live/${id}?car=VER`);
    await page.waitForSelector('.replay-seek');
    await page.evaluate(() => (window.sameDocument = true));
    await page.waitForFunction(() => document.querySelector('.link-sign').classList.contains('open'));
    checks.same(await page.locator('.banner').count(), 0, 'no banner while all is well');
    const before = await lapShown(page);

    await server.stop('SIGKILL');
    const killed = Date.now();
    await page.waitForSelector('.banner.bad');
    console.log(`reconnect: the banner comes ${Date.now() - killed} ms after the server is gone`);
    await sleep(2500);
    const words = await page.locator('.banner').textContent();
    checks.that(/lost.*\d s old.*Trying again/.test(words), 'it says how old the figures are, and that it tries again', words);
    checks.same(await lapShown(page), before, 'what was seen stays');

    await server.start();
    const back = Date.now();
    await page.waitForFunction(() => !document.querySelector('.banner') && document.querySelector('.link-sign').classList.contains('open'));
    console.log(`reconnect: the link is back ${Date.now() - back} ms after the server`);
    await server.seek(id, 14);
    const told = await server.get(`/sessions/${id}/state`);
    await page.waitForFunction(lap => document.querySelector('.replay-lap').textContent.startsWith(`${lap}/`), told.race.lap).catch(() => {});
    checks.same(await lapShown(page), `${told.race.lap}/${told.race.laps_total}`, 'the figures go on');
    checks.same(await page.evaluate(() => window.sameDocument === true), true, 'without a reload');

    const own = page.faults.filter(f => !/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|ERR_SOCKET_NOT_CONNECTED|WebSocket connection/.test(f));
    checks.that(own.length === 0, 'nothing but the refused connections is on the console', own.join('\n'));
    await page.context().close();
  } finally {
    await server.end();
  }
}
