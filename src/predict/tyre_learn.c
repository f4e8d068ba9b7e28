/* tyre_learn: the parts of tyre priors from past races. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "learn_sample.h"
#include "pitboard/num.h"
#include "tyre_noise.h"
#include "tyre_parts.h"
#include "tyre_prior.h"

#define CIRCUITS_MAX 64
/* Cars change: a race counts half as much two seasons later. */
#define HALF_LIFE_SEASONS 2.0

/* Everything past races said, race by race. */
typedef struct heard {
    pb__race_facts *fact;
    double         *weight;
    int            *circuit; /* index of its name */
    size_t          n;
    char            name[CIRCUITS_MAX][32];
    int             n_circuits;
    pb__sample      traffic[PB_TYRE_GAPS], lapped, start[2]; /* start: front half, back half of the order */
    pb__sample      start_off, car;
} heard;

static int circuit_index(heard *h, const char *circuit)
{
    for (int i = 0; i < h->n_circuits; i++)
        if (strcmp(h->name[i], circuit) == 0) return i;
    if (!circuit[0] || h->n_circuits == CIRCUITS_MAX) return -1;
    memcpy(h->name[h->n_circuits], circuit, sizeof h->name[0]);
    return h->n_circuits++;
}

static double clip(double x, double limit)
{
    return x > limit ? limit : x < -limit ? -limit : x;
}

/* What following and being lapped cost in one race, against its own clear laps. */
static void hear_traffic(heard *h, const pb_race_log *log, const pb__pace_model *fit, double w)
{
    for (uint32_t c = 0; c < log->n_cars; c++)
        for (uint32_t i = 0; i < log->cars[c].n_laps; i++) {
            const pb__pace_lap *lap = &fit->lap[c][i];
            if (!lap->clean || lap->residual_s != lap->residual_s) continue;
            if (lap->lapped_by == 1 && lap->gap_s > 2) pb__sample_add(&h->lapped, clip(lap->residual_s, 4), w);
            if (lap->lapped_by == 0)
                pb__sample_add(&h->traffic[pb_tyre_gap_bin(lap->gap_s)], clip(lap->residual_s, 1.5), w);
        }
}

/* Lap 1 against a flying lap, by the place at its end. */
static void hear_start(heard *h, const pb_race_log *log, const pb__pace_model *fit, double w)
{
    for (uint32_t c = 0; c < log->n_cars; c++) {
        const pb_lap *lap = log->cars[c].n_laps ? &log->cars[c].laps[0] : NULL;
        if (!lap || lap->number != 1 || lap->time_ms <= 0 || lap->status & PB_STATUS_BITS_NEUTRAL || !lap->position)
            continue;
        double x = lap->time_ms * 1e-3 - pb__pace_expected_s(fit, c, lap);
        if (x == x && fabs(x) < 40) pb__sample_add(&h->start[lap->position > 10], x, w);
        if (fit->car_laps[c] >= 10) pb__sample_add(&h->car, clip(fit->car_s[c], 3), w);
    }
}

static void hear_race(heard *h, const pb_history_race *race, int16_t newest)
{
    pb__pace_model fit;
    if (!race->usable || race->log->sprint || pb__tyre_fit(race->log, &fit) != PB_OK) return;
    double w = pb_exp(-0.6931471805599453 * (newest - race->log->season) / HALF_LIFE_SEASONS);
    pb__race_facts_from(race->log, &fit, &h->fact[h->n]);
    int circuit = circuit_index(h, h->fact[h->n].circuit);
    if (circuit >= 0 && h->fact[h->n].dry) {
        hear_traffic(h, race->log, &fit, w);
        hear_start(h, race->log, &fit, w);
        h->circuit[h->n] = circuit;
        h->weight[h->n]  = w;
        h->n++;
    }
    pb__pace_model_fini(&fit);
}

static pb_status hear(heard *h, const pb_history *past, pb_error *error)
{
    memset(h, 0, sizeof *h);
    h->fact    = calloc(past->n + 1, sizeof *h->fact);
    h->weight  = calloc(past->n + 1, sizeof *h->weight);
    h->circuit = calloc(past->n + 1, sizeof *h->circuit);
    if (!h->fact || !h->weight || !h->circuit)
        return pb_error_set(error, PB_E_NOMEM, "out of memory for %zu races", past->n);
    int16_t newest = past->n ? past->races[past->n - 1].log->season : 0;
    for (size_t i = 0; i < past->n; i++) hear_race(h, &past->races[i], newest);
    if (h->n == 0) return pb_error_set(error, PB_E_EMPTY, "no dry race to learn tyres from");
    return PB_OK;
}

