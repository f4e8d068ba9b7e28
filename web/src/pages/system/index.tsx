/** Is the machine well, and who may what: for whoever runs it, before the race and in the middle of it. */
import type { FunctionComponent } from 'preact';
import { useMay } from '../../core/access';
import { me } from '../../core/auth';
import { linkTo, where } from '../../core/router';
import { useStore } from '../../core/store';
import { Access } from './access';
import { Jobs } from './jobs';
import { Models } from './models';
import { Overview } from './overview';
import { ServerPart } from './server';

interface Part {
  name: string;
  title: string;
  body: FunctionComponent;
}

function useParts(): Part[] {
  const who = useStore(me, m => m !== null);
  const runs = useMay('admin', true);
  const admin = useMay('admin');
  return [
    { name: 'overview', title: 'Feeds and stages', body: Overview },
    { name: 'models', title: 'Models', body: Models },
    { name: 'jobs', title: 'Jobs', body: Jobs },
    ...(who ? [{ name: 'access', title: admin ? 'Users and keys' : 'Password and keys', body: Access }] : []),
    ...(runs || (who && admin) ? [{ name: 'server', title: runs ? 'Server and audit log' : 'Audit log', body: ServerPart }] : []),
  ];
}

export function System() {
  const parts = useParts();
  const name = useStore(where, w => w.rest[0]);
  const part = parts.find(p => p.name === name) ?? parts[0]!;
  const Body = part.body;
  return (
    <div class="system">
      <h1 class="hidden">System</h1>
      <nav aria-label="Parts of the system" class="system-parts">
        <ul>
          {parts.map(p => (
            <li key={p.name}>
              <a href={linkTo('system', [p.name])} aria-current={p === part ? 'page' : undefined}>
                {p.title}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <Body />
    </div>
  );
}
