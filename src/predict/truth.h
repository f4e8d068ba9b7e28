/* truth.h - what is asked of every race, and what happened: one list for training
 * and for scoring, the same as the independent scorer's (docs/accuracy.md).
 *
 * A truth is one question of a protocol: a car at a lap of a race, where the
 * answer can be read in its log, what it was, and which subsets it belongs to.
 * Each function appends the truths of one race in the order of its cars and laps.
 * Nothing here looks at what may be known when the question is asked: that is the
 * predictor's duty (feature.h, pb_sight).
 *
 * A race that is not usable has no truths.
 *
 * Shared inside predict only. */
#ifndef PB_PREDICT_TRUTH_H
#define PB_PREDICT_TRUTH_H

#include "pitboard/predict_model.h"

/* Where the numbers of a row stand; PB__POS_* for forecast and live. */
enum {
    PB__POS_MEAN      = 0,
    PB__POS_WIN       = 1,
    PB__POS_PODIUM    = 2,
    PB__POS_POINTS    = 3,
    PB__POS_P1        = 4,  /* .. p22 at 25 */
    PB__POS_Q10       = 26, /* live only; NAN: read off p1 .. p22 */
    PB__POS_Q90       = 27,
    PB__PACE_S        = 0,
    PB__PACE_Q10      = 1,
    PB__PACE_Q90      = 2,
    PB__SC_P          = 0,
    PB__RAIN_P        = 0,
    PB__CALL_P        = 0,
    PB__LANE_S        = 0,
    PB__LANE_Q05      = 1,
    PB__LANE_Q95      = 2,
    PB__CUT_P         = 0,
    PB__CUT_LAPS      = 1, /* until the second stop */
    PB__CUT_RIVAL     = 0, /* texts */
    PB__CUT_MOVE      = 1,
    PB__STOPS_N       = 0,
    PB__STOPS_P1      = 1, /* P(one stop); then of two, and of three or more */
    PB__REJOIN_PLACE  = 0,
    PB__REJOIN_WITHIN = 1,
};
#define PB__PLACES 22

typedef enum pb__truth_bits {
    PB__TRUTH_CLEAN     = 1 << 0, /* pace: dry race, lap >= 4, green throughout, both laps within 107 % of the best */
    PB__TRUTH_DRY       = 1 << 1, /* at most 2 % wet-tyre laps in the race */
    PB__TRUTH_TOOK_FLAG = 1 << 2, /* forecast, live */
    PB__TRUTH_AT25      = 1 << 3, /* live: the lap nearest to a quarter of the distance ... */
    PB__TRUTH_AT50      = 1 << 4,
    PB__TRUTH_AT75      = 1 << 5,
    PB__TRUTH_OVERCUT   = 1 << 6, /* undercut: the car ahead stopped first */
    PB__TRUTH_QUIET     = 1 << 7, /* rejoin: nobody from 40 s ahead to 45 s behind stops on this lap or the next */
} pb__truth_bits;

typedef struct pb__truth {
    int16_t  car;      /* index in the log; -1: sc */
    uint16_t lap;      /* as in the rows of the protocol; 0: forecast */
    uint16_t horizon;  /* pace: 1 or 5 */
    int32_t  row;      /* of that lap in the car's laps; -1: none (forecast, sc) */
    int32_t  from;     /* pace: row of lap - horizon, the last that may be seen of this car; else -1 */
    double   y;        /* place; s; stop 0 or 1; deployment 0 or 1; number of stops */
    uint8_t  compound; /* pitcall: fitted at this stop, else PB_COMPOUND_UNKNOWN */
    uint8_t  n_cars;   /* forecast, live: cars that have a place */
    uint8_t  bits;     /* pb__truth_bits */
    uint8_t  rival;    /* undercut: index of the car ahead */
    uint8_t  answer;   /* undercut: laps from the first stop to the second */
    int32_t  asked_ms; /* undercut: when the later of the two began the in-lap */
    double   gain_s;   /* undercut: what the car behind won */
    uint8_t  place;    /* stops: in road order */
} pb__truth;

typedef struct pb__truths {
    pb__truth *at;
    size_t     n, cap;
} pb__truths;

