/* openf1_tables: collections of OpenF1 v1, the same as CSV and as an array of JSON objects.
 *
 *     stints        session_key, driver_number, stint_number, lap_start, lap_end, compound, tyre_age_at_start
 *     pit           date, lap_number, lane_duration (or pit_duration), stop_duration
 *     laps          lap_number, date_start, lap_duration, duration_sector_1..3, st_speed
 *     weather, race_control, session_result, starting_grid, drivers
 *
 * OpenF1 has no rounds, only session keys: season and round come from columns
 * that somebody added, or from the path. */
#include <stdio.h>
#include <string.h>

#include "ergast_rows.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

static pb_status read_as(pb__table *t, pb_span text, const char *const *columns, size_t n, pb__row_reader *reader)
{
    t->columns   = columns;
    t->n_columns = (int)n;
    return pb__read_csv(t, text, ',', reader);
}

/* ---- stints ---- */

enum { S_NUMBER, S_STINT, S_FROM, S_TO, S_COMPOUND, S_AGE, S_SEASON, S_ROUND };
static const char *const stint_columns[] = {"driver_number", "stint_number",       "lap_start", "lap_end",
                                            "compound",      "?tyre_age_at_start", "?season",   "?round"};

static pb_status take_stint(pb__table *t)
{
    pb_stint_row row;
    memset(&row, 0, sizeof row);
    pb__take_race(t, S_SEASON, S_ROUND, &row.season, &row.round, &row.sprint);
    row.number       = (int16_t)pb__need_whole(t, S_NUMBER, 1, 9999);
    row.stint        = (uint8_t)pb__need_whole(t, S_STINT, 1, 99);
    row.from_lap     = (uint16_t)pb__take_whole(t, S_FROM, 0, PB_LAPS_MAX, 0);
    row.to_lap       = (uint16_t)pb__take_whole(t, S_TO, 0, PB_LAPS_MAX, 0);
    row.compound     = (uint8_t)pb_compound_from_name(pb__field(t, S_COMPOUND));
    row.age_at_start = (int16_t)pb__take_whole(t, S_AGE, 0, 1000, -1);
    row.fresh        = -1;
    if (row.from_lap && row.to_lap && row.to_lap < row.from_lap) pb__refuse(t, S_TO, "is before the stint begins");
    PB__KEEP(t, stints, &row);
    return PB_OK;
}

pb_status pb__read_openf1_stints(pb__table *t, pb_span text)
{
    return read_as(t, text, stint_columns, COUNT(stint_columns), take_stint);
}

/* ---- pit stops ---- */

enum { P_NUMBER, P_LAP, P_LANE, P_STILL, P_DATE, P_SEASON, P_ROUND };
static const char *const pit_columns[] = {
    "driver_number", "lap_number", "lane_duration|pit_duration", "?stop_duration", "?date", "?season", "?round"};

static pb_status take_pit(pb__table *t)
{
    pb_pit_row row;
    memset(&row, 0, sizeof row);
    pb__take_race(t, P_SEASON, P_ROUND, &row.season, &row.round, &row.sprint);
    row.number   = (int16_t)pb__need_whole(t, P_NUMBER, 1, 9999);
    row.lap      = (uint16_t)pb__need_whole(t, P_LAP, 1, PB_LAPS_MAX);
    row.lane_ms  = pb__take_ms(t, P_LANE);
    row.still_ms = pb__take_ms(t, P_STILL);
    row.utc_ms   = pb__take_utc(t, P_DATE);
    PB__KEEP(t, pits, &row);
    return PB_OK;
}

pb_status pb__read_openf1_pits(pb__table *t, pb_span text)
{
    return read_as(t, text, pit_columns, COUNT(pit_columns), take_pit);
}

/* ---- laps ---- */

enum { L_NUMBER, L_LAP, L_TIME, L_START, L_S1, L_S2, L_S3, L_SPEED, L_SEASON, L_ROUND };
static const char *const lap_columns[] = {
    "driver_number",      "lap_number",         "lap_duration", "date_start", "?duration_sector_1",
    "?duration_sector_2", "?duration_sector_3", "?st_speed",    "?season",    "?round"};

