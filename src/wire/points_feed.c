/* points_feed: bodies of telemetry points, whatever form they have.
 *
 *     body --gzip? zstd?--> unpacked --first byte--> { [      JSON
 *                                                    80..9f   MessagePack
 *                                                    dc..df   MessagePack
 *                                                    else     CSV with a header */
#include <stdlib.h>
#include <string.h>

#include "points_work.h"

pb_status pb_points_create(pb_points **out, pb_error *error)
{
    pb_points *p = calloc(1, sizeof *p);
    if (!p) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    pb_status status = pb_fast_json_create(&p->json, error);
    if (status == PB_OK)
        status = pb_unpacker_create(PB_PACKING_GZIP, PB__POINTS_BODY_MAX, &p->unpacker[PB_PACKING_GZIP], error);
    if (status == PB_OK)
        status = pb_unpacker_create(PB_PACKING_ZSTD, PB__POINTS_BODY_MAX, &p->unpacker[PB_PACKING_ZSTD], error);
    if (status != PB_OK) {
        pb_points_destroy(p);
        return status;
    }
    pb__point_names(&p->names);
    *out = p;
    return PB_OK;
}

void pb_points_destroy(pb_points *p)
{
    if (!p) return;
    pb_fast_json_destroy(p->json);
    pb_unpacker_destroy(p->unpacker[PB_PACKING_GZIP]);
    pb_unpacker_destroy(p->unpacker[PB_PACKING_ZSTD]);
    free(p->plain);
    free(p);
}

void pb__points_refuse(const pb_feed_sink *sink, const char *why)
{
    if (sink->refused) sink->refused(sink->user, why);
}

void pb__points_take(pb_points *p, const pb_feed_sink *sink)
{
    pb_point    point;
    const char *why = pb__point_build(&p->row, &point);
    p->unknown |= p->row.unknown != 0;
    if (why)
        pb__points_refuse(sink, why);
    else if (sink->point)
        sink->point(sink->user, &point);
}

/* ---- the wrapping ---- */

static bool grow(pb_points *p, size_t used)
{
    if (used + PB_FAST_PADDING + 1 < p->plain_cap) return true;
    size_t want = p->plain_cap ? p->plain_cap * 2 : 64u << 10;
    char  *more = realloc(p->plain, want);
    if (!more) return false;
    p->plain     = more;
    p->plain_cap = want;
    return true;
}

/* Unpacks into p->plain: NULL or why not. */
static const char *unpack(pb_points *p, pb_packing packing, pb_span body, pb_span *out)
{
    pb_unpacker *u    = p->unpacker[packing];
    size_t       used = 0, n, room;
    pb_unpacker_reset(u);
    do {
        if (!grow(p, used)) return "out of memory";
        room             = p->plain_cap - PB_FAST_PADDING - used;
        pb_status status = pb_unpacker_step(u, &body, p->plain + used, room, &n, NULL);
        if (status == PB_E_LIMIT) return "unpacks to too much";
        if (status != PB_OK) return packing == PB_PACKING_GZIP ? "broken gzip" : "broken zstd";
        used += n;
    } while (body.len || n == room);
    if (!pb_unpacker_whole(u)) return packing == PB_PACKING_GZIP ? "gzip cut short" : "zstd cut short";
    *out = (pb_span){p->plain, used};
    return NULL;
}

/* ---- the forms ---- */

static void read_json(pb_points *p, pb_span body, size_t capacity, const pb_feed_sink *sink)
{
    pb_status status = pb_fast_json_begin(p->json, body, capacity, NULL);
    if (status != PB_OK) {
        pb__points_refuse(sink, status == PB_E_LIMIT ? "too much at once" : "broken JSON");
        return;
    }
    p->form = (pb__points_form)(PB__POINTS_OBJECT + pb_fast_json_form(p->json));
    while ((status = pb_fast_json_next(p->json, &p->names, &p->row)) != PB_E_EMPTY) {
        if (status == PB_OK)
            pb__points_take(p, sink);
        else
            pb__points_refuse(sink, p->form == PB__POINTS_LINES ? "a line is no JSON object" : "broken JSON");
    }
}

/* One map, or an array of maps. A broken one ends the body: nobody knows where
 * the next begins. */
static bool read_packed(pb_points *p, pb_msgpack *from, const pb_feed_sink *sink)
{
    pb_msgpack      at = *from;
    pb_msgpack_item item;
    uint32_t        n = 1;
    if (pb_msgpack_next(&at, &item) == PB_OK && item.kind == PB_MSGPACK_ARRAY) {
        *from = at;
        n     = item.n;
    }
    for (uint32_t i = 0; i < n; i++) {
        if (pb_msgpack_row(from, &p->names, &p->row) == PB_OK) {
            pb__points_take(p, sink);
            continue;
        }
        at = *from; /* whole, but no map: pass over it */
        if (pb_msgpack_next(&at, &item) != PB_OK || item.kind == PB_MSGPACK_MAP || pb_msgpack_skip(from) != PB_OK)
            return false;
        pb__points_refuse(sink, "an item is no map");
    }
    return true;
}

static void read_msgpack(pb_points *p, pb_span body, const pb_feed_sink *sink)
{
    const uint8_t *at   = (const uint8_t *)body.at;
    pb_msgpack     from = {at, at + body.len};
    p->form             = PB__POINTS_MSGPACK;
    while (from.at < from.end)
        if (!read_packed(p, &from, sink)) {
            pb__points_refuse(sink, "broken MessagePack");
            return;
        }
}

static bool is_msgpack(unsigned char b)
{
    return (b >= 0x80 && b <= 0x9f) || (b >= 0xdc && b <= 0xdf);
}

static pb_span skip_blank(pb_span a)
{
    if (a.len >= 3 && memcmp(a.at, "\xef\xbb\xbf", 3) == 0) a = (pb_span){a.at + 3, a.len - 3};
    while (a.len && (*a.at == ' ' || *a.at == '\t' || *a.at == '\n' || *a.at == '\r'))
        a = (pb_span){a.at + 1, a.len - 1};
    return a;
}

static void read_plain(pb_points *p, pb_span body, size_t capacity, const pb_feed_sink *sink)
{
    pb_span text = skip_blank(body);
    capacity -= body.len - text.len;
    if (text.len == 0)
        pb__points_refuse(sink, "an empty body");
    else if (text.len > PB__POINTS_BODY_MAX)
        pb__points_refuse(sink, "too much at once");
    else if (*text.at == '{' || *text.at == '[')
        read_json(p, text, capacity, sink);
    else if (is_msgpack((unsigned char)*text.at))
        read_msgpack(p, text, sink);
    else
        pb__points_read_csv(p, text, sink);
}

void pb_points_feed(pb_points *p, pb_span body, int64_t received_us, const pb_feed_sink *sink)
{
    (void)received_us;
    size_t      capacity = body.len;
    const char *why      = NULL;
    p->packing           = pb_packing_of(body);
    p->form              = PB__POINTS_NOTHING;
    p->unknown           = false;
    if (p->packing != PB_PACKING_NONE) {
        why      = unpack(p, p->packing, body, &body);
        capacity = p->plain_cap;
    }
    if (why)
        pb__points_refuse(sink, why);
    else
        read_plain(p, body, capacity, sink);
    if (p->unknown) pb__points_refuse(sink, "keys that are not known, passed over");
}