static void forget(heard *h)
{
    free(h->fact);
    free(h->weight);
    free(h->circuit);
    for (int i = 0; i < PB_TYRE_GAPS; i++) pb__sample_fini(&h->traffic[i]);
    pb__sample_fini(&h->lapped);
    pb__sample_fini(&h->start[0]);
    pb__sample_fini(&h->start[1]);
    pb__sample_fini(&h->car);
}

/* ---- parts ---- */

static void list_wear(const heard *h, int kind, pb__said *said)
{
    for (size_t i = 0; i < h->n; i++) {
        const pb__race_facts *f = &h->fact[i];
        said[i] = (pb__said){f->wear_s[kind], f->wear_se_s[kind], h->weight[i], h->circuit[i], f->season};
        if (!(f->wear_se_s[kind] < 0.05)) said[i].x = NAN;
    }
}

static void list_evolution(const heard *h, pb__said *said)
{
    for (size_t i = 0; i < h->n; i++) {
        const pb__race_facts *f = &h->fact[i];
        said[i] = (pb__said){f->evolution_s / f->base_s, f->evolution_se_s / f->base_s, h->weight[i], h->circuit[i],
                             f->season};
        if (!(f->evolution_se_s < 0.05)) said[i].x = NAN;
    }
}

static void learn_wear(const heard *h, pb__said *said, pb__tyre_pool *q, pb__tyre_circuit *rows)
{
    pb_tyre_prior d = pb_tyre_prior_default();
    for (int k = 0; k < PB_TYRE_CLASSES; k++) {
        pb__spread none = {d.wear_s[k], 0.5 * d.wear_sd_s[k], 0.5 * d.wear_sd_s[k], 0.7 * d.wear_sd_s[k], 0};
        q->wear[k]      = none;
        if (k >= PB_TYRE_CLASS_INTERMEDIATE) continue;
        list_wear(h, k, said);
        q->wear[k] = pb__spread_of(said, h->n, &none);
        for (int c = 0; c < h->n_circuits; c++)
            rows[c].wear_s[k] = pb__spread_circuit(&q->wear[k], said, h->n, c, &rows[c].wear_var[k]);
    }
}

static void learn_evolution(const heard *h, pb__said *said, pb__tyre_pool *q, pb__tyre_circuit *rows)
{
    pb__spread none = {-6e-4, 1e-4, 1e-4, 1.5e-4, 0};
    list_evolution(h, said);
    q->evolution = pb__spread_of(said, h->n, &none);
    for (int c = 0; c < h->n_circuits; c++)
        rows[c].evolution = pb__spread_circuit(&q->evolution, said, h->n, c, &rows[c].evolution_var);
}

static void learn_offsets(const heard *h, pb__tyre_pool *q)
{
    pb_tyre_prior d = pb_tyre_prior_default();
    for (int k = 0; k < PB_TYRE_CLASSES; k++) {
        pb__sample s      = {0};
        q->offset_s[k]    = d.offset_s[k];
        q->offset_sd_s[k] = d.offset_sd_s[k];
        for (size_t i = 0; i < h->n; i++)
            if (h->fact[i].offset_s[k] == h->fact[i].offset_s[k] && h->fact[i].offset_se_s[k] < 0.5)
                pb__sample_add(&s, h->fact[i].offset_s[k], h->weight[i] / (0.1 + h->fact[i].offset_se_s[k]));
        if (k < PB_TYRE_CLASS_INTERMEDIATE && s.n >= 4) {
            q->offset_s[k]    = pb__sample_mean(&s);
            q->offset_sd_s[k] = fmax(pb__sample_sd(&s), 0.1);
        }
        pb__sample_fini(&s);
    }
}

static void learn_base(const heard *h, pb__tyre_pool *q, pb__tyre_circuit *rows)
{
    pb__sample ratio = {0}, base = {0};
    for (size_t i = 0; i < h->n; i++) {
        pb__tyre_circuit *c = &rows[h->circuit[i]];
        if (c->base_s > 0) pb__sample_add(&ratio, clip(h->fact[i].base_s / c->base_s - 1, 0.06), h->weight[i]);
        pb__sample_add(&base, h->fact[i].base_s, 1);
        c->base_s = h->fact[i].base_s;
        c->season = h->fact[i].season;
        c->editions++;
    }
    q->base_sd        = ratio.n >= 4 ? fmax(pb__sample_sd(&ratio), 0.005) : 0.015;
    q->base_s         = pb__sample_mean(&base);
    q->base_none_sd_s = fmax(base.n >= 4 ? pb__sample_sd(&base) : 12, 5);
    pb__sample_fini(&ratio);
    pb__sample_fini(&base);
}

