/* Independent jobs over threads. */
#include <stdatomic.h>

#include "pb_test.h"
#include "pitboard/engine.h"

#define JOBS 100

typedef struct work {
    atomic_int ran[JOBS];
    atomic_int all;
    int        fail_at; /* -1: none */
    size_t     told;
} work;

static pb_status one(void *user, size_t i, pb_error *error)
{
    work *w = user;
    atomic_fetch_add(&w->ran[i], 1);
    atomic_fetch_add(&w->all, 1);
    return (int)i == w->fail_at ? pb_error_set(error, PB_E_RANGE, "job %zu", i) : PB_OK;
}

static void told(void *user, size_t done, size_t n)
{
    ((work *)user)->told += done <= n;
}

PB_TEST(every_job_is_done_once_for_any_number_of_threads)
{
    static const uint32_t threads[] = {0, 1, 2, 7, PB_THREADS_MAX};
    for (size_t t = 0; t < sizeof threads / sizeof *threads; t++) {
        work w = {.fail_at = -1};
        PB_CHECK_EQ(pb_engine_each(JOBS, threads[t], one, &w, told, NULL), PB_OK);
        for (int i = 0; i < JOBS; i++) PB_CHECK_EQ(w.ran[i], 1);
        if (threads[t] == 1) PB_CHECK_EQ(w.told, JOBS);
    }
}

PB_TEST(no_job_is_no_work)
{
    work w = {.fail_at = -1};
    PB_CHECK_EQ(pb_engine_each(0, 4, one, &w, NULL, NULL), PB_OK);
    PB_CHECK_EQ(w.all, 0);
}

PB_TEST(a_failure_stops_what_has_not_begun_and_is_told)
{
    work     w     = {.fail_at = 3};
    pb_error error = {0};
    PB_CHECK_EQ(pb_engine_each(JOBS, 1, one, &w, NULL, &error), PB_E_RANGE);
    PB_CHECK_TEXT(error.text, "job 3");
    PB_CHECK_EQ(w.all, 4);
}

PB_TEST_MAIN(PB_RUN(every_job_is_done_once_for_any_number_of_threads), PB_RUN(no_job_is_no_work),
             PB_RUN(a_failure_stops_what_has_not_begun_and_is_told))
