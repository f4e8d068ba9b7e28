/* lap_csv: FastF1-style lap CSV in, a recorded race out.
 *
 *     header -> columns by name -> rows, one lap each -> cars, laps in order
 *                                   \-> quarantine, with line and reason
 *
 * Rows are kept as they come and sorted at the end, because files come sorted
 * by car, by time, or not at all. */
#include "pitboard/wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cell.h"
#include "pitboard/codec.h"

#define ROWS_MAX (2 * PB_CARS_MAX * PB_LAPS_MAX) /* a file with more has no race of ours in it */

/* Column, its name in seconds form, its name in FastF1's forms, needed. */
#define COLUMN_LIST(X)                                                                                                 \
    X(DRIVER, "Driver", "Driver", true)                                                                                \
    X(LAP, "LapNumber", "LapNumber", true)                                                                             \
    X(TIME, "LapTime_s", "LapTime", true)                                                                              \
    X(SESSION, "SessionTime_s", "Time", true)                                                                          \
    X(COMPOUND, "Compound", "Compound", true)                                                                          \
    X(TYRE_LIFE, "TyreLife", "TyreLife", true)                                                                         \
    X(STATUS, "TrackStatus", "TrackStatus", true)                                                                      \
    X(PIT_IN, "PitInTime_s", "PitInTime", true)                                                                        \
    X(PIT_OUT, "PitOutTime_s", "PitOutTime", true)                                                                     \
    X(ACCURATE, "IsAccurate", "IsAccurate", true)                                                                      \
    X(NUMBER, "DriverNumber", "DriverNumber", false)                                                                   \
    X(TEAM, "Team", "Team", false)                                                                                     \
    X(POSITION, "Position", "Position", false)                                                                         \
    X(STINT, "Stint", "Stint", false)                                                                                  \
    X(COMPOUND_NAME, "CompoundName", "CompoundName", false)                                                            \
    X(FRESH, "FreshTyre", "FreshTyre", false)                                                                          \
    X(START, "LapStartTime_s", "LapStartTime", false)                                                                  \
    X(SECTOR_1, "Sector1_s", "Sector1Time", false)                                                                     \
    X(SECTOR_2, "Sector2_s", "Sector2Time", false)                                                                     \
    X(SECTOR_3, "Sector3_s", "Sector3Time", false)                                                                     \
    X(DELETED, "Deleted", "Deleted", false)                                                                            \
    X(GENERATED, "FastF1Generated", "FastF1Generated", false)                                                          \
    X(GRID, "GridPosition", "GridPosition", false)                                                                     \
    X(ROUND, "RoundNumber", "RoundNumber", false)                                                                      \
    X(EVENT, "EventName", "EventName", false)

typedef enum column {
#define COLUMN_ENUM(id, ours, theirs, needed) COL_##id,
    COLUMN_LIST(COLUMN_ENUM)
#undef COLUMN_ENUM
        COL_N
} column;

static const struct {
    const char *ours, *theirs;
    bool        needed;
} column_names[COL_N] = {
#define COLUMN_NAME(id, ours, theirs, needed) {ours, theirs, needed},
    COLUMN_LIST(COLUMN_NAME)
#undef COLUMN_NAME
};

typedef struct row {
    pb_lap   lap;
    uint32_t car;
} row;

/* What is known of a car before its laps are in order. */
typedef struct reader {
    pb_csv         csv;
    const char    *path;
    const char    *form;
    bool           ours;      /* seconds form */
    int            at[COL_N]; /* field of each column, -1 when it is not there */
    uint32_t       n_header;
    int64_t        round;        /* by the RoundNumber column; 0 not seen */
    bool           utf8_checked; /* the whole text is valid */
    row           *rows;
    uint32_t       n_rows, cap_rows;
    pb_log_car     cars[PB_CARS_MAX];
    uint32_t       first_line[PB_CARS_MAX];
    uint16_t       first_lap[PB_CARS_MAX];
    pb_quarantine *bad;
    uint32_t       n_bad, cap_bad;
    pb_race_log   *log;
    pb_error      *error;
} reader;

