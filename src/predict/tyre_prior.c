/* The tyre prior of a race out of the parts that were learned: pool, circuit, and
 * the season so far. Layout of the parts: tyre_parts.h. */
#include "tyre_prior.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tyre_parts.h"

const char *pb_tyre_source_text(pb_tyre_source source)
{
    static const char *const text[] = {"prior", "race", "stint"};
    return (unsigned)source < 3 ? text[source] : "prior";
}

/* Index of a word in a list of words parted by blanks; -1 if it is not there. */
static int word_index(const char *list, const char *word)
{
    size_t len = strlen(word);
    int    i   = 0;
    for (const char *at = list; at && *at && len; i++) {
        const char *end = strchr(at, ' ');
        size_t      n   = end ? (size_t)(end - at) : strlen(at);
        if (n == len && memcmp(at, word, n) == 0) return i;
        at = end ? end + 1 : NULL;
    }
    return -1;
}

static bool is_count(double x)
{
    return x >= 0 && x <= 1e6;
}

pb_status pb__tyre_parts_read(const pb_model *model, pb__tyre_parts *out, pb_error *error)
{
    PB_TRY(pb_model_get(model, "tyre.pool", (double *)&out->pool, sizeof out->pool / sizeof(double), error));
    size_t n;
    out->circuits = pb_model_text(model, "tyre.circuits");
    out->rows     = (const pb__tyre_circuit *)(const void *)pb_model_view(model, "tyre.circuit", &n);
    out->n        = out->circuits ? n / (sizeof *out->rows / sizeof(double)) : 0;
    bool counts   = is_count(out->pool.races);
    for (size_t i = 0; i < out->n; i++) counts = counts && is_count(out->rows[i].editions);
    if (!counts) return pb_error_set(error, PB_E_RANGE, "tyres: the model counts races with what is no count");
    return PB_OK;
}

/* Nothing is known of a circuit that is not there: the mean, with all its spread. */
static pb__tyre_circuit circuit_of(const pb__tyre_parts *p, const char *circuit)
{
    int              i = word_index(p->circuits, circuit);
    pb__tyre_circuit c = {0};
    if (i >= 0 && (size_t)i < p->n) return p->rows[i];
    for (int k = 0; k < PB_TYRE_CLASSES; k++) c.wear_var[k] = p->pool.wear[k].circuit_sd * p->pool.wear[k].circuit_sd;
    c.evolution_var = p->pool.evolution.circuit_sd * p->pool.evolution.circuit_sd;
    return c;
}

/* What the races of the season so far said against their priors; precision-weighted. */
typedef struct against {
    double sum, precision;
} against;

static void add(against *a, double x, double expected, double var)
{
    if (x != x || !(var > 0)) return;
    a->sum += (x - expected) / var;
    a->precision += 1 / var;
}

static double shrunk(const against *a, double sd, double *left_var)
{
    double precision = a->precision + 1 / (sd * sd + 1e-12);
    *left_var        = 1 / precision;
    return a->sum / precision;
}

typedef struct season_news {
    against  wear[PB_TYRE_CLASSES], evolution, base;
    uint32_t races;
} season_news;

static double sq(double x)
{
    return x * x;
}

static void hear_race(season_news *s, const pb__tyre_parts *p, const pb__race_facts *f)
{
    const pb__tyre_pool *q = &p->pool;
    pb__tyre_circuit     c = circuit_of(p, f->circuit);
    s->races++;
    if (!f->dry) return;
    for (int k = 0; k < PB_TYRE_CLASS_INTERMEDIATE; k++)
        add(&s->wear[k], f->wear_s[k], q->wear[k].mean + c.wear_s[k],
            sq(f->wear_se_s[k]) + sq(q->wear[k].race_sd) + c.wear_var[k]);
    add(&s->evolution, f->evolution_s / f->base_s, q->evolution.mean + c.evolution,
        sq(f->evolution_se_s / f->base_s) + sq(q->evolution.race_sd) + c.evolution_var);
    if (c.base_s > 0) add(&s->base, f->base_s / c.base_s - 1, 0, sq(q->base_sd));
}

