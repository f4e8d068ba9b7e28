/* check_policy - do rivals that stop as pit walls did before (M13) make a better
 * race than rivals that stop where it is cheapest? Every later season is played on
 * from its laps 10, 20, ... with what earlier seasons taught, once with each kind
 * of rival. Prints the table of docs/models/pitcall.md. A developer tool, not
 * installed.
 *
 *     check_policy [--check 2023-2025] [--trials 400] LAPS.csv...
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kinds.h"
#include "pitboard/codec.h"
#include "pitboard/engine.h"
#include "pitboard/num.h"
#include "tool_logs.h"

#define STEP_LAPS 10
#define RESAMPLES 400
#define METRICS_MAX 24

enum { RULE, LEARNED, WALLS };
static const char *const wall_name[WALLS] = {"rule", "learned"};

typedef struct options {
    int      from, to, first_path;
    uint32_t trials;
} options;

/* What was wrong with the stops of one race's cars, summed. */
typedef struct race_sum {
    double crps[WALLS], count[WALLS], n;
} race_sum;

typedef struct results {
    pb_forecast_row   *row[WALLS];
    pb_forecast_truth *truth;
    size_t             n, cap;
    race_sum          *race;
    size_t             races;
} results;

static void die(const char *what)
{
    fprintf(stderr, "check_policy: %s\n", what);
    exit(1);
}

static options parse(int argc, char **argv)
{
    options o = {.from = 2023, .to = 2025, .trials = 400};
    int     i = 1;
    for (; i + 1 < argc && strncmp(argv[i], "--", 2) == 0; i += 2) {
        if (strcmp(argv[i], "--check") == 0) {
            o.from = tool_year(argv[i + 1]);
            o.to   = o.from && argv[i + 1][4] == '-' ? tool_year(argv[i + 1] + 5) : 0;
        } else if (strcmp(argv[i], "--trials") == 0)
            o.trials = (uint32_t)strtoul(argv[i + 1], NULL, 10);
        else
            die("usage: check_policy [--check 2023-2025] [--trials 400] LAPS.csv...");
    }
    o.first_path = i;
    if (i >= argc || !o.from || !o.to || o.trials == 0)
        die("usage: check_policy [--check A-B] [--trials N] LAPS.csv...");
    return o;
}

/* ---- what is learned ---- */

typedef struct school {
    pb_prior *prior;
    pb_model *wall;
} school;

static school learn(const tool_logs *logs)
{
    const pb_race_log    **list    = calloc(logs->n + 1, sizeof *list);
    pb_history_race       *races   = calloc(logs->n + 1, sizeof *races);
    pb_race_outcome       *outcome = calloc(logs->n + 1, sizeof *outcome);
    school                 s       = {.prior = malloc(sizeof *s.prior)};
    pb_error               error   = {0};
    const pb_learn_options how     = {.threads = 2, .seed = 1};
    if (!list || !races || !outcome || !s.prior) die("out of memory");
    pb_history past = {.races = races};
    for (size_t i = 0; i < logs->n; i++) {
        list[i] = &logs->log[i];
        if (pb_fit_check(list[i], NULL) != PB_OK || pb_race_outcome_of(list[i], &outcome[i]) != PB_OK) continue;
        races[past.n++] = (pb_history_race){.log = list[i], .outcome = &outcome[i], .usable = true};
    }
    if (pb_prior_learn(list, logs->n, s.prior, &error) != PB_OK) die(error.text);
    if (pb_model_create("pitcall", &s.wall, &error) != PB_OK) die(error.text);
    if (pb__kind_pitcall.model.train(&past, &how, s.wall, &error) != PB_OK) die(error.text);
    free(list);
    free(races);
    free(outcome);
    return s;
}

/* ---- one moment of a race ---- */

typedef struct moment {
    const pb_race_log     *whole, *cut;
    const pb_race_outcome *outcome;
    uint32_t               lap;
    const school          *school;
    uint32_t               trials;
} moment;

