/* {"op":"resume"}: a new connection takes over the places of one that broke. */
#include <stdio.h>
#include <string.h>

#include "hub_parts.h"

/* "live/state/44", "live/state", or "job". */
static void name_place(const pb__channel *c, char out[PB__PLACE_MAX])
{
    const char *topic = pb__topic_name(c->topic);
    if (!c->race)
        snprintf(out, PB__PLACE_MAX, "%s", topic);
    else if (c->car == 0)
        snprintf(out, PB__PLACE_MAX, "%s/%s", c->race->id, topic);
    else
        snprintf(out, PB__PLACE_MAX, "%s/%s/%d", c->race->id, topic, c->car);
}

/* A topic alone says enough where the client has one place of it. */
static bool topic_is_single(const pb__client *client, pb__topic topic)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < client->n_watches; i++) n += client->watch[i]->channel->topic == topic;
    return n == 1;
}

static bool told_seq(const pb__hub_ask *ask, const pb__client *client, const pb__watch *w, uint64_t *seq)
{
    char        place[PB__PLACE_MAX];
    const char *topic = pb__topic_name(w->channel->topic);
    name_place(w->channel, place);
    for (uint32_t i = 0; i < ask->n_seq; i++) {
        bool hit = strcmp(ask->seq[i].place, place) == 0;
        if (!hit && strcmp(ask->seq[i].place, topic) == 0) hit = topic_is_single(client, w->channel->topic);
        if (!hit) continue;
        *seq = ask->seq[i].seq;
        return true;
    }
    return false;
}

/* Goes on behind what was told when that is still kept; else begins anew: a snapshot,
 * or of a stream what comes from now on, and a gap for what is known to be missed. */
static void place_watch(pb__watch *w, bool told, uint64_t seq)
{
    pb__channel *c      = w->channel;
    bool         stream = pb__topic_is_stream(c->topic);
    bool         kept   = told && seq <= c->seq && seq + 1 >= pb__channel_oldest(c) && (stream || c->value);
    w->fresh            = !kept && !stream;
    w->wants            = told && seq <= c->seq ? seq + 1 : c->seq + 1;
    w->old_to           = c->seq;
}

static void take_over(pb__client *client, pb__client *from)
{
    for (uint32_t i = 0; i < from->n_watches; i++) {
        client->watch[i]         = from->watch[i];
        client->watch[i]->client = client;
    }
    client->n_watches = from->n_watches;
    from->n_watches   = 0;
    memcpy(client->stream, from->stream, sizeof client->stream);
}

static void tell(pb_hub *hub, pb__client *client)
{
    char      place[PB__PLACE_MAX];
    pb__words text;
    if (!pb__words_begin(&text, "resumed")) return;
    pb_json_put_text(&text.w, "stream", client->stream);
    pb_json_object(&text.w, "ids");
    for (uint32_t i = 0; i < client->n_watches; i++) {
        name_place(client->watch[i]->channel, place);
        pb_json_put_i64(&text.w, place, client->watch[i]->id);
    }
    pb_json_object_end(&text.w);
    pb__client_reply(hub, client, pb__words_end(&text));
}

static bool is_of(const pb__client *from, const pb__client *client)
{
    return from != client && strcmp(from->caller.team, client->caller.team) == 0 &&
           strcmp(from->caller.user, client->caller.user) == 0;
}

/* The client whose stream it is: parked, or on a connection that broke without a word and
 * is not known to be dead yet. NULL: none of this caller. */
static pb__client *find_stream(pb_hub *hub, const pb__client *client, const char *stream)
{
    pb__client *from = pb__parked_find(hub, stream);
    for (pb__client *c = hub->clients; c && !from; c = c->next)
        if (c->known && !c->ending && strcmp(c->stream, stream) == 0) from = c;
    return from && is_of(from, client) ? from : NULL;
}

static void let_go(pb_hub *hub, pb__client *from)
{
    if (from->ws) {
        pb__client_end(from, 4409, "its stream went on with another connection");
        return;
    }
    pb__parked_take(hub, from);
    pb__client_free(hub, from);
}

void pb__answer_resume(pb_hub *hub, pb__client *client, const pb__hub_ask *ask)
{
    uint64_t seq = 0;
    if (client->n_watches > 0) {
        pb__hub_refuse(hub, client, NULL, 409, "/op", "this connection has subscriptions (resume comes first)");
        return;
    }
    pb__client *from = find_stream(hub, client, ask->stream);
    if (!from) { /* another's stream is answered as one that never was */
        pb__hub_refuse(hub, client, NULL, 404, "/stream", "unknown stream (subscribe anew)");
        return;
    }
    take_over(client, from);
    let_go(hub, from);
    for (uint32_t i = 0; i < client->n_watches; i++) {
        bool told = told_seq(ask, client, client->watch[i], &seq);
        place_watch(client->watch[i], told, seq);
    }
    tell(hub, client);
}
