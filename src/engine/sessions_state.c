/* A race as a dashboard shows it: what docs/live-state.md has, in fewer bytes.
 *
 * Cars are in running order. What is seldom there (a penalty, laps behind) is left out when it
 * is not; what every row of a table shows is null when it is not known. */
#include <math.h>

#include "sessions.h"

#define MESSAGES 20u

const char *pb__session_flag(const pb_race_state *state)
{
    if (state->chequered) return "chequered";
    if (state->neutral > 0 && pb_race_neutral_name(state->neutral)) return pb_race_neutral_name(state->neutral);
    return state->track == 2 ? "yellow" : "green";
}

/* ---- a car ---- */

/* Behind by time, or by laps: the key of one of them. */
static void put_gap(pb_json_writer *w, const char *ms, const char *laps, const pb_live_gap *gap)
{
    pb__text_ms(w, ms, gap->ms);
    if (gap->laps > 0) pb_json_put_i64(w, laps, gap->laps);
}

static void put_stints(pb_json_writer *w, const pb_live_car *car)
{
    pb_json_array(w, "stints");
    for (uint32_t i = 0; i < car->n_stints; i++) {
        const pb_stint *s = &car->stints[i];
        pb_json_object(w, NULL);
        pb_json_put_text(w, "compound", pb_compound_name((pb_compound)s->compound));
        pb_json_put_i64(w, "from_lap", s->from_lap);
        pb__text_above(w, "to_lap", s->to_lap, 1);
        pb__text_above(w, "age_at_start", s->age_at_start, 0);
        pb_json_object_end(w);
    }
    pb_json_array_end(w);
}

static void put_owed(pb_json_writer *w, const pb_live_car *car)
{
    if (car->penalty_ms > 0) pb_json_put_i64(w, "penalty_ms", car->penalty_ms);
    if (car->drive_throughs > 0) pb_json_put_i64(w, "drive_throughs", car->drive_throughs);
    if (car->stop_gos > 0) pb_json_put_i64(w, "stop_gos", car->stop_gos);
}

void pb__put_live_car(const pb_live_car *car, pb_json_writer *to)
{
    pb_json_put_i64(to, "key", car->key);
    pb__text_above(to, "position", car->position, 1);
    pb__text_above(to, "number", car->number, 1);
    pb_json_put_text(to, "code", car->code);
    pb_json_put_text(to, "driver", car->name);
    pb_json_put_text(to, "team", car->team);
    pb__text_above(to, "grid", car->grid, 1);
    pb_json_put_text(to, "status", pb_car_status_name((pb_car_status)car->status));
    pb_json_put_i64(to, "laps", car->laps);
    put_gap(to, "gap_ms", "gap_laps", &car->gap);
    put_gap(to, "interval_ms", "interval_laps", &car->interval);
    pb__text_ms(to, "last_lap_ms", car->last_lap_ms);
    pb__text_ms(to, "best_lap_ms", car->best_lap_ms);
    pb_json_array(to, "sector_ms");
    for (int i = 0; i < 3; i++) pb__text_ms(to, NULL, car->sector_ms[i]);
    pb_json_array_end(to);
    pb_json_put_text(to, "compound", pb_compound_name((pb_compound)car->compound));
    pb__text_above(to, "tyre_age_laps", car->tyre_age_laps, 0);
    pb_json_put_i64(to, "stops", car->stops);
    put_stints(to, car);
    put_owed(to, car);
}

/* Few feeds tell it. */
static void put_place(pb_json_writer *w, const pb_live_car *car)
{
    if (isfinite(car->lapdist_m)) pb_json_put_fixed(w, "lapdist_m", (double)car->lapdist_m, 1);
}

static void put_cars(pb_json_writer *w, const pb_race_state *s)
{
    pb_json_array(w, "cars");
    for (uint32_t k = 0; k < s->n_cars; k++) {
        pb_json_object(w, NULL);
        pb__put_live_car(&s->cars[s->order[k]], w);
        put_place(w, &s->cars[s->order[k]]);
        pb_json_object_end(w);
    }
    pb_json_array_end(w);
}

/* Over WebSocket cars are members by their keys, and this is all that tells the running order. */
static void put_order(pb_json_writer *w, const pb_race_state *s)
{
    pb_json_array(w, "order");
    for (uint32_t k = 0; k < s->n_cars; k++) pb_json_put_i64(w, NULL, s->cars[s->order[k]].key);
    pb_json_array_end(w);
}

/* ---- the session ---- */

