/** The strategy page: one race, one moment, all that is known of the rest of it. */
import { useLive } from '../../core/live';
import { age, count, percent } from '../../core/format';
import { useStore } from '../../core/store';
import { where } from '../../core/router';
import type { SessionLap } from '../../core/types';
import { useAsk } from '../../core/use_ask';
import { useSession } from '../../shell/app';
import { Empty } from '../../ui/basic';
import type { Degradation, FieldCalls, FullCall, Optimal, SessionCalls, Simulation } from './answers';
import { askCalls, askField, askLaps, askOptimal, askSimulation, askTyre } from './asks';
import { isSettled, useDesk, type DeskState, type Part, type Shown } from './desk';
import { Duels } from './duel_matrix';
import { Heat } from './heat_map';
import { historyLines } from './history';
import { History } from './history_chart';
import { IfFlag, type OwnCall } from './if_flag';
import { Plans } from './plans_table';
import { isOut, stintRows } from './stints';
import { Stints } from './stints_chart';
import { Tree } from './tree_chart';
import { Tyres } from './tyre_chart';
import { Doing, useTick } from './panel';
import { makeView, useReference, type View } from './view';

export function Strategy() {
  const { id } = useSession();
  const state = useLive(id, l => l.state);
  const refused = useLive(id, l => l.refused);
  const seqs = useLive(id, l => Object.values(l.calls).map(c => c.seq).join(','));
  const to = useReference();
  const tyreOf = useStore(where, w => w.query['tyre'] ?? '');
  const view = makeView(state, to);
  if (refused) return <Empty>{refused}</Empty>;
  if (!id) return <Empty>No session runs. Start a replay on the live page, or connect a feed.</Empty>;
  if (!view) return <Empty>Waiting for the first cars of this session.</Empty>;
  return <Page id={id} view={view} seqs={seqs} tyreOf={view.state.race.cars.some(c => c.code === tyreOf) ? tyreOf : view.own.code} />;
}

/** What is wanted of the race as it stands: anew with each lap of the leader and each flag. */
function wanted(view: View, id: string, tyreOf: string): Record<string, Part> {
  const { race } = view.state;
  const can = !view.early && !view.over && view.lap < view.laps;
  const at = can ? `${id} ${view.lap} ${race.flag} ` : null;
  const key = (more: string) => (at === null ? null : at + more);
  const driver = race.cars.find(c => c.code === tyreOf);
  const runs = (code: string) => race.cars.some(c => c.code === code && !isOut(c));
  return {
    simulation: { key: key(view.to), name: 'the rest of the race', ask: s => askSimulation(id, view.to, s) },
    plans: { key: runs(view.own.code) ? key(view.own.code) : null, name: `plans for ${view.own.code}`, ask: s => askOptimal(id, view.own.code, s) },
    tyre: { key: driver && runs(tyreOf) && driver.laps > 0 ? key(tyreOf) : null, name: `tyres of ${tyreOf}`, ask: s => askTyre(id, tyreOf, s) },
    field: { key: key('all'), name: 'windows of all cars', ask: s => askField(id, s) },
  };
}

interface Told<T> {
  data: T | undefined;
  shown: Shown | undefined;
}

function told<T>(desk: DeskState, part: string): Told<T> {
  const shown = desk.shown[part];
  return { data: shown?.data as T | undefined, shown };
}

function ownCalls(view: View, calls: SessionCalls | undefined, field: FieldCalls | undefined): OwnCall[] {
  const mine = [view.own, ...(view.mate ? [view.mate] : [])];
  return mine.flatMap((car): OwnCall[] => {
    const made = calls?.calls.find(c => c.car === car.key);
    const full: FullCall | null | undefined = made?.recorded?.call ?? field?.cars.find(c => c.car === car.code);
    return full ? [{ code: car.code, lap: full.lap ?? field?.lap ?? view.lap, call: full }] : [];
  });
}

const lapText = (lap: number | undefined): string | undefined => (lap === undefined ? undefined : `lap ${lap}`);

