/* ergast_csv: the CSV mirror of the Ergast tables.
 *
 *     races, drivers, constructors, circuits, status   number -> name, kept in pb_ergast_ids
 *     results, sprint_results, qualifying, pit_stops, lap_times   numbers only
 *
 * A null is \N. Numbers go to a few thousand, so ids are plain arrays. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ergast_rows.h"

#define ID_MAX 65535

typedef struct id_race {
    int16_t season, round;
} id_race;
typedef struct id_name {
    char text[40];
} id_name;

/* An array by id, grown on demand; zero means not told. */
typedef struct id_list {
    void  *at;
    size_t n, size;
} id_list;

struct pb_ergast_ids {
    id_list races, drivers, teams, circuits, status;
};

pb_status pb_ergast_ids_create(pb_ergast_ids **out, pb_error *error)
{
    pb_ergast_ids *ids = calloc(1, sizeof *ids);
    if (!ids) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    ids->races.size   = sizeof(id_race);
    ids->drivers.size = ids->teams.size = ids->circuits.size = ids->status.size = sizeof(id_name);
    *out                                                                        = ids;
    return PB_OK;
}

void pb_ergast_ids_destroy(pb_ergast_ids *ids)
{
    if (!ids) return;
    free(ids->races.at);
    free(ids->drivers.at);
    free(ids->teams.at);
    free(ids->circuits.at);
    free(ids->status.at);
    free(ids);
}

/* Slot of an id, made when it is new; NULL: no memory. */
static void *slot(id_list *list, size_t id)
{
    if (id >= list->n) {
        size_t n    = id < 1024 ? 2048 : 2 * id;
        void  *more = realloc(list->at, n * list->size);
        if (!more) return NULL;
        memset((char *)more + list->n * list->size, 0, (n - list->n) * list->size);
        list->at = more;
        list->n  = n;
    }
    return (char *)list->at + id * list->size;
}

static const void *look(const id_list *list, int64_t id)
{
    return id >= 0 && (size_t)id < list->n ? (const char *)list->at + (size_t)id * list->size : NULL;
}

static pb_status name_id(pb__table *t, id_list *list, int64_t id, const char *text)
{
    if (t->reason[0] || !t->ids) return PB_OK;
    id_name *to = slot(list, (size_t)id);
    if (!to) return pb_error_set(t->error, PB_E_NOMEM, "%s: out of memory", t->path);
    (void)pb_span_copy(pb_span_of(text), to->text, sizeof to->text);
    return PB_OK;
}

/* The name behind a number in column k; refuses the row when there is none. */
static const char *named(pb__table *t, int k, const id_list *list)
{
    const id_name *found = look(list, pb__need_whole(t, k, 0, ID_MAX));
    if (found && found->text[0]) return found->text;
    pb__refuse(t, k, "is in no table of names beside this file");
    return "";
}

static void race_of(pb__table *t, int k, int16_t *season, int16_t *round)
{
    const id_race *race = look(&t->ids->races, pb__need_whole(t, k, 0, ID_MAX));
    if (!race || race->season == 0) {
        pb__refuse(t, k, "is in no races.csv beside this file");
        return;
    }
    *season = race->season;
    *round  = race->round;
}

static pb_status read_as(pb__table *t, pb_span text, const char *const *columns, size_t n, pb__row_reader *reader)
{
    t->columns   = columns;
    t->n_columns = (int)n;
    return pb__read_csv(t, text, ',', reader);
}

static pb_status read_joined(pb__table *t, pb_span text, const char *const *columns, size_t n, pb__row_reader *reader)
{
    if (!t->ids || !t->ids->races.at)
        return pb_error_set(t->error, PB_E_MISSING,
                            "%s: it names races by number; races.csv, drivers.csv and the like must lie beside it",
                            t->path);
    return read_as(t, text, columns, n, reader);
}

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* ---- tables of names ---- */

enum { R_ID, R_YEAR, R_ROUND, R_CIRCUIT, R_NAME, R_DATE, R_TIME };
static const char *const race_columns[] = {"raceId", "year", "round", "circuitId", "name", "?date", "?time"};

