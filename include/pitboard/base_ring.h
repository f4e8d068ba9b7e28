/* pitboard/base_ring.h - records from one thread to another, in order, in memory
 * that never grows.
 *
 * One thread puts, one takes; neither ever waits for a lock. A record is any
 * number of bytes and lies in one piece; what does not fit before the end of the
 * buffer begins again at its start:
 *
 *      tail                          head
 *       |                             |
 *     [ | len a.... | len b | len c.. | free ........ | skip ]
 *       taken from here               put here
 *
 * A record that finds no room is not put: who puts decides whether to wait or to
 * drop, and counts it. Taking can wait; putting never does.
 *
 * Floor 0. */
#ifndef PITBOARD_BASE_RING_H
#define PITBOARD_BASE_RING_H

#include "pitboard/base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct pb_ring pb_ring;

/* Room for `bytes` (rounded up to a power of two, 4 KiB .. 1 GiB), taken at once.
 * PB_E_NOMEM, PB_E_RANGE. */
pb_status pb_ring_create(size_t bytes, pb_ring **out);
void      pb_ring_destroy(pb_ring *ring);

/* ---- the putting side ---- */

/* Place for a record of len bytes, aligned to 8, or NULL when there is no room now
 * (len at most a quarter of the ring, else never). Nothing is seen by the other
 * side before the commit; a second reserve without one takes the place of the first. */
void *pb_ring_reserve(pb_ring *ring, size_t len);
void  pb_ring_commit(pb_ring *ring);
/* Wakes the taking side if it waits. After a batch, not after every record. */
void  pb_ring_wake(pb_ring *ring);

/* ---- the taking side ---- */

/* The oldest record, or NULL when there is none; valid until the release. */
const void *pb_ring_peek(pb_ring *ring, size_t *len);
void        pb_ring_release(pb_ring *ring);
/* Waits for a record, a wake or the end of wait_ms (a monotonic clock); true when
 * there is a record. */
bool        pb_ring_wait(pb_ring *ring, uint32_t wait_ms);

/* ---- anybody ---- */
typedef struct pb_ring_stats {
    size_t   bytes;              /* of the ring */
    size_t   used, high_water;   /* bytes now, most ever */
    uint64_t records;            /* put so far */
    uint64_t waiting;            /* put and not taken */
    uint64_t full;               /* times that a record found no room */
    uint64_t waits;              /* times that the taking side slept */
} pb_ring_stats;

pb_ring_stats pb_ring_stats_get(const pb_ring *ring);

#ifdef __cplusplus
}
#endif
#endif
