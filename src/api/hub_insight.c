/* Which events of a race mean something to a person: all but the hum of gaps, sectors
 * and distances, which the state shows. */
#include <string.h>

#include "hub_parts.h"

static const char *const kinds[] = {"session", "session_status", "distance",  "track",          "sc_phase",
                                    "control", "forecast",       "chequered", "flashback",      "own_car",
                                    "lap",     "pit_in",         "pit_out",   "lap_deleted",    "pit_time",
                                    "stint",   "tyre",           "retired",   "stopped",        "finished",
                                    "penalty", "disqualified",   "best_lap",  "penalty_served", "take_back"};

/* The kind of an event line as this program writes it; empty: it is none. */
static pb_span kind_of(pb_span line)
{
    static const char begin[] = "{\"event\":\"";
    const size_t      skip    = sizeof begin - 1;
    if (line.len <= skip || memcmp(line.at, begin, skip) != 0) return (pb_span){0};
    const char *end = memchr(line.at + skip, '"', line.len - skip);
    return end ? (pb_span){line.at + skip, (size_t)(end - line.at) - skip} : (pb_span){0};
}

static int16_t car_of(pb_span line)
{
    static const char key[] = "\"car\":";
    const char       *at    = memmem(line.at, line.len, key, sizeof key - 1);
    int32_t           car   = 0;
    if (!at) return 0;
    for (at += sizeof key - 1; at < line.at + line.len && *at >= '0' && *at <= '9' && car < 32768; at++)
        car = 10 * car + (*at - '0');
    return car <= INT16_MAX ? (int16_t)car : 0;
}

bool pb__insight_means(pb_span line, int16_t *car)
{
    pb_span kind = kind_of(line);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (!pb_span_equal_text(kind, kinds[i])) continue;
        *car = car_of(line);
        return true;
    }
    return false;
}
