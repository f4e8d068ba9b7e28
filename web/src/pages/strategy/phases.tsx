/** Where the race was slowed, behind a drawing that has laps across. */
import type { Scale } from './scale';
import { labelled, phaseName, slowLaps, type View } from './view';

export function Phases({ view, x, top, bottom }: { view: View; x: Scale; top: number; bottom: number }) {
  const slow = slowLaps(view.state.race.phases, view.lap).map(p => ({ ...p, left: x(p.from - 1), right: x(p.to) }));
  const room = labelled(slow.map(p => (p.left + p.right) / 2), 30);
  return (
    <>
      {slow.map((p, k) => (
        <g key={`${p.kind}${p.from}`}>
          <rect class={`strategy-phase ${p.kind}`} x={p.left} width={Math.max(2, p.right - p.left)} y={top} height={bottom - top} />
          {room[k] && <text x={(p.left + p.right) / 2} y={top - 5} text-anchor="middle">{phaseName(p.kind)}</text>}
        </g>
      ))}
    </>
  );
}
