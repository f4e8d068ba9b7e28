/** Looking back upon a race: each stop, what was known, what we would have said, what it gave. */
import { num, percent } from '../../core/format';
import { setQuery, where } from '../../core/router';
import { useStore } from '../../core/store';
import { Card, Empty, Fact, Failed, Field } from '../../ui/basic';
import { Exports } from '../../ui/exports';
import { sums, verdict } from './review_math';
import { Pairs } from './review_pairs';
import { StopCard } from './review_stop';
import type { Review } from './types';
import { useReview } from './use_review';
import type { ReviewState } from './use_review';

function NotYet({ state }: { state: ReviewState }) {
  const { job, absent, error } = state;
  const runs = job && (job.state === 'running' || job.state === 'waiting');
  return (
    <Card title="Review">
      {error && <Failed error={error} />}
      {job?.error && <p class="bad">{job.error.detail}</p>}
      {runs && (
        <p class="an-progress" role="status">
          <progress max={1} value={job.progress} aria-label="Progress of the review" />
          {job.state === 'waiting' ? 'Waits for the jobs before it.' : `${percent(job.progress)} of the laps with stops.`}
        </p>
      )}
      {absent && !runs && (
        <>
          <p>
            For every stop: what was known then, what we would have said, what it gave, and what speaks against believing it. It takes about half a minute, once, and is kept for a week.
          </p>
          <p class="row an-ask">
            <button type="button" class="primary" onClick={state.ask}>
              Look back upon this race
            </button>
          </p>
        </>
      )}
      {!absent && !runs && !error && <p class="soft">Looking for the review.</p>}
    </Card>
  );
}

const sentence = (text: string | undefined): string => (text ? `${text.charAt(0).toUpperCase()}${text.slice(1)}.` : '');

function Figure({ label, value, more }: { label: string; value: string; more?: string }) {
  return (
    <Fact of={label}>
      <b>{value}</b> {more && <span class="soft">{more}</span>}
    </Fact>
  );
}

function Summary({ id, r }: { id: string; r: Review }) {
  const s = sums(r.stops);
  const of = (k: number) => (s.asked > 0 ? percent(k / s.asked) : '');
  return (
    <Card title={`${r.race}: looking back`} class="an-summary" side={<Exports name={`${id}-review`} rows={() => r.stops} json={() => r} />}>
      <dl class="an-figures">
        <Figure label="Stops" value={num(s.stops)} more={`${s.asked} with a call`} />
        <Figure label="We said stop on that lap" value={num(s.same)} more={of(s.same)} />
        <Figure label="Had said it in the six laps before" value={num(s.early)} more={of(s.early)} />
        <Figure label="We said stay out" value={num(s.stay)} more={of(s.stay)} />
        <Figure label="Same set, where we said stop" value={`${s.sameSet} of ${s.same}`} />
        <Figure label="Clear calls" value={`${s.clear} of ${s.asked}`} more="the others are near ties" />
      </dl>
      {r.learned_from_it && (
        <p class="an-warn">
          <b>Seen before:</b> prior and models were {r.learned}. Agreement here says little.
        </p>
      )}
      <p class="an-note">
        {r.trials} races played for a call, seed {r.seed}. {sentence(r.caveat_words['self'])} Agreement with a team is no proof of being right.
      </p>
    </Card>
  );
}

const FILTERS = [
  ['', 'All stops'],
  ['same', 'We said stop'],
  ['early', 'Said before'],
  ['stay', 'We said stay out'],
] as const;

function Filter({ r, car, kind }: { r: Review; car: string; kind: string }) {
  return (
    <div class="an-chooser no-print">
      <Field label="Car">
        <select value={car} onChange={e => setQuery({ car: e.currentTarget.value || null })}>
          <option value="">all, in order of laps</option>
          {r.cars.map(c => (
            <option key={c.car} value={c.car}>
              P{c.place} {c.car} ({c.stops})
            </option>
          ))}
        </select>
      </Field>
      <div class="an-group" role="group" aria-label="Which stops">
        {FILTERS.map(([name, title]) => (
          <button key={name} type="button" aria-pressed={kind === name} onClick={() => setQuery({ said: name || null })}>
            {title}
          </button>
        ))}
      </div>
    </div>
  );
}

export function ReviewPage({ id }: { id: string }) {
  const query = useStore(where, w => w.query);
  const state = useReview(id, Number(query['trials']) || null);
  const r = state.review;
  if (!r) return <NotYet state={state} />;
  const { car = '', said: kind = '' } = query;
  const shown = r.stops.filter(s => (!car || s.car === car) && (!kind || verdict(s) === kind));
  return (
    <div class="an-review" data-review={id}>
      <Summary id={id} r={r} />
      <Filter r={r} car={car} kind={kind} />
      {shown.length === 0 && <Empty>No such stop.</Empty>}
      <ol class="an-stops">
        {shown.map(s => (
          <StopCard key={`${s.car}${s.lap}`} s={s} words={r.caveat_words} />
        ))}
      </ol>
      <Pairs id={id} r={r} car={car} />
    </div>
  );
}
