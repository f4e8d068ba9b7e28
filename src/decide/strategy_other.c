/* strategy_other: plans B and C: what to do when plan A is not to be. */
#include "strategy_work.h"

static bool of_kind(const pb__scheme *s, uint32_t i, uint8_t kind)
{
    return pb__plan_kind(s->spec, &pb__scheme_plan(s, i)->plan) == kind;
}

/* The best ranked plan of another kind than these two; 0 when there is none. */
static uint32_t best_other(const pb__scheme *s, uint8_t a, uint8_t b)
{
    for (uint32_t i = 1; i < s->out->n; i++)
        if (!of_kind(s, i, a) && !of_kind(s, i, b)) return i;
    return 0;
}

static pb_status describe(pb__scheme *s, uint32_t at, pb_strategy_other *out, pb_error *error)
{
    if (at == 0) return PB_OK;
    *out = (pb_strategy_other){.known = true, .at = (uint16_t)at};
    return s->options->triggers ? pb__scheme_triggers(s, out, error) : PB_OK;
}

pb_status pb__scheme_others(pb__scheme *s, pb_error *error)
{
    uint8_t  kind = pb__plan_kind(s->spec, &pb__scheme_plan(s, 0)->plan);
    uint32_t b    = best_other(s, kind, kind);
    PB_TRY(describe(s, b, &s->out->plan_b, error));
    if (b == 0) return PB_OK;
    return describe(s, best_other(s, kind, pb__plan_kind(s->spec, &pb__scheme_plan(s, b)->plan)), &s->out->plan_c,
                    error);
}
