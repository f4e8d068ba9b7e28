/* check_counts - how often safety cars, virtual safety cars, red flags and
 * retirements come, when and for how long: fitted on earlier seasons, held against
 * later ones, with 90 % intervals. And the start: places and seconds of lap 1.
 * Prints the tables of docs/models/sc.md, retire.md and prior.md. A developer tool,
 * not installed.
 *
 *     check_counts [--grids FILE] [--fit 2018-2022] [--check 2023-2025] LAPS.csv...
 *
 * Each checked season is expected from the seasons before it, which fade with the
 * half-life the prior has. An interval holds what is not known of the rate, too:
 * a Poisson count whose rate is gamma, with as many events as were fitted on and
 * with what the rates of seasons differed by in the years of --fit. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/codec.h"
#include "pitboard/num.h"
#include "pitboard/predict.h"
#include "pitboard/wire.h"
#include "tool_logs.h"
#include "truth.h"

#define PHASES_MAX 32
#define BINS 6
#define YEAR_0 2000
#define YEARS 100
#define HALF_LIFE_SEASONS 3.0 /* as in learn_set.h */
#define HALF_LIFE_RACES 15.0  /* of rates that are updated race by race, as form learns it */

typedef struct race {
    const pb_race_log *log;
    pb_race_outcome    outcome;
    pb_neutral_phase   phase[PHASES_MAX];
    uint32_t           n_phases;
    uint32_t           missing; /* starters that never completed a lap and have no rows */
} race;

typedef struct races {
    race  *at;
    size_t n;
} races;

/* Events and the chances there were for them, by season. */
typedef struct rate {
    double events[YEARS], chances[YEARS];
} rate;

typedef struct span {
    int fit_from, fit_to, from, to;
} span;

static const char *const bin_name[BINS] = {"lap 1", "laps 2-5", "lap 6 to 25 %", "25-50 %", "50-75 %", "75-100 %"};

static int bin_of(double progress, uint32_t laps)
{
    double lap = floor(progress) + 1, done = progress / laps;
    if (lap <= 1) return 0;
    if (lap <= 5) return 1;
    return done < 0.25 ? 2 : done < 0.5 ? 3 : done < 0.75 ? 4 : 5;
}

static races make(const tool_logs *logs)
{
    races out = {.at = calloc(logs->n + 1, sizeof *out.at)};
    if (!out.at) exit(1);
    for (size_t i = 0; i < logs->n; i++) {
        race *r = &out.at[out.n];
        r->log  = &logs->log[i];
        if (r->log->sprint || pb_fit_check(r->log, NULL) != PB_OK) continue;
        if (pb_race_outcome_of(r->log, &r->outcome) != PB_OK || r->outcome.laps < 8) continue;
        r->n_phases = pb_neutral_phases(r->log, &r->outcome, r->phase, PHASES_MAX);
        if (r->n_phases > PHASES_MAX) r->n_phases = PHASES_MAX;
        out.n++;
    }
    return out;
}

/* ---- intervals ---- */

/* Quantile of a count whose rate is gamma: mean, shape. */
static double count_quantile(double mean, double shape, double q)
{
    double p   = pb_exp(shape * pb_log(shape / (shape + mean)));
    double sum = p;
    int    k   = 0;
    for (; sum < q && k < 100000; k++) {
        p *= (shape + k) / (k + 1) * mean / (shape + mean);
        sum += p;
    }
    return k;
}

/* How much the rates of the fitted seasons differ beyond chance: squared, relative. */
static double season_spread(const rate *r, span y)
{
    double events = 0, chances = 0, more = 0, squares = 0;
    int    n = y.fit_to - y.fit_from + 1;
    for (int t = y.fit_from; t <= y.fit_to; t++) {
        events += r->events[t - YEAR_0];
        chances += r->chances[t - YEAR_0];
    }
    for (int t = y.fit_from; t <= y.fit_to; t++) {
        double mean = events / fmax(chances, 1) * r->chances[t - YEAR_0];
        more += (r->events[t - YEAR_0] - mean) * (r->events[t - YEAR_0] - mean) * n / fmax(n - 1, 1) - mean;
        squares += mean * mean;
    }
    return squares > 0 ? fmax(more / squares, 0) : 0;
}

