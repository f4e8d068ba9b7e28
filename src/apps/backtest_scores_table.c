/* backtest_scores_table: a back-test for people, the headline first. */
#include <math.h>
#include <string.h>

#include "backtest_scores.h"

/* What is shown of a protocol, the headline first. */
static const struct {
    const char *protocol;
    const char *metrics[13];
} shown[] = {
    {"forecast",
     {"rps", "mae_median", "brier_points", "mae_finishers", "rho", "winner_hit", "log_score_winner", "brier_podium",
      "coverage80"}},
    {"live",
     {"rps", "mae_median", "brier_points", "mae_finishers", "rho", "winner_hit", "coverage80", "at25_rps", "at50_rps",
      "at75_rps"}},
    {"pace",
     {"h1_clean_crps", "h1_clean_mae", "h5_clean_mae", "h1_mae", "h5_mae", "h1_clean_coverage80", "h5_clean_coverage80",
      "h1_coverage80", "h5_coverage80"}},
    {"sc", {"log_loss", "from1_log_loss", "auc_roc", "from1_auc_roc", "brier", "ece", "mean_p", "base_rate"}},
    {"rain", {"log_loss", "auc_roc", "auc_pr", "brier", "ece", "mean_p", "base_rate"}},
    {"pitcall", {"log_loss", "auc_pr", "auc_roc", "f1", "window3_f1", "compound_acc", "brier", "ece"}},
    {"undercut",
     {"log_loss", "brier", "auc_roc", "auc_pr", "under_log_loss", "over_log_loss", "d1_log_loss", "d2_3_log_loss",
      "d4_6_log_loss", "ece", "mean_p", "base_rate"}},
    {"pitstop", {"interval_score90", "median_ae", "mae", "mae_within5", "rmse", "bias", "coverage90", "width90"}},
    {"stops",
     {"dry_all_count_acc", "dry_all_order_acc", "dry_all_lap_mae", "dry_top10_count_acc", "dry_top10_order_acc",
      "dry_top10_lap_mae", "dry_winner_count_acc", "dry_winner_order_acc", "dry_winner_lap_mae"}},
    {"rejoin",
     {"exact", "within1", "mae", "dry_exact", "dry_within1", "quiet_exact", "quiet_within1", "brier_within1"}},
};

static const char *const *metrics_of(const char *protocol)
{
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        if (strcmp(shown[i].protocol, protocol) == 0) return shown[i].metrics;
    return shown[0].metrics;
}

static void put_interval(FILE *to, double lo, double hi, bool sign)
{
    char text[40];
    snprintf(text, sizeof text, sign ? "[%+.4f, %+.4f]" : "[%.4f, %.4f]", lo, hi);
    fprintf(to, " %19s", isnan(lo) ? "" : text);
}

/* base NULL: there is none. */
static void put_line(FILE *to, const char *label, const pb_score *score, const pb_score *base, const char *name)
{
    const pb_score_metric *m = score ? pb_score_find(score, name) : NULL;
    pb_score_metric        d;
    if (!m) return;
    fprintf(to, "%-20s %8.4f", label, m->value);
    put_interval(to, m->lo, m->hi, false);
    if (base && pb_score_difference(score, base, name, &d)) {
        fprintf(to, "  %8.4f %+9.4f", pb_score_find(base, name)->value, d.value);
        put_interval(to, d.lo, d.hi, true);
    }
    fputc('\n', to);
}

static void put_calibration(FILE *to, const pb_calibration *c)
{
    if (c->kind == PB_CALIBRATION_EVENT) {
        fprintf(to, "%-20s slope %.2f [%.2f, %.2f], intercept %+.2f [%+.2f, %+.2f]", c->name, c->slope.value,
                c->slope.lo, c->slope.hi, c->intercept.value, c->intercept.lo, c->intercept.hi);
        if (c->n_bins > 0) fprintf(to, ", %u of %u bins", c->n_inside, c->n_bins);
        fputc('\n', to);
    }
    if (c->kind == PB_CALIBRATION_PLACES)
        fprintf(to, "%-20s PIT in 0.1 to 0.9: %.3f; tenths that hold a tenth: %u of %u\n", c->name, c->covered.value,
                c->n_inside, c->n_bins);
    if (c->kind == PB_CALIBRATION_INTERVAL)
        fprintf(to, "%-20s covers %.3f [%.3f, %.3f] of %.2f\n", c->name, c->covered.value, c->covered.lo, c->covered.hi,
                c->nominal);
    if (!isnan(c->expected))
        fprintf(to, "%-20s %.1f deployments expected, %.1f seen; Poisson interval %.0f to %.0f\n", "", c->expected,
                c->counted, c->poisson_lo, c->poisson_hi);
}

static void put_heading(FILE *to, const backtest_scores *s)
{
    const backtest_learned *l     = s->learned;
    const pb_score_facts   *facts = pb_score_facts_of(s->score[0]);
    fprintf(to, "%s: %s?\n", l->protocol->name, l->protocol->question);
    fprintf(to, "%zu race%s, %zu questions", facts->races, facts->races == 1 ? "" : "s", facts->truth_rows);
    if (facts->missing > 0) fprintf(to, ", %zu without an answer", facts->missing);
    if (!facts->valid) fputs(" (more than 2 %: the score is void)", to);
    if (l->protocol->n_values > 4) fprintf(to, "; truth: %s order", l->options.official ? "official" : "road");
    fputs("\n\n", to);
}

void backtest_scores_table(const backtest_scores *s, FILE *to)
{
    const backtest_learned *l = s->learned;
    put_heading(to, s);
    fprintf(to, "%-20s %8s %19s", "metric", l->said[0].name, "90 % interval");
    if (l->n_said > 1) fprintf(to, "  %8s %9s %19s", "baseline", "paired", "90 % interval");
    fputc('\n', to);
    for (const char *const *m = metrics_of(l->protocol->name); *m; m++) put_line(to, *m, s->score[0], s->score[1], *m);
    if (s->n_seasons > 0) fprintf(to, "\n%s by season\n", metrics_of(l->protocol->name)[0]);
    for (size_t k = 0; k < s->n_seasons; k++) {
        char year[16];
        snprintf(year, sizeof year, "%d", s->season[k].season);
        put_line(to, year, s->season[k].score[0], s->season[k].score[1], metrics_of(l->protocol->name)[0]);
    }
    if (l->n_said > 1) fprintf(to, "\nbaseline: %s; paired: model less baseline, on the same races\n", l->said[1].name);
    if (s->threshold_from)
        fprintf(to, "called from %.3f on, chosen on %s\n", pb_score_facts_of(s->score[0])->threshold,
                s->threshold_from);
    if (s->n_calibrations > 0) fputs("\ncalibration\n", to);
    for (size_t i = 0; i < s->n_calibrations; i++) put_calibration(to, &s->calibration[i]);
    if (l->skipped > 0) fprintf(to, "\n%zu race%s could not be scored\n", l->skipped, l->skipped == 1 ? "" : "s");
    for (size_t i = 0; i < l->skipped; i++) fprintf(to, "  %s\n", l->why[i]);
}
