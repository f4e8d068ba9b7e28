#include "fit_planner.h"

#include <math.h>
#include <string.h>

/* Teams do not find the optimum to the second: plans this much slower are
 * chosen 1/e as often. */
#define CHOICE_S 4.0
#define MORE_STOPS_MAX 3
/* Beyond its life a set loses this much more per lap and lap over. Makes a plan
 * shun what teams shun; the laps themselves never show it (effects.md 1). */
#define OVER_LIFE_S 0.1

/* The rest of a race to be planned. */
typedef struct rest {
    const pb__fit *fit;
    const pb_plan *past;
    uint32_t       from, laps; /* laps done; race distance */
    bool           free_start; /* the set of the first stint may be chosen */
    bool           two;        /* two slick compounds are owed */
    uint8_t        slick[PB_COMPOUNDS_MAX];
    uint32_t       n_slicks;
} rest;

static double stint_cost(const pb_compound_spec *c, double age, double laps)
{
    double over = fmax(age + laps - c->life_laps, 0);
    return c->offset_s * laps + c->wear_s_per_lap * (age * laps + laps * (laps - 1) / 2) + c->warm_up_s +
           OVER_LIFE_S * over * over / 2;
}

static bool two_kinds(const rest *r, const pb_plan *p)
{
    if (!r->two) return true;
    for (uint32_t i = 0; i < p->n_stints; i++) {
        if (r->fit->spec->compounds[p->stints[i].compound].kind != PB_TYRE_SLICK) return true;
        if (p->stints[i].compound != p->stints[0].compound) return true;
    }
    return false;
}

static double plan_cost(const rest *r, const pb_plan *p, uint32_t first)
{
    const pb_race_spec *spec = r->fit->spec;
    double              cost = 0;
    for (uint32_t i = first; i < p->n_stints; i++) {
        uint32_t begin = i == first ? r->from : p->stints[i].in_lap;
        uint32_t end   = i + 1 < p->n_stints ? p->stints[i + 1].in_lap : r->laps;
        double   age   = p->stints[i].age_laps + (i == first ? (double)(r->from - p->stints[i].in_lap) : 0);
        cost += stint_cost(&spec->compounds[p->stints[i].compound], age, (double)(end - begin));
        if (i > first) cost += spec->pit.loss_s;
    }
    return cost;
}

/* Moves each stop to where it costs least, a few rounds. */
static void place_stops(const rest *r, pb_plan *p, uint32_t first)
{
    uint32_t stints = p->n_stints - first, left = r->laps - r->from;
    for (uint32_t i = 1; i < stints; i++)
        p->stints[first + i].in_lap =
            (uint16_t)(r->from + i * left / stints > r->from ? r->from + i * left / stints : r->from + i);
    for (int round = 0; round < 4; round++)
        for (uint32_t i = first + 1; i < p->n_stints; i++) {
            uint32_t lo    = i == first + 1 ? r->from + 1 : p->stints[i - 1].in_lap + 1u;
            uint32_t hi    = i + 1 < p->n_stints ? p->stints[i + 1].in_lap - 1u : r->laps - 1;
            double   least = INFINITY;
            uint16_t best  = p->stints[i].in_lap;
            for (uint32_t lap = lo; lap <= hi; lap++) {
                p->stints[i].in_lap = (uint16_t)lap;
                double cost         = plan_cost(r, p, first);
                if (cost < least) {
                    least = cost;
                    best  = (uint16_t)lap;
                }
            }
            p->stints[i].in_lap = best;
        }
}

/* The best plan with exactly this many more stops; INFINITY when there is none. */
static double best_with(const rest *r, uint32_t stops, pb_plan *best)
{
    uint32_t chosen = stops + r->free_start, ways = 1, first = r->past->n_stints - 1u;
    double   least = INFINITY;

    if (r->laps <= r->from + 2 * stops || r->past->n_stints + stops > PB_PLAN_STINTS) return least;
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
        if (!two_kinds(r, &p)) continue;
        place_stops(r, &p, first);
        double cost = plan_cost(r, &p, first);
        if (cost < least) {
            least = cost;
            *best = p;
        }
    }
    return least;
}

static rest describe(const pb__fit *fit, const pb_plan *past, bool started)
{
    const pb_race_spec *spec = fit->spec;
    rest                r    = {.fit        = fit,
                                .past       = past,
                                .from       = fit->options->from_lap,
                                .laps       = fit->laps,
                                .free_start = !started,
                                .two        = spec->rules.two_compounds};
    for (uint8_t k = 0; k < spec->n_compounds && r.n_slicks < 3; k++)
        if (spec->compounds[k].kind == PB_TYRE_SLICK) r.slick[r.n_slicks++] = k;
    uint32_t last = past->stints[past->n_stints - 1].in_lap;
    if (r.from < last) r.from = last;
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
