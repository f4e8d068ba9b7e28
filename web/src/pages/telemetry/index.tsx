/** Telemetry: channels by lap distance, laps over each other, the time between them, and what the data are worth. */
import { useEffect, useMemo } from 'preact/hooks';
import { all, get } from '../../core/api';
import { lapTime } from '../../core/format';
import { useKeys } from '../../core/keys';
import { ownCar, useLive } from '../../core/live';
import { setQuery, where } from '../../core/router';
import { useSession } from '../../core/session';
import { useStore } from '../../core/store';
import type { ListPage } from '../../core/types';
import { useAsk } from '../../core/use_ask';

import { Card, Empty, Failed } from '../../ui/basic';
import { saveCsv } from '../../ui/save';
import { asRows, type Channel, chosen, offered, withWorkedOut } from './channels';
import { Charts } from './charts';
import { allPlots, cursor, putCursor, zoom, zoomed } from './cursor';
import { Health } from './health';
import { Laps } from './laps';
import { MiniMap } from './map';
import { Nothing, recordingName } from './nothing';
import { carName, firstPicks, keyOf, letter, type Pick, readPicks, refer, toggle, writePicks } from './picks';
import { saveCharts } from './picture';
import { Strip } from './strip';
import { Swatch } from './swatch';
import type { CarHealth, Lap, Recording, RecordingDetail, Trace, Traces, WindowRow } from './types';
import { Times } from './values';
import { Windows } from './windows';

/** Places of a lap: two or three a pixel of the widest chart; of many laps fewer, as the server gives so many at once. */
const pointsOf = (laps: number): number => (laps <= 8 ? 2000 : 1000);
const AGAIN_MS = 15_000;

const at = (id: string) => `/telemetry/${encodeURIComponent(id)}`;

/** The recording of the address, else the newest of the session. */
function useRecording() {
  const { id: session, sessions } = useSession();
  const rec = useStore(where, w => w.query['rec']);
  const running = sessions.find(s => s.id === session);
  const grows = !rec && running?.kind === 'feed' && running.state === 'running';
  const list = useAsk('recordings', s => all<Recording>('/telemetry', s), grows ? AGAIN_MS : undefined);
  const id = rec ?? list.data?.find(r => r.session === session)?.id;
  const detail = useAsk(id ? `telemetry ${id}` : null, s => get<RecordingDetail>(at(id!), s), grows ? AGAIN_MS : undefined);
  return { id, rec, session, running, list, detail };
}

export function Telemetry() {
  const { id, session, running, rec, list, detail } = useRecording();
  const live = useLive(session, l => l.state);
  const strip = !rec && running?.kind === 'feed' && <Strip key={session} session={session} state={live} />;
  const error = list.error ?? detail.error;
  if (error && !detail.data) return <Failed error={error} />;
  return (
    <>
      {strip}
      {!list.data || (id && !detail.data) ? (
        <Empty>Looking for telemetry …</Empty>
      ) : id && detail.data ? (
        <Bench key={id} id={id} detail={detail.data} list={list.data} />
      ) : (
        <Nothing replay={running?.kind === 'replay'} list={list.data} session={session} />
      )}
    </>
  );
}

interface Of {
  id: string;
  detail: RecordingDetail;
  list: readonly Recording[];
}

/** Names of cars: as the session has them, else as the recording. */
function useNames(detail: RecordingDetail): (car: number) => string {
  const cars = useLive(detail.session ?? '', l => l.state?.race.cars);
  return useMemo(() => {
    const codes = new Map((detail.session ? cars : undefined)?.map(c => [c.key, c.code]));
    return (car: number) => carName(car, codes.get(car) ?? detail.by_car.find(c => c.car === car)?.code);
  }, [detail, cars]);
}

/** Which car and laps: of the address, else our car and its best laps. */
function usePicks(id: string, detail: RecordingDetail) {
  const query = useStore(where, w => w.query);
  const ours = useLive(detail.session ?? '', l => (detail.session ? (ownCar(l.state)?.key ?? null) : null));
  const there = (car: number | null | undefined) => detail.by_car.some(c => c.car === car);
  const asked = Number(query['of']);
  const car = there(asked) ? asked : there(ours) ? ours : (detail.by_car[0]?.car ?? null);
  const version = `${detail.points}`;
  const laps = useAsk(car === null ? null : `${id} laps ${car} ${version}`, s => all<Lap>(`${at(id)}/laps?car=${car}`, s));
  const picks = query['laps'] === undefined ? firstPicks(laps.data ?? [], car) : readPicks(query['laps']);
  const set = (next: Pick[]) => setQuery({ laps: writePicks(next), of: car });
  return { car, laps, picks, set };
}

