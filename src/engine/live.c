/* A live: opened, started, looked at, ended. What the threads do is in their files. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "live.h"

#define SLOT_BYTES PB_DATAGRAM_MAX
#define SOCKET_BYTES (8u << 20)
#define SILENT_S 5  /* of a store; then it is told */
#define STEP_BACK 5 /* nice value of deciding and storing */
#define CALLS_BYTES ((size_t)1 << 20)

pb_live_options pb_live_options_default(void)
{
    return (pb_live_options){.input_fd    = -1,
                             .record      = pb_record_options_default(),
                             .sync_ms     = 20,
                             .queue_bytes = (size_t)32 << 20,
                             .gather_us   = 1000};
}

void pb__sleep_us(uint32_t us)
{
    struct timespec t = {.tv_sec = us / 1000000, .tv_nsec = (long)(us % 1000000) * 1000};
    while (us > 0 && nanosleep(&t, &t) != 0 && errno == EINTR) continue;
}

void pb__step_back(void)
{
    (void)setpriority(PRIO_PROCESS, 0, STEP_BACK); /* Linux: of the calling thread */
}

/* ---- parts ---- */

const char *pb_part_state_name(pb_part_state state)
{
    static const char *const names[] = {"off", "ok", "stalled", "behind"};
    return state <= PB_PART_BEHIND ? names[state] : "?";
}

void pb__part_tell(pb__part *part, pb_part_state state, const char *why)
{
    pthread_mutex_lock(&part->lock);
    part->state = state;
    (void)pb_span_copy(pb_span_of(why), part->why, sizeof part->why);
    pthread_mutex_unlock(&part->lock);
}

static pb_part_state ask_part(pb__part *part, char why[PB_ERROR_TEXT_MAX])
{
    pthread_mutex_lock(&part->lock);
    pb_part_state state = part->state;
    memcpy(why, part->why, sizeof part->why);
    pthread_mutex_unlock(&part->lock);
    return state;
}

/* ---- opening ---- */

static pb_status no_memory(pb_error *error)
{
    return pb_error_set(error, PB_E_NOMEM, "out of memory");
}

static pb_status keep_text(pb_live *live, size_t i, const char **text, pb_error *error)
{
    if (!*text) return PB_OK;
    live->texts[i] = strdup(*text);
    if (!live->texts[i]) return no_memory(error);
    *text = live->texts[i];
    return PB_OK;
}

static pb_status keep_texts(pb_live *live, pb_error *error)
{
    pb_live_options *o = &live->options;
    PB_TRY(keep_text(live, 0, &o->udp, error));
    PB_TRY(keep_text(live, 1, &o->points_udp, error));
    PB_TRY(keep_text(live, 2, &o->record_dir, error));
    PB_TRY(keep_text(live, 3, &o->own_car, error));
    PB_TRY(keep_text(live, 4, &o->store_url, error));
    PB_TRY(keep_text(live, 5, &o->topics, error));
    return keep_text(live, 6, &o->team, error);
}

static pb_status open_sockets(pb_live *live, pb_error *error)
{
    pb_live_options *o = &live->options;
    if (o->udp) PB_TRY(pb_udp_open(o->udp, SLOT_BYTES, SOCKET_BYTES, &live->udp, error));
    if (o->points_udp) PB_TRY(pb_udp_open(o->points_udp, SLOT_BYTES, SOCKET_BYTES, &live->points, error));
    for (uint32_t i = 0; i < o->n_forward; i++) PB_TRY(pb_udp_out_open(o->forward[i], &live->forward[i], error));
    if (o->input_fd >= 0) {
        live->line = malloc(PB_FRAME_MAX);
        if (!live->line) return no_memory(error);
        atomic_store(&live->input_open, true);
    }
    live->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (live->wake_fd < 0) return pb_error_set(error, PB_E_IO, "no event handle: %s", strerror(errno));
    return PB_OK;
}

static pb_status open_record(pb_live *live, pb_error *error)
{
    live->next_seq = live->options.first_seq > 0 ? live->options.first_seq : 1;
    atomic_store(&live->seq, live->next_seq - 1);
    atomic_store(&live->processed, live->next_seq - 1);
    live->next_seq_at_start = live->next_seq;
    if (!live->options.record_dir) return PB_OK;
    PB_TRY(pb_record_open(live->options.record_dir, &live->options.record, &live->record, error));
    live->recovered_to      = pb_record_last(live->record);
    live->next_seq          = live->recovered_to + 1;
    live->next_seq_at_start = live->next_seq;
    live->record_part.state = PB_PART_OK;
    atomic_store(&live->seq, live->recovered_to);
    atomic_store(&live->processed, 0);
    if (pb_ring_create(live->options.queue_bytes, &live->to_record) != PB_OK) return no_memory(error);
    return PB_OK;
}

