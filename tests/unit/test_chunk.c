/* Telemetry chunks: to the bit there and back, small, and refused when they are not whole. */
#include "pb_test.h"

#include <math.h>

#include "pitboard/codec.h"
#include "store/chunk.h"

#define ROWS_MAX 65536

static int64_t         times[ROWS_MAX], whole[ROWS_MAX];
static float           real[6][ROWS_MAX];
static pb_chunk_column columns[8];

static float from_bits(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static uint64_t next(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 20;
}

static void fill(uint32_t n, uint64_t seed)
{
    for (uint32_t i = 0; i < n; i++) {
        times[i]   = INT64_C(1757032058589000) + (int64_t)i * 20000 + (int64_t)(next(&seed) % 300);
        whole[i]   = (int64_t)(next(&seed) % 9);
        real[0][i] = (float)((double)(next(&seed) % 40000) / 1000 - 20); /* three decimals */
        real[1][i] = next(&seed) % 5 ? NAN : (float)(next(&seed) % 300); /* mostly missing */
        real[2][i] = from_bits((uint32_t)(next(&seed) * 977));           /* any bits there are */
        real[3][i] = 3.5f;
        real[4][i] = NAN;
        real[5][i] = i % 3 ? -0.0f : from_bits(0x7fc00001); /* a NAN of somebody else's, and a zero with a sign */
    }
}

static pb_chunk whole_chunk(uint32_t n)
{
    static const char *const names[] = {"time_us", "gear", "g", "speed", "noise", "fuel", "gone", "odd"};
    columns[0]                       = (pb_chunk_column){.name = names[0], .i64 = times};
    columns[1]                       = (pb_chunk_column){.name = names[1], .i64 = whole};
    for (int i = 0; i < 6; i++) columns[2 + i] = (pb_chunk_column){.name = names[2 + i], .f32 = real[i]};
    return (pb_chunk){.from_us = times[0], .to_us = times[n - 1], .n_rows = n, .n_columns = 8, .columns = columns};
}

static void same(const pb_chunk *a, const pb_chunk *b)
{
    PB_CHECK(a->n_rows == b->n_rows && a->n_columns == b->n_columns && a->from_us == b->from_us &&
             a->to_us == b->to_us);
    for (uint32_t i = 0; i < a->n_columns; i++) {
        PB_CHECK_TEXT(a->columns[i].name, b->columns[i].name);
        PB_CHECK_EQ(!a->columns[i].i64, !b->columns[i].i64);
        if (a->columns[i].i64)
            PB_CHECK_EQ(memcmp(a->columns[i].i64, b->columns[i].i64, a->n_rows * 8), 0);
        else
            PB_CHECK_EQ(memcmp(a->columns[i].f32, b->columns[i].f32, a->n_rows * 4), 0);
    }
}

PB_TEST(every_bit_comes_back_at_every_length)
{
    static const uint32_t lengths[] = {1, 2, 3, 4, 7, 8, 9, 63, 64, 65, 1000, 4097, 65536};
    pb__chunk_work        work      = {0};
    pb_error              error     = {0};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
        for (uint64_t seed = 1; seed < (lengths[i] > 1000 ? 2 : 20); seed++) {
            pb_span  bytes;
            pb_chunk back = {0};
            fill(lengths[i], seed);
            pb_chunk chunk = whole_chunk(lengths[i]);
            PB_CHECK_EQ(pb__chunk_encode(&work, &chunk, &bytes, &error), PB_OK);
            PB_CHECK_EQ(pb__chunk_decode(&work, bytes, &back, &error), PB_OK);
            same(&chunk, &back);
        }
    pb__chunk_work_fini(&work);
}

PB_TEST(numbers_at_the_ends_of_their_range_come_back)
{
    static const int64_t ends[]   = {INT64_MIN, INT64_MAX, 0, -1, INT64_MIN, INT64_MIN, INT64_MAX, 1};
    static const float   floats[] = {3.4e38f,       -3.4e38f,       1e-45f,        0.0f,
                                     2147483648.0f, -2147483648.0f, 2147483520.0f, 16777217.0f};
    pb_chunk_column      c[]      = {{.name = "time_us", .i64 = ends}, {.name = "f", .f32 = floats}};
    pb_chunk             chunk = {.from_us = INT64_MIN, .to_us = INT64_MAX, .n_rows = 8, .n_columns = 2, .columns = c};
    pb__chunk_work       work  = {0};
    pb_chunk             back  = {0};
    pb_span              bytes;
    PB_CHECK_EQ(pb__chunk_encode(&work, &chunk, &bytes, NULL), PB_OK);
    PB_CHECK_EQ(pb__chunk_decode(&work, bytes, &back, NULL), PB_OK);
    same(&chunk, &back);
    pb__chunk_work_fini(&work);
}

PB_TEST(what_changes_slowly_takes_little_room)
{
    pb__chunk_work work = {0};
    pb_span        bytes;
    for (uint32_t i = 0; i < 1000; i++) {
        times[i]   = (int64_t)i * 20000; /* a steady clock */
        real[0][i] = (float)((double)(2000 + i % 7) / 10);
        real[3][i] = 3.5f;
    }
    pb_chunk_column c[] = {
        {.name = "time_us", .i64 = times}, {.name = "speed", .f32 = real[0]}, {.name = "fuel", .f32 = real[3]}};
    pb_chunk chunk = {.to_us = times[999], .n_rows = 1000, .n_columns = 3, .columns = c};
    PB_CHECK_EQ(pb__chunk_encode(&work, &chunk, &bytes, NULL), PB_OK);
    PB_CHECK(bytes.len < 200);
    pb__chunk_work_fini(&work);
}

PB_TEST(a_chunk_cut_at_any_byte_or_with_any_bit_turned_is_refused)
{
    pb__chunk_work work = {0};
    pb_error       error;
    pb_span        bytes;
    pb_chunk       back = {.n_rows = 77};
    fill(40, 3);
    pb_chunk chunk = whole_chunk(40);
    PB_CHECK_EQ(pb__chunk_encode(&work, &chunk, &bytes, NULL), PB_OK);
    char *copy = malloc(bytes.len);
    for (size_t len = 0; len < bytes.len; len++) {
        memcpy(copy, bytes.at, len);
        PB_CHECK_EQ(pb__chunk_decode(&work, (pb_span){copy, len}, &back, &error), PB_E_SYNTAX);
    }
    memcpy(copy, bytes.at, bytes.len);
    for (size_t bit = 0; bit < 8 * bytes.len; bit++) {
        copy[bit / 8] = (char)(copy[bit / 8] ^ 1 << bit % 8);
        PB_CHECK_EQ(pb__chunk_decode(&work, (pb_span){copy, bytes.len}, &back, &error), PB_E_SYNTAX);
        copy[bit / 8] = (char)(copy[bit / 8] ^ 1 << bit % 8);
    }
    PB_CHECK_EQ(back.n_rows, 77);
    free(copy);
    pb__chunk_work_fini(&work);
}

static void sign(char *at, size_t len)
{
    uint32_t sum = pb_crc32((pb_span){at + 8, len - 8});
    for (int i = 0; i < 4; i++) at[4 + i] = (char)(sum >> (8 * i));
}

/* Somebody who can make the sum right can still not make us read beyond an end. */
PB_TEST(bytes_with_a_right_sum_and_wrong_contents_do_no_harm)
{
    pb__chunk_work work = {0};
    pb_span        bytes;
    uint64_t       seed = 5;
    uint32_t       bad  = 0;
    fill(40, 3);
    pb_chunk chunk = whole_chunk(40);
    PB_CHECK_EQ(pb__chunk_encode(&work, &chunk, &bytes, NULL), PB_OK);
    char *copy = malloc(bytes.len);
    for (int i = 0; i < 20000; i++) {
        pb_chunk back = {0};
        memcpy(copy, bytes.at, bytes.len);
        for (uint64_t k = next(&seed) % 3 + 1; k > 0; k--)
            copy[8 + next(&seed) % (i % 2 ? 60 : bytes.len - 8)] = (char)next(&seed);
        sign(copy, bytes.len);
        bad += pb__chunk_decode(&work, (pb_span){copy, bytes.len}, &back, NULL) != PB_OK;
    }
    PB_CHECK(bad > 1000);
    copy[8] = 2;
    sign(copy, bytes.len);
    pb_error error = {0};
    PB_CHECK_EQ(pb__chunk_decode(&work, (pb_span){copy, bytes.len}, &chunk, &error), PB_E_UNSUPPORTED);
    PB_CHECK_HAS(error.text, "version 2");
    free(copy);
    pb__chunk_work_fini(&work);
}

PB_TEST(a_chunk_that_is_none_is_not_written)
{
    pb__chunk_work  work   = {0};
    pb_error        error  = {0};
    pb_chunk_column none[] = {{.name = "time_us", .i64 = times}, {.name = "", .f32 = real[0]}};
    pb_span         bytes;
    char            longer[80];
    fill(10, 1);
    pb_chunk chunk = whole_chunk(10);
    chunk.n_rows   = 0;
    PB_CHECK_EQ(pb__chunk_encode(&work, &chunk, &bytes, &error), PB_E_RANGE);
    chunk.n_rows = 65537;
    PB_CHECK_EQ(pb__chunk_encode(&work, &chunk, &bytes, &error), PB_E_RANGE);
    chunk.n_rows    = 10;
    chunk.n_columns = 0;
    PB_CHECK_EQ(pb__chunk_encode(&work, &chunk, &bytes, &error), PB_E_RANGE);
    chunk.n_columns = 41;
    PB_CHECK_EQ(pb__chunk_encode(&work, &chunk, &bytes, &error), PB_E_RANGE);
    chunk.n_columns = 1;
    chunk.columns   = columns + 1;
    PB_CHECK_EQ(pb__chunk_encode(&work, &chunk, &bytes, &error), PB_E_RANGE);
    PB_CHECK_HAS(error.text, "time_us");
    chunk.n_columns = 2;
    chunk.columns   = none;
    PB_CHECK_EQ(pb__chunk_encode(&work, &chunk, &bytes, &error), PB_E_RANGE);
    memset(longer, 'x', sizeof longer);
    longer[79]   = '\0';
    none[1].name = longer;
    PB_CHECK_EQ(pb__chunk_encode(&work, &chunk, &bytes, &error), PB_E_RANGE);
    none[1] = (pb_chunk_column){.name = "both", .f32 = real[0], .i64 = times};
    PB_CHECK_EQ(pb__chunk_encode(&work, &chunk, &bytes, &error), PB_E_RANGE);
    pb__chunk_work_fini(&work);
}

PB_TEST_MAIN(PB_RUN(every_bit_comes_back_at_every_length), PB_RUN(numbers_at_the_ends_of_their_range_come_back),
             PB_RUN(what_changes_slowly_takes_little_room),
             PB_RUN(a_chunk_cut_at_any_byte_or_with_any_bit_turned_is_refused),
             PB_RUN(bytes_with_a_right_sum_and_wrong_contents_do_no_harm), PB_RUN(a_chunk_that_is_none_is_not_written))