function Bench({ id, detail, list }: Of) {
  const name = useNames(detail);
  const { car, laps, picks, set } = usePicks(id, detail);
  const asked = picks.length > 0 ? writePicks(picks) : null;
  const traces = useAsk(asked && `${id} ${asked}`, s => get<Traces>(`${at(id)}/traces?laps=${asked}&points=${pointsOf(picks.length)}`, s));
  const shown = useMemo(() => (asked && traces.data ? withWorkedOut(traces.data) : undefined), [asked, traces.data]);
  const health = useAsk(car === null ? null : `${id} car ${car} ${detail.points}`, s => get<CarHealth>(`${at(id)}/cars/${car}`, s));
  const cars = [...new Set(picks.map(p => p.car))];
  const windows = useAsk(cars.length > 0 ? `${id} windows ${cars} ${detail.points}` : null, async s => {
    const pages = await Promise.all(cars.map(c => get<ListPage<WindowRow>>(`${at(id)}/windows?car=${c}&limit=1000`, s)));
    return pages.flatMap(p => p.items);
  });
  useEffect(() => () => zoom.set(null), []);
  useCursorKeys(shown);
  return (
    <div class="telemetry">
      <aside class="telemetry-side">
        <Card title="Laps" side={<span class="soft telemetry-note">best first</span>}>
          <WhichRecording detail={detail} list={list} />
          <Laps
            cars={detail.by_car}
            car={car}
            laps={laps.data}
            picks={picks}
            name={name}
            onCar={c => setQuery({ of: c, laps: asked })}
            onToggle={p => set(toggle(picks, p))}
            onRefer={p => set(refer(picks, { car: p.car, lap: p.lap }))}
          />
          {laps.error && <Failed error={laps.error} />}
        </Card>
      </aside>
      <div class="telemetry-main">
        {traces.error && <Failed error={traces.error} />}
        {shown ? <Middle traces={shown} name={name} detail={detail} /> : !traces.error && <Empty>{asked === null && laps.data ? 'Choose laps on the left.' : 'Reading laps …'}</Empty>}
      </div>
      <aside class="telemetry-right">
        {shown && (
          <Card title="Track" class="telemetry-track">
            <MiniMap traces={shown} />
            <Times traces={shown} label={labelOf(shown, name)} />
          </Card>
        )}
        <Card title={`Data health${car === null ? '' : `: ${name(car)}`}`} class="telemetry-healthcard">{health.error ? <Failed error={health.error} /> : <Health car={health.data} detail={detail} />}</Card>
      </aside>
      {picks.length > 0 && (
        <Card title="Window features" class="telemetry-features">
          {windows.error ? <Failed error={windows.error} /> : <Windows rows={windows.data ?? []} picks={picks} laps={laps.data ?? []} thin={shown?.channels.some(c => c.name === 'speed_way') ?? false} name={name} />}
        </Card>
      )}
    </div>
  );
}

