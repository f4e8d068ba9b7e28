#include "score_lookup.h"

#include <stdlib.h>
#include <string.h>

static int by_key(const pb_row *a, const pb_row *b, bool rivals)
{
    if (a->season != b->season) return a->season - b->season;
    if (a->round != b->round) return a->round - b->round;
    int driver = strncmp(a->driver, b->driver, sizeof a->driver);
    if (driver != 0) return driver;
    if (a->lap != b->lap) return a->lap - b->lap;
    if (a->horizon != b->horizon) return a->horizon - b->horizon;
    return rivals ? strncmp(a->text[0], b->text[0], sizeof a->text[0]) : 0;
}

/* Rows lie in one array, so of equal keys the one told first comes first. */
static int by_place(const void *a, const void *b, bool rivals)
{
    const pb_row *x = *(const pb_row *const *)a, *y = *(const pb_row *const *)b;
    int           key = by_key(x, y, rivals);
    return key != 0 ? key : (x > y) - (x < y);
}

static int by_key_and_place(const void *a, const void *b)
{
    return by_place(a, b, false);
}

static int by_rival_and_place(const void *a, const void *b)
{
    return by_place(a, b, true);
}

pb_status pb__lookup_init(const pb_rows *rows, bool rivals, pb__lookup *out)
{
    *out = (pb__lookup){.at = calloc(rows->n + 1, sizeof(const pb_row *)), .rivals = rivals};
    if (!out->at) return PB_E_NOMEM;
    for (size_t i = 0; i < rows->n; i++) out->at[i] = &rows->at[i];
    qsort(out->at, rows->n, sizeof *out->at, rivals ? by_rival_and_place : by_key_and_place);
    for (size_t i = 0; i < rows->n; i++) {
        bool again = out->n > 0 && by_key(out->at[out->n - 1], out->at[i], rivals) == 0;
        out->duplicates += again;
        out->at[again ? out->n - 1 : out->n++] = out->at[i];
    }
    return PB_OK;
}

void pb__lookup_fini(pb__lookup *lookup)
{
    free(lookup->at);
    memset(lookup, 0, sizeof *lookup);
}

const pb_row *pb__lookup_row(const pb__lookup *lookup, const pb_race_log *log, const pb__truth *truth)
{
    pb_row key = {
        .season = log->season, .round = log->round, .lap = (int16_t)truth->lap, .horizon = (int16_t)truth->horizon};
    size_t lo = 0, hi = lookup->n;
    if (truth->car >= 0) memcpy(key.driver, log->cars[truth->car].code, sizeof key.driver);
    if (lookup->rivals) memcpy(key.text[0], log->cars[truth->rival].code, sizeof log->cars[0].code);
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (by_key(lookup->at[mid], &key, lookup->rivals) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < lookup->n && by_key(lookup->at[lo], &key, lookup->rivals) == 0 ? lookup->at[lo] : NULL;
}
