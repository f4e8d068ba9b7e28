/* pitboard/race_tracker.h - events folded into one state of the race.
 *
 * Feed it every event in the order of receipt, from any mix of sources; read the
 * state whenever you like. It reads no clock: "now" is the time of the newest
 * event. Same events, same bytes. Everything is allocated at creation.
 *
 *     event --> pb_tracker_apply --> pb_race_state   (what a screen shows)
 *                               \--> pb_race_log     (laps so far, what models read)
 *
 * Each field of a car says who told it and when (pb_told). When two sources tell
 * different things the better one is kept (a person, then the rules of
 * docs/live-state.md) and the other is kept beside it, to be shown. What arrives late
 * (a corrected compound, a deleted lap) rewrites the laps it belongs to.
 *
 * Floor 2. Uses codec, race. */
#ifndef PITBOARD_RACE_TRACKER_H
#define PITBOARD_RACE_TRACKER_H

#include "pitboard/codec.h"
#include "pitboard/race_event.h"
#include "pitboard/race_records.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Fields of a car that carry their origin. */
#define PB_TOLD_LIST(X)                                                        \
    X(POSITION, "position") X(GAP, "gap") X(INTERVAL, "interval") X(LAPS, "laps") X(LAST_LAP, "last_lap")   \
    X(SECTORS, "sectors") X(TYRE, "tyre") X(TYRE_AGE, "tyre_age") X(PIT, "pit") X(STOPS, "stops")           \
    X(STATUS, "status") X(PENALTY, "penalty") X(WEAR, "wear") X(FUEL, "fuel")

typedef enum pb_told_field {
#define PB_TOLD_ENUM(name, text) PB_TOLD_##name,
    PB_TOLD_LIST(PB_TOLD_ENUM)
#undef PB_TOLD_ENUM
    PB_TOLD_N
} pb_told_field;
const char *pb_told_name(pb_told_field field);

typedef struct pb_told {
    int64_t at_us;               /* when; PB_US_NONE never; from the start of the session where no source has a date */
    uint8_t origin;              /* pb_origin whose value is kept */
    uint8_t other;               /* origin that last told another value; PB_ORIGIN_NONE nobody */
    int32_t other_value;         /* what it told, in the unit of the field */
    int64_t other_at_us;
} pb_told;

typedef enum pb_car_status {
    PB_CAR_UNKNOWN = 0, PB_CAR_GRID, PB_CAR_RUNNING, PB_CAR_IN_LANE, PB_CAR_IN_BOX, PB_CAR_STOPPED, PB_CAR_RETIRED,
    PB_CAR_FINISHED, PB_CAR_DISQUALIFIED
} pb_car_status;
const char *pb_car_status_name(pb_car_status status);   /* "running" */
/* Of a state: type ("race"), status ("started") and neutral ("sc"; NULL none). */
const char *pb_race_type_name(uint8_t type);
const char *pb_race_status_name(uint8_t status);
const char *pb_race_neutral_name(uint8_t neutral);

/* Gap to the leader or to the car ahead. The leader's own: 0 ms to itself, unknown to
 * the car ahead; both unknown for a car that is out, whatever a feed goes on saying.
 * A derived gap is that of the last crossing of the line. */
typedef struct pb_live_gap {
    int32_t ms;                  /* PB_MS_NONE unknown, or more than a lap */
    int16_t laps;                /* behind, whole laps; 0 on the same lap; -1 unknown */
    bool    derived;             /* from lap times, not told by a feed */
} pb_live_gap;

/* A set of tyres on a car, by laps. */
typedef struct pb_stint {
    uint8_t  compound;           /* pb_compound */
    int8_t   fresh;              /* 1 new, 0 used, -1 unknown */
    uint16_t from_lap, to_lap;   /* to_lap 0: still on */
    int16_t  age_at_start;       /* laps; -1 unknown */
} pb_stint;

#define PB_STINTS_MAX 24

typedef struct pb_live_car {
    int16_t  key, number;
    char     code[8], name[40], team[40];
    uint8_t  grid;               /* 0 unknown */
    uint8_t  status;             /* pb_car_status */
    uint8_t  position;           /* 1 ..; 0 unknown */
    uint16_t laps;               /* completed */
    int32_t  line_ms;            /* session clock at the last crossing of the line; PB_MS_NONE none yet */
    pb_live_gap gap, interval;
    int32_t  last_lap_ms, best_lap_ms;      /* PB_MS_NONE unknown */
    uint16_t best_lap;
    int32_t  sector_ms[3];       /* of the running lap, then of the last; PB_MS_NONE unknown */
    float    speed_kmh[4];       /* I1 I2 FL ST; NAN unknown */
    uint8_t  compound;
    int16_t  tyre_age_laps;      /* -1 unknown */
    int8_t   fresh;
    uint8_t  n_stints;
    pb_stint stints[PB_STINTS_MAX];
    uint8_t  stops;              /* for tyres, after the start */
    int32_t  pit_in_ms, pit_out_ms, lane_ms, still_ms;   /* last visit; session clock; PB_MS_NONE */
    int32_t  penalty_ms;         /* time penalties not served yet */
    uint8_t  drive_throughs, stop_gos;   /* not served yet */
    bool     lapped;             /* at least a lap behind */
    float    wear_frac[4];       /* FL FR RL RR; NAN unknown */
    float    fuel_kg;
    float    lapdist_m;          /* NAN unknown */
    pb_told  told[PB_TOLD_N];
} pb_live_car;

#define PB_MESSAGES_KEPT 64
typedef struct pb_message {
    int64_t  at_us;
    int32_t  session_ms;
    uint16_t lap;
    int16_t  car;
    char     category[16], flag[24], text[PB_EVENT_TEXT];
} pb_message;

