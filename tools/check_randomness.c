/* check_randomness - "right randomness": what is fitted on earlier seasons, held
 * against later ones. Prints the tables of docs/accuracy.md. A developer tool,
 * not installed.
 *
 *     check_randomness [--grids FILE] [--fit 2018-2022] [--check 2023-2025]
 *                      [--trials 32] LAPS.csv...
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "learn_sample.h"
#include "pitboard/num.h"
#include "tool_logs.h"
#include "tool_noise.h"
#include "tool_played.h"

typedef struct options {
    const char *grids;
    int         fit_from, fit_to, check_from, check_to, first_path;
    uint32_t    trials;
} options;

static void usage(void)
{
    fputs("usage: check_randomness [--grids FILE] [--fit 2018-2022] [--check 2023-2025] [--trials 32] LAPS.csv...\n",
          stderr);
    exit(2);
}

static void read_years(const char *text, int *from, int *to)
{
    *from = tool_year(text);
    *to   = *from && text[4] == '-' ? tool_year(text + 5) : 0;
    if (!*from || !*to) usage();
}

static options parse(int argc, char **argv)
{
    options o = {.fit_from = 2018, .fit_to = 2022, .check_from = 2023, .check_to = 2025, .trials = 32};
    int     i = 1;
    for (; i + 1 < argc && strncmp(argv[i], "--", 2) == 0; i += 2) {
        if (strcmp(argv[i], "--grids") == 0)
            o.grids = argv[i + 1];
        else if (strcmp(argv[i], "--fit") == 0)
            read_years(argv[i + 1], &o.fit_from, &o.fit_to);
        else if (strcmp(argv[i], "--check") == 0)
            read_years(argv[i + 1], &o.check_from, &o.check_to);
        else if (strcmp(argv[i], "--trials") == 0)
            o.trials = (uint32_t)strtoul(argv[i + 1], NULL, 10);
        else
            usage();
    }
    o.first_path = i;
    if (i >= argc || o.trials == 0 || o.trials > PB_SIM_TRACE_MAX) usage();
    return o;
}

static pb_status learn(const tool_logs *logs, pb_prior *prior, pb_error *error)
{
    const pb_race_log **list = malloc((logs->n ? logs->n : 1) * sizeof *list);
    if (!list) return PB_E_NOMEM;
    for (size_t i = 0; i < logs->n; i++) list[i] = &logs->log[i];
    pb_status status = pb_prior_learn(list, logs->n, prior, error);
    free(list);
    return status;
}

static pb_status make_set(const tool_logs *logs, pb__learn_set *set, pb_error *error)
{
    const pb_race_log **list   = malloc((logs->n ? logs->n : 1) * sizeof *list);
    pb_prior           *names  = malloc(sizeof *names);
    pb_status           status = PB_E_NOMEM;
    if (list && names) {
        pb_prior_default(names);
        for (size_t i = 0; i < logs->n; i++) list[i] = &logs->log[i];
        status = pb__learn_set_init(list, logs->n, names, set, error);
    }
    free(list);
    free(names);
    return status;
}

/* Share of green stops inside the middle 90 % of the prior, by season. */
static void check_lanes(const pb__learn_set *set, const pb__stop *stops, size_t n, const pb_prior *prior)
{
    const double *knots = prior->base.pit.stop_s;
    double        low = knots[2], high = knots[13]; /* 5 and 95 % */
    printf("\n| pit-lane time against the race median, green | stops | inside [%.2f, %.2f] s | below | above "
           "|\n|---|--:|--:|--:|--:|\n",
           low, high);
    for (int season = 0; season < 9999; season++) {
        double all = 0, below = 0, above = 0;
        for (size_t i = 0; i < n; i++) {
            int of = set->race[stops[i].race].log->season;
            if (of != season || stops[i].flag != PB__STOP_GREEN || !(stops[i].lane_s >= 5 && stops[i].lane_s <= 60))
                continue;
            if (!isfinite(stops[i].lane_off_s)) continue;
            all++;
            below += stops[i].lane_off_s < low;
            above += stops[i].lane_off_s > high;
        }
        if (all > 0)
            printf("| %d | %.0f | %.1f %% | %.1f %% | %.1f %% |\n", season, all, 100 * (all - below - above) / all,
                   100 * below / all, 100 * above / all);
    }
}

static const pb_prior_circuit *circuit_of(const pb_prior *prior, const char *id)
{
    for (int c = 0; c < prior->n_circuits; c++)
        if (strcmp(prior->circuits[c].id, id) == 0) return &prior->circuits[c];
    return NULL;
}

