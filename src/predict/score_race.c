#include <math.h>
#include <string.h>

#include "score_internal.h"

const char *const pb__metric_name[PB__METRIC_N] = {
    "mae",        "mae_rank",     "mae_median",   "mae_finishers", "within1_finishers", "rho",        "rho_finishers",
    "winner_hit", "brier_points", "brier_podium", "rps",           "log_score_winner",  "coverage80", "width80"};

#define PLACES 22

static void add(pb__race_sums *to, pb__metric m, double x)
{
    to->sum[m] += x;
    to->count[m] += 1;
}

/* Ranks from 1, equal values in the order given. */
static void rank_first(const double *x, size_t n, double *rank)
{
    for (size_t i = 0; i < n; i++) {
        rank[i] = 1;
        for (size_t j = 0; j < n; j++) rank[i] += x[j] < x[i] || (j < i && x[j] == x[i]);
    }
}

/* Ranks from 1, equal values share the mean of theirs. */
static void rank_mean(const double *x, size_t n, double *rank)
{
    for (size_t i = 0; i < n; i++) {
        rank[i] = 0.5;
        for (size_t j = 0; j < n; j++) rank[i] += x[j] < x[i] ? 1 : x[j] == x[i] ? 0.5 : 0;
    }
}

static double correlation(const double *a, const double *b, size_t n)
{
    double ma = 0, mb = 0, aa = 0, bb = 0, ab = 0;
    for (size_t i = 0; i < n; i++) {
        ma += a[i] / (double)n;
        mb += b[i] / (double)n;
    }
    for (size_t i = 0; i < n; i++) {
        aa += (a[i] - ma) * (a[i] - ma);
        bb += (b[i] - mb) * (b[i] - mb);
        ab += (a[i] - ma) * (b[i] - mb);
    }
    return aa > 1e-9 && bb > 1e-9 ? ab / sqrt(aa * bb) : 0; /* ranks: all equal, but for rounding */
}

static double spearman(const double *a, const double *b, size_t n)
{
    double ra[PB__SCORE_CARS_MAX] = {0}, rb[PB__SCORE_CARS_MAX] = {0};
    rank_mean(a, n, ra);
    rank_mean(b, n, rb);
    return correlation(ra, rb, n);
}

/* Smallest place whose cumulative share reaches q. */
static int place_at(const double *cdf, double q)
{
    int k = 0;
    while (k < PLACES && cdf[k] < q - 1e-12) k++;
    return k + 1;
}

/* Cumulative shares of places; false when the row has no distribution. */
static bool cumulate(const pb__placed *car, double cdf[PLACES])
{
    double total = 0, at = 0;
    for (int k = 0; k < PLACES; k++) {
        if (isnan(car->p[k]) && k < car->n_cars) return false;
        total += fmax(car->p[k], 0); /* NAN counts as 0 */
    }
    if (!(total > 0)) return false;
    for (int k = 0; k < PLACES; k++) cdf[k] = at += fmax(car->p[k], 0) / total;
    return true;
}

static void score_distribution(const pb__placed *car, const double *cdf, pb__race_sums *out)
{
    double rps = 0;
    int    n   = car->n_cars;
    for (int k = 0; k + 1 < n && k < PLACES; k++) {
        double d = cdf[k] - (k + 1 >= car->place);
        rps += d * d / (n - 1);
    }
    add(out, PB__RPS, rps);
    add(out, PB__MAE_MEDIAN, fabs((double)place_at(cdf, 0.5) - car->place));
}

static void score_interval(const pb__placed *car, const double *cdf, pb__race_sums *out)
{
    double lo = car->q10, hi = car->q90;
    if (isnan(lo) && cdf) {
        lo = place_at(cdf, 0.1);
        hi = place_at(cdf, 0.9);
    }
    if (isnan(lo) || isnan(hi)) return;
    add(out, PB__COVERAGE80, lo <= car->place && car->place <= hi);
    add(out, PB__WIDTH80, hi - lo);
}

