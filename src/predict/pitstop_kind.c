#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kinds.h"
#include "learn_sample.h"
#include "pitstop.h"

#define FOLDS 5
#define VISITS_MIN 200     /* fewer teach no tails: the spread of all is used then */
#define ADAPT_VISITS 100.0 /* visits since training at which they count as much as all before */
#define LEAST_GAIN 0.01    /* an option moves only when it pays */
#define OPTION_LEAST 1e-3  /* a file can hold any */
#define OPTION_MOST 1e3
#define REST_CAP_S 1.0 /* in the choice of options a visit counts at most this much */

enum { LO, MID, HI, BANDS };
static const double      band_prob[BANDS] = {0.05, 0.5, 0.95};
static const char *const band_name[BANDS] = {"q05", "q50", "q95"};

/* Crews and lanes change: a visit counts half for every so many seasons. */
#define HALF_LIFE_SEASONS 2.0

/* Visits with what they had beyond level, team and penalty. */
typedef struct sample {
    pb__lane_book book;
    float        *x;     /* n x PB__PITSTOP_FEATURES */
    float        *rest;  /* n */
    float        *w;     /* n, (0, 1] */
    uint32_t     *group; /* race */
    size_t        n;
} sample;

static double weight_of(const pb_history *past, size_t r)
{
    int age = past->races[past->n - 1].log->season - past->races[r].log->season;
    return pb_exp(-0.6931471805599453 * age / HALF_LIFE_SEASONS);
}

/* ---- the options of the level ---- */

static double loss_of(const pb_history *past, const pb__lane_options *options)
{
    pb__lane_book book;
    double        sum = 0, all = 0;
    if (pb__lane_book_init(past, past->n, options, &book) != PB_OK) return INFINITY;
    for (size_t r = 0; r < past->n; r++)
        for (size_t i = book.first[r]; i < book.first[r + 1]; i++) {
            double off = fabs(book.visit[i].lane_s - pb__lane_expected_s(&book.visit[i])), w = weight_of(past, r);
            sum += w * fmin(off, REST_CAP_S);
            all += w;
        }
    double mean = all > 0 ? sum / all : INFINITY;
    pb__lane_book_fini(&book);
    return mean;
}

static double *option_at(pb__lane_options *o, int which)
{
    double *const all[] = {&o->scale_s, &o->tail, &o->same_s, &o->new_s, &o->team_shrink, &o->own_share};
    return which < (int)(sizeof all / sizeof *all) ? all[which] : NULL;
}

/* One walk along the axes, a third down and half up each. */
static pb__lane_options choose_options(const pb_history *past, bool quick)
{
    pb__lane_options best = pb__lane_options_default();
    if (quick) return best;
    double loss = loss_of(past, &best);
    for (int which = 0; option_at(&best, which); which++)
        for (int step = 0; step < 2; step++) {
            pb__lane_options next = best;
            *option_at(&next, which) *= step == 0 ? 1 / 1.5 : 1.5;
            double l = loss_of(past, &next);
            if (l >= loss * (1 - LEAST_GAIN)) continue;
            loss = l;
            best = next;
        }
    return best;
}

/* ---- tails ---- */

static pb_status sample_init(const pb_history *past, const pb__lane_options *options, sample *s)
{
    *s = (sample){0};
    PB_TRY(pb__lane_book_init(past, past->n, options, &s->book));
    s->n     = s->book.n;
    s->x     = malloc((s->n + 1) * PB__PITSTOP_FEATURES * sizeof *s->x);
    s->rest  = malloc((s->n + 1) * sizeof *s->rest);
    s->w     = malloc((s->n + 1) * sizeof *s->w);
    s->group = malloc((s->n + 1) * sizeof *s->group);
    if (!s->x || !s->rest || !s->w || !s->group) return PB_E_NOMEM;
    for (size_t r = 0; r < past->n; r++)
        for (size_t i = s->book.first[r]; i < s->book.first[r + 1]; i++) {
            const pb__lane_visit *v = &s->book.visit[i];
            pb__pitstop_features(&past->races[r], v, s->x + i * PB__PITSTOP_FEATURES);
            s->rest[i]  = (float)(v->lane_s - pb__lane_expected_s(v));
            s->w[i]     = (float)weight_of(past, r);
            s->group[i] = (uint32_t)r;
        }
    return PB_OK;
}

