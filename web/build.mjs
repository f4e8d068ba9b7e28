// node build.mjs OUT: one script, one style sheet, one page, one picture, into the folder OUT.
import { build } from 'esbuild';
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const MOST_BYTES = 150_000; // script and style, compressed
const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2] ?? join(here, '../build/web');

mkdirSync(out, { recursive: true });
await build({
  absWorkingDir: here,
  entryPoints: { app: 'src/main.tsx', style: 'src/style/index.css' },
  outdir: out,
  bundle: true,
  minify: true,
  format: 'iife',
  target: ['es2022', 'chrome109', 'firefox115', 'safari16'],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  legalComments: 'eof',
  logLevel: 'warning',
});
for (const name of ['index.html', 'icon.svg']) copyFileSync(join(here, 'public', name), join(out, name));

const packed = ['app.js', 'style.css'].map(name => gzipSync(readFileSync(join(out, name)), { level: 9 }).length);
const bytes = packed.reduce((a, b) => a + b);
console.log(`dashboard: ${(bytes / 1000).toFixed(1)} kB compressed (script ${packed[0]}, style ${packed[1]} bytes)`);
if (bytes > MOST_BYTES) {
  console.error(`dashboard: more than ${MOST_BYTES / 1000} kB`);
  process.exit(1);
}
