/* pitcall_baseline: the simple answers that the pit call must beat: boosted trees
 * over 26 plain features of the last lap, and a table of rates by stint length,
 * compound and flag (evaluation.md; the same features as the reference's).
 *
 * Both are told the distance that was run, as in the reference. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/num.h"
#include "pitcall.h"
#include "truth.h"

#define SIMPLE_N 26
#define STOPS_MAX 64
#define RACES_MIN 5
#define COMPOUNDS 6 /* SOFT .. WET, unknown */
#define BINS 15
#define FLAGS 3
#define FAR_S 40.0
#define NONE_S 30.0

/* What the whole race tells, lap by lap; the features of lap L read laps < L only. */
typedef struct simple_race {
    const pb_history_race *race;
    pb_tyre_stop           stop[PB_CARS_MAX][STOPS_MAX];
    uint32_t               n_stops[PB_CARS_MAX];
    uint32_t               stops_at[PB_LAPS_MAX + 1];
    double                 wet_at[PB_LAPS_MAX + 1];
    uint8_t                flag[PB_LAPS_MAX + 1]; /* 0 green, 1 SC, 2 VSC */
    uint16_t               flag_laps[PB_LAPS_MAX + 1];
} simple_race;

static int flag_of(uint8_t status)
{
    if (status & PB_STATUS_BIT_SC) return 1;
    return status & (PB_STATUS_BIT_VSC | PB_STATUS_BIT_VSC_ENDING) ? 2 : 0;
}

static double wet_share(const pb_race_log *log, uint32_t lap)
{
    uint32_t n = 0, wet = 0;
    for (uint32_t c = 0; c < log->n_cars; c++) {
        int32_t i = pb_lap_row(&log->cars[c], lap);
        if (i < 0) continue;
        n++;
        wet += pb_compound_is_wet((pb_compound)log->cars[c].laps[i].compound);
    }
    return n ? (double)wet / n : 0;
}

static simple_race *simple_race_of(const pb_history_race *race)
{
    simple_race *s = calloc(1, sizeof *s);
    if (!s) return NULL;
    s->race = race;
    for (uint32_t c = 0; c < race->log->n_cars; c++) {
        uint32_t n    = pb_car_stops(race->log, c, race->outcome, false, s->stop[c], STOPS_MAX);
        s->n_stops[c] = n < STOPS_MAX ? n : STOPS_MAX;
        for (uint32_t k = 0; k < s->n_stops[c]; k++) s->stops_at[s->stop[c][k].in_lap]++;
    }
    for (uint32_t l = 1; l <= race->outcome->laps; l++) {
        s->wet_at[l]    = wet_share(race->log, l);
        s->flag[l]      = (uint8_t)flag_of(pb__leader_status(race, l));
        s->flag_laps[l] = (uint16_t)(s->flag[l] ? s->flag[l] == s->flag[l - 1] ? s->flag_laps[l - 1] + 1 : 1 : 0);
    }
    return s;
}

static uint32_t stops_before(const simple_race *s, uint32_t car, uint32_t lap)
{
    uint32_t n = 0;
    for (uint32_t k = 0; k < s->n_stops[car]; k++) n += s->stop[car][k].in_lap < lap;
    return n;
}

static bool stopped_just_before(const simple_race *s, int32_t car, uint32_t lap)
{
    for (uint32_t k = 0; car >= 0 && k < s->n_stops[car]; k++)
        if (s->stop[car][k].in_lap + 1u == lap || s->stop[car][k].in_lap + 2u == lap) return true;
    return false;
}

/* Cars by their crossing of a lap that they completed. */
typedef struct crossing {
    uint32_t before;        /* cars that crossed earlier */
    int32_t  ahead, behind; /* nearest, -1 none */
    double   ahead_s, behind_s;
} crossing;

static crossing crossing_of(const simple_race *s, uint32_t car, uint32_t lap, int32_t at_ms)
{
    crossing x = {.ahead = -1, .behind = -1, .ahead_s = NONE_S, .behind_s = NONE_S};
    for (uint32_t c = 0; c < s->race->log->n_cars; c++) {
        const pb_log_car *other = &s->race->log->cars[c];
        int32_t           i     = pb_lap_row(other, lap);
        if (c == car || i < 0 || s->race->outcome->car[c].laps_done < lap) continue;
        double gap_s = (at_ms - other->laps[i].session_ms) * 1e-3;
        bool   first = gap_s > 0 || (gap_s >= 0 && c < car);
        x.before += first;
        if (first && (x.ahead < 0 || gap_s < x.ahead_s)) {
            x.ahead   = (int32_t)c;
            x.ahead_s = gap_s;
        }
        if (!first && (x.behind < 0 || -gap_s < x.behind_s)) {
            x.behind   = (int32_t)c;
            x.behind_s = -gap_s;
        }
    }
    return x;
}

