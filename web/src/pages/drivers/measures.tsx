/** Every measure against the field, and the one held beside. */
import { Heads } from '../../ui/basic';
import { Strip } from './strip';
import type { Measure } from './types';
import { intervalText, plural, reason, scaleFor, stripText, unitOf, valueText, verdictText } from './words';

function Verdict({ m }: { m: Measure }) {
  const mark = { repeats: '●', weak: '◐', 'does not repeat': '○', 'not tried': '○' }[m.repeats.verdict];
  return (
    <span class={`drivers-verdict ${m.repeats.verdict === 'repeats' ? 'good' : m.repeats.verdict === 'weak' ? 'warn' : 'soft'}`} title={verdictText(m.repeats)}>
      <span aria-hidden="true">{mark}</span> {m.repeats.verdict}
      <span class="hidden">: {verdictText(m.repeats)}</span>
    </span>
  );
}

function Ends({ m }: { m: Measure }) {
  const scale = scaleFor(m.field, m.better);
  if (!scale) return null;
  const [left, right] = m.better === 'high' ? [scale.lo, scale.hi] : [scale.hi, scale.lo];
  return (
    <div class="drivers-ends" aria-hidden="true">
      <span>{valueText(m, left)}</span>
      <span>{valueText(m, right)}</span>
    </div>
  );
}

function Said({ m, id, other }: { m: Measure; id: string; other: string | null }) {
  const beside = other ? m.field.find(p => p.id === other) : undefined;
  const alt = stripText(id, m) + (beside ? `; ${other} ${valueText(m, beside.value)}` : '');
  return (
    <>
      <div class="drivers-value">
        <b class="num">{valueText(m, m.value)}</b> <small class="soft">{unitOf(m)}</small>
        <div class="soft drivers-range">{intervalText(m, m)}</div>
      </div>
      <div class="drivers-plot">
        <Strip scale={scaleFor(m.field, m.better)} own={m} field={m.field} other={beside} alt={alt} height={38} />
        <Ends m={m} />
      </div>
      <div class="drivers-rank">
        <b class="num">{m.rank}</b>
        <span class="soft"> of {m.of}</span>
      </div>
    </>
  );
}

function Unsaid({ m }: { m: Measure }) {
  return (
    <div class="drivers-unsaid soft">
      <b>{reason(m)}</b>
      {m.mean !== null && (
        <span>
          {' '}
          · seen: {valueText(m, m.mean)} {unitOf(m)} in {plural(m.races, 'race')}
        </span>
      )}
    </div>
  );
}

export function MeasureRow({ m, id, other }: { m: Measure; id: string; other: string | null }) {
  return (
    <li class="drivers-row" data-measure={m.name} data-value={m.value ?? ''}>
      <div class="drivers-title">
        <b>{m.title}</b>
        <div class="soft drivers-what">{m.what}</div>
      </div>
      {m.value === null ? <Unsaid m={m} /> : <Said m={m} id={id} other={other} />}
      <div class="drivers-base soft">
        <Verdict m={m} />
        <div>
          {plural(m.races, 'race')}, {m.samples} {m.samples === 1 ? m.samples_of.replace(/e?s$/, '') : m.samples_of}
        </div>
      </div>
    </li>
  );
}

export function Measures({ list, id, other }: { list: readonly Measure[]; id: string; other: string | null }) {
  return (
    <ul class="drivers-rows">
      {list.map(m => (
        <MeasureRow key={m.name} m={m} id={id} other={other} />
      ))}
    </ul>
  );
}

/** Slices are few words each: what was seen, and why that is no trait. */
export function Slices({ list }: { list: readonly Measure[] }) {
  return (
    <table class="drivers-slices">
      <Heads of="Pace against the own pace elsewhere|#Seen, %|#Races|Estimate" />
      <tbody>
        {list.map(m => (
          <tr key={m.name} data-measure={m.name}>
            <th scope="row" title={m.what}>{m.title}</th>
            <td class="num">{valueText(m, m.mean)}</td>
            <td class="num soft">{m.races}</td>
            <td class={m.value === null ? 'soft' : ''}>{m.value === null ? reason(m).replace('no trait: ', '') : `${valueText(m, m.value)} (${intervalText(m, m)})${m.repeats.verdict === 'weak' ? ', weak' : ''}`}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
