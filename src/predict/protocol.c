/* protocol: the columns of every back-test's rows file. */
#include <string.h>

#include "pitboard/predict_model.h"

#define PLACES                                                                                                         \
    "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9", "p10", "p11", "p12", "p13", "p14", "p15", "p16", "p17",      \
        "p18", "p19", "p20", "p21", "p22"

/* The first 26 are alike (truth.h, PB__POS_*). */
static const char *const forecast_values[] = {"mean_position", "p_win", "p_podium", "p_points", PLACES};
static const char *const live_values[]     = {"mean_position", "p_win", "p_podium", "p_points", PLACES, "q10", "q90"};
static const char *const pace_values[]     = {"pred_s", "q10", "q90"};
static const char *const sc_values[]       = {"p_sc_3"};
static const char *const rain_values[]     = {"p_switch_5"};
static const char *const pitcall_values[]  = {"p_stop"};
static const char *const pitcall_texts[]   = {"pred_compound"};
static const char *const undercut_values[] = {"p_success", "d"};
static const char *const undercut_texts[]  = {"rival", "move"};
static const char *const pitstop_values[]  = {"pred_s", "q05", "q95"};
static const char *const stops_values[]    = {"pred_stops", "p_stops_1", "p_stops_2", "p_stops_3"};
static const char *const stops_texts[]     = {"pred_compounds", "pred_laps"};
static const char *const rejoin_values[]   = {"pred_position", "p_within1"};

static const pb_protocol protocols[] = {
    {.name       = "forecast",
     .question   = "where does everyone finish, told before the start from the grid and earlier races",
     .has_driver = true,
     .n_values   = 26,
     .values     = forecast_values},
    {.name       = "live",
     .question   = "where does everyone finish, told after every lap of the leader",
     .lap_column = "lap",
     .has_driver = true,
     .n_values   = 28,
     .values     = live_values},
    {.name        = "pace",
     .question    = "how long will this lap take, told one and five laps before",
     .lap_column  = "lap",
     .has_driver  = true,
     .has_horizon = true,
     .n_values    = 3,
     .values      = pace_values},
    {.name       = "sc",
     .question   = "will a safety car come out within three laps",
     .lap_column = "lap",
     .n_values   = 1,
     .values     = sc_values},
    {.name       = "rain",
     .question   = "will most of the field change between slicks and wet tyres within five laps",
     .lap_column = "lap",
     .n_values   = 1,
     .values     = rain_values},
    {.name       = "pitcall",
     .question   = "does this car stop at the end of this lap, and on which tyre does it leave",
     .lap_column = "lap",
     .has_driver = true,
     .n_values   = 1,
     .n_texts    = 1,
     .values     = pitcall_values,
     .texts      = pitcall_texts},
    {.name       = "pitstop",
     .question   = "how long will this car be in the pit lane",
     .lap_column = "lap",
     .has_driver = true,
     .n_values   = 3,
     .values     = pitstop_values},
    {.name       = "undercut",
     .question   = "is the car behind ahead of its rival once both have stopped, the second d laps after the first",
     .lap_column = "lap",
     .has_driver = true,
     .n_values   = 2,
     .n_texts    = 2,
     .key_texts  = 1,
     .values     = undercut_values,
     .texts      = undercut_texts},
    {.name       = "stops",
     .question   = "how many stops, which compounds, which laps, told before the start",
     .has_driver = true,
     .n_values   = 4,
     .n_texts    = 2,
     .values     = stops_values,
     .texts      = stops_texts},
    {.name       = "rejoin",
     .question   = "in which place does a car that stops at the end of this lap end its out-lap",
     .lap_column = "in_lap",
     .has_driver = true,
     .n_values   = 2,
     .values     = rejoin_values},
};

const pb_protocol *pb_protocol_find(const char *name)
{
    for (size_t i = 0; i < sizeof protocols / sizeof *protocols; i++)
        if (strcmp(protocols[i].name, name) == 0) return &protocols[i];
    return NULL;
}
