/* A race as the game tells it, datagram by datagram, in every format. */
#include "f1_udp_fixture.h"

static bool has(unsigned format, unsigned id, const char *name)
{
    size_t              at;
    const pb__f1_field *cars = pb__f1_find(pb__f1_packet_fields(id), format, "cars", &at);
    return cars && pb__f1_find(cars->entry, format, name, &at);
}

/* Times of lap data in the unit of the format. */
static void set_ms(dgram *d, unsigned i, const char *name, int32_t ms)
{
    char in_ms[64], part[64], minutes[64];
    (void)snprintf(in_ms, sizeof in_ms, "%sInMS", name);
    (void)snprintf(part, sizeof part, "%sMSPart", name);
    if (has(d->format, d->id, name)) {
        set(d, "cars", i, name, ms / 1000.0);
    } else if (has(d->format, d->id, part)) {
        (void)snprintf(minutes, sizeof minutes, "%sMinutesPart", name);
        set(d, "cars", i, part, ms % 60000);
        set(d, "cars", i, minutes, ms / 60000);
    } else {
        (void)snprintf(minutes, sizeof minutes, "%sMinutes", name);
        bool split = has(d->format, d->id, minutes);
        set(d, "cars", i, in_ms, split ? ms % 60000 : ms);
        if (split) set(d, "cars", i, minutes, ms / 60000);
    }
}

PB_TEST(a_session_says_what_is_run_and_where)
{
    static const uint8_t race_type[] = {10, 10, 10, 10, 10, 10, 15, 15};
    for (unsigned year = 2018; year <= 2025; year++) {
        heard *h = race_begun(year);
        PB_CHECK_TEXT(last_of(h, PB_EV_SESSION, -1)->text, "7");
        PB_CHECK_TEXT(last_of(h, PB_EV_SESSION, -1)->name, "silverstone");
        PB_CHECK_EQ(last_of(h, PB_EV_SESSION, -1)->aux, (int)year);
        PB_CHECK_EQ(last_of(h, PB_EV_SESSION, -1)->value, PB_SESSION_RACE);
        PB_CHECK_EQ(race_type[year - 2018], year >= 2024 ? 15 : 10);
        PB_CHECK_EQ(last_of(h, PB_EV_DISTANCE, -1)->value, 52);
        PB_CHECK_EQ(last_of(h, PB_EV_CLOCK, -1)->value, 7200000);
        PB_CHECK(last_of(h, PB_EV_CLOCK, -1)->flag);
        PB_CHECK_EQ(last_of(h, PB_EV_TRACK, -1)->value, 1);
        PB_CHECK_NEAR(last_of(h, PB_EV_WEATHER, -1)->real[0], 21, 0);
        PB_CHECK_NEAR(last_of(h, PB_EV_WEATHER, -1)->real[1], 33, 0);
        PB_CHECK(isnan(last_of(h, PB_EV_WEATHER, -1)->real[2]));
        PB_CHECK_NEAR(last_of(h, PB_EV_WEATHER, -1)->real[6], 0, 0);
        PB_CHECK_EQ(h->events[0].origin, PB_ORIGIN_F1_GAME);
        PB_CHECK(h->events[0].at_us == PB_US_NONE);
        hang_up(h);
    }
}

PB_TEST(people_are_cars_by_their_number_and_ours_is_told)
{
    heard          *h = race_begun(2025);
    const pb_event *e = last_of(h, PB_EV_CAR, 4);
    PB_CHECK_TEXT(e->text, "NOR");
    PB_CHECK_TEXT(e->name, "NORRIS");
    PB_CHECK_TEXT(e->team_text, "McLaren");
    PB_CHECK_EQ(e->value, 4);
    PB_CHECK_EQ(e->aux, 3);
    PB_CHECK_EQ(last_of(h, PB_EV_OWN_CAR, -1)->car, 44);
    hang_up(h);
}

PB_TEST(who_only_watches_has_no_car)
{
    heard *h = listen();
    dgram  d = race_session(2025, 1);
    set(&d, "", 0, "isSpectating", 1);
    hear(h, &d);
    d = race_people(2025, 1);
    hear(h, &d);
    PB_CHECK_EQ(count_of(h, PB_EV_OWN_CAR, -1), 0);
    d = race_session(2025, 2);
    hear(h, &d);
    PB_CHECK_EQ(last_of(h, PB_EV_OWN_CAR, -1)->car, 44);
    hang_up(h);
}

PB_TEST(cars_with_one_number_or_none_are_told_apart_by_their_slots)
{
    heard *h = listen();
    dgram  d = race_session(2023, 1);
    hear(h, &d);
    d = race_people(2023, 1);
    set(&d, "cars", 1, "raceNumber", 44);
    set(&d, "cars", 2, "raceNumber", 0);
    hear(h, &d);
    PB_CHECK_EQ(count_of(h, PB_EV_CAR, 1000), 1);
    PB_CHECK_EQ(count_of(h, PB_EV_CAR, 1001), 1);
    PB_CHECK_EQ(count_of(h, PB_EV_CAR, 1002), 1);
    PB_CHECK_EQ(last_of(h, PB_EV_CAR, 1001)->value, 44);
    hang_up(h);
}

PB_TEST(nothing_is_said_again_that_has_not_changed)
{
    for (unsigned year = 2018; year <= 2025; year++) {
        heard *h = race_begun(year);
        forget(h);
        dgram d = race_session(year, 30);
        hear(h, &d);
        d = race_people(year, 30);
        hear(h, &d);
        d = race_laps(year, 30);
        hear(h, &d);
        for (uint32_t i = 0; i < h->n_events; i++) PB_CHECK_EQ(h->events[i].kind, PB_EV_GAP); /* first gaps */
        hang_up(h);
    }
}

