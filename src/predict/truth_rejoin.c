/* truth_rejoin: the place in which a car that went to the lane under green ends
 * its out-lap. */
#include "truth_add.h"

#define QUIET_AHEAD_MS 40000
#define QUIET_BEHIND_MS 45000

/* Session time at which a car ended a lap that it completed, or PB_MS_NONE. */
static int32_t crossing_ms(const pb_history_race *race, uint32_t car, uint32_t lap)
{
    int32_t row = lap <= race->outcome->car[car].laps_done ? pb_lap_row(&race->log->cars[car], lap) : -1;
    return row >= 0 ? race->log->cars[car].laps[row].session_ms : PB_MS_NONE;
}

uint32_t pb__running_place(const pb_history_race *race, uint32_t car, uint32_t lap)
{
    int32_t  at    = crossing_ms(race, car, lap);
    uint32_t place = 1;
    if (at == PB_MS_NONE) return 0;
    for (uint32_t c = 0; c < race->log->n_cars; c++) {
        int32_t other = c == car ? PB_MS_NONE : crossing_ms(race, c, lap);
        place += other != PB_MS_NONE && other < at;
    }
    return place;
}

static bool enters_lane(const pb_log_car *car, uint32_t lap)
{
    int32_t row = pb_lap_row(car, lap);
    return row >= 0 && car->laps[row].pit_in_ms != PB_MS_NONE;
}

/* Nobody around it stops on this lap or the next. */
static bool is_quiet(const pb_race_log *log, uint32_t car, uint32_t lap)
{
    int32_t at = log->cars[car].laps[pb_lap_row(&log->cars[car], lap - 1)].session_ms;
    for (uint32_t c = 0; c < log->n_cars; c++) {
        int32_t row = c == car ? -1 : pb_lap_row(&log->cars[c], lap - 1);
        if (row < 0) continue;
        int64_t behind = (int64_t)log->cars[c].laps[row].session_ms - at;
        if (behind <= -QUIET_AHEAD_MS || behind >= QUIET_BEHIND_MS) continue;
        if (enters_lane(&log->cars[c], lap) || enters_lane(&log->cars[c], lap + 1)) return false;
    }
    return true;
}

static pb_status add_visit(const pb_history_race *race, const pb__truth *visit, pb__truths *out)
{
    const pb_log_car *car  = &race->log->cars[visit->car];
    pb__truth         here = *visit;
    if (visit->lap < 2 || visit->lap + 1u > race->outcome->laps || pb_lap_row(car, visit->lap - 1u) < 0) return PB_OK;
    uint32_t place = pb__running_place(race, (uint32_t)visit->car, visit->lap + 1u);
    if (place == 0) return PB_OK;
    here.y    = place;
    here.bits = (uint8_t)((pb__race_is_dry(race->log) ? PB__TRUTH_DRY : 0) |
                          (is_quiet(race->log, (uint32_t)visit->car, visit->lap) ? PB__TRUTH_QUIET : 0));
    return pb__truths_add(out, &here);
}

pb_status pb__truth_rejoin(const pb_history_race *race, pb__truths *out)
{
    pb__truths visits = {0};
    pb_status  status = pb__truth_pitstop(race, &visits);
    for (size_t i = 0; i < visits.n && status == PB_OK; i++) status = add_visit(race, &visits.at[i], out);
    pb__truths_fini(&visits);
    return status;
}
