/* What goes to the bus: points as the bodies that pb_points_feed reads, 40 or 300 ms
 * of them an entry (topic "points"), events as event lines (topic "events"). */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "live.h"

#define POINTS 40
#define HOLD_US 300000
#define POINT_TEXT_MAX 1024u

struct pb__batch {
    pb_bus  *bus;
    uint32_t n;
    int64_t  from_us; /* receipt of the first */
    size_t   len;
    char     text[POINTS * POINT_TEXT_MAX + 8];
};

pb_status pb__batch_create(pb_bus *bus, pb__batch **out)
{
    pb__batch *b = calloc(1, sizeof *b);
    if (!b) return PB_E_NOMEM;
    b->bus = bus;
    *out   = b;
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
    (void)pb_bus_publish(b->bus, "points", (pb_span){b->text, b->len});
    b->n   = 0;
    b->len = 0;
}

static void put(pb__batch *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void put(pb__batch *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(b->text + b->len, sizeof b->text - b->len - 2, format, args);
    va_end(args);
    if (n > 0 && (size_t)n < sizeof b->text - b->len - 2) b->len += (size_t)n;
}

static void put_point(pb__batch *b, const pb_point *p)
{
    put(b, "%s{\"time\":%" PRId64 ".%06d,\"car\":%d,\"lap\":%u", b->n == 0 ? "[" : ",", p->time_us / 1000000,
        (int)(p->time_us % 1000000), p->car, (unsigned)p->lap);
    for (int c = 0; c < PB_CH_N; c++)
        if (pb_point_has(p, (pb_channel)c)) put(b, ",\"%s\":%.7g", pb_channel_name((pb_channel)c), (double)p->ch[c]);
    put(b, "}");
}

void pb__batch_point(pb__batch *batch, const pb_point *point, int64_t received_us)
{
    if (!pb_bus_wanted(batch->bus, "points") || point->time_us < 0) return;
    if (batch->n == 0) batch->from_us = received_us;
    put_point(batch, point);
    batch->n++;
    if (batch->n == POINTS || received_us - batch->from_us >= HOLD_US || received_us < batch->from_us) give(batch);
}

void pb__batch_event(pb__batch *batch, const pb_event *event)
{
    char line[PB_EVENT_LINE_MAX];
    if (!pb_bus_wanted(batch->bus, "events")) return;
    size_t len = pb_event_line_write(event, line, sizeof line);
    if (len > 0) (void)pb_bus_publish(batch->bus, "events", (pb_span){line, len});
}

void pb__batch_tick(pb__batch *batch, int64_t now_us)
{
    if (batch->n > 0 && now_us - batch->from_us >= HOLD_US) give(batch);
}
