/* Grids and status feeds: anything in, no crash; what is accepted lies in its ranges. */
#include <stdlib.h>
#include <string.h>

#include "pitboard/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PHASES 8
#define LAP_MS 90000

static void grids(pb_span text)
{
    pb_grid_row *rows = NULL;
    uint32_t     n    = 0;
    pb_error     error;
    pb_arena     arena;
    memset(&error, 0, sizeof error);
    pb_arena_init(&arena, 0);
    if (pb_wire_read_grids(text, "grids.csv", &arena, &rows, &n, &error) != PB_OK && error.text[0] == '\0') abort();
    for (uint32_t i = 0; i < n; i++)
        if (rows[i].season < 1950 || rows[i].round < 1 || rows[i].grid > 99 || rows[i].driver[0] == '\0') abort();
    pb_arena_fini(&arena);
}

/* A race of ten laps that starts a minute into the session. */
static void ten_laps(pb_race_outcome *out)
{
    memset(out, 0, sizeof *out);
    out->laps     = 10;
    out->start_ms = 60000;
    for (int lap = 0; lap <= PB_LAPS_MAX; lap++) {
        out->lead_ms[lap]  = lap >= 1 && lap <= 10 ? out->start_ms + lap * LAP_MS : PB_MS_NONE;
        out->lead_car[lap] = -1;
    }
    out->flag_ms = out->lead_ms[10];
}

static void status_feed(pb_span text)
{
    static pb_race_outcome outcome; /* large */
    pb_neutral_phase       phases[PHASES];
    uint32_t               n = 0;
    pb_error               error;
    memset(&error, 0, sizeof error);
    ten_laps(&outcome);
    if (pb_wire_read_track_status(text, "status.csv", &outcome, phases, PHASES, &n, &error) != PB_OK &&
        error.text[0] == '\0')
        abort();
    for (uint32_t i = 0; i < n && i < PHASES; i++)
        if (phases[i].start_ms < outcome.start_ms || phases[i].end_ms > outcome.flag_ms ||
            phases[i].end_ms <= phases[i].start_ms || phases[i].end_progress < phases[i].start_progress)
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pb_span text = {(const char *)data, size};
    grids(text);
    status_feed(text);
    return 0;
}
