/* Arrays that grow: the rows that a back-test writes, feature rows. */
#include <stdlib.h>
#include <string.h>

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

pb_status pb_feature_rows_add(pb_feature_rows *rows, const float *row)
{
    if (rows->n == rows->cap) {
        size_t cap  = rows->cap ? rows->cap * 2 : 1024;
        float *more = realloc(rows->x, cap * (rows->k ? rows->k : 1) * sizeof *more);
        if (!more) return PB_E_NOMEM;
        rows->x   = more;
        rows->cap = cap;
    }
    memcpy(rows->x + rows->n++ * rows->k, row, rows->k * sizeof *row);
    return PB_OK;
}

void pb_feature_rows_fini(pb_feature_rows *rows)
{
    free(rows->x);
    *rows = (pb_feature_rows){.k = rows->k};
}
