/* The pool: everything taken is done, what finds no room is refused, the end waits. */
#include "pb_test.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/resource.h>

#include "pitboard/engine_pool.h"

typedef struct gate { /* holds workers until it opens */
    pthread_mutex_t lock;
    pthread_cond_t  moved;
    bool            open;
    uint32_t        inside, done;
    int             nice;
} gate;

static void gate_init(gate *g)
{
    *g = (gate){0};
    pthread_mutex_init(&g->lock, NULL);
    pthread_cond_init(&g->moved, NULL);
}

static void pass(void *user)
{
    gate *g = user;
    pthread_mutex_lock(&g->lock);
    g->inside++;
    g->nice = getpriority(PRIO_PROCESS, 0);
    pthread_cond_broadcast(&g->moved);
    while (!g->open) pthread_cond_wait(&g->moved, &g->lock);
    g->done++;
    pthread_mutex_unlock(&g->lock);
}

static void wait_inside(gate *g, uint32_t n)
{
    pthread_mutex_lock(&g->lock);
    while (g->inside < n) pthread_cond_wait(&g->moved, &g->lock);
    pthread_mutex_unlock(&g->lock);
}

static void open_gate(gate *g)
{
    pthread_mutex_lock(&g->lock);
    g->open = true;
    pthread_cond_broadcast(&g->moved);
    pthread_mutex_unlock(&g->lock);
}

static pb_pool *make(uint32_t quick, uint32_t work, uint32_t queue)
{
    const uint32_t threads[PB_LANE_N] = {quick, work};
    pb_pool       *pool               = NULL;
    PB_CHECK_EQ(pb_pool_create(threads, queue, NULL, &pool, NULL), PB_OK);
    return pool;
}

static void count_one(void *user)
{
    atomic_fetch_add((atomic_uint *)user, 1);
}

PB_TEST(everything_that_was_taken_is_done_before_the_pool_ends)
{
    atomic_uint done = 0, taken = 0;
    pb_pool    *pool = make(0, 0, 64);
    for (uint32_t i = 0; i < 10000; i++) {
        pb_status s = pb_pool_do(pool, i % PB_LANE_N, count_one, &done);
        PB_CHECK(s == PB_OK || s == PB_E_LIMIT);
        taken += s == PB_OK;
        if (s == PB_E_LIMIT) sched_yield();
    }
    PB_CHECK(pb_pool_destroy(pool, 10000));
    PB_CHECK_EQ(done, taken);
}

PB_TEST(what_finds_no_room_is_refused_at_once_and_the_other_lane_goes_on)
{
    gate        g;
    atomic_uint quick = 0;
    gate_init(&g);
    pb_pool *pool = make(1, 1, 3);
    PB_CHECK_EQ(pb_pool_do(pool, PB_LANE_WORK, pass, &g), PB_OK);
    wait_inside(&g, 1);
    for (int i = 0; i < 3; i++) PB_CHECK_EQ(pb_pool_do(pool, PB_LANE_WORK, pass, &g), PB_OK);
    PB_CHECK_EQ(pb_pool_waiting(pool, PB_LANE_WORK), 3);
    PB_CHECK_EQ(pb_pool_do(pool, PB_LANE_WORK, pass, &g), PB_E_LIMIT);
    PB_CHECK_EQ(pb_pool_do(pool, PB_LANE_QUICK, count_one, &quick), PB_OK);
    while (quick == 0) sched_yield();
    open_gate(&g);
    PB_CHECK(pb_pool_destroy(pool, 10000));
    PB_CHECK_EQ(g.done, 4);
}

PB_TEST(workers_stand_behind_the_other_threads_of_the_process)
{
    gate g;
    gate_init(&g);
    open_gate(&g);
    pb_pool *pool = make(1, 1, 1);
    PB_CHECK_EQ(pb_pool_do(pool, PB_LANE_QUICK, pass, &g), PB_OK);
    PB_CHECK(pb_pool_destroy(pool, 10000));
    int mine = getpriority(PRIO_PROCESS, 0);
    PB_CHECK_EQ(g.nice, mine > 5 ? mine : 5);
}

PB_TEST(an_end_that_takes_too_long_is_told_and_work_in_hand_is_not_pulled_from_under_its_thread)
{
    static gate g; /* outlives the test: so may the thread */
    gate_init(&g);
    pb_pool *pool = make(1, 1, 2);
    PB_CHECK_EQ(pb_pool_do(pool, PB_LANE_WORK, pass, &g), PB_OK);
    wait_inside(&g, 1);
    PB_CHECK(!pb_pool_destroy(pool, 20));
    PB_CHECK_EQ(pb_pool_do(pool, PB_LANE_WORK, pass, &g), PB_E_CANCELLED);
    open_gate(&g);
    PB_CHECK(pb_pool_destroy(pool, 10000));
    PB_CHECK_EQ(g.done, 1);
}

PB_TEST(numbers_that_make_no_sense_are_refused)
{
    const uint32_t none[PB_LANE_N] = {0}, many[PB_LANE_N] = {1, 100000};
    pb_pool       *pool = NULL;
    pb_error       e;
    PB_CHECK_EQ(pb_pool_create(none, 0, NULL, &pool, &e), PB_E_RANGE);
    PB_CHECK_EQ(pb_pool_create(many, 8, NULL, &pool, &e), PB_E_RANGE);
    PB_CHECK_HAS(e.text, "100000 threads");
    PB_CHECK(pool == NULL);
    PB_CHECK(pb_pool_destroy(NULL, 0));
}

PB_TEST_MAIN(PB_RUN(everything_that_was_taken_is_done_before_the_pool_ends),
             PB_RUN(what_finds_no_room_is_refused_at_once_and_the_other_lane_goes_on),
             PB_RUN(workers_stand_behind_the_other_threads_of_the_process),
             PB_RUN(an_end_that_takes_too_long_is_told_and_work_in_hand_is_not_pulled_from_under_its_thread),
             PB_RUN(numbers_that_make_no_sense_are_refused))
