// Live race: what the tower and the call show is what the API says; what happens is seen within 300 ms.
import { Server, openPage, PATIENCE_MS, sleep } from './harness.mjs';

const DASH = '–';
const MOST_MS = 300;
const seconds = ms => (ms == null ? DASH : `+${(ms / 1000).toFixed(1)}`);
const lapTime = ms => (ms == null ? DASH : `${ms >= 60000 ? `${Math.floor(ms / 60000)}:` : ''}${((ms % 60000) / 1000).toFixed(3).padStart(ms >= 60000 ? 6 : 0, '0')}`);
const laps = n => `+${n} ${n === 1 ? 'lap' : 'laps'}`;
const isOut = c => ['retired', 'stopped', 'disqualified'].includes(c.status);
const LETTER = { SOFT: 'S', MEDIUM: 'M', HARD: 'H', INTERMEDIATE: 'I', WET: 'W' };
const STATUS = { in_lane: 'Pit', in_box: 'Box', stopped: 'Stop', retired: 'Out', disqualified: 'DSQ', finished: 'Flag' };

/** The tower as it is seen, row by row. */
const tower = page =>
  page.$$eval('.live-tower tbody tr', rows =>
    rows.map(r => {
      const text = name => {
        const cell = r.querySelector(`.${name}`).cloneNode(true);
        for (const hidden of cell.querySelectorAll('.hidden, i')) hidden.remove();
        return cell.textContent.trim();
      };
      return {
        code: r.dataset.car, pos: text('c-pos'), won: text('c-won'), state: text('c-state'), gap: text('c-gap'), interval: text('c-int'), last: text('c-last'), best: text('c-best'),
        tyre: r.querySelector('.tyre').textContent, age: r.querySelector('.live-tyre-age .num').textContent, stops: text('c-stops'), sectors: [...r.querySelectorAll('.c-sec')].map(s => s.textContent.match(/^[\d.–]+/)?.[0]),
      };
    }),
  );

/** The same row from what the API says. */
function wanted(c) {
  const out = isOut(c);
  const won = c.grid && c.position && !out ? c.grid - c.position : null;
  return {
    code: c.code, pos: out ? DASH : String(c.position), won: won === null ? DASH : won === 0 ? '=' : `${won > 0 ? '▲' : '▼'}${Math.abs(won)}`,
    state: (STATUS[c.status] ?? '') + (c.penalty_ms ? `+${c.penalty_ms / 1000}s` : ''),
    gap: out ? DASH : c.position === 1 ? 'Leader' : c.gap_laps ? laps(c.gap_laps) : seconds(c.gap_ms),
    interval: out ? DASH : c.position === 1 ? '' : c.interval_laps ? laps(c.interval_laps) : seconds(c.interval_ms),
    last: lapTime(c.last_lap_ms), best: lapTime(c.best_lap_ms), tyre: LETTER[c.compound] ?? '?', age: c.tyre_age_laps == null ? DASH : String(c.tyre_age_laps), stops: String(c.stops),
    sectors: c.sector_ms.map(ms => (ms == null ? DASH : (Math.round(ms / 100) / 10).toFixed(1))),
  };
}

/** The newest call of our car; null: none yet. */
async function ourCall(server, id) {
  const { race } = await server.get(`/sessions/${id}/state`);
  const { calls } = await server.get(`/sessions/${id}/recommendations`);
  return calls.find(c => c.car === race.own_car && c.action) ?? null;
}

/** Wound to a lap, played until a call is made, paused: nothing moves while figures are compared. */
async function playTo(server, id, lap) {
  await server.seek(id, lap);
  const before = (await ourCall(server, id))?.seq ?? -1;
  await server.post(`/sessions/${id}/control`, { verb: 'resume' });
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until;) {
    if (((await ourCall(server, id))?.seq ?? -1) > before) break;
    await sleep(20);
  }
  await server.post(`/sessions/${id}/control`, { verb: 'pause' });
  await sleep(500);
}

async function towerIsTheState(page, checks, state, what) {
  const seen = await tower(page);
  checks.same(seen.length, state.race.cars.length, `${what}: all cars`);
  for (const c of state.race.cars) {
    const row = seen[(state.race.order ?? state.race.cars.map(x => x.key)).indexOf(c.key)] ?? {};
    for (const [name, value] of Object.entries(wanted(c))) checks.same(JSON.stringify(row[name]), JSON.stringify(value), `${what}: ${c.code} ${name}`);
  }
}

