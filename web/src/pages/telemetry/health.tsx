/** What the data are worth: GET /telemetry/{id}/cars/{car}, and how they came. */
import { count, num, percent } from '../../core/format';
import { Empty } from '../../ui/basic';
import { channelOf } from './channels';
import type { CarHealth, RecordingDetail } from './types';

const GLITCHES: Record<string, string> = {
  silent: 'Lap counter fell silent',
  skipped: 'Lap counter skipped',
  back: 'Lap counter went back',
  stuck: 'Lap counter stuck',
  mid_lap: 'Lap counter in mid-lap',
  told_again: 'Lap counter told again',
  distance: 'Impossible distance',
};

/** Points a second over the recording, in so many columns; 0 where none came. */
export function densityOf(rows: readonly { from: string; points: number }[], columns: number): number[] {
  const STEP_MS = 5000;
  const at = rows.map(r => Date.parse(r.from));
  const first = at[0];
  const last = at[at.length - 1];
  if (first === undefined || last === undefined) return [];
  const n = Math.round((last - first) / STEP_MS) + 1;
  const width = Math.min(columns, n);
  const sum = new Array<number>(width).fill(0);
  rows.forEach((r, i) => {
    const k = Math.min(width - 1, Math.floor((((at[i]! - first) / STEP_MS) * width) / n));
    sum[k] = sum[k]! + r.points;
  });
  return sum.map(s => s / ((n / width) * (STEP_MS / 1000)));
}

function Density({ health }: { health: CarHealth }) {
  const bars = densityOf(health.density, 120);
  const most = Math.max(1, ...bars);
  const empty = bars.filter(b => b === 0).length;
  return (
    <figure class="telemetry-density">
      <svg viewBox={`0 0 ${Math.max(1, bars.length)} 30`} preserveAspectRatio="none" role="img" aria-label={`Points a second over the recording: up to ${num(most, 1)}, ${empty} of ${bars.length} stretches without any`}>
        {bars.map((b, i) => (b > 0 ? <rect key={i} x={i} y={30 - (b / most) * 30} width="0.9" height={(b / most) * 30} /> : <rect key={i} class="hole" x={i} y="27" width="0.9" height="3" />))}
      </svg>
      <figcaption class="soft">Points a second over the recording, most {num(most, 1)}</figcaption>
    </figure>
  );
}

function Fact(props: { name: string; value: string; warn?: boolean | undefined; title?: string }) {
  return (
    <>
      <dt title={props.title}>{props.name}</dt>
      <dd class={props.warn ? 'num warn' : 'num'}>
        {props.warn && <span aria-label="look at this">! </span>}
        {props.value}
      </dd>
    </>
  );
}

export function Health({ car, detail }: { car: CarHealth | undefined; detail: RecordingDetail }) {
  if (!car) return <Empty>Looking at the points …</Empty>;
  const { live } = detail;
  const dropped = live ? Object.values(live.dropped).reduce((a, b) => a + b, 0) : 0;
  return (
    <div class="telemetry-health">
      <dl>
        <Fact name="Points" value={count(car.points)} />
        <Fact name="Rate" value={`${num(car.rate_hz, 2)} Hz`} warn={car.rate_hz !== null && car.rate_hz < 2} />
        <Fact name="Holes over 1 s" value={`${count(car.holes)}, longest ${num(car.longest_hole_s, 1)} s`} warn={car.longest_hole_s > 5} />
        <Fact name="Late points" value={count(car.late_points)} warn={car.late_points > 0} />
        <Fact name="Times" value={car.bursts ? `in bursts (${percent(car.burst_share)})` : "the logger's own"} warn={car.bursts} title="In bursts: time along the lap is metres over speed" />
        <Fact name="Lap length" value={`${num(car.lap_m)} m`} />
        {detail.files.map(f => (
          <Fact key={f.file} name="Rows of the file" value={`${count(f.rows)}, ${count(f.left_out)} left out`} warn={f.left_out > 0} title={f.file} />
        ))}
        {detail.refused.map(r => (
          <Fact key={r.why ?? ''} name={`Refused: ${r.why ?? 'no reason'}`} value={count(r.n)} warn />
        ))}
        {car.glitches.map(g => (
          <Fact key={g.kind} name={GLITCHES[g.kind] ?? g.kind} value={`${count(g.n)} ×`} warn />
        ))}
        {live && (
          <>
            {Object.entries(live.received).map(([feed, n]) => (
              <Fact key={feed} name={`Feed ${feed}`} value={`${count(n)} records, ${count(live.dropped[feed] ?? 0)} lost`} warn={(live.dropped[feed] ?? 0) > 0} />
            ))}
            <Fact name="Socket to window" value={`p50 ${num(live.late_p50_ms, 1)}, p99 ${num(live.late_p99_ms, 1)} ms`} warn={(live.late_p99_ms ?? 0) > 100} />
            <Fact name="Not stored yet" value={`${count(live.unstored)} records`} warn={live.unstored > 5000 || dropped > 0} />
          </>
        )}
      </dl>
      <Density health={car} />
      <ul class="telemetry-shares" aria-label="Channels and the share of points that have them">
        {car.channels.map(c => (
          <li key={c.name}>
            <span>{c.name === 'place' ? 'Place (GPS)' : c.name === 'lapdist_m' ? 'Lap distance' : channelOf(c.name).title.replace(/ \(.*/, '')}</span>
            <meter min={0} max={1} value={c.share} aria-label={`${c.name}: ${percent(c.share)}`} />
            <span class="num">{percent(c.share)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
