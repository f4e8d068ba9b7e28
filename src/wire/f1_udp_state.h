/* f1_udp_state.h - what the decoder of the F1 game remembers between datagrams: who
 * the cars are, what it has told of each, and the newest frame of what points are
 * joined from.
 *
 *     datagram -> admit (order, repeats, flashbacks) -> the packet's file -> sink
 *
 * One session fits; another session_uid begins with everything forgotten. Private to
 * f1_udp*.c. */
#ifndef PB_WIRE_F1_UDP_STATE_H
#define PB_WIRE_F1_UDP_STATE_H

#include "f1_udp_header.h"
#include "f1_udp_layout.h"
#include "pitboard/wire_feed.h"

#define PB__F1_LAPS 100 /* rows of a session history */
#define PB__F1_STINTS 8 /* likewise */
#define PB__F1_REPEATS 32
#define PB__F1_TRACE 512 /* marks of a car's way, PB__F1_MARK_M apart: some 25 km */
#define PB__F1_MARK_M 50.0f
#define PB__F1_UNTOLD INT32_MIN

/* A whole lap as told. */
typedef struct pb__f1_lap {
    int32_t ms, sector[3]; /* 0 not told, PB_MS_NONE not known */
    int32_t end_ms;        /* session clock; PB_MS_NONE not seen */
    bool    deleted;
} pb__f1_lap;

/* Penalties of one kind that wait to be served. */
typedef struct pb__f1_debt {
    int32_t told;     /* by events so far, served ones taken off; PB__F1_UNTOLD nothing yet */
    int32_t since_ms; /* the car says otherwise since then; PB_MS_NONE it agrees */
} pb__f1_debt;

enum { PB__F1_DEBT_TIME, PB__F1_DEBT_DRIVE, PB__F1_DEBT_STOP, PB__F1_DEBTS };

/* A stint as told. */
typedef struct pb__f1_stint_told {
    uint8_t compound, from, known;
} pb__f1_stint_told;

typedef struct pb__f1_car {
    int16_t key; /* 0: nobody sits in this slot, or it is not known who */
    uint8_t number;
    bool    restricted; /* its owner shows no fuel, no wear */
    char    code[4], name[40], team[40];
    uint8_t grid; /* as told */
    /* what was heard, so that it is told anew after a flashback */
    bool heard_lap, heard_status, heard_wear, heard_damage;
    /* lap data as told */
    uint8_t lap, position, pit, stops, result;
    int32_t last_ms, sector_ms[2];
    int32_t gap_ms, interval_ms;
    float   distance;
    /* the visit to the pits that is on */
    uint8_t     in_lap;
    int32_t     lane_ms, still_ms;
    uint8_t     finish;     /* place told with the flag */
    int32_t     retired_ms; /* when an event said so; PB_MS_NONE none did */
    pb__f1_debt debts[PB__F1_DEBTS];
    /* status and damage as told */
    uint8_t compound, age, visual; /* visual: as on the wire */
    bool    fuel_due, wear_due;    /* a lap ended: tell it whatever it says */
    float   fuel_kg;
    int16_t wear[4]; /* 1/1000 */
    uint8_t damage[4];
    /* history as told */
    int32_t           best_ms;
    pb__f1_lap        laps[PB__F1_LAPS + 1]; /* by number */
    pb__f1_stint_told stints[PB__F1_STINTS];
    /* when it passed marks, for gaps where the format has none: mark m at [m % TRACE] */
    int32_t trace_ms[PB__F1_TRACE];
    int32_t trace_last; /* the newest mark, -1 none */
    float   trace_m;    /* where it was last */
    int32_t trace_at_ms;
} pb__f1_car;

/* A datagram that points are joined from. */
typedef struct pb__f1_frame {
    bool     there;
    uint32_t stamp;
    uint8_t  bytes[PB__F1_DATAGRAM_MAX];
} pb__f1_frame;

