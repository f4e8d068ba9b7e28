/* F1 live timing: every form a message has, what it means, and whole recordings. */
#include <math.h>

#include "lt_fixture.h"

#define HUB(topic, payload, utc) "{\"H\":\"Streaming\",\"M\":\"feed\",\"A\":[\"" topic "\"," payload ",\"" utc "\"]}"
#define T0 "2024-05-18T14:00:00.000Z"
#define T0_US 1716040800000000

/* ---- forms ---- */

PB_TEST(every_form_of_a_message_means_the_same)
{
    static const char *const forms[] = {
        HUB("TrackStatus", "{\"Status\":\"4\",\"Message\":\"SCDeployed\"}", T0),
        "{\"C\":\"d-1\",\"M\":[{\"H\":\"Streaming\",\"M\":\"feed\",\"A\":[\"TrackStatus\",{\"Status\":\"4\"},\"" T0
        "\"]}]}",
        "{\"type\":1,\"target\":\"feed\",\"arguments\":[\"TrackStatus\",{\"Status\":\"4\"},\"" T0 "\"]}\x1e",
        "{\"Type\":\"TrackStatus\",\"Json\":{\"Status\":\"4\"},\"DateTime\":\"2024-05-18T14:00:00+00:00\"}",
        "['TrackStatus', {'Status': '4', 'Message': 'SCDeployed', '_kf': True}, '" T0 "']",
        "[\"TrackStatus\", '{\"Status\": \"4\"}', '" T0 "']",
        "\xef\xbb\xbf{\"H\":\"Streaming\",\"M\":\"feed\",\"A\":[\"TrackStatus\",{\"Status\":4},\"" T0 "\"]}\r\n",
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        heard *h = hear();
        say(h, forms[i]);
        PB_CHECK_EQ(h->n_events, 1);
        PB_CHECK_EQ(h->n_refused, 0);
        PB_CHECK(h->events[0].kind == PB_EV_TRACK && h->events[0].value == 4);
        PB_CHECK_EQ(h->events[0].at_us, T0_US);
        PB_CHECK_EQ(h->events[0].session_ms, 0);
        hear_end(h);
    }
}

PB_TEST(a_line_of_a_stream_has_the_clock_of_its_recording)
{
    heard *h = hear();
    say(h, "TrackStatus \xef\xbb\xbf"
           "00:40:11.250{\"Status\":\"4\",\"Message\":\"SCDeployed\"}\r");
    PB_CHECK_EQ(h->n_events, 1);
    PB_CHECK_EQ(h->events[0].session_ms, 2411250);
    PB_CHECK_EQ(h->events[0].at_us, PB_US_NONE); /* nothing has told when it began */
    say(h, "Heartbeat 00:41:00.000{\"Utc\":\"2024-05-18T14:41:00Z\"}");
    say(h, "TrackStatus 00:42:00.000{\"Status\":\"1\"}");
    PB_CHECK_EQ(h->events[1].at_us, T0_US + 42 * 60 * 1000000ll);
    PB_CHECK_EQ(h->n_refused, 0);
    hear_end(h);
}

PB_TEST(frames_with_several_messages_or_none_are_taken_apart)
{
    heard *h = hear();
    say(h,
        "{\"type\":6}\x1e{\"type\":1,\"target\":\"feed\",\"arguments\":[\"TrackStatus\",{\"Status\":\"2\"},\"" T0
        "\"]}\x1e{\"type\":1,\"target\":\"feed\",\"arguments\":[\"TrackStatus\",{\"Status\":\"1\"},\"" T0 "\"]}\x1e");
    PB_CHECK_EQ(h->of_kind[PB_EV_TRACK], 2);
    say(h, "{\"C\":\"x\",\"M\":[]}");
    say(h, "{}");
    PB_CHECK_EQ(h->n_refused, 0);
    say(h, "{\"C\":\"x\",\"M\":[{\"H\":\"Streaming\",\"M\":\"feed\",\"A\":[\"TrackStatus\",{\"Status\":\"5\"},\"" T0
           "\"]},{\"H\":\"Other\"},{\"H\":\"Streaming\",\"M\":\"feed\",\"A\":[\"TrackStatus\",{\"Status\":\"1\"},\"" T0
           "\"]}]}");
    PB_CHECK_EQ(h->of_kind[PB_EV_TRACK], 4);
    PB_CHECK_EQ(refused(h, "a hub call that is no message of the feed"), 1);
    say(h, "{\"type\":7}");
    PB_CHECK_EQ(refused(h, "a frame that carries no message"), 1);
    hear_end(h);
}

PB_TEST(what_is_no_message_is_refused_with_its_reason)
{
    static const struct {
        const char *text, *why;
    } bad[] = {{"", "an empty message"},
               {"  \r\n", "an empty message"},
               {"hello", "no form of live timing"},
               {"\"whatever\"", "no form of live timing"},
               {"Heartbeat 1:2:3{}", "a stream line whose time cannot be read"},
               {"{\"a\":1}", "an object that is no message of live timing"},
               {"{\"A\":1,\"M\":2}", "an object that is no message of live timing"},
               {HUB("Nonsense", "{\"a\":1}", T0), "unknown topic"},
               {HUB("Heartbeat", "{}", T0), "payload is empty"},
               {HUB("Heartbeat", "{\"_kf\":true}", T0), "payload is empty"},
               {HUB("Heartbeat", "7", T0), "payload is no object"},
               {HUB("Heartbeat", "\"7\"", T0), "payload is no object"},
               {HUB("Heartbeat", "{\"Utc\":\"x\"}", "yesterday"), "a message whose time cannot be read"},
               {HUB("Heartbeat", "{\"Utc\":\"x\"}", ""), "a message whose time cannot be read"},
               {"{\"H\":\"Streaming\",\"M\":\"feed\",\"A\":[\"Heartbeat\",{\"Utc\":\"x\"}]}",
                "a message without topic, payload and time"},
               {"['CarData.z', ]", "a message without topic, payload and time"},
               {"[1, {}, '" T0 "']", "a message without topic, payload and time"},
               {HUB("CarData.z", "\"7Za9\"", T0), "deflate is broken"},
               {HUB("CarData.z", "\"7Za\"", T0), "base64 is broken"},
               {HUB("CarData.z", "\"AwA=\"", T0), "JSON is cut short"}}; /* nothing, packed */
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        heard *h = hear();
        say(h, bad[i].text);
        if (h->n_refused != 1 || strcmp(h->why[0].why, bad[i].why) != 0)
            print_error("%s: %s\n", bad[i].text, h->n_why ? h->why[0].why : "accepted");
        PB_CHECK_EQ(h->n_refused, 1);
        PB_CHECK_TEXT(h->why[0].why, bad[i].why);
        PB_CHECK_EQ(h->n_events, 0);
        hear_end(h);
    }
}

