/* window_place: the lap and the sector a car is in, from what its points tell. */
#include "window_work.h"

static bool sample_has(const pb__sample *sample, pb_channel channel)
{
    return (sample->has >> channel) & 1u;
}

/* The sector this point tells, 0 none. */
static uint8_t sector_told(const pb__sample *sample, const pb_window_options *o)
{
    if (o->sector_end_m[0] > 0.0f && sample_has(sample, PB_CH_LAPDIST)) {
        float at = sample->ch[PB_CH_LAPDIST];
        return at < o->sector_end_m[0] ? 1 : at < o->sector_end_m[1] ? 2 : 3;
    }
    if (!sample_has(sample, PB_CH_SECTOR)) return 0;
    for (uint8_t sector = 1; sector <= 3; sector++)
        if (sample->ch[PB_CH_SECTOR] == (float)sector) return sector;
    return 0;
}

/* Another lap: the number says so, or, where no number was ever told, a fall of the distance. */
static bool lap_turned(const pb__window_car *car, const pb__sample *sample, const pb_window_options *o)
{
    if (sample->lap != 0) return sample->lap != car->lap;
    if (car->lap != 0 || o->lap_m <= 0.0f || !car->any_dist || !sample_has(sample, PB_CH_LAPDIST)) return false;
    return car->dist_m - sample->ch[PB_CH_LAPDIST] > 0.5f * o->lap_m;
}

void pb__place_update(pb__window_car *car, const pb__sample *sample, const pb_window_options *o)
{
    if (lap_turned(car, sample, o)) {
        bool next   = sample->lap == 0 || (car->lap != 0 && sample->lap == car->lap + 1);
        car->lap    = sample->lap;
        car->sector = next && car->sector == 3 ? 1 : 0;
        car->turn_no++;
    }
    if (sample_has(sample, PB_CH_LAPDIST)) {
        car->any_dist = true;
        car->dist_m   = sample->ch[PB_CH_LAPDIST];
    }
    uint8_t told = sector_told(sample, o);
    if (told != 0) {
        car->sector    = told;
        car->sector_us = sample->time_us;
    } else if (sample->time_us - car->sector_us > o->hold_us) {
        car->sector = 0;
    }
}
