/* tracker_print: the state as one JSON object. Keys: docs/live-state.md. */

#include "tracker.h"

static void put_ms(pb_json_writer *w, const char *key, int32_t ms)
{
    if (ms == PB_MS_NONE)
        pb_json_put_null(w, key);
    else
        pb_json_put_i64(w, key, ms);
}

static void put_us(pb_json_writer *w, const char *key, int64_t us)
{
    if (us == PB_US_NONE)
        pb_json_put_null(w, key);
    else
        pb_json_put_i64(w, key, us);
}

/* A number where 0 (or less) says that it is not known. */
static void put_known(pb_json_writer *w, const char *key, int64_t value, int64_t least)
{
    if (value < least)
        pb_json_put_null(w, key);
    else
        pb_json_put_i64(w, key, value);
}

static void put_float(pb_json_writer *w, const char *key, float value, int decimals)
{
    pb_json_put_fixed(w, key, (double)value, decimals);
}

const char *pb_race_neutral_name(uint8_t kind)
{
    static const char *const names[] = {NULL, "sc", "vsc", "red"};
    return kind < 4 ? names[kind] : NULL;
}

static const char *phase_name(uint8_t phase)
{
    static const char *const names[] = {NULL, "deployed", "ending", "over"};
    return phase < 4 ? names[phase] : NULL;
}

const char *pb_race_type_name(uint8_t type)
{
    static const char *const names[] = {"unknown", "practice", "qualifying", "sprint_qualifying",
                                        "sprint",  "race",     "time_trial"};
    return type < 7 ? names[type] : "unknown";
}

const char *pb_race_status_name(uint8_t status)
{
    static const char *const names[] = {"inactive", "started", "aborted", "finished", "finalised", "ends"};
    return status < 6 ? names[status] : "inactive";
}

/* ---- a car ---- */

static void put_gap(pb_json_writer *w, const char *key, const pb_live_gap *gap)
{
    pb_json_object(w, key);
    put_ms(w, "ms", gap->ms);
    put_known(w, "laps", gap->laps, 0);
    pb_json_put_bool(w, "derived", gap->derived);
    pb_json_object_end(w);
}

static void put_told(pb_json_writer *w, const pb_live_car *car)
{
    pb_json_object(w, "told");
    for (int f = 0; f < PB_TOLD_N; f++) {
        const pb_told *t = &car->told[f];
        if (t->at_us == PB_US_NONE && t->other == PB_ORIGIN_NONE) continue;
        pb_json_object(w, pb_told_name((pb_told_field)f));
        pb_json_put_text(w, "origin", t->origin ? pb_origin_name((pb_origin)t->origin) : NULL);
        put_us(w, "at_us", t->at_us);
        if (t->other != PB_ORIGIN_NONE) {
            pb_json_put_text(w, "other", pb_origin_name((pb_origin)t->other));
            pb_json_put_i64(w, "other_value", t->other_value);
            put_us(w, "other_at_us", t->other_at_us);
        }
        pb_json_object_end(w);
    }
    pb_json_object_end(w);
}

static void put_stints(pb_json_writer *w, const pb_live_car *car)
{
    pb_json_array(w, "stints");
    for (uint32_t i = 0; i < car->n_stints; i++) {
        const pb_stint *s = &car->stints[i];
        pb_json_object(w, NULL);
        pb_json_put_text(w, "compound", pb_compound_name((pb_compound)s->compound));
        put_known(w, "fresh", s->fresh, 0);
        pb_json_put_i64(w, "from_lap", s->from_lap);
        put_known(w, "to_lap", s->to_lap, 1);
        put_known(w, "age_at_start", s->age_at_start, 0);
        pb_json_object_end(w);
    }
    pb_json_array_end(w);
}

static void put_times(pb_json_writer *w, const pb_live_car *car)
{
    put_ms(w, "line_ms", car->line_ms);
    put_ms(w, "last_lap_ms", car->last_lap_ms);
    put_ms(w, "best_lap_ms", car->best_lap_ms);
    put_known(w, "best_lap", car->best_lap, 1);
    pb_json_array(w, "sector_ms");
    for (int i = 0; i < 3; i++) put_ms(w, NULL, car->sector_ms[i]);
    pb_json_array_end(w);
    pb_json_array(w, "speed_kmh");
    for (int i = 0; i < 4; i++) put_float(w, NULL, car->speed_kmh[i], 1);
    pb_json_array_end(w);
}

static void put_pit(pb_json_writer *w, const pb_live_car *car)
{
    pb_json_put_i64(w, "stops", car->stops);
    put_ms(w, "pit_in_ms", car->pit_in_ms);
    put_ms(w, "pit_out_ms", car->pit_out_ms);
    put_ms(w, "lane_ms", car->lane_ms);
    put_ms(w, "still_ms", car->still_ms);
    pb_json_put_i64(w, "penalty_ms", car->penalty_ms);
    pb_json_put_i64(w, "drive_throughs", car->drive_throughs);
    pb_json_put_i64(w, "stop_gos", car->stop_gos);
}

