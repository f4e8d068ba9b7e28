/** The time of day, to the second, for what grows old on the screen. */
import { Store, useStore } from './store';

export const now = new Store<number>(Date.now());
setInterval(() => now.set(Date.now()), 1000);

export const useNow = (): number => useStore(now, n => n);
