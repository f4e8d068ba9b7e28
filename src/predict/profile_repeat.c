/* profile_repeat: does a measure of one season say anything of the next? */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/num.h"
#include "profile_parts.h"

#define RACES_LEAST 5 /* of a driver in each of the two seasons */
#define HALF_RACES 3
#define RESAMPLES 400
#define SEED 13
#define PURPOSE 0x72657074u /* "rept" */
#define YEARS 32
#define FIRST_YEAR 2000
#define MOVED_LEAST 10

typedef struct pair {
    uint16_t unit;
    int16_t  year; /* the first of the two */
    double   x, y; /* means of the two seasons */
    double   said; /* the estimate of the first */
    bool     moved;
} pair;

typedef struct pairs {
    pair    *at;
    uint32_t n;
} pairs;

/* ---- rank correlation ---- */

static double rank_in(const double *x, uint32_t n, uint32_t i)
{
    double rank = 0;
    for (uint32_t k = 0; k < n; k++) rank += x[k] < x[i] ? 1 : x[k] == x[i] ? 0.5 : 0;
    return rank;
}

static double rank_correlation(const double *x, const double *y, uint32_t n)
{
    double sx = 0, sy = 0, xx = 0, yy = 0, xy = 0;
    for (uint32_t i = 0; i < n; i++) {
        double a = rank_in(x, n, i), b = rank_in(y, n, i);
        sx += a, sy += b, xx += a * a, yy += b * b, xy += a * b;
    }
    double vx = xx - sx * sx / n, vy = yy - sy * sy / n;
    return vx > 0 && vy > 0 ? (xy - sx * sy / n) / sqrt(vx * vy) : (double)NAN;
}

/* Of each pair of seasons by itself, then the mean by number of units. times: how often each unit counts. */
static double pooled(const pairs *all, const uint16_t *times)
{
    double  sum = 0, weight = 0;
    double *x = malloc((4u * all->n + 1u) * sizeof *x * 2u), *y = x ? x + 4u * all->n : NULL;
    for (int year = FIRST_YEAR; x && year < FIRST_YEAR + YEARS; year++) {
        uint32_t n = 0;
        for (uint32_t i = 0; i < all->n; i++)
            for (uint16_t t = 0; all->at[i].year == year && t < (times ? times[all->at[i].unit] : 1) && t < 4; t++)
                x[n] = all->at[i].x, y[n++] = all->at[i].y;
        double rho = n >= 6 ? rank_correlation(x, y, n) : (double)NAN;
        if (isfinite(rho)) sum += rho * n, weight += n;
    }
    free(x);
    return weight > 0 ? sum / weight : (double)NAN;
}

static void bootstrap(const pairs *all, uint32_t n_units, pb_profile_repeat *out)
{
    double    drawn[RESAMPLES];
    uint16_t *times = calloc(n_units + 1u, sizeof *times);
    uint32_t  n     = 0;
    for (uint32_t s = 0; times && s < RESAMPLES; s++) {
        memset(times, 0, n_units * sizeof *times);
        for (uint32_t i = 0; i < n_units; i++)
            times[(uint32_t)(pb_uniform(pb_draw(SEED, s, i, 0, PURPOSE).word[0]) * n_units)]++;
        double rho = pooled(all, times);
        if (isfinite(rho)) drawn[n++] = rho;
    }
    free(times);
    pb_sort_f64(drawn, n);
    out->lo = pb_quantile_sorted(drawn, n, 0.05);
    out->hi = pb_quantile_sorted(drawn, n, 0.95);
}

/* ---- seasons against each other ---- */

/* The team a driver drove for last in a season (or first in it); -1 none. */
static int32_t team_in(const pb_profile_book *book, uint32_t driver, int year, bool last)
{
    int32_t team = -1;
    for (uint32_t i = 0; i < book->n_rows; i++) {
        if (book->rows[i].driver != driver || book->races[book->rows[i].race].season != year) continue;
        team = book->rows[i].team;
        if (!last) break;
    }
    return team;
}

static void add_year(const pb_profile_book *book, pb_profile_of of, int year, uint32_t n_units,
                     const pb_profile_estimate *a, const pb_profile_estimate *b, pairs *all)
{
    for (uint32_t u = 0; u < n_units; u++) {
        if (a[u].races < RACES_LEAST || b[u].races < RACES_LEAST) continue;
        bool moved = of == PB_PROFILE_DRIVER && team_in(book, u, year, true) != team_in(book, u, year + 1, false);
        all->at[all->n++] = (pair){(uint16_t)u, (int16_t)year, a[u].mean, b[u].mean, a[u].value, moved};
    }
}

