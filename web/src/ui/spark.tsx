/** A small line: how something went. The words beside it carry the figures. */
export function sparkPath(values: readonly (number | null)[], width: number, height: number, most?: number): string {
  const known = values.filter((v): v is number => v !== null);
  const top = Math.max(most ?? 0, ...known, 1e-9);
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  let path = '';
  let pen = false;
  values.forEach((v, i) => {
    if (v === null) return void (pen = false);
    path += `${pen ? 'L' : 'M'}${(i * step).toFixed(1)} ${(height - (v / top) * height).toFixed(1)}`;
    pen = true;
  });
  return path;
}

export function Spark(props: { values: readonly (number | null)[]; alt: string; most?: number }) {
  return (
    <svg class="spark" viewBox="0 -1 120 26" preserveAspectRatio="none" role="img" aria-label={props.alt}>
      <path d={sparkPath(props.values, 120, 24, props.most)} fill="none" stroke="currentColor" stroke-width="1.5" vector-effect="non-scaling-stroke" />
    </svg>
  );
}
