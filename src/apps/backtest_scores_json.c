/* backtest_scores_json: everything a back-test has to say, for programs. */
#include <math.h>

#include "backtest_scores.h"
#include "pitboard/codec.h"

#define DECIMALS 6

static void put_metric(pb_json_writer *w, const char *key, const pb_score_metric *m)
{
    pb_json_object(w, key);
    pb_json_put_fixed(w, "value", m->value, DECIMALS);
    pb_json_put_fixed(w, "lo", m->lo, DECIMALS);
    pb_json_put_fixed(w, "hi", m->hi, DECIMALS);
    if (m->n > 0) pb_json_put_i64(w, "n", (int64_t)m->n);
    pb_json_object_end(w);
}

static void put_metrics(pb_json_writer *w, const char *key, const pb_score *score)
{
    size_t                 n;
    const pb_score_metric *m = pb_score_metrics(score, &n);
    pb_json_object(w, key);
    for (size_t i = 0; i < n; i++) put_metric(w, m[i].name, &m[i]);
    pb_json_object_end(w);
}

static void put_values(pb_json_writer *w, const char *key, const pb_score *score)
{
    size_t                 n;
    const pb_score_metric *m = pb_score_metrics(score, &n);
    pb_json_object(w, key);
    for (size_t i = 0; i < n; i++) pb_json_put_fixed(w, m[i].name, m[i].value, DECIMALS);
    pb_json_object_end(w);
}

static void put_differences(pb_json_writer *w, const char *key, const pb_score *a, const pb_score *b)
{
    size_t                 n;
    const pb_score_metric *m = pb_score_metrics(a, &n);
    pb_json_object(w, key);
    for (size_t i = 0; i < n; i++) {
        pb_score_metric d;
        if (!pb_score_difference(a, b, m[i].name, &d)) continue;
        d.n = 0;
        put_metric(w, d.name, &d);
    }
    pb_json_object_end(w);
}

static void put_bin(pb_json_writer *w, const pb_calibration_bin *bin)
{
    w->inline_array = true;
    pb_json_array(w, NULL);
    pb_json_put_fixed(w, NULL, bin->predicted, DECIMALS);
    pb_json_put_fixed(w, NULL, bin->observed, DECIMALS);
    pb_json_put_fixed(w, NULL, bin->lo, DECIMALS);
    pb_json_put_fixed(w, NULL, bin->hi, DECIMALS);
    pb_json_put_i64(w, NULL, (int64_t)bin->n);
    pb_json_array_end(w);
}

/* Bins: predicted, observed, its 90 % interval, cases. */
static void put_calibration(pb_json_writer *w, const pb_calibration *c)
{
    pb_json_object(w, c->name);
    pb_json_put_i64(w, "n", (int64_t)c->n);
    if (c->kind == PB_CALIBRATION_EVENT) {
        pb_score_metric slope = c->slope, intercept = c->intercept, offset = c->offset;
        slope.n = intercept.n = offset.n = 0;
        put_metric(w, "slope", &slope);
        put_metric(w, "intercept", &intercept);
        put_metric(w, "offset", &offset);
    } else {
        pb_score_metric covered = c->covered;
        covered.n               = 0;
        put_metric(w, c->kind == PB_CALIBRATION_PLACES ? "pit_covered" : "covered", &covered);
        pb_json_put_fixed(w, "nominal", c->nominal, DECIMALS);
    }
    if (c->n_bins > 0) {
        pb_json_put_i64(w, "bins_inside", c->n_inside);
        pb_json_array(w, c->kind == PB_CALIBRATION_PLACES ? "pit" : "bins");
        for (uint32_t k = 0; k < c->n_bins; k++) put_bin(w, &c->bin[k]);
        pb_json_array_end(w);
    }
    if (!isnan(c->expected)) {
        pb_json_put_fixed(w, "expected", c->expected, DECIMALS);
        pb_json_put_fixed(w, "counted", c->counted, DECIMALS);
        pb_json_put_fixed(w, "poisson_lo", c->poisson_lo, 0);
        pb_json_put_fixed(w, "poisson_hi", c->poisson_hi, 0);
    }
    pb_json_object_end(w);
}

