// node e2e/run.mjs NAME...: plays e2e/NAME.e2e.mjs, each with a browser; all of them without a name.
import { readdirSync } from 'node:fs';
import { Checks, here, startBrowser } from './harness.mjs';

const there = readdirSync(here).filter(f => f.endsWith('.e2e.mjs')).map(f => f.replace('.e2e.mjs', ''));
const names = process.argv.length > 2 ? process.argv.slice(2) : there;
const checks = new Checks();
for (const name of names) {
  if (!there.includes(name)) throw new Error(`there is no e2e/${name}.e2e.mjs; there are ${there.join(', ')}`);
  const browser = await startBrowser();
  const began = Date.now();
  try {
    await (await import(`./${name}.e2e.mjs`)).default({ browser, checks });
  } catch (why) {
    checks.that(false, `${name}: ${why.stack ?? why}`);
  } finally {
    await browser.close();
  }
  console.log(`${name}: ${((Date.now() - began) / 1000).toFixed(1)} s`);
}
console.log(`${checks.held} checks held, ${checks.failed.length} failed`);
process.exit(checks.failed.length > 0 ? 1 : 0);
