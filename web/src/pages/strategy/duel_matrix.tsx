/** Our cars against those around them: undercut, overcut, threat; and everybody's on demand. */
import { useState } from 'preact/hooks';
import { num, percent, signed } from '../../core/format';
import type { Maybe } from '../../core/types';
import type { Duel, FullCall } from './answers';
import { duelRow, fieldDuels, type Against, type DuelRow } from './duels';
import type { OwnCall } from './if_flag';
import { Panel, Waiting } from './panel';
import type { View } from './view';

export interface DuelsProps {
  view: View;
  calls: OwnCall[];
  field: FullCall[] | undefined;
  of: string | undefined;
  old: boolean;
}

export const duelRows = (rows: readonly DuelRow[]): Record<string, unknown>[] =>
  rows.flatMap(r => r.against.map(a => ({ car: r.car, rival: a.rival, gap_s: a.gap, undercut: a.undercut?.p, undercut_gain_s: a.undercut?.gain_s, undercut_sd_s: a.undercut?.gain_sd_s, overcut: a.overcut?.p, threat: a.threat?.p, rival_undercut_now: a.theirs?.p })));

export function Duels({ view, calls, field, of, old }: DuelsProps) {
  const [all, setAll] = useState(false);
  const cars = view.state.race.cars;
  const rows = calls.flatMap(c => {
    const car = cars.find(k => k.code === c.code);
    return car ? [duelRow(cars, car, c.call, field)] : [];
  });
  const everybody = field ? fieldDuels(field) : [];
  return (
    <Panel name="duels" title="Undercut and overcut" of={of} old={old} rows={() => (all ? everybody.map(d => ({ ...d })) : duelRows(rows))} side={field && <button type="button" class="no-print" aria-pressed={all} onClick={() => setAll(!all)}>All cars</button>}>
      {rows.length === 0 ? <Waiting view={view} what="The duels come with the next call." /> : all ? <Everybody duels={everybody} /> : rows.map(r => <Matrix key={r.car} row={r} />)}
      <p class="strategy-note soft">Chance that it works, and what it gains. We stop now: undercut. We stay out: the rival stops within three laps and our overcut works. They stop: they undercut us. A dash: no such duel is in sight.</p>
    </Panel>
  );
}

function Matrix({ row }: { row: DuelRow }) {
  const line = (name: string, of: (a: Against) => Maybe<Duel>, bad = false) => (
    <tr>
      <th scope="row">{name}</th>
      {row.against.map(a => <DuelCell key={a.rival} d={of(a)} bad={bad} />)}
    </tr>
  );
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={`Duels of ${row.car}`}>
      <table class="strategy-duel">
        <thead>
          <tr>
            <th scope="col"><b>{row.car}</b> against</th>
            {row.against.map(a => (
              <th key={a.rival} scope="col" class="num">
                <b>{a.rival}</b>
                <small class="soft">{a.pits ? 'in the lane' : a.gap === null ? '–' : `${signed(a.gap)} s`}</small>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {line('We stop now', a => a.undercut)}
          {line('We stay out', a => a.overcut)}
          {line('They stop within 3', a => a.threat, true)}
          {line('They stop now', a => a.theirs, true)}
        </tbody>
      </table>
    </div>
  );
}

function DuelCell({ d, bad = false }: { d: Maybe<Duel>; bad?: boolean }) {
  if (!d) return <td class="num soft">–</td>;
  const gain = typeof d.gain_s === 'number' ? `gains ${signed(d.gain_s)} s` : '';
  const sd = typeof d.gain_sd_s === 'number' ? ` (standard deviation ${num(d.gain_sd_s, 1)} s)` : '';
  const even = typeof d.laps === 'number' ? `; even if the rival stays out ${d.laps} ${d.laps === 1 ? 'lap' : 'laps'}` : '; not even within six laps';
  return (
    <td class={`num ${bad ? 'bad-for-us' : 'for-us'} ${d.p >= 0.5 ? 'strong' : ''}`} title={`${gain}${sd}${even}`}>
      <b>{percent(d.p)}</b>
      <small class="soft">{typeof d.gain_s === 'number' ? `${signed(d.gain_s)} s` : ''}</small>
    </td>
  );
}

function Everybody({ duels }: { duels: ReturnType<typeof fieldDuels> }) {
  return (
    <div class="scroll strategy-tall" tabIndex={0} role="region" aria-label="Duels of all cars">
      <table>
        <thead>
          <tr>
            <th scope="col">Car</th>
            <th scope="col">Kind</th>
            <th scope="col">Rival</th>
            <th scope="col" class="num">Gap, s</th>
            <th scope="col" class="num">Works</th>
            <th scope="col" class="num">Gain, s</th>
          </tr>
        </thead>
        <tbody>
          {duels.map(d => (
            <tr key={d.car + d.kind + d.rival}>
              <th scope="row">{d.car}</th>
              <td>{d.kind}</td>
              <td>{d.rival}</td>
              <td class="num">{num(d.gap_s, 1)}</td>
              <td class="num">{percent(d.p)}</td>
              <td class="num">{signed(d.gain_s)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