PB_TEST(a_message_cut_at_any_byte_does_no_harm)
{
    static const char whole[] = HUB("TimingData", "{\"Lines\":{\"44\":{\"Position\":\"3\"}}}", T0);
    heard            *h       = hear();
    for (size_t n = 0; n < sizeof whole - 1; n++)
        pb_live_timing_feed(h->timing, (pb_span){whole, n}, PB_US_NONE, &h->sink);
    PB_CHECK_EQ(h->n_events, 0);
    PB_CHECK_EQ(h->n_refused, sizeof whole - 1);
    say(h, whole);
    PB_CHECK_EQ(h->n_events, 1);
    hear_end(h);
}

PB_TEST(lines_without_a_time_wait_for_the_next_that_has_one)
{
    heard *h = hear();
    say(h, "['TrackStatus', '{\"Status\": \"2\", \"Message\": \"Yellow\"}', '']");
    say(h, "['LapCount', '{\"CurrentLap\": 3, \"TotalLaps\": 57}', '']");
    PB_CHECK_EQ(h->n_events, 0);
    say(h, "['TrackStatus', {'Status': '1'}, '" T0 "']");
    PB_CHECK_EQ(h->n_events, 4);
    PB_CHECK(h->events[0].kind == PB_EV_DISTANCE && h->events[0].value == 57);
    PB_CHECK(h->events[1].kind == PB_EV_LEADER_LAP && h->events[1].value == 3);
    PB_CHECK(h->events[2].kind == PB_EV_TRACK && h->events[2].value == 2);
    PB_CHECK(h->events[3].kind == PB_EV_TRACK && h->events[3].value == 1);
    for (int i = 0; i < 4; i++) PB_CHECK_EQ(h->events[i].at_us, T0_US);
    hear_end(h);
}

/* ---- meaning ---- */

#define TIMING(car, entry, utc) HUB("TimingData", "{\"Lines\":{\"" car "\":" entry "}}", utc)

PB_TEST(a_whole_description_tells_states_and_changes_tell_moments)
{
    heard *h = hear();
    say(h, TIMING("44", "{\"RacingNumber\":\"44\",\"InPit\":true,\"LastLapTime\":{\"Value\":\"\"},\"Retired\":false}",
                  T0));
    PB_CHECK_EQ(h->n_events, 1);
    PB_CHECK(h->events[0].kind == PB_EV_IN_PIT && h->events[0].value == 1 && h->events[0].car == 44);
    say(h, TIMING("44", "{\"InPit\":false}", "2024-05-18T14:00:10Z"));
    PB_CHECK(h->events[1].kind == PB_EV_PIT_OUT && h->events[1].session_ms == 10000);
    say(h, TIMING("44", "{\"InPit\":false}", "2024-05-18T14:00:11Z"));
    PB_CHECK(h->events[2].kind == PB_EV_IN_PIT && h->events[2].value == 0);
    say(h, TIMING("44", "{\"InPit\":true}", "2024-05-18T14:00:12Z"));
    PB_CHECK(h->events[3].kind == PB_EV_PIT_IN);
    say(h, TIMING("16", "{\"InPit\":true}", "2024-05-18T14:00:13Z")); /* changes only: the first word is one */
    PB_CHECK(h->events[4].kind == PB_EV_PIT_IN && h->events[4].car == 16);
    hear_end(h);
}

PB_TEST(empty_texts_clear_and_equal_ones_sent_again_are_told_again)
{
    heard *h = hear();
    say(h, TIMING("44", "{\"LastLapTime\":{\"Value\":\"1:31.234\"},\"Sectors\":{\"0\":{\"Value\":\"30.1\"}}}", T0));
    say(h, TIMING("44", "{\"LastLapTime\":{\"Value\":\"1:31.234\"}}", T0));
    say(h, TIMING("44", "{\"LastLapTime\":{\"Value\":\"\"},\"Sectors\":{\"0\":{\"Value\":\"\"}}}", T0));
    PB_CHECK_EQ(h->of_kind[PB_EV_LAST_LAP], 3);
    PB_CHECK_EQ(event_of(h, PB_EV_LAST_LAP, 0)->value, 91234);
    PB_CHECK_EQ(event_of(h, PB_EV_LAST_LAP, 1)->value, 91234);
    PB_CHECK_EQ(event_of(h, PB_EV_LAST_LAP, 2)->value, 0);
    PB_CHECK_EQ(event_of(h, PB_EV_SECTOR, 0)->value, 30100);
    PB_CHECK_EQ(event_of(h, PB_EV_SECTOR, 1)->value, 0);
    say(h, TIMING("44", "{\"GapToLeader\":\"\",\"IntervalToPositionAhead\":{\"Value\":\"\"}}", T0));
    PB_CHECK_EQ(event_of(h, PB_EV_GAP, 0)->value, PB_MS_NONE);
    PB_CHECK_EQ(event_of(h, PB_EV_INTERVAL, 0)->value, PB_MS_NONE);
    hear_end(h);
}

