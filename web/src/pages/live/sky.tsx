/** Weather as it is and as it is forecast. */
import { memo } from 'preact/compat';
import { useStore } from '../../core/store';
import { temperature, wind } from '../../core/units';
import { prefs } from '../../core/prefs';
import { num, percent } from '../../core/format';
import type { Maybe, Weather } from '../../core/types';
import { Card } from '../../ui/basic';

const AHEAD = [5, 10, 15, 30];

function Rain({ chance }: { chance: readonly Maybe<number>[] }) {
  return (
    <ul class="live-rain" aria-label="Chance of rain">
      {AHEAD.map((minutes, i) => {
        const p = chance[i];
        const known = typeof p === 'number';
        return (
          <li key={minutes} class={known ? '' : 'unknown'}>
            <b class="num">{known ? percent(p) : '–'}</b>
            <span class="live-rain-bar" aria-hidden="true"><i style={{ height: `${(p ?? 0) * 100}%` }} /></span>
            <span class="soft">{minutes} min</span>
          </li>
        );
      })}
    </ul>
  );
}

export const Sky = memo(function Sky({ weather, chance }: { weather: Maybe<Weather>; chance: readonly Maybe<number>[] }) {
  const units = useStore(prefs, p => p.units);
  const forecast = chance.some(p => typeof p === 'number');
  const rain = weather?.rain;
  return (
    <Card title="Weather" side={<span class={rain ? 'live-wet' : 'soft'}>{rain ? '☂ Rain' : rain === 0 ? 'Dry' : 'Rain not known'}</span>} class="live-sky">
      {weather ? (
        <dl class="live-air">
          <div><dt>Track</dt><dd class="num">{temperature(weather.track_degc, 1, units)}</dd></div>
          <div><dt>Air</dt><dd class="num">{temperature(weather.air_degc, 1, units)}</dd></div>
          <div><dt>Wind</dt><dd class="num">{wind(weather.wind_mps, 1, units)}</dd></div>
          <div><dt>Humidity</dt><dd class="num">{typeof weather.humidity_pct === 'number' ? `${num(weather.humidity_pct)} %` : '–'}</dd></div>
        </dl>
      ) : (
        <p class="soft">This feed tells no weather.</p>
      )}
      {forecast ? <Rain chance={chance} /> : <p class="soft">No forecast of rain.</p>}
    </Card>
  );
});
