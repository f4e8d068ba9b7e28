/* review_race.h - a recorded race looked back upon: what was known before a car
 * reached its pit entry, and what would have been called then.
 *
 *     the whole log  ->  a copy cut at the leader's end of lap L = in-lap - 1
 *                    ->  the race file and the view that `recommend --lap L` has
 *     rows of the in-lap up to the car's own pit entry
 *                    ->  the flag that is out, rivals that have entered the lane
 *
 * Cars are indices of the whole log; a call's are those of the race file of its
 * moment, in which cars without a lap are missing.
 *
 * Used by report and backtest. */
#ifndef PB_APPS_REVIEW_RACE_H
#define PB_APPS_REVIEW_RACE_H

#include "decide_view.h"
#include "pitboard/narrate_call.h"

/* All borrowed. */
typedef struct review_race {
    const pb_race_log      *log; /* whole */
    const pb_race_outcome  *outcome;
    const pb_neutral_phase *phases;
    uint32_t                n_phases;
    bool                    exact;  /* phases come from a status feed */
    const pb_prior         *prior;  /* of races before it */
    const decide_models    *models; /* learned before it */
    const pb_history       *past;   /* races before it; NULL none */
    const pb_history_race  *beside; /* its weather and messages; NULL none */
    pb_effort               effort; /* of one call */
} review_race;

/* ---- review_moment.c ---- */

/* The race as it stood when the leader ended a lap. */
typedef struct review_moment {
    uint16_t      lap;
    int32_t       ms;  /* that end, session clock */
    pb_race_log   log; /* cut there */
    pb_race_spec *spec;
    decide_view   view;
    int16_t       at[PB_CARS_MAX]; /* car of the whole log -> car of the race file; -1 not in it */
} review_moment;

/* PB_E_RANGE before lap 2 (nobody else has ended lap 1) and beyond the race; else
 * as fits fail. Release with review_moment_free in every case. */
pb_status review_moment_make(const review_race *race, uint16_t lap, review_moment *out, pb_error *error);
void      review_moment_free(review_moment *moment);
/* A copy with its own rows, to be cut. Fini it like any log. */
pb_status review_log_copy(const pb_race_log *log, pb_race_log *out, pb_error *error);

/* ---- review_known.c ---- */

/* What became known between that end and a car's own pit entry. */
typedef struct review_known {
    int32_t         entry_ms;            /* of the car; where it did not stop, where it would have been */
    pb_neutral_kind flag;                /* out at that moment; 0 green */
    bool            boxed[PB_CARS_MAX];  /* entered the lane for tyres */
    uint8_t         fitted[PB_CARS_MAX]; /* pb_compound of these */
} review_known;

/* The car's in-lap is moment lap + 1. Status times decide where they are exact,
 * else the status digits of that lap, in their order. */
void review_known_of(const review_race *race, uint16_t lap, uint32_t car, review_known *out);

/* ---- review_ask.c ---- */

/* What would have been said to a car for one in-lap. */
typedef struct review_question {
    uint32_t car;
    uint16_t in_lap;
    bool     red; /* the race is stopped: which set to go on with */
    void    *tag; /* the asker's */
    /* the answer */
    bool         asked;
    char         why[160]; /* it could not be: one line */
    review_known known;
    pb_call      call;
    char         rival[8]; /* of the best action; "" none */
    char         sure[PB_SENTENCE_MAX];
    char         evidence[PB_CALL_FACTS][PB_SENTENCE_MAX]; /* "" where there is none */
    char         assumed[PB_CALL_NOTES_MAX][96];
} review_question;

/* Called with the decider of an answer, flag and rivals' stops set: whoever wants
 * to play other plans from there. May be NULL. */
typedef pb_status review_also(void *user, const review_moment *moment, pb_decider *decider, review_question *question,
                              pb_error *error);

/* Answers n questions of one in-lap. A question that has no answer says why;
 * fails only without memory, or as `also` does. */
pb_status review_ask(const review_race *race, review_question *questions, size_t n, review_also *also, void *user,
                     pb_error *error);
/* By in-lap, then car. Returns how many are left without doubles. */
size_t review_sort(review_question *questions, size_t n);

#endif
