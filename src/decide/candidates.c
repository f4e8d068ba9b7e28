/* candidates: every sensible way on, cheapest on the free track first. */
#include <math.h>
#include <string.h>

#include "options.h"
#include "pitboard/predict_plan.h"

#define LATER_STOPS 2 /* stops planned behind the next one */
#define START_STOPS 4 /* of a race that has not begun */
#define START_KEEP 12 /* orders of sets that are looked at lap by lap */
#define SPARE_S 15.0  /* plans this much dearer than the best are not played */

/* Plans with what they cost on the free track. */
typedef struct heap {
    const pb_race_spec *spec;
    uint32_t            car;
    pb_candidate       *at;
    double              cost[PB_CANDIDATES_MAX];
    bool                keep[PB_CANDIDATES_MAX]; /* whatever it costs */
    uint32_t            n, cap;
} heap;

bool pb__plan_equal(const pb_plan *a, const pb_plan *b)
{
    if (a->n_stints != b->n_stints) return false;
    for (uint32_t i = 0; i < a->n_stints; i++)
        if (a->stints[i].compound != b->stints[i].compound || a->stints[i].in_lap != b->stints[i].in_lap) return false;
    return true;
}

static void add(heap *h, const pb_plan *plan, double cost, bool keep)
{
    for (uint32_t i = 0; i < h->n; i++)
        if (pb__plan_equal(&h->at[i].plan, plan)) {
            h->keep[i] = h->keep[i] || keep;
            return;
        }
    if (h->n == h->cap) return;
    h->cost[h->n] = cost;
    h->keep[h->n] = keep;
    h->at[h->n++] = (pb_candidate){.plan = *plan, .obey_until = (uint16_t)(h->spec->from_lap + 1u)};
}

static void sort(heap *h)
{
    for (uint32_t i = 1; i < h->n; i++)
        for (uint32_t j = i; j > 0 && h->cost[j] < h->cost[j - 1]; j--) {
            pb_candidate c = h->at[j];
            double       x = h->cost[j];
            bool         k = h->keep[j];
            h->at[j]       = h->at[j - 1];
            h->cost[j]     = h->cost[j - 1];
            h->keep[j]     = h->keep[j - 1];
            h->at[j - 1]   = c;
            h->cost[j - 1] = x;
            h->keep[j - 1] = k;
        }
}

/* Drops what is far dearer than the best. */
static void prune(heap *h)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < h->n; i++) {
        if (!h->keep[i] && h->cost[i] > h->cost[0] + SPARE_S) continue;
        h->at[kept]   = h->at[i];
        h->cost[kept] = h->cost[i];
        h->keep[kept] = h->keep[i];
        kept++;
    }
    h->n = kept;
}

/* ---- in the race ---- */

static bool may_fit(const heap *h, uint32_t k, bool rain)
{
    return pb__may_fit(h->spec, h->car, k, rain);
}

/* A stop on this lap for every set there is, and with every sensible number of
 * stops behind it: a flag may make a set last that the free track would not. */
static void add_now(heap *h, bool rain)
{
    pb_plan  plan;
    double   cost[LATER_STOPS + 1], least;
    uint16_t lap = (uint16_t)(h->spec->from_lap + 1u);
    for (uint32_t k = 0; k < h->spec->n_compounds; k++) {
        if (!may_fit(h, k, rain) || !pb__complete(h->spec, h->car, lap, k, LATER_STOPS, &plan, &least)) continue;
        for (uint32_t more = 0; more <= LATER_STOPS; more++)
            if (pb__complete_with(h->spec, h->car, lap, k, more, &plan, &cost[more]) && cost[more] < least + SPARE_S)
                add(h, &plan, cost[more], cost[more] <= least);
    }
}

/* The cheapest plan whose next stop is on this lap. */
static void add_at(heap *h, uint32_t lap, bool rain, bool keep)
{
    pb_plan plan, best;
    double  cost, least = INFINITY;
    for (uint32_t k = 0; k < h->spec->n_compounds; k++) {
        if (!may_fit(h, k, rain) || !pb__complete(h->spec, h->car, (uint16_t)lap, k, LATER_STOPS, &plan, &cost))
            continue;
        if (cost >= least) continue;
        least = cost;
        best  = plan;
    }
    if (least < INFINITY) add(h, &best, least, keep);
}

