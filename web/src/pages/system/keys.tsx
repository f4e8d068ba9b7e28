/** Keys for programs. A new one is shown once. */
import { useState } from 'preact/hooks';
import { useMay } from '../../core/access';
import { all, type ApiError, post, remove } from '../../core/api';
import { me } from '../../core/auth';
import { useStore } from '../../core/store';
import type { Role } from '../../core/types';
import { useAsk } from '../../core/use_ask';
import { copyText } from '../../ui/copy';
import { Card, Empty, Failed, Field } from '../../ui/basic';
import { Confirm, Dialog } from '../../ui/dialog';
import { moment } from './moment';
import { RoleSelect } from './users';

interface Key {
  name: string;
  role: Role;
  by: string;
  created: string;
  expires: string | null;
  used: string | null;
}

const DAY = 86_400;
const LIVES = [
  [String(DAY), 'a day'],
  [String(7 * DAY), 'a week'],
  [String(90 * DAY), '90 days'],
  [String(365 * DAY), 'a year'],
  ['', 'for ever'],
] as const;

/** The one moment in which the key itself is there. */
function Shown({ name, text, onClose }: { name: string; text: string; onClose(): void }) {
  const [copied, set] = useState(false);
  const copy = async () => {
    await copyText(text);
    set(true);
  };
  return (
    <Dialog title={`Key ${name}`} onClose={onClose}>
      <p>It is shown now and never again. Send it as X-API-Key.</p>
      <code class="system-key">{text}</code>
      <div class="row dialog-end">
        <button type="button" class="primary" onClick={() => void copy().catch(() => {})}>
          {copied ? 'Copied' : 'Copy'}
        </button>
        <button type="button" onClick={onClose}>
          I have it
        </button>
      </div>
    </Dialog>
  );
}

function Make({ done }: { done(name: string, key: string): void }) {
  const most = useStore(me, m => m?.role ?? 'viewer');
  const [error, setError] = useState('');
  const submit = async (e: Event) => {
    e.preventDefault();
    const form = e.currentTarget as HTMLFormElement;
    const text = new FormData(form);
    const lives = String(text.get('lives'));
    setError('');
    try {
      const made = await post<{ name: string; key: string }>('/auth/keys', { name: text.get('name'), role: text.get('role'), expires_in: lives ? Number(lives) : null });
      form.reset();
      done(made.name, made.key);
    } catch (why) {
      setError((why as ApiError).message);
    }
  };
  return (
    <form class="system-form" onSubmit={e => void submit(e)}>
      <Field label="Name">
        <input name="name" required maxLength={59} autocomplete="off" autocapitalize="none" spellcheck={false} />
      </Field>
      <Field label="Role">
        <RoleSelect name="role" value="viewer" most={most} />
      </Field>
      <Field label="Good for">
        <select name="lives">
          {LIVES.map(([value, words]) => (
            <option key={value} value={value} selected={words === '90 days'}>
              {words}
            </option>
          ))}
        </select>
      </Field>
      <button type="submit">Make a key</button>
      {error && <span class="bad" role="alert">{error}</span>}
    </form>
  );
}

export function Keys() {
  const admin = useMay('admin');
  const [turn, again] = useState(0);
  const { data, error } = useAsk(`keys ${turn}`, s => all<Key>('/auth/keys', s));
  const [fresh, show] = useState<{ name: string; key: string } | null>(null);
  const [dropping, drop] = useState<Key | null>(null);
  const [wrong, setWrong] = useState('');
  const end = async (name: string) => {
    try {
      await remove(`/auth/keys/${encodeURIComponent(name)}`);
    } catch (why) {
      setWrong((why as ApiError).message);
    }
    again(n => n + 1);
  };
  return (
    <Card title={admin ? 'Keys of the team' : 'Your keys'} class="system-keys">
      {wrong && <p class="bad" role="alert">{wrong}</p>}
      {error && !data && <Failed error={error} />}
      {data?.length === 0 && <Empty>No keys: a program that asks this server needs one.</Empty>}
      {data && data.length > 0 && (
        <div class="scroll" tabIndex={0} role="region" aria-label="Keys">
          <table class="system-table">
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Role</th>
                <th scope="col">Made by</th>
                <th scope="col">Made</th>
                <th scope="col">Good until</th>
                <th scope="col">Last used</th>
                <th scope="col">
                  <span class="hidden">Remove</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {data.map(k => (
                <tr key={k.name}>
                  <th scope="row">{k.name}</th>
                  <td>{k.role}</td>
                  <td>{k.by || 'command line'}</td>
                  <td>{moment(k.created)}</td>
                  <td>{k.expires ? moment(k.expires) : 'for ever'}</td>
                  <td>{k.used ? moment(k.used) : 'never'}</td>
                  <td>
                    <button type="button" onClick={() => drop(k)} aria-label={`Remove ${k.name}`}>
                      Remove
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Make
        done={(name, key) => {
          show({ name, key });
          again(n => n + 1);
        }}
      />
      {fresh && <Shown name={fresh.name} text={fresh.key} onClose={() => show(null)} />}
      {dropping && <Confirm title={`Remove the key ${dropping.name}?`} text="Programs that use it are refused at once." yes="Remove" onYes={() => void end(dropping.name)} onClose={() => drop(null)} />}
    </Card>
  );
}