static void apply_season(const season_news *s, const pb__tyre_parts *p, const pb__tyre_circuit *c, pb_tyre_prior *o)
{
    const pb__tyre_pool *q = &p->pool;
    double               left;
    for (int k = 0; k < PB_TYRE_CLASS_INTERMEDIATE; k++) {
        o->wear_s[k]    = q->wear[k].mean + c->wear_s[k] + shrunk(&s->wear[k], q->wear[k].season_sd, &left);
        o->wear_sd_s[k] = sqrt(left + c->wear_var[k] + sq(q->wear[k].race_sd));
    }
    double base  = 1 + shrunk(&s->base, q->base_sd, &left);
    o->base_s    = c->base_s > 0 ? c->base_s * base : q->base_s;
    o->base_sd_s = c->base_s > 0 ? c->base_s * sqrt(left + sq(q->base_sd)) : q->base_none_sd_s;
    o->evolution_s =
        o->base_s * (q->evolution.mean + c->evolution + shrunk(&s->evolution, q->evolution.season_sd, &left));
    o->evolution_sd_s = o->base_s * sqrt(left + c->evolution_var + sq(q->evolution.race_sd));
}

static void apply_pool(const pb__tyre_pool *q, pb_tyre_prior *o)
{
    for (int k = 0; k < PB_TYRE_CLASS_INTERMEDIATE; k++) {
        o->offset_s[k]    = q->offset_s[k];
        o->offset_sd_s[k] = k == PB_TYRE_CLASS_MEDIUM ? 0.02 : q->offset_sd_s[k];
    }
    o->memory          = q->memory;
    o->memory_sd_s     = q->memory_sd_s;
    o->white_sd_s      = q->white_sd_s;
    o->stint_sd_s      = q->stint_sd_s;
    o->stint_wear_sd_s = q->stint_wear_sd_s;
    o->common_sd_s     = q->common_sd_s;
    o->lapped_s        = q->lapped_s;
    o->start_s         = q->start_s;
    o->start_place_s   = q->start_place_s;
    o->start_sd_s      = q->start_sd_s;
    o->life_scale      = q->life_scale;
    o->races           = (uint32_t)q->races;
    memcpy(o->traffic_s, q->traffic_s, sizeof o->traffic_s);
}

pb_status pb__tyre_prior_with(const pb_model *model, const pb_history *history, size_t at, const char *circuit,
                              int season, pb__fits *fits, pb_tyre_prior *out, pb_error *error)
{
    pb__tyre_parts parts;
    pb_tyre_prior  o    = pb_tyre_prior_default();
    season_news    news = {0};
    PB_TRY(pb__tyre_parts_read(model, &parts, error));
    pb__tyre_circuit c = circuit_of(&parts, circuit);
    for (size_t i = at; history && i-- > 0 && history->races[i].log->season == season;) {
        const pb__race_facts *f = pb__fits_get(fits, history, i);
        if (!f) continue;
        hear_race(&news, &parts, f);
        if (strcmp(f->circuit, circuit) == 0 && f->dry && c.season < season) { /* a second race here */
            c.base_s = f->base_s;
            c.season = season;
        }
    }
    apply_pool(&parts.pool, &o);
    apply_season(&news, &parts, &c, &o);
    o.circuit_races = (uint32_t)c.editions;
    o.season_races  = news.races;
    *out            = o;
    return PB_OK;
}

pb_status pb_tyre_prior_of(const pb_model *model, const pb_history *history, size_t at, const char *circuit, int season,
                           pb_tyre_prior *out, pb_error *error)
{
    pb__fits fits;
    PB_TRY(pb__fits_init(&fits, history ? at : 0, error));
    pb_status status = pb__tyre_prior_with(model, history, at, circuit, season, &fits, out, error);
    pb__fits_fini(&fits);
    return status;
}
