/* tracker: what the tracker keeps beside the state it shows. Inside race only.
 *
 *     event -> now (clock) -> car -> handler of its kind -> meaning
 *
 *     of a lap   fed[L]   what feeds said of it
 *                lap[L]   the same with what a person said in its place
 *     of a set   raw[k]   what a feed said of stint k, and a person
 *                stints   of the state: laid out over the laps
 *
 * Slot laps + 1 of both lap arrays is the lap being driven; a lap is closed when its
 * number is not 0. */
#ifndef PB_RACE_TRACKER_PRIVATE_H
#define PB_RACE_TRACKER_PRIVATE_H

#include "pitboard/race_tracker.h"

#define PB__LAP_SLOTS (PB_LAPS_MAX + 2)
#define PB__TRACK_MAX 512 /* changes of the track status in a session */
#define PB__REASONS_MAX 48
#define PB__PENALTIES_MAX 128
#define PB__RESTARTS_MAX 32

#define PB__LINE_WINDOW_MS 5000 /* what comes so soon after the line is of the lap that ended */
#define PB__STINT_WINDOW_MS 10000
#define PB__SAME_VISIT_MS 10000 /* two words on one pit entry */

/* What a person can say of a lap: bits of by_hand. */
enum {
    PB__LAP_TIME     = 1 << 0,
    PB__LAP_END      = 1 << 1,
    PB__LAP_SECTORS  = 1 << 2,
    PB__LAP_POSITION = 1 << 3,
    PB__LAP_PIT_IN   = 1 << 4,
    PB__LAP_PIT_OUT  = 1 << 5,
    PB__LAP_DELETED  = 1 << 6
};

/* One stint as told; bits of hand: what a person said. */
enum { PB__SET_COMPOUND = 1 << 0, PB__SET_FRESH = 1 << 1, PB__SET_START = 1 << 2, PB__SET_FROM = 1 << 3 };

typedef struct pb__set_words {
    uint8_t  compound;
    int8_t   fresh;
    int16_t  start_age; /* -1 unknown */
    uint16_t from_lap;
} pb__set_words;

typedef struct pb__set {
    bool          seen;
    bool          start_told; /* start_age was said, not taken from the laps on the set */
    uint8_t       hand;       /* PB__SET_* */
    pb__set_words fed, by_hand;
} pb__set;

/* A gap as told. */
typedef struct pb__gap_word {
    int32_t at_ms, gap_ms; /* at_ms PB_MS_NONE: none */
} pb__gap_word;

typedef struct pb__car {
    pb_lap       lap[PB__LAP_SLOTS], fed[PB__LAP_SLOTS];
    uint8_t      by_hand[PB__LAP_SLOTS];
    uint8_t      teller[PB__LAP_SLOTS]; /* pb_origin of the end */
    bool         exact[PB__LAP_SLOTS];  /* the end was told as such, not read off the time of a message */
    bool         placed[PB__LAP_SLOTS]; /* the position at the end was told with it */
    uint16_t     hand_lap[PB_TOLD_N];   /* lap on which a person set the field */
    int32_t      heard_ms;              /* first word of it */
    int32_t      closed_ms;             /* when the last lap's end was told, which may be late */
    int32_t      finished_ms;           /* told to have finished before its last crossing was; PB_MS_NONE not */
    int32_t      sector_at_ms[3];       /* when sectors of the running lap were told */
    bool         time_cleared;          /* the lap time was emptied on purpose */
    bool         settled;               /* what can be worked out of the last lap has been */
    int8_t       in_lane;               /* -1 unknown, 0, 1 in the lane, 2 in the box */
    bool         been_out;              /* left the lane once */
    bool         tyre_stints;           /* stints are told, not only the fitted set */
    bool         out_told, silent;      /* out by word of a feed; by silence */
    uint16_t     visits;                /* of the lane, after the start */
    uint16_t     lead_laps_at_line;     /* of the leader, when it last crossed the line */
    pb__set      raw[PB_STINTS_MAX];
    pb__gap_word word[PB__LAP_SLOTS], last_word; /* nearest to the end of each lap; the newest */
    uint8_t      shift, shift_from;              /* numbers of stints from shift_from on stand for that many more */
} pb__car;

typedef struct pb__track_change {
    int32_t at_ms;
    uint8_t digit;
} pb__track_change;

typedef struct pb__penalty_seen {
    int16_t  car;
    uint16_t lap;
    uint8_t  kind, penalty;
    int32_t  value;
    int64_t  at_us;
} pb__penalty_seen;

struct pb_tracker {
    pb_race_state    state;
    pb__car          car[PB_CARS_MAX];
    int32_t          lead_ms[PB__LAP_SLOTS]; /* first end of lap L */
    uint16_t         lead_laps;
    pb__track_change track[PB__TRACK_MAX];
    uint32_t         n_track;
    uint8_t          track_origin, clock_origin, session_origin, weather_origin, own_origin;
    int64_t          clock_offset_us; /* UTC less session clock; PB_US_NONE unknown */
    int32_t          clock_at_ms;     /* when clock_told_ms was told */
    int32_t          clock_told_ms;
    int32_t          chequered_ms;
    bool             flag_waits;                   /* for the leader to come to the line */
    int32_t          restart_ms[PB__RESTARTS_MAX]; /* after red flags */
    uint32_t         n_restarts;
    pb__penalty_seen penalty[PB__PENALTIES_MAX];
    uint32_t         n_penalties;
    pb_refusal       reason[PB__REASONS_MAX];
    uint32_t         n_reasons;
    bool             aligns; /* a gap was told in seconds */
};

