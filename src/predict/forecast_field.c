#include "forecast_field.h"

#include <math.h>
#include <string.h>

#include "pitboard/num.h"

#define NODES 9
#define LOGISTIC_SHAPE 1.7 /* brings a logistic near the normal of the same scale */

static double logistic(double x)
{
    return 1 / (1 + pb_exp(-x));
}

static double logit(double p)
{
    return pb_log(p / (1 - p));
}

static double bounded_logit(double p)
{
    return logit(fmin(fmax(p, 1e-3), 0.9));
}

static void centre(pb__forecast_field *field, int input)
{
    double sum = 0;
    for (uint32_t i = 0; i < field->n; i++) sum += field->car[i].input[input];
    for (uint32_t i = 0; i < field->n; i++) field->car[i].input[input] -= sum / field->n;
}

/* Slots 1 .. n in the order of the grid: a slot that is missing leaves no hole. */
static uint32_t slot_of(const pb_race_log *log, uint32_t c, uint32_t n)
{
    uint32_t slot = 1, mine = log->cars[c].grid ? log->cars[c].grid : PB_CARS_MAX + c + 1;
    for (uint32_t j = 0; j < n; j++) {
        uint32_t other = log->cars[j].grid ? log->cars[j].grid : PB_CARS_MAX + j + 1;
        slot += other < mine;
    }
    return slot;
}

void pb__forecast_field_of(const pb_race_log *log, const pb_form *form, bool with_grid, pb__forecast_field *field)
{
    memset(field, 0, sizeof *field);
    field->n = log->n_cars < PB__PLACES ? log->n_cars : PB__PLACES;
    for (uint32_t c = 0; c < field->n; c++) {
        pb__forecast_car *car           = &field->car[c];
        car->retire_field               = bounded_logit(form->retire_prob);
        car->retire_own                 = bounded_logit(form->car[c].retire_prob) - car->retire_field;
        car->input[PB__FORECAST_SLOT]   = with_grid ? pb_normal_quantile((slot_of(log, c, field->n) - 0.5) / field->n)
                                                    : form->car[c].mean[PB_FORM_GRID];
        car->input[PB__FORECAST_FINISH] = form->car[c].mean[PB_FORM_FINISH];
        car->input[PB__FORECAST_PACE]   = form->car[c].mean[PB_FORM_PACE];
    }
    for (int k = 0; k < PB__FORECAST_INPUTS; k++) centre(field, k);
}

double pb__forecast_score(const pb__forecast_weights *w, const pb__forecast_car *car)
{
    double score = 0;
    for (int k = 0; k < PB__FORECAST_INPUTS; k++) score += w->input[k] * car->input[k];
    return score;
}

double pb__forecast_retire_prob(const pb__forecast_weights *w, const pb__forecast_car *car)
{
    return logistic(car->retire_field + w->retire_level + w->retire_rate * car->retire_own +
                    w->retire_slope * pb__forecast_score(w, car));
}

/* ---- places ---- */

typedef struct day {
    uint32_t n;
    double   score[PB__PLACES], scale[PB__PLACES], retire[PB__PLACES];
} day;

/* One more event that may be counted. */
static void add_event(double *count, uint32_t most, double p)
{
    for (uint32_t k = most; k > 0; k--) count[k] = count[k] * (1 - p) + count[k - 1] * p;
    count[0] *= 1 - p;
}

/* Car i runs at x: the count of cars that take the flag ahead of it. */
static void count_ahead(const day *d, uint32_t i, double x, double *count)
{
    memset(count, 0, PB__PLACES * sizeof *count);
    count[0]      = 1;
    uint32_t most = 0;
    for (uint32_t j = 0; j < d->n; j++) {
        if (j == i) continue;
        double ahead = logistic(LOGISTIC_SHAPE * (x - d->score[j]) / d->scale[j]);
        add_event(count, ++most, ahead * (1 - d->retire[j]));
    }
}

static void when_running(const day *d, uint32_t i, double *p)
{
    double count[PB__PLACES];
    for (int node = 0; node < NODES; node++) {
        double u = (node + 0.5) / NODES;
        count_ahead(d, i, d->score[i] + d->scale[i] * logit(u) / LOGISTIC_SHAPE, count);
        for (uint32_t k = 0; k < d->n; k++) p[k] += (1 - d->retire[i]) * count[k] / NODES;
    }
}

/* Half of those who retire too did so earlier, and are behind. */
static void when_retired(const day *d, uint32_t i, double *p)
{
    double   behind[PB__PLACES] = {1};
    uint32_t most               = 0;
    for (uint32_t j = 0; j < d->n; j++)
        if (j != i) add_event(behind, ++most, d->retire[j] / 2);
    for (uint32_t k = 0; k < d->n; k++) p[d->n - 1 - k] += d->retire[i] * behind[k];
}

void pb__forecast_places(const pb__forecast_weights *w, const pb__forecast_field *field, double (*p)[PB__PLACES])
{
    day d = {.n = field->n};
    for (uint32_t i = 0; i < d.n; i++) {
        d.score[i]  = pb__forecast_score(w, &field->car[i]);
        d.scale[i]  = pb_exp(fmin(fmax(w->log_scale + w->scale_slope * d.score[i], -5), 3));
        d.retire[i] = pb__forecast_retire_prob(w, &field->car[i]);
    }
    for (uint32_t i = 0; i < d.n; i++) {
        memset(p[i], 0, sizeof p[i]);
        when_running(&d, i, p[i]);
        when_retired(&d, i, p[i]);
        pb__place_normalise(p[i], d.n);
    }
}
