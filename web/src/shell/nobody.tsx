/** Where there is nothing to follow: why, and what to do. Never a blank page. */
import { useMay } from '../core/access';
import { linkTo } from '../core/router';
import type { Session } from '../core/types';
import { sessionLabel } from './chooser';

export function NoSession(props: { page: string; id: string; sessions: readonly Session[] }) {
  const engineer = useMay('engineer');
  return (
    <section class="nobody card" aria-label="No session">
      <h1>{props.id ? 'There is no such session here' : 'No session is followed'}</h1>
      {props.id && (
        <p>
          <span class="mono">{props.id}</span> was stopped, or it belongs to another team.
        </p>
      )}
      {props.sessions.length > 0 ? (
        <ul>
          {props.sessions.map(s => (
            <li key={s.id}>
              <a href={linkTo(props.page, [s.id])}>{sessionLabel(s)}</a>
            </li>
          ))}
        </ul>
      ) : (
        <p>Nothing is followed or played again on this server{engineer ? '' : ' yet: an engineer of the team starts it'}.</p>
      )}
      {engineer && (
        <p>
          <a href={linkTo('system')}>Start a replay or a feed</a> on the page System.
        </p>
      )}
    </section>
  );
}
