/** Users of the team: add, change the role, set a password, remove. */
import { useState } from 'preact/hooks';
import { useMay } from '../../core/access';
import { all, type ApiError, patch, post, remove } from '../../core/api';
import { me } from '../../core/auth';
import { useStore } from '../../core/store';
import type { Role } from '../../core/types';
import { useAsk } from '../../core/use_ask';
import { Card, Empty, Failed, Field } from '../../ui/basic';
import { Confirm } from '../../ui/dialog';
import { moment } from './moment';

interface User {
  team: string;
  user: string;
  role: Role;
  created: string;
  changed: string;
  has_password: boolean;
}

const ROLES: readonly Role[] = ['viewer', 'engineer', 'admin'];

export const RoleSelect = (props: { value: Role; name?: string; label?: string; most?: Role; onChange?(role: Role): void }) => (
  <select name={props.name} value={props.value} aria-label={props.label} onChange={e => props.onChange?.(e.currentTarget.value as Role)}>
    {ROLES.slice(0, ROLES.indexOf(props.most ?? 'admin') + 1).map(r => (
      <option key={r} value={r}>
        {r}
      </option>
    ))}
  </select>
);

function Row({ u, self, change, drop }: { u: User; self: boolean; change(body: object): void; drop(): void }) {
  return (
    <tr>
      <th scope="row">
        {u.user}
        {self && <small class="soft"> (you)</small>}
      </th>
      <td>
        <RoleSelect value={u.role} label={`Role of ${u.user}`} onChange={role => change({ role })} />
      </td>
      <td class={u.has_password ? '' : 'warn'}>{u.has_password ? 'yes' : 'none: cannot sign in'}</td>
      <td>{moment(u.created)}</td>
      <td>{moment(u.changed)}</td>
      <td>
        {!self && (
          <button type="button" onClick={drop} aria-label={`Remove ${u.user}`}>
            Remove
          </button>
        )}
      </td>
    </tr>
  );
}

function Add({ done }: { done(): void }) {
  const home = useMay('admin', true);
  const [error, setError] = useState('');
  const submit = async (e: Event) => {
    e.preventDefault();
    const form = e.currentTarget as HTMLFormElement;
    const text = Object.fromEntries(new FormData(form)) as Record<string, string>;
    const told = Object.fromEntries(Object.entries(text).filter(([, v]) => v !== ''));
    setError('');
    try {
      await post('/users', told);
      form.reset();
      done();
    } catch (why) {
      setError((why as ApiError).message);
    }
  };
  return (
    <form class="system-form" autocomplete="off" onSubmit={e => void submit(e)}>
      <Field label="Name">
        <input name="user" required maxLength={63} autocomplete="off" autocapitalize="none" spellcheck={false} />
      </Field>
      <Field label="Role">
        <RoleSelect name="role" value="viewer" />
      </Field>
      <Field label="Password, 10 letters or more">
        <input name="password" type="password" minLength={10} maxLength={1024} autocomplete="new-password" />
      </Field>
      {home && (
        <Field label="Another team (made when new)">
          <input name="team" maxLength={63} autocomplete="off" autocapitalize="none" spellcheck={false} />
        </Field>
      )}
      <button type="submit">Add</button>
      {error && <span class="bad" role="alert">{error}</span>}
    </form>
  );
}

export function Users() {
  const who = useStore(me, m => m?.user);
  const [turn, again] = useState(0);
  const look = () => again(n => n + 1);
  const { data, error } = useAsk(`users ${turn}`, s => all<User>('/users', s));
  const [wrong, setWrong] = useState('');
  const [dropping, drop] = useState<User | null>(null);
  const run = async (work: Promise<unknown>) => {
    setWrong('');
    try {
      await work;
    } catch (why) {
      setWrong((why as ApiError).message);
    }
    look();
  };
  const at = (u: User) => `/users/${encodeURIComponent(u.user)}`;
  return (
    <Card title="Users" class="system-users">
      {wrong && <p class="bad" role="alert">{wrong}</p>}
      {error && !data && <Failed error={error} />}
      {!data && !error && <Empty>One moment.</Empty>}
      {data && (
        <div class="scroll" tabIndex={0} role="region" aria-label="Users">
          <table class="system-table">
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Role</th>
                <th scope="col">Password</th>
                <th scope="col">Added</th>
                <th scope="col">Changed</th>
                <th scope="col">
                  <span class="hidden">Remove</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {data.map(u => (
                <Row key={`${u.user} ${u.changed} ${turn}`} u={u} self={u.user === who} change={body => void run(patch(at(u), body))} drop={() => drop(u)} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Add done={look} />
      {dropping && (
        <Confirm
          title={`Remove ${dropping.user}?`}
          text="Every sign-in of this user ends, and the keys that this user made go, too."
          yes="Remove"
          onYes={() => void run(remove(at(dropping)))}
          onClose={() => drop(null)}
        />
      )}
    </Card>
  );
}
