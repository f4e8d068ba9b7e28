/* The status feed beside a lap CSV. */
#include "lap_fixture.h"

#define HEADER "Time_s,Status,Message\n"

/* A race of four laps of 100 s from 50 s on. */
static pb_race_outcome race(void)
{
    pb_race_log     log;
    pb_race_outcome o;
    read_text(&log, LAP_HEADER "AAA,1,T,1,100,150,1,1,SOFT,,1,1,1,,,1\nAAA,1,T,2,100,250,1,1,SOFT,,1,1,1,,,1\n"
                               "AAA,1,T,3,100,350,1,1,SOFT,,1,1,1,,,1\nAAA,1,T,4,100,450,1,1,SOFT,,1,1,1,,,1\n");
    PB_CHECK_EQ(pb_race_outcome_of(&log, &o), PB_OK);
    pb_race_log_fini(&log);
    return o;
}

static pb_status read_feed(const char *text, pb_neutral_phase *out, uint32_t cap, uint32_t *n, pb_error *error)
{
    pb_race_outcome o = race();
    *error            = (pb_error){0};
    return pb_wire_read_track_status(pb_span_of(text), "track_status.csv", &o, out, cap, n, error);
}

PB_TEST(phases_last_from_their_first_word_to_the_next_of_another_kind)
{
    pb_neutral_phase p[8];
    pb_error         error;
    uint32_t         n = 99;
    PB_CHECK_EQ(read_feed(HEADER "0,1,AllClear\n60.5,2,Yellow\n100,6,VSCDeployed\n120,7,VSCEnding\n130,1,AllClear\n"
                                 "200,4,SCDeployed\n300,5,Red\n320,1,AllClear\n",
                          p, 8, &n, &error),
                PB_OK);
    PB_CHECK_EQ(n, 3);
    PB_CHECK_EQ(p[0].kind, PB_NEUTRAL_VSC);
    PB_CHECK_EQ(p[0].start_ms, 100000);
    PB_CHECK_EQ(p[0].end_ms, 130000);
    PB_CHECK_NEAR(p[0].start_progress, 0.5, 1e-9);
    PB_CHECK_NEAR(p[0].end_progress, 0.8, 1e-9);
    PB_CHECK(p[0].exact);
    PB_CHECK_EQ(p[1].kind, PB_NEUTRAL_SC);
    PB_CHECK_EQ(p[1].end_ms, 300000);
    PB_CHECK_EQ(p[2].kind, PB_NEUTRAL_RED);
}

PB_TEST(only_what_lies_in_the_race_is_told)
{
    pb_neutral_phase p[8];
    pb_error         error;
    uint32_t         n = 99;
    PB_CHECK_EQ(read_feed(HEADER "0,4,a\n40,1,b\n460,5,c\n", p, 8, &n, &error), PB_OK);
    PB_CHECK_EQ(n, 0);
    PB_CHECK_EQ(read_feed(HEADER "0,4,a\n80,1,b\n440,5,c\n", p, 8, &n, &error), PB_OK);
    PB_CHECK_EQ(n, 2);
    PB_CHECK_EQ(p[0].start_ms, 50000);
    PB_CHECK_EQ(p[1].end_ms, 450000);
    PB_CHECK_EQ(read_feed(HEADER, p, 8, &n, &error), PB_OK);
    PB_CHECK_EQ(n, 0);
}

PB_TEST(more_phases_than_fit_are_counted_and_not_written)
{
    pb_neutral_phase p[2] = {{0}, {.start_ms = 777}};
    pb_error         error;
    uint32_t         n = 0;
    PB_CHECK_EQ(read_feed(HEADER "60,4,a\n80,1,b\n90,6,a\n100,1,b\n", p, 1, &n, &error), PB_OK);
    PB_CHECK_EQ(n, 2);
    PB_CHECK_EQ(p[1].start_ms, 777);
}

PB_TEST(a_feed_that_cannot_be_read_is_refused_with_its_line)
{
    static const struct {
        const char *text, *say;
        pb_status   status;
    } bad[] = {
        {"", "needs the columns Time_s and Status", PB_E_MISSING},
        {"Time,Status\n1,1\n", "needs the columns", PB_E_MISSING},
        {HEADER "x,1,a\n", "track_status.csv:2: a status row needs", PB_E_SYNTAX},
        {HEADER "1,1,a\n2\n", "track_status.csv:3:", PB_E_SYNTAX},
        {HEADER "1,1,a\n-2,4,b\n", "track_status.csv:3: Time_s must lie in", PB_E_RANGE},
        {HEADER "1,12,a\n", "Status in 0 to 9", PB_E_RANGE},
        {HEADER "5,1,a\n4,4,b\n", "track_status.csv:3: Time_s goes back", PB_E_RANGE},
        {HEADER "5,1,\"a\n", "track_status.csv:2: this row cannot be read", PB_E_SYNTAX},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        pb_neutral_phase p[2];
        pb_error         error;
        uint32_t         n = 99;
        PB_CHECK_EQ(read_feed(bad[i].text, p, 2, &n, &error), bad[i].status);
        PB_CHECK_HAS(error.text, bad[i].say);
        PB_CHECK_EQ(n, 99);
    }
}

PB_TEST_MAIN(PB_RUN(phases_last_from_their_first_word_to_the_next_of_another_kind),
             PB_RUN(only_what_lies_in_the_race_is_told), PB_RUN(more_phases_than_fit_are_counted_and_not_written),
             PB_RUN(a_feed_that_cannot_be_read_is_refused_with_its_line))
