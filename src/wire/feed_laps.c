/* feed_laps: a lap CSV as events, each at the time at which it was known.
 *
 *     row of lap L    -> stint, at the pit exit or the end of lap L - 1, where the set is another
 *                        pit_out, pit_in at their times
 *                        lap, at its end
 *     status digits   -> track: the phases that race_records estimates from them
 *     the whole file  -> session, cars, distance, start, chequered flag
 *
 * Limits. Digits tell that a status was seen in a lap, not when: phases are estimates,
 * yellow flags are left out. The distance is what the circuit's length schedules, at
 * least what was run. A car's last row that it did not complete becomes the word that
 * it is out. */
#include <stdlib.h>
#include <string.h>

#include "feed_event_list.h"
#include "file_feed_parts.h"
#include "pitboard/wire.h"

#define PHASES_MAX 64

static bool recognise(const char *path, bool folder, pb_span head)
{
    (void)path;
    return !folder && pb_wire_is_laps(head);
}

/* ---- the session ---- */

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static void add_session(pb__event_list *list, const pb_race_log *log, const pb_race_outcome *o, int64_t from_ms)
{
    pb_event *e = pb__list_add(list, PB_EV_SESSION, from_ms);
    e->value    = log->sprint ? PB_SESSION_SPRINT : PB_SESSION_RACE;
    e->aux      = log->season;
    e->index    = log->round > 0 && log->round < 256 ? (uint8_t)log->round : 0;
    pb__list_text(e->text, 48, base_name(list->path));
    pb__list_text(e->name, sizeof e->name, log->event);
    pb__list_text(e->team_text, sizeof e->team_text, log->circuit);
    int laps = log->circuit[0] ? pb_scheduled_laps(log->circuit, log->season, log->sprint) : 0;
    pb__list_add(list, PB_EV_DISTANCE, from_ms)->value = laps > o->laps ? laps : o->laps;
    if (o->start_ms != PB_MS_NONE) pb__list_add(list, PB_EV_SESSION_STATUS, o->start_ms)->value = PB_STATUS_STARTED;
    (void)pb__list_add(list, PB_EV_CHEQUERED, o->flag_ms);
}

static void add_car(pb__event_list *list, const pb_log_car *car, int64_t from_ms, int16_t key)
{
    pb_event *e = pb__list_add_car(list, PB_EV_CAR, from_ms, key);
    e->value    = car->number;
    e->aux      = car->grid;
    pb__list_text(e->text, sizeof car->code, car->code);
    pb__list_text(e->team_text, sizeof e->team_text, car->team);
}

static int digit_of(pb_neutral_kind kind)
{
    return kind == PB_NEUTRAL_SC ? 4 : kind == PB_NEUTRAL_RED ? 5 : 6;
}

static void add_track(pb__event_list *list, const pb_race_log *log, const pb_race_outcome *o, int64_t from_ms)
{
    pb_neutral_phase phases[PHASES_MAX];
    uint32_t         n = pb_neutral_phases(log, o, phases, PHASES_MAX);
    if (n > PHASES_MAX) n = PHASES_MAX;
    pb__list_add(list, PB_EV_TRACK, from_ms)->value = 1;
    for (uint32_t i = 0; i < n; i++) {
        bool another = i + 1 < n && phases[i + 1].start_ms <= phases[i].end_ms;
        pb__list_add(list, PB_EV_TRACK, phases[i].start_ms)->value = digit_of(phases[i].kind);
        if (!another) pb__list_add(list, PB_EV_TRACK, phases[i].end_ms)->value = 1;
    }
}

/* ---- rows ---- */

static void add_stint(pb__event_list *list, const pb_lap *lap, int64_t due_ms, int16_t key, uint8_t index)
{
    pb_event *e  = pb__list_add_car(list, PB_EV_STINT, due_ms, key);
    e->index     = index;
    e->value     = lap->compound;
    e->aux       = -1;
    e->start_age = lap->tyre_age_laps > 0 ? (int16_t)(lap->tyre_age_laps - 1) : -1;
    e->fresh     = lap->fresh;
    e->lap       = lap->number;
}

static void add_lap(pb__event_list *list, const pb_lap *lap, int16_t key)
{
    pb_event *e = pb__list_add_car(list, PB_EV_LAP, lap->session_ms, key);
    e->lap      = lap->number;
    e->value    = lap->time_ms;
    e->aux      = lap->position;
    memcpy(e->sectors, lap->sector_ms, sizeof e->sectors);
    if (!lap->deleted) return;
    e       = pb__list_add_car(list, PB_EV_LAP_DELETED, lap->session_ms, key);
    e->lap  = lap->number;
    e->flag = true;
}

