/** Live race: the call, the field, the track, the sky. */
import { useState } from 'preact/hooks';
import { ownCar, teamOf, useLive } from '../../core/live';
import { prefs } from '../../core/prefs';
import { where } from '../../core/router';
import { useStore } from '../../core/store';
import type { Call, Car, SessionState } from '../../core/types';
import { get } from '../../core/api';
import { useSession } from '../../core/session';
import { useKeys } from '../../core/keys';
import { useAsk } from '../../core/use_ask';
import { Empty } from '../../ui/basic';
import { callOf, waitsFor } from './advice';
import { CallCard } from './call_card';
import { Control } from './control';
import { isOver } from './field';
import { TrackMap } from './map';
import { type Kind, returnAfter } from './rejoin';
import { Sky } from './sky';
import { StandingCard } from './standing';
import { Strip } from './strip';
import { Tower } from './tower';
import { useSectors } from './use_sectors';
import { KINDS, WindowCard } from './window';

interface BoardProps {
  id: string;
  state: SessionState;
  calls: Record<string, Call>;
  at: number;
}

/** What a stop costs as the flag is now. */
const kindOf = (flag: string): Kind => (flag === 'sc' ? 'sc' : flag === 'vsc' ? 'vsc' : 'green');

/** Metres of a lap of the circuit; asked for only where cars tell their place by distance. */
function useLength(circuit: string, wanted: boolean): number | null {
  const { data } = useAsk(wanted && circuit ? `length/${circuit}` : null, s => get<{ length_m: number | null }>(`/circuits/${encodeURIComponent(circuit)}`, s));
  return data?.length_m ?? null;
}

function Board({ id, state, calls, at }: BoardProps) {
  // The choice of our car may change without a message.
  useStore(prefs, p => p.car);
  useStore(where, w => w.query['car']);
  const { race, session } = state;
  const [chosen, choose] = useState<{ flag: string; kind: Kind } | null>(null);
  const sectors = useSectors(id, race);
  const own = ownCar(state);
  const team = teamOf(state, own);
  const callFor = (c: Car | null) => (c && !isOver(race.flag, c) ? callOf(calls, state, c.key) : null);
  const call = callFor(own);
  const outlook = state.outlook;
  const kind = chosen?.flag === race.flag ? chosen.kind : kindOf(race.flag);
  const pick = (k: Kind) => choose({ flag: race.flag, kind: k });
  const length_m = useLength(race.circuit, race.cars.some(c => typeof c.lapdist_m === 'number'));
  useKeys([{ key: 'w', what: 'If we stop now: under green, SC, VSC', run: () => pick(KINDS[(KINDS.indexOf(kind) + 1) % KINDS.length]!) }]);
  const back = (k: Kind) => (own && !isOver(race.flag, own) ? returnAfter(race.cars, own, outlook?.pit_loss_s[k], outlook) : null);
  return (
    <div class="live">
      <Strip session={session} race={race} own={own} call={call} at={at} />
      <CallCard session={session} race={race} own={own} call={call} outlook={outlook} at={at} waits={waitsFor(state, own)} />
      <StandingCard flag={race.flag} cars={team} calls={team.map(callFor)} />
      <Tower cars={race.cars} own={own} sectors={sectors} outlook={race.flag === 'chequered' ? null : outlook} />
      <div class="live-third">
        <WindowCard over={own !== null && isOver(race.flag, own)} cars={race.cars} own={own} call={call} outlook={outlook} kind={kind} choose={pick} />
        <TrackMap cars={race.cars} own={own} length_m={length_m} green={back('green')} sc={back('sc')} />
        <Control messages={race.messages} n={race.n_messages} cars={race.cars} />
      </div>
      <Sky weather={race.weather} chance={race.rain_chance} />
    </div>
  );
}

export function Live() {
  const { id, sessions } = useSession();
  const state = useLive(id, l => (l.id === id ? l.state : null));
  const calls = useLive(id, l => l.calls);
  const at = useLive(id, l => l.at);
  const refused = useLive(id, l => (l.id === id ? l.refused : ''));
  if (refused) return <Empty>{refused}</Empty>;
  if (!id) return <Empty>{sessions.length ? 'Choose a session.' : 'No session runs. Start the server with a feed, or replay a race.'}</Empty>;
  if (!state) return <Empty>Waiting for the first state of {id}.</Empty>;
  return <Board id={id} state={state} calls={calls} at={at} />;
}