/* Rate of season t from those before it, and how many events it rests on. */
static double rate_before(const rate *r, span y, int t, double *rests_on)
{
    double events = 0, chances = 0, squares = 0;
    for (int k = y.fit_from; k < t; k++) {
        double w = exp2(-(t - 1 - k) / HALF_LIFE_SEASONS);
        events += w * r->events[k - YEAR_0];
        squares += w * w * r->events[k - YEAR_0];
        chances += w * r->chances[k - YEAR_0];
    }
    *rests_on = squares > 0 ? events * events / squares : 0.5;
    return events / fmax(chances, 1);
}

/* spread: of the rates of seasons, season_spread of the whole. */
static void row(const char *name, const rate *r, span y, double spread)
{
    double mean = 0, seen = 0, fitted = 0, chances = 0, rests_on = 0, n = y.to - y.from + 1;
    for (int t = y.fit_from; t <= y.fit_to; t++) {
        fitted += r->events[t - YEAR_0];
        chances += r->chances[t - YEAR_0];
    }
    for (int t = y.from; t <= y.to; t++) {
        double on;
        mean += rate_before(r, y, t, &on) * r->chances[t - YEAR_0];
        seen += r->events[t - YEAR_0];
        rests_on += on / n;
    }
    double shape = 1 / (1 / (rests_on + 0.5) + spread / n);
    double lo = count_quantile(mean, shape, 0.05), hi = count_quantile(mean, shape, 0.95);
    printf("| %s | %.0f of %.0f | %.1f [%.0f, %.0f] | %.0f | %s |\n", name, fitted, chances, mean, lo, hi, seen,
           seen >= lo && seen <= hi ? "yes" : "no");
}

/* Events and chances race by race, in order. */
typedef struct walk {
    double events[1000], chances[1000];
    int    season[1000];
    size_t n;
} walk;

static void note(walk *w, int season, double events, double chances)
{
    if (w->n == 1000) return;
    w->events[w->n]   = events;
    w->chances[w->n]  = chances;
    w->season[w->n++] = season;
}

/* The same expectation with the rate updated after every race. */
static void row_walked(const char *name, const walk *w, span y)
{
    double fade = exp2(-1 / HALF_LIFE_RACES), events = 0, chances = 0, squares = 0, mean = 0, seen = 0, rests_on = 0;
    size_t n = 0;
    for (size_t k = 0; k < w->n; k++) {
        if (w->season[k] >= y.from && w->season[k] <= y.to) {
            mean += events / fmax(chances, 1) * w->chances[k];
            seen += w->events[k];
            rests_on += squares > 0 ? events * events / squares : 0.5;
            n++;
        }
        events  = events * fade + w->events[k];
        chances = chances * fade + w->chances[k];
        squares = squares * fade * fade + w->events[k];
    }
    double shape = rests_on / fmax((double)n, 1) + 0.5;
    double lo = count_quantile(mean, shape, 0.05), hi = count_quantile(mean, shape, 0.95);
    printf("| %s, rate updated after every race | | %.1f [%.0f, %.0f] | %.0f | %s |\n", name, mean, lo, hi, seen,
           seen >= lo && seen <= hi ? "yes" : "no");
}

/* ---- neutralisations ---- */

static bool under(const race *r, double progress)
{
    for (uint32_t i = 0; i < r->n_phases; i++)
        if (r->phase[i].start_progress < progress && r->phase[i].end_progress > progress) return true;
    return false;
}

/* A phase that begins where another kind ends goes on from it. */
static bool follows(const race *r, uint32_t i, pb_neutral_kind kind)
{
    for (uint32_t j = 0; j < r->n_phases; j++)
        if (j != i && r->phase[j].kind == kind && r->phase[j].start_progress < r->phase[i].start_progress &&
            r->phase[i].start_progress - r->phase[j].end_progress < 3)
            return true;
    return false;
}

static bool fresh(const race *r, uint32_t i, pb_neutral_kind kind)
{
    if (r->phase[i].kind != kind) return false;
    if (kind == PB_NEUTRAL_SC) return !follows(r, i, PB_NEUTRAL_VSC) && !follows(r, i, PB_NEUTRAL_RED);
    return true;
}

static int year_of(const race *r)
{
    return r->log->season - YEAR_0;
}

static void head(const char *what, const char *unit)
{
    printf("\n| %s | fitted, events of %s | expected later | seen | inside |\n|---|--:|--:|--:|---|\n", what, unit);
}

static void onsets(const race *r, pb_neutral_kind kind, rate bin[BINS + 1])
{
    for (uint32_t l = 0; l < r->outcome.laps; l++)
        if (!under(r, l + 0.01)) bin[bin_of(l, r->outcome.laps)].chances[year_of(r)]++;
    bin[BINS].chances[year_of(r)]++;
    for (uint32_t i = 0; i < r->n_phases; i++) {
        if (!fresh(r, i, kind)) continue;
        bin[bin_of(r->phase[i].start_progress, r->outcome.laps)].events[year_of(r)]++;
        bin[BINS].events[year_of(r)]++;
    }
}

