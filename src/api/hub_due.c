/* What a channel has to say now: a patch of its value, or what was gathered for it. */
#include <stdlib.h>

#include "hub_parts.h"

#define HALF_A_TICK_US 1000

static pb_blob *delta(const pb__channel *c, const pb__value *now, bool *same)
{
    pb_bytes  patch;
    pb__words text;
    *same = false;
    if (pb_json_merge_diff(c->value->doc, now->doc, &patch, same, NULL) != PB_OK) return NULL;
    pb_blob *blob = NULL;
    if (!*same && pb__words_begin(&text, "delta")) {
        pb__words_channel(&text, c, c->seq + 1);
        pb_json_put_raw(&text.w, "data", (pb_span){patch.at, patch.len});
        blob = pb__words_end(&text);
    }
    pb_bytes_free(&patch);
    return blob;
}

static void become(pb__channel *c, pb__value *now)
{
    pb__value_drop(c->value);
    c->value = now;
}

static void due_value(pb_hub *hub, pb__channel *c)
{
    bool       same = true;
    pb__value *now  = pb__value_now(hub, c);
    if (!now) return;
    bool     first = c->value == NULL;
    pb_blob *blob  = first ? NULL : delta(c, now, &same);
    become(c, now);
    if (!first && same) return;
    pb_blob_drop(c->snapshot);
    c->snapshot = NULL;
    if (first)
        pb__channel_wake(c); /* they wait for their snapshot */
    else
        pb__channel_say(hub, c, blob);
}

static void due_stream(pb_hub *hub, pb__channel *c)
{
    pb__words    text;
    pb__pending *p    = &c->pending;
    pb_blob     *blob = NULL;
    if (p->n == 0 && p->missed == 0) return;
    if (pb__words_begin(&text, p->missed ? "gap" : "delta")) {
        pb__words_channel(&text, c, c->seq + 1);
        if (p->missed) {
            pb_json_put_i64(&text.w, "missed", (int64_t)p->missed);
        } else {
            if (p->received_us > 0) pb_json_put_i64(&text.w, "received_us", p->received_us);
            p->text[p->len++] = ']'; /* there is room for it */
            pb_json_put_raw(&text.w, "data", (pb_span){p->text, p->len});
        }
        blob = pb__words_end(&text);
    }
    bool again = p->missed > 0 && p->n > 0;
    if (!p->missed) p->len = p->n = 0;
    p->missed = 0;
    pb__channel_say(hub, c, blob);
    if (again) due_stream(hub, c);
}

/* The next time. Channels of one kind that are out of step stay so, also after a pause
 * that ended for all of them at once. */
static void set_due(const pb_hub *hub, pb__channel *c)
{
    int64_t pace_us = (int64_t)c->pace_ms * 1000;
    if (hub->now_us - c->due_us > pace_us)
        c->due_us = hub->now_us + pace_us + pace_us * c->step / PB__STEPS;
    else
        c->due_us += pace_us;
}

void pb__channel_due(pb_hub *hub, pb__channel *c)
{
    bool full = c->pending.len > PB__PENDING_MAX;
    if (hub->now_us + HALF_A_TICK_US < c->due_us && !full) return;
    uint64_t before = c->seq;
    bool     stream = pb__topic_is_stream(c->topic);
    if (stream)
        due_stream(hub, c);
    else
        due_value(hub, c);
    if (!stream || c->seq != before) set_due(hub, c);
}

pb_blob *pb__channel_snapshot(pb__channel *c)
{
    pb_bytes  data;
    pb__words text;
    if (c->snapshot || !c->value) return pb_blob_hold(c->snapshot);
    if (pb_json_dump(pb_json_root(c->value->doc), &data, NULL) != PB_OK) return NULL;
    if (pb__words_begin(&text, "snapshot")) {
        pb__words_channel(&text, c, c->seq);
        pb_json_put_raw(&text.w, "data", (pb_span){data.at, data.len});
        c->snapshot = pb__words_end(&text);
    }
    pb_bytes_free(&data);
    return pb_blob_hold(c->snapshot);
}
