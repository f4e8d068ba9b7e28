#include "pb_test.h"
#include "pitboard/codec_fast.h"

static const char *const names_of[] = {"car", "speed", "note", "on"};

typedef struct fixture {
    pb_fast_json *json;
    pb_fast_names names;
    pb_fast_row   row;
} fixture;

static fixture make(void)
{
    fixture f;
    PB_CHECK_EQ(pb_fast_json_create(&f.json, NULL), PB_OK);
    pb_fast_names_init(&f.names, names_of, 4);
    return f;
}

static pb_status begin(fixture *f, const char *text)
{
    return pb_fast_json_begin(f->json, pb_span_of(text), strlen(text), NULL);
}

static pb_status next(fixture *f)
{
    return pb_fast_json_next(f->json, &f->names, &f->row);
}

PB_TEST(an_object_becomes_a_row)
{
    fixture f = make();
    PB_CHECK_EQ(
        begin(&f,
              "\xef\xbb\xbf {\"car\":88,\"x\":[1,{\"car\":1}],\"speed\":120.5,\n\"note\":\"a\\u0041\\n\",\"on\":true}"),
        PB_OK);
    PB_CHECK_EQ(pb_fast_json_form(f.json), PB_FAST_OBJECT);
    PB_CHECK_EQ(next(&f), PB_OK);
    PB_CHECK_EQ(f.row.seen, 15);
    PB_CHECK_EQ(f.row.unknown, 1);
    PB_CHECK_EQ(f.row.at[0].whole, 88);
    PB_CHECK_NEAR(f.row.at[1].real, 120.5, 0);
    PB_CHECK(pb_span_equal_text(f.row.at[2].text, "aA\n"));
    PB_CHECK_EQ(f.row.at[3].kind, PB_FAST_BOOL);
    PB_CHECK_EQ(next(&f), PB_E_EMPTY);
    pb_fast_json_destroy(f.json);
}

PB_TEST(an_array_gives_its_objects_and_passes_over_what_is_none)
{
    fixture f = make();
    PB_CHECK_EQ(begin(&f, "[{\"car\":1},7,\"x\",{\"car\":2},[],null,{\"speed\":3,\"car\":4}]"), PB_OK);
    PB_CHECK_EQ(pb_fast_json_form(f.json), PB_FAST_ARRAY);
    const int want[] = {1, -1, -1, 2, -1, -1, 4};
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        pb_status status = next(&f);
        PB_CHECK_EQ(status, want[i] < 0 ? PB_E_SYNTAX : PB_OK);
        if (status == PB_OK) PB_CHECK_EQ(f.row.at[0].whole, want[i]);
    }
    PB_CHECK_EQ(next(&f), PB_E_EMPTY);
    PB_CHECK_EQ(begin(&f, " [ ] "), PB_OK);
    PB_CHECK_EQ(next(&f), PB_E_EMPTY);
    pb_fast_json_destroy(f.json);
}

PB_TEST(a_bad_line_is_refused_and_the_others_count)
{
    fixture f = make();
    PB_CHECK_EQ(begin(&f, "{\"car\":1}\n{\"car\":\n\n\"unclosed\r\n{\"car\":2} x\n[1]\n{\"car\":3}"), PB_OK);
    PB_CHECK_EQ(pb_fast_json_form(f.json), PB_FAST_LINES);
    PB_CHECK_EQ(next(&f), PB_OK);
    PB_CHECK_EQ(next(&f), PB_E_SYNTAX);
    PB_CHECK_EQ(next(&f), PB_E_SYNTAX);
    PB_CHECK_EQ(next(&f), PB_E_SYNTAX);
    PB_CHECK_EQ(next(&f), PB_E_SYNTAX);
    PB_CHECK_EQ(next(&f), PB_OK);
    PB_CHECK_EQ(f.row.at[0].whole, 3);
    PB_CHECK_EQ(next(&f), PB_E_EMPTY);
    pb_fast_json_destroy(f.json);
}

PB_TEST(what_is_broken_as_a_whole_is_refused_at_once)
{
    fixture f = make();
    PB_CHECK_EQ(begin(&f, "{\"car\":\"un"), PB_E_SYNTAX);
    PB_CHECK_EQ(begin(&f, "[{\"note\":\"\xff\"}]"), PB_E_SYNTAX);
    PB_CHECK_EQ(begin(&f, "  \n "), PB_E_EMPTY);
    PB_CHECK_EQ(begin(&f, ""), PB_E_EMPTY);
    PB_CHECK_EQ(next(&f), PB_E_EMPTY);
    pb_fast_json_destroy(f.json);
}

