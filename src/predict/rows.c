/* The rows that a back-test writes: an array that grows. */
#include <stdlib.h>

#include "pitboard/predict_model.h"

pb_status pb_rows_add(pb_rows *rows, const pb_row *row)
{
    if (rows->n == rows->cap) {
        size_t  cap  = rows->cap ? rows->cap * 2 : 1024;
        pb_row *more = realloc(rows->at, cap * sizeof *more);
        if (!more) return PB_E_NOMEM;
        rows->at  = more;
        rows->cap = cap;
    }
    rows->at[rows->n++] = *row;
    return PB_OK;
}

void pb_rows_fini(pb_rows *rows)
{
    free(rows->at);
    *rows = (pb_rows){0};
}
