/* Records from one thread to another: see base_ring.h.
 *
 * head and tail only grow; their low bits are the place in the buffer. Each side
 * keeps what it last saw of the other beside its own end, so that it reads the
 * other's cache line only when that is not enough. Sleeping is a handshake: the
 * taking side says that it sleeps, then looks once more; the putting side puts,
 * then looks whether somebody sleeps. Both put a full fence between. */
#include <errno.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "pitboard/base_ring.h"

#define RING_LEAST ((size_t)4 << 10)
#define RING_MOST ((size_t)1 << 30)
#define HEADER 8u       /* before each record: its length */
#define SKIP UINT64_MAX /* in place of a length: go on at the start */
#define LINE 64

struct pb_ring {
    char  *at;
    size_t mask;
    char   pad0[LINE];
    /* the putting side */
    atomic_uint_least64_t head;
    uint64_t              seen_tail, next_head;
    atomic_uint_least64_t put, full, high_water;
    char                  pad1[LINE];
    /* the taking side */
    atomic_uint_least64_t tail;
    uint64_t              seen_head, next_tail;
    atomic_uint_least64_t taken, waits;
    char                  pad2[LINE];
    atomic_uint           sleeping; /* the futex */
};

pb_status pb_ring_create(size_t bytes, pb_ring **out)
{
    if (bytes > RING_MOST) return PB_E_RANGE;
    size_t size = RING_LEAST;
    while (size < bytes) size *= 2;
    pb_ring *r = calloc(1, sizeof *r);
    if (!r) return PB_E_NOMEM;
    r->at = aligned_alloc(LINE, size);
    if (!r->at) {
        free(r);
        return PB_E_NOMEM;
    }
    r->mask = size - 1;
    *out    = r;
    return PB_OK;
}

void pb_ring_destroy(pb_ring *ring)
{
    if (!ring) return;
    free(ring->at);
    free(ring);
}

static size_t place_of(size_t len)
{
    return HEADER + (len + 7) / 8 * 8;
}

/* True when `need` bytes from head on are free. */
static bool has_room(pb_ring *r, uint64_t head, size_t need)
{
    size_t size = r->mask + 1;
    if (head + need - r->seen_tail <= size) return true;
    r->seen_tail = atomic_load_explicit(&r->tail, memory_order_acquire);
    return head + need - r->seen_tail <= size;
}

static void put_length(pb_ring *r, uint64_t at, uint64_t length)
{
    memcpy(r->at + (at & r->mask), &length, sizeof length);
}

static void add(atomic_uint_least64_t *count, uint64_t n) /* has one writer */
{
    atomic_store_explicit(count, atomic_load_explicit(count, memory_order_relaxed) + n, memory_order_relaxed);
}

void *pb_ring_reserve(pb_ring *ring, size_t len)
{
    uint64_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
    size_t   size = ring->mask + 1, need = place_of(len), to_end = size - (size_t)(head & ring->mask);
    size_t   skip = need <= to_end ? 0 : to_end;
    if (len > size / 4 || !has_room(ring, head, skip + need)) {
        add(&ring->full, 1);
        return NULL;
    }
    if (skip > 0) put_length(ring, head, SKIP);
    put_length(ring, head + skip, len);
    ring->next_head = head + skip + need;
    return ring->at + ((head + skip) & ring->mask) + HEADER;
}

void pb_ring_commit(pb_ring *ring)
{
    add(&ring->put, 1);
    uint64_t used = ring->next_head - ring->seen_tail;
    if (used > atomic_load_explicit(&ring->high_water, memory_order_relaxed)) {
        ring->seen_tail = atomic_load_explicit(&ring->tail, memory_order_acquire); /* what was seen may be old */
        used            = ring->next_head - ring->seen_tail;
        if (used > atomic_load_explicit(&ring->high_water, memory_order_relaxed))
            atomic_store_explicit(&ring->high_water, used, memory_order_relaxed);
    }
    atomic_store_explicit(&ring->head, ring->next_head, memory_order_seq_cst);
}

void pb_ring_wake(pb_ring *ring)
{
    if (atomic_load_explicit(&ring->sleeping, memory_order_seq_cst) == 0) return;
    atomic_store_explicit(&ring->sleeping, 0, memory_order_seq_cst);
    (void)syscall(SYS_futex, &ring->sleeping, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

static bool is_empty(pb_ring *r, uint64_t tail)
{
    if (tail != r->seen_head) return false;
    r->seen_head = atomic_load_explicit(&r->head, memory_order_seq_cst);
    return tail == r->seen_head;
}

const void *pb_ring_peek(pb_ring *ring, size_t *len)
{
    uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
    uint64_t length;
    if (is_empty(ring, tail)) return NULL;
    memcpy(&length, ring->at + (tail & ring->mask), sizeof length);
    if (length == SKIP) {
        tail += ring->mask + 1 - (tail & ring->mask);
        memcpy(&length, ring->at, sizeof length);
    }
    ring->next_tail = tail + place_of((size_t)length);
    *len            = (size_t)length;
    return ring->at + (tail & ring->mask) + HEADER;
}

void pb_ring_release(pb_ring *ring)
{
    add(&ring->taken, 1);
    atomic_store_explicit(&ring->tail, ring->next_tail, memory_order_release);
}

bool pb_ring_wait(pb_ring *ring, uint32_t wait_ms)
{
    uint64_t        tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
    struct timespec time = {.tv_sec = wait_ms / 1000, .tv_nsec = (long)(wait_ms % 1000) * 1000000};
    if (!is_empty(ring, tail)) return true;
    atomic_store_explicit(&ring->sleeping, 1, memory_order_seq_cst);
    if (is_empty(ring, tail)) {
        add(&ring->waits, 1);
        (void)syscall(SYS_futex, &ring->sleeping, FUTEX_WAIT_PRIVATE, 1, &time, NULL, 0);
    }
    atomic_store_explicit(&ring->sleeping, 0, memory_order_seq_cst);
    return !is_empty(ring, tail);
}

pb_ring_stats pb_ring_stats_get(const pb_ring *ring)
{
    pb_ring_stats s    = {.bytes = ring->mask + 1};
    uint64_t      tail = atomic_load(&ring->tail), head = atomic_load(&ring->head); /* in this order: never below 0 */
    uint64_t      taken = atomic_load(&ring->taken);
    s.used              = (size_t)(head - tail);
    s.records           = atomic_load(&ring->put);
    s.waiting           = s.records - taken;
    s.full              = atomic_load(&ring->full);
    s.waits             = atomic_load(&ring->waits);
    s.high_water        = (size_t)atomic_load(&ring->high_water);
    return s;
}