/* Car 16 ends lap 1 of 91.234 s, 0.05 s before the frame. */
PB_TEST(a_lap_is_closed_when_the_counter_rises_at_the_time_of_the_crossing)
{
    for (unsigned year = 2018; year <= 2025; year++) {
        heard *h = race_begun(year);
        dgram  d = race_laps(year, 600);
        set_ms(&d, 1, "sector1Time", 30111);
        hear(h, &d);
        PB_CHECK_EQ(last_of(h, PB_EV_SECTOR, 16)->value, 30111);
        PB_CHECK_EQ(last_of(h, PB_EV_SECTOR, 16)->index, 0);
        PB_CHECK_EQ(last_of(h, PB_EV_SECTOR, 16)->lap, 1);
        d = race_laps(year, 1200);
        set_ms(&d, 1, "sector1Time", 30111);
        set_ms(&d, 1, "sector2Time", 31000);
        hear(h, &d);
        forget(h);
        d = race_laps(year, 1260);
        set(&d, "cars", 1, "currentLapNum", 2);
        set_ms(&d, 1, "lastLapTime", 91234);
        set_ms(&d, 1, "currentLapTime", 50);
        hear(h, &d);
        const pb_event *e = last_of(h, PB_EV_LAP, 16);
        PB_CHECK_EQ(e->lap, 1);
        PB_CHECK_EQ(e->value, 91234);
        PB_CHECK_EQ(e->session_ms, 20950);
        PB_CHECK_EQ(e->sectors[0], 30111);
        PB_CHECK_EQ(e->sectors[1], 31000);
        PB_CHECK_EQ(e->sectors[2], 30123);
        PB_CHECK_EQ(e->aux, 2);
        PB_CHECK_EQ(last_of(h, PB_EV_LAST_LAP, 16)->value, 91234);
        PB_CHECK_EQ(last_of(h, PB_EV_LAPS, 16)->value, 1);
        PB_CHECK_EQ(last_of(h, PB_EV_LAPS, 16)->session_ms, 20950);
        PB_CHECK_EQ(last_of(h, PB_EV_SECTOR, 16)->index, 2);
        PB_CHECK_EQ(count_of(h, PB_EV_LAP, 44), 0);
        hang_up(h);
    }
}

PB_TEST(a_sector_longer_than_a_minute_has_its_minutes)
{
    heard *h = race_begun(2024);
    dgram  d = race_laps(2024, 600);
    set_ms(&d, 0, "sector1Time", 95123);
    hear(h, &d);
    PB_CHECK_EQ(last_of(h, PB_EV_SECTOR, 44)->value, 95123);
    hang_up(h);
}

PB_TEST(places_and_the_lap_of_the_leader_follow)
{
    heard *h = race_begun(2023);
    forget(h);
    dgram d = race_laps(2023, 60);
    set(&d, "cars", 0, "carPosition", 2);
    set(&d, "cars", 1, "carPosition", 1);
    set(&d, "cars", 1, "currentLapNum", 2);
    hear(h, &d);
    PB_CHECK_EQ(last_of(h, PB_EV_POSITION, 44)->value, 2);
    PB_CHECK_EQ(last_of(h, PB_EV_POSITION, 16)->value, 1);
    PB_CHECK_EQ(last_of(h, PB_EV_LEADER_LAP, -1)->value, 2);
    PB_CHECK_EQ(count_of(h, PB_EV_POSITION, 4), 0);
    hang_up(h);
}

/* ---- gaps ---- */

PB_TEST(gaps_are_those_that_the_game_says)
{
    for (unsigned year = 2023; year <= 2025; year++) {
        heard *h = race_begun(year);
        dgram  d = race_laps(year, 60);
        set_ms(&d, 1, "deltaToRaceLeader", 1500);
        set_ms(&d, 1, "deltaToCarInFront", 1500);
        set_ms(&d, 2, "deltaToRaceLeader", year > 2023 ? 62500 : 32500);
        set_ms(&d, 2, "deltaToCarInFront", 31000);
        hear(h, &d);
        PB_CHECK_EQ(last_of(h, PB_EV_GAP, 44)->value, 0);
        PB_CHECK_EQ(last_of(h, PB_EV_GAP, 4)->value, year > 2023 ? 62500 : 32500);
        PB_CHECK_EQ(last_of(h, PB_EV_INTERVAL, 4)->value, 31000);
        hang_up(h);
    }
}

PB_TEST(a_gap_that_does_not_fit_its_field_is_not_told)
{
    heard *h = race_begun(2023);
    dgram  d = race_laps(2023, 60);
    set(&d, "cars", 1, "deltaToRaceLeaderInMS", 65535);
    hear(h, &d);
    PB_CHECK_EQ(count_of(h, PB_EV_GAP, 16), 0);
    hang_up(h);
}

/* 60 m/s, the others 60 and 120 m behind: a second and two. */
PB_TEST(where_the_game_says_no_gap_it_is_the_time_since_the_other_was_here)
{
    for (unsigned year = 2018; year <= 2022; year++) {
        heard *h = race_begun(year);
        for (uint32_t frame = 3; frame < 300; frame += 3) {
            dgram d = race_laps(year, frame);
            for (unsigned i = 0; i < 3; i++) {
                set(&d, "cars", i, "totalDistance", 1000 + frame - 60.0 * i);
                set(&d, "cars", i, "lapDistance", 1000 + frame - 60.0 * i);
            }
            hear(h, &d);
        }
        PB_CHECK_EQ(last_of(h, PB_EV_GAP, 44)->value, 0);
        PB_CHECK_NEAR(last_of(h, PB_EV_GAP, 16)->value, 1000, 20);
        PB_CHECK_NEAR(last_of(h, PB_EV_GAP, 4)->value, 2000, 20);
        PB_CHECK_NEAR(last_of(h, PB_EV_INTERVAL, 4)->value, 1000, 20);
        hang_up(h);
    }
}

