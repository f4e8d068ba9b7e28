/* What the words of race control mean. Messages are real ones. */
#include "pb_test.h"
#include "pitboard/codec.h"
#include "pitboard/wire_control.h"

static uint32_t say(const char *message, pb_event out[PB_CONTROL_EVENTS_MAX])
{
    pb_control_row row = {.session_ms = 5000, .utc_ms = 1716125179000, .lap = 18, .car_number = 0};
    snprintf(row.message, sizeof row.message, "%s", message);
    uint32_t n = pb_control_events(&row, PB_ORIGIN_LAP_FILE, out, PB_CONTROL_EVENTS_MAX);
    PB_CHECK(n >= 1);
    PB_CHECK_EQ(out[0].kind, PB_EV_CONTROL);
    PB_CHECK_TEXT(out[0].text, message);
    for (uint32_t i = 0; i < n; i++) {
        PB_CHECK_EQ(out[i].origin, PB_ORIGIN_LAP_FILE);
        PB_CHECK_EQ(out[i].at_us, 1716125179000000);
        PB_CHECK_EQ(out[i].session_ms, 5000);
    }
    return n;
}

PB_TEST(penalties_say_what_who_and_why)
{
    static const struct {
        const char   *message;
        pb_event_kind kind;
        pb_penalty    penalty;
        int16_t       car;
        int32_t       ms;
        const char   *why;
    } all[] = {
        {"FIA STEWARDS: 5 SECOND TIME PENALTY FOR CAR 31 (OCO) - CAUSING A COLLISION", PB_EV_PENALTY, PB_PENALTY_TIME,
         31, 5000, "CAUSING A COLLISION"},
        {"10 SECOND TIME PENALTY FOR CAR 11 (PER) - OVERTAKING WHILE THE SAFETY CAR IS DEPLOYED ", PB_EV_PENALTY,
         PB_PENALTY_TIME, 11, 10000, "OVERTAKING WHILE THE SAFETY CAR IS DEPLOYED"},
        {"FIA STEWARDS: LAP 1 TURN 1 INCIDENT 5 SECOND TIME PENALTY FOR CAR 1 (VER) - FORCING ANOTHER DRIVER OFF THE "
         "TRACK",
         PB_EV_PENALTY, PB_PENALTY_TIME, 1, 5000, "FORCING ANOTHER DRIVER OFF THE TRACK"},
        {"FIA STEWARDS: 10 SECOND TIME PENALTY FOR CAR 23 (ALB) -LEAVING THE TRACK AND GAINING AN ADVANTAGE ",
         PB_EV_PENALTY, PB_PENALTY_TIME, 23, 10000, "LEAVING THE TRACK AND GAINING AN ADVANTAGE"},
        {"FIA STEWARDS: DRIVE THROUGH PENALTY FOR CAR 24 (ZHO) - PENALTY NOT SERVED", PB_EV_PENALTY,
         PB_PENALTY_DRIVE_THROUGH, 24, 0, "PENALTY NOT SERVED"},
        {"10 SECOND STOP/GO PENALTY FOR CAR 6 (LAT) AFTER RACE RESUMPTION- FAILING TO DRIVE THROUGH PIT LANE",
         PB_EV_PENALTY, PB_PENALTY_STOP_GO, 6, 10000, "FAILING TO DRIVE THROUGH PIT LANE"},
        {"FIA STEWARDS: PENALTY SERVED - 10 SECOND TIME PENALTY FOR CAR 22 (TSU) - CAUSING A COLLISION",
         PB_EV_PENALTY_SERVED, PB_PENALTY_TIME, 22, 10000, "CAUSING A COLLISION"},
        {"FIA STEWARDS: PENALTY SERVED - 5 SECOND TIME PENALTY FOR CAR 1 (VER)", PB_EV_PENALTY_SERVED, PB_PENALTY_TIME,
         1, 5000, ""},
        {"FIA STEWARDS: PENALTY SERVED - DRIVE THROUGH PENALTY FOR CAR 55 (SAI) - SPEEDING IN THE PIT LANE",
         PB_EV_PENALTY_SERVED, PB_PENALTY_DRIVE_THROUGH, 55, 0, "SPEEDING IN THE PIT LANE"},
        {"FIA STEWARDS: PENALTY SERVED - 10 SECOND STOP/GO PENALTY FOR CAR 87 (BEA) - UNSAFE CONDITION",
         PB_EV_PENALTY_SERVED, PB_PENALTY_STOP_GO, 87, 10000, "UNSAFE CONDITION"},
        {"BLACK AND WHITE FLAG FOR CAR 1 (VER) - TRACK LIMITS", PB_EV_PENALTY, PB_PENALTY_WARNING, 1, 0,
         "TRACK LIMITS"},
        {"FIA STEWARDS: REPRIMAND (DRIVING) FOR CAR 23 (ALB) - STARTING PROCEDURE INFRINGEMENT", PB_EV_PENALTY,
         PB_PENALTY_OTHER, 23, 0, "STARTING PROCEDURE INFRINGEMENT"},
    };
    pb_event out[PB_CONTROL_EVENTS_MAX];
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        PB_CHECK_EQ(say(all[i].message, out), 2);
        PB_CHECK_EQ(out[1].kind, all[i].kind);
        PB_CHECK_EQ(out[1].value, all[i].penalty);
        PB_CHECK_EQ(out[1].car, all[i].car);
        PB_CHECK_EQ(out[1].aux, all[i].ms);
        PB_CHECK_EQ(out[1].lap, 18);
        PB_CHECK_TEXT(out[1].text, all[i].why);
    }
}

