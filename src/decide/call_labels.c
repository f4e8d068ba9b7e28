/* call_labels: a stop that is about somebody has a name of its own; and how hard to
 * drive. */
#include <math.h>

#include "call_work.h"

#define THREAT 0.30 /* of losing the place: cover, or say why not */
#define CHANCE 0.40 /* of an undercut that is worth its name */
#define NEAR_S 3.0  /* a rival this close is raced */
#define SOON_LAPS 2

static const pb_call_duel *strongest(const pb_call *call, pb_duel_kind kind, double least)
{
    const pb_call_duel *best = NULL;
    for (uint32_t i = 0; i < call->n_duels; i++)
        if (call->duels[i].kind == kind && call->duels[i].p >= least && (!best || call->duels[i].p > best->p))
            best = &call->duels[i];
    return best;
}

/* The car ahead is in the lane, or on its way there. */
static uint8_t ahead_boxed(const pb__work *w)
{
    uint8_t ahead = pb__car_ahead(w->spec, w->car);
    return ahead != PB_CALL_NOBODY && w->view->rival_boxed[ahead] ? ahead : PB_CALL_NOBODY;
}

static void label(const pb__work *w, pb_call_action *a)
{
    const pb_call_duel *threat = strongest(w->call, PB_DUEL_THREAT, THREAT),
                       *chance = strongest(w->call, PB_DUEL_UNDERCUT, CHANCE);
    if (a->action == PB_ACTION_BOX && w->view->flag == 0 && threat) {
        a->action = PB_ACTION_COVER;
        a->rival  = threat->rival;
    } else if (a->action == PB_ACTION_BOX && w->view->flag == 0 && chance) {
        a->action = PB_ACTION_UNDERCUT;
        a->rival  = chance->rival;
    } else if (a->action == PB_ACTION_STAY_OUT && ahead_boxed(w) != PB_CALL_NOBODY) {
        a->action = PB_ACTION_OVERCUT;
        a->rival  = ahead_boxed(w);
    }
}

void pb__call_labels(pb__work *w)
{
    for (uint32_t i = 0; i < w->call->n_actions; i++)
        if (i == 0 || !pb_action_boxes(w->call->actions[i].action)) label(w, &w->call->actions[i]);
}

void pb__call_mode(pb__work *w)
{
    const pb_call_action *a     = &w->call->actions[0];
    uint8_t               ahead = pb__car_ahead(w->spec, w->car), behind = pb__car_behind(w->spec, w->car);
    double gap_ahead  = ahead == PB_CALL_NOBODY ? INFINITY : w->state->gap_s - w->spec->cars[ahead].state.gap_s;
    double gap_behind = behind == PB_CALL_NOBODY ? INFINITY : w->spec->cars[behind].state.gap_s - w->state->gap_s;
    bool   soon       = a->target_lap > 0 && a->target_lap <= w->spec->from_lap + SOON_LAPS;
    bool   long_way   = !soon && w->call->tyre.known &&
                    w->call->tyre.life_lo < (a->target_lap ? a->target_lap : w->spec->rules.laps) - w->spec->from_lap;
    if (w->view->flag != 0)
        w->call->driving_mode = PB_ACTION_CONSERVE;
    else if (soon || gap_ahead < NEAR_S / 2 || gap_behind < NEAR_S / 2)
        w->call->driving_mode = PB_ACTION_PUSH;
    else if (long_way && gap_ahead > NEAR_S && gap_behind > NEAR_S)
        w->call->driving_mode = PB_ACTION_CONSERVE;
}