/* ---- pits, penalties, results ---- */

static dgram in_pit(unsigned year, uint32_t frame, uint8_t pit, uint16_t lane, uint16_t still)
{
    dgram d = race_laps(year, frame);
    set(&d, "cars", 2, "pitStatus", pit);
    if (year < 2021) return d;
    set(&d, "cars", 2, "pitLaneTimerActive", pit != 0);
    set(&d, "cars", 2, "pitLaneTimeInLaneInMS", lane);
    set(&d, "cars", 2, "pitStopTimerInMS", still);
    set(&d, "cars", 2, "numPitStops", pit == 0 || still > 0);
    return d;
}

PB_TEST(a_stop_has_an_entry_a_box_an_exit_and_its_times)
{
    for (unsigned year = 2018; year <= 2025; year++) {
        heard *h = race_begun(year);
        forget(h);
        dgram d = in_pit(year, 600, 1, 100, 0);
        hear(h, &d);
        PB_CHECK_EQ(last_of(h, PB_EV_PIT_IN, 4)->session_ms, year < 2021 ? 10000 : 9900);
        PB_CHECK_EQ(last_of(h, PB_EV_PIT_IN, 4)->lap, 1);
        PB_CHECK_EQ(last_of(h, PB_EV_IN_PIT, 4)->value, 1);
        d = in_pit(year, 900, 2, 5100, 2400);
        hear(h, &d);
        PB_CHECK_EQ(last_of(h, PB_EV_IN_PIT, 4)->value, 2);
        d = in_pit(year, 1500, 1, 19800, 2450);
        hear(h, &d);
        d = in_pit(year, 1800, 0, 0, 0);
        hear(h, &d);
        PB_CHECK_EQ(last_of(h, PB_EV_IN_PIT, 4)->value, 0);
        PB_CHECK_EQ(last_of(h, PB_EV_PIT_OUT, 4)->session_ms, 30000);
        PB_CHECK_EQ(count_of(h, PB_EV_PIT_IN, -1), 1);
        if (year >= 2021) {
            PB_CHECK_EQ(last_of(h, PB_EV_PIT_TIME, 4)->value, 19800);
            PB_CHECK_EQ(last_of(h, PB_EV_PIT_TIME, 4)->aux, 2450);
            PB_CHECK_EQ(last_of(h, PB_EV_STOPS, 4)->value, 1);
        }
        hang_up(h);
    }
}

static dgram penalty(unsigned year, uint32_t frame, uint8_t type, uint8_t why, uint8_t seconds)
{
    dgram d = race_event(year, frame, "PENA");
    memcpy(d.at + d.header + 4, (const uint8_t[]){type, why, 1, 255, seconds, 3, 255}, 7);
    return d;
}

PB_TEST(a_penalty_is_told_once_whether_the_event_came_or_not)
{
    for (int lost = 0; lost < 2; lost++) {
        heard *h = race_begun(2023);
        forget(h);
        dgram d = penalty(2023, 100, 4, 7, 5);
        if (!lost) hear(h, &d);
        for (uint32_t frame = 101; frame < 300; frame++) {
            d = race_laps(2023, frame);
            set(&d, "cars", 1, "penalties", 5);
            hear(h, &d);
        }
        PB_CHECK_EQ(count_of(h, PB_EV_PENALTY, 16), 1);
        PB_CHECK_EQ(last_of(h, PB_EV_PENALTY, 16)->value, PB_PENALTY_TIME);
        PB_CHECK_EQ(last_of(h, PB_EV_PENALTY, 16)->aux, 5000);
        if (!lost)
            PB_CHECK_TEXT(last_of(h, PB_EV_CONTROL, 16)->text, "car 16: time penalty, corner cutting, gained time");
        for (uint32_t frame = 300; frame < 400; frame++) {
            d = race_laps(2023, frame);
            hear(h, &d);
        }
        PB_CHECK_EQ(last_of(h, PB_EV_PENALTY_SERVED, 16)->aux, 5000);
        PB_CHECK_EQ(count_of(h, PB_EV_PENALTY_SERVED, 16), 1);
        hang_up(h);
    }
}

PB_TEST(a_drive_through_is_given_and_served)
{
    heard *h = race_begun(2022);
    forget(h);
    dgram d = penalty(2022, 100, 0, 17, 255);
    hear(h, &d);
    for (uint32_t frame = 101; frame < 200; frame++) {
        d = race_laps(2022, frame);
        set(&d, "cars", 1, "numUnservedDriveThroughPens", 1);
        hear(h, &d);
    }
    d                  = race_event(2022, 200, "DTSV");
    d.at[d.header + 4] = 1;
    hear(h, &d);
    for (uint32_t frame = 201; frame < 300; frame++) {
        d = race_laps(2022, frame);
        hear(h, &d);
    }
    PB_CHECK_EQ(count_of(h, PB_EV_PENALTY, 16), 1);
    PB_CHECK_EQ(count_of(h, PB_EV_PENALTY_SERVED, 16), 1);
    PB_CHECK_EQ(last_of(h, PB_EV_PENALTY_SERVED, 16)->value, PB_PENALTY_DRIVE_THROUGH);
    hang_up(h);
}

PB_TEST(an_invalid_lap_is_deleted_once)
{
    heard *h = race_begun(2023);
    forget(h);
    dgram d = penalty(2023, 100, 12, 28, 255);
    hear(h, &d);
    PB_CHECK_EQ(last_of(h, PB_EV_LAP_DELETED, 16)->lap, 3);
    PB_CHECK(last_of(h, PB_EV_LAP_DELETED, 16)->flag);
    PB_CHECK_EQ(count_of(h, PB_EV_PENALTY, -1), 0);
    d = penalty(2023, 101, 10, 25, 255);
    hear(h, &d);
    PB_CHECK_EQ(count_of(h, PB_EV_LAP_DELETED, 16), 1);
    hang_up(h);
}

