/** How wide the place of a drawing is, in pixels, as long as it is there. */
import { useEffect, useRef, useState } from 'preact/hooks';

const LEAST = 240;

/** Of the element that gets the ref; `first` until it is known. */
export function useWidth<E extends Element = HTMLDivElement>(first: number) {
  const at = useRef<E>(null);
  const [width, set] = useState(first);
  useEffect(() => {
    const seen = new ResizeObserver(([e]) => set(Math.max(LEAST, Math.floor(e!.contentRect.width))));
    if (at.current) seen.observe(at.current);
    return () => seen.disconnect();
  }, []);
  return { at, width };
}
