/* Closed laps of all cars: what charts of the race so far are drawn from. */
#include <stdlib.h>
#include <string.h>

#include "sessions.h"

typedef struct laps {
    pb_race_state *state;
    pb_race_log    log; /* as models read it: clocks of cars told by several feeds are one clock */
    pb_status      status;
    pb_error      *error;
} laps;

static void look(void *user, const pb_pipeline *pipeline, pb_span call)
{
    laps             *l       = user;
    const pb_tracker *tracker = pb_pipeline_tracker(pipeline);
    (void)call;
    memcpy(l->state, pb_tracker_state(tracker), sizeof *l->state);
    l->status = pb_tracker_log(tracker, &l->log, l->error);
}

const pb_live_car *pb__session_car_of_log(const pb_race_state *state, const char *code)
{
    char number[12];
    for (uint8_t i = 0; i < state->n_cars; i++) {
        const pb_live_car *car = &state->cars[i];
        (void)snprintf(number, sizeof number, "%d", car->number ? car->number : car->key);
        if (strcmp(car->code[0] ? car->code : number, code) == 0) return car;
    }
    return NULL;
}

/* When the first car ended each lap. */
static void find_leaders(const pb_race_log *log, int32_t first_ms[PB_LAPS_MAX + 1])
{
    for (uint32_t i = 0; i <= PB_LAPS_MAX; i++) first_ms[i] = PB_MS_NONE;
    for (uint32_t c = 0; c < log->n_cars; c++)
        for (uint32_t k = 0; k < log->cars[c].n_laps; k++) {
            const pb_lap *lap  = &log->cars[c].laps[k];
            int32_t      *best = &first_ms[lap->number];
            if (lap->generated || lap->session_ms == PB_MS_NONE) continue;
            if (*best == PB_MS_NONE || lap->session_ms < *best) *best = lap->session_ms;
        }
}

static void put_lap(pb_json_writer *w, const pb_live_car *car, const pb_lap *lap, int32_t first_ms)
{
    bool timed = lap->session_ms != PB_MS_NONE && first_ms != PB_MS_NONE;
    pb_json_object(w, NULL);
    pb_json_put_i64(w, "car", car->key);
    pb_json_put_text(w, "code", car->code);
    pb_json_put_i64(w, "lap", lap->number);
    pb__text_ms(w, "time_ms", lap->time_ms);
    pb__text_ms(w, "end_ms", lap->session_ms);
    pb__text_ms(w, "gap_ms", timed ? lap->session_ms - first_ms : PB_MS_NONE);
    pb__text_above(w, "position", lap->position, 1);
    pb_json_array(w, "sector_ms");
    for (int i = 0; i < 3; i++) pb__text_ms(w, NULL, lap->sector_ms[i]);
    pb_json_array_end(w);
    pb_json_put_text(w, "compound", pb_compound_name((pb_compound)lap->compound));
    pb__text_above(w, "tyre_age_laps", lap->tyre_age_laps, 0);
    pb_json_put_bool(w, "pit_in", lap->pit_in_ms != PB_MS_NONE);
    pb_json_put_bool(w, "pit_out", lap->pit_out_ms != PB_MS_NONE);
    pb_json_put_bool(w, "deleted", lap->deleted);
    pb_json_object_end(w);
}

/* The lap that a car did not end is in the log, too: it is not closed. */
static void put_laps(const laps *l, pb_json_writer *w)
{
    int32_t first_ms[PB_LAPS_MAX + 1];
    find_leaders(&l->log, first_ms);
    for (uint32_t c = 0; c < l->log.n_cars; c++) {
        const pb_log_car  *from = &l->log.cars[c];
        const pb_live_car *car  = pb__session_car_of_log(l->state, from->code);
        for (uint32_t k = 0; car && k < from->n_laps && from->laps[k].number <= car->laps; k++)
            put_lap(w, car, &from->laps[k], first_ms[from->laps[k].number]);
    }
}

pb_status pb_session_laps(pb_session *session, pb_json_writer *to, pb_error *error)
{
    laps l = {.state = malloc(sizeof *l.state), .error = error};
    if (!l.state) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    pb_race_log_init(&l.log);
    pb_live_see(atomic_load(&session->live), look, &l);
    if (l.status == PB_OK) put_laps(&l, to);
    pb_race_log_fini(&l.log);
    free(l.state);
    return l.status == PB_E_EMPTY ? PB_OK : l.status; /* no lap is closed yet: there are none */
}