/* Neutralisations so far; end_ms PB_MS_NONE while it runs. */
typedef struct pb_live_phase {
    uint8_t  kind;               /* pb_neutral_kind */
    int32_t  start_ms, ending_ms, end_ms;
    uint16_t start_lap, end_lap; /* laps the leader was on; 0 unknown */
} pb_live_phase;
#define PB_LIVE_PHASES_MAX 32

typedef struct pb_race_state {
    uint64_t n_events;           /* applied so far */
    int64_t  now_us;             /* of the newest event, PB_US_NONE none yet */
    int32_t  session_ms;
    char     session[48], name[64];
    int16_t  season, round;      /* 0 unknown */
    char     circuit[32];        /* crosswalk id */
    uint8_t  type, status;       /* pb_session_type, pb_session_status */
    uint16_t laps_total;         /* 0 unknown or timed */
    uint16_t laps_planned;       /* as first told, when it changed */
    uint16_t leader_lap;         /* lap the leader is on */
    uint16_t laps_to_go;         /* of the leader, the running one included; 0 unknown or over */
    int32_t  clock_left_ms;      /* PB_MS_NONE unknown */
    bool     clock_runs;
    uint8_t  track;              /* status digit */
    uint8_t  neutral;            /* pb_neutral_kind now, 0 none */
    uint8_t  sc_phase;           /* pb_sc_phase */
    uint8_t  n_phases;
    pb_live_phase phases[PB_LIVE_PHASES_MAX];
    bool     chequered;
    int32_t  start_ms;           /* lights out, session clock; PB_MS_NONE unknown */
    pb_weather_row weather;      /* newest; session_ms PB_MS_NONE none yet */
    float    rain_chance[4];     /* in 5, 10, 15, 30 min; NAN unknown */
    int16_t  own_car;            /* key, 0 unknown */
    uint8_t  n_cars;
    pb_live_car cars[PB_CARS_MAX];   /* in the order they were first heard of */
    uint8_t  order[PB_CARS_MAX];     /* indices of cars, running order, out cars last */
    uint32_t n_messages;         /* of race control, in all */
    pb_message messages[PB_MESSAGES_KEPT];   /* message i of all at [i % PB_MESSAGES_KEPT] */
    uint32_t corrections;        /* fields a person set */
    uint32_t rewritten;          /* laps changed after they were closed */
    uint32_t refused;            /* events that could not be applied */
} pb_race_state;

/* The car of a key, NULL none. */
const pb_live_car *pb_race_car_of(const pb_race_state *state, int16_t key);
/* It has ended a lap, and not its race. */
bool pb_live_car_races(const pb_live_car *car);
/* Its race ended before the flag. */
bool pb_live_car_is_out(const pb_live_car *car);
/* The team-mate of a car of the state: the same team in the feed's words, racing, the first of them by place; NULL none. */
const pb_live_car *pb_race_mate(const pb_race_state *state, const pb_live_car *car);

typedef struct pb_tracker pb_tracker;

pb_status pb_tracker_create(pb_tracker **out, pb_error *error);
void      pb_tracker_destroy(pb_tracker *tracker);
void      pb_tracker_reset(pb_tracker *tracker);

/* What an event meant for who decides: bits. */
enum {
    PB_MEANT_LAP    = 1 << 0,    /* a car closed a lap; *car */
    PB_MEANT_TRACK  = 1 << 1,    /* SC, VSC, red or green began */
    PB_MEANT_RAIN   = 1 << 2,    /* rain began or stopped */
    PB_MEANT_PIT    = 1 << 3,    /* a car entered or left the lane; *car */
    PB_MEANT_OUT    = 1 << 4,    /* a car retired; *car */
    PB_MEANT_START  = 1 << 5,
    PB_MEANT_END    = 1 << 6,    /* chequered flag */
    PB_MEANT_NEW    = 1 << 7,    /* another session began; the state was reset */
    PB_MEANT_REWRITE = 1 << 8    /* closed laps were changed */
};
typedef struct pb_meaning { uint32_t bits; int16_t car; const char *refused; /* why it was not applied; NULL it was */ } pb_meaning;

/* Never fails: an event that cannot be applied is counted and changes nothing. */
pb_meaning pb_tracker_apply(pb_tracker *tracker, const pb_event *event);

/* Why events were refused, most frequent first; writes at most cap, returns how many
 * reasons there are. Static texts. */
typedef struct pb_refusal { const char *why; uint32_t n; } pb_refusal;
uint32_t pb_tracker_refusals(const pb_tracker *tracker, pb_refusal *out, uint32_t cap);

/* Valid until the next apply. */
const pb_race_state *pb_tracker_state(const pb_tracker *tracker);
/* Laps closed so far as a recorded race; codes are the three letters, else the number.
 * A car that is out has, as in recordings, one row more: the lap it did not end,
 * without a time, 150 s after the row before. *out must be initialised; PB_E_EMPTY when no
 * lap is closed. */
pb_status pb_tracker_log(const pb_tracker *tracker, pb_race_log *out, pb_error *error);
/* Closed lap L of a car by key; NULL when it is not there. Valid until the next apply. */
const pb_lap *pb_tracker_lap(const pb_tracker *tracker, int16_t car, uint16_t lap);
/* Phases so far with leader progress, for models; see pb_neutral_phases. */
uint32_t pb_tracker_phases(const pb_tracker *tracker, const pb_race_outcome *outcome, pb_neutral_phase *out, uint32_t cap);
/* The state as one JSON object, keys documented in docs/live-state.md. */
void      pb_race_state_print(const pb_race_state *state, pb_json_writer *to, const char *key);

#ifdef __cplusplus
}
#endif
#endif
