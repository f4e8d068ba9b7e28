/* row_field: what the others have done with their tyres in this race. */
#include <math.h>

#include "scene.h"

static void stops_part(const pb_scene *scene, const pb__car *car, float *out)
{
    uint32_t more = 0, one = 0, three = 0;
    for (uint32_t k = 0; k < scene->n_order; k++) {
        const pb__car *other = &scene->car[scene->order[k]];
        double         since = pb__since_stop(other);
        more += other->stops > car->stops;
        one += since < 1;
        three += since < 3;
    }
    float n                       = (float)(scene->n_running ? scene->n_running : 1);
    out[PB_LF_stops_field_diff]   = (float)(scene->stops_mean - car->stops);
    out[PB_LF_stopped_more_share] = (float)more / n;
    out[PB_LF_field_stops_1]      = (float)one / n;
    out[PB_LF_field_stops_3]      = (float)three / n;
}

/* At which age others took this compound off. */
static void off_part(const pb_scene *scene, const pb__car *car, float *out)
{
    double   sum = 0;
    uint32_t n   = 0;
    for (uint32_t c = 0; c < scene->log->n_cars; c++) {
        const pb__car *other = &scene->car[c];
        for (uint32_t k = 0; k < other->n_visits && other != car; k++) {
            const pb__visit *v = &other->visit[k];
            if (!v->stop || v->off != pb__last(car)->compound) continue;
            sum += v->age;
            n++;
        }
    }
    out[PB_LF_off_n] = (float)n;
    if (n == 0) return;
    out[PB_LF_off_age]      = (float)(sum / n);
    out[PB_LF_off_age_diff] = (float)(pb__last_fact(car)->age - sum / n);
}

static void age_part(const pb_scene *scene, const pb__car *car, float *out)
{
    uint32_t older = 0, same_older = 0, same = 0;
    for (uint32_t k = 0; k < scene->n_order; k++) {
        const pb__car *other = &scene->car[scene->order[k]];
        if (other == car) continue;
        bool is_older = pb__last_fact(other)->age > pb__last_fact(car)->age;
        bool on_same  = pb__last(other)->compound == pb__last(car)->compound;
        older += is_older;
        same += on_same;
        same_older += is_older && on_same;
    }
    if (scene->n_order > 1) out[PB_LF_age_rank] = (float)older / (float)(scene->n_order - 1);
    if (same > 0) out[PB_LF_older_share] = (float)same_older / (float)same;
}

/* The visit with which a car made its k-th stop, NULL if not seen as one. */
static const pb__visit *stop_number(const pb__car *car, uint32_t k)
{
    for (uint32_t i = 0; i < car->n_visits; i++)
        if (car->visit[i].stop && car->fact[car->visit[i].row].sets == k) return &car->visit[i];
    return NULL;
}

/* Cars that were where this one is: as many stops, the same compound. */
static void alike_part(const pb_scene *scene, const pb__car *car, float *out)
{
    uint32_t left = 0, then = 0, gone = 0, sets = pb__last_fact(car)->sets;
    int32_t  first = INT32_MAX;
    for (uint32_t c = 0; c < scene->log->n_cars; c++) {
        const pb__car *other = &scene->car[c];
        if (other == car || other->n == 0) continue;
        const pb__visit *v = stop_number(other, sets);
        bool             here =
            other->runs && pb__last_fact(other)->sets == sets && pb__last(other)->compound == pb__last(car)->compound;
        bool from = v && v->off == pb__last(car)->compound;
        bool late = from && other->runs && v->lap + 3 > pb__last(other)->number;
        left += here && !v;
        then += (here && !v) || late;
        gone += late;
        if (from && !v->neutral && v->lap < first) first = v->lap;
    }
    out[PB_LF_alike_left] = (float)left;
    if (then > 0) out[PB_LF_alike_stops_3] = (float)gone / (float)then;
    if (first != INT32_MAX) out[PB_LF_window_laps] = (float)(pb__last(car)->number - first);
}

/* What others fitted in its place. */
static void next_part(const pb_scene *scene, const pb__car *car, float *out)
{
    uint32_t on[PB_COMPOUND_N] = {0}, n = 0;
    for (uint32_t c = 0; c < scene->log->n_cars; c++) {
        const pb__car *other = &scene->car[c];
        for (uint32_t k = 0; k < other->n_visits && other != car; k++) {
            const pb__visit *v = &other->visit[k];
            if (!v->stop || !v->seen || v->off != pb__last(car)->compound) continue;
            on[v->on]++;
            n++;
        }
    }
    if (n == 0) return;
    out[PB_LF_next_soft]         = (float)on[PB_COMPOUND_SOFT] / (float)n;
    out[PB_LF_next_medium]       = (float)on[PB_COMPOUND_MEDIUM] / (float)n;
    out[PB_LF_next_hard]         = (float)on[PB_COMPOUND_HARD] / (float)n;
    out[PB_LF_next_intermediate] = (float)on[PB_COMPOUND_INTERMEDIATE] / (float)n;
    out[PB_LF_next_wet]          = (float)on[PB_COMPOUND_WET] / (float)n;
}

void pb__row_field(const pb_scene *scene, const pb__car *car, uint32_t index, float *out)
{
    (void)index;
    stops_part(scene, car, out);
    off_part(scene, car, out);
    age_part(scene, car, out);
    next_part(scene, car, out);
    alike_part(scene, car, out);
    out[PB_LF_fitted_soft]         = (float)scene->fitted[PB_COMPOUND_SOFT];
    out[PB_LF_fitted_medium]       = (float)scene->fitted[PB_COMPOUND_MEDIUM];
    out[PB_LF_fitted_hard]         = (float)scene->fitted[PB_COMPOUND_HARD];
    out[PB_LF_fitted_intermediate] = (float)scene->fitted[PB_COMPOUND_INTERMEDIATE];
    out[PB_LF_fitted_wet]          = (float)scene->fitted[PB_COMPOUND_WET];
}
