/* made_race.h - a small race as records: event lines and points, for tests of the engine. */
#ifndef PB_MADE_RACE_H
#define PB_MADE_RACE_H

#include "pitboard/wire_feed.h"

#define MADE_CARS 6
#define MADE_LAPS 12

/* One event as the line of a frame; text must hold PB_EVENT_LINE_MAX. */
static inline size_t made_line(const pb_event *event, char *text)
{
    return pb_event_line_write(event, text, PB_EVENT_LINE_MAX);
}

static inline pb_event made_event(pb_event_kind kind, int16_t car, int32_t value, int32_t session_ms)
{
    pb_event e = pb_event_make(kind, PB_ORIGIN_LAP_FILE, 1700000000000000 + (int64_t)session_ms * 1000, session_ms);
    e.car      = car;
    e.value    = value;
    return e;
}

typedef void made_give(void *user, const pb_event *event);

static inline void made_start(made_give *give, void *user)
{
    pb_event e = made_event(PB_EV_SESSION, 0, PB_SESSION_RACE, 0);
    e.aux      = 2025;
    snprintf(e.text, sizeof e.text, "made-race");
    snprintf(e.name, sizeof e.name, "Made Grand Prix");
    give(user, &e);
    e = made_event(PB_EV_DISTANCE, 0, MADE_LAPS, 0);
    give(user, &e);
    for (int16_t car = 1; car <= MADE_CARS; car++) {
        e     = made_event(PB_EV_CAR, car, car, 0);
        e.aux = car;
        snprintf(e.text, sizeof e.text, "AA%c", 'A' + car - 1);
        snprintf(e.name, sizeof e.name, "Driver %d", car);
        snprintf(e.team_text, sizeof e.team_text, "Team %d", (car + 1) / 2);
        give(user, &e);
        e     = made_event(PB_EV_STINT, car, PB_COMPOUND_MEDIUM, 0);
        e.aux = 0;
        e.lap = 1;
        give(user, &e);
    }
    e = made_event(PB_EV_OWN_CAR, 3, 0, 0);
    give(user, &e);
    e = made_event(PB_EV_SESSION_STATUS, 0, PB_STATUS_STARTED, 1000);
    give(user, &e);
}

/* All cars end a lap, car 1 first; the safety car is out from lap 5 to 6. */
static inline void made_lap(uint16_t lap, made_give *give, void *user)
{
    if (lap == 5 || lap == 7) {
        pb_event e = made_event(PB_EV_TRACK, 0, lap == 5 ? 4 : 1, 1000 + (lap - 1) * 90000 + 30000);
        give(user, &e);
    }
    for (int16_t car = 1; car <= MADE_CARS; car++) {
        pb_event e   = made_event(PB_EV_LAP, car, 90000 + car * 100, 1000 + lap * (90000 + car * 100));
        e.lap        = lap;
        e.aux        = car;
        e.sectors[0] = e.sectors[1] = 30000;
        e.sectors[2]                = 30000 + car * 100;
        give(user, &e);
    }
}

/* A body of one point. Returns its length. */
static inline size_t made_point(uint32_t i, char *text, size_t cap)
{
    int64_t us = 1700000000000000 + (int64_t)i * 10000;
    return (size_t)snprintf(text, cap,
                            "{\"time\":%lld.%06d,\"car\":%u,\"lap\":%u,\"lapdist_m\":%u,\"speed_kmh\":%u,"
                            "\"accx_g\":%.2f,\"accy_g\":%.2f,\"pbrake_f_bar\":%u,\"pbrake_r_bar\":%u}",
                            (long long)(us / 1000000), (int)(us % 1000000), 1 + i % MADE_CARS, 1 + i / 3000,
                            i % 3000 * 2, 100 + i % 150, (double)(i % 30) / 10 - 1.5, (double)(i % 40) / 10 - 2, i % 50,
                            i % 40);
}

#endif
