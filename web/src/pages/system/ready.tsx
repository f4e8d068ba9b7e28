/** GET /readyz: can the server do its work, and what of it cannot. */
import { useAsk } from '../../core/use_ask';

interface Dependency {
  name: string;
  state: 'ok' | 'off' | 'behind' | 'stalled' | 'failed';
  ready: boolean;
  why: string | null;
}

const WHAT: Record<string, string> = { sessions: 'sessions', records: 'recordings', stores: 'stores of sessions', pool: 'workers', database: 'database' };
const SIGN: Record<Dependency['state'], string> = { ok: '✓', off: '○', behind: '…', stalled: '✕', failed: '✕' };
const TONE: Record<Dependency['state'], string> = { ok: 'good', off: 'soft', behind: 'warn', stalled: 'bad', failed: 'bad' };

/** 503 carries the same document: it is read, too. */
async function ask(signal: AbortSignal): Promise<{ status: string; dependencies: Dependency[] }> {
  return (await (await fetch('/readyz', { signal })).json()) as { status: string; dependencies: Dependency[] };
}

const version = async (signal: AbortSignal): Promise<string> => ((await (await fetch('/healthz', { signal })).json()) as { version: string }).version;

export function Ready() {
  const { data, error } = useAsk('readyz', ask, 2000);
  const of = useAsk('healthz', version);
  const bad = data?.dependencies.filter(d => !d.ready) ?? [];
  const word = error ? 'does not answer' : !data ? 'one moment' : bad.length === 0 ? 'ready' : 'not ready';
  return (
    <section class="system-ready card" aria-label="Is it well">
      <p class={`system-word ${error || bad.length > 0 ? 'bad' : data ? 'good' : 'soft'}`}>
        Server {word}
        <small class="soft"> {of.data ? `version ${of.data}` : ''}</small>
      </p>
      <ul>
        {data?.dependencies.map(d => (
          <li key={d.name} class={TONE[d.state]}>
            <span aria-hidden="true">{SIGN[d.state]}</span> {WHAT[d.name] ?? d.name} {d.state}
            {d.why ? <span class="soft">: {d.why}</span> : ''}
          </li>
        ))}
      </ul>
    </section>
  );
}