/* How much better the estimate foretells the season after than the field's mean does. */
static double skill_of(const pairs *all)
{
    double err = 0, none = 0;
    for (uint32_t i = 0; i < all->n; i++) {
        double sum = 0, n = 0;
        for (uint32_t k = 0; k < all->n; k++)
            if (all->at[k].year == all->at[i].year) sum += all->at[k].x, n++;
        double middle = sum / n, said = isfinite(all->at[i].said) ? all->at[i].said : middle;
        err += (all->at[i].y - said) * (all->at[i].y - said);
        none += (all->at[i].y - middle) * (all->at[i].y - middle);
    }
    return none > 0 ? 1 - err / none : (double)NAN;
}

static void only_moved(const pairs *all, pb_profile_repeat *out)
{
    double *x = malloc((2u * all->n + 1u) * sizeof *x), *y = x ? x + all->n : NULL;
    for (uint32_t i = 0; x && i < all->n; i++)
        if (all->at[i].moved) x[out->moved_pairs] = all->at[i].x, y[out->moved_pairs++] = all->at[i].y;
    out->moved = x && out->moved_pairs >= MOVED_LEAST ? rank_correlation(x, y, out->moved_pairs) : (double)NAN;
    free(x);
}

/* ---- odd races against even ones ---- */

static void half_sums(const pb_profile_book *book, pb_profile_of of, pb_profile_measure m, int year, double *sum,
                      uint32_t *n)
{
    for (uint32_t i = 0; i < book->n_rows; i++) {
        const pb_profile_race *race = &book->races[book->rows[i].race];
        double                 x    = (double)race->cars[book->rows[i].car].value[m];
        if (race->season != year || !isfinite(x)) continue;
        uint32_t at = 2u * (of == PB_PROFILE_DRIVER ? book->rows[i].driver : book->rows[i].team) + (race->round & 1);
        sum[at] += x;
        n[at]++;
    }
}

static void add_halves(const pb_profile_book *book, pb_profile_of of, pb_profile_measure m, int year, uint32_t n_units,
                       pairs *all)
{
    double   *sum = calloc(2u * n_units + 1u, sizeof *sum);
    uint32_t *n   = calloc(2u * n_units + 1u, sizeof *n);
    if (sum && n) half_sums(book, of, m, year, sum, n);
    for (uint32_t u = 0; sum && n && u < n_units; u++)
        if (n[2 * u] >= HALF_RACES && n[2 * u + 1] >= HALF_RACES)
            all->at[all->n++] = (pair){.unit = (uint16_t)u,
                                       .year = (int16_t)year,
                                       .x    = sum[2 * u] / n[2 * u],
                                       .y    = sum[2 * u + 1] / n[2 * u + 1]};
    free(sum);
    free(n);
}

pb_status pb_profile_repeat_of(const pb_profile_book *book, pb_profile_of of, pb_profile_measure measure,
                               pb_profile_repeat *out, pb_error *error)
{
    uint32_t             n_units = of == PB_PROFILE_DRIVER ? book->n_drivers : book->n_teams;
    pb_profile_estimate *est     = calloc(2u * n_units + 1u, sizeof *est);
    pairs                all     = {.at = calloc((size_t)YEARS * n_units + 1u, sizeof *all.at)};
    pb_status            status  = est && all.at ? PB_OK : pb_error_set(error, PB_E_NOMEM, "out of memory");
    *out                         = (pb_profile_repeat){0};
    for (int year = FIRST_YEAR; status == PB_OK && year < FIRST_YEAR + YEARS; year++)
        add_halves(book, of, measure, year, n_units, &all);
    if (status == PB_OK) {
        out->halves     = pooled(&all, NULL);
        out->half_pairs = all.n;
        all.n           = 0;
    }
    for (int year = FIRST_YEAR; status == PB_OK && year + 1 < FIRST_YEAR + YEARS; year++) {
        status = pb__profile_estimate(book, of, measure, year, est, error);
        if (status == PB_OK) status = pb__profile_estimate(book, of, measure, year + 1, est + n_units, error);
        if (status == PB_OK) add_year(book, of, year, n_units, est, est + n_units, &all);
    }
    pb__profile_cover cover = {0};
    for (int year = FIRST_YEAR; status == PB_OK && year < FIRST_YEAR + YEARS; year++)
        status = pb__profile_cover_of(book, of, measure, year, &cover, error);
    out->covered = cover.n > 0 ? (double)cover.covered / cover.n : (double)NAN;
    out->cover_n = cover.n;
    if (status == PB_OK) status = pb__profile_spread(book, of, measure, &out->spread, error);
    if (status == PB_OK) {
        out->pairs = all.n;
        out->rho   = pooled(&all, NULL);
        out->skill = skill_of(&all);
        bootstrap(&all, n_units, out);
        only_moved(&all, out);
    }
    free(est);
    free(all.at);
    return status;
}
