/* record_forms: which file is what, by the names in its first line or its first keys. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record_table.h"

typedef struct form {
    pb_wire_form form;
    char
        separator; /* of the CSV; '{' for JSON: all words occur in its head, in quotes, or as the end of a key after '?' */
    const char      *needs[6];  /* columns, NULL behind the last */
    const char      *not_there; /* a column that tells another form */
    pb__form_reader *reader;
} form;

/* The first that fits. */
/* clang-format off */
static const form forms[] = {
    {{"ergast_races", "ergast", "calendar of the Ergast mirror", true, 1}, ',', {"raceId", "year", "round"}, NULL, pb__read_ergast_races},
    {{"ergast_drivers", "ergast", "drivers of the Ergast mirror", true, 0}, ',', {"driverId", "driverRef", "surname"}, NULL, pb__read_ergast_drivers},
    {{"ergast_constructors", "ergast", "teams of the Ergast mirror", true, 0}, ',', {"constructorId", "constructorRef"}, NULL, pb__read_ergast_teams},
    {{"ergast_circuits", "ergast", "circuits of the Ergast mirror", true, 0}, ',', {"circuitId", "circuitRef"}, NULL, pb__read_ergast_circuits},
    {{"ergast_status", "ergast", "status of the Ergast mirror", true, 0}, ',', {"statusId", "status"}, "raceId", pb__read_ergast_status},
    {{"ergast_results", "ergast", "results of the Ergast mirror", true, 2}, ',', {"raceId", "driverId", "positionOrder", "statusId"}, NULL, pb__read_ergast_results},
    {{"ergast_qualifying", "ergast", "qualifying of the Ergast mirror", true, 2}, ',', {"raceId", "driverId", "q1"}, NULL, pb__read_ergast_qualifying},
    {{"ergast_pit_stops", "ergast", "pit stops of the Ergast mirror", true, 4}, ',', {"raceId", "driverId", "stop", "milliseconds"}, NULL, pb__read_ergast_pits},
    {{"ergast_lap_times", "ergast", "lap times of the Ergast mirror", true, 4}, ',', {"raceId", "driverId", "lap", "milliseconds"}, "stop", pb__read_ergast_laps},
    {{"safety_cars", "ergast", "list of safety cars", false, 4}, ',', {"Race", "Deployed", "Retreated"}, NULL, pb__read_safety_cars},
    {{"red_flags", "ergast", "list of red flags", false, 4}, ',', {"Race", "Lap", "Resumed"}, NULL, pb__read_red_flags},
    {{"jolpica_results", "ergast", "results of jolpica (CSV)", false, 2}, ',', {"season", "round", "driverId", "positionText", "constructorId"}, NULL, pb__read_jolpica_results},
    {{"jolpica_qualifying", "ergast", "qualifying of jolpica (CSV)", false, 2}, ',', {"season", "round", "driverId", "Q1"}, NULL, pb__read_jolpica_qualifying},
    {{"jolpica_pit_stops", "ergast", "pit stops of jolpica (CSV)", false, 4}, ',', {"season", "round", "driverId", "stop", "duration"}, NULL, pb__read_jolpica_pits},
    {{"jolpica", "ergast", "answer of jolpica or Ergast (JSON)", false, 2}, '{', {"MRData"}, NULL, pb__read_jolpica_json},
    {{"live_drivers", "livetiming", "drivers of the live timing", false, 3}, ',', {"RacingNumber", "Tla"}, NULL, pb__read_live_drivers},
    {{"live_laps", "livetiming", "laps of the live timing", false, 4}, ',', {"Time_s", "NumberOfLaps", "PitInTime_s"}, NULL, pb__read_live_laps},
    {{"live_tyres", "livetiming", "tyres of the live timing", false, 4}, ',', {"Driver", "Stint", "TotalLaps", "StartLaps"}, NULL, pb__read_live_tyres},
    {{"live_track_status", "livetiming", "track status of the live timing", false, 4}, ',', {"Time_s", "Status", "Message"}, NULL, pb__read_live_track},
    {{"live_lap_count", "livetiming", "lap count of the live timing", false, 4}, ',', {"Time_s", "CurrentLap"}, NULL, pb__read_live_counts},
    {{"live_session_status", "livetiming", "session status of the live timing", false, 4}, ',', {"Time_s", "Status"}, "Message", pb__read_live_session},
    {{"live_weather", "livetiming", "weather of the live timing", false, 4}, ',', {"Time_s", "AirTemp", "Rainfall"}, NULL, pb__read_weather},
    {{"weather", "livetiming", "weather of several races", false, 4}, ',', {"Time", "AirTemp", "Rainfall", "RoundNumber"}, NULL, pb__read_weather},
    {{"live_race_control", "livetiming", "race control of the live timing", false, 4}, ',', {"Time_utc", "Category", "Message"}, NULL, pb__read_control},
    {{"race_control", "livetiming", "race control of several races", false, 4}, ',', {"Time", "Category", "Message", "RoundNumber"}, NULL, pb__read_control},
    {{"openf1_stints", "openf1", "stints of OpenF1 (CSV)", false, 4}, ',', {"driver_number", "stint_number", "lap_start"}, NULL, pb__read_openf1_stints},
    {{"openf1_pit", "openf1", "pit stops of OpenF1 (CSV)", false, 4}, ',', {"driver_number", "lap_number", "pit_duration"}, NULL, pb__read_openf1_pits},
    {{"openf1_pit_lane", "openf1", "pit stops of OpenF1 (CSV)", false, 4}, ',', {"driver_number", "lap_number", "lane_duration"}, NULL, pb__read_openf1_pits},
    {{"openf1_laps", "openf1", "laps of OpenF1 (CSV)", false, 4}, ',', {"driver_number", "lap_number", "lap_duration"}, NULL, pb__read_openf1_laps},
    {{"openf1_session_result", "openf1", "results of OpenF1 (CSV)", false, 4}, ',', {"driver_number", "number_of_laps", "dnf"}, NULL, pb__read_openf1_results},
    {{"openf1_starting_grid", "openf1", "starting grid of OpenF1 (CSV)", false, 4}, ',', {"driver_number", "position", "lap_duration"}, "lap_number", pb__read_openf1_grid},
    {{"openf1_drivers", "openf1", "drivers of OpenF1 (CSV)", false, 3}, ',', {"driver_number", "name_acronym"}, NULL, pb__read_openf1_drivers},
    {{"openf1_weather", "openf1", "weather of OpenF1 (CSV)", false, 4}, ',', {"date", "air_temperature", "rainfall"}, NULL, pb__read_weather},
    {{"openf1_race_control", "openf1", "race control of OpenF1 (CSV)", false, 4}, ',', {"date", "category", "message"}, NULL, pb__read_control},
    {{"openf1_drivers_json", "openf1", "drivers of OpenF1 (JSON)", false, 3}, '{', {"session_key", "name_acronym"}, NULL, pb__read_openf1_json},
    {{"openf1", "openf1", "a collection of OpenF1 (JSON)", false, 4}, '{', {"session_key"}, NULL, pb__read_openf1_json},
    {{"grids", "pitboard", "starting grids", false, 2}, ',', {"season", "round", "driver", "grid"}, NULL, pb__read_grid_rows},
    {{"tum_tracks", "tum", "tracks of the TUM race files", false, 4}, ',', {"track", "season", "pit_total_loss_green_s"}, NULL, pb__read_tum_tracks},
    {{"circuit_scores", "pitboard", "scores of circuits, made by hand", false, 4}, ',', {"season", "circuit_key", "pit_loss_seconds"}, NULL, pb__read_circuit_scores},
    {{"circuit_lines", "pitboard", "outlines of circuits (GeoJSON)", false, 4}, '{', {"FeatureCollection", "Location", "length"}, NULL, pb__read_circuit_lines},
    {{"laps_2015", "fastf1", "laps of 2015 and 2016 (F1_Tire_Lap_Analysis_PCA)", false, 4}, ',', {"NO", "GAP", "TIRE", "STINT_LAP"}, NULL, pb__read_laps_2015},
    {{"grcup_laps", "grcup", "laps of the GR Cup", false, 4}, ';', {"NUMBER", "LAP_NUMBER", "ELAPSED", "FLAG_AT_FL"}, NULL, pb__read_grcup_laps},
    {{"grcup_results", "grcup", "results of the GR Cup", false, 2}, ';', {"POSITION", "NUMBER", "TOTAL_TIME"}, NULL, pb__read_grcup_results},
    {{"grcup_class", "grcup", "results by class of the GR Cup", false, 2}, ';', {"POS", "PIC", "NUMBER", "ELAPSED"}, NULL, pb__read_grcup_results},
    {{"grcup_weather", "grcup", "weather of the GR Cup", false, 4}, ';', {"TIME_UTC_SECONDS", "AIR_TEMP"}, NULL, pb__read_grcup_weather},
    {{"vsc_estimates", "ergast", "list of estimated virtual safety cars (JSON)", false, 4}, '{', {"?Grand Prix"}, NULL, pb__read_vsc_json},
};
/* clang-format on */

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
        const char *word = f->needs[i];
        int         n =
            *word == '?' ? snprintf(key, sizeof key, " %s\":", word + 1) : snprintf(key, sizeof key, "\"%s\"", word);
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
    (void)pb_wire_race_of_path(path, &t->season, &t->round, &t->sprint);
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
