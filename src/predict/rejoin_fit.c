/* rejoin_fit: the numbers of the rejoin model from past stops: who stops with
 * whom, by logistic regression; how far a loss is off, by its quantiles; and what
 * shifts and spreads the places, by the likelihood of the places that came. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "form_minimise.h"
#include "pitboard/num.h"
#include "rejoin_learn.h"

#define EVENTS_MIN 50
#define OFFS_MIN 60
#define STOPS_MIN 150
#define LEAST 1e-4 /* probability that a surprise counts as */
#define RIDGE 1.0
#define ROUNDS 12
#define SMALL 0.02

/* ---- calls ---- */

typedef struct rows {
    double *x, *y;
    size_t  n, k;
    double  events;
} rows;

typedef void row_of(const pb__rejoin_case *c, const pb__rejoin_rival *r, double *x);

static void collect(const pb__rejoin_past *past, bool often, bool part, row_of *fill, rows *out)
{
    for (size_t i = 0; i < past->n; i++)
        for (uint32_t k = 0; k < past->at[i].n_reach; k++) {
            const pb__rejoin_rival *r   = &past->at[i].rival[k];
            uint8_t                 act = past->act[i][k];
            if (r->in_lane || r->exposed == 0 || (r->exposed > 1) != often) continue;
            if (part && act == PB__REJOIN_WHOLE) continue;
            fill(&past->at[i], r, out->x + out->n * out->k);
            out->y[out->n] = act == (part ? PB__REJOIN_PART : PB__REJOIN_WHOLE);
            out->events += out->y[out->n++];
        }
}

static pb_status fit_calls(const pb__rejoin_past *past, bool often, bool part, row_of *fill, size_t k, double *b)
{
    double ridge[PB__REJOIN_WHOLE_N] = {0}, got[PB__REJOIN_WHOLE_N];
    size_t room                      = 1;
    for (size_t i = 0; i < past->n; i++) room += past->at[i].n_reach;
    rows r = {.x = malloc(room * k * sizeof *r.x), .y = malloc(room * sizeof *r.y), .k = k};
    for (size_t j = 1; j < k; j++) ridge[j] = RIDGE;
    pb_status status = r.x && r.y ? PB_OK : PB_E_NOMEM;
    if (status == PB_OK) collect(past, often, part, fill, &r);
    if (status == PB_OK && r.events >= EVENTS_MIN && r.events <= (double)r.n - EVENTS_MIN &&
        pb_logit_fit(r.x, r.y, NULL, r.n, k, ridge, got, NULL) == PB_OK)
        memcpy(b, got, k * sizeof *b);
    free(r.x);
    free(r.y);
    return status;
}

/* ---- how far a loss is off ---- */

static size_t offs(const pb__rejoin_past *past, int group, double *out)
{
    size_t n = 0;
    for (size_t i = 0; i < past->n; i++)
        if (!isnan(past->off_s[i]) && (group < 0 || past->at[i].group == group)) out[n++] = past->off_s[i];
    pb_sort_f64(out, n);
    return n;
}

static pb_status fit_offs(const pb__rejoin_past *past, pb__rejoin_params *p)
{
    double *x = malloc((past->n + 1) * sizeof *x);
    if (!x) return PB_E_NOMEM;
    for (int g = 0; g < PB__REJOIN_GROUPS; g++) {
        size_t n = offs(past, g, x);
        if (n < OFFS_MIN) n = offs(past, -1, x);
        for (int k = 0; k < PB__REJOIN_Z && n >= OFFS_MIN; k++)
            p->z_s[g][k] = pb_quantile_sorted(x, n, (k + 0.5) / PB__REJOIN_Z);
    }
    free(x);
    return PB_OK;
}

/* ---- places ---- */

/* As the search sees them: scales and spreads by their logarithm. */
enum { SHIFT, SCALE = SHIFT + PB__REJOIN_ACTS, SPREAD = SCALE + PB__REJOIN_ACTS, MOOD, FREE = MOOD + 2 };