static void check_bins(const rate bin[BINS + 1], span y, const char *whole)
{
    double spread = season_spread(&bin[BINS], y);
    for (int i = 0; i < BINS; i++) row(bin_name[i], &bin[i], y, spread);
    row(whole, &bin[BINS], y, spread);
}

static void check_onsets(const races *all, span y, pb_neutral_kind kind, const char *what)
{
    rate *bin = calloc(BINS + 1, sizeof *bin);
    walk  w   = {0};
    if (!bin) exit(1);
    for (size_t k = 0; k < all->n; k++) {
        double n = 0;
        for (uint32_t i = 0; i < all->at[k].n_phases; i++) n += fresh(&all->at[k], i, kind);
        note(&w, all->at[k].log->season, n, 1);
        onsets(&all->at[k], kind, bin);
    }
    head(what, "laps");
    check_bins(bin, y, "a race");
    row_walked("a race", &w, y);
    free(bin);
}

static void transitions(const race *r, pb_neutral_kind from, pb_neutral_kind to, rate *out)
{
    for (uint32_t i = 0; i < r->n_phases; i++) {
        out->chances[year_of(r)] += r->phase[i].kind == from;
        out->events[year_of(r)] += r->phase[i].kind == to && follows(r, i, from);
    }
}

static void reds(const race *r, rate *out)
{
    out->chances[year_of(r)]++;
    for (uint32_t i = 0; i < r->n_phases; i++) out->events[year_of(r)] += r->phase[i].kind == PB_NEUTRAL_RED;
}

static void check_transitions(const races *all, span y)
{
    static const char *const name[] = {"VSC, then SC", "SC, then red", "red flags, of races"};
    rate                    *r      = calloc(3, sizeof *r);
    if (!r) exit(1);
    for (size_t k = 0; k < all->n; k++) {
        transitions(&all->at[k], PB_NEUTRAL_VSC, PB_NEUTRAL_SC, &r[0]);
        transitions(&all->at[k], PB_NEUTRAL_SC, PB_NEUTRAL_RED, &r[1]);
        reds(&all->at[k], &r[2]);
    }
    head("goes on as", "phases");
    for (int i = 0; i < 3; i++) row(name[i], &r[i], y, season_spread(&r[i], y));
    free(r);
}

/* ---- how long ---- */

static bool within(const race *r, int from, int to)
{
    return r->log->season >= from && r->log->season <= to;
}

static size_t lengths(const races *all, int from, int to, pb_neutral_kind kind, double *out)
{
    size_t n = 0;
    for (size_t k = 0; k < all->n; k++)
        for (uint32_t i = 0; i < all->at[k].n_phases && within(&all->at[k], from, to); i++) {
            const pb_neutral_phase *p = &all->at[k].phase[i];
            if (p->kind == kind && p->end_progress < all->at[k].outcome.laps && n < 1000)
                out[n++] = p->end_progress - p->start_progress;
        }
    pb_sort_f64(out, n);
    return n;
}

static void check_lengths(const races *all, span y)
{
    static const char *const name[] = {"SC", "VSC"};
    double                  *a = malloc(2000 * sizeof *a), *b = a ? a + 1000 : NULL;
    if (!a) exit(1);
    printf("\n| laps it lasts | fitted n: p10, p50, p90 | later n: p10, p50, p90 | share of the later ones inside the "
           "fitted p10-p90 (expected interval) |\n|---|---|---|---|\n");
    for (int k = 0; k < 2; k++) {
        pb_neutral_kind kind = k == 0 ? PB_NEUTRAL_SC : PB_NEUTRAL_VSC;
        size_t n = lengths(all, y.fit_from, y.fit_to, kind, a), m = lengths(all, y.from, y.to, kind, b), inside = 0;
        double low = pb_quantile_sorted(a, n, 0.1), high = pb_quantile_sorted(a, n, 0.9);
        for (size_t i = 0; i < m; i++) inside += b[i] >= low && b[i] <= high;
        double half = 1.645 * sqrt(0.16 / fmax((double)m, 1) + 0.16 / fmax((double)n, 1));
        printf("| %s | %zu: %.1f, %.1f, %.1f | %zu: %.1f, %.1f, %.1f | %.0f %% (%.0f to %.0f %%) |\n", name[k], n, low,
               pb_quantile_sorted(a, n, 0.5), high, m, pb_quantile_sorted(b, m, 0.1), pb_quantile_sorted(b, m, 0.5),
               pb_quantile_sorted(b, m, 0.9), 100.0 * (double)inside / fmax((double)m, 1), 80 - 100 * half,
               fmin(80 + 100 * half, 100));
    }
    free(a);
}

