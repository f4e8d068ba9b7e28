// What if: the page shows what the API says, at once; the link opens the same case; the sheet prints.
import { Server, openPage, sleep } from './harness.mjs';

const MINUS = '−';
const signed = (v, digits) => (Number(v.toFixed(digits)) === 0 ? Math.abs(v).toFixed(digits) : (v < 0 ? MINUS : '+') + Math.abs(v).toFixed(digits));
/** The sharp answer to what is asked now. */
const sharp = page => page.waitForFunction(() => /10 000 races each, [\d]+ ms/.test(document.querySelector('.whatif-result:not(.old) [role=status]')?.textContent ?? ''));
const stopIs = (page, lap) =>
  page.waitForFunction(v => document.querySelector('[aria-label="Plan B, stop 1"]').ariaValueNow === String(v), lap).then(() => true, () => false);
const cells = (page, row) => page.locator(`.whatif-result .whatif-objectives tr:has(th:text-is("${row}")) td`).allInnerTexts();

/** The table of our car, value by value. */
async function asTold(page, checks, told, what) {
  const { before, after, gain } = told;
  const points = await cells(page, 'Points');
  checks.same(points[0], before.expected_points.toFixed(2), `${what}: points before`);
  checks.same(points[1], after.expected_points.toFixed(2), `${what}: points after`);
  checks.that(points[2].endsWith(signed(gain.points.value, 2)), `${what}: gain`, [points[2], gain.points.value]);
  checks.same(points[3], `${signed(gain.points.lo, 2)} to ${signed(gain.points.hi, 2)}`, `${what}: interval`);
  const places = await cells(page, 'Place');
  checks.same(places[1], after.mean_position.toFixed(2), `${what}: place after`);
  const podium = await cells(page, 'Podium');
  checks.that(podium[2].includes(signed(gain.podium.value * 100, 1)), `${what}: podium gained`, [podium[2], gain.podium.value]);
  const bars = await page.locator('.whatif-result .whatif-col').evaluateAll(all => all.map(c => c.getAttribute('title')));
  checks.that(bars[0].includes(`${(after.position_probs[0] * 100).toFixed(1)} %`), `${what}: bar of P1`, [bars[0], after.position_probs[0]]);
}

async function changes(page, server, id, checks) {
  const ask = async more => (await server.post('/strategies/what-if', { session: id, trials: 10000, ...more })).cars;
  const base = (await ask({ cars: [], trials: 400 })).find(c => c.car === 'HAM');
  const a = base.before.plans[0].plan;
  const both = { cars: [{ car: 'HAM', plan: a }] };
  await page.waitForSelector('.whatif-result');
  await sharp(page);
  checks.same((await cells(page, 'Points'))[3], '0.00 to 0.00', 'nothing is changed, nothing is gained');

  // A safety car now: seen at once, then sharper.
  const began = Date.now();
  await page.click('button:text-is("SC now")');
  await page.waitForFunction(() => !/^\D*0\.00 to 0\.00/.test(document.querySelector('.whatif-result .whatif-objectives tbody tr td:last-child').textContent));
  console.log(`what-if: the first answer after ${Date.now() - began} ms`);
  await sharp(page);
  const sc = await ask({ both, cars: [], flags: [{ flag: 'sc', lap: 20 + 1 }] });
  await asTold(page, checks, sc.find(c => c.car === 'HAM'), 'SC now');
  const row = await page.locator('.whatif-all tr:has(th:text-is("VER")) td').allInnerTexts();
  const ver = sc.find(c => c.car === 'VER');
  checks.same(row[2], ver.after.mean_position.toFixed(1), 'every car: place of VER');
  checks.that(row[5].endsWith(signed(ver.gain.points.value, 2)), 'every car: points of VER', [row[5], ver.gain.points.value]);
  return { ask, a, both };
}

/** A stop is moved with the keys, then dragged; both are what the address says. */
async function plans(page, checks, { ask, a, both }) {
  const laps = a.split(',')[1].split('-').map(Number);
  const stop = page.getByRole('slider', { name: 'Plan B, stop 1' });
  await stop.focus();
  await page.keyboard.press('PageUp');
  const wanted = a.replace(`,${laps[0]}`, `,${laps[0] + 5}`);
  await page.waitForFunction(p => location.hash.includes(`plan*${p}`), wanted.replace(',', '.'));
  await sharp(page);
  const cars = await ask({ both, cars: [{ car: 'HAM', plan: wanted }], flags: [{ flag: 'sc', lap: 21 }] });
  await asTold(page, checks, cars.find(c => c.car === 'HAM'), 'a stop five laps later');
  const alone = await ask({ both: { ...both, flags: [{ flag: 'sc', lap: 21 }] }, cars: [{ car: 'HAM', plan: wanted }] });
  await page.waitForFunction(() => /10 000 races each, \d+ ms/.test(document.querySelectorAll('.whatif-results [role=status]')[1]?.textContent ?? ''));
  const told = alone.find(c => c.car === 'HAM').gain.points;
  const shown = await page.locator('section[aria-label^="B against A"] tr:has(th:text-is("Points")) td').allInnerTexts();
  checks.same(shown[3], `${signed(told.lo, 2)} to ${signed(told.hi, 2)}`, 'B against A in the changed race');

  const box = await stop.boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2 + 40, box.y + box.height / 2, { steps: 8 });
  await page.mouse.up();
  const dragged = Number(await stop.getAttribute('aria-valuenow'));
  checks.that(dragged > laps[0] + 5, 'a dragged stop is later', dragged);
  await page.keyboard.press('Control+z');
  checks.that(await stopIs(page, laps[0] + 5), 'one step back undoes the whole drag', await stop.getAttribute('aria-valuenow'));
  await page.keyboard.press('Control+y');
  checks.that(await stopIs(page, dragged), 'and forth again', await stop.getAttribute('aria-valuenow'));
}

