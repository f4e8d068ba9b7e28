/** The case as a line of words, and what one does with it: back, reset, keep, share, print. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { useStore } from '../../core/store';
import { go, linkTo } from '../../core/router';
import { forget, save, saved, type Saved } from './saved';
import type { Said } from './said';

export interface HeadProps {
  session: string;
  race: string;
  car: string;
  /** From which lap. */
  when: ComponentChildren;
  said: Said[];
  /** Of the case with its lap, for a link. */
  text: string;
  unknown: readonly string[];
  canBack: boolean;
  canForth: boolean;
  back(): void;
  forth(): void;
  reset(): void;
  drop(s: Said): void;
}

const linkOf = (session: string, car: string, text: string): string => `${location.origin}${location.pathname}${linkTo('whatif', [session], { car, case: text })}`;

/** Puts the link on the clipboard; where that is not allowed, shows it to be copied by hand. */
function useShare(link: string): [string, () => void] {
  const [shown, show] = useState('');
  const share = async () => {
    try {
      await navigator.clipboard.writeText(link);
      show('copied');
    } catch {
      show(link);
    }
    setTimeout(() => show(s => (s === 'copied' ? '' : s)), 2500);
  };
  return [shown, () => void share()];
}

function Keep({ p, close }: { p: HeadProps; close(): void }) {
  const list = useStore(saved, s => s);
  const [name, setName] = useState(p.said.map(s => s.text).join(', ').slice(0, 60) || 'as it is');
  const held = list.some(s => s.name === name.trim() && s.session === p.session && s.car === p.car && s.text === p.text);
  const keep = (e: Event) => {
    e.preventDefault();
    save({ name: name.trim() || 'case', session: p.session, race: p.race, car: p.car, text: p.text, at: Date.now() });
  };
  const open = (s: Saved) => {
    go(linkTo('whatif', [s.session], { car: s.car, case: s.text }));
    close();
  };
  return (
    <section class="card whatif-keep" aria-label="Saved cases">
      <form class="row" onSubmit={keep}>
        <input aria-label="Name of this case" value={name} maxLength={80} onInput={e => setName(e.currentTarget.value)} />
        <button type="submit" class="primary" disabled={held}>
          {held ? 'Saved' : 'Save this case'}
        </button>
        <button type="button" onClick={close}>
          Close
        </button>
      </form>
      <ul>
        {list.map(s => (
          <li key={`${s.session} ${s.name}`}>
            <button type="button" class="whatif-open" onClick={() => open(s)}>
              <b>{s.name}</b> <span class="soft">{s.race}, {s.car}</span>
            </button>
            <button type="button" aria-label={`Forget ${s.name}`} onClick={() => forget(s)}>
              ×
            </button>
          </li>
        ))}
      </ul>
      {list.length === 0 && <p class="soft">Nothing is saved yet. Cases stay in this browser; a link is what goes to others.</p>}
    </section>
  );
}

export function Head(p: HeadProps) {
  const [keeping, setKeeping] = useState(false);
  const [shared, share] = useShare(linkOf(p.session, p.car, p.text));
  return (
    <>
      <div class="whatif-head">
        {p.when}
        <ul class="whatif-said" aria-label="What is different">
          {p.said.map(s => (
            <li key={s.text}>
              {s.text}
              <button type="button" aria-label={`Take out: ${s.text}`} onClick={() => p.drop(s)}>
                ×
              </button>
            </li>
          ))}
          {p.said.length === 0 && <li class="none">Nothing is changed: move a stop, bring out a flag, let it rain.</li>}
        </ul>
        <div class="whatif-tools no-print">
          <button type="button" disabled={!p.canBack} title="Ctrl Z" onClick={p.back}>
            Undo
          </button>
          <button type="button" disabled={!p.canForth} title="Ctrl Y" onClick={p.forth}>
            Redo
          </button>
          <button type="button" disabled={p.said.length === 0} onClick={p.reset}>
            Reset
          </button>
          <button type="button" aria-expanded={keeping} onClick={() => setKeeping(!keeping)}>
            Save / open
          </button>
          <button type="button" class="whatif-share" onClick={share}>
            {shared === 'copied' ? 'Copied' : 'Copy link'}
          </button>
          <a class="whatif-sheet" href={linkTo('sheet', [p.session], { car: p.car })}>
            Sheet
          </a>
        </div>
      </div>
      {shared !== '' && shared !== 'copied' && <input class="whatif-link" readOnly aria-label="Link of this case" value={shared} onFocus={e => e.currentTarget.select()} />}
      {p.unknown.length > 0 && (
        <p class="whatif-warn" role="note">
          This link holds parts that this version does not know or cannot read; they are kept and left out: {p.unknown.join(', ')}
        </p>
      )}
      {keeping && <Keep p={p} close={() => setKeeping(false)} />}
    </>
  );
}
