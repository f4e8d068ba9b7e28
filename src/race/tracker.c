/* tracker: one event after another into one state. See race_tracker.h. */
#include "tracker.h"

#include <stdlib.h>
#include <string.h>

enum { NO_CAR, CAR, OLD_CAR }; /* whom a kind is about: nobody; a car; a car that was heard of before */

static const struct {
    pb__handler *handler;
    uint8_t      whom;
} handlers[PB_EV_N] = {
    [PB_EV_SESSION]        = {pb__on_session, NO_CAR},
    [PB_EV_SESSION_STATUS] = {pb__on_session_status, NO_CAR},
    [PB_EV_DISTANCE]       = {pb__on_distance, NO_CAR},
    [PB_EV_LEADER_LAP]     = {pb__on_leader_lap, NO_CAR},
    [PB_EV_CLOCK]          = {pb__on_clock, NO_CAR},
    [PB_EV_TRACK]          = {pb__on_track, NO_CAR},
    [PB_EV_SC_PHASE]       = {pb__on_sc_phase, NO_CAR},
    [PB_EV_CONTROL]        = {pb__on_control, NO_CAR},
    [PB_EV_WEATHER]        = {pb__on_weather, NO_CAR},
    [PB_EV_FORECAST]       = {pb__on_forecast, NO_CAR},
    [PB_EV_CHEQUERED]      = {pb__on_chequered, NO_CAR},
    [PB_EV_FLASHBACK]      = {pb__on_flashback, NO_CAR},
    [PB_EV_OWN_CAR]        = {pb__on_own_car, CAR},
    [PB_EV_CAR]            = {pb__on_car, CAR},
    [PB_EV_POSITION]       = {pb__on_position, CAR},
    [PB_EV_GAP]            = {pb__on_gap, CAR},
    [PB_EV_INTERVAL]       = {pb__on_interval, CAR},
    [PB_EV_LAPS]           = {pb__on_laps, CAR},
    [PB_EV_LAST_LAP]       = {pb__on_last_lap, CAR},
    [PB_EV_BEST_LAP]       = {pb__on_best_lap, CAR},
    [PB_EV_SECTOR]         = {pb__on_sector, CAR},
    [PB_EV_SPEED]          = {pb__on_speed, CAR},
    [PB_EV_LAP]            = {pb__on_lap, CAR},
    [PB_EV_LAP_DELETED]    = {pb__on_lap_deleted, OLD_CAR},
    [PB_EV_LAP_DISTANCE]   = {pb__on_lap_distance, CAR},
    [PB_EV_PIT_IN]         = {pb__on_pit_in, CAR},
    [PB_EV_PIT_OUT]        = {pb__on_pit_out, CAR},
    [PB_EV_IN_PIT]         = {pb__on_in_pit, CAR},
    [PB_EV_PIT_TIME]       = {pb__on_pit_time, CAR},
    [PB_EV_STOPS]          = {pb__on_stops, CAR},
    [PB_EV_STINT]          = {pb__on_stint, CAR},
    [PB_EV_TYRE]           = {pb__on_tyre, CAR},
    [PB_EV_WEAR]           = {pb__on_wear, CAR},
    [PB_EV_FUEL]           = {pb__on_fuel, CAR},
    [PB_EV_RETIRED]        = {pb__on_retired, CAR},
    [PB_EV_STOPPED]        = {pb__on_stopped, CAR},
    [PB_EV_FINISHED]       = {pb__on_finished, CAR},
    [PB_EV_DISQUALIFIED]   = {pb__on_disqualified, OLD_CAR},
    [PB_EV_PENALTY]        = {pb__on_penalty, OLD_CAR},
    [PB_EV_PENALTY_SERVED] = {pb__on_penalty_served, OLD_CAR},
    [PB_EV_DAMAGE]         = {pb__on_damage, CAR},
    [PB_EV_TAKE_BACK]      = {pb__on_take_back, OLD_CAR},
};

pb_status pb_tracker_create(pb_tracker **out, pb_error *error)
{
    pb_tracker *t = calloc(1, sizeof *t);
    if (!t) return pb_error_set(error, PB_E_NOMEM, "out of memory for the state of a race");
    pb_tracker_reset(t);
    *out = t;
    return PB_OK;
}

