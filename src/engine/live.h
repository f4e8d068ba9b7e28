/* live.h - what the threads of a live share. Each field says whose it is. */
#ifndef PB_ENGINE_LIVE_H
#define PB_ENGINE_LIVE_H

#include <pthread.h>
#include <stdatomic.h>

#include "latency.h"
#include "pitboard/engine.h"
#include "pitboard/engine_live.h"
#include "pitboard/engine_store.h"
#include "pitboard/net.h"

#define PB__SKIPPED_MAX 64
#define PB__FORWARDS PB_FORWARD_MAX

/* A frame in a ring: this and its payload. */
typedef struct pb__queued {
    uint64_t seq;
    int64_t  received_us, mono_us;
    uint32_t len;
    uint16_t port;
    uint8_t  kind, flags;
} pb__queued;

typedef struct pb__drop_counts {
    atomic_uint_least64_t kernel, record, process, cut;
} pb__drop_counts;

/* How a part does, told by its thread. */
typedef struct pb__part {
    pthread_mutex_t lock;
    pb_part_state   state;
    char            why[PB_ERROR_TEXT_MAX];
} pb__part;

/* Newest decision point, and who works on the one before. */
typedef struct pb__mailbox {
    pthread_mutex_t lock;
    pthread_cond_t  come;
    pb_ask         *waiting, *working;
    uint32_t        waiting_begun, working_begun; /* how often the race had begun again by then */
    bool            full, closed;
    bool            held;                     /* what waits came while it was hushed */
    uint64_t        skipped[PB__SKIPPED_MAX]; /* event numbers overtaken since the last was taken */
    uint32_t        n_skipped;
} pb__mailbox;

struct pb_live {
    pb_live_options options;
    char           *texts[8];
    atomic_bool     stopping;                                  /* receive */
    atomic_bool     received_all, processed_all, recorded_all; /* each when its thread has ended */
    int64_t         started_us;                                /* monotonic */

    /* whoever gives records; receive does for the sockets */
    pthread_mutex_t give_lock;
    bool            given_all; /* nothing is taken any more */
    uint64_t        next_seq;

    /* receive */
    pb_udp               *udp, *points;
    pb_udp_out           *forward[PB__FORWARDS];
    int                   wake_fd;
    char                 *line;
    size_t                line_len;
    atomic_bool           input_open;
    bool                  line_cut;
    atomic_uint_least64_t seq, received[PB_FEED_N], received_bytes, forwarded, forward_failed;
    pb__drop_counts       drops[PB_FEED_N];

    /* between threads */
    pb_ring *to_process, *to_record, *to_receive; /* the last: calls */

    /* process; read by others under see_lock */
    pthread_mutex_t       see_lock;
    pb_pipeline          *pipeline;
    char                 *call; /* the newest, as recorded */
    size_t                call_len;
    atomic_bool           recovering;
    uint64_t              recovered_to, next_seq_at_start, fed;
    atomic_uint_least64_t processed;
    pb__latency           latency;
    struct pb__batch     *batch;
    atomic_uint           lookers; /* who waits for see_lock: process makes room */
    atomic_bool           hushed;
    atomic_uint           begun; /* how often it began again; changed under give_lock */

    /* what is looked at from outside while it ends */
    pthread_mutex_t status_lock;
    bool            halted;
    pb_live_status  final; /* of one that is halted */

    /* record */
    pb_record *record;
    pb__part   record_part;

    /* store */
    pb_stage             *stage;
    pb__part              store_part;
    atomic_uint_least64_t applied, store_failures, store_rows;
    atomic_bool           give_up;
    atomic_int_least64_t  store_seen_us; /* monotonic: when its thread was last not waiting for an answer */

    /* decide */
    pb__mailbox           mailbox;
    atomic_uint_least64_t decided, skipped, decide_failed, decide_us, decisions;
    pb__part              decide_part;

    pthread_t threads[5];
    uint32_t  n_threads, store_thread; /* the latter 1 + its place; 0: none */
};

void pb__part_tell(pb__part *part, pb_part_state state, const char *why);
void pb__sleep_us(uint32_t us);
/* This thread, and those it starts, after the others: what is late here is late by a little. */
void pb__step_back(void);

/* Its threads end soon; pb_live_halt waits for them. */
void pb__live_tell_to_end(pb_live *live);

/* Threads; each takes the live. */
void *pb__live_receive(void *live);
void *pb__live_record(void *live);
void *pb__live_process(void *live);
void *pb__live_decide(void *live);
void *pb__live_store(void *live);

/* Makes the way to the store; one that is away is no error, one that is wrong is. */
pb_status pb__live_open_store(pb_live *live, pb_error *error);

/* Process: hands the newest point over; never waits for who decides. */
void pb__mailbox_put(pb_live *live, const pb_decision_point *point);
/* Hushed no more: the newest point of that time is asked about, unless the race began again since. */
void pb__mailbox_release(pb_live *live);
/* Decide: gives a call to be numbered and recorded; dropped when the race has begun again by then. */
bool pb__live_give_call(pb_live *live, uint32_t begun, pb_span call);

/* ---- what goes to the bus: points in batches of 40 or 2 ms, the rest at once ---- */
typedef struct pb__batch pb__batch;
/* topics NULL: plain names. */
pb_status pb__batch_create(pb_bus *bus, const char *topics, pb__batch **out);
void      pb__batch_destroy(pb__batch *batch);
void      pb__batch_point(pb__batch *batch, const pb_point *point, const pb_frame *frame);
void      pb__batch_event(pb__batch *batch, const pb_event *event);
/* Gives what has waited long enough; mono_us: a clock that never falls. */
void pb__batch_tick(pb__batch *batch, int64_t mono_us);
/* Does something wait in it? */
bool pb__batch_holds(const pb__batch *batch);
/* From any thread. */
void pb__batch_call(const pb__batch *batch, pb_span call);
/* All of it is told; nothing more will come: the topics go. */
void pb__batch_end(pb__batch *batch);

/* Numbers a frame and gives it to both sides; what finds no room is counted. Under give_lock. */
void pb__live_hand_on(pb_live *live, pb_frame *frame);

/* Was received earlier than it was given: says nothing of our delay. In queues only. */
#define PB__FRAME_OLD (1u << 7)

static inline pb_frame pb__frame_of(const void *queued)
{
    const pb__queued *q = queued;
    return (pb_frame){.seq         = q->seq,
                      .received_us = q->received_us,
                      .mono_us     = q->mono_us,
                      .kind        = q->kind,
                      .flags       = q->flags,
                      .port        = q->port,
                      .bytes       = {(const char *)(q + 1), q->len}};
}

#endif