static void add_pit(pb__event_list *list, pb_event_kind kind, int32_t at_ms, uint16_t lap, int16_t key)
{
    if (at_ms != PB_MS_NONE) pb__list_add_car(list, kind, at_ms, key)->lap = lap;
}

static bool another_stint(const pb_log_car *car, uint32_t i)
{
    if (i == 0) return true;
    const pb_lap *a = &car->laps[i - 1], *b = &car->laps[i];
    if (a->stint != b->stint) return true;
    return a->compound != b->compound || (b->tyre_age_laps >= 0 && b->tyre_age_laps != a->tyre_age_laps + 1) ||
           (b->tyre_age_laps < 0 && a->tyre_age_laps >= 0) || a->fresh != b->fresh;
}

static uint8_t next_index(const pb_lap *lap, int last)
{
    if (lap->stint > 0 && lap->stint - 1 > last) return (uint8_t)(lap->stint - 1);
    return (uint8_t)(last + 1);
}

/* The set of a lap is known when the lap begins; of the first, with the car. */
static int64_t stint_due(const pb_log_car *car, uint32_t i, int64_t from_ms)
{
    if (i == 0) return from_ms;
    const pb_lap *lap = &car->laps[i];
    return lap->pit_out_ms != PB_MS_NONE && lap->pit_out_ms < lap->session_ms ? lap->pit_out_ms
                                                                              : car->laps[i - 1].session_ms;
}

static void add_rows(pb__event_list *list, const pb_log_car *car, const pb_car_result *result, int64_t from_ms,
                     int16_t key)
{
    int stint = -1;
    for (uint32_t i = 0; i < car->n_laps; i++) {
        const pb_lap *lap = &car->laps[i];
        if (lap->number > result->laps_done) {
            add_pit(list, PB_EV_PIT_IN, lap->pit_in_ms, lap->number, key);
            if (!result->took_flag) pb__list_add_car(list, PB_EV_RETIRED, lap->session_ms, key)->flag = true;
            break;
        }
        add_pit(list, PB_EV_PIT_OUT, lap->pit_out_ms, lap->number, key);
        if (another_stint(car, i) && next_index(lap, stint) < 24) {
            stint = next_index(lap, stint);
            add_stint(list, lap, stint_due(car, i, from_ms), key, (uint8_t)stint);
        }
        add_pit(list, PB_EV_PIT_IN, lap->pit_in_ms, lap->number, key);
        add_lap(list, lap, key);
    }
}

static int64_t first_ms(const pb_race_log *log, const pb_race_outcome *o)
{
    int64_t from = o->start_ms != PB_MS_NONE ? o->start_ms : 0;
    for (uint32_t c = 0; c < log->n_cars; c++)
        if (log->cars[c].laps[0].session_ms < from) from = log->cars[c].laps[0].session_ms;
    return from > 0 ? 0 : from;
}

static pb_status fill(pb__event_list *list, const pb_race_log *log)
{
    pb_race_outcome *o = malloc(sizeof *o);
    if (!o) return pb_error_set(list->error, PB_E_NOMEM, "%s: out of memory", list->path);
    pb_status status = pb_race_outcome_of(log, o);
    if (status != PB_OK) {
        free(o);
        return pb_error_set(list->error, status, "%s: no car completed a lap", list->path);
    }
    int64_t from = first_ms(log, o);
    add_session(list, log, o, from);
    add_track(list, log, o, from);
    for (uint32_t c = 0; c < log->n_cars; c++) {
        int16_t key = pb__list_key(list, log->cars[c].code, log->cars[c].number);
        add_car(list, &log->cars[c], from, key);
        add_rows(list, &log->cars[c], &o->car[c], from, key);
    }
    free(o);
    list->refused = log->n_quarantined;
    return pb__list_sort(list);
}

static pb_status open_laps(const char *path, void **state, pb_error *error)
{
    pb_bytes        bytes;
    pb_race_log     log;
    pb__event_list *list = NULL;
    PB_TRY(pb_file_read(path, 0, &bytes, error));
    pb_race_log_init(&log);
    pb_status status = pb_wire_read_laps((pb_span){bytes.at, bytes.len}, path, &log, error);
    if (status == PB_OK) status = pb__list_create(path, error, &list);
    if (status == PB_OK) status = fill(list, &log);
    if (status != PB_OK && list) pb__list_close(list);
    if (status == PB_OK) *state = list;
    pb_race_log_fini(&log);
    pb_bytes_free(&bytes);
    return status;
}

const pb__file_part pb__part_laps = {"a lap CSV",   recognise,      open_laps,
                                     pb__list_next, pb__list_close, pb__list_refused};
