/* A channel: messages with numbers, the last 30 s of them, for all who watch. */
#include <stdlib.h>
#include <string.h>

#include "hub_parts.h"

static bool is_it(const pb__channel *c, pb__topic topic, const pb__race *race, const char *team, int16_t car,
                  uint32_t pace_ms)
{
    if (c->topic != topic || c->race != race || c->car != car || c->pace_ms != pace_ms) return false;
    return race || strcmp(c->team, team) == 0;
}

pb__channel *pb__channel_find(pb_hub *hub, pb__topic topic, pb__race *race, const char *team, int16_t car,
                              uint32_t pace_ms)
{
    for (pb__channel *c = hub->channels; c; c = c->next)
        if (c->n_watches < PB__WATCHES_MAX && is_it(c, topic, race, team, car, pace_ms)) return c;
    return NULL;
}

/* One more of a kind whose others are full is out of step with them. */
static uint32_t step_of(const pb__channel *made)
{
    uint32_t n = 0;
    for (const pb__channel *c = made->next; c; c = c->next)
        n += is_it(c, made->topic, made->race, made->team, made->car, made->pace_ms);
    return n % PB__STEPS;
}

/* The last quarter is for teams that have few: one that takes all it can get leaves the others room. */
static bool has_room(const pb_hub *hub, const char *team)
{
    uint32_t most = hub->options.channels_max, n = 0;
    if (hub->n_channels >= most || hub->n_channels < most - most / 4) return hub->n_channels < most;
    for (const pb__channel *c = hub->channels; c; c = c->next) n += strcmp(c->team, team) == 0;
    return n < most / 8;
}

pb__channel *pb__channel_make(pb_hub *hub, pb__topic topic, pb__race *race, const char *team, int16_t car,
                              uint32_t pace_ms)
{
    while (!has_room(hub, team) && pb__parked_give_way(hub)) continue;
    pb__channel *c = has_room(hub, team) ? calloc(1, sizeof *c) : NULL;
    if (!c) return NULL;
    *c = (pb__channel){.topic = topic, .race = race, .car = car, .pace_ms = pace_ms, .next = hub->channels};
    pb_span_copy(pb_span_of(team), c->team, sizeof c->team);
    if (hub->channels) hub->channels->prev = c;
    hub->channels = c;
    c->step       = step_of(c);
    hub->n_channels++;
    if (race) {
        race->channels++;
        pb__race_readers(hub, race);
    }
    return c;
}

static void forget_oldest(pb_hub *hub, pb__channel *c)
{
    pb__message *oldest = &c->log[c->at];
    size_t       bytes  = pb_blob_bytes(oldest->blob).len;
    pb_blob_drop(oldest->blob);
    c->at = (c->at + 1) % c->cap;
    c->n--;
    c->bytes -= bytes;
    hub->kept -= bytes;
}

void pb__channel_destroy(pb_hub *hub, pb__channel *c)
{
    PB_ASSERT(!c->watches);
    pb__race *race = c->race;
    while (c->n > 0) forget_oldest(hub, c);
    if (c->prev) c->prev->next = c->next;
    if (c->next) c->next->prev = c->prev;
    if (hub->channels == c) hub->channels = c->next;
    hub->n_channels--;
    pb__value_drop(c->value);
    pb_blob_drop(c->snapshot);
    free(c->pending.text);
    free(c->log);
    free(c);
    if (!race) return;
    race->channels--;
    pb__race_release(hub, race);
}

uint64_t pb__channel_oldest(const pb__channel *c)
{
    return c->seq + 1 - c->n;
}

const pb__message *pb__channel_at(const pb__channel *c, uint64_t seq)
{
    return &c->log[(c->at + (uint32_t)(seq - pb__channel_oldest(c))) % c->cap];
}

void pb__channel_forget(pb_hub *hub, pb__channel *c)
{
    while (c->n > 0 && hub->now_us - c->log[c->at].made_us > PB__KEEP_US) forget_oldest(hub, c);
}

/* Of all channels, the one that keeps most gives way. */
static void forget_somewhere(pb_hub *hub)
{
    pb__channel *most = hub->channels;
    for (pb__channel *c = hub->channels; c; c = c->next)
        if (c->bytes > most->bytes) most = c;
    forget_oldest(hub, most);
}

static bool make_room(pb__channel *c)
{
    if (c->n < c->cap) return true;
    uint32_t     cap = c->cap ? 2 * c->cap : 16;
    pb__message *log = malloc(cap * sizeof *log);
    if (!log) return false;
    for (uint32_t i = 0; i < c->n; i++) log[i] = c->log[(c->at + i) % c->cap];
    free(c->log);
    c->log = log;
    c->cap = cap;
    c->at  = 0;
    return true;
}

void pb__channel_wake(pb__channel *c)
{
    for (pb__watch *w = c->watches; w; w = w->next)
        if (w->client->ws) pb_ws_want(w->client->ws);
}

void pb__channel_say(pb_hub *hub, pb__channel *c, pb_blob *blob)
{
    size_t bytes = pb_blob_bytes(blob).len;
    pb__channel_forget(hub, c);
    while (c->n > 0 && c->bytes + bytes > PB__KEEP_BYTES) forget_oldest(hub, c);
    c->seq++;
    if (!blob || !make_room(c)) { /* out of memory: whoever watches is told of a gap, or gets a snapshot */
        while (c->n > 0) forget_oldest(hub, c);
        pb_blob_drop(blob);
        return;
    }
    c->log[(c->at + c->n++) % c->cap] = (pb__message){hub->now_us, blob};
    c->bytes += bytes;
    hub->kept += bytes;
    while (hub->kept > PB__KEEP_ALL) forget_somewhere(hub);
    pb__channel_wake(c);
}
