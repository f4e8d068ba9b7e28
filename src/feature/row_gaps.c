/* row_gaps: where the car is among the others. */
#include <math.h>

#include "scene.h"

#define DIRTY_MS 1500
#define DIRTY_LAPS 5

static double gap_to(const pb_scene *scene, const pb__car *car, int32_t other)
{
    return other < 0 ? NAN : pb__gap_s(car, &scene->car[other]);
}

/* Gap now less the gap two laps ago; with sign so that less is nearer. */
static double closing(const pb__car *car, const pb__car *other)
{
    uint16_t x = pb__last(car)->number, y = pb__last(other)->number, lap = x < y ? x : y;
    if (lap < 3) return NAN;
    return fabs(pb__gap_at_s(car, other, lap)) - fabs(pb__gap_at_s(car, other, lap - 2u));
}

/* Share of the last laps that began close behind somebody who was on his way too. */
static double dirty_share(const pb_scene *scene, const pb__car *car)
{
    uint32_t laps = 0, dirty = 0;
    for (uint32_t i = car->n; i-- > 0 && laps < DIRTY_LAPS; laps++) {
        int32_t at = car->row[i].session_ms;
        for (uint32_t c = 0; c < scene->log->n_cars; c++) {
            const pb__car *other = &scene->car[c];
            int32_t        k     = pb__row_of(other, car->row[i].number);
            if (k < 0 || other == car) continue;
            int32_t ahead_ms = at - other->row[k].session_ms;
            if (ahead_ms < 0 || ahead_ms > DIRTY_MS || other->row[k].pit_in_ms != PB_MS_NONE) continue;
            dirty++;
            break;
        }
    }
    return laps ? (double)dirty / laps : NAN;
}

/* Running cars that crossed the line before this car at the end of a lap. */
static int32_t crossed_before(const pb_scene *scene, const pb__car *car, uint32_t lap)
{
    int32_t n = 0;
    for (uint32_t k = 0; k < scene->n_order; k++) n += pb__gap_at_s(car, &scene->car[scene->order[k]], lap) > 0;
    return n;
}

static void places_part(const pb_scene *scene, const pb__car *car, float *out)
{
    uint16_t lap = pb__last(car)->number;
    if (lap < 2 || pb__row_of(car, lap - 1u) < 0) return;
    out[PB_LF_places_lost] = (float)(crossed_before(scene, car, lap) - crossed_before(scene, car, lap - 1u));
}

void pb__row_gaps(const pb_scene *scene, const pb__car *car, uint32_t index, float *out)
{
    (void)index;
    out[PB_LF_dirty_air_share] = (float)dirty_share(scene, car);
    if (!car->runs) return;
    places_part(scene, car, out);
    const pb__car *leader   = &scene->car[scene->order[0]];
    out[PB_LF_gap_leader_s] = (float)pb__gap_s(car, leader);
    out[PB_LF_laps_down]    = (float)(pb__last(leader)->number - pb__last(car)->number);
    out[PB_LF_gap_ahead_s]  = (float)gap_to(scene, car, car->ahead);
    out[PB_LF_gap_behind_s] = (float)-gap_to(scene, car, car->behind);
    if (car->ahead >= 0) {
        const pb__car *ahead       = &scene->car[car->ahead];
        out[PB_LF_closing_ahead_s] = (float)closing(car, ahead);
        out[PB_LF_gap_ahead2_s]    = (float)gap_to(scene, car, ahead->ahead);
    }
    if (car->behind >= 0) {
        const pb__car *behind       = &scene->car[car->behind];
        out[PB_LF_closing_behind_s] = (float)closing(car, behind);
        out[PB_LF_gap_behind2_s]    = (float)-gap_to(scene, car, behind->behind);
    }
}
