/* pitboard/feature_lap.h - the race as one car sees it after a lap: a row of
 * about a hundred named numbers.
 *
 * A scene belongs to one recorded race. pb_scene_look sets what may be seen
 * (pb_sight) and works out what concerns the whole field; pb_scene_row then
 * writes the row of a car as of its own last visible lap. Looking again is cheap:
 * what a row of the log tells by itself is worked out once, from rows that every
 * sight which sees that row sees too.
 *
 *     pb_scene_create(log, &context, &scene, &error);
 *     for (lap = 2; ...) { pb_scene_look(scene, lap - 1, INT32_MAX); pb_scene_row(scene, car, row); }
 *     pb_scene_destroy(scene);
 *
 * Under a sight by lap number, cars behind have seen things after this car
 * crossed the line; features that tell of that begin with after_. Under a sight
 * at the car's own end of the lap they are NAN or 0.
 *
 * Floor 3. Uses base, num, race. */
#ifndef PITBOARD_FEATURE_LAP_H
#define PITBOARD_FEATURE_LAP_H

#include "pitboard/feature.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Name and meaning. Seconds a lap where it says pace; "field" is the median of
 * the cars that are seen on that lap. Definitions: docs/features.md. */
#define PB_LAP_FEATURES(X)                                                                                             \
    X(lap, "laps completed")                                                                                           \
    X(laps_to_go, "scheduled laps still to run")                                                                       \
    X(race_share, "laps completed / scheduled laps")                                                                   \
    X(position, "place on the road")                                                                                   \
    X(places_lost, "places lost on the last lap")                                                                      \
    X(grid, "place on the grid")                                                                                       \
    X(cars_running, "cars still running")                                                                              \
    X(tyre_age_laps, "laps on the set, those before the race too")                                                     \
    X(stint_laps, "laps on the set in this race")                                                                      \
    X(age_share, "tyre age / scheduled laps")                                                                          \
    X(stint_share, "laps of the stint / scheduled laps")                                                               \
    X(set_new, "1: the set was new when fitted")                                                                       \
    X(stops_done, "sets changed so far")                                                                               \
    X(in_lane, "1: entered the pit lane at the end of the last lap")                                                   \
    X(soft, "1: on softs")                                                                                             \
    X(medium, "1: on mediums")                                                                                         \
    X(hard, "1: on hards")                                                                                             \
    X(intermediate, "1: on intermediates")                                                                             \
    X(wet, "1: on wets")                                                                                               \
    X(hardness, "number of the compound, C1 is 1")                                                                     \
    X(used_soft, "1: softs were used")                                                                                 \
    X(used_medium, "1: mediums were used")                                                                             \
    X(used_hard, "1: hards were used")                                                                                 \
    X(used_rain, "1: intermediates or wets were used")                                                                 \
    X(compounds_owed, "1: a second dry compound is still owed")                                                        \
    X(last_rel_s, "last clean lap less field, s")                                                                      \
    X(raw_rel_s, "last lap less the median of all cars on that lap, whatever the flags, s")                            \
    X(pace3_rel_s, "last three clean laps less field, s")                                                              \
    X(pace_rel_s, "clean laps of the stint less field, s, the last twelve")                                            \
    X(pace_fuel_s, "last three clean laps, fuel-corrected, less the race's best median lap, s")                        \
    X(drop_s, "last clean lap less best of the stint, s")                                                              \
    X(drop_fuel_s, "last three clean laps less best three of the stint, fuel-corrected, s")                            \
    X(step_s, "last clean lap less median of the six before, s")                                                       \
    X(slope_s, "fuel-corrected slope over the stint, s a lap, shrunk")                                                 \
    X(slope_rel_s, "slope of pace against field over the stint, s a lap, shrunk")                                      \
    X(noise_s, "spread of clean laps about that slope, s")                                                             \
    X(sector_noise_s, "mean spread of the three sectors over the last eight clean laps, s")                            \
    X(track_evolution_s, "change of the field's lap, s a lap, over the last ten")                                      \
    X(field_shift, "field's last lap / its median over the last ten - 1")                                              \
    X(raw_shift, "median lap of all cars now / the best such median of the race so far - 1")                           \
    X(practice_s, "long-run pace in practice less field, s, where a source has it")                                    \
    X(gap_leader_s, "behind the leader, s")                                                                            \
    X(gap_ahead_s, "to the car ahead, s")                                                                              \
    X(gap_behind_s, "to the car behind, s")                                                                            \
    X(gap_ahead2_s, "to the second car ahead, s")                                                                      \
    X(gap_behind2_s, "to the second car behind, s")                                                                    \
    X(closing_ahead_s, "gap ahead less that two laps ago, s")                                                          \
    X(closing_behind_s, "gap behind less that two laps ago, s")                                                        \
    X(dirty_air_share, "share of the last five laps begun within 1.5 s of a car")                                      \
    X(laps_down, "laps behind the leader")                                                                             \
    X(ahead_age_diff, "tyre age less that of the car ahead, laps")                                                     \
    X(behind_age_diff, "tyre age less that of the car behind, laps")                                                   \
    X(ahead_stops_diff, "stops less those of the car ahead")                                                           \
    X(behind_stops_diff, "stops less those of the car behind")                                                         \
    X(ahead_since_stop, "laps since the car ahead stopped; 0: in the lane now")                                        \
    X(behind_since_stop, "laps since the car behind stopped; 0: in the lane now")                                      \
    X(ahead_same_compound, "1: the car ahead is on the same compound")                                                 \
    X(behind_same_compound, "1: the car behind is on the same compound")                                               \
    X(mate_gap_s, "behind the team mate, s; negative: ahead")                                                          \
    X(mate_since_stop, "laps since the team mate stopped")                                                             \
    X(mate_stops_diff, "stops less those of the team mate")                                                            \
    X(mate_age_diff, "tyre age less that of the team mate, laps")                                                      \
    X(near_stopped_2, "cars within 25 s that stopped on the last two laps")                                            \
    X(fresh_gain_s, "what a fresh set would gain a lap by this stint's slope, s")                                      \
    X(undercut_ahead_s, "two laps of that gain less the gap ahead, s")                                                 \
    X(undercut_behind_s, "two laps of the gain of the car behind less its gap, s")                                     \
    X(pit_loss_s, "time a stop costs, from this race or the context, s")                                               \
    X(lane_seen, "stops in this race the pit loss rests on")                                                           \
    X(rejoin_places, "places a stop now would cost")                                                                   \
    X(rejoin_ahead_s, "to the car ahead after a stop now, s")                                                          \
    X(rejoin_behind_s, "to the car behind after a stop now, s")                                                        \
    X(rejoin_ahead_fresh, "1: that car ahead has stopped more often")                                                  \
    X(undercut_lost, "cars behind that stopped on the last six laps and would be ahead after a stop now")              \
    X(undercut_margin_s, "of the others that have stopped more often: how far the nearest is from that, s")            \
    X(stops_field_diff, "mean stops of running cars less own")                                                         \
    X(stopped_more_share, "share of running cars with more stops")                                                     \
    X(start_stopped_share, "never known in lap-1: the place of a feature that gained nothing (2021-2022)")             \
    X(field_stops_1, "share of running cars that stopped at the end of the last lap")                                  \
    X(field_stops_3, "share of running cars that stopped on the last three laps")                                      \
    X(off_n, "stops from this compound in this race")                                                                  \
    X(off_age, "mean tyre age at those stops, laps")                                                                   \
    X(off_age_diff, "tyre age less that mean, laps")                                                                   \
    X(alike_stops_3, "share of cars with as many stops and this compound three laps ago that stopped since")           \
    X(alike_left, "cars with as many stops on this compound that are still out")                                       \
    X(window_laps, "laps since somebody first stopped from this compound with as many stops, under green")             \
    X(older_share, "share of running cars on this compound with older tyres")                                          \
    X(age_rank, "share of running cars with older tyres")                                                              \
    X(fitted_soft, "share of the last six sets fitted that were soft")                                                 \
    X(fitted_medium, "share that were medium")                                                                         \
    X(fitted_hard, "share that were hard")                                                                             \
    X(fitted_intermediate, "share that were intermediate")                                                             \
    X(fitted_wet, "share that were wet")                                                                               \
    X(next_soft, "share of sets fitted in place of this compound that were soft")                                      \
    X(next_medium, "share that were medium")                                                                           \
    X(next_hard, "share that were hard")                                                                               \
    X(next_intermediate, "share that were intermediate")                                                               \
    X(next_wet, "share that were wet")                                                                                 \
    X(mate_hardness, "set of the team mate: 1 soft, 2 medium, 3 hard, 4 intermediate, 5 wet")                          \
    X(sc, "1: safety car during the last lap")                                                                         \
    X(vsc, "1: virtual safety car during the last lap")                                                                \
    X(yellow, "1: yellow during the last lap")                                                                         \
    X(sc_laps, "laps in a row with safety car")                                                                        \
    X(vsc_laps, "laps in a row with virtual safety car")                                                               \
    X(since_neutral, "laps since the last neutralised lap, NAN none yet")                                              \
    X(red_seen, "1: the race has been stopped")                                                                        \
    X(stopped_neutral, "1: this set was fitted on a neutralised lap")                                                  \
    X(after_look_s, "how long after its own crossing rows of others are seen, s")                                      \
    X(after_sc, "1: safety car in such a row")                                                                         \
    X(after_vsc, "1: virtual safety car in such a row")                                                                \
    X(after_lag_s, "first of them with a neutralisation this lap had not, s after the crossing")                       \
    X(after_clear, "1: the last of them is clear")                                                                     \
    X(after_yellow, "1: yellow in such a row")                                                                         \
    X(after_pits, "share of running cars that entered the lane after the crossing")                                    \
    X(neutral_first_s, "when the neutralisation that is out was first seen, s after the crossing; negative: before")   \
    X(neutral_clear_s, "when the track was last seen clear before that, s after the crossing")                         \
    X(phase_stops_share, "share of running cars that entered the lane since")                                          \
    X(phase_stopped, "1: this car did")                                                                                \
    X(wet_share, "share of running cars on intermediates or wets")                                                     \
    X(wet_change_3, "that share less three laps ago")                                                                  \
    X(to_rain_3, "share of running cars that fitted rain tyres on the last three laps")                                \
    X(to_dry_3, "share of running cars that fitted slicks on the last three laps, from rain tyres")                    \
    X(cross_s, "lap of those on slicks less lap of those on rain tyres, s, last two laps")                             \
    X(rain, "1: rain at the station")                                                                                  \
    X(rain_change, "that less a quarter of an hour ago")                                                               \
    X(track_degc, "track temperature, C")                                                                              \
    X(air_degc, "air temperature, C")                                                                                  \
    X(in_out_loss_s, "own last stop: in- and out-lap less twice the median of the clean laps before, s")               \
    X(warm_up_s, "first full lap after a stop less the mean of the four after it, mean of this race, s")

