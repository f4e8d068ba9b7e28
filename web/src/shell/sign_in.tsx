/** Who comes: with a password, or as the first admin with the link of the first start. */
import { useState } from 'preact/hooks';
import { useInside } from '../core/access';
import { asked, firstAdmin, Refused, signIn } from '../core/auth';
import { go, linkTo } from '../core/router';
import { Store, useStore } from '../core/store';
import { Field } from '../ui/basic';
import { Dialog } from '../ui/dialog';

/** '' none; 'broken': what came was not the whole of it. */
export const firstLink = new Store<string>('');

/** Out of the address bar and the history before anything else: what stands behind # is then nowhere. */
export function takeLink(): void {
  if (!location.hash.startsWith('#link=')) return;
  const found = /^#link=([0-9a-f]{64})$/.exec(location.hash);
  go(linkTo('live'), true);
  firstLink.set(found ? found[1]! : 'broken');
  asked.set(true);
}

const LEAST = 10;
const SPENT = 'This link is no longer good: it was used, the server was started again, or a day is over. The newest one is where the server runs.';

/** What is wrong with it before anybody is asked. */
export function whyNot(first: boolean, password: string, again: string): string {
  if (!first) return '';
  if (password.length < LEAST) return `A password has at least ${LEAST} letters.`;
  return password === again ? '' : 'The two passwords differ.';
}

export function said(why: unknown, first: boolean): string {
  if (!(why instanceof Refused)) return 'The server does not answer. Try again.';
  return first && why.status === 401 ? SPENT : why.message;
}

function useForm(first: boolean) {
  const [bad, setBad] = useState('');
  const [busy, setBusy] = useState(false);
  const submit = async (e: Event) => {
    e.preventDefault();
    const form = new FormData(e.currentTarget as HTMLFormElement);
    const text = (name: string) => String(form.get(name) ?? '');
    const wrong = whyNot(first, text('password'), text('again'));
    setBad(wrong);
    if (wrong) return;
    setBusy(true);
    try {
      if (first) await firstAdmin(firstLink.get(), text('username').trim(), text('password'));
      else await signIn(text('team').trim(), text('username').trim(), text('password'));
      firstLink.set('');
    } catch (why) {
      const words = said(why, first);
      setBad(words);
      if (words === SPENT) firstLink.set('');
      setBusy(false);
    }
  };
  return { bad, busy, submit };
}

function Form({ first }: { first: boolean }) {
  const { bad, busy, submit } = useForm(first);
  const broken = useStore(firstLink, l => l === 'broken');
  return (
    <form class="sign-in" onSubmit={e => void submit(e)} autocomplete="on">
      {first && <p class="soft">Nobody is known to this server yet. You become its first admin; the link is good once.</p>}
      {broken && <p class="bad">This is not the whole link: it ends in 64 letters and digits. Copy it once more from where the server was started.</p>}
      {!first && (
        <Field label="Team (empty: the team that runs the server)">
          <input name="team" autocomplete="organization" autocapitalize="none" spellcheck={false} maxLength={63} />
        </Field>
      )}
      <Field label="Name">
        <input name="username" autocomplete="username" autocapitalize="none" spellcheck={false} required maxLength={63} autofocus />
      </Field>
      <Field label={first ? `Password, ${LEAST} letters or more` : 'Password'}>
        <input name="password" type="password" autocomplete={first ? 'new-password' : 'current-password'} required maxLength={1024} />
      </Field>
      {first && (
        <Field label="The password once more">
          <input name="again" type="password" autocomplete="new-password" required maxLength={1024} />
        </Field>
      )}
      <p class="sign-in-bad bad" role="alert">
        {bad}
      </p>
      <button class="primary" type="submit" disabled={busy}>
        {busy ? 'One moment' : first ? 'Become the first admin' : 'Sign in'}
      </button>
    </form>
  );
}

export function SignIn() {
  const open = useStore(asked, a => a);
  const link = useStore(firstLink, l => l);
  const inside = useInside();
  if (!open) return null;
  const first = link.length === 64;
  // Who is in already may look away; who is not has nothing else to see.
  const close = () => {
    firstLink.set('');
    asked.set(false);
  };
  return (
    <Dialog title={first ? 'First admin' : 'Sign in to Pitboard'} onClose={inside ? close : undefined}>
      <Form key={String(first)} first={first} />
    </Dialog>
  );
}
