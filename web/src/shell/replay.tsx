/** A replay in the head: pause, speed, and the lap to go to. Who may not control it sees where it is. */
import { useRef, useState } from 'preact/hooks';
import { useMay } from '../core/access';
import { type ApiError, post } from '../core/api';
import { useKeys } from '../core/keys';
import { lookForSessions } from '../core/session';
import type { Race, Session } from '../core/types';

const SPEEDS = [0.5, 1, 2, 5, 10, 20, 50, 100];

function useControl(id: string) {
  const [error, setError] = useState('');
  const control = async (verb: string, value?: number) => {
    setError('');
    try {
      await post(`/sessions/${encodeURIComponent(id)}/control`, value === undefined ? { verb } : { verb, value });
      void lookForSessions();
    } catch (why) {
      setError((why as ApiError).message);
    }
  };
  return { error, control };
}

/** Which speeds are offered: the usual ones, and the one it has. */
export function speedsWith(now: number | null | undefined): number[] {
  return [...new Set([...SPEEDS, ...(typeof now === 'number' ? [now] : [])])].sort((a, b) => a - b);
}

function Seek(props: { lap: number; total: number; go(lap: number): void }) {
  const [held, hold] = useState<number | null>(null);
  const wait = useRef(0);
  const choose = (lap: number) => {
    clearTimeout(wait.current);
    props.go(lap);
    // Until the state says where it is, the knob stays where it was put.
    wait.current = window.setTimeout(() => hold(null), 1500);
  };
  return (
    <label class="replay-seek">
      <span class="hidden">Go to lap</span>
      <input
        type="range"
        min={1}
        max={Math.max(props.total, 1)}
        step={1}
        value={held ?? props.lap}
        onInput={e => hold(Number(e.currentTarget.value))}
        onChange={e => choose(Number(e.currentTarget.value))}
        aria-valuetext={`lap ${held ?? props.lap} of ${props.total}`}
      />
      <output class={`replay-lap ${held === null ? '' : 'held'}`}>
        {held ?? props.lap}/{props.total}
      </output>
    </label>
  );
}

export function Replay({ session, race }: { session: Session; race: Race | undefined }) {
  const may = useMay('engineer');
  const { error, control } = useControl(session.id);
  const paused = session.state !== 'running';
  const lap = race?.lap ?? session.position.lap ?? 1;
  const total = race?.laps_total ?? session.position.laps_total ?? 0;
  const turn = () => void control(session.state === 'ended' ? 'seek' : paused ? 'resume' : 'pause', session.state === 'ended' ? 1 : undefined);
  const to = (l: number) => void control('seek', Math.min(Math.max(l, 1), total || 1));
  const keys = [
    { key: ' ', what: 'Pause the replay, or go on', run: turn },
    { key: ',', what: 'One lap back', run: () => to(lap - 1) },
    { key: '.', what: 'One lap on', run: () => to(lap + 1) },
  ];
  useKeys(may && total > 0 ? keys : [], 'Replay');
  if (!may) return <span class="replay-tag">Replay{typeof session.speed === 'number' ? ` × ${session.speed}` : ''}</span>;
  return (
    <div class="replay" role="group" aria-label="Replay">
      <button type="button" class="replay-turn" onClick={turn} aria-label={session.state === 'ended' ? 'Play again' : paused ? 'Go on' : 'Pause'} title="Space">
        <svg viewBox="0 0 16 16" class="icon" aria-hidden="true">
          {paused ? <path d="M3.5 1.5 14 8 3.5 14.5z" fill="currentColor" /> : <path d="M3 2h3.6v12H3zM9.4 2H13v12H9.4z" fill="currentColor" />}
        </svg>
      </button>
      <label>
        <span class="hidden">Speed of the replay</span>
        <select class="replay-speed" value={String(session.speed ?? 1)} onChange={e => void control('speed', Number(e.currentTarget.value))}>
          {speedsWith(session.speed).map(s => (
            <option key={s} value={String(s)}>
              {s === 0 ? 'as fast as it goes' : `× ${s}`}
            </option>
          ))}
        </select>
      </label>
      {total > 0 && <Seek lap={lap} total={total} go={to} />}
      {error && (
        <span class="bad replay-error" role="alert">
          {error}
        </span>
      )}
    </div>
  );
}