static int car_of(const pb_race_log *log, const char *code)
{
    for (uint32_t c = 0; c < log->n_cars; c++)
        if (strcmp(log->cars[c].code, code) == 0) return (int)c;
    return -1;
}

/* Laps to come at whose end a plan stops; returns how many. */
static uint32_t stops_after(const pb_plan *plan, uint32_t lap, double *first)
{
    uint32_t n = 0;
    for (uint32_t i = plan->n_stints; i-- > 1;)
        if (plan->stints[i].in_lap > lap) {
            n++;
            *first = plan->stints[i].in_lap;
        }
    return n;
}

/* CRPS of the lap of the next stop, none counting as the end of the race; and how
 * far the mean number of stops to come is off. */
static void judge_plans(const pb_car_spec *car, uint32_t lap, double laps, double truth, double stops, double *crps,
                        double *count)
{
    double at[PB_PLANS_MAX], mean = 0, off = 0, spread = 0;
    for (int i = 0; i < car->n_plans; i++) {
        at[i] = laps;
        mean += car->plans[i].weight_prob * stops_after(&car->plans[i], lap, &at[i]);
        off += car->plans[i].weight_prob * fabs(at[i] - truth);
    }
    for (int i = 0; i < car->n_plans; i++)
        for (int k = 0; k < car->n_plans; k++)
            spread += car->plans[i].weight_prob * car->plans[k].weight_prob * fabs(at[i] - at[k]);
    *crps += off - spread / 2;
    *count += fabs(mean - stops);
}

static void judge_stops(const moment *m, pb_race_spec *const spec[WALLS], race_sum *sum)
{
    for (int i = 0; i < spec[RULE]->n_cars; i++) {
        const pb_car_spec *car = &spec[RULE]->cars[i];
        int                c   = car_of(m->whole, car->code);
        pb_tyre_stop       stop[32];
        double             truth = m->outcome->laps, n = 0;
        if (c < 0 || !car->state.running || !m->outcome->car[c].took_flag) continue;
        uint32_t all = pb_car_stops(m->whole, (uint32_t)c, m->outcome, false, stop, 32);
        for (uint32_t k = all < 32 ? all : 32; k-- > 0;)
            if (stop[k].in_lap > m->lap) {
                n += 1;
                truth = stop[k].in_lap;
            }
        for (int w = 0; w < WALLS; w++)
            judge_plans(&spec[w]->cars[i], m->lap, m->outcome->laps, truth, n, &sum->crps[w], &sum->count[w]);
        sum->n += 1;
    }
}

static pb_sim_result *play(const moment *m, const pb_race_spec *spec)
{
    pb_sim_model  *model = NULL;
    pb_sim_result *sim   = NULL;
    pb_run_options how;
    pb_error       error = {0};
    pb_run_options_default(&how);
    how.trials  = m->trials;
    how.threads = 1;
    if (pb_sim_model_create(spec, &model, &error) != PB_OK || pb_engine_simulate(model, &how, &sim, &error) != PB_OK)
        fprintf(stderr, "%s, lap %u: %s\n", m->whole->source, m->lap, error.text);
    pb_sim_model_destroy(model);
    return sim;
}

static void make_room(results *r, size_t more)
{
    if (r->n + more <= r->cap) return;
    r->cap = 2 * r->cap + 4096;
    for (int w = 0; w < WALLS; w++) {
        r->row[w] = realloc(r->row[w], r->cap * sizeof *r->row[w]);
        if (!r->row[w]) die("out of memory");
    }
    r->truth = realloc(r->truth, r->cap * sizeof *r->truth);
    if (!r->truth) die("out of memory");
}

