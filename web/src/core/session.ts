/** The sessions that are there, and the one that the address names. One poll for the whole page. */
import { get } from './api';
import { prefer, prefs } from './prefs';
import { where } from './router';
import { Store, useStore } from './store';
import type { ListPage, Session } from './types';

const EVERY_MS = 3000;

export interface Sessions {
  items: readonly Session[];
  /** The first answer has come. */
  known: boolean;
}

export const sessions = new Store<Sessions>({ items: [], known: false });

/** Of the address; else the one of last time; else the first that runs and is on a lap; else that runs; else any. */
export function chooseSession(asked: string | undefined, last: string, items: readonly Session[]): string {
  if (asked) return asked;
  const running = items.filter(s => s.state === 'running');
  const found = items.find(s => s.id === last) ?? running.find(s => s.position.lap) ?? items.find(s => s.position.lap) ?? running[0] ?? items[0];
  return found?.id ?? '';
}

export async function lookForSessions(): Promise<void> {
  try {
    const { items } = await get<ListPage<Session>>('/sessions?limit=100');
    if (!sessions.get().known || JSON.stringify(items) !== JSON.stringify(sessions.get().items)) sessions.set({ items, known: true });
  } catch {
    /* the banner tells of a lost link, the dialog of a sign-in */
  }
}

/** Until what it returns is called. */
export function pollSessions(): () => void {
  let timer = 0;
  let over = false;
  const once = async () => {
    if (!document.hidden) await lookForSessions();
    if (!over) timer = window.setTimeout(() => void once(), EVERY_MS);
  };
  void once();
  return () => {
    over = true;
    clearTimeout(timer);
  };
}

/** Pages whose address names a session; the others keep the one of before. */
export const SESSION_PAGES: readonly string[] = ['live', 'strategy', 'whatif', 'telemetry', 'sheet'];

/** The session that the page follows. */
export function useSession(): { id: string; sessions: readonly Session[] } {
  const rest = useStore(where, w => (SESSION_PAGES.includes(w.page) ? w.rest[0] : undefined));
  const { items } = useStore(sessions, s => s);
  const last = useStore(prefs, p => p.session);
  return { id: chooseSession(rest, last, items), sessions: items };
}

export const rememberSession = (id: string): void => {
  if (id && prefs.get().session !== id) prefer({ session: id });
};