PB_TEST(cars_retire_finish_and_are_disqualified)
{
    for (unsigned year = 2018; year <= 2025; year++) {
        heard *h = race_begun(year);
        forget(h);
        dgram d = race_laps(year, 100);
        set(&d, "cars", 0, "resultStatus", 3);
        set(&d, "cars", 1, "resultStatus", 7);
        set(&d, "cars", 2, "resultStatus", 5);
        hear(h, &d);
        PB_CHECK_EQ(last_of(h, PB_EV_FINISHED, 44)->value, 1);
        PB_CHECK(last_of(h, PB_EV_RETIRED, 16)->flag);
        PB_CHECK_EQ(count_of(h, PB_EV_DISQUALIFIED, 4), 1);
        d = race_laps(year, 101);
        hear(h, &d);
        PB_CHECK(!last_of(h, PB_EV_RETIRED, 16)->flag);
        hang_up(h);
    }
}

PB_TEST(a_retirement_that_lap_data_does_not_know_yet_stands)
{
    heard *h = race_begun(2025);
    forget(h);
    dgram d            = race_event(2025, 100, "RTMT");
    d.at[d.header + 4] = 1;
    d.at[d.header + 5] = 8;
    hear(h, &d);
    PB_CHECK_TEXT(last_of(h, PB_EV_RETIRED, 16)->text, "mechanical failure");
    d = race_laps(2025, 101);
    set(&d, "cars", 1, "carPosition", 3);
    hear(h, &d);
    d = race_laps(2025, 102);
    set(&d, "cars", 1, "resultStatus", 7);
    hear(h, &d);
    PB_CHECK_EQ(count_of(h, PB_EV_RETIRED, -1), 1);
    hang_up(h);
}

/* At the flag of the recorded race of 2022 the counter stays and the distance tells. */
PB_TEST(the_last_lap_is_closed_though_the_counter_stays)
{
    heard *h = race_begun(2022);
    dgram  d = race_laps(2022, 100);
    set(&d, "cars", 0, "currentLapNum", 2);
    set(&d, "cars", 0, "lapDistance", 5800);
    set(&d, "cars", 0, "totalDistance", 5891 + 5800);
    hear(h, &d);
    forget(h);
    d = race_laps(2022, 160);
    set(&d, "cars", 0, "currentLapNum", 2);
    set(&d, "cars", 0, "lapDistance", 30);
    set(&d, "cars", 0, "totalDistance", 2 * 5891 + 30);
    set(&d, "cars", 0, "lastLapTimeInMS", 90000);
    set(&d, "cars", 0, "resultStatus", 3);
    hear(h, &d);
    PB_CHECK_EQ(last_of(h, PB_EV_LAPS, 44)->value, 2);
    PB_CHECK_EQ(last_of(h, PB_EV_LAP, 44)->value, 90000);
    hang_up(h);
}

/* ---- tyres, fuel, wear ---- */

static const char *compound_name(unsigned year)
{
    return year == 2018 ? "tyreCompound" : "visualTyreCompound";
}

PB_TEST(the_set_that_is_on_is_told_when_it_changes_or_ages)
{
    for (unsigned year = 2018; year <= 2025; year++) {
        heard *h = race_begun(year);
        dgram  d = make(year, PB__F1_STATUS, 10);
        set(&d, "cars", 1, compound_name(year), year == 2018 ? 4 : 17);
        if (year >= 2020) set(&d, "cars", 1, "tyresAgeLaps", 4);
        hear(h, &d);
        PB_CHECK_EQ(last_of(h, PB_EV_TYRE, 16)->value, PB_COMPOUND_MEDIUM);
        PB_CHECK_EQ(last_of(h, PB_EV_TYRE, 16)->aux, year >= 2020 ? 4 : -1);
        PB_CHECK_EQ(last_of(h, PB_EV_TYRE, 16)->fresh, -1);
        set_header(&d, "frameIdentifier", 11);
        set_header(&d, "overallFrameIdentifier", 11);
        hear(h, &d);
        PB_CHECK_EQ(count_of(h, PB_EV_TYRE, 16), 1);
        d = make(year, PB__F1_STATUS, 12);
        set(&d, "cars", 1, compound_name(year), year == 2018 ? 5 : 18);
        hear(h, &d);
        PB_CHECK_EQ(last_of(h, PB_EV_TYRE, 16)->value, PB_COMPOUND_HARD);
        PB_CHECK_EQ(last_of(h, PB_EV_TYRE, 16)->fresh, year >= 2020 ? 1 : -1);
        PB_CHECK_EQ(count_of(h, PB_EV_TYRE, 44), year == 2018); /* 0 is the hypersoft in 2018 alone */
        hang_up(h);
    }
}

PB_TEST(fuel_is_told_in_steps_and_at_the_end_of_a_lap)
{
    heard *h = race_begun(2023);
    forget(h);
    for (uint32_t frame = 60; frame < 660; frame += 6) { /* 10 s, 0.1 kg */
        dgram d = make(2023, PB__F1_STATUS, frame);
        set(&d, "cars", 0, "fuelInTank", 50 - frame / 6000.0);
        set(&d, "cars", 0, "fuelRemainingLaps", 1.5);
        hear(h, &d);
    }
    PB_CHECK(count_of(h, PB_EV_FUEL, 44) >= 2 && count_of(h, PB_EV_FUEL, 44) <= 3);
    PB_CHECK_NEAR(last_of(h, PB_EV_FUEL, 44)->real[1], 1.5, 0);
    dgram d = race_laps(2023, 660);
    set(&d, "cars", 0, "currentLapNum", 2);
    hear(h, &d);
    d = make(2023, PB__F1_STATUS, 661);
    set(&d, "cars", 0, "fuelInTank", 49.889);
    hear(h, &d);
    PB_CHECK_NEAR(last_of(h, PB_EV_FUEL, 44)->real[0], 49.889, 1e-5);
    hang_up(h);
}

