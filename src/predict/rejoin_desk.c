/* rejoin_desk: a race and its past, ready to be asked. */
#include "rejoin_desk.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/num.h"

#define EXTRA_MOST_S 600.0
#define FOLLOW_SHARE 0.1 /* of those who stop under a neutralisation on the lap after: effects.md 6 */

/* How far the share of the green loss scatters: p10 to p90 of effects.md 6. */
static const double share_sd[PB_REJOIN_FLAGS] = {0, 0.28, 0.46, 0.20, 0.33};

/* ---- made and thrown away ---- */

static pb_status read_model(const pb_model *model, pb_pitcall_sight sight, pb_rejoin_desk *desk,
                            pb__rejoin_known *known, pb_error *error)
{
    pb_history none = {0};
    desk->params    = pb__rejoin_params_default();
    known->rate     = PB__REJOIN_RATE;
    if (!model) return pb__rejoin_learn_shares(&none, desk->share);
    PB_TRY(pb__rejoin_params_get(model, sight, &desk->params, error));
    PB_TRY(pb_model_get(model, "share", desk->share, PB_REJOIN_FLAGS, error));
    for (int f = 0; f < PB_REJOIN_FLAGS; f++)
        if (!(desk->share[f] >= 0 && desk->share[f] <= 2))
            return pb_error_set(error, PB_E_RANGE, "rejoin: a share of the loss is %g; sensible is 0 to 2",
                                desk->share[f]);
    return pb__rejoin_forest(model, sight, &known->calls, error);
}

/* An earlier edition in the history, else what the model keeps of the circuit, else
 * what is usual in the history, else in the model. */
static pb__rejoin_level before_race(const pb_model *model, const pb__rejoin_book *book, size_t at)
{
    pb__rejoin_level seen = pb__rejoin_before(book, at);
    pb__rejoin_level kept = pb__rejoin_circuit_of(model, book->history->races[at].log->circuit);
    return seen.known || (!kept.known && at > 0) ? seen : kept;
}

pb_status pb_rejoin_desk_create(const pb_model *model, const pb_history *history, size_t at, pb_rejoin_sight sight,
                                pb_rejoin_desk **out, pb_error *error)
{
    pb_pitcall_sight how   = sight == PB_REJOIN_BY_LAP ? PB_PITCALL_BY_LAP : PB_PITCALL_BY_CLOCK;
    pb__rejoin_known known = {0};
    pb_rejoin_desk  *desk  = calloc(1, sizeof *desk);
    PB_ASSERT(at < history->n);
    if (!desk) return pb_error_set(error, PB_E_NOMEM, "rejoin: out of memory");
    pb_status status = read_model(model, how, desk, &known, error);
    if (status == PB_OK) {
        status = pb__rejoin_book_init(history, at + 1, desk->params.pace, &desk->book);
        if (status != PB_OK) pb_error_set(error, status, "rejoin: %s", pb_status_text(status));
    }
    if (status == PB_OK) {
        known.pace   = desk->params.pace;
        known.team_s = desk->book.lane.team_s[at];
        known.before = before_race(model, &desk->book, at);
        status       = pb__rejoin_board_init(&desk->board, &history->races[at], how, &known, error);
    }
    if (status != PB_OK)
        pb_rejoin_desk_destroy(desk);
    else
        *out = desk;
    return status;
}

void pb_rejoin_desk_destroy(pb_rejoin_desk *desk)
{
    if (!desk) return;
    pb__rejoin_board_fini(&desk->board);
    pb__rejoin_book_fini(&desk->book);
    free(desk);
}

/* ---- one question ---- */

pb_rejoin_ask pb_rejoin_ask_default(void)
{
    return (pb_rejoin_ask){.lap = 1, .now_ms = PB_MS_NONE};
}

