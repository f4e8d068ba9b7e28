/* The race of a session as it stands, for questions beside its decision points. */
#include <inttypes.h>
#include <stdio.h>

#include "sessions.h"

typedef struct now {
    pb_ask   *ask;
    pb_status status;
    pb_error *error;
} now;

/* As pb_ask_take is given it at a decision point. */
static void look(void *user, const pb_pipeline *pipeline, pb_span call)
{
    now                 *n     = user;
    const pb_race_state *state = pb_pipeline_state(pipeline);
    pb_decision_point    at    = {.event      = pb_pipeline_counts_get(pipeline)->events,
                                  .car        = pb_pipeline_own_car(pipeline),
                                  .session_ms = state->session_ms};
    const pb_live_car   *own   = pb_race_car_of(state, at.car);
    (void)call;
    if (own) at.lap = own->laps;
    n->status = pb_ask_take(n->ask, pipeline, &at, n->error);
}

/* A replay that is wound back counts its events anew, so its beginnings are counted, too. While it begins the state may
 * be the old one or the new: it is looked at again. */
pb_status pb_session_now(pb_session *session, pb_ask *out, char version[PB_SESSION_VERSION_MAX], pb_error *error)
{
    now      n = {.ask = out, .error = error};
    uint32_t begun;
    for (;;) {
        begun = atomic_load(&session->begun);
        pb_live_see(atomic_load(&session->live), look, &n);
        if (begun % 2 == 0 && atomic_load(&session->begun) == begun) break;
        pb__sleep_us(500);
    }
    (void)snprintf(version, PB_SESSION_VERSION_MAX, "%s %" PRId64 " %u %" PRIu64, session->key, session->created_us,
                   begun, out->at.event);
    return n.status;
}
