/* Blobs: copied or taken over, held by many, freed by the last. */
#include "pb_test.h"

#include <pthread.h>

#include "pitboard/base_blob.h"

PB_TEST(a_blob_is_a_copy_that_outlives_what_it_was_made_of)
{
    char     bytes[4] = {'a', '\0', 'c', 'd'};
    pb_blob *b        = pb_blob_make((pb_span){bytes, sizeof bytes});
    memset(bytes, 'x', sizeof bytes);
    PB_CHECK_EQ(pb_blob_bytes(b).len, 4);
    PB_CHECK(memcmp(pb_blob_bytes(b).at, "a\0cd", 5) == 0); /* and a NUL behind it */
    pb_blob_drop(b);
}

PB_TEST(bytes_of_malloc_are_taken_over)
{
    char *bytes = malloc(3);
    PB_CHECK(bytes != NULL);
    memcpy(bytes, "abc", 3);
    pb_blob *b = pb_blob_take(bytes, 3);
    PB_CHECK(pb_blob_bytes(b).at == bytes && pb_blob_bytes(b).len == 3);
    pb_blob_drop(b);
}

PB_TEST(an_empty_blob_and_none_are_empty)
{
    pb_blob *b = pb_blob_make((pb_span){0});
    PB_CHECK(b != NULL);
    PB_CHECK_EQ(pb_blob_bytes(b).len, 0);
    pb_blob_drop(b);
    PB_CHECK(pb_blob_hold(NULL) == NULL);
    PB_CHECK_EQ(pb_blob_bytes(NULL).len, 0);
    pb_blob_drop(NULL);
    b = pb_blob_take(NULL, 0);
    PB_CHECK_EQ(pb_blob_bytes(b).len, 0);
    pb_blob_drop(b);
}

static void *hold_and_drop(void *user)
{
    for (int i = 0; i < 10000; i++) {
        pb_blob *b = pb_blob_hold(user);
        if (pb_blob_bytes(b).at[0] != 'a') return user;
        pb_blob_drop(b);
    }
    pb_blob_drop(user); /* the hold that it was given */
    return NULL;
}

PB_TEST(the_last_of_many_threads_frees_it)
{
    enum { THREADS = 4 };
    pthread_t t[THREADS];
    pb_blob  *b = pb_blob_make(pb_span_of("abc"));
    for (int i = 0; i < THREADS; i++) PB_CHECK_EQ(pthread_create(&t[i], NULL, hold_and_drop, pb_blob_hold(b)), 0);
    pb_blob_drop(b);
    for (int i = 0; i < THREADS; i++) {
        void *wrong = NULL;
        pthread_join(t[i], &wrong);
        PB_CHECK(wrong == NULL);
    }
}

PB_TEST_MAIN(PB_RUN(a_blob_is_a_copy_that_outlives_what_it_was_made_of), PB_RUN(bytes_of_malloc_are_taken_over),
             PB_RUN(an_empty_blob_and_none_are_empty), PB_RUN(the_last_of_many_threads_frees_it))