/* ---- header ---- */

static bool is_ours(const pb_csv *header)
{
    return pb_csv_column(header, "LapTime_s") >= 0 || pb_csv_column(header, "SessionTime_s") >= 0;
}

static const char *form_of(const pb_csv *header)
{
    if (is_ours(header)) return "seconds form (LapTime_s, SessionTime_s)";
    if (pb_csv_column(header, "CompoundName") >= 0) return "transformed FastF1 form (LapTime, Time, CompoundName)";
    return "FastF1 form (LapTime, Time)";
}

static const char *name_of(const reader *r, column k)
{
    return r->ours ? column_names[k].ours : column_names[k].theirs;
}

static pb_status read_header(reader *r)
{
    if (pb_csv_next(&r->csv) != PB_OK)
        return pb_error_set(r->error, PB_E_EMPTY, "%s: no lap CSV: the file is empty or its first line has no header",
                            r->path);
    r->form     = form_of(&r->csv);
    r->ours     = is_ours(&r->csv);
    r->n_header = r->csv.n_fields;
    for (int k = 0; k < COL_N; k++) {
        const char *name = name_of(r, (column)k);
        r->at[k]         = pb_csv_column(&r->csv, name);
        if (r->at[k] < 0 && column_names[k].needed)
            return pb_error_set(r->error, PB_E_MISSING,
                                "%s:%u: column %s is missing; the header looks like the %s, which needs it", r->path,
                                (unsigned)r->csv.line, name, r->form);
    }
    return PB_OK;
}

/* ---- one row ---- */

static pb_span field(const reader *r, column k)
{
    return r->at[k] < 0 ? (pb_span){"", 0} : r->csv.field[r->at[k]];
}

/* The reason why a row is refused; false so that a check can end with it. */
static bool refuse(char *reason, const char *what, pb_span cell, const char *why)
{
    snprintf(reason, sizeof((pb_quarantine *)0)->reason, "%s \"%.*s\" %s", what, (int)(cell.len < 40 ? cell.len : 40),
             cell.at, why);
    return false;
}

static bool check_cell(pb__cell got, const char *what, pb_span cell, const char *kind, char *reason)
{
    if (got == PB__CELL_NAN) return refuse(reason, what, cell, "is not a finite number");
    if (got == PB__CELL_BAD) return refuse(reason, what, cell, kind);
    return true;
}

static bool take_ms(const reader *r, column k, int32_t *out, char *reason)
{
    int64_t     ms   = 0;
    pb_span     cell = field(r, k);
    pb__cell    got  = pb__cell_ms(cell, &ms);
    const char *name = name_of(r, k);
    *out             = PB_MS_NONE;
    if (!check_cell(got, name, cell, "is not a time", reason)) return false;
    if (got == PB__CELL_EMPTY) return true;
    if (ms < 0) return refuse(reason, name, cell, "is negative");
    if (ms > PB__MS_LIMIT) return refuse(reason, name, cell, "is longer than eleven days");
    *out = (int32_t)ms;
    return true;
}

/* `none` where the cell is empty. */
static bool take_whole(const reader *r, column k, int64_t lo, int64_t hi, int64_t none, int64_t *out, char *reason)
{
    char     range[64];
    pb_span  cell = field(r, k);
    pb__cell got  = pb__cell_whole(cell, out);
    if (!check_cell(got, name_of(r, k), cell, "is not a whole number", reason)) return false;
    if (got == PB__CELL_EMPTY) *out = none;
    if (got == PB__CELL_EMPTY || (*out >= lo && *out <= hi)) return true;
    snprintf(range, sizeof range, "lies outside %lld to %lld", (long long)lo, (long long)hi);
    return refuse(reason, name_of(r, k), cell, range);
}

static bool take_bool(const reader *r, column k, int none, int8_t *out, char *reason)
{
    bool     yes  = false;
    pb_span  cell = field(r, k);
    pb__cell got  = pb__cell_bool(cell, &yes);
    *out          = got == PB__CELL_VALUE ? (int8_t)yes : (int8_t)none;
    return check_cell(got, name_of(r, k), cell, "is neither true nor false", reason);
}

