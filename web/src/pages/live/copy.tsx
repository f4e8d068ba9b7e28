/** A button that puts the radio sentence on the clipboard. */
import { useState } from 'preact/hooks';
import { copyText } from '../../ui/copy';

export function Copy({ text }: { text: string }) {
  const [said, say] = useState('Copy');
  const click = () =>
    copyText(text)
      .then(() => say('Copied'), () => say('No copy'))
      .then(() => setTimeout(() => say('Copy'), 1500));
  return (
    <button type="button" class="live-copy no-print" onClick={() => void click()} aria-label="Copy the radio sentence">
      {said}
    </button>
  );
}
