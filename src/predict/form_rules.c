/* form_rules: how strength moves, as numbers: where to start, in a model, learned. */
#include <math.h>
#include <string.h>

#include "form_learn.h"
#include "form_minimise.h"
#include "pitboard/num.h"

#define RACES_LEAST 5
#define ROUNDS 14
#define HOLD 0.02 /* per unit squared away from the default, against a mean log likelihood a result */
#define SMALL 1e-3

/* Rounded: half a field apart between teams, a fifth between team mates. What is
 * learned starts here (docs/models/forecast.md has what it then is). */
static const pb_form_rule start = {.team_sd       = 0.7,
                                   .driver_sd     = 0.25,
                                   .team_step     = 0.05,
                                   .driver_step   = 0.02,
                                   .team_winter   = 0.3,
                                   .driver_winter = 0.1,
                                   .noise         = 0.5,
                                   .sprint_mult   = 1.2,
                                   .newcomer      = 0.1,
                                   .team_kept     = 0.8};

pb_form_rules pb_form_rules_default(void)
{
    return (pb_form_rules){
        .view = {start, start, start}, .retire_field_races = 30, .retire_car_races = 20, .retire_shrink_starts = 80};
}

/* ---- as a row of numbers without bounds ---- */

enum { N_LOGS = 8, NUMBERS = N_LOGS + 2 };

static void to_numbers(const pb_form_rule *r, double *x)
{
    const double logs[N_LOGS] = {r->team_sd,     r->driver_sd,     r->team_step, r->driver_step,
                                 r->team_winter, r->driver_winter, r->noise,     r->sprint_mult};
    for (int i = 0; i < N_LOGS; i++) x[i] = pb_log(logs[i]);
    x[N_LOGS]     = r->newcomer;
    x[N_LOGS + 1] = pb_log(r->team_kept / (1 - r->team_kept));
}

static double bounded_exp(double x)
{
    return pb_exp(fmin(fmax(x, -12), 6));
}

static pb_form_rule from_numbers(const double *x)
{
    return (pb_form_rule){.team_sd       = bounded_exp(x[0]),
                          .driver_sd     = bounded_exp(x[1]),
                          .team_step     = bounded_exp(x[2]),
                          .driver_step   = bounded_exp(x[3]),
                          .team_winter   = bounded_exp(x[4]),
                          .driver_winter = bounded_exp(x[5]),
                          .noise         = bounded_exp(x[6]),
                          .sprint_mult   = bounded_exp(x[7]),
                          .newcomer      = x[N_LOGS],
                          .team_kept     = 1 / (1 + bounded_exp(-x[N_LOGS + 1]))};
}

/* ---- likelihood ---- */

typedef struct problem {
    const pb__form_field *field;
    int                   view;
    double                from[NUMBERS]; /* the default */
    size_t                seen;          /* results in all */
} problem;

static size_t count_seen(const pb__form_field *field, int view)
{
    size_t n = 0;
    for (size_t k = 0; k < field->n; k++)
        for (uint32_t c = 0; c < field->race[k].n; c++) n += isfinite(field->race[k].car[c].seen[view]) != 0;
    return n;
}

static double unlikeliness(const double *x, void *arg)
{
    const problem  *p    = arg;
    pb_form_rule    rule = from_numbers(x);
    pb__form_filter filter;
    double          sum = 0, hold = 0;
    if (pb__form_filter_init(&rule, p->view, p->field->n_names, &filter) != PB_OK) return INFINITY;
    for (size_t k = 0; k < p->field->n; k++) {
        pb__form_filter_move(&filter, &p->field->race[k]);
        sum += pb__form_filter_see(&filter, &p->field->race[k]);
    }
    pb__form_filter_fini(&filter);
    for (int i = 0; i < NUMBERS; i++) hold += (x[i] - p->from[i]) * (x[i] - p->from[i]);
    return -sum / (double)p->seen + HOLD * hold / sqrt((double)p->seen);
}

/* The spread of results around their race's mean, where nothing else can be learned. */
static double plain_noise(const pb__form_field *field, int view)
{
    pb_moments all = {0};
    for (size_t k = 0; k < field->n; k++)
        for (uint32_t c = 0; c < field->race[k].n; c++)
            if (isfinite(field->race[k].car[c].seen[view])) pb_moments_add(&all, field->race[k].car[c].seen[view]);
    return all.n > 100 ? fmax(0.5 * pb_moments_sd(&all), 0.1) : start.noise;
}

static void learn_view(const pb__form_field *field, int view, bool quick, pb_form_rule *rule)
{
    problem p = {.field = field, .view = view, .seen = count_seen(field, view)};
    double  x[NUMBERS];
    rule->noise = plain_noise(field, view);
    if (p.seen < 100 || quick) return;
    to_numbers(rule, x);
    memcpy(p.from, x, sizeof x);
    pb__minimise(unlikeliness, &p, x, NUMBERS, SMALL, ROUNDS);
    *rule = from_numbers(x);
}

/* ---- rates of retirement ---- */

