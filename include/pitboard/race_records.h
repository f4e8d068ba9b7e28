/* pitboard/race_records.h - what is recorded of a race beside its laps: weather,
 * race control, results, pit stops, stints, circuits.
 *
 * Plain rows as a source tells them, joined by season, round and driver code;
 * where a source has car numbers only, driver is "" and the number is there.
 * Season and round are 0 where the file does not tell. Times on the session
 * clock in milliseconds, PB_MS_NONE unknown; other numbers NAN or 0 unknown, as
 * said.
 *
 * Floor 2. Uses race. */
#ifndef PITBOARD_RACE_RECORDS_H
#define PITBOARD_RACE_RECORDS_H

#include "pitboard/race.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One reading of a weather station. */
typedef struct pb_weather_row {
    int16_t season, round;
    bool    sprint;
    int32_t session_ms;          /* or PB_MS_NONE */
    int64_t utc_ms;              /* since 1970, 0 unknown */
    float   air_degc, track_degc;
    float   humidity_pct, pressure_mbar;
    float   wind_mps, wind_deg;
    int8_t  rain;                /* 1, 0, -1 unknown */
} pb_weather_row;

/* A message of race control. */
typedef struct pb_control_row {
    int16_t season, round;
    bool    sprint;
    int32_t session_ms;          /* or PB_MS_NONE */
    int64_t utc_ms;
    int16_t lap, car_number;     /* 0 unknown */
    char    category[16], flag[24], scope[16];
    char    message[240];
} pb_control_row;

/* A line of a results table. */
typedef struct pb_result_row {
    int16_t season, round;
    bool    sprint;
    char    driver[8];
    char    team[40];
    int16_t number;
    uint8_t grid;                /* 0: pit lane or unknown */
    uint8_t place;               /* in the table's order, 1 .. ; 0 unknown */
    char    place_text[8];       /* "1", "R", "D", "W" */
    char    status[40];          /* "Finished", "+1 Lap", "Engine" */
    double  points;              /* NAN unknown */
    int16_t laps;                /* -1 unknown */
    int32_t time_ms;             /* race time, or PB_MS_NONE */
} pb_result_row;

/* A visit to the pit lane as a table tells it. */
typedef struct pb_pit_row {
    int16_t season, round;
    bool    sprint;
    char    driver[8];
    int16_t number;              /* of the car, 0 unknown */
    uint16_t lap;                /* in-lap */
    uint8_t stop;                /* 1 .., 0 unknown */
    int32_t lane_ms;             /* entry to exit, or PB_MS_NONE */
    int32_t still_ms;            /* stationary, or PB_MS_NONE */
    int64_t utc_ms;              /* when, since 1970; 0 unknown */
} pb_pit_row;

/* A stint as a table tells it. */
typedef struct pb_stint_row {
    int16_t season, round;
    bool    sprint;
    char    driver[8];
    int16_t number;              /* of the car, 0 unknown */
    uint8_t stint;               /* 1 .. */
    uint16_t from_lap, to_lap;   /* 0 unknown */
    uint8_t compound;            /* pb_compound */
    int16_t age_at_start;        /* -1 unknown */
    int8_t  fresh;               /* 1 new, 0 used, -1 unknown */
} pb_stint_row;

#ifdef __cplusplus
}
#endif
#endif
