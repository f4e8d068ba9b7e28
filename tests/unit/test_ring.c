/* The ring: order, wrapping, fullness, sleeping; two threads. */
#include "pb_test.h"

#include <pthread.h>

#include "pitboard/base_ring.h"

static bool put(pb_ring *r, const void *bytes, size_t len)
{
    void *to = pb_ring_reserve(r, len);
    if (!to) return false;
    memcpy(to, bytes, len);
    pb_ring_commit(r);
    return true;
}

static pb_ring *make(size_t bytes)
{
    pb_ring *r = NULL;
    PB_CHECK_EQ(pb_ring_create(bytes, &r), PB_OK);
    return r;
}

PB_TEST(records_come_out_as_they_went_in)
{
    pb_ring *r = make(0);
    size_t   len;
    PB_CHECK(pb_ring_peek(r, &len) == NULL);
    PB_CHECK(put(r, "one", 3));
    PB_CHECK(put(r, "", 0));
    PB_CHECK(put(r, "three", 5));
    PB_CHECK(memcmp(pb_ring_peek(r, &len), "one", 3) == 0 && len == 3);
    pb_ring_release(r);
    PB_CHECK(pb_ring_peek(r, &len) != NULL && len == 0);
    pb_ring_release(r);
    PB_CHECK(memcmp(pb_ring_peek(r, &len), "three", 5) == 0 && len == 5);
    pb_ring_release(r);
    PB_CHECK(pb_ring_peek(r, &len) == NULL);
    pb_ring_destroy(r);
}

PB_TEST(a_record_lies_in_one_piece_wherever_the_end_of_the_buffer_falls)
{
    pb_ring *r = make(4096);
    char     bytes[1024];
    size_t   len;
    for (uint32_t i = 0; i < 20000; i++) {
        size_t n = i * 7919u % 1025u;
        memset(bytes, (int)(i & 0x7f), n);
        PB_CHECK(put(r, bytes, n));
        const char *got = pb_ring_peek(r, &len);
        PB_CHECK(got != NULL && (uintptr_t)got % 8 == 0);
        PB_CHECK_EQ(len, n);
        PB_CHECK(memcmp(got, bytes, n) == 0);
        pb_ring_release(r);
    }
    PB_CHECK_EQ(pb_ring_stats_get(r).waiting, 0);
    pb_ring_destroy(r);
}

PB_TEST(a_full_ring_refuses_and_counts_and_takes_again_when_there_is_room)
{
    pb_ring *r          = make(4096);
    char     bytes[120] = {0};
    uint32_t n          = 0;
    size_t   len;
    while (put(r, bytes, sizeof bytes)) n++;
    PB_CHECK_EQ(n, 4096 / 128);
    pb_ring_stats s = pb_ring_stats_get(r);
    PB_CHECK_EQ(s.full, 1);
    PB_CHECK_EQ(s.used, 4096);
    PB_CHECK_EQ(s.high_water, 4096);
    PB_CHECK_EQ(s.waiting, n);
    PB_CHECK(pb_ring_peek(r, &len) != NULL);
    pb_ring_release(r);
    PB_CHECK(put(r, bytes, sizeof bytes));
    pb_ring_destroy(r);
}

PB_TEST(a_record_beyond_a_quarter_of_the_ring_is_never_taken)
{
    pb_ring *r = make(4096);
    PB_CHECK(pb_ring_reserve(r, 1025) == NULL);
    PB_CHECK(pb_ring_reserve(r, SIZE_MAX - 8) == NULL);
    PB_CHECK(pb_ring_reserve(r, 1024) != NULL);
    pb_ring_destroy(r);
    pb_ring *none = NULL;
    PB_CHECK_EQ(pb_ring_create((size_t)2 << 30, &none), PB_E_RANGE);
}

PB_TEST(a_ring_that_is_hardly_used_stays_in_its_first_half)
{
    pb_ring    *r     = make((size_t)1 << 20);
    const char *first = pb_ring_reserve(r, 100), *most = first;
    char        bytes[1000] = {0};
    size_t      len;
    for (uint32_t i = 0; i < 5000; i++) {
        PB_CHECK(put(r, bytes, 900 + i % 100));
        const char *got = pb_ring_peek(r, &len);
        PB_CHECK_EQ(len, 900 + i % 100);
        if (got > most) most = got;
        pb_ring_release(r);
    }
    PB_CHECK(most - first < (1 << 19) + 16 * 1024);
    pb_ring_stats s = pb_ring_stats_get(r);
    PB_CHECK(s.high_water < 2000);
    PB_CHECK_EQ(s.used, 0);
    pb_ring_destroy(r);
}

PB_TEST(wherever_an_empty_ring_stands_half_of_it_is_there_for_a_side_that_is_late)
{
    char   bytes[1000] = {0};
    size_t len;
    for (uint32_t before = 0; before < 1100; before += 10) {
        pb_ring *r    = make((size_t)1 << 20);
        size_t   took = 0;
        for (uint32_t i = 0; i < before; i++) {
            PB_CHECK(put(r, bytes, 1000) && pb_ring_peek(r, &len));
            pb_ring_release(r);
        }
        while (put(r, bytes, 1000)) took += 1000;
        PB_CHECK(took >= (1 << 19) - 2000);
        pb_ring_destroy(r);
    }
}

PB_TEST(waiting_ends_by_itself)
{
    pb_ring *r = make(4096);
    PB_CHECK(!pb_ring_wait(r, 1));
    PB_CHECK_EQ(pb_ring_stats_get(r).waits, 1);
    PB_CHECK(put(r, "x", 1));
    PB_CHECK(pb_ring_wait(r, 60000));
    pb_ring_destroy(r);
}

#define MANY 200000u

static void *put_many(void *with)
{
    pb_ring *r = with;
    for (uint32_t i = 0; i < MANY;) {
        uint32_t *to = pb_ring_reserve(r, 4 + i % 100);
        if (to) {
            *to = i++;
            pb_ring_commit(r);
        }
        if (!to || i % 16 == 0) pb_ring_wake(r);
    }
    pb_ring_wake(r);
    return NULL;
}

PB_TEST(two_threads_pass_every_record_once_in_order)
{
    pb_ring  *r = make(16384);
    pthread_t other;
    uint32_t  wanted = 0;
    PB_CHECK_EQ(pthread_create(&other, NULL, put_many, r), 0);
    while (wanted < MANY) {
        size_t          len;
        const uint32_t *got = pb_ring_peek(r, &len);
        if (!got) {
            pb_ring_wait(r, 1000);
            continue;
        }
        PB_CHECK_EQ(*got, wanted);
        PB_CHECK_EQ(len, 4 + wanted % 100);
        pb_ring_release(r);
        wanted++;
    }
    pthread_join(other, NULL);
    PB_CHECK_EQ(pb_ring_stats_get(r).records, MANY);
    PB_CHECK_EQ(pb_ring_stats_get(r).waiting, 0);
    pb_ring_destroy(r);
}

PB_TEST_MAIN(PB_RUN(records_come_out_as_they_went_in),
             PB_RUN(a_record_lies_in_one_piece_wherever_the_end_of_the_buffer_falls),
             PB_RUN(a_full_ring_refuses_and_counts_and_takes_again_when_there_is_room),
             PB_RUN(a_record_beyond_a_quarter_of_the_ring_is_never_taken),
             PB_RUN(a_ring_that_is_hardly_used_stays_in_its_first_half),
             PB_RUN(wherever_an_empty_ring_stands_half_of_it_is_there_for_a_side_that_is_late),
             PB_RUN(waiting_ends_by_itself), PB_RUN(two_threads_pass_every_record_once_in_order))
