/* pitboard/engine_pool.h - threads for work that must not hold up who asks for it.
 *
 * Bounded: what finds no room is refused at once, so that a flood is an answer (503)
 * and not a queue. Workers run behind the others of the process (nice), so that a
 * race that is being followed stays first.
 *
 * Floor 6. */
#ifndef PITBOARD_ENGINE_POOL_H
#define PITBOARD_ENGINE_POOL_H

#include "pitboard/base_metrics.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct pb_pool pb_pool;

typedef enum pb_pool_lane {
    PB_LANE_QUICK,                   /* milliseconds: reads of the store, passwords */
    PB_LANE_WORK,                    /* tenths of a second: calls, simulations, strategies */
    PB_LANE_N
} pb_pool_lane;

/* Threads of each lane (0: 2 quick, and for work as many as cores); queue: places of each. */
pb_status pb_pool_create(const uint32_t threads[PB_LANE_N], uint32_t queue, pb_metrics *metrics, pb_pool **out,
                         pb_error *error);
/* Finishes what was taken, at most wait_ms; false when something still ran (the process should end). */
bool      pb_pool_destroy(pb_pool *pool, uint32_t wait_ms);
/* PB_E_LIMIT: the queue is full, nothing was taken; PB_E_CANCELLED: the pool ends. */
pb_status pb_pool_do(pb_pool *pool, pb_pool_lane lane, void (*f)(void *user), void *user);
uint32_t  pb_pool_waiting(const pb_pool *pool, pb_pool_lane lane);

#ifdef __cplusplus
}
#endif
#endif
