/* undercut_ask: one pair of a race that runs. */
#include <math.h>
#include <string.h>

#include "undercut.h"

#define HALF 0.5

pb_status pb_undercut_tyres(const pb_model *model, const pb_history *history, size_t at, const pb_sight *sight,
                            pb_tyre_filter **out, pb_error *error)
{
    const pb_race_log *log  = sight->log;
    pb_tyre_filter    *f    = NULL;
    pb_tyre_prior      none = pb_tyre_prior_default();
    pb__fits           fits;
    PB_TRY(pb__fits_init(&fits, history ? at : 0, error));
    pb_status status = PB_OK;
    if (model && history)
        status = pb__undercut_open(model, history, at, &fits, &f, error);
    else if (model)
        status = pb_tyre_prior_of(model, NULL, 0, log->circuit, log->season, &none, error);
    if (status == PB_OK && !f) status = pb_tyre_filter_create(&none, log->n_cars, &f, error);
    if (status == PB_OK) status = pb_tyre_filter_feed(f, sight, error);
    pb__fits_fini(&fits);
    if (status == PB_OK)
        *out = f;
    else
        pb_tyre_filter_destroy(f);
    return status;
}

/* ---- is it a pair? ---- */

/* The newest row of a car that may be seen, up to a lap; NULL none. */
static const pb_lap *newest(const pb_sight *sight, uint32_t car, uint32_t max_lap)
{
    const pb_log_car *c    = &sight->log->cars[car];
    const pb_lap     *best = NULL;
    for (uint32_t i = 0; i < c->n_laps; i++) {
        const pb_lap *l = &c->laps[i];
        if (l->number > max_lap || l->number > sight->max_lap || l->session_ms > sight->max_ms) continue;
        if (!best || l->number > best->number) best = l;
    }
    return best;
}

static pb_status check_numbers(const pb_undercut_pair *p, pb_error *error)
{
    uint32_t n = p->sight.log->n_cars;
    if (p->attacker >= n || p->defender >= n || p->attacker == p->defender)
        return pb_error_set(error, PB_E_RANGE, "undercut: cars %u and %u are no pair of a race of %u", p->attacker,
                            p->defender, n);
    if (!(p->attacker_extra_s >= 0 && p->attacker_extra_s <= 1e3 && p->defender_extra_s >= 0 &&
          p->defender_extra_s <= 1e3))
        return pb_error_set(error, PB_E_RANGE, "undercut: %g and %g s to serve; both must be 0 to 1000",
                            p->attacker_extra_s, p->defender_extra_s);
    return PB_OK;
}

static pb_status check_car(const pb_undercut_pair *p, uint32_t car, const pb_lap *last, pb_error *error)
{
    const char *code = p->sight.log->cars[car].code;
    if (!last || car >= p->tyres->n_cars || !p->tyres->car[car].seen)
        return pb_error_set(error, PB_E_EMPTY, "undercut: no lap of %s is seen yet", code);
    if (!pb_scene_runs(p->scene, car)) return pb_error_set(error, PB_E_EMPTY, "undercut: %s is not running", code);
    if (last->pit_in_ms != PB_MS_NONE) return pb_error_set(error, PB_E_RULE, "undercut: %s is in the pit lane", code);
    if (pb_compound_is_wet((pb_compound)last->compound))
        return pb_error_set(error, PB_E_UNSUPPORTED, "undercut: %s is on wet tyres; only slicks are known here", code);
    return PB_OK;
}

/* When the car ahead has crossed the line already, the car behind is about to. */
static pb_status check_laps(const pb_undercut_pair *p, const pb_lap *a, const pb_lap *d, pb_error *error)
{
    const pb_log_car *cars = p->sight.log->cars;
    if (a->number == d->number || a->number + 1 == d->number) return PB_OK;
    return pb_error_set(error, PB_E_RULE,
                        "undercut: %s has done %u laps and %s %u; they are not on the same lap, one behind the other",
                        cars[p->attacker].code, a->number, cars[p->defender].code, d->number);
}

static pb_status check_gap(const pb_undercut_pair *p, double gap_s, pb_error *error)
{
    const pb_log_car *cars = p->sight.log->cars;
    const char       *a = cars[p->attacker].code, *d = cars[p->defender].code;
    if (!(gap_s > 0)) return pb_error_set(error, PB_E_RULE, "undercut: %s is not behind %s", a, d);
    if (gap_s > PB_UNDERCUT_GAP_S)
        return pb_error_set(error, PB_E_RULE, "undercut: %s is %.1f s behind %s; a pair is at most %.0f s apart", a,
                            gap_s, d, PB_UNDERCUT_GAP_S);
    return PB_OK;
}

