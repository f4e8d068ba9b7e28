/** Season by season, each against the field of that season; up is better. */
import { Empty } from '../../ui/basic';
import type { MeasureName, Profile, Seen } from './types';
import { aboutOf, intervalText, scaleFor, unitOf, valueText, type About } from './words';

const HEIGHT = 118;
const TOP = 8;
const DEEP = HEIGHT - 30;

interface Point {
  season: number;
  seen: Seen;
}

function pointsOf(profile: Profile, name: MeasureName): Point[] {
  return profile.by_season.flatMap(s => {
    const seen = s.measures[name];
    return seen ? [{ season: s.season, seen }] : [];
  });
}

function textOf(about: About, title: string, points: readonly Point[]): string {
  const said = points.filter(p => p.seen.value !== null);
  if (said.length === 0) return `${title}: no season has an estimate`;
  return `${title} by season, ${unitOf(about)}: ${said.map(p => `${p.season} ${valueText(about, p.seen.value)} (${intervalText(about, p.seen)})`).join(', ')}`;
}

function Season({ p, at, y, now }: { p: Point; at: number; y(v: number): number; now: boolean }) {
  const x = `${(100 * at).toFixed(2)}%`;
  const { value, lo, hi } = p.seen;
  if (value === null || lo === null || hi === null) return <text class="drivers-tick" x={x} y={TOP + DEEP / 2} text-anchor="middle">–</text>;
  return (
    <>
      <line class="drivers-span own" x1={x} x2={x} y1={y(lo)} y2={y(hi)} />
      <circle class={now ? 'drivers-dot' : 'drivers-dot then'} cx={x} cy={y(value)} r={4.5} />
    </>
  );
}

function Small({ profile, name, title }: { profile: Profile; name: MeasureName; title: string }) {
  const about = aboutOf(name)!;
  const points = pointsOf(profile, name);
  const scale = scaleFor(points.map(p => p.seen), about.better);
  const y = (v: number) => TOP + DEEP * (1 - (scale ? scale.at(v) : 0.5));
  const first = profile.by_season[0]?.season ?? 0;
  const last = profile.by_season.at(-1)?.season ?? first;
  const span = last - first + 1;
  const x = (season: number) => 0.17 + (0.82 * (season - first + 0.5)) / span;
  const [top, bottom] = scale ? (about.better === 'high' ? [scale.hi, scale.lo] : [scale.lo, scale.hi]) : [null, null];
  return (
    <figure class="drivers-small">
      <figcaption>
        {title} <small class="soft">{unitOf(about)}</small>
      </figcaption>
      <svg width="100%" height={HEIGHT} role="img" aria-label={textOf(about, title, points)}>
        {scale && <line class="drivers-zero" x1="17%" x2="100%" y1={y(0)} y2={y(0)} />}
        {scale && <text class="drivers-tick" x="0" y={TOP + 8}>{valueText(about, top)}</text>}
        {scale && <text class="drivers-tick" x="0" y={TOP + DEEP}>{valueText(about, bottom)}</text>}
        {points.map(p => (
          <Season key={p.season} p={p} at={x(p.season)} y={y} now={!profile.season || profile.season === p.season} />
        ))}
        {profile.by_season.map(s => (
          <text key={s.season} class={s.season === profile.season ? 'drivers-tick now' : 'drivers-tick'} x={`${(100 * x(s.season)).toFixed(2)}%`} y={HEIGHT - 6} text-anchor="middle">
            {span < 7 || (last - s.season) % 2 === 0 ? `’${String(s.season).slice(2)}` : ''}
          </text>
        ))}
      </svg>
    </figure>
  );
}

export function Trend({ profile }: { profile: Profile }) {
  const said = profile.measures.filter(m => profile.by_season.some(s => s.measures[m.name as MeasureName]?.value != null));
  if (said.length === 0) return <Empty>No season has the three races that an estimate needs.</Empty>;
  return (
    <div class="drivers-trend">
      {said.map(m => (
        <Small key={m.name} profile={profile} name={m.name as MeasureName} title={m.title} />
      ))}
    </div>
  );
}
