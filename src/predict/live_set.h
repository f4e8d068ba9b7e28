/* live_set.h - the states of many races that the models of live learn from.
 *
 * Shared inside predict only. */
#ifndef PB_LIVE_SET_H
#define PB_LIVE_SET_H

#include "live_board.h"

/* A state, where it comes from and what became of its cars. */
typedef struct pb__live_case {
    const pb_history_race *race;
    uint32_t               group; /* of the race */
    pb__live_state         state;
} pb__live_case;

typedef struct pb__live_set {
    pb__live_case *at;
    size_t         n, cap;
    pb__live_form *form; /* a race; the states look into it */
} pb__live_set;

/* Every `step`-th lap of every race of a history that can be used, with the form
 * before each. Free with pb__live_set_fini, also after an error. */
pb_status pb__live_set_of(const pb_history *past, const pb_form_rules *rules, uint32_t step, pb__live_set *out,
                          pb_error *error);
void      pb__live_set_fini(pb__live_set *set);

/* The parts and the forest under the name "places" into a model. */
pb_status pb__live_learn(const pb__live_set *set, const pb_learn_options *options, pb_model *model, pb_error *error);

#endif