static pb_forecast_row row_of(const moment *m, const pb_sim_result *sim, const pb_race_spec *spec, uint32_t c)
{
    pb_forecast_row row = {
        .season = m->whole->season, .round = m->whole->round, .mean_position = pb_sim_mean_place(sim, c)};
    memcpy(row.driver, spec->cars[c].code, sizeof row.driver);
    for (uint32_t k = 0; k < sim->n_cars; k++) {
        double p = pb_sim_p_place(sim, c, k + 1);
        row.p[k < 22 ? k : 21] += p;
        row.p_podium += k < 3 ? p : 0;
        row.p_points += k < 10 ? p : 0;
    }
    row.p_win = row.p[0];
    return row;
}

/* Places among the cars that had been seen by then. */
static void judge_places(const moment *m, pb_race_spec *const spec[WALLS], results *r)
{
    pb_sim_result *sim[WALLS] = {play(m, spec[RULE]), play(m, spec[LEARNED])};
    uint32_t       n          = (uint32_t)spec[RULE]->n_cars;
    make_room(r, n);
    for (uint32_t i = 0; i < n && sim[RULE] && sim[LEARNED]; i++) {
        int     c     = car_of(m->whole, spec[RULE]->cars[i].code);
        uint8_t place = 1;
        if (!spec[RULE]->cars[i].state.running || c < 0) continue;
        for (uint32_t k = 0; k < n; k++) {
            int o = car_of(m->whole, spec[RULE]->cars[k].code);
            place = (uint8_t)(place + (o >= 0 && m->outcome->car[o].place < m->outcome->car[c].place));
        }
        for (int w = 0; w < WALLS; w++) r->row[w][r->n] = row_of(m, sim[w], spec[w], i);
        r->truth[r->n++] = (pb_forecast_truth){place, (uint8_t)n, m->outcome->car[c].took_flag};
    }
    for (int w = 0; w < WALLS; w++) pb_sim_result_destroy(sim[w]);
}

static void judge(const moment *m, results *r, race_sum *sum)
{
    pb_race_spec *spec[WALLS] = {malloc(sizeof **spec), malloc(sizeof **spec)};
    pb_error      error       = {0};
    if (!spec[RULE] || !spec[LEARNED]) die("out of memory");
    bool ok = true;
    for (int w = 0; w < WALLS && ok; w++) {
        pb_fit_options how = {.from_lap = (uint16_t)m->lap, .pit_wall = w == LEARNED ? m->school->wall : NULL};
        ok                 = pb_fit_race(m->cut, m->school->prior, &how, NULL, 0, spec[w], &error) == PB_OK;
    }
    if (ok) {
        judge_stops(m, spec, sum);
        judge_places(m, spec, r);
    } else {
        fprintf(stderr, "left out: lap %u: %s\n", m->lap, error.text);
    }
    for (int w = 0; w < WALLS; w++) free(spec[w]);
}

static bool read_log(const char *path, pb_race_log *log)
{
    pb_bytes text;
    pb_race_log_init(log);
    if (pb_file_read(path, 0, &text, NULL) != PB_OK) return false;
    pb_status status = pb_wire_read_laps((pb_span){text.at, text.len}, path, log, NULL);
    pb_bytes_free(&text);
    return status == PB_OK;
}

static void judge_race(const char *path, const school *s, uint32_t trials, results *r)
{
    pb_race_log      whole, cut;
    pb_race_outcome *outcome = malloc(sizeof *outcome);
    if (!outcome) die("out of memory");
    if (read_log(path, &whole) && pb_fit_check(&whole, NULL) == PB_OK && pb_race_outcome_of(&whole, outcome) == PB_OK) {
        for (uint32_t lap = STEP_LAPS; lap + STEP_LAPS / 2 < outcome->laps; lap += STEP_LAPS) {
            if (!read_log(path, &cut)) die(path);
            pb_race_log_cut(&cut, lap);
            const moment m = {&whole, &cut, outcome, lap, s, trials};
            judge(&m, r, &r->race[r->races]);
            pb_race_log_fini(&cut);
        }
        r->races++;
    }
    pb_race_log_fini(&whole);
    free(outcome);
}

/* ---- the table ---- */

