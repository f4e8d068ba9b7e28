/* lt_time: times, durations and gaps as live timing writes them. Inside wire only. */
#ifndef PB_WIRE_LT_TIME_H
#define PB_WIRE_LT_TIME_H

#include "pitboard/race_event.h"

/* "2024-05-18T13:59:13.5465874Z", "2024-07-05T11:50:44.449+00:00", without a zone UTC:
 * microseconds since 1970. Up to nine digits of a fraction, cut at six. */
bool pb__lt_utc(pb_span text, int64_t *out_us);
/* "00:12:03.400" at the start of a line: microseconds. *rest is what follows. */
bool pb__lt_line_clock(pb_span line, int64_t *out_us, pb_span *rest);
/* "1:31.234", "22.9", "01:56:47": milliseconds, 1 day at most. */
bool pb__lt_duration(pb_span text, int32_t *out_ms);

typedef struct pb__lt_gap {
    int32_t value; /* ms, or laps */
    bool    laps;
} pb__lt_gap;
/* "+12.345", "+1:09.473", "LAP 12" (the leader: 0), "1L", "2 L", "+1 LAP", "+2 LAPS"; an
 * empty one is PB_MS_NONE. */
bool pb__lt_gap_of(pb_span text, pb__lt_gap *out);

#endif
