/* Datagrams lost, repeated, reordered, of other sessions, from other times. */
#include "f1_udp_fixture.h"

static dgram moved(unsigned format, uint32_t frame, uint8_t lap)
{
    dgram d = race_laps(format, frame);
    set(&d, "cars", 0, "currentLapNum", lap);
    return d;
}

PB_TEST(what_comes_twice_is_told_once)
{
    for (unsigned year = 2018; year <= 2025; year++) {
        heard *h = race_begun(year);
        dgram  d = moved(year, 10, 2);
        forget(h);
        hear(h, &d);
        PB_CHECK_EQ(count_of(h, PB_EV_LAPS, 44), 1);
        hear(h, &d);
        PB_CHECK_EQ(count_of(h, PB_EV_LAPS, 44), 1);
        PB_CHECK_EQ(h->n_refused, 1);
        PB_CHECK_TEXT(h->why, "repeated");
        hang_up(h);
    }
}

PB_TEST(a_frame_older_than_the_newest_of_its_kind_is_late)
{
    heard *h = race_begun(2023);
    dgram  d = moved(2023, 20, 2);
    hear(h, &d);
    forget(h);
    d = moved(2023, 19, 1);
    hear(h, &d);
    PB_CHECK_TEXT(h->why, "late");
    PB_CHECK_EQ(h->n_events, 0);
    d = make(2023, PB__F1_STATUS, 19); /* another kind has its own order */
    hear(h, &d);
    PB_CHECK_EQ(h->n_refused, 1);
    hang_up(h);
}

PB_TEST(two_events_of_one_frame_are_two_and_the_same_twice_is_one)
{
    heard *h = race_begun(2023);
    dgram  a = race_event(2023, 50, "SPTP"), b = race_event(2023, 50, "SPTP");
    put_at(a.at + a.header + 5, PB__F1_F32, 310);
    put_at(b.at + b.header + 5, PB__F1_F32, 320);
    hear(h, &a);
    hear(h, &b);
    hear(h, &a);
    PB_CHECK_EQ(count_of(h, PB_EV_SPEED, 44), 2);
    PB_CHECK_TEXT(h->why, "repeated");
    hang_up(h);
}

PB_TEST(another_session_begins_from_nothing)
{
    heard *h = race_begun(2024);
    dgram  d = race_session(2024, 1);
    forget(h);
    set_header(&d, "sessionUID", 8);
    hear(h, &d);
    PB_CHECK_TEXT(last_of(h, PB_EV_SESSION, -1)->text, "8");
    d = race_laps(2024, 9); /* of the old one, under way since before */
    hear(h, &d);
    PB_CHECK_TEXT(h->why, "of the session before");
    forget(h);
    d = race_laps(2024, 2);
    set_header(&d, "sessionUID", 8);
    hear(h, &d);
    PB_CHECK_EQ(h->n_refused, 0);
    PB_CHECK_EQ(h->n_events, 0); /* nobody is known yet */
    hang_up(h);
}

PB_TEST(before_the_session_and_the_people_are_known_nothing_is_said_of_cars)
{
    heard *h = listen();
    dgram  d = race_laps(2025, 1);
    hear(h, &d);
    d = race_people(2025, 1);
    hear(h, &d);
    PB_CHECK_EQ(h->n_events, 0);
    d = race_session(2025, 1);
    hear(h, &d);
    PB_CHECK_EQ(count_of(h, PB_EV_SESSION, -1), 1);
    PB_CHECK_EQ(h->events[0].kind, PB_EV_SESSION);
    d = race_people(2025, 2);
    hear(h, &d);
    PB_CHECK_EQ(count_of(h, PB_EV_CAR, -1), 3);
    hang_up(h);
}

PB_TEST(the_menus_are_no_session)
{
    heard *h = listen();
    dgram  d = race_session(2022, 0);
    set_header(&d, "sessionUID", 0);
    hear(h, &d);
    PB_CHECK_EQ(h->n_events + h->n_refused, 0);
    hang_up(h);
}

