/** What race control said, newest first. */
import { memo } from 'preact/compat';
import type { Car, Message } from '../../core/types';
import { Card, Empty } from '../../ui/basic';

/** The mark of a message by its flag: a class, and a word for it. */
export function markOf(m: Pick<Message, 'flag' | 'text'>): string {
  const flag = (m.flag ?? '').toUpperCase();
  if (flag.includes('RED') || /\bRED FLAG\b/.test(m.text)) return 'red';
  if (/VIRTUAL SAFETY CAR|\bVSC\b/i.test(m.text)) return 'vsc';
  if (/SAFETY CAR/i.test(m.text)) return 'sc';
  if (flag.includes('YELLOW')) return 'yellow';
  if (flag === 'GREEN' || flag === 'CLEAR') return 'green';
  if (flag === 'BLUE') return 'blue';
  if (flag.startsWith('BLACK') || /PENALTY|INVESTIGAT/i.test(m.text)) return 'pen';
  return '';
}

export const Control = memo(function Control({ messages, n, cars }: { messages: readonly Message[]; n: number; cars: readonly Car[] }) {
  const newest = [...messages].reverse();
  const codeOf = (key: number) => cars.find(c => c.key === key || c.number === key)?.code || `car ${key}`;
  return (
    <Card title="Race control" side={n > messages.length ? <span class="soft">last {messages.length} of {n}</span> : undefined} class="live-control">
      {newest.length === 0 ? (
        <Empty>Nothing was said yet, or this feed does not carry it.</Empty>
      ) : (
        <ol tabIndex={0} aria-label="Messages, newest first">
          {newest.map((m, i) => (
            <li key={n - i} class={markOf(m)}>
              <span class="num soft">{typeof m.lap === 'number' ? `L${m.lap}` : '–'}</span>
              <span>{m.text}{typeof m.car === 'number' && <span class="soft"> {codeOf(m.car)}</span>}</span>
            </li>
          ))}
        </ol>
      )}
    </Card>
  );
}, (a, b) => a.messages === b.messages && a.n === b.n);