static pb_status take_lap(pb__table *t)
{
    pb_lap_record row;
    memset(&row, 0, sizeof row);
    pb__blank_lap(&row.lap);
    pb__take_race(t, L_SEASON, L_ROUND, &row.season, &row.round, &row.sprint);
    row.number      = (int16_t)pb__need_whole(t, L_NUMBER, 1, 9999);
    row.lap.number  = (uint16_t)pb__need_whole(t, L_LAP, 1, PB_LAPS_MAX);
    row.lap.time_ms = pb__take_ms(t, L_TIME);
    if (row.lap.time_ms == 0) pb__refuse(t, L_TIME, "is zero");
    for (int i = 0; i < 3; i++) row.lap.sector_ms[i] = pb__take_ms(t, L_S1 + i);
    row.speed_kph  = (float)pb__take_number(t, L_SPEED, 0, 500);
    int64_t start  = pb__take_utc(t, L_START);
    row.end_utc_ms = start && row.lap.time_ms != PB_MS_NONE ? start + row.lap.time_ms : 0;
    PB__KEEP(t, laps, &row);
    return PB_OK;
}

pb_status pb__read_openf1_laps(pb__table *t, pb_span text)
{
    return read_as(t, text, lap_columns, COUNT(lap_columns), take_lap);
}

/* ---- results, grid, drivers ---- */

enum { R_NUMBER, R_PLACE, R_LAPS, R_TIME, R_DNF, R_DNS, R_DSQ, R_POINTS, R_SEASON, R_ROUND };
static const char *const result_columns[] = {"driver_number", "position", "number_of_laps", "?duration", "dnf",
                                             "dns",           "dsq",      "?points",        "?season",   "?round"};

static pb_status take_result(pb__table *t)
{
    pb_result_row row;
    memset(&row, 0, sizeof row);
    pb__take_race(t, R_SEASON, R_ROUND, &row.season, &row.round, &row.sprint);
    row.number = (int16_t)pb__need_whole(t, R_NUMBER, 1, 9999);
    row.place  = (uint8_t)pb__take_whole(t, R_PLACE, 1, 99, 0);
    row.laps   = (int16_t)pb__take_whole(t, R_LAPS, 0, PB_LAPS_MAX, -1);
    row.points = pb__take_number(t, R_POINTS, 0, 100);
    bool dnf = pb__take_bool(t, R_DNF) == 1, dns = pb__take_bool(t, R_DNS) == 1, dsq = pb__take_bool(t, R_DSQ) == 1;
    row.time_ms = dnf || dns || dsq ? PB_MS_NONE : pb__take_ms(t, R_TIME);
    (void)snprintf(row.place_text, sizeof row.place_text, "%s", dsq ? "D" : dns ? "W" : dnf ? "R" : "");
    if (!row.place_text[0] && row.place) (void)snprintf(row.place_text, sizeof row.place_text, "%u", row.place);
    PB__KEEP(t, results, &row);
    return PB_OK;
}

pb_status pb__read_openf1_results(pb__table *t, pb_span text)
{
    return read_as(t, text, result_columns, COUNT(result_columns), take_result);
}

enum { G_NUMBER, G_PLACE, G_SEASON, G_ROUND };
static const char *const start_columns[] = {"driver_number", "position", "?season", "?round"};

static pb_status take_start(pb__table *t)
{
    pb_start_row row;
    memset(&row, 0, sizeof row);
    pb__take_race(t, G_SEASON, G_ROUND, &row.season, &row.round, &row.sprint);
    row.number = (int16_t)pb__need_whole(t, G_NUMBER, 1, 9999);
    row.grid   = (uint8_t)pb__need_whole(t, G_PLACE, 1, 99);
    PB__KEEP(t, starts, &row);
    return PB_OK;
}

pb_status pb__read_openf1_grid(pb__table *t, pb_span text)
{
    return read_as(t, text, start_columns, COUNT(start_columns), take_start);
}