PB_TEST(one_entry_tells_the_lane_then_the_lap_then_what_belongs_to_it)
{
    static const pb_event_kind order[] = {PB_EV_POSITION, PB_EV_PIT_IN,  PB_EV_LAPS,   PB_EV_LAST_LAP, PB_EV_BEST_LAP,
                                          PB_EV_SECTOR,   PB_EV_SPEED,   PB_EV_SPEED,  PB_EV_GAP,      PB_EV_INTERVAL,
                                          PB_EV_STOPS,    PB_EV_RETIRED, PB_EV_STOPPED};
    heard                     *h       = hear();
    say(h,
        TIMING(
            "44",
            "{\"Stopped\":true,\"Retired\":true,\"NumberOfPitStops\":2,\"IntervalToPositionAhead\":{\"Value\":\"1L\"},"
            "\"GapToLeader\":\"+1:09.473\",\"Speeds\":{\"FL\":{\"Value\":\"281\"},\"I1\":{\"Value\":\"220\"}},"
            "\"Sectors\":{\"2\":{\"Value\":\"28.107\"}},\"BestLapTime\":{\"Value\":\"1:20.366\",\"Lap\":38},"
            "\"LastLapTime\":{\"Value\":\"1:21.004\"},\"NumberOfLaps\":39,\"InPit\":true,\"Position\":\"7\"}",
            T0));
    PB_CHECK_EQ(h->n_events, sizeof order / sizeof *order);
    for (uint32_t i = 0; i < h->n_events; i++) PB_CHECK_EQ(h->events[i].kind, order[i]);
    PB_CHECK_EQ(event_of(h, PB_EV_POSITION, 0)->value, 7);
    PB_CHECK_EQ(event_of(h, PB_EV_LAPS, 0)->value, 39);
    PB_CHECK(event_of(h, PB_EV_BEST_LAP, 0)->value == 80366 && event_of(h, PB_EV_BEST_LAP, 0)->lap == 38);
    PB_CHECK(event_of(h, PB_EV_SECTOR, 0)->index == 2 && event_of(h, PB_EV_SECTOR, 0)->value == 28107);
    PB_CHECK(event_of(h, PB_EV_SPEED, 0)->index == 0 && event_of(h, PB_EV_SPEED, 0)->value == 220);
    PB_CHECK(event_of(h, PB_EV_SPEED, 1)->index == 2 && event_of(h, PB_EV_SPEED, 1)->value == 281);
    PB_CHECK(event_of(h, PB_EV_GAP, 0)->value == 69473 && !event_of(h, PB_EV_GAP, 0)->flag);
    PB_CHECK(event_of(h, PB_EV_INTERVAL, 0)->value == 1 && event_of(h, PB_EV_INTERVAL, 0)->flag);
    PB_CHECK(event_of(h, PB_EV_RETIRED, 0)->flag && event_of(h, PB_EV_STOPPED, 0)->flag);
    say(h, TIMING("44", "{\"Retired\":false}", T0));
    PB_CHECK(!event_of(h, PB_EV_RETIRED, 1)->flag);
    hear_end(h);
}

PB_TEST(values_that_cannot_be_are_refused_and_the_rest_counts)
{
    heard *h = hear();
    say(h,
        TIMING(
            "44",
            "{\"Position\":\"first\",\"NumberOfLaps\":-1,\"LastLapTime\":{\"Value\":\"fast\"},\"GapToLeader\":\"far\","
            "\"NumberOfPitStops\":1}",
            T0));
    PB_CHECK_EQ(h->n_events, 1);
    PB_CHECK_EQ(h->events[0].kind, PB_EV_STOPS);
    PB_CHECK_EQ(refused(h, "a value that is no whole number in its range"), 2);
    PB_CHECK_EQ(refused(h, "a value that is no time"), 1);
    PB_CHECK_EQ(refused(h, "a gap that cannot be read"), 1);
    say(h, HUB("TimingData",
               "{\"Lines\":{\"_x\":{\"Position\":\"1\"},\"0\":{\"Position\":\"1\"},\"99999\":{\"Position\":\"1\"},"
               "\"7\":null,\"8\":[1],\"9\":\"x\"}}",
               T0));
    say(h, HUB("TimingData", "{\"Lines\":[null,{\"Position\":\"1\"}]}", T0));
    say(h, HUB("TimingData", "{\"Lines\":3,\"Withheld\":true}", T0));
    PB_CHECK_EQ(h->n_events, 1);
    hear_end(h);
}

PB_TEST(a_snapshot_tells_only_what_differs_when_it_comes_again)
{
    static const char snapshot[] =
        "{\n \"Heartbeat\":{\"Utc\":\"2024-05-18T14:00:00Z\",\"_kf\":true},"
        "\"TimingData\":{\"Lines\":{\"44\":{\"RacingNumber\":\"44\",\"NumberOfLaps\":%d,\"Position\":\"3\",\"InPit\":"
        "false}},\"_kf\":true},"
        "\"DriverList\":{\"44\":{\"RacingNumber\":\"44\",\"Tla\":\"HAM\",\"FullName\":\"Lewis "
        "HAMILTON\",\"TeamName\":\"Mercedes\"},\"_kf\":true},"
        "\"SessionInfo\":{\"Meeting\":{\"Name\":\"Emilia Romagna Grand "
        "Prix\",\"Circuit\":{\"ShortName\":\"Imola\"}},\"Key\":9515,"
        "\"Type\":\"Race\",\"Name\":\"Race\",\"StartDate\":\"2024-05-19T15:00:00\",\"Path\":\"p/%d/\",\"_kf\":true}}";
    char   text[2048];
    heard *h = hear();
    snprintf(text, sizeof text, snapshot, 12, 1);
    say(h, text);
    PB_CHECK_EQ(h->n_events, 5);
    const pb_event *s = &h->events[0], *c = &h->events[1];
    PB_CHECK(s->kind == PB_EV_SESSION && s->value == PB_SESSION_RACE && s->aux == 2024);
    PB_CHECK_TEXT(s->text, "2024_emilia_romagna_race");
    PB_CHECK_TEXT(s->name, "Emilia Romagna Grand Prix");
    PB_CHECK_TEXT(s->team_text, "Imola");
    PB_CHECK(c->kind == PB_EV_CAR && c->car == 44 && c->value == 44);
    PB_CHECK_TEXT(c->text, "HAM");
    PB_CHECK_TEXT(c->team_text, "Mercedes");
    say(h, text); /* after a reconnection, nothing new */
    PB_CHECK_EQ(h->n_events, 5);
    snprintf(text, sizeof text, snapshot, 13, 1);
    say(h, text);
    PB_CHECK_EQ(h->n_events, 6);
    PB_CHECK(h->events[5].kind == PB_EV_LAPS && h->events[5].value == 13);
    snprintf(text, sizeof text, snapshot, 13, 2); /* another session: nothing known */
    say(h, text);
    PB_CHECK_EQ(h->of_kind[PB_EV_SESSION], 2);
    hear_end(h);
}

