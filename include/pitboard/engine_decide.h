/* pitboard/engine_decide.h - decisions at their points: what is asked, who answers.
 *
 * The engine knows when to think and what was known then; how to decide is handed
 * in. The answer depends on the question only, so that a replay gives the same
 * bytes. Budgets are trials, never milliseconds.
 *
 * Floor 6. Uses race. */
#ifndef PITBOARD_ENGINE_DECIDE_H
#define PITBOARD_ENGINE_DECIDE_H

#include "pitboard/engine_pipeline.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PB_ASK_PHASES_MAX 64

/* What was known at a decision point. */
typedef struct pb_ask {
    pb_decision_point at;
    pb_race_state     state;
    pb_race_log       log;            /* laps closed so far; n_cars 0: none */
    pb_neutral_phase  phases[PB_ASK_PHASES_MAX];
    uint32_t          n_phases;
    bool              mate;           /* it is about the team-mate of the car that was asked for first */
} pb_ask;

pb_status pb_ask_create(pb_ask **out);
void      pb_ask_destroy(pb_ask *ask);
/* Copies what the pipeline knows now. */
pb_status pb_ask_take(pb_ask *ask, const pb_pipeline *pipeline, const pb_decision_point *at, pb_error *error);

/* Turns the question to the team-mate of its car (pb_race_mate), once. False: there is none, and nothing is changed. */
bool pb_ask_turn_to_mate(pb_ask *ask);

/* Writes the call as one JSON object under key `call` into the object that is open
 * in `to`, and may write what it expects of the others under `outlook` (once a point). Any failure is told by status and error, with nothing written. One
 * question at a time. */
typedef pb_status pb_engine_decide(void *user, const pb_ask *ask, pb_json_writer *to, pb_error *error);

/* One line of a calls file or a recorded call, without line feed, from malloc:
 *   {"seq":..,"event":..,"lap":..,"car":..,"session_ms":..,"why":["lap"],"skipped":[..],"call":{..}}
 * or "failed":"why" in place of the call. skipped: event numbers of points that were
 * overtaken before. *failed tells which it was. */
pb_status pb_ask_answer(const pb_ask *ask, const uint64_t *skipped, uint32_t n_skipped, pb_engine_decide *decide,
                        void *user, pb_bytes *out, bool *failed, pb_error *error);

#ifdef __cplusplus
}
#endif
#endif
