/** One panel: title, age of its figures, the buttons that save it. */
import type { ComponentChildren } from 'preact';
import { useEffect, useReducer, useRef } from 'preact/hooks';
import { Card, Empty, Failed } from '../../ui/basic';
import { saveCsv } from '../../ui/save';
import type { Car } from '../../core/types';
import type { Busy, Shown } from './desk';
import { saveSvgPng } from '../../ui/svg_png';
import { isOut } from './stints';
import type { View } from './view';

export interface PanelProps {
  /** Class and file name. */
  name: string;
  title: string;
  /** What the figures are of: "lap 20". */
  of?: string | undefined;
  side?: ComponentChildren;
  shown?: Shown | undefined;
  /** The figures are of an earlier lap than the race. */
  old?: boolean | undefined;
  rows?: (() => Record<string, unknown>[]) | undefined;
  picture?: boolean;
  children: ComponentChildren;
}

export function Panel(props: PanelProps) {
  const box = useRef<HTMLDivElement>(null);
  const file = `strategy-${props.name}${props.of ? `-${props.of.replace(/\W+/g, '-')}` : ''}`;
  const side = (
    <>
      {props.side}
      {props.of && <span class={`strategy-of ${props.old ? 'warn' : 'soft'}`}>{props.of}</span>}
      {props.rows && (
        <button type="button" class="strategy-save no-print" aria-label={`${props.title} as CSV`} onClick={() => saveCsv(`${file}.csv`, props.rows!())}>
          CSV
        </button>
      )}
      {props.picture && (
        <button type="button" class="strategy-save no-print" aria-label={`${props.title} as PNG`} onClick={() => void savePicture(box.current, `${file}.png`)}>
          PNG
        </button>
      )}
    </>
  );
  return (
    <Card title={props.title} class={`strategy-${props.name}`} side={side}>
      <div ref={box} class="strategy-body">
        {props.shown?.error && <Failed error={props.shown.error} />}
        {props.children}
      </div>
    </Card>
  );
}

async function savePicture(box: HTMLElement | null, name: string): Promise<void> {
  const svg = box?.querySelector('svg');
  if (svg) await saveSvgPng(name, svg);
}

/** Draws its component again every second: for ages. */
export function useTick(): void {
  const [, tick] = useReducer<number, void>(n => n + 1, 0);
  useEffect(() => {
    const timer = setInterval(() => tick(), 1000);
    return () => clearInterval(timer);
  }, []);
}

/** "working on plans for VER, 3 s"; the seconds are not read out. */
export function Doing({ busy }: { busy: Busy }) {
  useTick();
  const s = Math.floor((Date.now() - busy.since) / 1000);
  return <>working on {busy.name}{s > 0 && <span aria-hidden="true">, {s} s</span>}</>;
}

/** Of a car that is out nothing is asked. */
export const unlessOut = (car: Car | undefined, what: string): string => (car && isOut(car) ? `${car.code} is out of the race.` : what);

/** What stands in a panel until its first figures are there. */
export const Waiting = ({ view, what }: { view: View; what: string }) => (
  <Empty>
    {view.over ? 'The race is over: there is nothing left to foresee.' : view.early ? 'The first figures come with the end of lap 2.' : what}
    {!view.over && view.busy && <> <Doing busy={view.busy} /></>}
  </Empty>
);
