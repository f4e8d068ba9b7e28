/** Is a model still right on the races after its training? Asked for: it takes a while. */
import { useState } from 'preact/hooks';
import { type ApiError, get } from '../../core/api';
import { DASH, num } from '../../core/format';
import type { ModelDrift } from '../../core/model';

const FEW = 5;

export function Drift({ kind }: { kind: string }) {
  const [busy, setBusy] = useState(false);
  const [drift, set] = useState<ModelDrift | null>(null);
  const [error, setError] = useState('');
  const ask = async () => {
    setBusy(true);
    setError('');
    try {
      set(await get<ModelDrift>(`/models/${kind}/drift`));
    } catch (why) {
      setError((why as ApiError).message);
    }
    setBusy(false);
  };
  return (
    <>
      <button type="button" disabled={busy} onClick={() => void ask()}>
        {busy ? 'Looking at the newest races' : 'Drift'}
      </button>
      {error && <span class="warn" role="alert">{error}</span>}
      {drift && <Result drift={drift} />}
    </>
  );
}

function Result({ drift: d }: { drift: ModelDrift }) {
  const first = [...d.features].sort((a, b) => (b.psi ?? 0) - (a.psi ?? 0)).slice(0, FEW);
  return (
    <div role="status">
      <p class={d.drifted ? 'warn' : 'good'}>
        {d.drifted ? '▼ Drifted' : '✓ Not drifted'} on {d.races} races{d.why ? `: ${d.why}` : ''}
        {d.set_aside ? ' (set aside: a simpler one answers)' : ''}
      </p>
      {d.results && (
        <p class="soft">
          {d.results.metric} {num(d.results.value, 4)}, was {num(d.results.was, 4)} ({num(d.results.lo, 4)} to {num(d.results.hi, 4)}){d.results.worse ? ': worse' : ''}
        </p>
      )}
      {first.length > 0 && <p class="soft">Most changed: {first.map(f => `${f.name} ${f.psi === null ? DASH : num(f.psi, 2)}`).join(', ')} (PSI; 0.25 is much)</p>}
    </div>
  );
}