async function callIsTheCall(page, checks, race, call, what) {
  const text = async at => (await page.locator(`.live-call ${at}`).first().textContent())?.replace(/\s+/g, ' ').trim() ?? '';
  checks.same(await text('.live-action'), call.action.replaceAll('_', ' '), `${what}: action`);
  if (call.compound) checks.same(await text('.live-verdict .tyre'), LETTER[call.compound], `${what}: compound`);
  checks.that((await text('.live-when')).includes(call.target_lap === null ? 'no stop' : String(call.target_lap)), `${what}: lap of the stop`, await text('.live-when'));
  checks.that((await text('.live-sure')).includes(`${(call.confidence * 100).toFixed(0)} %`), `${what}: confidence`, await text('.live-sure'));
  checks.same(await text('.live-radio q'), call.radio, `${what}: radio sentence`);
  const rejoin = await text('.live-rejoin');
  for (const [who, s, way] of [[call.rejoin.ahead, call.rejoin.ahead_s, 'ahead'], [call.rejoin.behind, call.rejoin.behind_s, 'behind']])
    if (who) checks.that(rejoin.includes(`${who} (${s.toFixed(1)} s ${way})`), `${what}: rejoin ${way}`, rejoin);
  checks.that(rejoin.includes(`P${call.rejoin.position} `), `${what}: rejoin place`, rejoin);
  checks.that(call.flips_if === null || (await text('.live-flips')).includes(call.flips_if), `${what}: what flips it`);
  const lines = await page.locator('.live-evidence li').allTextContents();
  checks.same(lines.length, Math.min(3, call.evidence.length), `${what}: lines of evidence`);
  call.evidence.slice(0, 3).forEach((e, i) => checks.that(lines[i]?.replaceAll('−', '-').toLowerCase().endsWith(e.text.replace(/^[A-Z]{3}: /, '').toLowerCase()), `${what}: evidence ${i + 1}`, lines[i]));
  const left = Math.max(0, call.decide_by_s - (race.session_ms - call.session_ms) / 1000);
  const shown = (await text('.live-count b')).split(':').map(Number);
  checks.that(Math.abs(shown[0] * 60 + shown[1] - Math.ceil(left)) <= 1, `${what}: seconds to decide`, `${shown.join(':')} for ${left}`);
  for (const [flag, answer] of [['sc', call.if_sc_now], ['vsc', call.if_vsc_now]]) {
    const seen = await page.locator(`.live-standing tr.${flag} td`).first().textContent();
    if (answer?.action) checks.that(seen.startsWith(answer.action.replaceAll('_', ' ')) && (!answer.rejoin_position || seen.includes(`P${answer.rejoin_position}`)), `${what}: if ${flag} now`, seen);
    else checks.that(seen.includes('out now') || seen === DASH, `${what}: ${flag} is out already`, seen);
  }
}

async function stripIsTheState(page, checks, state, what) {
  const { race } = state;
  const [first, second] = race.cars;
  const lead = (await page.locator('.live-lead').textContent()).replace(/\s+/g, ' ');
  checks.that(lead.includes(first.code) && lead.includes(second.code) && lead.includes(((second.interval_ms ?? second.gap_ms) / 1000).toFixed(1)), `${what}: who leads and by how much`, lead);
  checks.that((await page.locator('.live-laps').textContent()).includes(`${race.lap}/${race.laps_total}`), `${what}: lap`);
  checks.same(await page.locator(`.live-flag.${race.flag}`).count(), 1, `${what}: flag`);
  checks.same(await page.locator('.live-track .phase').count(), race.phases.length, `${what}: neutralisations`);
}

/** Whom a stop would meet, by the gaps and what a stop costs. */
async function windowIsTheOutlook(page, checks, state, own, what) {
  const { outlook, race } = state;
  const us = race.cars.find(c => c.code === own);
  const loss = outlook.pit_loss_s[['sc', 'vsc'].includes(race.flag) ? race.flag : 'green'];
  checks.that((await page.locator('.live-kinds [aria-pressed=true]').textContent()).endsWith(`${loss.toFixed(1)} s`), `${what}: what a stop costs`);
  for (const row of await page.$$eval('.live-window tbody tr:not(.us)', rows => rows.map(r => [...r.children].map(c => c.textContent.trim())))) {
    const car = race.cars.find(c => c.code === row[1]);
    const from = (us.gap_ms - car.gap_ms) / 1000 + loss;
    checks.that(Math.abs(Number(row[3].replace('−', '-')) - from) < 0.051, `${what}: ${car.code} to us after the stop`, `${row[3]} for ${from}`);
  }
  for (const c of race.cars.filter(x => outlook.cars[x.key]?.stop_prob != null && !isOut(x))) {
    const seen = await page.locator(`.live-tower tr[data-car=${c.code}] .c-prob`).textContent();
    const p = outlook.cars[c.key].stop_prob * 100;
    checks.that(seen === `${p.toFixed(0)} %` || (p < 1 && seen === '< 1 %') || (p > 99 && seen === '> 99 %'), `${what}: ${c.code} may stop`, `${seen} for ${p}`);
  }
}

