/** What who is signed in may do. What one may not do is not offered; the server decides in any case. */
import { door, me, type SignedIn } from './auth';
import { useStore } from './store';
import type { Role } from './types';

const RANK: Record<Role, number> = { viewer: 1, engineer: 2, admin: 3 };

/** Where nobody signs in, everybody is an admin of the home team. */
export function mayBe(who: SignedIn | null, open: boolean, role: Role, home = false): boolean {
  if (!who) return open;
  return RANK[who.role] >= RANK[role] && (!home || who.home);
}

/** `home`: of the team that runs the server only. */
export function useMay(role: Role, home = false): boolean {
  const who = useStore(me, m => m);
  const open = useStore(door, d => d === 'open');
  return mayBe(who, open, role, home);
}

/** Somebody is signed in, or nobody needs to be. */
export function useInside(): boolean {
  return useMay('viewer');
}