/* "124" sets bits 1, 2 and 4; digits without a meaning set bit 0. */
static bool take_status(const reader *r, pb_lap *lap, char *reason)
{
    pb_span cell = pb_span_trim(field(r, COL_STATUS));
    pb_span seen = cell;
    if (seen.len > 2 && memcmp(seen.at + seen.len - 2, ".0", 2) == 0) seen.len -= 2; /* pandas made it a float */
    uint8_t bits = 0;
    size_t  n    = 0;
    for (size_t i = 0; i < seen.len; i++) {
        int digit = seen.at[i] - '0';
        if (digit < 0 || digit > 9) return refuse(reason, "TrackStatus", cell, "is not a list of status digits");
        if (digit == 3 || digit > 7) digit = 0;
        if (!(bits & 1 << digit)) lap->status_order[n++] = (char)('0' + digit);
        bits |= (uint8_t)(1 << digit);
    }
    lap->status = bits;
    return true;
}

static bool take_times(const reader *r, pb_lap *lap, char *reason)
{
    if (!take_ms(r, COL_TIME, &lap->time_ms, reason) || !take_ms(r, COL_SESSION, &lap->session_ms, reason) ||
        !take_ms(r, COL_START, &lap->start_ms, reason) || !take_ms(r, COL_PIT_IN, &lap->pit_in_ms, reason) ||
        !take_ms(r, COL_PIT_OUT, &lap->pit_out_ms, reason) || !take_ms(r, COL_SECTOR_1, &lap->sector_ms[0], reason) ||
        !take_ms(r, COL_SECTOR_2, &lap->sector_ms[1], reason) || !take_ms(r, COL_SECTOR_3, &lap->sector_ms[2], reason))
        return false;
    if (lap->time_ms == 0) return refuse(reason, name_of(r, COL_TIME), field(r, COL_TIME), "is zero");
    if (lap->session_ms == PB_MS_NONE)
        return refuse(reason, name_of(r, COL_SESSION), field(r, COL_SESSION),
                      "is missing: the lap cannot be placed in the race");
    return true;
}

static bool take_counts(const reader *r, pb_lap *lap, char *reason)
{
    int64_t number, position, stint, age;
    if (!take_whole(r, COL_LAP, 1, PB_LAPS_MAX, 0, &number, reason) ||
        !take_whole(r, COL_POSITION, 1, 99, 0, &position, reason) ||
        !take_whole(r, COL_STINT, 0, 255, 0, &stint, reason) ||
        !take_whole(r, COL_TYRE_LIFE, 0, 10000, -1, &age, reason))
        return false;
    if (number == 0) return refuse(reason, "LapNumber", field(r, COL_LAP), "is missing");
    lap->number        = (uint16_t)number;
    lap->position      = (uint8_t)position;
    lap->stint         = (uint8_t)stint;
    lap->tyre_age_laps = (int16_t)age;
    return true;
}

static bool take_flags(const reader *r, pb_lap *lap, char *reason)
{
    int8_t accurate, deleted, generated;
    if (!take_bool(r, COL_FRESH, -1, &lap->fresh, reason) || !take_bool(r, COL_ACCURATE, 0, &accurate, reason) ||
        !take_bool(r, COL_DELETED, 0, &deleted, reason) || !take_bool(r, COL_GENERATED, 0, &generated, reason))
        return false;
    lap->accurate  = accurate;
    lap->deleted   = deleted;
    lap->generated = generated;
    return take_status(r, lap, reason);
}

/* A tyre by a name that is none: kept as it stands, cut, for people to read. */
static void take_odd_compound(pb_span cell, char *out, size_t cap)
{
    static const char *const none[] = {"", "UNKNOWN", "TEST_UNKNOWN", "TEST", "None", "nan", "NaT"};
    size_t                   n      = 0;
    cell                            = pb_span_trim(cell);
    for (size_t k = 0; k < sizeof none / sizeof *none; k++)
        if (pb_span_equal_nocase(cell, none[k])) return;
    for (; n < cell.len && n + 1 < cap; n++)
        out[n] = cell.at[n] > ' ' && cell.at[n] <= '~' ? cell.at[n] : cell.at[n] == ' ' ? '_' : '?';
    out[n] = '\0';
}

