/** The two plans of our car: A, what it is measured by, and B. */
import { Card, Field } from '../../ui/basic';
import { compoundName, num, percent } from '../../core/format';
import type { Compound } from '../../core/types';
import { addStop, made, moveStop, readPlan, removeStop, room, setTyre, shortPlan, writePlan, STOPS_MOST, type Plan } from './plan';
import { PlanBar } from './plan_bar';
import type { TyreFacts } from './types';

export interface PlanProps {
  car: string;
  a: Plan;
  b: Plan;
  past: number;
  laps: number;
  tyres: readonly TyreFacts[];
  sets: Record<string, number>;
  likely: readonly { plan: string; share: number }[];
  change(which: 'a' | 'plan', plan: Plan, what: string): void;
}

export function TyreChoice(props: { label: string; value: Compound; tyres: readonly TyreFacts[]; sets?: Record<string, number>; disabled?: boolean; change(c: Compound): void }) {
  return (
    <select aria-label={props.label} value={props.value} disabled={props.disabled} onChange={e => props.change(e.currentTarget.value)}>
      {props.tyres.map(t => (
        <option key={t.name} value={t.name}>
          {compoundName(t.name)}
          {props.sets?.[t.name] !== undefined ? ` (${num(props.sets[t.name])} left)` : ''}
        </option>
      ))}
    </select>
  );
}

function Stops({ name, plan, past, laps, tyres, sets, change }: { name: string; plan: Plan; past: number; laps: number; tyres: readonly TyreFacts[]; sets: Record<string, number>; change(p: Plan, what: string): void }) {
  const driven = made(plan, past);
  const next = tyres.find(t => t.name === 'HARD') ?? tyres[0];
  return (
    <ul class="whatif-stops">
      <li>
        <span class="whatif-stop-name soft">Start</span>
        <TyreChoice label={`Plan ${name}, tyre at the start`} value={plan.start} tyres={tyres} disabled={past > 0} change={c => change(setTyre(plan, 0, c, past), '')} />
      </li>
      {plan.stops.map((s, i) => {
        const fixed = i < driven;
        const [lo, hi] = room(plan, i, past, laps);
        return (
          <li key={i}>
            <span class="whatif-stop-name soft">{fixed ? 'Made' : `Stop ${i + 1}`}</span>
            <input type="number" aria-label={`Plan ${name}, stop ${i + 1}: lap`} value={s.lap} min={lo} max={hi} disabled={fixed} onInput={e => e.currentTarget.value !== '' && e.currentTarget.checkValidity() && change(moveStop(plan, i, Number(e.currentTarget.value), past, laps), `${name} stop ${i}`)} />
            <TyreChoice label={`Plan ${name}, stop ${i + 1}: tyre`} value={s.compound} tyres={tyres} sets={sets} disabled={fixed} change={c => change(setTyre(plan, i + 1, c, past), '')} />
            {!fixed && (
              <button type="button" aria-label={`Plan ${name}: take out stop ${i + 1}`} onClick={() => change(removeStop(plan, i, past), '')}>
                ×
              </button>
            )}
          </li>
        );
      })}
      <li>
        <button type="button" disabled={!next || plan.stops.length >= STOPS_MOST || addStop(plan, next.name, past, laps) === plan} onClick={() => next && change(addStop(plan, next.name, past, laps), '')}>
          Add a stop
        </button>
        {past + 1 < laps && next && plan.stops[driven]?.lap !== past + 1 && plan.stops.length > driven && (
          <button type="button" onClick={() => change(moveStop(plan, driven, past + 1, past, laps), '')}>
            Stop now
          </button>
        )}
      </li>
    </ul>
  );
}

export function PlanCard(p: PlanProps) {
  const same = writePlan(p.a) === writePlan(p.b);
  const known = p.likely.some(l => l.plan === writePlan(p.a));
  const choose = (text: string) => {
    const plan = readPlan(text);
    if (plan) p.change('a', plan, '');
  };
  return (
    <Card
      title={`Plan of ${p.car}`}
      class="whatif-plan"
      side={
        <>
          <button type="button" disabled={same} onClick={() => p.change('plan', p.a, '')}>
            Copy A to B
          </button>
          <button type="button" disabled={same} onClick={() => p.change('a', p.b, '')}>
            Copy B to A
          </button>
        </>
      }
    >
      <div class="whatif-ab">
        <b aria-hidden="true">A</b>
        <PlanBar name="A" plan={p.a} past={p.past} laps={p.laps} change={(x, what) => p.change('a', x, what)} />
        <b aria-hidden="true" class="whatif-b">
          B
        </b>
        <PlanBar name="B" plan={p.b} past={p.past} laps={p.laps} change={(x, what) => p.change('plan', x, what)} />
      </div>
      <Field label="A, expected">
        <select value={known ? writePlan(p.a) : ''} onChange={e => choose(e.currentTarget.value)}>
          {!known && <option value="">{shortPlan(p.a)} (own)</option>}
          {p.likely.map(l => (
            <option key={l.plan} value={l.plan}>
              {shortPlan(readPlan(l.plan)!)} ({percent(l.share)})
            </option>
          ))}
        </select>
      </Field>
      <h3 class="whatif-h3">B, what if</h3>
      <Stops name="B" plan={p.b} past={p.past} laps={p.laps} tyres={p.tyres} sets={p.sets} change={(x, what) => p.change('plan', x, what)} />
    </Card>
  );
}