/* The circuit's loss as known from earlier seasons beside the edition's median. */
static void check_green_loss(const pb__learn_set *set, const pb__stop *stops, size_t n, const pb_prior *prior)
{
    pb__sample miss   = {0};
    uint32_t   inside = 0;
    for (size_t r = 0; r < set->n; r++) {
        const pb_prior_circuit *c    = circuit_of(prior, set->race[r].log->circuit);
        pb__sample              loss = {0};
        for (size_t i = 0; i < n; i++)
            if (stops[i].race == r && stops[i].flag == PB__STOP_GREEN) pb__sample_add(&loss, stops[i].loss_s, 1);
        if (c && loss.n >= 8) {
            double off = pb__sample_quantile(&loss, 0.5) - c->pit_loss_s;
            pb__sample_add(&miss, fabs(off), 1);
            inside += fabs(off) < 1.645 * c->pit_loss_sigma_s;
        }
        pb__sample_fini(&loss);
    }
    printf("\nGreen pit loss of an edition against the earlier ones of its circuit (%zu editions with 8 stops or "
           "more): median miss "
           "%.2f s, 90 %% quantile %.2f s, inside the 90 %% interval %.0f %%.\n",
           miss.n, pb__sample_quantile(&miss, 0.5), pb__sample_quantile(&miss, 0.9),
           100.0 * inside / fmax((double)miss.n, 1));
    pb__sample_fini(&miss);
}

static void print_neutral_stops(check_stops side[CHECK_SIDES])
{
    static const char *const name[CHECK_STOPS] = {"SC came out in the in-lap", "SC already out",
                                                  "VSC came out in the in-lap", "VSC already out"};
    printf("\n| neutralised stop: loss against cars within 20 s that stay out, as a share of the green loss | n | "
           "recorded p10, median, p90 | played p10, median, p90 |\n|---|--:|---|---|\n");
    for (int k = 0; k < CHECK_STOPS; k++) {
        if (side[0].n[k] == 0) continue;
        printf("| %s | %zu |", name[k], side[0].n[k]);
        for (int s = 0; s < CHECK_SIDES; s++) {
            pb_sort_f64(side[s].share[k], side[s].n[k]);
            for (int q = 1; q <= 9; q += 4)
                printf(" %.2f", pb_quantile_sorted(side[s].share[k], side[s].n[k], q / 10.0));
            printf(" |");
        }
        printf("\n");
    }
}

static size_t stops_of(const pb__stop *stops, size_t n, size_t race, size_t *first)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        if (stops[i].race != race) continue;
        if (count++ == 0) *first = i;
    }
    return count;
}

static void check_traffic_and_stops(const pb__learn_set *set, const pb__stop *stops, size_t n, const pb_prior *prior,
                                    uint32_t trials)
{
    check_traffic side[CHECK_SIDES] = {0};
    check_stops   cost[CHECK_SIDES] = {0};
    uint32_t      races             = 0;
    for (size_t r = 0; r < set->n; r++) {
        const pb__learn_race   *race  = &set->race[r];
        const pb_prior_circuit *c     = circuit_of(prior, race->log->circuit);
        size_t                  first = 0, count = stops_of(stops, n, r, &first);
        if (!race->has_pace || !race->dry || race->log->sprint) continue;
        if (!check_played(race, prior, trials, stops + first, count, &side[CHECK_PLAYED], &cost[CHECK_PLAYED]))
            continue;
        races++;
        check_recorded(race, &side[CHECK_REAL]);
        for (size_t i = first; i < first + count; i++)
            check_stops_add(&cost[CHECK_REAL], stops[i].flag,
                            stops[i].rival_loss_s / (c ? c->pit_loss_s : prior->base.pit.loss_s));
    }
    printf("\n%u dry races, each played %u times:\n", races, trials);
    check_traffic_print(side);
    print_neutral_stops(cost);
    for (int s = 0; s < CHECK_SIDES; s++) {
        check_traffic_free(&side[s]);
        check_stops_free(&cost[s]);
    }
}

static pb_status check(const tool_logs *fit, const tool_logs *later, const options *o, pb_error *error)
{
    pb_prior     *prior  = malloc(sizeof *prior);
    pb__learn_set set    = {0};
    pb__stop     *stops  = NULL;
    size_t        n      = 0;
    pb_status     status = prior ? learn(fit, prior, error) : PB_E_NOMEM;
    if (status == PB_OK) status = make_set(later, &set, error);
    if (status == PB_OK) status = pb__stops(&set, &stops, &n);
    if (status == PB_OK) {
        printf("Learned from %s; held against %d-%d.\n", prior->source, o->check_from, o->check_to);
        status = check_noise(&set, prior);
        check_lanes(&set, stops, n, prior);
        check_green_loss(&set, stops, n, prior);
        check_traffic_and_stops(&set, stops, n, prior, o->trials);
    }
    free(stops);
    pb__learn_set_fini(&set);
    free(prior);
    return status;
}

int main(int argc, char **argv)
{
    options   o      = parse(argc, argv);
    pb_error  error  = {0};
    size_t    n      = (size_t)(argc - o.first_path);
    tool_logs fit    = tool_logs_read(argv + o.first_path, n, o.grids, o.fit_from, o.fit_to);
    tool_logs later  = tool_logs_read(argv + o.first_path, n, o.grids, o.check_from, o.check_to);
    pb_status status = check(&fit, &later, &o, &error);
    tool_logs_free(&fit);
    tool_logs_free(&later);
    if (status != PB_OK) fprintf(stderr, "%s\n", error.text[0] ? error.text : pb_status_text(status));
    return status == PB_OK ? 0 : 1;
}
