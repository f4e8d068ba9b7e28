/** The colour of a team's bar: the name of a class in live.css. The code beside it tells the cars apart for everybody. */
const KNOWN: [RegExp, string][] = [
  [/red bull/i, 'redbull'], [/mercedes/i, 'mercedes'], [/ferrari/i, 'ferrari'], [/mclaren/i, 'mclaren'], [/aston|racing point|force india/i, 'aston'],
  [/alpine|renault/i, 'alpine'], [/williams/i, 'williams'], [/alphatauri|alpha tauri|toro rosso|racing bulls|^rb\b/i, 'bulls'], [/alfa|sauber|audi/i, 'sauber'], [/haas/i, 'haas'],
];

export function teamClass(team: string): string {
  const known = KNOWN.find(([pattern]) => pattern.test(team))?.[1];
  if (known) return `team-${known}`;
  let sum = 0;
  for (const letter of team) sum = (sum * 31 + letter.charCodeAt(0)) >>> 0;
  return `team-${sum % 8}`;
}
