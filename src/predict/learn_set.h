/* learn_set.h - the races a prior is learned from, made ready: outcome, phases,
 * pace model, and a weight that falls with age.
 *
 * The regulations change, so seasons fade: a race counts half as much for every
 * PB__HALF_LIFE_SEASONS it is older than the newest one, and a quarter where the
 * cars themselves matter (`recent`).
 *
 * Shared inside predict. */
#ifndef PB_PREDICT_LEARN_SET_H
#define PB_PREDICT_LEARN_SET_H

#include "pace_model.h"
#include "pitboard/predict.h"

#define PB__HALF_LIFE_SEASONS 3.0
#define PB__SET_PHASES 24

typedef struct pb__learn_race {
    const pb_race_log *log;
    pb_race_outcome    outcome;
    pb_neutral_phase   phase[PB__SET_PHASES];
    uint32_t           n_phases;
    pb__pace_model     pace; /* zeroed when !has_pace */
    bool               has_pace;
    bool               dry;     /* at most 2 % of the laps on wet tyres */
    bool               red;     /* a red flag */
    int                circuit; /* index into prior->circuits, -1 unknown */
    double             weight;  /* (0, 1], for what changes slowly */
    double             recent;  /* (0, 1], for what every generation of cars changes: noise, following */
} pb__learn_race;

typedef struct pb__learn_set {
    pb__learn_race *race;
    size_t          n;
    uint32_t        left_out; /* logs with a fault */
    int16_t         newest;   /* season */
} pb__learn_set;

/* pb_fit_check passes it and it ran at least eight laps. */
bool pb__race_is_usable(const pb_race_log *log);

/* Fits every usable log; enters each circuit into prior->circuits. PB_E_EMPTY
 * when no log is usable. Release with pb__learn_set_fini. */
pb_status pb__learn_set_init(const pb_race_log *const *logs, size_t n, pb_prior *prior, pb__learn_set *set,
                             pb_error *error);
void      pb__learn_set_fini(pb__learn_set *set);

/* A race in a list that is put in order. */
typedef struct pb__dated {
    const pb__learn_race *race;
} pb__dated;

/* For qsort of pb__dated: oldest first. */
int pb__by_date(const void *a, const void *b);

/* Status clear alone, timed, neither in- nor out-lap; slow or doubtful laps too. */
bool pb__lap_is_green(const pb_lap *lap);

#endif