static void in_race(heap *h)
{
    pb_plan  plan;
    double   cost;
    bool     rain = pb__rain_about(h->spec);
    uint32_t from = h->spec->from_lap, laps = h->spec->rules.laps;
    add_now(h, rain);
    /* every lap soon, then ever wider steps */
    for (uint32_t ahead = 2, step = 1; from + ahead < laps; ahead += step, step = 1 + ahead / 5)
        add_at(h, from + ahead, rain, ahead == 2);
    if (pb__run_to_flag(h->spec, h->car, &plan, &cost)) add(h, &plan, cost, true);
}

/* ---- before the start ---- */

/* Shifts of the stops of a good plan, to see how flat its window is. */
static void add_shifted(heap *h, const pb_plan *plan, const pb_plan_rest *rest)
{
    static const int shifts[] = {-6, -3, 3, 6};
    for (uint32_t s = 1; s < plan->n_stints; s++)
        for (size_t i = 0; i < sizeof shifts / sizeof *shifts; i++) {
            pb_plan p   = *plan;
            int     lap = p.stints[s].in_lap + shifts[i];
            int     lo  = s > 1 ? p.stints[s - 1].in_lap + 1 : 2,
                hi      = s + 1u < p.n_stints ? p.stints[s + 1].in_lap - 1 : rest->laps - 1;
            if (lap < lo || lap > hi) continue;
            p.stints[s].in_lap = (uint16_t)lap;
            add(h, &p, pb_plan_cost_s(rest, &p), false);
        }
}

/* Every order of so many sets, stops placed where they cost least. */
static void add_orders(heap *h, const uint8_t *slick, uint32_t n, uint32_t stops)
{
    uint32_t ways = 1;
    for (uint32_t i = 0; i <= stops; i++) ways *= n;
    for (uint32_t way = 0; way < ways; way++) {
        pb_plan  p = {.weight_prob = 1, .n_stints = (uint8_t)(stops + 1)};
        uint32_t w = way;
        for (uint32_t i = 0; i <= stops; i++, w /= n)
            p.stints[i] = (pb_stint_spec){.compound = slick[w % n], .in_lap = (uint16_t)i};
        if (!pb_decide_legal(h->spec, h->car, &p)) continue;
        const pb_plan_rest rest = {
            .spec = h->spec, .laps = h->spec->rules.laps, .wear_mult = h->spec->cars[h->car].wear_mult};
        double cost = stops > 0 ? pb_plan_place(&rest, 0, &p) : pb_plan_cost_s(&rest, &p);
        if (cost < INFINITY) add(h, &p, cost, false);
    }
}

static void before_start(heap *h)
{
    const pb_plan_rest rest = {
        .spec = h->spec, .laps = h->spec->rules.laps, .wear_mult = h->spec->cars[h->car].wear_mult};
    uint8_t  slick[PB_COMPOUNDS_MAX];
    uint32_t n = 0;
    for (uint32_t k = 0; k < h->spec->n_compounds && n < 3; k++)
        if (h->spec->compounds[k].kind == PB_TYRE_SLICK) slick[n++] = (uint8_t)k;
    for (uint32_t stops = 0; stops <= START_STOPS; stops++) {
        add_orders(h, slick, n, stops);
        sort(h);
        prune(h);
        if (h->n > h->cap / 2) h->n = h->cap / 2;
    }
    if (h->n > START_KEEP) h->n = START_KEEP;
    for (uint32_t i = 0, orders = h->n; i < orders; i++) {
        pb_plan plan = h->at[i].plan;
        add_shifted(h, &plan, &rest);
    }
}

uint32_t pb_decide_candidates(const pb_race_spec *spec, uint32_t car, pb_candidate *out, uint32_t cap)
{
    heap h = {.spec = spec, .car = car, .at = out, .cap = cap < PB_CANDIDATES_MAX ? cap : PB_CANDIDATES_MAX};
    if (spec->from_lap > 0)
        in_race(&h);
    else
        before_start(&h);
    sort(&h);
    prune(&h);
    return h.n;
}
