/* call_facts: the numbers that spoke, strongest first. Weights put rules before
 * flags, flags before duels, duels before the rest. */
#include <math.h>

#include "call_work.h"

typedef struct list {
    pb_fact  at[24];
    uint32_t n;
} list;

static void add(list *l, pb_fact_kind kind, uint8_t car, double value, double weight)
{
    if (l->n < sizeof l->at / sizeof *l->at && isfinite(value) && weight > 0)
        l->at[l->n++] = (pb_fact){kind, car, value, weight};
}

pb_fact_kind pb__gain_fact(const pb_aim *aim, bool tie)
{
    static const pb_fact_kind kinds[PB_UNIT_N][2] = {[PB_UNIT_POINTS] = {PB_FACT_PLAN_GAIN, PB_FACT_TIE},
                                                     [PB_UNIT_PLACES] = {PB_FACT_PLACE_GAIN, PB_FACT_TIE_PLACES},
                                                     [PB_UNIT_PROB]   = {PB_FACT_PROB_GAIN, PB_FACT_TIE_PROB}};
    return kinds[pb__aim_unit(aim)][tie];
}

static void add_rules(const pb__work *w, bool box, list *l)
{
    double left = w->spec->rules.laps - w->spec->from_lap;
    for (uint32_t i = 0; i < w->call->n_rules; i++) {
        const pb_call_rule *r = &w->call->rules[i];
        if ((r->kind == PB_RULE_TWO_COMPOUNDS || r->kind == PB_RULE_MIN_STOPS) && (box || !r->binds))
            add(l, PB_FACT_RULE_LAPS, PB_CALL_NOBODY, fmax(r->by_lap - w->spec->from_lap, 0),
                r->binds    ? 10
                : left < 12 ? 4
                            : 0.5);
        if (r->kind == PB_RULE_PENALTY) add(l, PB_FACT_PENALTY, PB_CALL_NOBODY, r->value, 3.5);
    }
    if (!box && pb__stops_owed(w->spec, w->car) == 0)
        add(l, PB_FACT_RULE_FREE, PB_CALL_NOBODY, left, left <= 10 ? 3 : 0.6);
}

static void add_flag(const pb__work *w, bool box, list *l)
{
    const pb_pit_spec *p = &w->spec->pit;
    if (w->flag == PB_NEUTRAL_SC)
        add(l, PB_FACT_SC_SAVES, PB_CALL_NOBODY, p->loss_s * (1 - p->sc_onset_frac), box ? 6 : 2);
    if (w->flag == PB_NEUTRAL_VSC)
        add(l, PB_FACT_VSC_SAVES, PB_CALL_NOBODY, p->loss_s * (1 - p->vsc_onset_frac), box ? 6 : 2);
    if (w->flag == 0 && !box && w->call->actions[0].target_lap > w->spec->from_lap) {
        double on = 1;
        for (uint32_t lap = w->spec->from_lap + 1u; lap < w->call->actions[0].target_lap; lap++)
            on *= 1 - w->spec->neutral.sc_prob;
        add(l, PB_FACT_SC_CHANCE, PB_CALL_NOBODY, 1 - on, 0.8);
    }
}

static void add_duels(const pb__work *w, bool box, list *l)
{
    static const pb_fact_kind kinds[] = {[PB_DUEL_UNDERCUT] = PB_FACT_UNDERCUT_CHANCE,
                                         [PB_DUEL_OVERCUT]  = PB_FACT_OVERCUT_CHANCE,
                                         [PB_DUEL_THREAT]   = PB_FACT_UNDERCUT_THREAT};
    for (uint32_t i = 0; i < w->call->n_duels; i++) {
        const pb_call_duel *d      = &w->call->duels[i];
        bool                speaks = d->kind == PB_DUEL_OVERCUT ? !box : box;
        add(l, kinds[d->kind], d->rival, d->p, (speaks ? 4 : 1.5) * d->p);
    }
    const pb_call_team *t = &w->call->team;
    if (t->option == PB_TEAM_BOTH && t->first == t->mate && box && t->wait_s > 0.3)
        add(l, PB_FACT_STACK_WAIT, t->mate, t->wait_s, 3.2);
}

