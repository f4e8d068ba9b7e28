/* Races that ship, into a store: see import_bundled.h. */
#include "import_bundled.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/codec.h"
#include "pitboard/engine.h"
#include "pitboard/predict_store.h"
#include "pitboard/wire.h"

static bool are_digits(const char *at, size_t n)
{
    return strspn(at, "0123456789") >= n;
}

/* "2023_07_spanish.csv" -> "2023-07"; false: it is called otherwise. */
static bool id_of(const char *name, char id[16])
{
    size_t len = strlen(name);
    if (len < 12 || strcmp(name + len - 4, ".csv") != 0) return false;
    if (!are_digits(name, 4) || name[4] != '_' || !are_digits(name + 5, 2) || name[7] != '_') return false;
    (void)snprintf(id, 16, "%.4s-%.2s", name, name + 5);
    return true;
}

static pb_status has_laps(pb_store *store, const char *id, bool *has, pb_error *error)
{
    const pb_value key = pb_value_text(id);
    int64_t        n   = 0;
    PB_TRY(pb_store_count(store,
                          "SELECT count(*) FROM races WHERE id = ?1 AND EXISTS "
                          "(SELECT 1 FROM laps WHERE laps.race = races.race)",
                          &key, 1, 0, &n, error));
    *has = n > 0;
    return PB_OK;
}

static pb_status put_file(pb_store *store, const char *path, bool *put, pb_error *error)
{
    pb_bytes        bytes = {0};
    pb_race_log     log;
    pb_store_counts counts;
    bool            known = false;
    if (pb_file_read(path, 0, &bytes, NULL) != PB_OK) return PB_OK;
    pb_history_file file = {.path        = path,
                            .text        = {bytes.at, bytes.len},
                            .form        = "laps",
                            .format      = "fastf1",
                            .licence     = "Apache-2.0", /* data/races: NOTICE */
                            .imported_ms = 1000 * pb_engine_utc_s()};
    pb_race_log_init(&log);
    pb_status status = PB_OK;
    if (pb_wire_read_laps(file.text, path, &log, NULL) == PB_OK) {
        status = pb_history_put_log(store, &file, &log, &counts, &known, error);
        *put   = status == PB_OK && !known;
    }
    pb_race_log_fini(&log);
    pb_bytes_free(&bytes);
    return status;
}

static pb_status put_one(pb_store *store, const char *dir, const char *name, uint32_t *added, pb_error *error)
{
    char path[4096 + 256], id[16];
    bool has = false, put = false;
    if (!id_of(name, id)) return PB_OK;
    PB_TRY(has_laps(store, id, &has, error));
    if (has || (size_t)snprintf(path, sizeof path, "%s/%s", dir, name) >= sizeof path) return PB_OK;
    PB_TRY(put_file(store, path, &put, error));
    *added += put;
    return PB_OK;
}

pb_status pb__import_bundled(const char *store_url, const char *races_dir, uint32_t *added, pb_error *error)
{
    struct dirent **names = NULL;
    pb_store       *store = NULL;
    uint32_t        n_put = 0;
    int             n     = scandir(races_dir, &names, NULL, alphasort);
    if (n < 0) return pb_error_set(error, PB_E_NOENT, "%s: %s", races_dir, strerror(errno));
    pb_status status = pb_store_open(store_url, PB_STORE_CREATE, &store, error);
    for (int i = 0; i < n; i++) {
        if (status == PB_OK) status = put_one(store, races_dir, names[i]->d_name, &n_put, error);
        free(names[i]);
    }
    free(names);
    pb_store_close(store);
    if (added) *added = n_put;
    return status;
}
