/* Any lines as messages of live timing, one after the other into one state, and printed: no crash, events
 * and points keep their promises, what is refused has a reason. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/wire_feed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void hear_event(void *user, const pb_event *e)
{
    (void)user;
    PB_ASSERT(e->kind > PB_EV_NONE && e->kind < PB_EV_N && e->origin == PB_ORIGIN_LIVE_TIMING && e->car >= 0);
    PB_ASSERT(pb_utf8_valid(pb_span_of(e->text)) && pb_utf8_valid(pb_span_of(e->name)));
    PB_ASSERT(pb_utf8_valid(pb_span_of(e->team_text)) && pb_utf8_valid(pb_span_of(e->flag_text)));
    PB_ASSERT(memchr(e->text, 0, sizeof e->text) && memchr(e->scope_text, 0, sizeof e->scope_text));
}

static void hear_point(void *user, const pb_point *p)
{
    (void)user;
    PB_ASSERT(p->car > 0 && p->has != 0);
    for (int c = 0; c < PB_CH_N; c++) PB_ASSERT(isfinite(p->ch[c]));
}

static void hear_refusal(void *user, const char *why)
{
    (void)user;
    PB_ASSERT(why && why[0]);
}

static void print(pb_span line, FILE *to)
{
    pb_json_writer w;
    pb_error       error = {0};
    pb_json_begin(&w, to, 0);
    pb_status status = pb_live_timing_print(line, &w, &error);
    PB_ASSERT(status == PB_OK || error.text[0] != '\0');
    rewind(to);
}

/* Lines are split at 0x01, so that snapshots of many lines can be found too. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static pb_live_timing *timing; /* once: it is large */
    static FILE           *nowhere;
    pb_feed_sink           sink = {NULL, hear_event, hear_point, hear_refusal};
    if (!timing && pb_live_timing_create(&timing, NULL) != PB_OK) abort();
    if (!nowhere) nowhere = fopen("/dev/null", "w");
    if (!nowhere) abort();
    pb_live_timing_reset(timing);
    for (const char *at = (const char *)data, *end = at + size; at < end;) {
        const char *stop = memchr(at, 1, (size_t)(end - at));
        pb_span     line = {at, (size_t)((stop ? stop : end) - at)};
        pb_live_timing_feed(timing, line, PB_US_NONE, &sink);
        if (at == (const char *)data && line.len < 300) print(line, nowhere); /* takes memory: slow here */
        at += line.len + 1;
    }
    return 0;
}
