import { options, render } from 'preact';
import { asked, door, guardCopy, me } from './core/auth';
import { listenForKeys } from './core/keys';
import { follow } from './core/live';
import { prefs } from './core/prefs';
import { where } from './core/router';
import { SESSION_PAGES } from './core/session';
import { App } from './shell/app';
import { takeLink } from './shell/sign_in';
import { themeTurn } from './ui/colour';

/** Paper is white. */
const paper = matchMedia('print');

function dress(): void {
  const { theme } = prefs.get();
  const light = paper.matches || theme === 'light' || (theme === 'auto' && matchMedia('(prefers-color-scheme: light)').matches);
  const name = light ? 'light' : 'dark';
  if (document.documentElement.dataset['theme'] === name) return;
  document.documentElement.dataset['theme'] = name;
  themeTurn.set(themeTurn.get() + 1);
}

/** What is seen first is asked for before anything is drawn. */
function ask(): void {
  const { page, rest } = where.get();
  if (!me.get() && door.get() === 'closed') asked.set(true);
  else if (SESSION_PAGES.includes(page) && rest[0]) follow(rest[0]);
}

function begin(): void {
  // The link of the first start leaves the address before anything else is done.
  takeLink();
  addEventListener('hashchange', takeLink);
  ask();
  // However many messages come between two frames, the page is drawn once.
  options.debounceRendering = draw => requestAnimationFrame(draw);
  dress();
  prefs.watch(dress);
  paper.addEventListener('change', dress);
  matchMedia('(prefers-color-scheme: light)').addEventListener('change', dress);
  listenForKeys();
  void guardCopy();
  const at = document.getElementById('app')!;
  at.replaceChildren();
  render(<App />, at);
}

// Not from the script itself: a browser that notes who asked for what would read all of it once more, 80 ms.
queueMicrotask(begin);
