/* history_fixture: races that were never driven, for tests of what is learned
 * from a history: cars of known strength, laps with a little noise, a grid.
 *
 * Car c is driver "D00".., of team c / 2; its laps take 90 s + 0.25 s x strength.
 * Everything follows from the seed. */
#ifndef PB_HISTORY_FIXTURE_H
#define PB_HISTORY_FIXTURE_H

#include <math.h>

#include "pb_test.h"
#include "pitboard/num.h"
#include "pitboard/predict_model.h"

#define MADE_RACES_MAX 80
#define MADE_LAPS 16

typedef struct made_history {
    pb_race_log      log[MADE_RACES_MAX];
    pb_race_outcome  outcome[MADE_RACES_MAX];
    pb_neutral_phase phase[MADE_RACES_MAX][4];
    pb_history_race  race[MADE_RACES_MAX];
    pb_history       history;
} made_history;

typedef struct made_options {
    size_t   races;
    uint32_t cars;
    uint64_t seed;
    double   noise;       /* sd of a race of a car, in strengths */
    double   retire_prob; /* of every car */
    double   sc_prob;     /* a safety car in some lap, for two laps */
    uint32_t per_season;  /* races of a season, from 2020 on */
    bool     no_grid;
} made_options;

static inline double made_normal(uint64_t seed, size_t race, uint32_t car, uint32_t what)
{
    return pb_normal_quantile(pb_uniform(pb_draw(seed, (uint32_t)race, car, what, 7).word[0]));
}

static inline double made_uniform(uint64_t seed, size_t race, uint32_t car, uint32_t what)
{
    return pb_uniform(pb_draw(seed, (uint32_t)race, car, what, 8).word[0]);
}

static inline void made_laps(const made_options *o, size_t k, uint32_t c, double strength, uint32_t sc_lap,
                             pb_race_log *log)
{
    pb_log_car *car  = &log->cars[c];
    double      s    = 3600 + 0.4 * c;
    uint32_t    laps = MADE_LAPS;
    if (made_uniform(o->seed, k, c, 1) < o->retire_prob) laps = 1 + (uint32_t)(made_uniform(o->seed, k, c, 2) * 12);
    car->laps   = pb_arena_take(&log->arena, MADE_LAPS * sizeof *car->laps);
    car->n_laps = laps;
    assert_non_null(car->laps);
    for (uint32_t l = 1; l <= laps; l++) {
        pb_lap *lap   = &car->laps[l - 1];
        bool    slow  = sc_lap > 0 && l >= sc_lap && l < sc_lap + 2;
        double  lap_s = (slow ? 130 : 90) + 0.25 * strength + 0.1 * made_normal(o->seed, k, c, 100 + l);
        s += lap_s;
        *lap = (pb_lap){.number        = (uint16_t)l,
                        .time_ms       = (int32_t)lround(lap_s * 1000),
                        .session_ms    = (int32_t)lround(s * 1000),
                        .start_ms      = PB_MS_NONE,
                        .pit_in_ms     = PB_MS_NONE,
                        .pit_out_ms    = PB_MS_NONE,
                        .sector_ms     = {PB_MS_NONE, PB_MS_NONE, PB_MS_NONE},
                        .stint         = 1,
                        .compound      = PB_COMPOUND_HARD,
                        .tyre_age_laps = (int16_t)l,
                        .fresh         = 1,
                        .status        = slow ? PB_STATUS_BIT_SC : PB_STATUS_BIT_CLEAR,
                        .accurate      = !slow};
    }
}

static inline void made_race(const made_options *o, size_t k, made_history *made)
{
    pb_race_log *log = &made->log[k];
    double       of[PB_CARS_MAX];
    pb_race_log_init(log);
    log->season = (int16_t)(2020 + k / o->per_season);
    log->round  = (int16_t)(1 + k % o->per_season);
    snprintf(log->event, sizeof log->event, "race%zu", k % 6);
    snprintf(log->circuit, sizeof log->circuit, "circuit%zu", k % 6);
    log->cars   = pb_arena_take(&log->arena, o->cars * sizeof *log->cars);
    log->n_cars = o->cars;
    assert_non_null(log->cars);
    uint32_t sc_lap = 0;
    if (made_uniform(o->seed, k, 99, 3) < o->sc_prob) sc_lap = 2 + (uint32_t)(made_uniform(o->seed, k, 99, 4) * 12);
    for (uint32_t c = 0; c < o->cars; c++) of[c] = c - 0.5 * o->cars + o->noise * made_normal(o->seed, k, c, 5);
    for (uint32_t c = 0; c < o->cars; c++) {
        double   grid = c + o->noise * made_normal(o->seed, k, c, 6);
        uint32_t slot = 1;
        for (uint32_t j = 0; j < o->cars; j++) slot += j != c && j + o->noise * made_normal(o->seed, k, j, 6) < grid;
        snprintf(log->cars[c].code, sizeof log->cars[c].code, "D%02u", c % 100);
        snprintf(log->cars[c].team, sizeof log->cars[c].team, "team %u", c / 2);
        log->cars[c].grid = o->no_grid ? 0 : (uint8_t)slot;
        made_laps(o, k, c, of[c], sc_lap, log);
    }
    PB_CHECK_EQ(pb_race_outcome_of(log, &made->outcome[k]), PB_OK);
    uint32_t n    = pb_neutral_phases(log, &made->outcome[k], made->phase[k], 4);
    made->race[k] = (pb_history_race){.log      = log,
                                      .outcome  = &made->outcome[k],
                                      .phases   = made->phase[k],
                                      .n_phases = n < 4 ? n : 4,
                                      .usable   = true,
                                      .has_grid = !o->no_grid};
}

static inline made_history *made_create(const made_options *o)
{
    made_history *made = calloc(1, sizeof *made);
    assert_non_null(made);
    PB_CHECK(o->races <= MADE_RACES_MAX);
    for (size_t k = 0; k < o->races; k++) made_race(o, k, made);
    made->history = (pb_history){.races = made->race, .n = o->races};
    return made;
}

static inline void made_destroy(made_history *made)
{
    for (size_t k = 0; k < made->history.n; k++) pb_race_log_fini(&made->log[k]);
    free(made);
}

/* Race k as its grid showed it: cars, teams and slots, not one lap. */
static inline void made_cut_to_grid(made_history *made, size_t k)
{
    for (uint32_t c = 0; c < made->log[k].n_cars; c++) made->log[k].cars[c].n_laps = 0;
    memset(&made->outcome[k], 0, sizeof made->outcome[k]);
    made->race[k].n_phases = 0;
}

#endif
