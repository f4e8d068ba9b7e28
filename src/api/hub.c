/* The hub: everything that happens by the clock, and its begin and end. */
#include <stdlib.h>

#include "hub_parts.h"

#define SECOND_US 1000000

pb_hub_options pb_hub_options_default(void)
{
    return (pb_hub_options){.auth_ms = 5000, .subscriptions_max = PB__SUBSCRIPTIONS_MAX, .channels_max = 512};
}

int64_t pb__hub_now(pb_hub *hub)
{
    return hub->now_us = pb_engine_mono_us();
}

pb_status pb_hub_create(const pb_hub_options *options, pb_hub **out, pb_error *error)
{
    if (options->subscriptions_max == 0 || options->subscriptions_max > PB__SUBSCRIPTIONS_MAX)
        return pb_error_set(error, PB_E_RANGE, "subscriptions of a client: 1 to %d", PB__SUBSCRIPTIONS_MAX);
    pb_hub *hub = calloc(1, sizeof *hub);
    if (!hub) return pb_error_set(error, PB_E_NOMEM, "out of memory for the hub");
    hub->options = *options;
    pthread_mutex_init(&hub->box.lock, NULL);
    pb_metrics *m       = options->metrics;
    hub->clients_metric = pb_metric_gauge(m, "pitboard_ws_clients", "WebSocket clients connected", NULL);
    hub->sent_metric =
        pb_metric_counter(m, "pitboard_ws_messages_total", "messages given to WebSocket clients", "topic");
    hub->gaps_metric = pb_metric_counter(m, "pitboard_ws_gaps_total",
                                         "times that a WebSocket client was too slow and passed messages over", NULL);
    *out             = hub;
    return PB_OK;
}

static void free_all(pb_hub *hub, pb__client **list)
{
    while (*list) {
        pb__client *client = *list;
        *list              = client->next;
        pb__client_free(hub, client);
    }
}

void pb_hub_destroy(pb_hub *hub)
{
    if (!hub) return;
    free_all(hub, &hub->clients);
    free_all(hub, &hub->parked);
    pthread_mutex_destroy(&hub->box.lock);
    free(hub);
}

/* Its session is no more: who watches is told, and the place is gone. */
static void end_channel(pb_hub *hub, pb__channel *c)
{
    bool last = false;
    while (!last) {
        pb__words   text;
        pb__watch  *w      = c->watches;
        pb__client *client = w->client;
        last               = w->next == NULL; /* the channel goes with its last watch */
        if (client->ws && pb__words_begin(&text, "ended")) {
            pb_json_put_i64(&text.w, "id", w->id);
            pb_json_put_text(&text.w, "topic", pb__topic_name(c->topic));
            pb_json_put_text(&text.w, "session", c->race->id);
            if (c->car != 0) pb_json_put_i64(&text.w, "car", c->car);
            pb__client_reply(hub, client, pb__words_end(&text));
        }
        pb__watch_remove(hub, w);
    }
}

static void end_gone(pb_hub *hub)
{
    for (pb__channel *c = hub->channels, *next; c; c = next) {
        next = c->next;
        if (c->race && pb__race_is_gone(hub, c->race)) end_channel(hub, c);
    }
}

static void count(pb_hub *hub)
{
    pb_metric_set(hub->clients_metric, NULL, hub->n_clients);
    for (int t = 0; t < PB__TOPIC_N; t++) {
        if (hub->sent[t] > 0) pb_metric_add(hub->sent_metric, pb__topic_name((pb__topic)t), (double)hub->sent[t]);
        hub->sent[t] = 0;
    }
    if (hub->gaps > 0) pb_metric_add(hub->gaps_metric, NULL, (double)hub->gaps);
    hub->gaps = 0;
}

static void each_second(pb_hub *hub)
{
    hub->second_us = hub->now_us;
    pb__clients_look(hub);
    end_gone(hub);
    for (pb__channel *c = hub->channels; c; c = c->next) pb__channel_forget(hub, c);
    count(hub);
}

void pb_hub_tick(void *with)
{
    pb_hub *hub = with;
    pb__hub_now(hub);
    pb__jobs_drain(hub);
    for (pb__race *r = hub->races; r; r = r->next) pb__race_drain(hub, r);
    for (pb__channel *c = hub->channels; c; c = c->next) pb__channel_due(hub, c);
    if (hub->now_us - hub->second_us >= SECOND_US) each_second(hub);
}
