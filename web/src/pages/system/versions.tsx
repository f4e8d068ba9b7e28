/** The versions of a kind, and every figure of the one that is shown. */
import { DASH, num, signed } from '../../core/format';
import { type Interval, type ModelKind, shown, verdict } from '../../core/model';

/** As many digits as tell the interval apart: 0.1072 (0.0921 to 0.1229). */
export function digitsFor(i: Interval): number {
  const width = Math.abs(i.hi - i.lo) || Math.abs(i.value) || 1;
  return Math.min(5, Math.max(0, 2 - Math.floor(Math.log10(width))));
}

export function figure(i: Interval | undefined): string {
  if (!i) return DASH;
  const d = digitsFor(i);
  return `${num(i.value, d)} (${num(i.lo, d)} to ${num(i.hi, d)})`;
}

function difference(i: Interval | undefined): string {
  if (!i) return DASH;
  const d = digitsFor(i);
  return `${signed(i.value, d)} (${signed(i.lo, d)} to ${signed(i.hi, d)})`;
}

const WORD = { better: '▲ better', worse: '▼ worse', even: '= not clear', neither: '' } as const;

function Figures({ k }: { k: ModelKind }) {
  const v = shown(k);
  const names = Object.keys(v?.metrics ?? {});
  if (!v || names.length === 0) return null;
  return (
    <table class="system-table system-dense">
      <caption>
        Version {v.version} on {v.judged_races ?? DASH} races of {v.judged_season ?? DASH}, against {v.baseline ?? 'its baseline'}
      </caption>
      <thead>
        <tr>
          <th scope="col">Metric</th>
          <th scope="col" class="num">Value</th>
          <th scope="col" class="num">Difference</th>
          <th scope="col">
            <span class="hidden">Verdict</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {names.map(name => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td class="num">{figure(v.metrics?.[name])}</td>
            <td class="num">{difference(v.against?.[name])}</td>
            <td>{v.against?.[name] ? WORD[verdict(name, v.against[name])] : ''}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function Versions({ k, promote }: { k: ModelKind; promote: ((version: number) => void) | undefined }) {
  return (
    <div class="system-two">
      <table class="system-table system-dense">
        <caption>Versions</caption>
        <thead>
          <tr>
            <th scope="col" class="num">Version</th>
            <th scope="col">Is</th>
            <th scope="col">Trained</th>
            <th scope="col">Knows races until</th>
            <th scope="col">Data</th>
            {promote && <th scope="col"><span class="hidden">Use it</span></th>}
          </tr>
        </thead>
        <tbody>
          {k.versions.map(v => (
            <tr key={v.version}>
              <th scope="row" class="num">{v.version}{v.version === 0 ? ' (ships)' : ''}</th>
              <td class={v.good ? '' : 'bad'} title={v.why}>{[v.used ? 'in use' : v.active ? 'active, set aside' : '', v.good ? '' : `refused: ${v.why ?? ''}`].filter(Boolean).join(', ') || 'kept'}</td>
              <td>{v.trained_at ? v.trained_at.slice(0, 10) : DASH}{v.quick ? ' (quick)' : ''}</td>
              <td>{v.until ?? DASH}</td>
              <td>{v.data ?? DASH} <small class="soft mono">{v.data_hash?.slice(0, 8)}</small></td>
              {promote && <td>{!v.active && v.good && <button type="button" onClick={() => promote(v.version)}>Use it</button>}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      <Figures k={k} />
    </div>
  );
}
