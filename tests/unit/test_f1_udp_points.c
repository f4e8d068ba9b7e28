/* Points: telemetry, motion and lap data of one frame. */
#include "f1_udp_fixture.h"

static dgram telemetry(unsigned format, uint32_t frame)
{
    dgram d = make(format, PB__F1_TELEMETRY, frame);
    for (unsigned i = 0; i < 3; i++) {
        set(&d, "cars", i, "speed", 250 + i);
        set(&d, "cars", i, "throttle", format == 2018 ? 50 : 0.5);
        set(&d, "cars", i, "steer", format == 2018 ? -25 : -0.25);
        set(&d, "cars", i, "brake", format == 2018 ? 100 : 1);
        set(&d, "cars", i, "gear", -1);
        set(&d, "cars", i, "engineRPM", 11500);
        set(&d, "cars", i, "drs", 1);
        for (unsigned k = 0; k < 4; k++) set_k(&d, "cars", i, "tyresSurfaceTemperature", k, 90 + k); /* RL RR FL FR */
    }
    return d;
}

static dgram motion(unsigned format, uint32_t frame)
{
    dgram d = make(format, PB__F1_MOTION, frame);
    for (unsigned i = 0; i < 3; i++) {
        set(&d, "cars", i, "gForceLateral", 2.5);
        set(&d, "cars", i, "gForceLongitudinal", -4);
        set(&d, "cars", i, "worldPositionX", 10);
        set(&d, "cars", i, "worldPositionY", 20);
        set(&d, "cars", i, "worldPositionZ", 30);
    }
    return d;
}

static void hear_frame(heard *h, unsigned format, uint32_t frame)
{
    dgram d = motion(format, frame);
    hear(h, &d);
    d = race_laps(format, frame);
    set(&d, "cars", 1, "sector", 2);
    hear(h, &d);
    d = telemetry(format, frame);
    hear(h, &d);
}

PB_TEST(a_frame_makes_a_point_a_car_with_all_of_it)
{
    for (unsigned year = 2018; year <= 2025; year++) {
        heard *h = race_begun(year);
        dgram  d = make(year, PB__F1_STATUS, 9);
        set(&d, "cars", 1, "fuelInTank", 40);
        set(&d, "cars", 1, "ersStoreEnergy", 3e6);
        if (year >= 2020) set(&d, "cars", 1, "tyresAgeLaps", 7);
        hear(h, &d);
        hear_frame(h, year, 10);
        PB_CHECK_EQ(h->n_points, 3);
        const pb_point *p = &h->points[1];
        PB_CHECK_EQ(p->car, 16);
        PB_CHECK_EQ(p->lap, 1);
        PB_CHECK_EQ(p->origin, PB_ORIGIN_F1_GAME);
        PB_CHECK_NEAR(p->ch[PB_CH_SPEED], 251, 0);
        PB_CHECK_NEAR(p->ch[PB_CH_APS], 50, 1e-5);
        PB_CHECK_NEAR(p->ch[PB_CH_BRAKE], 100, 1e-5);
        PB_CHECK_NEAR(p->ch[PB_CH_STEERING], -45, 1e-5);
        PB_CHECK_NEAR(p->ch[PB_CH_GEAR], -1, 0);
        PB_CHECK_NEAR(p->ch[PB_CH_RPM], 11500, 0);
        PB_CHECK_NEAR(p->ch[PB_CH_DRS], 1, 0);
        PB_CHECK_NEAR(p->ch[PB_CH_TYRE_FL], 92, 0);
        PB_CHECK_NEAR(p->ch[PB_CH_TYRE_FR], 93, 0);
        PB_CHECK_NEAR(p->ch[PB_CH_TYRE_RL], 90, 0);
        PB_CHECK_NEAR(p->ch[PB_CH_TYRE_RR], 91, 0);
        PB_CHECK_NEAR(p->ch[PB_CH_ACCX], -4, 0);
        PB_CHECK_NEAR(p->ch[PB_CH_ACCY], 2.5, 0);
        PB_CHECK_NEAR(p->ch[PB_CH_POS_X], 10, 0);
        PB_CHECK_NEAR(p->ch[PB_CH_POS_Y], 30, 0);
        PB_CHECK_NEAR(p->ch[PB_CH_POS_Z], 20, 0);
        PB_CHECK_NEAR(p->ch[PB_CH_LAPDIST], 940, 0);
        PB_CHECK_NEAR(p->ch[PB_CH_SECTOR], 3, 0);
        PB_CHECK_NEAR(p->ch[PB_CH_FUEL], 40, 0);
        PB_CHECK_NEAR(p->ch[PB_CH_ERS], 3, 1e-6);
        PB_CHECK_EQ(pb_point_has(p, PB_CH_TYRE_AGE), year >= 2020);
        PB_CHECK(!pb_point_has(p, PB_CH_PBRAKE_F) && !pb_point_has(p, PB_CH_PBRAKE_R));
        PB_CHECK(isnan(p->lat_deg) && p->session[0] == '\0');
        hang_up(h);
    }
}

PB_TEST(the_parts_of_a_frame_may_come_in_any_order)
{
    static const int orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    for (int k = 0; k < 6; k++) {
        heard *h        = race_begun(2023);
        dgram  parts[3] = {motion(2023, 10), race_laps(2023, 10), telemetry(2023, 10)};
        for (int i = 0; i < 3; i++) {
            PB_CHECK_EQ(h->n_points, 0);
            hear(h, &parts[orders[k][i]]);
        }
        PB_CHECK_EQ(h->n_points, 3);
        PB_CHECK(pb_point_has(&h->points[0], PB_CH_ACCX) && pb_point_has(&h->points[0], PB_CH_LAPDIST));
        hang_up(h);
    }
}

