/* stops_view: what a car will do in a race that has not begun. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stops_parts.h"
#include "stops_view.h"

static const double quantiles[] = {0.5, 0.1, 0.9};
#define QUANTILES (sizeof quantiles / sizeof *quantiles)
#define BESIDE 0.05 /* what cars on the other first sets add to the laps of a plan */

/* ---- making one ---- */

/* Scheduled laps, by the length of the circuit or else as at the last edition. */
static uint16_t laps_here(const pb_stops_view *v)
{
    int laps = pb_scheduled_laps(v->circuit, v->season, false);
    for (size_t r = v->book.n; r-- > 0 && laps == 0;)
        if (strcmp(v->book.race[r].circuit, v->circuit) == 0) laps = v->book.race[r].laps;
    return (uint16_t)laps;
}

static pb_status look(pb_stops_view *v, const pb_history *history, size_t before, pb_error *error)
{
    pb_status status = pb__stops_book_init(history, before, &v->book);
    if (status != PB_OK) return pb_error_set(error, status, "stops: no memory for %zu races", before);
    v->place   = (pb__stops_place){v->circuit, v->season, v->book.number};
    bool tells = pb__stops_signs_of(&v->book, &v->place, &v->signs);
    if (v->laps == 0) v->laps = laps_here(v);
    if (v->signs.last[1] <= 0) return pb_error_set(error, PB_E_EMPTY, "stops: no dry race before it");
    v->learned.fitted = v->learned.fitted && tells;
    pb__stops_count_race(&v->learned, &v->signs, v->p_stops);
    if (pb__stops_weigh(&v->book, &v->place, &v->past, &v->n_past) != PB_OK)
        return pb_error_set(error, PB_E_NOMEM, "stops: no memory for the cars of %zu races", before);
    return PB_OK;
}

pb_status pb_stops_view_create(const pb_model *model, const pb_history *history, size_t before,
                               const pb_stops_race *race, pb_stops_view **out, pb_error *error)
{
    pb_stops_view *v = calloc(1, sizeof *v);
    if (!v) return pb_error_set(error, PB_E_NOMEM, "stops: out of memory");
    PB_ASSERT(before <= history->n);
    (void)pb_span_copy(pb_span_of(race->circuit), v->circuit, sizeof v->circuit);
    v->season = race->season;
    v->laps   = race->laps;
    v->least  = pb_race_min_stops(race->circuit, race->season);
    if (race->min_stops > v->least) v->least = race->min_stops;
    v->learned       = (pb__stops_learned){.last_weight = 1};
    pb_status status = model ? pb__stops_learned_get(model, &v->learned, error) : PB_OK;
    if (status == PB_OK) status = look(v, history, before, error);
    if (status == PB_OK && v->laps < 2)
        status = pb_error_set(error, PB_E_RANGE, "stops: how many laps has a race at \"%s\"?", v->circuit);
    if (status == PB_OK)
        *out = v;
    else
        pb_stops_view_destroy(v);
    return status;
}

void pb_stops_view_destroy(pb_stops_view *view)
{
    if (!view) return;
    pb__stops_book_fini(&view->book);
    free(view->past);
    free(view);
}

/* ---- asking it ---- */

typedef struct answer {
    pb__stops_asked     asked;
    pb__stops_weighted *room; /* as many as there are cars of the past */
    double              p_stops[PB_STOPS_MAX + 1];
    double              start[PB_STOPS_MAX + 1][PB__STOPS_SETS]; /* P(first set | stops) */
    double              way[PB__STOPS_WAYS];                     /* P(sets | stops) */
} answer;

/* The first set is known: what is left of everything else. */
static void given_start(answer *a, int set)
{
    double all = 0;
    for (uint32_t k = 0; k <= PB_STOPS_MAX; k++) all += a->p_stops[k] * a->start[k][set];
    for (uint32_t k = 0; k <= PB_STOPS_MAX; k++) {
        uint32_t first = pb__stops_first_way(k), block = (pb__stops_first_way(k + 1) - first) / PB__STOPS_SETS;
        double   share = a->start[k][set];
        if (all > 0) a->p_stops[k] *= share / all; /* a set nobody ever started on says nothing of the count */
        for (uint32_t s = 0; s < PB__STOPS_SETS; s++) {
            a->start[k][s] = (int)s == set;
            for (uint32_t i = 0; i < block; i++)
                a->way[first + s * block + i] = (int)s != set ? 0
                                                : share > 0   ? a->way[first + s * block + i] / share
                                                              : 1.0 / block;
        }
    }
}

