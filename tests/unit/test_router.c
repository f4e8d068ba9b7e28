/* The router: words before parameters, and nothing answers what no row names. */
#include "pb_test.h"

#include "api/router.h"

static int rows[16];

static pb__router *made(void)
{
    static const struct {
        pb_method   method;
        const char *path;
    } paths[]     = {{PB_GET, "/api/v1/sessions"},
                     {PB_POST, "/api/v1/sessions"},
                     {PB_GET, "/api/v1/sessions/{id}/state"},
                     {PB_GET, "/api/v1/sessions/{id}/cars/{car}"},
                     {PB_GET, "/api/v1/sessions/{id}/cars/best"},
                     {PB_GET, "/api/v1/sessions/all/laps"},
                     {PB_GET, "/files/{name...}"},
                     {PB_GET, "/"}};
    pb__router *r = pb__router_create();
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        PB_CHECK_EQ(pb__router_add(r, paths[i].method, paths[i].path, &rows[i], NULL), PB_OK);
    return r;
}

static const void *asked(const pb__router *r, pb_method method, const char *path, pb__match *m)
{
    return pb__router_find(r, path, m) ? m->rows[method] : NULL;
}

PB_TEST(a_path_finds_its_row_and_its_parameters)
{
    pb__router *r = made();
    pb__match   m;
    PB_CHECK(asked(r, PB_GET, "/api/v1/sessions", &m) == &rows[0]);
    PB_CHECK(asked(r, PB_POST, "/api/v1/sessions", &m) == &rows[1]);
    PB_CHECK(asked(r, PB_GET, "/api/v1/sessions/live/cars/44", &m) == &rows[3]);
    PB_CHECK_EQ(m.n_params, 2);
    PB_CHECK(pb_span_equal_text(m.param[0], "live"));
    PB_CHECK(pb_span_equal_text(m.param[1], "44"));
    PB_CHECK(asked(r, PB_GET, "/", &m) == &rows[7]);
    pb__router_destroy(r);
}

PB_TEST(a_word_goes_before_a_parameter_and_does_not_hide_it)
{
    pb__router *r = made();
    pb__match   m;
    PB_CHECK(asked(r, PB_GET, "/api/v1/sessions/x/cars/best", &m) == &rows[4]);
    PB_CHECK_EQ(m.n_params, 1);
    PB_CHECK(asked(r, PB_GET, "/api/v1/sessions/all/laps", &m) == &rows[5]);
    PB_CHECK_EQ(m.n_params, 0);
    PB_CHECK(asked(r, PB_GET, "/api/v1/sessions/all/state", &m) == &rows[2]);
    PB_CHECK(pb_span_equal_text(m.param[0], "all"));
    pb__router_destroy(r);
}

PB_TEST(a_rest_takes_all_that_is_left_but_not_nothing)
{
    pb__router *r = made();
    pb__match   m;
    PB_CHECK(asked(r, PB_GET, "/files/a/b/c.csv", &m) == &rows[6]);
    PB_CHECK(pb_span_equal_text(m.param[0], "a/b/c.csv"));
    PB_CHECK(!pb__router_find(r, "/files/", &m));
    PB_CHECK(!pb__router_find(r, "/files", &m));
    pb__router_destroy(r);
}

PB_TEST(what_no_row_names_is_not_found)
{
    static const char *const none[] = {"",
                                       "/api",
                                       "/api/v1/sessions/",
                                       "/api/v1/sessions/x",
                                       "/api/v1/sessions//state",
                                       "/api/v1/SESSIONS",
                                       "/api/v1/sessions/x/state/",
                                       "/api/v1/sessions/x/cars/44/more",
                                       "api/v1/sessions"};
    pb__router              *r      = made();
    pb__match                m;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) PB_CHECK(!pb__router_find(r, none[i], &m));
    pb__router_destroy(r);
}

PB_TEST(a_row_that_is_there_twice_or_has_no_form_is_refused)
{
    pb__router *r = made();
    pb_error    e;
    PB_CHECK_EQ(pb__router_add(r, PB_GET, "/api/v1/sessions/{other}/state", &rows[9], &e), PB_E_RANGE);
    PB_CHECK_HAS(e.text, "is there twice");
    PB_CHECK_EQ(pb__router_add(r, PB_GET, "nowhere", &rows[9], &e), PB_E_RANGE);
    PB_CHECK_EQ(pb__router_add(r, PB_GET, "/{rest...}/more", &rows[9], &e), PB_E_RANGE);
    PB_CHECK_EQ(pb__router_add(r, PB_GET, "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17", &rows[9], &e), PB_E_RANGE);
    PB_CHECK_EQ(pb__router_add(r, PB_METHOD_OTHER, "/x", &rows[9], &e), PB_E_RANGE);
    pb__router_destroy(r);
}

PB_TEST_MAIN(PB_RUN(a_path_finds_its_row_and_its_parameters),
             PB_RUN(a_word_goes_before_a_parameter_and_does_not_hide_it),
             PB_RUN(a_rest_takes_all_that_is_left_but_not_nothing), PB_RUN(what_no_row_names_is_not_found),
             PB_RUN(a_row_that_is_there_twice_or_has_no_form_is_refused))
