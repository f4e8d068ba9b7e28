/* {"op":"subscribe"}: all of its places, or none. */
#include <string.h>

#include "hub_parts.h"

/* One place that is asked for. */
typedef struct place {
    pb__topic topic;
    int16_t   car;
    uint32_t  pace_ms;
} place;

static uint32_t places_of(const pb__hub_ask *ask, place *out, uint32_t cap, uint32_t *wanted)
{
    uint32_t n = 0;
    *wanted    = 0;
    for (uint32_t t = 0; t < ask->n_topics; t++) {
        bool     of_cars = ask->n_cars > 0 && pb__topic_is_of_race(ask->topics[t]);
        uint32_t cars    = of_cars ? ask->n_cars : 1;
        for (uint32_t c = 0; c < cars; c++) {
            ++*wanted;
            if (n == cap) continue;
            out[n++] = (place){.topic   = ask->topics[t],
                               .car     = of_cars ? ask->cars[c] : (int16_t)0,
                               .pace_ms = pb__hub_pace(ask->every_ms, ask->topics[t])};
        }
    }
    return n;
}

static bool watches(const pb__client *client, const place *p, const pb__race *race)
{
    for (uint32_t i = 0; i < client->n_watches; i++) {
        const pb__channel *c = client->watch[i]->channel;
        if (c->topic == p->topic && c->car == p->car && (c->race == race || !pb__topic_is_of_race(p->topic)))
            return true;
    }
    return false;
}

static bool id_is_taken(const pb__client *client, int64_t id)
{
    for (uint32_t i = 0; i < client->n_watches; i++)
        if (client->watch[i]->id == id) return true;
    return false;
}

static bool car_is_there(pb__race *race, int16_t car)
{
    pb_blob  *blob = NULL;
    uint64_t  version;
    pb_error  error;
    pb_status status = pb_session_view(race->session, PB_VIEW_CAR, car, false, &blob, &version, &error);
    pb_blob_drop(blob);
    return status == PB_OK;
}

/* Why it cannot be; 0: it can. */
static int why_not(pb_hub *hub, pb__client *client, const pb__hub_ask *ask, pb__race *race, const place *at, uint32_t n,
                   uint32_t wanted, const char **pointer, const char **detail)
{
    *pointer = "/id";
    *detail  = "a subscription of that number is there already (unsubscribe it first)";
    if (id_is_taken(client, ask->id)) return 409;
    *pointer = "/cars";
    *detail  = "more places (topics times cars) than a client can have (leave `cars` out to have all)";
    if (client->n_watches + wanted > hub->options.subscriptions_max) return 422;
    *pointer = "/topics";
    *detail  = "there are no jobs on this server";
    for (uint32_t i = 0; i < n; i++)
        if (at[i].topic == PB__TOPIC_JOB && !hub->options.jobs) return 404;
    *detail = "one of them is watched by another subscription";
    for (uint32_t i = 0; i < n; i++)
        if (watches(client, &at[i], race)) return 409;
    *pointer = "/cars";
    *detail  = "there is no such car in the session";
    for (uint32_t i = 0; i < n; i++)
        if (at[i].topic == PB__TOPIC_STATE && at[i].car != 0 && !car_is_there(race, at[i].car)) return 404;
    return 0;
}

static bool add(pb_hub *hub, pb__client *client, const pb__hub_ask *ask, pb__race *race, const place *p)
{
    pb__race    *of   = pb__topic_is_of_race(p->topic) ? race : NULL;
    const char  *team = client->caller.team;
    pb__channel *c    = pb__channel_find(hub, p->topic, of, team, p->car, p->pace_ms);
    if (!c) c = pb__channel_make(hub, p->topic, of, team, p->car, p->pace_ms);
    if (!c) return false;
    if (pb__watch_add(hub, client, c, ask->id) == PB_OK) return true;
    if (!c->watches) pb__channel_destroy(hub, c);
    return false;
}

/* All or none: what was made is taken back. */
static bool add_all(pb_hub *hub, pb__client *client, const pb__hub_ask *ask, pb__race *race, const place *at,
                    uint32_t n)
{
    uint32_t i = 0, before = client->n_watches;
    while (i < n && add(hub, client, ask, race, &at[i])) i++;
    if (i == n) return true;
    while (client->n_watches > before) pb__watch_remove(hub, client->watch[client->n_watches - 1]);
    return false;
}

static void tell(pb_hub *hub, pb__client *client, const pb__hub_ask *ask)
{
    pb__words text;
    if (!pb__words_begin(&text, "subscribed")) return;
    pb_json_put_i64(&text.w, "id", ask->id);
    pb_json_put_text(&text.w, "stream", client->stream);
    pb_json_put_i64(&text.w, "every_ms", pb__hub_pace(ask->every_ms, ask->topics[0]));
    pb__client_reply(hub, client, pb__words_end(&text));
}

static void try(pb_hub *hub, pb__client *client, const pb__hub_ask *ask, pb__race *race)
{
    place       at[PB__SUBSCRIPTIONS_MAX];
    uint32_t    wanted;
    const char *pointer, *detail;
    uint32_t    n      = places_of(ask, at, PB__SUBSCRIPTIONS_MAX, &wanted);
    int         status = why_not(hub, client, ask, race, at, n, wanted, &pointer, &detail);
    if (status != 0)
        pb__hub_refuse(hub, client, &ask->id, status, pointer, detail);
    else if (add_all(hub, client, ask, race, at, n))
        tell(hub, client, ask);
    else
        pb__hub_refuse(hub, client, &ask->id, 503, "", "the server has no room for another channel (try again later)");
}

void pb__answer_subscribe(pb_hub *hub, pb__client *client, const pb__hub_ask *ask)
{
    pb__race *race = ask->session[0] ? pb__race_find(hub, client->caller.team, ask->session) : NULL;
    for (uint32_t i = 0; i < ask->n_topics && !race; i++) {
        if (!pb__topic_is_of_race(ask->topics[i])) continue;
        pb__hub_refuse(hub, client, &ask->id, 404, "/session", "there is no such session");
        return;
    }
    if (race) race->channels++; /* so that it stays while we try */
    try(hub, client, ask, race);
    if (race) race->channels--;
    if (race) pb__race_release(hub, race);
}