typedef enum pb_lap_feature {
#define PB_LAP_FEATURE_ENUM(name, what) PB_LF_##name,
    PB_LAP_FEATURES(PB_LAP_FEATURE_ENUM)
#undef PB_LAP_FEATURE_ENUM
    PB_LF_N
} pb_lap_feature;

extern const pb_feature_schema pb_lap_schema;   /* PB_LF_N features */

/* What is known beside the laps; zeros and NULL: nothing. Borrowed. */
typedef struct pb_scene_context {
    const pb_weather_row *weather;       /* by session time; only readings up to a car's crossing are used */
    uint32_t              n_weather;
    uint16_t              laps;          /* scheduled; 0: from the length of the circuit */
    double                pit_loss_s;    /* what a stop cost here before; 0: not known */
    const float          *practice_s;    /* long-run pace less field by car, NAN unknown; NULL: no source */
} pb_scene_context;

typedef struct pb_scene pb_scene;

/* log and what context names must live as long as the scene. PB_E_NOMEM. */
pb_status pb_scene_create(const pb_race_log *log, const pb_scene_context *context, pb_scene **out, pb_error *error);
void      pb_scene_destroy(pb_scene *scene);

/* Rows with number <= max_lap and session_ms <= max_ms are seen from now on. */
void pb_scene_look(pb_scene *scene, uint16_t max_lap, int32_t max_ms);
/* The row of a car as of its last visible lap: PB_LF_N values. false (and out
 * untouched) when the car has no visible row. */
bool pb_scene_row(const pb_scene *scene, uint32_t car, float *out);

/* What else is asked of a scene. */
uint16_t pb_scene_laps_of(const pb_scene *scene, uint32_t car);    /* number of its last visible lap, 0 none */
bool     pb_scene_runs(const pb_scene *scene, uint32_t car);       /* seen, and not left behind by the clock */
uint16_t pb_scene_scheduled(const pb_scene *scene);                /* 0 unknown */
uint8_t  pb_scene_compound(const pb_scene *scene, uint32_t car);   /* on the last visible lap */

#ifdef __cplusplus
}
#endif
#endif
