/** Feeds, stages and queues on one screen. */
import { useMay } from '../../core/access';
import { Feeds } from './feeds';
import { Ready } from './ready';
import { Stages } from './stages';
import { useMetrics } from './use_metrics';

function WithMetrics() {
  const readings = useMetrics();
  return <Stages readings={readings} />;
}

export function Overview() {
  const runs = useMay('admin', true);
  return (
    <>
      <Ready />
      <Feeds />
      {runs && <WithMetrics />}
    </>
  );
}
