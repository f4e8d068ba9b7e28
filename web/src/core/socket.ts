/** The one WebSocket of the page. It comes back by itself, goes on where it was, and tells how the link is. */
import { asked, door, me, token } from './auth';
import { Connection, type Socket } from './connection';
import { now } from './now';
import { Store } from './store';
import { type Message } from './stream';
import { Subscriptions, type Watcher, type Wish } from './subscriptions';

export type Link = 'connecting' | 'open' | 'lost';

/** How the link is; the banner shows it. */
export const link = new Store<Link>('connecting');
/** When the last message came, Date.now(); 0 never. */
export const heard = new Store<number>(0);

export interface WatchOptions extends Wish, Partial<Watcher> {}

const at = () => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws/v1`;
const nothing = () => {};

const connection: Connection = new Connection({
  open: protocols => new WebSocket(at(), protocols) as Socket,
  token,
  ask: () => asked.set(true),
  // Where one must sign in and nobody has, there is nothing to be said.
  wanted: () => subscriptions.size > 0 && (me.get() !== null || door.get() !== 'closed'),
  opened: () => {
    link.set('open');
    subscriptions.opened();
  },
  closed: () => {
    link.set('lost');
    subscriptions.closed();
  },
  message: text => {
    heard.set(Date.now());
    const m = JSON.parse(text) as Message;
    if (m.op === 'error' && m['status'] === 401) asked.set(true);
    subscriptions.message(m);
  },
});
const subscriptions = new Subscriptions(m => connection.send(m));

/** Watches topics of a session; several may watch the same. Returns what ends it. */
export function watch(options: WatchOptions): () => void {
  const end = subscriptions.watch(options, { value: options.value ?? nothing, entries: options.entries ?? nothing, refused: options.refused ?? nothing });
  if (connection.host.wanted()) connection.start();
  return end;
}

/** With another token, or without one. */
export function reconnect(): void {
  subscriptions.forgetStream();
  connection.restart();
  link.set('connecting');
}

let was = me.get();
me.watch(() => {
  const who = me.get();
  const same = who !== null && was !== null && who.user === was.user && who.team === was.team;
  const before = was;
  was = who;
  if (!same) return reconnect();
  if (who.access !== before!.access) connection.send({ op: 'auth', token: who.access });
  // One that waits because its token was no longer good has no more to wait for.
  connection.nudge();
  if (connection.host.wanted()) connection.start();
});

now.watch(() => {
  connection.tick();
  subscriptions.tick();
  // A token is renewed a minute before it ends, and the link told (above).
  if (connection.up && me.get()) void token().catch(nothing);
});

if (typeof document !== 'undefined') {
  document.addEventListener('visibilitychange', () => !document.hidden && connection.nudge());
  addEventListener('online', () => connection.nudge());
  addEventListener('pageshow', () => connection.nudge());
}