static void put_laps(const pb_stops_view *v, const answer *a, const double start[PB__STOPS_SETS], pb_stops_plan *plan)
{
    double when[QUANTILES];
    for (uint32_t i = 0; i < plan->stops; i++) {
        uint16_t least = i ? (uint16_t)(plan->lap[i - 1] + 1) : 1, most = (uint16_t)(v->laps - plan->stops + i);
        uint16_t at[QUANTILES];
        pb__stops_when(v->past, v->n_past, &a->asked, plan->stops, i, start, quantiles, QUANTILES, a->room, when);
        for (size_t q = 0; q < QUANTILES; q++) at[q] = (uint16_t)(when[q] * v->laps + 0.5);
        plan->lap[i]    = at[0] < least ? least : at[0] > most ? most : at[0];
        plan->lap_lo[i] = at[1] < plan->lap[i] ? (at[1] < 1 ? 1 : at[1]) : plan->lap[i];
        plan->lap_hi[i] = at[2] > plan->lap[i] ? (at[2] > most ? most : at[2]) : plan->lap[i];
    }
}

static pb_stops_plan plan_of(const answer *a, uint32_t way)
{
    int8_t        set[PB_STOPS_MAX + 1];
    pb_stops_plan plan = {.stops = (uint8_t)pb__stops_way(way, set)};
    plan.p             = a->p_stops[plan.stops] * a->way[way];
    for (uint32_t i = 0; i <= plan.stops; i++) plan.compound[i] = (uint8_t)(PB_COMPOUND_SOFT + set[i]);
    return plan;
}

/* The likeliest ways, in order; those after the first few are dropped. */
static void put_plans(const pb_stops_view *v, const answer *a, pb_stops_prior *out)
{
    for (uint32_t way = 0; way < PB__STOPS_WAYS; way++) {
        pb_stops_plan plan = plan_of(a, way);
        uint32_t      at   = out->n_plans;
        if (!(plan.p > 0)) continue;
        for (; at > 0 && out->plan[at - 1].p < plan.p; at--)
            if (at < PB_STOPS_PLANS) out->plan[at] = out->plan[at - 1];
        if (at < PB_STOPS_PLANS) out->plan[at] = plan;
        if (out->n_plans < PB_STOPS_PLANS) out->n_plans++;
    }
    for (uint32_t i = 0; i < out->n_plans; i++) {
        double start[PB__STOPS_SETS];
        for (int s = 0; s < PB__STOPS_SETS; s++)
            start[s] = out->plan[i].compound[0] == PB_COMPOUND_SOFT + s ? 1 : BESIDE;
        put_laps(v, a, start, &out->plan[i]);
    }
}

/* The likeliest number of stops, of so many the likeliest sets, and the laps of
 * cars with so many on whatever they are likely to start on. */
static void put_told(const pb_stops_view *v, const answer *a, pb_stops_prior *out)
{
    uint32_t stops = 0;
    for (uint32_t k = 1; k <= PB_STOPS_MAX; k++)
        if (a->p_stops[k] > a->p_stops[stops]) stops = k;
    uint32_t best = pb__stops_first_way(stops);
    for (uint32_t way = best; way < pb__stops_first_way(stops + 1); way++)
        if (a->way[way] > a->way[best]) best = way;
    out->told = plan_of(a, best);
    put_laps(v, a, a->start[stops], &out->told);
}

static void answer_for(const pb_stops_view *v, const pb_stops_car *car, answer *a)
{
    memcpy(a->p_stops, v->p_stops, sizeof a->p_stops);
    pb__stops_count_move(a->p_stops, pb__stops_team(&v->book, v->place.number, a->asked.team));
    pb__stops_count_least(a->p_stops, v->least);
    pb__stops_orders(v->past, v->n_past, &a->asked, a->start, a->way);
    if (car->start != PB_COMPOUND_UNKNOWN) given_start(a, car->start - PB_COMPOUND_SOFT);
}

pb_status pb_stops_view_ask(const pb_stops_view *v, const pb_stops_car *car, pb_stops_prior *out, pb_error *error)
{
    char   team[40];
    answer a = {.asked = {car->team[0] ? team : "", car->pit_lane ? PB__STOPS_PIT_LANE : car->grid}};
    if (car->start != PB_COMPOUND_UNKNOWN && (car->start < PB_COMPOUND_SOFT || car->start > PB_COMPOUND_HARD))
        return pb_error_set(error, PB_E_RANGE, "stops: %s is no slick; nothing is known here of a wet start",
                            pb_compound_name((pb_compound)car->start));
    if (!(a.room = malloc((v->n_past + 1) * sizeof *a.room)))
        return pb_error_set(error, PB_E_NOMEM, "stops: no memory for %zu cars", v->n_past);
    pb_team_id(pb_span_of(car->team), v->season, team, sizeof team);
    answer_for(v, car, &a);
    *out = (pb_stops_prior){.thin = !v->learned.fitted};
    memcpy(out->p_stops, a.p_stops, sizeof out->p_stops);
    for (uint32_t k = 0; k <= PB_STOPS_MAX; k++)
        for (int s = 0; s < PB__STOPS_SETS; s++) out->p_start[s] += a.p_stops[k] * a.start[k][s];
    put_plans(v, &a, out);
    put_told(v, &a, out);
    free(a.room);
    return PB_OK;
}
