/** Small parts that every page is made of. */
import type { ComponentChildren } from 'preact';
import { compoundLetter, compoundName } from '../core/format';
import type { ApiError } from '../core/api';
import type { Compound, Maybe } from '../core/types';

export function Card(props: { title: string; side?: ComponentChildren; class?: string; children: ComponentChildren }) {
  return (
    <section class={`card ${props.class ?? ''}`} aria-label={props.title}>
      <header>
        <h2>{props.title}</h2>
        {props.side !== undefined && <div class="side">{props.side}</div>}
      </header>
      {props.children}
    </section>
  );
}

/** The ring in the usual colour with the letter in it. */
export function Tyre({ compound }: { compound: Maybe<Compound> }) {
  return (
    <span class={`tyre ${compound ?? 'UNKNOWN'}`} role="img" aria-label={compoundName(compound)}>
      {compoundLetter(compound)}
    </span>
  );
}

/** A figure and what it is, in a `dl`. */
export const Fact = ({ of, children }: { of: string; children: ComponentChildren }) => (
  <div>
    <dt>{of}</dt>
    <dd>{children}</dd>
  </div>
);

export const Empty = ({ children }: { children: ComponentChildren }) => <p class="empty">{children}</p>;

export function Failed({ error }: { error: ApiError }) {
  return (
    <p class="empty bad" role="alert">
      {error.message}
      {error.retryAfter ? ` (again in ${error.retryAfter} s)` : ''}
    </p>
  );
}

export function Field(props: { label: string; children: ComponentChildren }) {
  return (
    <label class="field">
      <span class="soft">{props.label}</span>
      {props.children}
    </label>
  );
}

/** What may be wider than its place; the arrow keys move it. */
export const Scroll = (props: { of: string; class?: string; children: ComponentChildren }) => (
  <div class={`scroll ${props.class ?? ''}`} tabIndex={0} role="region" aria-label={props.of}>
    {props.children}
  </div>
);

/** Heads of columns, "|" between them; "#" before those of numbers. */
export const Heads = ({ of }: { of: string }) => (
  <thead>
    <tr>
      {of.split('|').map((t, i) => (
        <th key={i} scope="col" class={t.startsWith('#') ? 'num' : ''}>
          {t.replace('#', '')}
        </th>
      ))}
    </tr>
  </thead>
);
