/* plan_cost: the free track, in seconds. See predict_plan.h. */
#include <math.h>

#include "pitboard/predict_plan.h"

static double stint_cost(const pb_plan_rest *r, const pb_stint_spec *set, double age, double laps)
{
    const pb_compound_spec *c = &r->spec->compounds[set->compound];
    double limit = c->cliff_laps > 0 ? c->cliff_laps : c->life_laps, wear = c->wear_s_per_lap * r->wear_mult;
    double beyond = c->cliff_laps > 0 ? c->cliff_s_per_lap : PB_PLAN_OVER_LIFE_S;
    double over = fmax(age + laps - limit, 0) - fmax(age - limit, 0), before = fmax(age - limit, 0);
    return c->offset_s * laps + wear * (age * laps + laps * (laps - 1) / 2) +
           beyond * (over * over / 2 + over * before);
}

static double age_of(const pb_plan_rest *r, const pb_plan *plan, uint32_t i)
{
    return i == r->first ? r->age_laps : plan->stints[i].age_laps;
}

/* What a stint costs beside its laps. */
static double fitting_cost(const pb_plan_rest *r, const pb_plan *plan, uint32_t i)
{
    double warm = r->spec->compounds[plan->stints[i].compound].warm_up_s;
    if (i == r->first) return r->from == 0 ? warm : 0;
    return warm + r->spec->pit.loss_s;
}

double pb_plan_cost_s(const pb_plan_rest *r, const pb_plan *plan)
{
    double cost = 0;
    for (uint32_t i = r->first; i < plan->n_stints; i++) {
        uint32_t begin = i == r->first ? r->from : plan->stints[i].in_lap;
        uint32_t end   = i + 1 < plan->n_stints ? plan->stints[i + 1].in_lap : r->laps;
        cost += stint_cost(r, &plan->stints[i], age_of(r, plan, i), (double)(end - begin)) + fitting_cost(r, plan, i);
    }
    return cost;
}

/* least[k][n]: the cheapest way to have done stints first .. first + k by the end
 * of lap n, and begun[k][n]: the lap at whose end the last of them began. */
typedef struct table {
    double   least[PB_PLAN_STINTS][PB_LAPS_MAX + 1];
    uint16_t begun[PB_PLAN_STINTS][PB_LAPS_MAX + 1];
} table;

static void fill_first(const pb_plan_rest *r, const pb_plan *plan, table *t)
{
    for (uint32_t n = r->from; n <= r->laps; n++) {
        t->least[0][n] = n == r->from ? INFINITY
                                      : stint_cost(r, &plan->stints[r->first], r->age_laps, (double)(n - r->from)) +
                                            fitting_cost(r, plan, r->first);
        t->begun[0][n] = r->from;
    }
}

/* The cheapest way to have done stint first + k by the end of lap n: one of the
 * laps the stint before can end at. run_s[l] is what l laps of it cost. */
static void fill_at(const double *run_s, double base, uint32_t k, uint32_t begin, uint32_t n, table *t)
{
    double   least = INFINITY;
    uint32_t begun = 0;
    for (uint32_t b = begin; b < n; b++) {
        double cost = t->least[k - 1][b] + base + run_s[n - b];
        if (cost >= least) continue;
        least = cost;
        begun = b;
    }
    t->least[k][n] = least;
    t->begun[k][n] = (uint16_t)begun;
}

/* The last stint ends with the race: of it no other lap is asked. */
static void fill_next(const pb_plan_rest *r, const pb_plan *plan, uint32_t k, uint32_t earliest, table *t)
{
    const pb_stint_spec *set   = &plan->stints[r->first + k];
    double               base  = fitting_cost(r, plan, r->first + k), run_s[PB_LAPS_MAX + 1];
    bool                 last  = r->first + k + 1u == plan->n_stints;
    uint32_t             begin = earliest + k - 1;
    for (uint32_t laps = 1; laps <= r->laps - (uint32_t)r->from; laps++)
        run_s[laps] = stint_cost(r, set, set->age_laps, (double)laps);
    for (uint32_t n = last ? r->laps : r->from; n <= r->laps; n++) fill_at(run_s, base, k, begin, n, t);
}

double pb_plan_place(const pb_plan_rest *r, uint16_t earliest, pb_plan *plan)
{
    table    t;
    uint32_t stints = plan->n_stints - r->first, lap = r->laps;
    if (earliest <= r->from) earliest = (uint16_t)(r->from + 1);
    fill_first(r, plan, &t);
    for (uint32_t k = 1; k < stints; k++) fill_next(r, plan, k, earliest, &t);
    double cost = t.least[stints - 1][r->laps];
    if (!(cost < INFINITY)) return INFINITY;
    for (uint32_t k = stints; k-- > 1;) {
        lap                               = t.begun[k][lap];
        plan->stints[r->first + k].in_lap = (uint16_t)lap;
    }
    return cost;
}