void pb__truths_fini(pb__truths *truths);

/* Every car with a place; none without a grid. official: place in the results table. */
pb_status pb__truth_forecast(const pb_history_race *race, bool official, pb__truths *out);
/* Scored laps of the leader (10, 20, .. and 0.25, 0.5, 0.75 of the distance, half
 * to even), each car that is still running when the leader ends them. */
pb_status pb__truth_live(const pb_history_race *race, bool official, pb__truths *out);
/* Clean laps whose car did lap - horizon in the same stint. */
pb_status pb__truth_pace(const pb_history_race *race, pb__truths *out);
/* Laps 0 .. D - 1 of the leader without SC or red flag; y: deployment first seen
 * on one of the next three. */
pb_status pb__truth_sc(const pb_history_race *race, pb__truths *out);
/* Car-laps 2 .. D - 1 without red flag. */
pb_status pb__truth_pitcall(const pb_history_race *race, pb__truths *out);
/* Pit-lane visits under green of 5 to 60 s, drive-throughs too; y: entry to exit. */
pb_status pb__truth_pitstop(const pb_history_race *race, pb__truths *out);
/* Those visits from lap 2 on whose out-lap was completed; y: place at its end. */
pb_status pb__truth_rejoin(const pb_history_race *race, pb__truths *out);

/* Every car that took the flag; none after a red flag. y: tyre stops. */
pb_status pb__truth_stops(const pb_history_race *race, pb__truths *out);

/* Laps 1 .. D - 1 of the leader; y: most of the field is on the other kind of tyre,
 * slick or wet, on one of the next five. */
pb_status pb__truth_rain(const pb_history_race *race, pb__truths *out);

/* Pairs of rivals that stop up to six laps apart under green in a dry race; y: the
 * one behind is ahead after both out-laps (truth_undercut.c). */
pb_status pb__truth_undercut(const pb_history_race *race, pb__truths *out);

/* The one of a protocol by its name; official is for forecast and live. */
pb_status pb__truth_of(const char *protocol, const pb_history_race *race, bool official, pb__truths *out,
                       pb_error *error);

/* ---- what they are made of ---- */

/* Laps of the leader that live is scored at, ascending. Returns how many. */
uint32_t pb__live_laps(uint32_t laps, uint16_t out[PB_LAPS_MAX]);
/* Cars with a row that ends after session_ms: still running then, in the eyes of
 * whoever knows the whole race. */
bool pb__still_running(const pb_log_car *car, int32_t session_ms);
/* Place at the end of a lap the car completed: 1 + cars that completed it earlier; 0 if it did not. */
uint32_t pb__running_place(const pb_history_race *race, uint32_t car, uint32_t lap);
/* Neither SC nor VSC nor red flag touched the lap. */
bool pb__lap_is_not_neutral(const pb_lap *lap);
/* Status bits of the leader's lap; 0 where nobody led it. */
uint8_t pb__leader_status(const pb_history_race *race, uint32_t lap);
/* A safety car came out in this lap of the leader, lap 1 .. D. A start behind it
 * is none: lap 1 begins under SC and most of the field is on wet tyres. */
bool pb__sc_comes_out(const pb_history_race *race, uint32_t lap);
/* Place among the cars that have one; 0 none. official: in the results table. */
uint8_t pb__place_of(const pb_history_race *race, uint32_t car, bool official);
/* A red flag touched a lap of any car. */
bool pb__race_saw_red(const pb_race_log *log);
/* At most 2 % of all laps on wet tyres. */
bool pb__race_is_dry(const pb_race_log *log);

#define PB__MADE_STOPS_MAX 15 /* stops beyond it are counted, not kept */

/* The stops a car made, none of them under a red flag. */
typedef struct pb__made_stops {
    uint32_t n, neutral;                       /* all; those with SC or VSC on the in-lap */
    uint16_t lap[PB__MADE_STOPS_MAX];          /* in-laps */
    uint8_t  compound[PB__MADE_STOPS_MAX + 1]; /* pb_compound, the first set first */
} pb__made_stops;

void pb__stops_made(const pb_race_log *log, uint32_t car, const pb_race_outcome *outcome, pb__made_stops *out);

#endif