PB_TEST(another_session_forgets_the_one_before)
{
    heard *h = hear();
    say(h, HUB("SessionInfo",
               "{\"Key\":1,\"Path\":\"a/\",\"Type\":\"Practice\",\"Name\":\"Practice 1\",\"StartDate\":\"2024-05-17\"}",
               T0));
    say(h, TIMING("44", "{\"NumberOfLaps\":5}", "2024-05-18T14:00:10Z"));
    say(h, HUB("SessionInfo", "{\"Key\":2,\"Path\":\"b/\",\"Name\":\"Practice 2\"}", "2024-05-18T16:00:00Z"));
    PB_CHECK_EQ(pb__lt_laps(h->timing, 44), -1);
    PB_CHECK_EQ(h->of_kind[PB_EV_SESSION], 2);
    PB_CHECK_EQ(event_of(h, PB_EV_SESSION, 1)->session_ms, 0);
    PB_CHECK_EQ(event_of(h, PB_EV_SESSION, 1)->value, PB_SESSION_PRACTICE);
    say(h, HUB("SessionInfo", "{\"ArchiveStatus\":{\"Status\":\"Complete\"}}", "2024-05-18T16:01:00Z"));
    PB_CHECK_EQ(h->of_kind[PB_EV_SESSION], 2);
    hear_end(h);
}

PB_TEST(the_session_clock_counts_from_the_first_time_or_the_history_of_a_snapshot)
{
    heard *h = hear();
    say(h, "{\"Heartbeat\":{\"Utc\":\"2024-05-18T14:10:00Z\"},\"SessionData\":{\"StatusSeries\":[{\"Utc\":\"" T0
           "\",\"SessionStatus\":\"Started\"},{\"Utc\":\"2024-05-18T14:05:00Z\",\"TrackStatus\":\"SCDeployed\"}]},"
           "\"TrackStatus\":{\"Status\":\"1\"}}");
    PB_CHECK_EQ(h->n_events, 3);
    PB_CHECK(h->events[0].kind == PB_EV_SESSION_STATUS && h->events[0].value == PB_STATUS_STARTED);
    PB_CHECK(h->events[0].session_ms == 0 && h->events[0].at_us == T0_US);
    PB_CHECK(h->events[1].kind == PB_EV_TRACK && h->events[1].value == 4 && h->events[1].session_ms == 300000);
    PB_CHECK(h->events[2].kind == PB_EV_TRACK && h->events[2].value == 1 && h->events[2].session_ms == 600000);
    say(h, HUB("SessionData", "{\"StatusSeries\":{\"2\":{\"Utc\":\"2024-05-18T14:11:00Z\",\"TrackStatus\":\"Red\"}}}",
               "2024-05-18T14:11:00Z"));
    PB_CHECK_EQ(h->n_events, 3); /* TrackStatus tells that */
    say(h, HUB("SessionData",
               "{\"StatusSeries\":{\"3\":{\"Utc\":\"2024-05-18T14:11:01Z\",\"SessionStatus\":\"Aborted\"}}}",
               "2024-05-18T14:11:01Z"));
    PB_CHECK(h->n_events == 4 && h->events[3].value == PB_STATUS_ABORTED);
    hear_end(h);
}

PB_TEST(stints_are_patches_and_the_grid_comes_with_them)
{
    heard *h = hear();
    say(h,
        HUB("TimingAppData",
            "{\"Lines\":{\"44\":{\"RacingNumber\":\"44\",\"GridPos\":\"8\",\"Stints\":[{\"LapFlags\":0,"
            "\"Compound\":\"UNKNOWN\",\"New\":\"false\",\"TyresNotChanged\":\"0\",\"TotalLaps\":3,\"StartLaps\":3}]}}}",
            T0));
    const pb_event *s = event_of(h, PB_EV_STINT, 0);
    PB_CHECK_EQ(event_of(h, PB_EV_CAR, 0)->aux, 8);
    PB_CHECK(s->index == 0 && s->value == PB_COMPOUND_UNKNOWN && s->aux == 3 && s->start_age == 3 && s->fresh == 0 &&
             !s->flag);
    say(h, HUB("TimingAppData", "{\"Lines\":{\"44\":{\"Stints\":{\"0\":{\"TotalLaps\":4}}}}}", T0));
    s = event_of(h, PB_EV_STINT, 1);
    PB_CHECK(s->value == -1 && s->aux == 4 && s->start_age == -1 && s->fresh == -1);
    say(h, HUB("TimingAppData",
               "{\"Lines\":{\"44\":{\"Stints\":{\"0\":{\"Compound\":\"HARD\"},\"1\":{\"Compound\":\"SOFT\",\"New\":"
               "\"true\","
               "\"TyresNotChanged\":\"1\",\"StartLaps\":0}}}}}",
               T0));
    s = event_of(h, PB_EV_STINT, 2);
    PB_CHECK(s->index == 0 && s->value == PB_COMPOUND_HARD && s->aux == -1);
    s = event_of(h, PB_EV_STINT, 3);
    PB_CHECK(s->index == 1 && s->value == PB_COMPOUND_SOFT && s->fresh == 1 && s->flag && s->start_age == 0);
    say(h, HUB("TimingAppData", "{\"Lines\":{\"44\":{\"Stints\":{\"1\":{\"LapTime\":\"1:20.1\"}},\"Line\":3}}}", T0));
    PB_CHECK_EQ(h->of_kind[PB_EV_STINT], 4);
    say(h, HUB("TyreStintSeries", "{\"Stints\":{\"44\":{\"1\":{\"TotalLaps\":7}}}}", T0));
    s = event_of(h, PB_EV_STINT, 4);
    PB_CHECK(s->car == 44 && s->index == 1 && s->aux == 7);
    say(h, HUB("CurrentTyres", "{\"Tyres\":{\"44\":{\"Compound\":\"MEDIUM\",\"New\":true}}}", T0));
    s = event_of(h, PB_EV_TYRE, 0);
    PB_CHECK(s->car == 44 && s->value == PB_COMPOUND_MEDIUM && s->fresh == 1 && s->aux == -1);
    hear_end(h);
}

