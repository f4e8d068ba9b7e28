/* row_rivals: tyres and stops of the cars around and of the team mate. */
#include <math.h>

#include "scene.h"

#define NEAR_S 25.0
#define UNDERCUT_LAPS 2

static bool same_compound(const pb__car *a, const pb__car *b)
{
    return pb__last(a)->compound == pb__last(b)->compound;
}

static double age_diff(const pb__car *a, const pb__car *b)
{
    return pb__last_fact(a)->age - pb__last_fact(b)->age;
}

/* What a fresh set would be faster by, a lap: the wear of the stint so far. */
static double fresh_gain_s(const pb_scene *scene, const pb__car *car)
{
    return pb__stint_slope_s(scene, car) * pb__last_fact(car)->stint_laps;
}

static void neighbours(const pb_scene *scene, const pb__car *car, float *out)
{
    double gain             = fresh_gain_s(scene, car);
    out[PB_LF_fresh_gain_s] = (float)gain;
    if (car->ahead >= 0) {
        const pb__car *ahead           = &scene->car[car->ahead];
        out[PB_LF_ahead_age_diff]      = (float)age_diff(car, ahead);
        out[PB_LF_ahead_stops_diff]    = (float)(car->stops - ahead->stops);
        out[PB_LF_ahead_since_stop]    = (float)pb__since_stop(ahead);
        out[PB_LF_ahead_same_compound] = same_compound(car, ahead);
        out[PB_LF_undercut_ahead_s]    = (float)(UNDERCUT_LAPS * gain - pb__gap_s(car, ahead));
    }
    if (car->behind >= 0) {
        const pb__car *behind           = &scene->car[car->behind];
        out[PB_LF_behind_age_diff]      = (float)age_diff(car, behind);
        out[PB_LF_behind_stops_diff]    = (float)(car->stops - behind->stops);
        out[PB_LF_behind_since_stop]    = (float)pb__since_stop(behind);
        out[PB_LF_behind_same_compound] = same_compound(car, behind);
        out[PB_LF_undercut_behind_s]    = (float)(UNDERCUT_LAPS * fresh_gain_s(scene, behind) + pb__gap_s(car, behind));
    }
}

static void team_mate(const pb_scene *scene, const pb__car *car, float *out)
{
    const pb__car *mate = car->mate >= 0 ? &scene->car[car->mate] : NULL;
    if (!mate || !mate->runs) return;
    out[PB_LF_mate_gap_s]      = (float)pb__gap_s(car, mate);
    out[PB_LF_mate_since_stop] = (float)pb__since_stop(mate);
    out[PB_LF_mate_stops_diff] = (float)(car->stops - mate->stops);
    out[PB_LF_mate_age_diff]   = (float)age_diff(car, mate);
    uint8_t on                 = pb__last(mate)->compound;
    if (on >= PB_COMPOUND_SOFT && on <= PB_COMPOUND_WET) out[PB_LF_mate_hardness] = on;
}

void pb__row_rivals(const pb_scene *scene, const pb__car *car, uint32_t index, float *out)
{
    uint32_t near = 0;
    if (!car->runs) return;
    neighbours(scene, car, out);
    team_mate(scene, car, out);
    for (uint32_t c = 0; c < scene->log->n_cars; c++) {
        const pb__car *other = &scene->car[c];
        if (c == index || !other->runs || fabs(pb__gap_s(car, other)) > NEAR_S) continue;
        near += pb__since_stop(other) <= 1;
    }
    out[PB_LF_near_stopped_2] = (float)near;
}
