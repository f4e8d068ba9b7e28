/** An answer that comes quickly and then sharper: few races first, many when nothing changes any more. */
import { useEffect, useState } from 'preact/hooks';
import { ApiError, post } from '../../core/api';
import type { Answer } from './types';

export const QUICK = 400;
export const SHARP = 10_000;
const SETTLE_MS = 60;
const SHARPEN_MS = 180;
const WAIT_S = 2;

export interface Sharp {
  data: Answer | undefined;
  /** `data` answers what is asked now. */
  fresh: boolean;
  error: ApiError | undefined;
  /** quick: the first answer is on its way; sharp: the second; wait: the server asked for a pause. */
  busy: '' | 'quick' | 'sharp' | 'wait';
  /** Of the last answer, ms. */
  took: number;
}

/** With what it answers. */
type Kept = Omit<Sharp, 'fresh'> & { of: string };

const NONE: Kept = { data: undefined, of: '', error: undefined, busy: 'quick', took: 0 };

const pause = (ms: number, stop: AbortSignal) =>
  new Promise<void>(done => {
    const t = setTimeout(done, ms);
    stop.addEventListener('abort', () => clearTimeout(t), { once: true });
  });

/** Asks again after a pause when the server has enough to do (429, 503). */
async function patiently(body: object, stop: AbortSignal, told: (s: Partial<Kept>) => void): Promise<Answer> {
  for (let tries = 0; ; tries++) {
    try {
      return await post<Answer>('/strategies/what-if', body, stop);
    } catch (why) {
      const wait = why instanceof ApiError && (why.status === 429 || why.status === 503) && tries < 5;
      if (!wait || stop.aborted) throw why;
      told({ busy: 'wait' });
      await pause((why.retryAfter ?? WAIT_S) * 1000, stop);
    }
  }
}

/** `body` null asks nothing. What is overtaken is given up. `finest`: races of the second answer; 0: no second one. `turn`: another one, and the same body is asked again. */
export function useSharp(body: object | null, finest = SHARP, turn = ''): Sharp {
  const [state, set] = useState<Kept>(NONE);
  const key = body === null ? '' : `${turn} ${JSON.stringify(body)}`;
  useEffect(() => {
    if (body === null) return set({ ...NONE, busy: '' });
    const stop = new AbortController();
    const told = (s: Partial<Kept>) => !stop.signal.aborted && set(had => ({ ...had, ...s }));
    const round = async (trials: number) => {
      const began = performance.now();
      const data = await patiently({ ...body, trials }, stop.signal, told);
      told({ data, of: key, error: undefined, took: performance.now() - began });
    };
    const both = async () => {
      told({ busy: 'quick' });
      await pause(SETTLE_MS, stop.signal);
      await round(QUICK);
      if (finest > 0) {
        told({ busy: 'sharp' });
        await pause(SHARPEN_MS, stop.signal);
        await round(finest);
      }
      told({ busy: '' });
    };
    both().catch((why: ApiError) => told({ error: why, busy: '' }));
    return () => stop.abort();
  }, [key, finest]);
  return { ...state, fresh: state.of === key };
}
