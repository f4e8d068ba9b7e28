/* stops_parts.h - how a car's race is told before the start: how many stops, on
 * which sets, on which laps.
 *
 * A book holds what past races say of it, one entry a race; everything else reads
 * the book. Settings were chosen by walking forward on 2019-2022
 * (docs/models/stops.md).
 *
 * Shared inside predict only. */
#ifndef PB_PREDICT_STOPS_PARTS_H
#define PB_PREDICT_STOPS_PARTS_H

#include "pitboard/predict_stops.h"

#define PB__STOPS_SETS 3      /* SOFT MEDIUM HARD: compound 1 + index */
#define PB__STOPS_PIT_LANE 21 /* a start from the pit lane, as a place on the grid */

/* ---- what past races say ---- */

/* A car that took the flag. */
typedef struct pb__stops_car {
    char    code[8];
    char    team[40];              /* crosswalk id */
    uint8_t grid;                  /* 1 ..; PB__STOPS_PIT_LANE; 0 unknown */
    uint8_t n;                     /* stops, all of them */
    uint8_t neutral;               /* of those under SC or VSC */
    int8_t  set[PB_STOPS_MAX + 1]; /* index of each set, start first; -1 no slick, or no such set */
    double  share[PB_STOPS_MAX];   /* in-laps as shares of the distance */
    bool    told;                  /* at most PB_STOPS_MAX stops, slicks throughout */
} pb__stops_car;

typedef struct pb__stops_race {
    const char    *circuit; /* borrowed from the log */
    int16_t        season;
    uint16_t       laps;        /* that were run */
    double         number;      /* races proper before it in the history, as a date */
    bool           plain;       /* dry, without a red flag: its stops count */
    bool           slick_start; /* its first sets count */
    bool           has_wear;
    double         wear_s;      /* s per lap of age, mean of the three slicks */
    double         stint_share; /* how long stints are: root of the mean over cars of the sum of squared shares */
    double         p[PB_STOPS_MAX + 1]; /* shares of cars by stops, the last "or more" */
    pb__stops_car *car;
    uint32_t       n_cars;
} pb__stops_race;

typedef struct pb__stops_book {
    pb__stops_race *race; /* usable races proper, oldest first */
    size_t          n;
    double          number; /* races proper in the history, usable or not */
} pb__stops_book;

/* Reads races 0 .. n - 1 of the history. The book borrows from it. PB_E_NOMEM. */
pb_status pb__stops_book_init(const pb_history *history, size_t n, pb__stops_book *book);
void      pb__stops_book_fini(pb__stops_book *book);
/* The first n races of a book, as a book that owns nothing. */
pb__stops_book pb__stops_book_upto(const pb__stops_book *book, size_t n);

/* What a lap of tyre age costs in this race, mean of the slicks; false: too few laps. */
bool pb__stops_wear(const pb_race_log *log, double *wear_s);

/* ---- a value of races, told of the next one ---- */

/* Which race is asked about. */
typedef struct pb__stops_place {
    const char *circuit;
    int16_t     season;
    double      number; /* as in pb__stops_race */
} pb__stops_place;

/* What is read off a race; false: it says nothing. */
typedef bool pb__stops_value(const pb__stops_race *race, double *x);

typedef struct pb__stops_settled {
    double level; /* of races of late */
    double here;  /* level, and what editions here were off the level of their time */
    size_t races, editions;
} pb__stops_settled;

pb__stops_settled pb__stops_settle(const pb__stops_book *book, const pb__stops_place *place, pb__stops_value *value);

/* x to the power of n; n may be negative. */
double pb__stops_power(double x, int n);

/* ---- how many ---- */

/* Signs of a race, before it. */
enum { PB__STOPS_WEAR, PB__STOPS_STINT, PB__STOPS_BEFORE, PB__STOPS_SIGNS };

typedef struct pb__stops_signs {
    double x[PB__STOPS_SIGNS];
    double level[PB__STOPS_SIGNS]; /* of any race of late */
    double last[PB_STOPS_MAX + 1]; /* by stops: the last edition here, shrunk to the races of late */
    bool   edition;                /* there was one */
} pb__stops_signs;

/* false: too few races to tell. */
bool pb__stops_signs_of(const pb__stops_book *book, const pb__stops_place *place, pb__stops_signs *out);