/* The reference's clean lap: status 1 alone, accurate, timed, no pit lane. */
static void pace_part(const pb_log_car *car, uint32_t from, uint32_t to, double *drop, double *step)
{
    double   v[PB_LAPS_MAX], best = INFINITY, last6[6];
    uint32_t n = 0;
    for (uint32_t i = from; i <= to; i++)
        if (pb_lap_is_clean(&car->laps[i])) v[n++] = car->laps[i].time_ms * 1e-3;
    *drop = *step = 0;
    if (n < 3) return;
    for (uint32_t i = 0; i < n; i++) best = fmin(best, v[i]);
    uint32_t k = n < 6 ? n : 6;
    memcpy(last6, v + n - k, k * sizeof *v);
    *drop = v[n - 1] - best;
    *step = v[n - 1] - pb_median(last6, k);
}

static uint32_t used_sets(const pb_log_car *car, uint32_t to)
{
    uint32_t used = 0;
    for (uint32_t i = 0; i <= to; i++)
        if (car->laps[i].compound != PB_COMPOUND_UNKNOWN) used |= 1u << car->laps[i].compound;
    return used;
}

static int compound_index(uint8_t compound)
{
    return compound >= PB_COMPOUND_SOFT && compound <= PB_COMPOUND_WET ? compound - PB_COMPOUND_SOFT : COMPOUNDS - 1;
}

/* One asked car-lap in the eyes of the baselines. */
typedef struct simple_row {
    float    x[SIMPLE_N];
    uint32_t bin; /* of the stint's length over the distance */
    int      compound, flag;
    uint32_t used;
} simple_row;

static uint32_t stint_rows(const pb_log_car *car, uint32_t j)
{
    uint32_t n = 0;
    while (n < j && car->laps[j - n - 1].stint == car->laps[j].stint) n++;
    return n;
}

static simple_row simple_row_of(const simple_race *s, const pb__truth *t)
{
    const pb_log_car *car = &s->race->log->cars[t->car];
    uint32_t   c = (uint32_t)t->car, j = (uint32_t)pb_lap_row(car, t->lap - 1u), d = s->race->outcome->laps, all = 0;
    uint32_t   stint = stint_rows(car, j), lap = t->lap, done = stops_before(s, c, lap);
    crossing   at = crossing_of(s, c, lap - 1, car->laps[j].session_ms);
    simple_row r  = {
         .compound = compound_index(car->laps[j].compound), .flag = s->flag[lap - 1], .used = used_sets(car, j)};
    double   drop, step, frac = (double)(stint + 1) / d;
    uint32_t rain = 1u << PB_COMPOUND_INTERMEDIATE | 1u << PB_COMPOUND_WET;
    pace_part(car, j - stint, j, &drop, &step);
    for (uint32_t o = 0; o < s->race->log->n_cars; o++) all += stops_before(s, o, lap);
    const double x[SIMPLE_N - COMPOUNDS + 1] = {car->laps[j].tyre_age_laps >= 0 ? car->laps[j].tyre_age_laps : 5,
                                                stint + 1,
                                                (double)lap / d,
                                                (double)d - lap,
                                                done,
                                                at.before,
                                                fmin(at.ahead_s, FAR_S),
                                                fmin(at.behind_s, FAR_S),
                                                (r.used & (r.used - 1)) == 0 && !(r.used & rain),
                                                r.flag == 1,
                                                r.flag == 2,
                                                s->flag_laps[lap - 1],
                                                drop,
                                                step,
                                                s->stops_at[lap - 1],
                                                lap >= 2 ? s->stops_at[lap - 2] : 0,
                                                s->wet_at[lap - 1],
                                                lap > 4 ? s->wet_at[lap - 1] - s->wet_at[lap - 4] : 0,
                                                stopped_just_before(s, at.ahead, lap),
                                                stopped_just_before(s, at.behind, lap),
                                                (double)all / s->race->log->n_cars - done};
    for (int i = 0; i < SIMPLE_N - COMPOUNDS + 1; i++) r.x[i] = (float)x[i];
    if (r.compound < COMPOUNDS - 1) r.x[SIMPLE_N - COMPOUNDS + 1 + r.compound] = 1; /* the unknown one is all zero */
    r.bin = (uint32_t)(frac * 20) < BINS - 1 ? (uint32_t)(frac * 20) : BINS - 1;
    return r;
}

