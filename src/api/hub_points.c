/* Telemetry: entries of the bus, {"received_us":N,"points":[{..},{..}]}, to the channels
 * of their cars. The text is our own and goes on as it is; nothing is parsed twice. */
#include <stdlib.h>
#include <string.h>

#include "hub_parts.h"

/* Behind the first `"key":` of text; empty when it is not there. */
static pb_span behind(pb_span text, const char *key)
{
    const char *at = memmem(text.at, text.len, key, strlen(key));
    if (!at) return (pb_span){0};
    at += strlen(key);
    return (pb_span){at, (size_t)(text.at + text.len - at)};
}

static int64_t number_at(pb_span text)
{
    int64_t value = 0;
    size_t  i     = 0;
    for (; i < text.len && i < 18 && text.at[i] >= '0' && text.at[i] <= '9'; i++)
        value = 10 * value + (text.at[i] - '0');
    return value;
}

/* One past the object that text begins with; 0: it does not end. */
static size_t end_of_object(pb_span text)
{
    int  depth  = 0;
    bool quoted = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (quoted) {
            if (c == '\\') i++;
            if (c == '"') quoted = false;
            continue;
        }
        if (c == '"') quoted = true;
        if (c == '{') depth++;
        if (c == '}' && --depth == 0) return i + 1;
    }
    return 0;
}

bool pb__points_next(pb_span *rest, pb_span *object, int16_t *car)
{
    const char *at = rest->len > 0 ? memchr(rest->at, '{', rest->len) : NULL;
    if (!at) return false;
    pb_span from = {at, (size_t)(rest->at + rest->len - at)};
    size_t  len  = end_of_object(from);
    if (len == 0) return false;
    int64_t key = number_at(behind((pb_span){at, len}, "\"car\":"));
    *object     = (pb_span){at, len};
    *car        = key <= INT16_MAX ? (int16_t)key : 0;
    *rest       = (pb_span){at + len, from.len - len};
    return true;
}

/* Channels of the race that show points; how many of them are of one car. */
static uint32_t channels_of(pb_hub *hub, const pb__race *race, pb__channel **out, uint32_t cap, uint32_t *of_cars)
{
    uint32_t n = 0;
    *of_cars   = 0;
    for (pb__channel *c = hub->channels; c && n < cap; c = c->next) {
        if (c->race != race || c->topic != PB__TOPIC_TELEMETRY) continue;
        *of_cars += c->car != 0;
        out[n++] = c;
    }
    return n;
}

static void give_to_cars(pb_hub *hub, pb__channel **channels, uint32_t n, pb_span points, int64_t received_us)
{
    pb_span object;
    int16_t car;
    while (pb__points_next(&points, &object, &car))
        for (uint32_t i = 0; i < n; i++)
            if (channels[i]->car == car && car != 0) pb__pending_add(hub, channels[i], object, received_us);
}

void pb__race_points(pb_hub *hub, pb__race *race, pb_span entry)
{
    pb__channel *channels[512];
    uint32_t     of_cars, n = channels_of(hub, race, channels, sizeof channels / sizeof *channels, &of_cars);
    int64_t      received_us = 0;
    pb_span      points      = entry;
    if (entry.len > 0 && entry.at[0] == '{') {
        received_us = number_at(behind(entry, "\"received_us\":"));
        points      = behind(entry, "\"points\":");
    }
    const char *end = points.len > 0 ? memrchr(points.at, ']', points.len) : NULL;
    if (!end || points.at[0] != '[' || end == points.at + 1) return;
    points = (pb_span){points.at + 1, (size_t)(end - points.at) - 1};
    for (uint32_t i = 0; i < n; i++)
        if (channels[i]->car == 0) pb__pending_add(hub, channels[i], points, received_us);
    if (of_cars > 0) give_to_cars(hub, channels, n, points, received_us);
}
