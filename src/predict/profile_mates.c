/* profile_mates: two cars of one team in one race, counted race by race. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/num.h"
#include "profile_parts.h"

#define PACED_LEAST 3
#define RESAMPLES 1000
#define SEED 11
#define PURPOSE 0x6d617465u /* "mate" */

/* The row of the one other car of the team, -1: none, or several, or nobody knows the team. */
static int64_t mate_row(const pb_profile_book *book, uint32_t i)
{
    int64_t  mate = -1;
    uint32_t from = i;
    if (!book->races[book->rows[i].race].cars[book->rows[i].car].team[0]) return -1;
    while (from > 0 && book->rows[from - 1].race == book->rows[i].race) from--;
    for (uint32_t k = from; k < book->n_rows && book->rows[k].race == book->rows[i].race; k++) {
        if (k == i || book->rows[k].team != book->rows[i].team) continue;
        if (mate >= 0) return -1;
        mate = k;
    }
    return mate;
}

static pb_profile_mate *mate_in(pb_profile_mate *all, uint32_t *n, uint16_t driver)
{
    for (uint32_t i = 0; i < *n; i++)
        if (all[i].driver == driver) return &all[i];
    all[*n] = (pb_profile_mate){.driver = driver, .first_season = INT16_MAX};
    return &all[(*n)++];
}

static void count(const pb_profile_race *race, const pb_profile_car *own, const pb_profile_car *mate,
                  pb_profile_mate *m)
{
    m->races++;
    if (race->season < m->first_season) m->first_season = race->season;
    m->last_season = race->season;
    if (own->took_flag && mate->took_flag) {
        m->both_finished++;
        if (own->place < mate->place) m->ahead++;
    }
    if (own->grid > 0 && mate->grid > 0) {
        m->both_grid++;
        if (own->grid < mate->grid) m->grid_ahead++;
    }
}

/* Differences of pace beside one mate; returns how many. */
static uint32_t differences(const pb_profile_book *book, uint32_t driver, uint32_t mate, int season, double *x)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < book->n_rows; i++) {
        const pb_profile_race *race = &book->races[book->rows[i].race];
        if (book->rows[i].driver != driver || (season && race->season != season)) continue;
        int64_t k = mate_row(book, i);
        if (k < 0 || book->rows[k].driver != mate) continue;
        double d = (double)race->cars[book->rows[i].car].value[PB_PROFILE_MATE];
        if (isfinite(d)) x[n++] = d;
    }
    return n;
}

static double mean_of(const double *x, uint32_t n)
{
    double sum = 0;
    for (uint32_t i = 0; i < n; i++) sum += x[i];
    return sum / n;
}

static void set_pace(const double *x, uint32_t n, pb_profile_mate *m)
{
    double drawn[RESAMPLES];
    m->paced    = (uint16_t)n;
    m->pace_pct = m->lo = m->hi = NAN;
    if (n < PACED_LEAST) return;
    m->pace_pct = mean_of(x, n);
    for (uint32_t s = 0; s < RESAMPLES; s++) {
        drawn[s] = 0;
        for (uint32_t i = 0; i < n; i++)
            drawn[s] += x[(uint32_t)(pb_uniform(pb_draw(SEED, s, i, 0, PURPOSE).word[0]) * n)] / n;
    }
    pb_sort_f64(drawn, RESAMPLES);
    m->lo = pb_quantile_sorted(drawn, RESAMPLES, 0.05);
    m->hi = pb_quantile_sorted(drawn, RESAMPLES, 0.95);
}

static int by_races(const void *a, const void *b)
{
    const pb_profile_mate *x = a, *y = b;
    return x->races != y->races ? y->races - x->races : y->last_season - x->last_season;
}

uint32_t pb_profile_mates(const pb_profile_book *book, uint32_t driver, int season, pb_profile_mate *out, uint32_t cap)
{
    pb_profile_mate *all = malloc((book->n_drivers + 1u) * sizeof *all);
    double          *x   = malloc((book->n_rows + 1u) * sizeof *x);
    uint32_t         n   = 0;
    for (uint32_t i = 0; all && x && i < book->n_rows; i++) {
        const pb_profile_race *race = &book->races[book->rows[i].race];
        if (book->rows[i].driver != driver || (season && race->season != season)) continue;
        int64_t          k = mate_row(book, i);
        pb_profile_mate *m = k < 0 ? NULL : mate_in(all, &n, book->rows[k].driver);
        if (m) count(race, &race->cars[book->rows[i].car], &race->cars[book->rows[k].car], m);
    }
    for (uint32_t i = 0; all && x && i < n; i++)
        set_pace(x, differences(book, driver, all[i].driver, season, x), &all[i]);
    if (all) qsort(all, n, sizeof *all, by_races);
    for (uint32_t i = 0; i < n && i < cap; i++) out[i] = all[i];
    free(all);
    free(x);
    return n;
}