static void put_car(pb_json_writer *w, const pb_live_car *car)
{
    pb_json_object(w, NULL);
    pb_json_put_i64(w, "key", car->key);
    put_known(w, "number", car->number, 1);
    pb_json_put_text(w, "code", car->code);
    pb_json_put_text(w, "name", car->name);
    pb_json_put_text(w, "team", car->team);
    put_known(w, "grid", car->grid, 1);
    pb_json_put_text(w, "status", pb_car_status_name((pb_car_status)car->status));
    put_known(w, "position", car->position, 1);
    pb_json_put_i64(w, "laps", car->laps);
    put_gap(w, "gap", &car->gap);
    put_gap(w, "interval", &car->interval);
    pb_json_put_bool(w, "lapped", car->lapped);
    put_times(w, car);
    pb_json_put_text(w, "compound", pb_compound_name((pb_compound)car->compound));
    put_known(w, "tyre_age_laps", car->tyre_age_laps, 0);
    put_known(w, "fresh", car->fresh, 0);
    put_stints(w, car);
    put_pit(w, car);
    pb_json_array(w, "wear_frac");
    for (int i = 0; i < 4; i++) put_float(w, NULL, car->wear_frac[i], 4);
    pb_json_array_end(w);
    put_float(w, "fuel_kg", car->fuel_kg, 3);
    put_float(w, "lapdist_m", car->lapdist_m, 1);
    put_told(w, car);
    pb_json_object_end(w);
}

/* ---- the session ---- */

static void put_session(pb_json_writer *w, const pb_race_state *s)
{
    pb_json_put_i64(w, "n_events", (int64_t)s->n_events);
    put_us(w, "now_us", s->now_us);
    put_ms(w, "session_ms", s->session_ms);
    pb_json_put_text(w, "session", s->session);
    pb_json_put_text(w, "name", s->name);
    put_known(w, "season", s->season, 1);
    put_known(w, "round", s->round, 1);
    pb_json_put_text(w, "circuit", s->circuit);
    pb_json_put_text(w, "type", pb_race_type_name(s->type));
    pb_json_put_text(w, "status", pb_race_status_name(s->status));
    put_known(w, "laps_total", s->laps_total, 1);
    put_known(w, "laps_planned", s->laps_planned, 1);
    put_known(w, "leader_lap", s->leader_lap, 1);
    put_known(w, "laps_to_go", s->laps_to_go, 1);
    put_ms(w, "clock_left_ms", s->clock_left_ms);
    pb_json_put_bool(w, "clock_runs", s->clock_runs);
    pb_json_put_i64(w, "track", s->track);
    pb_json_put_text(w, "neutral", pb_race_neutral_name(s->neutral));
    pb_json_put_text(w, "sc_phase", phase_name(s->sc_phase));
    pb_json_put_bool(w, "chequered", s->chequered);
    put_ms(w, "start_ms", s->start_ms);
    put_known(w, "own_car", s->own_car, 1);
}

static void put_phases(pb_json_writer *w, const pb_race_state *s)
{
    pb_json_array(w, "phases");
    for (uint32_t i = 0; i < s->n_phases; i++) {
        const pb_live_phase *p = &s->phases[i];
        pb_json_object(w, NULL);
        pb_json_put_text(w, "kind", pb_race_neutral_name(p->kind));
        put_ms(w, "start_ms", p->start_ms);
        put_ms(w, "ending_ms", p->ending_ms);
        put_ms(w, "end_ms", p->end_ms);
        put_known(w, "start_lap", p->start_lap, 1);
        put_known(w, "end_lap", p->end_lap, 1);
        pb_json_object_end(w);
    }
    pb_json_array_end(w);
}

static void put_weather(pb_json_writer *w, const pb_race_state *s)
{
    const pb_weather_row *r = &s->weather;
    if (r->session_ms == PB_MS_NONE) {
        pb_json_put_null(w, "weather");
    } else {
        pb_json_object(w, "weather");
        put_ms(w, "session_ms", r->session_ms);
        put_float(w, "air_degc", r->air_degc, 2);
        put_float(w, "track_degc", r->track_degc, 2);
        put_float(w, "humidity_pct", r->humidity_pct, 2);
        put_float(w, "pressure_mbar", r->pressure_mbar, 2);
        put_float(w, "wind_mps", r->wind_mps, 2);
        put_float(w, "wind_deg", r->wind_deg, 1);
        put_known(w, "rain", r->rain, 0);
        pb_json_object_end(w);
    }
    pb_json_array(w, "rain_chance");
    for (int i = 0; i < 4; i++) put_float(w, NULL, s->rain_chance[i], 3);
    pb_json_array_end(w);
}

static void put_messages(pb_json_writer *w, const pb_race_state *s)
{
    uint32_t from = s->n_messages > PB_MESSAGES_KEPT ? s->n_messages - PB_MESSAGES_KEPT : 0;
    pb_json_put_i64(w, "n_messages", s->n_messages);
    pb_json_array(w, "messages");
    for (uint32_t i = from; i < s->n_messages; i++) {
        const pb_message *m = &s->messages[i % PB_MESSAGES_KEPT];
        pb_json_object(w, NULL);
        put_us(w, "at_us", m->at_us);
        put_ms(w, "session_ms", m->session_ms);
        put_known(w, "lap", m->lap, 1);
        put_known(w, "car", m->car, 1);
        pb_json_put_text(w, "category", m->category);
        pb_json_put_text(w, "flag", m->flag);
        pb_json_put_text(w, "text", m->text);
        pb_json_object_end(w);
    }
    pb_json_array_end(w);
}

void pb_race_state_print(const pb_race_state *state, pb_json_writer *to, const char *key)
{
    pb_json_object(to, key);
    put_session(to, state);
    put_phases(to, state);
    put_weather(to, state);
    pb_json_array(to, "cars"); /* in running order */
    for (uint32_t k = 0; k < state->n_cars; k++) put_car(to, &state->cars[state->order[k]]);
    pb_json_array_end(to);
    put_messages(to, state);
    pb_json_put_i64(to, "corrections", state->corrections);
    pb_json_put_i64(to, "rewritten", state->rewritten);
    pb_json_put_i64(to, "refused", state->refused);
    pb_json_object_end(to);
}
