/** Buttons that save what a card shows. */
import { saveCsv, saveJson, savePng } from './save';
import { saveSvgPng } from './svg_png';

/** What is drawn in the card, or figure, of the button. */
function picture(file: string, button: Element): void {
  const drawn = button.closest('figure, section')!.querySelector('canvas, svg[role=img]');
  if (drawn instanceof HTMLCanvasElement) savePng(file, drawn);
  else if (drawn) void saveSvgPng(file, drawn as SVGSVGElement);
}

export interface ExportsProps {
  /** Of the files, without what comes after the dot. */
  name: string;
  rows?: () => readonly object[];
  json?: () => unknown;
  png?: boolean;
}

export function Exports({ name, rows, json, png }: ExportsProps) {
  const ways = {
    CSV: rows && ((file: string) => saveCsv(file, rows())),
    JSON: json && ((file: string) => saveJson(file, json())),
    PNG: png && picture,
  };
  return (
    <span class="save no-print">
      {Object.entries(ways).map(
        ([kind, save]) =>
          save && (
            <button key={kind} type="button" aria-label={`Save ${name} as ${kind}`} onClick={e => save(`${name}.${kind.toLowerCase()}`, e.currentTarget)}>
              {kind}
            </button>
          ),
      )}
    </span>
  );
}
