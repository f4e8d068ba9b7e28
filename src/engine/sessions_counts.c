#include <string.h>

#include "sessions_counts.h"

void pb__session_counts_of(const pb_live_status *status, pb__session_counts *out)
{
    *out = (pb__session_counts){.received_bytes = status->received_bytes,
                                .points         = status->points,
                                .events         = status->events,
                                .refused        = status->refused,
                                .rows           = status->store_rows,
                                .decided        = status->decided,
                                .skipped        = status->skipped,
                                .decide_failed  = status->decide_failed};
    for (size_t i = 0; i < PB_FEED_N; i++) {
        const pb_live_drops *d = &status->drops[i];
        out->received[i]       = status->received[i];
        memcpy(out->dropped[i], (uint64_t[PB__DROP_PLACES]){d->kernel, d->record, d->process, d->cut},
               sizeof out->dropped[i]);
    }
}

void pb__session_counts_go_on(pb__session_counts *sum, pb__session_counts *was, const pb__session_counts *now)
{
    uint64_t s[PB__SESSION_COUNTS], w[PB__SESSION_COUNTS], n[PB__SESSION_COUNTS];
    memcpy(s, sum, sizeof s);
    memcpy(w, was, sizeof w);
    memcpy(n, now, sizeof n);
    for (size_t i = 0; i < PB__SESSION_COUNTS; i++) s[i] += n[i] > w[i] ? n[i] - w[i] : 0;
    memcpy(sum, s, sizeof s);
    *was = *now;
}
