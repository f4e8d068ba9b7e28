/* What goes to the bus: points as the bodies that pb_points_feed reads, 40 or 2 ms
 * of them an entry, with the time at which the first was received; events and calls at once. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "live.h"

#define POINTS 40
#define HOLD_US 2000
#define LOOK_US 1000 /* between two looks whether somebody reads the points */
#define POINT_TEXT_MAX 1024u
#define HEAD_MAX 64u

struct pb__batch {
    pb_bus  *bus;
    char     points[PB_BUS_NAME_MAX], events[PB_BUS_NAME_MAX], calls[PB_BUS_NAME_MAX];
    bool     wanted;
    int64_t  looked_us, from_us; /* monotonic: last look; receipt of the first */
    uint32_t n;
    size_t   len;
    char     text[HEAD_MAX + POINTS * POINT_TEXT_MAX + 8];
};

static void name_topic(char name[PB_BUS_NAME_MAX], const char *topics, const char *topic)
{
    (void)snprintf(name, PB_BUS_NAME_MAX, "%s%s%s", topics ? topics : "", topics ? "/" : "", topic);
}

pb_status pb__batch_create(pb_bus *bus, const char *topics, pb__batch **out)
{
    pb__batch *b = calloc(1, sizeof *b);
    if (!b) return PB_E_NOMEM;
    b->bus       = bus;
    b->looked_us = INT64_MIN / 2;
    name_topic(b->points, topics, "points");
    name_topic(b->events, topics, "events");
    name_topic(b->calls, topics, "calls");
    *out = b;
    return PB_OK;
}

void pb__batch_destroy(pb__batch *batch)
{
    free(batch);
}

static void give(pb__batch *b)
{
    if (b->n == 0) return;
    b->text[b->len++] = ']';
    b->text[b->len++] = '}';
    (void)pb_bus_publish(b->bus, b->points, (pb_span){b->text, b->len});
    b->n   = 0;
    b->len = 0;
}

static void put(pb__batch *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void put(pb__batch *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(b->text + b->len, sizeof b->text - b->len - 3, format, args);
    va_end(args);
    if (n > 0 && (size_t)n < sizeof b->text - b->len - 3) b->len += (size_t)n;
}

static void put_point(pb__batch *b, const pb_point *p)
{
    put(b, "%s{\"time\":%" PRId64 ".%06d,\"car\":%d,\"lap\":%u", b->n == 0 ? "" : ",", p->time_us / 1000000,
        (int)(p->time_us % 1000000), p->car, (unsigned)p->lap);
    for (int c = 0; c < PB_CH_N; c++)
        if (pb_point_has(p, (pb_channel)c)) put(b, ",\"%s\":%.7g", pb_channel_name((pb_channel)c), (double)p->ch[c]);
    put(b, "}");
}

static bool is_wanted(pb__batch *b, int64_t mono_us)
{
    if (mono_us - b->looked_us < LOOK_US && mono_us >= b->looked_us) return b->wanted;
    b->looked_us = mono_us;
    b->wanted    = pb_bus_wanted(b->bus, b->points);
    return b->wanted;
}

void pb__batch_point(pb__batch *batch, const pb_point *point, const pb_frame *frame)
{
    if (point->time_us < 0 || (batch->n == 0 && !is_wanted(batch, frame->mono_us))) return;
    if (batch->n == 0) {
        batch->from_us = frame->mono_us;
        put(batch, "{\"received_us\":%" PRId64 ",\"points\":[", frame->received_us);
    }
    put_point(batch, point);
    batch->n++;
    if (batch->n == POINTS || frame->mono_us - batch->from_us >= HOLD_US) give(batch);
}

void pb__batch_event(pb__batch *batch, const pb_event *event)
{
    char line[PB_EVENT_LINE_MAX];
    if (!pb_bus_wanted(batch->bus, batch->events)) return;
    size_t len = pb_event_line_write(event, line, sizeof line);
    if (len > 0) (void)pb_bus_publish(batch->bus, batch->events, (pb_span){line, len});
}

void pb__batch_call(const pb__batch *batch, pb_span call)
{
    (void)pb_bus_publish(batch->bus, batch->calls, call);
}

bool pb__batch_holds(const pb__batch *batch)
{
    return batch->n > 0;
}

void pb__batch_tick(pb__batch *batch, int64_t mono_us)
{
    if (batch->n > 0 && mono_us - batch->from_us >= HOLD_US) give(batch);
}

void pb__batch_end(pb__batch *batch)
{
    give(batch);
    pb_bus_forget(batch->bus, batch->points);
    pb_bus_forget(batch->bus, batch->events);
    pb_bus_forget(batch->bus, batch->calls);
}
