/* pitboard/narrate_review.h - a race looked back upon, in words: for every stop
 * what was known, what we would have said, what it gave, and what speaks against
 * believing it.
 *
 * Plain data in, sentences out; nothing is computed here. Every sentence names
 * the driver its number belongs to. Cars are indices of the log; a rival is named
 * only where both were running when the number was taken.
 *
 * Floor 5. Uses predict (pairs), race and below. */
#ifndef PITBOARD_NARRATE_REVIEW_H
#define PITBOARD_NARRATE_REVIEW_H

#include <stdio.h>

#include "pitboard/narrate_race.h"
#include "pitboard/predict_pairs.h"
#include "pitboard/race_call.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What speaks against believing a line. key: stable, for scripts. */
#define PB_CAVEAT_LIST(X)                                                                                              \
    X(TIE, "near_tie", "near tie: our simulator cannot tell the best two calls apart")                                 \
    X(WET, "wet", "wet or drying: how wet the track was is guessed from lap times")                                    \
    X(FLAG_TIME, "flag_time", "when the flag came out is read off the laps, not off a status feed")                    \
    X(LUCK, "luck", "a safety car, VSC or red flag came within five laps after: part of what it gave is luck")         \
    X(SLOW, "slow_stop", "in the lane at least 3 s longer than the others: a slow stop or a penalty")                  \
    X(LANE, "no_lane_time", "no time in the lane: the feed lost an entry or an exit")                                  \
    X(SET, "set_not_seen", "the feed shows no other set: a stop by the time in the lane alone")                        \
    X(OUT, "out", "dropped out: no place at the flag")                                                                 \
    X(SEEN, "seen", "the models had learned from this race or from later ones")

typedef enum pb_caveat {
#define PB_CAVEAT_ENUM(name, key, words) PB_CAVEAT_##name,
    PB_CAVEAT_LIST(PB_CAVEAT_ENUM)
#undef PB_CAVEAT_ENUM
        PB_CAVEAT_N
} pb_caveat;

const char *pb_caveat_key(pb_caveat caveat);
const char *pb_caveat_words(pb_caveat caveat);

/* One tyre stop. */
typedef struct pb_review_stop {
    uint8_t         car;
    uint16_t        in_lap;
    uint8_t         number;   /* of the car, 1 .. */
    uint8_t         from, to; /* pb_compound: was on, fitted */
    int16_t         age_laps; /* of the set it came in on, the in-lap included; -1 unknown */
    bool            red;      /* changed under a red flag */
    pb_neutral_kind flag;     /* before its pit entry; 0 green */
    /* what was known: the state at the leader's end of lap in_lap - 1 */
    uint8_t n_boxed; /* rivals that entered the lane for tyres after that and before its own entry */
    uint8_t boxed[PB_CARS_MAX];
    /* what we would have said for that in-lap */
    bool      asked;
    char      why[160]; /* not asked */
    pb_action action;
    uint8_t   compound;   /* pb_compound to fit next; UNKNOWN: no stop */
    uint16_t  target_lap; /* 0: none */
    pb_gain   gain;       /* against the next best, points, by our own simulator */
    double    confidence;
    bool      clear;
    char      sure[64];         /* confidence in words */
    char      evidence[3][192]; /* "" none */
    uint16_t  looked_from;      /* first in-lap of the stint that was looked at */
    uint16_t  first_box;        /* first of these for which we said to stop; 0: none */
    /* what it gave, as observed */
    pb_stop_cycle gave;
    uint32_t      caveats; /* bit k: pb_caveat k */
} pb_review_stop;

/* All borrowed. */
typedef struct pb_review {
    pb_chart_race         race;
    const pb_review_stop *stops; /* by in-lap, then car */
    uint32_t              n_stops;
    const pb_pair_case   *pairs;
    uint32_t              n_pairs;
    pb_pair_score         by_stop, by_contrast;
    const char           *learned; /* what the models were learned from, one line */
    uint32_t              trials;  /* of one call */
    int32_t               only;    /* a car; -1: all */
} pb_review;

#define PB_REVIEW_SENTENCE_MAX 256

/* "With HAM in the lane we would have told VER to STAY_OUT to lap 31 (likely 72 %;
 * +0.45 points by our own simulator)". The team's deed is not in it. */
void pb_review_said(const pb_review *review, const pb_review_stop *stop, char *out, size_t cap);
/* "VER stopped on lap 26 for hard tyres: P1 before, P3 after the out-lap, P1 by lap 33." */
void pb_review_gave(const pb_review *review, const pb_review_stop *stop, char *out, size_t cap);
/* "Against HAM, who stopped 4 laps later, VER gained 2.1 s by the end of lap 31."
 * Places are a swing of both cars, so it says where each went. False where the two
 * numbers say nothing. */
bool pb_review_pair(const pb_review *review, const pb_pair *pair, char *out, size_t cap);

/* The whole report as Markdown. charts: names strategy.svg and gaps.svg beside it. */
void pb_review_markdown(const pb_review *review, bool charts, FILE *to);

#ifdef __cplusplus
}
#endif
#endif
