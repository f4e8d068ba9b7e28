/* live_tables: what the cache of the live timing keeps beside weather and race
 * control, one race a folder: laps, tyres, track status, lap count, session
 * status, drivers. Cars are numbers, times are on the session clock.
 *
 * tyres.csv is a stream of deltas: a blank cell means "as before". Stints are
 * what is left when it has been played: compound, new or used, laps before it
 * began, laps run. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ergast_rows.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

static pb_status read_as(pb__table *t, pb_span text, const char *const *columns, size_t n, pb__row_reader *reader)
{
    if (t->season == 0)
        return pb_error_set(t->error, PB_E_MISSING,
                            "%s: the file does not tell its race; it must lie in a folder called YYYY_RR_name",
                            t->path);
    t->columns   = columns;
    t->n_columns = (int)n;
    return pb__read_csv(t, text, ',', reader);
}

/* ---- laps ---- */

enum { L_END, L_CAR, L_TIME, L_LAP, L_OUT, L_IN, L_S1, L_S2, L_S3, L_SPEED };
static const char *const lap_columns[] = {"Time_s",        "Driver",      "LapTime_s",     "NumberOfLaps",
                                          "PitOutTime_s",  "PitInTime_s", "Sector1Time_s", "Sector2Time_s",
                                          "Sector3Time_s", "?SpeedST"};

static pb_status take_lap(pb__table *t)
{
    pb_lap_record row;
    memset(&row, 0, sizeof row);
    pb__blank_lap(&row.lap);
    row.season         = t->season;
    row.round          = t->round;
    row.sprint         = t->sprint;
    row.number         = (int16_t)pb__need_whole(t, L_CAR, 1, 9999);
    row.lap.number     = (uint16_t)pb__need_whole(t, L_LAP, 1, PB_LAPS_MAX);
    row.lap.session_ms = pb__need_ms(t, L_END);
    row.lap.time_ms    = pb__take_ms(t, L_TIME);
    row.lap.pit_out_ms = pb__take_ms(t, L_OUT);
    row.lap.pit_in_ms  = pb__take_ms(t, L_IN);
    row.speed_kph      = (float)pb__take_number(t, L_SPEED, 0, 500);
    for (int i = 0; i < 3; i++) row.lap.sector_ms[i] = pb__take_ms(t, L_S1 + i);
    if (row.lap.time_ms == 0) pb__refuse(t, L_TIME, "is zero");
    PB__KEEP(t, laps, &row);
    return PB_OK;
}

pb_status pb__read_live_laps(pb__table *t, pb_span text)
{
    return read_as(t, text, lap_columns, COUNT(lap_columns), take_lap);
}

/* ---- tyres ---- */

#define STINTS_MAX 64

/* One car while the deltas are played. */
typedef struct tyre_car {
    int16_t number;
    uint8_t n;
    struct {
        uint8_t compound;
        int8_t  fresh;
        int16_t start, total;
        bool    seen;
    } stint[STINTS_MAX];
} tyre_car;

typedef struct tyre_state {
    tyre_car car[PB_CARS_MAX];
    uint32_t n;
} tyre_state;

enum { T_CAR, T_STINT, T_TOTAL, T_COMPOUND, T_NEW, T_START };
static const char *const tyre_columns[] = {"Driver", "Stint", "TotalLaps", "Compound", "New", "StartLaps"};

static tyre_car *tyre_car_of(tyre_state *state, int16_t number)
{
    for (uint32_t c = 0; c < state->n; c++)
        if (state->car[c].number == number) return &state->car[c];
    if (state->n == PB_CARS_MAX) return NULL;
    state->car[state->n].number = number;
    return &state->car[state->n++];
}

static pb_status take_tyre(pb__table *t)
{
    int16_t   number = (int16_t)pb__need_whole(t, T_CAR, 1, 9999);
    int64_t   stint  = pb__need_whole(t, T_STINT, 0, STINTS_MAX - 1);
    int64_t   total = pb__take_whole(t, T_TOTAL, 0, 1000, -1), start = pb__take_whole(t, T_START, 0, 1000, -1);
    int8_t    fresh = pb__take_bool(t, T_NEW);
    pb_span   name  = pb__field(t, T_COMPOUND);
    tyre_car *car   = t->reason[0] ? NULL : tyre_car_of(t->extra, number);
    if (!car) pb__refuse(t, T_CAR, "is one car too many");
    if (t->reason[0]) return PB_OK;
    if (!car->stint[stint].seen) {
        car->stint[stint].seen  = true;
        car->stint[stint].fresh = -1;
        car->stint[stint].start = car->stint[stint].total = -1;
    }
    if (name.len > 0) car->stint[stint].compound = (uint8_t)pb_compound_from_name(name);
    if (total >= 0) car->stint[stint].total = (int16_t)total;
    if (start >= 0) car->stint[stint].start = (int16_t)start;
    if (fresh >= 0) car->stint[stint].fresh = fresh;
    if (stint >= car->n) car->n = (uint8_t)(stint + 1);
    return PB_OK;
}

