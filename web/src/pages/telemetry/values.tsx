/** Where the cursor stands, and the time of each lap up to there. */
import { num } from '../../core/format';
import { prefs } from '../../core/prefs';
import { useStore } from '../../core/store';
import { distance } from '../../core/units';
import { delta, placeAt, shownDelta } from './channels';
import { cursor } from './cursor';
import { letter } from './picks';
import { Swatch } from './swatch';
import type { Trace, Traces } from './types';

const seconds = (ms: number | null | undefined): string => num(typeof ms === 'number' ? ms / 1000 : null, 2);

export function Times(props: { traces: Traces; label(t: Trace): string }) {
  const at = useStore(cursor, c => c);
  const units = useStore(prefs, p => p.units);
  const { traces, step_m } = props.traces;
  const reference = traces[0]!;
  const last = reference.elapsed_ms.length - 1;
  const k = (at === null ? null : placeAt(at, step_m, last + 1)) ?? last;
  return (
    <table class="telemetry-values">
      <caption>{at === null ? 'At the line' : `At ${distance(k * step_m, 0, units)}`}</caption>
      <thead class="hidden">
        <tr>
          <th scope="col">Lap</th>
          <th scope="col">Seconds since the line</th>
          <th scope="col">Against A</th>
        </tr>
      </thead>
      <tbody>
        {traces.map((t, i) => {
          const d = i === 0 ? null : delta(t, reference)[k];
          return (
            <tr key={i}>
              <th scope="row">
                <Swatch k={i} /> {letter(i)} {props.label(t)}
              </th>
              <td class="num">{seconds(t.elapsed_ms[Math.min(k, t.elapsed_ms.length - 1)])} s</td>
              <td class={`num ${typeof d !== 'number' ? 'soft' : d > 0.0005 ? 'bad' : d < -0.0005 ? 'good' : ''}`}>{i === 0 ? 'ref' : shownDelta(d)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
