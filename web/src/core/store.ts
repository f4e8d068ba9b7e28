/** A value that is watched. The one way pages share state. */
import { useEffect, useReducer, useRef } from 'preact/hooks';

export class Store<T> {
  #value: T;
  #watchers = new Set<() => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get(): T {
    return this.#value;
  }

  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const tell of [...this.#watchers]) tell();
  }

  /** Returns what ends the watching. */
  watch(tell: () => void): () => void {
    this.#watchers.add(tell);
    return () => this.#watchers.delete(tell);
  }
}

/** What `pick` takes from the store; the component is drawn again when that changes. */
export function useStore<T, S>(store: Store<T>, pick: (value: T) => S, same: (a: S, b: S) => boolean = Object.is): S {
  const [, again] = useReducer<number, void>(n => n + 1, 0);
  const picked = pick(store.get());
  const last = useRef(picked);
  last.current = picked;
  const how = useRef({ pick, same });
  how.current = { pick, same };
  useEffect(() => {
    const look = () => {
      if (!how.current.same(last.current, how.current.pick(store.get()))) again();
    };
    look();
    return store.watch(look);
  }, [store]);
  return picked;
}
