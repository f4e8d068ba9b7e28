/** The pages, in the order of their tabs; the number is their key. */
import type { FunctionComponent } from 'preact';
import { Live } from './live';
import { Strategy } from './strategy';
import { WhatIf } from './whatif';
import { Telemetry } from './telemetry';
import { Analytics } from './analytics';
import { Drivers } from './drivers';
import { System } from './system';
import { Sheet } from './sheet';

export interface Page {
  /** In the address, and behind "g" of the keyboard. */
  name: string;
  title: string;
  key: string;
  /** Follows a session: the chooser of sessions and the one of cars are shown, `rest[0]` of the address is its id. */
  session: boolean;
  body: FunctionComponent;
  /** Reached by links alone: no tab, no key. */
  hidden?: boolean;
}

export const pages: readonly Page[] = [
  { name: 'live', title: 'Live race', key: '1', session: true, body: Live },
  { name: 'strategy', title: 'Strategy', key: '2', session: true, body: Strategy },
  { name: 'whatif', title: 'What-if', key: '3', session: true, body: WhatIf },
  { name: 'telemetry', title: 'Telemetry', key: '4', session: true, body: Telemetry },
  { name: 'analytics', title: 'Analytics', key: '5', session: false, body: Analytics },
  { name: 'drivers', title: 'Drivers', key: '6', session: false, body: Drivers },
  { name: 'system', title: 'System', key: '7', session: false, body: System },
  { name: 'sheet', title: 'Strategy sheet', key: '', session: true, body: Sheet, hidden: true },
];

/** Those that have a tab. */
export const tabs: readonly Page[] = pages.filter(p => !p.hidden);
