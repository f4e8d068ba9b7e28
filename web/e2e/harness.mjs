// The real binary, a real browser. What a test of the pages needs, and nothing of any one page.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

export const here = dirname(fileURLToPath(import.meta.url));
export const PITBOARD = process.env.PITBOARD ?? join(here, '../../build/release/pitboard');
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** What comes at once comes on a machine that has much else to do in minutes: only what never comes is a fault. */
export const PATIENCE_MS = 180_000;
export const sleep = ms => new Promise(done => setTimeout(done, ms));

export async function freePort() {
  const s = createServer();
  await new Promise(done => s.listen(0, '127.0.0.1', done));
  const { port } = s.address();
  await new Promise(done => s.close(done));
  return port;
}

/** `pitboard serve` with a home of its own. options: more arguments; auth: true asks who comes. */
export class Server {
  constructor(options = [], { auth = false, command = ['serve'] } = {}) {
    this.options = options;
    this.auth = auth;
    this.command = command;
    this.home = mkdtempSync(join(tmpdir(), 'pitboard-web-'));
    this.said = '';
  }

  async start() {
    this.port ??= await freePort();
    this.url = `http://127.0.0.1:${this.port}`;
    const more = this.auth ? [] : ['--auth', 'off'];
    this.child = spawn(PITBOARD, [...this.command, '--listen', `127.0.0.1:${this.port}`, '--udp', '0', ...(this.options.includes('--points-udp') ? [] : ['--points-udp', '0']), '--rate-costly', '0',
      '--rate-signed-in', '0', '--rate-anonymous', '0', '--home', this.home, '--store', `sqlite:${this.home}/p.db`, ...more, ...this.options],
      { stdio: ['ignore', 'ignore', 'pipe'] });
    this.child.stderr.on('data', d => (this.said += d));
    this.gone = new Promise(done => this.child.on('exit', done));
    for (const until = Date.now() + PATIENCE_MS; Date.now() < until;) {
      try {
        if ((await fetch(`${this.url}/readyz`)).ok) return this;
      } catch { /* not yet */ }
      await sleep(50);
    }
    throw new Error(`the server does not start: ${this.said}`);
  }

  async stop(signal = 'SIGTERM') {
    this.child?.kill(signal);
    await this.gone;
  }

  async end() {
    await this.stop('SIGKILL');
    rmSync(this.home, { recursive: true, force: true });
  }

