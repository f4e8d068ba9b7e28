/* pitboard/race_event.h - what happens in a race, one fact at a time, whoever
 * tells it: a game, a timing feed, a file, a person.
 *
 * Wire formats turn bytes into events; the tracker (race_tracker.h) folds them
 * into one state. An event says what its source said and nothing that was worked
 * out from it: "the lap counter of car 44 stands at 12", not "car 44 has led for
 * three laps". Values that do not belong to a kind are zero.
 *
 * Times: at_us is when it happened as its source dates it, microseconds since
 * 1970 UTC, PB_US_NONE when the source does not say; session_ms is the session
 * clock, PB_MS_NONE when unknown. The order of events is the order in which they
 * were received, not of their times.
 *
 * Cars: a key in 1 .. 32767, the racing number where the source has one that is
 * unique (the F1 game may have doubles: then 1000 + its index). 0 is nobody.
 *
 * Floor 2. Uses race. */
#ifndef PITBOARD_RACE_EVENT_H
#define PITBOARD_RACE_EVENT_H

#include "pitboard/race.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PB_US_NONE INT64_MIN

/* Who tells. Kept with every field of the state; a person's word wins. */
typedef enum pb_origin {
    PB_ORIGIN_NONE = 0,
    PB_ORIGIN_HAND,              /* lap entry and corrections by hand (D8) */
    PB_ORIGIN_F1_GAME,
    PB_ORIGIN_LIVE_TIMING,
    PB_ORIGIN_LAP_FILE,          /* lap CSV, live-timing cache folder */
    PB_ORIGIN_OPENF1,
    PB_ORIGIN_ERGAST,
    PB_ORIGIN_GR_CUP,
    PB_ORIGIN_TELEMETRY,         /* worked out by a logger from its own points */
    PB_ORIGIN_N
} pb_origin;

const char *pb_origin_name(pb_origin origin);        /* "live_timing"; "?" out of range */
pb_origin   pb_origin_from_name(pb_span name);       /* PB_ORIGIN_NONE if none */

/* name in event lines (docs/formats/events.md), then what it carries.
 * The list makes the enum, pb_event_kind_name and the JSON of event lines. */
