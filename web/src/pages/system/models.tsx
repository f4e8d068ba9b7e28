/** Each kind of model: what answers now, how good it was on races it had not seen, and its versions. */
import { useState } from 'preact/hooks';
import { useMay } from '../../core/access';
import { all, type ApiError, post } from '../../core/api';
import { DASH } from '../../core/format';
import { type Interval, mainMetric, type ModelKind, shown, verdict } from '../../core/model';
import { useAsk } from '../../core/use_ask';
import { Card, Empty, Failed } from '../../ui/basic';
import { Confirm } from '../../ui/dialog';
import { Drift } from './drift';
import { Train } from './train';
import { figure, Versions } from './versions';

const VERDICT = { better: '▲ better than', worse: '▼ worse than', even: '= no clear difference from', neither: 'differs from' } as const;
const TONE = { better: 'good', worse: 'bad', even: 'soft', neither: 'soft' } as const;

function Against({ metric, by, baseline }: { metric: string; by: Interval | undefined; baseline: string | undefined }) {
  if (!by) return <>{DASH}</>;
  const v = verdict(metric, by);
  return (
    <>
      <span class={TONE[v]}>{VERDICT[v]}</span> <small class="soft">{baseline ?? 'its baseline'}</small>
    </>
  );
}

interface Change {
  title: string;
  text: string;
  path: string;
  body: object;
}

function Row({ k, open, turn }: { k: ModelKind; open: boolean; turn(): void }) {
  const v = shown(k);
  const metric = mainMetric(v);
  const m = metric ? v?.metrics?.[metric] : undefined;
  return (
    <tr class={open ? 'system-open' : ''}>
      <th scope="row">
        <button type="button" class="system-turn" aria-expanded={open} onClick={turn}>
          <span aria-hidden="true">{open ? '▾' : '▸'}</span> {k.kind}
        </button>
      </th>
      <td class="system-wide">{k.answers}</td>
      <td>{k.used.baseline ? <span class="warn">baseline{v?.baseline ? ` ${v.baseline}` : ''}</span> : <span class="good">version {k.used.version}</span>}</td>
      <td>{metric ?? DASH}</td>
      <td class="num">{figure(m)}</td>
      <td>
        <Against metric={metric ?? ''} by={metric ? v?.against?.[metric] : undefined} baseline={v?.baseline} />
      </td>
      <td class="num">{v?.judged_season ? `${v.judged_races} races, ${v.judged_season}` : DASH}</td>
    </tr>
  );
}

function useChange(again: () => void) {
  const [change, ask] = useState<Change | null>(null);
  const [error, setError] = useState('');
  const make = async (c: Change) => {
    setError('');
    try {
      await post(c.path, c.body);
      again();
    } catch (why) {
      setError((why as ApiError).message);
    }
  };
  return { change, ask, error, make };
}

function Detail({ k, ask }: { k: ModelKind; ask(c: Change): void }) {
  const may = useMay('engineer', true);
  return (
    <div class="system-detail">
      {k.used.fallback && <p class="warn">{k.used.fallback}</p>}
      <Versions
        k={k}
        promote={
          may
            ? n => ask({ title: `Use version ${n} of ${k.kind}?`, text: 'From now on it answers, also in races that run.', path: `/models/${k.kind}/promote`, body: { version: n } })
            : undefined
        }
      />
      {may && (
        <div class="row">
          {k.versions.length > 1 && (
            <button type="button" onClick={() => ask({ title: `Roll ${k.kind} back?`, text: 'The version that was active before answers from now on.', path: `/models/${k.kind}/rollback`, body: {} })}>
              Roll back
            </button>
          )}
          <Drift kind={k.kind} />
        </div>
      )}
    </div>
  );
}

export function Models() {
  const may = useMay('engineer', true);
  const [turn, again] = useState(0);
  const { data, error } = useAsk(`models ${turn}`, s => all<ModelKind>('/models', s));
  const [open, setOpen] = useState('');
  const c = useChange(() => again(n => n + 1));
  if (error && !data) return <Failed error={error} />;
  if (!data) return <Empty>One moment.</Empty>;
  return (
    <Card title="Models" side={<span class="soft">judged on races they had not seen, with 90 % intervals</span>}>
      {c.error && <p class="bad" role="alert">{c.error}</p>}
      <div class="scroll" tabIndex={0} role="region" aria-label="Models">
        <table class="system-table">
          <thead>
            <tr>
              <th scope="col">Kind</th>
              <th scope="col">Answers</th>
              <th scope="col">In use</th>
              <th scope="col">Judged by</th>
              <th scope="col" class="num">Figure</th>
              <th scope="col">Against the baseline</th>
              <th scope="col" class="num">On</th>
            </tr>
          </thead>
          <tbody>
            {data.map(k => (
              <>
                <Row key={k.kind} k={k} open={open === k.kind} turn={() => setOpen(open === k.kind ? '' : k.kind)} />
                {open === k.kind && (
                  <tr key={`${k.kind} more`}>
                    <td colSpan={7}>
                      <Detail k={k} ask={c.ask} />
                    </td>
                  </tr>
                )}
              </>
            ))}
          </tbody>
        </table>
      </div>
      {may && <Train kinds={data.map(k => k.kind)} />}
      {c.change && <Confirm title={c.change.title} text={c.change.text} yes="Yes" onYes={() => void c.make(c.change!)} onClose={() => c.ask(null)} />}
    </Card>
  );
}
