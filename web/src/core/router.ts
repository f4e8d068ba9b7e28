/** Where we are, in the address: #/live/replay-1d41c0f3?car=VER. A link is the whole state of a page. */
import { Store } from './store';

export interface Where {
  page: string;
  /** What stands behind the page: a session, a race, a driver. */
  rest: string[];
  query: Record<string, string>;
}

export function parseHash(hash: string): Where {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const plain = (s: string) => {
    try {
      return decodeURIComponent(s);
    } catch {
      return s;
    }
  };
  const [page = '', ...rest] = path.split('/').filter(Boolean).map(plain);
  return { page: page || 'live', rest, query: Object.fromEntries(new URLSearchParams(query)) };
}

export function linkTo(page: string, rest: readonly string[] = [], query: Record<string, string | number | null | undefined> = {}): string {
  const told = Object.entries(query).filter((e): e is [string, string | number] => e[1] !== null && e[1] !== undefined && e[1] !== '');
  const q = new URLSearchParams(told.map(([k, v]) => [k, String(v)])).toString();
  return `#/${[page, ...rest].map(encodeURIComponent).join('/')}${q ? `?${q}` : ''}`;
}

export const where = new Store<Where>(parseHash(location.hash));
addEventListener('hashchange', () => where.set(parseHash(location.hash)));

export function go(link: string, replace = false): void {
  if (replace) {
    history.replaceState(null, '', link);
    where.set(parseHash(link));
  } else location.hash = link;
}

/** Changes members of the query and leaves the rest as it is; null takes one out. */
export function setQuery(change: Record<string, string | number | null>): void {
  const at = where.get();
  go(linkTo(at.page, at.rest, { ...at.query, ...change }), true);
}
