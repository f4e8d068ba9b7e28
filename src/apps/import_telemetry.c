/* Telemetry and the official lap times beside it: see telemetry_import.h. */
#include "telemetry_import.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "pitboard/wire_official.h"
#include "terminal.h"

#define PROGRESS_EACH 65536

bool pb__is_telemetry(const char *path)
{
    return pb_telemetry_is_file(path);
}

/* ---- official laps ---- */

static pb_status keep_official(pb__telemetry_run *t, const pb_official_row *rows, uint32_t n, pb_error *error)
{
    t->official = calloc(n, sizeof *t->official);
    if (!t->official) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    for (uint32_t i = 0; i < n; i++)
        t->official[i] = (pb_official_lap){.car    = rows[i].car,
                                           .lap    = rows[i].lap,
                                           .in_pit = rows[i].in_pit,
                                           .time_s = rows[i].time_ms / 1000.0,
                                           .end_s  = rows[i].end_of_day_ms < 0 ? NAN : rows[i].end_of_day_ms / 1000.0};
    t->n_official = n;
    return PB_OK;
}

static pb_status read_official(pb__telemetry_run *t, const char *path, pb_error *error)
{
    pb_bytes         bytes = {0};
    pb_arena         arena;
    pb_official_row *rows = NULL;
    uint32_t         n    = 0;
    if (t->official)
        return pb_error_set(error, PB_E_USAGE, "%s: one file of official lap times at a time (%s is one already)", path,
                            t->timing);
    PB_TRY(pb_file_read(path, 0, &bytes, error));
    pb_arena_init(&arena, 0);
    pb_status status = pb_official_read((pb_span){bytes.at, bytes.len}, path, &arena, &rows, &n, NULL, error);
    if (status == PB_OK) status = keep_official(t, rows, n, error);
    if (status == PB_OK) t->timing = path;
    pb_arena_fini(&arena);
    pb_bytes_free(&bytes);
    return status;
}

/* ---- telemetry ---- */

void pb__telemetry_refused(void *user, uint64_t line, const char *why)
{
    pb__telemetry_reading *r    = user;
    pb__telemetry_item    *item = r->item;
    uint32_t               i    = 0;
    while (i < item->n_reasons && strcmp(item->reasons[i].why, why) != 0) i++;
    if (i == item->n_reasons && i < PB__TELEMETRY_REASONS_MAX)
        item->reasons[item->n_reasons++] = (pb__telemetry_reason){.why = why, .first_line = line};
    if (i < item->n_reasons) item->reasons[i].n++;
    if (r->listed++ < PB__TELEMETRY_LISTED_MAX)
        (void)pb__import_quarantine(r->list, item->path, line > UINT32_MAX ? UINT32_MAX : (uint32_t)line, why);
}

static pb_status read_points(pb__telemetry_item *item, pb_telemetry_file *file, pb_laps *laps, pb_error *error)
{
    pb__progress             progress;
    pb_point                 point;
    pb_status                status;
    uint64_t                 n    = 0;
    const pb_telemetry_sums *sums = pb_telemetry_sums_of(file);
    pb__progress_begin(&progress, "bytes");
    while ((status = pb_telemetry_next(file, &point, error)) == PB_OK) {
        if (!pb_laps_add(laps, &point)) item->too_many = true;
        if (++n % PROGRESS_EACH == 0) pb__progress_show(&progress, sums->read_bytes, sums->file_bytes);
    }
    pb__progress_clear();
    item->sums = *sums;
    return status == PB_E_EMPTY ? PB_OK : status;
}