PB_TEST(wear_is_told_front_left_first_though_the_wire_begins_at_the_rear)
{
    for (unsigned year = 2018; year <= 2025; year++) {
        heard *h = race_begun(year);
        dgram  d = make(year, year < 2021 ? PB__F1_STATUS : PB__F1_DAMAGE, 10);
        for (unsigned k = 0; k < 4; k++) set_k(&d, "cars", 1, "tyresWear", k, 10 + k); /* RL RR FL FR */
        set(&d, "cars", 1, "frontLeftWingDamage", 20);
        set(&d, "cars", 1, "frontRightWingDamage", 30);
        set(&d, "cars", 1, "rearWingDamage", 5);
        set(&d, "cars", 1, "engineDamage", 7);
        if (year >= 2021) set(&d, "cars", 1, "floorDamage", 9);
        hear(h, &d);
        const pb_event *e = last_of(h, PB_EV_WEAR, 16);
        PB_CHECK_NEAR(e->real[0], 0.12, 1e-6);
        PB_CHECK_NEAR(e->real[1], 0.13, 1e-6);
        PB_CHECK_NEAR(e->real[2], 0.10, 1e-6);
        PB_CHECK_NEAR(e->real[3], 0.11, 1e-6);
        e = last_of(h, PB_EV_DAMAGE, 16);
        PB_CHECK_NEAR(e->real[0], 0.3, 1e-6);
        PB_CHECK_NEAR(e->real[1], 0.05, 1e-6);
        PB_CHECK(year < 2021 ? isnan(e->real[2]) : fabsf(e->real[2] - 0.09f) < 1e-6f);
        PB_CHECK_NEAR(e->real[3], 0.07, 1e-6);
        hang_up(h);
    }
}

PB_TEST(wear_that_is_no_number_is_not_known)
{
    heard *h = race_begun(2025);
    dgram  d = make(2025, PB__F1_DAMAGE, 10);
    set_k(&d, "cars", 1, "tyresWear", 0, NAN);
    set_k(&d, "cars", 1, "tyresWear", 1, 1e30);
    hear(h, &d);
    PB_CHECK(isnan(last_of(h, PB_EV_WEAR, 16)->real[2]));
    PB_CHECK(isnan(last_of(h, PB_EV_WEAR, 16)->real[3]));
    PB_CHECK_NEAR(last_of(h, PB_EV_WEAR, 16)->real[0], 0, 0);
    hang_up(h);
}

/* Slot 1 is another human who shows nothing; slot 0 is ours, restricted as it may be. */
PB_TEST(what_is_restricted_is_unknown_and_never_zero)
{
    for (unsigned year = 2019; year <= 2025; year++) {
        heard *h = listen();
        dgram  d = race_session(year, 1);
        hear(h, &d);
        d = race_people(year, 1);
        set(&d, "cars", 1, "aiControlled", 0);
        set(&d, "cars", 2, "yourTelemetry", 0); /* an AI car is not restricted */
        hear(h, &d);
        d = race_laps(year, 2);
        hear(h, &d);
        d = make(year, PB__F1_STATUS, 200);
        set(&d, "cars", 0, "fuelCapacity", 110);
        set(&d, "cars", 2, "fuelInTank", 20);
        hear(h, &d);
        if (year >= 2021) {
            d = make(year, PB__F1_DAMAGE, 200);
            hear(h, &d);
        }
        PB_CHECK_EQ(count_of(h, PB_EV_FUEL, 16), 0);
        PB_CHECK_EQ(count_of(h, PB_EV_WEAR, 16), 0);
        PB_CHECK_EQ(count_of(h, PB_EV_DAMAGE, 16), 0);
        PB_CHECK_EQ(count_of(h, PB_EV_WEAR, 44), 1);
        PB_CHECK_EQ(count_of(h, PB_EV_FUEL, 4), 1);
        PB_CHECK_EQ(count_of(h, PB_EV_WEAR, 4), 1);
        hang_up(h);
    }
}

/* ---- history, final classification ---- */

static void set_row(dgram *d, unsigned i, int32_t ms, int32_t s1, int32_t s2, int32_t s3, uint8_t valid)
{
    const int32_t sectors[3] = {s1, s2, s3};
    char          name[64];
    set(d, "lapHistoryData", i, "lapTimeInMS", ms);
    set(d, "lapHistoryData", i, "lapValidBitFlags", valid);
    for (int k = 0; k < 3; k++) {
        (void)snprintf(name, sizeof name, d->format >= 2024 ? "sector%dTimeMSPart" : "sector%dTimeInMS", k + 1);
        set(d, "lapHistoryData", i, name, sectors[k] % 60000);
        if (d->format < 2023) continue;
        (void)snprintf(name, sizeof name, d->format >= 2024 ? "sector%dTimeMinutesPart" : "sector%dTimeMinutes", k + 1);
        set(d, "lapHistoryData", i, name, sectors[k] / 60000);
    }
}

static dgram history(unsigned year, uint32_t frame)
{
    dgram d = make(year, PB__F1_HISTORY, frame);
    set(&d, "", 0, "carIdx", 2);
    set(&d, "", 0, "numLaps", 3);
    set(&d, "", 0, "numTyreStints", 2);
    set(&d, "", 0, "bestLapTimeLapNum", 2);
    set_row(&d, 0, 95000, 32000, 33000, 30000, 15);
    set_row(&d, 1, 91000, 30000, 31000, 30000, 15);
    set_row(&d, 2, 0, 30500, 0, 0, 15);
    set(&d, "tyreStintsHistoryData", 0, "endLap", 1);
    set(&d, "tyreStintsHistoryData", 0, "tyreVisualCompound", 16);
    set(&d, "tyreStintsHistoryData", 1, "endLap", 255);
    set(&d, "tyreStintsHistoryData", 1, "tyreVisualCompound", 18);
    return d;
}

