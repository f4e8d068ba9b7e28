/** The lap chooser: best laps first, by car. */
import { lapTime } from '../../core/format';
import { Empty } from '../../ui/basic';
import { behind, bestFirst, carName, keyOf, letter, type Pick, PICKS_MAX, same } from './picks';
import { Swatch } from './swatch';
import type { Lap, RecordedCar } from './types';

interface Props {
  cars: readonly RecordedCar[];
  car: number | null;
  laps: readonly Lap[] | undefined;
  picks: readonly Pick[];
  name(car: number): string;
  onCar(car: number): void;
  onToggle(pick: Pick): void;
  onRefer(pick: Pick): void;
}

const mark = (l: Lap): string => (!l.plausible ? 'no race lap' : !l.whole ? 'has a hole' : '');

function Row({ lap, best, props }: { lap: Lap; best: number; props: Props }) {
  const k = props.picks.findIndex(p => same(p, lap));
  const on = k >= 0;
  return (
    <li class={on ? 'on' : ''}>
      <button
        type="button"
        class="telemetry-lap"
        aria-pressed={on}
        data-lap={keyOf(lap)}
        disabled={!on && props.picks.length >= PICKS_MAX}
        onClick={() => props.onToggle({ car: lap.car, lap: lap.lap })}
      >
        <span class="telemetry-lap-mark">{on ? letter(k) : ''}</span>
        <span class="telemetry-lap-line">{on && <Swatch k={k} />}</span>
        <span class="soft">Lap {lap.lap}</span>
        <span class="num mono">{lapTime(lap.time_ms)}</span>
        <span class="num soft mono">{mark(lap) || behind(lap.time_ms, best)}</span>
      </button>
      {on ? (
        <button type="button" class="telemetry-refer" disabled={k === 0} aria-label={k === 0 ? `Lap ${lap.lap} is the reference` : `Make lap ${lap.lap} the reference`} onClick={() => props.onRefer(lap)}>
          {k === 0 ? 'ref' : 'to A'}
        </button>
      ) : (
        <span class="telemetry-refer" />
      )}
    </li>
  );
}

export function Laps(props: Props) {
  const mine = bestFirst((props.laps ?? []).filter(l => l.car === props.car));
  const best = mine[0]?.time_ms ?? 0;
  const elsewhere = props.picks.map((p, k) => ({ p, k })).filter(x => x.p.car !== props.car);
  return (
    <div class="telemetry-laps">
      <label class="field">
        <span class="soft">Car</span>
        <select value={String(props.car ?? '')} onChange={e => props.onCar(Number(e.currentTarget.value))}>
          {props.cars.map(c => (
            <option key={c.car} value={String(c.car)}>
              {carName(c.car, c.code) === props.name(c.car) ? props.name(c.car) : `${props.name(c.car)} (${c.car})`}
            </option>
          ))}
        </select>
      </label>
      {elsewhere.length > 0 && (
        <ul class="telemetry-elsewhere" aria-label="Chosen laps of other cars">
          {elsewhere.map(({ p, k }) => (
            <li key={keyOf(p)}>
              <button type="button" onClick={() => props.onToggle(p)} aria-label={`Take out lap ${p.lap} of ${props.name(p.car)}`}>
                {letter(k)} <Swatch k={k} /> {props.name(p.car)} lap {p.lap} ×
              </button>
            </li>
          ))}
        </ul>
      )}
      {props.laps && mine.length === 0 && <Empty>No whole lap of this car yet.</Empty>}
      <ul class="scroll telemetry-lap-list" aria-label="Laps, best first" tabIndex={0}>
        {mine.map(l => (
          <Row key={keyOf(l)} lap={l} best={best} props={props} />
        ))}
      </ul>
    </div>
  );
}
