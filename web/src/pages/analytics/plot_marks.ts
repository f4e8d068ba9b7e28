/** What lies over the lines of a race: neutralisations as bands with their letters, codes at the ends of lines. */
import uPlot from 'uplot';
import { colour, faded } from '../../ui/colour';
import type { Phase } from './race_math';

const px = () => uPlot.pxRatio;
const font = (size: number, weight = '') => `${weight} ${size * px()}px system-ui, sans-serif`;

/** The ground, so that a saved picture is not transparent, and the bands on it. */
export function ground(phases: readonly Phase[]): (u: uPlot) => void {
  return u => {
    const { ctx } = u;
    ctx.save();
    ctx.fillStyle = colour('card');
    ctx.fillRect(0, 0, ctx.canvas.width, ctx.canvas.height);
    const { left, top, width, height } = u.bbox;
    ctx.beginPath();
    ctx.rect(left, top, width, height);
    ctx.clip();
    ctx.font = font(10, '600');
    ctx.textAlign = 'left';
    ctx.textBaseline = 'bottom';
    let free = -Infinity;
    for (const p of phases) {
      const x0 = u.valToPos(p.lap - 1, 'x', true);
      const x1 = u.valToPos(Math.max(p.to, p.lap - 0.2), 'x', true);
      const name = p.kind.toLowerCase();
      ctx.fillStyle = faded(colour(name), 0.14);
      ctx.fillRect(x0, top, x1 - x0, height);
      ctx.fillStyle = colour(name);
      ctx.fillRect(x0, top, x1 - x0, 2 * px());
      const at = Math.max(x0 + 2 * px(), free);
      ctx.fillText(p.kind, at, top + height - 2 * px());
      free = at + ctx.measureText(`${p.kind} `).width;
    }
    ctx.restore();
  };
}

export interface EndLabel {
  /** Of the series in the data. */
  series: number;
  text: string;
  stroke: string;
}

/** Codes beside the last point of lines; those that would lie on each other move apart. */
export function endLabels(labels: readonly EndLabel[]): (u: uPlot) => void {
  return u => {
    const { ctx, bbox } = u;
    const at = labels.flatMap(l => {
      const y = u.data[l.series] as (number | null)[];
      let i = y.length - 1;
      while (i >= 0 && (y[i] === null || y[i] === undefined)) i--;
      return i < 0 ? [] : [{ ...l, x: u.valToPos(u.data[0]![i]!, 'x', true), y: u.valToPos(y[i]!, 'y', true) }];
    });
    const seen = at.filter(l => l.y >= bbox.top - 2 && l.y <= bbox.top + bbox.height + 2).sort((a, b) => a.y - b.y);
    const step = 12 * px();
    const columns = new Map<number, number>();
    ctx.save();
    ctx.font = font(11, '600');
    ctx.textAlign = 'left';
    ctx.textBaseline = 'middle';
    for (const l of seen) {
      const y = Math.max(l.y, columns.get(l.x) ?? -Infinity);
      columns.set(l.x, y + step);
      ctx.fillStyle = l.stroke;
      ctx.fillText(l.text, l.x + 5 * px(), y);
    }
    ctx.restore();
  };
}
