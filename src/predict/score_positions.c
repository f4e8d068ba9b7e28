#include <stdlib.h>

#include "score_internal.h"

static bool same_race(const pb_forecast_row *a, const pb_forecast_row *b)
{
    return a->season == b->season && a->round == b->round;
}

/* Sums of each race in turn; returns how many races there are. */
static size_t sum_races(const pb_forecast_row *rows, const pb_forecast_truth *truth, size_t n, pb__race_sums *out)
{
    size_t races = 0;
    for (size_t i = 0; i < n;) {
        size_t k = 1;
        while (i + k < n && k < PB__SCORE_CARS_MAX && same_race(&rows[i], &rows[i + k])) k++;
        pb__score_race(rows + i, truth + i, k, &out[races++]);
        i += k;
    }
    return races;
}

size_t pb_score_positions(const pb_forecast_row *rows, const pb_forecast_truth *truth, size_t n, uint32_t resamples,
                          pb_metric *out, size_t cap)
{
    pb__race_sums *sums = n > 0 ? calloc(n, sizeof *sums) : NULL;
    if (!sums) return 0;
    size_t races   = sum_races(rows, truth, n, sums);
    size_t written = pb__bootstrap(sums, NULL, races, resamples, out, cap);
    free(sums);
    return written;
}

size_t pb_score_paired(const pb_forecast_row *rows, const pb_forecast_row *other, const pb_forecast_truth *truth,
                       size_t n, uint32_t resamples, pb_metric *out, size_t cap)
{
    pb__race_sums *sums = n > 0 ? calloc(2 * n, sizeof *sums) : NULL;
    if (!sums) return 0;
    size_t races = sum_races(rows, truth, n, sums);
    sum_races(other, truth, n, sums + n);
    size_t written = pb__bootstrap(sums, sums + n, races, resamples, out, cap);
    free(sums);
    return written;
}
