/* Lap CSV: anything in, no crash; and what is accepted keeps its promises. */
#include <stdlib.h>

#include "pitboard/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_rows(const pb_race_log *log)
{
    PB_ASSERT(log->n_rows == log->n_accepted + log->n_quarantined);
    PB_ASSERT(log->n_cars > 0 && log->n_cars <= PB_CARS_MAX);
    for (uint32_t c = 0; c < log->n_cars; c++)
        for (uint32_t i = 0; i < log->cars[c].n_laps; i++) {
            const pb_lap *lap = &log->cars[c].laps[i];
            PB_ASSERT(lap->number >= 1 && lap->number <= PB_LAPS_MAX && lap->session_ms >= 0);
            PB_ASSERT(lap->time_ms == PB_MS_NONE || lap->time_ms > 0);
            PB_ASSERT(i == 0 || lap->number > lap[-1].number);
        }
}

static void use(pb_race_log *log)
{
    pb_race_outcome  outcome;
    pb_neutral_phase phases[8];
    pb_tyre_stop     stops[8];
    if (pb_race_outcome_of(log, &outcome) != PB_OK) return;
    PB_ASSERT(outcome.laps >= 1 && outcome.laps <= PB_LAPS_MAX);
    for (uint32_t c = 0; c < log->n_cars; c++) (void)pb_car_stops(log, c, &outcome, true, stops, 8);
    uint32_t n = pb_neutral_phases(log, &outcome, phases, 8);
    for (uint32_t i = 0; i < n && i < 8; i++) PB_ASSERT(phases[i].end_ms > phases[i].start_ms);
    pb_race_log_cut(log, (outcome.laps + 1u) / 2);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pb_race_log log;
    pb_error    error;
    pb_span     text = {(const char *)data, size};
    (void)pb_wire_is_laps(text);
    pb_race_log_init(&log);
    if (pb_wire_read_laps(text, "2023_07_spanish.csv", &log, &error) == PB_OK) {
        check_rows(&log);
        use(&log);
    } else {
        PB_ASSERT(log.n_cars == 0 && error.text[0] != '\0');
    }
    pb_race_log_fini(&log);
    return 0;
}
