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
    return aa > 0 && bb > 0 ? ab / sqrt(aa * bb) : 0;
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

static void score_distribution(const pb_forecast_row *row, const pb_forecast_truth *truth, pb__race_sums *out)
{
    double cdf[PLACES], total = 0, at = 0, rps = 0;
    int    n = truth->n_cars;

    for (int k = 0; k < PLACES; k++) total += fmax(row->p[k], 0);
    if (!(total > 0) || n < 2) return;
    for (int k = 0; k < PLACES; k++) cdf[k] = at += fmax(row->p[k], 0) / total;
    for (int k = 0; k + 1 < n && k < PLACES; k++) {
        double d = cdf[k] - (k + 1 >= truth->place);
        rps += d * d / (n - 1);
    }
    int lo = place_at(cdf, 0.1), hi = place_at(cdf, 0.9);
    add(out, PB__RPS, rps);
    add(out, PB__MAE_MEDIAN, fabs((double)place_at(cdf, 0.5) - truth->place));
    add(out, PB__COVERAGE80, lo <= truth->place && truth->place <= hi);
    add(out, PB__WIDTH80, hi - lo);
}

static void score_car(const pb_forecast_row *row, const pb_forecast_truth *truth, pb__race_sums *out)
{
    double points = row->p_points - (truth->place <= 10), podium = row->p_podium - (truth->place <= 3);

    add(out, PB__MAE, fabs(row->mean_position - truth->place));
    add(out, PB__BRIER_POINTS, points * points);
    add(out, PB__BRIER_PODIUM, podium * podium);
    if (truth->place == 1) add(out, PB__LOG_SCORE_WINNER, -log(fmin(1, fmax(row->p_win, 1e-3))));
    score_distribution(row, truth, out);
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

void pb__score_race(const pb_forecast_row *rows, const pb_forecast_truth *truth, size_t n, pb__race_sums *out)
{
    double mean[PB__SCORE_CARS_MAX] = {0}, place[PB__SCORE_CARS_MAX] = {0}, a[PB__SCORE_CARS_MAX],
           b[PB__SCORE_CARS_MAX];
    double f_mean[PB__SCORE_CARS_MAX] = {0}, f_place[PB__SCORE_CARS_MAX] = {0};
    size_t finishers = 0;

    PB_ASSERT(n <= PB__SCORE_CARS_MAX);
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < n; i++) {
        mean[i]  = rows[i].mean_position;
        place[i] = truth[i].place;
        if (truth[i].finisher) {
            f_mean[finishers]    = mean[i];
            f_place[finishers++] = place[i];
        }
        score_car(&rows[i], &truth[i], out);
    }
    rank_first(mean, n, a);
    rank_first(place, n, b);
    for (size_t i = 0; i < n; i++) add(out, PB__MAE_RANK, fabs(a[i] - b[i]));
    add(out, PB__RHO, spearman(mean, place, n));
    score_finishers(f_mean, f_place, finishers, out);
    score_winner(mean, place, n, out);
}