async function links(browser, page, server, checks) {
  await page.getByLabel('Rain from lap').fill('40');
  await page.getByLabel('Pit loss, number').fill('26.5');
  await page.selectOption('.whatif-addcar', 'RUS');
  await page.click('.whatif-rival button:text-is("Stops now")');
  await sharp(page);
  await page.click('.whatif-share');
  const link = await page.evaluate(() => navigator.clipboard.readText());
  checks.that(link.includes('lap*20') && link.includes('car=HAM'), 'the link names lap and car', link);
  const other = await openPage(browser, server, `${new URL(link).hash}_windspeed*12`);
  await other.waitForSelector('.whatif-result');
  await sharp(other);
  const text = async p => (await p.locator('.whatif-said li').allInnerTexts()).map(t => t.replace(/\s*×$/, '').trim());
  checks.same((await text(other)).join('; '), (await text(page)).join('; '), 'the link opens the same case');
  checks.same((await cells(other, 'Points')).join(' '), (await cells(page, 'Points')).join(' '), 'with the same figures');
  checks.that((await other.innerText('.whatif-warn')).includes('windspeed*12'), 'a part of a later version is kept and told');
  await checks.clean(other, 'what-if, dark');
  await other.context().close();

  await page.click('button:text-is("Save / open")');
  await page.getByLabel('Name of this case').fill('wet gamble');
  await page.click('button:text-is("Save this case")');
  await page.click('button:text-is("Reset")');
  checks.that((await text(page))[0].startsWith('Nothing is changed'), 'reset takes all of it back');
  await page.click('.whatif-open:has-text("wet gamble")');
  await page.waitForFunction(() => document.querySelectorAll('.whatif-said button').length >= 4);
  checks.that((await text(page)).some(t => t.startsWith('rain lap 40')), 'a saved case comes back');
}

/** A server that has enough to do is asked again, and the page says so. */
async function busy(browser, server, id, checks) {
  const page = await openPage(browser, server, `#/whatif/${id}`);
  await page.waitForSelector('.whatif-result');
  await sharp(page);
  let refused = 0;
  await page.route('**/strategies/what-if', route =>
    refused++ < 1 ? route.fulfill({ status: 429, headers: { 'retry-after': '1', 'content-type': 'application/problem+json' }, body: '{"detail":"too many"}' }) : route.continue());
  await page.click('button:text-is("Red now")');
  await page.waitForSelector('.whatif-stands:has-text("busy")');
  await sharp(page);
  checks.that((await cells(page, 'Points'))[3] !== '0.00 to 0.00', 'after a 429 the answer comes all the same');
  checks.same(refused >= 2, true, 'it was asked again');
  await page.context().close();
}

async function sheet(browser, server, id, checks) {
  const page = await openPage(browser, server, `#/sheet/${id}?car=HAM`, { width: 1024, height: 900 });
  await page.waitForSelector('.sheet-part tbody th:text-is("A")');
  const facts = await server.post('/strategies/what-if', { session: id, cars: [], trials: 400 });
  const best = await server.post('/strategies/optimal', { session: id, car: 'HAM', trials: 8000, top: 3, triggers: true });
  const text = await page.innerText('.sheet-page');
  checks.that(text.includes(`A stop costs ${facts.base.pit_loss_s.toFixed(1)} s`), 'sheet: pit loss');
  checks.that(text.includes(best.candidates[0].expected_points.toFixed(1)), 'sheet: points of plan A');
  checks.that(text.includes(`${best.window[0].opens} to ${best.window[0].closes}, best ${best.window[0].best}`), 'sheet: window');
  const call = (await server.get(`/sessions/${id}/recommendations/HAM`).catch(() => null));
  if (call?.radio) checks.that(text.includes(call.radio), 'sheet: the radio line of the call', call.radio);
  await page.evaluate(() => (window.print = () => (window.printed = true)));
  await page.keyboard.press('p');
  checks.same(await page.evaluate(() => window.printed), true, 'p prints');
  await page.emulateMedia({ media: 'print' });
  checks.same(await page.locator('.top').isVisible(), false, 'the head is not printed');
  const pdf = await page.pdf({ preferCSSPageSize: true });
  checks.same((pdf.toString('latin1').match(/\/Type *\/Page\b/g) ?? []).length, 1, 'the sheet is one page');
  await page.emulateMedia({ media: 'screen' });
  await checks.clean(page, 'sheet');
  await page.context().close();
}

export default async function ({ browser, checks }) {
  const server = await new Server().start();
  try {
    const id = await server.replay('2023-07', { lap: 21, car: 'HAM' });
    await sleep(100);
    const page = await openPage(browser, server, `#/whatif/${id}?car=HAM`, { permissions: ['clipboard-read', 'clipboard-write'] });
    await plans(page, checks, await changes(page, server, id, checks));
    await links(browser, page, server, checks);
    await sharp(page);
    await page.evaluate(() => (document.documentElement.dataset.theme = 'light'));
    await checks.clean(page, 'what-if, light');
    await page.context().close();
    await busy(browser, server, id, checks);
    await sheet(browser, server, id, checks);
  } finally {
    await server.end();
  }
}
