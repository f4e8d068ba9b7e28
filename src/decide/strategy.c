/* strategy: the best plan of one car, part by part. See strategy_work.h. */
#include <stdlib.h>
#include <string.h>

#include "strategy_work.h"

/* Plans this close are as good as each other: a tenth of a place in the middle of
 * the points. A parameter, not a measurement. */
#define WIDTH_POINTS 0.15
#define WIDTH_PLACES 0.10
#define WIDTH_PROB 0.01

pb_strategy_options pb_strategy_options_default(void)
{
    return (pb_strategy_options){
        .aim = pb_decide_options_default().aim, .cars = 6, .rounds = 3, .look_trials = 2048, .triggers = true};
}

double pb__aim_width(const pb_aim *aim)
{
    const char *unit = pb_aim_unit(aim);
    return strcmp(unit, "points") == 0 ? WIDTH_POINTS : strcmp(unit, "places") == 0 ? WIDTH_PLACES : WIDTH_PROB;
}

const pb_candidate *pb__scheme_plan(const pb__scheme *s, uint32_t i)
{
    return &s->out->candidate[s->out->ranked[i].candidate];
}

pb_status pb__scheme_gain(pb__scheme *s, const pb_candidate *a, const pb_candidate *b, uint32_t n, pb__paired *out,
                          pb_error *error)
{
    pb__runner first = {0}, second = {0};
    pb_status  status = pb__runner_open(s->d, s->car, a, 0, &first, error);
    if (status == PB_OK) status = pb__runner_like(s->d, s->car, &first, b, 1, &second, error);
    if (status == PB_OK) {
        pb__runner_play(s->d, s->car, &s->options->aim, &first, n);
        pb__runner_play(s->d, s->car, &s->options->aim, &second, n);
        *out = pb__compare(s->spec, &s->options->aim, &first, &second);
    }
    pb__runner_close(&first);
    pb__runner_close(&second);
    return status;
}

/* ---- the parts ---- */

static pb_status rank(pb__scheme *s, pb_error *error)
{
    pb_strategy *out = s->out;
    out->n           = pb_decide_candidates(s->spec, s->car, out->candidate, PB_CANDIDATES_MAX);
    if (out->n == 0)
        return pb_error_set(error, PB_E_RULE, "%s has no legal plan: the rules ask for stops that do not fit any more",
                            s->spec->cars[s->car].code);
    out->evaluated = out->n;
    return pb__rank_strategies(s->d, s->car, &s->options->aim, out->candidate, out->n, s->d->effort.trials, out->ranked,
                               error);
}

/* The best plan on each first set, in the order of the ranking. */
static void find_starts(pb__scheme *s)
{
    uint32_t seen = 0;
    for (uint32_t i = 0; i < s->out->n && s->spec->from_lap == 0; i++) {
        uint8_t set = pb__scheme_plan(s, i)->plan.stints[0].compound;
        if (seen >> set & 1) continue;
        seen |= 1u << set;
        s->out->start[s->out->n_starts++] =
            (pb_strategy_start){.compound = set, .at = (uint16_t)i, .gain = s->out->ranked[i].gain};
    }
}

static pb_status make(pb__scheme *s, pb_error *error)
{
    PB_TRY(pb__scheme_field(s, error));
    PB_TRY(rank(s, error));
    find_starts(s);
    PB_TRY(pb__scheme_windows(s, error));
    PB_TRY(pb__scheme_others(s, error));
    return pb__scheme_tree(s, error);
}

static pb_status check(const pb_race_spec *spec, uint32_t car, pb_error *error)
{
    if (car >= spec->n_cars)
        return pb_error_set(error, PB_E_RANGE, "there is no car %u; the race has %d", car, spec->n_cars);
    if (spec->from_lap >= spec->rules.laps)
        return pb_error_set(error, PB_E_RANGE, "lap %d is the last of %d: there is nothing left to plan",
                            spec->from_lap, spec->rules.laps);
    if (spec->from_lap > 0 && !spec->cars[car].state.running)
        return pb_error_set(error, PB_E_RULE, "%s is out of the race since lap %d", spec->cars[car].code,
                            spec->cars[car].state.laps_done);
    return PB_OK;
}

pb_status pb_decide_strategy(pb_decider *d, uint32_t car, const pb_strategy_options *options, pb_strategy *out,
                             pb_error *error)
{
    PB_TRY(check(&d->spec, car, error));
    pb_strategy *made = calloc(1, sizeof *made);
    if (!made) return pb_error_set(error, PB_E_NOMEM, "out of memory for a strategy");
    uint32_t   before = d->trials;
    pb__scheme s      = {.d = d, .spec = &d->spec, .options = options, .car = car, .out = made};
    made->car         = (uint8_t)car;
    made->width       = pb__aim_width(&options->aim);
    pb_status status  = make(&s, error);
    made->trials      = d->trials - before;
    if (status == PB_OK) *out = *made;
    free(made);
    return status;
}