static void add_rejoin(const pb__work *w, bool box, list *l)
{
    const pb_call_rejoin *r = &w->call->rejoin;
    if (!r->known) return;
    double lost = r->position - w->state->position;
    add(l, PB_FACT_REJOIN_PLACE, PB_CALL_NOBODY, r->position, box ? 2.2 : 1 + fmin(lost, 6) * 0.3);
    if (r->ahead != PB_CALL_NOBODY && r->ahead_s < 3) add(l, PB_FACT_REJOIN_BEHIND, r->ahead, r->ahead_s, 1.2);
    if (r->traffic_s > 0.1) add(l, PB_FACT_TRAFFIC, PB_CALL_NOBODY, r->traffic_s, box ? 0.7 : 1.6);
    uint8_t behind = pb__car_behind(w->spec, w->car);
    double  spare =
        behind == PB_CALL_NOBODY ? 0 : w->spec->cars[behind].state.gap_s - w->state->gap_s - pb__loss_now_s(w);
    if (box && spare > 0) add(l, PB_FACT_FREE_STOP, behind, spare, 2.6);
}

static void add_rain(const pb__work *w, bool box, list *l)
{
    const pb_call_rain *r = &w->call->rain;
    if (!r->relevant) return;
    if (r->probe != PB_CALL_NOBODY) add(l, PB_FACT_RAIN_PROBE, r->probe, r->probe_s, box == (r->probe_s > 0) ? 5 : 1);
    add(l, PB_FACT_RAIN_CHANCE, PB_CALL_NOBODY, r->p_change_5, 1.1);
}

/* What a call gains, in the aim's own unit; how near the best two are where nobody
 * can tell (pit walls may turn a call against a gain that is certain). */
static void add_gain(const pb__work *w, const pb_call_action *a, list *l)
{
    bool tie = !w->call->clear && a == &w->call->actions[0] && !(a->gain.hi < 0);
    add(l, pb__gain_fact(&w->options->aim, tie), PB_CALL_NOBODY, tie ? fabs(a->gain.value) : a->gain.value,
        2.0 + fmin(fabs(a->gain.value), 2));
}

static void add_rest(const pb__work *w, bool box, const pb_call_action *a, list *l)
{
    add_gain(w, a, l);
    add(l, PB_FACT_TYRE_AGE, PB_CALL_NOBODY, w->state->tyre_age_laps, box ? 1.3 : 0.9);
    if (w->call->tyre.known) {
        add(l, PB_FACT_TYRE_LOSS, PB_CALL_NOBODY, w->call->tyre.loss_s, box ? 1.4 : 0.7);
        add(l, PB_FACT_TYRE_LIFE, PB_CALL_NOBODY, w->call->tyre.life_laps, box ? 0.8 : 1.25);
    }
    add(l, PB_FACT_WALL_HAZARD, PB_CALL_NOBODY, w->hazard, w->call->clear ? 1.0 : 2.5);
    add(l, PB_FACT_STOP_LOSS, PB_CALL_NOBODY, pb__loss_now_s(w), 0.75);
    add(l, PB_FACT_LAPS_LEFT, PB_CALL_NOBODY, w->spec->rules.laps - w->spec->from_lap, 0.5);
}

static void take_strongest(list *l, pb_call_action *a)
{
    for (a->n_facts = 0; a->n_facts < PB_CALL_FACTS && a->n_facts < l->n; a->n_facts++) {
        uint32_t best = a->n_facts;
        for (uint32_t i = best + 1; i < l->n; i++)
            if (l->at[i].weight > l->at[best].weight) best = i;
        pb_fact t           = l->at[a->n_facts];
        l->at[a->n_facts]   = l->at[best];
        l->at[best]         = t;
        a->fact[a->n_facts] = l->at[a->n_facts];
    }
}

void pb__call_facts(pb__work *w)
{
    for (uint32_t i = 0; i < w->call->n_actions; i++) {
        pb_call_action *a   = &w->call->actions[i];
        bool            box = pb_action_boxes(a->action);
        list            l   = {.n = 0};
        add_rules(w, box, &l);
        add_flag(w, box, &l);
        add_duels(w, box, &l);
        add_rejoin(w, box, &l);
        add_rain(w, box, &l);
        add_rest(w, box, a, &l);
        take_strongest(&l, a);
    }
}
