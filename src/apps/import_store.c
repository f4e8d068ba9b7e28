/* Files into a store: see import_store.h. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "import_store.h"
#include "pitboard/engine.h"
#include "pitboard/wire.h"
#include "terminal.h"

/* ---- licences of the folders this house knows ---- */

static const char *licence_of(const char *path)
{
    static const struct {
        const char *folder, *licence;
    } known[] = {
        {"armchair-strategist", "Apache-2.0"},
        {"racedata", "CC0-1.0"},
        {"f1-circuits", "MIT"},
        {"tum-race-simulation", "LGPL-3.0"},
        {"tum-racetrack-database", "LGPL-3.0"},
        {"fast-f1-reference", "MIT"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strstr(path, known[i].folder)) return known[i].licence;
    return "not stated";
}

/* ---- sums ---- */

static void add_counts(pb_store_counts *to, const pb_store_counts *more)
{
    to->rows += more->rows;
    to->accepted += more->accepted;
    to->quarantined += more->quarantined;
    to->open += more->open;
    to->added += more->added;
    to->agreed += more->agreed;
    to->filled += more->filled;
    to->conflicts += more->conflicts;
}

static void sum_up(pb__import_store *import, const char *form, const char *what, const pb_store_counts *counts,
                   bool known)
{
    uint32_t i = 0;
    while (i < import->n_sums && strcmp(import->sums[i].form, form) != 0) i++;
    if (i == PB__FORM_SUMS_MAX) return;
    if (i == import->n_sums) import->sums[import->n_sums++] = (pb__import_form_sum){.form = form, .what = what};
    import->sums[i].files++;
    import->sums[i].known += known;
    import->known += known;
    import->stored++;
    if (!known) add_counts(&import->sums[i].counts, counts);
}

static pb_status pass_over(pb__import_store *import, const char *path, const char *reason, pb_error *error)
{
    if (import->n_passed_over == import->cap_passed_over) {
        uint32_t        cap  = import->cap_passed_over ? 2 * import->cap_passed_over : 64;
        pb__import_row *more = realloc(import->passed_over, cap * sizeof *more);
        if (!more) return pb_error_set(error, PB_E_NOMEM, "out of memory");
        import->passed_over     = more;
        import->cap_passed_over = cap;
    }
    const char *text = pb__import_text(import->list, reason);
    if (!text) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    import->passed_over[import->n_passed_over++] = (pb__import_row){.file = path, .reason = text};
    return PB_OK;
}

static pb_status list_quarantine(pb__import_store *import, const char *path, const pb_quarantine *bad, uint32_t n,
                                 pb_error *error)
{
    for (uint32_t i = 0; i < n; i++)
        if (pb__import_quarantine(import->list, path, bad[i].line, bad[i].reason) != PB_OK)
            return pb_error_set(error, PB_E_NOMEM, "out of memory for the rows left out");
    return PB_OK;
}

/* ---- laps ---- */

static pb_status describe(pb__import_store *import, const char *path, const pb_race_log *log, pb_error *error)
{
    char             text[96];
    pb__import_race *race = pb__import_add_race(import->list);
    if (!race) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    *race = (pb__import_race){.file        = path,
                              .format      = "fastf1",
                              .season      = log->season,
                              .round       = log->round,
                              .sprint      = log->sprint,
                              .cars        = log->n_cars,
                              .rows        = log->n_rows,
                              .accepted    = log->n_accepted,
                              .quarantined = log->n_quarantined,
                              .kept_only   = true};
    snprintf(text, sizeof text, "%04d-%02d%s", log->season, log->round, log->sprint ? "s" : "");
    race->id = pb__import_text(import->list, text);
    pb_race_log_title(log, text, sizeof text);
    race->name    = pb__import_text(import->list, text);
    race->circuit = pb__import_text(import->list, log->circuit);
    for (uint32_t c = 0; c < log->n_cars; c++)
        if (log->cars[c].n_laps > race->laps) race->laps = log->cars[c].n_laps;
    return race->id && race->name && race->circuit ? PB_OK : pb_error_set(error, PB_E_NOMEM, "out of memory");
}

static pb_status put_laps(pb__import_store *import, const pb_history_file *file, pb_error *error)
{
    pb_race_log     log;
    pb_store_counts counts;
    bool            known = false;
    pb_race_log_init(&log);
    pb_status status = pb_wire_read_laps(file->text, file->path, &log, error);
    if (status == PB_OK) status = pb_history_put_log(import->store, file, &log, &counts, &known, error);
    if (status == PB_OK) status = list_quarantine(import, file->path, log.quarantined, log.n_quarantined, error);
    if (status == PB_OK) status = describe(import, file->path, &log, error);
    if (status == PB_OK) {
        sum_up(import, file->form, "laps (FastF1)", &counts, known);
        import->list->rows += log.n_rows;
        import->list->accepted += log.n_accepted;
    }
    pb_race_log_fini(&log);
    return status;
}

/* ---- tables ---- */

static void dir_of(const char *path, char *out, size_t cap)
{
    const char *slash = strrchr(path, '/');
    pb_span     dir   = slash ? (pb_span){path, (size_t)(slash - path)} : pb_span_of(".");
    (void)pb_span_copy(dir, out, cap);
}

/* Reads one table of names beside a file; what is no such table is nothing to it. */
static void read_names(pb_ergast_ids *ids, const char *path, int phase)
{
    pb__import_item item  = {0};
    pb_bytes        bytes = {0};
    pb_records      records;
    if (pb__import_look(path, &item, NULL) != PB_OK || !item.form || !item.form->joins || item.form->phase != phase)
        return;
    if (pb_file_read(path, 0, &bytes, NULL) != PB_OK) return;
    pb_records_init(&records);
    (void)pb_wire_read_records((pb_span){bytes.at, bytes.len}, path, ids, &records, NULL);
    pb_records_fini(&records);
    pb_bytes_free(&bytes);
}

/* The names and the calendar in the folder of a file of numbers. */
static pb_status load_ids(pb__import_store *import, const char *path, pb_error *error)
{
    char            dir[4096];
    struct dirent **entries = NULL;
    dir_of(path, dir, sizeof dir);
    if (import->ids && strcmp(dir, import->ids_dir) == 0) return PB_OK;
    pb_ergast_ids_destroy(import->ids);
    import->ids = NULL;
    PB_TRY(pb_ergast_ids_create(&import->ids, error));
    (void)snprintf(import->ids_dir, sizeof import->ids_dir, "%s", dir);
    int n = scandir(dir, &entries, NULL, alphasort);
    for (int phase = 0; phase < 2; phase++)
        for (int i = 0; i < n; i++) {
            char   beside[8192];
            size_t len = strlen(entries[i]->d_name);
            (void)snprintf(beside, sizeof beside, "%s/%s", dir, entries[i]->d_name);
            if (len > 4 && strcmp(entries[i]->d_name + len - 4, ".csv") == 0) read_names(import->ids, beside, phase);
        }
    for (int i = 0; i < n; i++) free(entries[i]);
    free(entries);
    return PB_OK;
}

static pb_status put_records(pb__import_store *import, const pb__import_item *item, const pb_history_file *file,
                             pb_error *error)
{
    pb_records      records;
    pb_store_counts counts = {0};
    bool            known  = false;
    if (item->form->joins) PB_TRY(load_ids(import, item->path, error));
    pb_records_init(&records);
    pb_status status = pb_wire_read_records(file->text, file->path, import->ids, &records, error);
    if (status == PB_OK) status = pb_history_put_records(import->store, file, &records, &counts, &known, error);
    if (status == PB_OK)
        status = list_quarantine(import, file->path, records.quarantined.at, records.quarantined.n, error);
    if (status == PB_OK) {
        sum_up(import, file->form, item->form->what, &counts, known);
        import->list->rows += records.n_rows;
        import->list->accepted += records.n_accepted;
    }
    pb_records_fini(&records);
    return status;
}

/* ---- a file ---- */

static const char *format_of(const pb__import_item *item)
{
    if (item->telemetry) return "grcup";
    return item->form ? item->form->format : item->race == PB__FORM_LAPS ? "fastf1" : "";
}

/* Why a file is not for this import; NULL when it is. */
static const char *not_for(const pb__import_store *import, const pb__import_item *item)
{
    if (item->race == PB__FORM_TUM || item->race == PB__FORM_RACE)
        return "a race to play, not what was recorded of one";
    if (!item->telemetry && !item->form && item->race != PB__FORM_LAPS) return "no table known here";
    if (strcmp(import->format, "auto") == 0 || strcmp(import->format, format_of(item)) == 0) return NULL;
    if (strcmp(import->format, "pitboard") == 0 && item->race == PB__FORM_LAPS) return NULL;
    return "not of the format asked for";
}

static pb_status put_telemetry(pb__import_store *import, const char *path, pb_error *error)
{
    pb_store_counts counts = {0};
    bool            known  = false;
    PB_TRY(pb__import_telemetry_keep(import, path, licence_of(path), &counts, &known, error));
    sum_up(import, "telemetry", "telemetry", &counts, known);
    return PB_OK;
}

static pb_status put_item(pb__import_store *import, const pb__import_item *item, pb_error *error)
{
    pb_bytes bytes = {0};
    if (item->telemetry) return put_telemetry(import, item->path, error);
    PB_TRY(pb_file_read(item->path, 0, &bytes, error));
    pb_history_file file   = {.path        = item->path,
                              .text        = {bytes.at, bytes.len},
                              .form        = item->form ? item->form->name : "laps",
                              .format      = format_of(item),
                              .licence     = licence_of(item->path),
                              .imported_ms = 1000 * pb_engine_utc_s()};
    pb_status       status = item->form ? put_records(import, item, &file, error) : put_laps(import, &file, error);
    pb_bytes_free(&bytes);
    return status;
}

/* True when no other file can do better: the store itself is in trouble. */
static bool is_fatal(const pb__import_store *import, pb_status status, const pb_error *why)
{
    const char *path = import->url + strlen(PB_STORE_SCHEME);
    return status == PB_E_NOMEM || (status == PB_E_IO && strstr(why->text, path));
}

static pb_status import_item(pb__import_store *import, const pb__import_item *item, pb_error *error)
{
    pb_error    why   = {0};
    const char *wrong = not_for(import, item);
    if (wrong && !item->named) return pass_over(import, item->path, wrong, error);
    if (wrong) (void)pb_error_set(&why, PB_E_SYNTAX, "%s: %s", item->path, wrong);
    pb_status status = wrong ? why.status : put_item(import, item, &why);
    if (status == PB_OK) return PB_OK;
    if (is_fatal(import, status, &why)) return pb_error_set(error, status, "%s", why.text);
    if (pb__import_refuse(import->list, item->path, why.text) != PB_OK)
        return pb_error_set(error, PB_E_NOMEM, "out of memory");
    (void)pb__fail(&pb__cmd_import, &why);
    return PB_OK;
}

pb_status pb__import_into_store(pb__import_store *import, char **paths, uint32_t n, pb_error *error)
{
    pb__progress progress;
    uint32_t     told = import->list->n_refused;
    import->items.n   = 0;
    if (!import->store) PB_TRY(pb_store_open(import->url, PB_STORE_CREATE, &import->store, error));
    PB_TRY(pb__import_walk(paths, n, import->list, &import->items, error));
    for (uint32_t i = told; i < import->list->n_refused; i++) { /* paths that are not there */
        pb_error why;
        pb_error_set(&why, PB_E_NOENT, "%s: %s", import->list->refused[i].file, import->list->refused[i].reason);
        (void)pb__fail(&pb__cmd_import, &why);
    }
    pb__progress_begin(&progress, "files");
    pb_status status = PB_OK;
    for (uint32_t i = 0; i < import->items.n && status == PB_OK; i++) {
        pb__progress_show(&progress, i, import->items.n);
        status = import_item(import, &import->items.at[i], error);
    }
    pb__progress_clear();
    return status;
}

void pb__import_store_fini(pb__import_store *import)
{
    pb_store_close(import->store);
    pb_ergast_ids_destroy(import->ids);
    free(import->items.at);
    free(import->passed_over);
    pb__import_telemetry_forget(import);
}
