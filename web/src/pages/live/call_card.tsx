/** The call for our car: the largest thing of the page. */
import { memo } from 'preact/compat';
import { percent, place, num, clock, age } from '../../core/format';
import type { Call, Car, Flag, Maybe, Outlook, Race, Session } from '../../core/types';
import { Tyre } from '../../ui/basic';
import { compoundName } from '../../core/format';
import { actionWords, evidenceWords, gainWords, isClose, isStop, rejoinWords, sureWords, wholeOf, whenWords } from './advice';
import { inPit, isOut, isOver, nameOf } from './field';
import { clockNow, pace, secondsLeft, useTick } from './clock';
import { useFlash } from './flash';
import { Copy } from './copy';
import { Settle } from './settle';

export interface CallProps {
  session: Session;
  race: Pick<Race, 'session_ms' | 'flag' | 'lap'>;
  own: Car | null;
  call: Call | null;
  outlook: Maybe<Outlook>;
  /** Date.now() of the state. */
  at: number;
  /** What is waited for while there is no call. */
  waits: string;
}

/** Seconds left to decide; null: the call has no deadline. */
function Countdown({ left, flag }: { left: number | null; flag: Flag }) {
  if (left === null) return <div class="live-count none"><span class="soft">{flag === 'red' ? 'no deadline under a red flag' : 'no deadline known'}</span></div>;
  const late = left <= 0;
  return (
    <div class={`live-count ${late ? 'late' : left < 15 ? 'soon' : ''}`} role="timer" aria-label={late ? 'too late for this lap' : `${Math.ceil(left)} seconds to decide`}>
      <b>{late ? '0:00' : clock(Math.ceil(left))}</b>
      <span>{late ? 'too late for this lap' : 'to decide'}</span>
    </div>
  );
}

/** When the call was made, by the session's clock. */
function Made({ session, race, call, at }: { session: Session; race: CallProps['race']; call: Call; at: number }) {
  useTick(500);
  const now = clockNow(race.session_ms, at, Date.now(), pace(session));
  const old = now === null || typeof call.session_ms !== 'number' ? null : Math.max(0, now - call.session_ms);
  const text = age(old);
  return <span class="live-made">after lap {call.lap}, {text === 'now' ? 'just now' : `${text} ago`}</span>;
}

function Sure({ call }: { call: Call }) {
  const p = call.confidence;
  return (
    <div class="live-sure">
      <span class="soft">How sure</span>
      <div class="live-sure-words"><b>{sureWords(call)}</b> <span class="num">{percent(p)}</span></div>
      <div class="live-bar" role="img" aria-label={`confidence ${percent(p)}`}><i style={{ width: `${(p ?? 0) * 100}%` }} /><u /></div>
    </div>
  );
}

function Evidence({ call, own }: { call: Call; own: string }) {
  if (call.evidence.length === 0) return null;
  return (
    <ol class="live-evidence" aria-label="Evidence">
      {call.evidence.slice(0, 3).map(e => (
        <li key={e.key}>{evidenceWords(e.text, own)}</li>
      ))}
    </ol>
  );
}

function NextBest({ call }: { call: Call }) {
  const other = wholeOf(call)?.actions[1];
  if (!other) return null;
  return (
    <div>
      <dt>Next best</dt>
      <dd class="live-inline">
        <b>{actionWords(other.action)}</b>
        {other.compound && <Tyre compound={other.compound} />}
        {typeof other.target_lap === 'number' && <span>lap {other.target_lap}</span>}
        <span class="soft">{gainWords(other.gain, false)}</span>
      </dd>
    </div>
  );
}

function Rules({ call }: { call: Call }) {
  const binding = wholeOf(call)?.rules?.filter(r => r.binds) ?? [];
  if (binding.length === 0) return null;
  return (
    <div>
      <dt>Rule</dt>
      <dd>{binding.map(r => r.text).join('; ')}</dd>
    </div>
  );
}

function Facts({ call }: { call: Call }) {
  const r = call.rejoin;
  return (
    <dl class="live-facts">
      {r && (
        <div class="live-rejoin">
          <dt>Rejoin</dt>
          <dd>
            <b>{place(r.position)}</b> {rejoinWords(r)}
            {typeof r.p_within1 === 'number' && <span class="soft live-near"> · {percent(r.p_within1)} within a place</span>}
          </dd>
        </div>
      )}
      <div>
        <dt>Gain</dt>
        <dd>{gainWords(call.gain)}</dd>
      </div>
      <NextBest call={call} />
      <div class="live-flips">
        <dt>Flips to</dt>
        <dd>{call.flips_if ?? 'nothing found that would turn it'}</dd>
      </div>
      <Rules call={call} />
    </dl>
  );
}