#define PB_EVENT_LIST(X)                                                       \
    X(NONE, "none")                                                            \
    /* the session */                                                          \
    X(SESSION, "session")               /* a new one: text its id, name its name, value pb_session_type, aux season, index round (0 unknown), team_text its circuit as the source calls it */ \
    X(SESSION_STATUS, "session_status") /* value pb_session_status */          \
    X(DISTANCE, "distance")             /* value laps to run in all; may change */ \
    X(LEADER_LAP, "leader_lap")         /* value lap the leader is on */       \
    X(CLOCK, "clock")                   /* value ms remaining, flag: it runs */ \
    X(TRACK, "track")                   /* value status digit of the feed: 1 2 4 5 6 7 */ \
    X(SC_PHASE, "sc_phase")             /* value pb_sc_phase, aux pb_neutral_kind */ \
    X(CONTROL, "control")               /* race control: text, name its category, flag_text, scope_text, value sector, lap, car */ \
    X(WEATHER, "weather")               /* real[0..6]: air C, track C, humidity %, pressure mbar, wind m/s, wind deg, rain 0/1; NAN unknown */ \
    X(FORECAST, "forecast")             /* value minutes from now, aux PB weather code 0..6, real[0] chance of rain 0..1, [1] air C, [2] track C */ \
    X(CHEQUERED, "chequered")           /* the flag is out */                  \
    X(FLASHBACK, "flashback")           /* session_ms the clock went back to: what came later never was */ \
    X(OWN_CAR, "own_car")               /* car: ours, as the feed says */      \
    /* a car */                                                                \
    X(CAR, "car")                       /* who: text code (3 letters or ""), name, team_text; value number, aux grid (0 unknown) */ \
    X(POSITION, "position")             /* value 1..; lap: the place was that at the end of this lap (0: now) */ \
    X(GAP, "gap")                       /* to the leader: value ms; flag: value is laps behind; PB_MS_NONE: cleared on purpose */ \
    X(INTERVAL, "interval")             /* to the car ahead: likewise */       \
    X(LAPS, "laps")                     /* value laps completed, as the counter of the source stands */ \
    X(LAST_LAP, "last_lap")             /* value ms; 0: cleared on purpose */  \
    X(BEST_LAP, "best_lap")             /* value ms, lap where known; 0: cleared on purpose */ \
    X(SECTOR, "sector")                 /* index 0..2, value ms; 0: cleared */ \
    X(SPEED, "speed")                   /* index 0 I1, 1 I2, 2 FL, 3 ST; value km/h */ \
    X(LAP, "lap")                       /* a whole lap: lap, value ms (PB_MS_NONE unknown), sectors[3], session_ms its end, aux position (0 unknown) */ \
    X(LAP_DELETED, "lap_deleted")       /* lap, text reason, value the deleted time in ms (PB_MS_NONE untold); flag false: given back */ \
    X(LAP_DISTANCE, "lap_distance")     /* real[0] m round the lap, real[1] m in the session */ \
    X(PIT_IN, "pit_in")                 /* crossed into the lane at session_ms; lap where known */ \
    X(PIT_OUT, "pit_out")               \
    X(IN_PIT, "in_pit")                 /* value 0 on track, 1 in the lane, 2 in its box or garage: a state, not a moment */ \
    X(PIT_TIME, "pit_time")             /* value ms in the lane, aux ms stationary (PB_MS_NONE unknown), lap in-lap where known */ \
    X(STOPS, "stops")                   /* value stops so far */               \
    X(STINT, "stint")                   /* index stint from 0; a patch: value compound or -1, aux laps on the set now or -1, start_age or -1, fresh -1/0/1, lap first lap or 0; flag: the stop left the tyres on */ \
    X(TYRE, "tyre")                     /* the fitted set now: value compound, aux laps on it or -1, fresh */ \
    X(WEAR, "wear")                     /* real[0..3] worn FL FR RL RR, 0..1; NAN unknown */ \
    X(FUEL, "fuel")                     /* real[0] kg, real[1] laps it lasts beyond the flag; NAN unknown */ \
    X(RETIRED, "retired")               /* flag: true out, false back */       \
    X(STOPPED, "stopped")               /* flag: standing on the track */      \
    X(FINISHED, "finished")             /* took the flag; value place or 0 */  \
    X(DISQUALIFIED, "disqualified")                                            \
    X(PENALTY, "penalty")               /* value pb_penalty, aux ms for time ones, text why, lap */ \
    X(PENALTY_SERVED, "penalty_served") /* value pb_penalty, aux ms */         \
    X(DAMAGE, "damage")                 /* real[0] front wing, [1] rear wing, [2] floor, [3] engine, 0..1 */ \
    X(TAKE_BACK, "take_back")           /* by hand: what a person set of the car no longer holds; name a pb_told_name or "" for all, lap: that lap's values instead */

typedef enum pb_event_kind {
#define PB_EVENT_ENUM(name, text) PB_EV_##name,
    PB_EVENT_LIST(PB_EVENT_ENUM)
#undef PB_EVENT_ENUM
    PB_EV_N
} pb_event_kind;

const char   *pb_event_kind_name(pb_event_kind kind);    /* "pit_in"; "?" out of range */
pb_event_kind pb_event_kind_from_name(pb_span name);     /* PB_EV_NONE if none */

typedef enum pb_session_type {
    PB_SESSION_UNKNOWN = 0, PB_SESSION_PRACTICE, PB_SESSION_QUALIFYING, PB_SESSION_SPRINT_QUALIFYING,
    PB_SESSION_SPRINT, PB_SESSION_RACE, PB_SESSION_TIME_TRIAL
} pb_session_type;

typedef enum pb_session_status {
    PB_STATUS_INACTIVE = 0, PB_STATUS_STARTED, PB_STATUS_ABORTED, PB_STATUS_FINISHED, PB_STATUS_FINALISED, PB_STATUS_ENDS
} pb_session_status;

typedef enum pb_sc_phase {
    PB_SC_NONE = 0, PB_SC_DEPLOYED, PB_SC_ENDING /* in this lap, or VSC ending */, PB_SC_OVER
} pb_sc_phase;

typedef enum pb_penalty {
    PB_PENALTY_NONE = 0, PB_PENALTY_TIME, PB_PENALTY_DRIVE_THROUGH, PB_PENALTY_STOP_GO, PB_PENALTY_GRID,
    PB_PENALTY_WARNING, PB_PENALTY_DISQUALIFIED, PB_PENALTY_OTHER
} pb_penalty;

#define PB_EVENT_TEXT 224

