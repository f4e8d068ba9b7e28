/* model.h - a race made ready for the kernels: every number quantised, every
 * effect that is off already neutral, so that a kernel never asks.
 *
 * Time inside a kernel is an integer of ticks against a reference car that laps
 * at reference_s[n]; one int32 holds ticks << 6 | car, so that ordering the
 * field is min and max, and adding is exact in any order. */
#ifndef PB_SIM_MODEL_H
#define PB_SIM_MODEL_H

#include "pitboard/sim.h"

/* Salmon et al. 2011: 7 rounds pass every battery, 10 are their margin for other
 * uses. The kernels take 7 (3 % of a race); tests hold them to known answers. */
#define PB__PHILOX_ROUNDS 7
#define PB__ID_BITS 6
#define PB__OUT_TICKS (1 << 24) /* running cars stay below; retired ones rank above */
/* The walk keeps running cars at or below this: what lapping, a lost duel and penalties add
 * before the next walk must not carry a car over the line above. */
#define PB__TOP_TICKS (PB__OUT_TICKS - (1 << 18) - 1)
#define PB__OUT_LAP 4096 /* ticks between laps of distance among the retired */
/* The word of a car's lap, see k_state.h. */
#define PB__FLAG_STOP 1
#define PB__FLAG_CHEAP 2
#define PB__FLAG_RETIRE 4
#define PB__PACE_UNIT 64.0 /* of the pace in it: 1/64 s, 9 bits */
#define PB__WORD_MAX ((1 << 19) - 1)
#define PB__ENTRIES (PB_PLAN_STINTS + 3) /* the plans' stints, then extra, intermediate, wet */
#define PB__NEVER 30000                  /* a lap that does not come */
#define PB__SLOTS 8                      /* neutralisations a trial can hold */
#define PB__FRESH_LAPS 3                 /* a set that has run fewer does not come off because it is cheap */
#define PB__STOP_TABLE 256
#define PB__GAP_TABLE 16
#define PB__EXCHANGES 448 /* merge exchange needs 389 for 40 keys */

/* One row of a car's tyre table: a set it may fit. */
typedef struct pb__entries {
    float   level_s[PB__ENTRIES]; /* compound offset and fuel added, against the reference */
    float   wear_s[PB__ENTRIES];  /* per lap of age */
    float   quad_s[PB__ENTRIES];
    float   cliff_s[PB__ENTRIES]; /* per lap, for every lap of age beyond cliff_at */
    float   cliff_at[PB__ENTRIES];
    float   warm_s[PB__ENTRIES];
    float   age0[PB__ENTRIES];
    float   cheap_age[PB__ENTRIES]; /* policy: logit per lap of age */
    float   extra_s[PB__ENTRIES];   /* of the stop that fits it: refuelling, driver change */
    int32_t stop_lap[PB__ENTRIES];  /* the stop that ends it, PB__NEVER if none */
    int32_t next[PB__ENTRIES];
    int32_t
        next_slick[PB__ENTRIES];   /* first slick set of the plan after this one, where a car goes back to after rain */
    int32_t kind[PB__ENTRIES];     /* pb_tyre_kind */
    int32_t compound[PB__ENTRIES]; /* which shared wear draw */
} pb__entries;

typedef struct pb__car {
    uint32_t    spec_index; /* in the race file */
    pb__entries entry;
    uint32_t    n_entries; /* rows that a trial may need: plans, extra, and the wet ones if it can rain */
    uint32_t    n_plans;
    int32_t     plan_first[PB_PLANS_MAX];
    int32_t     plan_below[PB_PLANS_MAX]; /* 16-bit draw below this: that plan */
    float       pace_s, pace_sigma_s, wear_sigma;
    float       noise[4]; /* cubic of the innovation, seconds */
    float       start_s, start_sigma_s, start_skew;
    float       stop_s;
    float       penalty_s;
    float       ar0; /* state of the noise at the start */
    int32_t     penalty_below;
    int32_t     dnf_below;
    float       jitter;      /* laps, sd of a planned stop */
    int32_t     cover_below; /* 16-bit draw below this: it answers an undercut */
    uint32_t    obeys_until; /* up to this lap it takes no stop that its plan has not got */
    int32_t     start_key_ticks; /* gap at the start of the simulation */
    int32_t     out_ticks;       /* > 0: retired before the start, its rank key */
    float       age0;
    int32_t     class_id;
} pb__car;

