/* call_neutral: what we do if a safety car or a virtual one comes out on one of the
 * next laps, before our pit entry or after it. The answers stand ready before any
 * flag: teams react within seconds (effects.md 6). */
#include <math.h>

#include "call_work.h"

#define BEFORE_FRAC 0.50 /* of our lap, when it comes out before our entry */
#define AFTER_FRAC 0.99  /* and after */
#define SETS_TRIED 3

typedef struct alarm {
    pb_neutral_kind kind;
    bool            after;
    uint16_t        lap;      /* of ours, on which it comes out */
    double          from, to; /* leader progress */
    uint16_t        stop;     /* first in-lap we can still use */
} alarm;

static double mean_laps(const double *share, uint32_t n)
{
    double sum = 0, all = 0;
    for (uint32_t i = 0; i < n; i++) {
        sum += (i + 1) * share[i];
        all += share[i];
    }
    return all > 0 ? sum / all : 1;
}

static alarm alarm_of(const pb__work *w, uint32_t ahead, pb_neutral_kind kind, bool after)
{
    const pb_neutral_spec *n      = &w->spec->neutral;
    double                 behind = fmin(w->state->gap_s / pb__lap_s(w->spec, w->car), 1.0);
    alarm                  a      = {.kind = kind, .after = after, .lap = (uint16_t)(w->spec->from_lap + ahead)};
    a.from                        = a.lap - 1 + behind + (after ? AFTER_FRAC : BEFORE_FRAC);
    a.to                          = kind == PB_NEUTRAL_SC ? floor(a.from) + floor(mean_laps(n->sc_laps, 10) + 0.5)
                                                          : a.from + mean_laps(n->vsc_laps, 5);
    a.to                          = fmax(fmin(a.to, w->spec->rules.laps), a.from + 0.01);
    a.stop                        = (uint16_t)(a.lap + (after ? 1 : 0));
    return a;
}

/* ---- the two ways to answer ---- */

/* Takes a plan among the cheapest SETS_TRIED. */
static void keep_cheapest(const pb_plan *plan, double cost, uint16_t lap, pb_candidate *out, double *costs, uint32_t *n)
{
    uint32_t at = *n < SETS_TRIED ? (*n)++ : SETS_TRIED;
    while (at > 0 && cost < costs[at - 1]) {
        if (at < SETS_TRIED) {
            out[at]   = out[at - 1];
            costs[at] = costs[at - 1];
        }
        at--;
    }
    if (at >= SETS_TRIED) return;
    out[at]   = (pb_candidate){.plan = *plan, .obey_until = lap};
    costs[at] = cost;
}

/* The cheapest plans that stop on this lap, with a stop behind it or none. */
static uint32_t stops_at(const pb__work *w, uint16_t lap, pb_candidate *out)
{
    double   costs[SETS_TRIED], cost;
    uint32_t n = 0;
    pb_plan  plan;
    bool     rain = pb__rain_about(w->spec);
    for (uint32_t k = 0; k < w->spec->n_compounds; k++) {
        if (!pb__may_fit(w->spec, w->car, k, rain)) continue;
        for (uint32_t more = 0; more <= 1; more++)
            if (pb__complete_with(w->spec, w->car, lap, k, more, &plan, &cost))
                keep_cheapest(&plan, cost, lap, out, costs, &n);
    }
    return n;
}

/* The cheapest plan that does not stop until the track is green again. */
static bool stay(const pb__work *w, const alarm *a, pb_candidate *out)
{
    double   least = INFINITY, c;
    pb_plan  plan;
    uint32_t green = (uint32_t)ceil(a->to) + 1, laps = w->spec->rules.laps;
    if (pb__run_to_flag(w->spec, w->car, &plan, &c)) {
        least = c;
        *out  = (pb_candidate){.plan = plan};
    }
    for (uint32_t lap = green; lap < laps; lap += 1 + (laps - green) / 12)
        for (uint32_t k = 0; k < w->spec->n_compounds; k++) {
            if (w->spec->compounds[k].kind != PB_TYRE_SLICK || pb_decide_sets_left(w->spec, w->car, k) == 0) continue;
            if (!pb__complete(w->spec, w->car, (uint16_t)lap, k, 1, &plan, &c) || c >= least) continue;
            least = c;
            *out  = (pb_candidate){.plan = plan};
        }
    out->obey_until = (uint16_t)(green - 1);
    return least < INFINITY;
}

/* ---- what the others do, and where we come out ---- */

static double share_of_loss(const pb_race_spec *spec, pb_neutral_kind kind, bool onset)
{
    const pb_pit_spec *p = &spec->pit;
    return kind == PB_NEUTRAL_SC ? (onset ? p->sc_onset_frac : p->sc_frac) : onset ? p->vsc_onset_frac : p->vsc_frac;
}

/* Cars ahead that stop stay ahead: they lose as much. Cars behind within the loss
 * go by unless they stop too. */
