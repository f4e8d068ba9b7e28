/* call_team: two cars of a team and one box. Four joint calls, played with both
 * cars' plans: both stop, one of them, neither. */
#include <math.h>
#include <string.h>

#include "call_work.h"

#define NEAR_S 30.0 /* further apart they do not meet in the lane */
#define TRIALS 512u

enum { BOTH, US, MATE, NEITHER, WAYS };

static uint8_t mate_of(const pb_race_spec *spec, uint32_t car)
{
    for (uint32_t c = 0; c < spec->n_cars; c++)
        if (c != car && spec->cars[c].state.running && spec->cars[car].team[0] &&
            strcmp(spec->cars[c].team, spec->cars[car].team) == 0)
            return (uint8_t)c;
    return PB_CALL_NOBODY;
}

/* The cheapest plans of a car that stop on this lap, and that do not. */
static bool two_plans(const pb_race_spec *spec, uint32_t car, pb_candidate out[2])
{
    pb_candidate c[PB_CANDIDATES_MAX];
    uint32_t     n        = pb_decide_candidates(spec, car, c, PB_CANDIDATES_MAX);
    bool         found[2] = {false, false};
    for (uint32_t i = 0; i < n; i++) {
        uint32_t k = !pb__stops_now(spec, &c[i].plan);
        if (found[k]) continue;
        found[k] = true;
        out[k]   = c[i];
    }
    return found[0] && found[1];
}

/* Points of both cars in trial i. */
static double joint(const pb_race_spec *spec, const pb__runner *r, uint32_t i)
{
    return pb__points_of(spec, r->own[i]) + pb__points_of(spec, r->rival[i]);
}

static pb_gain less(const pb_race_spec *spec, const pb__runner *a, const pb__runner *b)
{
    uint32_t played = a->n < b->n ? a->n : b->n; /* fewer than TRIALS where the decision has fewer */
    double   sum = 0, squares = 0, n = played;
    for (uint32_t i = 0; i < played; i++) {
        double x = joint(spec, a, i) - joint(spec, b, i);
        sum += x;
        squares += x * x;
    }
    double mean = sum / n, se = sqrt(fmax(squares - sum * mean, 0) / (n - 1) / n);
    return (pb_gain){mean, mean - PB__Z90 * se, mean + PB__Z90 * se};
}

/* Both cars keep to these plans. */
static pb_status play(pb__work *w, uint32_t mate, const pb_candidate *ours, const pb_candidate *theirs, uint32_t slot,
                      pb__runner *out, pb_error *error)
{
    const pb_aim both       = {.kind = PB_AIM_CHAMPIONSHIP, .rival = (uint8_t)mate};
    pb_car_spec *m          = &pb_decider_spec(w->d)->cars[mate];
    pb_plan      plan       = m->plans[0];
    uint8_t      n          = m->n_plans;
    m->plans[0]             = theirs->plan;
    m->plans[0].weight_prob = 1;
    m->n_plans              = 1;
    pb_status status        = pb__runner_open(w->d, w->car, ours, slot, out, error);
    m->plans[0]             = plan;
    m->n_plans              = n;
    if (status != PB_OK) return status;
    pb_sim_model_obey(out->model, mate, theirs->obey_until);
    pb__runner_play(w->d, w->car, &both, out, TRIALS);
    return PB_OK;
}

static double wait_of(const pb__work *w, uint32_t mate)
{
    const pb_pit_spec *p   = &w->spec->pit;
    double             gap = fabs(w->spec->cars[mate].state.gap_s - w->state->gap_s);
    return p->double_stack_gap_s > 0 && gap < p->double_stack_gap_s
               ? p->double_stack_s * (1 - gap / p->double_stack_gap_s)
               : 0;
}

static void conclude(pb__work *w, uint32_t mate, const pb__runner r[WAYS])
{
    pb_call_team *out  = &w->call->team;
    int           best = 0, second = -1;
    for (int k = 1; k < WAYS; k++)
        if (less(w->spec, &r[k], &r[best]).value > 0) best = k;
    for (int k = 0; k < WAYS; k++)
        if (k != best && (second < 0 || less(w->spec, &r[k], &r[second]).value > 0)) second = k;
    out->stack = best == BOTH;
    out->first = best == US ? (uint8_t)w->car : best == MATE ? (uint8_t)mate : PB_CALL_NOBODY;
    if (best == BOTH)
        out->first = w->spec->cars[mate].state.position < w->state->position ? (uint8_t)mate : (uint8_t)w->car;
    out->joint  = less(w->spec, &r[best], &r[second]);
    out->wait_s = wait_of(w, mate);
}

pb_status pb__call_team(pb__work *w, pb_error *error)
{
    uint8_t      mate = mate_of(w->spec, w->car);
    pb_candidate ours[2], theirs[2];
    pb__runner   r[WAYS];
    w->call->team.mate = mate;
    if (mate == PB_CALL_NOBODY || fabs(w->spec->cars[mate].state.gap_s - w->state->gap_s) > NEAR_S) return PB_OK;
    if (!two_plans(w->spec, w->car, ours) || !two_plans(w->spec, mate, theirs)) return PB_OK;
    uint32_t  opened = 0;
    pb_status status = PB_OK;
    for (; status == PB_OK && opened < WAYS; opened++)
        status = play(w, mate, &ours[opened == MATE || opened == NEITHER], &theirs[opened == US || opened == NEITHER],
                      opened, &r[opened], error);
    if (status == PB_OK) conclude(w, mate, r);
    for (uint32_t i = 0; i < opened; i++) pb__runner_close(&r[i]);
    return status;
}
