/* review_moment: the race as it stood at the leader's end of a lap. */
#include <stdlib.h>
#include <string.h>

#include "pitboard/race_gaps.h"
#include "review_race.h"

static pb_status no_memory(const pb_race_log *log, pb_error *error)
{
    return pb_error_set(error, PB_E_NOMEM, "%s: out of memory for a copy of its laps", log->source);
}

pb_status review_log_copy(const pb_race_log *log, pb_race_log *out, pb_error *error)
{
    pb_race_log_init(out);
    pb_arena arena = out->arena;
    *out           = *log;
    out->arena     = arena;
    out->cars      = pb_arena_take(&out->arena, (log->n_cars + 1) * sizeof *out->cars);
    if (!out->cars) return no_memory(log, error);
    for (uint32_t c = 0; c < log->n_cars; c++) {
        out->cars[c]      = log->cars[c];
        out->cars[c].laps = pb_arena_take(&out->arena, (log->cars[c].n_laps + 1) * sizeof *out->cars[c].laps);
        if (!out->cars[c].laps) return no_memory(log, error);
        memcpy(out->cars[c].laps, log->cars[c].laps, log->cars[c].n_laps * sizeof *out->cars[c].laps);
    }
    return PB_OK;
}

static void map_cars(const pb_race_log *whole, review_moment *m)
{
    for (uint32_t c = 0; c < PB_CARS_MAX; c++) m->at[c] = -1;
    for (uint32_t c = 0; c < whole->n_cars; c++)
        for (uint32_t k = 0; k < m->log.n_cars; k++)
            if (strcmp(whole->cars[c].code, m->log.cars[k].code) == 0) m->at[c] = (int16_t)k;
}

static pb_status fit(const review_race *race, review_moment *m, pb_error *error)
{
    const pb_fit_options options = {.from_lap = m->lap, .pit_wall = race->models->at[DECIDE_PITCALL]};
    decide_view_source   from    = {.log = &m->log, .models = race->models, .past = race->past, .beside = race->beside};
    PB_TRY(pb_fit_race(&m->log, race->prior, &options, NULL, 0, m->spec, error));
    return decide_view_make(&from, &m->view, error);
}

pb_status review_moment_make(const review_race *race, uint16_t lap, review_moment *out, pb_error *error)
{
    pb_race_gaps gaps;
    *out = (review_moment){.lap = lap};
    pb_race_log_init(&out->log);
    if (lap < 2) return pb_error_set(error, PB_E_RANGE, "too early: nobody else has ended lap 1 then");
    if (lap >= race->outcome->laps) return pb_error_set(error, PB_E_RANGE, "the race is over then");
    out->spec = malloc(sizeof *out->spec);
    if (!out->spec) return no_memory(race->log, error);
    PB_TRY(review_log_copy(race->log, &out->log, error));
    pb_race_log_cut(&out->log, lap);
    if (pb_race_log_mend(&out->log, &gaps) != PB_OK) return no_memory(race->log, error);
    map_cars(race->log, out);
    for (uint32_t l = lap; l > 0 && out->ms == 0; l--)
        if (race->outcome->lead_ms[l] != PB_MS_NONE) out->ms = race->outcome->lead_ms[l];
    return fit(race, out, error);
}

void review_moment_free(review_moment *m)
{
    decide_view_free(&m->view);
    pb_race_log_fini(&m->log);
    free(m->spec);
    *m = (review_moment){0};
}
