#include "tool_played.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static void on_lap(void *self, double gap_s)
{
    check_traffic_lap(self, gap_s);
}
static void on_pair(void *self, const pb__seen_pair *pair)
{
    check_traffic_add(self, pair);
}

void check_recorded(const pb__learn_race *race, check_traffic *out)
{
    pb__eye eye = {out, on_lap, on_pair};
    pb__see_recorded(race, &eye);
}

bool check_played(const pb__learn_race *race, const pb_prior *prior, uint32_t trials, const pb__stop *stops,
                  size_t n_stops, check_traffic *out, check_stops *played)
{
    pb__played *p     = NULL;
    pb_error    error = {0};
    pb__eye     eye   = {out, on_lap, on_pair};
    if (pb__played_create(race, prior, &p, &error) != PB_OK || pb__played_run(p, trials, &error) != PB_OK) {
        fprintf(stderr, "%s: %s\n", race->log->source, error.text);
        pb__played_destroy(p);
        return false;
    }
    pb__see_played(p, &eye);
    for (size_t i = 0; i < n_stops; i++)
        for (uint32_t t = 0; t < trials; t++)
            check_stops_add(played, stops[i].flag, pb__played_stop_share(p, t, &stops[i]));
    pb__played_destroy(p);
    return true;
}

static int slot_of(pb__stop_flag flag)
{
    switch (flag) {
    case PB__STOP_SC_ONSET:
        return 0;
    case PB__STOP_SC:
        return 1;
    case PB__STOP_VSC_ONSET:
        return 2;
    case PB__STOP_VSC:
        return 3;
    default:
        return -1;
    }
}

void check_stops_add(check_stops *s, pb__stop_flag flag, double share)
{
    int k = slot_of(flag);
    if (k < 0 || !isfinite(share)) return;
    if (s->n[k] == s->cap[k]) {
        size_t  cap   = s->cap[k] ? 2 * s->cap[k] : 1024;
        double *grown = realloc(s->share[k], cap * sizeof *grown);
        if (!grown) return;
        s->share[k] = grown;
        s->cap[k]   = cap;
    }
    s->share[k][s->n[k]++] = share;
}

void check_stops_free(check_stops *s)
{
    for (int k = 0; k < CHECK_STOPS; k++) free(s->share[k]);
}
