/* JSON documents: what is refused, and with which words. */
#include "pb_test.h"
#include "pitboard/codec.h"

static pb_json_doc *parsed(const char *text)
{
    pb_json_doc *doc = NULL;
    pb_error     e   = {0};
    PB_CHECK_EQ(pb_json_parse(pb_span_of(text), "race.json", &doc, &e), PB_OK);
    return doc;
}

static void check_refused(pb_span text, pb_status status, const char *words)
{
    pb_json_doc *doc = NULL;
    pb_error     e   = {0};
    PB_CHECK_EQ(pb_json_parse(text, "race.json", &doc, &e), status);
    PB_CHECK_EQ(e.status, status);
    PB_CHECK(doc == NULL);
    if (!strstr(e.text, words)) print_error("%s\n", e.text);
    PB_CHECK_HAS(e.text, words);
    PB_CHECK_EQ(strncmp(e.text, "race.json:", 10), 0);
}

#define REFUSED(text, words) check_refused(pb_span_of(text), PB_E_SYNTAX, words)

PB_TEST(an_empty_file_is_called_empty)
{
    REFUSED("", "race.json: the file is empty");
    REFUSED(" \n\t\r\n", "the file is empty");
    REFUSED("\xef\xbb\xbf", "the file is empty");
}

PB_TEST(broken_texts_are_refused_with_line_and_column)
{
    REFUSED("{\"a\": [1,\n 2", "race.json:2:2: the text ends too early");
    REFUSED("{\"a\": 1", "ends too early");
    REFUSED("{\"a\": \"x", "race.json:1:8: the text ends too early");
    REFUSED("{\n\"a\" 1}", "race.json:2:5: ");
    REFUSED("{\"a\": 1,}", "race.json:1:9: ");
    REFUSED("{} x", "more text follows");
    REFUSED("{\"a\": 1, \"a\": 2}", "duplicate object key");
    REFUSED("3", "begins with { or [");
    REFUSED("lap,car\n1,2\n", "begins with { or [");
    REFUSED("{\"a\": \"\\u0000\"}", "zero character");
    REFUSED("{\"a\": \"\\ud800\"}", "race.json:1:");
    REFUSED("{\"a\": 'x'}", "race.json:1:");
}

PB_TEST(numbers_that_are_none_are_refused_in_words_a_person_understands)
{
    REFUSED("{\"a\": NaN}", "race.json:1:9: NaN and Infinity are not JSON numbers");
    REFUSED("{\"a\": Infinity}", "NaN and Infinity");
    REFUSED("{\"a\": -Infinity}", "NaN and Infinity");
    REFUSED("{\"a\": -inf}", "NaN and Infinity");
    REFUSED("{\"a\": 1e999}", "a number too large");
    REFUSED("{\"a\": 9223372036854775808}", "a number too large");
    REFUSED("{\"a\": -9223372036854775809}", "a number too large");
    REFUSED("{\"a\": 01}", "race.json:1:");
}

PB_TEST(bytes_that_are_no_text_are_refused_where_they_stand)
{
    REFUSED("{\n\"a\": \"\xff\"}", "race.json:2:7: a byte that is not UTF-8");
    check_refused((pb_span){"{\0}", 3}, PB_E_SYNTAX, "race.json:1:2: a zero byte");
}

PB_TEST(ten_megabytes_of_zero_bytes_get_one_message)
{
    const size_t len  = 10u << 20;
    char        *text = calloc(1, len);
    check_refused((pb_span){text, len}, PB_E_SYNTAX, "race.json:1:1: a zero byte");
    free(text);
}

PB_TEST(a_document_too_long_is_refused_before_it_is_parsed)
{
    const size_t len  = PB_JSON_BYTES_MAX + 1;
    char        *text = malloc(len);
    memset(text, ' ', len);
    check_refused((pb_span){text, len}, PB_E_LIMIT, "longer than");
    free(text);
}

PB_TEST(nesting_stops_at_64)
{
    char text[200];
    for (int depth = 64; depth <= 65; depth++) {
        memset(text, '[', (size_t)depth);
        memset(text + depth, ']', (size_t)depth);
        text[2 * depth] = '\0';
        if (depth == 65) {
            check_refused(pb_span_of(text), PB_E_LIMIT, "race.json:1:65: nested deeper than 64");
        } else {
            pb_json_free(parsed(text));
        }
    }
    pb_json_free(
        parsed("{\"a\": \"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[\"}"));
}

