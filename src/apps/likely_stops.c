/* The stops that are likely, in words.
 *
 * A car's trials are counted by the last row of its tyre table that it reached,
 * and the rows are the stints of its plans one after the other:
 *
 *     plan 0: stint 0, 1, 2 | plan 1: stint 0, 1 | rows of sets nobody planned
 *     row            0  1  2                3  4   5 ...
 *
 * so a row tells plan and number of stops: the number that most races have is told,
 * with the sets of the row that most of those have. When the stops come is read off the
 * histogram of in-laps, cut into as many parts of equal mass as there are stops. */
#include <string.h>

#include "simulate_report.h"

typedef struct row {
    uint32_t plan, stint;
} row;

/* The stint a table row belongs to; false for sets nobody planned. */
static bool row_of(const pb_car_spec *car, uint32_t index, row *out)
{
    for (uint32_t p = 0; p < car->n_plans; p++) {
        if (index < car->plans[p].n_stints) {
            *out = (row){p, index};
            return true;
        }
        index -= car->plans[p].n_stints;
    }
    return false;
}

/* The stint of a plan that is under way at the end of lap from_lap. */
static uint32_t stints_behind(const pb_plan *plan, uint32_t from_lap)
{
    uint32_t k = 0;
    while (k + 1 < plan->n_stints && plan->stints[k + 1].in_lap <= from_lap) k++;
    return k;
}

static uint32_t stops_to_come(const pb_car_spec *car, row at, uint32_t from_lap)
{
    uint32_t first = stints_behind(&car->plans[at.plan], from_lap);
    return at.stint > first ? at.stint - first : 0;
}

/* Trials by their number of stops to come; last those on sets nobody planned. */
#define UNPLANNED PB_PLAN_STINTS

static void count_stops(const pb__simulated *what, uint32_t car, uint64_t trials[PB_PLAN_STINTS + 1])
{
    const pb_car_spec *c = &what->spec->cars[car];
    memset(trials, 0, (PB_PLAN_STINTS + 1) * sizeof *trials);
    for (uint32_t k = 0; k < PB_SIM_STRATEGIES; k++) {
        row      at;
        uint32_t n = row_of(c, k, &at) ? stops_to_come(c, at, what->spec->from_lap) : UNPLANNED;
        trials[n] += what->result->strategy[(size_t)car * PB_SIM_STRATEGIES + k];
    }
}

/* Of those with so many stops to come. */
static row likeliest_row(const pb__simulated *what, uint32_t car, uint32_t n_stops)
{
    const pb_car_spec *c    = &what->spec->cars[car];
    const uint64_t    *n    = &what->result->strategy[(size_t)car * PB_SIM_STRATEGIES];
    uint64_t           most = 0;
    row                best = {0};
    for (uint32_t k = 0; k < PB_SIM_STRATEGIES; k++) {
        row at;
        if (n[k] <= most || !row_of(c, k, &at) || stops_to_come(c, at, what->spec->from_lap) != n_stops) continue;
        most = n[k];
        best = at;
    }
    return best;
}

/* First lap by which this much of all the car's stops has been made. */
static uint32_t lap_by(const pb_sim_result *r, uint32_t car, double share)
{
    const uint64_t *n   = &r->pit_lap[(size_t)car * (r->n_laps + 1)];
    double          sum = 0, all = 0;
    for (uint32_t lap = 0; lap <= r->n_laps; lap++) all += (double)n[lap];
    for (uint32_t lap = 0; lap <= r->n_laps; lap++) {
        sum += (double)n[lap];
        if (sum >= share * all && sum > 0) return lap;
    }
    return r->n_laps;
}

/* The shortest run of laps that holds half of the stops between shares lo and
 * hi: what most races do, without the tails of safety cars. */
static void busiest_half(const pb_sim_result *r, uint32_t car, double lo, double hi, uint32_t *from, uint32_t *to)
{
    const double half = 0.5 * (hi - lo);

    *from = lap_by(r, car, lo);
    *to   = lap_by(r, car, hi);
    for (int step = 0; step <= 100; step++) {
        double   begin = lo + half * step / 100;
        uint32_t a = lap_by(r, car, begin + 1e-9), b = lap_by(r, car, begin + half);
        if (b - a < *to - *from) {
            *from = a;
            *to   = b;
        }
    }
}

static void add(char *out, size_t cap, const char *text)
{
    size_t len = strlen(out);
    if (len + 1 < cap) snprintf(out + len, cap - len, "%s", text);
}

bool pb__likely_find(const pb__simulated *what, uint32_t car, pb__likely *out)
{
    const pb_sim_result *r    = what->result;
    uint32_t             best = 0;
    uint64_t             trials[PB_PLAN_STINTS + 1];

    count_stops(what, car, trials);
    for (uint32_t k = 1; k <= UNPLANNED; k++)
        if (trials[k] > trials[best]) best = k;
    *out = (pb__likely){.known = best != UNPLANNED, .share = pb__share(trials[best], r->trials)};
    if (!out->known) return false;
    row            at    = likeliest_row(what, car, best);
    const pb_plan *plan  = &what->spec->cars[car].plans[at.plan];
    uint32_t       first = stints_behind(plan, what->spec->from_lap);
    out->n_stops         = best;
    for (uint32_t k = 0; k <= best; k++) out->set[k] = what->spec->compounds[plan->stints[first + k].compound].name;
    for (uint32_t k = 0; k < best; k++) {
        out->from[k] = out->to[k] = what->spec->from_lap; /* tyres changed under a red flag: no in-lap is counted */
        if (r->stops[car] > 0) busiest_half(r, car, (double)k / best, (k + 1.0) / best, &out->from[k], &out->to[k]);
    }
    return true;
}

static void add_tyres(const pb__likely *likely, char *out, size_t cap)
{
    char text[12];
    for (uint32_t k = 0; k <= likely->n_stops; k++) {
        const char *name = likely->set[k];
        int         take = name[0] == 'C' && name[1] >= '0' && name[1] <= '9' ? 2 : 1; /* C3; else the initial */
        snprintf(text, sizeof text, "%s%.*s", k == 0 ? ": " : "-", take, name);
        add(out, cap, text);
    }
}

static void add_laps(const pb__likely *likely, char *out, size_t cap)
{
    char text[32];
    for (uint32_t k = 0; k < likely->n_stops; k++) {
        uint32_t lo = likely->from[k], hi = likely->to[k];
        snprintf(text, sizeof text, lo == hi ? "%s%u" : "%s%u-%u", k ? ", " : ", lap ", lo, hi);
        add(out, cap, text);
    }
}

void pb__likely_stops(const pb__simulated *what, uint32_t car, char *out, size_t cap)
{
    pb__likely likely;
    char       text[40];

    out[0] = '\0';
    if (what->spec->from_lap && !what->spec->cars[car].state.running) {
        add(out, cap, "out");
        return;
    }
    if (!pb__likely_find(what, car, &likely)) {
        snprintf(text, sizeof text, "stops not planned %.0f %%", 100 * likely.share);
        add(out, cap, text);
        return;
    }
    snprintf(text, sizeof text, "%u stop%s %.0f %%", likely.n_stops, likely.n_stops == 1 ? "" : "s",
             100 * likely.share);
    add(out, cap, text);
    add_tyres(&likely, out, cap);
    add_laps(&likely, out, cap);
}
