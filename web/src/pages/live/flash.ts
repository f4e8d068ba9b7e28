/** What moved or changed is seen to: a row that glows for a moment, a row that slides to its new place. */
import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';

/** Bright, then a while fainter: two steps, where a fade would draw the whole tower in each frame. */
const GLOW_MS = 1200;
const FAINT_MS = 900;
const SLIDE_MS = 450;
/** What changes again sooner cannot be followed: it jumps, and costs no frames. */
const REST_MS = 1500;

/** Marks the element for a moment when `sign` changes; not when it is first seen. */
export function useFlash<E extends HTMLElement>(sign: string): RefObject<E> {
  const at = useRef<E>(null);
  const had = useRef(sign);
  useEffect(() => {
    if (had.current === sign) return;
    had.current = sign;
    const el = at.current;
    if (!el) return;
    el.dataset['flash'] = 'new';
    const fainter = setTimeout(() => (el.dataset['flash'] = 'faint'), GLOW_MS);
    const over = setTimeout(() => delete el.dataset['flash'], GLOW_MS + FAINT_MS);
    return () => {
      clearTimeout(fainter);
      clearTimeout(over);
    };
  }, [sign]);
  return at;
}

const still = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** Rows of one height slide from where they were. `order`: their keys, top to bottom; children of `body` in that order. */
export function useSlide(body: RefObject<HTMLElement>, order: readonly number[]): void {
  const had = useRef<ReadonlyMap<number, number>>(new Map());
  const last = useRef(-Infinity);
  const sign = order.join();
  useLayoutEffect(() => {
    const before = had.current;
    had.current = new Map(order.map((key, i) => [key, i]));
    const rows = body.current?.children;
    const now = performance.now();
    const rests = now - last.current > REST_MS;
    last.current = now;
    if (!rows || before.size === 0 || !rests || still()) return;
    order.forEach((key, i) => {
      const from = before.get(key);
      if (from === undefined || from === i) return;
      rows[i]?.animate([{ transform: `translateY(${(from - i) * 100}%)` }, { transform: 'none' }], { duration: SLIDE_MS, easing: 'cubic-bezier(.2,.7,.2,1)' });
    });
  }, [sign]);
}