typedef struct search {
    const pb__rejoin_past  *past;
    const pb__rejoin_calls *calls;
    pb__rejoin_params       p;
} search;

static void to_free(const pb__rejoin_params *p, double x[FREE])
{
    for (int a = 0; a < PB__REJOIN_ACTS; a++) {
        x[SHIFT + a] = p->shift_s[a];
        x[SCALE + a] = pb_log(p->scale_s[a]);
    }
    x[SPREAD] = pb_log(p->spread);
    for (int k = 0; k < 2; k++) x[MOOD + k] = pb_log(p->mood[k]);
}

static void from_free(const double *x, pb__rejoin_params *p)
{
    for (int a = 0; a < PB__REJOIN_ACTS; a++) {
        p->shift_s[a] = x[SHIFT + a];
        p->scale_s[a] = pb_exp(fmin(fmax(x[SCALE + a], -3), 3));
    }
    p->spread = pb_exp(fmin(fmax(x[SPREAD], -3), 2));
    for (int k = 0; k < 2; k++) p->mood[k] = pb_exp(fmin(fmax(x[MOOD + k], -4), 2));
}

static double cost(const double *x, void *arg)
{
    search           *s   = arg;
    double            sum = 0;
    pb__rejoin_places places;
    from_free(x, &s->p);
    for (size_t i = 0; i < s->past->n; i++) {
        pb__rejoin_places_of(&s->past->at[i], &s->p, &s->calls[i], &places);
        sum -= pb_log(fmax(places.p[(size_t)s->past->place[i] - 1], LEAST));
    }
    return sum / (double)s->past->n;
}

/* ---- the chance to be within one ---- */

static pb_status fit_within(const search *s, pb__rejoin_params *p)
{
    const double ridge[2] = {1e-3, 1e-3};
    double      *x = malloc(2 * (s->past->n + 1) * sizeof *x), *y = malloc((s->past->n + 1) * sizeof *y);
    pb_status    status = x && y ? PB_OK : PB_E_NOMEM;
    for (size_t i = 0; i < s->past->n && status == PB_OK; i++) {
        pb__rejoin_places places;
        pb__rejoin_places_of(&s->past->at[i], p, &s->calls[i], &places);
        uint32_t best = pb__rejoin_best(places.p);
        x[2 * i]      = 1;
        x[2 * i + 1]  = pb__rejoin_within_odds(places.p, best);
        y[i]          = fabs(best - s->past->place[i]) < 1.5;
    }
    if (status == PB_OK) (void)pb_logit_fit(x, y, NULL, s->past->n, 2, ridge, p->within, NULL);
    free(x);
    free(y);
    return status;
}

static pb_status fit_places(const pb__rejoin_past *past, bool quick, pb__rejoin_params *p)
{
    pb__rejoin_calls *calls = malloc((past->n + 1) * sizeof *calls);
    search            s     = {.past = past, .calls = calls, .p = *p};
    double            x[FREE];
    if (!calls) return PB_E_NOMEM;
    for (size_t i = 0; i < past->n; i++) pb__rejoin_calls_of(&past->at[i], p, &calls[i]);
    to_free(p, x);
    pb__minimise(cost, &s, x, FREE, SMALL, quick ? 2 : ROUNDS);
    from_free(x, p);
    pb_status status = fit_within(&s, p);
    free(calls);
    return status;
}

pb_status pb__rejoin_fit(const pb__rejoin_past *past, bool quick, pb__rejoin_params *p)
{
    for (int often = 0; often < 2; often++) {
        PB_TRY(fit_calls(past, often, false, pb__rejoin_whole_row, PB__REJOIN_WHOLE_N, p->whole[often]));
        PB_TRY(fit_calls(past, often, true, pb__rejoin_part_row, PB__REJOIN_PART_N, p->part[often]));
    }
    PB_TRY(fit_offs(past, p));
    return past->n >= STOPS_MIN ? fit_places(past, quick, p) : PB_OK;
}