static bool take_lap(const reader *r, pb_lap *lap, char *reason)
{
    if (!take_counts(r, lap, reason) || !take_times(r, lap, reason) || !take_flags(r, lap, reason)) return false;
    lap->line     = r->csv.line;
    lap->compound = (uint8_t)pb_compound_from_name(field(r, COL_COMPOUND));
    if (lap->compound == PB_COMPOUND_UNKNOWN)
        take_odd_compound(field(r, COL_COMPOUND), lap->odd_compound, sizeof lap->odd_compound);
    if (!pb_span_copy(pb_span_trim(field(r, COL_COMPOUND_NAME)), lap->compound_name, sizeof lap->compound_name))
        return refuse(reason, "CompoundName", field(r, COL_COMPOUND_NAME), "is longer than 15 bytes");
    return true;
}

/* ---- rows into the reader ---- */

static pb_status quarantine(reader *r, uint32_t line, const char *reason)
{
    if (r->n_bad == r->cap_bad) {
        uint32_t       cap = r->cap_bad ? 2 * r->cap_bad : 16;
        pb_quarantine *bad = realloc(r->bad, cap * sizeof *bad);
        if (!bad) return pb_error_set(r->error, PB_E_NOMEM, "%s: out of memory", r->path);
        r->bad     = bad;
        r->cap_bad = cap;
    }
    r->bad[r->n_bad].line = line;
    snprintf(r->bad[r->n_bad].reason, sizeof r->bad->reason, "%s", reason);
    r->n_bad++;
    return PB_OK;
}

/* Index of the car with this code, made when it is new; PB_CARS_MAX when there
 * is no room. */
static uint32_t car_of(reader *r, pb_span code)
{
    pb_race_log *log = r->log;
    if (r->n_rows > 0 && pb_span_equal_text(code, r->cars[r->rows[r->n_rows - 1].car].code))
        return r->rows[r->n_rows - 1].car;
    for (uint32_t c = 0; c < log->n_cars; c++)
        if (pb_span_equal_text(code, r->cars[c].code)) return c;
    if (log->n_cars == PB_CARS_MAX) return PB_CARS_MAX;
    (void)pb_span_copy(code, r->cars[log->n_cars].code, sizeof r->cars->code);
    r->first_lap[log->n_cars] = UINT16_MAX;
    return log->n_cars++;
}

/* Team, number and grid of a car are those of its first lap. */
static bool take_car(reader *r, uint32_t c, const pb_lap *lap, char *reason)
{
    int64_t     number, grid;
    pb_log_car *car = &r->cars[c];
    if (!take_whole(r, COL_NUMBER, 0, 9999, 0, &number, reason) || !take_whole(r, COL_GRID, 0, 99, 0, &grid, reason))
        return false;
    if (lap->number > r->first_lap[c]) return true;
    r->first_lap[c] = lap->number;
    car->number     = (int16_t)number;
    car->grid       = (uint8_t)grid;
    (void)pb_span_copy(pb_span_trim(field(r, COL_TEAM)), car->team, sizeof car->team);
    return true;
}

static pb_status keep_row(reader *r, const pb_lap *lap, uint32_t car)
{
    if (r->n_rows == r->cap_rows) {
        uint32_t cap  = r->cap_rows ? 2 * r->cap_rows : 1024;
        row     *rows = realloc(r->rows, cap * sizeof *rows);
        if (!rows) return pb_error_set(r->error, PB_E_NOMEM, "%s: out of memory", r->path);
        r->rows     = rows;
        r->cap_rows = cap;
    }
    r->rows[r->n_rows++] = (row){.lap = *lap, .car = car};
    return PB_OK;
}

