/* official_laps: lap times with the time of day out of the timing system's lap
 * list. */
#include "pitboard/wire_official.h"

#include <string.h>

#include "cell.h"

#define ROW_ARENA (1u << 20)
#define DAY_MS 86400000

enum { CAR, LAP, TIME, IN_PIT, HOUR, COLUMNS_N };
static const char *const columns[COLUMNS_N] = {"NUMBER", "LAP_NUMBER", "LAP_TIME", "CROSSING_FINISH_LINE_IN_PIT",
                                               "HOUR"};

/* Header names have a leading blank here and there. */
static void find_columns(const pb_csv *header, int at[COLUMNS_N])
{
    for (int c = 0; c < COLUMNS_N; c++) {
        at[c] = -1;
        for (uint32_t i = 0; i < header->n_fields; i++)
            if (pb_span_equal_text(pb_span_trim(header->field[i]), columns[c])) at[c] = (int)i;
    }
}

static pb_span cell(const pb_csv *csv, int column)
{
    return column >= 0 && (uint32_t)column < csv->n_fields ? pb_span_trim(csv->field[column]) : (pb_span){"", 0};
}

static bool read_row(const pb_csv *csv, const int at[COLUMNS_N], pb_official_row *out)
{
    int64_t car, lap, ms;
    if (!pb_span_to_i64(cell(csv, at[CAR]), &car) || car < 1 || car > INT16_MAX) return false;
    if (!pb_span_to_i64(cell(csv, at[LAP]), &lap) || lap < 1 || lap > 9999) return false;
    if (pb__cell_ms(cell(csv, at[TIME]), &ms) != PB__CELL_VALUE || ms <= 0 || ms > DAY_MS) return false;
    *out = (pb_official_row){.car = (int32_t)car, .lap = (uint16_t)lap, .time_ms = (int32_t)ms, .end_of_day_ms = -1};
    out->in_pit = pb_span_equal_text(cell(csv, at[IN_PIT]), "B");
    if (pb__cell_ms(cell(csv, at[HOUR]), &ms) == PB__CELL_VALUE && ms >= 0 && ms < DAY_MS)
        out->end_of_day_ms = (int32_t)ms;
    return true;
}

static uint32_t count_lines(pb_span text)
{
    uint32_t n = 1;
    for (size_t i = 0; i < text.len; i++) n += text.at[i] == '\n' || text.at[i] == '\r';
    return n;
}

static pb_status begin(pb_csv *csv, pb_span text, const char *path, pb_arena *spare, int at[COLUMNS_N], pb_error *error)
{
    pb_csv_init(csv, text, ';', spare);
    if (pb_csv_next(csv) != PB_OK) return pb_error_set(error, PB_E_EMPTY, "%s: is empty", path);
    find_columns(csv, at);
    for (int c = CAR; c <= TIME; c++)
        if (at[c] < 0) return pb_error_set(error, PB_E_MISSING, "%s: no column %s in its first line", path, columns[c]);
    return PB_OK;
}

bool pb_official_is(pb_span text)
{
    pb_arena spare;
    pb_csv   csv;
    int      at[COLUMNS_N];
    pb_arena_init(&spare, ROW_ARENA);
    bool is = begin(&csv, text, "", &spare, at, NULL) == PB_OK && at[HOUR] >= 0;
    pb_arena_fini(&spare);
    return is;
}

static pb_status read_rows(pb_csv *csv, const int at[COLUMNS_N], pb_official_row *rows, uint32_t *n, uint32_t *refused)
{
    for (pb_status status; (status = pb_csv_next(csv)) != PB_E_EMPTY;) {
        bool good = status == PB_OK && read_row(csv, at, &rows[*n]);
        *n += good;
        *refused += !good;
    }
    return PB_OK;
}

pb_status pb_official_read(pb_span text, const char *path, pb_arena *arena, pb_official_row **rows, uint32_t *n,
                           uint32_t *refused, pb_error *error)
{
    pb_arena spare;
    pb_csv   csv;
    int      at[COLUMNS_N];
    uint32_t bad = 0, good = 0;

    pb_arena_init(&spare, ROW_ARENA);
    pb_status        status = begin(&csv, text, path, &spare, at, error);
    pb_official_row *list   = NULL;
    if (status == PB_OK) {
        list = pb_arena_take(arena, count_lines(text) * sizeof *list);
        if (!list) status = pb_error_set(error, PB_E_NOMEM, "out of memory");
    }
    if (status == PB_OK) status = read_rows(&csv, at, list, &good, &bad);
    if (status == PB_OK && good == 0) status = pb_error_set(error, PB_E_EMPTY, "%s: no lap can be read", path);
    pb_arena_fini(&spare);
    if (status != PB_OK) return status;
    *rows = list;
    *n    = good;
    if (refused) *refused = bad;
    return PB_OK;
}
