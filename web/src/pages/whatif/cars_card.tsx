/** Pace, wear and penalties of cars, plans of rivals, and the tyres for all. */
import { useState } from 'preact/hooks';
import { Card, Tyre } from '../../ui/basic';
import { compoundName, place } from '../../core/format';
import { ALL, type CarCase, type TyreCase } from './case';
import { Dial } from './dial';
import { made, moveStop, addStop, readPlan, rebase, removeStop, setTyre, writePlan, type Plan } from './plan';
import { PlanBar } from './plan_bar';
import { TyreChoice } from './plan_card';
import type { CaseProps } from './race_card';
import type { Answer, WhatIfCar } from './types';

const put = <T extends object>(all: Record<string, T>, key: string, more: Partial<T>): Record<string, T> => ({ ...all, [key]: { ...all[key], ...more } as T });

function Dials({ code, of, set }: { code: string; of: CarCase; set(c: Partial<CarCase>, what: string): void }) {
  return (
    <>
      <Dial label={`Pace of ${code}`} value={of.pace} base={0} min={-1} max={1} hardMin={-10} hardMax={10} step={0.05} digits={2} unit="s a lap" change={pace => set({ pace }, `${code} pace`)} />
      <Dial label={`Wear of ${code}`} value={of.wear} base={1} min={0.5} max={2} hardMin={0} hardMax={10} step={0.05} digits={2} unit="× usual" change={wear => set({ wear }, `${code} wear`)} />
      <Dial label={`Penalty of ${code}`} value={of.penalty} base={0} min={0} max={20} hardMax={120} step={5} digits={0} unit="s" change={penalty => set({ penalty }, `${code} penalty`)} />
    </>
  );
}

/** The plan of a rival: as expected until a hand touches it. */
function RivalPlan({ rival, of, base, set }: { rival: WhatIfCar; of: CarCase; base: Answer; set(c: Partial<CarCase>, what: string): void }) {
  const { from_lap: past, laps } = base;
  const likely = readPlan(rival.before.plans[0]?.plan ?? '');
  if (!likely) return null;
  const own = of.plan ? readPlan(of.plan) : null;
  const plan = own ? rebase(own, likely, past) : likely;
  const change = (p: Plan, what: string) => set({ plan: writePlan(p) }, what);
  const next = made(plan, past);
  return (
    <div class="whatif-rivalplan">
      <PlanBar name={`of ${rival.car}`} plan={plan} past={past} laps={laps} change={change} />
      <div class="row">
        <button type="button" aria-pressed={plan.stops[next]?.lap === past + 1 && own !== null} disabled={past + 1 >= laps} onClick={() => change(plan.stops[next] ? moveStop(plan, next, past + 1, past, laps) : addStop(plan, 'HARD', past, laps), '')}>
          Stops now
        </button>
        {plan.stops[next] && (
          <TyreChoice label={`Next tyre of ${rival.car}`} value={plan.stops[next].compound} tyres={base.base.compounds} sets={rival.sets_left} change={c => change(setTyre(plan, next + 1, c, past), '')} />
        )}
        <button type="button" disabled={addStop(plan, 'HARD', past, laps) === plan} onClick={() => change(addStop(plan, 'HARD', past, laps), '')}>
          Add a stop
        </button>
        <button type="button" disabled={plan.stops.length <= next} onClick={() => change(removeStop(plan, plan.stops.length - 1, past), '')}>
          One fewer
        </button>
        <button type="button" disabled={!own} onClick={() => set({ plan: undefined }, '')}>
          As expected
        </button>
      </div>
    </div>
  );
}

export function CarsCard({ of, base, change, car }: CaseProps & { car: string }) {
  const [open, setOpen] = useState<string[]>([]);
  const rivals = base.cars.filter(c => c.car !== car);
  const shown = rivals.filter(c => of.cars[c.car] !== undefined || open.includes(c.car));
  const set = (code: string) => (c: Partial<CarCase>, what: string) => change({ cars: put(of.cars, code, c) }, what);
  const drop = (code: string) => {
    setOpen(open.filter(c => c !== code));
    const { [code]: _, ...cars } = of.cars;
    if (of.cars[code]) change({ cars }, '');
  };
  return (
    <Card title="Cars">
      <Dials code={car} of={of.cars[car] ?? {}} set={set(car)} />
      {shown.map(r => (
        <section key={r.car} class="whatif-rival" aria-label={`What if ${r.car}`}>
          <header>
            <b>{r.car}</b>
            <span class="soft">{place(r.position)} now</span>
            <button type="button" aria-label={`${r.car} as expected`} onClick={() => drop(r.car)}>
              ×
            </button>
          </header>
          <RivalPlan rival={r} of={of.cars[r.car] ?? {}} base={base} set={set(r.car)} />
          <Dials code={r.car} of={of.cars[r.car] ?? {}} set={set(r.car)} />
        </section>
      ))}
      <select class="whatif-addcar" aria-label="Change another car" value="" onChange={e => e.currentTarget.value && setOpen([...open, e.currentTarget.value])}>
        <option value="">Change another car: its plan, pace, wear …</option>
        {[...rivals]
          .filter(r => !shown.includes(r))
          .sort((a, b) => a.position - b.position)
          .map(r => (
            <option key={r.car} value={r.car}>
              {place(r.position)} {r.car}
            </option>
          ))}
      </select>
    </Card>
  );
}

export function TyresCard({ of, base, change }: CaseProps) {
  const set = (name: string) => (t: Partial<TyreCase>, what: string) => change({ tyres: put(of.tyres, name, t) }, what);
  const wet = of.weather.from !== undefined || (of.weather.wet ?? base.base.track_wetness) > 0;
  const tyres = base.base.compounds.filter(t => t.kind === 'slick' || wet);
  return (
    <Card title="Tyres, for all cars">
      <Dial label="Wear of all" value={of.tyres[ALL]?.wear} base={1} min={0.5} max={2} hardMin={0} hardMax={10} step={0.05} digits={2} unit="× usual" change={wear => set(ALL)({ wear }, 'all wear')} />
      {tyres.map(t => (
        <div key={t.name} class="whatif-tyre">
          <Tyre compound={t.name} />
          <div>
            <Dial label={`${compoundName(t.name)} wear`} value={of.tyres[t.name]?.wear} base={1} min={0.5} max={2} hardMin={0} hardMax={10} step={0.05} digits={2} unit="× usual" change={wear => set(t.name)({ wear }, `${t.name} wear`)} />
            <Dial label={`${compoundName(t.name)} pace`} value={of.tyres[t.name]?.pace} base={0} min={-1} max={1} hardMin={-5} hardMax={5} step={0.05} digits={2} unit="s a lap" change={pace => set(t.name)({ pace }, `${t.name} pace`)} />
          </div>
        </div>
      ))}
    </Card>
  );
}