static void put_head(pb_json_writer *w, const pb_race_state *s, int16_t own)
{
    pb_json_put_text(w, "name", s->name);
    pb__text_above(w, "season", s->season, 1);
    pb__text_above(w, "round", s->round, 1);
    pb_json_put_text(w, "circuit", s->circuit);
    pb_json_put_text(w, "type", pb_race_type_name(s->type));
    pb_json_put_text(w, "status", pb_race_status_name(s->status));
    pb__text_above(w, "lap", pb__session_lap(s), 1);
    pb__text_above(w, "laps_total", s->laps_total, 1);
    pb__text_above(w, "laps_to_go", s->laps_to_go, 1);
    pb__text_ms(w, "session_ms", s->session_ms);
    pb__text_ms(w, "clock_left_ms", s->clock_left_ms);
    pb_json_put_text(w, "flag", pb__session_flag(s));
    pb_json_put_i64(w, "track", s->track);
    pb__text_above(w, "own_car", own, 1);
}

static void put_phases(pb_json_writer *w, const pb_race_state *s)
{
    pb_json_array(w, "phases");
    for (uint32_t i = 0; i < s->n_phases; i++) {
        const pb_live_phase *p = &s->phases[i];
        pb_json_object(w, NULL);
        pb_json_put_text(w, "kind", pb_race_neutral_name(p->kind));
        pb__text_above(w, "start_lap", p->start_lap, 1);
        pb__text_above(w, "end_lap", p->end_ms == PB_MS_NONE ? 0 : p->end_lap, 1);
        pb_json_object_end(w);
    }
    pb_json_array_end(w);
}

static void put_weather(pb_json_writer *w, const pb_race_state *s)
{
    const pb_weather_row *r = &s->weather;
    if (r->session_ms == PB_MS_NONE) {
        pb_json_put_null(w, "weather");
        return;
    }
    pb_json_object(w, "weather");
    pb_json_put_fixed(w, "air_degc", (double)r->air_degc, 1);
    pb_json_put_fixed(w, "track_degc", (double)r->track_degc, 1);
    pb_json_put_fixed(w, "humidity_pct", (double)r->humidity_pct, 0);
    pb_json_put_fixed(w, "wind_mps", (double)r->wind_mps, 1);
    pb__text_above(w, "rain", r->rain, 0);
    pb_json_object_end(w);
}

static void put_rain(pb_json_writer *w, const pb_race_state *s)
{
    pb_json_array(w, "rain_chance");
    for (int i = 0; i < 4; i++) pb_json_put_fixed(w, NULL, (double)s->rain_chance[i], 2);
    pb_json_array_end(w);
}

static void put_messages(pb_json_writer *w, const pb_race_state *s)
{
    uint32_t from = s->n_messages > MESSAGES ? s->n_messages - MESSAGES : 0;
    pb_json_put_i64(w, "n_messages", s->n_messages);
    pb_json_array(w, "messages");
    for (uint32_t i = from; i < s->n_messages; i++) {
        const pb_message *m = &s->messages[i % PB_MESSAGES_KEPT];
        pb_json_object(w, NULL);
        pb__text_above(w, "lap", m->lap, 1);
        pb__text_above(w, "car", m->car, 1);
        pb_json_put_text(w, "flag", m->flag[0] ? m->flag : NULL);
        pb_json_put_text(w, "text", m->text);
        pb_json_object_end(w);
    }
    pb_json_array_end(w);
}

void pb__put_race(const pb_race_state *state, int16_t own, pb_json_writer *to)
{
    pb_json_object(to, "race");
    put_head(to, state, own);
    put_phases(to, state);
    put_weather(to, state);
    put_rain(to, state);
    put_cars(to, state);
    put_order(to, state);
    put_messages(to, state);
    pb_json_object_end(to);
}

/* ---- how it goes ---- */

void pb__put_health(const pb_live_status *status, pb_json_writer *to)
{
    uint64_t received = 0, dropped = 0;
    for (int k = 0; k < PB_FEED_N; k++) {
        received += status->received[k];
        dropped += status->drops[k].kernel + status->drops[k].record + status->drops[k].process;
    }
    pb_json_object(to, "health");
    pb_json_put_bool(to, "recovering", status->recovering);
    pb_json_put_i64(to, "received", (int64_t)received);
    pb_json_put_i64(to, "dropped", (int64_t)dropped);
    pb_json_put_i64(to, "refused", (int64_t)status->refused);
    pb_json_put_i64(to, "points", (int64_t)status->points);
    pb_json_put_i64(to, "events", (int64_t)status->events);
    pb_json_put_text(to, "record", pb_part_state_name(status->record));
    pb_json_put_text(to, "store", pb_part_state_name(status->store));
    pb_json_put_fixed(to, "p99_ms", status->latency.p99_ms, 2);
    pb_json_put_i64(to, "decided", (int64_t)status->decided);
    pb_json_put_i64(to, "skipped", (int64_t)status->skipped);
    pb_json_put_i64(to, "decide_failed", (int64_t)status->decide_failed);
    pb_json_put_fixed(to, "decide_ms", status->decide_ms, 1);
    pb_json_object_end(to);
}
