/* Topics of the hub: their names and what they are. */
#include "hub_read.h"

static const char *const names[PB__TOPIC_N] = {"state", "telemetry", "insight", "recommendation",
                                               "alert", "job",       "health"};

const char *pb__topic_name(pb__topic topic)
{
    return names[topic];
}

bool pb__topic_is_stream(pb__topic topic)
{
    return topic == PB__TOPIC_TELEMETRY || topic == PB__TOPIC_INSIGHT || topic == PB__TOPIC_ALERT ||
           topic == PB__TOPIC_JOB;
}

bool pb__topic_is_of_race(pb__topic topic)
{
    return topic != PB__TOPIC_JOB && topic != PB__TOPIC_HEALTH;
}

uint32_t pb__hub_pace(uint32_t every_ms, pb__topic topic)
{
    static const uint32_t paces[] = {2, 5, 20, 50, 100, 250, 1000};
    if (topic == PB__TOPIC_HEALTH) return 1000;
    for (size_t i = topic == PB__TOPIC_TELEMETRY ? 0 : 2; i < sizeof paces / sizeof *paces; i++)
        if (every_ms <= paces[i]) return paces[i];
    return 1000;
}
