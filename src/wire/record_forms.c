/* record_forms: which file is what, by the names in its first line or its first keys. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record_table.h"

typedef struct form {
    pb_wire_form     form;
    char             separator; /* of the CSV; '{' for JSON: all words occur as keys in its head */
    const char      *needs[6];  /* columns, NULL behind the last */
    const char      *not_there; /* a column that tells another form */
    pb__form_reader *reader;
} form;

/* The first that fits. */
static const form forms[] = {
    {{"ergast_races", "ergast", "calendar of the Ergast mirror", true, 1},
     ',',
     {"raceId", "year", "round"},
     NULL,
     pb__read_ergast_races},
    {{"ergast_drivers", "ergast", "drivers of the Ergast mirror", true, 0},
     ',',
     {"driverId", "driverRef", "surname"},
     NULL,
     pb__read_ergast_drivers},
    {{"ergast_constructors", "ergast", "teams of the Ergast mirror", true, 0},
     ',',
     {"constructorId", "constructorRef"},
     NULL,
     pb__read_ergast_teams},
    {{"ergast_circuits", "ergast", "circuits of the Ergast mirror", true, 0},
     ',',
     {"circuitId", "circuitRef"},
     NULL,
     pb__read_ergast_circuits},
    {{"ergast_status", "ergast", "status of the Ergast mirror", true, 0},
     ',',
     {"statusId", "status"},
     "raceId",
     pb__read_ergast_status},
    {{"ergast_results", "ergast", "results of the Ergast mirror", true, 2},
     ',',
     {"raceId", "driverId", "positionOrder", "statusId"},
     NULL,
     pb__read_ergast_results},
    {{"ergast_qualifying", "ergast", "qualifying of the Ergast mirror", true, 2},
     ',',
     {"raceId", "driverId", "q1"},
     NULL,
     pb__read_ergast_qualifying},
    {{"ergast_pit_stops", "ergast", "pit stops of the Ergast mirror", true, 3},
     ',',
     {"raceId", "driverId", "stop", "milliseconds"},
     NULL,
     pb__read_ergast_pits},
    {{"ergast_lap_times", "ergast", "lap times of the Ergast mirror", true, 3},
     ',',
     {"raceId", "driverId", "lap", "milliseconds"},
     "stop",
     pb__read_ergast_laps},
    {{"jolpica_results", "ergast", "results of jolpica (CSV)", false, 2},
     ',',
     {"season", "round", "driverId", "positionText", "constructorId"},
     NULL,
     pb__read_jolpica_results},
    {{"jolpica_qualifying", "ergast", "qualifying of jolpica (CSV)", false, 2},
     ',',
     {"season", "round", "driverId", "Q1"},
     NULL,
     pb__read_jolpica_qualifying},
    {{"jolpica_pit_stops", "ergast", "pit stops of jolpica (CSV)", false, 3},
     ',',
     {"season", "round", "driverId", "stop", "duration"},
     NULL,
     pb__read_jolpica_pits},
    {{"live_weather", "livetiming", "weather of the live timing", false, 3},
     ',',
     {"Time_s", "AirTemp", "Rainfall"},
     NULL,
     pb__read_weather},
    {{"weather", "livetiming", "weather of several races", false, 3},
     ',',
     {"Time", "AirTemp", "Rainfall", "RoundNumber"},
     NULL,
     pb__read_weather},
    {{"live_race_control", "livetiming", "race control of the live timing", false, 3},
     ',',
     {"Time_utc", "Category", "Message"},
     NULL,
     pb__read_control},
    {{"race_control", "livetiming", "race control of several races", false, 3},
     ',',
     {"Time", "Category", "Message", "RoundNumber"},
     NULL,
     pb__read_control},
};

#define FORMS_N (sizeof forms / sizeof *forms)

const pb_wire_form *pb_wire_form_at(size_t i)
{
    return i < FORMS_N ? &forms[i].form : NULL;
}

/* ---- what a text is ---- */

static bool header_has(const pb_csv *header, const form *f)
{
    for (size_t i = 0; i < sizeof f->needs / sizeof *f->needs && f->needs[i]; i++)
        if (pb_csv_column(header, f->needs[i]) < 0) return false;
    return !f->not_there || pb_csv_column(header, f->not_there) < 0;
}

