/* What part of a list is asked for, and the page that comes of it. */
#include "pb_test.h"

#include "api/core.h"

static const pb__schema_text made[] = {{"TestLap",
                                        "{\"type\":\"object\",\"properties\":{\"lap\":{\"type\":\"integer\","
                                        "\"minimum\":1},\"driver\":{\"type\":\"string\"},"
                                        "\"time_s\":{\"type\":[\"number\",\"null\"]},\"pit\":{\"type\":\"boolean\"},"
                                        "\"compound\":{\"enum\":[\"SOFT\",\"HARD\"]},"
                                        "\"sectors\":{\"type\":\"array\",\"items\":{\"type\":\"number\"}}}}"},
                                       {NULL, NULL}};

static const char laps[] =
    "[{\"lap\":1,\"driver\":\"VER\",\"time_s\":90.5,\"pit\":false,\"compound\":\"SOFT\",\"sectors\":[1]},"
    "{\"lap\":1,\"driver\":\"HAM\",\"time_s\":91,\"pit\":false,\"compound\":\"HARD\"},"
    "{\"lap\":2,\"driver\":\"VER\",\"time_s\":null,\"pit\":true,\"compound\":\"SOFT\"},"
    "{\"lap\":2,\"driver\":\"HAM\",\"time_s\":89.25,\"pit\":false,\"compound\":\"HARD\"},"
    "{\"lap\":3,\"driver\":\"HAM\",\"pit\":true,\"compound\":\"SOFT\"}]";

/* Asks with pairs "name=value"; the page, or "pointer|detail" of the problem. */
static const char *asked(const char *const *pairs)
{
    static char    out[4096];
    static char    text[16][128];
    pb_route       route = {.flags = PB_ROUTE_LIST, .query = {{"lap", "", ""}}};
    pb__row        row   = {.route = &route, .n_query = 0};
    pb_api         api   = {0};
    pb_request     r     = {.api = &api, .row = &row};
    pb_error       e     = {0};
    pb_json_writer w;
    r.reply.request = &r;
    PB_CHECK_EQ(pb__schemas_create(made, &api.schemas, &e), PB_OK);
    row.answer = pb__schemas_find(api.schemas, "TestLap");
    for (size_t i = 0; pairs[i]; i++) {
        (void)snprintf(text[i], sizeof text[i], "%s", pairs[i]);
        char *is           = strchr(text[i], '=');
        *is                = '\0';
        r.query[r.n_query] = (pb__pair){text[i], is + 1};
        r.n_query++;
    }
    FILE *to = fmemopen(out, sizeof out, "w");
    pb_json_begin(&w, to, 0);
    bool good = pb__query_check(&r);
    if (good) PB_CHECK_EQ(pb__list_page(r.list, pb_span_of(laps), &w, &e), PB_OK);
    fputc('\0', to);
    fclose(to);
    if (!good) {
        fflush(r.reply.to);
        (void)snprintf(out, sizeof out, "%s", r.reply.at);
        PB_CHECK_EQ(r.reply.status, 400);
        fclose(r.reply.to);
        free(r.reply.at);
    }
    pb__list_free(r.list);
    pb__schemas_destroy(api.schemas);
    return out;
}
#define ASKED(...) asked((const char *const[]){__VA_ARGS__, NULL})

PB_TEST(sorting_takes_several_names_and_nothing_comes_last)
{
    PB_CHECK_TEXT(
        ASKED("sort=time_s,-lap", "fields=time_s,lap"),
        "{\"items\":[{\"time_s\":89.25,\"lap\":2},{\"time_s\":90.5,\"lap\":1},{\"time_s\":91,\"lap\":1},{\"lap\":3},"
        "{\"time_s\":null,\"lap\":2}],\"next\":null,\"total\":5}");
    PB_CHECK_HAS(ASKED("sort=-time_s", "fields=lap,driver", "limit=1", "driver=HAM"),
                 "{\"items\":[{\"lap\":1,\"driver\":\"HAM\"}],\"next\":\"00000001");
}

PB_TEST(what_is_alike_keeps_the_order_of_the_route)
{
    PB_CHECK_TEXT(ASKED("sort=driver", "fields=lap", "pit=false"),
                  "{\"items\":[{\"lap\":1},{\"lap\":2},{\"lap\":1}],\"next\":null,\"total\":3}");
}

PB_TEST(filters_are_read_as_the_member_s_type_says)
{
    PB_CHECK_HAS(ASKED("lap=2", "driver=VER"), "\"total\":1}");
    PB_CHECK_HAS(ASKED("time_s=91.0"), "\"driver\":\"HAM\"");
    PB_CHECK_HAS(ASKED("time_s=null"), "\"total\":1}");
    PB_CHECK_HAS(ASKED("pit=true", "compound=SOFT"), "\"total\":2}");
    PB_CHECK_HAS(ASKED("driver=NOR"), "{\"items\":[],\"next\":null,\"total\":0}");
}

