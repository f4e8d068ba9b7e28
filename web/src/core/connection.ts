/** One WebSocket that comes back by itself: when to wait, when to ask for a new token, when it is dead without having said so. */

/** What of a WebSocket is used; tests bring their own. */
export interface Socket {
  readonly readyState: number;
  onopen: ((e: never) => void) | null;
  onmessage: ((e: MessageEvent) => void) | null;
  onclose: ((e: CloseEvent) => void) | null;
  send(text: string): void;
  close(code?: number): void;
}

export interface Host {
  open(protocols: string[]): Socket;
  /** null: nobody is signed in. Throws when it cannot be known now. */
  token(force: boolean): Promise<string | null>;
  /** The server wants to know who we are, and no token helps. */
  ask(): void;
  opened(): void;
  closed(): void;
  message(text: string): void;
  /** Is there anything to be connected for? */
  wanted(): boolean;
}

export type Next = 'again' | 'slowly' | 'renew' | 'ask';

export const FIRST_WAIT_MS = 500;
export const MOST_WAIT_MS = 15_000;
/** Silence after which the other side is asked whether it is there, and how long it has to answer. */
const SILENT_MS = 5000;
const ANSWER_MS = 4000;

/** What a close means. `opened`: the server had let us in. A browser does not tell why an upgrade was refused: with a token, it may be the token. */
export function afterClose(code: number, opened: boolean, hadToken: boolean, renewed: boolean): Next {
  if (code === 4401 || (!opened && hadToken)) {
    if (code === 4401 && (!hadToken || renewed)) return 'ask';
    return renewed ? 'again' : 'renew';
  }
  return code === 1008 ? 'slowly' : 'again';
}

export class Connection {
  #socket: Socket | null = null;
  #connecting = false;
  #wait = FIRST_WAIT_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #heard = 0;
  #asked = 0;
  /** A new token was fetched because of the close before; it is not fetched again until we are let in. */
  #renewed = false;

  constructor(readonly host: Host) {}

  get up(): boolean {
    return this.#socket?.readyState === 1;
  }

  send(m: object): void {
    if (this.up) this.#socket!.send(JSON.stringify(m));
  }

  /** Connects unless it is, or is about to. */
  start(): void {
    if (!this.#socket && !this.#connecting && this.#timer === undefined) void this.#connect(false);
  }

  /** Drops what is there; begins at once when something is wanted. */
  restart(): void {
    this.#wait = FIRST_WAIT_MS;
    this.#renewed = false;
    this.#drop();
    if (this.host.wanted()) void this.#connect(false);
  }

  /** The tab is seen again, or the network is back: do not wait any longer, and find out whether the link still lives. */
  nudge(): void {
    if (this.up) return this.#ping();
    if (this.#timer === undefined) return;
    this.#cancel();
    this.#wait = FIRST_WAIT_MS;
    void this.#connect(false);
  }

  /** Every second or so, later where a browser holds timers back. */
  tick(now = Date.now()): void {
    if (!this.up) return;
    if (this.#asked > this.#heard && now - this.#asked > ANSWER_MS) return this.#lost(1006);
    if (now - this.#heard > SILENT_MS && this.#asked <= this.#heard) this.#ping();
  }

  #ping(): void {
    if (this.#asked <= this.#heard) this.#asked = Date.now();
    this.send({ op: 'ping' });
  }

  #cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #drop(): void {
    this.#cancel();
    const old = this.#socket;
    this.#socket = null;
    if (!old) return;
    old.onopen = old.onmessage = old.onclose = null;
    old.close();
    this.host.closed();
  }

  async #connect(renew: boolean): Promise<void> {
    this.#cancel();
    if (this.#connecting) return;
    this.#connecting = true;
    let bearer: string | null;
    try {
      bearer = await this.host.token(renew);
    } catch {
      this.#connecting = false;
      return this.#later();
    }
    this.#connecting = false;
    if (!this.host.wanted() || this.#socket) return;
    this.#open(bearer);
  }

  #open(bearer: string | null): void {
    const s = this.host.open(bearer ? ['pitboard.v1', `bearer.${bearer}`] : ['pitboard.v1']);
    let opened = false;
    this.#socket = s;
    s.onopen = () => {
      opened = true;
      this.#heard = Date.now();
      this.#asked = 0;
      this.host.opened();
    };
    s.onmessage = e => {
      this.#heard = Date.now();
      this.#wait = FIRST_WAIT_MS;
      this.#renewed = false;
      this.host.message(e.data as string);
    };
    s.onclose = e => {
      if (this.#socket === s) this.#lost(e.code, opened, bearer !== null);
    };
  }

  #lost(code: number, opened = true, hadToken = false): void {
    this.#drop();
    const next = afterClose(code, opened, hadToken, this.#renewed);
    if (next === 'ask') return this.host.ask();
    if (next === 'slowly') this.#wait = MOST_WAIT_MS;
    if (next === 'renew') this.#renewed = true;
    this.#later(next === 'renew');
  }

  #later(renew = false): void {
    if (!this.host.wanted()) return;
    this.#cancel();
    this.#timer = setTimeout(() => void this.#connect(renew), this.#wait * (0.75 + Math.random() / 2));
    this.#wait = Math.min(2 * this.#wait, MOST_WAIT_MS);
  }
}