static double mean_of(const results *r, const double *weight, const double *(*which)(const race_sum *), int wall)
{
    double sum = 0, n = 0;
    for (size_t i = 0; i < r->races; i++) {
        sum += weight[i] * which(&r->race[i])[wall];
        n += weight[i] * r->race[i].n;
    }
    return n > 0 ? sum / n : NAN;
}

static const double *crps_of(const race_sum *s)
{
    return s->crps;
}

static const double *count_of(const race_sum *s)
{
    return s->count;
}

static void print_stops(const results *r, const char *name, const double *(*which)(const race_sum *))
{
    double *weight = calloc(r->races + 1, sizeof *weight), diff[RESAMPLES];
    if (!weight) die("out of memory");
    for (uint32_t b = 0; b < RESAMPLES; b++) {
        memset(weight, 0, r->races * sizeof *weight);
        for (uint32_t i = 0; i < r->races; i++)
            weight[(size_t)(pb_uniform(pb_draw(7, b, i, 0, 0).word[0]) * (double)r->races)] += 1;
        diff[b] = mean_of(r, weight, which, LEARNED) - mean_of(r, weight, which, RULE);
    }
    for (size_t i = 0; i < r->races; i++) weight[i] = 1;
    double rule = mean_of(r, weight, which, RULE), learned = mean_of(r, weight, which, LEARNED);
    pb_sort_f64(diff, RESAMPLES);
    printf("%-28s %8.4f %8.4f  %+8.4f [%+.4f, %+.4f]\n", name, rule, learned, learned - rule,
           pb_quantile_sorted(diff, RESAMPLES, 0.05), pb_quantile_sorted(diff, RESAMPLES, 0.95));
    free(weight);
}

static void print_places(const results *r)
{
    pb_metric one[WALLS][METRICS_MAX], paired[METRICS_MAX];
    size_t    n = pb_score_paired(r->row[LEARNED], r->row[RULE], r->truth, r->n, RESAMPLES, paired, METRICS_MAX);
    for (int w = 0; w < WALLS; w++) pb_score_positions(r->row[w], r->truth, r->n, RESAMPLES, one[w], METRICS_MAX);
    for (size_t i = 0; i < n; i++)
        if (strcmp(paired[i].name, "rps") == 0 || strcmp(paired[i].name, "mae") == 0 ||
            strcmp(paired[i].name, "brier_points") == 0)
            printf("%-28s %8.4f %8.4f  %+8.4f [%+.4f, %+.4f]\n", paired[i].name, one[RULE][i].value,
                   one[LEARNED][i].value, paired[i].value, paired[i].lo, paired[i].hi);
}

int main(int argc, char **argv)
{
    options o = parse(argc, argv);
    results r = {.race = calloc((size_t)argc, sizeof *r.race)};
    if (!r.race) die("out of memory");
    for (int season = o.from; season <= o.to; season++) {
        tool_logs logs = tool_logs_read(argv + o.first_path, (size_t)(argc - o.first_path), NULL, 2018, season - 1);
        school    s    = learn(&logs);
        for (int i = o.first_path; i < argc; i++) {
            const char *name = strrchr(argv[i], '/');
            if (tool_year(name ? name + 1 : argv[i]) == season) judge_race(argv[i], &s, o.trials, &r);
        }
        pb_model_destroy(s.wall);
        free(s.prior);
        tool_logs_free(&logs);
        fprintf(stderr, "%d: %zu races so far\n", season, r.races);
    }
    printf("%zu races, %zu car-moments\n%-28s %8s %8s  %8s\n", r.races, r.n, "", wall_name[RULE], wall_name[LEARNED],
           "paired");
    print_stops(&r, "next stop, CRPS in laps", crps_of);
    print_stops(&r, "stops to come, error", count_of);
    print_places(&r);
    for (int w = 0; w < WALLS; w++) free(r.row[w]);
    free(r.truth);
    free(r.race);
    return 0;
}
