/** Options in force, a backup, and who changed what. */
import { useState } from 'preact/hooks';
import { useMay } from '../../core/access';
import { type ApiError, get, post } from '../../core/api';
import { me } from '../../core/auth';
import { bytes } from '../../core/format';
import { useStore } from '../../core/store';
import { useAsk } from '../../core/use_ask';
import { Card, Empty, Failed } from '../../ui/basic';
import { Audit } from './audit';

interface Made {
  name: string;
  bytes: number;
  sha256: string;
}

function Backup() {
  const [busy, setBusy] = useState(false);
  const [made, set] = useState<Made | null>(null);
  const [error, setError] = useState('');
  const make = async () => {
    setBusy(true);
    setError('');
    try {
      set(await post<Made>('/admin/backup', {}));
    } catch (why) {
      setError((why as ApiError).message);
    }
    setBusy(false);
  };
  return (
    <Card title="Backup">
      <p class="soft">A copy of the whole store in the server’s folder for backups, also while a race runs.</p>
      <div class="row">
        <button type="button" disabled={busy} onClick={() => void make()}>
          {busy ? 'Copying' : 'Make a backup'}
        </button>
        {error && <span class="bad" role="alert">{error}</span>}
      </div>
      {made && (
        <p role="status">
          <span class="good">✓</span> <span class="mono">{made.name}</span>, {bytes(made.bytes)}
          <br />
          <small class="soft mono">sha256 {made.sha256}</small>
        </p>
      )}
    </Card>
  );
}

/** As it stands in a file of options. */
export function optionText(value: unknown): string {
  if (value === null || value === '') return '';
  if (Array.isArray(value)) return value.map(String).join(', ');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return String(value);
}

function Config() {
  const { data, error } = useAsk('config', s => get<Record<string, unknown>>('/admin/config', s));
  const [every, setEvery] = useState(false);
  if (error) return <Failed error={error} />;
  const rows = Object.entries(data ?? {}).filter(([, v]) => every || optionText(v) !== '');
  return (
    <Card
      title="Options in force"
      side={
        <button type="button" aria-pressed={every} onClick={() => setEvery(!every)}>
          {every ? 'Without the empty ones' : 'All'}
        </button>
      }
    >
      {!data && <Empty>One moment.</Empty>}
      <dl class="system-options">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt class="mono">{name}</dt>
            <dd>{optionText(value) || <span class="soft">not given</span>}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

export function ServerPart() {
  const runs = useMay('admin', true);
  const known = useStore(me, m => m !== null);
  return (
    <div class="system-server">
      {runs && (
        <div class="system-column">
          <Config />
          <Backup />
        </div>
      )}
      {known && <Audit />}
    </div>
  );
}
