/** Files out of the page: CSV, JSON, PNG. */
export function saveBlob(name: string, blob: Blob): void {
  const at = URL.createObjectURL(blob);
  const a = document.createElement('a');
  a.href = at;
  a.download = name;
  a.click();
  setTimeout(() => URL.revokeObjectURL(at), 10_000);
}

export const saveJson = (name: string, value: unknown): void => saveBlob(name, new Blob([JSON.stringify(value, null, 1)], { type: 'application/json' }));

const cell = (v: unknown): string => {
  const text = v === null || v === undefined ? '' : String(v);
  // What a spreadsheet would take for a formula is shown as text.
  const safe = typeof v === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** One column a figure: those of a part are "part.figure", lists of words one text; lists of things are left to the JSON. */
const flat = (row: object, before = ''): Record<string, unknown> =>
  Object.assign(
    {},
    ...Object.entries(row).map(([k, v]: [string, unknown]) => {
      const key = before + k;
      if (Array.isArray(v)) return typeof (v[0] ?? {}) === 'object' ? {} : { [key]: v.join('; ') };
      return typeof v === 'object' && v ? flat(v, `${key}.`) : { [key]: v };
    }),
  );

export function csv(of: readonly object[]): string {
  const rows = of.map(r => flat(r));
  const all = [...new Set(rows.flatMap(r => Object.keys(r)))];
  const keys = all.filter(k => !all.some(x => x.startsWith(`${k}.`))); // a part that is null in some rows
  return [keys.map(cell).join(','), ...rows.map(r => keys.map(k => cell(r[k])).join(','))].join('\n') + '\n';
}

export const saveCsv = (name: string, rows: readonly object[]): void => saveBlob(name, new Blob([csv(rows)], { type: 'text/csv' }));

export function savePng(name: string, canvas: HTMLCanvasElement): void {
  canvas.toBlob(blob => blob && saveBlob(name, blob), 'image/png');
}
