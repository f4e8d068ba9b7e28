/* history_put: one file into the store, in one transaction. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "history_book.h"
#include "pitboard/codec.h"

/* ---- who tells ---- */

const char *pb_history_origin(const char *form)
{
    static const struct {
        const char *begins, *origin;
    } origins[] = {
        {"live_", "livetiming"},   {"jolpica", "jolpica"},       {"ergast_", "ergast"},
        {"openf1", "openf1"},      {"grcup_", "grcup"},          {"safety_cars", "lists"},
        {"red_flags", "lists"},    {"vsc_estimates", "lists"},   {"grids", "grids"},
        {"tum_tracks", "tum"},     {"circuit_scores", "scores"}, {"circuit_lines", "circuits"},
        {"laps_2015", "laps2015"},
    };
    for (size_t i = 0; i < sizeof origins / sizeof *origins; i++)
        if (strncmp(form, origins[i].begins, strlen(origins[i].begins)) == 0) return origins[i].origin;
    return "fastf1"; /* lap CSV, and weather and race control exported with it */
}

/* ---- calendars ---- */

static pb_status put_race(pb__book *book, const pb_race_row *row)
{
    pb_store_put *put;
    if (row->circuit[0]) PB_TRY(pb__book_need_circuit(book, row->circuit));
    PB_TRY(pb__book_need_race(book, row->season, row->round, false));
    PB__PUT_INTO(book, put, "races", "race", "id", "series", "season", "round", "sprint", "name", "event", "circuit",
                 "date", "time");
    char id[24];
    pb__book_race_id(book, row->season, row->round, false, id);
    PB__PUT(book, put, pb_value_i64(pb__book_race_key(book, row->season, row->round, false)), pb_value_text(id),
            pb_value_text(book->series), pb_value_i64(row->season), pb_value_i64(row->round), pb_value_i64(0),
            pb_value_text(row->name), pb_value_text(row->event), pb_value_text(row->circuit), pb_value_text(row->date),
            pb_value_text(row->time));
    return PB_OK;
}

/* A file that names its race by circuit and year only: the calendar knows the round. */
static pb_status find_round(pb__book *book, const pb_race_row *row, int16_t *round)
{
    pb_value values[] = {pb_value_i64(row->season), pb_value_text(row->circuit), pb_value_text(book->series)};
    int64_t  found    = 0;
    PB_TRY(pb_store_count(book->store,
                          "SELECT round FROM races WHERE season = ?1 AND circuit = ?2 AND series = ?3 AND sprint = 0 "
                          "ORDER BY round LIMIT 1",
                          values, 3, 0, &found, book->error));
    if (found == 0)
        return pb_error_set(book->error, PB_E_MISSING,
                            "the round of the race at %s in %d is not known; import a calendar first (races.csv of the "
                            "Ergast mirror, or jolpica)",
                            row->circuit, row->season);
    *round = (int16_t)found;
    return PB_OK;
}

pb_status pb__book_put_races(pb__book *book, const pb_records *records)
{
    for (uint32_t i = 0; i < records->races.n; i++) {
        const pb_race_row *row = &records->races.at[i];
        if (row->round != 0) {
            PB_TRY(put_race(book, row));
            continue;
        }
        int16_t round = 0;
        PB_TRY(find_round(book, row, &round));
        for (uint32_t k = 0; k < records->laps.n; k++)
            if (records->laps.at[k].season == row->season && records->laps.at[k].round == 0)
                records->laps.at[k].round = round;
    }
    return PB_OK;
}

/* ---- a recorded race ---- */

static uint32_t race_laps(const pb_race_log *log)
{
    pb_race_outcome *outcome = malloc(sizeof *outcome);
    uint32_t         laps    = outcome && pb_race_outcome_of(log, outcome) == PB_OK ? outcome->laps : 0;
    free(outcome);
    return laps;
}

static pb_status put_log_race(pb__book *book, const pb_race_log *log)
{
    pb_store_put *put;
    char          id[24], title[96];
    if (log->circuit[0]) PB_TRY(pb__book_need_circuit(book, log->circuit));
    PB_TRY(pb__book_need_race(book, log->season, log->round, log->sprint));
    pb_race_log_title(log, title, sizeof title);
    const char *name = strlen(title) > 5 ? title + 5 : title; /* without the year */
    pb__book_race_id(book, log->season, log->round, log->sprint, id);
    PB__PUT_INTO(book, put, "races", "race", "id", "series", "season", "round", "sprint", "name", "event", "circuit",
                 "laps");
    PB__PUT(book, put, pb_value_i64(pb__book_race_key(book, log->season, log->round, log->sprint)), pb_value_text(id),
            pb_value_text(book->series), pb_value_i64(log->season), pb_value_i64(log->round), pb_value_i64(log->sprint),
            pb_value_text(name), pb_value_text(log->event), pb_value_text(log->circuit),
            pb__book_whole(race_laps(log), 0));
    return PB_OK;
}

static pb_status put_log(pb__book *book, const pb_race_log *log)
{
    pb_store_put *put;
    PB_TRY(put_log_race(book, log));
    PB_TRY(pb__book_lap_put(book, &put));
    for (uint32_t c = 0; c < log->n_cars; c++) {
        const pb_log_car *car = &log->cars[c];
        pb__book_who      who;
        PB_TRY(pb__book_who_of(book, log->season, log->round, log->sprint, car->code, car->number, &who));
        PB_TRY(pb__book_put_entry(book, &who, log->season, car->number, car->team, true));
        if (car->grid) PB_TRY(pb__book_put_grid(book, &who, car->grid));
        for (uint32_t i = 0; i < car->n_laps; i++) {
            pb_lap_record lap = {.speed_kph = (float)NAN, .lap = car->laps[i]};
            PB_TRY(pb__book_put_lap(book, put, &who, &lap));
        }
    }
    return PB_OK;
}