/* ---- retirements ---- */

static void retirements(const race *r, rate bin[BINS + 1])
{
    int t = year_of(r);
    bin[BINS].chances[t] += r->log->n_cars + r->missing;
    bin[BINS].events[t] += r->missing;
    bin[0].chances[t] += r->missing;
    bin[0].events[t] += r->missing;
    for (uint32_t c = 0; c < r->log->n_cars; c++) {
        uint32_t done = r->outcome.car[c].laps_done;
        for (uint32_t l = 0; l < r->outcome.laps && l <= done; l++) bin[bin_of(l, r->outcome.laps)].chances[t]++;
        if (r->outcome.car[c].took_flag) continue;
        bin[bin_of(done, r->outcome.laps)].events[t]++;
        bin[BINS].events[t]++;
    }
}

static double retired(const race *r)
{
    double n = r->missing;
    for (uint32_t c = 0; c < r->log->n_cars; c++) n += !r->outcome.car[c].took_flag;
    return n;
}

static void check_retirements(const races *all, span y)
{
    rate *bin = calloc(BINS + 1, sizeof *bin);
    walk  w   = {0};
    if (!bin) exit(1);
    for (size_t k = 0; k < all->n; k++) {
        const race *r = &all->at[k];
        note(&w, r->log->season, retired(r), r->log->n_cars + r->missing);
        retirements(r, bin);
    }
    head("retirements", "car-laps");
    check_bins(bin, y, "a start");
    row_walked("a start", &w, y);
    free(bin);
}

/* ---- the start ---- */

static bool green_start(const race *r)
{
    for (uint32_t c = 0; c < r->log->n_cars; c++) {
        int32_t i = pb_lap_row(&r->log->cars[c], 1);
        if (i >= 0 && (r->log->cars[c].laps[i].status & PB_STATUS_BITS_NEUTRAL)) return false;
    }
    return pb__race_is_dry(r->log);
}

typedef struct start {
    pb_moments gap_s[23]; /* behind the leader after lap 1, by slot */
    pb_moments places;    /* against the grid */
} start;

static void see_start(const race *r, start *out)
{
    if (!green_start(r) || r->outcome.lead_ms[1] == PB_MS_NONE) return;
    for (uint32_t c = 0; c < r->log->n_cars; c++) {
        const pb_log_car *car   = &r->log->cars[c];
        int32_t           row_1 = pb_lap_row(car, 1);
        double            ahead = 0;
        if (row_1 < 0 || car->grid < 1 || car->grid > 22 || car->laps[row_1].pit_in_ms != PB_MS_NONE) continue;
        for (uint32_t j = 0; j < r->log->n_cars; j++) {
            int32_t other = pb_lap_row(&r->log->cars[j], 1);
            ahead += other >= 0 && r->log->cars[j].laps[other].session_ms < car->laps[row_1].session_ms;
        }
        double gap_s = (car->laps[row_1].session_ms - r->outcome.lead_ms[1]) * 1e-3;
        if (gap_s < 20) pb_moments_add(&out->gap_s[car->grid], gap_s);
        pb_moments_add(&out->places, ahead + 1 - car->grid);
    }
}

static void check_start(const races *all, span y, const pb_prior *prior)
{
    static const int slots[] = {1, 2, 5, 10, 15, 20};
    start           *s       = calloc(2, sizeof *s);
    if (!s) exit(1);
    for (size_t k = 0; k < all->n; k++) {
        if (within(&all->at[k], y.fit_from, y.fit_to)) see_start(&all->at[k], &s[0]);
        if (within(&all->at[k], y.from, y.to)) see_start(&all->at[k], &s[1]);
    }
    printf(
        "\n| seconds behind the leader after lap 1 | prior, against slot 1 | fitted years | later | 90 %% interval of "
        "the later mean |\n|---|--:|--:|--:|---|\n");
    for (size_t i = 0; i < sizeof slots / sizeof *slots; i++) {
        const pb_moments *a = &s[0].gap_s[slots[i]], *b = &s[1].gap_s[slots[i]];
        double            half = 1.645 * pb_moments_sd(b) / sqrt(fmax((double)b->n, 1));
        printf("| slot %d | %.1f | %.1f (%llu) | %.1f (%llu) | %.1f to %.1f |\n", slots[i],
               prior->base.start.slot_gap_s[slots[i] - 1], a->mean, (unsigned long long)a->n, b->mean,
               (unsigned long long)b->n, b->mean - half, b->mean + half);
    }
    printf("| places against the grid, sd | | %.2f (%llu) | %.2f (%llu) | |\n", pb_moments_sd(&s[0].places),
           (unsigned long long)s[0].places.n, pb_moments_sd(&s[1].places), (unsigned long long)s[1].places.n);
    free(s);
}

