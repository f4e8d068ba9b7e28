/** A table that a click on a head sorts; again turns it round. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Scroll } from '../../ui/basic';
import { sortBy } from './words';

export interface Column<T> {
  key: string;
  label: ComponentChildren;
  /** What it is sorted by; left out: it is not. */
  of?(row: T): number | string | null | undefined;
  cell(row: T, at: number): ComponentChildren;
  /** 'num': figures; 'who': head of the row; else a class of its own. */
  class?: string;
  /** The first click puts the most in front. */
  down?: boolean | undefined;
}

export interface SortedProps<T> {
  rows: readonly T[];
  columns: readonly Column<T>[];
  /** Sorted by at first. */
  first: string;
  name: string;
  class: string;
  id(row: T): string;
}

export function Sorted<T>(p: SortedProps<T>) {
  const usual = (key: string) => Boolean(p.columns.find(c => c.key === key)?.down);
  const [order, set] = useState({ key: p.first, down: usual(p.first) });
  const by = p.columns.find(c => c.key === order.key);
  const rows = by?.of ? sortBy(p.rows, by.of, order.down) : p.rows;
  const turn = (key: string) => set({ key, down: order.key === key ? !order.down : usual(key) });
  return (
    <Scroll of={p.name} class={p.class}>
      <table>
        <thead>
          <tr>
            {p.columns.map(c => (
              <th key={c.key} scope="col" class={c.class ?? ''} aria-sort={c !== by ? 'none' : order.down ? 'descending' : 'ascending'}>
                {c.of ? (
                  <button type="button" class="drivers-sort" onClick={() => turn(c.key)}>
                    {c.label}
                    <span aria-hidden="true">{c !== by ? '' : order.down ? ' ▾' : ' ▴'}</span>
                  </button>
                ) : (
                  c.label
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((r, at) => (
            <tr key={p.id(r)} data-id={p.id(r)}>
              {p.columns.map(c => {
                const Cell = c.class === 'who' ? 'th' : 'td';
                return (
                  <Cell key={c.key} class={c.class ?? ''} data-measure={c.class === 'drivers-measure' ? c.key : undefined} {...(Cell === 'th' ? { scope: 'row' } : {})}>
                    {c.cell(r, at)}
                  </Cell>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
