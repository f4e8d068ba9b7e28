/** What a person chose once and this browser keeps. */
import { Store } from './store';

export interface Prefs {
  theme: 'dark' | 'light' | 'auto';
  /** Code of our car, by session id; '' for all others. The page follows it. */
  car: Record<string, string>;
  /** Speeds in km/h or mph, temperatures in °C or °F. */
  units: 'metric' | 'imperial';
  /** The session that was followed last. */
  session: string;
}

const KEY = 'pitboard.prefs';
const FIRST: Prefs = { theme: 'dark', car: {}, units: 'metric', session: '' };

function kept(): Prefs {
  try {
    return { ...FIRST, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Prefs>) };
  } catch {
    return FIRST;
  }
}

export const prefs = new Store<Prefs>(kept());

/** What another tab chose meanwhile stays. */
export function prefer(change: Partial<Prefs>): void {
  prefs.set({ ...prefs.get(), ...kept(), ...change });
  try {
    localStorage.setItem(KEY, JSON.stringify(prefs.get()));
  } catch {
    /* storage is off: kept until the page is left */
  }
}

if (typeof addEventListener === 'function') addEventListener('storage', e => e.key === KEY && prefs.set(kept()));
