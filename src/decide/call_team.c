/* call_team: two cars of a team and one box. Four joint calls, played with both
 * cars' plans on the same draws: both stop, one of them, neither. See call_team.h. */
#include "call_team.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NEAR_S 30.0 /* further apart they do not meet in the lane */
#define TRIALS 1024u

pb_call_team pb__team_none(void)
{
    return (pb_call_team){.mate          = PB_CALL_NOBODY,
                          .first         = PB_CALL_NOBODY,
                          .against_first = PB_CALL_NOBODY,
                          .swap          = {.front = PB_CALL_NOBODY, .rear = PB_CALL_NOBODY}};
}

static uint8_t mate_of(const pb_race_spec *spec, uint32_t car)
{
    for (uint32_t c = 0; c < spec->n_cars; c++)
        if (c != car && spec->cars[c].state.running && spec->cars[car].team[0] &&
            strcmp(spec->cars[c].team, spec->cars[car].team) == 0)
            return (uint8_t)c;
    return PB_CALL_NOBODY;
}

/* ---- what both are worth ---- */

/* A win of either is one win and places add up; the other aims are of one car, so
 * that the team goes by its points. */
static pb_aim aim_of_both(const pb_aim *aim)
{
    bool adds_up = aim->kind == PB_AIM_POSITION || aim->kind == PB_AIM_WIN;
    return (pb_aim){.kind = adds_up ? aim->kind : PB_AIM_POINTS};
}

static double worth(const pb__pair *p, uint32_t place)
{
    if (p->aim.kind == PB_AIM_POSITION) return -(double)place;
    return p->aim.kind == PB_AIM_WIN ? place == 1 : pb__points_of(p->w->spec, place);
}

static double mean_worth(const pb__pair *p, const pb_ranked *r)
{
    return p->aim.kind == PB_AIM_POSITION ? -r->mean_place : p->aim.kind == PB_AIM_WIN ? r->p_win : r->points;
}

pb_gain pb__pair_less(const pb__pair *p, const pb__runner *a, const pb__runner *b)
{
    uint32_t played = a->n < b->n ? a->n : b->n; /* fewer than TRIALS where the decision has fewer */
    double   sum = 0, squares = 0, n = played;
    for (uint32_t i = 0; i < played; i++) {
        double x = worth(p, a->own[i]) + worth(p, a->rival[i]) - worth(p, b->own[i]) - worth(p, b->rival[i]);
        sum += x;
        squares += x * x;
    }
    double mean = sum / n, half = PB__Z90 * sqrt(fmax(squares - sum * mean, 0) / (n - 1) / n);
    return (pb_gain){mean, mean - half, mean + half};
}

/* ---- what each may do ---- */

/* A single call weighs what the simulation does not show (call_actions). Where that
 * turned it, it was worth at least what the simulation had against it. */
static void take_side(const pb__pair *p, const pb__work *w, pb__side *out)
{
    int at[PB__MOVES] = {pb__best_of(w, true), pb__best_of(w, false)};
    *out              = (pb__side){.car = w->car, .boxes = w->call->box_score > 0};
    for (int k = 0; k < PB__MOVES; k++) {
        out->may[k] = at[k] >= 0;
        if (out->may[k]) out->plan[k] = w->candidate[w->ranked[at[k]].candidate];
    }
    if (!out->may[PB__IN] || !out->may[PB__OUT]) return;
    double gain = mean_worth(p, &w->ranked[at[PB__IN]]) - mean_worth(p, &w->ranked[at[PB__OUT]]);
    if ((gain > 0) != out->boxes) out->lean = -gain;
}

/* It is on its way in: nothing to choose. */
static void take_boxed(const pb__work *w, uint32_t mate, pb__side *out)
{
    *out              = (pb__side){.car = mate, .boxes = true, .may = {[PB__IN] = true}};
    out->plan[PB__IN] = (pb_candidate){w->spec->cars[mate].plans[0], (uint16_t)(w->spec->from_lap + 1u)};
}

