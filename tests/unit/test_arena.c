/* Memory released all at once. */
#include "pb_test.h"
#include "pitboard/base.h"

PB_TEST(what_is_taken_is_zeroed_and_aligned_to_64_bytes)
{
    pb_arena a;
    pb_arena_init(&a, 0);
    for (size_t size = 0; size < 3000; size += 37) {
        unsigned char *got = pb_arena_take(&a, size);
        PB_CHECK(got != NULL && (uintptr_t)got % 64 == 0);
        for (size_t i = 0; i < size; i++) PB_CHECK_EQ(got[i], 0);
        memset(got, 0xff, size);
    }
    pb_arena_fini(&a);
}

PB_TEST(pieces_do_not_overlap)
{
    pb_arena a;
    pb_arena_init(&a, 0);
    char *piece[200];
    for (int i = 0; i < 200; i++) {
        piece[i] = pb_arena_take(&a, 1000);
        memset(piece[i], i, 1000);
    }
    for (int i = 0; i < 200; i++)
        for (int j = 0; j < 1000; j++) PB_CHECK_EQ((unsigned char)piece[i][j], i);
    pb_arena_fini(&a);
}

PB_TEST(an_arena_stops_at_its_limit)
{
    pb_arena a;
    pb_arena_init(&a, 100000);
    size_t got = 0;
    while (pb_arena_take(&a, 1000)) got += 1000;
    PB_CHECK(got > 80000 && got <= 100000);
    PB_CHECK(a.taken <= 100000);
    PB_CHECK(pb_arena_take(&a, 200000) == NULL);
    pb_arena_fini(&a);
    PB_CHECK(pb_arena_take(&a, 1000) != NULL); /* the limit stays, the memory is free again */
    pb_arena_fini(&a);
}

PB_TEST(a_size_that_cannot_be_is_refused)
{
    pb_arena a;
    pb_arena_init(&a, 0);
    PB_CHECK(pb_arena_take(&a, SIZE_MAX) == NULL);
    PB_CHECK(pb_arena_take(&a, SIZE_MAX - 200) == NULL);
    PB_CHECK(pb_arena_text(&a, (pb_span){"x", SIZE_MAX}) == NULL);
    pb_arena_fini(&a);
}

PB_TEST(a_text_is_copied_with_its_end)
{
    pb_arena a;
    pb_arena_init(&a, 0);
    PB_CHECK_TEXT(pb_arena_text(&a, (pb_span){"abcdef", 3}), "abc");
    PB_CHECK_TEXT(pb_arena_text(&a, pb_span_of(NULL)), "");
    pb_arena_fini(&a);
}

PB_TEST_MAIN(PB_RUN(what_is_taken_is_zeroed_and_aligned_to_64_bytes), PB_RUN(pieces_do_not_overlap),
             PB_RUN(an_arena_stops_at_its_limit), PB_RUN(a_size_that_cannot_be_is_refused),
             PB_RUN(a_text_is_copied_with_its_end))
