/* Messages to clients: {"op":..., ...} as blobs. */
#include <stdlib.h>

#include "hub_parts.h"

bool pb__words_open(pb__words *text)
{
    *text    = (pb__words){0};
    text->to = open_memstream(&text->at, &text->len);
    if (!text->to) return false;
    pb_json_begin(&text->w, text->to, 0);
    pb_json_object(&text->w, NULL);
    return true;
}

bool pb__words_begin(pb__words *text, const char *op)
{
    if (!pb__words_open(text)) return false;
    pb_json_put_text(&text->w, "op", op);
    return true;
}

void pb__words_channel(pb__words *text, const pb__channel *channel, uint64_t seq)
{
    pb_json_put_text(&text->w, "topic", pb__topic_name(channel->topic));
    if (channel->race) pb_json_put_text(&text->w, "session", channel->race->id);
    if (channel->car != 0) pb_json_put_i64(&text->w, "car", channel->car);
    pb_json_put_i64(&text->w, "seq", (int64_t)seq);
    pb_json_put_i64(&text->w, "at_us", pb_engine_utc_us());
}

pb_blob *pb__words_end(pb__words *text)
{
    pb_json_object_end(&text->w);
    if (fclose(text->to) != 0) {
        free(text->at);
        return NULL;
    }
    return pb_blob_take(text->at, text->len);
}