static void count_others(const pb__work *w, const alarm *a, pb_call_neutral *out)
{
    double loss_s = w->spec->pit.loss_s * share_of_loss(w->spec, a->kind, true), lost = 0;
    for (uint32_t c = 0; c < w->spec->n_cars; c++) {
        const pb_car_state *s = &w->spec->cars[c].state;
        if (c == w->car || !s->running) continue;
        double p = pb__cheap_stop_prob(w->spec, c);
        if (s->position < w->state->position) {
            out->stoppers_ahead += p;
            continue;
        }
        out->stoppers_behind += p;
        if (s->gap_s - w->state->gap_s < loss_s) lost += 1 - p;
    }
    out->rejoin_position = (uint8_t)(w->state->position + (uint32_t)floor(lost + 0.5));
}

/* A virtual safety car may be over before the stop is. */
static double ends_early(const pb__work *w, const alarm *a)
{
    const double *share = w->spec->neutral.vsc_laps;
    double need = (a->stop - a->from + w->spec->pit.loss_s / pb__lap_s(w->spec, w->car)) / w->spec->neutral.vsc_mult;
    double p = 0, all = 0;
    if (a->kind != PB_NEUTRAL_VSC) return 0;
    for (uint32_t i = 0; i < 5; i++) {
        all += share[i];
        if (i + 0.5 < need) p += share[i];
    }
    return all > 0 ? p / all : 0;
}

/* ---- one cell ---- */

static pb_status judge(pb__work *w, const pb_candidate *c, uint32_t n, pb_call_neutral *out, pb_error *error)
{
    pb__runner r[SETS_TRIED + 1];
    pb_status  status = PB_OK;
    uint32_t   opened = 0;
    for (; status == PB_OK && opened < n; opened++) {
        status = opened == 0 ? pb__runner_open(w->d, w->car, &c[opened], opened, &r[opened], error)
                             : pb__runner_like(w->d, w->car, &r[0], &c[opened], opened, &r[opened], error);
        if (status == PB_OK) pb__runner_play(w->d, w->car, &w->options->aim, &r[opened], w->options->table_trials);
    }
    if (status == PB_OK) {
        uint32_t box = 1;
        for (uint32_t i = 2; i < n; i++)
            if (pb__compare(w->spec, &w->options->aim, &r[i], &r[box]).mean > 0) box = i;
        pb__paired p  = pb__compare(w->spec, &w->options->aim, &r[box], &r[0]);
        bool       in = p.mean > 0;
        out->known    = true;
        out->action   = in ? PB_ACTION_BOX : PB_ACTION_STAY_OUT;
        out->compound = in ? (uint8_t)pb__compound_id(w->spec, pb__next_compound(w->spec, &c[box].plan)) : 0;
        out->gain     = (pb_gain){fabs(p.mean), fabs(p.mean) - PB__Z90 * p.se, fabs(p.mean) + PB__Z90 * p.se};
    }
    for (uint32_t i = 0; i < opened; i++) pb__runner_close(&r[i]);
    return status;
}

static pb_status answer(pb__work *w, const alarm *a, pb_call_neutral *out, pb_error *error)
{
    pb_neutral_spec *n                 = &pb_decider_spec(w->d)->neutral;
    pb_candidate     c[SETS_TRIED + 1] = {0};
    if (a->stop >= w->spec->rules.laps || n->n_phases == PB_PHASES_MAX) return PB_OK;
    bool     may_stay = stay(w, a, &c[0]);
    uint32_t sets     = stops_at(w, a->stop, &c[1]);
    if (!may_stay || sets == 0) { /* one way only */
        out->known    = may_stay || sets > 0;
        out->action   = sets > 0 ? PB_ACTION_BOX : PB_ACTION_STAY_OUT;
        out->compound = sets > 0 ? (uint8_t)pb__compound_id(w->spec, pb__next_compound(w->spec, &c[1].plan)) : 0;
    } else {
        n->phases[n->n_phases++] = (pb_phase_spec){a->kind, a->from, a->to, true};
        pb_status status         = judge(w, c, 1 + sets, out, error);
        n->n_phases--;
        PB_TRY(status);
    }
    count_others(w, a, out);
    out->p_ends_early = ends_early(w, a);
    if (out->action == PB_ACTION_STAY_OUT) out->rejoin_position = w->state->position;
    return PB_OK;
}

pb_status pb__call_neutral(pb__work *w, pb_error *error)
{
    static const pb_neutral_kind kinds[] = {PB_NEUTRAL_SC, PB_NEUTRAL_VSC};
    if (w->spec->neutral.actual || w->flag != 0) {
        pb__call_note(w->call, "no \"if SC now\" table: the race is neutralised, or its phases are given");
        return PB_OK;
    }
    for (uint32_t ahead = 1; ahead <= PB_CALL_TABLE && w->spec->from_lap + ahead < w->spec->rules.laps; ahead++) {
        pb_call_table_row *row = &w->call->table[w->call->n_table++];
        row->lap               = (uint16_t)(w->spec->from_lap + ahead);
        for (uint32_t k = 0; k < 2; k++)
            for (uint32_t after = 0; after < 2; after++) {
                alarm a = alarm_of(w, ahead, kinds[k], after);
                PB_TRY(answer(w, &a, k == 0 ? &row->sc[after] : &row->vsc[after], error));
            }
    }
    if (w->call->n_table > 0) {
        w->call->sc_now  = w->call->table[0].sc[0];
        w->call->vsc_now = w->call->table[0].vsc[0];
    }
    return PB_OK;
}
