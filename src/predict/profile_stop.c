/* profile_stop: time in the pit lane against the race's other stops, under green. */
#include <math.h>

#include "pitboard/num.h"
#include "profile_parts.h"

#define STOPS_MAX 24
#define STOPS_LEAST 6 /* of a race */
#define LANE_LEAST_MS 5000
#define LANE_MOST_MS 60000
#define SLOW_S 1.5 /* slower ones serve a penalty, wait for the mate or go wrong: cut off there */

static uint32_t green_stops(const pb__profiled *race, uint32_t c, double lane_s[STOPS_MAX])
{
    pb_tyre_stop stop[STOPS_MAX];
    uint32_t     n = pb_car_stops(race->log, c, &race->outcome, false, stop, STOPS_MAX), kept = 0;
    for (uint32_t i = 0; i < n && i < STOPS_MAX; i++)
        if (!stop[i].neutral && stop[i].lane_ms > LANE_LEAST_MS && stop[i].lane_ms < LANE_MOST_MS)
            lane_s[kept++] = stop[i].lane_ms * 1e-3;
    return kept;
}

/* Stops against the median, the slow ones cut off. */
static double over(double lane_s, double middle)
{
    return fmin(fmax(lane_s - middle, -SLOW_S), SLOW_S);
}

void pb__profile_stops(const pb__profiled *race, pb_profile_race *out)
{
    double   of[PB_CARS_MAX * STOPS_MAX], lane_s[STOPS_MAX], mean = 0;
    uint32_t n = 0;
    for (uint32_t c = 0; c < out->n_cars; c++) n += green_stops(race, c, of + n);
    if (n < STOPS_LEAST) return;
    double middle = pb_median(of, n);
    for (uint32_t i = 0; i < n; i++) mean += over(of[i], middle) / n;
    for (uint32_t c = 0; c < out->n_cars; c++) {
        uint32_t stops = green_stops(race, c, lane_s);
        double   sum   = 0;
        for (uint32_t i = 0; i < stops; i++) sum += over(lane_s[i], middle) - mean;
        if (stops > 0) pb__profile_set(&out->cars[c], PB_PROFILE_STOP, sum / stops, stops);
    }
}