PB_TEST(a_history_tells_whole_laps_and_stints_and_corrects_them)
{
    for (unsigned year = 2021; year <= 2025; year++) {
        heard *h = race_begun(year);
        forget(h);
        dgram d = history(year, 100);
        hear(h, &d);
        PB_CHECK_EQ(count_of(h, PB_EV_LAP, 4), 2);
        PB_CHECK_EQ(last_of(h, PB_EV_LAP, 4)->lap, 2);
        PB_CHECK_EQ(last_of(h, PB_EV_LAP, 4)->value, 91000);
        PB_CHECK_EQ(last_of(h, PB_EV_LAP, 4)->sectors[1], 31000);
        PB_CHECK_EQ(last_of(h, PB_EV_BEST_LAP, 4)->value, 91000);
        PB_CHECK_EQ(last_of(h, PB_EV_BEST_LAP, 4)->lap, 2);
        PB_CHECK_EQ(count_of(h, PB_EV_STINT, 4), 2);
        PB_CHECK_EQ(last_of(h, PB_EV_STINT, 4)->index, 1);
        PB_CHECK_EQ(last_of(h, PB_EV_STINT, 4)->lap, 2);
        PB_CHECK_EQ(last_of(h, PB_EV_STINT, 4)->value, PB_COMPOUND_HARD);
        forget(h);
        d = history(year, 160);
        hear(h, &d);
        PB_CHECK_EQ(h->n_events, 0);
        d = history(year, 220);
        set_row(&d, 1, 91500, 30000, 31000, 30500, 14);
        set(&d, "tyreStintsHistoryData", 1, "tyreVisualCompound", 17);
        hear(h, &d);
        PB_CHECK_EQ(count_of(h, PB_EV_LAP, 4), 1);
        PB_CHECK_EQ(last_of(h, PB_EV_LAP, 4)->value, 91500);
        PB_CHECK(last_of(h, PB_EV_LAP_DELETED, 4)->flag);
        PB_CHECK_EQ(last_of(h, PB_EV_STINT, 4)->value, PB_COMPOUND_MEDIUM);
        d = history(year, 280);
        hear(h, &d);
        PB_CHECK(!last_of(h, PB_EV_LAP_DELETED, 4)->flag);
        hang_up(h);
    }
}

PB_TEST(a_history_of_a_lap_already_told_says_nothing_new_and_knows_its_end)
{
    heard *h = race_begun(2023);
    dgram  d = race_laps(2023, 5700);
    set_ms(&d, 2, "sector1Time", 32000);
    set_ms(&d, 2, "sector2Time", 33000);
    hear(h, &d);
    d = race_laps(2023, 5760);
    set(&d, "cars", 2, "currentLapNum", 2);
    set_ms(&d, 2, "lastLapTime", 95000);
    hear(h, &d);
    forget(h);
    d = history(2023, 5800);
    set(&d, "", 0, "numLaps", 1);
    hear(h, &d);
    PB_CHECK_EQ(count_of(h, PB_EV_LAP, 4), 0);
    d = history(2023, 5900);
    set_row(&d, 0, 95001, 32000, 33000, 30001, 15);
    set(&d, "", 0, "numLaps", 1);
    hear(h, &d);
    PB_CHECK_EQ(last_of(h, PB_EV_LAP, 4)->session_ms, 96000);
    hang_up(h);
}

PB_TEST(a_history_without_a_stamp_comes_after_the_end_and_must_not_know_less)
{
    heard *h = race_begun(2022);
    dgram  d = history(2022, 100);
    hear(h, &d);
    forget(h);
    d = history(2022, 0);
    set(&d, "", 0, "numLaps", 4);
    set_row(&d, 2, 92000, 30500, 31000, 30500, 15);
    hear(h, &d);
    PB_CHECK_EQ(last_of(h, PB_EV_LAP, 4)->lap, 3);
    forget(h);
    d = history(2022, 0);
    set_row(&d, 0, 99000, 32000, 33000, 34000, 15);
    hear(h, &d);
    PB_CHECK_EQ(h->n_events, 0);
    hang_up(h);
}

PB_TEST(the_final_classification_settles_places_laps_and_stints)
{
    for (unsigned year = 2020; year <= 2025; year++) {
        heard *h = race_begun(year);
        forget(h);
        dgram d = make(year, PB__F1_FINAL, 0);
        set(&d, "", 0, "numCars", 3);
        for (unsigned i = 0; i < 3; i++) {
            set(&d, "cars", i, "position", i + 1);
            set(&d, "cars", i, "numLaps", i == 2 ? 20 : 52);
            set(&d, "cars", i, "numPitStops", 1);
            set(&d, "cars", i, "resultStatus", i == 2 ? 7 : 3);
            set(&d, "cars", i, "numTyreStints", 2);
            set_k(&d, "cars", i, "tyreStintsVisual", 0, 17);
            set_k(&d, "cars", i, "tyreStintsVisual", 1, 18);
            if (year < 2022) continue;
            set_k(&d, "cars", i, "tyreStintsEndLaps", 0, 25);
            set_k(&d, "cars", i, "tyreStintsEndLaps", 1, 255);
        }
        hear(h, &d);
        PB_CHECK_EQ(last_of(h, PB_EV_FINISHED, 16)->value, 2);
        PB_CHECK(last_of(h, PB_EV_RETIRED, 4)->flag);
        PB_CHECK_EQ(last_of(h, PB_EV_LAPS, 4)->value, 20);
        PB_CHECK_EQ(last_of(h, PB_EV_STOPS, 16)->value, 1);
        PB_CHECK_EQ(last_of(h, PB_EV_STINT, 16)->value, PB_COMPOUND_HARD);
        PB_CHECK_EQ(last_of(h, PB_EV_STINT, 16)->lap, year < 2022 ? 0 : 26);
        PB_CHECK_EQ(last_of(h, PB_EV_SESSION_STATUS, -1)->value, PB_STATUS_FINALISED);
        uint32_t n = h->n_events;
        hear(h, &d);
        PB_CHECK_EQ(h->n_events, n);
        hang_up(h);
    }
}

