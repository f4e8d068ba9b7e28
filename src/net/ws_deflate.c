/* permessage-deflate (RFC 7692) without context: every message stands for itself, so one
 * packer serves all clients, and what was packed for one is packed for the next. */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "pitboard/codec_inflate.h"
#include "ws.h"

#define KEPT_N 16
#define WORTH_MIN 200 /* bytes: less does not become shorter than its frame */

struct pb__deflate {
    z_stream     z;
    bool         ready;
    pb_inflater *inflater;
    pb_blob     *from[KEPT_N], *to[KEPT_N]; /* the last ones, both held */
    uint32_t     next;
};

static struct pb__deflate *have(pb_server *s)
{
    if (s->deflate) return s->deflate;
    struct pb__deflate *d = calloc(1, sizeof *d);
    if (!d) return NULL;
    d->ready = deflateInit2(&d->z, Z_BEST_SPEED, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) == Z_OK;
    if (pb_inflater_create(&d->inflater, NULL) != PB_OK) d->inflater = NULL;
    return s->deflate = d;
}

static pb_blob *pack(struct pb__deflate *d, pb_span text)
{
    size_t cap = deflateBound(&d->z, text.len) + 16;
    char  *to  = malloc(cap);
    if (!to) return NULL;
    deflateReset(&d->z);
    d->z.next_in   = (Bytef *)(uintptr_t)text.at;
    d->z.avail_in  = (uInt)text.len;
    d->z.next_out  = (Bytef *)to;
    d->z.avail_out = (uInt)cap;
    int    code    = deflate(&d->z, Z_SYNC_FLUSH);
    size_t n       = cap - d->z.avail_out;
    if (code != Z_OK || d->z.avail_in > 0 || n < 4) {
        free(to);
        return NULL;
    }
    return pb_blob_take(to, n - 4); /* 00 00 ff ff at the end is not sent */
}

pb_blob *pb__deflate(pb_server *server, pb_blob *text)
{
    pb_span             all = pb_blob_bytes(text);
    struct pb__deflate *d   = all.len >= WORTH_MIN && all.len < UINT32_MAX / 2 ? have(server) : NULL;
    if (!d || !d->ready) return NULL;
    for (int i = 0; i < KEPT_N; i++)
        if (d->from[i] == text) return pb_blob_hold(d->to[i]);
    pb_blob *packed = pack(d, all);
    if (!packed) return NULL;
    uint32_t i = d->next++ % KEPT_N;
    pb_blob_drop(d->from[i]);
    pb_blob_drop(d->to[i]);
    d->from[i] = pb_blob_hold(text);
    d->to[i]   = pb_blob_hold(packed);
    return packed;
}

/* The end of a flush, which is not sent, and a last block of nothing. */
static const uint8_t end[6] = {0, 0, 0xff, 0xff, 3, 0};

int pb__inflate(pb_server *server, pb_span packed, char *to, size_t cap, size_t *len)
{
    struct pb__deflate *d   = have(server);
    char               *all = d && d->inflater ? malloc(packed.len + sizeof end) : NULL;
    if (!all) return 1011;
    if (packed.len > 0) memcpy(all, packed.at, packed.len);
    memcpy(all + packed.len, end, sizeof end);
    pb_status status = pb_inflate_raw(d->inflater, (pb_span){all, packed.len + sizeof end}, to, cap, len);
    free(all);
    return status == PB_OK ? 0 : status == PB_E_LIMIT ? 1009 : 1007;
}

/* One offer, "permessage-deflate; a; b=c": any, but one that wants our window smaller. */
static bool can_do(pb_span offer)
{
    pb_span name = offer;
    char   *mark = memchr(offer.at, ';', offer.len);
    if (mark) name.len = (size_t)(mark - offer.at);
    return pb_span_equal_nocase(pb_span_trim(name), "permessage-deflate") &&
           !memmem(offer.at, offer.len, "server_max_window_bits", 22);
}

bool pb__deflate_offered(const char *extensions)
{
    while (extensions && *extensions) {
        size_t n = strcspn(extensions, ",");
        if (can_do((pb_span){extensions, n})) return true;
        extensions += n + (extensions[n] == ',');
    }
    return false;
}

void pb__deflate_free(pb_server *server)
{
    struct pb__deflate *d = server->deflate;
    if (!d) return;
    if (d->ready) deflateEnd(&d->z);
    pb_inflater_destroy(d->inflater);
    for (int i = 0; i < KEPT_N; i++) {
        pb_blob_drop(d->from[i]);
        pb_blob_drop(d->to[i]);
    }
    free(d);
    server->deflate = NULL;
}