PB_TEST(a_cursor_goes_on_where_the_page_before_ended_and_with_its_own_question_only)
{
    char cursor[32] = "cursor=", other[4096];
    (void)snprintf(other, sizeof other, "%s", ASKED("limit=2", "sort=lap"));
    memcpy(cursor + 7, strstr(other, "\"next\":\"") + 8, 16);
    PB_CHECK_HAS(ASKED("limit=2", "sort=lap", cursor, "fields=lap"),
                 "{\"items\":[{\"lap\":2},{\"lap\":2}],\"next\":\"");
    PB_CHECK_HAS(ASKED("limit=2", "sort=-lap", cursor), "another sort or filter");
    PB_CHECK_HAS(ASKED("limit=2", "sort=lap", "lap=2", cursor), "another sort or filter");
    PB_CHECK_HAS(ASKED("cursor=zz"), "was not given out here");
    PB_CHECK_HAS(ASKED("cursor=00000000000000000"), "was not given out here");
    memcpy(cursor + 7, "ffffffff", 8); /* far behind the end: an empty page */
    PB_CHECK_HAS(ASKED("limit=2", "sort=lap", cursor), "{\"items\":[],\"next\":null,\"total\":5}");
}

PB_TEST(what_cannot_be_asked_is_told_with_the_name_it_is_about)
{
    static const struct {
        const char *pair, *told, *pointer;
    } bad[] = {{"limit=0", "0 is no number of 1 .. 1000", "limit"},
               {"limit=1001", "1 .. 1000", "limit"},
               {"limit=x", "1 .. 1000", "limit"},
               {"sort=tiem_s", "did you mean \\\"time_s\\\"", "sort"},
               {"sort=sectors", "has no order", "sort"},
               {"sort=", "not a member", "sort"},
               {"fields=lap,,driver", "not a member", "fields"},
               {"fields=lpa", "did you mean \\\"lap\\\"", "fields"},
               {"lap=two", "a whole number", "lap"},
               {"pit=yes", "true or false", "pit"},
               {"compound=SOFTT", "did you mean \\\"SOFT\\\"", "compound"},
               {"sectors=1", "is not known in this query", "sectors"},
               {"divrer=VER", "did you mean \\\"driver\\\"", "divrer"},
               {"limt=5", "did you mean \\\"limit\\\"", "limt"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char        pointer[64];
        const char *got = ASKED(bad[i].pair);
        (void)snprintf(pointer, sizeof pointer, "\"pointer\":\"%s\"", bad[i].pointer);
        PB_CHECK_HAS(got, bad[i].told);
        PB_CHECK_HAS(got, pointer);
    }
    PB_CHECK_HAS(ASKED("sort=lap,lap,lap,lap,lap,lap,lap,lap,lap"), "more than 8");
    PB_CHECK_HAS(ASKED("fields=lap,lap"), "{\"items\":[{\"lap\":1},");
}

PB_TEST(an_item_is_cut_out_whatever_its_texts_hold)
{
    static const char text[] =
        " [ {\"a\":\"]},{\\\"\\\\\",\"b\" : [1,{\"c\":\"}\"}] , \"c\":-1.5e3} ,{\"c\":null}, [] ]\n";
    pb_span rest = pb_span_of(text), item, value;
    PB_CHECK(pb__items_begin(&rest));
    PB_CHECK(pb__items_next(&rest, &item));
    PB_CHECK(pb__item_member(item, "c", &value) && pb_span_equal_text(value, "-1.5e3"));
    PB_CHECK(pb__item_member(item, "b", &value) && pb_span_equal_text(value, "[1,{\"c\":\"}\"}]"));
    PB_CHECK(!pb__item_member(item, "d", &value));
    PB_CHECK(pb__items_next(&rest, &item) && pb_span_equal_text(item, "{\"c\":null}"));
    PB_CHECK(pb__items_next(&rest, &item) && pb_span_equal_text(item, "[]") && !pb__item_member(item, "c", &value));
    PB_CHECK(!pb__items_next(&rest, &item) && pb__items_ended(rest));
}

PB_TEST(a_list_that_is_broken_is_an_error_and_no_page)
{
    static const char *const broken[] = {"", "{}", "[{\"a\":1}", "[{\"a\":\"x}]", "[1}", "[1] 2"};
    const pb__list           list     = {.limit = 10};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        pb_error       e;
        char           out[64];
        pb_json_writer w;
        FILE          *to = fmemopen(out, sizeof out, "w");
        pb_json_begin(&w, to, 0);
        PB_CHECK_EQ(pb__list_page(&list, pb_span_of(broken[i]), &w, &e), PB_E_SYNTAX);
        fclose(to);
    }
}

PB_TEST_MAIN(PB_RUN(sorting_takes_several_names_and_nothing_comes_last),
             PB_RUN(what_is_alike_keeps_the_order_of_the_route), PB_RUN(filters_are_read_as_the_member_s_type_says),
             PB_RUN(a_cursor_goes_on_where_the_page_before_ended_and_with_its_own_question_only),
             PB_RUN(what_cannot_be_asked_is_told_with_the_name_it_is_about),
             PB_RUN(an_item_is_cut_out_whatever_its_texts_hold), PB_RUN(a_list_that_is_broken_is_an_error_and_no_page))
