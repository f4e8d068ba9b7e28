// node e2e/shots.mjs OUT [--pages live,strategy] [--race 2023-07] [--car VER] [--laps 1,20] [--sizes 1440x900,1024x768] [--themes dark]
// Pictures of pages at laps of a replayed race, to be looked at.
import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Server, openPage, startBrowser } from './harness.mjs';

const { values: v, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    pages: { type: 'string', default: 'live,strategy,whatif,telemetry,analytics,drivers,system' },
    race: { type: 'string', default: '2023-07' },
    car: { type: 'string', default: 'VER' },
    laps: { type: 'string', default: '20' },
    sizes: { type: 'string', default: '1440x900' },
    themes: { type: 'string', default: 'dark' },
    wait: { type: 'string', default: '2500' },
    query: { type: 'string', default: '' },
    store: { type: 'string' },
  },
});
const out = positionals[0] ?? 'shots';
const ofSession = ['live', 'strategy', 'whatif', 'telemetry'];
mkdirSync(out, { recursive: true });
const server = await new Server(v.store ? ['--store', v.store] : []).start();
const browser = await startBrowser();
try {
  const id = await server.replay(v.race, { speed: 20, car: v.car });
  for (const lap of v.laps.split(',')) {
    await server.seek(id, Number(lap));
    await server.called(id).catch(() => {});
    for (const name of v.pages.split(','))
      for (const size of v.sizes.split(','))
        for (const theme of v.themes.split(',')) {
          const [width, height] = size.split('x').map(Number);
          const page = await openPage(browser, server, '', { width, height });
          await page.evaluate(t => localStorage.setItem('pitboard.prefs', JSON.stringify({ theme: t })), theme);
          await page.goto(`${server.url}/#/${name}/${ofSession.includes(name) ? id : ''}${v.query ? `?${v.query}` : ''}`);
          await page.reload();
          await page.waitForTimeout(Number(v.wait));
          const file = `${out}/${name}-${v.race}-lap${lap}-${size}-${theme}.png`;
          await page.screenshot({ path: file });
          console.log(file, page.faults.length ? page.faults : '');
          await page.context().close();
        }
  }
} finally {
  await browser.close();
  await server.end();
}
