/* lt_packed: payloads that are texts: JSON, or base64 of raw deflate. */
#include <string.h>

#include "lt_message.h"

static pb_span without_bom(pb_span text)
{
    bool bom = text.len >= 3 && memcmp(text.at, "\xef\xbb\xbf", 3) == 0;
    return bom ? (pb_span){text.at + 3, text.len - 3} : text;
}

/* Unpacked where the texts of the message are, so that what is read from it lives as long. */
static const char *inflate_text(pb__lt_reader *r, pb_span text, pb_span *out)
{
    pb__lt_scratch *s      = &r->scratch;
    size_t          packed = 0, len = 0, room = s->size - s->used;
    pb_status       status = pb_base64_decode(text, r->packed, r->packed_size, &packed);
    if (status == PB_E_LIMIT) return "packed payload too long";
    if (status != PB_OK) return "base64 is broken";
    if (room > PB__LT_UNPACKED_MAX) room = PB__LT_UNPACKED_MAX;
    status = pb_inflate_raw(r->inflater, (pb_span){r->packed, packed}, s->text + s->used, room, &len);
    if (status == PB_E_LIMIT) return "payload unpacks to more than 1 MiB";
    if (status != PB_OK) return "deflate is broken";
    *out = (pb_span){s->text + s->used, len};
    s->used += len;
    return NULL;
}

const char *pb__lt_unpack(pb__lt_reader *reader, const pb__lt_message *message, const pb__lt_value **out)
{
    const pb__lt_value *payload = message->payload;
    const char         *why     = NULL;
    if (payload->kind == PB__LT_TEXT) {
        pb_span text = pb__lt_value_text(payload);
        if (pb__lt_topic_packed(message->topic)) why = inflate_text(reader, text, &text);
        if (!why) why = pb__lt_read(&reader->scratch, without_bom(text), PB__LT_JSON, &payload);
    }
    if (why) return why;
    if (payload->kind != PB__LT_OBJECT && payload->kind != PB__LT_LIST) return "payload is no object";
    *out = payload;
    return NULL;
}
