/** All charts of the page as one picture. */
import type uPlot from 'uplot';
import { colour } from '../../ui/colour';
import { savePng } from '../../ui/save';

const HEAD = 44;

export function saveCharts(name: string, title: string, laps: readonly string[], plots: readonly uPlot[]): void {
  const width = Math.max(...plots.map(p => p.ctx.canvas.width), 1);
  const titles = plots.map(p => p.root.closest('.telemetry-plot')?.querySelector('h3')?.textContent ?? '');
  const scale = devicePixelRatio || 1;
  const row = 20 * scale;
  const height = plots.reduce((sum, p) => sum + p.ctx.canvas.height + row, HEAD * scale);
  const out = document.createElement('canvas');
  out.width = width;
  out.height = height;
  const ctx = out.getContext('2d')!;
  ctx.fillStyle = colour('card');
  ctx.fillRect(0, 0, width, height);
  ctx.fillStyle = colour('text');
  ctx.font = `${14 * scale}px system-ui, sans-serif`;
  ctx.fillText(title, 8 * scale, 18 * scale);
  ctx.fillStyle = colour('soft');
  ctx.fillText(laps.join('   '), 8 * scale, 38 * scale);
  let y = HEAD * scale;
  plots.forEach((p, i) => {
    ctx.fillText(titles[i]!, 8 * scale, y + 15 * scale);
    ctx.drawImage(p.ctx.canvas, 0, y + row);
    y += p.ctx.canvas.height + row;
  });
  savePng(name, out);
}
