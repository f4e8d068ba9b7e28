/* ergast_rows: results, qualifying, pit stops and laps as jolpica serves them.
 *
 * The same rows come as CSV (flat names) and as JSON (nested, every leaf a
 * text); a column names both. Results carry the race, the driver and the team
 * with them, so one row feeds several lists. */
#include "ergast_rows.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static pb_status read_as(pb__table *t, pb_span text, const char *const *columns, size_t n, pb__row_reader *reader)
{
    t->columns   = columns;
    t->n_columns = (int)n;
    return pb__read_csv(t, text, ',', reader);
}

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* ---- the race ---- */

void pb__ergast_race(pb__table *t, int name, int circuit, int date, int clock, pb_race_row *row)
{
    pb__take_text(t, name, row->name, sizeof row->name);
    pb_event_slug(pb_span_of(row->name), row->event, sizeof row->event);
    pb__take_text(t, date, row->date, sizeof row->date);
    pb__take_text(t, clock, row->time, sizeof row->time);
    size_t n = strlen(row->time);
    if (n > 0 && row->time[n - 1] == 'Z') row->time[n - 1] = '\0';
    pb__ergast_circuit(pb__field(t, circuit), row->season, row->circuit, sizeof row->circuit);
}

void pb__ergast_circuit(pb_span ref, int season, char *out, size_t cap)
{
    const char *known = pb_circuit_id(ref, season);
    (void)pb_span_copy(known ? pb_span_of(known) : ref, out, cap);
}

/* Once for all rows of a race that follow each other. */
static pb_status keep_race(pb__table *t, const pb_race_row *row)
{
    if (row->season == 0 || row->round == 0 || row->name[0] == '\0') return PB_OK;
    if (t->records->races.n > 0) {
        const pb_race_row *last = &t->records->races.at[t->records->races.n - 1];
        if (last->season == row->season && last->round == row->round) return PB_OK;
    }
    PB__KEEP(t, races, row);
    return PB_OK;
}

/* ---- results ---- */

enum {
    SEASON,
    ROUND,
    RACE,
    CIRCUIT,
    DATE,
    CLOCK,
    REF,
    CODE,
    TEAM,
    NUMBER,
    GRID,
    PLACE,
    PLACE_TEXT,
    POINTS,
    LAPS,
    STATUS,
    MILLIS
};

static const char *const result_columns[] = {"season",
                                             "round",
                                             "?raceName",
                                             "?circuitId|Circuit.circuitId",
                                             "?date",
                                             "?time_utc|time",
                                             "driverId|Driver.driverId",
                                             "?driverCode|Driver.code",
                                             "constructorId|Constructor.constructorId",
                                             "?number",
                                             "grid",
                                             "position",
                                             "positionText",
                                             "points",
                                             "laps",
                                             "status",
                                             "?milliseconds|Time.millis"};

pb_status pb__ergast_result(pb__table *t)
{
    pb_result_row row;
    pb_race_row   race;
    bool          sprint;
    memset(&row, 0, sizeof row);
    memset(&race, 0, sizeof race);
    pb__take_race(t, SEASON, ROUND, &row.season, &row.round, &sprint);
    row.sprint  = sprint;
    race.season = row.season;
    race.round  = row.round;
    pb__ergast_race(t, RACE, CIRCUIT, DATE, CLOCK, &race);
    pb__take_driver(t, CODE, REF, row.driver);
    pb__need_text(t, TEAM, row.team, sizeof row.team);
    row.number   = (int16_t)pb__take_whole(t, NUMBER, 0, 9999, 0);
    row.grid     = (uint8_t)pb__take_whole(t, GRID, 0, 99, 0);
    row.place    = (uint8_t)pb__take_whole(t, PLACE, 1, 99, 0);
    row.points   = pb__take_number(t, POINTS, 0, 100);
    row.laps     = (int16_t)pb__take_whole(t, LAPS, 0, PB_LAPS_MAX, -1);
    int64_t time = pb__take_whole(t, MILLIS, 1, 1000000000, 0);
    row.time_ms  = time ? (int32_t)time : PB_MS_NONE;
    pb__take_text(t, PLACE_TEXT, row.place_text, sizeof row.place_text);
    pb__take_text(t, STATUS, row.status, sizeof row.status);
    PB_TRY(keep_race(t, &race));
    PB__KEEP(t, results, &row);
    return PB_OK;
}

pb_status pb__read_jolpica_results(pb__table *t, pb_span text)
{
    return read_as(t, text, result_columns, COUNT(result_columns), pb__ergast_result);
}

/* ---- qualifying ---- */

