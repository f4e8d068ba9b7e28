#include "tool_logs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/codec.h"
#include "pitboard/wire.h"

static void die(const char *text)
{
    fprintf(stderr, "%s\n", text);
    exit(1);
}

int tool_year(const char *text)
{
    int64_t year = 0;
    return strlen(text) >= 4 && pb_span_to_i64((pb_span){text, 4}, &year) ? (int)year : 0;
}

static int season_of(const char *path)
{
    const char *name = strrchr(path, '/');
    return tool_year(name ? name + 1 : path);
}

static bool read_one(const char *path, pb_race_log *log)
{
    pb_error error = {0};
    pb_bytes text  = {0};
    pb_race_log_init(log);
    if (pb_file_read(path, 0, &text, &error) != PB_OK ||
        pb_wire_read_laps((pb_span){text.at, text.len}, path, log, &error) != PB_OK) {
        fprintf(stderr, "%s\n", error.text);
        pb_bytes_free(&text);
        return false;
    }
    pb_bytes_free(&text);
    return true;
}

static void set_grids(tool_logs *logs, const char *path)
{
    pb_error     error = {0};
    pb_bytes     text  = {0};
    pb_grid_row *rows  = NULL;
    uint32_t     n     = 0;
    pb_arena     arena;
    pb_arena_init(&arena, 0);
    if (pb_file_read(path, 0, &text, &error) != PB_OK ||
        pb_wire_read_grids((pb_span){text.at, text.len}, path, &arena, &rows, &n, &error) != PB_OK)
        die(error.text);
    for (size_t i = 0; i < logs->n; i++)
        for (uint32_t r = 0; r < n; r++) {
            pb_race_log *log = &logs->log[i];
            if (log->sprint || rows[r].season != log->season || rows[r].round != log->round) continue;
            for (uint32_t c = 0; c < log->n_cars; c++)
                if (strcmp(log->cars[c].code, rows[r].driver) == 0) log->cars[c].grid = rows[r].grid;
        }
    pb_arena_fini(&arena);
    pb_bytes_free(&text);
}

tool_logs tool_logs_read(char *const *paths, size_t n, const char *grids, int from, int to)
{
    tool_logs logs = {.log = calloc(n ? n : 1, sizeof *logs.log)};
    if (!logs.log) die("out of memory");
    for (size_t i = 0; i < n; i++) {
        int season = season_of(paths[i]);
        if (season < from || season > to) continue;
        if (read_one(paths[i], &logs.log[logs.n])) logs.n++;
    }
    if (grids) set_grids(&logs, grids);
    return logs;
}

void tool_logs_free(tool_logs *logs)
{
    for (size_t i = 0; i < logs->n; i++) pb_race_log_fini(&logs->log[i]);
    free(logs->log);
    *logs = (tool_logs){0};
}
