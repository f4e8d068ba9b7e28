/* strategy_field: the quickest cars answer each other's plans, in turn, until
 * nobody changes (iterated best response: Heilmeier et al. 2020 do it for one car;
 * a fixed point is a Nash equilibrium of the plans tried). */
#include <stdlib.h>
#include <string.h>

#include "strategy_work.h"

#define SHARE 16u         /* of the trials go into one answer */
#define ANSWER_LEAST 640u /* trials */
#define PLANS 24u         /* tried in one answer */
#define MIX_LEAST 0.15    /* a plan with less of a share is not mixed in */
#define SAME_LAPS 3       /* stops this close are the same plan */

/* ---- who answers ---- */

static pb_status mean_places(pb__scheme *s, double out[PB_CARS_MAX], pb_error *error)
{
    pb_sim_model  *model  = NULL;
    pb_sim_result *result = NULL;
    PB_TRY(pb_sim_model_create(s->spec, &model, error));
    pb_status status = pb_sim_result_create(model, 0, &result);
    if (status == PB_OK) {
        uint32_t n = s->options->look_trials;
        pb_sim_run(model, s->d->effort.seed, 0, n, s->d->effort.isa, s->d->scratch, result);
        s->d->trials += n;
        for (uint32_t c = 0; c < s->spec->n_cars; c++) out[c] = pb_sim_mean_place(result, c);
    } else {
        pb_error_set(error, status, "out of memory for a strategy");
    }
    pb_sim_result_destroy(result);
    pb_sim_model_destroy(model);
    return status;
}

static bool runs(const pb_race_spec *spec, uint32_t c)
{
    return spec->from_lap == 0 || spec->cars[c].state.running;
}

/* Ours, and the likeliest best of the others; best first. */
static void choose_cars(pb__scheme *s, const double place[PB_CARS_MAX])
{
    uint32_t want            = s->options->cars < PB_STRATEGY_CARS_MAX ? s->options->cars : PB_STRATEGY_CARS_MAX;
    bool     in[PB_CARS_MAX] = {false};
    in[s->car]               = true;
    for (uint32_t n = 1; n < want; n++) {
        int best = -1;
        for (uint32_t c = 0; c < s->spec->n_cars; c++)
            if (!in[c] && runs(s->spec, c) && (best < 0 || place[c] < place[best])) best = (int)c;
        if (best >= 0) in[best] = true;
    }
    for (uint32_t c = 0; c < s->spec->n_cars; c++) {
        if (!in[c]) continue;
        uint32_t at = s->out->n_rivals++;
        for (; at > 0 && place[c] < place[s->out->rival[at - 1].car]; at--) s->out->rival[at] = s->out->rival[at - 1];
        s->out->rival[at] = (pb_strategy_rival){.car = (uint8_t)c};
    }
}

/* ---- one answer ---- */

static bool same(const pb_plan *a, const pb_plan *b)
{
    if (a->n_stints != b->n_stints) return false;
    for (uint32_t i = 0; i < a->n_stints; i++)
        if (a->stints[i].compound != b->stints[i].compound ||
            abs((int)a->stints[i].in_lap - (int)b->stints[i].in_lap) > SAME_LAPS)
            return false;
    return true;
}

/* What each plan weighs in a mixture: the first as far as no other one is better, the
 * others share the rest by their chance to be better than the first. This is not p_best:
 * that tells one plan from all, here many that are as good share. */
static void shares(const pb_ranked *r, uint32_t n, double *out)
{
    double none = 1, all = 0;
    for (uint32_t i = 1; i < n; i++) {
        const pb__paired p = {.mean = r[i].gain.value, .se = (r[i].gain.hi - r[i].gain.value) / PB__Z90};
        out[i]             = pb__chance_above(&p);
        none *= 1 - out[i];
        all += out[i];
    }
    for (uint32_t i = 1; i < n && all > 0; i++) out[i] *= (1 - none) / all;
    out[0] = none;
}