enum { Q_SEASON, Q_ROUND, Q_REF, Q_CODE, Q_PLACE, Q_1, Q_2, Q_3, Q_NUMBER };

static const char *const quali_columns[] = {
    "season", "round",  "driverId|Driver.driverId", "?driverCode|Driver.code", "position", "?Q1", "?Q2",
    "?Q3",    "?number"};

pb_status pb__ergast_quali(pb__table *t)
{
    pb_quali_row row;
    bool         sprint;
    memset(&row, 0, sizeof row);
    pb__take_race(t, Q_SEASON, Q_ROUND, &row.season, &row.round, &sprint);
    pb__take_driver(t, Q_CODE, Q_REF, row.driver);
    row.number = (int16_t)pb__take_whole(t, Q_NUMBER, 0, 9999, 0);
    row.place  = (uint8_t)pb__take_whole(t, Q_PLACE, 1, 99, 0);
    for (int i = 0; i < 3; i++) row.best_ms[i] = pb__take_ms(t, Q_1 + i);
    PB__KEEP(t, qualifying, &row);
    return PB_OK;
}

pb_status pb__read_jolpica_qualifying(pb__table *t, pb_span text)
{
    return read_as(t, text, quali_columns, COUNT(quali_columns), pb__ergast_quali);
}

/* ---- pit stops ---- */

enum { P_SEASON, P_ROUND, P_REF, P_STOP, P_LAP, P_DURATION };

static const char *const pit_columns[] = {"season", "round", "driverId", "stop", "lap", "duration"};

pb_status pb__ergast_pit(pb__table *t)
{
    pb_pit_row row;
    memset(&row, 0, sizeof row);
    pb__take_race(t, P_SEASON, P_ROUND, &row.season, &row.round, &row.sprint);
    pb__take_driver(t, -1, P_REF, row.driver);
    row.stop     = (uint8_t)pb__take_whole(t, P_STOP, 1, 99, 0);
    row.lap      = (uint16_t)pb__need_whole(t, P_LAP, 1, PB_LAPS_MAX);
    row.lane_ms  = pb__take_ms(t, P_DURATION);
    row.still_ms = PB_MS_NONE;
    PB__KEEP(t, pits, &row);
    return PB_OK;
}

pb_status pb__read_jolpica_pits(pb__table *t, pb_span text)
{
    return read_as(t, text, pit_columns, COUNT(pit_columns), pb__ergast_pit);
}

/* ---- laps ---- */

enum { L_SEASON, L_ROUND, L_LAP, L_REF, L_PLACE, L_TIME };

static const char *const lap_columns[] = {"season", "round", "number", "driverId", "?position", "time"};

void pb__blank_lap(pb_lap *lap)
{
    *lap = (pb_lap){.time_ms       = PB_MS_NONE,
                    .session_ms    = PB_MS_NONE,
                    .start_ms      = PB_MS_NONE,
                    .pit_in_ms     = PB_MS_NONE,
                    .pit_out_ms    = PB_MS_NONE,
                    .sector_ms     = {PB_MS_NONE, PB_MS_NONE, PB_MS_NONE},
                    .tyre_age_laps = -1,
                    .fresh         = -1};
}

pb_status pb__ergast_lap(pb__table *t)
{
    pb_lap_record row;
    memset(&row, 0, sizeof row);
    pb__blank_lap(&row.lap);
    row.speed_kph = (float)NAN;
    pb__take_race(t, L_SEASON, L_ROUND, &row.season, &row.round, &row.sprint);
    pb__take_driver(t, -1, L_REF, row.driver);
    row.lap.number   = (uint16_t)pb__need_whole(t, L_LAP, 1, PB_LAPS_MAX);
    row.lap.position = (uint8_t)pb__take_whole(t, L_PLACE, 1, 99, 0);
    row.lap.time_ms  = pb__need_ms(t, L_TIME);
    if (row.lap.time_ms == 0) pb__refuse(t, L_TIME, "is zero");
    PB__KEEP(t, laps, &row);
    return PB_OK;
}

/* ---- for the JSON reader ---- */

const pb__ergast_table pb__ergast_tables[] = {
    {"Results", NULL, result_columns, COUNT(result_columns), pb__ergast_result},
    {"SprintResults", NULL, result_columns, COUNT(result_columns), pb__ergast_result},
    {"QualifyingResults", NULL, quali_columns, COUNT(quali_columns), pb__ergast_quali},
    {"PitStops", NULL, pit_columns, COUNT(pit_columns), pb__ergast_pit},
    {"Laps", "Timings", lap_columns, COUNT(lap_columns), pb__ergast_lap},
    {0},
};