pb_status pb__undercut_view_of(const pb_undercut_pair *p, pb__undercut_view *out, pb_error *error)
{
    PB_TRY(check_numbers(p, error));
    const pb_lap *a = newest(&p->sight, p->attacker, PB_LAPS_MAX), *d = newest(&p->sight, p->defender, PB_LAPS_MAX);
    PB_TRY(check_car(p, p->attacker, a, error));
    PB_TRY(check_car(p, p->defender, d, error));
    PB_TRY(check_laps(p, a, d, error));
    const pb_lap *ahead = newest(&p->sight, p->defender, a->number);
    double        gap_s = ahead && ahead->number == a->number ? 1e-3 * (a->session_ms - ahead->session_ms) : NAN;
    PB_TRY(check_gap(p, gap_s, error));
    *out = (pb__undercut_view){.tyres    = p->tyres,
                               .attacker = p->attacker,
                               .defender = p->defender,
                               .lap      = (uint16_t)(d->number + 1),
                               .gap_s    = gap_s,
                               .edge_s   = p->defender_extra_s - p->attacker_extra_s};
    return PB_OK;
}

/* ---- answers ---- */

/* Answers that leave room for the second out-lap. */
static uint32_t answers_of(const pb_undercut_pair *p, const pb__undercut_view *v)
{
    uint32_t laps = pb_scene_scheduled(p->scene);
    if (laps == 0) return PB_UNDERCUT_LAPS + 1;
    if (v->lap >= laps) return 0;
    return laps - v->lap < PB_UNDERCUT_LAPS + 1 ? laps - v->lap : PB_UNDERCUT_LAPS + 1;
}

static double stop_var(const pb__undercut_fit *fit)
{
    double sum = 0;
    for (int i = 0; i < PB__CUT_STOPS; i++) sum += fit->stop_s[i] * fit->stop_s[i];
    return sum / PB__CUT_STOPS;
}

static void answer(const pb__undercut_fit *fit, const pb__undercut_view *v, bool overcut, uint32_t laps,
                   pb_undercut *out)
{
    pb__undercut_case c = {.gap_s = v->gap_s, .edge_s = v->edge_s, .answer = laps, .overcut = overcut};
    pb__undercut_form_of(v, overcut, laps, &c.form);
    double sd = pb__undercut_sd_s(&fit->gain, &c);
    *out      = (pb_undercut){.in_lap    = v->lap,
                              .gap_s     = v->gap_s,
                              .p_success = pb__undercut_chance(fit, &c),
                              .gain_s    = pb__undercut_gain_s(&fit->gain, &c),
                              .gain_sd_s = sqrt(sd * sd + stop_var(fit)),
                              .prior     = fit->prior};
}

static pb_status no_room(const pb__undercut_view *v, uint32_t laps, pb_error *error)
{
    return pb_error_set(error, PB_E_RULE,
                        "undercut: a stop in lap %u, answered %u laps later, leaves no out-lap before the flag", v->lap,
                        laps);
}

pb_status pb_undercut_ask(const pb_undercut_pair *pair, bool overcut, uint32_t answer_laps, pb_undercut *out,
                          pb_error *error)
{
    pb__undercut_view v;
    pb__undercut_fit  fit;
    if (answer_laps > PB_UNDERCUT_LAPS)
        return pb_error_set(error, PB_E_RANGE, "undercut: the answer comes 0 to %d laps later, not %u",
                            PB_UNDERCUT_LAPS, answer_laps);
    PB_TRY(pb__undercut_view_of(pair, &v, error));
    PB_TRY(pb__undercut_fit_of(pair->model, &fit, error));
    if (answer_laps >= answers_of(pair, &v)) return no_room(&v, answer_laps, error);
    answer(&fit, &v, overcut, answer_laps, out);
    return PB_OK;
}

pb_status pb_undercut_look_ahead(const pb_undercut_pair *pair, bool overcut, const pb_model *pitcall,
                                 pb_undercut_outlook *out, pb_error *error)
{
    pb__undercut_view   v;
    pb__undercut_fit    fit;
    pb_undercut_outlook o = {0};
    PB_TRY(pb__undercut_view_of(pair, &v, error));
    PB_TRY(pb__undercut_fit_of(pair->model, &fit, error));
    o.n = answers_of(pair, &v);
    if (o.n == 0) return no_room(&v, 0, error);
    o.in_lap       = v.lap;
    o.gap_s        = v.gap_s;
    o.answer_prior = !pb__undercut_answer_chances(&v, pair->scene, pitcall, fit.answer[overcut], overcut, o.p_answer);
    if (o.answer_prior) memcpy(o.p_answer, fit.answer[overcut], sizeof o.p_answer);
    for (uint32_t d = 0; d < o.n; d++) {
        answer(&fit, &v, overcut, d, &o.at[d]);
        if (d > 0 && o.laps_needed == 0 && o.at[d].p_success >= HALF) o.laps_needed = d;
    }
    for (uint32_t d = 0; d < PB__CUT_ANSWERS; d++) o.p_success += o.p_answer[d] * o.at[d < o.n ? d : o.n - 1].p_success;
    *out = o;
    return PB_OK;
}
