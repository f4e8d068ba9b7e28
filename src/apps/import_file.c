/* One file on its way in: read, checked, and, if asked, kept as a race file. */
#include <stdlib.h>
#include <string.h>

#include "import_file.h"
#include "pitboard/wire.h"
#include "pitboard/wire_records.h"
#include "race_arg.h"

static const char *const formats[] = {"auto", "fastf1", "livetiming", "openf1", "ergast", "tum", "grcup", "pitboard"};

bool pb__import_knows(const char *format)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (strcmp(format, formats[i]) == 0) return true;
    return false;
}

/* Ours are race files and lap CSV both. */
static bool fits(const char *format, pb__form form)
{
    if (strcmp(format, "auto") == 0) return form != PB__FORM_NONE;
    if (strcmp(format, "fastf1") == 0) return form == PB__FORM_LAPS;
    if (strcmp(format, "tum") == 0) return form == PB__FORM_TUM;
    return strcmp(format, "pitboard") == 0 && (form == PB__FORM_RACE || form == PB__FORM_LAPS);
}

/* "races/2023_07_spanish.csv" into directory d: "d/2023_07_spanish.json". */
static const char *out_path(const pb__import *import, const char *path)
{
    if (!import->out_is_dir) return import->out;
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    size_t      len = strlen(base);
    char        text[4096];

    if (len > 3 && strcmp(base + len - 3, ".gz") == 0) len -= 3;
    for (size_t i = len; i-- > 1;)
        if (base[i] == '.') {
            len = i;
            break;
        }
    size_t      dir_len = strlen(import->out);
    const char *between = dir_len && import->out[dir_len - 1] == '/' ? "" : "/";
    snprintf(text, sizeof text, "%s%s%.*s.json", import->out, between, (int)len, base);
    return pb__import_text(import->list, text);
}

/* Writes the race file if one is asked for. */
static pb_status keep(const pb__import *import, const char *path, pb__import_race *race, pb_error *error)
{
    if (!import->out) return PB_OK;
    const char *to = out_path(import, path);
    if (!to) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    for (uint32_t i = 0; i < import->list->n_races; i++)
        if (import->list->races[i].race_file && strcmp(import->list->races[i].race_file, to) == 0)
            return pb_error_set(error, PB_E_IO, "%s: %s is the race file of %s already; write it to another folder",
                                path, to, import->list->races[i].file);
    PB_TRY(pb_wire_write_race(import->spec, to, error));
    race->race_file = to;
    return PB_OK;
}

static pb_status add_spec(const pb__import *import, const char *path, const char *format, pb_error *error)
{
    pb__import_list    *list = import->list;
    const pb_race_spec *spec = import->spec;
    pb__import_race     race = {.file   = path,
                                .format = format,
                                .season = spec->season,
                                .round  = spec->round,
                                .sprint = spec->sprint,
                                .cars   = spec->n_cars,
                                .laps   = spec->rules.laps};

    race.id      = pb__import_text(list, spec->id);
    race.name    = pb__import_text(list, spec->name);
    race.circuit = pb__import_text(list, spec->circuit);
    PB_TRY(keep(import, path, &race, error));
    pb__import_race *to = pb__import_add_race(list);
    if (!to || !race.id || !race.name || !race.circuit) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    *to = race;
    return PB_OK;
}

/* The race distance; some feeds number a lap after the flag as well. */
static uint32_t laps_run(const pb_race_log *log)
{
    pb_race_outcome *outcome = malloc(sizeof *outcome);
    uint32_t         laps    = outcome && pb_race_outcome_of(log, outcome) == PB_OK ? outcome->laps : 0;
    free(outcome);
    return laps;
}

static void tell_odd_tyres(pb__import_list *list, const pb_race_log *log, pb__import_race *race)
{
    pb_odd_tyre odd[4];
    char        text[256];
    uint32_t    n = pb_odd_tyres(log, odd, 4);
    for (uint32_t i = 0; i < n; i++) {
        snprintf(text, sizeof text, "compound %s is not known: taken as MEDIUM on %u lap%s, the first %s lap %d",
                 odd[i].name, odd[i].laps, odd[i].laps == 1 ? "" : "s", odd[i].car, odd[i].lap);
        race->notes[i] = pb__import_text(list, text);
    }
}