static double rate_cost(const pb__form_field *field, const pb_form_rules *rules)
{
    pb__retire_rates rates;
    double           sum = 0;
    pb__retire_rates_init(rules, &rates);
    for (size_t k = 0; k < field->n; k++) {
        for (uint32_t c = 0; c < field->race[k].n; c++) {
            const pb__form_entry *car = &field->race[k].car[c];
            double                p   = pb__retire_car_prob(&rates, car);
            if (car->started) sum -= pb_log(car->retired ? p : 1 - p);
        }
        pb__retire_rates_see(&rates, &field->race[k]);
    }
    return sum;
}

static void try_values(const pb__form_field *field, const double *values, size_t n, double *place, pb_form_rules *rules,
                       double *best)
{
    double keep = *place;
    for (size_t i = 0; i < n; i++) {
        *place      = values[i];
        double cost = rate_cost(field, rules);
        if (cost < *best) {
            *best = cost;
            keep  = values[i];
        }
    }
    *place = keep;
}

static void learn_rates(const pb__form_field *field, pb_form_rules *rules)
{
    static const double halves[] = {15, 20, 30, 45, 70}, starts[] = {40, 80, 160, 320};
    double              best = rate_cost(field, rules);
    try_values(field, halves, 5, &rules->retire_field_races, rules, &best);
    try_values(field, starts, 4, &rules->retire_shrink_starts, rules, &best);
    try_values(field, halves, 5, &rules->retire_car_races, rules, &best);
}

void pb__form_learn_field(const pb__form_field *field, bool quick, pb_form_rules *rules)
{
    *rules = pb_form_rules_default();
    for (int v = 0; v < PB_FORM_VIEWS; v++) learn_view(field, v, quick, &rules->view[v]);
    learn_rates(field, rules);
}

pb_status pb_form_learn(const pb_history *past, const pb_learn_options *options, pb_form_rules *rules, pb_error *error)
{
    pb__form_field field;
    size_t         usable = 0;
    for (size_t k = 0; k < past->n; k++) usable += past->races[k].usable;
    if (usable < RACES_LEAST)
        return pb_error_set(error, PB_E_EMPTY, "form: %zu usable races are too few to learn from; give %d at least",
                            usable, RACES_LEAST);
    PB_TRY(pb__form_field_init(past, past->n, true, &field, error));
    pb__form_learn_field(&field, options->quick, rules);
    pb__form_field_fini(&field);
    return PB_OK;
}

/* ---- in a model ---- */

#define PER_VIEW 10

pb_status pb_form_rules_put(pb_model *model, const pb_form_rules *rules, pb_error *error)
{
    double x[PB_FORM_VIEWS * PER_VIEW + 3], *to = x;
    for (int v = 0; v < PB_FORM_VIEWS; v++) {
        const pb_form_rule *r      = &rules->view[v];
        const double one[PER_VIEW] = {r->team_sd,       r->driver_sd, r->team_step,   r->driver_step, r->team_winter,
                                      r->driver_winter, r->noise,     r->sprint_mult, r->newcomer,    r->team_kept};
        memcpy(to, one, sizeof one);
        to += PER_VIEW;
    }
    to[0] = rules->retire_field_races;
    to[1] = rules->retire_car_races;
    to[2] = rules->retire_shrink_starts;
    return pb_model_put(model, "form", x, sizeof x / sizeof *x, error);
}

static bool is_rule(const pb_form_rule *r)
{
    const double spreads[] = {r->team_sd,     r->driver_sd,     r->team_step, r->driver_step,
                              r->team_winter, r->driver_winter, r->noise,     r->sprint_mult};
    for (size_t i = 0; i < sizeof spreads / sizeof *spreads; i++)
        if (!(spreads[i] > 0 && spreads[i] < 1e3)) return false;
    return r->team_kept >= 0 && r->team_kept <= 1 && fabs(r->newcomer) < 1e3;
}

pb_status pb_form_rules_get(const pb_model *model, pb_form_rules *rules, pb_error *error)
{
    double        x[PB_FORM_VIEWS * PER_VIEW + 3], *at = x;
    pb_form_rules got;
    PB_TRY(pb_model_get(model, "form", x, sizeof x / sizeof *x, error));
    for (int v = 0; v < PB_FORM_VIEWS; v++, at += PER_VIEW) {
        got.view[v] = (pb_form_rule){at[0], at[1], at[2], at[3], at[4], at[5], at[6], at[7], at[8], at[9]};
        if (!is_rule(&got.view[v]))
            return pb_error_set(error, PB_E_RANGE, "form of the model: a spread of \"%s\" is out of range",
                                pb_form_view_name((pb_form_view)v));
    }
    got.retire_field_races   = at[0];
    got.retire_car_races     = at[1];
    got.retire_shrink_starts = at[2];
    if (!(at[0] > 0 && at[1] > 0 && at[2] > 0))
        return pb_error_set(error, PB_E_RANGE, "form of the model: rates of retirement need numbers above 0");
    *rules = got;
    return PB_OK;
}
