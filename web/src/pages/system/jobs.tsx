/** Work that takes longer than an answer: where it is, and what became of it. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { useMay } from '../../core/access';
import { type ApiError, get, remove } from '../../core/api';
import { DASH, percent } from '../../core/format';
import { watch } from '../../core/socket';
import type { ListPage } from '../../core/types';
import { useAsk } from '../../core/use_ask';
import { Card, Empty, Failed } from '../../ui/basic';
import { lasted, moment } from './moment';

interface Job {
  id: string;
  kind: string;
  state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
  progress: number;
  what: string | null;
  created: string;
  started: string | null;
  ended: string | null;
  by: string | null;
  error: { status: string; detail: string } | null;
}

const TONE: Record<Job['state'], string> = { waiting: 'soft', running: 'good', done: '', failed: 'bad', cancelled: 'soft' };
const isOver = (j: Job) => !['waiting', 'running'].includes(j.state);

/** Asked once, then whenever the server says that one of them changed; the progress comes with the message itself. */
function useJobs() {
  const [turn, again] = useState(0);
  const [news, hear] = useState<ReadonlyMap<string, Pick<Job, 'state' | 'progress'>>>(new Map());
  const known = useRef(new Set<string>());
  useEffect(
    () =>
      watch({
        topics: ['job'],
        everyMs: 250,
        entries: (_, entries) => {
          const changed = entries as unknown as Job[];
          hear(had => new Map([...had, ...changed.map(j => [j.id, j] as const)]));
          if (entries.length === 0 || changed.some(j => j.state !== 'running' || !known.current.has(j.id))) again(n => n + 1);
        },
      }),
    [],
  );
  const asked = useAsk(`jobs ${turn}`, s => get<ListPage<Job>>('/jobs?limit=50', s));
  for (const j of asked.data?.items ?? []) known.current.add(j.id);
  const jobs = asked.data?.items.map(j => (isOver(j) ? j : { ...j, ...news.get(j.id) }));
  return { jobs, total: asked.data?.total ?? 0, error: asked.error, look: () => again(n => n + 1) };
}

function Row({ j, may, end }: { j: Job; may: boolean; end(): void }) {
  return (
    <tr>
      <td>{moment(j.created)}</td>
      <th scope="row">{[j.kind, j.what].filter(Boolean).join(': ')}</th>
      <td class={TONE[j.state]}>{j.state}</td>
      <td>
        <progress value={isOver(j) && j.state === 'done' ? 1 : j.progress} max={1} aria-label={`${j.kind}: ${percent(j.progress)}`} />{' '}
        <span class="num system-part">{percent(j.progress)}</span>
      </td>
      <td class="num">{lasted(j.started, j.ended)}</td>
      <td>{j.by ?? DASH}</td>
      <td class={`system-wide ${j.error ? 'bad' : ''}`}>{j.error?.detail ?? ''}</td>
      {may && (
        <td>
          <button type="button" onClick={end}>
            {isOver(j) ? 'Forget' : 'Cancel'}
          </button>
        </td>
      )}
    </tr>
  );
}

export function Jobs() {
  const may = useMay('engineer');
  const { jobs, total, error, look } = useJobs();
  const [wrong, setWrong] = useState('');
  const end = async (id: string) => {
    try {
      await remove(`/jobs/${id}`);
    } catch (why) {
      setWrong((why as ApiError).message);
    }
    look();
  };
  if (error && !jobs) return <Failed error={error} />;
  return (
    <Card title="Jobs of the team" side={jobs && total > jobs.length ? <span class="soft">the newest {jobs.length} of {total}</span> : undefined}>
      {wrong && <p class="bad" role="alert">{wrong}</p>}
      {!jobs ? (
        <Empty>One moment.</Empty>
      ) : jobs.length === 0 ? (
        <Empty>No jobs: large simulations and training appear here.</Empty>
      ) : (
        <div class="scroll" tabIndex={0} role="region" aria-label="Jobs">
          <table class="system-table">
            <thead>
              <tr>
                <th scope="col">Asked</th>
                <th scope="col">Work</th>
                <th scope="col">State</th>
                <th scope="col">Progress</th>
                <th scope="col" class="num">Took</th>
                <th scope="col">By</th>
                <th scope="col">Why it failed</th>
                {may && <th scope="col"><span class="hidden">End</span></th>}
              </tr>
            </thead>
            <tbody>
              {jobs.map(j => (
                <Row key={j.id} j={j} may={may} end={() => void end(j.id)} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}
