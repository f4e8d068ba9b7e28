/** One recorded race: how it ended, who was where when, tyres, neutralisations. */
import { lapTime, num } from '../../core/format';
import { setQuery, where } from '../../core/router';
import { useStore } from '../../core/store';
import { Card, Empty, Failed } from '../../ui/basic';
import type { Chosen } from './chooser';
import { useMessages, useRace } from './data';
import { Exports } from '../../ui/exports';
import { FocusBar, focusOf } from './focus';
import { finishOrder, gapRange, gaps, lapSeconds, lastLap, leads, phases, positions, racingRange } from './race_math';
import type { Line, Phase, RaceData } from './race_math';
import { RacePlot } from './race_plot';
import { Results } from './results';
import { Strategies } from './strategies';

interface Part {
  id: string;
  data: RaceData;
  focus: readonly string[];
  phases: readonly Phase[];
}

const rowsOf = (m: ReadonlyMap<string, Line>): Record<string, unknown>[] => {
  const n = Math.max(0, ...[...m.values()].map(l => l.length));
  return Array.from({ length: n }, (_, lap) => ({ lap, ...Object.fromEntries([...m].map(([code, line]) => [code, line[lap] ?? null])) }));
};

function LapChart({ id, data, focus, phases: bands }: Part) {
  const all = positions(data);
  const cars = all.size;
  const led = leads(all);
  const alt = `Places by lap. ${led.map(l => `${l.driver} led lap ${l.from}${l.to > l.from ? ` to ${l.to}` : ''}`).join(', ')}.`;
  return (
    <Card title="Places by lap" side={<Exports name={`${id}-places`} rows={() => rowsOf(all)} png />}>
      <RacePlot race={id} alt={alt} lines={all} focus={focus} phases={bands} height={400} down range={[0.3, cars + 1.6]} labelAll
        splits={[1, ...Array.from({ length: Math.floor(cars / 5) }, (_, i) => 5 * (i + 1))]} value={v => num(v)} />
    </Card>
  );
}

function GapChart({ id, data, focus, phases: bands }: Part) {
  const to = useStore(where, w => w.query['ref'] ?? '');
  const all = gaps(data, to);
  const last = focus.map(c => `${c} ${[...(all.get(c) ?? [])].reverse().find(v => v !== null)?.toFixed(1) ?? 'not known'} s`);
  const of = to ? `behind ${to}` : 'behind the leader';
  const reference = (
    <label class="row">
      <span class="soft">Behind</span>
      <select aria-label="Gap to whom" value={to} onChange={e => setQuery({ ref: e.currentTarget.value || null })}>
        <option value="">leader of the lap</option>
        {finishOrder(data).map(c => (
          <option key={c}>{c}</option>
        ))}
      </select>
    </label>
  );
  return (
    <Card title="Gap by lap, seconds" side={<>{reference}<Exports name={`${id}-gaps`} rows={() => rowsOf(all)} png /></>}>
      <RacePlot race={`${id} ${to}`} alt={`Gap by lap, ${of}. At the end: ${last.join(', ')}.`} lines={all} focus={focus} phases={bands} height={300}
        down range={gapRange(all, focus, bands)} value={v => num(v, 1)} />
    </Card>
  );
}

function TimeChart({ id, data, focus, phases: bands }: Part) {
  const all = lapSeconds(data);
  const range = racingRange([...all.values()]);
  const tyre = new Map(data.laps.map(l => [`${l.driver} ${l.lap}`, l.compound]));
  if (!range) return <Empty>No lap of this race has a time.</Empty>;
  const best = focus.map(c => `${c} best ${lapTime(Math.min(...(all.get(c) ?? []).map(v => (v === null ? Infinity : v * 1000))))}`);
  return (
    <Card title="Lap times and tyres" class="an-wide" side={<Exports name={`${id}-laps`} rows={() => data.laps} json={() => data.laps} png />}>
      <RacePlot race={`${id} times`} alt={`Lap times. ${best.join(', ')}.`} lines={all} focus={focus} phases={bands} height={320} down={false}
        range={[range.lo, range.hi]} value={v => lapTime(v * 1000, 1)} compound={(code, lap) => tyre.get(`${code} ${lap}`) ?? null} />
      <p class="an-note">Dots in the colour of the tyre. {num(range.cut)} slower laps (stops, safety cars, the start) lie above the edge.</p>
    </Card>
  );
}

function Neutralisations({ id, data, phases: bands }: Part) {
  const { data: messages } = useMessages(id);
  const said = messages?.items ?? [];
  return (
    <Card title="Neutralisations and race control" class="an-control" side={<Exports name={`${id}-events`} rows={() => [...data.events, ...said]} />}>
      {bands.length === 0 && <p class="soft">No safety car, VSC or red flag.</p>}
      <ul class="an-phases">
        {bands.map(p => (
          <li key={`${p.kind}${p.lap}`}>
            <b class={`an-flag ${p.kind}`}>{p.kind}</b> lap {p.lap}
            {p.to > p.lap ? ` to ${p.to}` : ''}
          </li>
        ))}
      </ul>
      {data.events.some(e => e.derived) && <p class="an-note">Found in the track status of the laps: no source lists them.</p>}
      {said.length > 0 && (
        <ol class="an-messages" tabIndex={0} aria-label="Messages of race control">
          {said.map((m, i) => (
            <li key={i}>
              <span class="num soft">{m.lap === null ? '' : `Lap ${m.lap}`}</span> {m.message ?? m.flag}
            </li>
          ))}
        </ol>
      )}
    </Card>
  );
}

export function RacePage({ chosen }: { chosen: Chosen }) {
  const cars = useStore(where, w => w.query['cars']);
  const { data, error, busy } = useRace(chosen.id);
  if (error) return <Failed error={error} />;
  if (!data || (busy && data.laps.length === 0)) return <Empty>{chosen.none ? 'The store holds no race yet. `pitboard import --store` brings some.' : 'Reading the race.'}</Empty>;
  if (data.laps.length === 0)
    return (
      <>
        <Empty>No source has the laps of this race{data.results.length > 0 ? ': its result alone is known.' : ', nor its result.'}</Empty>
        {data.results.length > 0 && <Results id={chosen.id} data={data} />}
      </>
    );
  const order = finishOrder(data);
  const part: Part = { id: chosen.id, data, focus: focusOf(cars, order), phases: phases(data.events) };
  return (
    <div class="an-race" data-race={chosen.id} data-laps={lastLap(data.laps)}>
      <FocusBar order={order} focus={part.focus} />
      <div class="an-column">
        <Results id={part.id} data={data} />
        <GapChart {...part} />
      </div>
      <div class="an-column">
        <LapChart {...part} />
        <Strategies {...part} />
      </div>
      <TimeChart {...part} />
      <Neutralisations {...part} />
    </div>
  );
}
