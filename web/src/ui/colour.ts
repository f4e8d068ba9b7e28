/** Colours of the theme that is on, for what is drawn on a canvas. */
import { Store } from '../core/store';

/** Grows when the theme changes: charts are drawn again. */
export const themeTurn = new Store<number>(0);

export const colour = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** Series k, the same everywhere. */
export const series = (k: number): string => colour(`s${k % 8}`);

export const compoundColour = (compound: string | null | undefined): string =>
  colour({ SOFT: 'soft-tyre', MEDIUM: 'medium-tyre', HARD: 'hard-tyre', INTERMEDIATE: 'inter-tyre', WET: 'wet-tyre' }[compound ?? ''] ?? 'unknown-tyre');

/** #rrggbb with an opacity. */
export const faded = (hex: string, alpha: number): string => `${hex}${Math.round(alpha * 255).toString(16).padStart(2, '0')}`;