PB_TEST(what_is_only_noted_or_investigated_is_no_penalty)
{
    static const char *const all[] = {
        "PIT LANE INCIDENT INVOLVING CAR 3 (RIC) NOTED - FAILING TO SERVE TIME PENALTY CORRECTLY",
        "FIA STEWARDS: INCIDENT INVOLVING CAR 24 (ZHO) UNDER INVESTIGATION - PENALTY NOT SERVED",
        "FIA STEWARDS: INCIDENT INVOLVING CARS 4 (NOR) AND 5 (VET) NO FURTHER ACTION - SAFETY CAR INFRINGEMENT",
        "CORRECTION - BLACK AND ORANGE FLAG FOR CAR 10 (GAS)",
        "LAPPED CARS MAY NOW OVERTAKE THE SAFETY CAR: 18, 23, 3, 4, 6, 27",
        "SAFETY CAR THROUGH THE PIT LANE",
        "SAFETY CAR WILL ENTER PITS: STANDING START",
        "RACE WILL START BEHIND THE SAFETY CAR",
        "MEDICAL CAR DEPLOYED",
        "FORMATION LAP WILL START AT 15:16 BEHIND SAFETY CAR ON EXTREME WET TYRES",
        "CAR 6 (LAT) IN POSITION 15",
        "10 MINUTE WARNING",
        "DRS DISABLED IN ZONE 1",
        "",
    };
    pb_event out[PB_CONTROL_EVENTS_MAX];
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) PB_CHECK_EQ(say(all[i], out), 1);
}

PB_TEST(deleted_laps_carry_lap_and_time_and_may_come_back)
{
    pb_event out[PB_CONTROL_EVENTS_MAX];
    PB_CHECK_EQ(say("CAR 1 (VER) TIME 1:21.323 DELETED - TRACK LIMITS AT TURN 18 LAP 15 15:23:26", out), 2);
    PB_CHECK(out[1].kind == PB_EV_LAP_DELETED && out[1].flag);
    PB_CHECK_EQ(out[1].car, 1);
    PB_CHECK_EQ(out[1].lap, 15);
    PB_CHECK_EQ(out[1].value, 81323);
    PB_CHECK_TEXT(out[1].text, "TRACK LIMITS AT TURN 18 LAP 15 15:23:26");
    PB_CHECK_EQ(say("CAR 4 (NOR) TIME 1:42.279 DELETED - TRACK LIMITS AT TURN 4", out), 2);
    PB_CHECK(out[1].flag && out[1].lap == 0 && out[1].value == 102279);
    PB_CHECK_EQ(say("CAR 14 (ALO) LAP DELETED - TRACK LIMITS AT TURN 10 LAP 21 16:40:05 (PIT)", out), 2);
    PB_CHECK(out[1].flag && out[1].lap == 21 && out[1].value == PB_MS_NONE && out[1].car == 14);
    PB_CHECK_EQ(say("CAR 77 (BOT) TIME 1:38.366 WILL BE REINSTATED", out), 2);
    PB_CHECK(!out[1].flag && out[1].lap == 0 && out[1].value == 98366 && out[1].car == 77);
    PB_CHECK_EQ(say("CAR 55 (SAI) LAP 1 WILL BE REINSTATED", out), 2);
    PB_CHECK(!out[1].flag && out[1].lap == 1 && out[1].value == PB_MS_NONE);
}

PB_TEST(safety_cars_are_told_apart_with_their_phases)
{
    static const struct {
        const char *message;
        int32_t     phase, kind;
    } all[] = {{"SAFETY CAR DEPLOYED", PB_SC_DEPLOYED, PB_NEUTRAL_SC},
               {"SAFETY CAR IN THIS LAP", PB_SC_ENDING, PB_NEUTRAL_SC},
               {"VIRTUAL SAFETY CAR DEPLOYED", PB_SC_DEPLOYED, PB_NEUTRAL_VSC},
               {"VIRTUAL SAFETY CAR ENDING", PB_SC_ENDING, PB_NEUTRAL_VSC},
               {"VSC DEPLOYED", PB_SC_DEPLOYED, PB_NEUTRAL_VSC},
               {"VSC ENDING", PB_SC_ENDING, PB_NEUTRAL_VSC}};
    pb_event out[PB_CONTROL_EVENTS_MAX];
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        PB_CHECK_EQ(say(all[i].message, out), 2);
        PB_CHECK_EQ(out[1].kind, PB_EV_SC_PHASE);
        PB_CHECK_EQ(out[1].value, all[i].phase);
        PB_CHECK_EQ(out[1].aux, all[i].kind);
    }
}

