/** Who is signed in. Tokens live in sessionStorage: another tab signs in for itself. */
import { Store } from './store';
import { isCopy } from './tab';
import type { Role } from './types';

export interface SignedIn {
  access: string;
  /** Good once; '' in a copy of a tab, which must not use it a second time. */
  refresh: string;
  /** When the access token ends, milliseconds since 1970. */
  ends: number;
  user: string;
  team: string;
  role: Role;
  /** Of the team that runs the server, as far as the sign-in tells. */
  home: boolean;
}

interface TokenAnswer {
  access_token: string;
  expires_in: number;
  refresh_token: string;
  role: Role;
  team: string;
  user: string;
}

export class Refused extends Error {
  constructor(
    readonly status: number,
    detail: string,
  ) {
    super(detail);
  }
}

const KEY = 'pitboard.sign_in';
const EARLY_MS = 60_000;
const HOME = 'main';

function kept(): SignedIn | null {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as SignedIn | null;
  } catch {
    return null;
  }
}

/** null: nobody. */
export const me = new Store<SignedIn | null>(kept());
/** The server asks who we are; the sign-in dialog is open. */
export const asked = new Store<boolean>(false);
/** open: this server asks nobody (--auth off); it says so in the page itself. */
export const door = new Store<'open' | 'closed'>(typeof document !== 'undefined' && document.documentElement.dataset['door'] === 'open' ? 'open' : 'closed');

function become(who: SignedIn | null): void {
  try {
    if (who) sessionStorage.setItem(KEY, JSON.stringify(who));
    else sessionStorage.removeItem(KEY);
  } catch {
    /* storage is off: signed in until the page is left */
  }
  me.set(who);
}

async function tokens(route: 'token' | 'refresh', body: object, home: boolean): Promise<void> {
  const answer = await fetch(`/api/v1/auth/${route}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const said = (await answer.json().catch(() => ({}))) as TokenAnswer & { detail?: string };
  if (!answer.ok) throw new Refused(answer.status, said.detail ?? `${answer.status} ${answer.statusText}`);
  become({
    access: said.access_token,
    refresh: said.refresh_token,
    ends: Date.now() + said.expires_in * 1000,
    user: said.user,
    team: said.team,
    role: said.role,
    home: home || said.team === HOME,
  });
  door.set('closed');
  asked.set(false);
}

/** Without a team: the home team. */
export const signIn = (team: string, user: string, password: string): Promise<void> => tokens('token', team ? { team, user, password } : { user, password }, !team);
/** The one-time link of the first start. */
export const firstAdmin = (link: string, user: string, password: string): Promise<void> => tokens('token', { link, user, password }, true);

export function signOut(): void {
  const who = me.get();
  if (who) void fetch('/api/v1/auth/logout', { method: 'POST', headers: { authorization: `Bearer ${who.access}` } }).catch(() => {});
  become(null);
  asked.set(true);
}

let renewing: Promise<void> | null = null;

async function renew(who: SignedIn): Promise<void> {
  if (!who.refresh) throw new Refused(401, 'this tab is a copy of another: sign in here, too');
  await tokens('refresh', { refresh_token: who.refresh }, who.home);
}

/** A token that is good for a minute at least; null where nobody is signed in. A refresh token is used once: all who ask share one renewal. */
export async function token(force = false): Promise<string | null> {
  const who = me.get();
  if (!who) return null;
  if (!force && who.ends - Date.now() > EARLY_MS) return who.access;
  if (!force && !who.refresh && who.ends > Date.now()) return who.access;
  renewing ??= renew(who).finally(() => (renewing = null));
  try {
    await renewing;
  } catch (why) {
    // A network that is away and a server that has too much to do are no reason to sign out; a refused token is.
    if (!(why instanceof Refused) || why.status === 429 || why.status >= 500) throw why;
    become(null);
  }
  return me.get()?.access ?? null;
}

/** A copied tab shares the refresh token with the first; a token that comes twice ends the sign-in of both. The first keeps it. */
export async function guardCopy(): Promise<void> {
  const copied = await isCopy();
  const who = me.get();
  if (copied && who) become({ ...who, refresh: '' });
}