/* Round and event by the file's own columns. Exports of whole seasons exist. */
static pb_status take_event(reader *r)
{
    int64_t round = 0;
    pb_span event = pb_span_trim(field(r, COL_EVENT));
    if (pb__cell_whole(field(r, COL_ROUND), &round) == PB__CELL_VALUE && round > 0 && round < 100) {
        if (r->round != 0 && r->round != round)
            return pb_error_set(r->error, PB_E_UNSUPPORTED,
                                "%s:%u: rounds %d and %d in one file; give each race a file of its own", r->path,
                                (unsigned)r->csv.line, (int)r->round, (int)round);
        r->round = round;
        if (r->log->round == 0) r->log->round = (int16_t)round;
    }
    if (event.len > 0) (void)pb_span_copy(event, r->log->event, sizeof r->log->event);
    return PB_OK;
}

static bool row_is_text(const reader *r, char *reason)
{
    for (uint32_t i = 0; !r->utf8_checked && i < r->csv.n_fields; i++)
        if (!pb_utf8_valid(r->csv.field[i])) {
            snprintf(reason, sizeof((pb_quarantine *)0)->reason, "field %u is not valid UTF-8", (unsigned)i + 1);
            return false;
        }
    return true;
}

static bool row_is_whole(const reader *r, char *reason)
{
    if (r->csv.n_fields == r->n_header) return true;
    snprintf(reason, sizeof((pb_quarantine *)0)->reason, "%u fields where the header has %u", (unsigned)r->csv.n_fields,
             (unsigned)r->n_header);
    return false;
}

static bool row_has_driver(const reader *r, pb_span *code, char *reason)
{
    *code = pb_span_trim(field(r, COL_DRIVER));
    if (code->len == 0) return refuse(reason, "Driver", *code, "is missing");
    if (code->len < sizeof r->cars->code) return true;
    const char *known = pb_driver_code(*code);
    if (!known) return refuse(reason, "Driver", *code, "is longer than a code and no name known here");
    *code = pb_span_of(known);
    return true;
}

static pb_status read_row(reader *r)
{
    char    reason[sizeof r->bad->reason];
    pb_lap  lap = {0};
    pb_span code;
    if (!row_is_whole(r, reason) || !row_is_text(r, reason) || !row_has_driver(r, &code, reason) ||
        !take_lap(r, &lap, reason))
        return quarantine(r, r->csv.line, reason);
    uint32_t cars_before = r->log->n_cars, car = car_of(r, code);
    if (car == PB_CARS_MAX)
        return pb_error_set(r->error, PB_E_LIMIT, "%s:%u: car %.*s is one too many; a race has at most %d cars",
                            r->path, (unsigned)r->csv.line, (int)code.len, code.at, PB_CARS_MAX);
    if (!take_car(r, car, &lap, reason)) {
        r->log->n_cars = cars_before;
        return quarantine(r, r->csv.line, reason);
    }
    PB_TRY(take_event(r));
    return keep_row(r, &lap, car);
}

static pb_status too_many_rows(const reader *r)
{
    return pb_error_set(r->error, PB_E_LIMIT, "%s:%u: more than %d rows; a race has at most %d cars and %d laps",
                        r->path, (unsigned)r->csv.line, ROWS_MAX, PB_CARS_MAX, PB_LAPS_MAX);
}

/* A row shorter than the header at the very end, without a line end. */
static bool cut_short(const reader *r, pb_span text)
{
    return r->csv.n_fields < r->n_header && r->csv.at >= r->csv.end && text.len > 0 && text.at[text.len - 1] != '\n' &&
           text.at[text.len - 1] != '\r';
}

static pb_status read_rows(reader *r, pb_span text)
{
    for (;;) {
        pb_status status = pb_csv_next(&r->csv);
        if (status == PB_E_EMPTY) return PB_OK;
        if (status == PB_E_SYNTAX)
            return pb_error_set(r->error, PB_E_SYNTAX,
                                "%s:%u: a quote is opened and never closed; mend the row or get the file again",
                                r->path, (unsigned)r->csv.line);
        if (r->log->n_rows == ROWS_MAX) return too_many_rows(r);
        r->log->n_rows++;
        if (status == PB_OK && cut_short(r, text))
            return pb_error_set(r->error, PB_E_SYNTAX,
                                "%s:%u: the file ends in the middle of a row (%u of %u fields); get the file again",
                                r->path, (unsigned)r->csv.line, (unsigned)r->csv.n_fields, (unsigned)r->n_header);
        if (status == PB_E_LIMIT)
            status = quarantine(r, r->csv.line, "more fields than a row may have");
        else if (status == PB_OK)
            status = read_row(r);
        PB_TRY(status);
    }
}

