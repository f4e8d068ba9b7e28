/* f1_udp_session: the Session packet: what is run where, weather, forecast, clock,
 * safety car. */
#include <math.h>

#include "f1_udp_state.h"

void pb__f1_status_say(pb_f1_udp *u, pb_session_status status)
{
    if (u->s.status == status) return;
    u->s.status = (uint8_t)status;
    if (u->s.told) pb__f1_say_value(u, PB_EV_SESSION_STATUS, NULL, (int32_t)status, 0);
}

void pb__f1_track_say(pb_f1_udp *u, uint8_t digit)
{
    if (u->s.track == digit) return;
    u->s.track = digit;
    if (u->s.told) pb__f1_say_value(u, PB_EV_TRACK, NULL, digit, 0);
}

void pb__f1_phase_say(pb_f1_udp *u, pb_sc_phase phase, pb_neutral_kind kind)
{
    uint8_t now = (uint8_t)((unsigned)phase << 4 | kind);
    if (u->s.sc_phase == now) return;
    if (u->s.sc_phase == 0 && phase != PB_SC_DEPLOYED) return; /* joined at its end: nothing to end */
    u->s.sc_phase = phase == PB_SC_OVER ? 0 : now;
    if (u->s.told) pb__f1_say_value(u, PB_EV_SC_PHASE, NULL, (int32_t)phase, (int32_t)kind);
}

static void say_session(pb_f1_udp *u)
{
    pb_event *e = pb__f1_event_of(u, PB_EV_SESSION, NULL);
    (void)snprintf(e->text, sizeof e->text, "%llu", (unsigned long long)u->s.uid);
    (void)pb_span_copy(pb_span_of(pb__f1_circuit(u->s.track_id)), e->name, sizeof e->name);
    (void)pb_span_copy(pb_span_of(pb__f1_circuit(u->s.track_id)), e->team_text, sizeof e->team_text);
    e->value  = (int32_t)pb__f1_session_type(u->s.format, u->s.type);
    e->aux    = u->h.season;
    u->s.told = true;
    pb__f1_say(u, e);
}

/* What came before the session was known. */
static void say_start(pb_f1_udp *u)
{
    pb_session_status early = (pb_session_status)u->s.status;
    u->s.status             = PB_STATUS_INACTIVE;
    if (early != PB_STATUS_INACTIVE) pb__f1_status_say(u, early);
    if (u->s.early_start) pb__f1_session_started(u);
}

/* A race starts when the lights go out, where the format has an event for that. */
void pb__f1_session_started(pb_f1_udp *u)
{
    u->s.early_start = true;
    if (u->s.told && u->s.status == PB_STATUS_INACTIVE && (u->s.format < 2021 || !pb__f1_is_race(u)))
        pb__f1_status_say(u, PB_STATUS_STARTED);
}

/* Nothing says that a red flag is over: cars that run again do. */
void pb__f1_red_over(pb_f1_udp *u)
{
    if (!u->s.red) return;
    u->s.red = 0;
    pb__f1_status_say(u, PB_STATUS_STARTED);
}

static void tell_session(pb_f1_udp *u, const uint8_t *at)
{
    const pb__f1_layout *l     = u->at;
    uint8_t              type  = pb__f1_u8(at, l->session_type);
    int8_t               track = (int8_t)pb__f1_u8(at, l->track_id);
    u->s.track_length          = (float)pb__f1_whole(at, l->track_length);
    if (u->s.told && type == u->s.type && track == u->s.track_id) return;
    bool first    = !u->s.told;
    u->s.type     = type;
    u->s.track_id = track;
    say_session(u);
    if (first) say_start(u);
}

static void tell_distance(pb_f1_udp *u, const uint8_t *at)
{
    uint8_t laps = pb__f1_u8(at, u->at->total_laps);
    if (!pb__f1_is_race(u) || laps == 0 || laps == u->s.total_laps) return;
    u->s.total_laps = laps;
    pb__f1_say_value(u, PB_EV_DISTANCE, NULL, laps, 0);
}

static void tell_clock(pb_f1_udp *u, const uint8_t *at)
{
    int32_t left   = pb__f1_whole(at, u->at->time_left);
    bool    paused = pb__f1_u8(at, u->at->paused) != 0;
    if (left == u->s.left_s && paused == u->s.paused) return;
    u->s.left_s = left;
    u->s.paused = paused;
    pb_event *e = pb__f1_event_of(u, PB_EV_CLOCK, NULL);
    e->value    = left * 1000;
    e->flag     = !paused && !u->s.ended;
    pb__f1_say(u, e);
}