PB_TEST(what_cannot_be_a_datagram_is_refused_and_the_rest_goes_on)
{
    heard *h = race_begun(2025);
    dgram  d = moved(2025, 10, 2);
    forget(h);
    hear_bytes(h, "", 0);
    hear_bytes(h, d.at, d.size - 1);
    PB_CHECK_TEXT(h->why, "cut short");
    hear_bytes(h, "{\"a\":1}{\"a\":1}{\"a\":1}{\"a\":1}{\"a\":1}", 35);
    PB_CHECK_TEXT(h->why, "unknown format");
    d = moved(2025, 10, 2);
    set_header(&d, "sessionTime", NAN);
    hear(h, &d);
    PB_CHECK_TEXT(h->why, "session time out of range");
    d = make(2025, PB__F1_HISTORY, 10);
    set(&d, "", 0, "carIdx", 22);
    hear(h, &d);
    PB_CHECK_TEXT(h->why, "car index out of range");
    PB_CHECK_EQ(h->n_refused, 5);
    PB_CHECK_EQ(h->n_events, 0);
    d = moved(2025, 11, 2);
    hear(h, &d);
    PB_CHECK_EQ(count_of(h, PB_EV_LAPS, 44), 1);
    hang_up(h);
}

/* ---- going back ---- */

static dgram back(unsigned format, uint32_t frame, uint32_t overall, uint8_t lap)
{
    dgram d = moved(format, frame, lap);
    set_header(&d, "overallFrameIdentifier", overall);
    return d;
}

PB_TEST(frames_that_go_back_while_the_count_goes_on_are_a_flashback)
{
    heard *h = race_begun(2023);
    dgram  d = moved(2023, 6000, 2);
    hear(h, &d);
    forget(h);
    d = back(2023, 5400, 6001, 1);
    hear(h, &d);
    PB_CHECK_EQ(count_of(h, PB_EV_FLASHBACK, -1), 1);
    PB_CHECK_EQ(h->events[0].kind, PB_EV_FLASHBACK);
    PB_CHECK_EQ(h->events[0].session_ms, 90000);
    PB_CHECK_EQ(last_of(h, PB_EV_LAPS, 44)->value, 0);
    PB_CHECK_EQ(count_of(h, PB_EV_LAP, -1), 0);
    d = back(2023, 5401, 6002, 1);
    hear(h, &d);
    dgram e = race_event(2023, 5401, "FLBK"); /* the event comes behind */
    put_at(e.at + e.header + 4, PB__F1_U32, 5400);
    put_at(e.at + e.header + 8, PB__F1_F32, 90);
    hear(h, &e);
    PB_CHECK_EQ(count_of(h, PB_EV_FLASHBACK, -1), 1);
    d = back(2023, 5999, 5999, 2); /* a straggler of what never was */
    hear(h, &d);
    PB_CHECK_TEXT(h->why, "late");
    d = back(2023, 5460, 6062, 2);
    hear(h, &d);
    PB_CHECK_EQ(last_of(h, PB_EV_LAPS, 44)->value, 1);
    hang_up(h);
}

PB_TEST(a_flashback_that_is_announced_is_told_once)
{
    for (unsigned year = 2021; year <= 2025; year++) {
        heard *h = race_begun(year);
        dgram  d = moved(year, 6000, 2), e = race_event(year, 6000, "FLBK");
        hear(h, &d);
        put_at(e.at + e.header + 4, PB__F1_U32, 5400);
        put_at(e.at + e.header + 8, PB__F1_F32, 90);
        forget(h);
        hear(h, &e);
        PB_CHECK_EQ(last_of(h, PB_EV_FLASHBACK, -1)->session_ms, 90000);
        d = back(year, 5401, 6001, 1);
        hear(h, &d);
        PB_CHECK_EQ(h->n_refused, 0);
        PB_CHECK_EQ(count_of(h, PB_EV_FLASHBACK, -1), 1);
        PB_CHECK_EQ(last_of(h, PB_EV_LAPS, 44)->value, 0);
        hang_up(h);
    }
}

PB_TEST(where_nothing_announces_it_a_long_run_of_late_frames_is_a_flashback)
{
    heard *h = race_begun(2020);
    dgram  d = moved(2020, 6000, 2);
    hear(h, &d);
    forget(h);
    for (uint32_t i = 0; i < 31; i++) {
        d = moved(2020, 5400 + i, 1);
        hear(h, &d);
    }
    PB_CHECK_EQ(h->n_refused, 31);
    PB_CHECK_EQ(h->n_events, 0);
    d = moved(2020, 5431, 1);
    hear(h, &d);
    PB_CHECK_EQ(count_of(h, PB_EV_FLASHBACK, -1), 1);
    PB_CHECK_EQ(last_of(h, PB_EV_LAPS, 44)->value, 0);
    hang_up(h);
}

