/* check_selection - does the ranking of plans find what playing every plan to the
 * end finds? Real moments (a race, a lap and a car, drawn by seed) are ranked as a
 * call ranks them, then every candidate that may be the best is played `exhaustive`
 * times on other draws. Judged on the action: stop now for this set, or not now.
 * Prints where they differ, and the line of docs/strategy.md. A developer tool, not
 * installed.
 *
 *     check_selection [--situations 200] [--seed 1] [--seasons 2018-2026] [--trials 20000]
 *                     [--exhaustive 200000] [--kept FILE] LAPS.csv...
 *
 * --kept: values of an earlier run of the same candidates, read where they are
 * there and added where they are not: playing takes an hour.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "pitboard/codec.h"
#include "pitboard/decide.h"
#include "pitboard/predict.h"
#include "pitboard/predict_registry.h"
#include "pitboard/wire.h"
#include "tool_logs.h"

#define TRIES_EACH 20 /* drawn moments that cannot be fitted are drawn again */
/* A candidate this far behind the best after so many trials is not played on: nine
 * standard errors of a difference on the same draws, or more. */
static const struct {
    uint32_t trials;
    double   behind;
} ladder[] = {{8192, 0.25}, {40960, 0.10}};
#define RUNGS (sizeof ladder / sizeof *ladder)
#define LOSS_MAX 0.05
#define SHARE_LEAST 0.95

typedef struct options {
    uint32_t    situations, trials, exhaustive;
    uint64_t    seed;
    int         from, to, first_path;
    const char *kept;
} options;

typedef struct moment {
    const char   *path;
    pb_race_spec *spec;
    uint32_t      car, n;
    pb_candidate  candidate[PB_CANDIDATES_MAX];
    pb_ranked     ranked[PB_CANDIDATES_MAX];
    double        truth[PB_CANDIDATES_MAX]; /* value when played out; by candidate */
} moment;

typedef struct verdict {
    bool   choice, same;
    double loss, ms; /* points; of the ranking */
} verdict;

static void die(const char *what)
{
    fprintf(stderr, "check_selection: %s\n", what);
    exit(1);
}

static const char usage[] = "usage: check_selection [--situations N] [--seed S] [--seasons A-B] [--trials N] "
                            "[--exhaustive N] [--kept FILE] LAPS.csv...";

static options parse(int argc, char **argv)
{
    options o = {.situations = 200,
                 .trials     = pb_effort_default().trials,
                 .exhaustive = 200000,
                 .seed       = 1,
                 .from       = 2018,
                 .to         = 2026};
    int     i = 1;
    for (; i + 1 < argc && strncmp(argv[i], "--", 2) == 0; i += 2) {
        const char *name = argv[i] + 2, *value = argv[i + 1];
        uint32_t    number = (uint32_t)strtoul(value, NULL, 10);
        if (strcmp(name, "situations") == 0)
            o.situations = number;
        else if (strcmp(name, "seed") == 0)
            o.seed = number;
        else if (strcmp(name, "trials") == 0)
            o.trials = number;
        else if (strcmp(name, "exhaustive") == 0)
            o.exhaustive = number;
        else if (strcmp(name, "kept") == 0)
            o.kept = value;
        else if (strcmp(name, "seasons") == 0) {
            o.from = tool_year(value);
            o.to   = o.from && value[4] == '-' ? tool_year(value + 5) : o.from;
        } else
            die(usage);
    }
    o.first_path = i;
    if (i >= argc || !o.situations || !o.exhaustive || !o.from || !o.to) die(usage);
    return o;
}

/* ---- drawing a moment ---- */

static bool read_log(const char *path, pb_race_log *log)
{
    pb_bytes text = {0};
    pb_race_log_init(log);
    if (pb_file_read(path, 0, &text, NULL) != PB_OK) return false;
    pb_status status = pb_wire_read_laps((pb_span){text.at, text.len}, path, log, NULL);
    pb_bytes_free(&text);
    return status == PB_OK;
}

static uint32_t pick(uint32_t word, uint32_t n)
{
    return (uint32_t)(pb_uniform(word) * n);
}

static bool fit(pb_race_log *log, uint32_t lap, const pb_prior *prior, const pb_model *wall, pb_race_spec *spec)
{
    const pb_fit_options how = {.from_lap = (uint16_t)lap, .pit_wall = wall};
    pb_race_log_cut(log, lap);
    return pb_fit_race(log, prior, &how, NULL, 0, spec, NULL) == PB_OK;
}