PB_TEST(a_part_that_is_lost_is_missing_in_the_point_and_not_taken_from_another_frame)
{
    heard *h = race_begun(2024);
    hear_frame(h, 2024, 10);
    forget(h);
    dgram d = race_laps(2024, 13);
    hear(h, &d);
    d = telemetry(2024, 13);
    hear(h, &d);
    PB_CHECK_EQ(h->n_points, 0);
    d = motion(2024, 16);
    hear(h, &d);
    PB_CHECK_EQ(h->n_points, 3);
    PB_CHECK(!pb_point_has(&h->points[0], PB_CH_ACCX));
    PB_CHECK_NEAR(h->points[0].ch[PB_CH_ACCX], 0, 0);
    PB_CHECK(pb_point_has(&h->points[0], PB_CH_LAPDIST));
    hang_up(h);
}

PB_TEST(points_are_dated_by_the_session_clock_laid_on_the_first_receipt)
{
    heard *h = race_begun(2025);
    hear_frame(h, 2025, 60);
    int64_t first = h->points[0].time_us;
    PB_CHECK(first == h->received_us);
    h->received_us += 777777; /* the network stumbles */
    hear_frame(h, 2025, 63);
    PB_CHECK(h->points[3].time_us - first == 50000);
    hang_up(h);
}

PB_TEST(after_a_flashback_the_time_of_points_goes_on)
{
    heard *h = race_begun(2023);
    hear_frame(h, 2023, 6000);
    dgram d = race_laps(2023, 5400);
    set_header(&d, "overallFrameIdentifier", 6001);
    hear(h, &d);
    d = motion(2023, 5400);
    set_header(&d, "overallFrameIdentifier", 6001);
    hear(h, &d);
    d = telemetry(2023, 5400);
    set_header(&d, "overallFrameIdentifier", 6001);
    hear(h, &d);
    PB_CHECK_EQ(h->n_points, 6);
    PB_CHECK(h->points[3].time_us > h->points[2].time_us);
    PB_CHECK(h->points[3].time_us == h->received_us);
    hang_up(h);
}

PB_TEST(numbers_that_are_none_and_restricted_ones_are_missing)
{
    heard *h = listen();
    dgram  d = race_session(2023, 1);
    hear(h, &d);
    d = race_people(2023, 1);
    set(&d, "cars", 1, "aiControlled", 0);
    hear(h, &d);
    d = make(2023, PB__F1_STATUS, 9);
    set(&d, "cars", 2, "fuelInTank", 40);
    hear(h, &d);
    d = motion(2023, 10);
    set(&d, "cars", 0, "gForceLateral", NAN);
    set(&d, "cars", 0, "gForceLongitudinal", -INFINITY);
    hear(h, &d);
    d = race_laps(2023, 10);
    hear(h, &d);
    d = telemetry(2023, 10);
    hear(h, &d);
    PB_CHECK_EQ(h->n_points, 3);
    PB_CHECK(!pb_point_has(&h->points[0], PB_CH_ACCX) && !pb_point_has(&h->points[0], PB_CH_ACCY));
    PB_CHECK(pb_point_has(&h->points[0], PB_CH_POS_X));
    PB_CHECK(!pb_point_has(&h->points[1], PB_CH_FUEL) && !pb_point_has(&h->points[1], PB_CH_ERS));
    PB_CHECK(pb_point_has(&h->points[2], PB_CH_FUEL));
    hang_up(h);
}

PB_TEST(cars_that_are_not_driven_make_no_points)
{
    heard *h = race_begun(2022);
    dgram  d = motion(2022, 10);
    hear(h, &d);
    d = race_laps(2022, 10);
    set(&d, "cars", 1, "resultStatus", 7);
    hear(h, &d);
    d = telemetry(2022, 10);
    hear(h, &d);
    PB_CHECK_EQ(h->n_points, 2);
    hang_up(h);
}

PB_TEST(no_sink_need_take_what_it_does_not_want)
{
    heard             *h    = race_begun(2023);
    const pb_feed_sink none = {0};
    dgram              d    = telemetry(2023, 10);
    pb_f1_udp_feed(h->udp, (pb_span){(const char *)d.at, d.size}, 0, &none);
    pb_f1_udp_feed(h->udp, (pb_span){(const char *)d.at, 3}, 0, &none);
    d = race_laps(2023, 10);
    set(&d, "cars", 0, "currentLapNum", 2);
    pb_f1_udp_feed(h->udp, (pb_span){(const char *)d.at, d.size}, 0, &none);
    d = motion(2023, 10);
    pb_f1_udp_feed(h->udp, (pb_span){(const char *)d.at, d.size}, 0, &none);
    hang_up(h);
}

PB_TEST_MAIN(PB_RUN(a_frame_makes_a_point_a_car_with_all_of_it), PB_RUN(the_parts_of_a_frame_may_come_in_any_order),
             PB_RUN(a_part_that_is_lost_is_missing_in_the_point_and_not_taken_from_another_frame),
             PB_RUN(points_are_dated_by_the_session_clock_laid_on_the_first_receipt),
             PB_RUN(after_a_flashback_the_time_of_points_goes_on),
             PB_RUN(numbers_that_are_none_and_restricted_ones_are_missing),
             PB_RUN(cars_that_are_not_driven_make_no_points), PB_RUN(no_sink_need_take_what_it_does_not_want))
