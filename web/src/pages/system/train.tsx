/** Learns new versions from recorded races, as a job. */
import { useState } from 'preact/hooks';
import { type ApiError, post } from '../../core/api';
import { linkTo } from '../../core/router';
import { Field } from '../../ui/basic';

export function Train({ kinds }: { kinds: readonly string[] }) {
  const [told, tell] = useState('');
  const [job, setJob] = useState('');
  const submit = async (e: Event) => {
    e.preventDefault();
    const form = new FormData(e.currentTarget as HTMLFormElement);
    tell('');
    try {
      setJob((await post<{ id: string }>('/models/train', { kind: String(form.get('kind')), quick: form.get('quick') === 'on' })).id);
    } catch (why) {
      tell((why as ApiError).message);
    }
  };
  return (
    <form class="system-form" onSubmit={e => void submit(e)}>
      <Field label="Learn new versions of">
        <select name="kind">
          {['all', ...kinds].map(k => (
            <option key={k}>{k}</option>
          ))}
        </select>
      </Field>
      <label class="row system-check">
        <input type="checkbox" name="quick" /> quickly: less search, judged on six races
      </label>
      <button type="submit">Train</button>
      {told && <span class="warn" role="alert">{told}</span>}
      {job && (
        <span role="status">
          Begun: <a href={linkTo('system', ['jobs'])}>see the job</a>. It is not used before it is promoted.
        </span>
      )}
    </form>
  );
}
