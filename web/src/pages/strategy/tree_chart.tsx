/** What becomes of the best plan when it is driven: the stops as they fall, with their share of the races. */
import { compoundLetter, compoundName, percent } from '../../core/format';
import type { Optimal } from './answers';
import type { Shown } from './desk';
import { Panel, unlessOut, Waiting } from './panel';
import { scale, ticks } from './scale';
import { layTree, LEAST, pieces, treeRows, type Branch } from './tree';
import { useWidth } from '../../ui/use_width';
import type { View } from './view';

const ROW = 44;
const LEFT = 14;
const RIGHT = 58;
const TOP = 18;
const BOTTOM = 22;
const MOST = 15;

const lapsText = (b: Branch): string => (b.node.from_lap === b.node.to_lap ? `lap ${b.node.from_lap}` : `lap ${b.node.from_lap}–${b.node.to_lap}`);

export const branchText = (b: Branch): string =>
  b.node.parent === null
    ? `On ${compoundName(b.node.compound).toLowerCase()}: ${percent(b.node.ends)} of the races have no further stop`
    : `Stop ${b.node.stop} for ${compoundName(b.node.compound).toLowerCase()} on ${lapsText(b)}${b.node.planned ? ' as planned' : ''}: ${percent(b.node.share)} of the races, ${percent(b.node.ends)} end without another`;

export function Tree(p: { view: View; best: Optimal | undefined; shown: Shown | undefined; of: string | undefined; old: boolean }) {
  const { best, view } = p;
  const { at, width } = useWidth(480);
  const branches = best ? layTree(best.tree, best.from_lap, best.laps) : [];
  const height = TOP + BOTTOM + ROW * Math.max(3, treeRows(branches));
  const x = scale(best?.from_lap ?? 0, best?.laps ?? 1, LEFT, width - RIGHT);
  const y = (row: number) => TOP + 20 + row * ROW;
  return (
    <Panel name="tree" title={`If ${view.own.code} drives plan A`} of={p.of} old={p.old} shown={p.shown} picture={best !== undefined} rows={best && (() => branches.map(b => ({ ...b.node })))}>
      <div ref={at} class="strategy-plot">
        {!best ? <Waiting view={view} what={unlessOut(view.own, 'The tree comes with the plans.')} /> : (
          <svg width={width} height={height} role="img" aria-label={`Strategy tree. ${branches.map(branchText).join('. ')}`}>
            <g class="strategy-grid">
              {ticks(best.from_lap, best.laps, 6, 1).map(v => (
                <g key={v}>
                  <line x1={x(v)} x2={x(v)} y1={TOP - 6} y2={height - BOTTOM} />
                  <text x={x(v)} y={height - 6} text-anchor="middle">{v}</text>
                </g>
              ))}
            </g>
            {branches.map(b => <Link key={b.node.node} b={b} parent={branches.find(k => k.node.node === b.node.parent)} x={x} y={y} />)}
            {branches.map(b => <Stint key={b.node.node} b={b} all={branches} x={x} y={y} />)}
          </svg>
        )}
      </div>
      {best && <p class="strategy-note soft">Thick is many races; right, how many end without a further stop. Filled: as planned; open: moved, mostly by a safety car.</p>}
    </Panel>
  );
}

const thick = (share: number) => Math.max(1.5, MOST * share);

function Link({ b, parent, x, y }: { b: Branch; parent: Branch | undefined; x(v: number): number; y(row: number): number }) {
  if (!parent || parent.row === b.row) return null;
  return <line class="strategy-tree-link" stroke-width={Math.max(1.5, thick(b.node.share) / 3)} x1={x(b.from)} x2={x(b.from)} y1={y(parent.row)} y2={y(b.row)} />;
}

/** Drawn in pieces: each stop that leaves it takes its share away. */
function Stint({ b, all, x, y }: { b: Branch; all: Branch[]; x(v: number): number; y(row: number): number }) {
  const below = all.filter(k => k.node.parent === b.node.node);
  const first = b.node.parent === null;
  const text = first ? `on ${compoundLetter(b.node.compound)}` : `${compoundLetter(b.node.compound)} ${lapsText(b)} · ${percent(b.node.share)}`;
  const flat = x(b.from) > x(b.to) - 120;
  const hidden = first && below.some(k => k.row === b.row && x(k.from) - x(b.from) < 40);
  const ends = b.node.ends >= LEAST || below.length === 0;
  return (
    <g>
      <title>{branchText(b)}</title>
      {pieces(b, below).map(p => <line key={p.from} class={`strategy-tree ${b.node.compound}`} stroke-width={thick(p.share)} x1={x(p.from)} x2={x(p.to)} y1={y(b.row)} y2={y(b.row)} />)}
      {!first && <circle class={`strategy-tree-stop ${b.node.planned ? 'planned' : ''}`} cx={x(b.from)} cy={y(b.row)} r="5" />}
      {!hidden && <text class="strategy-tree-text" x={flat && !first ? x(b.from) - 10 : x(b.from) + (first ? 0 : 4)} y={y(b.row) - thick(b.node.share) / 2 - 4} text-anchor={flat && !first ? 'end' : 'start'}>{text}</text>}
      {ends && <text class="strategy-tree-end" x={x(b.to) + 8} y={y(b.row) + 4}>{percent(b.node.ends)}</text>}
    </g>
  );
}
