/* stops_before: how many stops races at a circuit took before there were laps to
 * read: 2011-2017, so earlier than any race that is told.
 *
 * Made by tools/stops_before.sh from racedata (TracingInsights, CC0; NOTICE):
 * mean stops of a car less those of the median race of the season, shrunk. */
#include <string.h>

#include "stops_parts.h"

static const struct {
    const char *circuit;
    double      more; /* stops a car */
} before[] = {
    {"austin", -0.207},     {"bahrain", 0.455},      {"baku", 0.131},       {"barcelona", 0.480},
    {"budapest", 0.303},    {"buddh", -0.328},       {"hockenheim", 0.280}, {"istanbul", 0.356},
    {"melbourne", -0.131},  {"mexico_city", -0.207}, {"monaco", -0.398},    {"montreal", -0.242},
    {"monza", -0.569},      {"nurburgring", 0.059},  {"sao_paulo", 0.469},  {"sepang", 0.453},
    {"shanghai", 0.270},    {"silverstone", -0.079}, {"singapore", 0.433},  {"sochi", -0.499},
    {"spa", 0.135},         {"spielberg", -0.043},   {"suzuka", 0.125},     {"valencia", 0.076},
    {"yas_marina", -0.240}, {"yeongam", -0.160},
};

double pb__stops_before_2018(const char *circuit)
{
    for (size_t i = 0; i < sizeof before / sizeof *before; i++)
        if (strcmp(before[i].circuit, circuit) == 0) return before[i].more;
    return 0;
}