function WhichRecording({ detail, list }: { detail: RecordingDetail; list: readonly Recording[] }) {
  const all = list.some(r => r.id === detail.id) ? list : [detail, ...list];
  return (
    <label class="field telemetry-which">
      <span class="soft">Recording</span>
      <select value={detail.id} onChange={e => setQuery({ rec: e.currentTarget.value, laps: null, of: null })}>
        {all.map(r => (
          <option key={r.id} value={r.id}>
            {r.from?.slice(0, 10) ?? 'No date'} {recordingName(r)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The car is told where there are several. */
function labelOf(t: Traces, name: (car: number) => string): (x: Trace) => string {
  const several = t.traces.some(x => x.car !== t.traces[0]!.car);
  return x => (several ? `${name(x.car)} lap ${x.lap}` : `Lap ${x.lap}`);
}

function Middle({ traces, name, detail }: { traces: Traces; name(car: number): string; detail: RecordingDetail }) {
  const query = useStore(where, w => w.query['ch']);
  const offer = useMemo(() => offered(traces.channels.map(c => c.name)), [traces]);
  const channels = useMemo(() => chosen(offer, query), [offer, query]);
  const label = labelOf(traces, name);
  const cars = [...new Set(traces.traces.map(t => name(t.car)))].join(', ');
  return (
    <>
      <Card title={`Channels by lap distance: ${cars}`} side={<Tools traces={traces} label={label} detail={detail} />}>
        <Chips offer={offer} on={channels} />
        <Legend traces={traces} label={label} />
        <Charts traces={traces} channels={channels} label={label} />
        <p class="soft telemetry-note">
          Metres from the line. Drag to look closer; arrows move the cursor, + and − look closer and wider, 0 shows the whole lap. {madeOf(traces, label)}
        </p>
      </Card>
    </>
  );
}

/** How times and metres were found: what a reader must know before believing a hundredth. */
export function madeOf(t: Traces, label: (x: Trace) => string): string {
  const said: string[] = [];
  const some = (test: (x: Trace) => boolean) => t.traces.map((x, k) => (test(x) ? letter(k) : '')).filter(Boolean).join(', ');
  const driven = some(x => x.by === 'driven');
  const counter = some(x => x.by === 'counter');
  const holes = t.traces.filter(x => x.holes > 0);
  if (driven) said.push(`${driven}: points came in bursts, so time is metres over speed.`);
  if (counter) said.push(`${counter}: no lap distance is told; the lap ends where the counter says.`);
  for (const x of holes) said.push(`${label(x)} has ${x.holes === 1 ? 'a hole' : `${x.holes} holes`}, the longest ${Math.round(x.longest_hole_m)} m.`);
  return said.join(' ');
}

function Chips({ offer, on }: { offer: readonly Channel[]; on: readonly Channel[] }) {
  const flip = (c: Channel) => {
    const names = offer.filter(o => (o === c ? !on.includes(o) : on.includes(o))).map(o => o.name);
    setQuery({ ch: names.length > 0 ? names.join(',') : 'none' });
  };
  return (
    <div class="telemetry-chips no-print" role="group" aria-label="Channels that are drawn">
      {offer.map(c => (
        <button key={c.name} type="button" aria-pressed={on.includes(c)} onClick={() => flip(c)}>
          {c.title}
        </button>
      ))}
    </div>
  );
}

function Legend({ traces, label }: { traces: Traces; label(t: Trace): string }) {
  return (
      <ul class="telemetry-legend" aria-label="Laps that are drawn">
        {traces.traces.map((t, k) => (
          <li key={k}>
            <Swatch k={k} /> {letter(k)} {label(t)} <b class="mono">{lapTime(t.time_ms)}</b> {k === 0 && 'reference'}
          </li>
        ))}
      </ul>
  );
}

function Tools({ traces, label, detail }: { traces: Traces; label(t: Trace): string; detail: RecordingDetail }) {
  const z = useStore(zoom, v => v);
  const file = `telemetry-${traces.traces.map(keyOf).join('-').replaceAll(':', '.')}`;
  return (
    <>
      <button type="button" class="no-print" disabled={z === null} onClick={() => zoom.set(null)}>
        Whole lap
      </button>
      <button type="button" class="no-print" onClick={() => saveCsv(`${file}.csv`, asRows(traces, label))}>
        CSV
      </button>
      <button type="button" class="no-print" onClick={() => saveCharts(`${file}.png`, `${recordingName(detail)} ${detail.from?.slice(0, 10) ?? ''}`, traces.traces.map((t, k) => `${letter(k)} ${label(t)} ${lapTime(t.time_ms)}`), allPlots())}>
        PNG
      </button>
    </>
  );
}

/** Arrows move the cursor, + and - look closer and wider around it, 0 shows the whole lap. */
function useCursorKeys(traces: Traces | undefined): void {
  const length = Math.max(1, ...(traces?.traces ?? []).map(t => t.length_m));
  const move = (by: number) => {
    const [from, to] = zoom.get() ?? [0, length];
    const step = by * Math.max(traces?.step_m ?? 1, (to - from) / 200);
    putCursor(Math.max(from, Math.min(to, (cursor.get() ?? from) + step)));
  };
  useKeys([
    { key: 'ArrowLeft', what: 'Cursor back', run: () => move(-1) },
    { key: 'ArrowRight', what: 'Cursor on', run: () => move(1) },
    { key: '+', what: 'Look closer around the cursor', run: () => zoom.set(zoomed(zoom.get(), cursor.get(), length, 0.5)) },
    { key: '-', what: 'Look wider', run: () => zoom.set(zoomed(zoom.get(), cursor.get(), length, 2)) },
    { key: '0', what: 'The whole lap', run: () => zoom.set(null) },
  ]);
}