typedef struct pb__f1_session {
    uint64_t uid;
    uint16_t format;
    bool     open;  /* a datagram of it was seen */
    bool     told;  /* SESSION was said: cars may be spoken of */
    bool     named; /* and who they are is known */
    /* order */
    uint32_t newest[PB__F1_PACKETS], newest_history[PB__F1_SLOTS], newest_sets[PB__F1_SLOTS];
    uint32_t seen, seen_history, seen_sets; /* bit k: newest[k] holds something */
    uint32_t overall, frame;                /* newest of all; frame of this time line */
    int32_t  clock_ms;
    bool     going_back; /* a flashback was announced: the next frame may be lower */
    uint32_t late_run, late_stamp;
    uint32_t late_of[PB__F1_PACKETS], late_at[PB__F1_PACKETS]; /* of one kind: how many follow each other, the last */
    uint64_t repeats[PB__F1_REPEATS];
    uint32_t n_events;
    /* clocks of points */
    int64_t epoch_us, last_point_us, telemetry_us;
    bool    epoch_known;
    /* the session as told */
    uint8_t      type, weather_code, sc_status, sc_phase, track, total_laps, leader_lap, status;
    uint8_t      red; /* a red flag is out */
    bool         chequered, early_start, paused, ended, spectating;
    int8_t       air, track_temp, track_id;
    bool         weather_told;
    int32_t      left_s;
    int16_t      own_key;
    float        track_length;
    uint8_t      forecast[64 * 8];
    int32_t      forecast_n; /* -1 none told */
    int32_t      next_gap_ms, next_distance_ms, next_fuel_ms;
    pb__f1_frame motion, laps, telemetry;
    bool         telemetry_waits;
    bool         have_status;
    uint8_t      status_bytes[PB__F1_DATAGRAM_MAX], people_bytes[PB__F1_DATAGRAM_MAX];
    bool         have_people;
    uint8_t      history[PB__F1_SLOTS][PB__F1_DATAGRAM_MAX];
    uint32_t     have_history;
    pb__f1_car   cars[PB__F1_SLOTS];
} pb__f1_session;

struct pb_f1_udp {
    pb__f1_layout layouts[PB__F1_YEARS];
    uint8_t       heads[PB_EV_N][offsetof(pb_event, name)]; /* of a blank event of every kind */
    pb_event      event, *out;                              /* out: event, the one being made */
    /* of the datagram at hand */
    const pb__f1_layout *at;
    const pb_feed_sink  *sink;
    pb__f1_header        h;
    int32_t              now_ms; /* session clock of what is told */
    int64_t              received_us;
    /* the session before, whose stragglers are refused for a while */
    uint64_t       old_uid;
    uint32_t       since_new;
    pb__f1_session s;
};

static inline uint32_t pb__f1_stamp(const pb_f1_udp *u)
{
    return u->h.overall;
}

/* f1_udp_order.c: whether the datagram at hand is new; begins another session and goes
 * back in time where it says so. NULL or why not. */
const char *pb__f1_admit(pb_f1_udp *u, const uint8_t *at);
void        pb__f1_session_begin(pb_f1_udp *u);
void        pb__f1_flashback(pb_f1_udp *u, int32_t to_ms);

/* f1_udp_say.c: events on their way out. */
void pb__f1_blank_events(pb_f1_udp *u);
/* A blank one of this kind, to be filled and said before the next is asked for. */
pb_event *pb__f1_event_of(const pb_f1_udp *u, pb_event_kind kind, const pb__f1_car *car);
void      pb__f1_say(const pb_f1_udp *u, const pb_event *event);
void      pb__f1_say_value(const pb_f1_udp *u, pb_event_kind kind, const pb__f1_car *car, int32_t value, int32_t aux);
void      pb__f1_say_flag(const pb_f1_udp *u, pb_event_kind kind, const pb__f1_car *car, bool flag);
/* category and text; flag "" none; car NULL none. */
void pb__f1_say_control(const pb_f1_udp *u, const pb__f1_car *car, const char *category, const char *flag,
                        const char *format, ...) __attribute__((format(printf, 5, 6)));
/* A name off the wire: up to its NUL, bad UTF-8 replaced, cut between characters. */
void pb__f1_copy_name(const uint8_t *at, size_t n, char *to, size_t cap);
/* The car in a slot when it may be spoken of; NULL for an index out of range, too. */
static inline pb__f1_car *pb__f1_car_at(pb_f1_udp *u, unsigned index)
{
    if (index >= PB__F1_SLOTS || !u->s.told || !u->s.named || u->s.cars[index].key == 0) return NULL;
    return &u->s.cars[index];
}

