/* grids.h - starting grids from a file of season,round,driver,grid, put on the
 * races they belong to. A lap CSV says where cars were after lap 1, not where
 * they started. */
#ifndef PB_APPS_GRIDS_H
#define PB_APPS_GRIDS_H

#include "pitboard/wire.h"

typedef struct pb__grids {
    pb_arena     arena;
    pb_grid_row *rows;
    uint32_t     n;
} pb__grids;

/* path NULL: no grids, and no error. Free in every case. */
pb_status pb__grids_read(const char *path, pb__grids *grids, pb_error *error);
void      pb__grids_free(pb__grids *grids);
/* Sets the grid of every car of the race that is listed; returns how many.
 * Sprints are left alone: their grid is another one. */
uint32_t pb__grids_apply(const pb__grids *grids, pb_race_log *log);

#endif
