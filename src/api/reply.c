/* What a route says: a value, or bytes that are there already, and headers. */
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>

#include "core.h"

/* Where a route writes when there is no memory to write to; the answer is 503 then. */
static FILE *nowhere(void)
{
    return fopen("/dev/null", "w");
}

pb_json_writer *pb_reply_json(pb_reply *reply)
{
    if (reply->to) return &reply->writer;
    reply->to = open_memstream(&reply->at, &reply->len);
    if (!reply->to) reply->to = nowhere();
    PB_ASSERT(reply->to != NULL);
    (void)__fsetlocking(reply->to, FSETLOCKING_BYCALLER); /* one thread writes it */
    pb_json_begin(&reply->writer, reply->to, 0);
    return &reply->writer;
}

void pb_reply_blob(pb_reply *reply, pb_blob *blob, const char *content_type, const char *etag)
{
    if (!blob) {
        (void)pb_reply_problem(reply, 503, "", "out of memory at the moment (try again soon)");
        return;
    }
    pb_blob_drop(reply->blob);
    reply->blob = pb_blob_hold(blob);
    if (content_type) {
        (void)pb_span_copy(pb_span_of(content_type), reply->media_text, sizeof reply->media_text);
        reply->media = reply->media_text;
    }
    reply->etag[0] = '\0';
    if (etag && etag[0]) pb__etag_quote(etag, reply->etag);
    if (etag && !etag[0]) pb__etag_of(pb_blob_bytes(blob), reply->etag);
}

bool pb_reply_may_pack(const pb_reply *reply)
{
    return reply->request->gzip;
}

void pb_reply_packed(pb_reply *reply)
{
    reply->packed = true;
}

void pb_reply_status(pb_reply *reply, int status)
{
    reply->status = status;
}

static bool has_control(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < 0x20 || (unsigned char)*text == 0x7f) return true;
    return false;
}

/* One that could end its line and begin another is left out as a whole. */
void pb_reply_header(pb_reply *reply, const char *name, const char *value)
{
    if (reply->n_headers == PB__HEADERS_MAX || has_control(name) || has_control(value)) return;
    size_t n_name = strlen(name) + 1, n_value = strlen(value) + 1;
    char  *copy = malloc(n_name + n_value);
    if (!copy) return;
    memcpy(copy, name, n_name);
    memcpy(copy + n_name, value, n_value);
    reply->header[reply->n_headers++] = (pb_header){copy, copy + n_name};
}
