/* What a file of telemetry held, for scripts and for people. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "telemetry_import.h"
#include "terminal.h"

/* ---- JSON ---- */

void pb__telemetry_put_reasons(pb_json_writer *w, const pb__telemetry_item *item)
{
    pb_json_array(w, "reasons");
    for (uint32_t i = 0; i < item->n_reasons; i++) {
        pb_json_object(w, NULL);
        pb_json_put_text(w, "reason", item->reasons[i].why);
        pb_json_put_i64(w, "rows", (int64_t)item->reasons[i].n);
        pb_json_put_i64(w, "first_line", (int64_t)item->reasons[i].first_line);
        pb_json_object_end(w);
    }
    pb_json_array_end(w);
}

static void put_lap(pb_json_writer *w, const pb__telemetry_run *t, const pb_lap_match *m, const pb_telemetry_lap *lap)
{
    const pb_official_lap *official = pb__official_of(t, m, lap->number);
    pb_json_object(w, NULL);
    pb_json_put_i64(w, "number", lap->number);
    pb_json_put_i64(w, "counter", lap->counter);
    pb_json_put_fixed(w, "time_s", lap->time_s, 3);
    pb_json_put_i64(w, "end_us", lap->end_us);
    pb_json_put_bool(w, "plausible", lap->plausible);
    pb_json_put_bool(w, "unbroken", lap->unbroken);
    pb_json_put_fixed(w, "late_s", (double)lap->late_s, 3);
    if (official) {
        pb_json_put_i64(w, "official_lap", official->lap);
        pb_json_put_fixed(w, "official_s", official->time_s, 3);
    }
    pb_json_object_end(w);
}

static void put_laps(pb_json_writer *w, const pb__telemetry_run *t, const pb__telemetry_car *car)
{
    pb_json_array(w, "laps");
    for (uint32_t i = 0; i < car->report.n_laps; i++) put_lap(w, t, &car->match, &car->report.laps[i]);
    pb_json_array_end(w);
}

static void put_glitches(pb_json_writer *w, const pb_lap_report *r)
{
    pb_json_object(w, "glitch_counts");
    for (int k = 0; k < PB_GLITCH_N; k++)
        if (r->glitches_of[k]) pb_json_put_i64(w, pb_lap_glitch_name((pb_lap_glitch_kind)k), r->glitches_of[k]);
    pb_json_object_end(w);
    pb_json_array(w, "glitches");
    for (uint32_t i = 0; i < r->n_glitches; i++) {
        const pb_lap_glitch *g = &r->glitches[i];
        pb_json_object(w, NULL);
        pb_json_put_text(w, "kind", pb_lap_glitch_name((pb_lap_glitch_kind)g->kind));
        pb_json_put_i64(w, "time_us", g->at_us);
        pb_json_put_i64(w, "from", g->from);
        pb_json_put_i64(w, "to", g->to);
        pb_json_put_fixed(w, "lapdist_m", (double)g->lapdist_m, 1);
        pb_json_object_end(w);
    }
    pb_json_array_end(w);
}

static void put_match(pb_json_writer *w, const pb_lap_match *m)
{
    pb_json_object(w, "match");
    pb_json_put_i64(w, "car", m->car);
    pb_json_put_i64(w, "lap_offset", m->lap_offset);
    pb_json_put_i64(w, "laps", m->n);
    pb_json_put_fixed(w, "median_s", m->median_s, 3);
    pb_json_put_fixed(w, "worst_s", m->worst_s, 3);
    pb_json_put_fixed(w, "fit_s", m->fit_s, 3);
    if (m->second_car) {
        pb_json_put_i64(w, "second_car", m->second_car);
        pb_json_put_fixed(w, "second_fit_s", m->second_fit_s, 3);
    }
    pb_json_put_fixed(w, "clock_offset_s", m->clock_offset_s, 3);
    pb_json_put_fixed(w, "clock_spread_s", m->clock_spread_s, 3);
    pb_json_put_fixed(w, "clock_drift_ppm", m->clock_drift_ppm, 1);
    pb_json_object_end(w);
}

