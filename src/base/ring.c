/* Records from one thread to another: see base_ring.h.
 *
 * head and tail only grow; their low bits are the place in the buffer. Each side
 * keeps what it last saw of the other beside its own end, so that it reads the
 * other's cache line only when that is not enough. A ring that is found empty begins
 * again at its start: one that is hardly used touches little memory. Sleeping is a handshake: the
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

#define PAGE 4096u
#define RING_LEAST ((size_t)4 << 10)
#define RING_MOST ((size_t)1 << 30)
#define HEADER 8u                 /* before each record: its length */
#define LOOK_EVERY 16u
#define SKIP UINT64_MAX /* in place of a length: go on at the start */
#define LINE 64

struct pb_ring {
    char  *at;
    size_t mask;
    char   pad0[LINE];
    /* the putting side */
    atomic_uint_least64_t head;
    uint64_t              seen_tail, next_head, skip;
    atomic_uint_least64_t put, full, high_water, skipped;
    char                  pad1[LINE];
    /* the taking side */
    atomic_uint_least64_t tail;
    uint64_t              seen_head, next_tail, passed;
    atomic_uint_least64_t taken, waits, skips_taken;
    char                  pad2[LINE];
    atomic_uint           sleeping; /* the futex */
};

/* Takes the memory now: what a stall will need is there, and use does not grow in a race. */
static void touch(char *at, size_t size)
{
    for (size_t i = 0; i < size; i += PAGE) *(volatile char *)(at + i) = 0;
}

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
    touch(r->at, size);
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

/* True when all that was put has been taken and the start is far back. What is passed over is
 * free again only when the other side comes by, and it may be a while (a disk that syncs): half
 * of the ring is there for what comes meanwhile. The other side's end is looked at for one record
 * in LOOK_EVERY only. */
static bool may_rewind(pb_ring *r, uint64_t head)
{
    if ((head & r->mask) <= r->mask / 2 || atomic_load_explicit(&r->put, memory_order_relaxed) % LOOK_EVERY != 0)
        return false;
    r->seen_tail = atomic_load_explicit(&r->tail, memory_order_acquire);
    return r->seen_tail == head;
}

void *pb_ring_reserve(pb_ring *ring, size_t len)
{
    uint64_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
    size_t   size = ring->mask + 1, need = place_of(len), to_end = size - (size_t)(head & ring->mask);
    bool     fits = len <= size / 4;
    size_t   skip = fits && need <= to_end && !may_rewind(ring, head) ? 0 : to_end;
    if (!fits || !has_room(ring, head, skip + need)) {
        add(&ring->full, 1);
        return NULL;
    }
    if (skip > 0) put_length(ring, head, SKIP);
    put_length(ring, head + skip, len);
    ring->skip      = skip;
    ring->next_head = head + skip + need;
    return ring->at + ((head + skip) & ring->mask) + HEADER;
}

static uint64_t used_now(const pb_ring *r)
{
    uint64_t passed = atomic_load_explicit(&r->skips_taken, memory_order_relaxed);
    uint64_t spare  = atomic_load_explicit(&r->skipped, memory_order_relaxed) - passed;
    uint64_t used   = r->next_head - r->seen_tail;
    return used > spare ? used - spare : 0;
}

void pb_ring_commit(pb_ring *ring)
{
    add(&ring->put, 1);
    if (ring->skip > 0) add(&ring->skipped, ring->skip);
    ring->skip = 0;
    if (used_now(ring) > atomic_load_explicit(&ring->high_water, memory_order_relaxed)) {
        ring->seen_tail = atomic_load_explicit(&ring->tail, memory_order_acquire); /* what was seen may be old */
        uint64_t used   = used_now(ring);
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
    ring->passed = 0;
    if (is_empty(ring, tail)) return NULL;
    memcpy(&length, ring->at + (tail & ring->mask), sizeof length);
    if (length == SKIP) {
        ring->passed = ring->mask + 1 - (tail & ring->mask);
        tail += ring->passed;
        memcpy(&length, ring->at, sizeof length);
    }
    ring->next_tail = tail + place_of((size_t)length);
    *len            = (size_t)length;
    return ring->at + (tail & ring->mask) + HEADER;
}

void pb_ring_release(pb_ring *ring)
{
    add(&ring->taken, 1);
    if (ring->passed > 0) add(&ring->skips_taken, ring->passed);
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
    uint64_t      taken  = atomic_load(&ring->taken);
    uint64_t      passed = atomic_load(&ring->skips_taken), spare = atomic_load(&ring->skipped) - passed;
    s.used       = head - tail > spare ? (size_t)(head - tail - spare) : 0;
    s.records    = atomic_load(&ring->put);
    s.waiting    = s.records - taken;
    s.full       = atomic_load(&ring->full);
    s.waits      = atomic_load(&ring->waits);
    s.high_water = (size_t)atomic_load(&ring->high_water);
    return s;
}