/* One step of a sign, about what races differ by: s per lap, share, stops. */
extern const double pb__stops_step[PB__STOPS_SIGNS];

#define PB__STOPS_COEFFICIENTS (PB__STOPS_SIGNS + 1) /* the constant first */

/* What is learned. */
typedef struct pb__stops_learned {
    bool   fitted;                        /* two, three and mean hold something */
    double two[PB__STOPS_COEFFICIENTS];   /* log-odds of two or more against fewer */
    double three[PB__STOPS_COEFFICIENTS]; /* of three or more, given two or more */
    double mean[PB__STOPS_SIGNS];         /* of the signs of the races that were learned from */
    double last_weight;                   /* [0, 1]: of the last edition beside the signs */
    double none;                          /* share of cars without a stop */
} pb__stops_learned;

/* Fits on the races of a book. PB_E_NOMEM. */
pb_status pb__stops_learn(const pb__stops_book *book, pb__stops_learned *out);
/* Model numbers; get tolerates a model without the fit, not one of other sizes. */
pb_status pb__stops_learned_put(const pb__stops_learned *learned, pb_model *model, pb_error *error);
pb_status pb__stops_learned_get(const pb_model *model, pb__stops_learned *learned, pb_error *error);

/* By the signs alone. */
void pb__stops_count_signs(const pb__stops_learned *learned, const pb__stops_signs *signs, double p[PB_STOPS_MAX + 1]);
/* Of a race: signs and last edition together. */
void pb__stops_count_race(const pb__stops_learned *learned, const pb__stops_signs *signs, double p[PB_STOPS_MAX + 1]);
/* Log-odds by which a team makes two or more, against the field. */
double pb__stops_team(const pb__stops_book *book, double number, const char *team);
/* Moves the log-odds of two or more by `by`. */
void pb__stops_count_move(double p[PB_STOPS_MAX + 1], double by);
/* Fewer than `least` are against the rules. */
void pb__stops_count_least(double p[PB_STOPS_MAX + 1], uint32_t least);

/* Mean stops of a car at a circuit in 2011-2017 less those of the season, shrunk; 0 not known. */
double pb__stops_before_2018(const char *circuit);

/* ---- on which sets, on which laps ---- */

/* A car of the past with its weights for the race that is asked about. */
typedef struct pb__stops_past {
    const pb__stops_car *car;
    bool                 plain;
    double               start, next, lap; /* weight for the first set, the sets after it, the laps */
} pb__stops_past;

/* Weighs every car of a book for a place. *out is malloc'ed. PB_E_NOMEM. */
pb_status pb__stops_weigh(const pb__stops_book *book, const pb__stops_place *place, pb__stops_past **out, size_t *n);

#define PB__STOPS_WAYS 120 /* 3 + 9 + 27 + 81 orders of sets */

/* Sets of way number i, start first; returns the stops. */
uint32_t pb__stops_way(uint32_t i, int8_t set[PB_STOPS_MAX + 1]);
/* Number of the first way with k stops; ways of one k stand together. */
uint32_t pb__stops_first_way(uint32_t k);

/* The car that is asked about. */
typedef struct pb__stops_asked {
    const char *team; /* crosswalk id */
    uint8_t     grid; /* as in pb__stops_car */
} pb__stops_asked;

/* P(first set) for each number of stops, and P(way | its number of stops). */
void pb__stops_orders(const pb__stops_past *past, size_t n, const pb__stops_asked *asked,
                      double start[PB_STOPS_MAX + 1][PB__STOPS_SETS], double way[PB__STOPS_WAYS]);

/* Shares of the distance at which stop `at` of `stops` comes: the given quantiles,
 * where P(first set) is start. room: n of them. */
typedef struct pb__stops_weighted {
    double x, w;
} pb__stops_weighted;
void pb__stops_when(const pb__stops_past *past, size_t n, const pb__stops_asked *asked, uint32_t stops, uint32_t at,
                    const double start[PB__STOPS_SETS], const double *quantiles, size_t n_quantiles,
                    pb__stops_weighted *room, double *out);

/* ---- baselines ---- */
pb_model_predict pb__stops_constant_mh, pb__stops_last_edition, pb__stops_last3_editions, pb__stops_last5_races;

#endif