function Page({ id, view: seen, seqs, tyreOf }: { id: string; view: View; seqs: string; tyreOf: string }) {
  const parts = wanted(seen, id, tyreOf);
  const desk = useDesk(id, parts);
  const view: View = { ...seen, busy: desk.busy };
  const laps = useAsk<SessionLap[]>(`${id} ${view.lap}`, s => askLaps(id, s));
  const calls = useAsk<SessionCalls>(`${id} ${seqs}`, s => askCalls(id, s));
  const sim = told<Simulation>(desk, 'simulation');
  const best = told<Optimal>(desk, 'plans');
  const field = told<FieldCalls>(desk, 'field');
  const wear = told<Degradation>(desk, 'tyre');
  // Gaps to another reference are not of this picture: the fan waits for the new ones.
  const fans = sim.shown?.key.endsWith(` ${view.to}`) ? sim.data : undefined;
  const plans = best.data?.car === view.own.code && !isOut(view.own) ? best.data : undefined;
  const tyre = wear.data?.car === tyreOf ? wear.data : undefined;
  const { cars } = view.state.race;
  const lines = historyLines(cars.map(c => c.code), laps.data ?? [], fans, view.to);
  const own = ownCalls(view, calls.data, field.data);
  const of = (lap: number | undefined) => ({ of: lapText(lap), old: lap !== undefined && lap < view.lap && !view.over });
  const ownLap = own.length ? Math.min(...own.map(c => c.lap)) : undefined;
  return (
    <div class="strategy">
      <Head view={view} desk={desk} settled={isSettled(parts, desk.shown)} sim={sim.data} />
      <div class="strategy-grid-page">
        <History view={view} lines={lines} sim={fans} shown={sim.shown} {...of(sim.data?.from_lap)} />
        <Stints view={view} rows={stintRows(cars, view.laps, sim.data, field.data)} sim={sim.data} shown={field.shown} {...of(sim.data?.from_lap)} />
        {!view.over && (
          <>
            <Plans view={view} best={plans} shown={best.shown} {...of(plans?.from_lap)} />
            <IfFlag view={view} calls={own} {...of(ownLap)} />
            <Tree view={view} best={plans} shown={undefined} {...of(plans?.from_lap)} />
            <Duels view={view} calls={own} field={field.data?.cars} {...of(ownLap)} />
            <Tyres view={view} car={tyreOf} wear={tyre} laps={laps.data ?? []} shown={wear.shown} {...of(tyre?.lap)} />
            <Heat view={view} sim={sim.data} shown={sim.shown} {...of(sim.data?.from_lap)} />
          </>
        )}
      </div>
    </div>
  );
}

const madeText = (at: number): string => {
  const old = age(Date.now() - at);
  return old === 'now' ? 'made just now' : `made ${old} ago`;
};

/** As of when, from how many races, and what is under way. */
function Head({ view, desk, settled, sim }: { view: View; desk: DeskState; settled: boolean; sim: Simulation | undefined }) {
  useTick();
  const wait = desk.waitUntil > 0 ? Math.max(1, Math.ceil((desk.waitUntil - Date.now()) / 1000)) : 0;
  const { flag } = view.state.race;
  const at = desk.shown['simulation']?.at;
  const doing = wait ? `the server asks to wait ${wait} s` : desk.busy ? <Doing busy={desk.busy} /> : view.over ? 'the race is over' : view.early ? 'the first figures come with the end of lap 2' : settled ? 'up to date' : '';
  return (
    <div class="strategy-head">
      <h1 class="hidden">Strategy</h1>
      <p>
        <b class="strategy-head-lap">Lap {view.lap} of {view.laps || '–'}</b>
        <span class={`strategy-flagword ${flag}`}>{{ green: 'Green', yellow: 'Yellow', sc: 'Safety car', vsc: 'VSC', red: 'Red flag', chequered: 'Flag' }[flag] ?? flag}</span>
        <span>
          {view.chosen ? 'for' : 'no car chosen: the leader'} <b>{view.own.code}</b>
          {view.mate && <span class="soft"> and {view.mate.code}</span>}
        </span>
      </p>
      {sim && (
        <p class="soft strategy-head-odds">
          as of lap {sim.from_lap}, {count(sim.trials)} races{at !== undefined && <> · {madeText(at)}</>} · SC {percent(sim.neutralisations.p_sc)} · VSC {percent(sim.neutralisations.p_vsc)} · red {percent(sim.neutralisations.p_red)}
        </p>
      )}
      <p class={`strategy-doing ${wait ? 'warn' : 'soft'}`} role="status">{doing}</p>
    </div>
  );
}
