/* pitcall_next: the next stop of a car, seen from where it is now.
 *
 * The hazard of one lap ahead cannot be driven on: what the field does meanwhile
 * is not known. So a forest is learned for it: from what was seen at a lap (by
 * clock) and how far ahead is asked, the chance that a car which has not stopped
 * until then stops on a green track. A stop under a neutralisation ends the
 * observation: that choice is another one (policy.cheap_*). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/num.h"
#include "pitcall.h"
#include "truth.h"

#define FOREST "next_stop"
#define FIRST_LAP 3
#define STEP_LAPS 7 /* from one origin to the next */
#define KEEP 4      /* of the laps without a stop one in so many is learned from */
#define STOPS_MIN 200

typedef struct sample {
    float *x, *y, *w;
    size_t n, cap;
} sample;

static bool reserve(sample *s)
{
    if (s->n < s->cap) return true;
    size_t cap = s->cap ? 2 * s->cap : 16384;
    float *x   = realloc(s->x, cap * PB__PITCALL_NEXT_N * sizeof *x);
    if (x) s->x = x;
    float *y = realloc(s->y, cap * sizeof *y);
    if (y) s->y = y;
    float *w = realloc(s->w, cap * sizeof *w);
    if (w) s->w = w;
    if (!x || !y || !w) return false;
    s->cap = cap;
    return true;
}

void pb__pitcall_next_row(const float x[PB__PITCALL_N], uint32_t ahead, uint32_t laps, float out[PB__PITCALL_NEXT_N])
{
    float lap = x[PB__PF_lap] + (float)ahead;
    memcpy(out, x, PB__PITCALL_N * sizeof *out);
    out[PB__PITCALL_N]     = (float)ahead;
    out[PB__PITCALL_N + 1] = x[PB__PF_tyre_age_laps] + (float)ahead;
    out[PB__PITCALL_N + 2] = (float)laps - lap;
    out[PB__PITCALL_N + 3] = lap / (float)laps;
}

/* The stop after this lap; NULL when there is none. */
static const pb_tyre_stop *next_after(const pb_tyre_stop *stops, uint32_t n, uint32_t lap)
{
    for (uint32_t i = 0; i < n; i++)
        if (stops[i].in_lap > lap) return &stops[i];
    return NULL;
}

/* Lap after lap from one origin, to the next stop or as far as the car got. */
static bool add_ahead(const pb_history_race *race, uint32_t car, const float x[PB__PITCALL_N], uint32_t laps, sample *s)
{
    pb_tyre_stop        stops[64];
    uint32_t            n    = pb_car_stops(race->log, car, race->outcome, true, stops, 64);
    uint32_t            from = (uint32_t)x[PB__PF_lap], last = race->outcome->car[car].laps_done;
    const pb_tyre_stop *stop = next_after(stops, n < 64 ? n : 64, from);
    if (last >= laps) last = laps - 1;
    for (uint32_t lap = from + 1; lap <= last && (!stop || lap <= stop->in_lap); lap++) {
        bool stops_here = stop && lap == stop->in_lap;
        if (stops_here && stop->neutral) break;
        if (!stops_here && pb_draw(1, from, car, lap, (uint32_t)race->log->round).word[0] % KEEP != 0) continue;
        if (!reserve(s)) return false;
        pb__pitcall_next_row(x, lap - from, laps, s->x + s->n * PB__PITCALL_NEXT_N);
        s->y[s->n]   = stops_here;
        s->w[s->n++] = stops_here ? 1 : KEEP;
    }
    return true;
}

static pb_status add_race(const pb_history_race *race, sample *s)
{
    pb_scene *scene = NULL;
    int       laps  = pb_scheduled_laps(race->log->circuit, race->log->season, race->log->sprint);
    bool      ok    = true;
    if (race->log->sprint || laps <= 0) return PB_OK;
    pb_status status = pb_scene_create(race->log, NULL, &scene, NULL);
    for (uint16_t lap = FIRST_LAP; status == PB_OK && ok && lap + STEP_LAPS < laps; lap = (uint16_t)(lap + STEP_LAPS))
        for (uint32_t c = 0; c < race->log->n_cars && ok; c++) {
            int32_t row = pb_lap_row(&race->log->cars[c], lap);
            float   full[PB_LF_N], x[PB__PITCALL_N];
            if (row < 0 || race->log->cars[c].laps[row].pit_in_ms != PB_MS_NONE) continue;
            pb_scene_look(scene, lap, race->log->cars[c].laps[row].session_ms);
            if (!pb_scene_row(scene, c, full)) continue;
            pb__pitcall_pick(full, x);
            ok = add_ahead(race, c, x, (uint32_t)laps, s);
        }
    pb_scene_destroy(scene);
    return ok ? status : PB_E_NOMEM;
}

pb_status pb__pitcall_learn_next(const pb_history *past, const pb_learn_options *options, pb_model *model,
                                 pb_error *error)
{
    sample    s      = {0};
    pb_status status = PB_OK;
    double    stops = 0, all = 0;
    for (size_t r = 0; r < past->n && status == PB_OK; r++) status = add_race(&past->races[r], &s);
    for (size_t i = 0; i < s.n; i++) {
        stops += (double)s.y[i];
        all += (double)s.w[i];
    }
    if (status != PB_OK) pb_error_set(error, status, "pit call: no memory for the stops ahead of %zu races", past->n);
    if (status == PB_OK && stops >= STOPS_MIN) {
        pb_tree_options o      = pb__pitcall_tree_options(stops / all, options);
        pb_tree_rows    rows   = {.x = s.x, .y = s.y, .w = s.w, .n = s.n, .k = PB__PITCALL_NEXT_N};
        pb_forest      *forest = NULL;
        o.rounds               = options->quick ? 50 : 150; /* neighbouring laps are much alike */
        o.rate                 = options->quick ? 0.15 : 0.06;
        o.min_weight           = 20;
        status                 = pb_forest_train(&rows, &o, &forest, NULL, error);
        if (status == PB_OK) status = pb_model_put_forest(model, FOREST, forest, error);
    }
    free(s.x);
    free(s.y);
    free(s.w);
    return status;
}

bool pb__pitcall_next_chance(const pb_model *model, const float x[PB__PITCALL_N], uint32_t ahead, uint32_t laps,
                             double *p)
{
    float            row[PB__PITCALL_NEXT_N];
    const pb_forest *forest = pb_model_forest(model, FOREST);
    if (!forest || pb_forest_features(forest) != PB__PITCALL_NEXT_N || pb_forest_classes(forest) != 1) return false;
    pb__pitcall_next_row(x, ahead, laps, row);
    pb_forest_predict(forest, row, p);
    return true;
}
