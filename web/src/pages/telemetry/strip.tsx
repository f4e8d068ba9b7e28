/** The last minute of a car as it comes: topic "telemetry". */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type uPlot from 'uplot';
import { num } from '../../core/format';
import { ownCar } from '../../core/live';
import { watch } from '../../core/socket';
import type { Json } from '../../core/stream';
import type { Maybe, SessionState } from '../../core/types';
import { Card, Empty } from '../../ui/basic';
import { Chart, axis } from '../../ui/chart';
import { series } from '../../ui/colour';
import { channelOf } from './channels';
import { carName } from './picks';
import { Swatch } from './swatch';
import { Ring, SHOWN, type Sample } from './ring';

const EVERY_MS = 100;
const TITLES: Record<(typeof SHOWN)[number], string> = { speed_kmh: 'Speed, km/h', aps_pct: 'Throttle, %', brake: 'Brake, % or bar' };

const sampleOf = (j: Json): Sample => j as unknown as Sample;

/** One that was watched goes on for so long after another took its place: nothing is lost between the two. */
const OVERLAP_MS = 1000;

/** Of one car; null, where the session tells no cars (yet): of that which the first point is of. */
function useRing(session: string, told: number | null) {
  const ring = useRef(new Ring());
  const car = useRef(told);
  const [turn, again] = useState(0);
  useEffect(() => {
    car.current = told;
    const { newest } = ring.current;
    if (told !== null && newest && newest.car !== told) ring.current = new Ring();
    again(n => n + 1);
    const end = watch({
      session,
      topics: ['telemetry'],
      ...(told === null ? {} : { cars: [told] }),
      everyMs: EVERY_MS,
      entries: (_, entries, missed) => {
        const samples = entries.map(sampleOf);
        const of = car.current ?? ring.current.newest?.car ?? samples[0]?.car;
        ring.current.add(samples.filter(s => s.car === of), missed);
        again(n => n + 1);
      },
    });
    return () => void setTimeout(end, OVERLAP_MS);
  }, [session, told]);
  return { ring: ring.current, turn };
}

export function Strip({ session, state }: { session: string; state: Maybe<SessionState> }) {
  const cars = state?.race.cars ?? [];
  const [asked, ask] = useState<number | null>(null);
  const ours = ownCar(state)?.key ?? cars[0]?.key ?? null;
  const car = asked ?? ours;
  const { ring, turn } = useRing(session, car);
  const data = useMemo(() => ring.columns() as unknown as uPlot.AlignedData, [turn]);
  const newest = ring.newest;
  const options = (): Omit<uPlot.Options, 'width' | 'height'> => ({
    legend: { show: false },
    cursor: { show: false },
    padding: [6, 8, 0, 0],
    scales: { x: { time: false, range: [-60, 0] }, pct: { range: (_, __, most) => [-3, Math.max(110, most ?? 0)] } },
    axes: [axis({ values: (_, at) => at.map(v => (v === 0 ? 'now' : `${num(v)} s`)) }), axis({ size: 52 }), axis({ scale: 'pct', side: 1, size: 40, grid: { show: false } })],
    series: [{}, ...SHOWN.map((n, k): uPlot.Series => ({ label: TITLES[n], scale: n === 'speed_kmh' ? 'y' : 'pct', stroke: series(k), width: k === 0 ? 2 : 1.5, dash: [[], [7, 4], [2, 3]][k]!, points: { show: false } }))],
  });
  const value = (name: string) => `${num(newest?.[name] as number | undefined, channelOf(name).digits)}`;
  return (
    <Card
      title="Now: the last 60 seconds"
      class="telemetry-strip"
      side={
        <>
          <span class="soft">{newest ? `${num(ring.rate(), 1)} points/s${ring.missed > 0 ? `, ${ring.missed} passed over` : ''}` : ''}</span>
          {cars.length > 0 ? (
            <select aria-label="Car of the strip" value={String(car ?? '')} onChange={e => ask(Number(e.currentTarget.value))}>
              {cars.map(c => (
                <option key={c.key} value={String(c.key)}>
                  {carName(c.key, c.code)}
                </option>
              ))}
            </select>
          ) : (
            ring.newest && <span>{carName(ring.newest.car, null)}</span>
          )}
        </>
      }
    >
      {ring.size === 0 ? (
        <Empty>No point has come since this page was opened.</Empty>
      ) : (
        <>
          <ul class="telemetry-keys">
            {SHOWN.map((n, k) => (
              <li key={n}>
                <Swatch k={k} /> {TITLES[n]}
              </li>
            ))}
          </ul>
          <Chart alt={`The last minute: speed now ${value('speed_kmh')} km/h, throttle ${value('aps_pct')} %, gear ${value('gear')}`} height={130} data={data} options={options} shape="strip" />
        </>
      )}
    </Card>
  );
}
