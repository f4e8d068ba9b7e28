/* grid_csv: starting grids, season,round,driver,grid. */
#include <stdlib.h>
#include <string.h>

#include "cell.h"
#include "pitboard/codec.h"
#include "pitboard/wire.h"

typedef enum grid_column { COL_SEASON, COL_ROUND, COL_DRIVER, COL_GRID, COL_N } grid_column;
static const char *const column_names[COL_N] = {"season", "round", "driver", "grid"};

typedef struct grid_list {
    pb_grid_row *rows;
    uint32_t     n, cap;
} grid_list;

static pb_status read_header(pb_csv *csv, const char *path, int at[COL_N], pb_error *error)
{
    if (pb_csv_next(csv) != PB_OK) return pb_error_set(error, PB_E_EMPTY, "%s: no grids: the file is empty", path);
    for (int k = 0; k < COL_N; k++) {
        at[k] = pb_csv_column(csv, column_names[k]);
        if (at[k] < 0)
            return pb_error_set(error, PB_E_MISSING, "%s:%u: column %s is missing; grids need season,round,driver,grid",
                                path, (unsigned)csv->line, column_names[k]);
    }
    return PB_OK;
}

static bool take_number(const pb_csv *csv, int at, int64_t lo, int64_t hi, int64_t *out)
{
    return (uint32_t)at < csv->n_fields && pb__cell_whole(csv->field[at], out) == PB__CELL_VALUE && *out >= lo &&
           *out <= hi;
}

/* Something, and nothing that ends a text early or drives a terminal. */
static bool is_code(pb_span text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.at[i] < ' ' || text.at[i] == 0x7f) return false;
    return text.len > 0;
}

static pb_status read_row(const pb_csv *csv, const char *path, const int at[COL_N], pb_grid_row *out, pb_error *error)
{
    int64_t season, round, grid;
    if (!take_number(csv, at[COL_SEASON], 1950, 2200, &season) || !take_number(csv, at[COL_ROUND], 1, 99, &round) ||
        !take_number(csv, at[COL_GRID], 0, 99, &grid))
        return pb_error_set(error, PB_E_RANGE,
                            "%s:%u: season (1950 to 2200), round (1 to 99) or grid (0 to 99) is wrong", path,
                            (unsigned)csv->line);
    *out = (pb_grid_row){.season = (int16_t)season, .round = (int16_t)round, .grid = (uint8_t)grid};
    pb_span driver =
        (uint32_t)at[COL_DRIVER] < csv->n_fields ? pb_span_trim(csv->field[at[COL_DRIVER]]) : (pb_span){"", 0};
    if (is_code(driver) && pb_span_copy(driver, out->driver, sizeof out->driver)) return PB_OK;
    return pb_error_set(error, PB_E_RANGE, "%s:%u: driver must be a code of 1 to 7 letters", path, (unsigned)csv->line);
}

static pb_status add(grid_list *list, const pb_grid_row *row, const char *path, pb_error *error)
{
    if (list->n == list->cap) {
        uint32_t     cap  = list->cap ? 2 * list->cap : 256;
        pb_grid_row *rows = realloc(list->rows, cap * sizeof *rows);
        if (!rows) return pb_error_set(error, PB_E_NOMEM, "%s: out of memory", path);
        list->rows = rows;
        list->cap  = cap;
    }
    list->rows[list->n++] = *row;
    return PB_OK;
}

static pb_status read_rows(pb_csv *csv, const char *path, grid_list *list, pb_error *error)
{
    int at[COL_N] = {0};
    PB_TRY(read_header(csv, path, at, error));
    for (;;) {
        pb_grid_row row;
        pb_status   got = pb_csv_next(csv);
        if (got == PB_E_EMPTY) return PB_OK;
        if (got != PB_OK) return pb_error_set(error, got, "%s:%u: this row cannot be read", path, (unsigned)csv->line);
        PB_TRY(read_row(csv, path, at, &row, error));
        PB_TRY(add(list, &row, path, error));
    }
}

pb_status pb_wire_read_grids(pb_span text, const char *path, pb_arena *arena, pb_grid_row **rows, uint32_t *n,
                             pb_error *error)
{
    pb_csv    csv;
    pb_arena  scratch;
    grid_list list = {0};
    pb_arena_init(&scratch, 0);
    pb_csv_init(&csv, text, ',', &scratch);
    pb_status status = read_rows(&csv, path, &list, error);
    if (status == PB_OK) {
        pb_grid_row *kept = pb_arena_take(arena, (list.n + 1) * sizeof *kept);
        if (kept) {
            if (list.n > 0) memcpy(kept, list.rows, list.n * sizeof *kept);
            *rows = kept;
            *n    = list.n;
        } else {
            status = pb_error_set(error, PB_E_NOMEM, "%s: out of memory", path);
        }
    }
    free(list.rows);
    pb_arena_fini(&scratch);
    return status;
}