static void sample_fini(sample *s)
{
    pb__lane_book_fini(&s->book);
    free(s->x);
    free(s->rest);
    free(s->w);
    free(s->group);
}

/* The pinball loss of one quantile; its curvature is set to 1 a row. */
static void pinball(const pb_tree_rows *rows, const float *margin, float *gradient, float *hessian, void *arg)
{
    double prob = *(const double *)arg;
    for (size_t i = 0; i < rows->n; i++) {
        gradient[i] = (float)(rows->y[i] > margin[i] ? -prob : 1 - prob);
        hessian[i]  = 1;
    }
}

/* Quantile of the rests, those of one fold left out; FOLDS leaves none out. */
static double quantile_of(const sample *s, uint32_t leave, double prob)
{
    pb__sample all = {0};
    for (size_t i = 0; i < s->n; i++)
        if (s->group[i] % FOLDS != leave) pb__sample_add(&all, (double)s->rest[i], (double)s->w[i]);
    double q = all.n > 0 ? pb__sample_quantile(&all, prob) : 0;
    pb__sample_fini(&all);
    return q;
}

/* Trees of one quantile from all races but those of a fold; FOLDS leaves none out. */
static pb_status grow(const sample *s, int band, uint32_t leave, const pb_learn_options *options, pb_forest **out,
                      pb_error *error)
{
    pb_tree_options o      = pb_tree_options_default();
    size_t          n      = 0;
    double          prob   = band_prob[band];
    float          *x      = malloc((s->n + 1) * PB__PITSTOP_FEATURES * sizeof *x);
    float          *y      = malloc((s->n + 1) * sizeof *y);
    float          *w      = malloc((s->n + 1) * sizeof *w);
    pb_status       status = PB_E_NOMEM;
    if (x && y && w) {
        for (size_t i = 0; i < s->n; i++) {
            if (s->group[i] % FOLDS == leave) continue;
            memcpy(x + n * PB__PITSTOP_FEATURES, s->x + i * PB__PITSTOP_FEATURES, PB__PITSTOP_FEATURES * sizeof *x);
            w[n]   = s->w[i];
            y[n++] = s->rest[i];
        }
        o.objective       = PB_TREE_CUSTOM;
        o.gradient        = pinball;
        o.gradient_arg    = &prob;
        o.classes         = 1;
        o.rounds          = band == MID ? 40 : options->quick ? 60 : 200;
        o.folds           = 0;
        o.stop_after      = 0;
        o.depth           = 3;
        o.rate            = band == MID ? 0.1 : 0.6;
        o.lambda          = 1;
        o.min_weight      = band == MID ? 40 : 25;
        o.base_margin     = (float)quantile_of(s, leave, prob);
        o.seed            = options->seed;
        o.threads         = options->threads;
        pb_tree_rows rows = {.x = x, .y = y, .w = w, .n = n, .k = PB__PITSTOP_FEATURES};
        status            = pb_forest_train(&rows, &o, out, NULL, error);
    }
    free(x);
    free(y);
    free(w);
    return status;
}

static double forest_value(const pb_forest *forest, const float *row)
{
    float margin;
    pb_forest_margin(forest, row, NULL, &margin);
    return (double)margin;
}

/* How far a quantile has to move so that races it has not seen fall below it as
 * often as they should (conformal, over folds of races). */