static void put_car(pb_json_writer *w, const pb__telemetry_run *t, const pb__telemetry_car *car)
{
    const pb_lap_report *r = &car->report;
    pb_json_object(w, NULL);
    pb_json_put_i64(w, "car", r->car);
    pb_json_put_bool(w, "unnamed", r->car == PB_TELEMETRY_UNNAMED);
    pb_json_put_i64(w, "points", (int64_t)r->points);
    pb_json_put_i64(w, "late_points", (int64_t)r->late_points);
    pb_json_put_bool(w, "bursts", r->bursts);
    pb_json_put_fixed(w, "lap_m", (double)r->lap_m, 1);
    put_laps(w, t, car);
    put_glitches(w, r);
    if (car->match.car) put_match(w, &car->match);
    pb_json_object_end(w);
}

static void put_item(pb_json_writer *w, const pb__telemetry_run *t, const pb__telemetry_item *item)
{
    pb_json_object(w, NULL);
    pb_json_put_text(w, "file", item->path);
    pb_json_put_text(w, "form", item->sums.is_long ? "long" : "wide");
    pb_json_put_i64(w, "rows", (int64_t)item->sums.rows);
    pb_json_put_i64(w, "accepted", (int64_t)item->sums.accepted);
    pb_json_put_i64(w, "quarantined", (int64_t)item->sums.refused);
    pb__telemetry_put_reasons(w, item);
    pb_json_put_i64(w, "points", (int64_t)item->sums.points);
    pb_json_put_bool(w, "cars_left_out", item->too_many);
    pb_json_array(w, "cars");
    for (uint32_t i = 0; i < item->n_cars; i++) put_car(w, t, &item->cars[i]);
    pb_json_array_end(w);
    pb_json_object_end(w);
}

void pb__import_telemetry_json(FILE *to, const pb__telemetry_run *t)
{
    pb_json_writer w;
    pb_json_begin(&w, to, 2);
    pb_json_object(&w, NULL);
    pb__import_json_keys(&w, t->list);
    pb_json_put_text(&w, "timing", t->timing);
    pb_json_array(&w, "telemetry");
    for (uint32_t i = 0; i < t->n_items; i++) put_item(&w, t, &t->items[i]);
    pb_json_array_end(&w);
    pb_json_object_end(&w);
    pb_json_end(&w);
}

/* ---- for people ---- */

/* "-18:12:21.3" */
static void print_clock(FILE *to, double s)
{
    double  a     = fabs(s) + 0.05;
    int64_t whole = (int64_t)a;
    fprintf(to, "%c%" PRId64 ":%02d:%02d.%d", s < 0 ? '-' : '+', whole / 3600, (int)(whole / 60 % 60),
            (int)(whole % 60), (int)((a - (double)whole) * 10));
}

static void print_time_of_day(FILE *to, int64_t us)
{
    time_t    s = (time_t)(us / 1000000);
    struct tm tm;
    char      text[32];
    if (gmtime_r(&s, &tm) && strftime(text, sizeof text, "%F %T", &tm))
        fprintf(to, "%s.%03d", text, (int)(us / 1000 % 1000));
}

static void print_rows(FILE *to, const pb__telemetry_item *item)
{
    char a[32], b[32], c[32], d[32];
    fprintf(to, "%s%s%s: %s form, %s rows: %s accepted, %s left out; %s points\n", pb__paint(to, PB__BOLD), item->path,
            pb__paint(to, PB__PLAIN), item->sums.is_long ? "long" : "wide", pb__thousands(item->sums.rows, a),
            pb__thousands(item->sums.accepted, b), pb__thousands(item->sums.refused, c),
            pb__thousands(item->sums.points, d));
    for (uint32_t i = 0; i < item->n_reasons; i++)
        fprintf(to, "  %s%s row%s: %s (the first in line %s)%s\n", pb__paint(to, PB__YELLOW),
                pb__thousands(item->reasons[i].n, a), item->reasons[i].n == 1 ? "" : "s", item->reasons[i].why,
                pb__thousands(item->reasons[i].first_line, b), pb__paint(to, PB__PLAIN));
}

