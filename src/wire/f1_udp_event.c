/* f1_udp_event: the Event packet: a code of four letters and what belongs to it.
 * Codes that say nothing about the race (buttons, lights one by one) and unknown ones
 * are passed over; what is said also by states (overtakes: places) is left to them. */
#include <math.h>

#include "f1_udp_state.h"

typedef void on_event(pb_f1_udp *u, const uint8_t *d);

static void on_session_start(pb_f1_udp *u, const uint8_t *d)
{
    (void)d;
    pb__f1_session_started(u);
}

static void on_lights_out(pb_f1_udp *u, const uint8_t *d)
{
    (void)d;
    u->s.red = 0;
    pb__f1_status_say(u, PB_STATUS_STARTED);
}

static void on_session_end(pb_f1_udp *u, const uint8_t *d)
{
    (void)d;
    u->s.ended = true;
    pb__f1_status_say(u, PB_STATUS_ENDS);
}

static void on_chequered(pb_f1_udp *u, const uint8_t *d)
{
    (void)d;
    if (u->s.chequered || !u->s.told) return;
    u->s.chequered = true;
    pb__f1_say_value(u, PB_EV_CHEQUERED, NULL, 0, 0);
    pb__f1_status_say(u, PB_STATUS_FINISHED);
}

static void on_fastest_lap(pb_f1_udp *u, const uint8_t *d)
{
    pb__f1_car *car = pb__f1_car_at(u, d[0]);
    float       s   = pb__load_f32(d + 1);
    if (!car || !(s > 0 && s < 1e5f)) return;
    int32_t ms = (int32_t)(s * 1000.0 + 0.5);
    if (ms == car->best_ms) return;
    car->best_ms = ms;
    pb__f1_say_value(u, PB_EV_BEST_LAP, car, ms, 0);
}

static void on_retired(pb_f1_udp *u, const uint8_t *d)
{
    static const char *const reasons[] = {
        "",           "retired",  "finished",           "terminal damage", "inactive",         "not enough laps",
        "black flag", "red flag", "mechanical failure", "session skipped", "session simulated"};
    pb__f1_car *car  = pb__f1_car_at(u, d[0]);
    bool        told = u->s.format >= 2025 && d[1] < sizeof reasons / sizeof *reasons;
    if (!car) return;
    pb__f1_result(u, car, 7, 0, told ? reasons[d[1]] : "");
    car->retired_ms = u->now_ms;
}

static void on_drs_enabled(pb_f1_udp *u, const uint8_t *d)
{
    (void)d;
    if (u->s.told) pb__f1_say_control(u, NULL, "Drs", "", "DRS enabled");
}

static void on_drs_disabled(pb_f1_udp *u, const uint8_t *d)
{
    (void)d;
    if (u->s.told) pb__f1_say_control(u, NULL, "Drs", "", "DRS disabled");
}

static void on_winner(pb_f1_udp *u, const uint8_t *d)
{
    pb__f1_car *car = pb__f1_car_at(u, d[0]);
    if (car) pb__f1_result(u, car, 3, 1, "");
}

/* ---- penalties ---- */

static void say_penalty(pb_f1_udp *u, pb__f1_car *car, const uint8_t *d, pb_penalty penalty, const char *why)
{
    uint8_t seconds = d[4] == 255 ? 0 : d[4];
    if (penalty == PB_PENALTY_TIME) pb__f1_debt_made(car, PB__F1_DEBT_TIME, seconds);
    if (penalty == PB_PENALTY_DRIVE_THROUGH) pb__f1_debt_made(car, PB__F1_DEBT_DRIVE, 1);
    if (penalty == PB_PENALTY_STOP_GO) pb__f1_debt_made(car, PB__F1_DEBT_STOP, 1);
    pb_event *e = pb__f1_event_of(u, PB_EV_PENALTY, car);
    e->value    = (int32_t)penalty;
    e->aux      = penalty == PB_PENALTY_TIME || penalty == PB_PENALTY_STOP_GO ? seconds * 1000 : 0;
    e->lap      = d[5] == 255 ? 0 : d[5];
    (void)pb_span_copy(pb_span_of(why), e->text, sizeof e->text);
    pb__f1_say(u, e);
}

static void on_penalty(pb_f1_udp *u, const uint8_t *d)
{
    pb__f1_car *car  = pb__f1_car_at(u, d[2]);
    const char *name = pb__f1_penalty_name(d[0]), *why = pb__f1_infringement(d[1]);
    pb_penalty  penalty = pb__f1_penalty(d[0]);
    if (!car || !name[0]) return;
    pb__f1_say_control(u, car, "Penalty", "", "car %d: %s%s%s", car->key, name, why[0] ? ", " : "", why);
    if (penalty != PB_PENALTY_NONE) say_penalty(u, car, d, penalty, why);
    if (d[0] >= 10 && d[0] <= 15 && d[5] != 255) pb__f1_deleted(u, car, d[5], true, why);
    if (d[0] == 14 || d[0] == 15) pb__f1_deleted(u, car, d[5] - 1u, true, why);
    if (d[0] == 6) pb__f1_result(u, car, 5, 0, why);
    if (d[0] == 16) {
        pb__f1_result(u, car, 7, 0, why);
        car->retired_ms = u->now_ms;
    }
}

