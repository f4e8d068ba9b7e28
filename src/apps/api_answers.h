/* api_answers.h - the answers of the routes of api_work, each from a body to a value.
 *
 * The bodies are checked by their schemas before; what a schema cannot say is checked
 * here. docs/predictions.md and docs/api.md tell what they mean. */
#ifndef PB_APPS_API_ANSWERS_H
#define PB_APPS_API_ANSWERS_H

#include "api_ask.h"

/* ---- api_recommend.c ---- */
api_answer api_recommend;

/* ---- api_simulate.c ---- */
api_answer api_simulate; /* whole, whatever its size */
/* Races x cars x laps that would be played. */
pb_status api_simulate_size(const api_ask *ask, double *size, pb_error *error);
#define API_SIMULATE_AT_ONCE 20e6 /* car laps: some 100 ms on one core */

/* ---- api_strategy.c, api_what_if.c ---- */
api_answer api_strategy_optimal, api_strategy_compare, api_strategy_tree, api_what_if;

/* ---- api_predict_*.c ---- */
api_answer api_predict_lap_time, api_predict_degradation, api_predict_safety_car, api_predict_pit_loss,
    api_predict_positions, api_predict_overtake, api_predict_pit_call;

/* ---- api_models.c ---- */
/* The array of kinds, or one of them as an object. */
pb_status api_models_list(api_work *work, pb_json_writer *to, pb_error *error);
pb_status api_models_kind(api_work *work, const char *kind, pb_json_writer *to, pb_error *error);
/* body: {"version": n}; the kind as it is then. */
pb_status api_models_promote(api_work *work, const char *kind, pb_json body, pb_json_writer *to, pb_error *error);
pb_status api_models_rollback(api_work *work, const char *kind, pb_json_writer *to, pb_error *error);
pb_status api_models_drift(api_work *work, const char *kind, const char *data, uint32_t version, pb_json_writer *to,
                           pb_error *error);

/* ---- jobs ---- */
pb_job_work api_job_simulation, api_job_train;
/* What a training asks for, checked before it becomes a job. */
pb_status api_train_check(const api_work *work, pb_json body, pb_error *error);

#endif
