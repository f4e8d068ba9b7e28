/* rejoin_case.h - one stop that is asked about: every rival with how far it is
 * away and how likely it is called in, and the places that follow.
 *
 * The car asked about ends lap k and stops at the end of lap k + 1; its place is
 * counted at the end of lap k + 2. Behind a rival it comes out when
 *
 *     lead + 2 (pace of rival - own) + stops of the rival in that time < own loss
 *
 * A rival may stop at the end of a lap up to k + 1 ("whole": it pays all), at the
 * end of lap k + 2 ("part": it pays the in-lap until the line), or be in the lane
 * already (it pays the rest); or stay out. How far the own loss is off is one
 * number for all rivals, and so is the mood of the pit walls: some laps call in
 * everybody.
 *
 * Shared inside predict; rejoin_*.c. */
#ifndef PB_PREDICT_REJOIN_CASE_H
#define PB_PREDICT_REJOIN_CASE_H

#include "pitcall.h"
#include "rejoin_level.h"

enum { PB__REJOIN_OUT, PB__REJOIN_WHOLE, PB__REJOIN_PART, PB__REJOIN_LANE, PB__REJOIN_ACTS };
enum { PB__REJOIN_Z = 11, PB__REJOIN_MOODS = 3 };
enum { PB__REJOIN_GROUPS = 3 }; /* of the own loss: few stops seen, some, rain tyres about */
enum { PB__REJOIN_WHOLE_N = 10, PB__REJOIN_PART_N = 4 };

/* A rival in reach, or certain to be ahead or behind. */
typedef struct pb__rejoin_rival {
    uint16_t car;
    bool     certain; /* out of reach: only `margin` of OUT tells */
    bool     in_lane; /* entered the lane at the end of its last lap */
    uint8_t  exposed; /* ends of lap up to k + 1 still to come, 0 .. */
    double   lead_s;  /* > 0: behind at the end of lap k, as far as it is known */
    double   pace_s;  /* of its next two laps */
    double   call;    /* log-odds that it stops at the end of its next lap */
    bool     mate;
    double   margin[PB__REJOIN_ACTS]; /* ends lap k + 2 so much later than the asked car with a loss of 0 over its
                                       * level; > 0: it is behind */
} pb__rejoin_rival;

typedef struct pb__rejoin_case {
    uint16_t         car, lap; /* lap: k */
    uint32_t         n, n_reach;
    pb__rejoin_rival rival[PB_CARS_MAX]; /* those in reach first */
    pb__rejoin_level level;
    double           loss_s, pace_s; /* own expected loss; own two laps against the field */
    double           pending_s, call;
    double           wet_share, field_stops, near_stops; /* lap features of the asked car */
    uint8_t          group;
} pb__rejoin_case;

/* What is learned; rejoin_params.c has what stands in for it. */
typedef struct pb__rejoin_params {
    double pace[PB__REJOIN_PACE_N];      /* s a lap */
    double whole[2][PB__REJOIN_WHOLE_N]; /* log-odds: exposed once, or more often */
    double part[2][PB__REJOIN_PART_N];
    double z_s[PB__REJOIN_GROUPS][PB__REJOIN_Z]; /* own loss less its level, equally likely */
    double shift_s[PB__REJOIN_ACTS];             /* of the margins */
    double scale_s[PB__REJOIN_ACTS];             /* logistic noise of a rival */
    double spread;                               /* of z_s */
    double mood[2];                              /* sd of the log-odds all rivals share: dry, rain tyres about */
    double within[3]; /* recalibration of p_within1: share of surprises; intercept and slope */
} pb__rejoin_params;

/* ---- calls and places (rejoin_places.c) ---- */

void pb__rejoin_whole_row(const pb__rejoin_case *c, const pb__rejoin_rival *r, double x[PB__REJOIN_WHOLE_N]);
void pb__rejoin_part_row(const pb__rejoin_case *c, const pb__rejoin_rival *r, double x[PB__REJOIN_PART_N]);

/* What the rivals in reach will do; the rest follows: P(OUT) = 1 - whole - part. */
typedef struct pb__rejoin_calls {
    double whole[PB_CARS_MAX], part[PB_CARS_MAX];
} pb__rejoin_calls;

void pb__rejoin_calls_of(const pb__rejoin_case *c, const pb__rejoin_params *p, pb__rejoin_calls *out);

/* Three equally likely values of a normal of variance one. */
extern const double pb__rejoin_moods[PB__REJOIN_MOODS];
/* The share of each act in one mood; the mean over moods stays about what it was. */
void pb__rejoin_in_mood(const pb__rejoin_case *c, const pb__rejoin_calls *calls, double sd, double mood,
                        pb__rejoin_calls *out);

/* P(place = k + 1) at p[k]; sums to 1. */
typedef struct pb__rejoin_places {
    double p[PB_CARS_MAX];
    double ahead[PB_CARS_MAX]; /* by rival of the case: P(it is ahead) */
} pb__rejoin_places;

void pb__rejoin_places_of(const pb__rejoin_case *c, const pb__rejoin_params *p, const pb__rejoin_calls *calls,
                          pb__rejoin_places *out);
/* The place that is told: it maximises P(exact) + P(within one) / 2; 1 .. */
uint32_t pb__rejoin_best(const double p[PB_CARS_MAX]);
double   pb__rejoin_within(const double p[PB_CARS_MAX], uint32_t place);
/* Its log-odds, when a share of all stops comes out anywhere. */
double pb__rejoin_within_odds(const double p[PB_CARS_MAX], uint32_t place, double surprises);

static inline double pb__sigmoid(double x)
{
    return 1 / (1 + pb_exp(-x));
}

#endif
