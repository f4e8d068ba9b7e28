/** A plan as a bar of laps. Stops to come are handles: dragged, or moved with the arrow keys. */
import { useRef } from 'preact/hooks';
import { compoundLetter, compoundName } from '../../core/format';
import { GESTURE } from './undo';
import { made, moveStop, removeStop, room, stintsOf, type Plan } from './plan';

interface Props {
  /** "B": for the labels. */
  name: string;
  plan: Plan;
  past: number;
  laps: number;
  /** `what` is the same for all moves of one drag. */
  change(p: Plan, what: string): void;
}

const STEPS: Record<string, number> = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -5, PageUp: 5, Home: -999, End: 999 };
/** A tick as near to a stop as this share of the race would hide behind its lap. */
const TICK_ROOM = 0.07;
const at = (lap: number, laps: number) => `${(100 * lap) / laps}%`;

function Handle({ name, plan, i, past, laps, change, lapAt }: Props & { i: number; lapAt(x: number): number }) {
  const stop = plan.stops[i]!;
  const [lo, hi] = room(plan, i, past, laps);
  const drag = useRef('');
  const move = (lap: number, what: string) => lap !== stop.lap && change(moveStop(plan, i, lap, past, laps), what);
  const key = (e: KeyboardEvent) => {
    const by = STEPS[e.key];
    if (by !== undefined) move(stop.lap + by, `${name} stop ${i}`);
    else if (e.key === 'Delete' || e.key === 'Backspace') change(removeStop(plan, i, past), '');
    else return;
    e.preventDefault();
  };
  return (
    <div
      class="whatif-handle"
      style={{ left: at(stop.lap, laps) }}
      role="slider"
      tabIndex={0}
      aria-label={`Plan ${name}, stop ${i + 1}`}
      aria-valuemin={lo}
      aria-valuemax={hi}
      aria-valuenow={stop.lap}
      aria-valuetext={`lap ${stop.lap}, ${compoundName(stop.compound)}`}
      onKeyDown={key}
      onPointerDown={e => {
        (e.currentTarget as HTMLElement).setPointerCapture(e.pointerId);
        (e.currentTarget as HTMLElement).focus();
        e.preventDefault();
        drag.current = `${GESTURE}${performance.now()}`;
      }}
      onPointerMove={e => (e.currentTarget as HTMLElement).hasPointerCapture(e.pointerId) && move(lapAt(e.clientX), drag.current)}
    >
      <span class="whatif-grip" aria-hidden="true" />
      <span class="whatif-lap">{stop.lap}</span>
    </div>
  );
}

export function PlanBar(props: Props) {
  const box = useRef<HTMLDivElement>(null);
  const { plan, past, laps, name } = props;
  const driven = made(plan, past);
  const lapAt = (x: number) => {
    const r = box.current!.getBoundingClientRect();
    return Math.round(((x - r.left) / r.width) * laps);
  };
  const ticks = Array.from({ length: Math.floor(laps / 10) }, (_, i) => (i + 1) * 10).filter(l => laps - l > 2 && plan.stops.every(s => Math.abs(s.lap - l) > laps * TICK_ROOM));
  return (
    <div class="whatif-bar" ref={box} role="group" aria-label={`Plan ${name}`}>
      {past > 0 && <div class="whatif-past" style={{ width: at(past, laps) }} aria-hidden="true" />}
      {stintsOf(plan, laps).map((s, i) => (
        <div key={i} class={`whatif-stint ${s.compound}`} style={{ left: at(s.from, laps), width: at(s.to - s.from, laps) }} title={`${compoundName(s.compound)}, laps ${s.from + 1} to ${s.to}`}>
          <span>
            {compoundLetter(s.compound)} <small>{s.to - s.from}</small>
          </span>
        </div>
      ))}
      {ticks.map(l => (
        <i key={l} class="whatif-tick" style={{ left: at(l, laps) }} aria-hidden="true">
          {l}
        </i>
      ))}
      {plan.stops.map((_, i) => i >= driven && <Handle key={i} {...props} i={i} lapAt={lapAt} />)}
    </div>
  );
}
