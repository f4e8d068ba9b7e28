/* When they stop: one row a car, the darker the likelier the in-lap. */
#include "plot.h"

#define TITLE_HEIGHT 28.0
#define ROW 17.0
#define BOTTOM 44.0
#define FULL 0.3 /* a share of races this high is drawn in the darkest shade */

double pb__plot_stops_height(const pb__plot *plot)
{
    return TITLE_HEIGHT + ROW * plot->result->n_cars + BOTTOM;
}

static void draw_row(pb__plot *plot, uint32_t rank, double y)
{
    const pb_sim_result *r      = plot->result;
    uint32_t             car    = plot->order[rank];
    double               trials = r->trials ? (double)r->trials : 1;
    double               w      = pb__plot_lap_x(plot, 1) - pb__plot_lap_x(plot, 0);
    char                 shade[8], text[24];

    pb__svg_bold(&plot->svg, (pb__point){PB__PLOT_LEFT - 8, y + 13}, PB__END, 11, PB__INK, plot->spec->cars[car].code);
    pb__svg_rect(&plot->svg, PB__PLOT_LEFT, y + ROW - 1, PB__PLOT_RIGHT - PB__PLOT_LEFT, 1, PB__GRID);
    for (uint32_t lap = plot->spec->from_lap + 1u; lap <= r->n_laps; lap++) {
        double p = (double)r->pit_lap[(size_t)car * (r->n_laps + 1) + lap] / trials;
        if (p < 0.002) continue;
        pb__svg_shade(p * p / (FULL * FULL), shade); /* linear here: rare laps are noise */
        pb__svg_rect(&plot->svg, pb__plot_lap_x(plot, lap - 1) + 0.5, y, w - 1, ROW - 2, shade);
    }
    snprintf(text, sizeof text, "%.2f", (double)r->stops[car] / trials);
    pb__svg_text(&plot->svg, (pb__point){PB__PLOT_WIDTH - 18, y + 13}, PB__END, 11, PB__INK, text);
}

double pb__plot_stops(pb__plot *plot, double y)
{
    double top = y + TITLE_HEIGHT, bottom = top + ROW * plot->result->n_cars;

    pb__svg_bold(&plot->svg, (pb__point){PB__PLOT_LEFT, y + 12}, PB__START, 14, PB__INK,
                 "Likely stops: lap at whose end the car comes in");
    pb__svg_text(&plot->svg, (pb__point){PB__PLOT_WIDTH - 18, y + 12}, PB__END, 11, PB__FAINT, "mean number");
    pb__plot_lap_axis(plot, top, bottom);
    for (uint32_t rank = 0; rank < plot->result->n_cars; rank++) draw_row(plot, rank, top + rank * ROW);
    return bottom + BOTTOM;
}