PB_TEST(visits_to_the_lane_are_timed_by_three_topics)
{
    heard *h = hear();
    say(h, HUB("PitLaneTimeCollection",
               "{\"PitTimes\":{\"27\":{\"RacingNumber\":\"27\",\"Duration\":\"23.4\",\"Lap\":\"12\"}}}", T0));
    const pb_event *p = event_of(h, PB_EV_PIT_TIME, 0);
    PB_CHECK(p->car == 27 && p->value == 23400 && p->aux == PB_MS_NONE && p->lap == 12);
    say(h, HUB("PitLaneTimeCollection", "{\"PitTimes\":{\"_deleted\":[\"27\"]}}", T0));
    say(h, HUB("PitStopSeries",
               "{\"PitTimes\":{\"4\":[{\"Timestamp\":\"" T0
               "\",\"PitStop\":{\"RacingNumber\":\"4\",\"PitStopTime\":\"2.3\","
               "\"PitLaneTime\":\"22.1\",\"Lap\":\"20\"}}]}}",
               T0));
    say(h, HUB("PitStopSeries",
               "{\"PitTimes\":{\"4\":{\"1\":{\"PitStop\":{\"PitStopTime\":\"2.9\",\"PitLaneTime\":\"1:02.5\",\"Lap\":"
               "\"40\"}}}}}",
               T0));
    p = event_of(h, PB_EV_PIT_TIME, 1);
    PB_CHECK(p->car == 4 && p->value == 22100 && p->aux == 2300 && p->lap == 20);
    p = event_of(h, PB_EV_PIT_TIME, 2);
    PB_CHECK(p->car == 4 && p->value == 62500 && p->aux == 2900 && p->lap == 40);
    say(h,
        HUB("PitStop", "{\"RacingNumber\":\"1\",\"PitStopTime\":\"2.1\",\"PitLaneTime\":\"21.9\",\"Lap\":\"33\"}", T0));
    say(h, HUB("PitStop", "{\"RacingNumber\":\"11\",\"PitStopTime\":\"2.2\",\"PitLaneTime\":\"22.0\"}", T0));
    p = event_of(h, PB_EV_PIT_TIME, 4);
    PB_CHECK(p->car == 11 && p->lap == 33 && p->aux == 2200);
    PB_CHECK_EQ(h->n_refused, 0);
    hear_end(h);
}

PB_TEST(weather_clock_laps_and_places_are_told)
{
    heard *h = hear();
    say(h, HUB("WeatherData",
               "{\"AirTemp\":\"24.3\",\"Humidity\":\"43.0\",\"Pressure\":\"1008.2\",\"Rainfall\":\"1\",\"TrackTemp\":"
               "\"900\","
               "\"WindDirection\":\"106\"}",
               T0));
    const pb_event *e = event_of(h, PB_EV_WEATHER, 0);
    PB_CHECK_NEAR(e->real[0], 24.3, 1e-5);
    PB_CHECK(isnan(e->real[1]) && isnan(e->real[4]));
    PB_CHECK_NEAR(e->real[6], 1, 0);
    PB_CHECK_EQ(refused(h, "a reading of the weather out of range"), 1);
    say(h, HUB("ExtrapolatedClock",
               "{\"Utc\":\"2024-05-18T13:59:59.998Z\",\"Remaining\":\"00:17:59\",\"Extrapolating\":true}", T0));
    e = event_of(h, PB_EV_CLOCK, 0);
    PB_CHECK(e->value == 1079000 && e->flag && e->at_us == T0_US - 2000 && e->session_ms == -2);
    say(h, HUB("LapCount", "{\"TotalLaps\":56}", T0));
    PB_CHECK_EQ(event_of(h, PB_EV_DISTANCE, 0)->value, 56);
    PB_CHECK_EQ(h->of_kind[PB_EV_LEADER_LAP], 0);
    say(h, HUB("LapSeries", "{\"44\":{\"RacingNumber\":\"44\",\"LapPosition\":[\"5\",\"4\"]}}", T0));
    say(h, HUB("LapSeries", "{\"44\":{\"LapPosition\":{\"2\":\"3\"}}}", T0));
    PB_CHECK(event_of(h, PB_EV_POSITION, 0)->value == 4 && event_of(h, PB_EV_POSITION, 0)->lap == 1);
    PB_CHECK(event_of(h, PB_EV_POSITION, 1)->value == 3 && event_of(h, PB_EV_POSITION, 1)->lap == 2);
    say(h, HUB("DriverRaceInfo",
               "{\"44\":{\"Position\":\"3\",\"Gap\":\"+7.5\",\"Interval\":\"+1.25\",\"IsOut\":false}}", T0));
    PB_CHECK_EQ(event_of(h, PB_EV_GAP, 0)->value, 7500);
    PB_CHECK_EQ(event_of(h, PB_EV_INTERVAL, 0)->value, 1250);
    PB_CHECK_EQ(h->of_kind[PB_EV_RETIRED], 0);
    hear_end(h);
}

PB_TEST(race_control_is_told_once_and_dated_by_its_message)
{
    heard *h = hear();
    say(h, HUB("RaceControlMessages",
               "{\"Messages\":[{\"Utc\":\"2024-05-18T13:00:00\",\"Lap\":1,\"Category\":\"Flag\",\"Flag\":\"YELLOW\","
               "\"Scope\":\"Sector\",\"Sector\":14,\"Message\":\"YELLOW IN TRACK SECTOR 14\"}]}",
               T0));
    const pb_event *c = event_of(h, PB_EV_CONTROL, 0);
    PB_CHECK(c->value == 14 && c->lap == 1 && c->at_us == T0_US - 3600000000ll &&
             c->session_ms == -3600000); /* history */
    PB_CHECK_TEXT(c->flag_text, "YELLOW");
    PB_CHECK_TEXT(c->scope_text, "Sector");
    PB_CHECK_TEXT(c->name, "Flag");
    say(h, HUB("RaceControlMessages",
               "{\"Messages\":{\"1\":{\"Utc\":\"2024-05-18T13:59:59\",\"Category\":\"SafetyCar\","
               "\"Message\":\"VIRTUAL SAFETY CAR DEPLOYED\"}}}",
               T0));
    PB_CHECK_EQ(h->of_kind[PB_EV_CONTROL], 2);
    PB_CHECK(event_of(h, PB_EV_SC_PHASE, 0)->aux == PB_NEUTRAL_VSC && event_of(h, PB_EV_SC_PHASE, 0)->at_us == T0_US);
    hear_end(h);
}

