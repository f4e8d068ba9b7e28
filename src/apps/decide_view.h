/* decide_view.h - what a call may look at: built from a race that was cut at a
 * lap, and from nothing later.
 *
 *     cut log  -> outcome, phases, the scene looked at by clock, the tyre filter
 *     records beside it (weather, race control) -> as far as their time is not later
 *     earlier races -> history, and the prior of the tyres
 *
 * Used by the commands that call: recommend, report, backtest; and their tests. */
#ifndef PB_APPS_DECIDE_VIEW_H
#define PB_APPS_DECIDE_VIEW_H

#include "decide_models.h"
#include "pitboard/decide.h"
#include "pitboard/predict_tyre.h"

typedef struct decide_view_source {
    const pb_race_log      *log;    /* cut at the lap (pb_race_log_cut); NULL: a race file without laps */
    const decide_models    *models; /* NULL: none */
    const pb_history       *past;   /* races before it, oldest first; NULL: none */
    const pb_history_race  *beside; /* the whole race in a history, for its weather and messages; NULL: none */
    const pb_neutral_phase *phases; /* so far, from a status feed; NULL: from the flags of the laps */
    uint32_t                n_phases;
} decide_view_source;

typedef struct decide_view {
    pb_decide_view   see;   /* what pb_decide_call takes; flag and rival_boxed are the caller's to set */
    pb_tyre_prior    prior; /* of the tyre filter */
    char             prior_why[PB_ERROR_TEXT_MAX]; /* it is the default; "" */
    pb_race_outcome *outcome;                      /* of the cut log */
    pb_neutral_phase phases[32];
    uint32_t         n_phases;
    pb_history_race *races;
    pb_history       history;
    pb_scene        *scene;
    pb_tyre_filter  *tyres;
} decide_view;

/* What the source names must live as long as the view. PB_E_EMPTY for a log in which
 * nobody completed a lap. Release with decide_view_free in every case. */
pb_status decide_view_make(const decide_view_source *from, decide_view *out, pb_error *error);
void      decide_view_free(decide_view *view);

#endif
