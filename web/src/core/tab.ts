/** Is this tab a copy of one that still lives? The browser copies sessionStorage with it, and what is good once is then there twice. */
const KEY = 'pitboard.tab';
const WAIT_MS = 700;

/** Holds the lock `name` as long as the page lives; false: somebody else has it. */
function hold(name: string): Promise<boolean> {
  return new Promise(done => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), WAIT_MS);
    navigator.locks
      .request(name, { signal: stop.signal }, () => {
        done(true);
        return new Promise<void>(() => {});
      })
      .catch(() => done(false));
  });
}

export async function isCopy(): Promise<boolean> {
  if (typeof navigator === 'undefined' || !navigator.locks) return false;
  try {
    const had = sessionStorage.getItem(KEY);
    if (had && (await hold(KEY + had))) return false;
    const id = crypto.randomUUID();
    sessionStorage.setItem(KEY, id);
    void hold(KEY + id);
    return had !== null;
  } catch {
    return false;
  }
}
