/** What happens to the race: flags, rain, the pit lane. */
import { Card } from '../../ui/basic';
import { num } from '../../core/format';
import type { Flag } from '../../core/types';
import type { Case } from './case';
import { Dial, LapInput } from './dial';
import type { Answer, FlagChange } from './types';

export const FLAG_WORDS = { sc: 'Safety car', vsc: 'Virtual safety car', red: 'Red flag', green: 'Green' } as const;
const SHORT = { sc: 'SC', vsc: 'VSC', red: 'Red', green: 'Green' } as const;
/** Green ends what is out: offered where something is. */
const FLAGS = ['sc', 'vsc', 'red', 'green'] as const;
const LASTS = ['sc', 'vsc'];
const FLAGS_MOST = 4;

export interface CaseProps {
  of: Case;
  base: Answer;
  /** As it is out in the race; what is asked of a lap that is over knows none. */
  out: Flag;
  /** `what`: changes of the same thing are one step back. */
  change(c: Partial<Case>, what: string): void;
}

export const wetWord = (w: number): string => (w < 0.02 ? 'dry' : w < 0.25 ? 'damp' : w < 0.75 ? 'wet' : 'soaked');

function FlagRow({ flag, i, base, set, drop }: { flag: FlagChange; i: number; base: Answer; set(f: FlagChange): void; drop(): void }) {
  const first = base.from_lap + 1;
  const name = `${FLAG_WORDS[flag.flag]} ${i + 1}`;
  return (
    <li class="whatif-flag">
      <b class={`whatif-flagname ${flag.flag}`}>{SHORT[flag.flag]}</b>
      <span class="soft">lap</span>
      <LapInput label={`${name}: lap`} value={flag.lap ?? first} min={first} max={base.laps} empty="" change={lap => set({ ...flag, ...(lap === undefined ? {} : { lap }) })} />
      {LASTS.includes(flag.flag) && (
        <>
          <span class="soft">for</span>
          <LapInput
            label={`${name}: for so many laps`}
            value={flag.laps}
            min={1}
            max={30}
            empty="average"
            change={laps => {
              const { laps: _, ...rest } = flag;
              set(laps === undefined ? rest : { ...rest, laps });
            }}
          />
          <span class="soft">laps</span>
        </>
      )}
      <button type="button" aria-label={`Take out: ${name}`} onClick={drop}>
        ×
      </button>
    </li>
  );
}

function Flags({ of, base, out, change }: CaseProps) {
  const neutral = LASTS.includes(out) || of.flags.some(f => f.flag === 'green');
  const offered = FLAGS.filter(f => (f === 'green' ? neutral : f !== out || !neutral));
  const first = base.from_lap + 1;
  const set = (flags: FlagChange[], what = '') => change({ flags }, what);
  return (
    <>
      <div class="row" role="group" aria-label="A flag comes out">
        {offered.map(flag => (
          <button key={flag} type="button" class={`whatif-add ${flag}`} disabled={of.flags.length >= FLAGS_MOST} onClick={() => set([...of.flags, { flag, lap: Math.min(base.laps, of.flags.length === 0 ? first : first + 5 * of.flags.length) }])}>
            {SHORT[flag]} {of.flags.length === 0 && base.from_lap > 0 ? 'now' : '+'}
          </button>
        ))}
      </div>
      <ul class="whatif-flags">
        {of.flags.map((f, i) => (
          <FlagRow key={i} flag={f} i={i} base={base} set={x => set(of.flags.map((o, k) => (k === i ? x : o)), `flag ${i}`)} drop={() => set(of.flags.filter((_, k) => k !== i))} />
        ))}
      </ul>
    </>
  );
}

function Weather({ of, base, change }: CaseProps) {
  const { weather } = of;
  const first = base.from_lap + 1;
  const set = (w: Case['weather'], what: string) => change({ weather: w }, what);
  return (
    <>
      <Dial label="Track wetness" value={weather.wet} base={base.base.track_wetness} min={0} max={1} step={0.05} digits={2} unit={wetWord(weather.wet ?? base.base.track_wetness)} change={wet => set({ ...weather, wet }, 'wet')} />
      <div class="whatif-rain">
        <span>Rain from lap</span>
        <LapInput label="Rain from lap" value={weather.from} min={first} max={base.laps} empty="none" change={from => set(from === undefined ? { wet: weather.wet } : { ...weather, from }, 'rain from')} />
        <span>to</span>
        <LapInput label="Rain to lap" value={weather.to} min={weather.from ?? first} max={base.laps} empty="end" change={to => set({ ...weather, to }, 'rain to')} />
      </div>
      {weather.from !== undefined && (
        <Dial label="Rain soaks it to" value={weather.soak} base={base.base.rain_wetness} min={0.05} max={1} step={0.01} digits={2} unit={wetWord(weather.soak ?? base.base.rain_wetness)} change={soak => set({ ...weather, soak }, 'soak')} />
      )}
    </>
  );
}

export function RaceCard(p: CaseProps) {
  const loss = p.base.base.pit_loss_s;
  return (
    <Card title="The race">
      <Flags {...p} />
      <Weather {...p} />
      <Dial label="Pit loss" value={p.of.pit} base={loss} min={Math.max(3, Math.floor(loss - 10))} max={Math.ceil(loss + 15)} hardMin={3} hardMax={120} step={0.1} digits={1} unit="s" change={pit => p.change({ pit }, 'pit')} />
      <p class="soft whatif-note">
        Expected: {num(loss, 1)} s a stop, track {wetWord(p.base.base.track_wetness)}.
      </p>
    </Card>
  );
}
