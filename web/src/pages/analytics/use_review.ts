/** The review of a race: there, being made, or not asked for yet. */
import { useEffect, useState } from 'preact/hooks';
import { get, getText, post } from '../../core/api';
import type { ApiError } from '../../core/api';
import { useAsk } from '../../core/use_ask';
import type { Job, JobTaken, Review } from './types';

export interface ReviewState {
  review: Review | undefined;
  job: Job | undefined;
  /** Nobody asked for it yet. */
  absent: boolean;
  error: ApiError | undefined;
  ask(): void;
}

type Found = Review | JobTaken | null;
const isReview = (f: Found | undefined): f is Review => !!f && 'stops' in f;

export function useReview(id: string, trials: number | null): ReviewState {
  const [round, again] = useState(0);
  const [refused, refuse] = useState<ApiError>();
  const path = `/races/${encodeURIComponent(id)}/review`;
  const found = useAsk<Found>(`review ${id} ${trials} ${round}`, async s => {
    const text = await getText(trials ? `${path}?trials=${trials}` : path, s);
    return text ? (JSON.parse(text) as Review | JobTaken) : null; // 204: nobody asked for one
  });
  const jobId = found.data && !isReview(found.data) ? found.data.id : null;
  const job = useAsk<Job>(jobId ? `job ${jobId}` : null, s => get<Job>(`/jobs/${jobId}`, s), 1000);
  const over = job.data?.id === jobId && ['done', 'failed', 'cancelled'].includes(job.data?.state ?? '');
  useEffect(() => {
    if (over) again(n => n + 1);
  }, [over]);
  const ask = async () => {
    try {
      refuse(undefined);
      await post<JobTaken>(path, trials ? { trials } : {});
      again(n => n + 1);
    } catch (why) {
      refuse(why as ApiError);
    }
  };
  return {
    review: isReview(found.data) ? found.data : undefined,
    job: jobId ? job.data : job.data?.state === 'failed' ? job.data : undefined,
    absent: found.data === null,
    error: refused ?? found.error ?? job.error,
    ask: () => void ask(),
  };
}
