/* json_gain.h - a gain with its interval, as every --json and report.json has it:
 *
 *     "gain": {"value": 1.2, "lo": 0.4, "hi": 2.1, "unit": "points"}
 *
 * Used by the strategy, recommend and report commands. */
#ifndef PB_APPS_JSON_GAIN_H
#define PB_APPS_JSON_GAIN_H

#include "pitboard/codec.h"
#include "pitboard/decide.h"

void json_gain(pb_json_writer *w, const char *key, const pb_gain *gain, const char *unit);

#endif