/* ---- the session's course ---- */

static void say_code(heard *h, unsigned year, uint32_t frame, const char code[4], uint8_t a, uint8_t b)
{
    dgram d = race_event(year, frame, code);
    if (d.size > d.header + 5) {
        d.at[d.header + 4] = a;
        d.at[d.header + 5] = b;
    }
    hear(h, &d);
}

PB_TEST(a_race_starts_when_the_lights_go_out_and_ends_at_the_flag)
{
    heard *h = race_begun(2023);
    forget(h);
    say_code(h, 2023, 60, "SSTA", 0, 0);
    PB_CHECK_EQ(count_of(h, PB_EV_SESSION_STATUS, -1), 0);
    say_code(h, 2023, 120, "LGOT", 0, 0);
    PB_CHECK_EQ(last_of(h, PB_EV_SESSION_STATUS, -1)->value, PB_STATUS_STARTED);
    PB_CHECK_EQ(last_of(h, PB_EV_SESSION_STATUS, -1)->session_ms, 2000);
    say_code(h, 2023, 6000, "CHQF", 0, 0);
    PB_CHECK_EQ(count_of(h, PB_EV_CHEQUERED, -1), 1);
    PB_CHECK_EQ(last_of(h, PB_EV_SESSION_STATUS, -1)->value, PB_STATUS_FINISHED);
    say_code(h, 2023, 0, "SEND", 0, 0);
    PB_CHECK_EQ(last_of(h, PB_EV_SESSION_STATUS, -1)->value, PB_STATUS_ENDS);
    hang_up(h);
    h = race_begun(2019); /* no event of the lights then */
    say_code(h, 2019, 60, "SSTA", 0, 0);
    PB_CHECK_EQ(last_of(h, PB_EV_SESSION_STATUS, -1)->value, PB_STATUS_STARTED);
    hang_up(h);
}

static void say_safety_car(heard *h, unsigned year, uint32_t frame, uint8_t status)
{
    dgram d = race_session(year, frame);
    set(&d, "", 0, "safetyCarStatus", status);
    hear(h, &d);
}

PB_TEST(safety_cars_are_told_apart_with_their_phases)
{
    heard *h = race_begun(2024);
    forget(h);
    say_safety_car(h, 2024, 60, 1);
    PB_CHECK_EQ(last_of(h, PB_EV_SC_PHASE, -1)->value, PB_SC_DEPLOYED);
    PB_CHECK_EQ(last_of(h, PB_EV_SC_PHASE, -1)->aux, PB_NEUTRAL_SC);
    PB_CHECK_EQ(last_of(h, PB_EV_TRACK, -1)->value, 4);
    say_code(h, 2024, 61, "SCAR", 1, 0); /* says the same */
    PB_CHECK_EQ(count_of(h, PB_EV_SC_PHASE, -1), 1);
    say_code(h, 2024, 120, "SCAR", 1, 1);
    PB_CHECK_EQ(last_of(h, PB_EV_SC_PHASE, -1)->value, PB_SC_ENDING);
    say_code(h, 2024, 150, "SCAR", 1, 2);
    say_code(h, 2024, 180, "SCAR", 1, 3);
    PB_CHECK_EQ(last_of(h, PB_EV_SC_PHASE, -1)->value, PB_SC_OVER);
    say_safety_car(h, 2024, 200, 0);
    PB_CHECK_EQ(count_of(h, PB_EV_SC_PHASE, -1), 3);
    PB_CHECK_EQ(last_of(h, PB_EV_TRACK, -1)->value, 1);
    say_safety_car(h, 2024, 300, 2);
    PB_CHECK_EQ(last_of(h, PB_EV_SC_PHASE, -1)->aux, PB_NEUTRAL_VSC);
    PB_CHECK_EQ(last_of(h, PB_EV_TRACK, -1)->value, 6);
    say_safety_car(h, 2024, 400, 0);
    PB_CHECK_EQ(last_of(h, PB_EV_SC_PHASE, -1)->value, PB_SC_OVER);
    PB_CHECK_EQ(last_of(h, PB_EV_SC_PHASE, -1)->aux, PB_NEUTRAL_VSC);
    hang_up(h);
}

PB_TEST(a_red_flag_stops_the_session_until_the_lights_go_out_again)
{
    heard *h = race_begun(2023);
    say_code(h, 2023, 60, "LGOT", 0, 0);
    say_code(h, 2023, 120, "RDFL", 0, 0);
    PB_CHECK_EQ(last_of(h, PB_EV_TRACK, -1)->value, 5);
    PB_CHECK_EQ(last_of(h, PB_EV_SESSION_STATUS, -1)->value, PB_STATUS_ABORTED);
    say_safety_car(h, 2023, 130, 0);
    PB_CHECK_EQ(last_of(h, PB_EV_TRACK, -1)->value, 5);
    say_code(h, 2023, 6000, "LGOT", 0, 0);
    PB_CHECK_EQ(last_of(h, PB_EV_SESSION_STATUS, -1)->value, PB_STATUS_STARTED);
    say_safety_car(h, 2023, 6001, 0);
    PB_CHECK_EQ(last_of(h, PB_EV_TRACK, -1)->value, 1);
    hang_up(h);
}

