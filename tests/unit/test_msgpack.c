#include "pb_test.h"
#include "pitboard/codec_fast.h"

static pb_msgpack of(const void *bytes, size_t len)
{
    return (pb_msgpack){bytes, (const uint8_t *)bytes + len};
}
#define OF(...) of((const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

static pb_msgpack_item read_one(pb_msgpack from)
{
    pb_msgpack_item item;
    PB_CHECK_EQ(pb_msgpack_next(&from, &item), PB_OK);
    PB_CHECK(from.at == from.end);
    return item;
}

PB_TEST(whole_numbers_of_every_width_are_read)
{
    PB_CHECK_EQ(read_one(OF(0x7f)).whole, 127);
    PB_CHECK_EQ(read_one(OF(0xe0)).whole, -32);
    PB_CHECK_EQ(read_one(OF(0xff)).whole, -1);
    PB_CHECK_EQ(read_one(OF(0xcc, 0xff)).whole, 255);
    PB_CHECK_EQ(read_one(OF(0xcd, 0x12, 0x34)).whole, 0x1234);
    PB_CHECK_EQ(read_one(OF(0xce, 0xff, 0xff, 0xff, 0xff)).whole, 0xffffffff);
    PB_CHECK_EQ(read_one(OF(0xd0, 0x80)).whole, -128);
    PB_CHECK_EQ(read_one(OF(0xd1, 0xff, 0xfe)).whole, -2);
    PB_CHECK_EQ(read_one(OF(0xd2, 0x80, 0, 0, 0)).whole, INT32_MIN);
    PB_CHECK(read_one(OF(0xd3, 0x80, 0, 0, 0, 0, 0, 0, 0)).whole == INT64_MIN);
    PB_CHECK(read_one(OF(0xcf, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)).whole == INT64_MAX);
}

PB_TEST(an_unsigned_number_beyond_64_bits_with_sign_becomes_a_real)
{
    pb_msgpack_item item = read_one(OF(0xcf, 0x80, 0, 0, 0, 0, 0, 0, 0));
    PB_CHECK_EQ(item.kind, PB_MSGPACK_REAL);
    PB_CHECK_NEAR(item.real, 9223372036854775808.0, 0);
}

PB_TEST(reals_texts_and_bytes_are_read)
{
    PB_CHECK_NEAR(read_one(OF(0xca, 0x3f, 0xc0, 0, 0)).real, 1.5, 0);
    PB_CHECK_NEAR(read_one(OF(0xcb, 0xbf, 0xf8, 0, 0, 0, 0, 0, 0)).real, -1.5, 0);
    PB_CHECK(pb_span_equal_text(read_one(OF(0xa3, 'c', 'a', 'r')).bytes, "car"));
    PB_CHECK(pb_span_equal_text(read_one(OF(0xd9, 3, 'c', 'a', 'r')).bytes, "car"));
    PB_CHECK(pb_span_equal_text(read_one(OF(0xda, 0, 3, 'c', 'a', 'r')).bytes, "car"));
    PB_CHECK_EQ(read_one(OF(0xc4, 2, 1, 2)).kind, PB_MSGPACK_BYTES);
    PB_CHECK_EQ(read_one(OF(0xd6, 5, 1, 2, 3, 4)).kind, PB_MSGPACK_BYTES);
    PB_CHECK_EQ(read_one(OF(0xc7, 1, 5, 9)).bytes.len, 1);
    PB_CHECK_EQ(read_one(OF(0xc0)).kind, PB_MSGPACK_NIL);
    PB_CHECK_EQ(read_one(OF(0xc3)).whole, 1);
}

PB_TEST(an_item_cut_at_any_byte_is_refused_and_the_reader_stays)
{
    const uint8_t whole[] = {0xdb, 0, 0, 0, 4, 'l', 'a', 'p', 's'};
    for (size_t len = 1; len < sizeof whole; len++) {
        pb_msgpack      from = of(whole, len);
        pb_msgpack_item item = {.n = 77};
        PB_CHECK_EQ(pb_msgpack_next(&from, &item), PB_E_SYNTAX);
        PB_CHECK(from.at == whole);
        PB_CHECK_EQ(item.n, 77);
    }
    pb_msgpack nothing = of(whole, 0);
    PB_CHECK_EQ(pb_msgpack_next(&nothing, &(pb_msgpack_item){0}), PB_E_EMPTY);
}

