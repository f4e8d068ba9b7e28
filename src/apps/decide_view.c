#include "decide_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The moment of the call: the leader's end of the last lap that is known. */
static int32_t now_ms(const pb_race_outcome *outcome)
{
    for (uint32_t lap = outcome->laps; lap > 0; lap--)
        if (outcome->lead_ms[lap] != PB_MS_NONE) return outcome->lead_ms[lap];
    return INT32_MIN;
}

/* Rows of no known time may be of later: they are left out. */
static void cut_weather(const pb_history_race *whole, int32_t ms, pb_history_race *race)
{
    uint32_t first = 0, n = 0;
    while (first < whole->n_weather && whole->weather[first].session_ms == PB_MS_NONE) first++;
    race->weather = whole->weather + first;
    while (first + n < whole->n_weather && race->weather[n].session_ms <= ms) n++;
    race->n_weather = n;
}

static void cut_control(const pb_history_race *whole, int32_t ms, pb_history_race *race)
{
    uint32_t first = 0, n = 0;
    while (first < whole->n_control && whole->control[first].session_ms == PB_MS_NONE) first++;
    race->control = whole->control + first;
    while (first + n < whole->n_control && race->control[n].session_ms <= ms) n++;
    race->n_control = n;
}

static bool all_on_the_grid(const pb_race_log *log)
{
    for (uint32_t c = 0; c < log->n_cars; c++)
        if (log->cars[c].grid == 0) return false;
    return true;
}

/* This race as the last of a history. */
static pb_history_race present(const decide_view_source *from, const decide_view *view)
{
    int32_t         ms   = now_ms(view->outcome);
    pb_history_race race = {.log      = from->log,
                            .outcome  = view->outcome,
                            .phases   = view->phases,
                            .n_phases = view->n_phases,
                            .usable   = true,
                            .exact    = from->phases != NULL,
                            .has_grid = all_on_the_grid(from->log)};
    if (from->beside && from->beside->n_weather > 0) cut_weather(from->beside, ms, &race);
    if (from->beside && from->beside->n_control > 0) cut_control(from->beside, ms, &race);
    return race;
}

static void take_phases(const decide_view_source *from, decide_view *view)
{
    uint32_t cap = sizeof view->phases / sizeof *view->phases, n = from->n_phases;
    if (from->phases)
        memcpy(view->phases, from->phases, (n < cap ? n : cap) * sizeof *view->phases);
    else
        n = pb_neutral_phases(from->log, view->outcome, view->phases, cap);
    view->n_phases = n < cap ? n : cap;
}

static pb_status make_history(const decide_view_source *from, decide_view *view, pb_error *error)
{
    size_t n      = from->past ? from->past->n : 0;
    view->outcome = malloc(sizeof *view->outcome);
    view->races   = calloc(n + 1, sizeof *view->races);
    if (!view->outcome || !view->races) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    if (pb_race_outcome_of(from->log, view->outcome) != PB_OK)
        return pb_error_set(error, PB_E_EMPTY, "%s: no car completed a lap", from->log->source);
    take_phases(from, view);
    if (n > 0) memcpy(view->races, from->past->races, n * sizeof *view->races);
    view->races[n]    = present(from, view);
    view->history     = (pb_history){.races = view->races, .n = n + 1};
    view->see.log     = from->log;
    view->see.history = &view->history;
    view->see.at      = n;
    return PB_OK;
}

/* Models learned from scenes without a context: they are asked of one without. */
static pb_status make_scene(const decide_view_source *from, decide_view *view, pb_error *error)
{
    PB_TRY(pb_scene_create(from->log, NULL, &view->scene, error));
    pb_scene_look(view->scene, PB_LAPS_MAX, now_ms(view->outcome));
    view->see.scene  = view->scene;
    view->see.now_ms = now_ms(view->outcome);
    return PB_OK;
}

static void choose_prior(const decide_view_source *from, decide_view *view)
{
    pb_error        why   = {0};
    const pb_model *model = from->models ? from->models->at[DECIDE_PACE] : NULL;
    view->prior           = pb_tyre_prior_default();
    if (!model)
        snprintf(view->prior_why, sizeof view->prior_why, "no model of pace, so nothing was known of the tyres before");
    else if (pb_tyre_prior_of(model, &view->history, view->see.at, from->log->circuit, from->log->season, &view->prior,
                              &why) != PB_OK)
        snprintf(view->prior_why, sizeof view->prior_why, "%s", why.text);
}

static pb_status make_tyres(const decide_view_source *from, decide_view *view, pb_error *error)
{
    const pb_sight all = {from->log, PB_LAPS_MAX, now_ms(view->outcome)};
    choose_prior(from, view);
    PB_TRY(pb_tyre_filter_create(&view->prior, from->log->n_cars, &view->tyres, error));
    PB_TRY(pb_tyre_filter_feed(view->tyres, &all, error));
    view->see.tyres = view->tyres;
    return PB_OK;
}

pb_status decide_view_make(const decide_view_source *from, decide_view *out, pb_error *error)
{
    *out = (decide_view){0};
    if (from->models) {
        out->see.pitcall  = from->models->at[DECIDE_PITCALL];
        out->see.rejoin   = from->models->at[DECIDE_REJOIN];
        out->see.undercut = from->models->at[DECIDE_UNDERCUT];
        out->see.rain     = from->models->at[DECIDE_RAIN];
    }
    if (!from->log) return PB_OK;
    PB_TRY(make_history(from, out, error));
    PB_TRY(make_scene(from, out, error));
    return make_tyres(from, out, error);
}

void decide_view_free(decide_view *view)
{
    pb_tyre_filter_destroy(view->tyres);
    if (view->scene) pb_scene_destroy(view->scene);
    free(view->races);
    free(view->outcome);
    *view = (decide_view){0};
}