/* One fact. A plain value: copy it, keep it, send it through a ring. */
typedef struct pb_event {
    uint8_t  kind;                 /* pb_event_kind */
    uint8_t  origin;               /* pb_origin */
    uint8_t  index;
    bool     flag;
    int16_t  car;                  /* key; 0 nobody */
    uint16_t lap;                  /* 0 unknown */
    int32_t  session_ms;
    int64_t  at_us;
    int32_t  value, aux;
    int16_t  start_age;            /* of a stint, laps; -1 unknown */
    int8_t   fresh;                /* 1 new, 0 used, -1 unknown */
    union {
        float   real[7];
        int32_t sectors[3];        /* of a whole lap; PB_MS_NONE unknown */
    };
    char     name[40], team_text[40];
    char     flag_text[24], scope_text[16];
    char     text[PB_EVENT_TEXT];  /* valid UTF-8 */
} pb_event;

/* Kind, origin and times set; everything else as "unknown" (fresh and start_age
 * -1, real NAN for the kinds that have them, sectors PB_MS_NONE). */
pb_event pb_event_make(pb_event_kind kind, pb_origin origin, int64_t at_us, int32_t session_ms);

/* ---- telemetry: one moment of one car ---- */

/* name in JSON and CSV, unit in it; the first ten are those of every logger, the
 * rest optional. */
#define PB_CHANNEL_LIST(X)                                                     \
    X(LAPDIST, "lapdist_m")            /* from the line, m */                  \
    X(SPEED, "speed_kmh")                                                      \
    X(ACCX, "accx_g")                  /* longitudinal, + accelerating */      \
    X(ACCY, "accy_g")                  /* lateral, + left */                   \
    X(STEERING, "steering_deg")        /* + right */                           \
    X(PBRAKE_F, "pbrake_f_bar")                                                \
    X(PBRAKE_R, "pbrake_r_bar")                                                \
    X(RPM, "rpm")                                                              \
    X(APS, "aps_pct")                  /* accelerator pedal (or throttle blade), 0..100 */ \
    X(GEAR, "gear")                    /* 0 neutral, -1 reverse */             \
    X(BRAKE, "brake_pct")              /* pedal where there is no pressure, 0..100 */ \
    X(TYRE_AGE, "tyre_age_laps")                                               \
    X(SECTOR, "sector")                /* 1..3 */                              \
    X(POS_X, "x_m")                    /* local axes */                        \
    X(POS_Y, "y_m")                                                            \
    X(POS_Z, "z_m")                                                            \
    X(FUEL, "fuel_kg")                                                         \
    X(DRS, "drs")                      /* 1 open */                            \
    X(ERS, "ers_mj")                                                           \
    X(TYRE_FL, "tyre_fl_degc")         /* surface */                           \
    X(TYRE_FR, "tyre_fr_degc")                                                 \
    X(TYRE_RL, "tyre_rl_degc")                                                 \
    X(TYRE_RR, "tyre_rr_degc")

typedef enum pb_channel {
#define PB_CHANNEL_ENUM(name, text) PB_CH_##name,
    PB_CHANNEL_LIST(PB_CHANNEL_ENUM)
#undef PB_CHANNEL_ENUM
    PB_CH_N
} pb_channel;

const char *pb_channel_name(pb_channel channel);

typedef struct pb_point {
    int64_t  time_us;              /* UTC since 1970 by the clock of its source; order within a car */
    int32_t  car;                  /* key, > 0 (a GR Cup chassis without a number: 1000 + chassis) */
    uint16_t lap;                  /* 0 unknown; the lap being driven */
    uint8_t  origin;               /* pb_origin */
    uint32_t has;                  /* bit k: channel k is there */
    float    ch[PB_CH_N];          /* 0 where it is not */
    double   lat_deg, lon_deg;     /* NAN unknown */
    char     session[24];          /* "" the one that runs */
} pb_point;

static inline bool pb_point_has(const pb_point *p, pb_channel c) { return (p->has >> c) & 1u; }

/* ---- where decoders put what they found ----
 * Each may be NULL. What is handed over lives until the call returns. */
typedef struct pb_feed_sink {
    void *user;
    void (*event)(void *user, const pb_event *event);
    void (*point)(void *user, const pb_point *point);
    /* A message, row or field that was refused or passed over: why is a short
     * static text fit for counting by reason ("unknown packet id", "no JSON"). */
    void (*refused)(void *user, const char *why);
} pb_feed_sink;

#ifdef __cplusplus
}
#endif
#endif
