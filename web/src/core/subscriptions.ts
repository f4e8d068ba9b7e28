/** What is watched over the link: each place once, whoever watches it; values shared, numbers checked. Knows no socket. */
import { type Json, type Message, type Places, placeOf, reduce } from './stream';

export interface Watcher {
  value(topic: string, value: Json, car: number | undefined): void;
  entries(topic: string, entries: Json[], missed: number): void;
  refused(why: string, status: number): void;
}

export interface Wish {
  session?: string | undefined;
  topics: readonly string[];
  cars?: readonly number[] | undefined;
  everyMs?: number | undefined;
}

interface Subscription {
  place: string;
  session: string | undefined;
  topic: string;
  car: number | undefined;
  everyMs: number;
  id: number;
  /** off: not told to the server; asked: no answer yet; on; refused. */
  state: 'off' | 'asked' | 'on' | 'refused';
  refusals: number;
  /** Date.now() at which a refused one is tried again. */
  again: number;
  watchers: Set<Watcher>;
}

const EVERY_MS = 100;
const FIRST_AGAIN_MS = 3000;
const MOST_AGAIN_MS = 60_000;

export class Subscriptions {
  #subs = new Map<string, Subscription>();
  #places: Places = new Map();
  #stream = '';
  #lastId = 0;
  #resuming = false;
  #up = false;

  constructor(
    readonly send: (m: object) => void,
    readonly now: () => number = Date.now,
  ) {}

  get size(): number {
    return this.#subs.size;
  }

