#include "backtest_scores.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/engine.h"

/* A threshold is chosen on the seasons before the scored ones, each predictor its own. */
static pb_status choose_threshold(const backtest_scores *s, size_t who, double *threshold, pb_error *error)
{
    const backtest_learned *l       = s->learned;
    const pb_history        history = {.races = l->history.races, .n = l->history.n};
    if (l->n_tuned == 0 || l->said[who].earlier.n == 0) return PB_OK;
    return pb_score_best_threshold(&history, l->tuned, l->n_tuned, &l->said[who].earlier, threshold, error);
}

static pb_status score_part(const backtest_scores *s, size_t who, size_t first, size_t n, double threshold,
                            pb_score **out, pb_error *error)
{
    const backtest_learned *l       = s->learned;
    const pb_history        history = {.races = l->history.races, .n = l->history.n};
    pb_score_options        options = pb_score_options_default();
    options.official                = l->options.official;
    options.threshold               = threshold;
    return pb_score_create(l->protocol->name, &history, l->scored + first, n, &l->said[who].rows, &options, out, error);
}

static pb_status score_one(void *user, size_t who, pb_error *error)
{
    backtest_scores *s         = user;
    double           threshold = NAN;
    PB_TRY(choose_threshold(s, who, &threshold, error));
    PB_TRY(score_part(s, who, 0, s->learned->n_scored, threshold, &s->score[who], error));
    threshold = pb_score_facts_of(s->score[who])->threshold;
    for (size_t k = 0; k < s->n_seasons; k++) {
        backtest_season *season = &s->season[k];
        pb_status        status = score_part(s, who, season->first, season->n, threshold, &season->score[who], error);
        if (status != PB_OK && status != PB_E_EMPTY) return status;
    }
    if (who == 0) s->n_calibrations = pb_score_calibrate(s->score[0], s->calibration, PB_CALIBRATION_MAX);
    return PB_OK;
}

/* None for a single season. */
static void split_seasons(backtest_scores *s)
{
    const backtest_learned *l = s->learned;
    for (size_t i = 0; i < l->n_scored && s->n_seasons < BACKTEST_SEASONS_MAX; i++) {
        int season = l->history.races[l->scored[i]].log->season;
        if (s->n_seasons == 0 || s->season[s->n_seasons - 1].season != season)
            s->season[s->n_seasons++] = (backtest_season){.season = season, .first = i};
        s->season[s->n_seasons - 1].n++;
    }
    if (s->n_seasons == 1) s->n_seasons = 0;
}

pb_status backtest_scores_make(const backtest_learned *learned, bool per_race, backtest_scores *out, pb_error *error)
{
    *out = (backtest_scores){.learned     = learned,
                             .season      = calloc(BACKTEST_SEASONS_MAX, sizeof *out->season),
                             .calibration = calloc(PB_CALIBRATION_MAX, sizeof *out->calibration),
                             .per_race    = per_race};
    if (strcmp(learned->protocol->name, "pitcall") == 0)
        out->threshold_from =
            learned->n_tuned > 0 && learned->said[0].earlier.n > 0 ? "the seasons before" : "the scored races";
    if (out->season) split_seasons(out);
    pb_status status = out->calibration && out->season ? PB_OK : pb_error_set(error, PB_E_NOMEM, "out of memory");
    if (status == PB_OK)
        status = pb_engine_each(learned->n_said, learned->options.threads, score_one, out, NULL, error);
    if (status != PB_OK) backtest_scores_free(out);
    return status;
}

void backtest_scores_free(backtest_scores *scores)
{
    for (int i = 0; i < BACKTEST_PREDICTORS_MAX; i++) pb_score_destroy(scores->score[i]);
    for (size_t k = 0; k < scores->n_seasons; k++)
        for (int i = 0; i < BACKTEST_PREDICTORS_MAX; i++) pb_score_destroy(scores->season[k].score[i]);
    free(scores->season);
    free(scores->calibration);
    memset(scores, 0, sizeof *scores);
}
