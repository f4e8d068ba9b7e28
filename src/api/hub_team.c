/* What is of a team and of no race: its jobs, and how its sessions do. */
#include <stdlib.h>
#include <string.h>

#include "hub_parts.h"

/* From any thread: the newest word on each job waits for the loop. */
void pb_hub_job(pb_hub *hub, const char *team, const char *id, pb_job_state state, double progress)
{
    pb__job_box *box = &hub->box;
    uint32_t     i   = 0;
    pthread_mutex_lock(&box->lock);
    while (i < box->n && strcmp(box->news[i].id, id) != 0) i++;
    if (i == PB__JOB_NEWS_MAX) {
        box->missed++;
    } else {
        if (i == box->n) box->n++;
        box->news[i] = (pb__job_news){.state = state, .progress = progress};
        pb_span_copy(pb_span_of(team), box->news[i].team, sizeof box->news[i].team);
        pb_span_copy(pb_span_of(id), box->news[i].id, sizeof box->news[i].id);
    }
    pthread_mutex_unlock(&box->lock);
}

static void give_job(pb_hub *hub, const pb__job_news *news)
{
    char           text[512];
    pb_json_writer w;
    FILE          *to = fmemopen(text, sizeof text, "w");
    if (!to) return;
    pb_json_begin(&w, to, 0);
    pb_json_object(&w, NULL);
    pb_json_put_text(&w, "id", news->id);
    pb_json_put_text(&w, "state", pb_job_state_name(news->state));
    pb_json_put_fixed(&w, "progress", news->progress, 4);
    pb_json_object_end(&w);
    long len = ftell(to);
    fclose(to);
    if (len <= 0) return;
    for (pb__channel *c = hub->channels; c; c = c->next)
        if (c->topic == PB__TOPIC_JOB && strcmp(c->team, news->team) == 0)
            pb__pending_add(hub, c, (pb_span){text, (size_t)len}, 0);
}

void pb__jobs_drain(pb_hub *hub)
{
    pb__job_box *box = &hub->box;
    pthread_mutex_lock(&box->lock);
    uint32_t n      = box->n;
    uint64_t missed = box->missed;
    memcpy(hub->news, box->news, n * sizeof *box->news);
    box->n      = 0;
    box->missed = 0;
    pthread_mutex_unlock(&box->lock);
    for (uint32_t i = 0; i < n; i++) give_job(hub, &hub->news[i]);
    for (pb__channel *c = hub->channels; missed > 0 && c; c = c->next)
        if (c->topic == PB__TOPIC_JOB) c->pending.missed += missed;
}

/* ---- health ---- */

typedef struct health {
    pb_hub   *hub;
    pb__words text;
} health;

static void put_session(void *user, pb_session *session)
{
    health  *h    = user;
    pb_blob *blob = NULL;
    uint64_t version;
    pb_error error;
    pb_json_object(&h->text.w, pb_session_id(session));
    pb_session_put(session, &h->text.w);
    if (pb_session_view(session, PB_VIEW_STATE, 0, false, &blob, &version, &error) == PB_OK) {
        pb_json_doc *doc = NULL;
        if (pb_json_parse(pb_blob_bytes(blob), "view", &doc, NULL) == PB_OK) {
            pb_json at = pb_json_get(pb_json_root(doc), "health");
            if (pb_json_present(at)) pb_json_put_value(&h->text.w, "health", at);
            pb_json_free(doc);
        }
        pb_blob_drop(blob);
    }
    pb_json_object_end(&h->text.w);
}

static uint32_t clients_of(const pb_hub *hub, const char *team)
{
    uint32_t n = 0;
    for (const pb__client *c = hub->clients; c; c = c->next) n += c->known && strcmp(c->caller.team, team) == 0;
    return n;
}

pb__value *pb__health_now(pb_hub *hub, const pb__channel *channel)
{
    health h = {.hub = hub};
    if (!pb__words_open(&h.text)) return NULL;
    pb_json_put_i64(&h.text.w, "clients", clients_of(hub, channel->team));
    pb_json_object(&h.text.w, "sessions");
    if (hub->options.sessions) pb_sessions_each(hub->options.sessions, channel->team, put_session, &h);
    pb_json_object_end(&h.text.w);
    pb_blob *blob = pb__words_end(&h.text);
    /* Every second another version: whether it differs is for the patch to find out. */
    pb__value *value = pb__value_make(pb_blob_bytes(blob), channel->value ? channel->value->version + 1 : 1);
    pb_blob_drop(blob);
    return value;
}
