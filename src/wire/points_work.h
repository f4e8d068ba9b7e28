/* points_work.h - what a decoder of points works with. Inside wire only. */
#ifndef PB_WIRE_POINTS_WORK_H
#define PB_WIRE_POINTS_WORK_H

#include "pitboard/wire_feed.h"
#include "points_table.h"

#define PB__POINTS_BODY_MAX (32u << 20) /* unpacked */
#define PB__POINTS_ROW_ARENA (4u << 20) /* for doubled quotes in a row of CSV */

typedef enum pb__points_form {
    PB__POINTS_NOTHING = 0,
    PB__POINTS_OBJECT, /* these three in the order of pb_fast_form */
    PB__POINTS_ARRAY,
    PB__POINTS_LINES,
    PB__POINTS_MSGPACK,
    PB__POINTS_CSV,
    PB__POINTS_CSV_LONG
} pb__points_form;

struct pb_points {
    pb_fast_json    *json;
    pb_unpacker     *unpacker[PB_PACKING_ZSTD + 1];
    char            *plain; /* the body unpacked */
    size_t           plain_cap;
    pb_fast_names    names;
    pb_fast_row      row;
    pb__points_table table;
    pb_packing       packing; /* of the last body */
    pb__points_form  form;
    bool             unknown; /* the last body had keys nobody knows */
};

void pb__points_refuse(const pb_feed_sink *sink, const char *why);
/* The row as a point to the sink, or the reason. */
void pb__points_take(pb_points *p, const pb_feed_sink *sink);

/* ---- points_csv.c ---- */
void pb__points_read_csv(pb_points *p, pb_span text, const pb_feed_sink *sink);

#endif
