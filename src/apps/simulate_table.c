/* simulate for people: the field in expected order, one line a car. */
#include <inttypes.h>
#include <string.h>

#include "simulate_report.h"
#include "terminal.h"

#define BARS_MAX 24 /* columns of the little histogram; wider fields are cut to whole groups of places */

static void sort_cars(const pb_sim_result *r, uint32_t order[PB_CARS_MAX])
{
    for (uint32_t i = 0; i < r->n_cars; i++) {
        double   mean = pb_sim_mean_place(r, i);
        uint32_t k    = i;
        for (; k > 0 && pb_sim_mean_place(r, order[k - 1]) > mean; k--) order[k] = order[k - 1];
        order[k] = i;
    }
}

/* " 82.1", "  0.4", "    -": one decimal, a dash for never. */
static void put_percent(FILE *to, double p)
{
    if (p <= 0)
        fprintf(to, "%7s", "-");
    else if (p < 0.0005)
        fprintf(to, "%7s", "<0.1");
    else
        fprintf(to, "%7.1f", 100 * p);
}

static uint32_t places_per_bar(const pb_sim_result *r)
{
    return (r->n_cars + BARS_MAX - 1) / BARS_MAX;
}

/* Each row is drawn to its own tallest bar: the shape matters, the numbers stand
 * beside it. Less than one race in two hundred leaves a blank. */
static void put_bars(FILE *to, const pb_sim_result *r, uint32_t car)
{
    uint32_t step = places_per_bar(r);
    double   most = 0;

    for (uint32_t k = 0; k < r->n_cars; k += step) {
        double p = pb__p_top(r, car, k + step) - pb__p_top(r, car, k);
        if (p > most) most = p;
    }
    for (uint32_t k = 0; k < r->n_cars; k += step) {
        double p = pb__p_top(r, car, k + step) - pb__p_top(r, car, k);
        fputs(pb__block(p < 0.005 ? 0 : p / most), to);
    }
}

static void put_head(FILE *to, const pb__simulated *what)
{
    const pb_race_spec *spec = what->spec;
    char                n[32];

    fprintf(to, "%s%s%s", pb__paint(to, PB__BOLD), spec->name[0] ? spec->name : spec->id, pb__paint(to, PB__PLAIN));
    if (spec->circuit[0]) fprintf(to, ", %s", spec->circuit);
    fprintf(to, ", %u laps", what->result->n_laps);
    if (spec->from_lap) fprintf(to, ", from the end of lap %u", spec->from_lap);
    fprintf(to, "; played %s times, seed %" PRIu64 "\n\n", pb__thousands(what->result->trials, n), what->seed);
}

static void put_columns(FILE *to, const pb__simulated *what)
{
    uint32_t bars = (what->result->n_cars + places_per_bar(what->result) - 1) / places_per_bar(what->result);
    char     title[40];

    snprintf(title, sizeof title, "place 1 to %u", what->result->n_cars);
    fprintf(to, "%s      car  grid   win %%  podium  points    out   mean  ", pb__paint(to, PB__DIM));
    pb__put_cell(to, title, bars > strlen(title) ? bars : strlen(title));
    fprintf(to, "  likely stops%s\n", pb__paint(to, PB__PLAIN));
}

static void put_row(FILE *to, const pb__simulated *what, uint32_t rank, uint32_t car)
{
    const pb_sim_result *r = what->result;
    const pb_car_spec   *c = &what->spec->cars[car];
    char                 stops[96];

    fprintf(to, "%4u  %s", rank + 1, pb__paint(to, PB__BOLD));
    pb__put_cell(to, c->code, 5);
    fprintf(to, "%s%4u", pb__paint(to, PB__PLAIN), c->grid);
    put_percent(to, pb__p_top(r, car, 1));
    fputc(' ', to);
    put_percent(to, pb__p_top(r, car, 3));
    fputc(' ', to);
    put_percent(to, pb__p_top(r, car, pb__places_with_points(what->spec)));
    put_percent(to, pb__share(r->dnf[car], r->trials));
    fprintf(to, "%7.1f  %s", pb_sim_mean_place(r, car), pb__paint(to, PB__GREEN));
    put_bars(to, r, car);
    pb__likely_stops(what, car, stops, sizeof stops);
    fprintf(to, "%s  %s\n", pb__paint(to, PB__PLAIN), stops);
}

static void put_foot(FILE *to, const pb__simulated *what)
{
    const pb_sim_result *r = what->result;
    char                 n[32];

    fprintf(to, "\nsafety car %.1f %%, virtual safety car %.1f %%, red flag %.1f %%", 100 * pb__share(r->sc, r->trials),
            100 * pb__share(r->vsc, r->trials), 100 * pb__share(r->red, r->trials));
    if (r->wet) fprintf(to, ", wet track %.1f %%", 100 * pb__share(r->wet, r->trials));
    double rate = what->elapsed_s > 0 ? (double)r->trials / what->elapsed_s : 0;
    fprintf(to, "\n%.2f s, %s races/s\n", what->elapsed_s, pb__thousands((uint64_t)rate, n));
}

void pb__simulate_table(FILE *to, const pb__simulated *what)
{
    uint32_t order[PB_CARS_MAX];

    sort_cars(what->result, order);
    put_head(to, what);
    put_columns(to, what);
    for (uint32_t rank = 0; rank < what->result->n_cars; rank++) put_row(to, what, rank, order[rank]);
    put_foot(to, what);
}