static void put_races(pb_json_writer *w, const backtest_scores *s)
{
    const backtest_learned *l = s->learned;
    pb_json_object(w, "per_race");
    for (size_t r = 0; r < l->n_scored; r++) {
        char               key[16];
        const pb_race_log *log = l->history.races[l->scored[r]].log;
        snprintf(key, sizeof key, "%d-%02d", log->season, log->round);
        pb_json_object(w, key);
        for (size_t who = 0; who < l->n_said; who++) {
            size_t                 n;
            const pb_score_metric *m = pb_score_metrics(s->score[who], &n);
            pb_json_object(w, l->said[who].name);
            for (size_t i = 0; i < n; i++) {
                double x = pb_score_of_race(s->score[who], m[i].name, r);
                if (!isnan(x)) pb_json_put_fixed(w, m[i].name, x, DECIMALS);
            }
            pb_json_object_end(w);
        }
        pb_json_object_end(w);
    }
    pb_json_object_end(w);
}

/* Every season by itself. */
static void put_seasons(pb_json_writer *w, const backtest_scores *s)
{
    const backtest_learned *l = s->learned;
    pb_json_object(w, "seasons");
    for (size_t k = 0; k < s->n_seasons; k++) {
        char             key[16];
        pb_score *const *score = s->season[k].score;
        if (!score[0]) continue;
        snprintf(key, sizeof key, "%d", s->season[k].season);
        pb_json_object(w, key);
        pb_json_put_i64(w, "races", (int64_t)pb_score_facts_of(score[0])->races);
        put_metrics(w, "metrics", score[0]);
        pb_json_object(w, "baselines");
        for (size_t b = 1; b < l->n_said; b++) put_values(w, l->said[b].name, score[b]);
        pb_json_object_end(w);
        pb_json_object(w, "paired");
        for (size_t b = 1; b < l->n_said; b++) put_differences(w, l->said[b].name, score[0], score[b]);
        pb_json_object_end(w);
        pb_json_object_end(w);
    }
    pb_json_object_end(w);
}

static void put_facts(pb_json_writer *w, const backtest_scores *s)
{
    const backtest_learned *l     = s->learned;
    const pb_score_facts   *facts = pb_score_facts_of(s->score[0]);
    pb_json_put_text(w, "protocol", l->protocol->name);
    pb_json_put_text(w, "model", l->said[0].name);
    if (l->protocol->n_values > 4) pb_json_put_text(w, "truth", l->options.official ? "official" : "road");
    pb_json_put_i64(w, "races", (int64_t)facts->races);
    pb_json_put_i64(w, "rows", (int64_t)l->said[0].rows.n);
    pb_json_put_i64(w, "truth_rows", (int64_t)facts->truth_rows);
    pb_json_put_i64(w, "missing", (int64_t)facts->missing);
    pb_json_put_i64(w, "duplicates", (int64_t)facts->duplicates);
    pb_json_put_bool(w, "valid", facts->valid);
    if (facts->bad_rows > 0) pb_json_put_i64(w, "bad_probability_rows", (int64_t)facts->bad_rows);
    if (facts->positives > 0) pb_json_put_i64(w, "positives", (int64_t)facts->positives);
    if (s->threshold_from) {
        pb_json_put_fixed(w, "threshold", facts->threshold, 9);
        pb_json_put_text(w, "threshold_source", s->threshold_from);
    }
    pb_json_put_i64(w, "skipped_races", (int64_t)l->skipped);
    pb_json_array(w, "skipped");
    for (size_t i = 0; i < l->skipped; i++) pb_json_put_text(w, NULL, l->why[i]);
    pb_json_array_end(w);
}

void backtest_scores_json(const backtest_scores *s, FILE *to)
{
    const backtest_learned *l = s->learned;
    pb_json_writer          w;
    pb_json_begin(&w, to, 2);
    pb_json_object(&w, NULL);
    put_facts(&w, s);
    put_metrics(&w, "metrics", s->score[0]);
    pb_json_object(&w, "baselines");
    for (size_t b = 1; b < l->n_said; b++) put_values(&w, l->said[b].name, s->score[b]);
    pb_json_object_end(&w);
    pb_json_object(&w, "paired");
    for (size_t b = 1; b < l->n_said; b++) put_differences(&w, l->said[b].name, s->score[0], s->score[b]);
    pb_json_object_end(&w);
    pb_json_object(&w, "calibration");
    for (size_t i = 0; i < s->n_calibrations; i++) put_calibration(&w, &s->calibration[i]);
    pb_json_object_end(&w);
    if (s->n_seasons > 0) put_seasons(&w, s);
    if (s->per_race) put_races(&w, s);
    pb_json_object_end(&w);
    pb_json_end(&w);
}
