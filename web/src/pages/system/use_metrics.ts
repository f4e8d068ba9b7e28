/** /metrics of the last two minutes, one reading every two seconds. */
import { useEffect, useState } from 'preact/hooks';
import { getText } from '../../core/api';
import { parseMetrics, type Reading } from '../../core/metrics';
import { useAsk } from '../../core/use_ask';

const EVERY_MS = 2000;
const KEEP = 60;

export function useMetrics(): readonly Reading[] {
  const { data } = useAsk('metrics', async signal => ({ at: Date.now(), samples: parseMetrics(await getText('/metrics', signal)) }), EVERY_MS);
  const [readings, set] = useState<readonly Reading[]>([]);
  useEffect(() => {
    if (data) set(had => [...had, data].slice(-KEEP));
  }, [data]);
  return readings;
}
