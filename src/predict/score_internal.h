/* score_internal.h - sums of every metric over one race, and what a bootstrap
 * over races makes of them. Every metric is a ratio of two sums, so resampling
 * races is adding up other sums.
 *
 * Shared inside predict; score_*.c only. */
#ifndef PB_PREDICT_SCORE_INTERNAL_H
#define PB_PREDICT_SCORE_INTERNAL_H

#include "pitboard/predict.h"

#define PB__SCORE_CARS_MAX 40

typedef enum pb__metric {
    PB__MAE,
    PB__MAE_RANK,
    PB__MAE_MEDIAN,
    PB__MAE_FINISHERS,
    PB__WITHIN1_FINISHERS,
    PB__RHO,
    PB__RHO_FINISHERS,
    PB__WINNER_HIT,
    PB__BRIER_POINTS,
    PB__BRIER_PODIUM,
    PB__RPS,
    PB__LOG_SCORE_WINNER,
    PB__COVERAGE80,
    PB__WIDTH80,
    PB__METRIC_N
} pb__metric;

typedef struct pb__race_sums {
    double sum[PB__METRIC_N], count[PB__METRIC_N];
} pb__race_sums;

extern const char *const pb__metric_name[PB__METRIC_N];

/* One car: what was told of it and where it came. NAN: not told. */
typedef struct pb__placed {
    double  mean, p_win, p_podium, p_points, p[22];
    double  q10, q90; /* NAN: read off p */
    uint8_t place, n_cars;
    bool    finisher;
} pb__placed;

/* Cars of one race at one moment: n <= PB__SCORE_CARS_MAX; of equal means the
 * first is ranked first. */
void pb__score_places(const pb__placed *cars, size_t n, pb__race_sums *out);
/* One race: n <= PB__SCORE_CARS_MAX rows. */
void pb__score_race(const pb_forecast_row *rows, const pb_forecast_truth *truth, size_t n, pb__race_sums *out);

/* Values and 5 % and 95 % points over resampled races; with other != NULL of the
 * difference. Returns metrics written, 0 without memory. */
size_t pb__bootstrap(const pb__race_sums *races, const pb__race_sums *other, size_t n, uint32_t resamples,
                     pb_metric *out, size_t cap);

#endif
