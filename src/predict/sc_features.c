#include "sc_features.h"

#include <math.h>
#include <string.h>

#include "pitboard/num.h"

#define CIRCUIT_RACES 30.0 /* effects.md 8: the field's rate counts as that many races at a circuit */
#define WINDOW_LAPS 3
#define AFTER_LAPS 3

static const pb_feature features[PB__SC_FEATURES] = {
    {"one", "1"},
    {"start", "1 before the start"},
    {"lap_1", "1 after lap 1"},
    {"laps_2_3", "1 after laps 2 and 3"},
    {"after_restart", "1 within three laps of a neutralised lap"},
    {"yellow", "1 with a yellow flag in the leader's lap"},
    {"vsc", "1 with a virtual safety car in the leader's lap"},
    {"wet_frac", "share of cars on wet tyres"},
    {"window_log", "log share of three laps that the distance still holds"},
    {"circuit_log", "log rate of safety cars of the circuit against all, shrunk"},
};

const pb_feature_schema pb__sc_schema = {.name = "sc-1", .at = features, .n = PB__SC_FEATURES};

uint32_t pb__sc_deployments(const pb_history_race *race)
{
    uint32_t n = 0;
    for (uint32_t l = 1; l <= race->outcome->laps; l++) n += pb__sc_comes_out(race, l);
    return n;
}

pb__sc_rates pb__sc_rates_before(const pb_history *history, size_t at)
{
    pb__sc_rates rates = {0};
    const char  *here  = history->races[at].log->circuit;
    for (size_t k = 0; k < at; k++) {
        const pb_history_race *race = &history->races[k];
        if (!race->usable || race->log->sprint) continue;
        double n = pb__sc_deployments(race);
        rates.races++;
        rates.deployments += n;
        if (!here[0] || strcmp(race->log->circuit, here) != 0) continue;
        rates.races_here++;
        rates.deployments_here += n;
    }
    return rates;
}

/* Share of the cars whose newest row by then is on wet tyres. */
static double wet_share(const pb_history_race *race, int32_t now_ms)
{
    uint32_t cars = 0, wet = 0;
    for (uint32_t c = 0; c < race->log->n_cars; c++) {
        const pb_log_car *car    = &race->log->cars[c];
        const pb_lap     *newest = NULL;
        for (uint32_t i = 0; i < car->n_laps && car->laps[i].session_ms <= now_ms; i++) newest = &car->laps[i];
        if (!newest) continue;
        cars++;
        wet += pb_compound_is_wet((pb_compound)newest->compound);
    }
    return cars ? (double)wet / cars : 0;
}

static bool neutralised(const pb_history_race *race, uint32_t lap)
{
    return pb__leader_status(race, lap) & (PB_STATUS_BIT_SC | PB_STATUS_BIT_RED);
}

static bool shortly_after(const pb_history_race *race, uint32_t lap)
{
    for (uint32_t back = 1; back <= AFTER_LAPS + 1 && back < lap; back++)
        if (neutralised(race, lap - back)) return true;
    return false;
}

static double window_log(const pb_history_race *race, uint32_t lap)
{
    int laps = pb_scheduled_laps(race->log->circuit, race->log->season, race->log->sprint);
    int left = laps == 0 ? WINDOW_LAPS : laps - (int)lap;
    return pb_log(fmin(fmax(left, 1), WINDOW_LAPS) / WINDOW_LAPS);
}

static double circuit_log(const pb__sc_rates *r)
{
    if (r->races < 1 || r->deployments < 1) return 0;
    double all = r->deployments / r->races;
    return pb_log((r->deployments_here + CIRCUIT_RACES * all) / (r->races_here + CIRCUIT_RACES) / all);
}

void pb__sc_features_of(const pb_history_race *race, const pb__sc_rates *rates, uint32_t lap, float *x)
{
    uint8_t status = pb__leader_status(race, lap);
    memset(x, 0, PB__SC_FEATURES * sizeof *x);
    x[PB__SC_ONE]      = 1;
    x[PB__SC_START]    = lap == 0;
    x[PB__SC_LAP_1]    = lap == 1;
    x[PB__SC_LAPS_2_3] = lap == 2 || lap == 3;
    x[PB__SC_AFTER]    = shortly_after(race, lap);
    x[PB__SC_YELLOW]   = (status & PB_STATUS_BIT_YELLOW) != 0;
    x[PB__SC_VSC]      = (status & (PB_STATUS_BIT_VSC | PB_STATUS_BIT_VSC_ENDING)) != 0;
    x[PB__SC_WET]      = lap > 0 && lap <= PB_LAPS_MAX ? (float)wet_share(race, race->outcome->lead_ms[lap]) : 0;
    x[PB__SC_WINDOW]   = (float)window_log(race, lap);
    x[PB__SC_CIRCUIT]  = (float)circuit_log(rates);
}