static pb_status equip(pb_live *live, pb_error *error)
{
    pb_pipeline_options o = pb_pipeline_options_default();
    o.own_car             = live->options.own_car;
    PB_TRY(pb_pipeline_create(&o, &live->pipeline, error));
    if (pb_ring_create(live->options.queue_bytes, &live->to_process) != PB_OK) return no_memory(error);
    if (pb_ring_create(CALLS_BYTES, &live->to_receive) != PB_OK) return no_memory(error);
    if (pb_ask_create(&live->mailbox.waiting) != PB_OK || pb_ask_create(&live->mailbox.working) != PB_OK)
        return no_memory(error);
    if (live->options.bus && pb__batch_create(live->options.bus, live->options.topics, &live->batch) != PB_OK)
        return no_memory(error);
    return PB_OK;
}

static pb_status check(const pb_live_options *o, pb_error *error)
{
    if (o->n_forward > PB_FORWARD_MAX)
        return pb_error_set(error, PB_E_USAGE, "datagrams go on to at most %d places", PB_FORWARD_MAX);
    if (o->store_url && !o->record_dir)
        return pb_error_set(error, PB_E_USAGE, "a store is filled from the record: name a folder for that, too");
    return PB_OK;
}

static pb_status open_all(pb_live *live, pb_error *error)
{
    PB_TRY(keep_texts(live, error));
    PB_TRY(open_sockets(live, error));
    PB_TRY(open_record(live, error));
    PB_TRY(pb__live_open_store(live, error));
    return equip(live, error);
}

static void close_sockets(pb_live *live)
{
    pb_udp_close(live->udp);
    pb_udp_close(live->points);
    for (uint32_t i = 0; i < live->options.n_forward; i++) {
        pb_udp_out_close(live->forward[i]);
        live->forward[i] = NULL;
    }
    live->udp = live->points = NULL;
}

static void free_queues(pb_live *live)
{
    pthread_mutex_lock(&live->give_lock);
    pb_ring_destroy(live->to_process);
    pb_ring_destroy(live->to_record);
    pb_ring_destroy(live->to_receive);
    live->to_process = live->to_record = live->to_receive = NULL;
    pthread_mutex_unlock(&live->give_lock);
}

static void close_all(pb_live *live)
{
    close_sockets(live);
    if (live->wake_fd >= 0) close(live->wake_fd);
    pb_stage_destroy(live->stage);
    pb_record_close(live->record);
    pb_pipeline_destroy(live->pipeline);
    free_queues(live);
    pb_ask_destroy(live->mailbox.waiting);
    pb_ask_destroy(live->mailbox.working);
    pb__batch_destroy(live->batch);
    free(live->call);
    free(live->line);
    for (size_t i = 0; i < sizeof live->texts / sizeof *live->texts; i++) free(live->texts[i]);
    free(live);
}

/* ---- threads ---- */

static pb_status start(pb_live *live, void *(*main)(void *), pb_error *error)
{
    int failed = pthread_create(&live->threads[live->n_threads], NULL, main, live);
    if (failed != 0) return pb_error_set(error, PB_E_IO, "a thread cannot be started: %s", strerror(failed));
    live->n_threads++;
    return PB_OK;
}

static pb_status start_all(pb_live *live, pb_error *error)
{
    atomic_store(&live->recovering, live->recovered_to > 0);
    PB_TRY(start(live, pb__live_receive, error));
    PB_TRY(start(live, pb__live_process, error));
    if (live->record) PB_TRY(start(live, pb__live_record, error));
    if (live->options.store_url) {
        PB_TRY(start(live, pb__live_store, error));
        live->store_thread = live->n_threads;
    }
    if (live->options.decide) PB_TRY(start(live, pb__live_decide, error));
    return PB_OK;
}

static void init_locks(pb_live *live)
{
    pthread_mutex_init(&live->see_lock, NULL);
    pthread_mutex_init(&live->give_lock, NULL);
    pthread_mutex_init(&live->status_lock, NULL);
    pthread_mutex_init(&live->record_part.lock, NULL);
    pthread_mutex_init(&live->store_part.lock, NULL);
    pthread_mutex_init(&live->decide_part.lock, NULL);
    pthread_mutex_init(&live->mailbox.lock, NULL);
    pthread_cond_init(&live->mailbox.come, NULL);
}

