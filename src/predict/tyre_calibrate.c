/* tyre_calibrate: is the wear that a filter foretells as certain as it says? Laps
 * five and fifteen laps on are compared with what was foretold. What is wrong
 * after five laps is mostly noise of laps; what is added in the ten laps between
 * is wear. One factor for each: noise, so that four in five laps of the near ones
 * lie between the tenth and the ninetieth percentile, wear, so that four in five of
 * the far ones do. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tyre_noise.h"

#define NEAR 5
#define FAR 15
#define RING (FAR + 1)
#define FIRST_LAP 5
#define Z80 1.2815515655446004
#define LEAST_LAPS 200

/* What was foretold for a car's lap, near and far. */
typedef struct foretold {
    uint16_t lap, stint_laps; /* 0 nothing */
    double   mean_s, var_s2, wear_var_s2;
} foretold;

typedef foretold ring[2][RING];

typedef struct compared {
    pb__said_wear *at;
    size_t         n, cap;
} compared;

static void keep(compared *c, const pb__said_wear *one)
{
    if (c->n == c->cap) {
        size_t         cap = c->cap ? 2 * c->cap : 1024;
        pb__said_wear *at  = realloc(c->at, cap * sizeof *at);
        if (!at) return;
        c->at  = at;
        c->cap = cap;
    }
    c->at[c->n++] = *one;
}

static void foretell(const pb_tyre_filter *f, uint32_t car, uint16_t ahead, foretold *to)
{
    const pb__tyre_car *k = &f->car[car];
    foretold           *t = &to[(k->last.number + ahead) % RING];
    double              drop, noise, scale = f->prior.life_scale;
    t->lap = 0;
    if (!k->last_used || k->stint_laps < FIRST_LAP || !pb__tyre_ahead(f, car, ahead, &t->mean_s, &t->var_s2, &noise))
        return;
    pb__tyre_drop(f, car, ahead, &drop, &t->wear_var_s2);
    t->wear_var_s2 /= scale * scale;
    t->var_s2 += noise - t->wear_var_s2;
    t->lap        = (uint16_t)(k->last.number + ahead);
    t->stint_laps = (uint16_t)(k->stint_laps + ahead);
}

/* A lap in clear air that was foretold. */
static void compare(const pb_tyre_filter *f, uint32_t car, double gap_s, bool far, const foretold *from, compared *out)
{
    const pb__tyre_car *k = &f->car[car];
    const foretold     *t = &from[k->last.number % RING];
    if (t->lap != k->last.number || t->stint_laps != k->stint_laps || k->lapped_by || !(gap_s > 2)) return;
    if (!pb_lap_is_clean(&k->last) || k->since_neutral <= (far ? FAR : NEAR)) return;
    pb__said_wear one = {k->last.time_ms * 1e-3 - t->mean_s, fmax(t->var_s2, 1e-4), t->wear_var_s2, far};
    keep(out, &one);
}

pb_status pb__tyre_compare(pb_tyre_filter *f, const pb_race_log *log, pb__said_wear **said, size_t *n, pb_error *error)
{
    compared       c        = {*said, *n, *n};
    size_t         rows     = 0;
    ring          *car_ring = calloc(PB_CARS_MAX, sizeof *car_ring);
    pb__lap_event *all      = pb__lap_events(log, PB_LAPS_MAX, INT32_MAX, &rows);
    if (!car_ring || !all) {
        free(car_ring);
        free(all);
        return pb_error_set(error, PB_E_NOMEM, "%s: out of memory", log->source);
    }
    for (size_t i = 0; i < rows; i++) {
        uint32_t car   = all[i].car;
        double   gap_s = f->car[car].gap_s == f->car[car].gap_s ? f->car[car].gap_s : 99;
        if (pb_tyre_filter_lap(f, car, &log->cars[car].laps[all[i].row], NULL) != PB_OK) continue;
        for (int far = 0; far < 2; far++) {
            compare(f, car, gap_s, far, car_ring[car][far], &c);
            foretell(f, car, far ? FAR : NEAR, car_ring[car][far]);
        }
    }
    free(car_ring);
    free(all);
    *said = c.at;
    *n    = c.n;
    return PB_OK;
}

double pb__tyre_coverage(const pb__said_wear *said, size_t n, bool far, double noise, double wear)
{
    size_t in = 0, all = 0;
    for (size_t i = 0; i < n; i++) {
        if (said[i].far != far) continue;
        double sd = sqrt(noise * noise * said[i].var_s2 + wear * wear * said[i].wear_var_s2);
        in += fabs(said[i].off_s) <= Z80 * sd;
        all++;
    }
    return all ? (double)in / (double)all : 0;
}

/* The factor in [0.3, 4] that makes the coverage 0.8, the other one given. */
static double solve(const pb__said_wear *said, size_t n, bool far, double noise, double wear)
{
    double lo = 0.3, hi = 4;
    for (int i = 0; i < 30; i++) {
        double mid = 0.5 * (lo + hi);
        if (pb__tyre_coverage(said, n, far, far ? noise : mid, far ? mid : wear) < 0.8)
            lo = mid;
        else
            hi = mid;
    }
    return 0.5 * (lo + hi);
}

double pb__tyre_life_scale(const pb__said_wear *said, size_t n, double *noise)
{
    double wear = 1;
    *noise      = 1;
    if (n < LEAST_LAPS) return 1;
    for (int i = 0; i < 8; i++) {
        *noise = solve(said, n, false, *noise, wear);
        wear   = solve(said, n, true, *noise, wear);
    }
    return wear;
}