/* ---- tables: stops and car-laps by stint bin, compound and flag; what is fitted next ---- */

typedef struct table {
    double n[BINS][COMPOUNDS][FLAGS], y[BINS][COMPOUNDS][FLAGS];
    double next[COMPOUNDS][64][COMPOUNDS]; /* by compound, set of used ones, compound fitted */
    double all, stops;
} table;

static uint32_t used_index(uint32_t used)
{
    return (used >> PB_COMPOUND_SOFT) & 31u;
}

static void table_add(table *t, const simple_row *r, const pb__truth *truth)
{
    t->n[r->bin][r->compound][r->flag] += 1;
    t->y[r->bin][r->compound][r->flag] += truth->y;
    t->all += 1;
    t->stops += truth->y;
    if (truth->y > 0) t->next[r->compound][used_index(r->used)][compound_index(truth->compound)] += 1;
}

static double table_rate(const table *t, const simple_row *r)
{
    double n = 0, y = 0, p0 = (t->stops + 1) / (t->all + 33);
    for (int k = 0; k < COMPOUNDS; k++) {
        n += t->n[r->bin][k][r->flag];
        y += t->y[r->bin][k][r->flag];
    }
    double pb = (y + 20 * p0) / (n + 20);
    return (t->y[r->bin][r->compound][r->flag] + 30 * pb) / (t->n[r->bin][r->compound][r->flag] + 30);
}

static const char *table_next(const table *t, const simple_row *r)
{
    double best = 0, any[COMPOUNDS] = {0};
    int    at = r->compound == PB_COMPOUND_HARD - PB_COMPOUND_SOFT ? 1 : 2;
    for (int k = 0; k < COMPOUNDS; k++) {
        for (int u = 0; u < 64; u++) any[k] += t->next[r->compound][u][k];
        double n = t->next[r->compound][used_index(r->used)][k];
        if (n <= best) continue;
        best = n;
        at   = k;
    }
    for (int k = 0; k < COMPOUNDS && best <= 0; k++)
        if (any[k] > 0 && any[k] > any[at]) at = k;
    return at < COMPOUNDS - 1 ? pb_compound_name((pb_compound)(PB_COMPOUND_SOFT + at)) : "UNKNOWN";
}

/* ---- walking over races ---- */

typedef void each_row(const simple_row *row, const pb__truth *truth, void *arg);

static pb_status walk(const pb_history_race *race, each_row *each, void *arg, pb_error *error)
{
    pb__truths   truths = {0};
    pb_status    status = pb__truth_pitcall(race, &truths);
    simple_race *s      = status == PB_OK && truths.n > 0 ? simple_race_of(race) : NULL;
    if (truths.n > 0 && !s) status = PB_E_NOMEM;
    for (size_t i = 0; i < truths.n && status == PB_OK; i++) {
        simple_row row = simple_row_of(s, &truths.at[i]);
        each(&row, &truths.at[i], arg);
    }
    free(s);
    pb__truths_fini(&truths);
    return status == PB_OK ? PB_OK : pb_error_set(error, status, "pit call: %s", pb_status_text(status));
}

typedef struct learning {
    table *table;
    float *x, *y;
    size_t n, cap;
    bool   failed;
} learning;

static void learn_row(const simple_row *row, const pb__truth *truth, void *arg)
{
    learning *l = arg;
    table_add(l->table, row, truth);
    if (l->n == l->cap && !l->failed) {
        size_t cap = l->cap ? 2 * l->cap : 4096;
        float *x = realloc(l->x, cap * SIMPLE_N * sizeof *x), *y = realloc(l->y, cap * sizeof *y);
        if (x) l->x = x;
        if (y) l->y = y;
        l->failed = !x || !y;
        l->cap    = l->failed ? l->cap : cap;
    }
    if (l->failed) return;
    memcpy(l->x + l->n * SIMPLE_N, row->x, sizeof row->x);
    l->y[l->n++] = (float)truth->y;
}

