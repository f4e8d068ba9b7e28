#include "learn_set.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LAPS_MIN 8

bool pb__lap_is_green(const pb_lap *lap)
{
    return lap->status == PB_STATUS_BIT_CLEAR && lap->time_ms != PB_MS_NONE && lap->session_ms != PB_MS_NONE &&
           lap->pit_in_ms == PB_MS_NONE && lap->pit_out_ms == PB_MS_NONE;
}

int pb__by_date(const void *a, const void *b)
{
    const pb_race_log *x = ((const pb__dated *)a)->race->log, *y = ((const pb__dated *)b)->race->log;
    return x->season != y->season ? x->season - y->season : x->round - y->round;
}

bool pb__race_is_usable(const pb_race_log *log)
{
    uint32_t laps = 0;
    for (uint32_t c = 0; c < log->n_cars; c++)
        for (uint32_t i = 0; i < log->cars[c].n_laps; i++)
            laps = log->cars[c].laps[i].number > laps ? log->cars[c].laps[i].number : laps;
    return laps >= LAPS_MIN && pb_fit_check(log, NULL) == PB_OK;
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
    if (!pb__race_is_usable(log) || pb_race_outcome_of(log, &race->outcome) != PB_OK) {
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
    for (size_t i = 0; i < set->n; i++) {
        PB_ASSERT(set->race[i].log != NULL);
        if (set->race[i].log->season > set->newest) set->newest = set->race[i].log->season;
    }
    for (size_t i = 0; i < set->n; i++) {
        int season          = set->race[i].log->season;
        set->race[i].weight = season ? exp2(-(set->newest - season) / PB__HALF_LIFE_SEASONS) : 0.5;
        set->race[i].recent = set->race[i].weight * set->race[i].weight;
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