static pb_status shift_of(const sample *s, int band, const pb_learn_options *options, double *shift, pb_error *error)
{
    pb__sample off    = {0};
    pb_status  status = PB_OK;
    for (uint32_t fold = 0; fold < FOLDS && status == PB_OK; fold++) {
        pb_forest *forest = NULL;
        status            = grow(s, band, fold, options, &forest, error);
        for (size_t i = 0; i < s->n && status == PB_OK; i++)
            if (s->group[i] % FOLDS == fold)
                pb__sample_add(&off, (double)s->rest[i] - forest_value(forest, s->x + i * PB__PITSTOP_FEATURES),
                               (double)s->w[i]);
        pb_forest_destroy(forest);
    }
    if (status == PB_OK && off.failed) status = pb_error_set(error, PB_E_NOMEM, "pit-lane times: out of memory");
    if (status == PB_OK) *shift = pb__sample_quantile(&off, band_prob[band]);
    pb__sample_fini(&off);
    return status;
}

/* Without enough visits the spread of all, no trees. */
static pb_status learn_tails(const sample *s, const pb_learn_options *options, pb_model *model, pb_error *error)
{
    double shift[BANDS] = {-1.5, 0, 5};
    for (int band = 0; band < BANDS && s->n >= VISITS_MIN; band++) {
        pb_forest *forest = NULL;
        shift[band]       = 0;
        if (band != MID) PB_TRY(shift_of(s, band, options, &shift[band], error));
        PB_TRY(grow(s, band, FOLDS, options, &forest, error));
        PB_TRY(pb_model_put_forest(model, band_name[band], forest, error));
    }
    return pb_model_put(model, "shift_s", shift, BANDS, error);
}

static pb_status train(const pb_history *past, const pb_learn_options *options, pb_model *model, pb_error *error)
{
    pb__lane_options chosen = choose_options(past, options->quick);
    const double     lane[] = {chosen.scale_s,   chosen.tail,        chosen.same_s,   chosen.new_s,
                               chosen.team_keep, chosen.team_shrink, chosen.own_share};
    sample           s;
    pb_status        status = sample_init(past, &chosen, &s);
    if (status != PB_OK) pb_error_set(error, status, "pit-lane times: %s", pb_status_text(status));
    double until = past->n > 0 ? past->races[past->n - 1].log->season : 0;
    if (status == PB_OK) status = pb_model_put(model, "lane", lane, 7, error);
    if (status == PB_OK) status = pb_model_put(model, "until_season", &until, 1, error);
    if (status == PB_OK) status = learn_tails(&s, options, model, error);
    sample_fini(&s);
    return status;
}

/* ---- asking ---- */

static pb_status lane_options_of(const pb_model *model, pb__lane_options *o, pb_error *error)
{
    double lane[7];
    PB_TRY(pb_model_get(model, "lane", lane, 7, error));
    *o = (pb__lane_options){.scale_s     = lane[0],
                            .tail        = lane[1],
                            .same_s      = lane[2],
                            .new_s       = lane[3],
                            .team_keep   = lane[4],
                            .team_shrink = lane[5],
                            .own_share   = lane[6]};
    for (int i = 0; i < 7; i++)
        if (!(lane[i] >= OPTION_LEAST && lane[i] <= OPTION_MOST))
            return pb_error_set(error, PB_E_RANGE, "pitstop: number %d of \"lane\" is %g; sensible is %g to %g", i + 1,
                                lane[i], OPTION_LEAST, OPTION_MOST);
    return PB_OK;
}

/* Median and the ends of the 90 % interval, in order. */
static void answer(const pb_model *model, const double shift[BANDS], const float *x, double expected, double out[BANDS])
{
    for (int band = 0; band < BANDS; band++) {
        const pb_forest *forest = pb_model_forest(model, band_name[band]);
        out[band]               = expected + shift[band] + (forest ? forest_value(forest, x) : 0);
    }
    out[LO] = fmin(out[LO], out[MID]);
    out[HI] = fmax(out[HI], out[MID]);
}

