/* Metrics: what is counted and how it is printed; many threads; hostile labels; nothing at all. */
#include "pb_test.h"

#include <math.h>
#include <pthread.h>

#include "pitboard/base_metrics.h"

static char *printed(pb_metrics *m)
{
    char  *text = NULL;
    size_t len  = 0;
    FILE  *to   = open_memstream(&text, &len);
    PB_CHECK(to != NULL);
    pb_metrics_print(m, to);
    fclose(to);
    return text;
}

PB_TEST(a_counter_and_a_gauge_are_printed_by_name_with_help_and_type)
{
    pb_metrics *m = pb_metrics_create();
    pb_metric_set(pb_metric_gauge(m, "pitboard_ws_clients", "clients now", NULL), NULL, 2.5);
    pb_metric *served = pb_metric_counter(m, "pitboard_http_requests_total", "requests\nanswered", "route,status");
    pb_metric_add(served, "GET /b,200", 1);
    pb_metric_add(served, "GET /a,404", 2);
    pb_metric_add(served, "GET /b,200", 1);
    char *text = printed(m);
    PB_CHECK_TEXT(text, "# HELP pitboard_http_requests_total requests\\nanswered\n"
                        "# TYPE pitboard_http_requests_total counter\n"
                        "pitboard_http_requests_total{route=\"GET /a\",status=\"404\"} 2\n"
                        "pitboard_http_requests_total{route=\"GET /b\",status=\"200\"} 2\n"
                        "# HELP pitboard_ws_clients clients now\n"
                        "# TYPE pitboard_ws_clients gauge\n"
                        "pitboard_ws_clients 2.5\n");
    free(text);
    pb_metrics_destroy(m);
}

PB_TEST(a_family_without_labels_says_0_before_anything_happened)
{
    pb_metrics *m = pb_metrics_create();
    pb_metric_counter(m, "a_total", "a", NULL);
    pb_metric_counter(m, "b_total", "b", "x");
    char *text = printed(m);
    PB_CHECK_TEXT(text,
                  "# HELP a_total a\n# TYPE a_total counter\na_total 0\n# HELP b_total b\n# TYPE b_total counter\n");
    free(text);
    pb_metrics_destroy(m);
}

PB_TEST(the_same_name_is_the_same_family)
{
    pb_metrics *m = pb_metrics_create();
    pb_metric  *a = pb_metric_counter(m, "a_total", "a", "x");
    PB_CHECK(a == pb_metric_counter(m, "a_total", "a", "x"));
    PB_CHECK(a != pb_metric_counter(m, "b_total", "a", "x"));
    pb_metrics_destroy(m);
}

PB_TEST(a_histogram_counts_upwards_and_its_count_is_its_last_bucket)
{
    pb_metrics *m = pb_metrics_create();
    pb_metric  *h = pb_metric_histogram(m, "t_seconds", "times", "kind");
    pb_metric_observe(h, "x", 0.0005); /* a bound belongs to its bucket */
    pb_metric_observe(h, "x", 0.25);
    pb_metric_observe(h, "x", 11);
    pb_metric_observe(h, "x", -1); /* a clock went back: 0 */
    pb_metric_observe(h, "x", NAN);
    char *text = printed(m);
    PB_CHECK_HAS(text, "# TYPE t_seconds histogram\n");
    PB_CHECK_HAS(text, "t_seconds_bucket{kind=\"x\",le=\"0.0005\"} 2\n");
    PB_CHECK_HAS(text, "t_seconds_bucket{kind=\"x\",le=\"0.1\"} 2\n");
    PB_CHECK_HAS(text, "t_seconds_bucket{kind=\"x\",le=\"0.25\"} 3\n");
    PB_CHECK_HAS(text, "t_seconds_bucket{kind=\"x\",le=\"10\"} 3\n");
    PB_CHECK_HAS(text, "t_seconds_bucket{kind=\"x\",le=\"+Inf\"} 4\n");
    PB_CHECK_HAS(text, "t_seconds_sum{kind=\"x\"} 11.2505\n");
    PB_CHECK_HAS(text, "t_seconds_count{kind=\"x\"} 4\n");
    free(text);
    pb_metrics_destroy(m);
}

