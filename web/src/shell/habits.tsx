/** The end of the head: how the link is, theme, help, and who is signed in. */
import { useInside } from '../core/access';
import { me, signOut } from '../core/auth';
import { prefer, prefs, type Prefs } from '../core/prefs';
import { link } from '../core/socket';
import { useStore } from '../core/store';

const THEMES: readonly Prefs['theme'][] = ['dark', 'light', 'auto'];
const THEME_NAME: Record<Prefs['theme'], string> = { dark: 'dark', light: 'light', auto: 'as the system' };

export function turnTheme(): void {
  const at = THEMES.indexOf(prefs.get().theme);
  prefer({ theme: THEMES[(at + 1) % THEMES.length]! });
}

export const turnUnits = () => prefer({ units: prefs.get().units === 'metric' ? 'imperial' : 'metric' });

function ThemeSign({ theme }: { theme: Prefs['theme'] }) {
  return (
    <svg viewBox="0 0 16 16" class="icon" aria-hidden="true" fill="currentColor">
      {theme === 'dark' && <path d="M6.2 1.5a6.6 6.6 0 1 0 8.3 8.3A5.6 5.6 0 0 1 6.2 1.5z" />}
      {theme === 'light' && (
        <>
          <circle cx="8" cy="8" r="3.4" />
          <path d="M8 0v2.6M8 13.4V16M0 8h2.6M13.4 8H16M2.3 2.3l1.9 1.9M11.8 11.8l1.9 1.9M2.3 13.7l1.9-1.9M11.8 4.2l1.9-1.9" stroke="currentColor" stroke-width="1.4" fill="none" />
        </>
      )}
      {theme === 'auto' && <path d="M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zm0 1.6v10.8a5.4 5.4 0 0 1 0-10.8z" />}
    </svg>
  );
}

const LINK_WORDS = { connecting: 'connecting', open: 'online', lost: 'link lost' } as const;

function LinkSign() {
  const how = useStore(link, l => l);
  return (
    <span class={`link-sign ${how}`} title={`Link to the server: ${LINK_WORDS[how]}`}>
      <span class="link-dot" aria-hidden="true" />
      {LINK_WORDS[how]}
    </span>
  );
}

function Who() {
  const who = useStore(me, m => m);
  if (!who) return null;
  return (
    <details class="who">
      <summary title={`${who.user}, ${who.role} of ${who.team}`}>{who.user}</summary>
      <div class="who-box">
        <p>
          <b>{who.user}</b>
          <br />
          <span class="soft">
            {who.role} of {who.team}
          </span>
        </p>
        <button type="button" onClick={signOut}>
          Sign out
        </button>
      </div>
    </details>
  );
}

export function Habits({ onHelp }: { onHelp(): void }) {
  const inside = useInside();
  const theme = useStore(prefs, p => p.theme);
  return (
    <div class="end no-print">
      {inside && <LinkSign />}
      <button type="button" class="plain" onClick={turnTheme} aria-label={`Theme: ${THEME_NAME[theme]}`} title={`Theme: ${THEME_NAME[theme]} (t)`}>
        <ThemeSign theme={theme} />
      </button>
      <button type="button" class="plain" onClick={onHelp} aria-label="Keys and help" title="Keys (?)">
        ?
      </button>
      <Who />
    </div>
  );
}
