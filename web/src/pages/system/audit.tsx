/** Who changed what, from where; newest first. */
import { useState } from 'preact/hooks';
import { get } from '../../core/api';
import type { ListPage } from '../../core/types';
import { useAsk } from '../../core/use_ask';
import { Card, Empty, Failed } from '../../ui/basic';
import { moment } from './moment';

interface Entry {
  id: number;
  time: string;
  user: string;
  address: string;
  route: string;
  target: string;
  status: number;
  request: string;
}

const PAGE = 50;

export function Audit() {
  const [most, setMost] = useState(PAGE);
  const { data, error } = useAsk(`audit ${most}`, s => get<ListPage<Entry>>(`/admin/audit?limit=${most}`, s), 5000);
  return (
    <Card title="Audit log" side={data ? <span class="soft">{data.items.length} of {data.total}</span> : undefined}>
      {error && !data && <Failed error={error} />}
      {!data && !error && <Empty>One moment.</Empty>}
      {data && (
        <div class="scroll" tabIndex={0} role="region" aria-label="Audit log">
          <table class="system-table system-dense">
            <thead>
              <tr>
                <th scope="col">When</th>
                <th scope="col">Who</th>
                <th scope="col">From</th>
                <th scope="col">What</th>
                <th scope="col">Of</th>
                <th scope="col" class="num">Answer</th>
              </tr>
            </thead>
            <tbody>
              {data.items.map(e => (
                <tr key={e.id} title={`request ${e.request}`}>
                  <td>{moment(e.time)}</td>
                  <th scope="row">{e.user}</th>
                  <td>{e.address}</td>
                  <td class="mono">{e.route.replace('/api/v1', '')}</td>
                  <td>{e.target}</td>
                  <td class={`num ${e.status >= 400 ? 'warn' : ''}`}>{e.status === 0 ? 'command line' : e.status}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {data?.next && most < 1000 && (
        <button type="button" onClick={() => setMost(Math.min(1000, most * 2))}>
          Older ones
        </button>
      )}
    </Card>
  );
}
