/** The strategy sheet: one page of A4, black on white. "p" prints it. */
import type { ComponentChildren } from 'preact';
import { get, post } from '../../core/api';
import { compoundName, count, num, percent, place } from '../../core/format';
import { useKeys } from '../../core/keys';
import { ownCar, useLive } from '../../core/live';
import { linkTo } from '../../core/router';
import { useSession } from '../../core/session';
import type { Call, Car, Maybe, SessionState } from '../../core/types';
import { useAsk } from '../../core/use_ask';
import { Empty } from '../../ui/basic';
import { raceOf } from '../whatif/body';
import { readPlan, shortPlan } from '../whatif/plan';
import type { Answer } from '../whatif/types';
import type { Best, FullCall, PlanB, Ranked, WholeCall } from './types';
import { actionWord, answerText, around, gainText, gapTo, raceName, windowText } from './words';

const TRIALS = 8000;
const RIVALS = 9;
const RUNS = ['running', 'in_lane', 'in_box', 'grid'];

const planText = (text: string): string => {
  const p = readPlan(text);
  return p ? shortPlan(p) : text;
};

function Title({ state, car, lap, name }: { state: SessionState; car: Car; lap: number; name: Maybe<string> }) {
  const { race } = state;
  return (
    <header class="sheet-title">
      <h1>{raceName(name ?? race.name, race.season)}</h1>
      <p>
        <b>{car.code}</b> {car.driver} {car.team && `· ${car.team}`}
      </p>
      <p class="sheet-moment">
        Leader after lap <b>{num(lap)}</b> of {num(race.laps_total)} · <b>{place(car.position)}</b> · {compoundName(car.compound)} {num(car.tyre_age_laps)} laps · {race.flag === 'green' ? 'green' : race.flag.toUpperCase()}
      </p>
    </header>
  );
}

function Now({ call, whole }: { call: Call | undefined; whole: Maybe<WholeCall> }) {
  if (!call?.action) return <p>No call has been made for this car yet.</p>;
  return (
    <>
      <p class="sheet-call">
        {actionWord(call.action)} {call.compound ? compoundName(call.compound) : ''} {call.target_lap ? `lap ${call.target_lap}` : ''}
      </p>
      <p>
        Made after lap {num(call.lap)}. {gainText(call.gain)}. Confidence: {call.confidence_words ?? percent(call.confidence)}. {call.rejoin ? `Rejoins ${place(call.rejoin.position)} between ${call.rejoin.ahead ?? '–'} and ${call.rejoin.behind ?? '–'}.` : ''}
      </p>
      {whole?.window?.opens && <p>Window: {windowText(whole.window)}.</p>}
      {call.flips_if && <p>Other call: {call.flips_if}.</p>}
      {call.radio && <p class="sheet-radio">“{call.radio}”</p>}
    </>
  );
}

function PlanRow({ name, plan, window, more }: { name: string; plan: Maybe<Ranked>; window: string; more: string }) {
  if (!plan) return null;
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>
        <b>{planText(plan.plan)}</b>
      </td>
      <td>{window}</td>
      <td class="num">{num(plan.mean_position, 1)}</td>
      <td class="num">{num(plan.expected_points, 1)}</td>
      <td>{more}</td>
    </tr>
  );
}

const triggers = (p: Maybe<PlanB>): string => (p ? [gainText(p.gain), ...p.triggers.map(t => `if ${t.text}`)].join('; ') : '');

function Plans({ best }: { best: Best }) {
  const a = best.candidates[0];
  const windows = best.window.map(w => `stop ${w.stop}: ${windowText(w)}`).join('; ') || '–';
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Plan</th>
          <th scope="col">Sets and laps</th>
          <th scope="col">Windows</th>
          <th scope="col" class="num">Place</th>
          <th scope="col" class="num">Points</th>
          <th scope="col">Against A</th>
        </tr>
      </thead>
      <tbody>
        <PlanRow name="A" plan={a} window={windows} more="" />
        <PlanRow name="B" plan={best.plan_b} window="" more={triggers(best.plan_b)} />
        <PlanRow name="C" plan={best.plan_c} window="" more={triggers(best.plan_c)} />
      </tbody>
    </table>
  );
}

