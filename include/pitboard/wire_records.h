/* pitboard/wire_records.h - tables beside the laps: bytes to plain rows.
 *
 * Every source of docs/formats/sources.md becomes the same rows (pb_records),
 * whatever it was: CSV or JSON, one race or many years, car numbers or names.
 * Nothing is guessed and nothing is joined here; a row that cannot be right is
 * left out, with line and reason.
 *
 *     text -> pb_wire_form_of -> a row of the table of forms
 *     text -> pb_wire_read_records -> pb_records
 *
 * Floor 3. Uses base, codec, race. */
#ifndef PITBOARD_WIRE_RECORDS_H
#define PITBOARD_WIRE_RECORDS_H

#include "pitboard/codec.h"
#include "pitboard/race_records.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A race of a calendar. */
typedef struct pb_race_row {
    int16_t season, round;
    char    name[64];            /* "Spanish Grand Prix" */
    char    event[48];           /* slug, "spanish" */
    char    circuit[32];         /* crosswalk id, or the source's own; "" unknown */
    char    date[12];            /* "2023-06-04"; "" unknown */
    char    time[16];            /* "13:00:00", UTC; "" unknown */
} pb_race_row;

/* A circuit, for all years (season 0) or one. */
typedef struct pb_circuit_row {
    char    id[32];              /* crosswalk id, or the source's own */
    int16_t season;              /* 0: not tied to a season */
    char    ref[32];             /* the source's own name for it */
    char    name[80], locality[48], country[40];
    double  lat_deg, lon_deg, altitude_m, length_m;      /* NAN unknown */
    int16_t laps;                /* of a race, 0 unknown */
    double  pit_loss_s;          /* as the source says it, NAN unknown */
    char    hard[8], medium[8], soft[8];                 /* nominated compounds, "C3"; "" unknown */
} pb_circuit_row;

typedef struct pb_driver_row {
    char    code[8];             /* "VER"; "" when it never had one */
    char    ref[40];             /* "max_verstappen" */
    char    forename[40], surname[40], nationality[32];
    char    born[12];            /* "1997-09-30"; "" unknown */
    int16_t number;              /* permanent, 0 none */
} pb_driver_row;

typedef struct pb_team_row {
    char id[40];                 /* crosswalk id over the years, "faenza" */
    char ref[40];                /* "alphatauri" */
    char name[64], nationality[32];
} pb_team_row;

/* Who drove which car. */
typedef struct pb_entry_row {
    int16_t season, round;
    bool    sprint;
    char    driver[8];
    int16_t number;
    char    team[40];
} pb_entry_row;

typedef struct pb_quali_row {
    int16_t season, round;
    char    driver[8];
    int16_t number;
    uint8_t place;               /* 0 unknown */
    int32_t best_ms[3];          /* Q1 .. Q3, PB_MS_NONE not set */
} pb_quali_row;

typedef struct pb_start_row {
    int16_t season, round;
    bool    sprint;
    char    driver[8];
    int16_t number;
    uint8_t grid;                /* 0: pit lane */
} pb_start_row;

/* A lap of a source that is no FastF1-style lap CSV. */
typedef struct pb_lap_record {
    int16_t season, round;
    bool    sprint;
    char    driver[8];
    int16_t number;              /* of the car */
    int64_t end_utc_ms;          /* 0 unknown */
    float   speed_kph;           /* at the speed trap, NAN unknown */
    char    flag[8];             /* as the timing wrote it at the line: "GF", "FCY"; "" none */
    pb_lap  lap;                 /* session_ms may be PB_MS_NONE */
} pb_lap_record;

typedef struct pb_track_row {
    int16_t season, round;
    bool    sprint;
    int32_t session_ms;
    uint8_t status;              /* digit of the feed: 1, 2, 4, 5, 6, 7 */
} pb_track_row;

typedef struct pb_session_row {
    int16_t season, round;
    bool    sprint;
    int32_t session_ms;
    char    status[16];          /* "Started" */
} pb_session_row;

/* When the leader began a lap. */
typedef struct pb_count_row {
    int16_t  season, round;
    bool     sprint;
    uint16_t lap, total;         /* total 0 unknown */
    int32_t  session_ms;
} pb_count_row;