static pb_status check(const pb_rejoin_desk *desk, const pb_rejoin_ask *ask, pb_error *error)
{
    if (ask->car >= desk->board.race->log->n_cars)
        return pb_error_set(error, PB_E_RANGE, "rejoin: there is no car %u", ask->car);
    if (ask->lap < 1 || ask->lap > PB_LAPS_MAX)
        return pb_error_set(error, PB_E_RANGE, "rejoin: lap %u is outside 1 to %d", ask->lap, PB_LAPS_MAX);
    if ((unsigned)ask->flag >= PB_REJOIN_FLAGS)
        return pb_error_set(error, PB_E_RANGE, "rejoin: there is no flag %d", (int)ask->flag);
    if (!(fabs(ask->extra_s) <= EXTRA_MOST_S))
        return pb_error_set(error, PB_E_RANGE, "rejoin: a stop cannot take %g s more", ask->extra_s);
    return PB_OK;
}

/* The pit wall's log-odds under a flag are those of the trees; few follow a lap later. */
static void flagged_calls(const pb__rejoin_case *c, pb__rejoin_calls *calls)
{
    for (uint32_t i = 0; i < c->n_reach; i++) {
        double stops    = c->rival[i].in_lane ? 0 : pb__sigmoid(c->rival[i].call);
        bool   whole    = c->rival[i].exposed > 0;
        calls->whole[i] = whole ? stops : 0;
        calls->part[i]  = whole ? (1 - stops) * FOLLOW_SHARE * stops : stops;
    }
}

/* Those that are known to stop. One that has ended our in-lap does so on our out-lap. */
static void known_calls(const pb__rejoin_case *c, const bool *stops, pb__rejoin_calls *calls)
{
    for (uint32_t i = 0; i < c->n_reach; i++) {
        const pb__rejoin_rival *r = &c->rival[i];
        if (!stops[r->car] || r->in_lane) continue;
        calls->whole[i] = r->exposed > 0;
        calls->part[i]  = r->exposed == 0;
    }
}

/* Equally likely values of a normal, as many as of the own loss. */
static const double normal[PB__REJOIN_Z] = {-1.69062163,  -1.096803562, -0.7478585948, -0.472789121, -0.2298841176, 0,
                                            0.2298841176, 0.472789121,  0.7478585948,  1.096803562,  1.69062163};

/* The loss is spread by how much the share of it scatters. */
static void flagged_spread(double sd_s, pb__rejoin_params *p)
{
    for (int g = 0; g < PB__REJOIN_GROUPS; g++)
        for (int k = 0; k < PB__REJOIN_Z; k++) p->z_s[g][k] += sd_s * normal[k] / fmax(p->spread, 0.01);
}

pb_status pb__rejoin_desk_case(pb_rejoin_desk *desk, const pb_rejoin_ask *ask, pb__rejoin_case *out,
                               pb__rejoin_params *params, pb__rejoin_calls *calls, pb_error *error)
{
    PB_TRY(check(desk, ask, error));
    const pb__rejoin_terms terms = {.flag = ask->flag, .share = desk->share[ask->flag], .extra_s = ask->extra_s};
    PB_TRY(pb__rejoin_case_of(&desk->board, ask->car, ask->lap, ask->now_ms, &terms, out, error));
    *params = desk->params;
    if (ask->flag == PB_REJOIN_GREEN) {
        pb__rejoin_calls_of(out, params, calls);
    } else {
        flagged_calls(out, calls);
        flagged_spread(share_sd[ask->flag] * desk->board.level.loss_s, params);
    }
    known_calls(out, ask->stops, calls);
    return PB_OK;
}

void pb__rejoin_told(const pb__rejoin_params *params, const pb__rejoin_places *places, uint32_t *place, double *within1)
{
    const double *w = params->within;
    *place          = pb__rejoin_best(places->p);
    *within1        = pb__sigmoid(w[1] + w[2] * pb__rejoin_within_odds(places->p, *place, fmin(fmax(w[0], 0), 1)));
}
