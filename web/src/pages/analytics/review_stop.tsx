/** One stop: known, said, given, and what speaks against it. */
import { DASH, percent, place, signed } from '../../core/format';
import { Tyre } from '../../ui/basic';
import { Gained } from './results';
import { boxes, callLetter, verdict, verdictWords, wonBy } from './review_math';
import type { ReviewStop } from './types';

const FLAG = { green: 'Green', yellow: 'Yellow', sc: 'SC', vsc: 'VSC', red: 'Red flag', chequered: 'Flag' };

function Head({ s }: { s: ReviewStop }) {
  return (
    <div class="an-stop-head">
      <span class="an-stop-lap">Lap {s.lap}</span>
      <b class="an-stop-car">{s.car}</b>
      <span class="an-stop-tyres">
        <Tyre compound={s.from} /> <span class="soft">{s.tyre_age_laps === null ? DASH : s.tyre_age_laps}</span>
        <span aria-label="to"> → </span>
        <Tyre compound={s.compound} />
      </span>
      <span class="soft">stop {s.number}</span>
    </div>
  );
}

function Known({ s }: { s: ReviewStop }) {
  return (
    <div>
      <h3>Known</h3>
      <p>
        {place(s.known.position)}, <span class={`an-flag ${s.known.flag.toUpperCase()}`}>{FLAG[s.known.flag]}</span>
      </p>
      <p class="soft">{s.known.boxed.length > 0 ? `In the lane before: ${s.known.boxed.join(', ')}` : 'Nobody in the lane before'}</p>
    </div>
  );
}

/** The calls of the laps before and of the lap itself. */
function Strip({ s }: { s: ReviewStop }) {
  return (
    <span class="an-strip" role="img" aria-label={s.calls.map(c => `lap ${c.lap} ${boxes(c.action) ? 'stop' : 'stay out'} ${percent(c.confidence)}`).join(', ')}>
      {s.calls.map(c => (
        <span key={c.lap} class={boxes(c.action) ? 'box' : 'stay'} title={`Lap ${c.lap}: ${c.action} ${percent(c.confidence)}`}>
          {callLetter(c)}
        </span>
      ))}
    </span>
  );
}

function Said({ s }: { s: ReviewStop }) {
  const { said } = s;
  if (said.action === null)
    return (
      <div>
        <h3>We would have said</h3>
        <p class="soft">No call: {said.why}</p>
      </div>
    );
  const v = verdict(s);
  return (
    <div>
      <h3>We would have said</h3>
      <p>
        <b class={`an-verdict ${v}`}>{said.action.replace('_', ' ').toLowerCase()}</b> {boxes(said.action) && <Tyre compound={said.compound} />}{' '}
        {!boxes(said.action) && said.target_lap ? <span class="soft">to lap {said.target_lap} </span> : null}
        <span class="an-sure">{said.confidence_words ?? percent(said.confidence)}</span>
      </p>
      <p class="soft">
        {said.gain ? `${signed(said.gain.value, 2)} ${said.gain.unit} (${signed(said.gain.lo, 2)} to ${signed(said.gain.hi, 2)})` : DASH}
        {said.first_box_lap && said.first_box_lap < s.lap ? `, stop since lap ${said.first_box_lap}` : ''}
      </p>
      <Strip s={s} />
    </div>
  );
}

function Gave({ s }: { s: ReviewStop }) {
  const g = s.gave;
  const steps: [string, number | null][] = [
    ['before', g.before],
    ['out lap', g.after_out_lap],
    ['+5 laps', g.five_laps_later],
    [g.cycle_over_lap ? `cycle L${g.cycle_over_lap}` : 'cycle', g.cycle_over],
    ['flag', g.flag],
  ];
  return (
    <div>
      <h3>It gave</h3>
      <ol class="an-places">
        {steps.map(([name, p]) => (
          <li key={name} title={name.startsWith('cycle') ? 'when all cars near it had stopped too' : undefined}>
            <b>{place(p)}</b>
            <span class="soft">{name}</span>
          </li>
        ))}
      </ol>
      <p class="soft">
        Cycle <Gained n={wonBy(g.before, g.cycle_over)} />, to the flag <Gained n={wonBy(g.before, g.flag)} />
      </p>
    </div>
  );
}

export function StopCard({ s, words }: { s: ReviewStop; words: Record<string, string> }) {
  const caveats = s.caveats.filter(k => k !== 'seen');
  return (
    <li class={`card an-stop ${verdict(s)}`} aria-label={`${s.car}, lap ${s.lap}: ${verdictWords[verdict(s)]}`} data-stop={`${s.car} ${s.lap}`}>
      <Head s={s} />
      <div class="an-stop-body">
        <Known s={s} />
        <Said s={s} />
        <Gave s={s} />
      </div>
      <details>
        <summary>
          Why{caveats.length > 0 ? ', and what speaks against it' : ''}
          {caveats.map(k => (
            <span key={k} class="an-tag" title={words[k]}>
              {k.replaceAll('_', ' ')}
            </span>
          ))}
        </summary>
        <p>{s.said_words}</p>
        <p>{s.gave_words}</p>
        {(s.said.evidence ?? []).length > 0 && (
          <ul class="an-evidence">
            {s.said.evidence!.map(e => (
              <li key={e}>{e}</li>
            ))}
          </ul>
        )}
        {s.caveats.length > 0 && (
          <ul class="an-evidence warn">
            {s.caveats.map(k => (
              <li key={k}>{words[k]}</li>
            ))}
          </ul>
        )}
      </details>
    </li>
  );
}
