/* live_learn: strength before the race by least squares; the chance of ending in
 * the first k by boosted trees. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "live_set.h"
#include "live_sharpen.h"
#include "pitboard/num.h"

#define STRENGTH_RIDGE 1.0
#define STRENGTH_LAP 10 /* from which cars are taken, once a race */
#define FOLDS 3
#define SEASON_HALF 3.0 /* years after which a race counts half */
#define LINE_HALF 1.0   /* the same for the lines over the log-odds */
#define NEAR_PLACES 2   /* all places so near are learned from, of the others one in FAR_SHARE with that weight */
#define FAR_SHARE 4u

/* Rows that are learned from. */
typedef struct samples {
    float    *x, *y, *w, *recent; /* recent: weight that fades within a year */
    uint32_t *group;
    size_t    n, cap, k;
} samples;

static bool samples_room(samples *s, size_t k, size_t cap)
{
    *s        = (samples){.cap = cap, .k = k};
    s->x      = malloc(cap * k * sizeof *s->x);
    s->y      = malloc(cap * sizeof *s->y);
    s->w      = malloc(cap * sizeof *s->w);
    s->recent = malloc(cap * sizeof *s->recent);
    s->group  = malloc(cap * sizeof *s->group);
    return s->x && s->y && s->w && s->recent && s->group;
}

static void samples_fini(samples *s)
{
    free(s->x);
    free(s->y);
    free(s->w);
    free(s->recent);
    free(s->group);
}

/* Seasons fade: the field closes up, cars break less. */
static double faded(double years, double half)
{
    return pb_exp(-pb_log(2) * years / half);
}

/* The next row to fill; counts it. */
static float *samples_next(samples *s, double y, double w, double years, uint32_t group)
{
    PB_ASSERT(s->n < s->cap);
    s->y[s->n]      = (float)y;
    s->w[s->n]      = (float)(w * faded(years, SEASON_HALF));
    s->recent[s->n] = (float)(w * faded(years, LINE_HALF));
    s->group[s->n]  = group;
    return s->x + s->n++ * s->k;
}

static const pb_car_result *end_of(const pb__live_case *at, uint32_t i)
{
    return &at->race->outcome->car[at->state.car[i].car];
}

/* ---- strength before the race ---- */

/* The first state of a race at or after that lap. */
static bool once_a_race(const pb__live_set *set, size_t c)
{
    if (set->at[c].state.lap < STRENGTH_LAP) return false;
    return c == 0 || set->at[c - 1].group != set->at[c].group || set->at[c - 1].state.lap < STRENGTH_LAP;
}

static pb_status learn_strength(const pb__live_set *set, double strength[PB__LIVE_STRENGTHS], pb_error *error)
{
    static const double ridge[PB__LIVE_STRENGTHS] = {
        0, STRENGTH_RIDGE, STRENGTH_RIDGE, STRENGTH_RIDGE, STRENGTH_RIDGE, STRENGTH_RIDGE};
    double   *x      = malloc((set->n + 1) * PB_CARS_MAX * PB__LIVE_STRENGTHS * sizeof *x);
    double   *y      = malloc((set->n + 1) * PB_CARS_MAX * sizeof *y);
    size_t    n      = 0;
    pb_status status = x && y ? PB_OK : PB_E_NOMEM;
    for (size_t c = 0; status == PB_OK && c < set->n; c++) {
        const pb__live_case *at = &set->at[c];
        if (!once_a_race(set, c)) continue;
        for (uint32_t i = 0; i < at->state.running; i++, n++) {
            pb__live_strength_row(&at->state.car[i], x + n * PB__LIVE_STRENGTHS);
            y[n] = end_of(at, i)->place;
        }
    }
    if (status == PB_OK) status = pb_least_squares(x, y, NULL, n, PB__LIVE_STRENGTHS, ridge, strength, NULL);
    free(x);
    free(y);
    return status == PB_OK ? PB_OK : pb_error_set(error, status, "live: strength before the race cannot be learned");
}

/* ---- places ---- */

