/* truth_place: who finished where, asked before the start and after laps of the
 * leader. */
#include "truth_add.h"

#define LAP_STEP 10

/* part percent of the distance, half to even. */
static uint32_t share_of(uint32_t laps, uint32_t part)
{
    uint32_t whole = laps * part / 100, rest = laps * part % 100;
    return whole + (rest > 50 || (rest == 50 && whole % 2 == 1));
}

uint32_t pb__live_laps(uint32_t laps, uint16_t out[PB_LAPS_MAX])
{
    uint32_t n = 0;
    for (uint32_t l = 1; l < laps; l++)
        if (l % LAP_STEP == 0 || l == share_of(laps, 25) || l == share_of(laps, 50) || l == share_of(laps, 75))
            out[n++] = (uint16_t)l;
    return n;
}

uint8_t pb__place_of(const pb_history_race *race, uint32_t c, bool official)
{
    if (official || race->unplaced[c]) return official ? race->official[c] : 0;
    uint8_t place = race->outcome->car[c].place;
    for (uint32_t o = 0; o < race->log->n_cars; o++)
        place = (uint8_t)(place - (race->unplaced[o] && race->outcome->car[o].place < race->outcome->car[c].place));
    return place;
}

static uint8_t placed_cars(const pb_history_race *race, bool official)
{
    uint8_t n = 0;
    for (uint32_t c = 0; c < race->log->n_cars; c++) n = (uint8_t)(n + (pb__place_of(race, c, official) > 0));
    return n;
}

static pb__truth place_truth(const pb_history_race *race, uint32_t c, uint32_t lap, bool official)
{
    return (pb__truth){.car    = (int16_t)c,
                       .lap    = (uint16_t)lap,
                       .row    = -1,
                       .from   = -1,
                       .y      = pb__place_of(race, c, official),
                       .n_cars = placed_cars(race, official),
                       .bits   = race->outcome->car[c].took_flag ? PB__TRUTH_TOOK_FLAG : 0};
}

pb_status pb__truth_forecast(const pb_history_race *race, bool official, pb__truths *out)
{
    if (!race->usable || !race->has_grid) return PB_OK;
    for (uint32_t c = 0; c < race->log->n_cars; c++) {
        pb__truth truth = place_truth(race, c, 0, official);
        if (truth.y > 0) PB_TRY(pb__truths_add(out, &truth));
    }
    return PB_OK;
}

pb_status pb__truth_live(const pb_history_race *race, bool official, pb__truths *out)
{
    uint16_t laps[PB_LAPS_MAX];
    if (!race->usable) return PB_OK;
    uint32_t n = pb__live_laps(race->outcome->laps, laps);
    for (uint32_t k = 0; k < n; k++) {
        int32_t  now = race->outcome->lead_ms[laps[k]];
        unsigned at  = laps[k] == share_of(race->outcome->laps, 75)   ? PB__TRUTH_AT75
                       : laps[k] == share_of(race->outcome->laps, 50) ? PB__TRUTH_AT50
                       : laps[k] == share_of(race->outcome->laps, 25) ? PB__TRUTH_AT25
                                                                      : 0;
        for (uint32_t c = 0; c < race->log->n_cars && now != PB_MS_NONE; c++) {
            pb__truth truth = place_truth(race, c, laps[k], official);
            truth.bits |= (uint8_t)at;
            if (truth.y > 0 && pb__still_running(&race->log->cars[c], now)) PB_TRY(pb__truths_add(out, &truth));
        }
    }
    return PB_OK;
}
