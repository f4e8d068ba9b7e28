/** Keys of the page: Ctrl Z and Ctrl Y (or Shift Ctrl Z). */
import { useEffect } from 'preact/hooks';

export function useUndoKeys(back: () => void, forth: () => void): void {
  useEffect(() => {
    const press = (e: KeyboardEvent) => {
      if (!(e.ctrlKey || e.metaKey) || e.altKey) return;
      const at = e.target as HTMLElement;
      if (at instanceof HTMLInputElement && at.type === 'text') return;
      const key = e.key.toLowerCase();
      if (key === 'z' && !e.shiftKey) back();
      else if (key === 'y' || (key === 'z' && e.shiftKey)) forth();
      else return;
      e.preventDefault();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  });
}
