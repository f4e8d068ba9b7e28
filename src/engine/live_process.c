/* The processing thread: the newest state of everything.
 *
 * It first reads the recording up to where it ended, so that the state is that of a
 * race that was never interrupted; what is received meanwhile waits in the ring. What
 * finds no room there is read back from the record: the live state may be late, and
 * misses nothing. */
#include <stdlib.h>
#include <string.h>

#include "live.h"

#define WAIT_MS 100
#define HOLDS_MS 1 /* points wait for company */
#define TURN 64    /* frames between two chances to look at the state */

/* ---- what the pipeline gives ---- */

static void give_point(void *user, const pb_frame *frame, uint32_t n, const pb_point *point)
{
    pb_live *live = user;
    (void)n;
    if (live->batch) pb__batch_point(live->batch, point, frame);
}

static void give_event(void *user, const pb_frame *frame, uint32_t n, const pb_event *event, const pb_meaning *meaning)
{
    pb_live *live = user;
    (void)frame, (void)n;
    if (live->batch && !atomic_load_explicit(&live->recovering, memory_order_relaxed))
        pb__batch_event(live->batch, event);
    if (live->options.hooks.event) live->options.hooks.event(live->options.hooks.user, live->pipeline, event, meaning);
}

static void give_decision(void *user, const pb_decision_point *point)
{
    pb__mailbox_put(user, point);
}

/* What is shown as the last call is our car's, while that is known and is not out. */
static bool is_of_mate(const pb_live *live, pb_span call)
{
    pb_json_doc       *doc  = NULL;
    int64_t            car  = 0;
    int16_t            own  = pb_pipeline_own_car(live->pipeline);
    const pb_live_car *ours = pb_race_car_of(pb_pipeline_state(live->pipeline), own);
    if (live->call_len == 0 || !ours || pb_live_car_is_out(ours)) return false;
    if (pb_json_parse(call, "call", &doc, NULL) != PB_OK) return false;
    (void)pb_json_i64(pb_json_get(pb_json_root(doc), "car"), 0, INT16_MAX, &car, NULL);
    pb_json_free(doc);
    return car != own;
}

static void keep_call(void *user, const pb_frame *frame)
{
    pb_live *live = user;
    char    *copy = malloc(frame->bytes.len + 1);
    if (!copy) return; /* the one before stays */
    memcpy(copy, frame->bytes.at, frame->bytes.len);
    copy[frame->bytes.len] = '\0';
    pb_span call           = {copy, frame->bytes.len};
    if (live->options.hooks.called) live->options.hooks.called(live->options.hooks.user, live->pipeline, call);
    if (is_of_mate(live, call)) {
        free(copy);
        return;
    }
    free(live->call);
    live->call     = copy;
    live->call_len = call.len;
}

/* ---- from the recording ---- */

/* False when nobody waits for the end of it any more. */
static bool recover(pb_live *live)
{
    const pb_pipeline_sink sink = {
        .user = live, .call = keep_call, .event = live->options.hooks.event ? give_event : NULL};
    pb_record_reader *reader;
    pb_frame          frame = {0};
    bool              more  = live->recovered_to > 0;
    if (more && pb_record_reader_open(live->options.record_dir, 1, &reader, NULL) != PB_OK) more = false;
    if (!more) return true;
    while (more && !atomic_load(&live->give_up)) {
        pthread_mutex_lock(&live->see_lock);
        for (int i = 0; i < TURN && more; i++) {
            more = pb_record_reader_next(reader, &frame, NULL) == PB_OK && frame.seq <= live->recovered_to;
            if (more) pb_pipeline_feed(live->pipeline, &frame, &sink);
        }
        pthread_mutex_unlock(&live->see_lock);
        atomic_store_explicit(&live->processed, frame.seq, memory_order_relaxed);
    }
    if (!more) atomic_store_explicit(&live->processed, live->recovered_to, memory_order_relaxed);
    pb_record_reader_close(reader);
    return !more;
}

/* ---- as it comes ---- */

#define GAP_WAIT_US 5000u
#define GAP_PATIENCE 400 /* looks at a record that does not grow: what is missing is not in it */

/* A chance for others to look at the state. */
static void breathe(pb_live *live, uint32_t us)
{
    pthread_mutex_unlock(&live->see_lock);
    pb__sleep_us(us);
    pthread_mutex_lock(&live->see_lock);
}

