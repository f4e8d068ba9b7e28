/** A session without telemetry: what would bring some, and where there is some. */
import { count } from '../../core/format';
import { linkTo } from '../../core/router';
import { Card, Empty } from '../../ui/basic';
import type { Recording } from './types';

export const recordingName = (r: Recording): string =>
  [r.name ?? r.circuit, r.season, r.type].filter(Boolean).join(' ') || r.file?.replace(/\.csv(\.gz|\.zst)?$/i, '') || (r.session ? `Session ${r.session}` : 'Recording');

/** 2025-09-06T18:40:01.653Z -> "2025-09-06 18:40". */
export const moment = (iso: string | null): string => (iso ? iso.slice(0, 16).replace('T', ' ') : '–');

export function Recordings({ list, session }: { list: readonly Recording[]; session: string }) {
  if (list.length === 0) return <Empty>The store has no telemetry yet.</Empty>;
  return (
    <div class="scroll">
      <table class="telemetry-recordings">
        <thead>
          <tr>
            <th scope="col">Recording</th>
            <th scope="col">From (UTC)</th>
            <th scope="col" class="num">Cars</th>
            <th scope="col" class="num">Points</th>
            <th scope="col" class="num">Windows</th>
          </tr>
        </thead>
        <tbody>
          {list.map(r => (
            <tr key={r.id}>
              <td>
                <a href={linkTo('telemetry', session ? [session] : [], { rec: r.id })}>{recordingName(r)}</a>
                <div class="soft telemetry-id">{r.id}</div>
              </td>
              <td>{moment(r.from)}</td>
              <td class="num">{count(r.cars)}</td>
              <td class="num">{count(r.points)}</td>
              <td class="num">{count(r.windows)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function Nothing(props: { replay: boolean; list: readonly Recording[]; session: string }) {
  return (
    <div class="telemetry-nothing">
      <Card title="No telemetry here">
        <p>{props.replay ? 'This replay is of laps: what a timing screen shows, no channels of the cars.' : 'No telemetry of this session is stored.'}</p>
        <p class="soft">To have some:</p>
        <ul class="telemetry-ways">
          <li>
            The F1 game: turn its UDP telemetry on, to this machine, port 20777; run <code>pitboard serve --udp 20777 --store sqlite:PATH</code>
          </li>
          <li>
            Your loggers: points to <code>--points-udp 20778</code> or <code>POST /api/v1/telemetry</code>
          </li>
          <li>
            Their files: <code>pitboard import grcup TELEMETRY.csv --store sqlite:PATH</code>
          </li>
        </ul>
      </Card>
      <Card title="Recordings of this store">
        <Recordings list={props.list} session={props.session} />
      </Card>
    </div>
  );
}