PB_TEST(a_yellow_zone_is_a_yellow_track_and_zones_beyond_the_wire_are_not_read)
{
    heard *h = race_begun(2022);
    dgram  d = race_session(2022, 60);
    set(&d, "", 0, "numMarshalZones", 255);
    set(&d, "marshalZones", 20, "zoneFlag", 3);
    hear(h, &d);
    PB_CHECK_EQ(last_of(h, PB_EV_TRACK, -1)->value, 2);
    hang_up(h);
}

PB_TEST(the_forecast_is_that_of_this_session_and_told_whole_when_it_changes)
{
    for (unsigned year = 2020; year <= 2025; year++) {
        heard *h = race_begun(year);
        forget(h);
        for (uint32_t frame = 60; frame < 62; frame++) {
            dgram d = race_session(year, frame);
            set(&d, "", 0, "numWeatherForecastSamples", 255);
            for (unsigned i = 0; i < 3; i++) {
                set(&d, "weatherForecastSamples", i, "sessionType", i == 1 ? 5 : year >= 2024 ? 15 : 10);
                set(&d, "weatherForecastSamples", i, "timeOffset", 5 * i);
                set(&d, "weatherForecastSamples", i, "weather", 3);
                if (year >= 2021) set(&d, "weatherForecastSamples", i, "rainPercentage", 40 + i);
            }
            hear(h, &d);
        }
        PB_CHECK_EQ(count_of(h, PB_EV_FORECAST, -1), 2);
        const pb_event *e = last_of(h, PB_EV_FORECAST, -1);
        PB_CHECK_EQ(e->value, 10);
        PB_CHECK_EQ(e->aux, 3);
        PB_CHECK(year < 2021 ? isnan(e->real[0]) : fabsf(e->real[0] - 0.42f) < 1e-6f);
        hang_up(h);
    }
}

PB_TEST(fastest_laps_speeds_and_unknown_codes)
{
    heard *h = race_begun(2023);
    forget(h);
    dgram d            = race_event(2023, 60, "FTLP");
    d.at[d.header + 4] = 2;
    put_at(d.at + d.header + 5, PB__F1_F32, 78.551);
    hear(h, &d);
    PB_CHECK_EQ(last_of(h, PB_EV_BEST_LAP, 4)->value, 78551);
    d                  = race_event(2023, 60, "SPTP");
    d.at[d.header + 4] = 1;
    put_at(d.at + d.header + 5, PB__F1_F32, 325.6);
    hear(h, &d);
    PB_CHECK_EQ(last_of(h, PB_EV_SPEED, 16)->value, 326);
    PB_CHECK_EQ(last_of(h, PB_EV_SPEED, 16)->index, 3);
    uint32_t n = h->n_events;
    say_code(h, 2023, 61, "BUTN", 1, 0);
    say_code(h, 2023, 61, "WXYZ", 1, 0);
    say_code(h, 2023, 61, "RTMT", 22, 0); /* no such car */
    say_code(h, 2023, 61, "RTMT", 21, 0); /* nobody there */
    PB_CHECK_EQ(h->n_events, n);
    PB_CHECK_EQ(h->n_refused, 0);
    hang_up(h);
}

PB_TEST_MAIN(PB_RUN(a_session_says_what_is_run_and_where), PB_RUN(people_are_cars_by_their_number_and_ours_is_told),
             PB_RUN(who_only_watches_has_no_car), PB_RUN(cars_with_one_number_or_none_are_told_apart_by_their_slots),
             PB_RUN(nothing_is_said_again_that_has_not_changed),
             PB_RUN(a_lap_is_closed_when_the_counter_rises_at_the_time_of_the_crossing),
             PB_RUN(a_sector_longer_than_a_minute_has_its_minutes), PB_RUN(places_and_the_lap_of_the_leader_follow),
             PB_RUN(gaps_are_those_that_the_game_says), PB_RUN(a_gap_that_does_not_fit_its_field_is_not_told),
             PB_RUN(where_the_game_says_no_gap_it_is_the_time_since_the_other_was_here),
             PB_RUN(a_stop_has_an_entry_a_box_an_exit_and_its_times),
             PB_RUN(a_penalty_is_told_once_whether_the_event_came_or_not), PB_RUN(a_drive_through_is_given_and_served),
             PB_RUN(an_invalid_lap_is_deleted_once), PB_RUN(cars_retire_finish_and_are_disqualified),
             PB_RUN(a_retirement_that_lap_data_does_not_know_yet_stands),
             PB_RUN(the_last_lap_is_closed_though_the_counter_stays),
             PB_RUN(the_set_that_is_on_is_told_when_it_changes_or_ages),
             PB_RUN(fuel_is_told_in_steps_and_at_the_end_of_a_lap),
             PB_RUN(wear_is_told_front_left_first_though_the_wire_begins_at_the_rear),
             PB_RUN(wear_that_is_no_number_is_not_known), PB_RUN(what_is_restricted_is_unknown_and_never_zero),
             PB_RUN(a_history_tells_whole_laps_and_stints_and_corrects_them),
             PB_RUN(a_history_of_a_lap_already_told_says_nothing_new_and_knows_its_end),
             PB_RUN(a_history_without_a_stamp_comes_after_the_end_and_must_not_know_less),
             PB_RUN(the_final_classification_settles_places_laps_and_stints),
             PB_RUN(a_race_starts_when_the_lights_go_out_and_ends_at_the_flag),
             PB_RUN(safety_cars_are_told_apart_with_their_phases),
             PB_RUN(a_red_flag_stops_the_session_until_the_lights_go_out_again),
             PB_RUN(a_yellow_zone_is_a_yellow_track_and_zones_beyond_the_wire_are_not_read),
             PB_RUN(the_forecast_is_that_of_this_session_and_told_whole_when_it_changes),
             PB_RUN(fastest_laps_speeds_and_unknown_codes))