/* Stints follow each other; one that was never run (a change before the start) has no laps. */
static pb_status keep_stints(pb__table *t, const tyre_car *car)
{
    uint16_t lap    = 1;
    t->reason[0]    = '\0';
    uint8_t counted = 0;
    for (uint32_t s = 0; s < car->n; s++) {
        if (!car->stint[s].seen) continue;
        int laps = car->stint[s].total >= 0 && car->stint[s].start >= 0 ? car->stint[s].total - car->stint[s].start : 0;
        if (laps <= 0 || lap + laps > PB_LAPS_MAX) continue;
        pb_stint_row row;
        memset(&row, 0, sizeof row);
        row.season       = t->season;
        row.round        = t->round;
        row.sprint       = t->sprint;
        row.number       = car->number;
        row.stint        = ++counted;
        row.from_lap     = lap;
        row.to_lap       = (uint16_t)(lap + laps - 1);
        row.compound     = car->stint[s].compound;
        row.age_at_start = car->stint[s].start;
        row.fresh        = car->stint[s].fresh;
        lap              = (uint16_t)(lap + laps);
        PB__KEEP(t, stints, &row);
    }
    return PB_OK;
}

pb_status pb__read_live_tyres(pb__table *t, pb_span text)
{
    tyre_state *state = calloc(1, sizeof *state);
    if (!state) return pb_error_set(t->error, PB_E_NOMEM, "%s: out of memory", t->path);
    t->extra         = state;
    pb_status status = read_as(t, text, tyre_columns, COUNT(tyre_columns), take_tyre);
    for (uint32_t c = 0; c < state->n && status == PB_OK; c++) status = keep_stints(t, &state->car[c]);
    free(state);
    return status;
}

/* ---- status of the track and of the session, laps of the leader ---- */

enum { K_TIME, K_STATUS };
static const char *const track_columns[] = {"Time_s", "Status"};

static pb_status take_track(pb__table *t)
{
    pb_track_row row;
    memset(&row, 0, sizeof row);
    row.season     = t->season;
    row.round      = t->round;
    row.sprint     = t->sprint;
    row.session_ms = pb__need_ms(t, K_TIME);
    row.status     = (uint8_t)pb__need_whole(t, K_STATUS, 0, 9);
    PB__KEEP(t, track, &row);
    return PB_OK;
}

pb_status pb__read_live_track(pb__table *t, pb_span text)
{
    return read_as(t, text, track_columns, COUNT(track_columns), take_track);
}

static pb_status take_session(pb__table *t)
{
    pb_session_row row;
    memset(&row, 0, sizeof row);
    row.season     = t->season;
    row.round      = t->round;
    row.sprint     = t->sprint;
    row.session_ms = pb__need_ms(t, K_TIME);
    pb__need_text(t, K_STATUS, row.status, sizeof row.status);
    PB__KEEP(t, session, &row);
    return PB_OK;
}

pb_status pb__read_live_session(pb__table *t, pb_span text)
{
    return read_as(t, text, track_columns, COUNT(track_columns), take_session);
}

enum { C_TIME, C_TOTAL, C_LAP };
static const char *const count_columns[] = {"Time_s", "TotalLaps", "CurrentLap"};

static pb_status take_count(pb__table *t)
{
    pb_count_row row;
    memset(&row, 0, sizeof row);
    row.season     = t->season;
    row.round      = t->round;
    row.sprint     = t->sprint;
    row.session_ms = pb__need_ms(t, C_TIME);
    row.lap        = (uint16_t)pb__take_whole(t, C_LAP, 0, PB_LAPS_MAX, 0);
    row.total      = (uint16_t)pb__take_whole(t, C_TOTAL, 0, PB_LAPS_MAX, 0);
    PB__KEEP(t, counts, &row);
    return PB_OK;
}

pb_status pb__read_live_counts(pb__table *t, pb_span text)
{
    return read_as(t, text, count_columns, COUNT(count_columns), take_count);
}

/* ---- drivers ---- */

enum { D_NUMBER, D_CODE, D_TEAM };
static const char *const driver_columns[] = {"RacingNumber", "Tla", "?TeamName"};

static pb_status take_driver(pb__table *t)
{
    pb_entry_row row;
    memset(&row, 0, sizeof row);
    row.season = t->season;
    row.round  = t->round;
    row.sprint = t->sprint;
    row.number = (int16_t)pb__need_whole(t, D_NUMBER, 1, 9999);
    pb__take_driver(t, D_CODE, -1, row.driver);
    pb__take_text(t, D_TEAM, row.team, sizeof row.team);
    PB__KEEP(t, entries, &row);
    return PB_OK;
}

pb_status pb__read_live_drivers(pb__table *t, pb_span text)
{
    return read_as(t, text, driver_columns, COUNT(driver_columns), take_driver);
}