struct pb_sim_model {
    uint32_t n_paired;                  /* cars 0 .. n_paired - 1 come in pairs of team mates */
    uint32_t last_retire;               /* nobody retires after this lap: he would be classified */
    uint32_t n_cars, first_lap, n_laps; /* laps first_lap .. n_laps are played */
    uint32_t likely_laps;               /* when the time limit is expected to end the race, or n_laps */
    float    ticks, inv_ticks;          /* per second */
    bool     from_grid, dry, react_sc, cover, wet_react, fixed_neutral, lapping, time_limited, double_stack;
    bool     quad, cliff, loser, unlap, slow, free_tyres;
    pb__car  car[PB_CARS_MAX];
    uint8_t  spec_of_id[PB_CARS_MAX];
    uint32_t n_classes;
    uint32_t n_exchanges;
    uint8_t  exchange[PB__EXCHANGES][2]; /* sorting network for n_cars keys */

    /* laps */
    float    lap_s[PB_LAPS_MAX + 2];       /* reference lap n, green */
    double   reference_s[PB_LAPS_MAX + 2]; /* clock of the reference car at the end of lap n, 0 at the start */
    int32_t  reference_ticks[PB_LAPS_MAX + 2];
    int32_t  leader_ticks[PB_LAPS_MAX + 2]; /* expected leader against the reference at the end of lap n */
    float    fuel_s[PB_CARS_MAX][PB_LAPS_MAX + 2];
    double   limit_s;
    int32_t  limit_ticks;
    uint32_t limit_extra;

    /* noise */
    float phi, theta;
    float slow_z, slow_a, slow_b; /* what a mistake adds beyond slow_z sigma of the draw */
    float stint_sigma, stint_wear_sigma, wear_sigma;

    /* stops */
    float   loss_s, loss_sigma_s, inv_loss_ticks;
    float   sc_onset, sc_later, vsc_onset, vsc_later; /* what is saved: 1 - frac */
    float   react_ticks;
    float   stop_table[PB__STOP_TABLE + 1];
    float   stack_s, inv_stack_gap;
    float   cheap_bias, cheap_left, cover_laps, cover_gap_s;

    /* traffic */
    float pass_bias, pass_delta, pass_near, pass_knee, pass_far, pass_train, train_gap_s, reach_s;
    _Alignas(64) int32_t hold_ticks[PB__GAP_TABLE];
    _Alignas(64) float air_a[PB__GAP_TABLE];
    _Alignas(64) float air_b[PB__GAP_TABLE];
    float   air_scale, air_max;
    int32_t pass_lead, loser_ticks;
    bool    pass_free;
    int32_t lapped_ticks, lapped_more_ticks;
    float   lapping_s;

    /* neutralisations */
    int32_t  sc_below[PB_LAPS_MAX + 2], vsc_below[PB_LAPS_MAX + 2]; /* 16-bit draws on leader lap n, dry */
    int32_t  sc_laps_below[10], vsc_laps_below[5];
    int32_t  vsc_to_sc_below, sc_to_red_below, crash_below;
    float    sc_lead, sc_catch, vsc_mult, wear_mult;
    int32_t  sc_gap_ticks, restart_gap_ticks;
    uint32_t n_fixed;
    float    fixed_delay_s;                                                    /* what the fixed ones cost the leader */
    int32_t  fixed_on[PB__SLOTS], fixed_off[PB__SLOTS], fixed_kind[PB__SLOTS]; /* absolute ticks */

    /* weather */
    float    wetness[PB_LAPS_MAX + 2];
    int32_t  rain_by[PB_LAPS_MAX + 2]; /* 16-bit draw below: rain has begun by lap n of a dry spell */
    int32_t  rain_over_by[PB_LAPS_MAX + 2];
    uint32_t wet_known;
    bool     rain_at_start;
    bool     rain_possible, wet_start; /* wet_start: known wetness or wet tyres in a plan */
    float    wetting, drying, soak;
    float    dry_lap[3], wet_slope[3], wet_curve[3];
    float    wet_noise, rain_loss, rain_sigma;
};

/* Integers that the inner loops need in every lane. They live in memory on
 * purpose: a broadcast from memory rides on a load, while a literal goes through
 * a general register and the one port that shuffles. On the machine of
 * docs/benchmarks.md the difference was within the noise. */
typedef struct pb__literals {
    int32_t x7fff, x8000, xffff, mantissa, one_f, one, mul_car, mul_word, id, nibble, stop, stop_cheap, stop_retire,
        retire, pace_bits, top;
} pb__literals;
extern const pb__literals pb__k;

/* One kernel per instruction set. hash may be NULL. Trials are first ..
 * first + count - 1; scratch has pb__scratch_bytes(). */
typedef void pb__kernel(const pb_sim_model *model, uint64_t seed, uint32_t first, uint32_t count, void *scratch,
                        pb_sim_result *result, uint64_t *hash);

pb__kernel pb__run_scalar, pb__run_portable, pb__run_avx2, pb__run_avx512;
size_t     pb__scratch_bytes_scalar(void);
size_t     pb__scratch_bytes_portable(void);
size_t     pb__scratch_bytes_avx2(void);
size_t     pb__scratch_bytes_avx512(void);

#endif
