/* rules: which source is believed, table by table, and how far values may lie
 * apart before they disagree.
 *
 * The order of sources follows what was seen in the data: lap exports of FastF1
 * and the cache of the live timing agree on all common laps to 2 ms, jolpica is
 * maintained and the Ergast mirror is a snapshot of it (docs/store.md). */
#include <math.h>
#include <string.h>

#include "store_internal.h"

typedef struct order {
    const char *table;      /* "" the rest */
    const char *origins[8]; /* the best first */
} order;

static const order orders[] = {
    {"results", {"jolpica", "ergast", "openf1", "fastf1"}},
    {"grids", {"jolpica", "ergast", "grids", "openf1"}},
    {"qualifying", {"jolpica", "ergast"}},
    {"pit_stops", {"jolpica", "ergast", "openf1"}},
    {"circuits", {"circuits", "jolpica", "ergast", "tum", "scores"}},
    {"circuit_seasons", {"tum", "scores"}},
    {"drivers", {"jolpica", "ergast"}},
    {"stints", {"livetiming", "openf1"}},
    {"", {"fastf1", "livetiming", "jolpica", "ergast", "openf1", "laps2015", "grcup"}},
};

#define RANK_LAST 1000

int pb__store_rank(const char *table, const char *origin)
{
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        if (orders[i].table[0] && strcmp(orders[i].table, table) != 0) continue;
        for (int k = 0; k < 8 && orders[i].origins[k]; k++)
            if (strcmp(orders[i].origins[k], origin) == 0) return k;
        return RANK_LAST;
    }
    return RANK_LAST;
}

typedef struct slack {
    const char *table, *column; /* column "" all of the table */
    double      apart;          /* INFINITY: the better source's word, no conflict */
} slack;

/* Names are spelt as sources like; places on earth are rounded; times of laps are rounded to 1 ms twice. */
static const slack slacks[] = {
    {"laps", "time_ms", 2},
    {"laps", "session_ms", 2000}, /* end of the lap as the timing saw it, or as the sum of its sectors */
    {"laps", "start_ms", 2000},
    {"laps", "pit_in_ms", 2},
    {"laps", "pit_out_ms", 2},
    {"laps", "sector1_ms", 2},
    {"laps", "sector2_ms", 2},
    {"laps", "sector3_ms", 2},
    {"laps", "speed_kph", 0.5},
    {"qualifying", "q1_ms", 2},
    {"qualifying", "q2_ms", 2},
    {"qualifying", "q3_ms", 2},
    {"pit_stops", "lane_ms", 100}, /* OpenF1 gives tenths */
    {"pit_stops", "utc_ms", (double)INFINITY},
    {"results", "time_ms", 2},
    {"results", "points", 1e-9},
    {"weather", "air_degc", 0.011},
    {"weather", "track_degc", 0.011},
    {"weather", "humidity_pct", 0.011},
    {"weather", "pressure_mbar", 0.051},
    {"weather", "wind_mps", 0.011},
    {"weather", "wind_deg", 0.5},
    {"circuits", "lat_deg", 0.05},
    {"circuits", "lon_deg", 0.05},
    {"circuits", "altitude_m", 20},
    {"circuits", "length_m", 1},
    {"circuits", "ref", (double)INFINITY},
    {"circuits", "name", (double)INFINITY},
    {"circuits", "locality", (double)INFINITY},
    {"circuits", "country", (double)INFINITY},
    {"circuit_seasons", "pit_loss_s", 3},
    {"circuit_seasons", "length_m", 1},
    {"drivers", "", (double)INFINITY},
    {"teams", "", (double)INFINITY},
    {"races", "name", (double)INFINITY},
    {"races", "event", (double)INFINITY},
    {"entries", "team_name", (double)INFINITY},
    {"interruptions", "name", (double)INFINITY},
    {"interruptions", "cause", (double)INFINITY},
};

double pb__store_slack(const char *table, const char *column)
{
    for (size_t i = 0; i < sizeof slacks / sizeof *slacks; i++)
        if (strcmp(slacks[i].table, table) == 0 && (!slacks[i].column[0] || strcmp(slacks[i].column, column) == 0))
            return slacks[i].apart;
    return 0;
}
