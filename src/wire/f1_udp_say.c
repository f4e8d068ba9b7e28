/* f1_udp_say: events on their way out. */
#include <stdio.h>
#include <string.h>

#include "f1_udp_state.h"

#define HEAD offsetof(pb_event, name) /* texts come behind */

void pb__f1_blank_events(pb_f1_udp *u)
{
    for (unsigned k = 0; k < PB_EV_N; k++) {
        pb_event e = pb_event_make((pb_event_kind)k, PB_ORIGIN_F1_GAME, PB_US_NONE, PB_MS_NONE);
        memcpy(u->heads[k], &e, HEAD);
    }
    u->out = &u->event;
}

/* Few events have texts: most are made by their first bytes alone. */
pb_event *pb__f1_event_of(const pb_f1_udp *u, pb_event_kind kind, const pb__f1_car *car)
{
    pb_event *e = u->out;
    if (e->kind == PB_EV_SESSION || e->kind == PB_EV_CAR || e->kind == PB_EV_CONTROL || e->kind == PB_EV_RETIRED ||
        e->kind == PB_EV_LAP_DELETED || e->kind == PB_EV_PENALTY)
        memset(e, 0, sizeof *e);
    memcpy(e, u->heads[kind], HEAD);
    e->session_ms = u->now_ms;
    e->car        = car ? car->key : 0;
    return e;
}

void pb__f1_say(const pb_f1_udp *u, const pb_event *event)
{
    if (u->sink->event) u->sink->event(u->sink->user, event);
}

void pb__f1_say_value(const pb_f1_udp *u, pb_event_kind kind, const pb__f1_car *car, int32_t value, int32_t aux)
{
    pb_event *e = pb__f1_event_of(u, kind, car);
    e->value    = value;
    e->aux      = aux;
    pb__f1_say(u, e);
}

void pb__f1_say_flag(const pb_f1_udp *u, pb_event_kind kind, const pb__f1_car *car, bool flag)
{
    pb_event *e = pb__f1_event_of(u, kind, car);
    e->flag     = flag;
    pb__f1_say(u, e);
}

void pb__f1_say_control(const pb_f1_udp *u, const pb__f1_car *car, const char *category, const char *flag,
                        const char *format, ...)
{
    pb_event *e = pb__f1_event_of(u, PB_EV_CONTROL, car);
    va_list   args;
    va_start(args, format);
    (void)vsnprintf(e->text, sizeof e->text, format, args);
    va_end(args);
    (void)pb_span_copy(pb_span_of(category), e->name, sizeof e->name);
    (void)pb_span_copy(pb_span_of(flag), e->flag_text, sizeof e->flag_text);
    pb__f1_say(u, e);
}

void pb__f1_copy_name(const uint8_t *at, size_t n, char *to, size_t cap)
{
    size_t len = 0, put = 0;
    while (len < n && at[len]) len++;
    for (pb_span left = {(const char *)at, len}; left.len > 0;) {
        size_t      step = pb_utf8_step(left);
        const char *from = step && (step > 1 || (unsigned char)left.at[0] >= 0x20) ? left.at : "?";
        size_t      take = from == left.at ? step : 1;
        if (put + take >= cap) break;
        memcpy(to + put, from, take);
        put += take;
        if (step == 0) step = 1;
        left.at += step;
        left.len -= step;
    }
    to[put] = '\0';
}
