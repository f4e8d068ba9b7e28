/** The one place that says whether what is seen can be trusted. */
import { noticeOf } from '../core/banner';
import { useLive } from '../core/live';
import { useNow } from '../core/now';
import { heard, link } from '../core/socket';
import { useStore } from '../core/store';

/** `session`: the page shows one; on others only the link counts. */
export function Banner({ id, session }: { id: string; session: boolean }) {
  const how = useStore(link, l => l);
  const l = useLive(id, v => v);
  const last = useStore(heard, h => h);
  const at = useNow();
  const health = l.state?.health;
  const notice = noticeOf({
    link: how,
    silentMs: last ? at - last : 0,
    session: session ? l.state?.session : null,
    sinceMs: l.at ? Math.max(0, at - l.at) : null,
    received: health?.received ?? 0,
    recovering: health?.recovering ?? false,
    refused: session && l.state ? l.refused : '',
  });
  return (
    <div role="alert" class="banner-place">
      {notice && <p class={`banner ${notice.kind}`}>{notice.text}</p>}
    </div>
  );
}
