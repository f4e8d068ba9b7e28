#include "tyre_noise.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/num.h"
#include "tyre_filter.h"
#include "tyre_parts.h"
#include "tyre_prior.h"

#define RACES_MAX 12
#define RACES_QUICK 4

/* A race that is played again and again. */
typedef struct probe {
    const pb_race_log *log;
    pb_tyre_prior      prior;
    double             form_s[PB_CARS_MAX], form_sd_s[PB_CARS_MAX];
} probe;

/* Mean surprise of the laps of a race under a Student-t with 5 degrees of freedom:
 * log sd + 3 log (1 + z^2 / 3). */
static double surprise(const probe *p, const pb_tyre_prior *prior, double *laps)
{
    pb_tyre_filter *f;
    double          sum = 0;
    if (pb_tyre_filter_create(prior, p->log->n_cars, &f, NULL) != PB_OK) return 0;
    for (uint32_t c = 0; c < p->log->n_cars; c++) (void)pb_tyre_filter_form(f, c, p->form_s[c], p->form_sd_s[c], NULL);
    f->watch     = true;
    pb_sight all = {p->log, PB_LAPS_MAX, INT32_MAX};
    if (pb_tyre_filter_feed(f, &all, NULL) == PB_OK) sum = f->surprise;
    *laps += f->surprise_n;
    pb_tyre_filter_destroy(f);
    return sum;
}

static pb_tyre_prior with_noise(const probe *p, const pb__tyre_pool *q)
{
    pb_tyre_prior prior   = p->prior;
    prior.memory          = q->memory;
    prior.memory_sd_s     = q->memory_sd_s;
    prior.white_sd_s      = q->white_sd_s;
    prior.stint_sd_s      = q->stint_sd_s;
    prior.stint_wear_sd_s = q->stint_wear_sd_s;
    prior.common_sd_s     = q->common_sd_s;
    return prior;
}

static double mean_surprise(const probe *p, size_t n, const pb__tyre_pool *q)
{
    double sum = 0, laps = 0;
    for (size_t i = 0; i < n; i++) {
        pb_tyre_prior prior = with_noise(&p[i], q);
        sum += surprise(&p[i], &prior, &laps);
    }
    return laps > 0 ? sum / laps : 0;
}

static void search(const probe *p, size_t n, int passes, pb__tyre_pool *q)
{
    double *knob[] = {&q->white_sd_s,      &q->memory_sd_s, &q->common_sd_s,
                      &q->stint_wear_sd_s, &q->stint_sd_s,  &q->memory};
    double  best   = mean_surprise(p, n, q);
    for (int pass = 0; pass < passes; pass++)
        for (size_t k = 0; k < sizeof knob / sizeof *knob; k++)
            for (int side = 0; side < 2; side++) {
                double was = *knob[k], step = pass ? 1.15 : 1.35;
                double to = side ? was / step : was * step;
                if (knob[k] == &q->memory) to = side ? was - 0.07 / (pass + 1) : was + 0.07 / (pass + 1);
                if (knob[k] == &q->memory && (to > 0.95 || to < 0.1)) continue;
                *knob[k]   = to;
                double got = mean_surprise(p, n, q);
                if (got < best) {
                    best = got;
                    break;
                }
                *knob[k] = was;
            }
}

static pb_tyre_filter *open_probe(const probe *p, const pb__tyre_pool *q)
{
    pb_tyre_filter *f;
    pb_tyre_prior   prior = with_noise(p, q);
    if (pb_tyre_filter_create(&prior, p->log->n_cars, &f, NULL) != PB_OK) return NULL;
    for (uint32_t c = 0; c < p->log->n_cars; c++) (void)pb_tyre_filter_form(f, c, p->form_s[c], p->form_sd_s[c], NULL);
    return f;
}

static double life_scale(const probe *p, size_t n, const pb__tyre_pool *q)
{
    pb__said_wear *said = NULL;
    size_t         laps = 0;
    for (size_t i = 0; i < n; i++) {
        pb_tyre_filter *f = open_probe(&p[i], q);
        if (f) (void)pb__tyre_compare(f, p[i].log, &said, &laps, NULL);
        pb_tyre_filter_destroy(f);
    }
    double noise, scale = pb__tyre_life_scale(said, laps, &noise);
    free(said);
    return sqrt(scale); /* half way to 1: a dozen races say little */
}

/* The newest dry races, each with the prior it would have had. */
static size_t pick(const pb_history *past, const pb_model *model, size_t most, pb__fits *fits, probe *out)
{
    size_t n = 0;
    for (size_t i = past->n; i-- > 0 && n < most;) {
        const pb_race_log    *log   = past->races[i].log;
        const pb__race_facts *facts = pb__fits_get(fits, past, i);
        if (!facts || !facts->dry) continue;
        if (pb__tyre_prior_with(model, past, i, log->circuit, log->season, fits, &out[n].prior, NULL) != PB_OK)
            continue;
        pb__driver_form(past, i, fits, out[n].form_s, out[n].form_sd_s);
        out[n++].log = log;
    }
    return n;
}

pb_status pb__tyre_learn_noise(const pb_history *past, bool quick, pb_model *model, pb_error *error)
{
    pb__tyre_parts parts;
    PB_TRY(pb__tyre_parts_read(model, &parts, error));
    pb__fits fits;
    PB_TRY(pb__fits_init(&fits, past->n, error));
    probe *p = calloc(RACES_MAX, sizeof *p);
    size_t n = p ? pick(past, model, quick ? RACES_QUICK : RACES_MAX, &fits, p) : 0;
    pb__fits_fini(&fits);
    if (!p) return pb_error_set(error, PB_E_NOMEM, "out of memory for the noise of laps");
    if (n > 0) search(p, n, quick ? 1 : 3, &parts.pool);
    parts.pool.life_scale = life_scale(p, n, &parts.pool);
    free(p);
    return pb_model_put(model, "tyre.pool", (const double *)(const void *)&parts.pool,
                        sizeof parts.pool / sizeof(double), error);
}
