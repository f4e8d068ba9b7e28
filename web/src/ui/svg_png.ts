/** A drawing as a PNG: its styles are written into a copy, which is painted twice as large. */
import { colour } from './colour';
import { savePng } from './save';

const KEPT = ['fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-opacity', 'stroke-dasharray', 'opacity', 'font-family', 'font-size', 'font-weight', 'text-anchor', 'dominant-baseline', 'visibility'];
const SCALE = 2;

function styled(svg: SVGSVGElement): SVGSVGElement {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const from = [svg, ...svg.querySelectorAll('*')];
  [copy, ...copy.querySelectorAll('*')].forEach((el, i) => {
    const style = getComputedStyle(from[i]!);
    for (const name of KEPT) el.setAttribute(name, style.getPropertyValue(name));
    el.removeAttribute('class');
  });
  return copy;
}

export async function saveSvgPng(name: string, svg: SVGSVGElement): Promise<void> {
  const { width, height } = svg.getBoundingClientRect();
  const copy = styled(svg);
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('width', String(width * SCALE));
  copy.setAttribute('height', String(height * SCALE));
  copy.setAttribute('viewBox', `0 0 ${width} ${height}`);
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  await picture.decode();
  const canvas = document.createElement('canvas');
  canvas.width = width * SCALE;
  canvas.height = height * SCALE;
  const c = canvas.getContext('2d')!;
  c.fillStyle = colour('card');
  c.fillRect(0, 0, canvas.width, canvas.height);
  c.drawImage(picture, 0, 0);
  savePng(name, canvas);
}