PB_TEST(a_text_cut_at_any_byte_is_no_row)
{
    const char *whole = "{\"car\":88,\"speed\":1.5e2,\"note\":\"x\",\"on\":null}";
    fixture     f     = make();
    for (size_t len = 1; len < strlen(whole); len++) {
        pb_status status = pb_fast_json_begin(f.json, (pb_span){whole, len}, len, NULL);
        if (status == PB_OK) status = next(&f);
        PB_CHECK_EQ(status, PB_E_SYNTAX);
    }
    pb_fast_json_destroy(f.json);
}

PB_TEST(rubbish_behind_an_object_is_refused)
{
    fixture f = make();
    PB_CHECK_EQ(begin(&f, "{\"car\":1} {\"car\":2}"), PB_OK);
    PB_CHECK_EQ(next(&f), PB_E_SYNTAX);
    PB_CHECK_EQ(begin(&f, "[{\"car\":1}] x"), PB_E_SYNTAX);
    PB_CHECK_EQ(begin(&f, "[{\"car\":1}] []"), PB_OK);
    PB_CHECK_EQ(next(&f), PB_OK);
    PB_CHECK_EQ(next(&f), PB_E_SYNTAX);
    PB_CHECK_EQ(next(&f), PB_E_EMPTY);
    pb_fast_json_destroy(f.json);
}

PB_TEST(numbers_no_machine_holds_and_keys_twice_are_told)
{
    fixture f = make();
    PB_CHECK_EQ(begin(&f, "{\"car\":1e999,\"speed\":123456789012345678901234567890,\"car\":5}"), PB_OK);
    PB_CHECK_EQ(next(&f), PB_OK);
    PB_CHECK(f.row.twice);
    PB_CHECK_EQ(f.row.at[0].whole, 5);
    PB_CHECK(f.row.at[1].kind == PB_FAST_OTHER || f.row.at[1].kind == PB_FAST_REAL);
    PB_CHECK_EQ(begin(&f, "{\"car\":NaN}"), PB_OK);
    PB_CHECK_EQ(next(&f), PB_E_SYNTAX);
    pb_fast_json_destroy(f.json);
}

PB_TEST(keys_in_another_order_land_in_their_slots)
{
    fixture f = make();
    PB_CHECK_EQ(
        begin(&f,
              "[{\"car\":1,\"speed\":2},{\"speed\":3,\"car\":4},{\"ca\":9,\"carx\":9,\"c\\u0061r\":9,\"speed\":5}]"),
        PB_OK);
    PB_CHECK_EQ(next(&f), PB_OK);
    PB_CHECK_EQ(next(&f), PB_OK);
    PB_CHECK_EQ(f.row.at[0].whole, 4);
    PB_CHECK_EQ(f.row.at[1].whole, 3);
    PB_CHECK_EQ(next(&f), PB_OK);
    PB_CHECK_EQ(f.row.seen, 2);
    PB_CHECK_EQ(f.row.unknown, 3);
    pb_fast_json_destroy(f.json);
}

PB_TEST(floats_read_back_the_same_in_their_shortest_form)
{
    char        out[PB_F32_TEXT_MAX + 1];
    const float values[] = {0, -0.794f, 185.125f, 1e-20f, 3.4e38f, 33.531013f};
    for (size_t i = 0; i < 6; i++) {
        size_t len = pb_f32_text(values[i], out);
        double back;
        PB_CHECK(len > 0 && len <= PB_F32_TEXT_MAX);
        PB_CHECK(pb_span_to_f64((pb_span){out, len}, &back));
        PB_CHECK((float)back == values[i]);
    }
    PB_CHECK_EQ(pb_f32_text(-0.794f, out), 6);
    PB_CHECK_EQ(pb_f32_text(-0.0f, out), 4); /* "-0.0": "-0" would lose its sign */
    PB_CHECK(memcmp(out, "-0.0", 4) == 0);
}

PB_TEST_MAIN(PB_RUN(an_object_becomes_a_row), PB_RUN(an_array_gives_its_objects_and_passes_over_what_is_none),
             PB_RUN(a_bad_line_is_refused_and_the_others_count), PB_RUN(what_is_broken_as_a_whole_is_refused_at_once),
             PB_RUN(a_text_cut_at_any_byte_is_no_row), PB_RUN(rubbish_behind_an_object_is_refused),
             PB_RUN(numbers_no_machine_holds_and_keys_twice_are_told),
             PB_RUN(keys_in_another_order_land_in_their_slots),
             PB_RUN(floats_read_back_the_same_in_their_shortest_form))