PB_TEST(one_corrupt_count_far_ahead_does_not_blind_a_kind)
{
    static const unsigned years[] = {2021, 2023, 2025};
    for (size_t k = 0; k < sizeof years / sizeof *years; k++) {
        heard *h = race_begun(years[k]);
        dgram  d = moved(years[k], 4000000, 1);
        hear(h, &d);
        forget(h);
        for (uint32_t i = 0; i < 40; i++) {
            d = make(years[k], PB__F1_STATUS, 100 + i); /* another kind goes on */
            hear(h, &d);
            d = moved(years[k], 100 + i, 2);
            hear(h, &d);
        }
        PB_CHECK_EQ(h->n_refused, 31);
        PB_CHECK_TEXT(h->why, "late");
        PB_CHECK_EQ(count_of(h, PB_EV_FLASHBACK, -1), 0);
        PB_CHECK_EQ(last_of(h, PB_EV_LAPS, 44)->value, 1);
        hang_up(h);
    }
}

PB_TEST(the_flag_comes_again_after_a_flashback)
{
    heard *h = race_begun(2023);
    dgram  d = moved(2023, 6000, 2), flag = race_event(2023, 6000, "CHQF");
    hear(h, &d);
    hear(h, &flag);
    forget(h);
    d = back(2023, 5400, 6001, 1);
    hear(h, &d);
    flag = race_event(2023, 6020, "CHQF");
    hear(h, &flag);
    PB_CHECK_EQ(count_of(h, PB_EV_CHEQUERED, -1), 1);
    hang_up(h);
}

PB_TEST(a_straggler_does_not_end_the_way_back)
{
    heard *h = race_begun(2024);
    dgram  d = make(2024, PB__F1_STATUS, 5990), e = race_event(2024, 6000, "FLBK");
    hear(h, &d);
    d = moved(2024, 6000, 2);
    hear(h, &d);
    put_at(e.at + e.header + 4, PB__F1_U32, 5400);
    put_at(e.at + e.header + 8, PB__F1_F32, 90);
    hear(h, &e);
    d = make(2024, PB__F1_STATUS, 5999); /* of what never was, newer than the last status */
    hear(h, &d);
    d = back(2024, 5401, 6001, 1);
    hear(h, &d);
    PB_CHECK_EQ(count_of(h, PB_EV_FLASHBACK, -1), 1);
    hang_up(h);
}

PB_TEST(a_reset_forgets_the_session)
{
    heard *h = race_begun(2023);
    dgram  d = race_session(2023, 1);
    forget(h);
    pb_f1_udp_reset(h->udp);
    hear(h, &d);
    PB_CHECK_EQ(count_of(h, PB_EV_SESSION, -1), 1);
    PB_CHECK_EQ(h->n_refused, 0);
    hang_up(h);
}

PB_TEST_MAIN(PB_RUN(what_comes_twice_is_told_once), PB_RUN(a_frame_older_than_the_newest_of_its_kind_is_late),
             PB_RUN(two_events_of_one_frame_are_two_and_the_same_twice_is_one),
             PB_RUN(another_session_begins_from_nothing),
             PB_RUN(before_the_session_and_the_people_are_known_nothing_is_said_of_cars),
             PB_RUN(the_menus_are_no_session), PB_RUN(what_cannot_be_a_datagram_is_refused_and_the_rest_goes_on),
             PB_RUN(frames_that_go_back_while_the_count_goes_on_are_a_flashback),
             PB_RUN(a_flashback_that_is_announced_is_told_once),
             PB_RUN(where_nothing_announces_it_a_long_run_of_late_frames_is_a_flashback),
             PB_RUN(one_corrupt_count_far_ahead_does_not_blind_a_kind), PB_RUN(the_flag_comes_again_after_a_flashback),
             PB_RUN(a_straggler_does_not_end_the_way_back), PB_RUN(a_reset_forgets_the_session))
