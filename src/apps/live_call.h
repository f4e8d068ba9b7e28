/* live_call.h - the calls of a race that runs, from laps in memory.
 *
 *     live_caller_create: models, priors, grids, earlier races: read once
 *     live_caller_call:   laps so far, lap, car -> the call
 *
 * The same code and the same answer as `pitboard recommend` on a file that holds
 * these laps. Nothing is read from a disk and no clock but for elapsed_ms: the same
 * laps give the same bytes. Several threads may call at once: what is read at the start
 * is not changed. Each call plays its cars in parallel. */
#ifndef PB_APPS_LIVE_CALL_H
#define PB_APPS_LIVE_CALL_H

#include "recommend_run.h"

typedef struct live_caller_options {
    const char *models;    /* folder of versions; NULL: the user's, or what ships */
    const char *grids;     /* file with starting grids; NULL: those of the laps */
    const char *objective; /* NULL: points */
    const char *isa;       /* NULL: the best there is */
    pb__list    data;      /* races before it */
    pb__list    set;       /* KEY=VALUE of each race, circuit=... among them */
    uint32_t    trials;    /* 20,000 */
    uint32_t    threads;   /* 0: as many as cores */
    uint64_t    seed;      /* 1 */
} live_caller_options;

live_caller_options live_caller_options_default(void);

typedef struct live_caller live_caller;

/* The texts of the options must live as long as the caller. Destroy *out when it is
 * no longer needed; on error there is none. */
pb_status live_caller_create(const live_caller_options *options, live_caller **out, pb_error *error);
void      live_caller_destroy(live_caller *caller);

/* One moment. */
typedef struct live_ask {
    const pb_race_log      *log;        /* laps so far; later ones than the leader's end of lap are left out */
    uint16_t                lap;        /* which the leader has completed, from 2 on */
    const char             *car;        /* a code, a number, or "all" */
    decide_flag             flag;       /* what is out now; DECIDE_FLAG_AS_IS: what the laps show */
    const char             *boxed;      /* rivals in the lane, "HAM,VER:HARD"; NULL none */
    uint16_t                laps_total; /* as the race says; 0: the schedule's */
    const pb_neutral_phase *phases;     /* so far, from the status feed; NULL: from the flags of the laps */
    uint32_t                n_phases;
    int32_t                 asked_ms; /* session clock of the question; 0: the leader's end of lap */
    int32_t                 flag_ms;  /* since when the flag is out; 0: as long as the lap, or longer */
    bool                    outlook;  /* of the other cars, too */
    const pb_history_race  *beside;   /* weather and messages so far; NULL: those of the data */
} live_ask;

/* Release *out with recommend_free in every case, before the caller goes. Errors as
 * of recommend: PB_E_RANGE for lap 1 or a race that is over, PB_E_RULE for a car that
 * is out, PB_E_MISSING where the distance is not known. */
pb_status live_caller_call(live_caller *caller, const live_ask *ask, recommend_answer *out, pb_error *error);

/* All of a question that is not of its moment, as live_caller_call asks it: models, races before, objective, trials and
 * so on. Borrowed from the caller. */
void live_caller_basis(live_caller *caller, recommend_question *out);

/* A flag as the tracker knows it: 0 is green. */
decide_flag live_flag(uint8_t neutral);
const char *live_flag_name(decide_flag flag); /* "sc"; NULL of DECIDE_FLAG_AS_IS */
/* The distance as the race tells it among the settings, where that is not the schedule's and nobody set it. */
#define LIVE_DISTANCE_MAX 24
pb_status live_distance(const pb_race_log *log, uint16_t laps_total, char text[LIVE_DISTANCE_MAX], pb__list *set,
                        pb_error *error);

#endif
