/* JSON to a stream. */
#include <locale.h>
#include <math.h>

#include "pb_test.h"
#include "pitboard/codec.h"

static char  *text;
static size_t text_len;

static void sample(int indent, bool on_one_line, char out[400])
{
    char          *got = NULL;
    size_t         len = 0;
    pb_json_writer w;
    FILE          *to = open_memstream(&got, &len);
    pb_json_begin(&w, to, indent);
    pb_json_object(&w, NULL);
    pb_json_put_text(&w, "name", "a\"b\\\n\xff\xc3\xa9");
    w.inline_array = on_one_line;
    pb_json_array(&w, "laps");
    pb_json_put_i64(&w, NULL, INT64_MIN);
    pb_json_put_f64(&w, NULL, 0.1);
    pb_json_array_end(&w);
    pb_json_object(&w, "none");
    pb_json_object_end(&w);
    pb_json_put_bool(&w, "ok", true);
    pb_json_put_null(&w, "no");
    pb_json_put_text(&w, "gone", NULL);
    pb_json_object_end(&w);
    pb_json_end(&w);
    fclose(to);
    snprintf(out, 400, "%s", got);
    free(got);
}

PB_TEST(a_document_on_one_line_is_dense_and_escaped)
{
    char out[400];
    sample(0, false, out);
    PB_CHECK_TEXT(out, "{\"name\":\"a\\\"b\\\\\\u000a\xef\xbf\xbd\xc3\xa9\",\"laps\":[-9223372036854775808,0.1],"
                       "\"none\":{},\"ok\":true,\"no\":null,\"gone\":null}\n");
}

PB_TEST(an_indented_document_may_hold_arrays_on_one_line)
{
    char out[400];
    sample(2, true, out);
    PB_CHECK_HAS(out, "\n  \"laps\": [-9223372036854775808, 0.1],\n  \"none\": {},\n  \"ok\": true,");
    sample(2, false, out);
    PB_CHECK_HAS(out, "\n  \"laps\": [\n    -9223372036854775808,\n    0.1\n  ],\n");
}

PB_TEST(what_is_written_is_json_to_the_reader)
{
    for (int indent = 0; indent < 3; indent++) {
        char         out[400], name[40];
        pb_json_doc *doc = NULL;
        pb_error     e;
        sample(indent, indent == 2, out);
        PB_CHECK_EQ(pb_json_parse(pb_span_of(out), "w", &doc, &e), PB_OK);
        PB_CHECK_EQ(pb_json_text(pb_json_get(pb_json_root(doc), "name"), name, sizeof name, &e), PB_OK);
        PB_CHECK_TEXT(name, "a\"b\\\n\xef\xbf\xbd\xc3\xa9");
        pb_json_free(doc);
    }
}

PB_TEST(numbers_are_the_shortest_that_read_back)
{
    const struct {
        double      value;
        const char *want;
    } known[] = {{0.1, "0.1"},
                 {1.0 / 3, "0.3333333333333333"},
                 {0.1 + 0.2, "0.30000000000000004"},
                 {1e22, "1e+22"},
                 {89872, "89872"},
                 {-2.5, "-2.5"},
                 {5e-324, "4.94065645841247e-324"}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        char   out[PB_F64_TEXT_MAX];
        double back = 0;
        PB_CHECK_EQ(pb_f64_text(known[i].value, out), strlen(known[i].want));
        PB_CHECK_TEXT(out, known[i].want);
        PB_CHECK(pb_span_to_f64(pb_span_of(out), &back) && back == known[i].value);
    }
}

static const char *put(double value, int decimals)
{
    pb_json_writer w;
    free(text);
    text     = NULL;
    FILE *to = open_memstream(&text, &text_len);
    pb_json_begin(&w, to, 0);
    if (decimals < 0)
        pb_json_put_f64(&w, NULL, value);
    else
        pb_json_put_fixed(&w, NULL, value, decimals);
    fclose(to);
    return text;
}

