/** What a review adds up to. Pure. */
import type { ReviewCall, ReviewStop } from './types';

/** A call that sends the car into the lane at the end of that lap. */
export const boxes = (action: string | null | undefined): boolean => action === 'BOX' || action === 'UNDERCUT' || action === 'COVER';

export type Verdict = 'same' | 'early' | 'stay' | 'none';

/** Our call against the stop that was made: stop on that very lap; said before and no more; stay out; no call. */
export function verdict(s: ReviewStop): Verdict {
  if (s.said.action === null) return 'none';
  if (boxes(s.said.action)) return 'same';
  return s.said.first_box_lap && s.said.first_box_lap < s.lap ? 'early' : 'stay';
}

export const verdictWords: Record<Verdict, string> = {
  same: 'we said stop',
  early: 'we had said stop before',
  stay: 'we said stay out',
  none: 'no call',
};

export interface Sums {
  stops: number;
  asked: number;
  same: number;
  early: number;
  stay: number;
  sameSet: number;
  clear: number;
}

export function sums(stops: readonly ReviewStop[]): Sums {
  const out: Sums = { stops: stops.length, asked: 0, same: 0, early: 0, stay: 0, sameSet: 0, clear: 0 };
  for (const s of stops) {
    const v = verdict(s);
    if (v === 'none') continue;
    out.asked++;
    out[v]++;
    if (v === 'same' && s.compound !== null && s.said.compound === s.compound) out.sameSet++;
    if (s.said.clear) out.clear++;
  }
  return out;
}

/** Places won from before the stop to a later moment; lost are negative. */
export const wonBy = (before: number | null, after: number | null): number | null => (before === null || after === null ? null : before - after);

/** One letter a lap: B stop, S stay out. */
export const callLetter = (c: ReviewCall): 'B' | 'S' => (boxes(c.action) ? 'B' : 'S');
