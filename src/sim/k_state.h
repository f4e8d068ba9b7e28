/* k_state.h - what one batch of trials carries: one vector a quantity, lanes
 * are trials. Two orders: cars by number (tyres, noise, plans), and cars by
 * place (one key each: ticks << 6 | car). Between them go one packed word per
 * car and lap, and two bit sets.
 *
 *   word:  delta ticks (20 bits, signed) | pace (9 bits, 1/64 s, signed) | retires | would take a cheap stop | stops
 */
#ifndef PB_K_STATE_H
#define PB_K_STATE_H

#include "model.h"

#define PACE_UNIT ((float)PB__PACE_UNIT)
#define PACE_MAX 255.0f
#define WORD_MAX ((float)PB__WORD_MAX)

/* One of pb__literals in every lane. */
#define vi_k(name) vi_set(pb__k.name)

/* Who lapped whom is settled every fourth lap: a quarter of the work, and a car comes
 * by once in dozens of laps. */
#define LAPPING_EVERY 4

enum { DRAW_LAP = 1, DRAW_RACE, DRAW_CAR, DRAW_ENTRY, DRAW_PHASE, DRAW_WEATHER };

/* One car, by number. */
typedef struct k_car {
    _Alignas(64) float level[LANES]; /* pace on this set when new, s */
    _Alignas(64) float wear[LANES];
    _Alignas(64) float quad[LANES];
    _Alignas(64) float cliff[LANES]; /* s per lap for every lap of age beyond cliff_at */
    _Alignas(64) float cliff_at[LANES];
    _Alignas(64) float warm[LANES]; /* of the first lap on this set, s */
    _Alignas(64) float age[LANES];
    _Alignas(64) float ar[LANES];
    _Alignas(64) float noise[LANES];      /* of this lap, s */
    _Alignas(64) float stop_noise[LANES]; /* of the next stop, s */
    _Alignas(64) float cheap_age[LANES];
    _Alignas(64) float cheap_at[LANES]; /* logit draw */
    _Alignas(64) int32_t stop_lap[LANES];
    _Alignas(64) int32_t cover_laps[LANES];
    _Alignas(64) int32_t entry[LANES];
    _Alignas(64) int32_t retire[LANES];
    _Alignas(64) int32_t penalty[LANES]; /* ticks */
    /* weather only */
    _Alignas(64) int32_t kind[LANES];
    _Alignas(64) int32_t rain_to[LANES]; /* entry to fit at the stop, -1: the plan's next */
    _Alignas(64) int32_t resume[LANES];  /* slick entry to come back to */
    _Alignas(64) float rain_at[LANES];   /* s per lap that make this car change */
} k_car;
#define K_CAR_WORDS ((int32_t)(sizeof(k_car) / 4))

/* One set of tyres a car may fit, as this trial has drawn it. */
typedef struct k_set_drawn {
    _Alignas(64) float level[LANES];
    _Alignas(64) float wear[LANES];
    _Alignas(64) float stop[LANES];  /* of the stop that ends it, against the usual loss, s */
    _Alignas(64) int32_t lap[LANES]; /* when that stop is due */
} k_set_drawn;

/* Numbers of the model in every lane, ready as memory operands: no instruction
 * is spent on spreading them. Measured: no faster than broadcasts on Sapphire
 * Rapids (docs/benchmarks.md), kept because the code it makes is shorter. */
#define K_ALL_FLOATS(X)                                                                                                \
    X(pass_knee)                                                                                                       \
    X(pass_bias)                                                                                                       \
    X(pass_delta)                                                                                                      \
    X(pass_near)                                                                                                       \
    X(pass_far)                                                                                                        \
    X(pass_train)                                                                                                      \
    X(air_max) X(air_scale) X(reach_s) X(train_gap_s) X(inv_ticks) X(cover_gap_s) X(phi) X(theta) X(slow_z) X(slow_a)  \
        X(slow_b) X(loss_s) X(ticks)
#define K_ALL_INTS(X) X(pass_lead)

/* NOLINTBEGIN(bugprone-macro-parentheses): a name that is declared takes none */
typedef struct k_all {
#define K_FIELD(name) _Alignas(64) float name[LANES];
    K_ALL_FLOATS(K_FIELD)
#undef K_FIELD
#define K_FIELD(name) _Alignas(64) int32_t name[LANES];
    K_ALL_INTS(K_FIELD)
#undef K_FIELD
} k_all;
/* NOLINTEND(bugprone-macro-parentheses) */