static void print_lap(FILE *to, const pb__telemetry_run *t, const pb_lap_match *m, const pb_telemetry_lap *lap)
{
    const pb_official_lap *official = pb__official_of(t, m, lap->number);
    fprintf(to, "  lap %3u  %8.3f", lap->number, lap->time_s);
    if (official)
        fprintf(to, "   timing lap %3u  %8.3f  %+7.3f", official->lap, official->time_s,
                lap->time_s - official->time_s);
    if (official && official->lap == 1) fprintf(to, "  from the flag, not the line");
    if (lap->late_s > 3) fprintf(to, "  received %.1f s late", (double)lap->late_s);
    if (!lap->plausible) fprintf(to, "  in or out lap, or broken");
    if (!lap->unbroken) fprintf(to, "  has holes");
    fputc('\n', to);
}

static void print_match(FILE *to, const pb_lap_match *m)
{
    fprintf(to, "  these are the laps of car %d: %u compared, median difference %.3f s, worst %.3f s", m->car, m->n,
            m->median_s, m->worst_s);
    if (m->second_car)
        fprintf(to, "; next is car %d (rms %.2f s against %.2f s)", m->second_car, m->second_fit_s, m->fit_s);
    fprintf(to, "\n  the logger counts %d lap%s more than the timing\n", m->lap_offset,
            abs(m->lap_offset) == 1 ? "" : "s");
    if (isnan(m->clock_offset_s)) return;
    fprintf(to, "  its clock is off the timing's time of day by ");
    print_clock(to, m->clock_offset_s);
    fprintf(to, " (whole days are not known), within %.2f s", m->clock_spread_s);
    if (!isnan(m->clock_drift_ppm)) fprintf(to, ", drift %.0f ppm", m->clock_drift_ppm);
    fputc('\n', to);
}

static void print_glitch(FILE *to, const pb_lap_glitch *g)
{
    static const char *const words[PB_GLITCH_N] = {
        "the lap counter fell silent at",       "the lap counter skipped from",
        "the lap counter went back from",       "the lap counter did not rise at the line:",
        "the lap counter changed mid-lap from", "the lap counter told the same lap again:",
        "an impossible lap distance, in m:"};
    fprintf(to, "  %s%s %d -> %d", pb__paint(to, PB__YELLOW), words[g->kind], g->from, g->to);
    if (g->kind == PB_GLITCH_MID_LAP || g->kind == PB_GLITCH_TOLD_AGAIN)
        fprintf(to, " at %.0f m", (double)g->lapdist_m);
    fprintf(to, ", ");
    print_time_of_day(to, g->at_us);
    fprintf(to, "%s\n", pb__paint(to, PB__PLAIN));
}

static void print_car(FILE *to, const pb__telemetry_run *t, const pb__telemetry_car *car)
{
    const pb_lap_report *r = &car->report;
    char                 n[32];
    if (r->car == PB_TELEMETRY_UNNAMED)
        fprintf(to, "a car that is not named: ");
    else
        fprintf(to, "car %d: ", r->car);
    fprintf(to, "%s points%s, %u laps", pb__thousands(r->points, n), r->bursts ? ", received in bursts" : "",
            r->n_laps);
    if (r->lap_m > 0) fprintf(to, " of %.0f m", (double)r->lap_m);
    if (r->late_points) fprintf(to, ", %s points out of order passed over", pb__thousands(r->late_points, n));
    fputc('\n', to);
    for (uint32_t i = 0; i < r->n_laps; i++) print_lap(to, t, &car->match, &r->laps[i]);
    if (car->match.car)
        print_match(to, &car->match);
    else if (t->n_official)
        fprintf(to, "  no car of the timing has these laps\n");
    for (uint32_t i = 0; i < r->n_glitches; i++) print_glitch(to, &r->glitches[i]);
}

void pb__import_telemetry_table(FILE *to, const pb__telemetry_run *t)
{
    for (uint32_t i = 0; i < t->n_items; i++) {
        print_rows(to, &t->items[i]);
        for (uint32_t k = 0; k < t->items[i].n_cars; k++) print_car(to, t, &t->items[i].cars[k]);
        if (t->items[i].too_many)
            fprintf(to, "more than %d cars: the others were passed over\n", PB_TELEMETRY_CARS_MAX);
    }
}
