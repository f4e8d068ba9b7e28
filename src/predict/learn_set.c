#include "learn_set.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Mean distance between the position the feed gives and the order of the times
 * on that lap above which lap numbers must be shifted (2020 R1: 4; sound races
 * stay under 0.7). */
#define SHIFT_PLACES 1.5
#define LAPS_MIN 8
/* Two cars that cross the same line in one lap differ by less than this unless
 * one is laps behind in number alone. */

bool pb__lap_is_green(const pb_lap *lap)
{
    return lap->status == PB_STATUS_BIT_CLEAR && lap->time_ms != PB_MS_NONE && lap->session_ms != PB_MS_NONE &&
           lap->pit_in_ms == PB_MS_NONE && lap->pit_out_ms == PB_MS_NONE;
}

static uint32_t ahead_on_lap(const pb_race_log *log, uint32_t lap, int32_t ms)
{
    uint32_t ahead = 0;
    for (uint32_t c = 0; c < log->n_cars; c++) {
        int32_t row = pb_lap_row(&log->cars[c], lap);
        if (row >= 0 && log->cars[c].laps[row].session_ms != PB_MS_NONE)
            ahead += log->cars[c].laps[row].session_ms < ms;
    }
    return ahead;
}

/* A car's place on a lap is one more than the cars that ended that lap before. */
static double place_error(const pb_race_log *log)
{
    double   sum = 0;
    uint32_t n   = 0;
    for (uint32_t c = 0; c < log->n_cars; c++)
        for (uint32_t i = 0; i < log->cars[c].n_laps; i += 3) {
            const pb_lap *lap = &log->cars[c].laps[i];
            if (lap->position == 0 || lap->session_ms == PB_MS_NONE) continue;
            sum += fabs(1.0 + ahead_on_lap(log, lap->number, lap->session_ms) - lap->position);
            n++;
        }
    return n ? sum / n : 0;
}

const char *pb__race_fault(const pb_race_log *log)
{
    uint32_t timed = 0, laps = 0;
    for (uint32_t c = 0; c < log->n_cars; c++)
        for (uint32_t i = 0; i < log->cars[c].n_laps; i++) {
            timed += log->cars[c].laps[i].time_ms != PB_MS_NONE;
            laps = log->cars[c].laps[i].number > laps ? log->cars[c].laps[i].number : laps;
        }
    if (timed == 0) return "no lap times";
    if (log->n_cars < PB_CARS_MIN) return "fewer than two cars";
    if (laps < LAPS_MIN) return "fewer than eight laps";
    if (place_error(log) > SHIFT_PLACES) return "lap numbers are shifted between the cars";
    return NULL;
}

static int circuit_index(pb_prior *prior, const char *id)
{
    if (!id[0]) return -1;
    for (int i = 0; i < prior->n_circuits; i++)
        if (strcmp(prior->circuits[i].id, id) == 0) return i;
    if (prior->n_circuits == PB_PRIOR_CIRCUITS_MAX) return -1;
    pb_prior_circuit *c = &prior->circuits[prior->n_circuits];
    memset(c, 0, sizeof *c);
    memcpy(c->id, id, strlen(id) + 1);
    return prior->n_circuits++;
}

static double wet_share(const pb_race_log *log)
{
    uint32_t wet = 0, all = 0;
    for (uint32_t c = 0; c < log->n_cars; c++)
        for (uint32_t i = 0; i < log->cars[c].n_laps; i++, all++)
            wet += pb_compound_is_wet((pb_compound)log->cars[c].laps[i].compound);
    return all ? (double)wet / all : 0;
}

static bool saw_red(const pb_race_log *log)
{
    for (uint32_t c = 0; c < log->n_cars; c++)
        for (uint32_t i = 0; i < log->cars[c].n_laps; i++)
            if (log->cars[c].laps[i].status & PB_STATUS_BIT_RED) return true;
    return false;
}

static pb_status add_race(const pb_race_log *log, pb_prior *prior, pb__learn_set *set)
{
    pb__learn_race  *race    = &set->race[set->n];
    pb__pace_options options = pb__pace_options_default();

    memset(race, 0, sizeof *race);
    if (pb__race_fault(log) || pb_race_outcome_of(log, &race->outcome) != PB_OK) {
        set->left_out++;
        return PB_OK;
    }
    race->log        = log;
    race->n_phases   = pb_neutral_phases(log, &race->outcome, race->phase, PB__SET_PHASES);
    race->n_phases   = race->n_phases > PB__SET_PHASES ? PB__SET_PHASES : race->n_phases;
    pb_status status = pb__pace_model_fit(log, &options, &race->pace, NULL);
    if (status == PB_E_NOMEM) return status;
    race->has_pace = status == PB_OK;
    race->dry      = wet_share(log) <= options.wet_frac;
    race->red      = saw_red(log);
    race->circuit  = circuit_index(prior, log->circuit);
    set->n++;
    return PB_OK;
}

static void weigh(pb__learn_set *set)
{
    for (size_t i = 0; i < set->n; i++)
        if (set->race[i].log->season > set->newest) set->newest = set->race[i].log->season;
    for (size_t i = 0; i < set->n; i++) {
        int season          = set->race[i].log->season;
        set->race[i].weight = season ? exp2(-(set->newest - season) / PB__HALF_LIFE_SEASONS) : 0.5;
    }
}

static void note_circuits(const pb__learn_set *set, pb_prior *prior)
{
    for (size_t i = 0; i < set->n; i++) {
        const pb__learn_race *race = &set->race[i];
        if (race->circuit < 0) continue;
        pb_prior_circuit *c = &prior->circuits[race->circuit];
        if (!race->log->sprint) c->editions++;
        if (race->log->season > c->last_season) c->last_season = race->log->season;
        c->laps += race->pace.n_used;
    }
}

pb_status pb__learn_set_init(const pb_race_log *const *logs, size_t n, pb_prior *prior, pb__learn_set *set,
                             pb_error *error)
{
    memset(set, 0, sizeof *set);
    set->race = calloc(n ? n : 1, sizeof *set->race);
    if (!set->race) return pb_error_set(error, PB_E_NOMEM, "out of memory for %zu races", n);
    for (size_t i = 0; i < n; i++) {
        if (add_race(logs[i], prior, set) == PB_OK) continue;
        pb__learn_set_fini(set);
        return pb_error_set(error, PB_E_NOMEM, "out of memory for %zu races", n);
    }
    if (set->n == 0) {
        pb__learn_set_fini(set);
        return pb_error_set(error, PB_E_EMPTY, "none of the %zu races can be learned from; give races with lap times",
                            n);
    }
    weigh(set);
    note_circuits(set, prior);
    return PB_OK;
}

void pb__learn_set_fini(pb__learn_set *set)
{
    for (size_t i = 0; i < set->n; i++) pb__pace_model_fini(&set->race[i].pace);
    free(set->race);
    memset(set, 0, sizeof *set);
}