static double squared(double x)
{
    return x * x;
}

static void score_car(const pb__placed *car, pb__race_sums *out)
{
    double cdf[PLACES];
    bool   spread = car->n_cars > 1 && cumulate(car, cdf);
    double win    = isnan(car->p_win) ? car->p[0] : car->p_win;

    add(out, PB__MAE, fabs(car->mean - car->place));
    if (!isnan(car->p_points)) add(out, PB__BRIER_POINTS, squared(car->p_points - (car->place <= 10)));
    if (!isnan(car->p_podium)) add(out, PB__BRIER_PODIUM, squared(car->p_podium - (car->place <= 3)));
    if (car->place == 1 && !isnan(win)) add(out, PB__LOG_SCORE_WINNER, -log(fmin(1, fmax(win, 1e-3))));
    if (spread) score_distribution(car, cdf, out);
    score_interval(car, spread ? cdf : NULL, out);
}

/* Places within the group of cars that took the flag. */
static void score_finishers(const double *mean, const double *place, size_t n, pb__race_sums *out)
{
    double a[PB__SCORE_CARS_MAX] = {0}, b[PB__SCORE_CARS_MAX] = {0};
    if (n < 3) return;
    rank_first(mean, n, a);
    rank_first(place, n, b);
    for (size_t i = 0; i < n; i++) {
        add(out, PB__MAE_FINISHERS, fabs(a[i] - b[i]));
        add(out, PB__WITHIN1_FINISHERS, fabs(a[i] - b[i]) <= 1);
    }
    add(out, PB__RHO_FINISHERS, spearman(a, b, n));
}

static void score_winner(const double *mean, const double *place, size_t n, pb__race_sums *out)
{
    double least = INFINITY;
    for (size_t i = 0; i < n; i++) least = fmin(least, mean[i]);
    for (size_t i = 0; i < n; i++)
        if (place[i] == 1) add(out, PB__WINNER_HIT, mean[i] == least);
}

void pb__score_places(const pb__placed *cars, size_t n, pb__race_sums *out)
{
    double mean[PB__SCORE_CARS_MAX] = {0}, place[PB__SCORE_CARS_MAX] = {0}, a[PB__SCORE_CARS_MAX],
           b[PB__SCORE_CARS_MAX];
    double f_mean[PB__SCORE_CARS_MAX] = {0}, f_place[PB__SCORE_CARS_MAX] = {0};
    size_t finishers = 0;

    PB_ASSERT(n <= PB__SCORE_CARS_MAX);
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < n; i++) {
        mean[i]  = cars[i].mean;
        place[i] = cars[i].place;
        if (cars[i].finisher) {
            f_mean[finishers]    = mean[i];
            f_place[finishers++] = place[i];
        }
        score_car(&cars[i], out);
    }
    rank_first(mean, n, a);
    rank_first(place, n, b);
    for (size_t i = 0; i < n; i++) add(out, PB__MAE_RANK, fabs(a[i] - b[i]));
    add(out, PB__RHO, spearman(mean, place, n));
    score_finishers(f_mean, f_place, finishers, out);
    score_winner(mean, place, n, out);
}

void pb__score_race(const pb_forecast_row *rows, const pb_forecast_truth *truth, size_t n, pb__race_sums *out)
{
    pb__placed cars[PB__SCORE_CARS_MAX];
    PB_ASSERT(n <= PB__SCORE_CARS_MAX);
    for (size_t i = 0; i < n; i++) {
        cars[i] = (pb__placed){.mean     = rows[i].mean_position,
                               .p_win    = rows[i].p_win,
                               .p_podium = rows[i].p_podium,
                               .p_points = rows[i].p_points,
                               .q10      = NAN,
                               .q90      = NAN,
                               .place    = truth[i].place,
                               .n_cars   = truth[i].n_cars,
                               .finisher = truth[i].finisher};
        memcpy(cars[i].p, rows[i].p, sizeof cars[i].p);
    }
    pb__score_places(cars, n, out);
}