async function figures(browser, checks, server, race, laps, car) {
  const id = await server.replay(race, { car, speed: 20 });
  const page = await openPage(browser, server, `#/live/${id}`);
  for (const lap of laps) {
    await playTo(server, id, lap);
    await page.waitForSelector('.live-tower tbody tr');
    await sleep(700);
    const state = await server.get(`/sessions/${id}/state`);
    const what = `${race} lap ${lap}`;
    await towerIsTheState(page, checks, state, what);
    await stripIsTheState(page, checks, state, what);
    const call = await ourCall(server, id);
    if (checks.that(call, `${what}: there is a call`)) await callIsTheCall(page, checks, state.race, call, what);
    if (state.outlook && state.race.flag !== 'red') await windowIsTheOutlook(page, checks, state, car, what);
    if (lap === laps[0] && race === '2023-07')
      for (const theme of ['dark', 'light']) {
        await page.evaluate(t => (document.documentElement.dataset.theme = t), theme);
        await sleep(700);
        await checks.clean(page, `${what}, ${theme}`);
      }
  }
  await page.context().close();
  return id;
}

/** In the page: when a message was heard, and when the screen first showed what is asked. */
function watchScreen() {
  const Real = window.WebSocket;
  window.heardAt = [];
  window.seenAt = {};
  window.WebSocket = class extends Real {
    constructor(...how) {
      super(...how);
      this.addEventListener('message', e => window.heardAt.push([performance.now(), Date.now(), e.data]));
    }
  };
  window.lookFor = asked => {
    const look = () => {
      for (const [name, selector] of Object.entries(asked)) if (!(name in window.seenAt) && document.querySelector(selector)) window.seenAt[name] = [performance.now(), Date.now()];
    };
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
    look();
  };
}

const SCREEN = { sc: '.live-flag.sc', pit: '.live-tower tr.pit', out: '.live-tower tr.out' };
const SAYS = { sc: m => m.includes('"flag":"sc"'), pit: m => m.includes('"status":"in_lane"') || m.includes('"status":"in_box"'), out: m => /"status":"(retired|stopped)"/.test(m) };

/** Milliseconds from the message to the screen, in a race that is played: the first stop, the safety car and the car that is out. */
async function playOnce(browser, checks, server) {
  const id = await server.replay('2021-21', { car: 'VER', speed: 30, lap: 9 });
  const page = await openPage(browser, server);
  await page.addInitScript(watchScreen);
  await page.goto(`${server.url}/#/live/${id}`);
  await page.reload();
  await page.waitForSelector('.live-tower tbody tr');
  await page.evaluate(a => window.lookFor(a), SCREEN);
  await server.post(`/sessions/${id}/control`, { verb: 'resume' });
  await page.waitForFunction(() => Object.keys(window.seenAt).length === 3, null, { timeout: 60_000 }).catch(() => {});
  await server.post(`/sessions/${id}/control`, { verb: 'pause' });
  const { seen, heard } = await page.evaluate(() => ({ seen: window.seenAt, heard: window.heardAt }));
  checks.that(page.faults.length === 0, 'replay: no word on the console', page.faults.join('\n'));
  await page.context().close();
  const took = name => {
    const message = heard.find(([, , m]) => SAYS[name](m) && m.includes('"topic":"state"'));
    const ms = message && seen[name] ? seen[name][0] - message[0] : NaN;
    return ms >= 0 ? ms : Infinity;
  };
  return Object.fromEntries(Object.keys(SCREEN).map(name => [name, took(name)]));
}

/** Up to three races: a machine with other work may lose one. */
async function fromMessages(browser, checks, server) {
  const best = {};
  for (let k = 0; k < 3 && (k === 0 || Object.values(best).some(ms => ms >= MOST_MS)); k++)
    for (const [name, ms] of Object.entries(await playOnce(browser, checks, server))) best[name] = Math.min(best[name] ?? Infinity, ms);
  for (const [name, ms] of Object.entries(best)) {
    checks.that(ms < MOST_MS, `replay: ${name} is seen ${MOST_MS} ms after its message`, `${ms} ms`);
    console.log(`live: replay, ${name}: ${ms.toFixed(0)} ms from the message to the screen`);
  }
}

const LINES = [
  { event: 'session', text: '2099-01', name: 'Testing Grand Prix', value: 5, aux: 2099, index: 1, team_text: 'barcelona' },
  { event: 'distance', value: 50 },
  ...[[1, 'AAA', 'One'], [2, 'BBB', 'One'], [3, 'CCC', 'Two'], [4, 'DDD', 'Two']].flatMap(([car, text, team_text]) => [
    { event: 'car', car, text, name: text, team_text, value: car, aux: car },
    { event: 'stint', car, index: 0, value: 'MEDIUM', start_age: 0, fresh: 1 },
  ]),
  { event: 'session_status', value: 1, session_ms: 60_000 },
  ...[1, 2, 3, 4].flatMap(car => [{ event: 'lap', car, lap: 1, value: 90_000 + car * 1000, session_ms: 150_000 + car * 1000 }]),
];

