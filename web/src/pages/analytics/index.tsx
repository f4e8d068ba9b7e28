/** Looking back: seasons, races, our review of them, drivers, back-tests, our own calls. */
import { linkTo, where } from '../../core/router';
import { useStore } from '../../core/store';
import { Empty } from '../../ui/basic';
import { BacktestsPage } from './backtests_page';
import { CallsPage } from './calls_page';
import { RaceChooser, seasonOf, useChosen } from './chooser';
import { DriverPage } from './driver_page';
import { RacePage } from './race_page';
import { ReviewPage } from './review_page';
import { SeasonPage } from './season_page';

const SECTIONS = [
  ['season', 'Season'],
  ['race', 'Race'],
  ['review', 'Review'],
  ['driver', 'Driver history'],
  ['backtests', 'Back-tests'],
  ['calls', 'Our calls'],
] as const;

function OfRace({ section, id }: { section: 'race' | 'review'; id: string }) {
  const chosen = useChosen(section, id);
  if (chosen.none) return <Empty>The store holds no race yet. pitboard import --store brings some.</Empty>;
  return (
    <>
      <RaceChooser section={section} id={id} />
      {id && (section === 'race' ? <RacePage key={id} chosen={chosen} /> : <ReviewPage key={id} id={id} />)}
    </>
  );
}

export function Analytics() {
  const { rest } = useStore(where, w => w);
  const section = SECTIONS.find(([name]) => name === rest[0])?.[0] ?? 'race';
  const id = rest[1] ?? '';
  const year = seasonOf(id);
  // The race stays the same from section to section, as far as they know of races.
  const there = (name: string) => (name === 'season' ? [name, year] : ['race', 'review'].includes(name) && ['race', 'review'].includes(section) ? [name, id] : [name]);
  return (
    <div class="an">
      <nav class="an-tabs no-print" aria-label="Analytics">
        {SECTIONS.map(([name, title]) => (
          <a key={name} href={linkTo('analytics', there(name).filter(Boolean).map(String))} aria-current={name === section ? 'true' : undefined}>
            {title}
          </a>
        ))}
      </nav>
      {(section === 'race' || section === 'review') && <OfRace section={section} id={id} />}
      {section === 'season' && <SeasonPage asked={year} />}
      {section === 'driver' && <DriverPage id={id} />}
      {section === 'backtests' && <BacktestsPage protocol={id} />}
      {section === 'calls' && <CallsPage />}
    </div>
  );
}