/* One event while it is applied. */
typedef struct pb__ctx {
    pb_tracker     *t;
    pb_race_state  *s;
    const pb_event *e;
    int32_t         now_ms; /* of the event on the session clock; PB_MS_NONE where nothing tells */
    int64_t         now_us;
    pb__car        *car; /* NULL where the kind has none */
    pb_live_car    *live;
    pb_meaning      meaning;
} pb__ctx;

/* NULL when it was applied, else why not: a static text. */
typedef const char *pb__handler(pb__ctx *c);

pb__handler pb__on_session, pb__on_session_status, pb__on_distance, pb__on_leader_lap, pb__on_clock, pb__on_chequered,
    pb__on_flashback, pb__on_own_car, pb__on_track, pb__on_sc_phase, pb__on_control, pb__on_weather, pb__on_forecast,
    pb__on_car, pb__on_position, pb__on_gap, pb__on_interval, pb__on_laps, pb__on_last_lap, pb__on_best_lap,
    pb__on_sector, pb__on_speed, pb__on_lap, pb__on_lap_deleted, pb__on_lap_distance, pb__on_pit_in, pb__on_pit_out,
    pb__on_in_pit, pb__on_pit_time, pb__on_stops, pb__on_stint, pb__on_tyre, pb__on_wear, pb__on_fuel, pb__on_retired,
    pb__on_stopped, pb__on_finished, pb__on_disqualified, pb__on_penalty, pb__on_penalty_served, pb__on_damage,
    pb__on_take_back;

/* ---- tracker_clock ---- */
void pb__clock_of(pb__ctx *c);
void pb__clock_keep(pb__ctx *c);

/* ---- tracker_car ---- */
pb__car     *pb__car_of(pb_tracker *t, int16_t key, bool make);
pb_live_car *pb__live_of(pb_tracker *t, const pb__car *car);
void         pb__car_forget(pb_tracker *t);
void         pb__lap_blank(pb_lap *lap);

/* ---- tracker_told ---- */
int pb__rank(pb_origin origin);
/* Whether the event may set the field; keeps who told what either way. old is the value that is shown, in the
 * unit of the field; known: there is one. */
bool pb__tell(pb__ctx *c, pb_told_field field, int32_t value, int32_t old, bool known);
/* The same for things of the session that have no record of their own. */
bool pb__tell_session(uint8_t *teller, const pb_event *e);

/* ---- tracker_lap: the rows ---- */
/* Puts a row together from what feeds and a person said; notes a rewrite of a closed one. */
void    pb__lap_settle(pb__ctx *c, uint16_t lap);
void    pb__lap_settle_of(pb__ctx *c, pb__car *car, uint16_t lap);
int32_t pb__lap_begin(const pb_tracker *t, const pb__car *car, uint16_t lap);
void    pb__lap_close(pb__ctx *c, uint16_t lap, int32_t end_ms);
/* Sets the end of a closed lap, and what follows from it. */
void pb__lap_move(pb__ctx *c, uint16_t lap, int32_t end_ms);
/* Forgets the laps of a car after `lap`. */
void pb__lap_drop_after(pb_tracker *t, pb__car *car, uint16_t lap);
void pb__lead_again(pb_tracker *t);
/* The lap a word of now belongs to: the one that just ended, or the running one. */
uint16_t pb__lap_meant(const pb__ctx *c);

/* ---- tracker_lap_times ---- */
void pb__lap_work_out(pb__ctx *c, uint16_t lap);
void pb__lap_window(pb__ctx *c);
bool pb__lap_accurate(const pb_tracker *t, const pb__car *car, uint16_t lap);

/* ---- tracker_stints ---- */
void pb__sets_lay(pb__ctx *c);
void pb__sets_show(pb__ctx *c);
/* Compound, age, stint of a row. */
void pb__sets_of_lap(const pb__car *car, uint16_t lap, pb_lap *fed);

/* ---- tracker_track ---- */
uint8_t pb__track_seen(const pb_tracker *t, int32_t from_ms, int32_t to_ms, char order[8]);
bool    pb__track_red_at(const pb_tracker *t, int32_t at_ms);
void    pb__track_back_to(pb_tracker *t, int32_t at_ms);

/* ---- tracker_gaps, tracker_order ---- */
void pb__gap_at_line(pb__ctx *c, uint16_t lap);
void pb__position_at_line(pb__ctx *c, uint16_t lap);
void pb__order_again(pb_tracker *t);

/* ---- tracker_align ---- */
void pb__align_hear(pb__ctx *c);               /* a gap was told and kept */
void pb__align_line(pb__ctx *c, uint16_t lap); /* the lap has closed */
/* How much later than the others' each car's times are. */
void pb__align(const pb_tracker *t, int32_t late_ms[PB_CARS_MAX]);
void pb__align_row(const pb_tracker *t, const pb__car *car, int32_t late_ms, pb_lap *row);

/* ---- tracker_end ---- */
/* What ends with its flag; practice and qualifying go on in parts. */
bool pb__is_race(const pb_race_state *state);
bool pb__car_is_out(const pb_live_car *live);
void pb__at_line(pb__ctx *c, uint16_t lap);
void pb__silence(pb__ctx *c);
/* It has finished, or is disqualified: no lap of it counts any more. */
bool pb__is_over_for(const pb__ctx *c);
void pb__flag_out(pb__ctx *c, int32_t at_ms);
void pb__flag_told(pb__ctx *c);
void pb__car_out(pb__ctx *c, pb_car_status status);
void pb__to_go(pb_tracker *t);

#endif