/** From the event itself to the screen: what a person tells a feed is seen at once. */
async function fromEvents(browser, checks, server) {
  const { id } = await server.post('/sessions', { feed: {}, own_car: 'AAA', name: 'by hand' });
  const tell = async lines => {
    const answer = await fetch(`${server.url}/api/v1/sessions/${id}/events`, { method: 'POST', headers: { 'content-type': 'application/x-ndjson' }, body: lines.map(l => JSON.stringify(l)).join('\n') });
    const said = await answer.json();
    checks.that(answer.ok && !said.refused, 'the feed takes the lines', said);
  };
  await tell(LINES);
  await sleep(300);
  const page = await openPage(browser, server);
  await page.addInitScript(watchScreen);
  await page.goto(`${server.url}/#/live/${id}`);
  await page.reload();
  await page.waitForSelector('.live-tower tbody tr');
  // What happens, and what takes it back: three times each, the middle one counts. A machine with other work may lose one.
  const happens = {
    pit: ['.live-tower tr.pit[data-car=BBB]', { event: 'in_pit', car: 2, value: 1 }, { event: 'in_pit', car: 2, value: 0 }],
    sc: ['.live-flag.sc', { event: 'track', value: 4 }, { event: 'track', value: 1 }],
    out: ['.live-tower tr.out[data-car=CCC]', { event: 'retired', car: 3, flag: true }, { event: 'retired', car: 3, flag: false }],
  };
  for (const [name, [selector, line, back]] of Object.entries(happens)) {
    const took = [];
    for (let k = 0; k < 3; k++) {
      await page.evaluate(a => window.lookFor(a), { [`${name}${k}`]: selector });
      const at = Date.now();
      await tell([line]);
      await page.waitForFunction(n => n in window.seenAt, `${name}${k}`, { timeout: 3000 }).catch(() => {});
      took.push((await page.evaluate(n => window.seenAt[n]?.[1] ?? Infinity, `${name}${k}`)) - at);
      if (k === 2) break;
      await tell([back]);
      await page.waitForSelector(selector, { state: 'detached', timeout: 3000 }).catch(() => {});
    }
    took.sort((a, b) => a - b);
    checks.that(took[1] < MOST_MS, `feed: ${name} is seen ${MOST_MS} ms after it was told`, `${took} ms`);
    console.log(`live: feed, ${name}: ${took.join(', ')} ms from the event to the screen`);
  }
  await tell([{ event: 'control', text: 'YELLOW IN TRACK SECTOR 7', flag_text: 'YELLOW' }, { event: 'weather', real: [24.3, 38.1, 61, 1012, 2.4, 90, 1] }]);
  await page.waitForSelector('.live-control li.yellow');
  await page.waitForSelector('.live-wet');
  await sleep(300);
  const state = await server.get(`/sessions/${id}/state`);
  const sky = (await page.locator('.live-sky').textContent()).replace(/\s+/g, ' ');
  for (const [v, unit] of [[state.race.weather.track_degc, '°C'], [state.race.weather.air_degc, '°C'], [state.race.weather.wind_mps, 'm/s']]) checks.that(sky.includes(`${v.toFixed(1)} ${unit}`), `weather: ${v} ${unit}`, sky);
  checks.that((await page.locator('.live-control').textContent()).includes('YELLOW IN TRACK SECTOR 7'), 'race control: the message');
  await towerIsTheState(page, checks, state, 'feed');
  await checks.clean(page, 'feed');
  await page.context().close();
}

/** An engineer accepts a call; the log has it. */
async function settles(browser, checks, server, id) {
  const page = await openPage(browser, server, `#/live/${id}`);
  await page.waitForSelector('.live-call[data-seq]');
  const seq = await page.locator('.live-call').getAttribute('data-seq');
  await page.locator('.live-accept').click();
  await page.waitForSelector('.live-settled.accepted');
  await sleep(300);
  const { items } = await server.get(`/sessions/${id}/history?limit=1000`);
  checks.same(items.find(c => String(c.seq) === seq)?.outcome, 'accepted', 'an accepted call is so in the log');
  await page.context().close();
}

export default async function ({ browser, checks }) {
  const server = await new Server().start();

  try {
    const id = await figures(browser, checks, server, '2023-07', [20, 52], 'HAM');
    await settles(browser, checks, server, id);
    await figures(browser, checks, server, '2021-21', [29, 40], 'VER');
    await fromMessages(browser, checks, server);
    await fromEvents(browser, checks, server);
  } finally {
    await server.end();
  }
}
