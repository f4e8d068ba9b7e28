/* form_walk: strengths before each race, all views together. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "form_learn.h"

typedef struct walk {
    const pb__form_field *field;
    pb__form_filter       view[PB_FORM_VIEWS];
    pb__retire_rates      rates;
    uint32_t              races;                    /* with results, so far */
    uint32_t              seen[PB__FORM_NAMES_MAX]; /* races of a name */
} walk;

static void read_strengths(const walk *w, const pb__form_race *race, int view, pb_form *out)
{
    double sum = 0;
    for (uint32_t c = 0; c < race->n; c++) {
        double       var;
        pb_form_car *car = &out->car[c];
        pb__form_filter_read(&w->view[view], &race->car[c], &car->team_mean[view], &car->driver_mean[view], &var);
        car->mean[view] = car->team_mean[view] + car->driver_mean[view];
        car->sd[view]   = sqrt(fmax(var, 0));
        sum += car->mean[view];
    }
    for (uint32_t c = 0; c < race->n; c++) out->car[c].mean[view] -= sum / race->n;
}

/* Names carry "d:" or "t:" in front. */
static void name_cars(const walk *w, const pb__form_race *race, pb_form *out)
{
    for (uint32_t c = 0; c < race->n; c++) {
        const pb__form_entry *entry = &race->car[c];
        pb_form_car          *car   = &out->car[c];
        snprintf(car->driver, sizeof car->driver, "%.7s", w->field->name[entry->driver] + 2);
        snprintf(car->team, sizeof car->team, "%s", w->field->name[entry->team] + 2);
        car->retire_prob  = pb__retire_car_prob(&w->rates, entry);
        car->driver_races = w->seen[entry->driver];
        car->team_races   = w->seen[entry->team];
    }
}

static bool has_results(const pb__form_race *race)
{
    for (uint32_t c = 0; c < race->n; c++)
        for (int v = 0; v < PB_FORM_VIEWS; v++)
            if (isfinite(race->car[c].seen[v])) return true;
    return false;
}

static bool first_of_team(const pb__form_race *race, uint32_t c)
{
    for (uint32_t i = 0; i < c; i++)
        if (race->car[i].team == race->car[c].team) return false;
    return true;
}

static void learn(walk *w, const pb__form_race *race)
{
    for (int v = 0; v < PB_FORM_VIEWS; v++) pb__form_filter_see(&w->view[v], race);
    pb__retire_rates_see(&w->rates, race);
    if (!has_results(race)) return;
    w->races++;
    for (uint32_t c = 0; c < race->n; c++) {
        w->seen[race->car[c].driver]++;
        w->seen[race->car[c].team] += first_of_team(race, c);
    }
}

static void before_race(walk *w, size_t k, pb_form *out)
{
    const pb__form_race *race = &w->field->race[k];
    memset(out, 0, sizeof *out);
    out->n           = race->n;
    out->races       = w->races;
    out->retire_prob = pb__retire_field_prob(&w->rates);
    for (int v = 0; v < PB_FORM_VIEWS; v++) {
        pb__form_filter_move(&w->view[v], race);
        read_strengths(w, race, v, out);
    }
    name_cars(w, race, out);
    learn(w, race);
}

pb_status pb__form_walk_field(const pb__form_field *field, const pb_form_rules *rules, pb_form *out, pb_error *error)
{
    pb_status status = PB_OK;
    walk     *w      = calloc(1, sizeof *w);
    if (!w) return pb_error_set(error, PB_E_NOMEM, "out of memory for the form");
    w->field = field;
    pb__retire_rates_init(rules, &w->rates);
    for (int v = 0; v < PB_FORM_VIEWS && status == PB_OK; v++)
        status = pb__form_filter_init(&rules->view[v], v, field->n_names, &w->view[v]);
    for (size_t k = 0; status == PB_OK && k < field->n; k++) before_race(w, k, &out[k]);
    for (int v = 0; v < PB_FORM_VIEWS; v++) pb__form_filter_fini(&w->view[v]);
    free(w);
    return status == PB_OK ? PB_OK : pb_error_set(error, status, "out of memory for the form");
}

static pb_status walk_to(const pb_history *history, size_t last, bool whole, const pb_form_rules *rules, pb_form *out,
                         pb_error *error)
{
    pb__form_field field;
    PB_TRY(pb__form_field_init(history, last, whole, &field, error));
    pb_status status = pb__form_walk_field(&field, rules, out, error);
    for (size_t k = 0; status == PB_OK && k < field.n; k++) {
        out[k].season = history->races[k].log->season;
        out[k].round  = history->races[k].log->round;
    }
    pb__form_field_fini(&field);
    return status;
}

pb_status pb_form_walk(const pb_history *history, const pb_form_rules *rules, pb_form *out, pb_error *error)
{
    return walk_to(history, history->n, true, rules, out, error);
}

pb_status pb__form_upto(const pb_history *history, size_t at, const pb_form_rules *rules, pb_form *out, pb_error *error)
{
    if (at >= history->n) return pb_error_set(error, PB_E_RANGE, "form: race %zu of a history of %zu", at, history->n);
    return walk_to(history, at, false, rules, out, error);
}

pb_status pb_form_at(const pb_history *history, size_t at, const pb_form_rules *rules, pb_form *out, pb_error *error)
{
    if (at >= history->n) return pb_error_set(error, PB_E_RANGE, "form: race %zu of a history of %zu", at, history->n);
    pb_form *all = calloc(at + 1, sizeof *all);
    if (!all) return pb_error_set(error, PB_E_NOMEM, "out of memory for the form of %zu races", at + 1);
    pb_status status = pb__form_upto(history, at, rules, all, error);
    if (status == PB_OK) *out = all[at];
    free(all);
    return status;
}