/* ---- rows into cars ---- */

static int by_line(const void *a, const void *b)
{
    const pb_quarantine *x = a, *y = b;
    return (x->line > y->line) - (x->line < y->line);
}

static int by_car_and_lap(const void *a, const void *b)
{
    const row *x = a, *y = b;
    if (x->car != y->car) return x->car < y->car ? -1 : 1;
    if (x->lap.number != y->lap.number) return x->lap.number < y->lap.number ? -1 : 1;
    return (x->lap.line > y->lap.line) - (x->lap.line < y->lap.line);
}

/* Of rows with the same driver and lap the last in the file counts. */
static pb_status drop_doubles(reader *r)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < r->n_rows; i++) {
        const row *a = &r->rows[i], *b = a + 1;
        if (i + 1 < r->n_rows && a->car == b->car && a->lap.number == b->lap.number) {
            char reason[sizeof r->bad->reason];
            snprintf(reason, sizeof reason, "lap %u of %s again on line %u, which counts", (unsigned)a->lap.number,
                     r->cars[a->car].code, (unsigned)b->lap.line);
            PB_TRY(quarantine(r, a->lap.line, reason));
            continue;
        }
        r->rows[kept++] = *a;
    }
    r->n_rows = kept;
    return PB_OK;
}

/* Rows are sorted by car; every car has some. */
static pb_status fill_cars(reader *r)
{
    pb_race_log *log  = r->log;
    pb_lap      *laps = pb_arena_take(&log->arena, r->n_rows * sizeof *laps);
    log->cars         = pb_arena_take(&log->arena, log->n_cars * sizeof *log->cars);
    if (!laps || !log->cars) return pb_error_set(r->error, PB_E_NOMEM, "%s: out of memory", r->path);
    for (uint32_t i = 0; i < r->n_rows; i++) {
        pb_log_car *car = &r->cars[r->rows[i].car];
        laps[i]         = r->rows[i].lap;
        if (car->n_laps++ == 0) car->laps = &laps[i];
    }
    for (uint32_t c = 0; c < log->n_cars; c++) {
        uint32_t at = c;
        for (; at > 0 && strcmp(log->cars[at - 1].code, r->cars[c].code) > 0; at--) log->cars[at] = log->cars[at - 1];
        log->cars[at] = r->cars[c];
    }
    return PB_OK;
}

static pb_status keep_quarantine(reader *r)
{
    pb_race_log *log = r->log;
    if (r->n_bad == 0) return PB_OK;
    qsort(r->bad, r->n_bad, sizeof *r->bad, by_line);
    log->quarantined = pb_arena_take(&log->arena, r->n_bad * sizeof *r->bad);
    if (!log->quarantined) return pb_error_set(r->error, PB_E_NOMEM, "%s: out of memory", r->path);
    memcpy(log->quarantined, r->bad, r->n_bad * sizeof *r->bad);
    log->n_quarantined = r->n_bad;
    return PB_OK;
}

static pb_status finish(reader *r)
{
    if (r->n_rows > 0) qsort(r->rows, r->n_rows, sizeof *r->rows, by_car_and_lap);
    PB_TRY(drop_doubles(r));
    if (r->n_rows == 0) {
        if (r->n_bad == 0)
            return pb_error_set(r->error, PB_E_EMPTY, "%s: no race is left: no row after the header", r->path);
        return pb_error_set(r->error, PB_E_EMPTY, "%s: no race is left: all rows (%u) are refused; line %u: %s",
                            r->path, (unsigned)r->n_bad, (unsigned)r->bad[0].line, r->bad[0].reason);
    }
    r->log->n_accepted = r->n_rows;
    PB_TRY(fill_cars(r));
    return keep_quarantine(r);
}

