/** One number: a slider and its figure, back to "as expected" with one press. */
import { num } from '../../core/format';

export interface DialProps {
  label: string;
  value: number | undefined;
  /** As expected; what the slider shows when nothing is told. */
  base: number;
  min: number;
  max: number;
  step: number;
  digits: number;
  unit: string;
  /** Of the number that is typed: wider than the slider. */
  hardMin?: number;
  hardMax?: number;
  change(v: number | undefined): void;
}

export function Dial(p: DialProps) {
  const shown = p.value ?? p.base;
  const round = (v: number) => Number(v.toFixed(p.digits));
  const set = (v: number) => Number.isFinite(v) && p.change(round(v) === round(p.base) ? undefined : round(v));
  return (
    <div class={`whatif-dial ${p.value === undefined ? '' : 'told'}`} role="group" aria-label={p.label}>
      <span class="whatif-dial-name">{p.label}</span>
      <input type="range" aria-label={p.label} min={p.min} max={p.max} step={p.step} value={shown} aria-valuetext={`${num(shown, p.digits)} ${p.unit}`} onInput={e => set(Number(e.currentTarget.value))} />
      <input type="number" aria-label={`${p.label}, number`} min={p.hardMin ?? p.min} max={p.hardMax ?? p.max} step={p.step} value={round(shown)} onInput={e => e.currentTarget.value !== '' && e.currentTarget.checkValidity() && set(Number(e.currentTarget.value))} />
      <span class="whatif-unit soft">{p.unit}</span>
      <button type="button" class="whatif-undial" aria-label={`${p.label}: as expected`} disabled={p.value === undefined} onClick={() => p.change(undefined)}>
        ×
      </button>
    </div>
  );
}

/** A lap that may be left out. */
export function LapInput(p: { label: string; value: number | undefined; min: number; max: number; empty: string; change(lap: number | undefined): void }) {
  return (
    <input
      type="number"
      class="whatif-lapbox"
      aria-label={p.label}
      placeholder={p.empty}
      min={p.min}
      max={p.max}
      value={p.value ?? ''}
      onInput={e => {
        const text = e.currentTarget.value;
        if (text === '') p.change(undefined);
        else if (e.currentTarget.checkValidity()) p.change(Number(text));
      }}
    />
  );
}
