/* tyre_fixture.h - made-up races whose tyres are known to the millisecond.
 *
 * Ten cars start 1.5 s apart and are 0.1 s a lap apart in pace. A new medium tyre
 * takes 90 s at lap 0; fuel gives 0.05 s a lap; mediums lose `wear` s a lap of age,
 * hards 0.6 of it and start 0.2 s slower. Odd cars start on mediums and change
 * to hards after lap 12 + car, even cars the other way round. */
#ifndef TYRE_FIXTURE_H
#define TYRE_FIXTURE_H

#include "pb_test.h"

#include "pitboard/num.h"
#include "pitboard/predict_tyre.h"

#define MADE_CARS 10
#define MADE_LAPS 36
#define MADE_FUEL_S (-0.05)
#define MADE_PIT_S 20.0

typedef struct made_race {
    pb_race_log     log;
    pb_log_car      car[MADE_CARS];
    pb_lap          lap[MADE_CARS][MADE_LAPS];
    pb_race_outcome outcome;
} made_race;

static inline double made_lap_s(int car, int lap, int age, bool hard, double wear)
{
    return 90 + 0.1 * (car - 4.5) + MADE_FUEL_S * lap + (hard ? 0.2 : 0) + (hard ? 0.6 : 1) * wear * (age - 1);
}

static inline pb_lap made_lap(int car, int n, double wear, double noise_s, uint64_t seed, int32_t *clock_ms)
{
    int       stop = 12 + car, age = n <= stop ? n : n - stop;
    bool      hard = (car % 2 == 0) == (n <= stop);
    pb_philox draw = pb_draw(seed, (uint32_t)car, (uint32_t)n, 0, 0);
    double    s    = made_lap_s(car, n, age, hard, wear) + noise_s * pb_normal_quantile(pb_uniform(draw.word[0])) +
               (n == 1 ? 6 + 0.4 * (car - 9) : 0) + (n == stop ? MADE_PIT_S : 0);
    int32_t ms = (int32_t)(1000 * s);
    *clock_ms += ms;
    return (pb_lap){.number        = (uint16_t)n,
                    .time_ms       = ms,
                    .session_ms    = *clock_ms,
                    .start_ms      = PB_MS_NONE,
                    .pit_in_ms     = n == stop ? *clock_ms : PB_MS_NONE,
                    .pit_out_ms    = n == stop + 1 ? *clock_ms - ms + 1000 : PB_MS_NONE,
                    .sector_ms     = {PB_MS_NONE, PB_MS_NONE, PB_MS_NONE},
                    .position      = (uint8_t)(car + 1),
                    .stint         = n <= stop ? 1 : 2,
                    .compound      = hard ? PB_COMPOUND_HARD : PB_COMPOUND_MEDIUM,
                    .tyre_age_laps = (int16_t)age,
                    .fresh         = 1,
                    .status        = PB_STATUS_BIT_CLEAR,
                    .accurate      = n > 1 && n != stop && n != stop + 1};
}

static inline void make_race(made_race *m, int season, int round, const char *circuit, double wear, double noise_s)
{
    memset(m, 0, sizeof *m);
    m->log = (pb_race_log){
        .season = (int16_t)season, .round = (int16_t)round, .source = "made", .cars = m->car, .n_cars = MADE_CARS};
    snprintf(m->log.circuit, sizeof m->log.circuit, "%s", circuit);
    for (int c = 0; c < MADE_CARS; c++) {
        int32_t clock_ms = 3600000 + 1500 * c;
        m->car[c]        = (pb_log_car){.laps = m->lap[c], .n_laps = MADE_LAPS, .grid = (uint8_t)(c + 1)};
        snprintf(m->car[c].code, sizeof m->car[c].code, "C%02d", c);
        for (int n = 1; n <= MADE_LAPS; n++)
            m->lap[c][n - 1] = made_lap(c, n, wear, noise_s, (uint64_t)(season * 100 + round), &clock_ms);
    }
    (void)pb_race_outcome_of(&m->log, &m->outcome);
}

#define MADE_RACES 9

/* Three seasons at three circuits: wear 0.04, 0.06, 0.08 s a lap. */
typedef struct made_history {
    made_race       race[MADE_RACES];
    pb_history_race entry[MADE_RACES];
    pb_history      history;
} made_history;

static inline made_history *make_history(void)
{
    static const char *const circuit[] = {"monza", "spa", "suzuka"};
    made_history            *h         = calloc(1, sizeof *h);
    for (int i = 0; i < MADE_RACES; i++) {
        make_race(&h->race[i], 2021 + i / 3, 1 + i % 3, circuit[i % 3], 0.04 + 0.02 * (i % 3), 0.15);
        h->entry[i] = (pb_history_race){.log = &h->race[i].log, .outcome = &h->race[i].outcome, .usable = true};
    }
    h->history = (pb_history){h->entry, MADE_RACES};
    return h;
}

/* The rows of a race that end at most at this moment, as if its file ended there. */
static inline void cut_race(const pb_race_log *log, int32_t max_ms, pb_race_log *out, pb_log_car cars[PB_CARS_MAX])
{
    *out        = *log;
    out->cars   = cars;
    out->n_cars = 0;
    for (uint32_t c = 0; c < log->n_cars; c++) {
        uint32_t n = 0;
        while (n < log->cars[c].n_laps && log->cars[c].laps[n].session_ms <= max_ms) n++;
        if (n == 0) continue;
        cars[out->n_cars]          = log->cars[c];
        cars[out->n_cars++].n_laps = n;
    }
}

#endif