static void feed_late(pb_live *live, const pb_frame *frame, const pb_pipeline_sink *sink)
{
    pb_pipeline_feed(live->pipeline, frame, sink);
    atomic_fetch_sub(&live->drops[frame->kind < PB_FEED_N ? frame->kind : PB_FEED_NONE].process, 1);
    atomic_store_explicit(&live->processed, frame->seq, memory_order_relaxed);
}

/* Frames that found no room in the ring are in the record: feeds those before `seq`.
 * Under see_lock. */
static void fill_gap(pb_live *live, uint64_t seq, const pb_pipeline_sink *sink)
{
    pb_record_reader *reader;
    pb_frame          frame;
    uint64_t          next  = live->fed + 1;
    int               looks = 0;
    if (!live->record || pb_record_reader_open(live->options.record_dir, next, &reader, NULL) != PB_OK) return;
    for (uint32_t n = 0; next < seq && looks < GAP_PATIENCE && !atomic_load(&live->give_up); n++) {
        bool on_disk = pb_record_durable(live->record) >= next;
        bool have    = on_disk && pb_record_reader_next(reader, &frame, NULL) == PB_OK;
        looks        = have ? 0 : looks + 1;
        if (have) next = frame.seq + 1;
        if (have && frame.seq < seq) feed_late(live, &frame, sink);
        if (!have || n % TURN == 0) breathe(live, have ? 0 : GAP_WAIT_US);
    }
    pb_record_reader_close(reader);
}

static void feed(pb_live *live, const pb_frame *frame, const pb_pipeline_sink *sink)
{
    pb_pipeline_feed(live->pipeline, frame, sink);
    bool timed = frame->kind == PB_FEED_POINTS || frame->kind == PB_FEED_F1_UDP;
    if (timed && !(frame->flags & PB__FRAME_OLD))
        pb__latency_add(&live->latency, pb_engine_utc_us() - frame->received_us);
    atomic_store_explicit(&live->processed, frame->seq, memory_order_relaxed);
}

/* Somebody waits to see the state: the lock is theirs for a moment. */
static void let_look(pb_live *live)
{
    for (int i = 0; i < 50 && atomic_load(&live->lookers) > 0; i++) pb__sleep_us(10);
}

/* Some frames; false when there are none. */
static bool turn(pb_live *live, const pb_pipeline_sink *sink)
{
    const void *queued = NULL;
    size_t      len;
    int         n = 0;
    pthread_mutex_lock(&live->see_lock);
    for (; n < TURN && (queued = pb_ring_peek(live->to_process, &len)); n++) {
        pb_frame frame = pb__frame_of(queued);
        if (frame.seq > live->fed + 1) fill_gap(live, frame.seq, sink);
        feed(live, &frame, sink);
        live->fed = frame.seq;
        pb_ring_release(live->to_process);
        if (atomic_load_explicit(&live->lookers, memory_order_relaxed) > 0) {
            n++;
            break;
        }
    }
    pthread_mutex_unlock(&live->see_lock);
    let_look(live);
    return n > 0;
}

/* The ring is empty, and so many numbers were given: what is missing found no room. */
static void fill_end(pb_live *live, uint64_t given, const pb_pipeline_sink *sink)
{
    if (given <= live->fed) return;
    pthread_mutex_lock(&live->see_lock);
    fill_gap(live, given + 1, sink);
    pthread_mutex_unlock(&live->see_lock);
    live->fed = given;
}

void *pb__live_process(void *with)
{
    pb_live               *live  = with;
    const pb_pipeline_sink sink  = {.user   = live,
                                    .event  = live->batch || live->options.hooks.event ? give_event : NULL,
                                    .point  = live->batch ? give_point : NULL,
                                    .decide = live->options.decide ? give_decision : NULL,
                                    .call   = keep_call};
    bool                   whole = recover(live);
    live->fed                    = live->next_seq_at_start - 1;
    if (whole) atomic_store(&live->recovering, false);
    while (whole) {
        bool     last  = atomic_load(&live->received_all); /* both before the look: nothing up to it comes later */
        uint64_t given = atomic_load(&live->seq);
        if (turn(live, &sink)) continue;
        fill_end(live, given, &sink);
        if (last) break;
        if (live->batch) pb__batch_tick(live->batch, pb_engine_mono_us());
        (void)pb_ring_wait(live->to_process, live->batch && pb__batch_holds(live->batch) ? HOLDS_MS : WAIT_MS);
    }
    if (live->batch) pb__batch_tick(live->batch, INT64_MAX);
    atomic_store(&live->processed_all, true);
    return NULL;
}