/* The mate's own single call, as if it had been asked for alone. */
static pb_status ask_mate(const pb__pair *p, uint32_t mate, pb__work *m, pb_call *call, pb__side *out, pb_error *error)
{
    pb_decide_options options = *p->w->options;
    if (options.aim.kind == PB_AIM_CHAMPIONSHIP && options.aim.rival == mate) options.aim.kind = PB_AIM_POINTS;
    *m = (pb__work){.d       = p->w->d,
                    .spec    = p->w->spec,
                    .view    = p->w->view,
                    .options = &options,
                    .car     = mate,
                    .state   = &p->w->spec->cars[mate].state,
                    .call    = call};
    pb__call_begin(m, call);
    PB_TRY(pb__call_actions(m, error));
    take_side(p, m, out);
    return PB_OK;
}

static pb_status mate_side(const pb__pair *p, uint32_t mate, pb__side *out, pb_error *error)
{
    if (p->w->view->rival_boxed[mate]) {
        take_boxed(p->w, mate, out);
        return PB_OK;
    }
    pb__work *m      = malloc(sizeof *m);
    pb_call  *call   = malloc(sizeof *call);
    pb_status status = m && call ? ask_mate(p, mate, m, call, out, error)
                                 : pb_error_set(error, PB_E_NOMEM, "out of memory for the mate's call");
    free(call);
    free(m);
    return status;
}

/* ---- the four ways ---- */

static int move_of(uint32_t way, uint32_t side)
{
    return way >> side & 1u ? PB__OUT : PB__IN;
}

pb_status pb__pair_play(const pb__pair *p, uint32_t way, uint32_t slot, pb__runner *out, pb_error *error)
{
    pb_decider         *d = p->w->d;
    const pb__side     *a = &p->side[0], *b = &p->side[1];
    const pb_candidate *theirs  = &b->plan[move_of(way, 1)];
    const pb_aim        both    = {.kind = PB_AIM_CHAMPIONSHIP, .rival = (uint8_t)b->car}; /* places of both are kept */
    pb_car_spec        *other   = &pb_decider_spec(d)->cars[b->car];
    pb_plan             plan    = other->plans[0];
    uint8_t             n       = other->n_plans;
    other->plans[0]             = theirs->plan;
    other->plans[0].weight_prob = 1;
    other->n_plans              = 1;
    pb_status status            = pb__runner_open(d, a->car, &a->plan[move_of(way, 0)], slot, out, error);
    other->plans[0]             = plan;
    other->n_plans              = n;
    if (status != PB_OK) return status;
    pb_sim_model_obey(out->model, b->car, theirs->obey_until);
    pb__runner_play(d, a->car, &both, out, TRIALS);
    return PB_OK;
}

static pb_status play_ways(pb__pair *p, pb_error *error)
{
    for (uint32_t way = 0; way < PB__WAYS; way++) {
        if (!p->side[0].may[move_of(way, 0)] || !p->side[1].may[move_of(way, 1)]) continue;
        PB_TRY(pb__pair_play(p, way, way, &p->run[way], error));
        p->open[way] = true;
    }
    return PB_OK;
}

/* ---- the joint call ---- */

/* Way a against way b, with what the single calls weigh besides. */
static pb_gain judge(const pb__pair *p, uint32_t a, uint32_t b)
{
    pb_gain g    = pb__pair_less(p, &p->run[a], &p->run[b]);
    double  lean = 0;
    for (uint32_t s = 0; s < 2; s++) lean += p->side[s].lean * ((move_of(a, s) == PB__IN) - (move_of(b, s) == PB__IN));
    return (pb_gain){g.value + lean, g.lo + lean, g.hi + lean};
}

/* The two single calls, unless another way is better for sure, and by more than a tie. */
static uint32_t choose(const pb__pair *p)
{
    uint32_t alone = (p->side[0].boxes ? 0 : 1u) | (p->side[1].boxes ? 0 : 2u), best = alone;
    double   most = pb__call_tie(&p->aim);
    for (uint32_t way = 0; way < PB__WAYS; way++) {
        if (way == alone || !p->open[way]) continue;
        pb_gain g = judge(p, way, alone);
        if (g.lo <= 0 || g.value <= most) continue;
        most = g.value;
        best = way;
    }
    return best;
}

