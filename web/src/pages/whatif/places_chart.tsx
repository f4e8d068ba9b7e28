/** Places before and after as bars over one another, with mean and the range that holds eight races in ten. */
import { num, percent, place } from '../../core/format';
import { drawn, middle } from './places';
import type { Side } from './types';

const HIGHEST = 0.96; // of the height, for the tallest bar

function words(car: string, names: [string, string], before: Side, after: Side): string {
  const one = (name: string, s: Side) => {
    const [lo, hi] = middle(s.position_probs);
    return `${name}: mean place ${num(s.mean_position, 2)}, eight in ten ${place(lo)} to ${place(hi)}, win ${percent(s.p_win)}, podium ${percent(s.p_podium)}`;
  };
  return `Places of ${car}. ${one(names[0], before)}. ${one(names[1], after)}.`;
}

/** Mean as a mark on the line of the range; place 1 is in the middle of the first column. */
function Range({ side, n, name, kind }: { side: Side; n: number; name: string; kind: 'before' | 'after' }) {
  const x = (p: number) => `${(100 * (Math.min(p, n + 0.5) - 0.5)) / n}%`;
  const [lo, hi] = middle(side.position_probs);
  return (
    <div class={`whatif-range ${kind}`}>
      <span class="whatif-rangename">{name}</span>
      <div class="whatif-rangebox">
        <span class="whatif-line" style={{ left: x(lo), width: `calc(${x(Math.min(hi, n))} - ${x(lo)})` }} />
        <span class="whatif-mean" style={{ left: x(side.mean_position) }} />
      </div>
      <span class="whatif-rangetext">
        <b>{num(side.mean_position, 2)}</b>{' '}
        <span class="soft">
          {place(lo)}–{place(hi)}
        </span>
      </span>
    </div>
  );
}

export function PlacesChart({ car, names, before, after }: { car: string; names: [string, string]; before: Side; after: Side }) {
  const n = drawn(before.position_probs, after.position_probs);
  const top = Math.max(...before.position_probs, ...after.position_probs, 0.05);
  const height = (p: number) => `${(100 * HIGHEST * p) / top}%`;
  return (
    <figure class="whatif-places">
      <div role="img" aria-label={words(car, names, before, after)}>
        <div class="whatif-cols">
          {Array.from({ length: n }, (_, i) => {
            const b = before.position_probs[i] ?? 0;
            const a = after.position_probs[i] ?? 0;
            return (
              <div key={i} class="whatif-col" title={`${place(i + 1)}: ${names[0]} ${percent(b, 1)}, ${names[1]} ${percent(a, 1)}`}>
                <div class="whatif-colbox">
                  <span class="whatif-before" style={{ height: height(b) }} />
                  <span class="whatif-after" style={{ height: height(a) }} />
                  <span class="whatif-pct" style={{ bottom: height(Math.max(a, b)) }}>
                    {a >= 0.005 ? num(a * 100) : ''}
                  </span>
                </div>
                <span class="whatif-place">{i + 1}</span>
              </div>
            );
          })}
        </div>
        <Range side={before} n={n} name={names[0]} kind="before" />
        <Range side={after} n={n} name={names[1]} kind="after" />
      </div>
      <figcaption class="soft">Share of the races that end in each place, in %; the figures are of {names[1]}. Line: eight races in ten end there; mark: the mean.</figcaption>
    </figure>
  );
}
