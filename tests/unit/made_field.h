/* made_field.h - a made-up race of eight cars in four teams for tests of the fit: car c
 * starts c-th, 0.6 s behind the one before, laps alike and stops from MEDIUM to HARD
 * at the end of lap 10 + c, 20 s from the pit entry to the line. What else happens a
 * test writes into it. */
#ifndef PB_MADE_FIELD_H
#define PB_MADE_FIELD_H

#include "pb_test.h"
#include "pitboard/predict.h"

#define FIELD_CARS 8
#define FIELD_LAPS 78
#define FIELD_LAP_MS 80000
#define STOP_TO_LINE_MS 20000

typedef struct made_field {
    pb_race_log   log;
    pb_log_car    car[FIELD_CARS];
    pb_lap        lap[FIELD_CARS][FIELD_LAPS];
    pb_race_spec *spec; /* of the last fit */
} made_field;

static inline void make_field(made_field *m, const char *circuit, int16_t season, uint32_t laps)
{
    memset(m, 0, sizeof *m);
    m->log = (pb_race_log){.season = season, .round = 7, .source = "made.csv", .cars = m->car, .n_cars = FIELD_CARS};
    snprintf(m->log.circuit, sizeof m->log.circuit, "%s", circuit);
    for (uint32_t c = 0; c < FIELD_CARS; c++) {
        uint32_t stop = 10 + c;
        m->car[c]     = (pb_log_car){.laps = m->lap[c], .n_laps = laps, .grid = (uint8_t)(c + 1)};
        snprintf(m->car[c].code, sizeof m->car[c].code, "C%u", c);
        snprintf(m->car[c].team, sizeof m->car[c].team, "Team %u", c / 2);
        for (uint32_t n = 1; n <= laps; n++) {
            int32_t end_ms   = 1000000 + (int32_t)(600 * c + n * FIELD_LAP_MS);
            m->lap[c][n - 1] = (pb_lap){.number        = (uint16_t)n,
                                        .time_ms       = FIELD_LAP_MS,
                                        .session_ms    = end_ms,
                                        .position      = (uint8_t)(c + 1),
                                        .stint         = n > stop ? 2 : 1,
                                        .compound      = n > stop ? PB_COMPOUND_HARD : PB_COMPOUND_MEDIUM,
                                        .pit_in_ms     = n == stop ? end_ms - STOP_TO_LINE_MS : PB_MS_NONE,
                                        .pit_out_ms    = n == stop + 1 ? end_ms - FIELD_LAP_MS + 1000 : PB_MS_NONE,
                                        .tyre_age_laps = (int16_t)(n > stop ? n - stop : n),
                                        .status        = PB_STATUS_BIT_CLEAR,
                                        .accurate      = n != stop && n != stop + 1 && n > 1};
        }
    }
}

/* The car goes into the lane at the end of this lap and is at the line so much later. */
static inline void enter_lane(made_field *m, uint32_t c, uint32_t lap, int32_t to_line_ms)
{
    m->lap[c][lap - 1].pit_in_ms = m->lap[c][lap - 1].session_ms - to_line_ms;
}

static inline void set_status(made_field *m, uint32_t lap, uint8_t status)
{
    for (uint32_t c = 0; c < FIELD_CARS; c++) m->lap[c][lap - 1].status = status;
}

/* The car keeps its first set all along. */
static inline void never_stops(made_field *m, uint32_t c)
{
    for (uint32_t i = 0; i < m->car[c].n_laps; i++) {
        pb_lap *lap        = &m->lap[c][i];
        lap->compound      = PB_COMPOUND_MEDIUM;
        lap->stint         = 1;
        lap->tyre_age_laps = (int16_t)lap->number;
        lap->pit_in_ms = lap->pit_out_ms = PB_MS_NONE;
    }
}

/* At the leader's end of a lap. */
static inline const pb_race_spec *fit_field(made_field *m, uint16_t lap)
{
    pb_error       error   = {0};
    pb_prior      *prior   = malloc(sizeof *prior);
    pb_fit_options options = {.from_lap = lap};
    free(m->spec);
    m->spec = calloc(1, sizeof *m->spec);
    pb_prior_default(prior);
    pb_race_log_cut(&m->log, lap);
    if (pb_fit_race(&m->log, prior, &options, NULL, 0, m->spec, &error) != PB_OK) fail_msg("%s", error.text);
    free(prior);
    return m->spec;
}

#endif
