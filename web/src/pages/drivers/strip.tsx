/** Dots and intervals on a line; right is always better. Positions are shares of the width, so that it fits any. */
import type { Interval, Peer } from './types';
import type { Scale } from './words';

const pct = (share: number) => `${(100 * share).toFixed(2)}%`;

function Span({ i, scale, y, kind }: { i: Interval; scale: Scale; y: number; kind: string }) {
  if (i.lo === null || i.hi === null) return null;
  return <line class={`drivers-span ${kind}`} x1={pct(scale.at(i.lo))} x2={pct(scale.at(i.hi))} y1={y} y2={y} />;
}

/** A diamond, so that colour is not what tells the two apart. */
function Diamond({ x, y }: { x: number; y: number }) {
  return (
    <svg x={pct(x)} y={y} overflow="visible">
      <path class="drivers-other" d="M0 -5.5 L5.5 0 L0 5.5 L-5.5 0 Z" />
    </svg>
  );
}

export interface StripProps {
  scale: Scale | null;
  own: Interval;
  field?: readonly Peer[];
  /** Held beside: the mate. */
  other?: Interval | undefined;
  alt: string;
  height?: number;
  dot?: number;
}

export function Strip({ scale, own, field = [], other, alt, height = 34, dot = 5.5 }: StripProps) {
  const mid = height / 2;
  const y = other ? mid - 5 : mid;
  return (
    <svg class="drivers-strip" width="100%" height={height} role="img" aria-label={alt}>
      {scale && (
        <>
          <line class="drivers-zero" x1={pct(scale.at(0))} x2={pct(scale.at(0))} y1={2} y2={height - 2} />
          {field.map(p => p.value !== null && <line key={p.id} class="drivers-peer" x1={pct(scale.at(p.value))} x2={pct(scale.at(p.value))} y1={mid - 5} y2={mid + 5} />)}
          {other && other.value !== null && <Span i={other} scale={scale} y={mid + 6} kind="other" />}
          {other && other.value !== null && <Diamond x={scale.at(other.value)} y={mid + 6} />}
          <Span i={own} scale={scale} y={y} kind="own" />
          {own.value !== null && <circle class="drivers-dot" cx={pct(scale.at(own.value))} cy={y} r={dot} />}
        </>
      )}
    </svg>
  );
}
