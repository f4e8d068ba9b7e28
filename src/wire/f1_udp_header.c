/* f1_udp_header: see f1_udp_header.h. */
#include "f1_udp_header.h"

#include "f1_udp_load.h"
#include "f1_udp_table.h"
#include "pitboard/wire_feed.h"

#define TIME_MAX_S 1e6f

/* Where things lie, by format. */
typedef struct shape {
    uint8_t year, id, uid, time, frame, overall, player, second, size; /* 0: not there */
} shape;

static const shape *shape_of(unsigned format)
{
    static const shape shapes[] = {
        {.id = 3, .uid = 4, .time = 12, .frame = 16, .overall = 16, .player = 20, .size = 21},
        {.id = 5, .uid = 6, .time = 14, .frame = 18, .overall = 18, .player = 22, .size = 23},
        {.id = 5, .uid = 6, .time = 14, .frame = 18, .overall = 18, .player = 22, .second = 23, .size = 24},
        {.year = 2, .id = 6, .uid = 7, .time = 15, .frame = 19, .overall = 23, .player = 27, .second = 28, .size = 29},
    };
    return &shapes[format >= 2023 ? 3 : format >= 2020 ? 2 : format - 2018];
}

/* The size of a datagram by its first bytes; *why set where there is none. */
static size_t size_of(const uint8_t *at, size_t len, const char **why)
{
    if (len < 2) return *why = "shorter than a header", 0;
    unsigned format = pb__load_u16(at);
    if (format < PB__F1_FIRST || format > PB__F1_LAST) return *why = "unknown format", 0;
    const shape *s = shape_of(format);
    if (len < s->size) return *why = "shorter than a header", 0;
    size_t size = pb__f1_packet_size(format, at[s->id]);
    if (size == 0) *why = "unknown packet id";
    return size;
}

static void fill(const uint8_t *at, pb__f1_header *h)
{
    h->format      = pb__load_u16(at);
    const shape *s = shape_of(h->format);
    h->season      = s->year && at[s->year] >= 18 && at[s->year] < 100 ? (uint16_t)(2000 + at[s->year]) : h->format;
    h->id          = at[s->id];
    h->size        = s->size;
    h->player      = at[s->player];
    h->second      = s->second ? at[s->second] : 255;
    h->session     = pb__load_u64(at + s->uid);
    h->frame       = pb__load_u32(at + s->frame);
    h->overall     = pb__load_u32(at + s->overall);
    float time     = pb__load_f32(at + s->time);
    h->time_ms     = time >= 0 && time < TIME_MAX_S ? (int32_t)(time * 1000.0 + 0.5) : PB_MS_NONE;
    h->time_us     = h->time_ms == PB_MS_NONE ? 0 : (int64_t)(time * 1e6 + 0.5);
}

const char *pb__f1_header_read(pb_span datagram, pb__f1_header *out)
{
    const uint8_t *at   = (const uint8_t *)datagram.at;
    const char    *why  = NULL;
    size_t         size = size_of(at, datagram.len, &why);
    if (size == 0) return why;
    if (datagram.len < size) return "cut short";
    if (datagram.len > size) return "longer than its packet";
    fill(at, out);
    return NULL;
}

size_t pb_f1_udp_size(pb_span bytes)
{
    const char *why;
    return size_of((const uint8_t *)bytes.at, bytes.len, &why);
}