/* As HistGradientBoosting(150 rounds, rate 0.06, 15 leaves, l2 1) of the reference, with XGBoost. */
static pb_status grow_trees(const learning *l, const pb_learn_options *options, pb_model *model, pb_error *error)
{
    pb_forest      *forest = NULL;
    pb_tree_options o      = pb_tree_options_default();
    double          rate   = (l->table->stops + 1) / (l->table->all + 33);
    pb_tree_rows    rows   = {.x = l->x, .y = l->y, .n = l->n, .k = SIMPLE_N};
    o.objective            = PB_TREE_LOGISTIC;
    o.rounds               = 150;
    o.rate                 = 0.06;
    o.stop_after           = 0;
    o.folds                = 0;
    o.depth                = 4;
    o.lambda               = 1;
    o.min_weight           = 2;
    o.base_margin          = (float)(pb_log(rate) - pb_log(1 - rate));
    o.seed                 = options->seed;
    o.threads              = options->threads;
    PB_TRY(pb_forest_train(&rows, &o, &forest, NULL, error));
    return pb_model_put_forest(model, "trees26", forest, error);
}

static pb_status learn(const pb_history *past, bool trees, const pb_learn_options *options, pb_model *model,
                       pb_error *error)
{
    learning  l      = {.table = calloc(1, sizeof *l.table)};
    pb_status status = l.table ? PB_OK : pb_error_set(error, PB_E_NOMEM, "pit call: no memory for a table");
    for (size_t r = 0; r < past->n && past->n >= RACES_MIN && status == PB_OK; r++)
        if (!past->races[r].log->sprint) status = walk(&past->races[r], learn_row, &l, error);
    if (l.failed) status = pb_error_set(error, PB_E_NOMEM, "pit call: no memory for the car-laps");
    if (status == PB_OK)
        status = pb_model_put(model, "table", (const double *)l.table, sizeof *l.table / sizeof(double), error);
    if (status == PB_OK && trees && l.n > 5000) status = grow_trees(&l, options, model, error);
    free(l.x);
    free(l.y);
    free(l.table);
    return status;
}

pb_status pb__pitcall_train_trees26(const pb_history *past, const pb_learn_options *options, pb_model *model,
                                    pb_error *error)
{
    return learn(past, true, options, model, error);
}

pb_status pb__pitcall_train_table(const pb_history *past, const pb_learn_options *options, pb_model *model,
                                  pb_error *error)
{
    return learn(past, false, options, model, error);
}

typedef struct saying {
    const table       *table;
    const pb_forest   *trees; /* NULL: the table answers */
    const pb_race_log *log;
    pb_rows           *rows;
    pb_status          status;
} saying;

static void say_row(const simple_row *r, const pb__truth *t, void *arg)
{
    saying *s   = arg;
    pb_row  row = {.season = s->log->season, .round = s->log->round, .lap = (int16_t)t->lap};
    memcpy(row.driver, s->log->cars[t->car].code, sizeof row.driver);
    row.value[PB__CALL_P] = table_rate(s->table, r);
    if (s->trees) pb_forest_predict(s->trees, r->x, &row.value[PB__CALL_P]);
    snprintf(row.text[0], sizeof row.text[0], "%s", table_next(s->table, r));
    if (s->status == PB_OK) s->status = pb_rows_add(s->rows, &row);
}

static pb_status say(const pb_model *model, const pb_history_race *race, const pb_forest *trees, pb_rows *rows,
                     pb_error *error)
{
    size_t        n;
    const double *numbers = pb_model_view(model, "table", &n);
    table        *t       = malloc(sizeof *t);
    if (!t) return pb_error_set(error, PB_E_NOMEM, "pit call: no memory for a table");
    if (!numbers || n != sizeof *t / sizeof(double)) {
        free(t);
        return pb_error_set(error, PB_E_MISSING, "pit call: the baseline has no table");
    }
    memcpy(t, numbers, sizeof *t);
    saying    s      = {.table = t, .trees = trees, .log = race->log, .rows = rows};
    pb_status status = walk(race, say_row, &s, error);
    free(t);
    return status == PB_OK ? s.status : status;
}

pb_status pb__pitcall_predict_trees26(const pb_model *model, const pb_history *history, size_t at, pb_rows *rows,
                                      pb_error *error)
{
    const pb_forest *trees = pb_model_forest(model, "trees26");
    if (trees && (pb_forest_features(trees) != SIMPLE_N || pb_forest_classes(trees) != 1))
        return pb_error_set(error, PB_E_RANGE, "pit call: trees26 are of another feature schema");
    return say(model, &history->races[at], trees, rows, error);
}

pb_status pb__pitcall_predict_table(const pb_model *model, const pb_history *history, size_t at, pb_rows *rows,
                                    pb_error *error)
{
    return say(model, &history->races[at], NULL, rows, error);
}
