/** Messages of /ws/v1 folded into values (docs/websocket.md). Pure: what it returns is new where something changed. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export interface Place {
  seq: number;
  /** Of a topic that is a value; a stream keeps none. */
  value: Json | undefined;
}

export type Places = ReadonlyMap<string, Place>;

export interface Message {
  op: string;
  topic?: string;
  session?: string;
  car?: number;
  seq?: number;
  at_us?: number;
  received_us?: number;
  missed?: number;
  data?: Json;
  [key: string]: Json | undefined;
}

export type Outcome =
  | { kind: 'value'; place: string; value: Json }
  | { kind: 'entries'; place: string; entries: Json[]; missed: number }
  /** A number is missing: what we hold can no longer be trusted; a new subscription brings a snapshot. */
  | { kind: 'lost'; place: string }
  | { kind: 'none' };

const isObject = (v: Json | undefined): v is { [key: string]: Json } => typeof v === 'object' && v !== null && !Array.isArray(v);

/** RFC 7386, without changing what it is given. */
export function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const out: { [key: string]: Json } = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete out[key];
    else out[key] = mergePatch(out[key], value);
  }
  return out;
}

/** As the server names it in "resume": SESSION/TOPIC/CAR; the parts that are not there left out. */
export const placeOf = (m: Pick<Message, 'session' | 'topic' | 'car'>): string =>
  [m.session, m.topic, m.car].filter(part => part !== undefined).join('/');

export function reduce(places: Places, m: Message): { places: Places; outcome: Outcome } {
  const none = { places, outcome: { kind: 'none' } as Outcome };
  if (m.op !== 'snapshot' && m.op !== 'delta' && m.op !== 'gap') return none;
  if (m.topic === undefined || m.seq === undefined) return none;
  const place = placeOf(m);
  const had = places.get(place);
  const put = (value: Json | undefined) => new Map(places).set(place, { seq: m.seq!, value });
  if (m.op === 'snapshot') {
    const value = m.data ?? null;
    return { places: put(value), outcome: { kind: 'value', place, value } };
  }
  if (m.op === 'gap') return { places: put(undefined), outcome: { kind: 'entries', place, entries: [], missed: m.missed ?? 0 } };
  if (Array.isArray(m.data)) return { places: put(undefined), outcome: { kind: 'entries', place, entries: m.data, missed: 0 } };
  if (!had || m.seq !== had.seq + 1) {
    const rest = new Map(places);
    rest.delete(place);
    return { places: rest, outcome: { kind: 'lost', place } };
  }
  const value = mergePatch(had.value, m.data ?? {});
  return { places: put(value), outcome: { kind: 'value', place, value } };
}
