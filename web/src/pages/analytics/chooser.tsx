/** Which race: a season, then one of its races. The address holds the race. */
import { useEffect } from 'preact/hooks';
import { all } from '../../core/api';
import { go, linkTo } from '../../core/router';
import { Field } from '../../ui/basic';
import { useRaces, useSeasons } from './data';
import type { RaceRow } from './types';

export interface Chosen {
  id: string;
  race: RaceRow | undefined;
  /** Nothing is in the store. */
  none: boolean;
}

export const seasonOf = (id: string): number | null => (/^\d{4}\b/.test(id) ? Number(id.slice(0, 4)) : null);
export const raceLabel = (r: RaceRow): string => `${String(r.round).padStart(2, '0')} ${r.name || r.id}${r.sprint ? ' (sprint)' : ''}`;

/** The race of the address; without one the newest that has laps. */
export function useChosen(section: string, id: string): Chosen {
  const { data: seasons } = useSeasons();
  const season = seasonOf(id) ?? seasons?.find(s => s.with_laps > 0)?.season ?? null;
  const { data: races } = useRaces(season);
  const ours = races?.filter(r => r.season === season);
  useEffect(() => {
    const newest = ours?.filter(r => r.has_laps).at(-1);
    if (!id && newest) go(linkTo('analytics', [section, newest.id]), true);
  }, [id, ours, section]);
  return { id, race: ours?.find(r => r.id === id), none: seasons?.length === 0 };
}

/** Season to season: the first race there, or the season itself. */
export function SeasonSelect({ season, section }: { season: number | null; section: string }) {
  const { data: seasons } = useSeasons();
  const to = async (year: string) => {
    if (section === 'season') return go(linkTo('analytics', [section, year]));
    const of = await all<RaceRow>(`/seasons/${year}/races`);
    const first = of.find(r => r.has_laps) ?? of[0];
    if (first) go(linkTo('analytics', [section, first.id]));
  };
  return (
    <Field label="Season">
      <select value={season ?? ''} onChange={e => void to(e.currentTarget.value)}>
        {(seasons ?? []).map(s => (
          <option key={s.season} value={s.season}>
            {s.season} ({s.with_laps} of {s.races} with laps)
          </option>
        ))}
      </select>
    </Field>
  );
}

export function RaceChooser({ section, id }: { section: string; id: string }) {
  const season = seasonOf(id);
  const { data: races } = useRaces(season);
  return (
    <div class="an-chooser an-corner">
      <SeasonSelect season={season} section={section} />
      <Field label="Race">
        <select value={id} onChange={e => go(linkTo('analytics', [section, e.currentTarget.value]))}>
          {(races ?? []).filter(r => r.season === season).map(r => (
            <option key={r.id} value={r.id} disabled={section === 'review' && !r.has_laps}>
              {raceLabel(r)}
            </option>
          ))}
        </select>
      </Field>
    </div>
  );
}
