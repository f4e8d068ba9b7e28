/** A car in the timing tower. Drawn again only when something of it changed. */
import { memo } from 'preact/compat';
import { DASH, gap, lapTime, num, percent, signed } from '../../core/format';
import type { Car, Maybe } from '../../core/types';
import { Tyre } from '../../ui/basic';
import { type Mark, inPit, isOut, markLap, nameOf, penaltyOf, placesWon, statusOf, wasNew } from './field';
import { useFlash } from './flash';
import { teamClass } from './team';

export interface RowProps {
  car: Car;
  /** 2: our car, 1: of our team, 0: another. */
  ours: number;
  /** Best lap of all. */
  best: number | null;
  /** Best sectors of the car and of all, null: not known. */
  ownSectors: readonly (number | null)[] | undefined;
  allSectors: readonly (number | null)[];
  stop_prob: Maybe<number>;
}

const SIGN = { overall: '★', own: '•' };
const MEANS = { overall: 'fastest of all', own: 'own best' };

function Time({ text, mark }: { text: string; mark: Mark }) {
  return (
    <span class={`live-time ${mark ?? ''}`}>
      {text}
      <i aria-hidden="true">{mark ? SIGN[mark] : ''}</i>
      {mark && <span class="hidden">{MEANS[mark]}</span>}
    </span>
  );
}

function Won({ car }: { car: Car }) {
  const won = isOut(car) ? null : placesWon(car);
  if (won === null) return <span class="soft">{DASH}</span>;
  if (won === 0) return <span class="soft" aria-label="place of the grid">=</span>;
  return (
    <span class={won > 0 ? 'good' : 'bad'} aria-label={`${signed(won, 0)} places since the grid`}>
      {won > 0 ? '▲' : '▼'}
      {Math.abs(won)}
    </span>
  );
}

function Age({ car }: { car: Car }) {
  const fresh = wasNew(car);
  const means = `${num(car.tyre_age_laps)} laps old${fresh === null ? '' : fresh ? ', new when fitted' : ', used when fitted'}`;
  return (
    <span class="live-tyre-age" title={means}>
      <Tyre compound={car.compound} />
      <span class="num">{num(car.tyre_age_laps)}</span>
      <small>{fresh === null ? '' : fresh ? 'n' : 'u'}</small>
    </span>
  );
}

const leads = (car: Car) => car.position === 1;
const gapText = (car: Car) => (isOut(car) ? DASH : leads(car) ? 'Leader' : gap(car.gap_ms, car.gap_laps));
const intervalText = (car: Car) => (isOut(car) ? DASH : leads(car) ? '' : gap(car.interval_ms, car.interval_laps));

function State({ car }: { car: Car }) {
  const said = statusOf(car);
  const penalty = penaltyOf(car);
  return (
    <>
      {said.text && <span class={`live-state ${said.tone}`}>{said.text}</span>}
      {penalty && <span class="live-state pen">{penalty}</span>}
    </>
  );
}

/** What makes the row glow. */
const signOf = (car: Car) => `${car.position}/${car.compound}/${car.stops}/${inPit(car)}/${isOut(car)}`;

export const TowerRow = memo(function TowerRow(props: RowProps) {
  const { car, ours, best, ownSectors, allSectors, stop_prob } = props;
  const at = useFlash<HTMLTableRowElement>(signOf(car));
  const out = isOut(car);
  return (
    <tr ref={at} class={`${ours === 2 ? 'own' : ours === 1 ? 'mate' : ''} ${out ? 'out' : ''} ${inPit(car) ? 'pit' : ''}`} data-car={nameOf(car)}>
      <td class="num c-pos">{out ? DASH : (car.position ?? DASH)}</td>
      <td class="c-won"><Won car={car} /></td>
      <th scope="row" class="c-car">
        <i class={`live-team-bar ${teamClass(car.team)}`} />
        <abbr title={[car.driver, car.team].filter(Boolean).join(', ') || nameOf(car)}>{nameOf(car)}</abbr>
        {ours > 0 && <span class="hidden">{ours === 2 ? 'our car' : 'our team'}</span>}
      </th>
      <td class="c-state" title={[statusOf(car).means, penaltyOf(car)].filter(Boolean).join(', ')}><State car={car} /></td>
      <td class="num c-gap">{gapText(car)}</td>
      <td class="num c-int">{intervalText(car)}</td>
      <td class="num c-last"><Time text={lapTime(car.last_lap_ms)} mark={out ? null : markLap(car.last_lap_ms, car.best_lap_ms, best)} /></td>
      <td class="num c-best"><Time text={lapTime(car.best_lap_ms)} mark={car.best_lap_ms && car.best_lap_ms === best ? 'overall' : null} /></td>
      {[0, 1, 2].map(i => (
        <td key={i} class={`num c-sec`}>
          <Time text={lapTime(car.sector_ms[i], 1)} mark={out ? null : markLap(car.sector_ms[i], ownSectors?.[i], allSectors[i])} />
        </td>
      ))}
      <td class="c-tyre"><Age car={car} /></td>
      <td class="num c-stops">{num(car.stops)}</td>
      <td class="num c-prob">{out ? '' : percent(stop_prob)}</td>
    </tr>
  );
});