enum { D_NUMBER, D_CODE, D_NAME, D_TEAM, D_SEASON, D_ROUND };
static const char *const driver_columns[] = {"driver_number", "name_acronym", "?full_name",
                                             "?team_name",    "?season",      "?round"};

static pb_status take_driver(pb__table *t)
{
    pb_entry_row row;
    memset(&row, 0, sizeof row);
    pb__take_race(t, D_SEASON, D_ROUND, &row.season, &row.round, &row.sprint);
    row.number = (int16_t)pb__need_whole(t, D_NUMBER, 1, 9999);
    pb__take_driver(t, D_CODE, D_NAME, row.driver);
    pb__take_text(t, D_TEAM, row.team, sizeof row.team);
    PB__KEEP(t, entries, &row);
    return PB_OK;
}

pb_status pb__read_openf1_drivers(pb__table *t, pb_span text)
{
    return read_as(t, text, driver_columns, COUNT(driver_columns), take_driver);
}

/* ---- the same as JSON ---- */

typedef struct collection {
    const char        *tell[3]; /* keys by which its objects are known */
    const char *const *columns;
    size_t             n;
    pb__row_reader    *reader;
} collection;

static const collection collections[] = {
    {{"stint_number", "lap_start", NULL}, stint_columns, COUNT(stint_columns), take_stint},
    {{"lane_duration", "lap_number", NULL}, pit_columns, COUNT(pit_columns), take_pit},
    {{"pit_duration", "lap_number", NULL}, pit_columns, COUNT(pit_columns), take_pit},
    {{"lap_duration", "lap_number", NULL}, lap_columns, COUNT(lap_columns), take_lap},
    {{"dnf", "number_of_laps", NULL}, result_columns, COUNT(result_columns), take_result},
    {{"name_acronym", "driver_number", NULL}, driver_columns, COUNT(driver_columns), take_driver},
};

static const collection *collection_of(pb_json row)
{
    for (size_t i = 0; i < COUNT(collections); i++)
        if (pb_json_present(pb_json_get(row, collections[i].tell[0])) &&
            pb_json_present(pb_json_get(row, collections[i].tell[1])))
            return &collections[i];
    return NULL;
}

/* lap_duration and position: a grid, unless it has laps. */
static bool is_grid(pb_json row)
{
    return pb_json_present(pb_json_get(row, "lap_duration")) && pb_json_present(pb_json_get(row, "position"));
}

static pb_status read_array(pb__table *t, pb_json root)
{
    pb_json           first = pb_json_at(root, 0), none = {0};
    const collection *c = collection_of(first);
    if (pb_json_length(root) == 0) return PB_OK;
    if (c || is_grid(first)) {
        t->columns   = c ? c->columns : start_columns;
        t->n_columns = (int)(c ? c->n : COUNT(start_columns));
        return pb__read_json(t, root, none, none, c ? c->reader : take_start);
    }
    if (pb_json_present(pb_json_get(first, "air_temperature"))) {
        pb__weather_columns(t);
        return pb__read_json(t, root, none, none, pb__take_weather);
    }
    if (pb_json_present(pb_json_get(first, "message"))) {
        pb__control_columns(t);
        return pb__read_json(t, root, none, none, pb__take_control);
    }
    return pb_error_set(t->error, PB_E_UNSUPPORTED,
                        "%s: a collection of OpenF1 that is not read here; it is one of stints, pit, laps, "
                        "session_result, starting_grid, drivers, weather, race_control",
                        t->path);
}

pb_status pb__read_openf1_json(pb__table *t, pb_span text)
{
    pb_json_doc *doc = NULL;
    PB_TRY(pb_json_parse(text, t->path, &doc, t->error));
    pb_status status = pb_json_is_array(pb_json_root(doc), 0, PB_RECORDS_ROWS_MAX, t->error);
    if (status == PB_OK) status = read_array(t, pb_json_root(doc));
    t->row.value = NULL;
    pb_json_free(doc);
    return status;
}
