/* Starting grids from a file: see grids.h. */
#include <string.h>

#include "grids.h"
#include "pitboard/codec.h"

pb_status pb__grids_read(const char *path, pb__grids *grids, pb_error *error)
{
    pb_bytes bytes = {0};

    *grids = (pb__grids){0};
    pb_arena_init(&grids->arena, 0);
    if (!path) return PB_OK;
    PB_TRY(pb_file_read(path, 0, &bytes, error));
    pb_status status =
        pb_wire_read_grids((pb_span){bytes.at, bytes.len}, path, &grids->arena, &grids->rows, &grids->n, error);
    pb_bytes_free(&bytes);
    return status;
}

void pb__grids_free(pb__grids *grids)
{
    pb_arena_fini(&grids->arena);
}

static bool set_grid(pb_race_log *log, const pb_grid_row *row)
{
    for (uint32_t c = 0; c < log->n_cars; c++)
        if (strcmp(log->cars[c].code, row->driver) == 0) {
            log->cars[c].grid = row->grid;
            return true;
        }
    return false;
}

uint32_t pb__grids_apply(const pb__grids *grids, pb_race_log *log)
{
    uint32_t set = 0;
    for (uint32_t i = 0; i < grids->n && !log->sprint; i++)
        if (grids->rows[i].season == log->season && grids->rows[i].round == log->round)
            set += set_grid(log, &grids->rows[i]);
    return set;
}
