/* score_stops: how many stops, which compounds, which laps. */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "score_lookup.h"

#define LAP_DIGITS 5

/* What was said of one car against what it did. */
typedef struct verdict {
    bool   count, order;
    double lap_error; /* mean over its stops; NAN: none, or the count is wrong */
} verdict;

/* A part of "15-38": digits, perhaps with ".0" behind. */
static bool lap_number(pb_span part, int *out)
{
    uint32_t digits = 0;
    part            = pb_span_trim(part);
    if (part.len > 2 && memcmp(part.at + part.len - 2, ".0", 2) == 0) part.len -= 2;
    *out = 0;
    for (; digits < part.len && isdigit((unsigned char)part.at[digits]) && digits < LAP_DIGITS; digits++)
        *out = 10 * *out + (part.at[digits] - '0');
    return digits > 0 && digits == part.len;
}

/* Laps of the text, ascending. */
static uint32_t laps_said(const char *text, int laps[PB_ROW_TEXT_MAX])
{
    uint32_t n = 0;
    for (const char *at = text; at; at = strchr(at, '-') ? strchr(at, '-') + 1 : NULL) {
        int      lap;
        uint32_t i = n;
        if (!lap_number((pb_span){at, strcspn(at, "-")}, &lap)) continue;
        for (; i > 0 && laps[i - 1] > lap; i--) laps[i] = laps[i - 1];
        laps[i] = lap;
        n++;
    }
    return n;
}

static void put_order(const pb__made_stops *made, char *out, size_t cap)
{
    size_t at = 0;
    for (uint32_t i = 0; i <= made->n && i <= PB__MADE_STOPS_MAX && at < cap; i++)
        at += (size_t)snprintf(out + at, cap - at, "%s%s", i ? "-" : "",
                               pb_compound_name((pb_compound)made->compound[i]));
}

static double lap_error(const pb__made_stops *made, const char *text)
{
    int      laps[PB_ROW_TEXT_MAX];
    double   sum = 0;
    uint32_t n   = laps_said(text, laps);
    if (n == 0 || n != made->n || n > PB__MADE_STOPS_MAX) return NAN;
    for (uint32_t i = 0; i < n; i++) sum += abs(laps[i] - made->lap[i]);
    return sum / n;
}

static verdict judge(const pb__asked *a, const pb_race_outcome *outcome)
{
    verdict        v = {.lap_error = NAN};
    char           order[16 * (PB__MADE_STOPS_MAX + 1)];
    pb__made_stops made;
    if (!a->row) return v;
    pb__stops_made(a->log, (uint32_t)a->truth->car, outcome, &made);
    put_order(&made, order, sizeof order);
    v.count = trunc(a->row->value[PB__STOPS_N]) == a->truth->y;
    v.order = pb_span_equal_nocase(pb_span_trim(pb_span_of(a->row->text[0])), order);
    if (v.count) v.lap_error = lap_error(&made, a->row->text[1]);
    return v;
}

/* Everyone, the first ten, the winner. */
static bool is_among(const pb__truth *t, int who)
{
    return who == 0 || (who == 1 && t->place <= 10) || (who == 2 && t->place == 1);
}

static void score_group(pb_score *score, const pb__asked *asked, const verdict *v, size_t n, bool dry, int who)
{
    static const char *const names[] = {"all", "top10", "winner"};
    char                     prefix[32];
    snprintf(prefix, sizeof prefix, "%s_%s_", dry ? "dry" : "any", names[who]);
    size_t count = pb__measure_new(score, prefix, "count_acc", pb__mean_of, 2);
    size_t order = pb__measure_new(score, prefix, "order_acc", pb__mean_of, 2);
    size_t laps  = pb__measure_new(score, prefix, "lap_mae", pb__mean_of, 2);
    for (size_t i = 0; i < n; i++) {
        if (!is_among(asked[i].truth, who) || (dry && !(asked[i].truth->bits & PB__TRUTH_DRY))) continue;
        pb__measure_take(score, count, asked[i].race, v[i].count);
        pb__measure_take(score, order, asked[i].race, v[i].order);
        if (!isnan(v[i].lap_error)) pb__measure_take(score, laps, asked[i].race, v[i].lap_error);
    }
}

/* P(one stop), P(two), P(three or more), in dry races. */
static void score_chances(pb_score *score, const pb__asked *asked, size_t n)
{
    static const char *const names[] = {"p_stops_1", "p_stops_2", "p_stops_3"};
    for (int k = 0; k < 3; k++) {
        size_t s = SIZE_MAX;
        for (size_t i = 0; i < n; i++) {
            double p = asked[i].row ? asked[i].row->value[PB__STOPS_P1 + k] : NAN;
            if (isnan(p) || !(asked[i].truth->bits & PB__TRUTH_DRY)) continue;
            if (s == SIZE_MAX) s = pb__series_new(score, names[k], PB_CALIBRATION_EVENT);
            double y = asked[i].truth->y;
            pb__series_add(score, s, asked[i].race, p, k < 2 ? y == k + 1 : y > k);
        }
    }
}

static bool judge_all(const pb__asked *asked, size_t n, verdict *out)
{
    pb_race_outcome   *outcome = malloc(sizeof *outcome);
    const pb_race_log *of      = NULL;
    for (size_t i = 0; outcome && i < n; i++) {
        if (asked[i].log != of && pb_race_outcome_of(asked[i].log, outcome) != PB_OK) continue;
        of     = asked[i].log;
        out[i] = judge(&asked[i], outcome);
    }
    bool done = outcome != NULL;
    free(outcome);
    return done;
}

void pb__score_stops(pb_score *score, const pb__asked *asked, size_t n, const pb_score_options *options)
{
    verdict *v = calloc(n + 1, sizeof *v);
    (void)options;
    if (!v || !judge_all(asked, n, v)) {
        score->broken = true;
        free(v);
        return;
    }
    for (size_t i = 0; i < n; i++) score->facts.missing += !asked[i].row;
    for (int dry = 1; dry >= 0; dry--)
        for (int who = 0; who < 3; who++) score_group(score, asked, v, n, dry, who);
    score_chances(score, asked, n);
    free(v);
}
