/* pitboard/sim.h - play out the rest of a race, many times.
 *
 * Starts from one pb_race_spec; answers "where does everyone finish?" as
 * counts, never as a single guess. Reads no clock, opens no file, starts no
 * thread: name a range of trials and it adds to your counts. Trial t depends
 * only on (seed, t), so any split of the range over threads or SIMD lanes gives
 * the same bytes.
 *
 * Floor 3. Uses base, num, race. */
#ifndef PITBOARD_SIM_H
#define PITBOARD_SIM_H

#include "pitboard/num.h"
#include "pitboard/race_spec.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A race made ready for the kernels: tables, quantised. Opaque, read-only after
 * creation, may be used by many threads at once. */
typedef struct pb_sim_model pb_sim_model;

/* Checks the spec first (pb_race_spec_check). The model keeps no pointer to it. */
pb_status pb_sim_model_create(const pb_race_spec *spec, pb_sim_model **out, pb_error *error);
void      pb_sim_model_destroy(pb_sim_model *model);
pb_status pb_sim_model_copy(const pb_sim_model *model, pb_sim_model **out);
/* Gives one car another plan, alone: everything else, the expected leader's clock
 * included, stays, which is what comparing plans wants. The spec is the one the model
 * was made of. False, and nothing changed, when the plan has wet tyres and the model
 * was made for a race that cannot get wet: make a new one then. */
bool      pb_sim_model_replan(pb_sim_model *model, const pb_race_spec *spec, uint32_t car, const pb_plan *plan);
/* This car keeps to its plan: its stops come on the planned laps exactly, it
 * answers no undercut, and up to until_lap (0: no such lap) it takes no cheap stop
 * under SC or VSC and no stop for the weather that the plan has not got. For
 * comparing plans; call it before the first run. car: index in the race file. */
void      pb_sim_model_obey(pb_sim_model *model, uint32_t car, uint32_t until_lap);

#define PB_SIM_TIME_BINS   8192      /* of finish time: from an eighth of their span before the reference */
#define PB_SIM_TIME_BIN_S  0.25      /* 34 minutes in all: a red-flagged or wet race stays inside */
#define PB_SIM_STRATEGIES  18      /* table entries of a car: the stints of its plans, a spare set, intermediate, wet */

/* How a simulated race may be followed lap by lap, for charts: exact samples of
 * the first `trials` trials. */
typedef struct pb_sim_trace {
    uint32_t  trials;                /* how many are kept, <= PB_SIM_TRACE_MAX */
    float    *gap_s;                 /* [trial][lap 1..laps][car], behind the leader; NaN retired */
    uint8_t  *place;                 /* [trial][lap 1..laps][car]; 0 retired */
} pb_sim_trace;
#define PB_SIM_TRACE_MAX 1024

/* Where a few cars finished in every single trial, so that two plans can be
 * compared trial by trial (common random numbers). place is borrowed and must
 * outlive every pb_sim_run into this result; trials outside the range are not
 * written. place is the final order, retired cars ranked by distance. */
typedef struct pb_sim_watch {
    uint32_t n_cars;                 /* 0: nobody; <= PB_SIM_WATCH_MAX */
    uint8_t  car[4];                 /* indices in the race file, each once */
    uint32_t first, count;           /* trials first .. first + count - 1 */
    uint8_t *place;                  /* [n_cars][count], from 1 */
    uint16_t *stop;                  /* NULL, or [count][PB_SIM_WATCH_STOPS]: the stops of car[0] in order,
                                      * PB_SIM_STOP_LAP and _ENTRY of each; 0: no more. Zeroed by the caller */
} pb_sim_watch;
#define PB_SIM_WATCH_MAX 4
#define PB_SIM_WATCH_STOPS 6           /* later ones are not told */
#define PB_SIM_STOP_LAP(stop)   ((stop) & 1023u)   /* in-lap */
#define PB_SIM_STOP_ENTRY(stop) ((stop) >> 10)     /* of the car's table: which set it fitted */

/* Counts. Everything is an integer, so adding up parts in any order gives the
 * same bytes. Arrays are owned by the result. */
typedef struct pb_sim_result {
    uint32_t  n_cars, n_laps;
    uint64_t  trials;
    uint64_t *place;                 /* [car][place - 1], n_cars x n_cars */
    uint64_t *class_place;           /* [car][place in class - 1] */
    uint64_t *dnf;                   /* [car] */
    uint64_t *stops;                 /* [car] total over trials */
    uint64_t *pit_lap;               /* [car][lap 0..n_laps], in-laps */
    uint64_t *strategy;              /* [car][PB_SIM_STRATEGIES]: last table entry reached, the path of the plan */
    uint32_t *time_bins;             /* [car][PB_SIM_TIME_BINS] finish time of classified finishers, from time_origin_s */
    double    time_origin_s;
    double    time_bin_s;
    uint64_t  sc, vsc, red, wet;     /* trials with at least one, after the start state */
    pb_sim_trace trace;
    pb_sim_watch watch;              /* set by the caller before pb_sim_run; pb_sim_result_add leaves it alone */
} pb_sim_result;

/* Allocates for this model. trace_trials 0: no trace. */
pb_status pb_sim_result_create(const pb_sim_model *model, uint32_t trace_trials, pb_sim_result **out);
void      pb_sim_result_destroy(pb_sim_result *result);
/* to += from; both of the same model. Traces are joined by trial number; from may
 * have a shorter one, or none. */
void      pb_sim_result_add(pb_sim_result *to, const pb_sim_result *from);

/* Quantiles of a car's gap at the end of a lap to another car (its index), the leader or
 * the median car, over the traced races in which both run. out is written when there is
 * one. buffer: room for trace.trials values. Returns how many races spoke. */
uint32_t pb_sim_gap_quantiles(const pb_sim_result *r, uint32_t car, uint32_t lap, uint32_t to, const double *probs,
                              size_t n_probs, double *buffer, double *out);
#define PB_SIM_TO_LEADER 0xffffffffu
#define PB_SIM_TO_MEDIAN 0xfffffffeu   /* of the cars that run, lap by lap */

/* Working memory of one thread. */
typedef struct pb_sim_scratch pb_sim_scratch;
pb_status pb_sim_scratch_create(const pb_sim_model *model, pb_sim_scratch **out);
void      pb_sim_scratch_destroy(pb_sim_scratch *scratch);

/* Plays trials first .. first + count - 1 and adds what happened to *result.
 * Allocates nothing. */
void pb_sim_run(const pb_sim_model *model, uint64_t seed, uint32_t first, uint32_t count, pb_isa isa,
                pb_sim_scratch *scratch, pb_sim_result *result);

/* Hash over every final order key of the trials, order-free: the golden test. */
uint64_t pb_sim_hash(const pb_sim_model *model, uint64_t seed, uint32_t first, uint32_t count, pb_isa isa,
                     pb_sim_scratch *scratch);

/* What people read, from counts. */
double pb_sim_p_place(const pb_sim_result *r, uint32_t car, uint32_t place);     /* place from 1 */
double pb_sim_mean_place(const pb_sim_result *r, uint32_t car);
double pb_sim_expected_points(const pb_sim_result *r, uint32_t car, const pb_rules_spec *rules);
double pb_sim_finish_quantile_s(const pb_sim_result *r, uint32_t car, double prob); /* NaN if it never finished */

#ifdef __cplusplus
}
#endif
#endif
