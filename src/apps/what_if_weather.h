/* what_if_weather.h - the weather of a what-if: how wet the track is now, and rain between two laps.
 *
 *     wetness   soak  - - - - -.--------.
 *                            /           `--.          wetting_frac a lap up,
 *               now  ------'                 `--.__    drying_frac a lap down
 *                       rain_from     rain_to
 *
 * From the moment on it is known lap by lap; nothing of it is drawn any more.
 *
 * Used by api_what_if. */
#ifndef PB_APPS_WHAT_IF_WEATHER_H
#define PB_APPS_WHAT_IF_WEATHER_H

#include "what_if_change.h"

/* Wetness of the track where the race starts from; 0 dry. */
double what_if_wetness(const pb_race_spec *spec);

/* at: {"track_wetness", "rain_from", "rain_to", "soak"}, absent: nothing. PB_E_RULE with the pointer. */
pb_status what_if_weather(pb_json at, pb_race_spec *spec, what_if_change *to, pb_error *error);

#endif
