/* strategy_window: the laps on which each stop of the best plan may as well come. */
#include "strategy_work.h"

#define REACH_LAPS 6

/* Stop i of the plan, moved by so many laps; false where there is no room. */
static bool shifted(const pb_race_spec *spec, const pb_candidate *plan, uint32_t i, int by, pb_candidate *out)
{
    const pb_stint_spec *stint = plan->plan.stints;
    int                  lap = stint[i].in_lap + by, least = stint[i - 1].in_lap;
    if (least < spec->from_lap) least = spec->from_lap;
    int most = i + 1u < plan->plan.n_stints ? stint[i + 1].in_lap : spec->rules.laps;
    if (lap <= least || lap >= most) return false;
    *out                       = *plan;
    out->plan.stints[i].in_lap = (uint16_t)lap;
    return true;
}

/* Outwards from the stop's own lap, as far as it costs no more than the width. */
static pb_status walk(pb__scheme *s, const pb__runner *best, const pb_candidate *plan, uint32_t i, int way,
                      uint16_t *edge, pb_error *error)
{
    for (int by = 1; by <= REACH_LAPS; by++) {
        pb_candidate moved;
        pb__runner   r;
        if (!shifted(s->spec, plan, i, way * by, &moved)) break;
        PB_TRY(pb__runner_like(s->d, s->car, best, &moved, 1, &r, error));
        pb__runner_play(s->d, s->car, &s->options->aim, &r, s->options->look_trials);
        pb__paired p = pb__compare(s->spec, &s->options->aim, &r, best);
        pb__runner_close(&r);
        s->out->evaluated++;
        if (p.mean < -s->out->width) break;
        *edge = moved.plan.stints[i].in_lap;
    }
    return PB_OK;
}

pb_status pb__scheme_windows(pb__scheme *s, pb_error *error)
{
    const pb_candidate *plan  = pb__scheme_plan(s, 0);
    uint32_t            first = pb__stint_at(&plan->plan, s->spec->from_lap) + 1u;
    pb__runner          best;
    PB_TRY(pb__runner_open(s->d, s->car, plan, 0, &best, error));
    pb__runner_play(s->d, s->car, &s->options->aim, &best, s->options->look_trials);
    pb_status status = PB_OK;
    for (uint32_t i = first; i < plan->plan.n_stints && status == PB_OK; i++) {
        pb_strategy_window *w = &s->out->window[s->out->n_windows++];
        w->opens = w->best = w->closes = plan->plan.stints[i].in_lap;
        status                         = walk(s, &best, plan, i, -1, &w->opens, error);
        if (status == PB_OK) status = walk(s, &best, plan, i, 1, &w->closes, error);
    }
    pb__runner_close(&best);
    return status;
}
