/* Sums over sessions that come, go, and begin anew; the process' own numbers. */
#include "pb_test.h"

#include <sys/stat.h>

#include "engine/sessions_counts.h"
#include "pitboard/engine_metrics.h"
#include "sessions_fixture.h"

static pb__session_counts counted(uint64_t received, uint64_t kernel)
{
    pb_live_status     s = {0};
    pb__session_counts c;
    s.received[PB_FEED_F1_UDP]     = received;
    s.drops[PB_FEED_F1_UDP].kernel = kernel;
    pb__session_counts_of(&s, &c);
    return c;
}

PB_TEST(every_place_where_a_record_is_lost_is_told_apart)
{
    pb_live_status     s = {.received_bytes = 9, .points = 1, .events = 2, .refused = 3, .store_rows = 4};
    pb__session_counts c;
    s.drops[PB_FEED_POINTS] = (pb_live_drops){.kernel = 1, .record = 2, .process = 3, .cut = 4};
    pb__session_counts_of(&s, &c);
    for (uint64_t i = 0; i < PB__DROP_PLACES; i++) PB_CHECK_EQ(c.dropped[PB_FEED_POINTS][i], i + 1);
    PB_CHECK_EQ(c.dropped[PB_FEED_F1_UDP][0], 0);
    PB_CHECK_EQ(c.received_bytes + c.points + c.events + c.refused + c.rows, 9 + 1 + 2 + 3 + 4);
}

PB_TEST(a_sum_never_falls_when_a_session_is_wound_back)
{
    pb__session_counts sum = {0}, was = {0}, now = counted(100, 7);
    pb__session_counts_go_on(&sum, &was, &now);
    PB_CHECK_EQ(sum.received[PB_FEED_F1_UDP], 100);
    now = counted(10, 0); /* begun anew */
    pb__session_counts_go_on(&sum, &was, &now);
    PB_CHECK_EQ(sum.received[PB_FEED_F1_UDP], 100);
    now = counted(25, 1);
    pb__session_counts_go_on(&sum, &was, &now);
    PB_CHECK_EQ(sum.received[PB_FEED_F1_UDP], 115);
    PB_CHECK_EQ(sum.dropped[PB_FEED_F1_UDP][0], 8);
}

static double value_of(const char *text, const char *name)
{
    char line[128];
    snprintf(line, sizeof line, "\n%s ", name);
    const char *at = strstr(text, line);
    if (!at) fail_msg("no %s in:\n%s", name, text);
    return atof(at + strlen(line)); // NOLINT
}

/* As /metrics would show them; owned by the caller. */
__attribute__((noinline)) static char *printed(pb_metrics *m) /* else gcc 12 sees a pointer that dangles */
{
    char  *text = NULL;
    size_t len  = 0;
    FILE  *to   = open_memstream(&text, &len);
    PB_CHECK(to != NULL);
    pb_metrics_print(m, to);
    fclose(to);
    return text;
}

PB_TEST(sessions_are_counted_together_without_a_name_and_go_on_counting_when_one_is_gone)
{
    world       w;
    pb_metrics *m = pb_metrics_create();
    char        state[16], why[128];
    bool        ready = false;
    begin_world(&w);
    pb_sessions_close(w.all, 1000);
    w.options.metrics    = m;
    pb_session_spec spec = replay_of("VER", 0);
    spec.team            = "secretteam";
    spec.name            = "secretname";
    open_sessions(&w);
    for (int i = 0; i < 2; i++) {
        pb_session *s = start_session(&w, &spec);
        wait_for_last_calls(s);
        pb_session_drop(s);
    }
    char *text = printed(m);
    PB_CHECK_EQ(value_of(text, "pitboard_sessions{state=\"ended\"}"), 2);
    PB_CHECK_EQ(value_of(text, "pitboard_sessions{state=\"running\"}"), 0);
    double received = value_of(text, "pitboard_records_received_total{feed=\"event\"}");
    PB_CHECK(received > 2000);
    PB_CHECK_EQ(value_of(text, "pitboard_records_dropped_total{feed=\"event\",place=\"record\"}"), 0);
    PB_CHECK(value_of(text, "pitboard_decide_seconds_count") >= 1);
    PB_CHECK(value_of(text, "pitboard_events_total") > 2000);
    PB_CHECK(!strstr(text, "secret") && !strstr(text, "VER") && !strstr(text, "2023"));
    free(text);
    pb_sessions_look_at_records(w.all, state, why, &ready);
    PB_CHECK(ready && strcmp(state, "off") == 0 && why[0] == '\0');
    pb_sessions_look_at_stores(w.all, state, why, &ready);
    PB_CHECK(ready && strcmp(state, "off") == 0);
    end_world(&w);
    pb_metrics_destroy(m);
}

PB_TEST(a_process_tells_its_memory_files_and_age)
{
    pb_metrics *m = pb_metrics_create();
    pb_metrics_of_process(m);
    pb_metrics_of_process(NULL);
    char *text = printed(m);
    PB_CHECK(value_of(text, "process_resident_memory_bytes") > 100e3);
    PB_CHECK(value_of(text, "process_open_fds") >= 3);
    PB_CHECK(value_of(text, "process_max_fds") >= value_of(text, "process_open_fds"));
    PB_CHECK(value_of(text, "process_cpu_seconds_total") >= 0);
    PB_CHECK(value_of(text, "process_uptime_seconds") >= 0 && value_of(text, "process_uptime_seconds") < 3600);
    PB_CHECK(value_of(text, "process_start_time_seconds") > 1.6e9);
    PB_CHECK_HAS(text, "pitboard_build_info{version=\"" PB_VERSION "\"} 1\n");
    free(text);
    pb_metrics_destroy(m);
}

PB_TEST_MAIN(PB_RUN(every_place_where_a_record_is_lost_is_told_apart),
             PB_RUN(a_sum_never_falls_when_a_session_is_wound_back),
             PB_RUN(sessions_are_counted_together_without_a_name_and_go_on_counting_when_one_is_gone),
             PB_RUN(a_process_tells_its_memory_files_and_age))