PB_TEST(the_chequered_flag_and_the_black_one_end_it)
{
    pb_event out[PB_CONTROL_EVENTS_MAX];
    PB_CHECK_EQ(say("CHEQUERED FLAG", out), 2);
    PB_CHECK_EQ(out[1].kind, PB_EV_CHEQUERED);
    PB_CHECK_EQ(say("FIA STEWARDS: BLACK FLAG FOR CAR 27 (HUL)", out), 2);
    PB_CHECK(out[1].kind == PB_EV_DISQUALIFIED && out[1].car == 27);
}

PB_TEST(more_events_than_fit_are_counted_and_long_texts_are_cut_at_a_letter)
{
    pb_control_row row = {.session_ms = PB_MS_NONE, .utc_ms = 0};
    pb_event       one = {0};
    memset(row.message, 'A', sizeof row.message - 1);
    memcpy(row.message + PB_EVENT_TEXT - 2, "\xe2\x80\x93", 3);
    PB_CHECK_EQ(pb_control_events(&row, PB_ORIGIN_HAND, &one, 1), 1);
    PB_CHECK_EQ(strlen(one.text), PB_EVENT_TEXT - 2);
    PB_CHECK(one.at_us == PB_US_NONE && one.session_ms == PB_MS_NONE);
    snprintf(row.message, sizeof row.message, "%s", "CHEQUERED FLAG");
    PB_CHECK_EQ(pb_control_events(&row, PB_ORIGIN_HAND, &one, 1), 2);
    PB_CHECK_EQ(one.kind, PB_EV_CONTROL);
    PB_CHECK_EQ(pb_control_events(&row, PB_ORIGIN_HAND, NULL, 0), 2);
}

/* Messages of a season's races, and how many fit each pattern by another program's count. */
typedef struct season {
    const char *file;
    uint32_t    messages, deleted, penalties, served, phases, flags;
} season;

static void count_season(const season *want)
{
    pb_event out[PB_CONTROL_EVENTS_MAX];
    uint32_t n = 0, of_kind[PB_EV_N] = {0};
    pb_bytes bytes = {0};
    pb_arena arena;
    pb_csv   csv;
    pb_arena_init(&arena, 0);
    PB_CHECK_EQ(pb_file_read(want->file, 0, &bytes, NULL), PB_OK);
    pb_csv_init(&csv, (pb_span){bytes.at, bytes.len}, ',', &arena);
    PB_CHECK_EQ(pb_csv_next(&csv), PB_OK);
    int column = pb_csv_column(&csv, "Message");
    for (; pb_csv_next(&csv) == PB_OK; n++) {
        pb_control_row row = {.utc_ms = 1, .session_ms = PB_MS_NONE};
        pb_span_copy(csv.field[column], row.message, sizeof row.message);
        uint32_t k = pb_control_events(&row, PB_ORIGIN_LAP_FILE, out, PB_CONTROL_EVENTS_MAX);
        for (uint32_t i = 0; i < k; i++) of_kind[out[i].kind]++;
    }
    PB_CHECK(n == want->messages && of_kind[PB_EV_CONTROL] == n);
    PB_CHECK_EQ(of_kind[PB_EV_LAP_DELETED], want->deleted);
    PB_CHECK_EQ(of_kind[PB_EV_PENALTY], want->penalties);
    PB_CHECK_EQ(of_kind[PB_EV_PENALTY_SERVED], want->served);
    PB_CHECK_EQ(of_kind[PB_EV_SC_PHASE], want->phases);
    PB_CHECK_EQ(of_kind[PB_EV_CHEQUERED], want->flags);
    pb_bytes_free(&bytes);
    pb_arena_fini(&arena);
}

#define CONTROL_CSV(year) PB_SHARED_DIR "/data/f1-strategy-prediction/race_control_" year ".csv"

PB_TEST(four_seasons_of_messages_are_understood)
{
    static const season seasons[] = {{CONTROL_CSV("2022"), 1588, 218, 63, 0, 69, 17},
                                     {CONTROL_CSV("2023"), 1541, 376, 79, 0, 37, 17},
                                     {CONTROL_CSV("2024"), 1878, 289, 59, 0, 30, 21},
                                     {CONTROL_CSV("2025"), 1833, 260, 64, 20, 49, 21}};
    for (size_t i = 0; i < sizeof seasons / sizeof *seasons; i++) {
        pb_need_shared(seasons[i].file);
        count_season(&seasons[i]);
    }
}

PB_TEST_MAIN(PB_RUN(penalties_say_what_who_and_why), PB_RUN(what_is_only_noted_or_investigated_is_no_penalty),
             PB_RUN(deleted_laps_carry_lap_and_time_and_may_come_back),
             PB_RUN(safety_cars_are_told_apart_with_their_phases), PB_RUN(the_chequered_flag_and_the_black_one_end_it),
             PB_RUN(more_events_than_fit_are_counted_and_long_texts_are_cut_at_a_letter),
             PB_RUN(four_seasons_of_messages_are_understood))