static void learn_costs(heard *h, pb__tyre_pool *q)
{
    pb_tyre_prior d     = pb_tyre_prior_default();
    double        clear = h->traffic[PB_TYRE_GAPS - 1].n ? pb__sample_mean(&h->traffic[PB_TYRE_GAPS - 1]) : 0;
    for (int i = 0; i < PB_TYRE_GAPS; i++)
        q->traffic_s[i] = h->traffic[i].n >= 100 ? pb__sample_mean(&h->traffic[i]) - clear : d.traffic_s[i];
    q->lapped_s      = h->lapped.n >= 50 ? pb__sample_mean(&h->lapped) : d.lapped_s;
    q->start_s       = d.start_s;
    q->start_place_s = d.start_place_s;
    q->start_sd_s    = d.start_sd_s;
    if (h->start[0].n >= 50 && h->start[1].n >= 50) {
        double front = pb__sample_quantile(&h->start[0], 0.5), back = pb__sample_quantile(&h->start[1], 0.5);
        q->start_s       = 0.5 * (front + back);
        q->start_place_s = (back - front) / 10;
        q->start_sd_s    = fmax(0.5 * (pb__sample_mad_sigma(&h->start[0]) + pb__sample_mad_sigma(&h->start[1])), 0.3);
    }
}

static void start_noise(pb__tyre_pool *q)
{
    pb_tyre_prior d    = pb_tyre_prior_default();
    q->memory          = d.memory;
    q->memory_sd_s     = d.memory_sd_s;
    q->white_sd_s      = d.white_sd_s;
    q->stint_sd_s      = d.stint_sd_s;
    q->stint_wear_sd_s = d.stint_wear_sd_s;
    q->common_sd_s     = d.common_sd_s;
    q->life_scale      = d.life_scale;
}

static pb_status put(const heard *h, const pb__tyre_pool *q, const pb__tyre_circuit *rows, pb_model *model,
                     pb_error *error)
{
    char   names[CIRCUITS_MAX * 33] = "";
    size_t used                     = 0;
    for (int c = 0; c < h->n_circuits && used < sizeof names; c++)
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%.31s", c ? " " : "", h->name[c]);
    PB_TRY(pb_model_put(model, "tyre.pool", (const double *)(const void *)q, sizeof *q / sizeof(double), error));
    PB_TRY(pb_model_put_text(model, "tyre.circuits", names, error));
    return pb_model_put(model, "tyre.circuit", (const double *)(const void *)rows,
                        (size_t)h->n_circuits * sizeof *rows / sizeof(double), error);
}

static pb_status learn_parts(heard *h, pb_model *model, pb_error *error)
{
    pb__tyre_pool    q                  = {0};
    pb__tyre_circuit rows[CIRCUITS_MAX] = {0};
    pb__said        *said               = calloc(h->n, sizeof *said);
    if (!said) return pb_error_set(error, PB_E_NOMEM, "out of memory for %zu races", h->n);
    learn_wear(h, said, &q, rows);
    learn_evolution(h, said, &q, rows);
    free(said);
    learn_offsets(h, &q);
    learn_base(h, &q, rows);
    learn_costs(h, &q);
    start_noise(&q);
    q.races = (double)h->n;
    return put(h, &q, rows, model, error);
}

static pb_status learn_all_but_noise(const pb_history *past, pb_model *model, pb_error *error)
{
    heard     h;
    pb_status status = hear(&h, past, error);
    if (status == PB_OK) status = learn_parts(&h, model, error);
    forget(&h);
    return status;
}

pb_status pb__tyre_learn_like(const pb_history *past, const pb_model *like, pb_model *model, pb_error *error)
{
    pb__tyre_parts noise, parts;
    PB_TRY(learn_all_but_noise(past, model, error));
    PB_TRY(pb__tyre_parts_read(like, &noise, error));
    PB_TRY(pb__tyre_parts_read(model, &parts, error));
    parts.pool.memory          = noise.pool.memory;
    parts.pool.memory_sd_s     = noise.pool.memory_sd_s;
    parts.pool.white_sd_s      = noise.pool.white_sd_s;
    parts.pool.stint_sd_s      = noise.pool.stint_sd_s;
    parts.pool.stint_wear_sd_s = noise.pool.stint_wear_sd_s;
    parts.pool.common_sd_s     = noise.pool.common_sd_s;
    return pb_model_put(model, "tyre.pool", (const double *)(const void *)&parts.pool,
                        sizeof parts.pool / sizeof(double), error);
}

pb_status pb_tyre_prior_learn(const pb_history *past, const pb_learn_options *options, pb_model *model, pb_error *error)
{
    PB_TRY(learn_all_but_noise(past, model, error));
    return pb__tyre_learn_noise(past, options->quick, model, error);
}
