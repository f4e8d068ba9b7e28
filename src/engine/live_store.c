/* The storing thread: reads the record back, as far as it is on disk, and commits.
 *
 * It may be slow, stopped, or its database gone: the record has everything, and here
 * nothing is held but one group. It tries again after 0.1 s, then twice as long, up
 * to 5 s. */
#include <stdlib.h>

#include "live.h"
#include "pitboard/engine_store.h"

#define COMMIT_US 1000000 /* at least so often when there is something */
#define LOOK_US 50000u    /* for more of the record */
#define BACK_OFF_FIRST 100000u
#define BACK_OFF_MOST 5000000u
#define BEHIND 20000u /* records; more is told */

typedef struct work {
    pb_live          *live;
    pb_stage         *stage;
    pb_record_reader *reader;
    uint64_t          read; /* newest frame fed */
    int64_t           committed_us;
} work;

static bool is_over(const pb_live *live)
{
    return atomic_load(&live->give_up);
}

static void be_seen(const work *w)
{
    atomic_store(&w->live->store_seen_us, pb_engine_mono_us());
}

static void wait_us(const work *w, uint32_t us)
{
    for (uint32_t done = 0; done < us && !is_over(w->live); done += LOOK_US) {
        be_seen(w);
        pb__sleep_us(LOOK_US);
    }
}

static void tell_lag(work *w)
{
    uint64_t durable = pb_record_durable(w->live->record);
    bool     behind  = durable > w->read + BEHIND;
    atomic_store(&w->live->applied, pb_stage_applied(w->stage));
    atomic_store(&w->live->store_rows, pb_stage_rows(w->stage));
    pb__part_tell(&w->live->store_part, behind ? PB_PART_BEHIND : PB_PART_OK, behind ? "reading the record" : "");
}

/* Does it until it is done or nobody waits for it any more. */
static bool insist(work *w, pb_status (*verb)(pb_stage *, pb_error *))
{
    uint32_t wait = BACK_OFF_FIRST;
    for (;;) {
        pb_error error;
        be_seen(w);
        if (verb(w->stage, &error) == PB_OK) {
            tell_lag(w);
            return true;
        }
        atomic_fetch_add(&w->live->store_failures, 1);
        pb__part_tell(&w->live->store_part, PB_PART_STALLED, error.text);
        if (is_over(w->live)) return false;
        wait_us(w, wait);
        wait = wait * 2 < BACK_OFF_MOST ? wait * 2 : BACK_OFF_MOST;
    }
}

static bool commit(work *w)
{
    bool done       = insist(w, pb_stage_commit);
    w->committed_us = pb_engine_mono_us();
    return done;
}

/* Feeds what is on disk; false when the store is away and nobody waits for it. */
static bool feed_durable(work *w)
{
    uint64_t durable = pb_record_durable(w->live->record);
    pb_frame frame;
    while (w->read < durable && !is_over(w->live) && pb_record_reader_next(w->reader, &frame, NULL) == PB_OK) {
        pb_stage_feed(w->stage, &frame);
        w->read = frame.seq;
        if (pb_stage_is_due(w->stage) && !commit(w)) return false;
    }
    return true;
}

static void store_on(work *w)
{
    for (;;) {
        bool last = atomic_load(&w->live->recorded_all); /* before the look */
        be_seen(w);
        if (!feed_durable(w)) return;
        bool more = pb_stage_has_more(w->stage);
        if (more && (last || pb_engine_mono_us() - w->committed_us >= COMMIT_US) && !commit(w)) return;
        if (last || is_over(w->live)) return;
        pb__sleep_us(LOOK_US);
    }
}

pb_status pb__live_open_store(pb_live *live, pb_error *error)
{
    pb_stage_options o = pb_stage_options_default();
    if (!live->options.store_url) return PB_OK;
    o.url     = live->options.store_url;
    o.id      = pb_record_id(live->record);
    o.team    = live->options.team;
    o.own_car = live->options.own_car;
    PB_TRY(pb_stage_create(&o, &live->stage, error));
    pb_status status = pb_stage_connect(live->stage, error);
    return status == PB_E_IO ? PB_OK : status; /* away: it may come. Anything else has to be put right */
}

void *pb__live_store(void *with)
{
    pb_live *live = with;
    work     w    = {.live = live, .stage = live->stage};
    pb_error error;
    pb__step_back();
    if (pb_record_reader_open(live->options.record_dir, 1, &w.reader, &error) != PB_OK)
        pb__part_tell(&live->store_part, PB_PART_STALLED, error.text);
    else if (insist(&w, pb_stage_connect))
        store_on(&w);
    pb_record_reader_close(w.reader);
    return NULL;
}
