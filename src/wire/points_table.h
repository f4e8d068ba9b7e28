/* points_table.h - CSV of telemetry, wide or long, row by row. Inside wire only.
 *
 *     wide   time,car,speed,nmot          a row is a point
 *     long   time,car,name,value          a row is one channel; the rows of one
 *                                         car with one time are a point
 *
 * In the long form the points of several cars are open at the same time. One is
 * complete when its car has a row of another time, or when none of its rows has
 * come for PB__LONG_STALE_ROWS rows. A channel told twice at one time begins the
 * next point, a microsecond later: receive times are that coarse. */
#ifndef PB_WIRE_POINTS_TABLE_H
#define PB_WIRE_POINTS_TABLE_H

#include "points_row.h"

#define PB__LONG_CARS 64
#define PB__LONG_STALE_ROWS 4096

typedef struct pb__long_open {
    bool     used;
    pb_point point;
    int64_t  time_us, other_us; /* as told: the times that rows of one point share */
    int64_t  last_us;           /* of the point before */
    uint64_t row;               /* its last one, by number */
    uint64_t mark, mark_line;   /* where its first row began, lines before it */
} pb__long_open;

typedef struct pb__points_table {
    const pb_fast_names *names;
    int32_t              car; /* of rows that name none; 0: refuse them */
    bool                 is_long;
    bool                 unknown; /* the header has columns nobody knows */
    uint32_t             n;
    int8_t               slot[PB_CSV_FIELDS_MAX]; /* index of a name; -1 not for us */
    int                  name_column, value_column;
    pb_fast_row          row;
    uint64_t             n_rows;
    pb__long_open        open[PB__LONG_CARS];
    uint32_t             n_open; /* slots that ever were used */
    void                *user;
    void (*give)(void *user, const pb_point *point);
} pb__points_table;

/* Takes the columns of the row last read. False when they are not telemetry: a
 * time and a channel, or a time, telemetry_name and telemetry_value. */
bool pb__points_table_header(pb__points_table *t, const pb_csv *header);
/* NULL, or why the row was refused. mark is where the row began, in any unit,
 * line how many lines are before it. */
const char *pb__points_table_row(pb__points_table *t, const pb_csv *row, uint64_t mark, uint64_t line);
/* Gives all open points, as at the end. */
void pb__points_table_flush(pb__points_table *t);
/* The mark from which all that was not given can be read again; here if nothing is open. */
uint64_t pb__points_table_mark(const pb__points_table *t, uint64_t here);
/* The separator of a header line: the one with more of it. */
char pb__points_separator(pb_span text);

/* ---- points_long.c ---- */
const char *pb__points_long_row(pb__points_table *t, const pb_csv *row, uint64_t mark, uint64_t line);

#endif
