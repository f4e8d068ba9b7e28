/** The track as a loop that has no shape of its own: where the cars are to each other, and where a stop brings us out. */
import { memo } from 'preact/compat';
import { useMemo } from 'preact/hooks';
import { lapTime } from '../../core/format';
import type { Car, Maybe } from '../../core/types';
import { Card, Empty } from '../../ui/basic';
import { useWidth } from '../../ui/use_width';
import { isOut, nameOf } from './field';
import { type Box, type Label, type Point, lapNow, onLoop, placeCars, roomFor } from './loop';
import type { Return } from './rejoin';
import { teamClass } from './team';

const MARGIN = 42;
const RISE = 30;
const LABEL = { width: 31, height: 13 };

/** The loop in a place so wide, one unit a pixel: letters keep their size. */
function boxIn(width: number): Box {
  const w = Math.max(160, width - 2 * MARGIN);
  const height = Math.round(Math.max(96, Math.min(150, w * 0.32)));
  return { width: w, height, round: height / 2 };
}

/** In a font of 16 px; on large screens everything grows, the letters of the drawing, too. */
const plain = (px: number) => Math.floor((16 * px) / parseFloat(getComputedStyle(document.documentElement).fontSize));

interface Spot {
  car: Car;
  at: Point;
  label: Label;
  ours: boolean;
}

/** Where a label may stand: outside the loop, inside it. */
const labels = (at: Point): Label[] => [19, -19].map(off => ({ ...LABEL, x: at.x + at.nx * (off + (Math.abs(at.nx) * off) / 4), y: at.y + at.ny * off }));

/** `kept`: labels that have their place already. */
function spots(box: Box, cars: readonly Car[], own: Maybe<Car>, length_m: Maybe<number>, kept: readonly Label[]) {
  const { by, cars: placed } = placeCars(cars, length_m);
  const weight = (c: Car) => (c.key === own?.key ? 0 : c.position === 1 ? 1 : c.team === own?.team ? 2 : 3 + (c.position ?? 50));
  const sorted = placed.map(p => ({ car: p.car, at: onLoop(box, p.part) })).sort((a, b) => weight(a.car) - weight(b.car));
  const room = roomFor([...kept.map(k => [k]), ...sorted.map(s => labels(s.at))]).slice(kept.length);
  const out: Spot[] = sorted.map((s, i) => ({ ...s, label: room[i]! >= 0 ? labels(s.at)[room[i]!]! : { x: NaN, y: 0, ...LABEL }, ours: own != null && (s.car.key === own.key || (own.team !== '' && s.car.team === own.team)) }));
  return { by, spots: out.reverse() };
}

/** Moved as a whole: letters that keep their place in it are not laid out again. */
function Dot({ s, own }: { s: Spot; own: boolean }) {
  return (
    <g class={own ? 'own' : s.ours ? 'mate' : ''} transform={`translate(${s.at.x.toFixed(1)} ${s.at.y.toFixed(1)})`}>
      <circle class={`dot ${teamClass(s.car.team)}`} r={own ? 8 : 5.5} />
      {Number.isFinite(s.label.x) && <text x={Math.round(s.label.x - s.at.x)} y={Math.round(s.label.y - s.at.y)}>{nameOf(s.car)}</text>}
    </g>
  );
}

/** Inside the loop, where cars have their second place. */
const ghostLabel = (at: Point, width: number): Label => ({ x: at.x - at.nx * (24 + 10 * Math.abs(at.nx)), y: at.y - at.ny * 20, width, height: 13 });

/** A hollow diamond where we would come out. */
function Ghost({ at, kind, word }: { at: Point; kind: string; word: string }) {
  const { x, y } = at;
  return (
    <g class={`ghost ${kind}`}>
      <path d={`M${x} ${y - 9}L${x + 9} ${y}L${x} ${y + 9}L${x - 9} ${y}Z`} />
      <text x={ghostLabel(at, 0).x} y={ghostLabel(at, 0).y}>{word}</text>
    </g>
  );
}

export interface MapProps {
  cars: Car[];
  own: Car | null;
  length_m: Maybe<number>;
  /** Where a stop under green and one under the safety car bring us out. */
  green: Return | null;
  sc: Return | null;
}

function words(cars: readonly Car[], by: string, green: Return | null): string {
  const order = cars.filter(c => !isOut(c)).slice(0, 20).map(c => nameOf(c)).join(', ');
  const us = green ? `; a stop now brings us out in place ${green.position}` : '';
  return `Cars on the track by ${by}, from the leader backwards: ${order}${us}`;
}

function Loop({ box, cars, own, length_m, green, sc }: MapProps & { box: Box }) {
  const lap = lapNow(cars);
  const ghostAt = (r: Return | null) => (r && lap && placeCars(cars, length_m).by === 'gap' ? onLoop(box, (-r.gap_s * 1000) / lap) : null);
  const [g, s] = [ghostAt(green), ghostAt(sc)];
  const { by, spots: all } = spots(box, cars, own, length_m, [g && ghostLabel(g, 28), s && ghostLabel(s, 50)].filter(l => l !== null));
  const mid = { x: box.width / 2, y: box.height / 2 };
  if (all.length === 0) return <Empty>Places on the track are shown once gaps are known.</Empty>;
  return (
    <svg viewBox={`${-MARGIN} ${-RISE} ${box.width + 2 * MARGIN} ${box.height + 2 * RISE}`} role="img" aria-label={words(cars, by, green)}>
      <rect class="road" x="0" y="0" width={box.width} height={box.height} rx={box.round} />
      <path class="way" d={`M${mid.x + 26} 0l-8 -5v10z`} />
      <text class="mid" x={mid.x} y={mid.y - 8}>{by === 'gap' ? 'leader at the top, clockwise' : 'the line at the top, clockwise'}</text>
      {lap !== null && <text class="mid" x={mid.x} y={mid.y + 9}>once round is {lapTime(lap, 1)}</text>}
      {s && <Ghost at={s} kind="sc" word="stop, SC" />}
      {g && <Ghost at={g} kind="green" word="stop" />}
      {all.map(x => <Dot key={x.car.key} s={x} own={x.car.key === own?.key} />)}
    </svg>
  );
}

export const TrackMap = memo(function TrackMap(props: MapProps) {
  const { at, width } = useWidth(0);
  // Asked once a width: the answer makes the browser work out all styles.
  const box = useMemo(() => boxIn(plain(width)), [width]);
  const { by } = placeCars(props.cars, props.length_m);
  return (
    <Card title="On the track" side={<span class="soft">{by === 'gap' ? 'by gap, the shape is not the circuit' : 'by distance, the shape is not the circuit'}</span>} class="live-map">
      <div ref={at} class="live-map-place">{width > 0 && <Loop box={box} {...props} />}</div>
    </Card>
  );
});