PB_TEST(fixed_numbers_drop_trailing_zeros_and_minus_zero)
{
    PB_CHECK_TEXT(put(1.50, 3), "1.5");
    PB_CHECK_TEXT(put(100, 0), "100");
    PB_CHECK_TEXT(put(100, 2), "100");
    PB_CHECK_TEXT(put(-0.0004, 3), "0");
    PB_CHECK_TEXT(put(0.9996, 3), "1");
    PB_CHECK_EQ(strlen(put(-1e308, 17)), 310);
}

PB_TEST(nan_and_infinity_are_written_null)
{
    PB_CHECK_TEXT(put(NAN, -1), "null");
    PB_CHECK_TEXT(put(INFINITY, -1), "null");
    PB_CHECK_TEXT(put(-INFINITY, 3), "null");
    PB_CHECK_TEXT(put(-0.0, -1), "-0.0");
    free(text);
    text = NULL;
}

PB_TEST(a_value_that_is_json_already_goes_in_as_it_stands)
{
    char          *out = NULL;
    size_t         len;
    pb_json_writer w;
    FILE          *to = open_memstream(&out, &len);
    pb_json_begin(&w, to, 0);
    pb_json_array(&w, NULL);
    pb_json_put_raw(&w, NULL, pb_span_of("{\"a\": [1]}"));
    pb_json_put_raw(&w, NULL, pb_span_of(""));
    pb_json_put_text(&w, NULL, "b\"\\\x01\xff\xc3\xa9");
    pb_json_array_end(&w);
    fclose(to);
    PB_CHECK_TEXT(out, "[{\"a\": [1]},null,\"b\\\"\\\\\\u0001\xef\xbf\xbd\xc3\xa9\"]");
    free(out);
}

PB_TEST(a_locale_with_a_decimal_comma_changes_nothing)
{
    if (!setlocale(LC_ALL, "de_DE.UTF-8") && !setlocale(LC_ALL, "fr_FR.UTF-8")) skip();
    double v = 0;
    PB_CHECK_TEXT(put(1.5, -1), "1.5");
    PB_CHECK_TEXT(put(1.5, 2), "1.5");
    PB_CHECK(pb_span_to_f64(pb_span_of("1.7976931348623157e308"), &v) && v == 1.7976931348623157e308);
    setlocale(LC_ALL, "C");
    free(text);
    text = NULL;
}

PB_TEST(a_moment_is_utc_with_milliseconds_and_null_when_not_known)
{
    pb_json_writer w;
    char           out[256];
    FILE          *to = fmemopen(out, sizeof out, "w");
    pb_json_begin(&w, to, 0);
    pb_json_array(&w, NULL);
    pb_json_put_utc(&w, NULL, INT64_C(1796119200500999));
    pb_json_put_utc(&w, NULL, INT64_C(253402300799999999));
    pb_json_put_utc(&w, NULL, INT64_C(253402300800000000));
    pb_json_put_utc(&w, NULL, 0);
    pb_json_put_utc(&w, NULL, INT64_MIN);
    pb_json_array_end(&w);
    fputc('\0', to);
    fclose(to);
    PB_CHECK_TEXT(out, "[\"2026-12-01T10:00:00.500Z\",\"9999-12-31T23:59:59.999Z\",null,null,null]");
}

PB_TEST_MAIN(PB_RUN(a_document_on_one_line_is_dense_and_escaped),
             PB_RUN(an_indented_document_may_hold_arrays_on_one_line), PB_RUN(what_is_written_is_json_to_the_reader),
             PB_RUN(numbers_are_the_shortest_that_read_back), PB_RUN(fixed_numbers_drop_trailing_zeros_and_minus_zero),
             PB_RUN(nan_and_infinity_are_written_null), PB_RUN(a_value_that_is_json_already_goes_in_as_it_stands),
             PB_RUN(a_locale_with_a_decimal_comma_changes_nothing),
             PB_RUN(a_moment_is_utc_with_milliseconds_and_null_when_not_known))
