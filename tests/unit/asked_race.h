/* A recorded race cut at a lap, ready to be asked for calls. */
#ifndef PB_ASKED_RACE_H
#define PB_ASKED_RACE_H

#include "pb_test.h"

#include <stdlib.h>
#include <string.h>

#include "pitboard/codec.h"
#include "pitboard/decide.h"
#include "pitboard/predict_registry.h"
#include "pitboard/wire.h"

#define RACE(name) PB_SOURCE_DIR "/data/races/" name ".csv"

typedef struct asked {
    pb_race_log    log;
    pb_race_spec  *spec;
    pb_prior      *prior;
    pb_model      *wall;
    pb_scene      *scene;
    pb_decide_view view;
} asked;

static inline void open_race(const char *path, uint32_t lap, asked *a)
{
    pb_bytes        text;
    pb_error        error = {0};
    pb_model_choice choice;
    memset(a, 0, sizeof *a);
    pb_race_log_init(&a->log);
    a->spec  = malloc(sizeof *a->spec);
    a->prior = malloc(sizeof *a->prior);
    assert_true(a->spec && a->prior);
    PB_CHECK_EQ(pb_file_read(path, 0, &text, &error), PB_OK);
    PB_CHECK_EQ(pb_wire_read_laps((pb_span){text.at, text.len}, path, &a->log, &error), PB_OK);
    pb_bytes_free(&text);
    pb_race_log_cut(&a->log, lap);
    PB_CHECK_EQ(pb_prior_shipped(a->prior, &error), PB_OK);
    PB_CHECK_EQ(pb_registry_active(NULL, pb_model_kind_find("pitcall"), &a->wall, &choice, &error), PB_OK);
    const pb_fit_options how = {.from_lap = (uint16_t)lap, .pit_wall = a->wall};
    if (pb_fit_race(&a->log, a->prior, &how, NULL, 0, a->spec, &error) != PB_OK) fail_msg("%s", error.text);
    PB_CHECK_EQ(pb_scene_create(&a->log, NULL, &a->scene, &error), PB_OK);
    pb_scene_look(a->scene, PB_LAPS_MAX, INT32_MAX);
    a->view = (pb_decide_view){.log = &a->log, .scene = a->scene, .pitcall = a->wall, .now_ms = INT32_MAX};
}

static inline void close_race(asked *a)
{
    pb_scene_destroy(a->scene);
    pb_model_destroy(a->wall);
    pb_race_log_fini(&a->log);
    free(a->spec);
    free(a->prior);
}

static inline uint32_t car_of(const pb_race_spec *spec, const char *code)
{
    for (uint32_t c = 0; c < spec->n_cars; c++)
        if (strcmp(spec->cars[c].code, code) == 0) return c;
    fail_msg("no %s", code);
    return 0;
}

/* Without the table and the flips. */
static inline pb_call call_by(const asked *a, uint32_t car, pb_aim_kind aim, uint32_t trials)
{
    pb_decide_options options = pb_decide_options_default();
    pb_effort         effort  = pb_effort_default();
    pb_decider       *d       = NULL;
    pb_error          error   = {0};
    pb_call           call;
    options.table_trials = 0;
    options.flips        = false;
    options.team         = false;
    options.aim.kind     = aim;
    effort.trials        = trials;
    PB_CHECK_EQ(pb_decider_create(a->spec, &effort, &d, &error), PB_OK);
    if (pb_decide_call(d, &a->view, car, &options, &call, &error) != PB_OK) fail_msg("%s", error.text);
    pb_decider_destroy(d);
    return call;
}

#endif