static bool forests_fit(const pb_model *model)
{
    for (int band = 0; band < BANDS; band++) {
        const pb_forest *forest = pb_model_forest(model, band_name[band]);
        if (forest && (pb_forest_features(forest) != PB__PITSTOP_FEATURES || pb_forest_classes(forest) != 1))
            return false;
    }
    return true;
}

/* Everything a prediction reads, checked. */
static pb_status open_model(const pb_model *model, pb__lane_options *o, double shift[BANDS], pb_error *error)
{
    PB_TRY(lane_options_of(model, o, error));
    PB_TRY(pb_model_get(model, "shift_s", shift, BANDS, error));
    if (!forests_fit(model)) return pb_error_set(error, PB_E_RANGE, "pitstop: a forest is of another feature schema");
    return PB_OK;
}

/* What the seasons since training say of the ends of the interval: crews get
 * better, penalties more frequent. */
static pb_status adapt(const pb_model *model, const pb_history *history, size_t at, const pb__lane_book *book,
                       double shift[BANDS], pb_error *error)
{
    double     until;
    pb__sample off[BANDS] = {{0}};
    PB_TRY(pb_model_get(model, "until_season", &until, 1, error));
    for (size_t r = 0; r < at; r++)
        for (size_t i = book->first[r]; i < book->first[r + 1] && history->races[r].log->season > until; i++) {
            float                 x[PB__PITSTOP_FEATURES];
            double                out[BANDS], none[BANDS] = {0};
            const pb__lane_visit *v = &book->visit[i];
            pb__pitstop_features(&history->races[r], v, x);
            answer(model, none, x, pb__lane_expected_s(v), out);
            for (int band = 0; band < BANDS; band++) pb__sample_add(&off[band], v->lane_s - out[band], 1);
        }
    for (int band = 0; band < BANDS; band++) {
        double n = (double)off[band].n, since = n > 0 ? pb__sample_quantile(&off[band], band_prob[band]) : 0;
        if (band != MID) shift[band] += n / (n + ADAPT_VISITS) * (since - shift[band]);
        pb__sample_fini(&off[band]);
    }
    return PB_OK;
}

static pb_row row_of(const pb_race_log *log, const pb__lane_visit *v, const double out[BANDS])
{
    pb_row row = {.season = log->season, .round = log->round, .lap = (int16_t)v->in_lap};
    memcpy(row.driver, log->cars[v->car].code, sizeof row.driver);
    row.value[PB__LANE_S]   = out[MID];
    row.value[PB__LANE_Q05] = out[LO];
    row.value[PB__LANE_Q95] = out[HI];
    return row;
}

static pb_status predict(const pb_model *model, const pb_history *history, size_t at, pb_rows *rows, pb_error *error)
{
    pb__lane_options o;
    pb__lane_book    book;
    double           shift[BANDS], out[BANDS];
    PB_TRY(open_model(model, &o, shift, error));
    pb_status status = pb__lane_book_init(history, at + 1, &o, &book);
    if (status != PB_OK) return pb_error_set(error, status, "pit-lane times: %s", pb_status_text(status));
    status = adapt(model, history, at, &book, shift, error);
    for (size_t i = book.first[at]; i < book.n && status == PB_OK; i++) {
        float x[PB__PITSTOP_FEATURES];
        pb__pitstop_features(&history->races[at], &book.visit[i], x);
        answer(model, shift, x, pb__lane_expected_s(&book.visit[i]), out);
        pb_row row = row_of(history->races[at].log, &book.visit[i], out);
        status     = pb_rows_add(rows, &row);
    }
    pb__lane_book_fini(&book);
    return status;
}

