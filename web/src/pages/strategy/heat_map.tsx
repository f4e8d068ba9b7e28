/** Where every car finishes: share of the races for each place. A table, so that it is read as one. */
import { num, percent } from '../../core/format';
import { setQuery } from '../../core/router';
import type { Simulation, SimulatedCar } from './answers';
import type { Shown } from './desk';
import { Panel, Waiting } from './panel';
import { isOut } from './stints';
import type { View } from './view';

export const heatOrder = (sim: Simulation): SimulatedCar[] => [...sim.cars].sort((a, b) => a.mean_position - b.mean_position || a.car.localeCompare(b.car));

/** Whole per cent; what is under a half is left blank. */
export const heatCell = (p: number): string => (p >= 0.995 ? '100' : p >= 0.005 ? num(100 * p) : '');

export const heatRows = (sim: Simulation): Record<string, unknown>[] =>
  heatOrder(sim).map(c => ({ car: c.car, mean_position: c.mean_position, expected_points: c.expected_points, p_win: c.p_win, p_podium: c.p_podium, p_points: c.p_points, p_dnf: c.p_dnf, ...Object.fromEntries(c.position_probs.map((p, k) => [`p${k + 1}`, p])) }));

export function Heat(p: { view: View; sim: Simulation | undefined; shown: Shown | undefined; of: string | undefined; old: boolean }) {
  const { sim, view } = p;
  return (
    <Panel name="heat" title="Where they finish, % of the races" of={p.of} old={p.old} shown={p.shown} rows={sim && (() => heatRows(sim))}>
      {!sim ? <Waiting view={view} what="The first simulation is on its way." /> : (
        <div class="scroll" tabIndex={0} role="region" aria-label="Shares of the finishing places">
          <table class="strategy-heat-table">
            <thead>
              <tr>
                <th scope="col">Car</th>
                {sim.cars.map((_, k) => <th key={k} scope="col" class="num">{k + 1}</th>)}
                <th scope="col" class="num">Mean</th>
                <th scope="col" class="num">Pts</th>
                <th scope="col" class="num">Out</th>
              </tr>
            </thead>
            <tbody>{heatOrder(sim).map(c => <HeatRow key={c.car} c={c} view={view} />)}</tbody>
          </table>
        </div>
      )}
      {sim && <p class="strategy-note soft">Outlined: the place now. Mean place, points and the chance of not finishing.</p>}
    </Panel>
  );
}

function HeatRow({ c, view }: { c: SimulatedCar; view: View }) {
  const car = view.state.race.cars.find(k => k.code === c.car);
  const now = car && !isOut(car) ? car.position : null;
  const cls = c.car === view.own.code ? 'own' : c.car === view.mate?.code ? 'mate' : '';
  return (
    <tr class={cls} onClick={() => setQuery({ ref: c.car })}>
      <th scope="row">{c.car}</th>
      {c.position_probs.map((p, k) => (
        <td key={k} class={k + 1 === now ? 'now' : ''} style={{ '--heat': String(Math.sqrt(p).toFixed(3)) }} title={`${c.car} finishes P${k + 1}: ${percent(p, 1)}${k + 1 === now ? ' (there now)' : ''}`}>
          {heatCell(p)}
        </td>
      ))}
      <td class="num sum">{num(c.mean_position, 1)}</td>
      <td class="num sum">{num(c.expected_points, 1)}</td>
      <td class="num sum soft">{percent(c.p_dnf)}</td>
    </tr>
  );
}
