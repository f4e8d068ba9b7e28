/* Our calls as a rows file, JSON and a table. */
#include <math.h>
#include <stdio.h>

#include "backtest_calls.h"
#include "backtest_report.h"

static const char *flag_name(uint8_t flag)
{
    return flag == PB_NEUTRAL_SC ? "sc" : flag == PB_NEUTRAL_VSC ? "vsc" : "green";
}

pb_status backtest_calls_rows(const backtest_calls *calls, const char *path, pb_error *error)
{
    FILE *to = fopen(path, "w");
    if (!to) return pb_error_set(error, PB_E_IO, "%s: cannot be written", path);
    fputs("season,round,driver,lap,action,compound,gain,score,hazard,flag,stopped,fitted,cutoff\n", to);
    for (size_t i = 0; i < calls->n; i++) {
        const backtest_call *c = &calls->at[i];
        fprintf(to, "%d,%d,%s,%d,%s,%s,%.4f,%.3f,%.5f,%s,%d,%s,%s\n", c->season, c->round, c->driver, c->lap,
                c->box ? "BOX" : "STAY_OUT", c->box ? pb_compound_name((pb_compound)c->compound) : "", c->gain,
                c->score, c->hazard, flag_name(c->flag), c->stops,
                c->stops ? pb_compound_name((pb_compound)c->fitted) : "", c->cutoff);
    }
    bool bad = ferror(to) != 0;
    if (fclose(to) != 0 || bad)
        return pb_error_set(error, PB_E_IO, "%s: could not be written; is the disk full?", path);
    return PB_OK;
}

void backtest_calls_json(const backtest_calls *calls, const pb_metric *metric, size_t n, FILE *to)
{
    pb_json_writer w;
    pb_json_begin(&w, to, 2);
    pb_json_object(&w, NULL);
    pb_json_put_text(&w, "protocol", "calls");
    pb_json_put_i64(&w, "races", (int64_t)calls->races);
    pb_json_put_i64(&w, "rows", (int64_t)calls->n);
    pb_json_put_i64(&w, "skipped_races", (int64_t)calls->skipped);
    pb_json_object(&w, "metrics");
    for (size_t i = 0; i < n; i++) {
        if (isnan(metric[i].value)) continue; /* no such stop */
        pb_json_object(&w, metric[i].name);
        pb_json_put_fixed(&w, "value", metric[i].value, 5);
        pb_json_put_fixed(&w, "lo", metric[i].lo, 5);
        pb_json_put_fixed(&w, "hi", metric[i].hi, 5);
        pb_json_object_end(&w);
    }
    pb_json_object_end(&w);
    pb_json_object(&w, "baselines");
    pb_json_object_end(&w);
    pb_json_object_end(&w);
    pb_json_end(&w);
}

void backtest_calls_table(const backtest_calls *calls, const pb_metric *metric, size_t n, FILE *to)
{
    fprintf(to, "calls: %zu race%s, %zu car-laps\n\n%-18s %8s %18s\n", calls->races, calls->races == 1 ? "" : "s",
            calls->n, "metric", "value", "90 % interval");
    for (size_t i = 0; i < n; i++)
        if (!isnan(metric[i].value))
            fprintf(to, "%-18s %8.4f  [%7.4f, %7.4f]\n", metric[i].name, metric[i].value, metric[i].lo, metric[i].hi);
    fputs(
        "\nwithinN: share of stops whose call began at most N laps off; never: stops without a call; lap_error: mean,\n"
        "negative: called earlier; false_calls: a car and race. Agreement is no proof of being right.\n",
        to);
    for (size_t i = 0; i < calls->skipped; i++) fprintf(to, "  left out: %s\n", calls->why[i]);
}
