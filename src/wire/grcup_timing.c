/* grcup_timing: the timing system's lap list and results (Al Kamel; GR Cup 2025).
 *
 *     23_AnalysisEnduranceWithSections   NUMBER;...;LAP_NUMBER;LAP_TIME;...;ELAPSED;...;FLAG_AT_FL
 *     00_/03_Results, 05_Results by Class
 *
 * Separated by ';', header names with a leading blank. Neither file names its
 * race: track and race number come from the path ("COTA/Race_1/..."), the round
 * from the calendar of 2025, in which every event has two races. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "ergast_rows.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define SECOND "/2"
#define ROWS_BACK 4096u /* more than any race has */

/* Events of 2025 in order. */
static const char *const tracks[] = {"sonoma", "cota", "sebring", "vir", "road-america", "barber", "indianapolis"};

/* "Race_2" or "Race 2" in any part of the path; the last counts. */
static int race_number(const char *path)
{
    int n = 0;
    for (; *path; path++)
        if (strncasecmp(path, "race", 4) == 0 && (path[4] == '_' || path[4] == ' ') &&
            (path[5] == '1' || path[5] == '2'))
            n = path[5] - '0';
    return n;
}

/* Index of the track a folder of the path is called after; -1 if none. */
static int track_of(const char *path)
{
    int found = -1;
    for (size_t len; *path; path += len + (path[len] == '/')) {
        len = strcspn(path, "/");
        for (size_t i = 0; i < COUNT(tracks); i++)
            if (len == strlen(tracks[i]) && strncasecmp(path, tracks[i], len) == 0) found = (int)i;
    }
    return found;
}

static pb_status keep_race(pb__table *t, int track, int race)
{
    pb_race_row row;
    memset(&row, 0, sizeof row);
    row.season = t->season;
    row.round  = t->round;
    (void)snprintf(row.name, sizeof row.name, "%s race %d", tracks[track], race);
    (void)snprintf(row.event, sizeof row.event, "%s", tracks[track]);
    const char *circuit = pb_circuit_id(pb_span_of(tracks[track]), t->season);
    (void)snprintf(row.circuit, sizeof row.circuit, "%s", circuit ? circuit : tracks[track]);
    PB__KEEP(t, races, &row);
    return PB_OK;
}

pb_status pb__grcup_race(pb__table *t)
{
    int race = race_number(t->path), track = track_of(t->path);
    if (race == 0 || track < 0)
        return pb_error_set(t->error, PB_E_MISSING,
                            "%s: the file does not tell its race; a folder must be called after the track (sonoma, "
                            "cota, sebring, vir, road-america, barber or indianapolis), a folder or the file after the "
                            "race (Race_1 or Race_2)",
                            t->path);
    t->season = 2025;
    t->round  = (int16_t)(2 * track + race);
    return keep_race(t, track, race);
}

static pb_status read_as(pb__table *t, pb_span text, const char *const *columns, size_t n, pb__row_reader *reader)
{
    PB_TRY(pb__grcup_race(t));
    t->columns   = columns;
    t->n_columns = (int)n;
    return pb__read_csv(t, text, ';', reader);
}

/* ---- laps ---- */

enum { L_CAR, L_LAP, L_TIME, L_IN_PIT, L_S1, L_S2, L_S3, L_ELAPSED, L_SPEED, L_FLAG };
static const char *const lap_columns[] = {"NUMBER",     "LAP_NUMBER", "LAP_TIME",   "CROSSING_FINISH_LINE_IN_PIT",
                                          "S1_SECONDS", "S2_SECONDS", "S3_SECONDS", "ELAPSED",
                                          "?TOP_SPEED", "FLAG_AT_FL"};

/* A first lap of that number was there, and took another time. */
static bool began_before(const pb_records *r, const pb_lap_record *row)
{
    uint32_t n = r->laps.n, from = n > ROWS_BACK ? n - ROWS_BACK : 0;
    for (uint32_t i = from; i < n; i++) {
        const pb_lap_record *one = &r->laps.at[i];
        if (one->lap.number == 1 && strcmp(one->driver, row->driver) == 0)
            return one->lap.session_ms != row->lap.session_ms;
    }
    return false;
}

