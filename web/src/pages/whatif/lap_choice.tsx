/** From which lap: as the race stands now, or looked back to. */
import type { Maybe } from '../../core/types';
import { LapInput } from './dial';

export function LapChoice(p: { now: Maybe<number>; laps: Maybe<number>; lap: number | undefined; change(lap: number | undefined): void }) {
  return (
    <div class="whatif-when" role="group" aria-label="From which lap">
      <span class="soft">After lap</span>
      <LapInput label="After lap, of the leader" value={p.lap} min={2} max={Math.max(1, p.now || (p.laps ?? 1))} empty={p.now ? `${p.now}` : 'grid'} change={p.change} />
      <button type="button" aria-pressed={p.lap === undefined} onClick={() => p.change(undefined)}>
        now
      </button>
    </div>
  );
}
