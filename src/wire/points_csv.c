/* points_csv: a body that is CSV with a header. */
#include "points_work.h"

typedef struct body {
    pb_points          *points;
    const pb_feed_sink *sink;
} body;

static void give(void *user, const pb_point *point)
{
    const body *b = user;
    if (b->sink->point) b->sink->point(b->sink->user, point);
}

static void read_rows(pb_points *p, pb_csv *csv, const pb_feed_sink *sink)
{
    pb_status status;
    while ((status = pb_csv_next(csv)) != PB_E_EMPTY) {
        const char *why = status == PB_OK ? pb__points_table_row(&p->table, csv, 0, 0) : "a broken row of CSV";
        if (why) pb__points_refuse(sink, why);
    }
    pb__points_table_flush(&p->table);
}

void pb__points_read_csv(pb_points *p, pb_span text, const pb_feed_sink *sink)
{
    body     b = {p, sink};
    pb_arena arena;
    pb_csv   csv;

    pb_arena_init(&arena, PB__POINTS_ROW_ARENA);
    pb_csv_init(&csv, text, pb__points_separator(text), &arena);
    p->table.names  = &p->names;
    p->table.car    = 0;
    p->table.n_rows = p->table.n_open = 0;
    p->table.user                     = &b;
    p->table.give                     = give;
    if (pb_csv_next(&csv) != PB_OK || !pb__points_table_header(&p->table, &csv)) {
        pb__points_refuse(sink, "no points in any known form");
    } else {
        p->form = p->table.is_long ? PB__POINTS_CSV_LONG : PB__POINTS_CSV;
        p->unknown |= p->table.unknown;
        read_rows(p, &csv, sink);
    }
    pb_arena_fini(&arena);
}
