/* model_cars.c - cars, their plans as tyre tables, and where they start. */
#include <string.h>

#include "model_parts.h"

/* A stop that only changes tyres stands this long; loss_s contains it
 * (race-model.md 5: about 2.5 s). Longer ones cost the difference. */
#define ORDINARY_STOP_S 2.5

/* Team mates get neighbouring numbers 2k, 2k + 1, so that a mate is id ^ 1. */
static void number_cars(const pb_race_spec *spec, pb_sim_model *m)
{
    bool     taken[PB_CARS_MAX] = {false};
    uint32_t n                  = 0;
    for (uint32_t a = 0; a < spec->n_cars; a++) {
        uint32_t mates = 0, mate = 0;
        for (uint32_t b = 0; b < spec->n_cars; b++)
            if (b != a && spec->cars[a].team[0] && strcmp(spec->cars[a].team, spec->cars[b].team) == 0) {
                mates++;
                mate = b;
            }
        if (taken[a] || mates != 1) continue;
        taken[a] = taken[mate] = true;
        m->car[n++].spec_index = a;
        m->car[n++].spec_index = mate;
    }
    m->n_paired = n;
    for (uint32_t a = 0; a < spec->n_cars; a++)
        if (!taken[a]) m->car[n++].spec_index = a;
    for (uint32_t c = 0; c < n; c++) m->spec_of_id[c] = (uint8_t)m->car[c].spec_index;
}

static void put_set(const pb_race_spec *spec, const pb_car_spec *car, pb__entries *e, uint32_t j, uint32_t compound,
                    double age, double fuel_kg)
{
    const pb_compound_spec *k    = &spec->compounds[compound];
    double                  wear = pb__on(spec, PB_EFFECT_TYRE_WEAR);
    e->level_s[j]                = (float)(k->offset_s + fuel_kg * spec->fuel_s_per_kg * pb__on(spec, PB_EFFECT_FUEL));
    e->wear_s[j]                 = (float)(k->wear_s_per_lap * car->wear_mult * wear);
    e->quad_s[j]                 = (float)(k->wear_quad_s * car->wear_mult * wear);
    e->cliff_s[j]                = (float)(k->cliff_laps > 0.0 ? k->cliff_s_per_lap * wear : 0.0);
    e->cliff_at[j]               = (float)k->cliff_laps;
    e->warm_s[j]                 = (float)(k->warm_up_s * pb__on(spec, PB_EFFECT_WARM_UP));
    e->age0[j]                   = (float)age;
    e->cheap_age[j]              = (float)(spec->policy.cheap_age / k->life_laps);
    e->kind[j]                   = (int32_t)k->kind;
    e->compound[j]               = (int32_t)compound;
    e->stop_lap[j]               = PB__NEVER;
    e->next[j]                   = (int32_t)j;
    e->next_slick[j]             = (int32_t)j;
}

/* Rows 0 .. extra: the sets that rain interrupts; the spare one is the last resort. */
static void link_slicks(pb__entries *e, uint32_t extra)
{
    for (uint32_t j = 0; j < extra; j++) {
        int32_t k = e->next[j];
        while (k != (int32_t)extra && e->kind[k] != PB_TYRE_SLICK) k = e->next[k];
        e->next_slick[j] = k;
    }
}

/* The last dry compound of the first plan: what is left for a stop nobody planned. */
static uint32_t spare_compound(const pb_race_spec *spec, const pb_car_spec *car, pb_tyre_kind kind)
{
    const pb_plan *plan = &car->plans[0];
    for (uint32_t s = plan->n_stints; s-- > 0;)
        if (spec->compounds[plan->stints[s].compound].kind == kind) return plan->stints[s].compound;
    for (uint32_t k = 0; k < spec->n_compounds; k++)
        if (spec->compounds[k].kind == kind) return k;
    return plan->stints[plan->n_stints - 1].compound;
}

