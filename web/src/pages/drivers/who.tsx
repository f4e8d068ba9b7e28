/** A driver, or a team, as a link to the profile; a measure as figure and strip. */
import type { ComponentChildren } from 'preact';
import { linkTo } from '../../core/router';
import type { Column } from './sorted';
import { Strip } from './strip';
import type { Interval } from './types';
import { intervalText, valueText, type About, type Scale } from './words';

export interface WhoProps {
  id: string;
  name: string | null;
  season: number | null;
  team?: boolean;
}

export const Who = ({ id, name, season, team }: WhoProps) => (
  <a class="drivers-who" href={linkTo('drivers', team ? ['team', id] : [id], { season: season ?? 'all' })}>
    {!team && <b class="mono">{id}</b>} {name ?? id}
  </a>
);

export interface ValueProps {
  of: About;
  i: Interval;
  scale: Scale | null;
  /** Whose. */
  whose: string;
  /** In place of a strip, where there is no value. */
  none?: string;
}

export const Value = ({ of, i, scale, whose, none = '' }: ValueProps) => (
  <div class="drivers-cell">
    <span class="num">{valueText(of, i.value)}</span>
    {i.value === null ? (
      <span class="soft drivers-what">{none}</span>
    ) : (
      <Strip scale={scale} own={i} alt={`${of.short} of ${whose}: ${valueText(of, i.value)} ${of.unit}, 90 % ${intervalText(of, i)}`} height={20} dot={4} />
    )}
  </div>
);

export const measureColumn = <T,>(m: About, of: (row: T) => number | null | undefined, cell: (row: T) => ComponentChildren): Column<T> => ({
  key: m.name,
  label: (
    <>
      {m.short} <small>{m.unit}</small>
    </>
  ),
  of,
  cell,
  class: 'drivers-measure',
  down: m.better === 'high',
});
