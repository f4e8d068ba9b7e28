/* One page about a simulated race: heading, heat map, history, stops. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "pitboard/codec.h"
#include "plot.h"

#define HEAD_HEIGHT 80.0

const char *pb__plot_colour(uint32_t rank)
{
    static const char *const okabe_ito[PB__HIGHLIGHTED] = {"#0072b2", "#d55e00", "#009e73",
                                                           "#cc79a7", "#e69f00", "#56b4e9"};
    return rank < PB__HIGHLIGHTED ? okabe_ito[rank] : "#b8bfc6";
}

/* Insertion sort: forty cars at most, and equal means stay in file order. */
static void sort_cars(pb__plot *plot)
{
    for (uint32_t i = 0; i < plot->result->n_cars; i++) {
        double   mean = pb_sim_mean_place(plot->result, i);
        uint32_t k    = i;
        for (; k > 0 && pb_sim_mean_place(plot->result, plot->order[k - 1]) > mean; k--)
            plot->order[k] = plot->order[k - 1];
        plot->order[k] = i;
    }
}

/* "100,000" */
static void thousands(uint64_t n, char out[32])
{
    char digits[24], *at = out;
    int  len = snprintf(digits, sizeof digits, "%" PRIu64, n);

    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0) *at++ = ',';
        *at++ = digits[i];
    }
    *at = '\0';
}

static double percent(uint64_t n, uint64_t of)
{
    return of ? 100 * (double)n / (double)of : 0;
}

static void draw_head(pb__plot *plot)
{
    const pb_sim_result *r         = plot->result;
    char                 start[40] = "from the grid", line[200], trials[32];

    if (plot->spec->from_lap) snprintf(start, sizeof start, "from the end of lap %u", plot->spec->from_lap);
    pb__svg_bold(&plot->svg, (pb__point){PB__PLOT_LEFT, 34}, PB__START, 22, PB__INK,
                 plot->spec->name[0] ? plot->spec->name : plot->spec->id);
    thousands(r->trials, trials);
    snprintf(line, sizeof line,
             "%s simulated races %s. Safety car in %.0f %%, virtual safety car in %.0f %%, red flag in %.0f %%.",
             trials, start, percent(r->sc, r->trials), percent(r->vsc, r->trials), percent(r->red, r->trials));
    pb__svg_text(&plot->svg, (pb__point){PB__PLOT_LEFT, 56}, PB__START, 13, PB__FAINT, line);
}

static void draw(pb__plot *plot, FILE *to)
{
    double height = HEAD_HEIGHT + pb__plot_heat_height(plot) + pb__plot_stops_height(plot);

    if (plot->fans) height += pb__plot_history_height() + pb__plot_fans_height(plot);
    pb__svg_begin(&plot->svg, to, PB__PLOT_WIDTH, height, plot->spec->name);
    draw_head(plot);
    double y = pb__plot_heat(plot, HEAD_HEIGHT);
    if (plot->fans) y = pb__plot_fans(plot, pb__plot_history(plot, y));
    pb__plot_stops(plot, y);
    pb__svg_end(&plot->svg);
}

pb_status pb_plot_race(const pb_race_spec *spec, const pb_sim_result *result, const char *path, pb_error *error)
{
    pb__plot plot = {.spec = spec, .result = result};
    char    *text = NULL;
    size_t   len  = 0;
    FILE    *to   = open_memstream(&text, &len);

    if (!to) return pb_error_set(error, PB_E_NOMEM, "out of memory for the chart");
    sort_cars(&plot);
    bool      traced = result->trace.trials > 0 && result->n_laps > spec->from_lap;
    pb_status status = traced ? pb__plot_make_fans(&plot) : PB_OK;
    if (status == PB_OK) draw(&plot, to);
    free(plot.fans);
    bool bad = ferror(to) != 0 || status != PB_OK;
    if (fclose(to) != 0 || bad)
        status = pb_error_set(error, PB_E_NOMEM, "out of memory for the chart");
    else
        status = pb_file_write(path, (pb_span){text, len}, error);
    free(text);
    return status;
}
