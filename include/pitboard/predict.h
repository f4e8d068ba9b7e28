/* pitboard/predict.h - what the data say: fitting a race, learning from past
 * races, scoring claims.
 *
 * Learned values live in a pb_prior: everything the simulator needs that one
 * race cannot tell. A prior is learned from a list of races and nothing else;
 * whoever fits a race hands in a prior learned from earlier ones, so a peek at
 * the future is a wrong list, visible at the call.
 *
 * Floor 4. Uses wire, sim and below. */
#ifndef PITBOARD_PREDICT_H
#define PITBOARD_PREDICT_H

#include "pitboard/race_spec.h"
#include "pitboard/sim.h"
#include "pitboard/wire.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PB_PRIOR_CIRCUITS_MAX 64

/* What is known of a circuit before a race there. */
typedef struct pb_prior_circuit {
    char     id[32];
    uint16_t editions;
    int16_t  last_season;
    double   pit_loss_s, pit_loss_sigma_s;   /* latest edition leads, shrunk to the mean */
    double   wear_s_per_lap[3];              /* soft, medium, hard */
    double   evolution_s_per_lap;
    double   stint_mult;                     /* how long sets are kept against the mean, shrunk; 0 not known */
    double   pass_circuit;                   /* log-odds against the mean, shrunk */
    double   sc_mult, vsc_mult;              /* hazard against the mean, shrunk hard */
    uint32_t stops, pairs, laps;             /* what they rest on */
} pb_prior_circuit;

typedef struct pb_prior {
    int16_t  until_season, until_round;      /* newest race used */
    uint32_t races;
    char     source[200];                    /* what it was learned from, for people; one line */
    pb_race_spec base;                       /* a spec without cars: pit, noise, traffic, start, neutral, policy as learned */
    double   wear_s_per_lap[3];              /* pooled */
    double   pace_sigma_s;                   /* own green pace of a race against what decides its result */
    double   dnf_prob;
    uint16_t n_circuits;
    pb_prior_circuit circuits[PB_PRIOR_CIRCUITS_MAX];
} pb_prior;

/* The values of pb_race_spec_default, nothing learned. */
void pb_prior_default(pb_prior *prior);

/* Learns from these races and nothing else (any order; a sprint counts for pace,
 * tyres and traffic only). Races that cannot be used (docs/race-model.md,
 * "Faults") are left out and counted. *prior becomes what they say, shrunk to the
 * default where they are thin; older seasons fade. What following costs is found
 * by playing the newest 30 dry races: about a second. PB_E_EMPTY when no race can
 * be used. */
pb_status pb_prior_learn(const pb_race_log *const *logs, size_t n, pb_prior *prior, pb_error *error);

/* JSON of a prior, for --params, the shipped defaults and people. */
pb_status pb_prior_write(const pb_prior *prior, const char *path, pb_error *error);
pb_status pb_prior_read(pb_span text, const char *path, pb_prior *prior, pb_error *error);
/* The prior that ships, learned from the Apache-2.0 lap data (NOTICE). */
pb_status pb_prior_shipped(pb_prior *prior, pb_error *error);

/* How a race file is derived from a recorded race. */
typedef struct pb_fit_options {
    uint16_t from_lap;          /* 0: the whole race, played from the grid; L: only what was known then */
    bool     whole_race;        /* with from_lap 0: use the race's own pace, plans and distance (hindsight) */
    bool     actual_neutral;    /* phases as they were, nothing drawn */
    bool     actual_plans;      /* true stops, no reactions */
    uint16_t laps;              /* race distance where it is given; 0: the schedule's. Not with whole_race */
    bool     blind_lane;        /* this race's in- and out-laps tell nothing of the pit loss (the resim protocol) */
    const struct pb_model *pit_wall; /* with from_lap: a model of kind "pitcall" that plans the stops to come (M13);
                                      * NULL: the cheapest ones by wear and pit loss. Borrowed for the call */
} pb_fit_options;

/* Refuses a recorded race that cannot be played, with the reason: fewer than two
 * or too many cars, no lap time at all, lap numbers shifted. */
pb_status pb_fit_check(const pb_race_log *log, pb_error *error);

/* Derives a race file. Every derived number is noted in spec->origins. Refuses a
 * race that cannot be played with the reason (no lap times, lap numbers shifted,
 * fewer than two cars with pace). With from_lap the log must be cut already
 * (pb_race_log_cut). phases may be NULL: then they are estimated from the laps. */
pb_status pb_fit_race(const pb_race_log *log, const pb_prior *prior, const pb_fit_options *options,
                      const pb_neutral_phase *phases, uint32_t n_phases, pb_race_spec *spec, pb_error *error);

/* Somebody changes to tyres of this kind on the lap that begins now: the track is
 * at the crossover, and on its way past it. Changes the weather of a race under
 * way. */
void pb_fit_change_seen(pb_race_spec *spec, pb_tyre_kind to);

/* ---- scoring (docs/accuracy.md; the same definitions as the independent scorer) ---- */

/* One predicted car of one race. */
typedef struct pb_forecast_row {
    int16_t season, round;
    char    driver[8];
    double  mean_position, p_win, p_podium, p_points;
    double  p[22];
} pb_forecast_row;

/* Truth of that car. */
typedef struct pb_forecast_truth {
    uint8_t place, n_cars;      /* road order */
    bool    finisher;
} pb_forecast_truth;

typedef struct pb_metric { char name[32]; double value, lo, hi; } pb_metric;

/* Means over all rows with 90 % block-bootstrap intervals over races: mae,
 * mae_rank, mae_median, mae_finishers, within1_finishers, rho, rho_finishers,
 * winner_hit, brier_points, brier_podium, rps, log_score_winner, coverage80,
 * width80. Rows of one race must be neighbours. Returns how many metrics were
 * written; 0 without rows or memory. */
size_t pb_score_positions(const pb_forecast_row *rows, const pb_forecast_truth *truth, size_t n, uint32_t resamples,
                          pb_metric *out, size_t cap);
/* The same metrics of rows less those of other, the interval over the same
 * resampled races: other[i] predicts the car of rows[i]. */
size_t pb_score_paired(const pb_forecast_row *rows, const pb_forecast_row *other, const pb_forecast_truth *truth,
                       size_t n, uint32_t resamples, pb_metric *out, size_t cap);

#ifdef __cplusplus
}
#endif
#endif