PB_TEST(a_group_that_says_more_than_there_are_bytes_is_refused)
{
    pb_msgpack_item item;
    pb_msgpack      array = OF(0xdd, 0xff, 0xff, 0xff, 0xff, 1, 2), map = OF(0x82, 1, 2, 3);
    PB_CHECK_EQ(pb_msgpack_next(&array, &item), PB_E_SYNTAX);
    PB_CHECK_EQ(pb_msgpack_next(&map, &item), PB_E_SYNTAX);
    pb_msgpack unused = OF(0xc1);
    PB_CHECK_EQ(pb_msgpack_next(&unused, &item), PB_E_SYNTAX);
}

PB_TEST(skipping_passes_over_one_value_with_all_inside)
{
    pb_msgpack from = OF(0x82, 0xa1, 'a', 0x92, 1, 0x81, 2, 3, 0xa1, 'b', 0xc0, 0x07);
    PB_CHECK_EQ(pb_msgpack_skip(&from), PB_OK);
    PB_CHECK_EQ(from.end - from.at, 1);
    PB_CHECK_EQ(*from.at, 7);
}

PB_TEST(nesting_without_end_is_refused)
{
    uint8_t deep[4096];
    memset(deep, 0x91, sizeof deep);
    pb_msgpack from = of(deep, sizeof deep);
    PB_CHECK_EQ(pb_msgpack_skip(&from), PB_E_SYNTAX);
    PB_CHECK(from.at == deep);
}

static const char *const names_of[] = {"car", "speed"};

PB_TEST(a_map_becomes_a_row_and_unknown_keys_are_counted)
{
    pb_fast_names names;
    pb_fast_row   row;
    pb_msgpack    from = OF(0x84, 0xa5, 's', 'p', 'e', 'e', 'd', 0xca, 0x42, 0xf0, 0, 0, 0xa1, 'x', 0x91, 1, 5, 6, 0xa3,
                            'c', 'a', 'r', 88);
    pb_fast_names_init(&names, names_of, 2);
    PB_CHECK_EQ(pb_msgpack_row(&from, &names, &row), PB_OK);
    PB_CHECK_EQ(row.seen, 3);
    PB_CHECK_EQ(row.unknown, 2);
    PB_CHECK_EQ(row.at[0].whole, 88);
    PB_CHECK_NEAR(row.at[1].real, 120, 0);
    PB_CHECK(from.at == from.end);
}

PB_TEST(a_key_twice_and_a_nested_value_are_told)
{
    pb_fast_names names;
    pb_fast_row   row;
    pb_msgpack    from = OF(0x82, 0xa3, 'c', 'a', 'r', 0x91, 1, 0xa3, 'c', 'a', 'r', 0x80);
    pb_fast_names_init(&names, names_of, 2);
    PB_CHECK_EQ(pb_msgpack_row(&from, &names, &row), PB_OK);
    PB_CHECK(row.twice);
    PB_CHECK_EQ(row.at[0].kind, PB_FAST_OTHER);
}

PB_TEST_MAIN(PB_RUN(whole_numbers_of_every_width_are_read),
             PB_RUN(an_unsigned_number_beyond_64_bits_with_sign_becomes_a_real), PB_RUN(reals_texts_and_bytes_are_read),
             PB_RUN(an_item_cut_at_any_byte_is_refused_and_the_reader_stays),
             PB_RUN(a_group_that_says_more_than_there_are_bytes_is_refused),
             PB_RUN(skipping_passes_over_one_value_with_all_inside), PB_RUN(nesting_without_end_is_refused),
             PB_RUN(a_map_becomes_a_row_and_unknown_keys_are_counted), PB_RUN(a_key_twice_and_a_nested_value_are_told))
