/** What the sections of the page ask for. */
import { all, get } from '../../core/api';
import { useAsk, whileEmpty } from '../../core/use_ask';
import type { Asked } from '../../core/use_ask';
import type { ListPage } from '../../core/types';
import type { RaceData } from './race_math';
import type { RaceEvent, RaceLap, RaceResult, RaceRow, RaceStint, Season } from './types';

const LAP_FIELDS = 'driver,lap,time_ms,session_ms,pit_in_ms,pit_out_ms,position,compound,tyre_age,accurate';
const EVENT_FIELDS = 'kind,what,lap,to_lap,flag,message,derived';

export const useSeasons = (): Asked<Season[]> => useAsk('seasons', s => all<Season>('/seasons', s), whileEmpty);

export const useRaces = (season: number | null): Asked<RaceRow[]> =>
  useAsk(season === null ? null : `races ${season}`, s => all<RaceRow>(`/seasons/${season}/races`, s));

async function readRace(id: string, signal: AbortSignal): Promise<RaceData> {
  const at = `/races/${encodeURIComponent(id)}`;
  const [results, laps, stints, phases] = await Promise.all([
    all<RaceResult>(`${at}/results`, signal),
    all<RaceLap>(`${at}/laps?fields=${LAP_FIELDS}`, signal),
    all<RaceStint>(`${at}/stints`, signal),
    all<RaceEvent>(`${at}/events?kind=neutralisation&fields=${EVENT_FIELDS}`, signal),
  ]);
  return { results, laps, stints, events: phases };
}

export const useRace = (id: string): Asked<RaceData> => useAsk(id ? `race ${id}` : null, s => readRace(id, s));

/** Messages of race control: only where a source has them. */
export const useMessages = (id: string): Asked<ListPage<RaceEvent>> =>
  useAsk(id ? `messages ${id}` : null, s => get<ListPage<RaceEvent>>(`/races/${encodeURIComponent(id)}/events?kind=race_control&fields=${EVENT_FIELDS}&limit=400`, s));
