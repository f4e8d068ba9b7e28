/** Which session, and which car is ours: chosen once, followed everywhere. */
import { useKeys } from '../core/keys';
import { chooseCar, ownCar, teamOf } from '../core/live';
import { go, linkTo, where } from '../core/router';
import { rememberSession } from '../core/session';
import type { Car, Session, SessionState } from '../core/types';

const STATE: Record<string, string> = { paused: 'paused', ended: 'over', stopped: 'stopped', failed: 'failed' };

/** "Spain · 2023-07 · paused"; of a replay that nobody named, the race and the end of its id. */
export function sessionLabel(s: Session): string {
  const plain = s.kind === 'replay' && s.name === s.id;
  const names = plain ? [s.replay ?? s.id, s.id.replace(/^replay-/, '').slice(0, 4)] : [s.name, s.replay !== s.name ? s.replay : ''];
  return [...names, STATE[s.state] ?? ''].filter(Boolean).join(' · ');
}

export function SessionChoice({ id, sessions }: { id: string; sessions: readonly Session[] }) {
  const there = sessions.some(s => s.id === id);
  const choose = (to: string) => {
    rememberSession(to);
    go(linkTo(where.get().page, [to]));
  };
  return (
    <label class="choice">
      <span class="hidden">Session</span>
      <select class="choice-session" value={id} onChange={e => choose(e.currentTarget.value)}>
        {!there && <option value={id}>{id || 'no session'}</option>}
        {sessions.map(s => (
          <option key={s.id} value={s.id}>
            {sessionLabel(s)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The car before or after ours in running order; from none, the first. */
export function nextCar(cars: readonly Car[], own: Car | null, step: 1 | -1): Car | undefined {
  if (cars.length === 0) return undefined;
  const at = own ? cars.findIndex(c => c.key === own.key) : -1;
  if (at < 0) return cars[0];
  return cars[(at + step + cars.length) % cars.length];
}

const named = (c: Car): string => c.code || String(c.number ?? c.key);
const carLabel = (c: Car): string => [named(c), c.team].filter(Boolean).join(' · ');

export function CarChoice({ id, state }: { id: string; state: SessionState }) {
  const own = ownCar(state);
  const { cars } = state.race;
  const mates = teamOf(state, own).slice(1);
  const step = (by: 1 | -1) => () => {
    const car = nextCar(cars, ownCar(state), by);
    if (car) chooseCar(id, named(car));
  };
  useKeys(
    [
      { key: '[', what: 'Our car: the one ahead', run: step(-1) },
      { key: ']', what: 'Our car: the one behind', run: step(1) },
    ],
    'Our car',
  );
  // By name, so that nothing moves under the finger while the order changes.
  const byName = [...cars].sort((a, b) => named(a).localeCompare(named(b)));
  return (
    <div class="choice" role="group" aria-label="Our car">
      <label>
        <span class="hidden">Our car</span>
        <select class="choice-car" value={own ? named(own) : ''} onChange={e => chooseCar(id, e.currentTarget.value)}>
          {!own && <option value="">Our car?</option>}
          {byName.map(c => (
            <option key={c.key} value={named(c)}>
              {carLabel(c)}
            </option>
          ))}
        </select>
      </label>
      {mates.map(c => (
        <button key={c.key} type="button" class="choice-mate" title={`Team-mate: make ${c.driver || named(c)} our car`} onClick={() => chooseCar(id, named(c))}>
          {named(c)}
        </button>
      ))}
    </div>
  );
}
