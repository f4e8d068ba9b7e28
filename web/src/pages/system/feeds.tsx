/** Each session: what it receives, how old the newest is, what was lost. */
import { useState } from 'preact/hooks';
import { useMay } from '../../core/access';
import { type ApiError, post } from '../../core/api';
import { age, count, DASH, num } from '../../core/format';
import { linkTo } from '../../core/router';
import { lookForSessions } from '../../core/session';
import { Card, Empty } from '../../ui/basic';
import { Confirm } from '../../ui/dialog';
import { Start } from './start';
import { type FeedHealth, useHealth } from './use_health';

const TONE: Record<string, string> = { running: 'good', paused: 'soft', ended: 'soft', stopped: 'soft', failed: 'bad' };
const PART_TONE: Record<string, string> = { ok: '', off: 'soft', behind: 'warn', stalled: 'bad', failed: 'bad' };

/** "12 s", "> 40 s" where it was never seen to grow, "nothing yet". */
export function quietText(f: Pick<FeedHealth, 'quiet' | 'session'>): string {
  if (!f.session.health?.received) return 'nothing yet';
  if (!f.quiet) return DASH;
  return f.quiet.exact || f.quiet.ms < 1500 ? age(f.quiet.ms) : `> ${age(f.quiet.ms)}`;
}

const rateText = (rate: number | null): string => (rate !== null && rate < 10 ? num(rate, 1) : count(rate));

function Row({ f, may, stop }: { f: FeedHealth; may: boolean; stop(): void }) {
  const { session: s, session: { health: h } } = f;
  const lost = (h?.dropped ?? 0) > 0;
  return (
    <tr>
      <th scope="row">
        <a href={linkTo('live', [s.id])}>{s.name}</a>
        <small class="soft"> {s.replay ? `replay of ${s.replay}${s.speed === 0 ? ', as fast as it goes' : ` × ${s.speed}`}` : 'feed'}</small>
      </th>
      <td class={TONE[s.state] ?? ''}>{h?.recovering ? 'reading back' : s.state}</td>
      <td class="num">{s.position.lap ? `${s.position.lap}/${s.position.laps_total ?? DASH}` : DASH}</td>
      <td class="num">{rateText(f.rate)}</td>
      <td class={`num ${s.state === 'running' && s.kind === 'feed' && (f.quiet?.ms ?? 0) > 5000 && h?.received ? 'warn' : ''}`}>{quietText(f)}</td>
      <td class="num">{count(h?.received)}</td>
      <td class="num">{count(h?.points)}</td>
      <td class={`num ${lost ? 'bad' : ''}`}>{count(h?.dropped)}</td>
      <td class={`num ${h?.refused ? 'warn' : ''}`}>{count(h?.refused)}</td>
      <td class={PART_TONE[h?.record ?? ''] ?? ''}>{h?.record ?? DASH}</td>
      <td class={PART_TONE[h?.store ?? ''] ?? ''}>{h?.store ?? DASH}</td>
      <td class="num">{h?.received ? num(h.p99_ms, 1) : DASH}</td>
      <td class="num">{count(h?.decided)}</td>
      <td class="num">{count(h?.skipped)}</td>
      <td class={`num ${h?.decide_failed ? 'warn' : ''}`}>{count(h?.decide_failed)}</td>
      <td class="num">{h?.decided ? num(h.decide_ms) : DASH}</td>
      {may && (
        <td class="system-stop">
          {s.state !== 'stopped' && (
            <button type="button" onClick={stop} aria-label={`Stop ${s.name}`}>
              Stop
            </button>
          )}
        </td>
      )}
    </tr>
  );
}

function Head({ may }: { may: boolean }) {
  return (
    <thead>
      <tr>
        <th scope="col">Session</th>
        <th scope="col">State</th>
        <th scope="col" class="num">Lap</th>
        <th scope="col" class="num">Records/s</th>
        <th scope="col" class="num">Newest</th>
        <th scope="col" class="num">Received</th>
        <th scope="col" class="num">Points</th>
        <th scope="col" class="num">Lost</th>
        <th scope="col" class="num">Refused</th>
        <th scope="col">Recording</th>
        <th scope="col">Store</th>
        <th scope="col" class="num" title="From receipt to the updated window, 99 of 100">p99, ms</th>
        <th scope="col" class="num">Calls</th>
        <th scope="col" class="num" title="Overtaken by a newer decision point">Skipped</th>
        <th scope="col" class="num">Failed</th>
        <th scope="col" class="num">Last, ms</th>
        {may && (
          <th scope="col">
            <span class="hidden">Stop</span>
          </th>
        )}
      </tr>
    </thead>
  );
}

export function Feeds() {
  const may = useMay('engineer');
  const { clients, feeds } = useHealth();
  const [stopping, stop] = useState<FeedHealth['session'] | null>(null);
  const [error, setError] = useState('');
  const end = async (id: string) => {
    try {
      await post(`/sessions/${encodeURIComponent(id)}/control`, { verb: 'stop' });
      void lookForSessions();
    } catch (why) {
      setError((why as ApiError).message);
    }
  };
  return (
    <Card title="Feeds and replays" side={<span class="soft">{clients === undefined ? '' : `${count(clients)} ${clients === 1 ? 'screen' : 'screens'} of the team connected`}</span>}>
      {!feeds && <Empty>One moment.</Empty>}
      {feeds?.length === 0 && <Empty>Nothing is followed or played again.</Empty>}
      {feeds && feeds.length > 0 && (
        <div class="scroll" tabIndex={0} role="region" aria-label="Sessions">
          <table class="system-table">
            <Head may={may} />
            <tbody>
              {feeds.map(f => (
                <Row key={f.session.id} f={f} may={may} stop={() => stop(f.session)} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {error && <p class="bad" role="alert">{error}</p>}
      {may && <Start />}
      {stopping && (
        <Confirm
          title={`Stop ${stopping.name}?`}
          text={stopping.kind === 'feed' ? 'It no longer listens; all who watch it lose it. It cannot be started again by this button.' : 'All who watch this replay lose it.'}
          yes="Stop it"
          onYes={() => void end(stopping.id)}
          onClose={() => stop(null)}
        />
      )}
    </Card>
  );
}
