/* score_tally.h - sums over races, and the metrics that are functions of them.
 *
 * Shared by score_*.c only. */
#ifndef PB_PREDICT_SCORE_TALLY_H
#define PB_PREDICT_SCORE_TALLY_H

#include "pitboard/predict_score.h"
#include "truth.h"

typedef double pb__of_sums(const double *s, uint32_t cols);

/* Probabilities and what came of them, for curves and calibration; or PIT values
 * (y unused). */
typedef struct pb__series {
    char      name[40];
    double   *p, *y;
    uint32_t *race;
    size_t    n, cap;
    uint32_t  calibration;       /* pb_calibration_kind; PB__NOT_CALIBRATED: for curves alone */
    double    nominal;           /* INTERVAL, PLACES: share that should be covered */
    double    expected, counted; /* sc: deployments, told and seen; else NAN */
} pb__series;
#define PB__NOT_CALIBRATED 99u

typedef enum pb__curve { PB__NO_CURVE = 0, PB__ROC, PB__PR } pb__curve;

typedef struct pb__measure {
    char         name[40];
    pb__of_sums *of; /* NULL: a curve, or a fixed value */
    uint32_t     cols;
    double      *sums;  /* races x cols */
    uint64_t     n;     /* rows that were added */
    pb__curve    curve; /* of series */
    size_t       series;
    double       fixed;
} pb__measure;

struct pb_score {
    size_t           races;
    uint32_t         resamples;
    float           *weight; /* resamples x races: how often each was drawn */
    pb__measure     *measure;
    size_t           n_measures, cap_measures;
    pb__series      *series;
    size_t           n_series, cap_series;
    double          *samples; /* metrics x resamples, once evaluated */
    pb_score_metric *metric;
    size_t          *measure_of; /* of each metric */
    size_t           n_metrics;
    pb_score_facts   facts;
    bool             broken; /* out of memory; told at the end */
};

pb_status pb__tally_init(pb_score *score, size_t races, uint32_t resamples);
void      pb__tally_fini(pb_score *score);

/* A new metric PREFIXname; returns its number. After lack of memory adding does
 * nothing. */
size_t pb__measure_new(pb_score *score, const char *prefix, const char *name, pb__of_sums *of, uint32_t cols);
/* Adds to sum number col of a race. */
void pb__measure_add(pb_score *score, size_t measure, size_t race, uint32_t col, double x);
/* A row more. */
void pb__measure_row(pb_score *score, size_t measure);
/* For pb__mean_of and pb__root_of: x once. */
void pb__measure_take(pb_score *score, size_t measure, size_t race, double x);
/* A value without an interval; NAN is left out. */
void pb__measure_fixed(pb_score *score, const char *prefix, const char *name, double value, uint64_t n);

double pb__mean_of(const double *s, uint32_t cols); /* s[0] / s[1] */
double pb__root_of(const double *s, uint32_t cols); /* sqrt(s[0] / s[1]) */
double pb__f1_of(const double *s, uint32_t cols);   /* right, wrong calls, missed */

size_t pb__series_new(pb_score *score, const char *name, uint32_t calibration);
void   pb__series_add(pb_score *score, size_t series, size_t race, double p, double y);
/* PREFIXauc_roc and PREFIXauc_pr of a series. */
void pb__curves_new(pb_score *score, const char *prefix, size_t series);
/* Mean gap between rates and probabilities over ten bins of equal size, equal
 * probabilities in one bin: PREFIXece. */
void pb__ece_new(pb_score *score, const char *prefix, size_t series);

/* Bin of every case, by rank; equal probabilities share the bin of the first. */
bool pb__equal_bins(const double *p, size_t n, uint32_t bins, uint32_t *bin);

/* Values of a curve for every resample and, at [resamples], for the races as they are. */
bool pb__curve_values(const pb_score *score, const pb__series *series, pb__curve curve, double *out);

/* Evaluates everything. */
pb_status pb__tally_finish(pb_score *score);

#endif
