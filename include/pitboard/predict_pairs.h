/* pitboard/predict_pairs.h - what a stop gave, as it was observed: pairs of cars
 * next to each other of which one stopped and the other did not, and places
 * before and after the stop cycle.
 *
 * Reads recorded laps and nothing else: no model, no simulator. What somebody
 * advised is put beside a pair by the caller, and the score says how often the
 * advised side gained. This is the evidence that claims rest on
 * (docs/accuracy.md, `regret`); a gain that our own simulator computes is not.
 *
 *     lap            18   19   20   21   22   23
 *     VER            .    .    BOX  out  .    .      `car`, in-lap 20
 *     LEC            .    .    .    .    BOX  out    `other`, answer_lap 22
 *     compared at the end of 19          and of 23   end_lap
 *
 * Floor 4. Uses race and below. */
#ifndef PITBOARD_PREDICT_PAIRS_H
#define PITBOARD_PREDICT_PAIRS_H

#include "pitboard/race.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PB_PAIR_PLACES 2 /* rivals this close before the stop make a pair */
#define PB_PAIR_LAPS 2   /* who stopped within so many laps before took the same option */

/* One car stopped at the end of `lap` under green, SC or VSC; the other, a team
 * mate or within two places on the lap before, stayed out, and had not made more
 * stops so far: so each stop cycle is there once, for the one that came first. The
 * cycle is over when both have made as many stops from that lap on: at the end of
 * the out-lap of the later one, else at the flag. Pairs of which one dropped out
 * before that are left out. */
typedef struct pb_pair {
    uint8_t         car, other;      /* index in the log */
    uint16_t        lap;             /* in-lap of car. >= 2 */
    uint16_t        answer_lap;      /* in-lap of the other's next stop; 0 it made none */
    uint16_t        end_lap;         /* compared at the end of this lap. > lap */
    bool            team;            /* of the same team */
    bool            wet;             /* a set for a wet track was on one of them, or fitted */
    bool            forced;          /* car was slow before its stop (a puncture, a spin) or long in the lane (repairs,
                                     * a penalty): no free choice, it would have lost either way */
    bool            bunched;         /* a safety car or red flag between: seconds mean nothing */
    pb_neutral_kind flag;            /* seen on the in-lap; 0 green */
    uint8_t         place_before[2]; /* car, other: at the end of lap - 1 */
    uint8_t         place_end[2];    /* at the end of end_lap */
    uint8_t         place_flag[2];   /* road order; 0: did not take the flag */
    int16_t         gain_places;     /* places that car gained less those that the other gained */
    double          gain_s;          /* seconds that car gained on the other; NAN where bunched */
} pb_pair;

/* Pairs by in-lap, then car. Returns how many there are, writes at most cap. */
uint32_t pb_pairs_find(const pb_race_log *log, const pb_race_outcome *outcome, const pb_neutral_phase *phases,
                       uint32_t n_phases, pb_pair *out, uint32_t cap);

/* Place of a car when it completed a lap: 1 + cars that completed the same lap
 * number before it. 0 when it did not complete it. */
uint8_t pb_place_after(const pb_race_log *log, const pb_race_outcome *outcome, uint32_t car, uint32_t lap);

#define PB_CYCLE_LAPS 5

/* What one stop did to a car's place. 0: not known, or the car was out. */
typedef struct pb_stop_cycle {
    uint8_t  before;     /* at the end of the lap before the in-lap */
    uint8_t  after_out;  /* of the out-lap */
    uint8_t  after_five; /* five laps after the in-lap */
    uint16_t over_lap;   /* every car within two places before has stopped too, from five laps before on, out-lap
                         * included, or is out of the race; else the last lap of the race */
    uint8_t  over;       /* place at the end of that lap */
    uint8_t  flag;       /* road order; 0: did not take the flag */
} pb_stop_cycle;

/* PB_E_RANGE for a lap that the car did not complete. */
pb_status pb_stop_cycle_of(const pb_race_log *log, const pb_race_outcome *outcome, uint32_t car, uint16_t in_lap,
                           pb_stop_cycle *out);

/* ---- did the advised side gain? ---- */

typedef enum pb_pair_said { PB_PAIR_NOT_ASKED, PB_PAIR_SAID_STOP, PB_PAIR_SAID_STAY } pb_pair_said;

/* A pair with what was advised for each car on that lap. */
typedef struct pb_pair_case {
    pb_pair      pair;
    pb_pair_said car_said, other_said;
    bool         clear; /* the advice for car was no near tie */
    uint32_t     block; /* cases of one block are resampled together: the race, 0 .. */
} pb_pair_case;

/* Whose side the advice took.
 * BY_STOP      that for the car that stopped: stop, its own side; stay, the other's
 * BY_CONTRAST  one car did as advised and the other did not: the side that did.
 *              Both did, or neither: no side */
typedef enum pb_pair_basis { PB_PAIR_BY_STOP, PB_PAIR_BY_CONTRAST } pb_pair_basis;

/* +1 the car that stopped, -1 the other, 0 neither. */
int pb_pair_advised(const pb_pair_case *c, pb_pair_basis basis);
/* How far the one that stopped gained: 1, 0, or 0.5 for a tie. By places against
 * the other; where those are alike by seconds; else a tie. */
double pb_pair_gained(const pb_pair *pair);

typedef struct pb_pair_value {
    double value, lo, hi; /* 90 % interval over resampled blocks; NAN without one */
} pb_pair_value;

/* One thing that is measured of a pair, for the side that was advised and for the
 * one that stopped. */
typedef struct pb_pair_measure {
    size_t        n;       /* pairs that have it */
    pb_pair_value advised; /* mean gain of the advised side on the other */
    pb_pair_value stopper; /* of the one that stopped: what a rule would score that always says stop; always stay
                            * scores the opposite */
    pb_pair_value lift;    /* of stoppers where the advice was on their side less where it was not: above 0 the advice
                            * knows something that no such rule does */
} pb_pair_measure;

typedef struct pb_pair_score {
    size_t          n, n_stop; /* pairs with a side; with the side of the one that stopped */
    pb_pair_measure share;     /* of pairs in which the side gained (pb_pair_gained); advised and other add up to 1 */
    pb_pair_measure places;    /* by the end of the cycle */
    pb_pair_measure seconds;   /* by the end of the cycle, where they mean something */
    pb_pair_measure flag;      /* places by the flag, where both took it */
    pb_pair_value   edge;      /* share of the advised side less the better of the two rules */
} pb_pair_score;

/* Blocks are drawn with Philox: the same on every machine. n 0 gives a score of
 * NANs. PB_E_NOMEM. */
pb_status pb_pairs_score(const pb_pair_case *cases, size_t n, pb_pair_basis basis, uint32_t resamples,
                         pb_pair_score *out, pb_error *error);

#ifdef __cplusplus
}
#endif
#endif