PB_TEST(label_values_cannot_break_out_of_their_quotes)
{
    pb_metrics *m = pb_metrics_create();
    pb_metric  *f = pb_metric_counter(m, "f_total", "f", "a,b");
    pb_metric_add(f, "x\"} 1\nevil 2\n\\,y", 1);
    pb_metric_add(f, "\xff\xc3,z", 1); /* no UTF-8 */
    pb_metric_add(f, "one", 1);        /* the second is missing */
    pb_metric_add(f, "p,q,r", 1);      /* one comma too many is the last one's */
    pb_metric_add(f, NULL, 1);
    char *text = printed(m);
    PB_CHECK_HAS(text, "f_total{a=\"x\\\"} 1\\nevil 2\\n\\\\\",b=\"y\"} 1\n");
    PB_CHECK_HAS(text, "f_total{a=\"\xef\xbf\xbd\xef\xbf\xbd\",b=\"z\"} 1\n");
    PB_CHECK_HAS(text, "f_total{a=\"one\",b=\"\"} 1\n");
    PB_CHECK_HAS(text, "f_total{a=\"p\",b=\"q,r\"} 1\n");
    PB_CHECK_HAS(text, "f_total{a=\"\",b=\"\"} 1\n");
    PB_CHECK(strstr(text, "\nevil") == NULL);
    free(text);
    pb_metrics_destroy(m);
}

PB_TEST(beyond_the_limit_and_for_monstrous_values_the_rest_is_other)
{
    pb_metrics *m = pb_metrics_create();
    pb_metric  *f = pb_metric_counter(m, "f_total", "f", "a,b");
    char        value[32], huge[1000];
    memset(huge, 'h', sizeof huge);
    huge[sizeof huge - 1] = '\0';
    pb_metric_add(f, huge, 1);
    for (int i = 0; i < PB_METRIC_SERIES_MAX + 100; i++) {
        snprintf(value, sizeof value, "%d,x", i);
        pb_metric_add(f, value, 1);
    }
    char  *text  = printed(m);
    size_t lines = 0;
    for (const char *p = text; *p; p++) lines += *p == '\n';
    PB_CHECK_EQ(lines, PB_METRIC_SERIES_MAX + 1); /* one of them "other", and HELP and TYPE */
    PB_CHECK_HAS(text, "f_total{a=\"0\",b=\"x\"} 1\n");
    PB_CHECK_HAS(text, "f_total{a=\"other\",b=\"other\"} 103\n");
    pb_metric_add(f, "0,x", 1); /* who is there goes on */
    free(text);
    text = printed(m);
    PB_CHECK_HAS(text, "f_total{a=\"0\",b=\"x\"} 2\n");
    free(text);
    pb_metrics_destroy(m);
}

PB_TEST(a_counter_never_falls_and_numbers_are_told_exactly)
{
    pb_metrics *m = pb_metrics_create();
    pb_metric  *c = pb_metric_counter(m, "c_total", "c", NULL);
    pb_metric  *g = pb_metric_gauge(m, "g", "g", "k");
    pb_metric_add(c, NULL, 3);
    pb_metric_add(c, NULL, -2);
    pb_metric_add(c, NULL, NAN);
    pb_metric_set(g, "big", 1234567890123456.0);
    pb_metric_set(g, "third", 1.0 / 3);
    pb_metric_set(g, "tenth", 0.1);
    pb_metric_set(g, "none", NAN);
    pb_metric_set(g, "over", INFINITY);
    pb_metric_add(g, "down", -4);
    char *text = printed(m);
    PB_CHECK_HAS(text, "c_total 3\n");
    PB_CHECK_HAS(text, "g{k=\"big\"} 1234567890123456\n");
    PB_CHECK_HAS(text, "g{k=\"third\"} 0.3333333333333333\n");
    PB_CHECK_HAS(text, "g{k=\"tenth\"} 0.1\n");
    PB_CHECK_HAS(text, "g{k=\"none\"} NaN\n");
    PB_CHECK_HAS(text, "g{k=\"over\"} +Inf\n");
    PB_CHECK_HAS(text, "g{k=\"down\"} -4\n");
    free(text);
    pb_metrics_destroy(m);
}