static void explain_visit(const pb__lane_visit *v, const double out[BANDS], pb_evidence evidence[PB_EVIDENCE_MAX])
{
    double rest = out[MID] - pb__lane_expected_s(v);
    for (int i = 0; i < PB_EVIDENCE_MAX; i++) snprintf(evidence[i].unit, sizeof evidence[i].unit, "s");
    evidence[0].value = v->level_s;
    if (v->seen > 0)
        snprintf(evidence[0].text, sizeof evidence[0].text,
                 "this lane takes %.1f s, from %u visits of this race and earlier ones", v->level_s, v->seen);
    else
        snprintf(evidence[0].text, sizeof evidence[0].text, "nobody has been in yet: %.1f s is from earlier races",
                 v->level_s);
    evidence[1].value = v->team_s;
    if (fabs(v->team_s) < 0.05)
        snprintf(evidence[1].text, sizeof evidence[1].text, "this crew is as fast as the field, as far as is known");
    else
        snprintf(evidence[1].text, sizeof evidence[1].text, "this crew is %.1f s %s than the field", fabs(v->team_s),
                 v->team_s > 0 ? "slower" : "faster");
    evidence[2].value = v->pending_s > 0 ? v->pending_s : rest;
    if (v->pending_s > 0)
        snprintf(evidence[2].text, sizeof evidence[2].text, "a penalty of %.0f s is still to be served", v->pending_s);
    else
        snprintf(evidence[2].text, sizeof evidence[2].text, "stops in this state of the race and of the car: %+.1f s",
                 rest);
}

/* A green visit of that car with that in-lap, as it was seen before. */
static pb_status explain(const pb_model *model, const pb_question *q, pb_row *row,
                         pb_evidence evidence[PB_EVIDENCE_MAX], pb_error *error)
{
    pb__lane_options o;
    pb__lane_book    book;
    double           shift[BANDS], out[BANDS];
    PB_TRY(open_model(model, &o, shift, error));
    pb_status status = pb__lane_book_init(q->history, q->at + 1, &o, &book);
    if (status != PB_OK) return pb_error_set(error, status, "pit-lane times: %s", pb_status_text(status));
    bool found = false;
    status     = adapt(model, q->history, q->at, &book, shift, error);
    for (size_t i = book.first[q->at]; i < book.n && status == PB_OK; i++) {
        float                 x[PB__PITSTOP_FEATURES];
        const pb__lane_visit *v = &book.visit[i];
        if (v->car != q->car || v->in_lap != q->lap) continue;
        pb__pitstop_features(&q->history->races[q->at], v, x);
        answer(model, shift, x, pb__lane_expected_s(v), out);
        *row = row_of(q->history->races[q->at].log, v, out);
        explain_visit(v, out, evidence);
        found = true;
    }
    pb__lane_book_fini(&book);
    if (status == PB_OK && !found)
        return pb_error_set(error, PB_E_EMPTY, "no green pit-lane visit of this car at the end of lap %u", q->lap);
    return status;
}

/* ---- drift ---- */

static pb_status feature_rows(const pb_model *model, const pb_history *history, size_t at, pb_feature_rows *rows,
                              pb_error *error)
{
    pb__lane_options o;
    pb__lane_book    book;
    double           shift[BANDS];
    PB_TRY(open_model(model, &o, shift, error));
    pb_status status = pb__lane_book_init(history, at + 1, &o, &book);
    for (size_t i = status == PB_OK ? book.first[at] : 0; status == PB_OK && i < book.n; i++) {
        float x[PB__PITSTOP_FEATURES];
        pb__pitstop_features(&history->races[at], &book.visit[i], x);
        status = pb_feature_rows_add(rows, x);
    }
    pb__lane_book_fini(&book);
    return status == PB_OK ? PB_OK : pb_error_set(error, status, "pit-lane times: %s", pb_status_text(status));
}

const pb_model_kind pb__kind_pitstop = {
    .name     = "pitstop",
    .answers  = "seconds in the pit lane, entry to exit, with a 90 % interval",
    .protocol = "pitstop",
    .schema   = &pb__pitstop_schema,
    .model    = {"model", train, predict},
    .baseline = {{"in_race_team", NULL, pb__pitstop_in_race_team}},
    .explain  = explain,
    .features = feature_rows,
};
