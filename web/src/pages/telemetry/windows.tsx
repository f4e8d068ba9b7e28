/** Features of the chosen laps: GET /telemetry/{id}/windows. */
import { lapTime, num, signed } from '../../core/format';
import { Empty } from '../../ui/basic';
import { letter, type Pick, same } from './picks';
import type { Lap, WindowRow } from './types';

interface Feature {
  name: string;
  title: string;
  digits: number;
}

/** In the words of docs/features.md; sectors and the age of tyres are no features of a whole lap. */
const features: readonly Feature[] = [
  { name: 'speed_mean_kmh', title: 'Mean speed, km/h', digits: 1 },
  { name: 'speed_sd_kmh', title: 'Spread of the speed, km/h', digits: 1 },
  { name: 'throttle_on_frac', title: 'Full throttle, share of time', digits: 3 },
  { name: 'lat_g_s', title: 'Cornering work, g s', digits: 1 },
  { name: 'lon_g_s', title: 'Braking and driving work, g s', digits: 1 },
  { name: 'peak_lat_g', title: 'Peak lateral, g', digits: 2 },
  { name: 'peak_lon_g', title: 'Peak longitudinal, g', digits: 2 },
  { name: 'brake_energy', title: 'Braking energy proxy, bar² s', digits: 0 },
  { name: 'brake_balance', title: 'Brake balance, share front', digits: 3 },
  { name: 'heavy_braking_n', title: 'Heavy brakings', digits: 0 },
  { name: 'hard_cornering_n', title: 'Hard corners', digits: 0 },
  { name: 'high_speed_n', title: 'Times above 200 km/h', digits: 0 },
  { name: 'front_load_ratio', title: 'Front axle, share on the left tyre', digits: 3 },
  { name: 'rear_load_ratio', title: 'Rear axle, share on the left tyre', digits: 3 },
  { name: 'lateral_bias', title: 'Right against left (−1 left)', digits: 3 },
];

const value = (row: WindowRow | undefined, name: string): number | null => {
  const v = row?.[name];
  return typeof v === 'number' ? v : null;
};

/** The window of a lap: the counter's lap. */
export const windowOf = (rows: readonly WindowRow[], p: Pick): WindowRow | undefined => rows.find(r => r.lap !== null && same(p, { car: r.car, lap: r.lap }));

const OFF_MS = 2000;
/** The counter was late or early: the window is another stretch than the lap. */
export const isOff = (row: WindowRow | undefined, lap: Lap | undefined): boolean => row !== undefined && lap !== undefined && Math.abs(row.length_ms - lap.time_ms) > OFF_MS;

export function Windows(props: { rows: readonly WindowRow[]; picks: readonly Pick[]; laps: readonly Lap[]; thin: boolean; name(car: number): string }) {
  const columns = props.picks.map(p => windowOf(props.rows, p));
  if (columns.every(c => c === undefined)) return <Empty>No window of these laps is stored.</Empty>;
  const a = columns[0];
  return (
    <>
      <div class="scroll" tabIndex={0} aria-label="Features of the chosen laps">
        <table class="telemetry-windows">
          <thead>
            <tr>
              <th scope="col">Feature</th>
              {props.picks.map((p, k) => (
                <th scope="col" class="num" key={k} colSpan={k === 0 ? 1 : 2}>
                  {letter(k)} {props.name(p.car)} lap {p.lap}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">Length by the counter, points</th>
              {columns.map((c, k) => (
                <td class={isOff(c, props.laps.find(l => same(l, props.picks[k]!))) ? 'num warn' : 'num'} key={k} colSpan={k === 0 ? 1 : 2}>
                  {isOff(c, props.laps.find(l => same(l, props.picks[k]!))) && '! '}
                  {lapTime(c?.length_ms)}, {num(c?.points)}
                </td>
              ))}
            </tr>
            {features.map(f => (
              <tr key={f.name}>
                <th scope="row">{f.title}</th>
                {columns.flatMap((c, k) => {
                  const v = value(c, f.name);
                  const r = value(a, f.name);
                  const cell = (
                    <td class="num" key={k}>
                      {num(v, f.digits)}
                    </td>
                  );
                  return k === 0 ? [cell] : [cell, <td class="num soft" key={`${k}d`}>{signed(v !== null && r !== null ? v - r : null, f.digits)}</td>];
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {props.thin && <p class="warn telemetry-note">! Speed is told at few places of these laps: its mean and spread depend on which.</p>}
      <p class="soft telemetry-note">Windows end where the logger's lap counter changes; laps above end at the line. An exclamation mark says that the two are more than two seconds apart. Grey: against A.</p>
    </>
  );
}