static pb_status take_race(pb__table *t)
{
    pb_race_row row;
    memset(&row, 0, sizeof row);
    int64_t id = pb__need_whole(t, R_ID, 0, ID_MAX);
    row.season = (int16_t)pb__need_whole(t, R_YEAR, 1950, 2200);
    row.round  = (int16_t)pb__need_whole(t, R_ROUND, 1, 99);
    pb__need_text(t, R_NAME, row.name, sizeof row.name);
    pb_event_slug(pb_span_of(row.name), row.event, sizeof row.event);
    pb__take_text(t, R_DATE, row.date, sizeof row.date);
    pb__take_text(t, R_TIME, row.time, sizeof row.time);
    const id_name *circuit = t->ids ? look(&t->ids->circuits, pb__take_whole(t, R_CIRCUIT, 0, ID_MAX, -1)) : NULL;
    const char    *known   = pb_circuit_id(pb_span_of(row.event), row.season);
    if (circuit && circuit->text[0])
        pb__ergast_circuit(pb_span_of(circuit->text), row.season, row.circuit, sizeof row.circuit);
    else if (known)
        (void)pb_span_copy(pb_span_of(known), row.circuit, sizeof row.circuit);
    if (!t->reason[0] && t->ids) {
        id_race *to = slot(&t->ids->races, (size_t)id);
        if (!to) return pb_error_set(t->error, PB_E_NOMEM, "%s: out of memory", t->path);
        *to = (id_race){row.season, row.round};
    }
    PB__KEEP(t, races, &row);
    return PB_OK;
}

pb_status pb__read_ergast_races(pb__table *t, pb_span text)
{
    t->short_rows = true; /* the mirror's rows of 2025 end before the times of practice */
    return read_as(t, text, race_columns, COUNT(race_columns), take_race);
}

enum { D_ID, D_REF, D_NUMBER, D_CODE, D_FORENAME, D_SURNAME, D_BORN, D_NATION };
static const char *const driver_columns[] = {"driverId", "driverRef", "number", "code",
                                             "forename", "surname",   "?dob",   "?nationality"};

static pb_status take_driver(pb__table *t)
{
    pb_driver_row row;
    char          name[80];
    memset(&row, 0, sizeof row);
    int64_t id = pb__need_whole(t, D_ID, 0, ID_MAX);
    row.number = (int16_t)pb__take_whole(t, D_NUMBER, 0, 9999, 0);
    pb__need_text(t, D_REF, row.ref, sizeof row.ref);
    pb__take_text(t, D_CODE, row.code, sizeof row.code);
    pb__take_text(t, D_FORENAME, row.forename, sizeof row.forename);
    pb__need_text(t, D_SURNAME, row.surname, sizeof row.surname);
    pb__take_text(t, D_BORN, row.born, sizeof row.born);
    pb__take_text(t, D_NATION, row.nationality, sizeof row.nationality);
    const char *known = row.code[0] ? NULL : pb_driver_code(pb_span_of(row.ref));
    if (known) (void)pb_span_copy(pb_span_of(known), row.code, sizeof row.code);
    (void)pb_span_copy(pb_span_of(row.code[0] ? row.code : row.ref), name, sizeof name);
    PB_TRY(name_id(t, &t->ids->drivers, id, name));
    PB__KEEP(t, drivers, &row);
    return PB_OK;
}

pb_status pb__read_ergast_drivers(pb__table *t, pb_span text)
{
    return read_as(t, text, driver_columns, COUNT(driver_columns), take_driver);
}

enum { T_ID, T_REF, T_NAME, T_NATION };
static const char *const team_columns[] = {"constructorId", "constructorRef", "name", "?nationality"};

static pb_status take_team(pb__table *t)
{
    pb_team_row row;
    memset(&row, 0, sizeof row);
    int64_t id = pb__need_whole(t, T_ID, 0, ID_MAX);
    pb__need_text(t, T_REF, row.ref, sizeof row.ref);
    pb__need_text(t, T_NAME, row.name, sizeof row.name);
    pb__take_text(t, T_NATION, row.nationality, sizeof row.nationality);
    pb_team_id(pb_span_of(row.ref), 9998, row.id, sizeof row.id);
    PB_TRY(name_id(t, &t->ids->teams, id, row.ref));
    PB__KEEP(t, teams, &row);
    return PB_OK;
}

