#include "fit_planner.h"

#include <math.h>
#include <string.h>

#include "pitboard/predict_plan.h"

/* Teams do not find the optimum to the second: plans this much slower are
 * chosen 1/e as often. */
#define CHOICE_S 4.0
#define MORE_STOPS_MAX 3

/* The rest of a race to be planned. */
typedef struct rest {
    const pb__fit *fit;
    const pb_plan *past;
    uint32_t       from, laps; /* laps done; race distance */
    bool           free_start; /* the set of the first stint may be chosen */
    bool           two;        /* two slick compounds are owed */
    uint32_t       least;      /* stops that are owed in all */
    uint8_t        slick[PB_COMPOUNDS_MAX];
    uint32_t       n_slicks;
} rest;

static bool keeps_rules(const rest *r, const pb_plan *p)
{
    if (p->n_stints - 1u < r->least) return false;
    if (!r->two) return true;
    for (uint32_t i = 0; i < p->n_stints; i++) {
        if (r->fit->spec->compounds[p->stints[i].compound].kind != PB_TYRE_SLICK) return true;
        if (p->stints[i].compound != p->stints[0].compound) return true;
    }
    return false;
}

/* Wear of the mean car: these are plans before anything is known of this one. */
static pb_plan_rest rest_of(const rest *r, uint32_t first)
{
    const pb_stint_spec *on = &r->past->stints[first];
    return (pb_plan_rest){.spec      = r->fit->spec,
                          .from      = (uint16_t)r->from,
                          .laps      = (uint16_t)r->laps,
                          .first     = (uint8_t)first,
                          .age_laps  = on->age_laps + (double)(r->from - on->in_lap),
                          .wear_mult = 1};
}

/* The best plan with exactly this many more stops; INFINITY when there is none. */
static double best_with(const rest *r, uint32_t stops, pb_plan *best)
{
    uint32_t chosen = stops + r->free_start, ways = 1, first = r->past->n_stints - 1u;
    double   least = INFINITY;

    const pb_plan_rest left = rest_of(r, first);
    if (r->laps <= r->from + stops || r->past->n_stints + stops > PB_PLAN_STINTS) return least;
    for (uint32_t i = 0; i < chosen; i++) ways *= r->n_slicks;
    for (uint32_t way = 0; way < ways; way++) {
        pb_plan  p = *r->past;
        uint32_t w = way;
        if (r->free_start) {
            p.stints[0].compound = r->slick[w % r->n_slicks];
            w /= r->n_slicks;
        }
        for (uint32_t i = 0; i < stops; i++, w /= r->n_slicks)
            p.stints[p.n_stints++] = (pb_stint_spec){.compound = r->slick[w % r->n_slicks]};
        if (!keeps_rules(r, &p)) continue;
        double cost = pb_plan_place(&left, 0, &p);
        if (cost < least) {
            least = cost;
            *best = p;
        }
    }
    return least;
}

/* What can no longer be kept is owed no more: too few in-laps are left. */
static void owe(rest *r)
{
    const pb_rules_spec *rules = &r->fit->spec->rules;
    uint32_t             left  = r->laps > r->from + 1 ? r->laps - r->from - 1 : 0;
    r->two                     = rules->two_compounds && left > 0;
    r->least                   = r->past->n_stints - 1u + left >= rules->min_stops ? rules->min_stops : 0;
}

static rest describe(const pb__fit *fit, const pb_plan *past, bool started)
{
    const pb_race_spec *spec = fit->spec;
    rest r = {.fit = fit, .past = past, .from = fit->options->from_lap, .laps = fit->laps, .free_start = !started};
    for (uint8_t k = 0; k < spec->n_compounds && r.n_slicks < 3; k++)
        if (spec->compounds[k].kind == PB_TYRE_SLICK) r.slick[r.n_slicks++] = k;
    uint32_t last = past->stints[past->n_stints - 1].in_lap;
    if (r.from < last) r.from = last;
    owe(&r);
    return r;
}

/* Most likely first; what does not fit into the table of a car is left out. */
static uint32_t weigh(pb_plan *plan, double *cost, uint32_t n, pb_plan *out)
{
    uint32_t kept = 0, entries = 0;
    double   sum = 0, least = INFINITY;
    for (uint32_t i = 0; i < n; i++) least = fmin(least, cost[i]);
    for (uint32_t i = 0; i < n && kept < PB_PLANS_MAX; i++) {
        double w = pb_exp((least - cost[i]) / CHOICE_S);
        if (w < 0.05 || entries + plan[i].n_stints > PB_PLAN_ENTRIES_MAX) continue;
        entries += plan[i].n_stints;
        out[kept]             = plan[i];
        out[kept].weight_prob = w;
        sum += w;
        kept++;
    }
    for (uint32_t i = 0; i < kept; i++) out[i].weight_prob /= sum;
    return kept;
}

bool pb__fit_keeps_rules(const pb__fit *fit, const pb_plan *past, const pb_plan *plan)
{
    rest r = describe(fit, past, true);
    return keeps_rules(&r, plan);
}

uint32_t pb__fit_plan_rest(const pb__fit *fit, const pb_plan *past, bool started, pb_plan *out)
{
    rest     r = describe(fit, past, started);
    pb_plan  plan[MORE_STOPS_MAX + 1];
    double   cost[MORE_STOPS_MAX + 1];
    uint32_t n   = 0;
    bool     wet = fit->spec->compounds[past->stints[past->n_stints - 1].compound].kind != PB_TYRE_SLICK;

    for (uint32_t stops = 0; !wet && stops <= MORE_STOPS_MAX; stops++) {
        cost[n] = best_with(&r, stops, &plan[n]);
        if (cost[n] < INFINITY) n++;
    }
    uint32_t kept = n > 0 ? weigh(plan, cost, n, out) : 0;
    if (kept > 0) return kept;
    out[0]             = *past; /* wet tyres, or too little left: the policies decide */
    out[0].weight_prob = 1;
    return 1;
}
