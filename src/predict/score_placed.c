/* score_placed: forecast and live, cars of one race at one moment at a time. */
#include <math.h>
#include <string.h>

#include "pitboard/num.h"
#include "score_internal.h"
#include "score_lookup.h"

#define PIT_SEED 11
#define PIT_PURPOSE 0x70697431u /* "pit1" */
#define SUM_SLACK 0.02

typedef struct measures {
    size_t of[PB__METRIC_N];
    bool   made;
} measures;

/* The scorer's order: with them all, at a quarter, half and three quarters. */
static const struct {
    const char *prefix;
    uint8_t     bit;
} phases[] = {{"", 0}, {"at25_", PB__TRUTH_AT25}, {"at50_", PB__TRUTH_AT50}, {"at75_", PB__TRUTH_AT75}};
#define PHASES 4

static pb__placed placed_of(const pb__asked *a)
{
    pb__placed car = {.mean     = a->row->value[PB__POS_MEAN],
                      .p_win    = a->row->value[PB__POS_WIN],
                      .p_podium = a->row->value[PB__POS_PODIUM],
                      .p_points = a->row->value[PB__POS_POINTS],
                      .q10      = a->truth->lap > 0 ? a->row->value[PB__POS_Q10] : NAN,
                      .q90      = a->truth->lap > 0 ? a->row->value[PB__POS_Q90] : NAN,
                      .place    = (uint8_t)a->truth->y,
                      .n_cars   = a->truth->n_cars,
                      .finisher = a->truth->bits & PB__TRUTH_TOOK_FLAG};
    memcpy(car.p, a->row->value + PB__POS_P1, sizeof car.p);
    return car;
}

static void add_sums(pb_score *score, const char *prefix, measures *m, size_t race, const pb__race_sums *sums)
{
    for (int k = 0; k < PB__METRIC_N && !m->made; k++)
        m->of[k] = pb__measure_new(score, prefix, pb__metric_name[k], pb__mean_of, 2);
    m->made = true;
    for (int k = 0; k < PB__METRIC_N; k++) {
        pb__measure_add(score, m->of[k], race, 0, sums->sum[k]);
        pb__measure_add(score, m->of[k], race, 1, sums->count[k]);
        for (int i = 0; i < (int)sums->count[k]; i++) pb__measure_row(score, m->of[k]);
    }
}

/* A distribution over places that does not add up. */
static bool is_bad(const pb__placed *car)
{
    double sum      = 0;
    bool   negative = false;
    for (int k = 0; k < PB__PLACES; k++) {
        if (isnan(car->p[k])) {
            if (k < car->n_cars) return false;
            continue;
        }
        sum += car->p[k];
        negative = negative || car->p[k] < -1e-9;
    }
    return sum > 0 && (fabs(sum - 1) > SUM_SLACK || negative);
}

/* Somewhere in the step of the distribution function at the place it came. */
static double randomised_pit(const pb__placed *car, uint32_t i)
{
    double below = 0, total = 0;
    for (int k = 0; k < PB__PLACES; k++) {
        double p = fmax(car->p[k], 0);
        total += p;
        below += k + 1 < car->place ? p : 0;
    }
    if (!(total > 0) || car->place > PB__PLACES) return NAN;
    double u = pb_uniform(pb_draw(PIT_SEED, i, 0, 0, PIT_PURPOSE).word[0]);
    return (below + u * fmax(car->p[car->place - 1], 0)) / total;
}

/* Two or more cars decide nothing for a lone one. */
typedef struct placed_series {
    size_t win, podium, points, place;
} placed_series;

static void add_series(pb_score *score, const placed_series *s, const pb__placed *car, size_t race, uint32_t i)
{
    double pit = randomised_pit(car, i);
    if (!isnan(car->p_win)) pb__series_add(score, s->win, race, car->p_win, car->place == 1);
    if (!isnan(car->p_podium)) pb__series_add(score, s->podium, race, car->p_podium, car->place <= 3);
    if (!isnan(car->p_points)) pb__series_add(score, s->points, race, car->p_points, car->place <= 10);
    if (!isnan(pit)) pb__series_add(score, s->place, race, pit, 0);
}

/* Ties of the predicted order go to the better place (forecast) or the earlier
 * driver code (live), as in the independent scorer. */
static bool comes_before(const pb__asked *a, const pb__asked *b)
{
    if (a->truth->lap == 0) return a->truth->y < b->truth->y;
    return strcmp(a->log->cars[a->truth->car].code, b->log->cars[b->truth->car].code) < 0;
}

/* The told cars of a moment in that order; returns how many. */
static size_t told_cars(pb_score *score, const pb__asked *asked, size_t n, pb__placed *cars)
{
    const pb__asked *order[PB__SCORE_CARS_MAX];
    size_t           told = 0;
    for (size_t i = 0; i < n && told < PB__SCORE_CARS_MAX; i++) {
        if (!asked[i].row || isnan(asked[i].row->value[PB__POS_MEAN])) {
            score->facts.missing++;
            continue;
        }
        size_t at = told++;
        for (; at > 0 && comes_before(&asked[i], order[at - 1]); at--) order[at] = order[at - 1];
        order[at] = &asked[i];
    }
    for (size_t i = 0; i < told; i++) {
        cars[i] = placed_of(order[i]);
        score->facts.bad_rows += is_bad(&cars[i]);
    }
    return told;
}

void pb__score_placed(pb_score *score, const pb__asked *asked, size_t n, const pb_score_options *options)
{
    measures      m[PHASES] = {0};
    pb__placed    cars[PB__SCORE_CARS_MAX];
    placed_series series = {.win    = pb__series_new(score, "p_win", PB_CALIBRATION_EVENT),
                            .podium = pb__series_new(score, "p_podium", PB_CALIBRATION_EVENT),
                            .points = pb__series_new(score, "p_points", PB_CALIBRATION_EVENT),
                            .place  = pb__series_new(score, "place", PB_CALIBRATION_PLACES)};
    if (!score->broken) score->series[series.place].nominal = 0.8;
    (void)options;
    for (int k = 0; k < PHASES; k++) /* all of them first, as the scorer reports them */
        for (size_t i = 0, next; i < n; i = next) {
            for (next = i;
                 next < n && asked[next].race == asked[i].race && asked[next].truth->lap == asked[i].truth->lap;)
                next++;
            if ((asked[i].truth->bits & phases[k].bit) != phases[k].bit) continue;
            pb__race_sums sums;
            size_t        missing = score->facts.missing, bad = score->facts.bad_rows;
            size_t        told = told_cars(score, asked + i, next - i, cars);
            if (k > 0) {
                score->facts.missing  = missing;
                score->facts.bad_rows = bad;
            }
            if (told == 0) continue;
            pb__score_places(cars, told, &sums);
            add_sums(score, phases[k].prefix, &m[k], asked[i].race, &sums);
            for (size_t c = 0; k == 0 && c < told; c++)
                add_series(score, &series, &cars[c], asked[i].race, (uint32_t)(i + c));
        }
}