/* Who is on the grid and has no rows. */
static void count_missing(races *all, const char *path)
{
    pb_bytes     text = {0};
    pb_grid_row *rows = NULL;
    uint32_t     n    = 0;
    pb_error     error;
    pb_arena     arena;
    pb_arena_init(&arena, 0);
    if (pb_file_read(path, 0, &text, &error) != PB_OK ||
        pb_wire_read_grids((pb_span){text.at, text.len}, path, &arena, &rows, &n, &error) != PB_OK) {
        fprintf(stderr, "%s\n", error.text);
        exit(1);
    }
    for (size_t k = 0; k < all->n; k++)
        for (uint32_t i = 0; i < n; i++) {
            race *r = &all->at[k];
            if (rows[i].season != r->log->season || rows[i].round != r->log->round) continue;
            bool there = false;
            for (uint32_t c = 0; c < r->log->n_cars; c++) there |= strcmp(r->log->cars[c].code, rows[i].driver) == 0;
            r->missing += !there;
        }
    pb_arena_fini(&arena);
    pb_bytes_free(&text);
}

static pb_prior *learn(const tool_logs *logs)
{
    const pb_race_log **list  = malloc((logs->n + 1) * sizeof *list);
    pb_prior           *prior = malloc(sizeof *prior);
    pb_error            error = {0};
    if (!list || !prior) exit(1);
    for (size_t i = 0; i < logs->n; i++) list[i] = &logs->log[i];
    if (pb_prior_learn(list, logs->n, prior, &error) != PB_OK) {
        fprintf(stderr, "%s\n", error.text);
        exit(1);
    }
    free(list);
    return prior;
}

static void years(const char *text, int *from, int *to)
{
    *from = tool_year(text);
    *to   = *from && text[4] == '-' ? tool_year(text + 5) : 0;
    if (*to) return;
    fprintf(stderr, "%s: give years like 2018-2022\n", text);
    exit(2);
}

int main(int argc, char **argv)
{
    const char *grids = NULL;
    span        y     = {2018, 2022, 2023, 2025};
    int         i     = 1;
    for (; i + 1 < argc && strncmp(argv[i], "--", 2) == 0; i += 2) {
        if (strcmp(argv[i], "--grids") == 0) grids = argv[i + 1];
        if (strcmp(argv[i], "--fit") == 0) years(argv[i + 1], &y.fit_from, &y.fit_to);
        if (strcmp(argv[i], "--check") == 0) years(argv[i + 1], &y.from, &y.to);
    }
    if (i >= argc || y.fit_from < YEAR_0 || y.to >= YEAR_0 + YEARS || y.from <= y.fit_to) {
        fputs("usage: check_counts [--grids FILE] [--fit 2018-2022] [--check 2023-2025] LAPS.csv...\n", stderr);
        return 2;
    }
    tool_logs past  = tool_logs_read(argv + i, (size_t)(argc - i), grids, y.fit_from, y.fit_to);
    tool_logs logs  = tool_logs_read(argv + i, (size_t)(argc - i), grids, y.fit_from, y.to);
    races     all   = make(&logs);
    pb_prior *prior = learn(&past);
    if (grids) count_missing(&all, grids);
    printf("%zu races of %d-%d; each season of %d-%d expected from those before it; 90 %% intervals.\n", all.n,
           y.fit_from, y.to, y.from, y.to);
    check_onsets(&all, y, PB_NEUTRAL_SC, "SC comes out");
    check_onsets(&all, y, PB_NEUTRAL_VSC, "VSC comes out");
    check_transitions(&all, y);
    check_lengths(&all, y);
    check_retirements(&all, y);
    check_start(&all, y, prior);
    free(prior);
    free(all.at);
    tool_logs_free(&past);
    tool_logs_free(&logs);
    return 0;
}
