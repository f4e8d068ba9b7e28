/* The receiving thread: takes what came, numbers it, hands it on.
 *
 * It looks at the sockets, takes all they hold, and rests a moment (gather_us) before
 * it looks again: at 10,000 datagrams a second that is a tenth of the wake-ups. Lines
 * typed in or piped wait in their pipe while the rings are half full; datagrams
 * cannot wait and are dropped and counted where a ring has no room. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "live.h"

#define ROUNDS_MAX 32u /* batches from one socket before the others have their turn */
#define LOOK_MS 100    /* at least so often, to see that it is time to end */
#define END_US 1000000 /* for what the sockets hold at the end, however much comes meanwhile */
#define LINE_MAX_BYTES PB_FRAME_MAX

static bool put(pb_ring *ring, const pb_frame *frame)
{
    pb__queued *q = pb_ring_reserve(ring, sizeof *q + frame->bytes.len);
    if (!q) return false;
    *q = (pb__queued){.seq         = frame->seq,
                      .received_us = frame->received_us,
                      .mono_us     = frame->mono_us,
                      .len         = (uint32_t)frame->bytes.len,
                      .port        = frame->port,
                      .kind        = frame->kind,
                      .flags       = frame->flags};
    if (frame->bytes.len > 0) memcpy(q + 1, frame->bytes.at, frame->bytes.len);
    pb_ring_commit(ring);
    return true;
}

void pb__live_hand_on(pb_live *live, pb_frame *frame)
{
    uint8_t kind = frame->kind < PB_FEED_N ? frame->kind : PB_FEED_NONE;
    frame->seq   = live->next_seq++;
    if (live->to_record && !put(live->to_record, frame)) atomic_fetch_add(&live->drops[kind].record, 1);
    if (!put(live->to_process, frame)) atomic_fetch_add(&live->drops[kind].process, 1);
    atomic_store(&live->seq, frame->seq);
    if (kind == PB_FEED_NONE) return;
    atomic_fetch_add_explicit(&live->received[kind], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&live->received_bytes, frame->bytes.len, memory_order_relaxed);
}

/* ---- datagrams ---- */

static void forward(pb_live *live, pb_span bytes)
{
    for (uint32_t i = 0; i < live->options.n_forward; i++) {
        bool sent = pb_udp_out_send(live->forward[i], bytes) == PB_OK;
        atomic_fetch_add_explicit(sent ? &live->forwarded : &live->forward_failed, 1, memory_order_relaxed);
    }
}

static void take_datagram(pb_live *live, const pb_datagram *d, pb_feed_kind kind, uint16_t port, int64_t mono_us)
{
    pb_frame frame = {.received_us = d->at_us, .mono_us = mono_us, .port = port, .bytes = d->bytes};
    frame.kind     = (uint8_t)(kind == PB_FEED_F1_UDP ? kind : pb_pipeline_sniff(d->bytes));
    if (d->cut) {
        frame.flags = PB_FRAME_CUT;
        atomic_fetch_add(&live->drops[frame.kind].cut, 1);
    }
    if (frame.received_us == 0) frame.received_us = pb_engine_utc_us();
    if (kind == PB_FEED_F1_UDP) forward(live, d->bytes);
    pb__live_hand_on(live, &frame);
}

/* All that a socket holds now. Returns how many that was. Under give_lock. */
static uint32_t take_socket(pb_live *live, pb_udp *udp, pb_feed_kind kind)
{
    const pb_datagram *d;
    uint32_t           all = 0;
    for (uint32_t round = 0; round < ROUNDS_MAX; round++) {
        uint32_t n = 0;
        if (pb_udp_receive(udp, 0, &d, &n, NULL) != PB_OK) break;
        int64_t mono_us = pb_engine_mono_us();
        for (uint32_t i = 0; i < n; i++) take_datagram(live, &d[i], kind, pb_udp_port(udp), mono_us);
        all += n;
        if (n < PB_UDP_BATCH) break;
    }
    atomic_store_explicit(&live->drops[kind].kernel, pb_udp_dropped(udp), memory_order_relaxed);
    return all;
}

/* ---- lines ---- */

static void take_line(pb_live *live, pb_span line)
{
    line           = pb_span_trim(line);
    pb_frame frame = {
        .received_us = pb_engine_utc_us(), .mono_us = pb_engine_mono_us(), .flags = PB_FRAME_HAND, .bytes = line};
    if (line.len == 0) return;
    frame.kind = (uint8_t)pb_pipeline_sniff(line);
    if (live->line_cut) {
        frame.flags |= PB_FRAME_CUT;
        atomic_fetch_add(&live->drops[frame.kind].cut, 1);
    }
    pthread_mutex_lock(&live->give_lock);
    pb__live_hand_on(live, &frame);
    pthread_mutex_unlock(&live->give_lock);
}

/* Hands on the whole lines of the buffer; a line that fills it is cut and its rest
 * passed over. */