#define vf_all(name) vf_load(s->all.name)
#define vi_all(name) vi_load(s->all.name)

typedef struct k_state {
    k_all all;
    _Alignas(64) int32_t key[PB_CARS_MAX][LANES];
    _Alignas(64) int32_t word[PB_CARS_MAX][LANES];

    k_car car[PB_CARS_MAX];
    _Alignas(64) int32_t lapped_by[PB_CARS_MAX][LANES];

    k_set_drawn set[PB_CARS_MAX][PB__ENTRIES];

    /* the race of each trial */
    _Alignas(64) float compound_wear[PB_COMPOUNDS_MAX][LANES];
    _Alignas(64) int32_t on[PB__SLOTS + 2][LANES]; /* absolute ticks; after the last: never */
    _Alignas(64) int32_t off[PB__SLOTS + 2][LANES];
    _Alignas(64) int32_t slot_kind[PB__SLOTS + 2][LANES];
    _Alignas(64) int32_t slot[LANES];
    _Alignas(64) int32_t now_on[LANES], now_off[LANES], now_kind[LANES]; /* the phase that slot names */
    _Alignas(64) int32_t stopped_lo[LANES]; /* cars that stopped at the end of the last lap, by bit */
    _Alignas(64) int32_t stopped_hi[LANES];
    _Alignas(64) int32_t lapped_lo[LANES]; /* cars that have just lapped another */
    _Alignas(64) int32_t lapped_hi[LANES];
    _Alignas(64) int32_t latest[LANES];   /* when the last car was at the line, ticks */
    _Alignas(64) int32_t cover_lo[LANES]; /* cars whose pursuer stopped */
    _Alignas(64) int32_t cover_hi[LANES];
    _Alignas(64) float wetness[LANES];
    _Alignas(64) int32_t rain_on[2][LANES], rain_off[2][LANES]; /* two spells: laps first to one after last */
    int wet_tyres;                                              /* some trial of the batch may need the wet entries */
    int wet;                                                    /* some trial of the batch is or was wet */
    _Alignas(64) float tyre_loss[3][LANES];                     /* by kind, at this wetness */
    _Alignas(64) int32_t best_kind[LANES];
    _Alignas(64) float best_loss[LANES];
    _Alignas(64) int32_t done[LANES];     /* -1: the flag has fallen */
    _Alignas(64) int32_t left[LANES];     /* laps still to run after the limit */
    _Alignas(64) int32_t seen[LANES];     /* bit 1 << kind of neutralisation; 16: wet */
    _Alignas(64) float finish_ref[LANES]; /* reference clock at the end, s */
    _Alignas(64) int32_t trial[LANES];
    uint64_t retires[PB_CARS_MAX][PB_LAPS_MAX / 64 + 1]; /* laps on which some trial loses this car, by bit */
    uint32_t valid;                                      /* lanes that are real trials */
} k_state;

/* What is the same for all cars on one lap. Times in ticks against the start of
 * the lap on the reference clock. */
typedef struct k_lap {
    uint32_t n;
    int      neutral;                   /* some car of some trial may meet a neutralisation */
    uint64_t stopped, covered, lapping; /* cars that stopped, are to cover, have lapped somebody, in some trial */
    int      stacked;                   /* some trial has both cars of a team planning to stop */
    int      red;                       /* some trial has a red flag coming */
    vi       overtake_word;
    vf       on, off; /* SC or VSC, far away where there is none */
    vf       red_on;
    vf       share, leader_share;      /* 1 / ticks of a whole lap at neutral pace; the leader's once picked up */
    vf       cost, leader_cost;        /* ticks that a whole lap at that pace is longer */
    vi       hold;                     /* least gap in the queue, 0 where there is none */
    vf       saved_onset, saved_later; /* share of the pit loss that a neutralised stop saves */
    vf       stretch, escape;          /* pace multiplier m of the slowed, and 1 - 1/m */
    vi       limit;                    /* running cars lie below; nothing does in a trial that is over */
    vm       live;                     /* trials still racing */
    vm       safety_car;
    vf       green;   /* ticks of a green lap */
    float    per_lap; /* 1 / that */
    vf       wear;    /* tyres age by this much */
    vf       noise;   /* multiplier */
} k_lap;

static inline vm k_mask(const int32_t *p)
{
    return vi_lt(vi_load(p), vi_set(0));
} /* stored as 0 / -1 */
static inline vm k_bit(vi set, uint32_t bit)
{
    return vi_test(set, vi_set((int32_t)(1u << bit)));
}

#endif