/* The row before is of the second car of that number. */
static bool goes_on(const pb_records *r, const pb_lap_record *row)
{
    size_t len = strlen(row->driver);
    if (r->laps.n == 0 || row->lap.number == 1) return false;
    const char *last = r->laps.at[r->laps.n - 1].driver;
    return strncmp(last, row->driver, len) == 0 && strcmp(last + len, SECOND) == 0;
}

/* Anonymised files have two cars of one number (COTA 2025, race 1: 3), one block of rows
 * for each: the second is called "3/2". */
static void tell_apart(const pb_records *r, pb_lap_record *row)
{
    size_t len = strlen(row->driver);
    if (len + sizeof SECOND > sizeof row->driver) return;
    if (goes_on(r, row) || (row->lap.number == 1 && began_before(r, row)))
        memcpy(row->driver + len, SECOND, sizeof SECOND);
}

static pb_status take_lap(pb__table *t)
{
    pb_lap_record row;
    memset(&row, 0, sizeof row);
    pb__blank_lap(&row.lap);
    row.season = t->season;
    row.round  = t->round;
    row.number = (int16_t)pb__need_whole(t, L_CAR, 1, 9999);
    pb__need_text(t, L_CAR, row.driver, sizeof row.driver); /* cars 3, 03 and 003 are three cars */
    row.lap.number     = (uint16_t)pb__need_whole(t, L_LAP, 1, PB_LAPS_MAX);
    row.lap.time_ms    = pb__need_ms(t, L_TIME);
    row.lap.session_ms = pb__need_ms(t, L_ELAPSED);
    row.speed_kph      = (float)pb__take_number(t, L_SPEED, 0, 500);
    for (int i = 0; i < 3; i++) row.lap.sector_ms[i] = pb__take_ms(t, L_S1 + i);
    pb__take_text(t, L_FLAG, row.flag, sizeof row.flag);
    if (row.lap.time_ms == 0) pb__refuse(t, L_TIME, "is zero");
    tell_apart(t->records, &row);
    if (pb_span_equal_text(pb__field(t, L_IN_PIT), "B"))
        row.lap.pit_in_ms = row.lap.session_ms; /* crossed the line there */
    row.lap.status = strcmp(row.flag, "GF") == 0    ? PB_STATUS_BIT_CLEAR
                     : strcmp(row.flag, "FCY") == 0 ? PB_STATUS_BIT_SC
                                                    : 0;
    PB__KEEP(t, laps, &row);
    return PB_OK;
}

pb_status pb__read_grcup_laps(pb__table *t, pb_span text)
{
    return read_as(t, text, lap_columns, COUNT(lap_columns), take_lap);
}

/* ---- results ---- */

enum { R_PLACE, R_CAR, R_STATUS, R_LAPS, R_TIME, R_CLASS, R_IN_CLASS };
static const char *const result_columns[] = {"POSITION|POS",      "NUMBER", "?STATUS", "LAPS", "TOTAL_TIME|ELAPSED",
                                             "?CLASS|CLASS_TYPE", "?PIC"};

static pb_status take_result(pb__table *t)
{
    pb_result_row row;
    memset(&row, 0, sizeof row);
    row.season = t->season;
    row.round  = t->round;
    row.number = (int16_t)pb__need_whole(t, R_CAR, 1, 9999);
    pb__need_text(t, R_CAR, row.driver, sizeof row.driver);
    row.place    = (uint8_t)pb__take_whole(t, R_PLACE, 1, 99, 0);
    row.laps     = (int16_t)pb__take_whole(t, R_LAPS, 0, PB_LAPS_MAX, -1);
    row.points   = (double)NAN;
    pb_span time = pb__field(t, R_TIME);
    row.time_ms  = pb_span_equal_text(time, "-") ? PB_MS_NONE : pb__take_ms(t, R_TIME);
    pb__take_text(t, R_STATUS, row.status, sizeof row.status);
    pb__take_text(t, R_CLASS, row.team, sizeof row.team);
    if (row.place) (void)snprintf(row.place_text, sizeof row.place_text, "%u", row.place);
    PB__KEEP(t, results, &row);
    return PB_OK;
}

pb_status pb__read_grcup_results(pb__table *t, pb_span text)
{
    return read_as(t, text, result_columns, COUNT(result_columns), take_result);
}
