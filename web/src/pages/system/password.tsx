/** One's own password. Every sign-in ends with it, so one signs in again. */
import { useState } from 'preact/hooks';
import { type ApiError, patch } from '../../core/api';
import { me, signIn } from '../../core/auth';
import { Card, Field } from '../../ui/basic';

export function Password() {
  const [told, tell] = useState<{ text: string; bad: boolean }>({ text: '', bad: false });
  const submit = async (e: Event) => {
    e.preventDefault();
    const form = e.currentTarget as HTMLFormElement;
    const text = (name: string) => String(new FormData(form).get(name) ?? '');
    if (text('password') !== text('again')) return tell({ text: 'The two passwords differ.', bad: true });
    const who = me.get();
    if (!who) return;
    try {
      await patch(`/users/${encodeURIComponent(who.user)}`, { password: text('password'), current_password: text('current') });
      await signIn(who.team, who.user, text('password'));
      form.reset();
      tell({ text: 'Changed. Other devices sign in again.', bad: false });
    } catch (why) {
      tell({ text: (why as ApiError).message, bad: true });
    }
  };
  return (
    <Card title="Your password" class="system-password">
      <form class="system-form" onSubmit={e => void submit(e)}>
        <input class="hidden" name="username" autocomplete="username" value={me.get()?.user ?? ''} readOnly tabIndex={-1} aria-hidden="true" />
        <Field label="As it is">
          <input name="current" type="password" autocomplete="current-password" required maxLength={1024} />
        </Field>
        <Field label="The new one, 10 letters or more">
          <input name="password" type="password" autocomplete="new-password" required minLength={10} maxLength={1024} />
        </Field>
        <Field label="The new one once more">
          <input name="again" type="password" autocomplete="new-password" required maxLength={1024} />
        </Field>
        <button type="submit">Change</button>
        {told.text && (
          <span class={told.bad ? 'bad' : 'good'} role="alert">
            {told.text}
          </span>
        )}
      </form>
    </Card>
  );
}
