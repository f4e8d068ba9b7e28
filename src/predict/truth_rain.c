/* truth_rain: when the field went from slicks to wet tyres or back. */
#include <math.h>

#include "rain.h"
#include "truth_add.h"

double pb__wet_share(const pb_race_log *log, uint32_t lap)
{
    double cars = 0, wet = 0;
    for (uint32_t c = 0; c < log->n_cars; c++) {
        int32_t row = pb_lap_row(&log->cars[c], lap);
        if (row < 0) continue;
        cars += 1;
        wet += pb_compound_is_wet((pb_compound)log->cars[c].laps[row].compound);
    }
    return cars > 0 ? wet / cars : NAN;
}

pb_status pb__truth_rain(const pb_history_race *race, pb__truths *out)
{
    if (!race->usable) return PB_OK;
    for (uint32_t l = 1; l < race->outcome->laps; l++) {
        bool      wet   = pb__wet_share(race->log, l) > 0.5;
        pb__truth truth = {.car = -1, .lap = (uint16_t)l, .row = -1, .from = -1};
        for (uint32_t k = l + 1; k <= l + PB__RAIN_WINDOW_LAPS && k <= race->outcome->laps; k++)
            if ((pb__wet_share(race->log, k) > 0.5) != wet) truth.y = 1;
        PB_TRY(pb__truths_add(out, &truth));
    }
    return PB_OK;
}
