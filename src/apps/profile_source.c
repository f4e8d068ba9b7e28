/* profile_source: where the races of a profile come from: a store, folders, or those that ship. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "backtest_data.h"
#include "data_file.h"
#include "profile_run.h"

#define BUNDLED_MAX 32

static pb_status measure(const backtest_data *data, const profile_source *source, pb_profile_book *out, pb_error *error)
{
    pb_profile_race *races = calloc(data->n + 1, sizeof *races);
    uint32_t         n = 0, left_out = 0;
    pb_status        status = races ? PB_OK : pb_error_set(error, PB_E_NOMEM, "out of memory for %zu races", data->n);
    for (size_t i = 0; status == PB_OK && i < data->n; i++) {
        const pb_race_log *log = &data->races[i].log;
        char               id[32];
        if (source->season_from && log->season < source->season_from) continue;
        if (source->season_to && log->season > source->season_to) continue;
        (void)snprintf(id, sizeof id, "%04d-%02d%s", log->season, log->round, log->sprint ? "S" : "");
        status = pb_profile_race_of(log, id, &races[n], error);
        n += status == PB_OK;
        left_out += status == PB_E_EMPTY;
        if (status == PB_E_EMPTY) status = PB_OK;
    }
    if (status == PB_OK)
        status = pb_profile_book_make(races, n, out, error);
    else
        free(races);
    if (status == PB_OK) out->left_out = left_out;
    return status;
}

static pb_status read_folders(const profile_source *source, const char *const *data, size_t n, pb_profile_book *out,
                              pb_error *error)
{
    backtest_data               read;
    const backtest_data_options options = {
        .data = data, .n_data = n, .grids = source->grids, .sprints = true, .unplaced = true};
    PB_TRY(backtest_data_read(&options, &read, error));
    pb_status status = measure(&read, source, out, error);
    backtest_data_free(&read);
    return status;
}

static int is_race(const struct dirent *entry)
{
    size_t n = strlen(entry->d_name);
    return n > 4 && strcmp(entry->d_name + n - 4, ".csv") == 0;
}

/* The races that ship, one file each. */
static pb_status read_bundled(const profile_source *source, pb_profile_book *out, pb_error *error)
{
    char            folder[512], path[BUNDLED_MAX][800];
    const char     *data[BUNDLED_MAX];
    struct dirent **entry = NULL;
    PB_TRY(pb__data_file("data/races", folder, sizeof folder, error));
    int    n    = scandir(folder, &entry, is_race, alphasort);
    size_t kept = 0;
    for (int i = 0; i < n; i++) {
        if (kept < BUNDLED_MAX) {
            (void)snprintf(path[kept], sizeof path[kept], "%s/%s", folder, entry[i]->d_name);
            data[kept] = path[kept];
            kept++;
        }
        free(entry[i]);
    }
    free((void *)entry);
    if (kept == 0) return pb_error_set(error, PB_E_NOENT, "%s: no races; give --store or --data", folder);
    return read_folders(source, data, kept, out, error);
}

static pb_status read_store(const profile_source *source, pb_profile_book *out, pb_error *error)
{
    pb_store *store;
    PB_TRY(pb_store_open(source->store, PB_STORE_READ, &store, error));
    pb_status status = pb_profile_book_read(store, source->season_from, source->season_to, NULL, out, error);
    pb_store_close(store);
    return status;
}

pb_status profile_read(const profile_source *source, pb_profile_book *out, pb_error *error)
{
    if (source->store && source->data.n > 0) return pb_error_set(error, PB_E_USAGE, "--store or --data, not both");
    if (source->store) return read_store(source, out, error);
    if (source->data.n > 0) return read_folders(source, source->data.at, source->data.n, out, error);
    return read_bundled(source, out, error);
}
