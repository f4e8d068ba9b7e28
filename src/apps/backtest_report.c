#include "backtest_report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/codec.h"

#define RESAMPLES 400 /* the same as the independent scorer */

void backtest_row_of(const pb_sim_result *sim, uint32_t car, pb_forecast_row *row)
{
    memset(row, 0, sizeof *row);
    row->mean_position = pb_sim_mean_place(sim, car);
    for (uint32_t k = 0; k < sim->n_cars; k++) {
        double p = pb_sim_p_place(sim, car, k + 1);
        row->p[k < 22 ? k : 21] += p;
        row->p_podium += k < 3 ? p : 0;
        row->p_points += k < 10 ? p : 0;
    }
    row->p_win = pb_sim_p_place(sim, car, 1);
}

void backtest_result_score(backtest_result *r)
{
    r->score.n = pb_score_positions(r->row, r->truth, r->rows, RESAMPLES, r->score.metric, BACKTEST_METRICS_MAX);
    for (int b = 0; b < BASELINE_N; b++) {
        r->base[b].n =
            pb_score_positions(r->baseline[b], r->truth, r->rows, RESAMPLES, r->base[b].metric, BACKTEST_METRICS_MAX);
        r->paired[b].n = pb_score_paired(r->row, r->baseline[b], r->truth, r->rows, RESAMPLES, r->paired[b].metric,
                                         BACKTEST_METRICS_MAX);
    }
}

static void write_rows(const backtest_result *r, FILE *to)
{
    fputs("season,round,driver,mean_position,p_win,p_podium,p_points", to);
    for (int k = 1; k <= 22; k++) fprintf(to, ",p%d", k);
    fputs(",cutoff\n", to);
    for (size_t i = 0; i < r->rows; i++) {
        const pb_forecast_row *row = &r->row[i];
        fprintf(to, "%d,%d,", row->season, row->round);
        pb_csv_put(to, row->driver);
        fprintf(to, ",%.6g,%.6g,%.6g,%.6g", row->mean_position, row->p_win, row->p_podium, row->p_points);
        for (int k = 0; k < 22; k++) fprintf(to, ",%.6g", row->p[k]);
        fprintf(to, ",%s\n", r->cutoff[i]);
    }
}

pb_status backtest_result_rows(const backtest_result *r, const char *path, pb_error *error)
{
    char  *text = NULL;
    size_t len  = 0;
    FILE  *to   = open_memstream(&text, &len);
    if (!to) return pb_error_set(error, PB_E_NOMEM, "%s: out of memory", path);
    write_rows(r, to);
    fclose(to);
    pb_status status = pb_file_write(path, (pb_span){text, len}, error);
    free(text);
    return status;
}

void backtest_score_put(pb_json_writer *w, const char *key, const backtest_score *s, bool intervals)
{
    pb_json_object(w, key);
    for (size_t i = 0; i < s->n; i++) {
        const pb_metric *m = &s->metric[i];
        if (!intervals) {
            pb_json_put_fixed(w, m->name, m->value, 5);
            continue;
        }
        pb_json_object(w, m->name);
        pb_json_put_fixed(w, "value", m->value, 5);
        pb_json_put_fixed(w, "lo", m->lo, 5);
        pb_json_put_fixed(w, "hi", m->hi, 5);
        pb_json_object_end(w);
    }
    pb_json_object_end(w);
}

void backtest_result_json(const backtest_result *r, FILE *to)
{
    pb_json_writer w;
    pb_json_begin(&w, to, 2);
    pb_json_object(&w, NULL);
    pb_json_put_text(&w, "protocol", r->protocol);
    pb_json_put_text(&w, "truth", r->truth_name);
    pb_json_put_i64(&w, "races", (int64_t)r->races);
    pb_json_put_i64(&w, "rows", (int64_t)r->rows);
    pb_json_put_i64(&w, "skipped_races", (int64_t)r->skipped);
    pb_json_array(&w, "skipped");
    for (size_t i = 0; i < r->skipped; i++) pb_json_put_text(&w, NULL, r->why[i]);
    pb_json_array_end(&w);
    pb_json_put_i64(&w, "trials", r->trials);
    pb_json_put_i64(&w, "seed", (int64_t)r->seed);
    backtest_score_put(&w, "metrics", &r->score, true);
    pb_json_object(&w, "baselines");
    for (int b = 0; b < BASELINE_N; b++) backtest_score_put(&w, backtest_baseline_name[b], &r->base[b], false);
    pb_json_object_end(&w);
    pb_json_object(&w, "against");
    for (int b = 0; b < BASELINE_N; b++) backtest_score_put(&w, backtest_baseline_name[b], &r->paired[b], true);
    pb_json_object_end(&w);
    pb_json_object_end(&w);
    pb_json_end(&w);
}

void backtest_result_table(const backtest_result *r, FILE *to)
{
    const backtest_score *base = &r->base[BASELINE_GRID_PACE_STOPS], *diff = &r->paired[BASELINE_GRID_PACE_STOPS];

    fprintf(to, "%s: %zu race%s, %zu cars, %u trials each, truth: %s order\n\n", r->protocol, r->races,
            r->races == 1 ? "" : "s", r->rows, r->trials, r->truth_name);
    fprintf(to, "%-18s %8s %18s   %8s %10s %18s\n", "metric", "value", "90 % interval", "baseline", "difference",
            "90 % interval");
    for (size_t i = 0; i < r->score.n; i++) {
        const pb_metric *m = &r->score.metric[i];
        fprintf(to, "%-18s %8.4f  [%7.4f, %7.4f]   %8.4f %+10.4f [%+8.4f, %+8.4f]\n", m->name, m->value, m->lo, m->hi,
                base->metric[i].value, diff->metric[i].value, diff->metric[i].lo, diff->metric[i].hi);
    }
    fprintf(to, "\nbaseline: %s, fitted on the races before each\n", backtest_baseline_name[BASELINE_GRID_PACE_STOPS]);
    if (r->skipped > 0) fprintf(to, "%zu race%s could not be scored\n", r->skipped, r->skipped == 1 ? "" : "s");
    for (size_t i = 0; i < r->skipped; i++) fprintf(to, "  %s\n", r->why[i]);
}