  /** Returns what ends it. */
  watch(wish: Wish, watcher: Watcher): () => void {
    const cars = wish.cars && wish.cars.length > 0 ? wish.cars : [undefined];
    const mine = wish.topics.flatMap(topic => cars.map(car => this.#join(wish.session, topic, car, wish.everyMs ?? EVERY_MS, watcher)));
    return () => mine.forEach(sub => this.#leave(sub, watcher));
  }

  #join(session: string | undefined, topic: string, car: number | undefined, everyMs: number, watcher: Watcher): Subscription {
    const place = placeOf({ session, topic, car } as Message);
    let sub = this.#subs.get(place);
    if (!sub) {
      sub = { place, session, topic, car, everyMs, id: 0, state: 'off', refusals: 0, again: 0, watchers: new Set() };
      this.#subs.set(place, sub);
    }
    sub.watchers.add(watcher);
    if (everyMs < sub.everyMs) {
      sub.everyMs = everyMs;
      if (sub.state === 'on' || sub.state === 'asked') this.#again(sub);
    }
    if (sub.state === 'off') this.#ask(sub);
    else this.#catchUp(sub, watcher);
    return sub;
  }

  /** Who comes later to a value gets it as it is. */
  #catchUp(sub: Subscription, watcher: Watcher): void {
    queueMicrotask(() => {
      const value = this.#places.get(sub.place)?.value;
      if (value !== undefined && sub.watchers.has(watcher)) watcher.value(sub.topic, value, sub.car);
    });
  }

  #leave(sub: Subscription, watcher: Watcher): void {
    sub.watchers.delete(watcher);
    if (sub.watchers.size > 0 || this.#subs.get(sub.place) !== sub) return;
    this.#subs.delete(sub.place);
    this.#forget(sub.place);
    if (this.#up && !this.#resuming && (sub.state === 'on' || sub.state === 'asked')) this.send({ op: 'unsubscribe', id: sub.id });
  }

  #forget(place: string): void {
    const rest = new Map(this.#places);
    rest.delete(place);
    this.#places = rest;
  }

  #ask(sub: Subscription): void {
    if (!this.#up || this.#resuming) return;
    sub.id = ++this.#lastId;
    sub.state = 'asked';
    this.send({ op: 'subscribe', id: sub.id, session: sub.session, topics: [sub.topic], cars: sub.car === undefined ? undefined : [sub.car], every_ms: sub.everyMs });
  }

  #again(sub: Subscription): void {
    this.#forget(sub.place);
    if (this.#up && !this.#resuming) this.send({ op: 'unsubscribe', id: sub.id });
    sub.state = 'off';
    this.#ask(sub);
  }

  /** The connection is there and we are known: go on where it broke, or begin. */
  opened(): void {
    this.#up = true;
    if (!this.#stream) return this.#anew();
    this.#resuming = true;
    this.send({ op: 'resume', stream: this.#stream, seq: Object.fromEntries([...this.#places].map(([place, p]) => [place, p.seq])) });
  }

  closed(): void {
    this.#up = false;
    this.#resuming = false;
    for (const sub of this.#subs.values()) sub.state = 'off';
  }

  /** Of another user, or of a server that no longer knows it: the next connection begins anew. */
  forgetStream(): void {
    this.#stream = '';
  }

  #anew(): void {
    this.#resuming = false;
    this.#stream = '';
    this.#places = new Map();
    for (const sub of this.#subs.values()) this.#ask(sub);
  }

  /** Once a second or so: what was refused is tried again. */
  tick(): void {
    for (const sub of this.#subs.values()) if (sub.state === 'refused' && this.now() >= sub.again) this.#ask(sub);
  }

  message(m: Message): void {
    if (m.op === 'subscribed') return this.#subscribed(Number(m['id']), String(m['stream'] ?? ''));
    if (m.op === 'resumed') return this.#resumed(m);
    if (m.op === 'error') return this.#error(m);
    if (m.op === 'ended') return this.#refuse(this.#byId(Number(m['id'])), 'the session was removed', 410);
    this.#data(m);
  }

  #byId(id: number): Subscription | undefined {
    return [...this.#subs.values()].find(s => s.id === id && s.state !== 'off');
  }

  #subscribed(id: number, stream: string): void {
    this.#stream = stream;
    const sub = this.#byId(id);
    if (!sub) return;
    sub.state = 'on';
    sub.refusals = 0;
  }

  #resumed(m: Message): void {
    this.#resuming = false;
    this.#stream = String(m['stream'] ?? this.#stream);
    for (const [place, id] of Object.entries((m['ids'] as Record<string, number> | undefined) ?? {})) {
      const sub = this.#subs.get(place);
      if (!sub) this.send({ op: 'unsubscribe', id });
      else Object.assign(sub, { id, state: 'on', refusals: 0 });
    }
    for (const sub of this.#subs.values()) if (sub.state === 'off') this.#ask(sub);
  }

  #error(m: Message): void {
    if (this.#resuming) return this.#anew();
    const id = m['id'];
    if (typeof id !== 'number') return;
    this.#refuse(this.#byId(id), String(m['detail'] ?? ''), Number(m['status'] ?? 0));
  }

  #refuse(sub: Subscription | undefined, why: string, status: number): void {
    if (!sub) return;
    this.#forget(sub.place);
    sub.state = 'refused';
    sub.again = this.now() + Math.min(FIRST_AGAIN_MS * 2 ** sub.refusals++, MOST_AGAIN_MS);
    for (const w of [...sub.watchers]) w.refused(why, status);
  }

  #data(m: Message): void {
    const sub = m.topic === undefined ? undefined : this.#subs.get(placeOf(m));
    if (!sub) return;
    // Until the server has answered, what comes may still be of the subscription before: only a whole value is taken.
    if (sub.state !== 'on' && m.op !== 'snapshot') return;
    const step = reduce(this.#places, m);
    this.#places = step.places;
    const out = step.outcome;
    if (out.kind === 'lost') return this.#again(sub);
    for (const w of [...sub.watchers]) {
      try {
        if (out.kind === 'value') w.value(sub.topic, out.value, sub.car);
        else if (out.kind === 'entries') w.entries(sub.topic, out.entries, out.missed);
      } catch (why) {
        reportError(why); // one who stumbles does not hold up the others
      }
    }
  }
}
