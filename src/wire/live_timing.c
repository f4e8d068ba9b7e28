/* live_timing: the decoder of F1 live timing: its memory, and records going in. */
#include <stdlib.h>
#include <string.h>

#include "lt_parts.h"

#define ARENA_BYTES (32u << 20) /* mostly untouched: a race uses some 3 MB of it */

pb_status pb_live_timing_create(pb_live_timing **out, pb_error *error)
{
    pb_live_timing *t = calloc(1, sizeof *t);
    if (!t) return pb_error_set(error, PB_E_NOMEM, "out of memory for live timing");
    pb_arena_init(&t->arena, ARENA_BYTES);
    pb_status status = pb__lt_reader_init(&t->reader, &t->arena, PB__LT_MESSAGE_MAX, error);
    if (status == PB_OK && pb__lt_tree_init(&t->tree, &t->arena) != PB_OK)
        status = pb_error_set(error, PB_E_NOMEM, "out of memory for live timing");
    if (status != PB_OK) {
        pb_live_timing_destroy(t);
        return status;
    }
    pb_live_timing_reset(t);
    *out = t;
    return PB_OK;
}

void pb_live_timing_destroy(pb_live_timing *timing)
{
    if (!timing) return;
    pb__lt_reader_fini(&timing->reader);
    pb_arena_fini(&timing->arena);
    free(timing);
}

void pb_live_timing_reset(pb_live_timing *timing)
{
    pb__lt_tree_clear(&timing->tree);
    memset(timing->root, 0, sizeof timing->root);
    memset(timing->pending, 0, sizeof timing->pending);
    timing->n       = 0;
    timing->zero_us = timing->anchor_us = PB_US_NONE;
    timing->anchor_exact                = false;
    timing->n_traces                    = 0;
    timing->applied = timing->refused = 0;
}

typedef struct feeding {
    pb_live_timing     *timing;
    const pb_feed_sink *sink;
} feeding;

static void take(void *user, const pb__lt_message *message)
{
    const feeding *f = user;
    pb__lt_apply(f->timing, message, f->sink);
}

static void refuse(void *user, const char *why)
{
    const feeding *f = user;
    f->timing->refused++;
    if (f->sink->refused) f->sink->refused(f->sink->user, why);
}

/* Messages say themselves when they are from, so the time of receipt is not asked. */
void pb_live_timing_feed(pb_live_timing *timing, pb_span message, int64_t received_us, const pb_feed_sink *sink)
{
    feeding      f     = {timing, sink};
    pb__lt_taker taker = {&f, take, refuse};
    (void)received_us;
    pb__lt_each_message(&timing->reader, message, &taker);
}
