/**
 * Asks what the page wants, one request at a time, the oldest picture first. What is shown stays until
 * the next has come; a server that asks to wait is waited for.
 */
import { useEffect, useMemo } from 'preact/hooks';
import { ApiError } from '../../core/api';
import { Store, useStore } from '../../core/store';

export interface Part {
  /** What the answer is of; another key asks anew. null: nothing is wanted. */
  key: string | null;
  /** In words, for the line that tells what is under way. */
  name: string;
  ask(signal: AbortSignal): Promise<unknown>;
}

export interface Shown {
  data: unknown;
  key: string;
  at: number;
  error?: ApiError | undefined;
}

export interface Busy {
  name: string;
  since: number;
}

export interface DeskState {
  shown: Shelf;
  /** Name of what is asked just now. */
  busy: Busy | null;
  /** Date.now() until which the server wants to be left alone; 0: it does not. */
  waitUntil: number;
}

type Shelf = Record<string, Shown>;
const isDue = (shown: Shelf, id: string, p: Part): boolean => p.key !== null && shown[id]?.key !== p.key;

/** Everything that is wanted now is shown. */
export const isSettled = (wanted: Record<string, Part>, shown: Shelf): boolean => !Object.entries(wanted).some(([id, p]) => isDue(shown, id, p));

export class Desk {
  readonly state = new Store<DeskState>({ shown: {}, busy: null, waitUntil: 0 });
  #wanted: Record<string, Part> = {};
  #stop = new AbortController();
  #running = false;

  constructor(readonly now: () => number = Date.now, readonly sleep = (ms: number) => new Promise<void>(done => setTimeout(done, ms))) {}

  want(parts: Record<string, Part>): void {
    this.#wanted = parts;
    if (this.#running || this.#stop.signal.aborted) return;
    void this.#run();
  }

  end(): void {
    this.#stop.abort();
  }

  #set(change: Partial<DeskState>): void {
    if (!this.#stop.signal.aborted) this.state.set({ ...this.state.get(), ...change });
  }

  /** Wanted and not shown; what was shown longest ago first, in the order of the page where nothing was. */
  #next(): string | undefined {
    const { shown } = this.state.get();
    const due = Object.entries(this.#wanted).filter(([id, p]) => isDue(shown, id, p));
    return due.sort(([a], [b]) => (shown[a]?.at ?? 0) - (shown[b]?.at ?? 0))[0]?.[0];
  }

  async #run(): Promise<void> {
    this.#running = true;
    for (let id = this.#next(); id !== undefined && !this.#stop.signal.aborted; id = this.#next()) await this.#once(id, this.#wanted[id]!);
    this.#running = false;
    this.#set({ busy: null });
  }

  async #once(id: string, part: Part): Promise<void> {
    const key = part.key!;
    this.#set({ busy: { name: part.name, since: this.now() } });
    try {
      this.#keep(id, { data: await part.ask(this.#stop.signal), key, at: this.now() });
    } catch (why) {
      if ((why as Error).name === 'AbortError') return;
      const error = why as ApiError;
      if (error.status === 429 || error.status === 503) await this.#wait(error.retryAfter ?? 2);
      else if (error.status === 0) await this.#wait(2, false);
      else this.#keep(id, { data: this.state.get().shown[id]?.data, key, at: this.now(), error });
    }
  }

  #keep(id: string, what: Shown): void {
    this.#set({ shown: { ...this.state.get().shown, [id]: what } });
  }

  async #wait(seconds: number, told = true): Promise<void> {
    this.#set({ busy: null, waitUntil: told ? this.now() + seconds * 1000 : 0 });
    await this.sleep(seconds * 1000);
    this.#set({ waitUntil: 0 });
  }
}

/** A desk for as long as the page shows `of` (a session). */
export function useDesk(of: string, parts: Record<string, Part>): DeskState {
  const desk = useMemo(() => new Desk(), [of]);
  const state = useStore(desk.state, s => s);
  useEffect(() => () => desk.end(), [desk]);
  useEffect(() => desk.want(parts), [desk, Object.values(parts).map(p => p.key).join('\n')]);
  return state;
}