function FlagTable({ whole }: { whole: WholeCall }) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Lap</th>
          <th scope="col">SC before our entry</th>
          <th scope="col">SC after it</th>
          <th scope="col">VSC before our entry</th>
          <th scope="col">VSC after it</th>
        </tr>
      </thead>
      <tbody>
        {whole.if_sc_table.map(r => (
          <tr key={r.lap}>
            <th scope="row">{r.lap}</th>
            <td>{answerText(r.sc?.before_entry)}</td>
            <td>{answerText(r.sc?.after_entry)}</td>
            <td>{answerText(r.vsc?.before_entry)}</td>
            <td>{answerText(r.vsc?.after_entry)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The likeliest plan and how sure that is; what was driven is in it. */
const expected = (facts: Maybe<Answer>, code: string): string => {
  const likely = facts?.cars.find(c => c.car === code)?.before.plans.reduce((a, b) => (b.share > a.share ? b : a));
  return likely ? `${planText(likely.plan)} (${percent(likely.share)})` : '–';
};

function Rivals({ state, us, facts }: { state: SessionState; us: Car; facts: Maybe<Answer> }) {
  const cars = around(state.race.cars.filter(c => RUNS.includes(c.status)), us.key, RIVALS);
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Place</th>
          <th scope="col">Car</th>
          <th scope="col" class="num">To us, s</th>
          <th scope="col">Tyre</th>
          <th scope="col" class="num">Stops</th>
          <th scope="col">Expected plan</th>
        </tr>
      </thead>
      <tbody>
        {cars.map(c => (
          <tr key={c.key} class={c.key === us.key ? 'sheet-us' : ''}>
            <td>{place(c.position)}</td>
            <th scope="row">{c.code}</th>
            <td class="num">{gapTo(us, c)}</td>
            <td>
              {compoundName(c.compound)} {num(c.tyre_age_laps)}
            </td>
            <td class="num">{num(c.stops)}</td>
            <td>{expected(facts, c.code)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Sets({ facts, code }: { facts: Answer; code: string }) {
  const left = facts.cars.find(c => c.car === code)?.sets_left ?? {};
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Tyre</th>
          <th scope="col" class="num">Sets left, at most</th>
          <th scope="col" class="num">Wear, s a lap</th>
          <th scope="col" class="num">Life, laps</th>
        </tr>
      </thead>
      <tbody>
        {facts.base.compounds.map(t => (
          <tr key={t.name}>
            <th scope="row">{compoundName(t.name)}</th>
            <td class="num">{num(left[t.name])}</td>
            <td class="num">{num(t.wear_s_per_lap, 3)}</td>
            <td class="num">{num(t.life_laps)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Part({ title, children, class: more = '' }: { title: string; children: ComponentChildren; class?: string }) {
  return (
    <section class={`sheet-part ${more}`}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function Page({ state, car }: { state: SessionState; car: Car }) {
  const { id } = state.session;
  const lap = state.race.cars.reduce((n, c) => Math.max(n, c.laps), 0);
  const key = `${id} ${car.code} ${lap} ${state.race.flag}`;
  const body = raceOf(id);
  const best = useAsk(`best ${key}`, s => post<Best>('/strategies/optimal', { ...body, car: car.code, trials: TRIALS, top: 3, triggers: true }, s));
  const facts = useAsk(`facts ${key}`, s => post<Answer>('/strategies/what-if', { ...body, cars: [], trials: 400 }, s));
  const calls = useAsk(`calls ${key} ${state.call?.seq ?? 0}`, s => get<{ calls: FullCall[] }>(`/sessions/${encodeURIComponent(id)}/recommendations`, s));
  const call = calls.data?.calls.find(c => c.car === car.key);
  const whole = call?.recorded?.call;
  const failed = best.error ?? facts.error;
  const assumed = [...new Set([...(best.data?.assumed ?? []), ...(whole?.assumed ?? [])])];
  useKeys([{ key: 'p', what: 'Print the sheet', run: () => print() }]);
  return (
    <div class="sheet">
      <div class="sheet-tools no-print">
        <button type="button" class="primary" onClick={() => print()}>
          Print
        </button>
        <a href={linkTo('whatif', [id], { car: car.code })}>What-if</a>
        <span class="soft" role="status">
          {best.busy ? 'looking for the best plans …' : ''}
        </span>
      </div>
      <article class="sheet-page" aria-label={`Strategy sheet of ${car.code}`}>
        <Title state={state} car={car} lap={lap} name={facts.data?.race} />
        {failed && <p role="alert">{failed.message}</p>}
        <div class="sheet-two">
          <Part title="Call now">
            <Now call={call} whole={whole} />
          </Part>
          <Part title="Sets and pit lane">
            {facts.data && <Sets facts={facts.data} code={car.code} />}
            {facts.data && <p>A stop costs {num(facts.data.base.pit_loss_s, 1)} s under green.</p>}
          </Part>
        </div>
        <Part title="Plans">{best.data ? <Plans best={best.data} /> : <p>–</p>}</Part>
        <Part title="If a safety car or a virtual one comes out: answer, place after the stop, points gained">{!whole ? <p>No call has been made for this car yet.</p> : whole.if_sc_table.length > 0 ? <FlagTable whole={whole} /> : <p>The race is neutralised, or its end is near: the call above is the answer.</p>}</Part>
        <Part title="Cars around us">
          <Rivals state={state} us={car} facts={facts.data} />
        </Part>
        <div class="sheet-two">
          <Part title="Rules that bind">{whole?.rules.length ? <ul>{whole.rules.map(r => <li key={r.text}>{r.text}</li>)}</ul> : <p>–</p>}</Part>
          <Part title="Assumed">
            <ul>
              {assumed.map(a => (
                <li key={a}>{a}</li>
              ))}
            </ul>
          </Part>
        </div>
        <Part title="Notes" class="sheet-notes">
          <></>
        </Part>
        <footer>
          {best.data && `${count(best.data.trials)} races played for the plans. `}Session {id}. A gain is in points with its 90 % interval. Pitboard.
        </footer>
      </article>
    </div>
  );
}

export function Sheet() {
  const { id } = useSession();
  const state = useLive(id, l => l.state);
  const car = ownCar(state);
  if (!state) return <Empty>Waiting for the race …</Empty>;
  if (!car) return <Empty>{state.race.cars.length > 0 ? 'Choose a car first.' : 'No car is on its way yet.'}</Empty>;
  return <Page key={`${id} ${car.key}`} state={state} car={car} />;
}