/* ---- season, round and event ---- */

static bool digits(const char *at, int n)
{
    for (int i = 0; i < n; i++)
        if (at[i] < '0' || at[i] > '9') return false;
    return true;
}

/* "YYYY_RR_" in the file name, at its start or after '_'; NULL if none. */
static const char *race_key(const char *base, size_t len)
{
    for (size_t i = 0; i + 8 <= len; i++)
        if ((i == 0 || base[i - 1] == '_') && digits(base + i, 4) && base[i + 4] == '_' && digits(base + i + 5, 2) &&
            base[i + 7] == '_')
            return base + i;
    return NULL;
}

static void name_from_path(pb_race_log *log, const char *path)
{
    static const char suffix[] = "_sprint";
    const char       *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    const char       *key = race_key(base, strcspn(base, "."));
    (void)pb_span_copy(pb_span_of(path), log->source, sizeof log->source);
    if (!key) return;
    pb_span event = {key + 8, (size_t)(base + strcspn(base, ".") - (key + 8))};
    size_t  tail  = sizeof suffix - 1;
    log->season   = (int16_t)((key[0] - '0') * 1000 + (key[1] - '0') * 100 + (key[2] - '0') * 10 + (key[3] - '0'));
    log->round    = (int16_t)((key[5] - '0') * 10 + (key[6] - '0'));
    log->sprint   = event.len > tail && memcmp(event.at + event.len - tail, suffix, tail) == 0;
    if (log->sprint) event.len -= tail;
    (void)pb_span_copy(event, log->event, sizeof log->event);
}

/* Events are named as in file names: "São Paulo Grand Prix" is "sao_paulo". */
static void settle_event(pb_race_log *log)
{
    char slug[sizeof log->event];
    pb_event_slug(pb_span_of(log->event), slug, sizeof slug);
    memcpy(log->event, slug, sizeof slug);
    const char *circuit = pb_circuit_id(pb_span_of(log->event), log->season);
    if (circuit) (void)pb_span_copy(pb_span_of(circuit), log->circuit, sizeof log->circuit);
}

pb_status pb_wire_read_laps(pb_span text, const char *path, pb_race_log *log, pb_error *error)
{
    reader *r = calloc(1, sizeof *r);
    if (!r) return pb_error_set(error, PB_E_NOMEM, "%s: out of memory", path);
    pb_arena scratch; /* fields with doubled quotes */
    pb_arena_init(&scratch, 0);
    *r = (reader){.path = path, .log = log, .error = error, .utf8_checked = pb_utf8_valid(text)};
    pb_race_log_fini(log);
    name_from_path(log, path);
    pb_csv_init(&r->csv, text, ',', &scratch);

    pb_status status = read_header(r);
    if (status == PB_OK) status = read_rows(r, text);
    if (status == PB_OK) status = finish(r);
    if (status == PB_OK)
        settle_event(log);
    else
        pb_race_log_fini(log);
    free(r->rows);
    free(r->bad);
    free(r);
    pb_arena_fini(&scratch);
    return status;
}

bool pb_wire_is_laps(pb_span text)
{
    static const char *const tell[] = {"Driver",   "LapNumber", "Compound", "TrackStatus",
                                       "TyreLife", "LapTime",   "LapTime_s"};
    pb_arena                 scratch;
    pb_csv                   csv;
    int                      seen = 0;
    pb_arena_init(&scratch, 0);
    const char *end = text.len ? memchr(text.at, '\n', text.len) : NULL;
    if (end) text.len = (size_t)(end - text.at);
    pb_csv_init(&csv, text, ',', &scratch);
    if (pb_csv_next(&csv) == PB_OK)
        for (size_t i = 0; i < sizeof tell / sizeof *tell; i++) seen += pb_csv_column(&csv, tell[i]) >= 0;
    pb_arena_fini(&scratch);
    return seen >= 3;
}
