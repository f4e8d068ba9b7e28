/* recommend_run.h - the calls of one moment of a race, for one car or all.
 *
 * Used by the recommend command only. */
#ifndef PB_APPS_RECOMMEND_RUN_H
#define PB_APPS_RECOMMEND_RUN_H

#include <stdio.h>

#include "decide_models.h"
#include "decide_past.h"
#include "decide_state.h"
#include "gap_notes.h"
#include "pitboard/codec.h"
#include "pitboard/decide.h"
#include "race_arg.h"

/* What calls are made with, read once for many of them. */
typedef struct recommend_desk {
    const decide_models *models;
    const decide_past   *past; /* --data as read; each call chooses from it */
} recommend_desk;

typedef struct recommend_question {
    pb__race_choice race;
    const char     *car; /* a code, a number, or "all" */
    const char     *flag, *boxed, *objective;
    const char     *isa, *models;
    pb__list        data;
    uint32_t        trials, threads;
    uint64_t        seed;

    const recommend_desk  *desk;         /* instead of models and data; NULL: they are read for this question */
    const pb_history_race *beside;       /* weather and messages of this race; NULL: those of the data */
    bool                   quiet;        /* no bar on the terminal */
    bool                   outlook;      /* of the other cars, too */
    uint32_t               table_trials; /* a cell of the "if SC now" table; 0: as usual */
    int32_t                asked_ms;     /* session clock of the question; 0: the leader's end of lap */
    int32_t                flag_ms;      /* since when the flag is out; 0: as long as the lap, or longer */
} recommend_question;

/* One car. */
typedef struct recommend_car {
    uint32_t car; /* of the spec */
    pb_aim   aim;
    pb_call  call;
    double   elapsed_s;
} recommend_car;

/* What is expected of each car of the spec at the end of the lap it is on. */
typedef struct recommend_outlook {
    bool    known;
    double  stop_prob[PB_CARS_MAX]; /* NAN: not known */
    uint8_t compound[PB_CARS_MAX];  /* the likeliest it would leave on, pb_compound */
    double  elapsed_s;
} recommend_outlook;

#define RECOMMEND_ASSUMED_MAX (16 + GAP_NOTES_MAX)

typedef struct recommend_answer {
    pb_race_spec        *spec; /* with the flag and the stops of --boxed */
    bool                 all;
    uint32_t             n;
    recommend_car        cars[PB_CARS_MAX]; /* by position */
    const decide_models *models;            /* those of the desk, or: */
    decide_models        own_models;
    decide_flag          flag;
    bool                 boxed[PB_CARS_MAX];
    uint64_t             seed;
    uint32_t             n_assumed; /* of all cars; each call has notes of its own */
    char                 assumed[RECOMMEND_ASSUMED_MAX][200];
    double               elapsed_s; /* of all calls together */
    recommend_outlook    outlook;
} recommend_answer;

/* Release with recommend_free in every case. */
pb_status recommend_run(const recommend_question *question, recommend_answer *out, pb_error *error);
void      recommend_free(recommend_answer *answer);

/* The contract of docs/recommend.md; all lines but those with "elapsed_ms" are the
 * same for the same race, lap, seed and trials. */
void recommend_json(const recommend_answer *answer, FILE *to);
/* The same object as a value of another, without the times that a clock told. */
void recommend_json_put(const recommend_answer *answer, const char *key, pb_json_writer *to);
void recommend_table(const recommend_answer *answer, FILE *to);

/* The outlook, where it was asked for, as a member "outlook": lap, pit_loss_s {green, sc, vsc} of the first car, and cars by
 * the key that key_of gives to a code (false: it has none). */
typedef bool recommend_key_of(void *user, const char *code, char key[12]);
void recommend_outlook_put(const recommend_answer *answer, recommend_key_of *key_of, void *user, pb_json_writer *to);
struct decide_view;
void recommend_look_out(const struct decide_view *view, recommend_answer *answer); /* makes it */

/* ---- shared by both ---- */

/* Code of a car that runs; NULL for nobody, and for who is out. */
const char *recommend_code(const pb_race_spec *spec, uint8_t car);

#endif
