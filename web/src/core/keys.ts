/** Keyboard shortcuts: what can be pressed now, and what for. The help of "?" is made from it. */
import { useEffect, useRef } from 'preact/hooks';
import { Store } from './store';

export interface KeyBinding {
  /** As KeyboardEvent.key: "t", "[", " ", "ArrowLeft". */
  key: string;
  /** For the help: "Pause or go on". */
  what: string;
  run(): void;
}

export interface KeyGroup {
  title: string;
  keys: readonly KeyBinding[];
}

/** In the order in which they came; the last that knows a key has it. */
export const keyGroups = new Store<readonly KeyGroup[]>([]);

export function bindingOf(groups: readonly KeyGroup[], key: string): KeyBinding | undefined {
  for (const group of [...groups].reverse()) {
    const found = group.keys.find(k => k.key === key);
    if (found) return found;
  }
  return undefined;
}

const TYPES = ['INPUT', 'SELECT', 'TEXTAREA'];
const PRESSED = ['BUTTON', 'A', 'SUMMARY'];

/** Whoever types, or presses what has the focus, means that and no shortcut. */
export function isForPage(e: Pick<KeyboardEvent, 'ctrlKey' | 'metaKey' | 'altKey' | 'defaultPrevented' | 'key'>, at: { tagName: string; isContentEditable?: boolean } | null): boolean {
  if (e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented) return false;
  if (!at) return true;
  if (TYPES.includes(at.tagName) || at.isContentEditable) return false;
  return !([' ', 'Enter'].includes(e.key) && PRESSED.includes(at.tagName));
}

/** "space" for what is not seen when it is written. */
export const keyName = (key: string): string => ({ ' ': 'Space', ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓', Escape: 'Esc' })[key] ?? key;

export function listenForKeys(): void {
  addEventListener('keydown', e => {
    if (document.querySelector('dialog[open]')) return;
    if (!isForPage(e, e.target as HTMLElement | null)) return;
    const found = bindingOf(keyGroups.get(), e.key);
    if (!found) return;
    e.preventDefault();
    found.run();
  });
}

/** Shortcuts of a component, as long as it is there. They may change with each drawing. */
export function useKeys(keys: readonly KeyBinding[], title = 'This page'): void {
  const newest = useRef(keys);
  newest.current = keys;
  const shape = keys.map(k => `${k.key}${k.what}`).join('\n');
  useEffect(() => {
    const group: KeyGroup = { title, keys: newest.current.map((k, i) => ({ ...k, run: () => newest.current[i]?.run() })) };
    keyGroups.set([...keyGroups.get(), group]);
    return () => keyGroups.set(keyGroups.get().filter(g => g !== group));
  }, [title, shape]);
}
