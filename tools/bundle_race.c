/* bundle_race LAPS.csv GRIDS.csv OUT.csv - one race for data/races: the laps in
 * our own CSV, with the starting grid that the source of the laps lacks. */
#include <stdio.h>
#include <string.h>

#include "pitboard/codec.h"
#include "pitboard/wire.h"

static pb_status set_grids(const char *path, pb_race_log *log, pb_error *error)
{
    pb_bytes     bytes = {0};
    pb_arena     arena;
    pb_grid_row *rows = NULL;
    uint32_t     n    = 0;

    pb_arena_init(&arena, 0);
    pb_status status = pb_file_read(path, 0, &bytes, error);
    if (status == PB_OK) status = pb_wire_read_grids((pb_span){bytes.at, bytes.len}, path, &arena, &rows, &n, error);
    for (uint32_t i = 0; status == PB_OK && i < n; i++)
        for (uint32_t c = 0; c < log->n_cars; c++)
            if (rows[i].season == log->season && rows[i].round == log->round &&
                strcmp(rows[i].driver, log->cars[c].code) == 0)
                log->cars[c].grid = rows[i].grid;
    pb_bytes_free(&bytes);
    pb_arena_fini(&arena);
    return status;
}

static pb_status bundle(char **path, pb_race_log *log, pb_error *error)
{
    pb_bytes bytes = {0};
    PB_TRY(pb_file_read(path[0], 0, &bytes, error));
    pb_status status = pb_wire_read_laps((pb_span){bytes.at, bytes.len}, path[0], log, error);
    pb_bytes_free(&bytes);
    if (status != PB_OK) return status;
    if (log->n_quarantined)
        return pb_error_set(error, PB_E_RANGE, "%s: %u rows cannot be read", path[0], log->n_quarantined);
    PB_TRY(set_grids(path[1], log, error));
    return pb_wire_write_laps(log, path[2], error);
}

int main(int argc, char **argv)
{
    pb_race_log log;
    pb_error    error = {0};
    if (argc != 4) {
        fprintf(stderr, "usage: bundle_race LAPS.csv GRIDS.csv OUT.csv\n");
        return 2;
    }
    pb_race_log_init(&log);
    pb_status status = bundle(argv + 1, &log, &error);
    pb_race_log_fini(&log);
    if (status != PB_OK) fprintf(stderr, "bundle_race: %s\n", error.text);
    return status == PB_OK ? 0 : 1;
}