static void set_gauge(void *user, pb_metrics *m)
{
    ++*(int *)user;
    pb_metric_set(pb_metric_gauge(m, "asked", "times asked", NULL), NULL, *(int *)user);
}

PB_TEST(hooks_fill_gauges_when_they_are_asked_for)
{
    pb_metrics *m     = pb_metrics_create();
    int         times = 0;
    pb_metrics_before_print(m, set_gauge, &times);
    free(printed(m));
    char *text = printed(m);
    PB_CHECK_HAS(text, "asked 2\n");
    free(text);
    pb_metrics_destroy(m);
}

PB_TEST(without_a_registry_nothing_is_counted_and_nobody_falls)
{
    pb_metric *none = pb_metric_counter(NULL, "a_total", "a", NULL);
    PB_CHECK(none == NULL && pb_metric_gauge(NULL, "a", "a", NULL) == NULL);
    PB_CHECK(pb_metric_histogram(NULL, "a", "a", NULL) == NULL);
    pb_metric_add(none, "x", 1);
    pb_metric_set(none, NULL, 1);
    pb_metric_observe(none, "x", 1);
    pb_metrics_before_print(NULL, set_gauge, NULL);
    pb_metrics_print(NULL, stdout);
    pb_metrics_destroy(NULL);
}

enum { THREADS = 4, ROUNDS = 5000 };

static void *count(void *user)
{
    pb_metrics *m = user;
    pb_metric  *c = pb_metric_counter(m, "c_total", "c", "k");
    pb_metric  *h = pb_metric_histogram(m, "h_seconds", "h", NULL);
    char        key[16];
    for (int i = 0; i < ROUNDS; i++) {
        snprintf(key, sizeof key, "%d", i % 10);
        pb_metric_add(c, key, 1);
        pb_metric_observe(h, NULL, 0.25);
        if (i % 1000 == 0) free(printed(m));
    }
    return NULL;
}

PB_TEST(threads_lose_no_count)
{
    pb_metrics *m = pb_metrics_create();
    pthread_t   t[THREADS];
    for (int i = 0; i < THREADS; i++) PB_CHECK_EQ(pthread_create(&t[i], NULL, count, m), 0);
    for (int i = 0; i < THREADS; i++) pthread_join(t[i], NULL);
    char *text = printed(m);
    for (int k = 0; k < 10; k++) {
        char line[64];
        snprintf(line, sizeof line, "c_total{k=\"%d\"} %d\n", k, THREADS * ROUNDS / 10);
        PB_CHECK_HAS(text, line);
    }
    PB_CHECK_HAS(text, "h_seconds_count 20000\n");
    PB_CHECK_HAS(text, "h_seconds_sum 5000\n");
    free(text);
    pb_metrics_destroy(m);
}

PB_TEST_MAIN(PB_RUN(a_counter_and_a_gauge_are_printed_by_name_with_help_and_type),
             PB_RUN(a_family_without_labels_says_0_before_anything_happened), PB_RUN(the_same_name_is_the_same_family),
             PB_RUN(a_histogram_counts_upwards_and_its_count_is_its_last_bucket),
             PB_RUN(label_values_cannot_break_out_of_their_quotes),
             PB_RUN(beyond_the_limit_and_for_monstrous_values_the_rest_is_other),
             PB_RUN(a_counter_never_falls_and_numbers_are_told_exactly),
             PB_RUN(hooks_fill_gauges_when_they_are_asked_for),
             PB_RUN(without_a_registry_nothing_is_counted_and_nobody_falls), PB_RUN(threads_lose_no_count))
