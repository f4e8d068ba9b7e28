/* regret_value: our call against another deed, by our own simulator: the best plan
 * of each, played against the same draws. */
#include <math.h>
#include <string.h>

#include "backtest_regret.h"

#define GROUP_MAX 6u /* plans that are tried for one deed */

regret_deed regret_deed_of(const pb_call *call)
{
    const pb_call_action *a = &call->actions[0];
    if (pb_action_boxes(a->action)) return (regret_deed){.box = true, .lap = a->target_lap, .compound = a->compound};
    return (regret_deed){.lap = a->target_lap, .compound = a->compound};
}

bool regret_same(const regret_deed *a, const regret_deed *b)
{
    return a->box == b->box && a->compound == b->compound && (a->box || a->lap == b->lap);
}

/* ---- plans that do a deed ---- */

typedef struct board {
    const pb_race_spec *spec;
    uint32_t            car, n;
    pb_candidate        all[PB_CANDIDATES_MAX];
    uint16_t            flag_ends; /* leader lap; 0 green */
} board;

typedef struct group {
    uint32_t     n;
    pb_candidate at[GROUP_MAX];
} group;

/* Stint after the one that is under way; n_stints: none. */
static uint32_t next_stint(const pb_race_spec *spec, const pb_plan *plan)
{
    uint32_t s = 0;
    while (s + 1u < plan->n_stints && plan->stints[s + 1].in_lap <= spec->from_lap) s++;
    return s + 1u;
}

static int compound_at(const pb_race_spec *spec, uint8_t compound)
{
    for (uint32_t k = 0; k < spec->n_compounds; k++)
        if (pb_compound_from_name(pb_span_of(spec->compounds[k].name)) == compound) return (int)k;
    return -1;
}

static bool does(const board *b, const pb_plan *plan, const regret_deed *deed)
{
    uint32_t next = next_stint(b->spec, plan);
    if (next >= plan->n_stints) return !deed->box && deed->lap == 0;
    uint16_t lap = plan->stints[next].in_lap;
    if (lap != (deed->box ? b->spec->from_lap + 1 : deed->lap)) return false;
    return (int)plan->stints[next].compound == compound_at(b->spec, deed->compound);
}

/* While a flag is out nobody but who means to stops: as the call has it. */
static void put(const board *b, const pb_candidate *c, const regret_deed *deed, group *to)
{
    if (to->n == GROUP_MAX) return;
    to->at[to->n] = *c;
    if (b->flag_ends > 0 && !deed->box) to->at[to->n].obey_until = b->flag_ends;
    to->n++;
}

/* The same plan with the next stop changed to the deed's; false where that breaks a rule. */
static bool bend(const board *b, const regret_deed *deed, pb_candidate *c)
{
    pb_plan *p    = &c->plan;
    uint32_t next = next_stint(b->spec, p);
    uint16_t lap  = deed->box ? (uint16_t)(b->spec->from_lap + 1u) : deed->lap;
    int      set  = compound_at(b->spec, deed->compound);
    if (next >= p->n_stints || set < 0 || lap == 0 || lap >= b->spec->rules.laps) return false;
    if (next + 1u < p->n_stints && p->stints[next + 1].in_lap <= lap) return false;
    p->stints[next].in_lap   = lap;
    p->stints[next].compound = (uint8_t)set;
    return pb_decide_legal(b->spec, b->car, p);
}

static void gather(const board *b, const regret_deed *deed, group *out)
{
    out->n = 0;
    for (uint32_t i = 0; i < b->n; i++)
        if (does(b, &b->all[i].plan, deed)) put(b, &b->all[i], deed, out);
    for (uint32_t i = 0; i < b->n && out->n == 0; i++) {
        pb_candidate c = b->all[i];
        if (bend(b, deed, &c)) put(b, &c, deed, out);
    }
}

/* ---- one against the other ---- */

/* By how much the best of `a` is better than the best of `than`. */
static pb_status difference(pb_decider *d, uint32_t car, const group *a, const group *than, pb_gain *out,
                            pb_error *error)
{
    const pb_decide_options options = pb_decide_options_default();
    pb_candidate            all[2 * GROUP_MAX];
    pb_ranked               ranked[2 * GROUP_MAX];
    uint32_t                n = a->n + than->n, first[2] = {n, n};
    memcpy(all, a->at, a->n * sizeof *all);
    memcpy(all + a->n, than->at, than->n * sizeof *all);
    PB_TRY(pb_decide_rank(d, car, &options.aim, all, n, ranked, error));
    for (uint32_t i = 0; i < n; i++) {
        int of = ranked[i].candidate < a->n ? 0 : 1;
        if (first[of] == n || ranked[i].gain.value > ranked[first[of]].gain.value) first[of] = i;
    }
    if (first[0] == 0) { /* the best of all: the other one is measured against it */
        pb_gain g = ranked[first[1]].gain;
        *out      = (pb_gain){-g.value, -g.hi, -g.lo};
    } else {
        *out = ranked[first[0]].gain;
    }
    return PB_OK;
}

static pb_status against(pb_decider *d, const board *b, const regret_deed *ours, const regret_deed *other, pb_gain *out,
                         bool *has, pb_error *error)
{
    group a, than;
    *out = (pb_gain){0, 0, 0};
    *has = regret_same(ours, other);
    if (*has) return PB_OK;
    gather(b, ours, &a);
    gather(b, other, &than);
    if (a.n == 0 || than.n == 0) return PB_OK; /* no legal plan does it: nothing to compare */
    *has = true;
    return difference(d, b->car, &a, &than, out, error);
}

static uint16_t flag_ends(const pb_race_spec *spec)
{
    double ends = 0;
    for (uint32_t i = 0; i < spec->neutral.n_phases; i++) {
        const pb_phase_spec *p = &spec->neutral.phases[i];
        if (p->kind != PB_NEUTRAL_RED && p->end_progress > spec->from_lap && p->start_progress < spec->from_lap + 1)
            ends = p->end_progress;
    }
    return (uint16_t)ceil(ends);
}

pb_status regret_value(void *user, const review_moment *moment, pb_decider *decider, review_question *question,
                       pb_error *error)
{
    regret_row *row = question->tag;
    board       b   = {.spec = pb_decider_spec(decider), .car = (uint32_t)moment->at[question->car]};
    (void)user;
    if (!row) return PB_OK;
    b.flag_ends = flag_ends(b.spec);
    b.n         = pb_decide_candidates(b.spec, b.car, b.all, PB_CANDIDATES_MAX);
    row->ours   = regret_deed_of(&question->call);
    PB_TRY(against(decider, &b, &row->ours, &row->team, &row->gain, &row->has_gain, error));
    if (!row->has_plan) return PB_OK;
    return against(decider, &b, &row->ours, &row->plan, &row->plan_gain, &row->has_plan_gain, error);
}
