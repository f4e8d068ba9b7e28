/* points_row.h - a row of any form as a telemetry point. Inside wire only.
 *
 *     JSON, MessagePack --> pb_fast_row --+
 *     CSV cells ---------> pb_fast_row --+--> pb__point_build --> pb_point or why not
 *     long CSV samples --> pb__point_put, one channel at a time
 *
 * Every reason is static and names the field, fit for counting. */
#ifndef PB_WIRE_POINTS_ROW_H
#define PB_WIRE_POINTS_ROW_H

#include "pitboard/codec_fast.h"
#include "pitboard/race_event.h"

/* What a name means: a channel, or one of these. */
enum {
    PB__PT_LAT = PB_CH_N,
    PB__PT_LON,
    PB__PT_LAP,
    PB__PT_SESSION,
    PB__PT_TIME,
    PB__PT_CAR,     /* a number, or a vehicle id with the number in it */
    PB__PT_CHASSIS, /* 1000 is added */
    PB__PT_LEFT,    /* steering, + to the left as GR Cup has it (docs/formats/gr-cup.md): turned round */
    PB__PT_KNOWN,   /* of a logger, not for us */
    PB__PT_N
};

#define PB__LAP_INVALID 32768 /* GR Cup: the ECU does not know */

/* The names and what they mean; of two with one meaning the earlier wins. */
void pb__point_names(pb_fast_names *names);
int  pb__point_meaning(int name);

/* A cell or a text as a value: empty is PB_FAST_NULL, a number PB_FAST_REAL (whole
 * ones of 16 digits and more PB_FAST_WHOLE), the rest PB_FAST_TEXT. */
void pb__point_cell(pb_span cell, pb_fast_value *out);

/* NULL and a point, or why it is refused; *out is then unspecified. */
const char *pb__point_build(const pb_fast_row *row, pb_point *out);
/* A point with nothing in it. */
void pb__point_blank(pb_point *out);
/* Sets one thing of a point: NULL or why not. Values that say nothing (null, an
 * empty text) change nothing. */
const char *pb__point_put(pb_point *point, int meaning, const pb_fast_value *value);
/* A sample of a point, not what it belongs to: a channel or a place. */
bool pb__point_is_sample(int meaning);
/* It has been set, under this name or another. */
bool pb__point_is_set(const pb_point *point, int meaning);
/* Car key of "GR86-049-88" (88), "GR86-002-000" (1002), "88"; 0 if it is none. */
int32_t pb__point_car(pb_span text);

/* ---- points_time.c ---- */
/* ISO 8601 with up to nine digits after the point, Z or an offset (none: UTC), or
 * an epoch as a number. False if it is none between 1970 and 2100. */
bool pb__time_text(pb_span text, int64_t *out_us);
/* Seconds, milliseconds, microseconds or nanoseconds since 1970, by size. */
bool pb__time_whole(int64_t epoch, int64_t *out_us);
bool pb__time_real(double epoch, int64_t *out_us);

#endif
