/* What was known at a decision point, and the line that the answer becomes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/engine_decide.h"

pb_status pb_ask_create(pb_ask **out)
{
    pb_ask *ask = calloc(1, sizeof *ask);
    if (!ask) return PB_E_NOMEM;
    pb_race_log_init(&ask->log);
    *out = ask;
    return PB_OK;
}

void pb_ask_destroy(pb_ask *ask)
{
    if (!ask) return;
    pb_race_log_fini(&ask->log);
    free(ask);
}

static void take_phases(pb_ask *ask, const pb_tracker *tracker)
{
    pb_race_outcome outcome;
    ask->n_phases = 0;
    if (ask->log.n_cars == 0 || pb_race_outcome_of(&ask->log, &outcome) != PB_OK) return;
    uint32_t n    = pb_tracker_phases(tracker, &outcome, ask->phases, PB_ASK_PHASES_MAX);
    ask->n_phases = n < PB_ASK_PHASES_MAX ? n : PB_ASK_PHASES_MAX;
}

pb_status pb_ask_take(pb_ask *ask, const pb_pipeline *pipeline, const pb_decision_point *at, pb_error *error)
{
    const pb_tracker *tracker = pb_pipeline_tracker(pipeline);
    ask->at                   = *at;
    ask->mate                 = false;
    ask->state                = *pb_tracker_state(tracker);
    pb_race_log_fini(&ask->log);
    pb_race_log_init(&ask->log);
    pb_status status = pb_tracker_log(tracker, &ask->log, error);
    if (status != PB_OK && status != PB_E_EMPTY) return status;
    take_phases(ask, tracker);
    return PB_OK;
}

bool pb_ask_turn_to_mate(pb_ask *ask)
{
    const pb_race_state *s    = &ask->state;
    const pb_live_car   *ours = pb_race_car_of(s, ask->at.car);
    const pb_live_car   *mate = ours && !ask->mate ? pb_race_mate(s, ours) : NULL;
    if (!mate) return false;
    ask->mate   = true;
    ask->at.car = mate->key;
    ask->at.lap = mate->laps;
    return true;
}

static void put_why(pb_json_writer *w, uint32_t why)
{
    static const struct {
        uint32_t    bit;
        const char *name;
    } names[] = {{PB_MEANT_LAP, "lap"},
                 {PB_MEANT_TRACK, "track"},
                 {PB_MEANT_RAIN, "rain"},
                 {PB_MEANT_PIT, "pit"},
                 {PB_MEANT_OUT, "out"}};
    pb_json_array(w, "why");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (why & names[i].bit) pb_json_put_text(w, NULL, names[i].name);
    pb_json_array_end(w);
}

static void put_question(pb_json_writer *w, const pb_ask *ask, const uint64_t *skipped, uint32_t n_skipped)
{
    pb_json_put_i64(w, "seq", (int64_t)ask->at.seq);
    pb_json_put_i64(w, "event", (int64_t)ask->at.event);
    pb_json_put_i64(w, "lap", ask->at.lap);
    pb_json_put_i64(w, "car", ask->at.car);
    pb_json_put_i64(w, "session_ms", ask->at.session_ms);
    put_why(w, ask->at.why);
    pb_json_array(w, "skipped");
    for (uint32_t i = 0; i < n_skipped; i++) pb_json_put_i64(w, NULL, (int64_t)skipped[i]);
    pb_json_array_end(w);
}

pb_status pb_ask_answer(const pb_ask *ask, const uint64_t *skipped, uint32_t n_skipped, pb_engine_decide *decide,
                        void *user, pb_bytes *out, bool *failed, pb_error *error)
{
    pb_json_writer w;
    pb_error       why;
    char          *text = NULL;
    size_t         len  = 0;
    FILE          *f    = open_memstream(&text, &len);
    if (!f) return pb_error_set(error, PB_E_NOMEM, "out of memory for a call");
    pb_json_begin(&w, f, 0);
    pb_json_object(&w, NULL);
    put_question(&w, ask, skipped, n_skipped);
    *failed = decide(user, ask, &w, &why) != PB_OK;
    if (*failed) pb_json_put_text(&w, "failed", why.text);
    pb_json_object_end(&w);
    pb_json_end(&w);
    if (fclose(f) != 0 || !text) {
        free(text);
        return pb_error_set(error, PB_E_NOMEM, "out of memory for a call");
    }
    if (len > 0 && text[len - 1] == '\n') text[--len] = '\0';
    *out = (pb_bytes){.at = text, .len = len};
    return PB_OK;
}
