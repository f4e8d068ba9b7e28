/* Tables beside the laps: what is read, and what is refused with which words. */
#include "pb_test.h"

#include <math.h>
#include <string.h>

#include "pitboard/wire_records.h"

static pb_status read_text(const char *text, const char *path, pb_records *records, pb_error *error)
{
    pb_records_init(records);
    *error = (pb_error){0};
    return pb_wire_read_records(pb_span_of(text), path, NULL, records, error);
}

#define WEATHER_HEAD "Time_s,AirTemp,Humidity,Pressure,Rainfall,TrackTemp,WindDirection,WindSpeed\n"

PB_TEST(weather_of_the_live_timing_takes_its_race_from_the_folder)
{
    pb_records r;
    pb_error   error;
    PB_CHECK_EQ(
        read_text(WEATHER_HEAD "27.686,23.5,59,1000.9,0,38.5,238,2.2\n", "a/2023_07_spanish/weather.csv", &r, &error),
        PB_OK);
    PB_CHECK_EQ(r.weather.n, 1);
    const pb_weather_row *w = r.weather.at;
    PB_CHECK(w->season == 2023 && w->round == 7 && !w->sprint);
    PB_CHECK_EQ(w->session_ms, 27686);
    PB_CHECK(w->air_degc == 23.5f && w->track_degc == 38.5f && w->wind_mps == 2.2f && w->rain == 0);
    pb_records_fini(&r);
}

PB_TEST(weather_of_many_races_takes_them_from_its_columns)
{
    pb_records r;
    pb_error   error;
    PB_CHECK_EQ(read_text("Time,AirTemp,Humidity,Pressure,Rainfall,TrackTemp,WindDirection,WindSpeed,Season,"
                          "RoundNumber,EventName,SessionType\n"
                          "7.776,15.8,91,1009.2,true,18.8,211,2.6,2025,1,Australian Grand Prix,R\n"
                          "8.0,15.8,91,1009.2,true,18.8,211,2.6,2025,2,Chinese Grand Prix,Q\n",
                          "weather_2025.csv", &r, &error),
                PB_OK);
    PB_CHECK_EQ(r.weather.n, 1);
    PB_CHECK(r.weather.at[0].season == 2025 && r.weather.at[0].round == 1 && r.weather.at[0].rain == 1);
    PB_CHECK_EQ(r.quarantined.n, 1); /* qualifying is no race */
    PB_CHECK_EQ(r.quarantined.at[0].line, 3);
    PB_CHECK(strstr(r.quarantined.at[0].reason, "SessionType"));
    pb_records_fini(&r);
}