/* The best of the others; PB__WAYS: there is none. */
static uint32_t next_best(const pb__pair *p, uint32_t best)
{
    uint32_t next = PB__WAYS;
    double   most = -INFINITY;
    for (uint32_t way = 0; way < PB__WAYS; way++) {
        if (way == best || !p->open[way]) continue;
        double value = judge(p, way, best).value;
        if (value <= most) continue;
        most = value;
        next = way;
    }
    return next;
}

static pb_team_option option_of(uint32_t way)
{
    return way == 0 ? PB_TEAM_BOTH : way == PB__WAYS - 1 ? PB_TEAM_NEITHER : PB_TEAM_SPLIT;
}

/* Who is served first: whoever comes in, or is in front. */
static uint8_t first_of(const pb__pair *p, uint32_t way)
{
    uint32_t a = p->side[0].car, b = p->side[1].car;
    if (way == PB__WAYS - 1) return PB_CALL_NOBODY;
    if (way != 0) return (uint8_t)(move_of(way, 0) == PB__IN ? a : b);
    return (uint8_t)(p->w->spec->cars[a].state.position < p->w->spec->cars[b].state.position ? a : b);
}

static double wait_of(const pb__pair *p)
{
    const pb_race_spec *spec = p->w->spec;
    const pb_pit_spec  *pit  = &spec->pit;
    double              gap  = fabs(spec->cars[p->side[0].car].state.gap_s - spec->cars[p->side[1].car].state.gap_s);
    if (!(spec->effects & PB_EFFECT_DOUBLE_STACK) || gap >= pit->double_stack_gap_s) return 0;
    return pit->double_stack_s * (1 - gap / pit->double_stack_gap_s);
}

static uint16_t lap_of(const pb__pair *p, uint32_t way, uint32_t side)
{
    return pb__next_stop(p->w->spec, &p->side[side].plan[move_of(way, side)].plan);
}

static void conclude(const pb__pair *p, uint32_t best)
{
    pb_call_team *t    = &p->w->call->team;
    uint32_t      next = next_best(p, best), own = p->side[1].car == p->w->car;
    t->option     = option_of(best);
    t->first      = first_of(p, best);
    t->own_lap    = lap_of(p, best, own);
    t->mate_lap   = lap_of(p, best, !own);
    t->wait_s     = wait_of(p);
    t->unit       = pb__aim_unit(&p->aim);
    t->own_alone  = p->side[own].boxes;
    t->mate_alone = p->side[!own].boxes;
    t->turns_call = t->own_alone != (move_of(best, own) == PB__IN);
    if (next == PB__WAYS) return;
    t->joint         = pb__pair_less(p, &p->run[best], &p->run[next]);
    t->against       = option_of(next);
    t->against_first = first_of(p, next);
}

static pb_status decide(pb__pair *p, pb_error *error)
{
    pb_status status = play_ways(p, error);
    if (status == PB_OK) {
        uint32_t best = choose(p);
        conclude(p, best);
        status = pb__call_swap(p, best, error);
    }
    for (uint32_t way = 0; way < PB__WAYS; way++)
        if (p->open[way]) pb__runner_close(&p->run[way]);
    return status;
}

pb_status pb__call_team(pb__work *w, pb_error *error)
{
    uint8_t mate       = mate_of(w->spec, w->car);
    w->call->team.mate = mate;
    if (mate == PB_CALL_NOBODY || fabs(w->spec->cars[mate].state.gap_s - w->state->gap_s) > NEAR_S) return PB_OK;
    pb__pair p   = {.w = w, .aim = aim_of_both(&w->options->aim)};
    bool     own = mate < w->car;
    take_side(&p, w, &p.side[own]);
    pb_status status = mate_side(&p, mate, &p.side[!own], error);
    if (status == PB_E_RULE) return PB_OK; /* it has no legal way on: nothing to settle with it */
    return status == PB_OK ? decide(&p, error) : status;
}
