/* sessions_counts.h - counters of sessions that come, go and begin anew, as sums that never fall. */
#ifndef PB_ENGINE_SESSIONS_COUNTS_H
#define PB_ENGINE_SESSIONS_COUNTS_H

#include "pitboard/engine_live.h"

#define PB__DROP_PLACES 4

/* What is counted of one session. */
typedef struct pb__session_counts {
    uint64_t received[PB_FEED_N], dropped[PB_FEED_N][PB__DROP_PLACES];
    uint64_t received_bytes, points, events, refused, rows, decided, skipped, decide_failed;
} pb__session_counts;

#define PB__SESSION_COUNTS (sizeof(pb__session_counts) / sizeof(uint64_t))

void pb__session_counts_of(const pb_live_status *status, pb__session_counts *out);
/* sum += what now is beyond was, member by member, nothing where it fell: it began anew, or found again
 * what it had lost. was becomes now. */
void pb__session_counts_go_on(pb__session_counts *sum, pb__session_counts *was, const pb__session_counts *now);

#endif
