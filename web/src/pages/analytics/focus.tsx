/** The cars that are looked at: in colour, with their codes; all others are grey. The address holds them. */
import { setQuery } from '../../core/router';
import { series } from '../../ui/colour';

export const MOST = 8;

/** Of the address ("VER.HAM"); without it the first three of the result. */
export function focusOf(query: string | undefined, order: readonly string[]): string[] {
  const asked = (query ?? '').split('.').filter(c => order.includes(c)).slice(0, MOST);
  return asked.length > 0 ? asked : order.slice(0, 3);
}

export function toggled(focus: readonly string[], code: string): string[] {
  if (focus.includes(code)) return focus.length > 1 ? focus.filter(c => c !== code) : [...focus];
  return [...focus, code].slice(-MOST);
}

export const colourOf = (focus: readonly string[], code: string): string | null => {
  const k = focus.indexOf(code);
  return k < 0 ? null : series(k);
};

export function FocusBar({ order, focus }: { order: readonly string[]; focus: readonly string[] }) {
  return (
    <div class="an-focus no-print" role="group" aria-label={`Cars in colour, at most ${MOST}`}>
      {order.map(code => {
        const k = focus.indexOf(code);
        return (
          <button key={code} type="button" style={{ color: k >= 0 ? `var(--s${k})` : '' }} aria-pressed={k >= 0} onClick={() => setQuery({ cars: toggled(focus, code).join('.') })}>
            {code}
          </button>
        );
      })}
    </div>
  );
}
