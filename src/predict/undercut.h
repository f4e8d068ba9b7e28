/* undercut.h - two cars that stop a few laps apart: what the first one wins, what
 * became of past pairs, and the chance that follows.
 *
 * Everything is told for the car that stops first until a margin is asked for:
 * the attacker is the first in an undercut and the second in an overcut.
 *
 *     gain of the first    = first_s + share * (pace + tyres)
 *     gain of the attacker = that, or less that, + edge + difference of the two stops
 *     it is ahead          when this is more than the gap
 *
 * Shared inside predict; undercut_*.c. */
#ifndef PB_PREDICT_UNDERCUT_H
#define PB_PREDICT_UNDERCUT_H

#include "pitboard/predict_undercut.h"
#include "truth.h"
#include "tyre_filter.h"
#include "tyre_prior.h"

#define PB__CUT_STOPS 60                       /* quantiles of the difference of two stops */
#define PB__CUT_ANSWERS (PB_UNDERCUT_LAPS + 2) /* the same lap, 1 .. 6 laps, later */

/* A pair as it stands, whoever stops first. */
typedef struct pb__undercut_view {
    const pb_tyre_filter *tyres;
    uint32_t              attacker, defender;
    uint16_t              lap;    /* in-lap of the first stop */
    double                gap_s;  /* > 0 */
    double                edge_s; /* known difference of the two stops, to the attacker's good */
} pb__undercut_view;

/* What the tyre filter expects the first one to win, s. */
typedef struct pb__undercut_form {
    double pace_s; /* by the pace of the two cars */
    double tyre_s; /* by old tyres against new ones */
    double var_s2; /* of their sum */
} pb__undercut_form;

void pb__undercut_form_of(const pb__undercut_view *view, bool overcut, uint32_t answer, pb__undercut_form *out);

/* From what the filter expects to what happens. */
typedef struct pb__undercut_law {
    double first_s;  /* gain by stopping first that the filter does not see */
    double share;    /* of what it sees */
    double lap_sd_s; /* of what three laps of both do to the gap */
    double odd_prob; /* that something else decides for, and as often against, the attacker */
} pb__undercut_law;

/* What past pairs teach. Who is ahead and by how much have a law each: cars that
 * come out side by side do not stay so, and the one on the line keeps the place. */
typedef struct pb__undercut_fit {
    pb__undercut_law ahead, gain;
    double           stop_s[PB__CUT_STOPS];      /* quantiles of one stop less another */
    double           answer[2][PB__CUT_ANSWERS]; /* when the second one answers: undercut, overcut */
    bool             prior;
} pb__undercut_fit;

/* NULL: constants. PB_E_MISSING, PB_E_RANGE for a model that cannot be. */
pb_status pb__undercut_fit_of(const pb_model *model, pb__undercut_fit *out, pb_error *error);
pb_status pb__undercut_fit_put(const pb__undercut_fit *fit, pb_model *model, pb_error *error);

/* Quantiles of one stop less another from those of one stop. */
void pb__undercut_stops(const double one[PB__CUT_STOPS], double out[PB__CUT_STOPS]);

/* A question that is ready to be answered, or was. */
typedef struct pb__undercut_case {
    pb__undercut_form form;
    double            gap_s, edge_s;
    uint32_t          answer;
    bool              overcut;
    int16_t           season;
    double            y, gain_s; /* of the attacker */
} pb__undercut_case;

/* Mean of what the attacker wins by a law, and sd of it without the stops. */
double pb__undercut_gain_s(const pb__undercut_law *law, const pb__undercut_case *c);
double pb__undercut_sd_s(const pb__undercut_law *law, const pb__undercut_case *c);
/* By fit->ahead. */
double pb__undercut_chance(const pb__undercut_fit *fit, const pb__undercut_case *c);
/* Density of what it won by fit->gain, for learning. */
double pb__undercut_density(const pb__undercut_fit *fit, const pb__undercut_case *c);

/* ---- past pairs ---- */

/* How often the second car of a pair stopped on the same lap, 1 .. 6 laps later,
 * later still or not: undercuts, overcuts. Adds to counts. */
void pb__undercut_answers(const pb_history_race *race, double counts[2][PB__CUT_ANSWERS]);

#define PB__CUT_FEATURES 9
extern const pb_feature_schema pb__undercut_schema;

typedef struct pb__undercut_cases {
    pb__undercut_case *at;
    float             *x;     /* n x PB__CUT_FEATURES */
    pb__truth         *truth; /* of each */
    size_t             n, cap;
} pb__undercut_cases;

/* Appends every pair of race `at` as it was seen when it was asked; tyres: a model
 * with "tyre.*". */
pb_status pb__undercut_cases_add(const pb_model *tyres, const pb_history *history, size_t at, pb__fits *fits,
                                 pb__undercut_cases *out, pb_error *error);
void      pb__undercut_cases_fini(pb__undercut_cases *cases);
void      pb__undercut_features(const pb__undercut_view *view, const pb__undercut_case *c, float x[PB__CUT_FEATURES]);

/* Prior of the model and the races before, fed with nothing yet. */
pb_status pb__undercut_open(const pb_model *tyres, const pb_history *history, size_t at, pb__fits *fits,
                            pb_tyre_filter **out, pb_error *error);

/* As the protocol writes it. */
pb_row pb__undercut_row(const pb_race_log *log, const pb__truth *t, double p);

pb_model_train pb__undercut_train;

/* A pair of the public header, checked. */
pb_status pb__undercut_view_of(const pb_undercut_pair *pair, pb__undercut_view *out, pb_error *error);

/* When the second car answers, by the pit call and what share of past pairs
 * answered when; false: the pit call does not know. */
bool pb__undercut_answer_chances(const pb__undercut_view *view, const pb_scene *scene, const pb_model *pitcall,
                                 const double share[PB__CUT_ANSWERS], bool overcut, double out[PB__CUT_ANSWERS]);

pb_model_train   pb__undercut_line_train, pb__undercut_table_train;
pb_model_predict pb__undercut_line_predict, pb__undercut_table_predict, pb__undercut_by_answer_predict;

#endif
