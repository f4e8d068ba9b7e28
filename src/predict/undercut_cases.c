/* undercut_cases: every pair of a race, seen from the moment it was asked. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "penalty.h"
#include "undercut.h"

static const pb_feature features[PB__CUT_FEATURES] = {
    {"overcut", "1: the car ahead stops first"},
    {"answer_laps", "laps from the first stop to the second"},
    {"gap_s", "gap of the car behind, s"},
    {"tyre_s", "what old tyres against new ones give the first to stop, s"},
    {"pace_s", "what the pace of the two cars gives it, s"},
    {"sd_s", "how sure the tyre filter is of both, s"},
    {"edge_s", "penalties to serve, to the good of the car behind, s"},
    {"age_attacker_laps", "tyre age of the car behind, laps"},
    {"age_defender_laps", "tyre age of the car ahead, laps"},
};

const pb_feature_schema pb__undercut_schema = {"undercut-1", features, PB__CUT_FEATURES};

void pb__undercut_features(const pb__undercut_view *view, const pb__undercut_case *c, float x[PB__CUT_FEATURES])
{
    const double of[PB__CUT_FEATURES] = {c->overcut,
                                         c->answer,
                                         c->gap_s,
                                         c->form.tyre_s,
                                         c->form.pace_s,
                                         sqrt(c->form.var_s2),
                                         c->edge_s,
                                         view->tyres->car[view->attacker].age,
                                         view->tyres->car[view->defender].age};
    for (int i = 0; i < PB__CUT_FEATURES; i++) x[i] = (float)of[i];
}

/* ---- the list ---- */

static bool grow(void **at, size_t n, size_t size)
{
    void *more = realloc(*at, n * size);
    if (more) *at = more;
    return more != NULL;
}

static pb_status reserve(pb__undercut_cases *c, size_t n)
{
    if (n <= c->cap) return PB_OK;
    size_t cap = n > 2 * c->cap ? n : 2 * c->cap;
    if (!grow((void **)&c->at, cap, sizeof *c->at) || !grow((void **)&c->truth, cap, sizeof *c->truth) ||
        !grow((void **)&c->x, cap, PB__CUT_FEATURES * sizeof *c->x))
        return PB_E_NOMEM;
    c->cap = cap;
    return PB_OK;
}

void pb__undercut_cases_fini(pb__undercut_cases *cases)
{
    free(cases->at);
    free(cases->x);
    free(cases->truth);
    *cases = (pb__undercut_cases){0};
}

/* ---- the walk ---- */

pb_status pb__undercut_open(const pb_model *tyres, const pb_history *history, size_t at, pb__fits *fits,
                            pb_tyre_filter **out, pb_error *error)
{
    const pb_race_log *log = history->races[at].log;
    pb_tyre_prior      prior;
    double             form_s[PB_CARS_MAX], sd_s[PB_CARS_MAX];
    PB_TRY(pb__tyre_prior_with(tyres, history, at, log->circuit, log->season, fits, &prior, error));
    PB_TRY(pb_tyre_filter_create(&prior, log->n_cars, out, error));
    pb__driver_form(history, at, fits, form_s, sd_s);
    for (uint32_t c = 0; c < log->n_cars; c++) (void)pb_tyre_filter_form(*out, c, form_s[c], sd_s[c], NULL);
    return PB_OK;
}

static int by_moment(const void *a, const void *b)
{
    const pb__truth *x = a, *y = b;
    if (x->asked_ms != y->asked_ms) return x->asked_ms < y->asked_ms ? -1 : 1;
    if (x->car != y->car) return x->car - y->car;
    return x->rival != y->rival ? x->rival - y->rival : x->lap - y->lap;
}

static double session_s(const pb_log_car *car, uint32_t lap)
{
    return 1e-3 * car->laps[pb_lap_row(car, lap)].session_ms;
}

static void add_case(const pb_history_race *race, const pb_tyre_filter *f, const pb__truth *t, pb__undercut_cases *out)
{
    const pb_log_car *cars = race->log->cars;
    pb__undercut_view view = {.tyres    = f,
                              .attacker = (uint32_t)t->car,
                              .defender = t->rival,
                              .lap      = t->lap,
                              .gap_s  = session_s(&cars[t->car], t->lap - 1U) - session_s(&cars[t->rival], t->lap - 1U),
                              .edge_s = pb__penalty_pending_s(race, t->rival, t->lap) -
                                        pb__penalty_pending_s(race, (uint32_t)t->car, t->lap)};
    pb__undercut_case c    = {.gap_s   = view.gap_s,
                              .edge_s  = view.edge_s,
                              .answer  = t->answer,
                              .overcut = (t->bits & PB__TRUTH_OVERCUT) != 0,
                              .season  = race->log->season,
                              .y       = t->y,
                              .gain_s  = t->gain_s};
    pb__undercut_form_of(&view, c.overcut, c.answer, &c.form);
    pb__undercut_features(&view, &c, out->x + out->n * PB__CUT_FEATURES);
    out->truth[out->n] = *t;
    out->at[out->n++]  = c;
}

static pb_status walk(const pb_history_race *race, pb_tyre_filter *f, pb__truths *truths, pb__undercut_cases *out)
{
    size_t         n, e = 0;
    pb__lap_event *all = pb__lap_events(race->log, PB_LAPS_MAX, INT32_MAX, &n);
    if (!all) return PB_E_NOMEM;
    qsort(truths->at, truths->n, sizeof *truths->at, by_moment);
    for (size_t i = 0; i < truths->n; i++) {
        const pb__truth *t = &truths->at[i];
        for (; e < n && all[e].ms <= t->asked_ms; e++)
            (void)pb_tyre_filter_lap(f, all[e].car, &race->log->cars[all[e].car].laps[all[e].row], NULL);
        if (f->car[t->car].seen && f->car[t->rival].seen) add_case(race, f, t, out);
    }
    free(all);
    return PB_OK;
}

pb_status pb__undercut_cases_add(const pb_model *tyres, const pb_history *history, size_t at, pb__fits *fits,
                                 pb__undercut_cases *out, pb_error *error)
{
    pb__truths      truths = {0};
    pb_tyre_filter *f      = NULL;
    pb_status       status = pb__truth_undercut(&history->races[at], &truths);
    if (status == PB_OK) status = reserve(out, out->n + truths.n);
    if (status != PB_OK) pb_error_set(error, status, "undercut: no memory for the pairs of a race");
    if (status == PB_OK && truths.n > 0) {
        status = pb__undercut_open(tyres, history, at, fits, &f, error);
        if (status == PB_OK) status = walk(&history->races[at], f, &truths, out);
        pb_tyre_filter_destroy(f);
    }
    pb__truths_fini(&truths);
    return status;
}