  async ask(method, path, body, token) {
    const answer = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: { ...(body ? { 'content-type': 'application/json' } : {}), ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: body ? JSON.stringify(body) : undefined,
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : null;
  }

  get(path, token) {
    return this.ask('GET', path, undefined, token);
  }

  post(path, body, token) {
    return this.ask('POST', path, body, token);
  }

  /** A recorded race played again; with `lap`, wound to it and paused there. Returns the session's id. */
  async replay(race, { lap, speed = 20, car, token } = {}) {
    const s = await this.post('/sessions', { replay: race, speed, ...(car ? { own_car: car } : {}) }, token);
    if (lap) await this.seek(s.id, lap, token);
    return s.id;
  }

  async seek(id, lap, token) {
    await this.post(`/sessions/${id}/control`, { verb: 'seek', value: lap }, token);
    for (let i = 0; i < 400; i++) {
      const s = await this.get(`/sessions/${id}`, token);
      // Wound back, it is for a moment still where it was.
      if (s.position.lap >= lap && s.position.lap <= lap + 1) break;
      await sleep(25);
    }
    await this.post(`/sessions/${id}/control`, { verb: 'pause' }, token);
  }

  /** Waits until the session has a call that could be made. */
  async called(id, token) {
    for (const until = Date.now() + PATIENCE_MS; Date.now() < until;) {
      const { call } = await this.get(`/sessions/${id}/state`, token);
      if (call?.action) return call;
      await sleep(50);
    }
    throw new Error('no call was made');
  }
}

export const startBrowser = () =>
  chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu', '--force-color-profile=srgb', '--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests'] });

/** The page draws in the next frame what was changed in this one. */
export const drawn = page =>
  page.evaluate(() => new Promise(done => (setTimeout(done, 1000), requestAnimationFrame(() => requestAnimationFrame(done))))).catch(() => {}); // it may be another page by now

/** What a person does is done when it is on the screen: nothing is read before. */
function actSlowly(page) {
  const after = (of, act) => {
    const plain = of[act].bind(of);
    of[act] = async (...how) => {
      const got = await plain(...how);
      await drawn(page);
      return got;
    };
  };
  for (const act of ['goto', 'click', 'fill', 'selectOption', 'press', 'check']) after(page.mainFrame(), act); // page.click and locator.click
  after(page.keyboard, 'press');
  after(page.mouse, 'up');
}

/** A tab on a server that notes what no page may do: console errors and warnings, errors of scripts, requests to others. */
export async function openPage(browser, server, hash = '', { width = 1440, height = 900, ...more } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, deviceScaleFactor: 1, ...more });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const faults = [];
  page.on('console', m => ['error', 'warning'].includes(m.type()) && faults.push(`console: ${m.text()} ${m.location().url}`));
  page.on('pageerror', e => faults.push(`script: ${e.stack ?? e.message}`));
  page.on('request', r => {
    const url = new URL(r.url());
    if (!['data:', 'blob:'].includes(url.protocol) && url.host !== new URL(server.url).host) faults.push(`asks another host: ${r.url()}`);
  });
  page.on('websocket', w => new URL(w.url()).host !== new URL(server.url).host && faults.push(`talks to another host: ${w.url()}`));
  if (process.env.PB_WEB_DIR) await ownBundle(page, server, process.env.PB_WEB_DIR);
  actSlowly(page);
  await page.goto(`${server.url}/${hash}`);
  page.faults = faults;
  return page;
}

/** PB_WEB_DIR: pages of a bundle made a moment ago (node build.mjs DIR) in place of those in the binary. */
async function ownBundle(page, server, folder) {
  // Not the document itself: one that comes from nowhere may not talk to this machine (Chromium's local network access).
  const files = { '/app.js': 'app.js', '/style.css': 'style.css', '/icon.svg': 'icon.svg' };
  for (const [path, name] of Object.entries(files)) {
    await page.route(`${server.url}${path}`, async route => {
      const response = await route.fetch();
      await route.fulfill({ response, body: readFileSync(join(folder, name)) });
    });
  }
}

/** Serious and critical findings of axe-core, as text. */
export async function accessibility(page) {
  const found = await page.evaluate(`(() => { ${AXE}; return axe.run(document, { resultTypes: ['violations'] }); })()`);
  return found.violations
    .filter(v => ['serious', 'critical'].includes(v.impact))
    .map(v => `${v.id}: ${v.help} - ${v.nodes.slice(0, 3).map(n => n.target.join(' ')).join(' | ')}`);
}

/** Checks that are counted; a failed one does not stop the others. */
export class Checks {
  held = 0;
  failed = [];

  that(condition, what, more = '') {
    if (condition) this.held++;
    else {
      this.failed.push(what);
      console.log(`FAILED: ${what}${more === '' ? '' : `: ${typeof more === 'string' ? more : JSON.stringify(more)}`}`);
    }
    return Boolean(condition);
  }

  same(found, wanted, what) {
    return this.that(Object.is(found, wanted), what, `found ${JSON.stringify(found)}, wanted ${JSON.stringify(wanted)}`);
  }

  /** Serious accessibility faults, and what the page's tab may not do. */
  async clean(page, what) {
    const bad = await accessibility(page);
    this.that(bad.length === 0, `${what}: accessibility`, bad.join('\n  '));
    this.that(page.faults.length === 0, `${what}: console and requests`, page.faults.join('\n  '));
  }
}
