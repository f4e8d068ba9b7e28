/* Cars by key and by team, and whether they race. */
#include <string.h>

#include "pitboard/race_tracker.h"

const pb_live_car *pb_race_car_of(const pb_race_state *state, int16_t key)
{
    for (uint8_t i = 0; i < state->n_cars; i++)
        if (state->cars[i].key == key) return &state->cars[i];
    return NULL;
}

bool pb_live_car_races(const pb_live_car *car)
{
    return car->laps > 0 && car->status != PB_CAR_RETIRED && car->status != PB_CAR_FINISHED &&
           car->status != PB_CAR_DISQUALIFIED;
}

bool pb_live_car_is_out(const pb_live_car *car)
{
    return car->status == PB_CAR_RETIRED || car->status == PB_CAR_DISQUALIFIED;
}

const pb_live_car *pb_race_mate(const pb_race_state *state, const pb_live_car *car)
{
    for (uint8_t k = 0; k < state->n_cars && car->team[0]; k++) {
        const pb_live_car *other = &state->cars[state->order[k]];
        if (other == car || strcmp(other->team, car->team) != 0) continue;
        if (pb_live_car_races(other) && other->status != PB_CAR_STOPPED) return other;
    }
    return NULL;
}