/** What to do, and until when; drawn again five times a second, for the clock. A stop that comes too late is no longer shouted. */
function Verdict({ session, race, own, call, at }: CallProps & { call: Call }) {
  useTick(200);
  const on = own ? own.laps + 1 : race.lap;
  const left = secondsLeft(call.decide_by_s, call.session_ms, clockNow(race.session_ms, at, Date.now(), pace(session)));
  const past = typeof call.target_lap === 'number' && typeof on === 'number' && (call.target_lap < on || (left === 0 && isStop(call) && call.target_lap === on));
  const close = isClose(call);
  const tone = `${isStop(call) ? 'box' : 'stay'} ${past ? 'past' : ''} ${close ? 'close' : ''}`;
  const box = useFlash<HTMLDivElement>(`${call.action}-${call.compound}-${call.target_lap}`);
  return (
    <div class={`live-verdict ${tone}`} ref={box}>
      <div class="live-say">
        {close && <small>Close call:</small>}
        <div class="live-action">{actionWords(call.action).toUpperCase()}</div>
      </div>
      {isStop(call) && call.compound && (
        <div class="live-set">
          <Tyre compound={call.compound} />
          <span>{compoundName(call.compound)}</span>
        </div>
      )}
      <Countdown left={left} flag={race.flag} />
      <div class="live-when">
        {whenWords(call, on)}
        {!isStop(call) && call.compound && (
          <span class="live-set">
            for <Tyre compound={call.compound} />
          </span>
        )}
        <Settle session={session.id} call={call} />
      </div>
    </div>
  );
}

function Whole(props: CallProps & { call: Call }) {
  const { call, own } = props;
  return (
    <>
      <Verdict {...props} />
      {own && inPit(own) && <p class="live-note">{nameOf(own)} is in the pit lane: this call was made before.</p>}
      <Sure call={call} />
      {call.radio && (
        <div class="live-radio">
          <q>{call.radio}</q>
          <Copy text={call.radio} />
        </div>
      )}
      <Facts call={call} />
      <Evidence call={call} own={own ? nameOf(own) : ''} />
    </>
  );
}

/** Nothing is left to call. */
function Over({ own, waits }: { own: Car; waits: string }) {
  return (
    <div class="live-over">
      <div class="live-action">{isOut(own) ? 'OUT' : place(own.position)}</div>
      <p class="live-waits">{waits}</p>
    </div>
  );
}

/** Before the first call: what is waited for, and what our car is on. */
const Waiting = ({ own, waits }: { own: Car | null; waits: string }) => (
  <div class="live-waits">
    <p>{waits}</p>
    {own && own.compound !== 'UNKNOWN' && (
      <p class="live-set">
        On <Tyre compound={own.compound} /> {compoundName(own.compound)}, {own.tyre_age_laps ? `${own.tyre_age_laps} laps old` : 'new'}
      </p>
    )}
  </div>
);

/** What a screen reader says when the call changes; the rest of the card, with its clocks, is silent. */
const spoken = (call: Call, own: Car | null): string => [isClose(call) ? 'Close call' : '', actionWords(call.action), isStop(call) && call.compound ? compoundName(call.compound) : '', whenWords(call, own ? own.laps + 1 : null)].filter(Boolean).join(', ');

export const CallCard = memo(function CallCard(props: CallProps) {
  const { own, call, waits, race, session, at } = props;
  const over = own !== null && isOver(race.flag, own);
  const name = own ? nameOf(own) : 'our car';
  return (
    <section class="card live-call" aria-label={`The call for ${name}`} data-seq={call?.seq}>
      <p class="hidden" aria-live="polite">{call && !over ? spoken(call, own) : ''}</p>
      <header>
        <h2>
          The call for <b>{name}</b> {own && <span class="live-place">{place(own.position)}</span>}
        </h2>
        {call && <div class="side soft"><Made session={session} race={race} call={call} at={at} /></div>}
      </header>
      {call?.failed ? <p class="live-waits bad">No call after lap {num(call.lap)}: {call.failed}</p> : call ? <Whole {...props} call={call} /> : over ? <Over own={own} waits={waits} /> : <Waiting own={own} waits={waits} />}
    </section>
  );
});