/* Which stint of the plan a car is on after this lap. */
static uint32_t stint_at(const pb_plan *plan, uint32_t lap)
{
    uint32_t s = 0;
    while (s + 1u < plan->n_stints && plan->stints[s + 1].in_lap <= lap) s++;
    return s;
}

static void put_plans(const pb_race_spec *spec, const pb_car_spec *car, pb__car *to, bool wet)
{
    pb__entries *e   = &to->entry;
    uint32_t     j   = 0, ends[PB_PLANS_MAX];
    double       sum = 0.0, added = 0.0; /* kg refuelled over the first plan */
    to->n_plans = car->n_plans;
    for (uint32_t p = 0; p < car->n_plans; p++) {
        const pb_plan *plan = &car->plans[p];
        double         fuel = 0.0;
        uint32_t       now  = stint_at(plan, spec->from_lap);
        for (uint32_t s = 0; s < plan->n_stints; s++, j++) {
            const pb_stint_spec *set = &plan->stints[s];
            fuel += set->fuel_add_kg;
            put_set(spec, car, e, j, set->compound, set->age_laps, fuel);
            e->extra_s[j] =
                set->stationary_min_s > ORDINARY_STOP_S ? (float)(set->stationary_min_s - ORDINARY_STOP_S) : 0.0f;
            if (s > 0) {
                e->stop_lap[j - 1] = set->in_lap;
                e->next[j - 1]     = (int32_t)j;
            }
        }
        if (p == 0) added = fuel;
        ends[p]           = j - 1;
        to->plan_first[p] = (int32_t)(j - plan->n_stints + now);
        to->plan_below[p] = pb__below(sum += plan->weight_prob);
    }
    to->plan_below[car->n_plans - 1] = 65536;
    put_set(spec, car, e, j, spare_compound(spec, car, PB_TYRE_SLICK), 0.0, added);
    for (uint32_t p = 0; p < car->n_plans; p++) e->next[ends[p]] = (int32_t)j;
    link_slicks(e, j);
    to->n_entries = j + 1;
    if (!wet) return;
    for (uint32_t k = 1; k <= 2; k++)
        put_set(spec, car, e, j + k, spare_compound(spec, car, (pb_tyre_kind)k), 0.0, added);
    to->n_entries = j + 3;
}

static void place_car(const pb_race_spec *spec, const pb_car_spec *car, pb_sim_model *m, pb__car *to)
{
    if (spec->from_lap == 0) {
        double   on   = pb__on(spec, PB_EFFECT_START);
        uint32_t slot = car->grid > 0 ? car->grid - 1u : 0;
        to->start_key_ticks =
            (int32_t)(on * spec->start.slot_gap_s[slot] * (double)m->ticks) + (on > 0.0 ? 0 : (int32_t)slot);
        to->start_s = (float)(on * car->start_s);
        /* z + k (z^2 - 1) has variance 1 + 2 k^2 and skewness about 6 k for small k */
        double k          = spec->start.skew / 6.0;
        to->start_skew    = (float)k;
        to->start_sigma_s = (float)(on * spec->start.sigma_s);
        to->age0          = -1.0f;
        return;
    }
    to->age0 = (float)car->state.tyre_age_laps;
    if (car->state.running) {
        double gap          = car->state.gap_s * (double)m->ticks;
        to->start_key_ticks = gap < PB__OUT_TICKS - 1 ? (int32_t)gap : PB__OUT_TICKS - 1;
    } else {
        int32_t short_by = (int32_t)m->n_laps - (int32_t)car->state.laps_done;
        to->out_ticks    = PB__OUT_TICKS + (short_by + 1) * PB__OUT_LAP + 100 + (int32_t)car->state.position;
    }
}

static int32_t class_of(const pb_race_spec *spec, uint32_t c)
{
    for (uint32_t b = 0; b < c; b++)
        if (strcmp(spec->cars[b].class_name, spec->cars[c].class_name) == 0) return class_of(spec, b);
    int32_t id = 0;
    for (uint32_t b = 0; b < c; b++) {
        bool first = true;
        for (uint32_t a = 0; a < b; a++)
            first = first && strcmp(spec->cars[a].class_name, spec->cars[b].class_name) != 0;
        id += first;
    }
    return id;
}