static pb_status report_cars(const pb__telemetry_run *t, pb__telemetry_item *item, const pb_laps *laps, pb_error *error)
{
    item->cars = calloc(pb_laps_cars(laps) + 1, sizeof *item->cars);
    if (!item->cars) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    item->n_cars = pb_laps_cars(laps);
    for (uint32_t i = 0; i < item->n_cars; i++) {
        pb__telemetry_car *car   = &item->cars[i];
        int32_t            known = 0; /* a number is believed, if the timing knows it */
        pb_laps_report_of(laps, i, &car->report);
        for (uint32_t k = 0; k < t->n_official; k++)
            if (t->official[k].car == car->report.car) known = car->report.car;
        pb_laps_match(&car->report, t->official, t->n_official, known, &car->match);
        if (known && car->match.car == 0) pb_laps_match(&car->report, t->official, t->n_official, 0, &car->match);
    }
    return PB_OK;
}

static pb_status read_telemetry(pb__telemetry_run *t, const char *path, pb_error *error)
{
    pb__telemetry_item   *item    = &t->items[t->n_items];
    pb__telemetry_reading r       = {.list = t->list, .item = item};
    pb_telemetry_options  options = {.user = &r, .refused = pb__telemetry_refused};
    pb_telemetry_file    *file    = NULL;
    pb_laps              *laps    = NULL;

    item->path       = path;
    pb_status status = pb_telemetry_open(path, &options, &file, error);
    if (status == PB_OK) status = pb_laps_create(NULL, &laps, error);
    if (status == PB_OK) status = read_points(item, file, laps, error);
    if (status == PB_OK) status = report_cars(t, item, laps, error);
    if (status == PB_OK) {
        t->n_items++;
        t->list->rows += item->sums.rows;
        t->list->accepted += item->sums.accepted;
    }
    pb_laps_destroy(laps);
    pb_telemetry_close(file);
    return status;
}

/* ---- all ---- */

static pb_status read_one(pb__telemetry_run *t, const char *path, bool telemetry, pb_error *error)
{
    pb_error  why    = {0};
    pb_status status = telemetry ? read_telemetry(t, path, &why) : read_official(t, path, &why);
    if (status == PB_OK) return PB_OK;
    if (status == PB_E_NOMEM || pb__import_refuse(t->list, path, why.text) != PB_OK)
        return pb_error_set(error, PB_E_NOMEM, "%s", why.text);
    return PB_OK;
}

pb_status pb__import_telemetry_read(pb__telemetry_run *t, char **paths, uint32_t n, pb_error *error)
{
    t->items = calloc(n, sizeof *t->items);
    if (!t->items) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    for (int pass = 0; pass < 2; pass++) /* the official laps first */
        for (uint32_t i = 0; i < n; i++) {
            bool telemetry = pb__is_telemetry(paths[i]);
            if (telemetry == (pass == 1)) PB_TRY(read_one(t, paths[i], telemetry, error));
        }
    return PB_OK;
}

void pb__import_telemetry_fini(pb__telemetry_run *t)
{
    for (uint32_t i = 0; t->items && i < t->n_items; i++) free(t->items[i].cars);
    free(t->items);
    free(t->official);
}

const pb_official_lap *pb__official_of(const pb__telemetry_run *t, const pb_lap_match *match, uint16_t number)
{
    for (uint32_t i = 0; match->car && i < t->n_official; i++)
        if (t->official[i].car == match->car && t->official[i].lap + match->lap_offset == number)
            return &t->official[i];
    return NULL;
}

int pb__import_telemetry(pb__import_list *list, char **paths, uint32_t n, bool json)
{
    pb_error          error  = {0};
    pb__telemetry_run import = {.list = list};
    pb_status         status = pb__import_telemetry_read(&import, paths, n, &error);
    int               code   = status == PB_OK && import.n_items ? PB__EXIT_DONE : PB__EXIT_FAILED;
    for (uint32_t i = 0; i < list->n_refused; i++) {
        pb_error why = {0};
        pb_error_set(&why, PB_E_SYNTAX, "%s", list->refused[i].reason);
        pb__fail(&pb__cmd_import, &why);
    }
    if (status != PB_OK)
        code = pb__fail(&pb__cmd_import, &error);
    else if (json)
        pb__import_telemetry_json(stdout, &import);
    else
        pb__import_telemetry_table(stdout, &import);
    pb__import_telemetry_fini(&import);
    return code;
}