static pb_tree_options place_trees(const pb_learn_options *o, const int8_t *monotone)
{
    pb_tree_options t = pb_tree_options_default();
    t.objective       = PB_TREE_LOGISTIC;
    t.rounds          = o->quick ? 50 : 120;
    t.rate            = o->quick ? 0.1 : 0.05;
    t.depth           = 6;
    t.min_weight      = 60;
    t.lambda          = 20;
    t.row_share       = 0.5;
    t.column_share    = 0.5;
    t.bins            = 128;
    t.monotone        = monotone;
    t.folds           = 0;
    t.stop_after      = 0;
    t.threads         = o->threads;
    t.seed            = o->seed;
    return t;
}

static double years_ago(const pb__live_set *set, const pb__live_case *at)
{
    return set->at[set->n - 1].race->log->season - at->race->log->season;
}

/* Which places are learned from: a choice that is the same every time. */
static double weight_of(const pb__live_case *at, uint32_t i, uint32_t k)
{
    int d = (int)k - (int)at->state.car[i].place;
    if (abs(d) <= NEAR_PLACES) return 1;
    return (k + 3 * i + 7 * at->state.lap + 13 * at->group) % FAR_SHARE == 0 ? FAR_SHARE : 0;
}

static void add_places(const pb__live_case *at, const pb__live_parts *parts, double years, samples *s)
{
    pb__live_board board;
    pb__live_board_of(&at->state, parts, &board);
    for (uint32_t i = 0; i < at->state.running; i++) {
        for (uint32_t k = 1; k < at->state.running; k++) {
            double w = weight_of(at, i, k);
            if (w > 0) pb__live_row(&board, i, k, samples_next(s, end_of(at, i)->place <= k, w, years, at->group));
        }
    }
}

static size_t count_places(const pb__live_set *set)
{
    size_t n = 0;
    for (size_t c = 0; c < set->n; c++) {
        for (uint32_t i = 0; i < set->at[c].state.running; i++)
            for (uint32_t k = 1; k < set->at[c].state.running; k++) n += weight_of(&set->at[c], i, k) > 0;
    }
    return n;
}

static pb_status train(const samples *s, const pb_tree_options *trees, bool quick, pb_model *model, pb_error *error)
{
    pb_forest         *forest = NULL;
    pb__live_sharpen   sharpen;
    const size_t       column = (size_t)pb_feature_index(&pb__live_schema, "place_asked");
    const pb_tree_rows rows   = {.x = s->x, .y = s->y, .w = s->w, .group = s->group, .n = s->n, .k = s->k};
    if (s->n == 0) return pb_error_set(error, PB_E_EMPTY, "live: no race to learn from");
    PB_TRY(pb_forest_train(&rows, trees, &forest, NULL, error));
    PB_TRY(pb_model_put_forest(model, "places", forest, error));
    PB_TRY(pb__live_sharpen_learn(&rows, column, s->recent, trees, quick ? 0 : FOLDS, &sharpen, error));
    return pb_model_put(model, "sharpen", &sharpen.line[0][0], PB__SHARPEN_BANDS * 2, error);
}

static pb_status learn_places(const pb__live_set *set, const pb__live_parts *parts, const pb_learn_options *options,
                              pb_model *model, pb_error *error)
{
    samples s;
    int8_t  monotone[PB__LIVE_FEATURES_MAX];
    if (!samples_room(&s, pb__live_schema.n, count_places(set) + 1)) {
        samples_fini(&s);
        return pb_error_set(error, PB_E_NOMEM, "live: out of memory");
    }
    for (size_t c = 0; c < set->n; c++) add_places(&set->at[c], parts, years_ago(set, &set->at[c]), &s);
    pb__live_monotone(monotone);
    pb_tree_options trees  = place_trees(options, monotone);
    pb_status       status = train(&s, &trees, options->quick, model, error);
    samples_fini(&s);
    return status;
}

pb_status pb__live_learn(const pb__live_set *set, const pb_learn_options *options, pb_model *model, pb_error *error)
{
    pb__live_parts parts = {0};
    PB_TRY(learn_strength(set, parts.strength, error));
    PB_TRY(pb_model_put(model, "strength", parts.strength, PB__LIVE_STRENGTHS, error));
    return learn_places(set, &parts, options, model, error);
}
