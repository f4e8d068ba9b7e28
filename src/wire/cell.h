/* cell: one CSV cell as a time, a whole number or a yes/no. Inside wire only.
 *
 * Feeds leave a cell empty where they know nothing; pandas writes "NaT" and
 * "None" for the same. "NaN" and infinity are numbers gone wrong. */
#ifndef PB_WIRE_CELL_H
#define PB_WIRE_CELL_H

#include "pitboard/base.h"

typedef enum pb__cell {
    PB__CELL_VALUE = 0,
    PB__CELL_EMPTY, /* *out untouched */
    PB__CELL_NAN,
    PB__CELL_BAD,
} pb__cell;

#define PB__MS_LIMIT 1000000000 /* 11 days: no session clock runs longer */

/* "91.234", "1:31.234", "01:04:51.565", "0 days 01:04:51.565000" in
 * milliseconds, rounded half up from the decimal digits as they stand. */
pb__cell pb__cell_ms(pb_span cell, int64_t *out);
/* "7" or "7.0". */
pb__cell pb__cell_whole(pb_span cell, int64_t *out);
/* 1/0, True/False, 1.0/0.0. */
pb__cell pb__cell_bool(pb_span cell, bool *out);

#endif
