/* call_duels: who can be undercut, by whom we can be, and what an overcut is worth.
 * Penalties that are still to serve count at the stop. What a rival has to stop for
 * counts by its chance to: a car that is done with its stops threatens nobody. */
#include "call_work.h"
#include "pitboard/predict_undercut.h"

#define LEAST 0.02 /* a chance below is nobody's concern */

static pb_undercut_pair pair_of(const pb__work *w, uint32_t attacker, uint32_t defender)
{
    return (pb_undercut_pair){.model            = w->view->undercut,
                              .scene            = w->view->scene,
                              .tyres            = w->view->tyres,
                              .sight            = {w->view->log, PB_LAPS_MAX, w->view->now_ms},
                              .attacker         = attacker,
                              .defender         = defender,
                              .attacker_extra_s = w->spec->cars[attacker].penalty_s,
                              .defender_extra_s = w->spec->cars[defender].penalty_s};
}

/* Chance that the first stop is made at all. */
static double begins(const pb__work *w, pb_duel_kind kind, uint32_t rival)
{
    if (kind != PB_DUEL_UNDERCUT) return pb__rival_stops_soon(w, rival);
    return pb__best_of(w, true) >= 0 && !w->view->rival_boxed[rival]; /* who stops on this lap cannot be undercut */
}

static void ask(pb__work *w, pb_duel_kind kind, uint32_t attacker, uint32_t defender)
{
    pb_undercut_pair    pair = pair_of(w, attacker, defender);
    pb_undercut_outlook out;
    uint32_t            rival = attacker == w->car ? defender : attacker;
    bool                over  = kind == PB_DUEL_OVERCUT;
    pb_call            *call  = w->call;
    if (call->n_duels == PB_CALL_DUELS) return;
    if (pb_undercut_look_ahead(&pair, over, w->view->pitcall, &out, NULL) != PB_OK) return;
    double p = begins(w, kind, rival) * out.p_success;
    if (p < LEAST) return;
    const pb_undercut *next      = &out.at[out.n > 1 ? 1 : 0];
    call->duels[call->n_duels++] = (pb_call_duel){.kind      = kind,
                                                  .rival     = (uint8_t)rival,
                                                  .gap_s     = out.gap_s,
                                                  .p         = p,
                                                  .gain_s    = next->gain_s,
                                                  .gain_sd_s = next->gain_sd_s,
                                                  .laps      = (uint8_t)out.laps_needed};
}

/* The rivals around us: two ahead, two behind. */
void pb__call_duels(pb__work *w)
{
    uint8_t at = (uint8_t)w->car;
    if (w->spec->from_lap + 1u >= w->spec->rules.laps) return; /* nobody stops at the end of the last lap */
    if (!w->view->scene || !w->view->tyres || !w->view->log) {
        pb__call_note(w->call, "undercut and overcut: no laps to tell them from");
        return;
    }
    for (int i = 0; i < 2 && (at = pb__car_ahead(w->spec, at)) != PB_CALL_NOBODY; i++) {
        ask(w, PB_DUEL_UNDERCUT, w->car, at);
        if (i == 0) ask(w, PB_DUEL_OVERCUT, w->car, at);
    }
    at = (uint8_t)w->car;
    for (int i = 0; i < 2 && (at = pb__car_behind(w->spec, at)) != PB_CALL_NOBODY; i++)
        ask(w, PB_DUEL_THREAT, at, w->car);
}
