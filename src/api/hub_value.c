/* Views as documents: parsed once a version, and shaped so that a patch is small. */
#include <stdlib.h>
#include <string.h>

#include "hub_parts.h"

pb__value *pb__value_hold(pb__value *value)
{
    if (value) value->holders++;
    return value;
}

void pb__value_drop(pb__value *value)
{
    if (!value || --value->holders > 0) return;
    pb_json_free(value->doc);
    free(value);
}

/* Cars and calls by the key of the car instead of in a row: else every change of one
 * would send all of them. Who told what (`told`) is for REST: it changes all the time. */
static pb_status shape(pb_json_doc *doc)
{
    PB_TRY(pb_json_key_arrays(doc, "cars", "key", NULL)); /* as pb_race_state_print has them */
    PB_TRY(pb_json_key_arrays(doc, "calls", "car", NULL));
    pb_json_drop_key(doc, "told");
    pb_json_drop_nulls(doc);
    return PB_OK;
}

pb__value *pb__value_make(pb_span text, uint64_t version)
{
    pb__value *made = calloc(1, sizeof *made);
    if (!made) return NULL;
    *made = (pb__value){.holders = 1, .version = version};
    if (pb_json_parse(text, "view", &made->doc, NULL) == PB_OK && shape(made->doc) == PB_OK) return made;
    pb__value_drop(made);
    return NULL;
}

/* The view as it is now; known (may be NULL) when it is still that version. Held by the caller. */
static pb__value *view_now(pb__race *race, pb_view view, int16_t car, pb__value *known)
{
    pb_blob  *blob    = NULL;
    uint64_t  version = 0;
    pb_error  error;
    pb_status status = pb_session_view(race->session, view, car, false, &blob, &version, &error);
    if (status != PB_OK || !blob) return NULL;
    pb__value *value =
        known && known->version == version ? pb__value_hold(known) : pb__value_make(pb_blob_bytes(blob), version);
    pb_blob_drop(blob);
    return value;
}

static pb__value *shared_view(pb__race *race, pb_view view, pb__value **cache)
{
    pb__value *now = view_now(race, view, 0, *cache);
    if (!now || now == *cache) return now;
    pb__value_drop(*cache);
    *cache = pb__value_hold(now);
    return now;
}

/* {"calls":{"44":{...}}} of the call itself; empty: there is none yet. */
static pb__value *one_call(pb_span call, int16_t car, uint64_t version)
{
    char      key[8];
    pb__words words;
    if (!pb__words_open(&words)) return NULL;
    snprintf(key, sizeof key, "%d", car);
    pb_json_object(&words.w, "calls");
    if (call.len > 0) pb_json_put_raw(&words.w, key, call);
    pb_json_object_end(&words.w);
    pb_blob   *blob  = pb__words_end(&words);
    pb__value *value = pb__value_make(pb_blob_bytes(blob), version);
    pb_blob_drop(blob);
    return value;
}

static pb__value *calls_now(pb__channel *channel)
{
    pb_blob    *blob    = NULL;
    uint64_t    version = 0;
    pb_error    error;
    pb__value **known = channel->car ? &channel->value : &channel->race->all_calls;
    pb_status   status =
        pb_session_view(channel->race->session, PB_VIEW_CALLS, channel->car, false, &blob, &version, &error);
    if (status != PB_OK && status != PB_E_NOENT) return NULL; /* NOENT: no call for this car yet */
    if (*known && (*known)->version == version) {
        pb_blob_drop(blob);
        return pb__value_hold(*known);
    }
    pb_span    text = pb_blob_bytes(blob);
    pb__value *now  = channel->car ? one_call(text, channel->car, version) : pb__value_make(text, version);
    pb_blob_drop(blob);
    if (!now || channel->car) return now;
    pb__value_drop(*known);
    *known = pb__value_hold(now);
    return now;
}

pb__value *pb__value_now(pb_hub *hub, pb__channel *channel)
{
    pb__value *now;
    if (channel->topic == PB__TOPIC_HEALTH)
        now = pb__health_now(hub, channel);
    else if (channel->topic == PB__TOPIC_RECOMMENDATION)
        now = calls_now(channel);
    else if (channel->car != 0)
        now = view_now(channel->race, PB_VIEW_CAR, channel->car, channel->value);
    else
        now = shared_view(channel->race, PB_VIEW_STATE, &channel->race->state);
    if (!now || !channel->value || now->version != channel->value->version) return now;
    pb__value_drop(now);
    return NULL;
}
