/** Starts a replay of a recorded race, or a feed. */
import { useState } from 'preact/hooks';
import { type ApiError, get, post } from '../../core/api';
import { go, linkTo } from '../../core/router';
import { lookForSessions, rememberSession } from '../../core/session';
import type { ListPage, Session } from '../../core/types';
import { useAsk } from '../../core/use_ask';
import { Field } from '../../ui/basic';

interface RaceRow {
  id: string;
  name: string;
  season: number;
  round: number;
  has_laps: boolean;
}

const FIRST_SEASON = 2018;

/** Every race whose laps this server has, newest first. */
async function races(signal: AbortSignal): Promise<RaceRow[]> {
  const seasons = Array.from({ length: new Date().getFullYear() - FIRST_SEASON + 1 }, (_, i) => FIRST_SEASON + i);
  const lists = await Promise.all(seasons.map(y => get<ListPage<RaceRow>>(`/seasons/${y}/races?limit=100`, signal)));
  return lists.flatMap(l => l.items).filter(r => r.has_laps).sort((a, b) => b.season - a.season || b.round - a.round);
}

function useStart() {
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const start = async (body: object) => {
    setBusy(true);
    setError('');
    try {
      const made = await post<Session>('/sessions', body);
      await lookForSessions();
      rememberSession(made.id);
      go(linkTo('live', [made.id]));
    } catch (why) {
      setError((why as ApiError).message);
      setBusy(false);
    }
  };
  return { error, busy, start };
}

/** What the form says, as the route wants it: what was left empty is left out. */
export function startBody(form: Record<string, string>): object {
  const { kind = 'replay', race = '', speed = '1', udp = '', points = '', car = '', name = '' } = form;
  const port = (text: string, key: string) => (text.trim() ? { [key]: Number(text) } : {});
  const what = kind === 'feed' ? { feed: { ...port(udp, 'udp'), ...port(points, 'points_udp') } } : { replay: race, speed: Number(speed) };
  return { ...what, ...(car.trim() ? { own_car: car.trim().toUpperCase() } : {}), ...(name.trim() ? { name: name.trim() } : {}) };
}

function ReplayFields() {
  const { data, error } = useAsk('races', races);
  return (
    <>
      <Field label="Race">
        <select name="race" required disabled={!data}>
          {!data && <option value="">{error ? error.message : 'one moment'}</option>}
          {data?.map(r => (
            <option key={r.id} value={r.id}>
              {r.id} {r.name}
            </option>
          ))}
        </select>
      </Field>
      <Field label="Speed">
        <select name="speed">
          {[1, 2, 5, 10, 20, 50, 100].map(s => (
            <option key={s} value={s} selected={s === 20}>
              × {s}
            </option>
          ))}
        </select>
      </Field>
    </>
  );
}

function FeedFields() {
  return (
    <>
      <Field label="UDP port of the F1 game">
        <input name="udp" type="number" min={1024} max={65535} placeholder="20787" />
      </Field>
      <Field label="UDP port of points">
        <input name="points" type="number" min={1024} max={65535} placeholder="20788" />
      </Field>
    </>
  );
}

export function Start() {
  const [kind, setKind] = useState<'' | 'replay' | 'feed'>('');
  const { error, busy, start } = useStart();
  const submit = (e: Event) => {
    e.preventDefault();
    void start(startBody(Object.fromEntries(new FormData(e.currentTarget as HTMLFormElement)) as Record<string, string>));
  };
  const turn = (to: 'replay' | 'feed') => setKind(kind === to ? '' : to);
  return (
    <div class="system-start">
      <div class="row">
        <button type="button" aria-pressed={kind === 'replay'} onClick={() => turn('replay')}>
          Play a race again
        </button>
        <button type="button" aria-pressed={kind === 'feed'} onClick={() => turn('feed')}>
          Follow a feed
        </button>
      </div>
      {kind && (
        <form class="system-form" onSubmit={submit}>
          <input type="hidden" name="kind" value={kind} />
          {kind === 'replay' ? <ReplayFields /> : <FeedFields />}
          <Field label="Our car (code or number)">
            <input name="car" maxLength={7} autocapitalize="characters" spellcheck={false} placeholder="VER" />
          </Field>
          <Field label="Name">
            <input name="name" maxLength={80} />
          </Field>
          <button class="primary" type="submit" disabled={busy}>
            Start
          </button>
        </form>
      )}
      {error && <p class="bad" role="alert">{error}</p>}
    </div>
  );
}
