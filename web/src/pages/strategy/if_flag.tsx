/** The standing answers: what each of our cars does if the safety car comes on one of the next laps. */
import { percent, place, signed } from '../../core/format';
import type { Maybe, Standing } from '../../core/types';
import { Empty, Tyre } from '../../ui/basic';
import type { FullCall } from './answers';
import { Panel, Waiting } from './panel';
import type { View } from './view';

export interface OwnCall {
  code: string;
  lap: number;
  call: FullCall;
}

type Side = 'before_entry' | 'after_entry';
const FLAGS = [['sc', 'SC'], ['vsc', 'VSC']] as const;
const SIDES: readonly (readonly [Side, string])[] = [['before_entry', 'before entry'], ['after_entry', 'after it']];

export const ifRows = (calls: readonly OwnCall[]): Record<string, unknown>[] =>
  calls.flatMap(({ code, call }) =>
    call.if_sc_table.flatMap(t =>
      FLAGS.flatMap(([flag]) =>
        SIDES.flatMap(([side]) => {
          const s = t[flag]?.[side];
          return s?.gain ? [{ car: code, lap: t.lap, flag, when: side, action: s.action, compound: s.compound, gain: s.gain.value, lo: s.gain.lo, hi: s.gain.hi, unit: s.gain.unit, rejoin_position: s.rejoin_position }] : [];
        }),
      ),
    ),
  );

export const actionWord = (action: string): string => (action === 'STAY_OUT' ? 'Stay' : action === 'BOX' ? 'Box' : action.charAt(0) + action.slice(1).toLowerCase());

/** A gain whose interval holds zero is no clear answer. */
export const isClear = (s: Standing): boolean => !!s.gain && (s.gain.lo > 0 || s.gain.hi < 0);

export function IfFlag({ view, calls, of, old }: { view: View; calls: OwnCall[]; of: string | undefined; old: boolean }) {
  const told = calls.filter(c => c.call.if_sc_table.length > 0);
  return (
    <Panel name="ifsc" title="If a safety car comes" of={of} old={old} rows={told.length ? () => ifRows(told) : undefined}>
      {told.length === 0 ? <Nothing view={view} calls={calls} /> : (
        <>
          {told.map(c => <IfTable key={c.code} c={c} />)}
          <p class="strategy-note soft">Before and after our pit entry: box for that tyre, or stay out; what that gains against the other in {told[0]!.call.if_sc_table[0]!.sc?.before_entry?.gain?.unit ?? 'points'}, 90 % on hover. Pale: the two cannot be told apart.</p>
        </>
      )}
    </Panel>
  );
}

/** A flag is out: what would be done if one came is what is to be done now. */
function Nothing({ view, calls }: { view: View; calls: OwnCall[] }) {
  const { flag } = view.state.race;
  if (calls.length === 0) return <Waiting view={view} what="The answers come with the next call." />;
  if (!['sc', 'vsc', 'red'].includes(flag)) return <Empty>No lap is left on which one could change anything.</Empty>;
  return (
    <>
      <p class="strategy-told">The race is neutralised. The answer is the call itself:</p>
      <table class="strategy-if">
        <tbody>{calls.map(c => <NowRow key={c.code} c={c} />)}</tbody>
      </table>
      <p class="strategy-note soft">What a later safety car would ask for is told again when the track is green.</p>
    </>
  );
}

function NowRow({ c }: { c: OwnCall }) {
  const best = c.call.actions?.[0];
  return (
    <tr>
      <th scope="row"><b>{c.code}</b></th>
      <td class={`${best?.action === 'BOX' ? 'box' : 'stay'} ${best && best.gain.lo > 0 ? '' : 'unclear'}`}>
        {best ? (
          <span class="strategy-if-cell">
            <b>{actionWord(best.action)}</b>
            {best.compound && <Tyre compound={best.compound} />}
            <span>{signed(best.gain.value, best.gain.unit === 'prob' ? 2 : 1)} {best.gain.unit}</span>
            <span class="soft">{best.confidence_words}</span>
          </span>
        ) : '–'}
      </td>
    </tr>
  );
}

function IfTable({ c }: { c: OwnCall }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={`${c.code} if a safety car comes`}>
      <table class="strategy-if">
        <thead>
          <tr>
            <th scope="col"><b>{c.code}</b></th>
            {c.call.if_sc_table.map(t => <th key={t.lap} scope="col">lap {t.lap}</th>)}
          </tr>
        </thead>
        <tbody>
          {FLAGS.flatMap(([flag, name]) =>
            SIDES.map(([side, when]) => (
              <tr key={flag + side}>
                <th scope="row"><span class={`strategy-flag strategy-flagword ${flag}`}>{name}</span> <span class="soft">{when}</span></th>
                {c.call.if_sc_table.map(t => <IfCell key={t.lap} s={t[flag]?.[side]} />)}
              </tr>
            )),
          )}
        </tbody>
      </table>
    </div>
  );
}

function IfCell({ s }: { s: Maybe<Standing> }) {
  const g = s?.gain;
  if (!s || !g) return <td class="soft">–</td>;
  const d = g.unit === 'prob' ? 2 : 1;
  const more = [`${signed(g.lo, d)} to ${signed(g.hi, d)} ${g.unit}`, s.rejoin_position ? `rejoins ${place(s.rejoin_position)}` : '', s.p_ends_early ? `over before we leave the lane: ${percent(s.p_ends_early)}` : ''];
  return (
    <td class={`${s.action === 'BOX' ? 'box' : 'stay'} ${isClear(s) ? '' : 'unclear'}`} title={more.filter(Boolean).join(', ')}>
      <span class="strategy-if-cell">
        <b>{actionWord(s.action)}</b>
        {s.action === 'BOX' && s.compound && <Tyre compound={s.compound} />}
        <span>{signed(g.value, d)}</span>
      </span>
    </td>
  );
}