PB_TEST(a_weather_row_that_cannot_be_right_is_left_out_with_line_and_reason)
{
    static const struct {
        const char *row, *why;
    } bad[] = {
        {"x,23.5,59,1000.9,0,38.5,238,2.2", "Time_s \"x\" is not a time"},
        {"-5,23.5,59,1000.9,0,38.5,238,2.2", "is negative"},
        {",23.5,59,1000.9,0,38.5,238,2.2", "is missing"},
        {"1,230.5,59,1000.9,0,38.5,238,2.2", "AirTemp \"230.5\" lies outside"},
        {"1,nan,59,1000.9,0,38.5,238,2.2", "is not a number"},
        {"1,23.5,59,1000.9,maybe,38.5,238,2.2", "neither true nor false"},
        {"1,23.5,59,1000.9,0,38.5,238", "7 fields where the header has 8"},
        {"1,23.5,59,1000.9,0,38.5,238,2.\xff", "UTF-8"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char       text[512];
        pb_records r;
        pb_error   error;
        snprintf(text, sizeof text, WEATHER_HEAD "1.0,20,50,1000,0,30,0,0\n%s\n", bad[i].row);
        PB_CHECK_EQ(read_text(text, "2023_07_spanish/weather.csv", &r, &error), PB_OK);
        PB_CHECK_EQ(r.weather.n, 1);
        PB_CHECK_EQ(r.quarantined.n, 1);
        PB_CHECK_EQ(r.quarantined.at[0].line, 3);
        if (!strstr(r.quarantined.at[0].reason, bad[i].why))
            fail_msg("row %zu: \"%s\" lacks \"%s\"", i, r.quarantined.at[0].reason, bad[i].why);
        PB_CHECK_EQ(r.n_rows, r.n_accepted + r.quarantined.n);
        pb_records_fini(&r);
    }
}

PB_TEST(a_file_that_is_broken_as_a_whole_is_refused_and_leaves_the_records_alone)
{
    static const struct {
        const char *text;
        pb_status   status;
        const char *why;
    } bad[] = {
        {"", PB_E_UNSUPPORTED, "no table known"},
        {"a,b,c\n1,2,3\n", PB_E_UNSUPPORTED, "no table known"},
        {WEATHER_HEAD, PB_E_EMPTY, "no row"},
        {WEATHER_HEAD "x,1,1,1,0,1,1,1\n", PB_E_EMPTY, "all rows (1) are refused; line 2"},
        {WEATHER_HEAD "1,1,1,1,0,1,1,1\n1,1,1", PB_E_SYNTAX, "middle of a row"},
        {WEATHER_HEAD "1,1,1,1,0,1,1,1\n\"1,1,1,1,0,1,1,1\n", PB_E_SYNTAX, "never closed"},
        {"Time_s,AirTemp,Rainfall\n1,1,1\n", PB_E_MISSING, "column Humidity|humidity is missing"},
        {"raceId,driverId,stop,lap,time,duration,milliseconds\n1,1,1,1,x,1,1\n", PB_E_MISSING, "races.csv"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        pb_records r;
        pb_error   error;
        PB_CHECK_EQ(read_text(bad[i].text, "2023_07_spanish/weather.csv", &r, &error), bad[i].status);
        if (!strstr(error.text, bad[i].why)) fail_msg("case %zu: \"%s\" lacks \"%s\"", i, error.text, bad[i].why);
        PB_CHECK(r.weather.n == 0 && r.quarantined.n == 0 && r.n_rows == 0);
        pb_records_fini(&r);
    }
}

PB_TEST(race_control_in_both_forms_gives_the_same_rows)
{
    pb_records a, b;
    pb_error   error;
    PB_CHECK_EQ(read_text("Time_utc,Category,Message,Status,Flag,Scope,Sector,RacingNumber,Lap\n"
                          "2023-06-04T12:10:00,Flag,GREEN LIGHT - PIT EXIT OPEN,,GREEN,Track,,,1\n",
                          "2023_07_spanish/race_control.csv", &a, &error),
                PB_OK);
    PB_CHECK_EQ(read_text("Time,Category,Message,Status,Flag,Scope,Sector,RacingNumber,Lap,Season,RoundNumber,"
                          "EventName,SessionType\n2023-06-04T12:10:00.000Z,Flag,GREEN LIGHT - PIT EXIT OPEN,,GREEN,"
                          "Track,,,1,2023,7,Spanish Grand Prix,R\n",
                          "race_control_2023.csv", &b, &error),
                PB_OK);
    PB_CHECK(a.control.n == 1 && b.control.n == 1);
    PB_CHECK(memcmp(a.control.at, b.control.at, sizeof *a.control.at) == 0);
    PB_CHECK(a.control.at[0].utc_ms == INT64_C(1685880600000)); /* date -u -d 2023-06-04T12:10:00 +%s */
    PB_CHECK_TEXT(a.control.at[0].flag, "GREEN");
    pb_records_fini(&a);
    pb_records_fini(&b);
}

PB_TEST(times_with_a_zone_are_utc)
{
    static const char *const same[] = {"2023-06-04T13:10:00+01:00", "2023-06-04T12:10:00Z", "2023-06-04 12:10:00.0",
                                       "2023-06-04T07:10:00-05:00"};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        char       text[256];
        pb_records r;
        pb_error   error;
        snprintf(text, sizeof text,
                 "Time_utc,Category,Message,Flag,Scope,RacingNumber,Lap\n%s,Flag,GREEN,GREEN,Track,,1\n", same[i]);
        PB_CHECK_EQ(read_text(text, "2023_07_x/c.csv", &r, &error), PB_OK);
        PB_CHECK(r.control.at[0].utc_ms == INT64_C(1685880600000));
        pb_records_fini(&r);
    }
}

#define RESULTS_HEAD                                                                                                   \
    "season,round,raceName,circuitId,circuitName,date,driverId,driverCode,constructorId,grid,position,positionText,"   \
    "points,laps,status\n"

PB_TEST(results_of_jolpica_bring_their_race_along)
{
    pb_records r;
    pb_error   error;
    PB_CHECK_EQ(
        read_text(
            RESULTS_HEAD
            "2022,1,Bahrain Grand Prix,bahrain,B,2022-03-20,leclerc,LEC,ferrari,1,1,1,26,57,Finished\n"
            "2022,1,Bahrain Grand Prix,bahrain,B,2022-03-20,max_verstappen,VER,red_bull,2,19,R,0,54,Fuel system\n",
            "jolpica_results.csv", &r, &error),
        PB_OK);
    PB_CHECK_EQ(r.results.n, 2);
    PB_CHECK_EQ(r.races.n, 1);
    PB_CHECK_TEXT(r.races.at[0].event, "bahrain");
    PB_CHECK_TEXT(r.races.at[0].circuit, "bahrain");
    PB_CHECK_TEXT(r.results.at[1].driver, "VER");
    PB_CHECK_TEXT(r.results.at[1].place_text, "R");
    PB_CHECK_TEXT(r.results.at[1].status, "Fuel system");
    PB_CHECK(r.results.at[0].grid == 1 && r.results.at[0].points == 26 && r.results.at[0].laps == 57);
    PB_CHECK_EQ(r.results.at[0].time_ms, PB_MS_NONE);
    pb_records_fini(&r);
}

PB_TEST(a_driver_that_nobody_knows_is_refused_by_name_and_taken_by_code)
{
    pb_records r;
    pb_error   error;
    PB_CHECK_EQ(read_text(RESULTS_HEAD "2022,1,B,bahrain,B,,nobody,XYZ,ferrari,1,1,1,26,57,Finished\n"
                                       "2022,1,B,bahrain,B,,nobody,,ferrari,1,1,1,26,57,Finished\n",
                          "jolpica_results.csv", &r, &error),
                PB_OK);
    PB_CHECK_EQ(r.results.n, 1);
    PB_CHECK_TEXT(r.results.at[0].driver, "XYZ");
    PB_CHECK(strstr(r.quarantined.at[0].reason, "no driver known here"));
    pb_records_fini(&r);
}

PB_TEST(a_driver_without_a_code_is_refused_where_no_name_is_looked_at)
{
    pb_records r;
    pb_error   error;
    PB_CHECK_EQ(read_text("RacingNumber,Tla,TeamName\n1,VER,Red Bull Racing\n44,,Ferrari\n",
                          "2023_07_spanish/drivers.csv", &r, &error),
                PB_OK);
    PB_CHECK_EQ(r.entries.n, 1);
    PB_CHECK_TEXT(r.quarantined.at[0].reason, "Tla \"\" is missing");
    pb_records_fini(&r);
}

PB_TEST(pit_times_over_a_minute_are_read_as_such)
{
    pb_records r;
    pb_error   error;
    PB_CHECK_EQ(read_text("season,round,raceName,driverId,lap,stop,time,duration\n"
                          "2022,1,B,hamilton,11,1,18:21:54,25.201\n2022,1,B,alonso,11,1,18:22:10,18:25.365\n",
                          "p.csv", &r, &error),
                PB_OK);
    PB_CHECK_EQ(r.pits.at[0].lane_ms, 25201);
    PB_CHECK_EQ(r.pits.at[1].lane_ms, 1105365);
    PB_CHECK_TEXT(r.pits.at[1].driver, "ALO");
    pb_records_fini(&r);
}

static void add(const char *text, const char *path, pb_ergast_ids *ids, pb_records *records)
{
    pb_error error = {0};
    if (pb_wire_read_records(pb_span_of(text), path, ids, records, &error) != PB_OK) fail_msg("%s", error.text);
}

PB_TEST(the_ergast_mirror_joins_its_tables_by_number)
{
    pb_records     r;
    pb_ergast_ids *ids;
    pb_error       error;
    pb_records_init(&r);
    PB_CHECK_EQ(pb_ergast_ids_create(&ids, &error), PB_OK);
    add("circuitId,circuitRef,name,location,country,lat,lng,alt,url\n3,\"bahrain\",\"Bahrain "
        "International Circuit\",\"Sakhir\",\"Bahrain\",26.0325,50.5106,7,\"u\"\n",
        "circuits.csv", ids, &r);
    add("raceId,year,round,circuitId,name,date,time,url\n337,2010,1,3,Bahrain Grand Prix,2010-03-14,12:00:00,u\n",
        "races.csv", ids, &r);
    add("driverId,driverRef,number,code,forename,surname,dob,nationality,url\n4,\"alonso\",14,\"ALO\",\"Fernando\","
        "\"Alonso\",\"1981-07-29\",\"Spanish\",\"u\"\n",
        "drivers.csv", ids, &r);
    add("constructorId,constructorRef,name,nationality,url\n6,\"ferrari\",\"Ferrari\",\"Italian\",\"u\"\n",
        "constructors.csv", ids, &r);
    add("statusId,status\n1,\"Finished\"\n", "status.csv", ids, &r);
    add("resultId,raceId,driverId,constructorId,number,grid,position,positionText,positionOrder,points,laps,time,"
        "milliseconds,fastestLap,rank,fastestLapTime,fastestLapSpeed,statusId\n"
        "20323,337,4,6,8,3,1,1,1,25,49,1:39:20.396,5960396,45,1,1:58.287,191.706,1\n"
        "20324,337,5,6,8,3,\\N,R,2,25,49,\\N,\\N,45,1,1:58.287,191.706,1\n",
        "results.csv", ids, &r);
    PB_CHECK_EQ(r.results.n, 1);
    const pb_result_row *row = r.results.at;
    PB_CHECK(row->season == 2010 && row->round == 1 && !row->sprint && row->grid == 3 && row->place == 1);
    PB_CHECK_TEXT(row->driver, "ALO");
    PB_CHECK_TEXT(row->team, "ferrari");
    PB_CHECK_TEXT(row->status, "Finished");
    PB_CHECK_EQ(row->time_ms, 5960396);
    PB_CHECK_TEXT(r.races.at[0].circuit, "bahrain");
    PB_CHECK_EQ(r.quarantined.n, 1);
    PB_CHECK(strstr(r.quarantined.at[0].reason, "driverId \"5\""));
    pb_ergast_ids_destroy(ids);
    pb_records_fini(&r);
}

static uint32_t read_shared(const char *name, pb_records *r)
{
    char     path[512];
    pb_bytes bytes = {0};
    pb_error error = {0};
    snprintf(path, sizeof path, "%s/data/%s", PB_SHARED_DIR, name);
    pb_records_init(r);
    if (pb_file_read(path, 0, &bytes, &error) != PB_OK ||
        pb_wire_read_records((pb_span){bytes.at, bytes.len}, path, NULL, r, &error) != PB_OK)
        fail_msg("%s", error.text);
    pb_bytes_free(&bytes);
    return r->n_rows;
}

PB_TEST(every_row_of_the_real_tables_is_read_or_refused_with_a_reason)
{
    static const struct {
        const char *file;
        uint32_t    rows, bad; /* wc -l less the header */
    } real[] = {
        {"f1-strategy-prediction/weather_2023.csv", 2909, 0},
        {"f1-strategy-prediction/race_control_2024.csv", 1878, 0},
        {"f1-live-timing-cache/2023_07_spanish/weather.csv", 154, 0},
        {"f1-strategy-prediction/jolpica_results.csv", 1558, 0},
        {"f1-strategy-prediction/jolpica_qualifying.csv", 1558, 0},
        {"f1-strategy-prediction/jolpica_pitstops.csv", 2711, 0},
    };
    pb_need_shared(PB_SHARED_DIR "/data/f1-strategy-prediction");
    for (size_t i = 0; i < sizeof real / sizeof *real; i++) {
        pb_records r;
        uint32_t   n = read_shared(real[i].file, &r);
        if (n != real[i].rows || r.quarantined.n != real[i].bad)
            fail_msg("%s: %u rows, %u refused (%s)", real[i].file, n, r.quarantined.n,
                     r.quarantined.n ? r.quarantined.at[0].reason : "");
        pb_records_fini(&r);
    }
}

PB_TEST_MAIN(PB_RUN(weather_of_the_live_timing_takes_its_race_from_the_folder),
             PB_RUN(weather_of_many_races_takes_them_from_its_columns),
             PB_RUN(a_weather_row_that_cannot_be_right_is_left_out_with_line_and_reason),
             PB_RUN(a_file_that_is_broken_as_a_whole_is_refused_and_leaves_the_records_alone),
             PB_RUN(race_control_in_both_forms_gives_the_same_rows), PB_RUN(times_with_a_zone_are_utc),
             PB_RUN(results_of_jolpica_bring_their_race_along),
             PB_RUN(a_driver_that_nobody_knows_is_refused_by_name_and_taken_by_code),
             PB_RUN(a_driver_without_a_code_is_refused_where_no_name_is_looked_at),
             PB_RUN(pit_times_over_a_minute_are_read_as_such), PB_RUN(the_ergast_mirror_joins_its_tables_by_number),
             PB_RUN(every_row_of_the_real_tables_is_read_or_refused_with_a_reason))