void pb_tracker_destroy(pb_tracker *tracker)
{
    free(tracker);
}

void pb_tracker_reset(pb_tracker *tracker)
{
    pb_race_state *s = &tracker->state;
    memset(s, 0, sizeof *s);
    s->now_us             = PB_US_NONE;
    s->session_ms         = PB_MS_NONE;
    s->clock_left_ms      = PB_MS_NONE;
    s->start_ms           = PB_MS_NONE;
    s->weather.session_ms = PB_MS_NONE;
    for (int i = 0; i < 4; i++) s->rain_chance[i] = __builtin_nanf("");
    tracker->n_track = tracker->n_penalties = tracker->n_reasons = tracker->n_restarts = 0;
    tracker->track_origin = tracker->clock_origin = tracker->session_origin = PB_ORIGIN_NONE;
    tracker->weather_origin = tracker->own_origin = PB_ORIGIN_NONE;
    tracker->clock_offset_us                      = PB_US_NONE;
    tracker->clock_at_ms = tracker->clock_told_ms = tracker->chequered_ms = PB_MS_NONE;
    tracker->flag_waits = tracker->aligns = false;
    tracker->lead_laps                    = 0;
    for (uint32_t l = 0; l < PB__LAP_SLOTS; l++) tracker->lead_ms[l] = PB_MS_NONE;
    pb__car_forget(tracker);
}

static void count_refusal(pb_tracker *t, const char *why)
{
    uint32_t i = 0;
    t->state.refused++;
    while (i < t->n_reasons && strcmp(t->reason[i].why, why) != 0) i++;
    if (i == PB__REASONS_MAX) return;
    if (i == t->n_reasons) t->reason[t->n_reasons++] = (pb_refusal){.why = why};
    t->reason[i].n++;
}

static const char *dispatch(pb__ctx *c)
{
    unsigned kind = c->e->kind;
    if (kind >= PB_EV_N || !handlers[kind].handler) return "unknown kind of event";
    if (c->e->origin == PB_ORIGIN_NONE || c->e->origin >= PB_ORIGIN_N) return "nobody tells it";
    if (handlers[kind].whom != NO_CAR) {
        if (c->e->car <= 0) return "no car";
        c->car = pb__car_of(c->t, c->e->car, handlers[kind].whom == CAR);
        if (!c->car) return handlers[kind].whom == CAR ? "one car too many" : "a car nobody told of";
        c->live = pb__live_of(c->t, c->car);
        if (c->car->heard_ms == PB_MS_NONE) c->car->heard_ms = c->now_ms;
        pb__lap_window(c);
    }
    return handlers[kind].handler(c);
}

pb_meaning pb_tracker_apply(pb_tracker *tracker, const pb_event *event)
{
    pb__ctx c = {.t = tracker, .s = &tracker->state, .e = event};
    pb__clock_of(&c);
    const char *why = dispatch(&c);
    if (why) {
        c.meaning.refused = why;
        count_refusal(tracker, why);
        return c.meaning;
    }
    pb__clock_keep(&c);
    if (event->origin == PB_ORIGIN_HAND) tracker->state.corrections++;
    tracker->state.n_events++;
    pb__order_again(tracker);
    return c.meaning;
}

const pb_race_state *pb_tracker_state(const pb_tracker *tracker)
{
    return &tracker->state;
}

const pb_lap *pb_tracker_lap(const pb_tracker *tracker, int16_t car, uint16_t lap)
{
    for (uint32_t i = 0; i < tracker->state.n_cars; i++)
        if (tracker->state.cars[i].key == car && lap >= 1 && lap <= PB_LAPS_MAX && tracker->car[i].lap[lap].number)
            return &tracker->car[i].lap[lap];
    return NULL;
}

uint32_t pb_tracker_refusals(const pb_tracker *tracker, pb_refusal *out, uint32_t cap)
{
    for (uint32_t i = 0, n = 0; i < tracker->n_reasons; i++) {
        uint32_t at = n < cap ? n++ : cap;
        for (; at > 0 && out[at - 1].n < tracker->reason[i].n; at--)
            if (at < cap) out[at] = out[at - 1];
        if (at < cap) out[at] = tracker->reason[i];
    }
    return tracker->n_reasons;
}
