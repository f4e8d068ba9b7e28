/* truth: what a race says that many truths share. */
#include "truth.h"

#include <stdlib.h>
#include <string.h>

#include "truth_add.h"

#define WET_MAX_PERCENT 2

void pb__truths_fini(pb__truths *truths)
{
    free(truths->at);
    memset(truths, 0, sizeof *truths);
}

pb_status pb__truths_add(pb__truths *truths, const pb__truth *truth)
{
    if (truths->n == truths->cap) {
        size_t     cap = truths->cap ? 2 * truths->cap : 1024;
        pb__truth *at  = realloc(truths->at, cap * sizeof *at);
        if (!at) return PB_E_NOMEM;
        truths->at  = at;
        truths->cap = cap;
    }
    truths->at[truths->n++] = *truth;
    return PB_OK;
}

bool pb__lap_is_not_neutral(const pb_lap *lap)
{
    return !(lap->status & PB_STATUS_BITS_NEUTRAL);
}

bool pb__still_running(const pb_log_car *car, int32_t session_ms)
{
    return car->n_laps > 0 && car->laps[car->n_laps - 1].session_ms > session_ms;
}

bool pb__race_is_dry(const pb_race_log *log)
{
    uint32_t laps = 0, wet = 0;
    for (uint32_t c = 0; c < log->n_cars; c++) {
        laps += log->cars[c].n_laps;
        for (uint32_t i = 0; i < log->cars[c].n_laps; i++)
            wet += pb_compound_is_wet((pb_compound)log->cars[c].laps[i].compound);
    }
    return 100 * wet <= WET_MAX_PERCENT * laps;
}

typedef pb_status truths_of(const pb_history_race *race, pb__truths *out);

pb_status pb__truth_of(const char *protocol, const pb_history_race *race, bool official, pb__truths *out,
                       pb_error *error)
{
    static const struct {
        const char *protocol;
        truths_of  *list;
    } lists[]        = {{"pace", pb__truth_pace},       {"sc", pb__truth_sc},           {"rain", pb__truth_rain},
                        {"pitcall", pb__truth_pitcall}, {"pitstop", pb__truth_pitstop}, {"undercut", pb__truth_undercut},
                        {"stops", pb__truth_stops},     {"rejoin", pb__truth_rejoin}};
    pb_status status = PB_E_UNSUPPORTED;
    if (strcmp(protocol, "forecast") == 0) status = pb__truth_forecast(race, official, out);
    if (strcmp(protocol, "live") == 0) status = pb__truth_live(race, official, out);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (strcmp(protocol, lists[i].protocol) == 0) status = lists[i].list(race, out);
    if (status == PB_E_UNSUPPORTED) return pb_error_set(error, status, "nothing is known of a protocol %s", protocol);
    if (status != PB_OK) return pb_error_set(error, status, "%s: out of memory for what happened", protocol);
    return PB_OK;
}