pb_status pb__read_ergast_teams(pb__table *t, pb_span text)
{
    return read_as(t, text, team_columns, COUNT(team_columns), take_team);
}

enum { C_ID, C_REF, C_NAME, C_LOCALITY, C_COUNTRY, C_LAT, C_LON, C_ALT };
static const char *const circuit_columns[] = {"circuitId", "circuitRef", "name", "?location",
                                              "?country",  "lat",        "lng",  "?alt"};

static pb_status take_circuit(pb__table *t)
{
    pb_circuit_row row;
    memset(&row, 0, sizeof row);
    int64_t id = pb__need_whole(t, C_ID, 0, ID_MAX);
    pb__need_text(t, C_REF, row.ref, sizeof row.ref);
    pb__need_text(t, C_NAME, row.name, sizeof row.name);
    pb__take_text(t, C_LOCALITY, row.locality, sizeof row.locality);
    pb__take_text(t, C_COUNTRY, row.country, sizeof row.country);
    row.lat_deg    = pb__take_number(t, C_LAT, -90, 90);
    row.lon_deg    = pb__take_number(t, C_LON, -180, 180);
    row.altitude_m = pb__take_number(t, C_ALT, -500, 5000);
    row.length_m   = (double)NAN;
    row.pit_loss_s = (double)NAN;
    pb__ergast_circuit(pb_span_of(row.ref), 0, row.id, sizeof row.id);
    PB_TRY(name_id(t, &t->ids->circuits, id, row.ref));
    PB__KEEP(t, circuits, &row);
    return PB_OK;
}

pb_status pb__read_ergast_circuits(pb__table *t, pb_span text)
{
    return read_as(t, text, circuit_columns, COUNT(circuit_columns), take_circuit);
}

enum { S_ID, S_TEXT };
static const char *const status_columns[] = {"statusId", "status"};

static pb_status take_status(pb__table *t)
{
    char    name[40];
    int64_t id = pb__need_whole(t, S_ID, 0, ID_MAX);
    pb__need_text(t, S_TEXT, name, sizeof name);
    return name_id(t, &t->ids->status, id, name);
}

pb_status pb__read_ergast_status(pb__table *t, pb_span text)
{
    return read_as(t, text, status_columns, COUNT(status_columns), take_status);
}

/* ---- tables of facts ---- */

enum {
    F_RACE,
    F_DRIVER,
    F_TEAM,
    F_NUMBER,
    F_GRID,
    F_PLACE_TEXT,
    F_ORDER,
    F_POINTS,
    F_LAPS,
    F_MS,
    F_STATUS,
    F_SPRINT_ONLY
};
static const char *const result_columns[] = {"raceId", "driverId",     "constructorId", "number",
                                             "grid",   "positionText", "positionOrder", "points",
                                             "laps",   "milliseconds", "statusId",      "?fastestLapSpeed"};

static pb_status take_result(pb__table *t)
{
    pb_result_row row;
    memset(&row, 0, sizeof row);
    race_of(t, F_RACE, &row.season, &row.round);
    row.sprint = !pb__has(t, F_SPRINT_ONLY); /* sprint_results.csv is results.csv without that column */
    (void)pb_span_copy(pb_span_of(named(t, F_DRIVER, &t->ids->drivers)), row.driver, sizeof row.driver);
    (void)pb_span_copy(pb_span_of(named(t, F_TEAM, &t->ids->teams)), row.team, sizeof row.team);
    (void)pb_span_copy(pb_span_of(named(t, F_STATUS, &t->ids->status)), row.status, sizeof row.status);
    row.number   = (int16_t)pb__take_whole(t, F_NUMBER, 0, 9999, 0);
    row.grid     = (uint8_t)pb__take_whole(t, F_GRID, 0, 99, 0);
    row.place    = (uint8_t)pb__take_whole(t, F_ORDER, 1, 99, 0);
    row.points   = pb__take_number(t, F_POINTS, 0, 100);
    row.laps     = (int16_t)pb__take_whole(t, F_LAPS, 0, PB_LAPS_MAX, -1);
    int64_t time = pb__take_whole(t, F_MS, 1, 1000000000, 0);
    row.time_ms  = time ? (int32_t)time : PB_MS_NONE;
    pb__take_text(t, F_PLACE_TEXT, row.place_text, sizeof row.place_text);
    PB__KEEP(t, results, &row);
    return PB_OK;
}