/* One file a packet. */
void pb__f1_take_session(pb_f1_udp *u, const uint8_t *at);      /* f1_udp_session.c */
void pb__f1_take_participants(pb_f1_udp *u, const uint8_t *at); /* f1_udp_people.c */
void pb__f1_take_laps(pb_f1_udp *u, const uint8_t *at);         /* f1_udp_laps.c */
void pb__f1_take_event(pb_f1_udp *u, const uint8_t *at);        /* f1_udp_event.c */
void pb__f1_take_telemetry(pb_f1_udp *u, const uint8_t *at);    /* f1_udp_points.c */
void pb__f1_take_motion(pb_f1_udp *u, const uint8_t *at);
void pb__f1_take_status(pb_f1_udp *u, const uint8_t *at); /* f1_udp_status.c */
void pb__f1_take_damage(pb_f1_udp *u, const uint8_t *at);
void pb__f1_take_history(pb_f1_udp *u, const uint8_t *at); /* f1_udp_history.c */
void pb__f1_take_tyre_sets(pb_f1_udp *u, const uint8_t *at);
void pb__f1_take_final(pb_f1_udp *u, const uint8_t *at); /* f1_udp_final.c */

/* Parts of lap data with a file of their own. */
void pb__f1_pits(pb_f1_udp *u, pb__f1_car *car, const uint8_t *entry);                             /* f1_udp_pits.c */
void pb__f1_result(pb_f1_udp *u, pb__f1_car *car, uint8_t result, uint8_t place, const char *why); /* f1_udp_result.c */
void pb__f1_debts(pb_f1_udp *u, pb__f1_car *car, const uint8_t *entry);                            /* f1_udp_debts.c */
void pb__f1_debt_made(pb__f1_car *car, unsigned kind, int32_t by);
void pb__f1_gaps(pb_f1_udp *u, const uint8_t *at); /* f1_udp_gaps.c */
void pb__f1_trace(pb_f1_udp *u, const uint8_t *at);
/* Points of the telemetry that waits, with what there is of the same frame. */
void pb__f1_points_flush(pb_f1_udp *u);                                         /* f1_udp_points.c */
void pb__f1_points_join(pb_f1_udp *u);                                          /* when all of the frame is there */
void pb__f1_tyre(pb_f1_udp *u, pb__f1_car *car, uint8_t compound, int32_t age); /* f1_udp_status.c */
void pb__f1_deleted(const pb_f1_udp *u, pb__f1_car *car, unsigned lap, bool deleted, const char *why);
void pb__f1_stint(pb_f1_udp *u, pb__f1_car *car, unsigned i, uint8_t compound, uint8_t from); /* f1_udp_history.c */
void pb__f1_status_say(pb_f1_udp *u, pb_session_status status);                               /* f1_udp_session.c */
void pb__f1_session_started(pb_f1_udp *u); /* the event that says so */
void pb__f1_red_over(pb_f1_udp *u);
void pb__f1_track_say(pb_f1_udp *u, uint8_t digit);
void pb__f1_phase_say(pb_f1_udp *u, pb_sc_phase phase, pb_neutral_kind kind);
void pb__f1_own_car(pb_f1_udp *u); /* f1_udp_people.c */
void pb__f1_tell_car(pb_f1_udp *u, const pb__f1_car *car);

/* f1_udp_names.c: what the numbers of the wire stand for. */
const char     *pb__f1_circuit(int track_id);                      /* crosswalk id, or the layout's name; "" none */
const char     *pb__f1_team(unsigned format, unsigned team_id);    /* "" none */
const char     *pb__f1_driver_code(unsigned driver_id);            /* "" none */
pb_compound     pb__f1_compound(unsigned format, unsigned visual); /* 2018: of its only list */
pb_session_type pb__f1_session_type(unsigned format, unsigned type);
const char     *pb__f1_infringement(unsigned type); /* "" none */
const char     *pb__f1_penalty_name(unsigned type); /* "" none */
pb_penalty      pb__f1_penalty(unsigned type);      /* NONE: it is no penalty */
bool            pb__f1_is_race(const pb_f1_udp *u);

#endif
