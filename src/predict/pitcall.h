/* pitcall.h - rows, answers and baselines of the pit call.
 *
 * Shared inside predict only. */
#ifndef PB_PREDICT_PITCALL_H
#define PB_PREDICT_PITCALL_H

#include "pitboard/predict_pitcall.h"

/* clang-format off */
/* Lap features that are used. The others (weather station, grid, practice, sectors)
 * are not there for every season, or changed nothing on 2019-2022. */
#define PB__PITCALL_FEATURES(X)                                                                                        \
    X(lap) X(laps_to_go) X(race_share) X(position) X(places_lost) X(tyre_age_laps) X(stint_laps) X(age_share)          \
    X(stint_share) X(stops_done) X(in_lane) X(soft) X(medium) X(hard) X(intermediate) X(wet) X(hardness)               \
    X(used_soft) X(used_medium) X(used_hard) X(used_rain) X(compounds_owed) X(last_rel_s) X(raw_rel_s)                 \
    X(pace3_rel_s) X(pace_rel_s) X(pace_fuel_s) X(drop_s) X(drop_fuel_s) X(step_s) X(slope_s) X(slope_rel_s)           \
    X(field_shift) X(raw_shift) X(gap_ahead_s) X(gap_behind_s) X(gap_ahead2_s) X(gap_behind2_s) X(closing_ahead_s)     \
    X(closing_behind_s) X(dirty_air_share) X(ahead_age_diff) X(behind_age_diff) X(ahead_stops_diff)                    \
    X(behind_stops_diff) X(ahead_since_stop) X(behind_since_stop) X(ahead_same_compound) X(behind_same_compound)       \
    X(mate_gap_s) X(mate_since_stop) X(mate_stops_diff) X(mate_age_diff) X(near_stopped_2) X(fresh_gain_s)             \
    X(undercut_ahead_s) X(undercut_behind_s) X(pit_loss_s) X(rejoin_places) X(rejoin_ahead_s) X(rejoin_behind_s)       \
    X(rejoin_ahead_fresh) X(undercut_lost) X(undercut_margin_s) X(stops_field_diff) X(stopped_more_share)              \
    X(start_stopped_share) X(field_stops_1) X(field_stops_3) X(off_n) X(off_age) X(off_age_diff) X(alike_stops_3)      \
    X(alike_left) X(window_laps) X(older_share) X(age_rank) X(fitted_soft) X(fitted_medium) X(fitted_hard)             \
    X(fitted_intermediate) X(fitted_wet) X(next_soft) X(next_medium) X(next_hard) X(next_intermediate) X(next_wet)     \
    X(mate_hardness) X(sc) X(vsc) X(yellow) X(sc_laps) X(vsc_laps) X(since_neutral) X(red_seen) X(stopped_neutral)     \
    X(after_look_s) X(after_sc) X(after_vsc) X(after_lag_s) X(after_clear) X(after_yellow) X(after_pits)               \
    X(neutral_first_s) X(neutral_clear_s) X(phase_stops_share) X(phase_stopped) X(wet_share) X(wet_change_3)           \
    X(to_rain_3) X(to_dry_3) X(cross_s)

/* Those that the choice of a set is learned from: few stops, few features. */
#define PB__PITCALL_SET_FEATURES(X)                                                                                    \
    X(lap) X(laps_to_go) X(race_share) X(position) X(tyre_age_laps) X(stint_laps) X(age_share) X(stops_done)           \
    X(soft) X(medium) X(hard) X(intermediate) X(wet) X(hardness) X(used_soft) X(used_medium) X(used_hard)              \
    X(used_rain) X(compounds_owed) X(raw_shift) X(gap_ahead_s) X(gap_behind_s) X(mate_stops_diff)                      \
    X(stops_field_diff) X(stopped_more_share) X(off_n) X(off_age) X(off_age_diff) X(fitted_soft) X(fitted_medium)      \
    X(fitted_hard) X(fitted_intermediate) X(fitted_wet) X(next_soft) X(next_medium) X(next_hard)                       \
    X(next_intermediate) X(next_wet) X(mate_hardness) X(sc) X(vsc) X(sc_laps) X(red_seen) X(after_sc) X(after_vsc)     \
    X(neutral_first_s) X(wet_share) X(wet_change_3) X(to_rain_3) X(to_dry_3) X(cross_s)
