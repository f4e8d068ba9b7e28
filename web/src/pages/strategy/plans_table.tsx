/** The best plans of our car: what each loses against the best, how sure that is, and what would make it the better one. */
import { num, percent, signed } from '../../core/format';
import type { Maybe } from '../../core/types';
import type { Optimal, OtherPlan, Plan } from './answers';
import { Tyre } from '../../ui/basic';
import type { Shown } from './desk';
import { Panel, unlessOut, Waiting } from './panel';
import { scale } from './scale';
import type { View } from './view';

/** Against the best: 0 for the best itself. */
export const regret = (p: Plan): number => -p.gain.value;

/** Stops that are still to come. */
export const stopsAhead = (p: Plan, fromLap: number) => p.stops.filter(s => s.lap > fromLap);

export const planWords = (p: Plan, fromLap: number): string => {
  const ahead = stopsAhead(p, fromLap);
  return ahead.length === 0 ? 'no further stop' : ahead.map(s => `${s.compound.toLowerCase()} on lap ${s.lap}`).join(', ');
};

export const planRows = (o: Optimal): Record<string, unknown>[] =>
  shownPlans(o).map((p, k) => ({ rank: k + 1, plan: p.plan, mean_position: p.mean_position, expected_points: p.expected_points, p_win: p.p_win, regret: regret(p), lo: -p.gain.hi, hi: -p.gain.lo, unit: p.gain.unit, p_best: p.p_best, trials: p.trials }));

const decimals = (unit: string) => (unit === 'prob' ? 3 : 2);

export function Plans(p: { view: View; best: Optimal | undefined; shown: Shown | undefined; of: string | undefined; old: boolean }) {
  const { best, view } = p;
  return (
    <Panel name="plans" title={`Plans for ${view.own.code}`} of={p.of} old={p.old} shown={p.shown} rows={best && (() => planRows(best))}>
      {!best ? <Waiting view={view} what={unlessOut(view.own, 'The plans are on their way.')} /> : <Body best={best} />}
    </Panel>
  );
}

/** The best, and plans B and C where they are not among them. */
export function shownPlans(o: Optimal): Plan[] {
  const more = [o.plan_b, o.plan_c].filter((p): p is OtherPlan => !!p && !o.candidates.some(c => c.plan === p.plan));
  return [...o.candidates, ...more];
}

function Body({ best }: { best: Optimal }) {
  const plans = shownPlans(best);
  const unit = best.candidates[0]?.gain.unit ?? 'points';
  const worst = Math.min(...plans.map(c => c.gain.lo), -0.1);
  const highest = Math.max(...plans.map(c => c.gain.hi), 0.1);
  const x = scale(worst, highest, 4, 116);
  return (
    <>
      <div class="scroll" tabIndex={0} role="region" aria-label="Plans">
        <table>
          <thead>
            <tr>
              <th scope="col">Stops to come</th>
              <th scope="col" class="num">Mean place</th>
              <th scope="col" class="num">Points</th>
              <th scope="col" class="num">Win</th>
              <th scope="col">Loses against the best, {unit}, 90 %</th>
              <th scope="col" class="num">Is the best</th>
            </tr>
          </thead>
          <tbody>
            {plans.map((c, k) => (
              <tr key={c.plan} class={k === 0 ? 'own' : ''}>
                <th scope="row"><PlanStops plan={c} fromLap={best.from_lap} mark={c.plan === best.plan_b?.plan ? 'B' : c.plan === best.plan_c?.plan ? 'C' : k === 0 ? 'A' : ''} /></th>
                <td class="num">{num(c.mean_position, 2)}</td>
                <td class="num">{num(c.expected_points, 1)}</td>
                <td class="num">{percent(c.p_win)}</td>
                <td><Interval plan={c} x={x} first={k === 0} /></td>
                <td class="num">{percent(c.p_best)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Other name="B" plan={best.plan_b} fromLap={best.from_lap} />
      <Other name="C" plan={best.plan_c} fromLap={best.from_lap} />
      {best.assumed.length > 0 && <p class="strategy-note soft">Assumed: {best.assumed.join(' ')}</p>}
    </>
  );
}

export function PlanStops({ plan, fromLap, mark = '' }: { plan: Plan; fromLap: number; mark?: string }) {
  const ahead = stopsAhead(plan, fromLap);
  return (
    <span class="strategy-planstops" title={plan.plan}>
      <b class="mark">{mark}</b>
      {ahead.length === 0 && <span>no further stop</span>}
      {ahead.map(s => (
        <span key={s.lap}>
          <Tyre compound={s.compound} /> {s.lap}
        </span>
      ))}
    </span>
  );
}

function Interval({ plan, x, first }: { plan: Plan; x: (v: number) => number; first: boolean }) {
  const { value, lo, hi, unit } = plan.gain;
  const d = decimals(unit);
  return (
    <span class="strategy-interval">
      <svg width="120" height="16" aria-hidden="true">
        <line class="zero" x1={x(0)} x2={x(0)} y1="1" y2="15" />
        {!first && <line class="range" x1={x(lo)} x2={x(hi)} y1="8" y2="8" />}
        <circle cx={x(value)} cy="8" r="3.5" />
      </svg>
      <span class="num">{first ? 'best' : signed(value, d)}</span>
      <small class="soft">{first ? '' : `${signed(lo, d)} to ${signed(hi, d)}`}</small>
    </span>
  );
}

function Other({ name, plan, fromLap }: { name: string; plan: Maybe<OtherPlan>; fromLap: number }) {
  if (!plan) return null;
  return (
    <div class="strategy-other">
      <b>Plan {name}</b> <span class="soft">({planWords(plan, fromLap)})</span>{' '}
      {plan.triggers.length === 0 ? <span>: nothing within what was searched makes it the better one.</span> : (
        <>
          <span>becomes the better one if</span>
          <ul>{plan.triggers.map(t => <li key={t.text}>{t.text} <span class="good">{signed(t.gain)}</span></li>)}</ul>
        </>
      )}
    </div>
  );
}