PB_TEST(a_range_error_names_document_pointer_value_and_range)
{
    pb_json_doc *doc  = parsed("{\"cars\": [{}, {\"pace_s\": 99}]}");
    pb_json      pace = pb_json_get(pb_json_at(pb_json_get(pb_json_root(doc), "cars"), 1), "pace_s");
    pb_error     e;
    double       v = 5;
    PB_CHECK_EQ(pb_json_f64(pace, -20, 60, &v, &e), PB_E_RANGE);
    PB_CHECK_TEXT(e.text, "race.json: /cars/1/pace_s: 99 is outside -20 .. 60");
    PB_CHECK(v == 5);
    int64_t i = 5;
    PB_CHECK_EQ(pb_json_i64(pace, 1, 20, &i, &e), PB_E_RANGE);
    PB_CHECK_TEXT(e.text, "race.json: /cars/1/pace_s: 99 is outside 1 .. 20");
    PB_CHECK_EQ(i, 5);
    PB_CHECK_EQ(pb_json_f64(pace, -20, 99, &v, &e), PB_OK); /* a whole number is a number; ends count */
    PB_CHECK(v == 99);
    pb_json_free(doc);
}

PB_TEST(a_value_of_another_type_is_refused_and_described)
{
    pb_json_doc *doc = parsed("{\"t\": \"fast\", \"o\": {}, \"a\": [1], \"n\": null, \"r\": 3.0, \"b\": true}");
    pb_json      top = pb_json_root(doc);
    pb_error     e;
    double       v       = 5;
    int64_t      i       = 5;
    bool         b       = false;
    char         text[4] = "x";
    PB_CHECK_EQ(pb_json_f64(pb_json_get(top, "t"), 0, 1, &v, &e), PB_E_SYNTAX);
    PB_CHECK_TEXT(e.text, "race.json: /t: found the text \"fast\", but a number must stand here");
    PB_CHECK_EQ(pb_json_f64(pb_json_get(top, "n"), 0, 1, &v, &e), PB_E_SYNTAX);
    PB_CHECK_HAS(e.text, "found null");
    PB_CHECK_EQ(pb_json_i64(pb_json_get(top, "r"), 0, 9, &i, &e), PB_E_SYNTAX);
    PB_CHECK_HAS(e.text, "found the number 3.0, but a whole number");
    PB_CHECK_EQ(pb_json_bool(pb_json_get(top, "a"), &b, &e), PB_E_SYNTAX);
    PB_CHECK_HAS(e.text, "found an array, but true or false");
    PB_CHECK_EQ(pb_json_text(pb_json_get(top, "b"), text, sizeof text, &e), PB_E_SYNTAX);
    PB_CHECK_HAS(e.text, "found true, but a text");
    PB_CHECK_EQ(pb_json_text(pb_json_get(top, "t"), text, sizeof text, &e), PB_E_LIMIT);
    PB_CHECK_TEXT(e.text, "race.json: /t: a text of 4 bytes, more than the 3 allowed (shorten it)");
    PB_CHECK_EQ(pb_json_is_array(pb_json_get(top, "o"), 0, 9, &e), PB_E_SYNTAX);
    PB_CHECK_EQ(pb_json_is_array(pb_json_get(top, "a"), 2, 9, &e), PB_E_RANGE);
    PB_CHECK_TEXT(e.text, "race.json: /a: holds 1 values, outside 2 .. 9");
    PB_CHECK_EQ(pb_json_is_object(pb_json_get(top, "a"), &e), PB_E_SYNTAX);
    PB_CHECK_EQ(pb_json_is_array(top, 0, 9, &e), PB_E_SYNTAX);
    PB_CHECK_HAS(e.text, "race.json: the whole document: found an object");
    PB_CHECK(v == 5 && i == 5 && !b && strcmp(text, "x") == 0);
    pb_json_free(doc);
}

