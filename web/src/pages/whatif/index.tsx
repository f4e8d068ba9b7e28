/** What if: change the plan, the weather, a flag, a rival; see where everybody ends up, at once. */
import { useEffect, useRef } from 'preact/hooks';
import { ownCar, useLive } from '../../core/live';
import { useSession } from '../../core/session';
import type { SessionState } from '../../core/types';
import { Card, Empty, Failed } from '../../ui/basic';
import { bodyOf, plansAlone, raceOf } from './body';
import { changes, writeCase } from './case';
import { CarsCard, TyresCard } from './cars_card';
import { CarsTable } from './cars_table';
import { Head } from './head';
import { LapChoice } from './lap_choice';
import { readPlan, rebase, shortPlan, writePlan, type Plan } from './plan';
import { PlanCard } from './plan_card';
import { RaceCard } from './race_card';
import { Objectives, ResultCard, Stands } from './result_card';
import { said } from './said';
import type { Answer } from './types';
import { useCase, type CaseInHand } from './use_case';
import { useUndoKeys } from './use_keys';
import { SHARP, useSharp } from './use_sharp';

const FIRST_LAP = 2;

/** Laps that the leader has completed. */
export const completed = (s: SessionState): number => s.race.cars.reduce((n, c) => Math.max(n, c.laps), 0);

interface Standing {
  state: SessionState;
  base: Answer;
  /** The flag that is out: with another one the same lap is asked again. */
  turn: string;
  car: string;
  of: CaseInHand;
}

/** Plans A and B as they can be driven from here. */
function plansOf({ base, car, of }: Standing): { a: Plan; b: Plan } | null {
  const stands = readPlan(base.cars.find(c => c.car === car)?.before.plans[0]?.plan ?? '');
  if (!stands) return null;
  const fit = (text: string | undefined, or: Plan) => {
    const p = text ? readPlan(text) : null;
    return p ? rebase(p, stands, base.from_lap) : or;
  };
  const a = fit(of.now.a, stands);
  return { a, b: fit(of.now.plan, a) };
}

/** B against A in the changed race: what the plan alone is worth there. */
function PlansAlone({ race, of, car, a, b, turn }: { race: object; turn: string; of: CaseInHand; car: string; a: Plan; b: Plan }) {
  const sharp = useSharp({ ...race, ...plansAlone({ ...of.now, plan: writePlan(b) }, car, writePlan(a)) }, SHARP, turn);
  const ours = sharp.data?.cars.find(c => c.car === car);
  return (
    <Card title="B against A, both in the changed race" side={<Stands sharp={sharp} />}>
      {sharp.error && <Failed error={sharp.error} />}
      {ours && <Objectives car={ours} names={['A', 'B']} caption={`Plan B against plan A for ${car}, in the changed race`} />}
    </Card>
  );
}