/* The plans with most of it, as often as that. */
static void mix(const pb_candidate *c, const pb_ranked *r, uint32_t n, pb_car_spec *car)
{
    double   share[PLANS + 1], sum = 0;
    uint32_t stints = 0;
    car->n_plans    = 0;
    shares(r, n, share);
    for (uint32_t i = 0; i < n && car->n_plans < PB_PLANS_MAX; i++) {
        const pb_plan *plan = &c[r[i].candidate].plan;
        if ((i > 0 && share[i] < MIX_LEAST) || stints + plan->n_stints > PB_PLAN_ENTRIES_MAX) continue;
        stints += plan->n_stints;
        car->plans[car->n_plans]               = *plan;
        car->plans[car->n_plans++].weight_prob = share[i] > MIX_LEAST ? share[i] : MIX_LEAST;
    }
    for (uint32_t p = 0; p < car->n_plans; p++) sum += car->plans[p].weight_prob;
    for (uint32_t p = 0; p < car->n_plans; p++) car->plans[p].weight_prob /= sum;
}

static uint32_t likeliest(const pb_car_spec *car)
{
    uint32_t best = 0;
    for (uint32_t p = 1; p < car->n_plans; p++)
        if (car->plans[p].weight_prob > car->plans[best].weight_prob) best = p;
    return best;
}

/* Its number among the candidates, the last of them if need be. */
static uint32_t with_old(const pb_plan *old, pb_candidate *c, uint32_t *n)
{
    for (uint32_t i = 0; i < *n; i++)
        if (pb__plan_equal(&c[i].plan, old)) return i;
    c[*n] = (pb_candidate){.plan = *old, .obey_until = c[0].obey_until};
    return (*n)++;
}

/* A car that may keep its plan keeps it, unless another one is clearly better:
 * noise is no reason. */
static pb_status answer(pb__scheme *s, pb_strategy_rival *rival, bool may_keep, bool *changed, pb_error *error)
{
    pb_candidate  c[PLANS + 1];
    pb_ranked     ranked[PLANS + 1];
    pb_car_spec  *car    = &s->spec->cars[rival->car];
    pb_aim        points = {.kind = PB_AIM_POINTS}, aim = rival->car == s->car ? s->options->aim : points;
    uint32_t      n = pb_decide_candidates(s->spec, rival->car, c, PLANS), trials = s->d->effort.trials / SHARE;
    const pb_plan old = car->plans[likeliest(car)];
    *changed          = false;
    if (n == 0) return PB_OK; /* it drives on as it meant to */
    uint32_t kept = with_old(&old, c, &n);
    PB_TRY(pb__rank_strategies(s->d, rival->car, &aim, c, n, trials > ANSWER_LEAST ? trials : ANSWER_LEAST, ranked,
                               error));
    for (uint32_t i = 0; i < n; i++)
        if (ranked[i].candidate == kept) *changed = ranked[i].gain.hi < 0 && !same(&c[ranked[0].candidate].plan, &old);
    if (!may_keep || *changed) mix(c, ranked, n, car);
    return PB_OK;
}

pb_status pb__scheme_field(pb__scheme *s, pb_error *error)
{
    double place[PB_CARS_MAX] = {0};
    if (s->options->cars < 2 || s->options->rounds == 0) return PB_OK;
    PB_TRY(mean_places(s, place, error));
    choose_cars(s, place);
    while (s->out->rounds < s->options->rounds && !s->out->settled) {
        s->out->settled = s->out->rounds > 0;
        for (uint32_t k = 0; k < s->out->n_rivals; k++) {
            bool changed;
            PB_TRY(answer(s, &s->out->rival[k], s->out->rounds > 0, &changed, error));
            s->out->rival[k].changed = (uint8_t)(s->out->rival[k].changed + changed);
            if (changed) s->out->settled = false;
        }
        s->out->rounds++;
    }
    for (uint32_t k = 0; k < s->out->n_rivals; k++) {
        pb_strategy_rival *r   = &s->out->rival[k];
        const pb_car_spec *car = &s->spec->cars[r->car];
        r->n_plans             = car->n_plans;
        memcpy(r->plans, car->plans, sizeof r->plans);
    }
    return PB_OK;
}