static void describe(pb__import_list *list, const pb_race_log *log, pb__import_race *race)
{
    char text[80];
    int  season = log->season, round = log->round;

    snprintf(text, sizeof text, "%04d-%02d%s", season, round, log->sprint ? "s" : "");
    race->id = pb__import_text(list, text);
    pb_race_log_title(log, text, sizeof text);
    race->name        = pb__import_text(list, text);
    race->circuit     = pb__import_text(list, log->circuit);
    race->season      = season;
    race->round       = round;
    race->sprint      = log->sprint;
    race->cars        = log->n_cars;
    race->rows        = log->n_rows;
    race->accepted    = log->n_accepted;
    race->quarantined = log->n_quarantined;
    race->laps        = laps_run(log);
    tell_odd_tyres(list, log, race);
}

/* A race that was read but cannot be played is imported all the same, with the reason. */
static pb_status derive(const pb__import *import, const pb_race_log *log, pb__import_race *race, pb_error *error)
{
    pb_fit_options options = {.whole_race = true};
    pb_error       why     = {0};

    if (pb_fit_race(log, import->prior, &options, NULL, 0, import->spec, &why) != PB_OK) {
        race->why_not = pb__import_text(import->list, why.text);
        return race->why_not ? PB_OK : pb_error_set(error, PB_E_NOMEM, "out of memory");
    }
    race->name = pb__import_text(import->list, import->spec->name);
    return keep(import, race->file, race, error);
}

static pb_status add_log(const pb__import *import, const char *path, const pb_race_log *log, pb_error *error)
{
    pb__import_list *list = import->list;
    pb__import_race  race = {.file = path, .format = "fastf1"};

    describe(list, log, &race);
    PB_TRY(derive(import, log, &race, error));
    for (uint32_t i = 0; i < log->n_quarantined; i++)
        if (pb__import_quarantine(list, path, log->quarantined[i].line, log->quarantined[i].reason) != PB_OK)
            return pb_error_set(error, PB_E_NOMEM, "out of memory for the rows left out");
    pb__import_race *to = pb__import_add_race(list);
    if (!to || !race.id || !race.name || !race.circuit) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    *to = race;
    list->rows += log->n_rows;
    list->accepted += log->n_accepted;
    return PB_OK;
}

static pb_status read_laps(const pb__import *import, const char *path, pb_span text, pb_error *error)
{
    pb_race_log log;
    pb_race_log_init(&log);
    pb_status status = pb_wire_read_laps(text, path, &log, error);
    if (status == PB_OK) {
        pb__grids_apply(&import->grids, &log);
        status = add_log(import, path, &log, error);
    }
    pb_race_log_fini(&log);
    return status;
}

static pb_status read_text(const pb__import *import, const char *path, pb_span text, pb_error *error)
{
    pb__form            form  = pb__form_of(text);
    const pb_wire_form *table = form == PB__FORM_NONE ? pb_wire_form_of(text) : NULL;

    if (table)
        return pb_error_set(error, PB_E_UNSUPPORTED,
                            "%s: %s, no laps of a race; it can be kept in a store: --store sqlite:PATH", path,
                            table->what);
    if (!fits(import->format, form) || form == PB__FORM_NONE)
        return pb_error_set(error, PB_E_SYNTAX,
                            "%s: %s; import reads FastF1-style lap CSV, TUM race INI and race files (JSON)", path,
                            form ? "not of the format asked for" : pb__form_why_none(text));
    if (form == PB__FORM_LAPS) return read_laps(import, path, text, error);
    if (form == PB__FORM_TUM) {
        PB_TRY(pb_wire_read_tum(text, path, import->spec, error));
        return add_spec(import, path, "tum", error);
    }
    PB_TRY(pb_wire_read_race(text, path, import->spec, error));
    return add_spec(import, path, "pitboard", error);
}

pb_status pb__import_file(const pb__import *import, const char *path, pb_error *error)
{
    pb_bytes bytes = {0};
    PB_TRY(pb_file_read(path, 0, &bytes, error));
    pb_status status = read_text(import, path, (pb_span){bytes.at, bytes.len}, error);
    pb_bytes_free(&bytes);
    return status;
}
