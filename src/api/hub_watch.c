/* A watch: a place in a channel, and what its client gets next from it. */
#include <stdlib.h>

#include "hub_parts.h"

pb_status pb__watch_add(pb_hub *hub, pb__client *client, pb__channel *c, int64_t id)
{
    pb__watch *w = calloc(1, sizeof *w);
    if (!w) return PB_E_NOMEM;
    PB_ASSERT(client->n_watches < hub->options.subscriptions_max);
    *w       = (pb__watch){.channel = c, .client = client, .id = id, .wants = c->seq + 1, .next = c->watches};
    w->fresh = !pb__topic_is_stream(c->topic);
    if (c->watches) c->watches->prev = w;
    c->watches = w;
    c->n_watches++;
    client->watch[client->n_watches++] = w;
    return PB_OK;
}

/* Out of its client's list. */
static void leave_client(pb__watch *w)
{
    pb__client *client = w->client;
    uint32_t    i      = 0;
    while (client->watch[i] != w) i++;
    for (client->n_watches--; i < client->n_watches; i++) client->watch[i] = client->watch[i + 1];
    client->turn = 0;
}

void pb__watch_remove(pb_hub *hub, pb__watch *w)
{
    pb__channel *c = w->channel;
    leave_client(w);
    if (w->prev) w->prev->next = w->next;
    if (w->next) w->next->prev = w->prev;
    if (c->watches == w) c->watches = w->next;
    c->n_watches--;
    free(w);
    if (!c->watches) pb__channel_destroy(hub, c);
}

/* Not there any more, or so old that the client is better off with the latest. */
static bool is_behind(const pb_hub *hub, const pb__watch *w)
{
    const pb__channel *c = w->channel;
    if (w->wants < pb__channel_oldest(c)) return true;
    if (w->wants > c->seq || w->wants <= w->old_to) return false;
    return hub->now_us - pb__channel_at(c, w->wants)->made_us > PB__LATE_US;
}

static pb_blob *gap(pb_hub *hub, pb__watch *w)
{
    pb__words    text;
    pb__channel *c      = w->channel;
    uint64_t     to     = c->n > 0 ? c->seq : c->seq + 1; /* the newest is still of use */
    uint64_t     missed = to - w->wants;
    if (!pb__words_begin(&text, "gap")) return NULL;
    pb__words_channel(&text, c, to - 1);
    pb_json_put_i64(&text.w, "missed", (int64_t)missed);
    w->wants = to;
    hub->gaps++;
    return pb__words_end(&text);
}

static pb_blob *snapshot(pb_hub *hub, pb__watch *w)
{
    pb_blob *blob = pb__channel_snapshot(w->channel);
    if (!blob) return NULL;
    if (!w->fresh) hub->gaps++;
    w->fresh = false;
    w->wants = w->channel->seq + 1;
    return blob;
}

pb_blob *pb__watch_next(pb_hub *hub, pb__watch *w)
{
    pb__channel *c = w->channel;
    if (!w->fresh && w->wants > c->seq) return NULL;
    if (w->fresh || is_behind(hub, w)) return pb__topic_is_stream(c->topic) ? gap(hub, w) : snapshot(hub, w);
    return pb_blob_hold(pb__channel_at(c, w->wants++)->blob);
}