PB_TEST(points_join_car_data_with_the_newest_earlier_position)
{
    heard *h = hear();
    say(h, HUB("Position",
               "{\"Position\":[{\"Timestamp\":\"2024-05-18T14:00:00.1Z\",\"Entries\":{\"44\":{\"Status\":\"OnTrack\","
               "\"X\":-1145,"
               "\"Y\":-4818,\"Z\":1060}}},{\"Timestamp\":\"2024-05-18T14:00:00.9Z\",\"Entries\":{\"44\":{\"X\":1,\"Y\":"
               "2,\"Z\":3}}}]}",
               T0));
    say(h, TIMING("44", "{\"NumberOfLaps\":11}", T0));
    say(h, HUB("CarData",
               "{\"Entries\":[{\"Utc\":\"2024-05-18T14:00:00.5Z\",\"Cars\":{\"44\":{\"Channels\":{\"0\":11000,\"2\":"
               "301,\"3\":8,"
               "\"4\":104,\"5\":0,\"45\":12}},\"1\":{\"Channels\":{\"2\":0}}}},"
               "{\"Utc\":\"2024-05-18T14:00:09Z\",\"Cars\":{\"44\":{\"Channels\":{\"2\":\"80\",\"45\":8}}}}]}",
               T0));
    PB_CHECK_EQ(h->n_points, 3);
    const pb_point *p = &h->points[0];
    PB_CHECK(p->car == 44 && p->lap == 12 && p->time_us == T0_US + 500000 && p->origin == PB_ORIGIN_LIVE_TIMING);
    PB_CHECK_NEAR(p->ch[PB_CH_SPEED], 301, 0);
    PB_CHECK_NEAR(p->ch[PB_CH_DRS], 1, 0);
    PB_CHECK_NEAR(p->ch[PB_CH_POS_X], -114.5, 1e-4);
    PB_CHECK(!pb_point_has(p, PB_CH_APS) && pb_point_has(p, PB_CH_BRAKE) && isnan(p->lat_deg));
    PB_CHECK(h->points[1].car == 1 && !pb_point_has(&h->points[1], PB_CH_POS_X));
    p = &h->points[2];
    PB_CHECK(pb_point_has(p, PB_CH_DRS) && p->ch[PB_CH_DRS] < 0.5f && !pb_point_has(p, PB_CH_POS_X)); /* 8 s old */
    PB_CHECK_EQ(h->n_refused, 0);
    hear_end(h);
}

PB_TEST(a_reset_decoder_knows_nothing)
{
    heard *h = hear();
    say(h, TIMING("44", "{\"RacingNumber\":\"44\",\"NumberOfLaps\":11}", T0));
    pb_live_timing_reset(h->timing);
    PB_CHECK_EQ(pb__lt_laps(h->timing, 44), -1);
    say(h, TIMING("44", "{\"RacingNumber\":\"44\",\"NumberOfLaps\":11}", "2024-05-18T14:00:10Z"));
    PB_CHECK_EQ(h->of_kind[PB_EV_LAPS], 2);
    PB_CHECK_EQ(h->events[1].session_ms, 0);
    hear_end(h);
}

/* ---- printing ---- */

static void check_print(const char *message, const char *want)
{
    char          *text = NULL;
    size_t         len  = 0;
    FILE          *to   = open_memstream(&text, &len);
    pb_json_writer w;
    pb_json_begin(&w, to, 0);
    PB_CHECK_EQ(pb_live_timing_print(pb_span_of(message), &w, NULL), PB_OK);
    fclose(to);
    PB_CHECK_TEXT(text, want);
    free(text);
}

PB_TEST(messages_print_with_topic_time_and_unpacked_payload)
{
    check_print(HUB("TrackStatus", "{\"Status\":\"4\",\"n\":[1,2.5,null,true]}", T0),
                "{\"form\":\"hub\",\"topic\":\"TrackStatus\",\"time\":\"" T0
                "\",\"payload\":{\"Status\":\"4\",\"n\":[1,2.5,null,true]}}");
    check_print(
        "LapCount 00:00:05.395{\"CurrentLap\": 1}",
        "{\"form\":\"stream\",\"topic\":\"LapCount\",\"time\":\"00:00:05.395\",\"payload\":{\"CurrentLap\":1}}");
    check_print("['X.z', 'q64FAA==', '" T0 "']",
                "{\"form\":\"save\",\"topic\":\"X.z\",\"time\":\"" T0 "\",\"payload\":{}}");
    check_print("['X.z', 'AAAA', '" T0 "']", "{\"form\":\"save\",\"topic\":\"X.z\",\"time\":\"" T0
                                             "\",\"payload\":\"AAAA\",\"refused\":\"deflate is broken\"}");
    check_print("{\"LapCount\":{\"CurrentLap\":1},\"Heartbeat\":{\"Utc\":\"" T0 "\"}}",
                "{\"form\":\"snapshot\",\"messages\":[{\"topic\":\"LapCount\",\"payload\":{\"CurrentLap\":1}},"
                "{\"topic\":\"Heartbeat\",\"payload\":{\"Utc\":\"" T0 "\"}}]}");
    pb_error       error = {0};
    pb_json_writer w;
    pb_json_begin(&w, stderr, 0);
    PB_CHECK_EQ(pb_live_timing_print(pb_span_of("nothing"), &w, &error), PB_E_SYNTAX);
    PB_CHECK_HAS(error.text, "no form of live timing");
}

/* ---- whole recordings ---- */

PB_TEST(the_whole_qualifying_of_imola_is_applied)
{
    pb_need_shared(LT_DIR "2024_imola_qualifying_live.txt");
    heard *h = hear();
    PB_CHECK_EQ(say_lines(h, LT_DIR "2024_imola_qualifying_live.txt", NULL), 9991);
    PB_CHECK_EQ(h->timing->applied, 9991);
    PB_CHECK_EQ(h->timing->refused, 0);
    PB_CHECK_EQ(h->n_refused, 0);
    /* as often as the recording has the keys, counted by another program */
    PB_CHECK_EQ(h->of_kind[PB_EV_POSITION], 1073);
    PB_CHECK_EQ(h->of_kind[PB_EV_LAPS], 286);
    PB_CHECK_EQ(h->of_kind[PB_EV_LAST_LAP], 291);
    PB_CHECK_EQ(h->of_kind[PB_EV_SECTOR], 1388);
    PB_CHECK_EQ(h->of_kind[PB_EV_PIT_IN] + h->of_kind[PB_EV_PIT_OUT], 200);
    PB_CHECK_EQ(h->of_kind[PB_EV_STOPS], 100);
    PB_CHECK_EQ(h->of_kind[PB_EV_WEATHER], 64);
    PB_CHECK_EQ(h->of_kind[PB_EV_CONTROL], 27);
    PB_CHECK_EQ(h->of_kind[PB_EV_CHEQUERED], 3);
    PB_CHECK_EQ(h->of_kind[PB_EV_LAP_DELETED], 6);
    PB_CHECK_EQ(h->of_kind[PB_EV_TRACK], 4);
    PB_CHECK_EQ(h->of_kind[PB_EV_SESSION_STATUS], 9);
    hear_end(h);
}