pb_status pb__read_ergast_results(pb__table *t, pb_span text)
{
    return read_joined(t, text, result_columns, COUNT(result_columns), take_result);
}

enum { Q_RACE, Q_DRIVER, Q_NUMBER, Q_PLACE, Q_1, Q_2, Q_3 };
static const char *const quali_columns[] = {"raceId", "driverId", "number", "position", "q1", "q2", "q3"};

static pb_status take_quali(pb__table *t)
{
    pb_quali_row row;
    memset(&row, 0, sizeof row);
    race_of(t, Q_RACE, &row.season, &row.round);
    (void)pb_span_copy(pb_span_of(named(t, Q_DRIVER, &t->ids->drivers)), row.driver, sizeof row.driver);
    row.number = (int16_t)pb__take_whole(t, Q_NUMBER, 0, 9999, 0);
    row.place  = (uint8_t)pb__take_whole(t, Q_PLACE, 1, 99, 0);
    for (int i = 0; i < 3; i++) row.best_ms[i] = pb__take_ms(t, Q_1 + i);
    PB__KEEP(t, qualifying, &row);
    return PB_OK;
}

pb_status pb__read_ergast_qualifying(pb__table *t, pb_span text)
{
    return read_joined(t, text, quali_columns, COUNT(quali_columns), take_quali);
}

enum { P_RACE, P_DRIVER, P_STOP, P_LAP, P_MS };
static const char *const pit_columns[] = {"raceId", "driverId", "stop", "lap", "milliseconds"};

static pb_status take_pit(pb__table *t)
{
    pb_pit_row row;
    memset(&row, 0, sizeof row);
    race_of(t, P_RACE, &row.season, &row.round);
    (void)pb_span_copy(pb_span_of(named(t, P_DRIVER, &t->ids->drivers)), row.driver, sizeof row.driver);
    row.stop     = (uint8_t)pb__take_whole(t, P_STOP, 1, 99, 0);
    row.lap      = (uint16_t)pb__need_whole(t, P_LAP, 1, PB_LAPS_MAX);
    int64_t ms   = pb__take_whole(t, P_MS, 1, 1000000000, 0);
    row.lane_ms  = ms ? (int32_t)ms : PB_MS_NONE;
    row.still_ms = PB_MS_NONE;
    PB__KEEP(t, pits, &row);
    return PB_OK;
}

pb_status pb__read_ergast_pits(pb__table *t, pb_span text)
{
    return read_joined(t, text, pit_columns, COUNT(pit_columns), take_pit);
}

enum { L_RACE, L_DRIVER, L_LAP, L_PLACE, L_MS };
static const char *const lap_columns[] = {"raceId", "driverId", "lap", "position", "milliseconds"};

static pb_status take_lap(pb__table *t)
{
    pb_lap_record row;
    memset(&row, 0, sizeof row);
    pb__blank_lap(&row.lap);
    row.speed_kph = (float)NAN;
    race_of(t, L_RACE, &row.season, &row.round);
    (void)pb_span_copy(pb_span_of(named(t, L_DRIVER, &t->ids->drivers)), row.driver, sizeof row.driver);
    row.lap.number   = (uint16_t)pb__need_whole(t, L_LAP, 1, PB_LAPS_MAX);
    row.lap.position = (uint8_t)pb__take_whole(t, L_PLACE, 1, 99, 0);
    row.lap.time_ms  = (int32_t)pb__need_whole(t, L_MS, 1, 1000000000);
    PB__KEEP(t, laps, &row);
    return PB_OK;
}

pb_status pb__read_ergast_laps(pb__table *t, pb_span text)
{
    return read_joined(t, text, lap_columns, COUNT(lap_columns), take_lap);
}
