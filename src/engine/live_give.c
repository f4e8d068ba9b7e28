/* Records that are handed in: they wait for room instead of being dropped.
 *
 * Whoever holds give_lock is the putting side of both rings; the receiving thread takes it
 * for a look at its sockets, others for one frame at a time. */
#include <stdlib.h>

#include "live.h"

#define NAP_US 500u
#define FRAMES_IN_A_ROW 32u

size_t pb_live_give_max(const pb_live *live)
{
    size_t ring = 4096; /* as rings are made: rounded up */
    while (ring < live->options.queue_bytes) ring *= 2;
    size_t most = ring / 4 - sizeof(pb__queued);
    return most < PB_FRAME_MAX ? most : PB_FRAME_MAX;
}

static bool is_half_full(const pb_ring *ring)
{
    pb_ring_stats s = pb_ring_stats_get(ring);
    return s.used > s.bytes / 2;
}

bool pb_live_is_busy(pb_live *live)
{
    pthread_mutex_lock(&live->give_lock);
    bool busy =
        live->to_process && (is_half_full(live->to_process) || (live->to_record && is_half_full(live->to_record)));
    pthread_mutex_unlock(&live->give_lock);
    return busy;
}

/* Both rings have room for it now. The upper half is for what comes by itself: a socket does not wait. */
static bool has_room(pb_live *live, size_t len)
{
    size_t need = sizeof(pb__queued) + len;
    if (is_half_full(live->to_process) || (live->to_record && is_half_full(live->to_record))) return false;
    return pb_ring_reserve(live->to_process, need) && (!live->to_record || pb_ring_reserve(live->to_record, need));
}

static pb_frame as_given(const pb_frame *frame)
{
    pb_frame f = *frame;
    f.mono_us  = pb_engine_mono_us();
    if (f.received_us == 0)
        f.received_us = pb_engine_utc_us();
    else
        f.flags |= PB__FRAME_OLD;
    return f;
}

/* As many as there is room for, a few at most. */
static uint32_t give_some(pb_live *live, const pb_frame *frames, uint32_t n, bool *ended)
{
    uint32_t given = 0;
    pthread_mutex_lock(&live->give_lock);
    *ended = live->given_all;
    while (!*ended && given < n && given < FRAMES_IN_A_ROW && has_room(live, frames[given].bytes.len)) {
        pb_frame f = as_given(&frames[given++]);
        pb__live_hand_on(live, &f);
    }
    if (given > 0) pb_ring_wake(live->to_process);
    if (given > 0 && live->to_record) pb_ring_wake(live->to_record);
    pthread_mutex_unlock(&live->give_lock);
    return given;
}

pb_status pb_live_give(pb_live *live, const pb_frame *frames, uint32_t n, uint32_t wait_ms, uint32_t *given,
                       pb_error *error)
{
    int64_t until = pb_engine_mono_us() + (int64_t)wait_ms * 1000;
    size_t  most  = pb_live_give_max(live);
    for (*given = 0; *given < n;) {
        bool ended = false;
        if (frames[*given].bytes.len > most)
            return pb_error_set(error, PB_E_LIMIT, "a record of %zu bytes: at most %zu are taken at once",
                                frames[*given].bytes.len, most);
        uint32_t some = give_some(live, frames + *given, n - *given, &ended);
        *given += some;
        if (ended) return pb_error_set(error, PB_E_CANCELLED, "the session has ended");
        if (some > 0) continue;
        if (pb_engine_mono_us() >= until) return pb_error_set(error, PB_E_LIMIT, "no room: try again in a moment");
        pb__sleep_us(NAP_US);
    }
    return PB_OK;
}

bool pb_live_is_settled(pb_live *live, uint64_t *seq)
{
    uint64_t done = atomic_load(&live->processed), all = atomic_load(&live->seq);
    if (seq) *seq = done;
    return done >= all && !atomic_load(&live->recovering);
}

void pb_live_hush(pb_live *live, bool on)
{
    atomic_store(&live->hushed, on);
    if (!on) pb__mailbox_release(live);
}

/* From here on no call of the race that was gets a number; false while one, or a record, still waits. */
static bool end_race(pb_live *live)
{
    pthread_mutex_lock(&live->give_lock);
    bool settled = pb_live_is_settled(live, NULL);
    if (settled) atomic_fetch_add(&live->begun, 1);
    pthread_mutex_unlock(&live->give_lock);
    return settled;
}

pb_status pb_live_restart(pb_live *live, pb_error *error)
{
    pb_pipeline_options o    = pb_pipeline_options_default();
    pb_pipeline        *made = NULL;
    if (live->record) return pb_error_set(error, PB_E_UNSUPPORTED, "what is recorded is not begun again");
    o.own_car = live->options.own_car;
    PB_TRY(pb_pipeline_create(&o, &made, error));
    if (!end_race(live)) {
        pb_pipeline_destroy(made);
        return pb_error_set(error, PB_E_LIMIT, "records still wait");
    }
    pthread_mutex_lock(&live->see_lock);
    pb_pipeline *old = live->pipeline;
    live->pipeline   = made;
    free(live->call);
    live->call     = NULL;
    live->call_len = 0;
    pthread_mutex_unlock(&live->see_lock);
    pb_pipeline_destroy(old);
    return PB_OK;
}
