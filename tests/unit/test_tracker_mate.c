/* tracker_mate: who drives for whom, and who still races. */
#include <string.h>

#include "pb_test.h"
#include "pitboard/race_tracker.h"

/* Keys 1, 2, ..; one name of a team a car; they run in that order. */
static pb_race_state *grid(const char *const *teams, uint8_t n)
{
    static pb_race_state s;
    memset(&s, 0, sizeof s);
    s.n_cars = n;
    for (uint8_t i = 0; i < n; i++) {
        s.order[i]       = i;
        s.cars[i].key    = (int16_t)(i + 1);
        s.cars[i].laps   = 5;
        s.cars[i].status = PB_CAR_RUNNING;
        strcpy(s.cars[i].team, teams[i]);
    }
    return &s;
}

static int16_t mate_of(const pb_race_state *s, int16_t key)
{
    const pb_live_car *mate = pb_race_mate(s, pb_race_car_of(s, key));
    return mate ? mate->key : 0;
}

PB_TEST(a_car_is_found_by_its_key)
{
    pb_race_state *s = grid((const char *const[]){"A", "B"}, 2);
    PB_CHECK(pb_race_car_of(s, 2) == &s->cars[1]);
    PB_CHECK(!pb_race_car_of(s, 0));
    PB_CHECK(!pb_race_car_of(s, 3));
}

PB_TEST(the_mate_drives_for_the_same_team)
{
    pb_race_state *s = grid((const char *const[]){"A", "B", "A"}, 3);
    PB_CHECK_EQ(mate_of(s, 1), 3);
    PB_CHECK_EQ(mate_of(s, 3), 1);
    PB_CHECK_EQ(mate_of(s, 2), 0);
}

PB_TEST(no_name_of_a_team_makes_no_mates)
{
    pb_race_state *s = grid((const char *const[]){"", ""}, 2);
    PB_CHECK_EQ(mate_of(s, 1), 0);
}

PB_TEST(of_three_cars_the_first_of_the_others_is_the_mate)
{
    pb_race_state *s = grid((const char *const[]){"A", "A", "A"}, 3);
    PB_CHECK_EQ(mate_of(s, 1), 2);
    s->order[1] = 2;
    s->order[2] = 1;
    PB_CHECK_EQ(mate_of(s, 1), 3);
    PB_CHECK_EQ(mate_of(s, 3), 1);
}

PB_TEST(who_does_not_race_is_nobodys_mate)
{
    static const uint8_t gone[] = {PB_CAR_RETIRED, PB_CAR_FINISHED, PB_CAR_DISQUALIFIED, PB_CAR_STOPPED};
    pb_race_state       *s      = grid((const char *const[]){"A", "A"}, 2);
    for (size_t i = 0; i < sizeof gone; i++) {
        s->cars[1].status = gone[i];
        PB_CHECK_EQ(mate_of(s, 1), 0);
        PB_CHECK_EQ(pb_live_car_races(&s->cars[1]), gone[i] == PB_CAR_STOPPED);
        PB_CHECK_EQ(pb_live_car_is_out(&s->cars[1]), gone[i] == PB_CAR_RETIRED || gone[i] == PB_CAR_DISQUALIFIED);
    }
    s->cars[1].status = PB_CAR_IN_BOX;
    PB_CHECK_EQ(mate_of(s, 1), 2);
    s->cars[1].laps = 0; /* no lap is closed: nothing is known yet */
    PB_CHECK_EQ(mate_of(s, 1), 0);
}

PB_TEST_MAIN(PB_RUN(a_car_is_found_by_its_key), PB_RUN(the_mate_drives_for_the_same_team),
             PB_RUN(no_name_of_a_team_makes_no_mates), PB_RUN(of_three_cars_the_first_of_the_others_is_the_mate),
             PB_RUN(who_does_not_race_is_nobodys_mate))
