import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { afterClose, Connection, type Socket } from '../src/core/connection';

class Wire implements Socket {
  static all: Wire[] = [];
  readyState = 0;
  onopen: Socket['onopen'] = null;
  onmessage: Socket['onmessage'] = null;
  onclose: Socket['onclose'] = null;
  said: string[] = [];
  constructor(readonly protocols: string[]) {
    Wire.all.push(this);
  }
  send(text: string): void {
    this.said.push(text);
  }
  close(): void {
    this.readyState = 3;
  }
  open(): void {
    this.readyState = 1;
    this.onopen?.({} as never);
  }
  hear(text = '{}'): void {
    this.onmessage?.({ data: text } as MessageEvent);
  }
  end(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code } as CloseEvent);
  }
}

function bench(bearer: string | null = null) {
  const log: string[] = [];
  const state = { bearer, away: false, wanted: true };
  const connection = new Connection({
    open: protocols => new Wire(protocols),
    token: async force => {
      log.push(force ? 'renew' : 'token');
      if (state.away) throw new TypeError('away');
      return state.bearer;
    },
    ask: () => log.push('ask'),
    opened: () => log.push('opened'),
    closed: () => log.push('closed'),
    message: text => log.push(text),
    wanted: () => state.wanted,
  });
  return { connection, log, state };
}

const last = () => Wire.all.at(-1)!;
const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  Wire.all = [];
});
afterEach(() => void vi.useRealTimers());

describe('what a close means', () => {
  it('a token that ran out is renewed once, then who it is must be asked', () => {
    expect(afterClose(4401, true, true, false)).toBe('renew');
    expect(afterClose(4401, true, true, true)).toBe('ask');
    expect(afterClose(4401, true, false, false)).toBe('ask');
  });
  it('an upgrade that failed with a token may be the token; a second time it is the network', () => {
    expect(afterClose(1006, false, true, false)).toBe('renew');
    expect(afterClose(1006, false, true, true)).toBe('again');
  });
  it('a server that ends, another that took the stream: again; one that was asked too much: slowly', () => {
    expect(afterClose(1001, true, true, false)).toBe('again');
    expect(afterClose(4409, true, true, false)).toBe('again');
    expect(afterClose(1008, true, false, false)).toBe('slowly');
  });
});

describe('a connection', () => {
  it('comes back after 0.5 s, then after twice as long each time up to 15 s', async () => {
    const { connection } = bench();
    connection.start();
    await settle();
    const waits = [500, 1000, 2000, 4000, 8000, 15000, 15000];
    for (const wait of waits) {
      const n = Wire.all.length;
      last().end();
      await vi.advanceTimersByTimeAsync(wait - 1);
      expect(Wire.all.length).toBe(n);
      await vi.advanceTimersByTimeAsync(2);
      expect(Wire.all.length).toBe(n + 1);
    }
  });
  it('that was heard waits 0.5 s again', async () => {
    const { connection } = bench();
    connection.start();
    await settle();
    last().end();
    await vi.advanceTimersByTimeAsync(600);
    last().open();
    last().hear();
    last().end();
    await vi.advanceTimersByTimeAsync(501);
    expect(Wire.all.length).toBe(3);
  });
  it('says who we are in the upgrade', async () => {
    const { connection } = bench('abc');
    connection.start();
    await settle();
    expect(last().protocols).toEqual(['pitboard.v1', 'bearer.abc']);
  });
  it('with a token that ended renews it once and then asks', async () => {
    const { connection, log } = bench('abc');
    connection.start();
    await settle();
    last().open();
    last().end(4401);
    await vi.advanceTimersByTimeAsync(600);
    expect(log).toContain('renew');
    last().open();
    last().end(4401);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(log.filter(l => l === 'ask')).toHaveLength(1);
    expect(Wire.all.length).toBe(2);
  });
  it('keeps trying while a token cannot be renewed because the network is away', async () => {
    const { connection, state } = bench('abc');
    state.away = true;
    connection.start();
    await vi.advanceTimersByTimeAsync(5000);
    expect(Wire.all.length).toBe(0);
    state.away = false;
    await vi.advanceTimersByTimeAsync(8000);
    expect(Wire.all.length).toBe(1);
  });
  it('that is silent is asked whether it lives, and given up when it does not say', async () => {
    const { connection, log } = bench();
    connection.start();
    await settle();
    last().open();
    await vi.advanceTimersByTimeAsync(11_000);
    connection.tick();
    expect(last().said).toEqual(['{"op":"ping"}']);
    await vi.advanceTimersByTimeAsync(7000);
    connection.tick();
    expect(log).toContain('closed');
    await vi.advanceTimersByTimeAsync(600);
    expect(Wire.all.length).toBe(2);
  });
  it('that answers the ping is kept', async () => {
    const { connection, log } = bench();
    connection.start();
    await settle();
    last().open();
    await vi.advanceTimersByTimeAsync(11_000);
    connection.tick();
    await vi.advanceTimersByTimeAsync(100);
    last().hear('{"op":"pong"}');
    await vi.advanceTimersByTimeAsync(7000);
    connection.tick();
    expect(log).not.toContain('closed');
  });
  it('after a sleep is asked at once and given 4 s from then', async () => {
    const { connection, log } = bench();
    connection.start();
    await settle();
    last().open();
    vi.setSystemTime(Date.now() + 3_600_000);
    connection.nudge();
    connection.tick();
    expect(log).not.toContain('closed');
    await vi.advanceTimersByTimeAsync(6100);
    connection.tick();
    expect(log).toContain('closed');
  });
  it('that waits does not wait any longer when the tab is seen again', async () => {
    const { connection } = bench();
    connection.start();
    await settle();
    for (let i = 0; i < 5; i++) {
      last().end();
      await vi.advanceTimersByTimeAsync(i < 4 ? 16_000 : 10);
    }
    const n = Wire.all.length;
    connection.nudge();
    await settle();
    expect(Wire.all.length).toBe(n + 1);
  });
  it('nobody wants is not made again', async () => {
    const { connection, state } = bench();
    connection.start();
    await settle();
    last().open();
    state.wanted = false;
    last().end();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(Wire.all.length).toBe(1);
  });
});