static void take_lines(pb_live *live)
{
    size_t from = 0;
    for (char *end; (end = memchr(live->line + from, '\n', live->line_len - from));) {
        if (!live->line_cut) take_line(live, (pb_span){live->line + from, (size_t)(end - live->line) - from});
        live->line_cut = false;
        from           = (size_t)(end - live->line) + 1;
    }
    if (from > 0) memmove(live->line, live->line + from, live->line_len - from);
    live->line_len -= from;
    if (live->line_len < LINE_MAX_BYTES) return;
    bool again     = live->line_cut;
    live->line_cut = true;
    if (!again) take_line(live, (pb_span){live->line, LINE_MAX_BYTES / 2});
    live->line_len = 0;
}

static bool has_room(const pb_ring *ring)
{
    pb_ring_stats s = pb_ring_stats_get(ring);
    return s.used < s.bytes / 2;
}

static void take_input(pb_live *live)
{
    ssize_t n = read(live->options.input_fd, live->line + live->line_len, LINE_MAX_BYTES - live->line_len);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) return;
    if (n <= 0) {
        if (!live->line_cut) take_line(live, (pb_span){live->line, live->line_len}); /* the last may have no end */
        live->line_len = 0;
        atomic_store(&live->input_open, false);
        return;
    }
    live->line_len += (size_t)n;
    take_lines(live);
}

/* ---- our own calls ---- */

/* Of a race that has begun again since it gets no number. Under give_lock. */
static void take_call(pb_live *live, const char *queued, size_t len)
{
    uint32_t begun;
    memcpy(&begun, queued, sizeof begun);
    pb_frame frame = {.received_us = pb_engine_utc_us(),
                      .mono_us     = pb_engine_mono_us(),
                      .kind        = PB_FRAME_CALL,
                      .bytes       = {queued + sizeof begun, len - sizeof begun}};
    if (begun == atomic_load(&live->begun)) pb__live_hand_on(live, &frame);
}

static void take_calls(pb_live *live)
{
    const void *queued;
    for (size_t len; (queued = pb_ring_peek(live->to_receive, &len));) {
        take_call(live, queued, len);
        pb_ring_release(live->to_receive);
    }
}

bool pb__live_give_call(pb_live *live, uint32_t begun, pb_span call)
{
    char    *to  = pb_ring_reserve(live->to_receive, sizeof begun + call.len);
    uint64_t one = 1;
    if (!to) return false;
    memcpy(to, &begun, sizeof begun);
    memcpy(to + sizeof begun, call.at, call.len);
    pb_ring_commit(live->to_receive);
    return write(live->wake_fd, &one, sizeof one) == sizeof one;
}

/* ---- the thread ---- */

static void wait_for_any(pb_live *live, int wait_ms)
{
    struct pollfd fds[4];
    nfds_t        n    = 0;
    bool          room = has_room(live->to_process) && (!live->to_record || has_room(live->to_record));
    fds[n++]           = (struct pollfd){.fd = live->wake_fd, .events = POLLIN};
    if (live->udp) fds[n++] = (struct pollfd){.fd = pb_udp_fd(live->udp), .events = POLLIN};
    if (live->points) fds[n++] = (struct pollfd){.fd = pb_udp_fd(live->points), .events = POLLIN};
    if (live->input_open && room) fds[n++] = (struct pollfd){.fd = live->options.input_fd, .events = POLLIN};
    if (live->input_open && !room && wait_ms > 2) wait_ms = 2;
    if (poll(fds, n, wait_ms) <= 0) return;
    if (fds[0].revents & POLLIN) {
        uint64_t woken;
        if (read(live->wake_fd, &woken, sizeof woken) < 0) return;
    }
    if (live->input_open && room && fds[n - 1].revents) take_input(live);
}

static uint32_t take_all(pb_live *live)
{
    uint32_t n = 0;
    pthread_mutex_lock(&live->give_lock);
    if (live->udp) n += take_socket(live, live->udp, PB_FEED_F1_UDP);
    if (live->points) n += take_socket(live, live->points, PB_FEED_POINTS);
    take_calls(live);
    pthread_mutex_unlock(&live->give_lock);
    pb_ring_wake(live->to_process);
    if (live->to_record) pb_ring_wake(live->to_record);
    return n;
}

void *pb__live_receive(void *with)
{
    pb_live *live = with;
    while (!atomic_load(&live->stopping)) {
        wait_for_any(live, LOOK_MS);
        if (take_all(live) > 0) pb__sleep_us(live->options.gather_us);
    }
    int64_t until = pb_engine_mono_us() + END_US;
    while (take_all(live) > 0 && pb_engine_mono_us() < until) continue; /* what came before the end is received */
    pthread_mutex_lock(&live->give_lock);
    live->given_all = true;
    pthread_mutex_unlock(&live->give_lock);
    atomic_store(&live->received_all, true);
    pb_ring_wake(live->to_process);
    if (live->to_record) pb_ring_wake(live->to_record);
    return NULL;
}