/* A car that runs and has a choice; false when this draw gives none. */
static bool draw(const options *o, char **paths, uint32_t n_paths, uint32_t i, const pb_prior *prior,
                 const pb_model *wall, moment *m)
{
    pb_race_log      log;
    pb_race_outcome *outcome = malloc(sizeof *outcome);
    pb_philox        word    = pb_draw(o->seed, i, 0, 0, 77);
    bool             ok      = false;
    if (!outcome) die("out of memory");
    m->path = paths[pick(word.word[0], n_paths)];
    if (read_log(m->path, &log) && pb_fit_check(&log, NULL) == PB_OK && pb_race_outcome_of(&log, outcome) == PB_OK &&
        outcome->laps > 6) {
        uint32_t lap = 2 + pick(word.word[1], outcome->laps - 5u);
        ok           = fit(&log, lap, prior, wall, m->spec);
        m->car       = ok ? pick(word.word[2], m->spec->n_cars) : 0;
        ok           = ok && m->spec->cars[m->car].state.running;
        m->n         = ok ? pb_decide_candidates(m->spec, m->car, m->candidate, PB_CANDIDATES_MAX) : 0;
    }
    pb_race_log_fini(&log);
    free(outcome);
    return m->n > 1;
}

/* ---- playing it out ---- */

/* 0: no stop at the end of this lap; else 1 + the set that is fitted. */
static uint32_t action(const moment *m, uint32_t candidate)
{
    const pb_plan *plan = &m->candidate[candidate].plan;
    for (uint32_t s = 1; s < plan->n_stints; s++)
        if (plan->stints[s].in_lap == m->spec->from_lap + 1u) return 1u + plan->stints[s].compound;
    return 0;
}
#define ACTIONS (PB_COMPOUNDS_MAX + 1)

static void name_plan(const moment *m, uint32_t candidate, char *out, size_t cap)
{
    const pb_plan *plan = &m->candidate[candidate].plan;
    size_t         len  = 0;
    for (uint32_t s = 0; s < plan->n_stints && len < cap; s++)
        len += (size_t)snprintf(out + len, cap - len, "%s%c%u", s ? "-" : "",
                                m->spec->compounds[plan->stints[s].compound].name[0], plan->stints[s].in_lap);
}

static double play(const moment *m, const pb_aim *aim, uint32_t candidate, uint32_t trials)
{
    pb_effort   effort = pb_effort_default();
    pb_decider *d      = NULL;
    pb_ranked   out;
    pb_error    error = {0};
    effort.trials     = 65536;
    effort.seed       = 2000003; /* other draws than those that were ranked with */
    if (pb_decider_create(m->spec, &effort, &d, &error) != PB_OK ||
        pb_decide_play(d, m->car, aim, &m->candidate[candidate], trials, &out, &error) != PB_OK)
        die(error.text);
    pb_decider_destroy(d);
    return out.value;
}

typedef struct kept {
    FILE   *file;
    char  **key;
    double *value;
    size_t  n, cap;
} kept;

static void keep(kept *k, const char *key, double value)
{
    if (k->n == k->cap) {
        k->cap   = 2 * k->cap + 1024;
        k->key   = realloc(k->key, k->cap * sizeof *k->key);
        k->value = realloc(k->value, k->cap * sizeof *k->value);
        if (!k->key || !k->value) die("out of memory");
    }
    k->key[k->n]     = strdup(key);
    k->value[k->n++] = value;
}

static kept open_kept(const char *path)
{
    kept k = {0};
    char line[512];
    if (!path) return k;
    k.file = fopen(path, "a+");
    if (!k.file) die(path);
    rewind(k.file);
    while (fgets(line, sizeof line, k.file)) {
        char *comma = strrchr(line, ',');
        if (!comma) continue;
        *comma = '\0';
        keep(&k, line, strtod(comma + 1, NULL));
    }
    return k;
}

static void close_kept(kept *k)
{
    for (size_t i = 0; i < k->n; i++) free(k->key[i]);
    free(k->key);
    free(k->value);
    if (k->file) fclose(k->file);
}

static double played(kept *k, const moment *m, const pb_aim *aim, uint32_t candidate, uint32_t trials)
{
    char key[400], plan[200];
    name_plan(m, candidate, plan, sizeof plan);
    snprintf(key, sizeof key, "%s,%u,%s,%s,%u,%u", m->spec->id, m->spec->from_lap, m->spec->cars[m->car].code, plan,
             m->candidate[candidate].obey_until, trials);
    for (size_t i = 0; i < k->n; i++)
        if (strcmp(k->key[i], key) == 0) return k->value[i];
    double value = play(m, aim, candidate, trials);
    if (k->file) {
        fprintf(k->file, "%s,%.9f\n", key, value);
        fflush(k->file);
    }
    keep(k, key, value);
    return value;
}

/* What is left would all do the same now: the action is told. */
static bool one_action(const moment *m, const bool *going)
{
    uint32_t first = UINT32_MAX;
    for (uint32_t i = 0; i < m->n; i++) {
        if (!going[i]) continue;
        if (first == UINT32_MAX) first = action(m, i);
        if (action(m, i) != first) return false;
    }
    return true;
}

