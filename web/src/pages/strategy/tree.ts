/** The tree of what becomes of the best plan, laid out: laps across, one row for each end. */
import type { TreeNode } from './answers';

export interface Branch {
  node: TreeNode;
  /** Laps of this stint: from its stop to the next stop of its likeliest child, or the flag. */
  from: number;
  to: number;
  /** 0, 1, ... from the top; a parent stands with its first child. */
  row: number;
  depth: number;
}

/** Ends of less than this have no line of their own. */
export const LEAST = 0.015;

/** A piece of a stint between two stops that leave it, with the share of the races that is still on it. */
export interface Piece {
  from: number;
  to: number;
  share: number;
}

/** A stint gets thinner with each stop that leaves it; it ends at the flag where races end on it. */
export function pieces(b: Branch, children: readonly Branch[]): Piece[] {
  const out: Piece[] = [];
  let share = b.node.share;
  let from = b.from;
  for (const c of [...children].sort((a, d) => a.from - d.from)) {
    if (c.from > from) out.push({ from, to: c.from, share });
    from = Math.max(from, c.from);
    share -= c.node.share;
  }
  if (b.node.ends >= LEAST || children.length === 0) out.push({ from, to: b.to, share: b.node.ends });
  return out;
}

const middle = (n: TreeNode) => Math.round((n.from_lap + n.to_lap) / 2);

/** Children by share, the likeliest first. */
export function layTree(nodes: readonly TreeNode[], fromLap: number, laps: number): Branch[] {
  const out: Branch[] = [];
  let row = 0;
  const lay = (node: TreeNode, depth: number) => {
    const below = nodes.filter(n => n.parent === node.node).sort((a, b) => b.share - a.share);
    out.push({ node, from: node.parent === null ? fromLap : middle(node), to: laps, row, depth });
    below.forEach((child, k) => {
      if (k > 0 || node.ends >= LEAST) row++;
      lay(child, depth + 1);
    });
  };
  const root = nodes.find(n => n.parent === null);
  if (root) lay(root, 0);
  return out;
}

export const treeRows = (branches: readonly Branch[]): number => branches.reduce((m, b) => Math.max(m, b.row), 0) + 1;
