#include "backtest_history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static pb_history_race history_race(const backtest_race *race)
{
    pb_history_race out = {.log       = &race->log,
                           .outcome   = &race->outcome,
                           .phases    = race->phases,
                           .n_phases  = race->n_phases,
                           .weather   = race->weather,
                           .n_weather = race->n_weather,
                           .control   = race->control,
                           .n_control = race->n_control,
                           .usable    = race->usable,
                           .has_grid  = race->has_grid,
                           .exact     = race->exact};
    memcpy(out.official, race->official, sizeof out.official);
    for (uint32_t c = race->n_starters; c < race->log.n_cars && race->has_grid; c++) out.unplaced[c] = true;
    return out;
}

pb_status backtest_history_make(const backtest_data *data, int until_season, int until_round, backtest_history *out,
                                pb_error *error)
{
    *out = (backtest_history){.races        = calloc(data->n + 1, sizeof *out->races),
                              .of           = calloc(data->n + 1, sizeof(backtest_race *)),
                              .until_season = until_season,
                              .until_round  = until_round};
    if (!out->races || !out->of) {
        backtest_history_free(out);
        return pb_error_set(error, PB_E_NOMEM, "out of memory for %zu races", data->n);
    }
    for (size_t i = 0; i < data->n; i++) {
        if (!data->races[i].usable) continue;
        out->of[out->n]      = &data->races[i];
        out->races[out->n++] = history_race(&data->races[i]);
    }
    return PB_OK;
}

void backtest_history_free(backtest_history *history)
{
    free(history->races);
    free(history->of);
    memset(history, 0, sizeof *history);
}

static bool not_after_until(const backtest_history *history, const pb_race_log *log)
{
    if (history->until_season == 0 || log->season < history->until_season) return true;
    return log->season == history->until_season && log->round <= history->until_round;
}

void backtest_history_past(const backtest_history *history, int season, pb_history *past)
{
    *past = (pb_history){.races = history->races};
    while (past->n < history->n && history->races[past->n].log->season < season &&
           not_after_until(history, history->races[past->n].log))
        past->n++;
}

void backtest_history_upto(const backtest_history *history, size_t k, pb_history_race *room, pb_history *upto)
{
    size_t n = 0;
    for (size_t i = 0; i < k; i++)
        if (not_after_until(history, history->races[i].log)) room[n++] = history->races[i];
    room[n++] = history->races[k];
    *upto     = (pb_history){.races = room, .n = n};
}

void backtest_history_cutoff(const backtest_history *history, int season, char out[16])
{
    pb_history past;
    backtest_history_past(history, season, &past);
    out[0] = '\0';
    if (past.n == 0) return;
    const pb_race_log *log = past.races[past.n - 1].log;
    snprintf(out, 16, "%d-%02d", log->season, log->round);
}
