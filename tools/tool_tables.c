#include "tool_tables.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "pitboard/num.h"

static const double within_s[CHECK_GAPS]                = {0.5, 1.0, 1.5, 2.0};
static const double loss_s[CHECK_LOSS + 1]              = {0, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 4, 5, 8};
static const double pass_gap_s[CHECK_PASS_GAPS + 1]     = {0, 1, 2, 3};
static const double pass_delta_s[CHECK_PASS_DELTAS + 1] = {-9, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1, 1.5, 2, 3};
static const double held_prob[CHECK_HOLD]               = {0.05, 0.25, 0.50, 0.75, 0.95};

void check_mean_add(check_mean *m, double x)
{
    m->sum += x;
    m->n += 1;
}

double check_mean_of(const check_mean *m)
{
    return m->n > 0 ? m->sum / m->n : (double)NAN;
}

/* Bin of x among rising edges, -1 outside. */
static int bin(const double *edge, int n, double x)
{
    for (int i = 0; i < n; i++)
        if (x >= edge[i] && x < edge[i + 1]) return i;
    return -1;
}

static void keep_held(check_traffic *t, double gap_s)
{
    if (t->n_held == t->cap_held) {
        size_t  cap   = t->cap_held ? 2 * t->cap_held : 4096;
        double *grown = realloc(t->held, cap * sizeof *grown);
        if (!grown) return;
        t->held     = grown;
        t->cap_held = cap;
    }
    t->held[t->n_held++] = gap_s;
}

void check_traffic_add(check_traffic *t, const pb__seen_pair *p)
{
    bool passed = p->next_gap_s < 0;
    int  l = bin(loss_s, CHECK_LOSS, p->gap_s), g = bin(pass_gap_s, CHECK_PASS_GAPS, p->gap_s);
    int  d = bin(pass_delta_s, CHECK_PASS_DELTAS, p->delta_s);
    if (l >= 0 && isfinite(p->loss_s)) check_mean_add(&t->loss[l], p->loss_s);
    if (g >= 0 && d >= 0) check_mean_add(&t->pass[g][d], passed);
    if (p->gap_s <= 1 && p->delta_s >= 0 && p->delta_s < 1.5) {
        check_mean_add(&t->train[p->train], passed);
        int third = p->gap_s < 0.5 ? 0 : p->gap_s < 0.75 ? 1 : 2;
        check_mean_add(&t->train_all[p->train][third], passed);
    }
    if (p->delta_s > 0.3 && p->gap_s <= 1.2 && !passed) keep_held(t, p->next_gap_s);
}

void check_traffic_lap(check_traffic *t, double gap_s)
{
    for (int i = 0; i < CHECK_GAPS; i++) check_mean_add(&t->within[i], gap_s < within_s[i]);
}

static void print_row(const char *label, const check_mean *real, const check_mean *played, int decimals)
{
    printf("| %s | %.*f (%.0f) | %.*f |\n", label, decimals, check_mean_of(real), real->n, decimals,
           check_mean_of(played));
}

static void print_passes(check_traffic side[CHECK_SIDES])
{
    printf("\nShare passed by the end of the lap, recorded / played (recorded pair-laps), by pace difference, s a "
           "lap:\n\n| gap |");
    for (int d = 0; d < CHECK_PASS_DELTAS; d++) printf(" %g..%g |", pass_delta_s[d], pass_delta_s[d + 1]);
    printf("\n|---|");
    for (int d = 0; d < CHECK_PASS_DELTAS; d++) printf("---|");
    for (int g = 0; g < CHECK_PASS_GAPS; g++) {
        printf("\n| %g-%g s |", pass_gap_s[g], pass_gap_s[g + 1]);
        for (int d = 0; d < CHECK_PASS_DELTAS; d++)
            printf(" %.2f / %.2f (%.0f) |", check_mean_of(&side[0].pass[g][d]), check_mean_of(&side[1].pass[g][d]),
                   side[0].pass[g][d].n);
    }
    printf("\n");
}

static void print_trains(check_traffic side[CHECK_SIDES])
{
    static const char *const gap[3] = {"0-0.5 s", "0.5-0.75 s", "0.75-1 s"};
    printf("\n| pace difference 0..1.5, gap | train | recorded | played |\n|---|---|--:|--:|\n");
    for (int train = 0; train < 2; train++) {
        for (int k = 0; k < 3; k++)
            printf("| %s | %s | %.3f (%.0f) | %.3f |\n", gap[k], train ? "yes" : "no",
                   check_mean_of(&side[0].train_all[train][k]), side[0].train_all[train][k].n,
                   check_mean_of(&side[1].train_all[train][k]));
        printf("| all to 1 s | %s | %.3f (%.0f) | %.3f |\n", train ? "yes" : "no", check_mean_of(&side[0].train[train]),
               side[0].train[train].n, check_mean_of(&side[1].train[train]));
    }
}

static void print_held(check_traffic side[CHECK_SIDES])
{
    printf("\n| gap kept by a held car, quantile | recorded | played |\n|---|--:|--:|\n");
    for (int s = 0; s < CHECK_SIDES; s++) pb_sort_f64(side[s].held, side[s].n_held);
    for (int q = 0; q < CHECK_HOLD; q++)
        printf("| %.0f %% | %.2f | %.2f |\n", 100 * held_prob[q],
               pb_quantile_sorted(side[0].held, side[0].n_held, held_prob[q]),
               pb_quantile_sorted(side[1].held, side[1].n_held, held_prob[q]));
}

void check_traffic_print(check_traffic side[CHECK_SIDES])
{
    char label[64];
    printf("\n| share of green car-laps that start within | recorded (car-laps) | played |\n|---|--:|--:|\n");
    for (int i = 0; i < CHECK_GAPS; i++) {
        snprintf(label, sizeof label, "%.1f s of the car ahead", within_s[i]);
        print_row(label, &side[0].within[i], &side[1].within[i], 3);
    }
    printf("\n| loss a lap, s, by gap | recorded (laps) | played |\n|---|--:|--:|\n");
    for (int i = 0; i < CHECK_LOSS; i++) {
        snprintf(label, sizeof label, "%g-%g s", loss_s[i], loss_s[i + 1]);
        print_row(label, &side[0].loss[i], &side[1].loss[i], 2);
    }
    print_held(side);
    print_passes(side);
    print_trains(side);
}

void check_traffic_free(check_traffic *t)
{
    free(t->held);
}
