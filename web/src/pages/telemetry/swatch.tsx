/** The line of a lap as in the charts: colour and dashes. */
import { useStore } from '../../core/store';
import { themeTurn } from '../../ui/colour';
import { dashOf } from './dashes';

export function Swatch({ k }: { k: number }) {
  useStore(themeTurn, n => n);
  return (
    <svg class="telemetry-swatch" viewBox="0 0 24 8" width="24" height="8" aria-hidden="true">
      <line x1="0" y1="4" x2="24" y2="4" class={`telemetry-s${k % 8}`} stroke-width="2.5" stroke-dasharray={dashOf(k).join(' ')} />
    </svg>
  );
}
