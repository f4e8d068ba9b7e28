#include "backtest_beside.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/wire_records.h"

static const char *const patterns[] = {
    "f1-live-timing-cache/*/weather.csv",
    "f1-live-timing-cache/*/race_control.csv",
    "f1-strategy-prediction/weather_*.csv",
    "f1-strategy-prediction/race_control_*.csv",
};

static int by_time(const void *a, const void *b)
{
    int32_t x = ((const pb_weather_row *)a)->session_ms, y = ((const pb_weather_row *)b)->session_ms;
    return (x > y) - (x < y);
}

static bool of_race(const pb_race_log *log, int season, int round, bool sprint)
{
    return log->season == season && log->round == round && log->sprint == sprint;
}

static pb_status take_weather(const pb_records *records, backtest_race *race)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < records->weather.n; i++) {
        const pb_weather_row *w = &records->weather.at[i];
        n += of_race(&race->log, w->season, w->round, w->sprint);
    }
    if (n == 0 || race->n_weather > 0) return PB_OK;
    race->weather = pb_arena_take(&race->log.arena, n * sizeof *race->weather);
    if (!race->weather) return PB_E_NOMEM;
    for (uint32_t i = 0; i < records->weather.n; i++) {
        const pb_weather_row *w = &records->weather.at[i];
        if (of_race(&race->log, w->season, w->round, w->sprint)) race->weather[race->n_weather++] = *w;
    }
    qsort(race->weather, race->n_weather, sizeof *race->weather, by_time);
    return PB_OK;
}

static pb_status take_control(const pb_records *records, backtest_race *race)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < records->control.n; i++) {
        const pb_control_row *c = &records->control.at[i];
        n += of_race(&race->log, c->season, c->round, c->sprint);
    }
    if (n == 0 || race->n_control > 0) return PB_OK;
    race->control = pb_arena_take(&race->log.arena, n * sizeof *race->control);
    if (!race->control) return PB_E_NOMEM;
    for (uint32_t i = 0; i < records->control.n; i++) {
        const pb_control_row *c = &records->control.at[i];
        if (of_race(&race->log, c->season, c->round, c->sprint)) race->control[race->n_control++] = *c;
    }
    return PB_OK;
}

static pb_status read_file(const char *path, backtest_data *data, pb_error *error)
{
    pb_bytes   text;
    pb_records records;
    PB_TRY(pb_file_read(path, 0, &text, error));
    pb_records_init(&records);
    pb_status status = pb_wire_read_records((pb_span){text.at, text.len}, path, NULL, &records, error);
    if (status == PB_E_EMPTY) status = PB_OK;
    for (size_t i = 0; i < data->n && status == PB_OK; i++) {
        status = take_weather(&records, &data->races[i]);
        if (status == PB_OK) status = take_control(&records, &data->races[i]);
        if (status != PB_OK) pb_error_set(error, status, "%s: %s", path, pb_status_text(status));
    }
    pb_records_fini(&records);
    pb_bytes_free(&text);
    return status;
}

pb_status backtest_beside_read(const char *folder, backtest_data *data, pb_error *error)
{
    pb_status status = PB_OK;
    for (size_t p = 0; p < sizeof patterns / sizeof *patterns; p++) {
        char   pattern[700];
        glob_t found;
        snprintf(pattern, sizeof pattern, "%s/%s", folder, patterns[p]);
        if (glob(pattern, 0, NULL, &found) != 0) continue;
        for (size_t i = 0; i < found.gl_pathc && status == PB_OK; i++)
            status = read_file(found.gl_pathv[i], data, error);
        globfree(&found);
    }
    return status;
}