/* Places and best laps at the end, car by car. */
PB_TEST(imola_ends_in_the_order_that_was_published)
{
    static const struct {
        int  car;
        char best[12];
    } order[] = {{1, "1:14.746"},  {81, "1:14.820"}, {4, "1:14.837"},  {16, "1:14.970"}, {55, "1:15.233"},
                 {63, "1:15.234"}, {22, "1:15.465"}, {44, "1:15.504"}, {3, "1:15.674"},  {27, "1:15.980"},
                 {11, "1:15.706"}, {31, "1:15.906"}, {18, "1:15.992"}, {23, "1:16.200"}, {10, "1:16.381"},
                 {77, "1:16.626"}, {24, "1:16.834"}, {20, "1:16.854"}, {14, "1:16.917"}, {2, ""}};
    pb_need_shared(LT_DIR "2024_imola_qualifying_live.txt");
    heard *h = hear();
    say_file(h, LT_DIR "2024_imola_qualifying_subscribe.txt");
    PB_CHECK_EQ(h->timing->applied, 12);
    PB_CHECK_TEXT(event_of(h, PB_EV_SESSION, 0)->text, "2024_emilia_romagna_qualifying");
    PB_CHECK_EQ(event_of(h, PB_EV_SESSION, 0)->value, PB_SESSION_QUALIFYING);
    PB_CHECK_EQ(h->of_kind[PB_EV_CAR], 20);
    PB_CHECK_EQ(h->of_kind[PB_EV_IN_PIT], 20);
    say_lines(h, LT_DIR "2024_imola_qualifying_live.txt", NULL);
    const pb__lt_node *lines = pb__lt_get(h->timing->root[PB__LT_T_TimingData], PB__LT_W_Lines);
    for (int i = 0; i < 20; i++) {
        char    car[8];
        int64_t place = 0;
        snprintf(car, sizeof car, "%d", order[i].car);
        const pb__lt_node *line = pb__lt_find(lines, pb_span_of(car), NULL);
        PB_CHECK(pb__lt_whole(pb__lt_get(line, PB__LT_W_Position), 1, 20, &place) && place == i + 1);
        pb_span best = pb__lt_text(pb__lt_get(pb__lt_get(line, PB__LT_W_BestLapTime), PB__LT_W_Value));
        PB_CHECK(pb_span_equal_text(best, order[i].best));
    }
    PB_CHECK_EQ(h->n_refused, 0);
    hear_end(h);
}

PB_TEST(typed_lines_of_silverstone_are_applied)
{
    pb_need_shared(LT_DIR "2024_silverstone_practice_1_live_first2000.txt");
    heard *h = hear();
    PB_CHECK_EQ(say_lines(h, LT_DIR "2024_silverstone_practice_1_live_first2000.txt", NULL), 2000);
    PB_CHECK_EQ(h->timing->applied, 2000);
    PB_CHECK_EQ(h->n_refused, 0);
    hear_end(h);
}

PB_TEST(the_streams_of_a_practice_are_applied)
{
    static const struct {
        const char *file, *topic;
        uint32_t    lines;
    } streams[] = {
        {"session_info.raw", "SessionInfo", 1},        {"session_status.raw", "SessionStatus", 5},
        {"driver_list.raw", "DriverList", 64},         {"race_control_messages.raw", "RaceControlMessages", 21},
        {"track_status.raw", "TrackStatus", 7},        {"weather_data.raw", "WeatherData", 100},
        {"timing_app_data.raw", "TimingAppData", 660}, {"timing_data.raw", "TimingData", 17121}};
    pb_need_shared(FASTF1_DIR "2020_05_FP2/timing_data.raw");
    heard   *h = hear();
    uint32_t n = 0;
    for (size_t i = 0; i < sizeof streams / sizeof *streams; i++) {
        char path[512];
        snprintf(path, sizeof path, "%s2020_05_FP2/%s", FASTF1_DIR, streams[i].file);
        uint32_t got = say_lines(h, path, streams[i].topic);
        PB_CHECK_EQ(got, streams[i].lines);
        n += got;
    }
    PB_CHECK_EQ(h->timing->applied, n);
    PB_CHECK_EQ(h->n_refused, 0);
    PB_CHECK_EQ(h->of_kind[PB_EV_SC_PHASE], 2); /* a VSC: deployed, ending */
    PB_CHECK_EQ(h->of_kind[PB_EV_TRACK], 7);
    PB_CHECK_EQ(h->of_kind[PB_EV_LAP_DELETED], 3);
    PB_CHECK_EQ(h->of_kind[PB_EV_SESSION], 1);
    hear_end(h);
}

PB_TEST(every_broken_line_of_the_error_file_is_counted_with_its_reason)
{
    pb_need_shared(FASTF1_DIR "livedata/with_errors.txt");
    heard *h = hear();
    PB_CHECK_EQ(say_lines(h, FASTF1_DIR "livedata/with_errors.txt", NULL), 51);
    PB_CHECK_EQ(h->timing->applied, 11);
    PB_CHECK_EQ(h->timing->refused, 40);
    PB_CHECK_EQ(refused(h, "a message without topic, payload and time"), 21);
    PB_CHECK_EQ(refused(h, "payload is empty"), 8);
    PB_CHECK_EQ(refused(h, "a message whose time cannot be read"), 4);
    PB_CHECK_EQ(refused(h, "broken literal"), 3);
    PB_CHECK_EQ(refused(h, "base64 is broken"), 2);
    PB_CHECK_EQ(refused(h, "literal is cut short"), 1);
    PB_CHECK_EQ(refused(h, "no form of live timing"), 1);
    /* not lines: a message of race control with a broken time, and one without */
    PB_CHECK_EQ(refused(h, "a time inside a message that cannot be read"), 2);
    PB_CHECK_EQ(h->n_refused, 42);
    hear_end(h);
}

