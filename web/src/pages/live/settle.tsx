/** An engineer says what became of a call. */
import { useEffect, useState } from 'preact/hooks';
import { type ApiError, post } from '../../core/api';
import { useMay } from '../../core/access';
import type { Call } from '../../core/types';

const SAID: Record<string, string> = { accepted: 'Accepted', refused: 'Refused', superseded: 'Overtaken by a newer call' };

export function Settle({ session, call }: { session: string; call: Call }) {
  const may = useMay('engineer');
  const [said, say] = useState<string | null>(null);
  const [error, fail] = useState('');
  useEffect(() => {
    say(null);
    fail('');
  }, [call.seq]);
  const outcome = said ?? call.outcome;
  const settle = (to: 'accepted' | 'refused') =>
    post<unknown>(`/sessions/${encodeURIComponent(session)}/calls/${call.seq}`, { outcome: to }).then(() => say(to), (why: ApiError) => fail(why.message));
  if (outcome && outcome !== 'open') return <p class={`live-settled ${outcome}`}>{SAID[outcome] ?? outcome}</p>;
  if (!may) return null;
  return (
    <div class="live-settle no-print">
      <button type="button" class="live-accept" aria-label="Accept" title="Accept" onClick={() => void settle('accepted')}>✓ <span>Accept</span></button>
      <button type="button" aria-label="Refuse" title="Refuse" onClick={() => void settle('refused')}>✗ <span>Refuse</span></button>
      {error && <span class="bad" role="alert">{error}</span>}
    </div>
  );
}
