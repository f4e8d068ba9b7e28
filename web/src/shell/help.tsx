/** What the keys do now: made from what the pages have told, so that it is never out of date. */
import { keyGroups, keyName } from '../core/keys';
import { prefer, prefs } from '../core/prefs';
import { useStore } from '../core/store';
import { Field } from '../ui/basic';
import { Dialog } from '../ui/dialog';

const choices = {
  theme: { label: 'Theme', of: { dark: 'dark', light: 'light', auto: 'as the system' } },
  units: { label: 'Speed, temperature, length', of: { metric: 'km/h, °C, m', imperial: 'mph, °F, ft' } },
} as const;

function Choices() {
  const had = useStore(prefs, p => p);
  return (
    <div class="help-choices">
      {(['theme', 'units'] as const).map(name => (
        <Field key={name} label={choices[name].label}>
          <select value={had[name]} onChange={e => prefer({ [name]: e.currentTarget.value })}>
            {Object.entries(choices[name].of).map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </select>
        </Field>
      ))}
    </div>
  );
}

export function Help({ onClose }: { onClose(): void }) {
  const groups = useStore(keyGroups, g => g);
  return (
    <Dialog title="Keys and habits" class="help" onClose={onClose}>
      {groups
        .filter(g => g.keys.length > 0)
        .map(g => (
          <section key={g.title}>
            <h3>{g.title}</h3>
            <dl>
              {g.keys.map(k => (
                <div key={k.key}>
                  <dt>
                    <kbd>{keyName(k.key)}</kbd>
                  </dt>
                  <dd>{k.what}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      <Choices />
      <p class="soft">
        Keys do nothing while you type. Everything else by name: <a href="/docs">the API</a>.
      </p>
    </Dialog>
  );
}