static void play_out(const options *o, kept *k, const pb_aim *aim, moment *m)
{
    bool going[PB_CANDIDATES_MAX];
    for (uint32_t i = 0; i < m->n; i++) going[i] = true;
    for (size_t rung = 0; rung <= RUNGS; rung++) {
        uint32_t trials = rung < RUNGS ? ladder[rung].trials : o->exhaustive, left = 0;
        double   best = -INFINITY;
        for (uint32_t i = 0; i < m->n; i++) left += going[i];
        if (left == 1 || trials > o->exhaustive) return;
        for (uint32_t i = 0; i < m->n; i++) {
            if (!going[i]) continue;
            m->truth[i] = played(k, m, aim, i, trials);
            best        = fmax(best, m->truth[i]);
        }
        for (uint32_t i = 0; i < m->n && rung < RUNGS; i++)
            going[i] = going[i] && m->truth[i] > best - ladder[rung].behind;
        if (rung < RUNGS && one_action(m, going)) return;
    }
}

/* ---- judging ---- */

static double rank(const options *o, const pb_aim *aim, moment *m)
{
    pb_effort   effort = pb_effort_default();
    pb_decider *d      = NULL;
    pb_error    error  = {0};
    effort.trials      = o->trials;
    if (pb_decider_create(m->spec, &effort, &d, &error) != PB_OK) die(error.text);
    clock_t start = clock();
    if (pb_decide_rank(d, m->car, aim, m->candidate, m->n, m->ranked, &error) != PB_OK) die(error.text);
    double ms = (double)(clock() - start) * 1e3 / CLOCKS_PER_SEC;
    pb_decider_destroy(d);
    return ms;
}

static verdict judge(const options *o, kept *k, const pb_aim *aim, moment *m)
{
    double   best[ACTIONS], top = -INFINITY;
    uint32_t choices = 0, chosen;
    verdict  v       = {.ms = rank(o, aim, m)};
    play_out(o, k, aim, m);
    for (uint32_t a = 0; a < ACTIONS; a++) best[a] = -INFINITY;
    for (uint32_t i = 0; i < m->n; i++) {
        uint32_t a = action(m, i);
        choices += isinf(best[a]) ? 1u : 0u;
        best[a] = fmax(best[a], m->truth[i]);
        top     = fmax(top, m->truth[i]);
    }
    chosen   = m->ranked[0].candidate;
    v.choice = choices > 1;
    v.loss   = top - best[action(m, chosen)];
    v.same   = v.loss <= 0;
    if (!v.same) {
        char plan[200];
        name_plan(m, chosen, plan, sizeof plan);
        printf("%s lap %u %s: %s for %s, loses %.4f\n", m->spec->id, m->spec->from_lap, m->spec->cars[m->car].code,
               action(m, chosen) ? "stops" : "stays", plan, v.loss);
        fflush(stdout);
    }
    return v;
}

static void report(const verdict *v, uint32_t n)
{
    uint32_t same = 0, choices = 0, over = 0;
    double   worst = 0, sum = 0, ms = 0, slow = 0;
    for (uint32_t i = 0; i < n; i++) {
        same += v[i].same;
        choices += v[i].choice;
        over += v[i].loss >= LOSS_MAX;
        worst = fmax(worst, v[i].loss);
        sum += v[i].loss;
        ms += v[i].ms;
        slow = fmax(slow, v[i].ms);
    }
    printf("%u situations, %u with a choice of action: the same in %u (%.1f %%); where it differs at most %.4f points "
           "are lost (%u of %.2f or more), over all %.5f on average; %.1f ms a ranking, at most %.1f\n",
           n, choices, same, 100.0 * same / n, worst, over, LOSS_MAX, sum / n, ms / n, slow);
    printf("%s\n", same >= SHARE_LEAST * n && over == 0 ? "holds" : "MISSED");
}

static uint32_t in_seasons(const options *o, int argc, char **argv)
{
    uint32_t n = 0;
    for (int i = o->first_path; i < argc; i++) {
        const char *slash = strrchr(argv[i], '/');
        int         year  = tool_year(slash ? slash + 1 : argv[i]);
        if (year >= o->from && year <= o->to) argv[o->first_path + (int)n++] = argv[i];
    }
    return n;
}

int main(int argc, char **argv)
{
    options         o     = parse(argc, argv);
    uint32_t        paths = in_seasons(&o, argc, argv), n = 0;
    pb_prior       *prior = malloc(sizeof *prior);
    moment         *m     = calloc(1, sizeof *m);
    verdict        *v     = calloc(o.situations, sizeof *v);
    pb_model       *wall  = NULL;
    pb_model_choice chosen;
    pb_error        error = {0};
    const pb_aim    aim   = {.kind = PB_AIM_POINTS};
    kept            k     = open_kept(o.kept);
    if (!prior || !m || !v || paths == 0) die("no races, or no memory");
    m->spec = malloc(sizeof *m->spec);
    if (!m->spec || pb_prior_shipped(prior, &error) != PB_OK ||
        pb_registry_active(NULL, pb_model_kind_find("pitcall"), &wall, &chosen, &error) != PB_OK)
        die(error.text);
    for (uint32_t i = 0; n < o.situations && i < TRIES_EACH * o.situations; i++)
        if (draw(&o, argv + o.first_path, paths, i, prior, wall, m)) v[n++] = judge(&o, &k, &aim, m);
    report(v, n);
    close_kept(&k);
    pb_model_destroy(wall);
    free(m->spec);
    free(m);
    free(v);
    free(prior);
    return 0;
}
