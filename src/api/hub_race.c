/* A session that somebody watches: its readers of the bus, and who gets what they bring. */
#include <stdlib.h>
#include <string.h>

#include "hub_parts.h"

#define ENTRIES_A_TICK 512 /* of one reader: the others have their turn, too */

static pb__race *make_race(pb_hub *hub, pb_session *session)
{
    pb__race *race = calloc(1, sizeof *race);
    if (!race) return NULL;
    race->session = session;
    race->next    = hub->races;
    pb_span_copy(pb_span_of(pb_session_id(session)), race->id, sizeof race->id);
    pb__alert_begin(race);
    if (hub->races) hub->races->prev = race;
    hub->races = race;
    return race;
}

pb__race *pb__race_find(pb_hub *hub, const char *team, const char *id)
{
    pb_session *session = hub->options.sessions ? pb_sessions_find(hub->options.sessions, team, id) : NULL;
    if (!session) return NULL;
    for (pb__race *r = hub->races; r; r = r->next) {
        if (r->session != session) continue;
        pb_session_drop(session);
        return r;
    }
    pb__race *race = make_race(hub, session);
    if (!race) pb_session_drop(session);
    return race;
}

void pb__race_release(pb_hub *hub, pb__race *race)
{
    pb__race_readers(hub, race);
    if (race->channels > 0) return;
    if (race->prev) race->prev->next = race->next;
    if (race->next) race->next->prev = race->prev;
    if (hub->races == race) hub->races = race->next;
    pb__value_drop(race->state);
    pb__value_drop(race->all_calls);
    pb_session_drop(race->session);
    free(race);
}

bool pb__race_is_gone(pb_hub *hub, const pb__race *race)
{
    pb_session *now  = pb_sessions_find(hub->options.sessions, NULL, race->id);
    bool        gone = now != race->session;
    if (now) pb_session_drop(now);
    return gone;
}

static bool any_channel(const pb_hub *hub, const pb__race *race, pb__topic a, pb__topic b)
{
    for (const pb__channel *c = hub->channels; c; c = c->next)
        if (c->race == race && (c->topic == a || c->topic == b)) return true;
    return false;
}

static void set_reader(pb_hub *hub, const pb__race *race, const char *what, bool wanted, pb_bus_reader **reader)
{
    char name[PB_BUS_NAME_MAX];
    if (wanted == (*reader != NULL) || !hub->options.bus) return;
    if (!wanted) {
        pb_bus_unsubscribe(*reader);
        *reader = NULL;
        return;
    }
    snprintf(name, sizeof name, "%s/%s", race->id, what);
    pb_error error;
    if (pb_bus_subscribe(hub->options.bus, name, PB_BUS_OLDEST, reader, &error) != PB_OK)
        pb_logger_say(hub->options.log, PB_LOG_ERROR, "hub", "", "%s", error.text);
}

void pb__race_readers(pb_hub *hub, pb__race *race)
{
    bool alert = any_channel(hub, race, PB__TOPIC_ALERT, PB__TOPIC_ALERT);
    set_reader(hub, race, "points", any_channel(hub, race, PB__TOPIC_TELEMETRY, PB__TOPIC_TELEMETRY), &race->points);
    set_reader(hub, race, "events", alert || any_channel(hub, race, PB__TOPIC_INSIGHT, PB__TOPIC_INSIGHT),
               &race->events);
    set_reader(hub, race, "calls", alert, &race->calls);
}

void pb__pending_add(pb_hub *hub, pb__channel *c, pb_span json, int64_t received_us)
{
    pb__pending *p    = &c->pending;
    size_t       need = p->len + json.len + 2;
    if (p->n > 0 && p->len + json.len > PB__PENDING_MAX) {
        c->due_us = 0;
        pb__channel_due(hub, c);
        need = p->len + json.len + 2;
    }
    if (need > p->cap) {
        char *grown = realloc(p->text, 2 * need);
        if (!grown) {
            p->missed++;
            return;
        }
        p->text = grown;
        p->cap  = 2 * need;
    }
    if (p->n == 0) p->received_us = received_us;
    p->text[p->len++] = p->n++ == 0 ? '[' : ',';
    memcpy(p->text + p->len, json.at, json.len);
    p->len += json.len;
}

void pb__race_give(pb_hub *hub, pb__race *race, pb__topic topic, int16_t car, pb_span json, int64_t received_us)
{
    for (pb__channel *c = hub->channels; c; c = c->next)
        if (c->race == race && c->topic == topic && (c->car == 0 || car == 0 || c->car == car))
            pb__pending_add(hub, c, json, received_us);
}

/* Entries of the bus were passed over: whoever watches is told. */
static void give_missed(pb_hub *hub, const pb__race *race, pb__topic topic, uint64_t missed)
{
    for (pb__channel *c = hub->channels; missed > 0 && c; c = c->next)
        if (c->race == race && c->topic == topic) c->pending.missed += missed;
}

static void take_points(pb_hub *hub, pb__race *race, pb_span entry, uint64_t missed)
{
    give_missed(hub, race, PB__TOPIC_TELEMETRY, missed);
    pb__race_points(hub, race, entry);
}

static void take_event(pb_hub *hub, pb__race *race, pb_span line, uint64_t missed)
{
    int16_t car = 0;
    give_missed(hub, race, PB__TOPIC_INSIGHT, missed);
    give_missed(hub, race, PB__TOPIC_ALERT, missed);
    if (pb__insight_means(line, &car)) pb__race_give(hub, race, PB__TOPIC_INSIGHT, car, line, 0);
    pb__alert_event(hub, race, line);
}

static void take_call(pb_hub *hub, pb__race *race, pb_span call, uint64_t missed)
{
    give_missed(hub, race, PB__TOPIC_ALERT, missed);
    pb__alert_call(hub, race, call);
}

typedef void take_entry(pb_hub *hub, pb__race *race, pb_span entry, uint64_t missed);

static void drain(pb_hub *hub, pb__race *race, pb_bus_reader *reader, take_entry *take)
{
    pb_span  entry;
    uint64_t id, missed;
    for (int i = 0; reader && i < ENTRIES_A_TICK && pb_bus_next(reader, 0, &entry, &id, &missed) == PB_OK; i++)
        take(hub, race, entry, missed);
}

void pb__race_drain(pb_hub *hub, pb__race *race)
{
    drain(hub, race, race->points, take_points);
    drain(hub, race, race->events, take_event);
    drain(hub, race, race->calls, take_call);
}