static void served(pb_f1_udp *u, const uint8_t *d, unsigned debt, pb_penalty penalty, int32_t ms)
{
    pb__f1_car *car = pb__f1_car_at(u, d[0]);
    if (!car) return;
    pb__f1_debt_made(car, debt, -1);
    pb__f1_say_value(u, PB_EV_PENALTY_SERVED, car, (int32_t)penalty, ms);
}

static void on_drive_through_served(pb_f1_udp *u, const uint8_t *d)
{
    served(u, d, PB__F1_DEBT_DRIVE, PB_PENALTY_DRIVE_THROUGH, 0);
}

static void on_stop_go_served(pb_f1_udp *u, const uint8_t *d)
{
    served(u, d, PB__F1_DEBT_STOP, PB_PENALTY_STOP_GO, 0);
}

/* ---- the rest ---- */

static void on_speed_trap(pb_f1_udp *u, const uint8_t *d)
{
    pb__f1_car *car = pb__f1_car_at(u, d[0]);
    float       kmh = pb__load_f32(d + 1);
    if (!car || !(kmh > 0 && kmh < 1000)) return;
    pb_event *e = pb__f1_event_of(u, PB_EV_SPEED, car);
    e->index    = 3;
    e->value    = (int32_t)(kmh + 0.5f);
    pb__f1_say(u, e);
}

/* The frames may have gone back before the event arrives: then it says nothing new. */
static void on_flashback(pb_f1_udp *u, const uint8_t *d)
{
    float s = pb__load_f32(d + 4);
    if (!(s >= 0 && s < 1e6f)) return;
    int32_t ms = (int32_t)(s * 1000.0 + 0.5);
    if (u->s.clock_ms > ms + 500) pb__f1_flashback(u, ms);
}

static void on_red_flag(pb_f1_udp *u, const uint8_t *d)
{
    (void)d;
    u->s.red = 1;
    if (u->s.told) pb__f1_say_control(u, NULL, "Flag", "RED", "red flag");
    pb__f1_track_say(u, 5);
    pb__f1_status_say(u, PB_STATUS_ABORTED);
}

static void on_safety_car(pb_f1_udp *u, const uint8_t *d)
{
    pb_neutral_kind kind = d[0] == 1 ? PB_NEUTRAL_SC : PB_NEUTRAL_VSC;
    if (d[0] != 1 && d[0] != 2) return; /* none, formation lap */
    if (d[1] == 0) pb__f1_phase_say(u, PB_SC_DEPLOYED, kind);
    if (d[1] == 1) pb__f1_phase_say(u, PB_SC_ENDING, kind);
    if (d[1] == 3) pb__f1_phase_say(u, PB_SC_OVER, kind); /* 2: it is in, the field still bunched */
}

static void on_collision(pb_f1_udp *u, const uint8_t *d)
{
    const pb__f1_car *a = pb__f1_car_at(u, d[0]), *b = pb__f1_car_at(u, d[1]);
    if (a && b) pb__f1_say_control(u, a, "CarEvent", "", "cars %d and %d collided", a->key, b->key);
}

static const struct {
    char      code[5];
    uint16_t  from; /* format in which its details are there */
    on_event *take;
} codes[] = {
    {"SSTA", 2018, on_session_start},  {"SEND", 2018, on_session_end}, {"FTLP", 2019, on_fastest_lap},
    {"RTMT", 2019, on_retired},        {"DRSE", 2018, on_drs_enabled}, {"DRSD", 2018, on_drs_disabled},
    {"CHQF", 2018, on_chequered},      {"RCWN", 2019, on_winner},      {"PENA", 2020, on_penalty},
    {"SPTP", 2020, on_speed_trap},     {"LGOT", 2018, on_lights_out},  {"DTSV", 2021, on_drive_through_served},
    {"SGSV", 2021, on_stop_go_served}, {"FLBK", 2021, on_flashback},   {"RDFL", 2018, on_red_flag},
    {"SCAR", 2022, on_safety_car},     {"COLL", 2022, on_collision},
};

void pb__f1_take_event(pb_f1_udp *u, const uint8_t *at)
{
    const uint8_t *code = at + u->h.size;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (memcmp(codes[i].code, code, 4) == 0 && u->s.format >= codes[i].from) codes[i].take(u, code + 4);
}
