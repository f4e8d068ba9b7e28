/* A client: comes, is asked what it wants next, goes, and is kept for a while. */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "hub_parts.h"

static void push(pb__client **list, pb__client *client)
{
    client->prev = NULL;
    client->next = *list;
    if (*list) (*list)->prev = client;
    *list = client;
}

static void take_out(pb__client **list, pb__client *client)
{
    if (client->prev) client->prev->next = client->next;
    if (client->next) client->next->prev = client->prev;
    if (*list == client) *list = client->next;
}

/* A name that nobody can guess. */
static bool name_stream(char out[PB__STREAM_MAX])
{
    uint8_t bytes[16];
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes) return false;
    for (size_t i = 0; i < sizeof bytes; i++) snprintf(out + 2 * i, 3, "%02x", bytes[i]);
    return true;
}

static void forget_credential(pb__client *client)
{
    if (client->credential) explicit_bzero(client->credential, strlen(client->credential));
    free(client->credential);
    client->credential = NULL;
}

void pb_hub_open(pb_hub *hub, pb_ws *ws)
{
    pb__client *client = calloc(1, sizeof *client);
    pb_ws_set_user(ws, client);
    if (!client || !name_stream(client->stream)) {
        free(client);
        pb_ws_set_user(ws, NULL);
        pb_ws_end(ws, 1013, "out of memory");
        return;
    }
    client->ws         = ws;
    client->opened_us  = pb__hub_now(hub);
    client->checked_us = client->opened_us - hub->n_clients % 5 * (PB__RECHECK_US / 5); /* not all in one second */
    push(&hub->clients, client);
    hub->n_clients++;
    pb__auth_of_upgrade(hub, client, ws);
}

static void drop_replies(pb__client *client)
{
    for (uint32_t i = 0; i < client->n_replies; i++) pb_blob_drop(client->replies[i]);
    client->n_replies = 0;
}

/* Out of its list already. */
void pb__client_free(pb_hub *hub, pb__client *client)
{
    while (client->n_watches > 0) pb__watch_remove(hub, client->watch[client->n_watches - 1]);
    drop_replies(client);
    forget_credential(client);
    free(client);
}

static bool free_oldest(pb_hub *hub)
{
    pb__client *oldest = hub->parked;
    if (!oldest) return false;
    while (oldest->next) oldest = oldest->next; /* the newest is the first */
    pb__parked_take(hub, oldest);
    pb__client_free(hub, oldest);
    return true;
}

bool pb__parked_give_way(pb_hub *hub)
{
    return free_oldest(hub);
}

static void park(pb_hub *hub, pb__client *client)
{
    client->ws        = NULL;
    client->parked_us = pb__hub_now(hub);
    drop_replies(client);
    forget_credential(client);
    if (hub->n_parked >= PB__PARKED_MAX) free_oldest(hub);
    push(&hub->parked, client);
    hub->n_parked++;
}

void pb_hub_closed(pb_hub *hub, pb_ws *ws)
{
    pb__client *client = pb_ws_user(ws);
    if (!client) return;
    pb_ws_set_user(ws, NULL);
    take_out(&hub->clients, client);
    hub->n_clients--;
    if (client->known && client->n_watches > 0)
        park(hub, client);
    else
        pb__client_free(hub, client);
}

void pb__client_end(pb__client *client, uint16_t code, const char *why)
{
    if (client->ending) return;
    client->ending = true;
    drop_replies(client);
    pb_ws_end(client->ws, code, why);
}

void pb__client_reply(pb_hub *hub, pb__client *client, pb_blob *blob)
{
    (void)hub;
    if (client->ending || !blob) {
        pb_blob_drop(blob);
        return;
    }
    if (client->n_replies == PB__REPLIES_MAX) {
        pb_blob_drop(blob);
        pb__client_end(client, 1008, "asks and does not read the answers");
        return;
    }
    client->replies[client->n_replies++] = blob;
    pb_ws_want(client->ws);
}

static pb_blob *first_reply(pb__client *client)
{
    pb_blob *first = client->replies[0];
    client->n_replies--;
    memmove(client->replies, client->replies + 1, client->n_replies * sizeof *client->replies);
    return first;
}

pb_blob *pb_hub_next(pb_hub *hub, pb_ws *ws)
{
    pb__client *client = pb_ws_user(ws);
    if (!client || client->ending) return NULL;
    if (client->n_replies > 0) return first_reply(client);
    pb__hub_now(hub);
    for (uint32_t i = 0; i < client->n_watches; i++) {
        uint32_t   turn  = (client->turn + i) % client->n_watches;
        pb__watch *watch = client->watch[turn];
        pb_blob   *blob  = pb__watch_next(hub, watch);
        if (!blob) continue;
        client->turn = (turn + 1) % client->n_watches;
        hub->sent[watch->channel->topic]++;
        return blob;
    }
    return NULL;
}

static void look(pb_hub *hub, pb__client *client)
{
    if (client->ending) return;
    if (!client->known) {
        if (hub->now_us - client->opened_us > (int64_t)hub->options.auth_ms * 1000)
            pb__client_end(client, 4401, "no token came in time");
        return;
    }
    if (hub->now_us - client->checked_us < PB__RECHECK_US) return;
    client->checked_us = hub->now_us;
    if (pb__auth_again(hub, client) != PB_OK) pb__client_end(client, 4401, "the token is no longer valid");
}

void pb__clients_look(pb_hub *hub)
{
    for (pb__client *c = hub->clients, *next; c; c = next) {
        next = c->next;
        look(hub, c);
    }
    for (pb__client *c = hub->parked, *next; c; c = next) {
        next = c->next;
        if (hub->now_us - c->parked_us <= PB__KEEP_US) continue;
        pb__parked_take(hub, c);
        pb__client_free(hub, c);
    }
}

pb__client *pb__parked_find(const pb_hub *hub, const char *stream)
{
    pb__client *c = hub->parked;
    while (c && strcmp(c->stream, stream) != 0) c = c->next;
    return c;
}

void pb__parked_take(pb_hub *hub, pb__client *client)
{
    take_out(&hub->parked, client);
    hub->n_parked--;
}
