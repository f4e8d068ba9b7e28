/* strategy_work.h - one strategy in the making: what its parts hand to each other.
 *
 * Order of the parts: field, ranking, windows, other plans and their triggers,
 * starts, tree.
 *
 * Shared inside decide; strategy*.c only. */
#ifndef PB_DECIDE_STRATEGY_WORK_H
#define PB_DECIDE_STRATEGY_WORK_H

#include "decider.h"
#include "options.h"
#include "pitboard/decide_strategy.h"

typedef struct pb__scheme {
    pb_decider                *d;
    pb_race_spec              *spec; /* d's */
    const pb_strategy_options *options;
    uint32_t                   car;
    pb_strategy               *out;
} pb__scheme;

/* How much worse nobody would mind, in the aim's unit. */
double pb__aim_width(const pb_aim *aim);

/* Ranked strategy i of the answer. */
const pb_candidate *pb__scheme_plan(const pb__scheme *s, uint32_t i);
/* Gain of a over b as the spec of the decider now is, on the first n trials. */
pb_status pb__scheme_gain(pb__scheme *s, const pb_candidate *a, const pb_candidate *b, uint32_t n, pb__paired *out,
                          pb_error *error);

pb_status pb__scheme_field(pb__scheme *s, pb_error *error);
pb_status pb__scheme_windows(pb__scheme *s, pb_error *error);
pb_status pb__scheme_others(pb__scheme *s, pb_error *error);
/* Where plan `at` of the ranking becomes better than the best. */
pb_status pb__scheme_triggers(pb__scheme *s, pb_strategy_other *other, pb_error *error);
pb_status pb__scheme_tree(pb__scheme *s, pb_error *error);

#endif
