/** How the routes that think are told which race: the session that is followed, as it stands now. */
export interface RaceBody {
  session: string;
  /** A lap that the leader has completed, not after now; left out: now. */
  lap?: number;
}

export const raceBody = (session: string, lap?: number): RaceBody => ({ session, ...(lap === undefined ? {} : { lap }) });
