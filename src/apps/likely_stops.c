/* The stops that are likely, in words.
 *
 * A car's trials are counted by the last row of its tyre table that it reached,
 * and the rows are the stints of its plans one after the other:
 *
 *     plan 0: stint 0, 1, 2 | plan 1: stint 0, 1 | rows of sets nobody planned
 *     row            0  1  2                3  4   5 ...
 *
 * so a row tells plan and number of stops. When the stops come is read off the
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

static uint32_t likeliest_row(const pb_sim_result *r, uint32_t car)
{
    const uint64_t *n    = &r->strategy[(size_t)car * PB_SIM_STRATEGIES];
    uint32_t        best = 0;
    for (uint32_t k = 1; k < PB_SIM_STRATEGIES; k++)
        if (n[k] > n[best]) best = k;
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

static void add_tyres(const pb_race_spec *spec, const pb_plan *plan, uint32_t first, uint32_t last, char *out,
                      size_t cap)
{
    char text[12];
    for (uint32_t k = first; k <= last; k++) {
        const char *name = spec->compounds[plan->stints[k].compound].name;
        int         take = name[0] == 'C' && name[1] >= '0' && name[1] <= '9' ? 2 : 1; /* C3; else the initial */
        snprintf(text, sizeof text, "%s%.*s", k == first ? ": " : "-", take, name);
        add(out, cap, text);
    }
}

static void add_laps(const pb_sim_result *r, uint32_t car, uint32_t stops, char *out, size_t cap)
{
    char text[32];
    for (uint32_t k = 0; k < stops; k++) {
        uint32_t lo, hi;
        busiest_half(r, car, (double)k / stops, (k + 1.0) / stops, &lo, &hi);
        snprintf(text, sizeof text, lo == hi ? "%s%u" : "%s%u-%u", k ? ", " : ", lap ", lo, hi);
        add(out, cap, text);
    }
}

void pb__likely_stops(const pb__simulated *what, uint32_t car, char *out, size_t cap)
{
    const pb_sim_result *r    = what->result;
    const pb_car_spec   *c    = &what->spec->cars[car];
    uint32_t             best = likeliest_row(r, car);
    row                  at;
    char                 text[40];

    out[0] = '\0';
    if (what->spec->from_lap && !c->state.running) {
        add(out, cap, "out");
        return;
    }
    double share = pb__share(r->strategy[(size_t)car * PB_SIM_STRATEGIES + best], r->trials);
    if (!row_of(c, best, &at)) {
        snprintf(text, sizeof text, "stops not planned %.0f %%", 100 * share);
        add(out, cap, text);
        return;
    }
    uint32_t first = stints_behind(&c->plans[at.plan], what->spec->from_lap);
    uint32_t stops = at.stint > first ? at.stint - first : 0;
    snprintf(text, sizeof text, "%u stop%s %.0f %%", stops, stops == 1 ? "" : "s", 100 * share);
    add(out, cap, text);
    add_tyres(what->spec, &c->plans[at.plan], first, at.stint, out, cap);
    add_laps(r, car, stops, out, cap);
}
