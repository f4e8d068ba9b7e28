/* rejoin_fit: the numbers of the rejoin model from past stops: who stops with
 * whom, by logistic regression; how far a loss is off, by its quantiles; how
 * late a rival must be to be behind, from those that did what it may do; and what
 * spreads the places, by the likelihood of the places that came. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/num.h"
#include "rejoin_learn.h"

#define EVENTS_MIN 50
#define OFFS_MIN 60
#define STOPS_MIN 150
#define LEAST 1e-4 /* probability that a surprise counts as */
#define RIDGE 1.0
#define NEAR_S 20.0 /* a margin farther off says nothing of its noise */
#define SCALE_MOST_S 20.0

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

/* ---- margins ---- */

/* Whether rivals that did this were ahead, by how late they were against us, our own
 * loss being known: one line of log-odds, so shift and scale of the margin. */
static void collect_margins(const pb__rejoin_past *past, int act, rows *out)
{
    for (size_t i = 0; i < past->n; i++)
        for (uint32_t k = 0; k < past->at[i].n_reach && !isnan(past->off_s[i]); k++) {
            if (past->act[i][k] != act) continue;
            double late_s = past->off_s[i] - past->at[i].rival[k].margin[act];
            if (fabs(late_s) > NEAR_S) continue;
            out->x[2 * out->n]     = 1;
            out->x[2 * out->n + 1] = late_s;
            out->y[out->n]         = past->ahead[i][k];
            out->events += out->y[out->n++];
        }
}

static pb_status fit_margin(const pb__rejoin_past *past, int act, pb__rejoin_params *p)
{
    const double ridge[2] = {0.01, 0.01};
    double       b[2];
    size_t       room = 1;
    for (size_t i = 0; i < past->n; i++) room += past->at[i].n_reach;
    rows      r      = {.x = malloc(2 * room * sizeof *r.x), .y = malloc(room * sizeof *r.y), .k = 2};
    pb_status status = r.x && r.y ? PB_OK : PB_E_NOMEM;
    if (status == PB_OK) collect_margins(past, act, &r);
    if (status == PB_OK && r.events >= EVENTS_MIN && r.events <= (double)r.n - EVENTS_MIN &&
        pb_logit_fit(r.x, r.y, NULL, r.n, 2, ridge, b, NULL) == PB_OK && b[1] > 1 / SCALE_MOST_S) {
        p->shift_s[act] = b[0] / b[1];
        p->scale_s[act] = 1 / b[1];
    }
    free(r.x);
    free(r.y);
    return status;
}

pb_status pb__rejoin_fit_rivals(const pb__rejoin_past *past, pb__rejoin_params *p)
{
    for (int often = 0; often < 2; often++) {
        PB_TRY(fit_calls(past, often, false, pb__rejoin_whole_row, PB__REJOIN_WHOLE_N, p->whole[often]));
        PB_TRY(fit_calls(past, often, true, pb__rejoin_part_row, PB__REJOIN_PART_N, p->part[often]));
    }
    for (int act = 0; act < PB__REJOIN_ACTS; act++) PB_TRY(fit_margin(past, act, p));
    return fit_offs(past, p);
}