static const form *form_of_header(pb_span text, char separator)
{
    pb_arena    scratch;
    pb_csv      csv;
    const form *found = NULL;
    const char *end   = text.len ? memchr(text.at, '\n', text.len) : NULL;
    if (end) text.len = (size_t)(end - text.at);
    pb_arena_init(&scratch, 1u << 20);
    pb_csv_init(&csv, text, separator, &scratch);
    if (pb_csv_next(&csv) == PB_OK)
        for (size_t i = 0; i < FORMS_N && !found; i++)
            if (forms[i].separator == separator && header_has(&csv, &forms[i])) found = &forms[i];
    pb_arena_fini(&scratch);
    return found;
}

#define HEAD_MAX 4096 /* of JSON: its first object tells */

static bool head_has(pb_span head, const form *f)
{
    char key[64];
    for (size_t i = 0; i < sizeof f->needs / sizeof *f->needs && f->needs[i]; i++) {
        int n = snprintf(key, sizeof key, "\"%s\"", f->needs[i]);
        if (!memmem(head.at, head.len, key, (size_t)n)) return false;
    }
    return true;
}

static const form *find_form(pb_span text)
{
    pb_span head = text;
    if (head.len >= 3 && memcmp(head.at, "\xef\xbb\xbf", 3) == 0) head = (pb_span){head.at + 3, head.len - 3};
    head = pb_span_trim(head);
    if (head.len == 0) return NULL;
    if (head.at[0] == '{' || head.at[0] == '[') {
        if (head.len > HEAD_MAX) head.len = HEAD_MAX;
        for (size_t i = 0; i < FORMS_N; i++)
            if (forms[i].separator == '{' && head_has(head, &forms[i])) return &forms[i];
        return NULL;
    }
    const form *comma = form_of_header(text, ',');
    return comma ? comma : form_of_header(text, ';');
}

const pb_wire_form *pb_wire_form_of(pb_span text)
{
    const form *found = find_form(text);
    return found ? &found->form : NULL;
}

/* ---- reading ---- */

static pb_status none_left(const pb_records *records, const pb__records_mark *mark, const char *path, pb_error *error)
{
    uint32_t bad = records->n_rows - mark->n_rows;
    if (bad == 0) return pb_error_set(error, PB_E_EMPTY, "%s: there is no row in it", path);
    const pb_quarantine *first = &records->quarantined.at[records->quarantined.n - bad];
    return pb_error_set(error, PB_E_EMPTY, "%s: all rows (%u) are refused; line %u: %s", path, (unsigned)bad,
                        (unsigned)first->line, first->reason);
}

static pb_status read_as(const form *f, pb_span text, pb__table *t)
{
    pb__records_mark mark   = pb__records_mark_of(t->records);
    pb_status        status = f->reader(t, text);
    if (status == PB_OK && t->records->n_accepted == mark.n_accepted)
        status = none_left(t->records, &mark, t->path, t->error);
    if (status != PB_OK) pb__records_back_to(t->records, &mark);
    return status;
}

pb_status pb_wire_read_records(pb_span text, const char *path, pb_ergast_ids *ids, pb_records *records, pb_error *error)
{
    const form *f = find_form(text);
    if (!f) return pb_error_set(error, PB_E_UNSUPPORTED, "%s: its first line is of no table known here", path);
    pb__table     *t     = calloc(1, sizeof *t);
    pb_ergast_ids *extra = NULL;
    if (!t) return pb_error_set(error, PB_E_NOMEM, "%s: out of memory", path);
    *t = (pb__table){.path = path, .ids = ids, .records = records, .error = error};
    (void)pb__race_of_path(path, &t->season, &t->round, &t->sprint);
    pb_status status = PB_OK;
    if (f->form.joins && !ids) {
        status = pb_ergast_ids_create(&extra, error);
        t->ids = extra;
    }
    if (status == PB_OK) status = read_as(f, text, t);
    pb_ergast_ids_destroy(extra);
    free(t);
    return status;
}