/* Crashes that bring a safety car are drawn there; the rest of the car's
 * chance to retire is drawn here, for the distance that is left. */
static double own_dnf(const pb_race_spec *spec, const pb_sim_model *m, const pb_car_spec *car)
{
    const pb_neutral_spec *n  = &spec->neutral;
    double                 on = pb__on(spec, PB_EFFECT_RETIREMENTS), sc = 0.0;
    if (!n->actual && spec->effects & PB_EFFECT_SC)
        for (uint32_t lap = m->first_lap; lap <= m->likely_laps; lap++)
            sc += lap == 1 ? n->sc_lap1_prob : lap <= 5 ? n->sc_early_prob : n->sc_prob;
    double crash = sc * n->sc_crash_prob / (double)m->n_cars;
    if (m->first_lap > m->last_retire) return 0.0; /* whoever stops now is classified */
    double left = (double)(m->last_retire - m->first_lap + 1) / (double)m->last_retire;
    double own  = car->dnf_prob * left - crash;
    return own > 0.0 ? own * on : 0.0;
}

/* dnf_prob is the chance not to be classified: to stop before this share of the
 * distance. */
void pb__model_retirements(const pb_race_spec *spec, pb_sim_model *m)
{
    uint32_t last  = (uint32_t)(spec->rules.classified_frac * (double)m->likely_laps);
    m->last_retire = last > 0 ? last : 1;
    for (uint32_t c = 0; c < m->n_cars; c++)
        m->car[c].dnf_below = pb__below(own_dnf(spec, m, &spec->cars[m->car[c].spec_index]));
}

void pb__model_cars(const pb_race_spec *spec, pb_sim_model *m)
{
    number_cars(spec, m);
    m->n_classes = 1;
    for (uint32_t c = 0; c < m->n_cars; c++) {
        pb__car           *to  = &m->car[c];
        const pb_car_spec *car = &spec->cars[to->spec_index];
        put_plans(spec, car, to, !m->dry);
        place_car(spec, car, m, to);
        to->pace_s        = (float)car->pace_s;
        to->pace_sigma_s  = (float)(car->pace_sigma_s * pb__on(spec, PB_EFFECT_PACE_UNCERTAINTY));
        to->wear_sigma    = (float)(0.5 * spec->noise.wear_log_sigma * pb__on(spec, PB_EFFECT_WEAR_UNCERTAINTY));
        to->stop_s        = (float)car->stop_s;
        to->penalty_s     = (float)(car->penalty_s * pb__on(spec, PB_EFFECT_PENALTIES));
        to->penalty_below = pb__below(car->penalty_prob * pb__on(spec, PB_EFFECT_PENALTIES));
        to->class_id      = class_of(spec, to->spec_index);
        if ((uint32_t)to->class_id + 1 > m->n_classes) m->n_classes = (uint32_t)to->class_id + 1;
    }
}

static bool needs_wet(const pb_race_spec *spec, const pb_plan *plan)
{
    for (uint32_t s = 0; s < plan->n_stints; s++)
        if (spec->compounds[plan->stints[s].compound].kind != PB_TYRE_SLICK) return true;
    return false;
}

bool pb_sim_model_replan(pb_sim_model *model, const pb_race_spec *spec, uint32_t car, const pb_plan *plan)
{
    pb_car_spec one = spec->cars[car];
    if (model->dry && needs_wet(spec, plan)) return false;
    one.n_plans              = 1;
    one.plans[0]             = *plan;
    one.plans[0].weight_prob = 1.0;
    for (uint32_t c = 0; c < model->n_cars; c++)
        if (model->car[c].spec_index == car) put_plans(spec, &one, &model->car[c], !model->dry);
    return true;
}
