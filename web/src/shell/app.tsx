/** Head, tabs, banner, and the page that the address names. */
import { useEffect, useState } from 'preact/hooks';
import { useInside } from '../core/access';
import { useKeys } from '../core/keys';
import { useLive } from '../core/live';
import { prefs } from '../core/prefs';
import { go, linkTo, where } from '../core/router';
import { pollSessions, rememberSession, sessions as sessionsThere, useSession } from '../core/session';
import { useStore } from '../core/store';
import { pages, tabs, type Page } from '../pages';
import { Banner } from './banner';
import { CarChoice, SessionChoice } from './chooser';
import { Habits, turnTheme, turnUnits } from './habits';
import { Help } from './help';
import { NoSession } from './nobody';
import { Replay } from './replay';
import { SignIn } from './sign_in';

export { useSession } from '../core/session';

function Tabs({ page, id }: { page: Page; id: string }) {
  const car = useStore(where, w => w.query['car']);
  return (
    <nav aria-label="Pages">
      <ul>
        {tabs.map(p => (
          <li key={p.name}>
            <a href={linkTo(p.name, p.session && id ? [id] : [], p.session ? { car } : {})} aria-current={p === page ? 'page' : undefined}>
              {p.title}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Choices({ id }: { id: string }) {
  const { sessions } = useSession();
  const state = useLive(id, l => l.state);
  const session = state?.session ?? sessions.find(s => s.id === id);
  return (
    <div class="choices">
      <SessionChoice id={id} sessions={sessions} />
      {state && <CarChoice id={id} state={state} />}
      {session?.kind === 'replay' && <Replay session={session} race={state?.race} />}
    </div>
  );
}

function Body({ page, id }: { page: Page; id: string }) {
  const { sessions } = useSession();
  const known = useStore(sessionsThere, s => s.known);
  const refused = useLive(id, l => (l.state === null ? l.refused : ''));
  if (page.session && known && (!id || refused)) return <NoSession page={page.name} id={id} sessions={sessions} />;
  const Page = page.body;
  return <Page />;
}

/** The address names the session that is seen, so that a link to it shows the same. */
function useAddress(page: Page, id: string): void {
  const at = useStore(where, w => w);
  useEffect(() => {
    document.title = `${page.title} · Pitboard`;
    if (page.name !== at.page) go(linkTo(page.name), true);
    else if (page.session && id && !at.rest[0]) go(linkTo(page.name, [id], at.query), true);
    if (page.session) rememberSession(id);
  }, [page, at, id]);
}

function Inside({ page }: { page: Page }) {
  const { id } = useSession();
  useStore(prefs, p => p);
  useEffect(pollSessions, []);
  useAddress(page, id);
  useKeys(
    tabs.map(p => ({ key: p.key, what: p.title, run: () => go(linkTo(p.name, p.session && id ? [id] : [], p.session ? { car: where.get().query['car'] } : {})) })),
    'Pages',
  );
  return (
    <main>
      <Body page={page} id={id} />
    </main>
  );
}

export function App() {
  const at = useStore(where, w => w);
  const inside = useInside();
  const { id } = useSession();
  const [help, setHelp] = useState(false);
  const page = pages.find(p => p.name === at.page) ?? pages[0]!;
  useKeys(
    [
      { key: 't', what: 'Theme: dark, light, as the system', run: turnTheme },
      { key: 'u', what: 'Units: metric, imperial', run: turnUnits },
      { key: '?', what: 'These keys', run: () => setHelp(true) },
    ],
    'Everywhere',
  );
  return (
    <div class="shell">
      <div class="top-place">
        <header class="top">
          <a class="brand" href="#/live">
            <b>Pit</b>board
          </a>
          {inside && <Tabs page={page} id={id} />}
          {inside && page.session && <Choices id={id} />}
          <Habits onHelp={() => setHelp(true)} />
        </header>
        {inside && <Banner id={id} session={page.session} />}
      </div>
      {inside ? <Inside page={page} /> : <main aria-busy="true" />}
      <SignIn />
      {help && <Help onClose={() => setHelp(false)} />}
    </div>
  );
}
