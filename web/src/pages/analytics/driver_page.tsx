/** A driver over the races that the store knows: from the grid to the flag, tyres, best lap. */
import { useState } from 'preact/hooks';
import { all, get } from '../../core/api';
import { DASH, lapTime, num, place } from '../../core/format';
import { go, linkTo } from '../../core/router';
import { useAsk, whileEmpty } from '../../core/use_ask';
import { Card, Empty, Fact, Failed, Field, Heads, Scroll, Tyre } from '../../ui/basic';
import type { ListPage } from '../../core/types';
import { addUp, middle } from './driver_math';
import type { DriverRace } from './driver_math';
import { Exports } from '../../ui/exports';
import { classified, won } from './race_math';
import { Gained } from './results';
import type { DriverEntry, DriverRow, RaceLap, RaceResult, RaceStint } from './types';

const AT_ONCE = 24;

/** What the entry does not say is in the race itself. */
async function readRace(code: string, e: DriverEntry, signal: AbortSignal): Promise<DriverRace> {
  const at = `/races/${encodeURIComponent(e.race)}`;
  const who = `driver=${encodeURIComponent(code)}`;
  const one = async <T,>(path: string): Promise<T[]> => (await get<ListPage<T>>(path, signal)).items;
  const [results, stints, best] = await Promise.all([
    one<RaceResult>(`${at}/results?${who}`),
    one<RaceStint>(`${at}/stints?${who}`),
    one<RaceLap>(`${at}/laps?${who}&sort=time_ms&limit=1`),
  ]);
  const r = results[0];
  return { ...e, place: r?.place ?? e.place, place_text: r?.place_text ?? null, grid: r?.grid ?? e.grid, status: r?.status ?? e.status, laps: r?.laps ?? null, derived: r?.derived ?? false, stints, best_ms: best[0]?.time_ms ?? null };
}

async function readDriver(code: string, most: number, signal: AbortSignal): Promise<{ of: DriverRow; entries: number; races: DriverRace[] }> {
  const d = await get<DriverRow & { entries: DriverEntry[] }>(`/drivers/${encodeURIComponent(code)}`, signal);
  const races = await Promise.all(d.entries.slice(0, most).map(e => readRace(d.code ?? d.id, e, signal)));
  return { of: d, entries: d.entries.length, races };
}

/** From the grid (hollow) to the flag (full), P1 at the left. */
function Way({ r }: { r: DriverRace }) {
  const x = (p: number) => 6 + (Math.min(22, p) - 1) * 8;
  const to = classified(r);
  const grid = r.grid || null;
  if (!to && !grid) return <span class="soft">{DASH}</span>;
  return (
    <svg class="an-way" width={182} height={18} role="img" aria-label={`${grid ? `from P${grid} ` : ''}${to ? `to P${to}` : 'not classified'}`}>
      <line class="an-grid" x1={6} x2={174} y1={9} y2={9} />
      {grid && to && <line class={to <= grid ? 'an-won' : 'an-lost'} x1={x(grid)} x2={x(to)} y1={9} y2={9} />}
      {grid && <circle class="an-from" cx={x(grid)} cy={9} r={4} />}
      {to && <circle class="an-to" cx={x(to)} cy={9} r={5} />}
    </svg>
  );
}

function Row({ r }: { r: DriverRace }) {
  return (
    <tr>
      <td class="num">{r.season}</td>
      <th scope="row">
        <a href={linkTo('analytics', ['race', r.race])}>{r.name || r.race}</a>
      </th>
      <td class="soft an-team">{r.team_name ?? r.team ?? DASH}</td>
      <td class="num">{r.grid === 0 ? 'pit' : place(r.grid)}</td>
      <td class="num">
        <b>{classified(r) ? place(r.place) : (r.place_text ?? DASH)}</b>
      </td>
      <td class="num">
        <Gained n={won(r)} />
      </td>
      <td>
        <Way r={r} />
      </td>
      <td>
        <span class="an-set">
          {r.stints.map(s => (
            <span key={s.stint}>
              <Tyre compound={s.compound} />
              <span class="soft"> {s.laps} </span>
            </span>
          ))}
        </span>
      </td>
      <td class="num">{lapTime(r.best_ms)}</td>
      <td class="soft">{r.status ?? DASH}</td>
    </tr>
  );
}

function History({ code }: { code: string }) {
  const [most, more] = useState(AT_ONCE);
  const { data, error } = useAsk(`driver ${code} ${most}`, s => readDriver(code, most, s));
  if (error) return <Failed error={error} />;
  if (!data || (data.of.code !== code && data.of.id !== code)) return <Empty>Reading the races.</Empty>;
  const s = addUp(data.races);
  const name = [data.of.forename, data.of.surname].filter(Boolean).join(' ') || code;
  const rows = () => data.races.map(({ stints, ...r }) => ({ ...r, tyres: stints.map(t => `${t.compound} ${t.laps}`).join(', ') }));
  return (
    <Card title={`${name}: ${data.races.length < data.entries ? `the newest ${data.races.length} of ${data.entries}` : data.entries} ${data.entries === 1 ? 'race' : 'races'}`} class="an-driver" side={<Exports name={`${code}-history`} rows={rows} json={() => data.races} />}>
      <dl class="an-figures">
        <Fact of="Wins"><b>{num(s.wins)}</b></Fact>
        <Fact of="Podiums"><b>{num(s.podiums)}</b></Fact>
        <Fact of="Median finish"><b>{middle(s.medianPlace)}</b> <span class="soft">of {s.finished} at the flag</span></Fact>
        <Fact of="Median grid"><b>{middle(s.medianGrid)}</b></Fact>
        <Fact of="Places won together"><b><Gained n={s.won} /></b></Fact>
        <Fact of="Stops a race"><b>{num(s.stops, 1)}</b></Fact>
      </dl>
      <Scroll of={`Races of ${name}`}>
        <table>
          <Heads of="#Season|Race|Team|#Grid|#Flag|#Won|P1 to P22|Sets, laps|#Best lap|Status" />
          <tbody>
            {data.races.map(r => (
              <Row key={r.race} r={r} />
            ))}
          </tbody>
        </table>
      </Scroll>
      {data.entries > data.races.length && (
        <button type="button" class="no-print" onClick={() => more(most + AT_ONCE)}>
          {Math.min(AT_ONCE, data.entries - data.races.length)} more
        </button>
      )}
      {data.races.some(r => r.derived) && <p class="an-note">Where no source has the official result, the place is that on the road, found in the laps.</p>}
    </Card>
  );
}

export function DriverPage({ id }: { id: string }) {
  const { data, error } = useAsk('drivers', s => all<DriverRow>('/drivers', s), whileEmpty);
  if (error) return <Failed error={error} />;
  if (!data) return <Empty>Reading the drivers.</Empty>;
  if (data.length === 0) return <Empty>The store knows no driver yet.</Empty>;
  const known = [...data].sort((a, b) => (b.last_season ?? 0) - (a.last_season ?? 0) || b.races - a.races || a.id.localeCompare(b.id));
  const code = id || known[0]!.id;
  return (
    <>
      <div class="an-chooser an-corner">
        <Field label="Driver">
          <select value={code} onChange={e => go(linkTo('analytics', ['driver', e.currentTarget.value]))}>
            {known.map(d => (
              <option key={d.id} value={d.id}>
                {d.code ?? d.id} {d.surname} ({d.races} {d.races === 1 ? 'race' : 'races'}, {d.first_season} to {d.last_season})
              </option>
            ))}
          </select>
        </Field>
      </div>
      <History key={code} code={code} />
    </>
  );
}
