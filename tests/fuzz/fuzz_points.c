/* Any bytes as a body of points: what comes out is a point that can be, and reads
 * back the same. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/wire_feed.h"
#include "pitboard/wire_telemetry.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct seen {
    pb_points *points;
    pb_point   back;
    uint32_t   n, n_back;
} seen;

static void take_back(void *user, const pb_point *p)
{
    seen *s = user;
    s->back = *p;
    s->n_back++;
}

static void refuse(void *user, const char *why)
{
    (void)user;
    if (!why || !why[0]) abort();
}

static void take(void *user, const pb_point *p)
{
    seen *s = user;
    char  line[PB_POINT_LINE_MAX];
    if (p->car <= 0 || p->time_us < 0 || !memchr(p->session, 0, sizeof p->session)) abort();
    for (int c = 0; c < PB_CH_N; c++)
        if (!isfinite(p->ch[c]) || (!pb_point_has(p, (pb_channel)c) && p->ch[c] != 0)) abort();
    if (s->n++ > 20 || p->time_us < 100000000000000) return; /* earlier ones do not tell their unit by size */
    size_t       len  = pb_point_line_write(p, line, sizeof line);
    pb_feed_sink sink = {.user = s, .point = take_back, .refused = refuse};
    s->n_back         = 0;
    pb_points_feed(s->points, (pb_span){line, len}, 0, &sink);
    if (len == 0 || s->n_back != 1 || s->back.car != p->car || s->back.time_us != p->time_us || s->back.has != p->has ||
        memcmp(s->back.ch, p->ch, sizeof p->ch) != 0 || strcmp(s->back.session, p->session) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static pb_points *points, *other;
    seen              s = {0};
    if (!points && (pb_points_create(&points, NULL) != PB_OK || pb_points_create(&other, NULL) != PB_OK)) abort();
    s.points          = other;
    pb_feed_sink sink = {.user = &s, .point = take, .refused = refuse};
    pb_points_feed(points, (pb_span){(const char *)data, size}, 0, &sink);
    return 0;
}