function Board(p: Standing) {
  const { base, car, of, state, turn } = p;
  const plans = plansOf(p)!;
  const a = writePlan(plans.a);
  const b = writePlan(plans.b);
  // Of the lap that the plans were read at: the race may have gone on since.
  const race = raceOf(state.session.id, base.from_lap);
  const body = { ...race, ...bodyOf({ ...of.now, plan: b === a ? undefined : b }, car, a) };
  const sharp = useSharp(body, SHARP, turn);
  const fresh = !sharp.error && sharp.fresh;
  const ours = sharp.data?.cars.find(c => c.car === car);
  const facts = base.cars.find(c => c.car === car)!;
  const others = changes({ ...of.now, plan: undefined }) > 0;
  const names: [string, string] = b !== a ? ['A', others ? 'B, changed' : 'B'] : ['As it is', 'What if'];
  const card = { of: of.now, base, out: of.now.lap === undefined ? state.race.flag : ('green' as const), change: of.change };
  /** B that is as A is no change. A hand on A leaves B where it is; another A from the list takes along a B that was the same. */
  const choose = (which: 'a' | 'plan', plan: Plan, what: string) => {
    const text = writePlan(plan);
    if (which === 'plan') of.change({ plan: text === a ? undefined : text }, what);
    else of.change({ a: text, plan: text === b || (b === a && what === '') ? undefined : b }, what);
  };
  return (
    <div class="whatif-board">
      <div class="whatif-controls no-print">
        <PlanCard car={car} a={plans.a} b={plans.b} past={base.from_lap} laps={base.laps} tyres={base.base.compounds} sets={facts.sets_left} likely={facts.before.plans} change={choose} />
        <RaceCard {...card} />
        <CarsCard {...card} car={car} />
        <TyresCard {...card} />
      </div>
      <div class="whatif-results">
        {sharp.error && <Failed error={sharp.error} />}
        {sharp.data && ours && <ResultCard sharp={sharp} car={ours} names={names} fresh={fresh} />}
        {!sharp.data && !sharp.error && <Empty>Playing the race …</Empty>}
        {b !== a && others && <PlansAlone race={race} turn={turn} of={of} car={car} a={plans.a} b={plans.b} />}
        {sharp.data && <CarsTable answer={sharp.data} car={car} fresh={fresh} />}
        <p class="soft whatif-note">
          Both sides are played with the same draws{b === a ? `; ${car} keeps to ${shortPlan(plans.a)}` : ''}. An interval that holds 0 (≈) tells no difference.
        </p>
      </div>
    </div>
  );
}

/** Another car: the plans were of the one before. */
function useNewCar(car: string | undefined, of: CaseInHand): void {
  const before = useRef(car);
  useEffect(() => {
    if (before.current && car && before.current !== car && (of.now.a || of.now.plan)) of.change({ a: undefined, plan: undefined }, '');
    before.current = car;
  }, [car]);
}

function Followed({ state }: { state: SessionState }) {
  const { session } = state;
  const of = useCase();
  const car = ownCar(state)?.code;
  const now = completed(state);
  const lap = of.now.lap ?? now;
  const over = state.race.laps_total ? lap >= state.race.laps_total : false;
  const early = lap < FIRST_LAP;
  const flag = of.now.lap === undefined ? state.race.flag : '';
  const base = useSharp(over || early ? null : { ...raceOf(session.id, of.now.lap), cars: [] }, 0, of.now.lap === undefined ? `${now} ${flag}` : '');
  useNewCar(car, of);
  useUndoKeys(of.back, of.forth);
  const there = base.data?.cars.find(c => c.car === car);
  return (
    <div class="whatif">
      <div class="whatif-top">
        <Head
          session={session.id}
          race={state.race.name}
          car={car ?? ''}
          when={<LapChoice now={now} laps={state.race.laps_total} lap={of.now.lap} change={l => of.change({ lap: l }, 'lap')} />}
          said={said(of.now, car ?? '')}
          text={writeCase({ ...of.now, ...(lap > 0 ? { lap } : {}) })}
          unknown={of.now.unknown}
          canBack={of.canBack}
          canForth={of.canForth}
          back={of.back}
          forth={of.forth}
          reset={of.reset}
          drop={s => of.change(s.without, '')}
        />
      </div>
      {over && <Empty>The race is over. Give a lap above to look back from: what would have come of another plan there?</Empty>}
      {early && <Empty>A race is played on from the end of lap {FIRST_LAP}: before, its laps tell nothing of the day.</Empty>}
      {base.error && !over && !early && <Failed error={base.error} />}
      {!over && !early && !car && <Empty>Choose a car first.</Empty>}
      {!over && !early && base.data && car && !there && <Empty>{car} runs no more: choose another car, or an earlier lap.</Empty>}
      {!over && !early && base.data && car && there && <Board key={car} state={state} base={base.data} car={car} of={of} turn={flag} />}
    </div>
  );
}

export function WhatIf() {
  const { id } = useSession();
  const state = useLive(id, l => l.state);
  const refused = useLive(id, l => l.refused);
  if (refused) return <Empty>{refused}</Empty>;
  if (!id) return <Empty>No session is there. Start a replay or a feed first.</Empty>;
  if (!state) return <Empty>Waiting for the race …</Empty>;
  return <Followed key={id} state={state} />;
}