static void tell_weather(pb_f1_udp *u, const uint8_t *at)
{
    uint8_t code = pb__f1_u8(at, u->at->weather);
    int8_t  air = (int8_t)pb__f1_u8(at, u->at->air_temp), track = (int8_t)pb__f1_u8(at, u->at->track_temp);
    if (u->s.weather_told && code == u->s.weather_code && air == u->s.air && track == u->s.track_temp) return;
    u->s.weather_told = true;
    u->s.weather_code = code;
    u->s.air          = air;
    u->s.track_temp   = track;
    pb_event *e       = pb__f1_event_of(u, PB_EV_WEATHER, NULL);
    e->real[0]        = air;
    e->real[1]        = track;
    e->real[6]        = code >= 3 ? 1 : 0; /* light rain and worse */
    pb__f1_say(u, e);
}

static void say_forecast(const pb_f1_udp *u, const uint8_t *sample)
{
    const pb__f1_layout *l    = u->at;
    pb_event            *e    = pb__f1_event_of(u, PB_EV_FORECAST, NULL);
    int32_t              rain = pb__f1_whole(sample, l->fc_rain);
    e->value                  = pb__f1_u8(sample, l->fc_offset);
    e->aux                    = pb__f1_u8(sample, l->fc_weather);
    if (pb__f1_there(l->fc_rain) && rain <= 100) e->real[0] = (float)rain / 100;
    e->real[1] = pb__f1_real(sample, l->fc_air);
    e->real[2] = pb__f1_real(sample, l->fc_track);
    pb__f1_say(u, e);
}

/* The samples of this session, all of them again when one has changed: they count from now. */
static void tell_forecast(pb_f1_udp *u, const uint8_t *at)
{
    const pb__f1_rows *rows = &u->at->forecasts_at;
    uint8_t            kept[sizeof u->s.forecast];
    int32_t            n     = 0;
    unsigned           given = pb__f1_u8(at, u->at->n_forecasts);
    for (unsigned i = 0; i < given && i < rows->n; i++) {
        const uint8_t *sample = at + rows->at + (size_t)i * rows->step;
        if (pb__f1_u8(sample, u->at->fc_session) != u->s.type) continue;
        memcpy(kept + n * rows->step, sample, rows->step);
        n++;
    }
    if (n == u->s.forecast_n && memcmp(kept, u->s.forecast, (size_t)n * rows->step) == 0) return;
    u->s.forecast_n = n;
    memcpy(u->s.forecast, kept, (size_t)n * rows->step);
    for (int32_t i = 0; i < n; i++) say_forecast(u, kept + i * rows->step);
}

/* 0 none, 3 yellow, 4 red (2022), over all zones. */
static uint8_t worst_zone(const pb_f1_udp *u, const uint8_t *at)
{
    const pb__f1_rows *rows  = &u->at->zones_at;
    unsigned           given = pb__f1_u8(at, u->at->n_zones);
    uint8_t            worst = 0;
    for (unsigned i = 0; i < given && i < rows->n; i++) {
        uint8_t flag = pb__f1_u8(at + rows->at + (size_t)i * rows->step, u->at->zone_flag);
        if ((flag == 3 || flag == 4) && flag > worst) worst = flag;
    }
    return worst;
}

static void tell_phase(pb_f1_udp *u, uint8_t status)
{
    pb_neutral_kind kind = (pb_neutral_kind)(u->s.sc_phase & 15);
    if (status == 1 && kind != PB_NEUTRAL_SC) pb__f1_phase_say(u, PB_SC_DEPLOYED, PB_NEUTRAL_SC);
    if (status == 2 && kind != PB_NEUTRAL_VSC) pb__f1_phase_say(u, PB_SC_DEPLOYED, PB_NEUTRAL_VSC);
    if (status != 1 && status != 2 && u->s.sc_phase) pb__f1_phase_say(u, PB_SC_OVER, kind);
}

static void tell_track(pb_f1_udp *u, const uint8_t *at)
{
    uint8_t status = pb__f1_u8(at, u->at->safety_car), zone = worst_zone(u, at);
    if (status != u->s.sc_status) tell_phase(u, status);
    u->s.sc_status = status;
    if (zone == 4) u->s.red = 1;
    if (status && zone != 4) pb__f1_red_over(u);
    bool ending = u->s.sc_phase >> 4 == PB_SC_ENDING;
    pb__f1_track_say(u, u->s.red ? 5 : status == 1 ? 4 : status == 2 ? (ending ? 7 : 6) : zone == 3 ? 2 : 1);
}

void pb__f1_take_session(pb_f1_udp *u, const uint8_t *at)
{
    tell_session(u, at);
    tell_distance(u, at);
    tell_clock(u, at);
    tell_weather(u, at);
    tell_forecast(u, at);
    tell_track(u, at);
    u->s.spectating = pb__f1_u8(at, u->at->spectating) != 0;
    pb__f1_own_car(u);
}
