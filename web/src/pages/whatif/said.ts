/** The differences of a case as short sentences, each with what takes it out again. */
import { num, signed } from '../../core/format';
import { ALL, type Case } from './case';
import { readPlan, shortPlan } from './plan';
import { wetWord } from './race_card';

export interface Said {
  text: string;
  without: Partial<Case>;
}

const SHORT = { sc: 'SC', vsc: 'VSC', red: 'Red flag', green: 'Green' } as const;
const planText = (p: string): string => {
  const plan = readPlan(p);
  return plan ? shortPlan(plan) : p;
};

function without<T extends object>(all: Record<string, T>, name: string, key: keyof T): Record<string, T> {
  const { [key]: _, ...rest } = all[name] as T;
  return { ...all, [name]: rest as T };
}

export function said(c: Case, car: string): Said[] {
  const out: Said[] = [];
  if (c.plan) out.push({ text: `${car} ${planText(c.plan)}`, without: { plan: undefined } });
  c.flags.forEach((f, i) => {
    const when = f.lap ? ` on lap ${f.lap}` : ' now';
    out.push({ text: `${SHORT[f.flag]}${when}${f.laps ? ` for ${f.laps} laps` : ''}`, without: { flags: c.flags.filter((_, k) => k !== i) } });
  });
  const { wet, from, to, soak } = c.weather;
  if (wet !== undefined) out.push({ text: `track ${wetWord(wet)} (${num(wet, 2)}) now`, without: { weather: { ...c.weather, wet: undefined } } });
  if (from !== undefined) out.push({ text: `rain lap ${from} to ${to ?? 'the end'}${soak !== undefined ? `, up to ${num(soak, 2)}` : ''}`, without: { weather: { wet } } });
  if (c.pit !== undefined) out.push({ text: `pit loss ${num(c.pit, 1)} s`, without: { pit: undefined } });
  for (const [name, t] of Object.entries(c.tyres)) {
    const who = name === ALL ? 'all tyres' : name.toLowerCase();
    if (t.wear !== undefined) out.push({ text: `${who} wear × ${num(t.wear, 2)}`, without: { tyres: without(c.tyres, name, 'wear') } });
    if (t.pace !== undefined) out.push({ text: `${who} ${signed(t.pace, 2)} s a lap`, without: { tyres: without(c.tyres, name, 'pace') } });
  }
  for (const [code, o] of Object.entries(c.cars)) {
    if (o.plan) out.push({ text: `${code} ${planText(o.plan)}`, without: { cars: without(c.cars, code, 'plan') } });
    if (o.pace !== undefined) out.push({ text: `${code} ${signed(o.pace, 2)} s a lap`, without: { cars: without(c.cars, code, 'pace') } });
    if (o.wear !== undefined) out.push({ text: `${code} wear × ${num(o.wear, 2)}`, without: { cars: without(c.cars, code, 'wear') } });
    if (o.penalty !== undefined) out.push({ text: `${code} penalty ${num(o.penalty)} s`, without: { cars: without(c.cars, code, 'penalty') } });
  }
  return out;
}
