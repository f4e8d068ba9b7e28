/** Points of the last minute, oldest first. */

export interface Sample {
  /** Seconds since 1970. */
  time: number;
  car: number;
  [channel: string]: number | undefined;
}

export const SHOWN = ['speed_kmh', 'aps_pct', 'brake'] as const;
const SPAN_S = 60;
/** What a screen can show of a minute; more is thinned, the oldest go first. */
const MOST = 6000;

export class Ring {
  #at: Sample[] = [];
  missed = 0;

  /** Entries come in order within a car's clock; one that jumped back by more than the minute begins anew. */
  add(entries: readonly Sample[], missed: number): void {
    this.missed += missed;
    for (const e of entries) {
      const last = this.#at[this.#at.length - 1];
      if (typeof e.time !== 'number') continue;
      if (last && e.time < last.time - SPAN_S) this.#at = [];
      if (!last || e.time > last.time || this.#at.length === 0) this.#at.push(e);
    }
    const end = this.#at[this.#at.length - 1]?.time ?? 0;
    let from = 0;
    while (from < this.#at.length && this.#at[from]!.time < end - SPAN_S) from++;
    from = Math.max(from, this.#at.length - MOST);
    if (from > 0) this.#at.splice(0, from);
  }

  get size(): number {
    return this.#at.length;
  }

  get newest(): Sample | undefined {
    return this.#at[this.#at.length - 1];
  }

  /** Points a second over the last ten. */
  rate(): number | null {
    const end = this.newest?.time;
    if (end === undefined || this.#at.length < 2) return null;
    const of = this.#at.filter(s => s.time > end - 10);
    const span = end - (of[0]?.time ?? end);
    return span > 0 ? (of.length - 1) / span : null;
  }

  /** Seconds before the newest, then a column for each of SHOWN; the brake is the pedal, else the front pressure. */
  columns(): (number | null)[][] {
    const end = this.newest?.time ?? 0;
    const of = (s: Sample, name: string) => (name === 'brake' ? (s['brake_pct'] ?? s['pbrake_f_bar']) : s[name]) ?? null;
    return [this.#at.map(s => s.time - end), ...SHOWN.map(n => this.#at.map(s => of(s, n)))];
  }
}