PB_TEST(snapshots_of_races_tell_the_whole_state)
{
    static const struct {
        const char *file, *id;
        uint64_t    topics;
        uint32_t    control, distance, points;
    } all[] = {{"2024_imola_race_subscribe.txt", "2024_emilia_romagna_race", 15, 0, 63, 60},
               {"2024_imola_race_subscribe_w_z.txt", "2024_emilia_romagna_race", 15, 98, 63, 60},
               {"2024_jeddah_race_subscribe.txt", "2024_saudi_arabian_race", 13, 0, 50, 0},
               {"subscription_result.json", "2023_sao_paulo_race", 13, 22, 71, 0},
               {"2024_silverstone_practice_1_subscribe.txt", "2024_british_practice_1", 13, 0, 0, 0}};
    pb_need_shared(LT_DIR "2024_imola_race_subscribe_w_z.txt");
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        char path[512];
        snprintf(path, sizeof path, "%s%s", LT_DIR, all[i].file);
        heard *h = hear();
        say_file(h, path);
        PB_CHECK_EQ(h->timing->applied, all[i].topics);
        PB_CHECK_EQ(h->n_refused, 0);
        PB_CHECK_TEXT(event_of(h, PB_EV_SESSION, 0)->text, all[i].id);
        PB_CHECK_EQ(h->of_kind[PB_EV_POSITION], 20);
        PB_CHECK_EQ(h->of_kind[PB_EV_IN_PIT], 20);
        if (all[i].control > 0) PB_CHECK_EQ(h->of_kind[PB_EV_CONTROL], all[i].control);
        if (all[i].distance > 0) PB_CHECK_EQ(event_of(h, PB_EV_DISTANCE, 0)->value, all[i].distance);
        PB_CHECK_EQ(h->n_points, all[i].points);
        hear_end(h);
    }
}

PB_TEST(packed_payloads_of_a_snapshot_become_points_with_places)
{
    pb_need_shared(LT_DIR "2024_imola_race_subscribe_w_z.txt");
    heard *h = hear();
    say_file(h, LT_DIR "2024_imola_race_subscribe_w_z.txt");
    const pb_point *p = &h->points[0]; /* 1: rpm 6553, 91 km/h, 3rd gear, 5 %; X -1145 Y -4818 Z 1060 */
    PB_CHECK_EQ(p->car, 1);
    PB_CHECK_EQ(p->lap, 64);
    PB_CHECK_NEAR(p->ch[PB_CH_RPM], 6553, 0);
    PB_CHECK_NEAR(p->ch[PB_CH_SPEED], 91, 0);
    PB_CHECK_NEAR(p->ch[PB_CH_GEAR], 3, 0);
    PB_CHECK_NEAR(p->ch[PB_CH_APS], 5, 0);
    PB_CHECK_NEAR(p->ch[PB_CH_POS_X], -114.5, 1e-4);
    PB_CHECK_NEAR(p->ch[PB_CH_POS_Y], -481.8, 1e-4);
    PB_CHECK_NEAR(p->ch[PB_CH_POS_Z], 106.0, 1e-4);
    hear_end(h);
}

PB_TEST(the_same_recording_twice_takes_no_more_memory)
{
    pb_need_shared(LT_DIR "2024_imola_qualifying_live.txt");
    heard *h = hear();
    say_lines(h, LT_DIR "2024_imola_qualifying_live.txt", NULL);
    uint32_t used = h->timing->tree.used;
    size_t   slab = h->timing->tree.slab.used;
    say_lines(h, LT_DIR "2024_imola_qualifying_live.txt", NULL);
    say_lines(h, LT_DIR "2024_imola_qualifying_live.txt", NULL);
    PB_CHECK_EQ(h->timing->tree.used, used);
    PB_CHECK(h->timing->tree.slab.used <= slab + 1024);
    hear_end(h);
}

PB_TEST_MAIN(
    PB_RUN(every_form_of_a_message_means_the_same), PB_RUN(a_line_of_a_stream_has_the_clock_of_its_recording),
    PB_RUN(frames_with_several_messages_or_none_are_taken_apart), PB_RUN(what_is_no_message_is_refused_with_its_reason),
    PB_RUN(a_message_cut_at_any_byte_does_no_harm), PB_RUN(lines_without_a_time_wait_for_the_next_that_has_one),
    PB_RUN(a_whole_description_tells_states_and_changes_tell_moments),
    PB_RUN(empty_texts_clear_and_equal_ones_sent_again_are_told_again),
    PB_RUN(one_entry_tells_the_lane_then_the_lap_then_what_belongs_to_it),
    PB_RUN(values_that_cannot_be_are_refused_and_the_rest_counts),
    PB_RUN(a_snapshot_tells_only_what_differs_when_it_comes_again), PB_RUN(another_session_forgets_the_one_before),
    PB_RUN(the_session_clock_counts_from_the_first_time_or_the_history_of_a_snapshot),
    PB_RUN(stints_are_patches_and_the_grid_comes_with_them), PB_RUN(visits_to_the_lane_are_timed_by_three_topics),
    PB_RUN(weather_clock_laps_and_places_are_told), PB_RUN(race_control_is_told_once_and_dated_by_its_message),
    PB_RUN(points_join_car_data_with_the_newest_earlier_position), PB_RUN(a_reset_decoder_knows_nothing),
    PB_RUN(messages_print_with_topic_time_and_unpacked_payload), PB_RUN(the_whole_qualifying_of_imola_is_applied),
    PB_RUN(imola_ends_in_the_order_that_was_published), PB_RUN(typed_lines_of_silverstone_are_applied),
    PB_RUN(the_streams_of_a_practice_are_applied),
    PB_RUN(every_broken_line_of_the_error_file_is_counted_with_its_reason),
    PB_RUN(snapshots_of_races_tell_the_whole_state), PB_RUN(packed_payloads_of_a_snapshot_become_points_with_places),
    PB_RUN(the_same_recording_twice_takes_no_more_memory))
