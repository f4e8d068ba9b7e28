/** The race in one line: flag, lap, who leads and by how much, how far it is, how old the data are. */
import { memo } from 'preact/compat';
import { DASH, age, clock, gap } from '../../core/format';
import { link } from '../../core/socket';
import { useStore } from '../../core/store';
import type { Call, Car, Flag, Race, Session } from '../../core/types';
import { nameOf } from './field';
import { freshness, useTick } from './clock';
import { Progress } from './progress';

const FLAGS: Record<Flag, string> = { green: 'Green', yellow: 'Yellow', sc: 'Safety car', vsc: 'VSC', red: 'Red flag', chequered: 'Finished' };

function FlagSign({ flag, ending }: { flag: Flag; ending: boolean }) {
  return (
    <div class={`live-flag ${flag}`} role="status" aria-label={`Flag: ${FLAGS[flag]}`}>
      <b>{FLAGS[flag]}</b>
      {ending && <small>ending</small>}
    </div>
  );
}

function Lead({ cars, over }: { cars: readonly Car[]; over: boolean }) {
  const [first, second] = cars;
  if (!first || typeof first.position !== 'number') return <div class="live-lead soft">No order yet</div>;
  const told = second && (typeof second.gap_laps === 'number' || typeof (second.interval_ms ?? second.gap_ms) === 'number');
  return (
    <div class="live-lead">
      <b>{nameOf(first)}</b> <span class="soft">{over ? 'wins' : 'leads'}{told ? ' by' : ''}</span>
      {told ? (
        <span class="live-lead-by">
          <b>{gap(second.interval_ms ?? second.gap_ms, second.gap_laps).replace('+', '')}{second.gap_laps ? '' : ' s'}</b> <span class="soft">to {nameOf(second)}</span>
        </span>
      ) : (
        second && <span class="live-lead-by soft">gap to {nameOf(second)} not known yet</span>
      )}
    </div>
  );
}

const WORDS = { fresh: 'Live', stale: 'Stale', still: 'Stands', lost: 'Link lost' };
const STILL: Record<string, string> = { paused: 'Paused', ended: 'Ended', stopped: 'Stopped', failed: 'Failed' };

function Age({ session, at }: { session: Session; at: number }) {
  useTick(500);
  const linked = useStore(link, l => l === 'open');
  const ms = Date.now() - at;
  const how = freshness(session, ms, linked);
  const word = how === 'still' ? (STILL[session.state] ?? WORDS.still) : WORDS[how];
  return (
    <div class={`live-age ${how}`} role="status" aria-live="off">
      <b><i />{word}{how !== 'still' && session.kind === 'replay' && session.speed ? ` ×${session.speed}` : ''}</b>
      <span class="soft">{how === 'still' ? session.state === 'paused' ? 'the replay stands' : 'nothing new comes' : ms < 1500 ? 'data are new' : `data ${age(ms)} old`}</span>
    </div>
  );
}

function Laps({ race }: { race: Race }) {
  return (
    <div class="live-laps">
      <span class="soft">Lap</span> <b>{race.lap ?? '–'}</b>
      {race.laps_total ? <span class="soft">/{race.laps_total}</span> : typeof race.clock_left_ms === 'number' ? <span class="soft">{clock(race.clock_left_ms / 1000)} left</span> : null}
      <small class="soft" title="Session clock">{typeof race.session_ms === 'number' ? clock(race.session_ms / 1000) : DASH}</small>
    </div>
  );
}

export interface StripProps {
  session: Session;
  race: Race;
  own: Car | null;
  call: Call | null;
  at: number;
}

export const Strip = memo(function Strip({ session, race, own, call, at }: StripProps) {
  return (
    <section class={`live-strip ${race.flag}`} aria-label="The race">
      <FlagSign flag={race.flag} ending={race.track === 7} />
      <Laps race={race} />
      <Lead cars={race.cars} over={race.flag === 'chequered'} />
      <Progress race={race} own={own} call={call} />
      <Age session={session} at={at} />
    </section>
  );
});