/* clang-format on */

enum {
#define PB__PITCALL_ENUM(name) PB__PF_##name,
    PB__PITCALL_FEATURES(PB__PITCALL_ENUM)
#undef PB__PITCALL_ENUM
        PB__PITCALL_N
};

enum {
#define PB__PITCALL_SET_ENUM(name) PB__PS_##name,
    PB__PITCALL_SET_FEATURES(PB__PITCALL_SET_ENUM)
#undef PB__PITCALL_SET_ENUM
        PB__PITCALL_SET_N
};

extern const pb_feature_schema pb__pitcall_schema;

/* The used ones of a row of PB_LF_N lap features. */
void pb__pitcall_pick(const float *lap, float out[PB__PITCALL_N]);

/* Of these, the ones that tell of the set. */
void pb__pitcall_pick_set(const float x[PB__PITCALL_N], float out[PB__PITCALL_SET_N]);

/* Car-laps with what came of them. */
typedef struct pb__pitcall_sample {
    float    *x;        /* n x PB__PITCALL_N */
    float    *y;        /* 1 stopped */
    uint8_t  *compound; /* fitted then */
    uint32_t *group;    /* race */
    size_t    n, cap;
} pb__pitcall_sample;

void pb__pitcall_sample_fini(pb__pitcall_sample *sample);
/* Appends every car-lap that pitcall asks of a race. */
pb_status pb__pitcall_sample_add(pb__pitcall_sample *sample, const pb_history_race *race, uint32_t group,
                                 pb_pitcall_sight sight);

/* A car and a lap that is asked about, shown as the sight allows. */
typedef void pb__pitcall_each(const pb_scene *scene, uint32_t car, size_t truth, void *arg);
struct pb__truths;
/* Calls each for every truth of a race, lap by lap, with the scene set. */
pb_status pb__pitcall_walk(const pb_history_race *race, const struct pb__truths *truths, pb_pitcall_sight sight,
                           pb__pitcall_each *each, void *arg, pb_error *error);

/* A model may come from a file: what a call needs is there and of this schema, or the reason. */
pb_status pb__pitcall_check(const pb_model *model, pb_error *error);
/* Of a row of features. */
pb_status pb__pitcall_answer(const pb_model *model, pb_pitcall_sight sight, const float x[PB__PITCALL_N],
                             pb_pitcall *out, pb_error *error);
/* Tells a row what came out between a car's crossing and the pit entry, where the
 * race has exact phases. */
void pb__pitcall_tell_status(const pb_history_race *race, const pb_lap *before, float x[PB__PITCALL_N]);
/* The row as if a neutralisation (pb_neutral_kind; 0: none) had just come out. */
void pb__pitcall_set_neutral(float x[PB__PITCALL_N], pb_pitcall_sight sight, int neutral);
/* How forests of a chance to stop are grown; rate: the plain chance. */
pb_tree_options pb__pitcall_tree_options(double rate, const pb_learn_options *options);

/* ---- the next stop, seen from further away (pitcall_next.c) ---- */

enum { PB__PITCALL_NEXT_N = PB__PITCALL_N + 4 };
/* x as of the origin, then laps ahead, and tyre age, laps to go and share of the
 * race then. laps: scheduled. */
void      pb__pitcall_next_row(const float x[PB__PITCALL_N], uint32_t ahead, uint32_t laps,
                               float out[PB__PITCALL_NEXT_N]);
pb_status pb__pitcall_learn_next(const pb_history *past, const pb_learn_options *options, pb_model *model,
                                 pb_error *error);
/* Chance to stop, on a green track, at the end of the lap `ahead` laps after the
 * one x was seen at, not having stopped before. False: the model has not learned it. */
bool      pb__pitcall_next_chance(const pb_model *model, const float x[PB__PITCALL_N], uint32_t ahead, uint32_t laps,
                                  double *p);

/* Most likely set as text. */
const char *pb__pitcall_set(const pb_pitcall *call);

pb_model_train   pb__pitcall_train_trees26, pb__pitcall_train_table;
pb_model_predict pb__pitcall_predict_trees26, pb__pitcall_predict_table;

#endif
