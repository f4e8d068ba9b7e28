/* truth_sc: when a safety car came out, by the laps of the leader. */
#include "truth_add.h"

#include <string.h>

#define WINDOW_LAPS 3

static const pb_lap *leader_lap(const pb_history_race *race, uint32_t lap)
{
    if (lap < 1 || lap > race->outcome->laps || race->outcome->lead_car[lap] < 0) return NULL;
    const pb_log_car *car = &race->log->cars[race->outcome->lead_car[lap]];
    int32_t           row = pb_lap_row(car, lap);
    return row < 0 ? NULL : &car->laps[row];
}

uint8_t pb__leader_status(const pb_history_race *race, uint32_t lap)
{
    const pb_lap *l = leader_lap(race, lap);
    return l ? l->status : 0;
}

/* Was `a` seen before `b`? Where the order is not known, by the digits. */
static bool seen_before(const pb_lap *lap, char a, char b)
{
    const char *x = strchr(lap->status_order, a), *y = strchr(lap->status_order, b);
    return x && y ? x < y : a < b;
}

static bool begins_under_sc(const pb_lap *lap)
{
    if (lap->status_order[0]) return lap->status_order[0] == '4';
    return (lap->status & PB_STATUS_BIT_SC) && (lap->status & (PB_STATUS_BIT_SC - 1)) == 0;
}

static bool most_on_wets(const pb_race_log *log)
{
    uint32_t cars = 0, wet = 0;
    for (uint32_t c = 0; c < log->n_cars; c++) {
        int32_t row = pb_lap_row(&log->cars[c], 1);
        if (row < 0) continue;
        cars++;
        wet += pb_compound_is_wet((pb_compound)log->cars[c].laps[row].compound);
    }
    return 2 * wet > cars;
}

static bool starts_behind_sc(const pb_history_race *race)
{
    const pb_lap *first = leader_lap(race, 1);
    return first && begins_under_sc(first) && most_on_wets(race->log);
}

static bool slow(const pb_history_race *race, uint32_t lap)
{
    return pb__leader_status(race, lap) & (PB_STATUS_BIT_SC | PB_STATUS_BIT_RED);
}

bool pb__sc_comes_out(const pb_history_race *race, uint32_t lap)
{
    const pb_lap *l = leader_lap(race, lap);
    if (!l || !(l->status & PB_STATUS_BIT_SC) || slow(race, lap - 1)) return false;
    if ((l->status & PB_STATUS_BIT_RED) && !seen_before(l, '4', '5')) return false;
    return lap > 1 || !starts_behind_sc(race);
}

pb_status pb__truth_sc(const pb_history_race *race, pb__truths *out)
{
    if (!race->usable) return PB_OK;
    for (uint32_t l = starts_behind_sc(race) ? 1 : 0; l < race->outcome->laps; l++) {
        pb__truth truth = {.car = -1, .lap = (uint16_t)l, .row = -1, .from = -1};
        if (l > 0 && slow(race, l)) continue;
        for (uint32_t k = 1; k <= WINDOW_LAPS && truth.y == 0; k++) truth.y = pb__sc_comes_out(race, l + k);
        PB_TRY(pb__truths_add(out, &truth));
    }
    return PB_OK;
}