pb_status pb_live_start(const pb_live_options *options, pb_live **out, pb_error *error)
{
    PB_TRY(check(options, error));
    pb_live *live = calloc(1, sizeof *live);
    if (!live) return no_memory(error);
    live->options    = *options;
    live->wake_fd    = -1;
    live->started_us = pb_engine_mono_us();
    init_locks(live);
    pb_status status = open_all(live, error);
    if (status != PB_OK) {
        close_all(live);
        return status;
    }
    status = start_all(live, error);
    if (status != PB_OK) {
        pb_live_stop(live, 0, NULL, NULL);
        return status;
    }
    *out = live;
    return PB_OK;
}

/* ---- how it goes ---- */

static void copy_drops(pb_live *live, pb_live_status *out)
{
    for (size_t k = 0; k < PB_FEED_N; k++)
        out->drops[k] = (pb_live_drops){.kernel  = atomic_load(&live->drops[k].kernel),
                                        .record  = atomic_load(&live->drops[k].record),
                                        .process = atomic_load(&live->drops[k].process),
                                        .cut     = atomic_load(&live->drops[k].cut)};
}

static void copy_record(pb_live *live, pb_live_status *out)
{
    out->record = ask_part(&live->record_part, out->record_why);
    if (!live->record) return;
    memcpy(out->record_id, pb_record_id(live->record), sizeof out->record_id);
    out->durable_seq     = pb_record_durable(live->record);
    out->record_bytes    = pb_record_bytes(live->record);
    out->record_failures = pb_record_failures(live->record);
    out->record_cut      = pb_record_cut(live->record);
    out->record_ring     = pb_ring_stats_get(live->to_record);
}

/* A server that hangs says nothing: its silence does. */
static void copy_store(pb_live *live, pb_live_status *out)
{
    out->store     = ask_part(&live->store_part, out->store_why);
    int64_t seen   = atomic_load(&live->store_seen_us);
    int64_t silent = seen > 0 ? (pb_engine_mono_us() - seen) / 1000000 : 0;
    if (out->store != PB_PART_OK || silent < SILENT_S) return;
    out->store = PB_PART_STALLED;
    (void)snprintf(out->store_why, sizeof out->store_why, "no answer for %lld s", (long long)silent);
}

static void lock_to_see(pb_live *live)
{
    atomic_fetch_add(&live->lookers, 1);
    pthread_mutex_lock(&live->see_lock);
    atomic_fetch_sub(&live->lookers, 1);
}

static void copy_counts(pb_live *live, pb_live_status *out)
{
    lock_to_see(live);
    const pb_pipeline_counts *c = pb_pipeline_counts_get(live->pipeline);
    out->points                 = c->points;
    out->windows                = c->windows;
    out->events                 = c->events;
    out->refused                = c->refused;
    out->clocks                 = c->clocks;
    pthread_mutex_unlock(&live->see_lock);
}

static void copy_decide(pb_live *live, pb_live_status *out)
{
    (void)ask_part(&live->decide_part, out->decide_why);
    out->decisions     = atomic_load(&live->decisions);
    out->decided       = atomic_load(&live->decided);
    out->skipped       = atomic_load(&live->skipped);
    out->decide_failed = atomic_load(&live->decide_failed);
    out->decide_ms     = (double)atomic_load(&live->decide_us) / 1000;
}

static void copy_latency(pb_live *live, pb_live_status *out)
{
    out->latency = (pb_live_latency){.n      = atomic_load(&live->latency.n),
                                     .p50_ms = pb__latency_at(&live->latency, 0.50),
                                     .p99_ms = pb__latency_at(&live->latency, 0.99),
                                     .max_ms = (double)atomic_load(&live->latency.max_us) / 1000};
}

