/** Cases that a person kept by name. They stay in this browser; a link is what goes to others. */
import { Store } from '../../core/store';

export interface Saved {
  name: string;
  session: string;
  race: string;
  car: string;
  /** As in the address. */
  text: string;
  /** Milliseconds since 1970. */
  at: number;
}

const KEY = 'pitboard.whatif';
const MOST = 50;

const fits = (s: unknown): s is Saved =>
  typeof s === 'object' && s !== null && ['name', 'session', 'race', 'car', 'text'].every(k => typeof (s as Record<string, unknown>)[k] === 'string');

export function readSaved(text: string | null): Saved[] {
  try {
    const list: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(list) ? list.filter(fits) : [];
  } catch {
    return [];
  }
}

/** The newest first; one of the same name and session gives way. */
export const withSaved = (list: readonly Saved[], one: Saved): Saved[] =>
  [one, ...list.filter(s => s.name !== one.name || s.session !== one.session)].slice(0, MOST);

const kept = (): Saved[] => {
  try {
    return readSaved(localStorage.getItem(KEY));
  } catch {
    return [];
  }
};

export const saved = new Store<Saved[]>(kept());

function keep(list: Saved[]): void {
  saved.set(list);
  try {
    localStorage.setItem(KEY, JSON.stringify(list));
  } catch {
    /* storage is off: kept until the page is left */
  }
}

export const save = (one: Saved): void => keep(withSaved(saved.get(), one));
export const forget = (one: Saved): void => keep(saved.get().filter(s => s !== one));