PB_TEST(values_of_the_right_type_are_given)
{
    pb_json_doc *doc = parsed("{\"t\": \"box\", \"i\": -9223372036854775808, \"r\": 0.25, \"b\": true, \"a\": [1, 2]}");
    pb_json      top = pb_json_root(doc);
    pb_error     e;
    double       v;
    int64_t      i;
    bool         b;
    char         text[4];
    PB_CHECK_EQ(pb_json_f64(pb_json_get(top, "r"), 0, 1, &v, &e), PB_OK);
    PB_CHECK_EQ(pb_json_i64(pb_json_get(top, "i"), INT64_MIN, 0, &i, &e), PB_OK);
    PB_CHECK_EQ(pb_json_bool(pb_json_get(top, "b"), &b, &e), PB_OK);
    PB_CHECK_EQ(pb_json_text(pb_json_get(top, "t"), text, sizeof text, &e), PB_OK);
    PB_CHECK(v == 0.25 && i == INT64_MIN && b && strcmp(text, "box") == 0);
    PB_CHECK_EQ(pb_json_length(pb_json_get(top, "a")), 2);
    PB_CHECK_EQ(pb_json_length(top), 0);
    PB_CHECK(!pb_json_present(pb_json_at(pb_json_get(top, "a"), 2)));
    PB_CHECK_EQ(pb_json_is_array(pb_json_get(top, "a"), 2, 2, &e), PB_OK);
    pb_json_free(doc);
}

PB_TEST(absent_values_leave_the_default_alone)
{
    pb_json_doc *doc  = parsed("[]");
    pb_json      gone = pb_json_get(pb_json_at(pb_json_root(doc), 3), "pace_s");
    double       v    = 5;
    pb_error     e;
    PB_CHECK(!pb_json_present(gone));
    PB_CHECK_EQ(pb_json_f64(gone, 0, 1, &v, &e), PB_OK);
    PB_CHECK_EQ(pb_json_is_object(gone, &e), PB_OK);
    PB_CHECK_EQ(pb_json_only_keys(gone, NULL, 0, &e), PB_OK);
    PB_CHECK(v == 5);
    PB_CHECK_EQ(pb_json_need(gone, &e), PB_E_MISSING);
    PB_CHECK_TEXT(e.text, "race.json: /3/pace_s: is missing (add it)");
    PB_CHECK_EQ(pb_json_need(pb_json_root(doc), &e), PB_OK);
    pb_json_free(doc);
}

PB_TEST(a_key_nobody_knows_gets_the_nearest_name)
{
    const char *const keys[] = {"pace_s", "cars"};
    pb_json_doc      *doc    = parsed("{\"cars\": 1, \"pase_s\": 2}");
    pb_error          e;
    PB_CHECK_EQ(pb_json_only_keys(pb_json_root(doc), keys, 2, &e), PB_E_UNKNOWN_KEY);
    PB_CHECK_TEXT(e.text, "race.json: /pase_s: is not known here (did you mean \"pace_s\"?)");
    pb_json_free(doc);
    doc = parsed("{\"cars\": 1, \"something/else~\": 2}");
    PB_CHECK_EQ(pb_json_only_keys(pb_json_root(doc), keys, 2, &e), PB_E_UNKNOWN_KEY);
    PB_CHECK_TEXT(e.text, "race.json: /something~1else~0: is not known here (remove it)");
    pb_json_free(doc);
    doc = parsed("{\"cars\": 1}");
    PB_CHECK_EQ(pb_json_only_keys(pb_json_root(doc), keys, 2, &e), PB_OK);
    pb_json_free(doc);
}

PB_TEST(a_pointer_of_any_length_stays_inside_its_room)
{
    pb_json_doc *doc = parsed("{}");
    char         key[200];
    for (size_t len = 0; len < 190; len++) {
        memset(key, '~', len);
        key[len]   = '\0';
        pb_json at = pb_json_root(doc);
        for (int i = 0; i < 20; i++) {
            at = pb_json_get(at, key);
            PB_CHECK(strlen(at.pointer) < sizeof at.pointer);
        }
        if (len > 5) PB_CHECK_TEXT(at.pointer + strlen(at.pointer) - 3, "...");
    }
    pb_json_free(doc);
}

PB_TEST_MAIN(PB_RUN(an_empty_file_is_called_empty), PB_RUN(broken_texts_are_refused_with_line_and_column),
             PB_RUN(numbers_that_are_none_are_refused_in_words_a_person_understands),
             PB_RUN(bytes_that_are_no_text_are_refused_where_they_stand),
             PB_RUN(ten_megabytes_of_zero_bytes_get_one_message),
             PB_RUN(a_document_too_long_is_refused_before_it_is_parsed), PB_RUN(nesting_stops_at_64),
             PB_RUN(a_range_error_names_document_pointer_value_and_range),
             PB_RUN(a_value_of_another_type_is_refused_and_described), PB_RUN(values_of_the_right_type_are_given),
             PB_RUN(absent_values_leave_the_default_alone), PB_RUN(a_key_nobody_knows_gets_the_nearest_name),
             PB_RUN(a_pointer_of_any_length_stays_inside_its_room))