/* A safety car, virtual safety car or red flag as a list of history tells it. */
typedef struct pb_interruption_row {
    int16_t  season;
    char     name[64];           /* "Spanish Grand Prix" */
    char     kind[8];            /* "SC", "VSC", "RED" */
    uint16_t from_lap;
    double   to_lap;             /* NAN unknown; red flags: NAN */
    int16_t  full_laps;          /* -1 unknown */
    int8_t   resumed;            /* of a red flag: 1, 0, -1 unknown */
    char     cause[160];
} pb_interruption_row;

#define PB_RECORDS_LIST(X)                                                     \
    X(races, pb_race_row)                                                      \
    X(circuits, pb_circuit_row)                                                \
    X(drivers, pb_driver_row)                                                  \
    X(teams, pb_team_row)                                                      \
    X(entries, pb_entry_row)                                                   \
    X(results, pb_result_row)                                                  \
    X(qualifying, pb_quali_row)                                                \
    X(starts, pb_start_row)                                                    \
    X(laps, pb_lap_record)                                                     \
    X(stints, pb_stint_row)                                                    \
    X(pits, pb_pit_row)                                                        \
    X(weather, pb_weather_row)                                                 \
    X(control, pb_control_row)                                                 \
    X(track, pb_track_row)                                                     \
    X(session, pb_session_row)                                                 \
    X(counts, pb_count_row)                                                    \
    X(interruptions, pb_interruption_row)                                      \
    X(quarantined, pb_quarantine)

/* What a file held: records.weather.at[0 .. records.weather.n). Owned. */
typedef struct pb_records {
#define PB_RECORDS_FIELD(name, type)                                           \
    struct {                                                                   \
        type    *at;                                                           \
        uint32_t n, cap;                                                       \
    } name; /* NOLINT(bugprone-macro-parentheses): a member cannot stand in them */
    PB_RECORDS_LIST(PB_RECORDS_FIELD)
#undef PB_RECORDS_FIELD
    uint32_t n_rows;             /* of the file = accepted + quarantined */
    uint32_t n_accepted;
    int64_t  page_from, page_to, page_of;   /* rows of a paged answer; page_of 0: not paged */
} pb_records;

void pb_records_init(pb_records *records);
void pb_records_fini(pb_records *records);

/* Names for numbers: the ids by which the CSV mirror of the Ergast tables joins
 * its files. Filled by reading races, drivers, constructors, circuits and
 * status; used by reading results, sprint_results, qualifying and pit_stops. */
typedef struct pb_ergast_ids pb_ergast_ids;
pb_status pb_ergast_ids_create(pb_ergast_ids **out, pb_error *error);
void      pb_ergast_ids_destroy(pb_ergast_ids *ids);

/* Season, round and kind by a path, where one of its parts begins "YYYY_RR_";
 * false when none does. */
bool pb_wire_race_of_path(const char *path, int16_t *season, int16_t *round, bool *sprint);

/* What a file is, by its header or its first keys, never by its name. */
typedef struct pb_wire_form {
    const char *name;            /* "openf1_stints" */
    const char *format;          /* as `import` takes it: "openf1" */
    const char *what;            /* for people: "stints of OpenF1 (CSV)" */
    bool        joins;           /* reads ids from its neighbours (Ergast CSV) */
    uint8_t     phase;           /* import lower ones first: they name what later ones refer to */
} pb_wire_form;

/* NULL when it is no form of this header. Static. */
const pb_wire_form *pb_wire_form_of(pb_span text);
/* Form i of all, for help and tests; NULL past the last. */
const pb_wire_form *pb_wire_form_at(size_t i);

/* Reads a file of any of these forms. Rows are added to *records, which must be
 * initialised; on error it holds what it held. Where a file does not tell
 * season and round, they come from the path: the last part that begins
 * "YYYY_RR_" (folder or file). ids may be NULL for forms that do not join.
 * PB_E_UNSUPPORTED when it is none of the forms; PB_E_MISSING for a column that
 * is needed, or for ids that are; PB_E_SYNTAX for an unclosed quote, a last row
 * cut in the middle, broken JSON; PB_E_LIMIT for more than PB_RECORDS_ROWS_MAX
 * rows; PB_E_EMPTY when no row is left. */
#define PB_RECORDS_ROWS_MAX (1u << 20)
pb_status pb_wire_read_records(pb_span text, const char *path, pb_ergast_ids *ids, pb_records *records,
                               pb_error *error);

#ifdef __cplusplus
}
#endif
#endif