static void take_status(pb_live *live, pb_live_status *out)
{
    memset(out, 0, sizeof *out);
    out->now_us         = pb_engine_utc_us();
    out->up_s           = (double)(pb_engine_mono_us() - live->started_us) / 1e6;
    out->recovering     = atomic_load(&live->recovering);
    out->listening      = live->udp || live->points || atomic_load(&live->input_open);
    out->udp_port       = live->udp ? pb_udp_port(live->udp) : 0;
    out->points_port    = live->points ? pb_udp_port(live->points) : 0;
    out->received_bytes = atomic_load(&live->received_bytes);
    out->seq            = atomic_load(&live->seq);
    out->processed_seq  = atomic_load(&live->processed);
    out->applied_seq    = atomic_load(&live->applied);
    out->store_failures = atomic_load(&live->store_failures);
    out->store_rows     = atomic_load(&live->store_rows);
    out->process_ring   = pb_ring_stats_get(live->to_process);
    out->forwarded      = atomic_load(&live->forwarded);
    out->forward_failed = atomic_load(&live->forward_failed);
    for (size_t k = 0; k < PB_FEED_N; k++) out->received[k] = atomic_load(&live->received[k]);
    copy_record(live, out);
    copy_store(live, out);
    copy_drops(live, out);
    copy_counts(live, out);
    copy_latency(live, out);
    copy_decide(live, out);
}

void pb_live_status_get(pb_live *live, pb_live_status *out)
{
    pthread_mutex_lock(&live->status_lock);
    if (live->halted)
        *out = live->final;
    else
        take_status(live, out);
    pthread_mutex_unlock(&live->status_lock);
}

void pb_live_see(pb_live *live, pb_live_look *f, void *user)
{
    lock_to_see(live);
    f(user, live->pipeline, (pb_span){live->call, live->call ? live->call_len : 0});
    pthread_mutex_unlock(&live->see_lock);
}

/* ---- the end ---- */

/* What was received is in the state, on disk and in the store. */
static bool is_all_done(pb_live *live)
{
    if (!atomic_load(&live->processed_all)) return false;
    if (!live->record) return true;
    if (!atomic_load(&live->recorded_all)) return false;
    return !live->options.store_url || atomic_load(&live->applied) >= pb_record_durable(live->record);
}

#define HANGS_S 1 /* beyond the time that it was given */

/* False when the store does not answer (its server hangs): its thread is left behind, and with it what it uses. */
static bool join_all(pb_live *live)
{
    struct timespec until;
    bool            ended = true;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += HANGS_S;
    for (uint32_t i = 0; i < live->n_threads; i++)
        if (i + 1 == live->store_thread)
            ended = pthread_timedjoin_np(live->threads[i], NULL, &until) == 0;
        else
            pthread_join(live->threads[i], NULL);
    return ended;
}

/* What others can use or is large goes; what is looked at stays. */
static void close_outside(pb_live *live)
{
    pthread_mutex_lock(&live->status_lock);
    if (live->record) (void)pb_record_sync(live->record, NULL); /* once more: its thread has ended */
    if (live->batch) pb__batch_end(live->batch);
    take_status(live, &live->final);
    live->final.listening = false;
    live->halted          = true;
    close_sockets(live);
    pb_record_close(live->record);
    live->record = NULL;
    free_queues(live);
    pthread_mutex_unlock(&live->status_lock);
}

void pb__live_tell_to_end(pb_live *live)
{
    const uint64_t one = 1;
    atomic_store(&live->stopping, true);
    ssize_t woken = write(live->wake_fd, &one, sizeof one); /* if not, it looks by itself, soon */
    (void)woken;
    pthread_mutex_lock(&live->mailbox.lock);
    live->mailbox.closed = true;
    pthread_cond_signal(&live->mailbox.come);
    pthread_mutex_unlock(&live->mailbox.lock);
}

bool pb_live_halt(pb_live *live, uint32_t wait_ms)
{
    pb__live_tell_to_end(live);
    int64_t until = pb_engine_mono_us() + (int64_t)wait_ms * 1000;
    while (pb_engine_mono_us() < until && !is_all_done(live)) pb__sleep_us(5000);
    atomic_store(&live->give_up, true);
    bool ended = join_all(live);
    if (ended) close_outside(live);
    return ended;
}

void pb_live_free(pb_live *live)
{
    if (live) close_all(live);
}

void pb_live_end(pb_live *live, uint32_t wait_ms, pb_live_look *last, void *user, pb_live_status *out)
{
    if (!live) return;
    bool ended = pb_live_halt(live, wait_ms);
    if (last && !atomic_load(&live->recovering)) pb_live_see(live, last, user);
    if (out) pb_live_status_get(live, out);
    if (ended) close_all(live);
}

void pb_live_stop(pb_live *live, uint32_t wait_ms, pb_live_look *last, void *user)
{
    pb_live_end(live, wait_ms, last, user, NULL);
}