/* ---- a file ---- */

typedef struct contents {
    const pb_records    *records; /* or */
    const pb_race_log   *log;
    const pb_quarantine *bad;
    uint32_t             n_bad;
} contents;

static pb_status put_contents(pb__book *book, const contents *what)
{
    if (what->log) return put_log(book, what->log);
    PB_TRY(pb__book_put_names(book, what->records));
    PB_TRY(pb__book_put_races(book, what->records));
    PB_TRY(pb__book_put_cars(book, what->records));
    PB_TRY(pb__book_put_laps(book, what->records));
    return pb__book_put_scene(book, what->records);
}

static pb_status put_quarantine(pb__book *book, const contents *what)
{
    char reason[160];
    for (uint32_t i = 0; i < what->n_bad; i++)
        PB_TRY(pb_store_quarantine(book->store, what->bad[i].line, what->bad[i].reason, book->error));
    for (uint32_t i = 0; i < book->n_waits; i++) { /* line 0: read well, but not placed yet */
        (void)snprintf(reason, sizeof reason, "%u rows of car %d in race %lld wait: nobody is known to have driven it",
                       book->waits[i].rows, book->waits[i].number, (long long)book->waits[i].race);
        PB_TRY(pb_store_quarantine(book->store, 0, reason, book->error));
    }
    return PB_OK;
}

/* What the path says and the bytes do not: the race. */
static void about_of(const pb__book *book, const pb_history_file *file, const contents *what, char out[24])
{
    int16_t season, round;
    bool    sprint;
    out[0] = '\0';
    if (what->log)
        pb__book_race_id(book, what->log->season, what->log->round, what->log->sprint, out);
    else if (strcmp(book->series, "f1") != 0 && what->records->races.n > 0)
        pb__book_race_id(book, what->records->races.at[0].season, what->records->races.at[0].round, false, out);
    else if (pb_wire_race_of_path(file->path, &season, &round, &sprint))
        pb__book_race_id(book, season, round, sprint, out);
}

/* Pages of one answer are counted together: what they list, of which race, how many rows in all. */
static void page_of(const pb_records *r, char *out, size_t cap)
{
    const char *what   = r->laps.n         ? "laps"
                         : r->pits.n       ? "pit stops"
                         : r->qualifying.n ? "qualifying"
                         : r->results.n    ? "results"
                                           : "names";
    int         season = r->races.n ? r->races.at[0].season : 0, round = r->races.n ? r->races.at[0].round : 0;
    (void)snprintf(out, cap, "%s of %d-%02d, %lld rows", what, season, round, (long long)r->page_of);
}

static pb_status put_file(pb__book *book, const pb_history_file *file, const contents *what, pb_store_counts *counts,
                          bool *known)
{
    char              sha[65], about[24], page[96] = "";
    const pb_records *r = what->records;
    if (r && r->page_of > 0) page_of(r, page, sizeof page);
    about_of(book, file, what, about);
    pb_sha256_hex(file->text, sha);
    pb_store_source source = {.path        = file->path,
                              .form        = file->form,
                              .format      = file->format,
                              .origin      = pb_history_origin(file->form),
                              .licence     = file->licence,
                              .sha256      = sha,
                              .about       = about,
                              .bytes       = (int64_t)file->text.len,
                              .imported_ms = file->imported_ms,
                              .page_what   = page,
                              .page_from   = r ? r->page_from : 0,
                              .page_to     = r ? r->page_to : 0,
                              .page_of     = r ? r->page_of : 0};
    PB_TRY(pb_store_source_begin(book->store, &source, known, book->error));
    if (*known) return PB_OK;
    PB_TRY(put_contents(book, what));
    PB_TRY(put_quarantine(book, what));
    counts->open = book->open;
    return pb_store_source_end(book->store, counts, book->error);
}

/* Says which file it was, where the reason does not. */
static pb_status name_file(const char *path, pb_status status, pb_error *error)
{
    if (status == PB_OK || !error || strncmp(error->text, path, strlen(path)) == 0) return status;
    pb_error why = *error;
    return pb_error_set(error, status, "%s: %s", path, why.text);
}

static pb_status in_transaction(pb_store *store, const pb_history_file *file, const contents *what,
                                pb_store_counts *counts, bool *known, pb_error *error)
{
    pb__book *book = calloc(1, sizeof *book);
    if (!book) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    book->store      = store;
    book->error      = error;
    book->series     = strcmp(file->format, "grcup") == 0 ? "grcup" : "f1";
    pb_status status = pb_store_begin(store, error);
    if (status == PB_OK) status = put_file(book, file, what, counts, known);
    if (status == PB_OK) status = pb_store_commit(store, error);
    pb_store_rollback(store);
    free(book);
    return name_file(file->path, status, error);
}

pb_status pb_history_put_records(pb_store *store, const pb_history_file *file, const pb_records *records,
                                 pb_store_counts *counts, bool *known, pb_error *error)
{
    contents what = {.records = records, .bad = records->quarantined.at, .n_bad = records->quarantined.n};
    *counts       = (pb_store_counts){
              .rows = records->n_rows, .accepted = records->n_accepted, .quarantined = records->quarantined.n};
    return in_transaction(store, file, &what, counts, known, error);
}

pb_status pb_history_put_log(pb_store *store, const pb_history_file *file, const pb_race_log *log,
                             pb_store_counts *counts, bool *known, pb_error *error)
{
    contents what = {.log = log, .bad = log->quarantined, .n_bad = log->n_quarantined};
    *counts = (pb_store_counts){.rows = log->n_rows, .accepted = log->n_accepted, .quarantined = log->n_quarantined};
    return in_transaction(store, file, &what, counts, known, error);
}
