/* row_tyres: the race, the set on the car, and what the rules still ask. */
#include <math.h>

#include "scene.h"

static void race_part(const pb_scene *scene, const pb__car *car, uint32_t index, float *out)
{
    const pb_lap *last = pb__last(car);
    out[PB_LF_lap]     = last->number;
    if (scene->scheduled > 0) {
        out[PB_LF_laps_to_go] = (float)(scene->scheduled - last->number);
        out[PB_LF_race_share] = (float)last->number / (float)scene->scheduled;
    }
    if (car->place > 0) out[PB_LF_position] = car->place;
    if (scene->log->cars[index].grid > 0) out[PB_LF_grid] = scene->log->cars[index].grid;
    out[PB_LF_cars_running] = (float)scene->n_running;
}

static void compound_part(const pb_lap *last, const pb__fact *fact, float *out)
{
    uint8_t on = last->compound;
    if (on != PB_COMPOUND_UNKNOWN) {
        out[PB_LF_soft]   = on == PB_COMPOUND_SOFT || (on >= PB_COMPOUND_HYPERSOFT && on <= PB_COMPOUND_SUPERSOFT);
        out[PB_LF_medium] = on == PB_COMPOUND_MEDIUM;
        out[PB_LF_hard]   = on == PB_COMPOUND_HARD || on == PB_COMPOUND_SUPERHARD;
        out[PB_LF_intermediate] = on == PB_COMPOUND_INTERMEDIATE;
        out[PB_LF_wet]          = on == PB_COMPOUND_WET;
    }
    if (last->compound_name[0] == 'C' && last->compound_name[1] >= '0' && last->compound_name[1] <= '9')
        out[PB_LF_hardness] = (float)(last->compound_name[1] - '0');
    out[PB_LF_used_soft]   = (fact->used >> PB_COMPOUND_SOFT) & 1;
    out[PB_LF_used_medium] = (fact->used >> PB_COMPOUND_MEDIUM) & 1;
    out[PB_LF_used_hard]   = (fact->used >> PB_COMPOUND_HARD) & 1;
    out[PB_LF_used_rain]   = ((fact->used >> PB_COMPOUND_INTERMEDIATE) & 3) != 0;
}

/* Two dry compounds are owed unless rain tyres were used. */
static bool owes(const pb__fact *fact)
{
    int dry = fact->used & (1 << PB_COMPOUND_SOFT | 1 << PB_COMPOUND_MEDIUM | 1 << PB_COMPOUND_HARD);
    return dry == fact->used && (dry & (dry - 1)) == 0;
}

void pb__row_tyres(const pb_scene *scene, const pb__car *car, uint32_t index, float *out)
{
    const pb_lap   *last = pb__last(car);
    const pb__fact *fact = pb__last_fact(car);
    race_part(scene, car, index, out);
    compound_part(last, fact, out);
    out[PB_LF_tyre_age_laps] = fact->age;
    out[PB_LF_stint_laps]    = fact->stint_laps;
    if (last->fresh >= 0) out[PB_LF_set_new] = last->fresh;
    if (scene->scheduled > 0) {
        out[PB_LF_age_share]   = (float)fact->age / (float)scene->scheduled;
        out[PB_LF_stint_share] = (float)fact->stint_laps / (float)scene->scheduled;
    }
    out[PB_LF_stops_done]      = car->stops;
    out[PB_LF_in_lane]         = last->pit_in_ms != PB_MS_NONE;
    out[PB_LF_compounds_owed]  = owes(fact);
    out[PB_LF_stopped_neutral] = fact->fitted_neutral;
    out[PB_LF_warm_up_s]       = (float)scene->warm_up_s;
    const float *practice      = scene->context.practice_s;
    if (practice) out[PB_LF_practice_s] = practice[index];
}
