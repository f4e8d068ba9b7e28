/* rejoin_learn_past: the stops of past races as they were seen then, and what came
 * of them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "penalty.h"
#include "pitboard/num.h"
#include "rejoin_learn.h"

static bool reserve(pb__rejoin_past *p)
{
    if (p->n < p->cap) return true;
    size_t           cap = p->cap ? 2 * p->cap : 256;
    pb__rejoin_case *at  = realloc(p->at, cap * sizeof *at);
    if (at) p->at = at;
    void *act = realloc(p->act, cap * sizeof *p->act);
    if (act) p->act = act;
    void *ahead = realloc(p->ahead, cap * sizeof *p->ahead);
    if (ahead) p->ahead = ahead;
    double *place = realloc(p->place, cap * sizeof *place);
    if (place) p->place = place;
    double *off = realloc(p->off_s, cap * sizeof *off);
    if (off) p->off_s = off;
    if (!at || !act || !ahead || !place || !off) return false;
    p->cap = cap;
    return true;
}

static bool entered(const pb_log_car *car, uint32_t lap)
{
    int32_t i = pb_lap_row(car, lap);
    return i >= 0 && car->laps[i].pit_in_ms != PB_MS_NONE;
}

/* What a rival did from the end of its last seen lap on. */
static uint8_t act_of(const pb_race_log *log, const pb__rejoin_case *c, const pb__rejoin_rival *r)
{
    if (r->in_lane) return PB__REJOIN_LANE;
    for (uint32_t lap = c->lap + 2U - r->exposed; lap <= c->lap + 1U; lap++)
        if (entered(&log->cars[r->car], lap)) return PB__REJOIN_WHOLE;
    return entered(&log->cars[r->car], c->lap + 2U) ? PB__REJOIN_PART : PB__REJOIN_OUT;
}

/* It completed the lap of the out-lap first. */
static bool was_ahead(const pb_history_race *race, const pb__rejoin_case *c, uint32_t car)
{
    uint32_t lap = c->lap + 2U;
    int32_t  own = pb_lap_row(&race->log->cars[c->car], lap), other = pb_lap_row(&race->log->cars[car], lap);
    if (own < 0 || other < 0 || race->outcome->car[car].laps_done < lap) return false;
    return race->log->cars[car].laps[other].session_ms < race->log->cars[c->car].laps[own].session_ms;
}

/* What the stop cost over what was expected. */
static double off_of(const pb_history_race *race, const pb__rejoin_case *c, const double *team_s,
                     const pb__rejoin_cost *costs, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (costs[i].car == c->car && costs[i].in_lap == c->lap + 1U)
            return costs[i].loss_s + team_s[c->car] + pb__penalty_pending_s(race, c->car, c->lap + 1U) - c->loss_s;
    return NAN;
}

typedef struct adding {
    pb__rejoin_board       board;
    const pb_history_race *race;
    pb__rejoin_view       *whole; /* the race seen to its end */
    pb__rejoin_cost       *costs;
    size_t                 n_costs;
    pb__rejoin_past       *out;
} adding;

static pb_status add_stop(adding *a, const pb__truth *t, pb_error *error)
{
    const pb__rejoin_terms green = {.share = 1};
    if (!reserve(a->out)) return pb_error_set(error, PB_E_NOMEM, "rejoin: no memory for the stops of past races");
    pb__rejoin_case *c = &a->out->at[a->out->n];
    PB_TRY(pb__rejoin_case_of(&a->board, (uint32_t)t->car, (uint16_t)(t->lap - 1), PB_MS_NONE, &green, c, error));
    for (uint32_t i = 0; i < c->n; i++) {
        a->out->act[a->out->n][i]   = act_of(a->race->log, c, &c->rival[i]);
        a->out->ahead[a->out->n][i] = was_ahead(a->race, c, c->rival[i].car);
    }
    a->out->off_s[a->out->n]   = off_of(a->race, c, a->board.known.team_s, a->costs, a->n_costs);
    a->out->place[a->out->n++] = t->y;
    return PB_OK;
}

static pb_status add_race(adding *a, const pb__rejoin_known *known, pb_pitcall_sight sight, pb_error *error)
{
    pb__truths truths = {0};
    pb_status  status = pb__truth_rejoin(a->race, &truths);
    if (status != PB_OK) pb_error_set(error, status, "rejoin: %s", pb_status_text(status));
    if (status == PB_OK && truths.n > 0) {
        status = pb__rejoin_board_init(&a->board, a->race, sight, known, error);
        pb__rejoin_view_init(a->whole, a->race->log);
        a->n_costs = pb__rejoin_costs(a->whole, a->race, known->pace, known->team_s, a->costs, PB__REJOIN_COSTS_MAX);
        for (size_t i = 0; i < truths.n && status == PB_OK; i++) status = add_stop(a, &truths.at[i], error);
        pb__rejoin_board_fini(&a->board);
    }
    pb__truths_fini(&truths);
    return status;
}

pb_status pb__rejoin_past_init(const pb_history *past, pb_pitcall_sight sight, const pb__rejoin_book *book,
                               const double *pace, const pb__rejoin_trees *trees, pb__rejoin_past *out, pb_error *error)
{
    *out     = (pb__rejoin_past){0};
    adding a = {.whole = malloc(sizeof *a.whole), .costs = malloc(PB__REJOIN_COSTS_MAX * sizeof *a.costs), .out = out};
    pb_status status = a.whole && a.costs ? PB_OK : pb_error_set(error, PB_E_NOMEM, "rejoin: out of memory");
    for (size_t r = 0; r < past->n && status == PB_OK; r++) {
        pb__rejoin_known known = {.pace   = pace,
                                  .team_s = book->lane.team_s[r],
                                  .before = pb__rejoin_before(book, r),
                                  .calls  = pb__rejoin_unseen(trees, r),
                                  .rate   = PB__REJOIN_RATE};
        a.race                 = &past->races[r];
        if (!a.race->log->sprint) status = add_race(&a, &known, sight, error);
    }
    free(a.whole);
    free(a.costs);
    if (status != PB_OK) pb__rejoin_past_fini(out);
    return status;
}

void pb__rejoin_past_fini(pb__rejoin_past *past)
{
    free(past->at);
    free(past->act);
    free(past->ahead);
    free(past->place);
    free(past->off_s);
    *past = (pb__rejoin_past){0};
}
