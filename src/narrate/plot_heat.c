/* Who finishes where: one row a car, one column a place. */
#include "plot.h"

#define TITLE_HEIGHT 44.0
#define ROW 23.0
#define BOTTOM 44.0
#define CELLS_WIDTH 720.0
#define NUMBER_STEP 55.0 /* between the columns of numbers on the right */

static double cell_width(const pb__plot *plot)
{
    return CELLS_WIDTH / plot->result->n_cars;
}

double pb__plot_heat_height(const pb__plot *plot)
{
    return TITLE_HEIGHT + ROW * plot->result->n_cars + BOTTOM;
}

static void draw_cell(pb__plot *plot, double x, double y, double p)
{
    double w = cell_width(plot);
    char   shade[8], text[16];

    pb__svg_shade(p, shade);
    pb__svg_rect(&plot->svg, x, y, w - 1, ROW - 1, shade);
    if (p < 0.005 || w < 24) return;
    snprintf(text, sizeof text, "%.0f", 100 * p);
    pb__svg_text(&plot->svg, (pb__point){x + w / 2, y + 16}, PB__MIDDLE, 11, pb__svg_ink_on(p), text);
}

static void draw_number(pb__plot *plot, uint32_t column, double y, const char *text)
{
    pb__svg_text(&plot->svg, (pb__point){PB__PLOT_LEFT + CELLS_WIDTH + NUMBER_STEP * (column + 1), y + 16}, PB__END, 12,
                 PB__INK, text);
}

static double p_top(const pb_sim_result *r, uint32_t car, uint32_t places)
{
    double p = 0;
    for (uint32_t k = 1; k <= places && k <= r->n_cars; k++) p += pb_sim_p_place(r, car, k);
    return p;
}

static void draw_row(pb__plot *plot, uint32_t rank, double y)
{
    const pb_sim_result *r   = plot->result;
    uint32_t             car = plot->order[rank];
    double               out = r->trials ? (double)r->dnf[car] / (double)r->trials : 0;
    char                 text[24];

    pb__svg_bold(&plot->svg, (pb__point){PB__PLOT_LEFT - 8, y + 16}, PB__END, 12, PB__INK, plot->spec->cars[car].code);
    for (uint32_t k = 0; k < r->n_cars; k++)
        draw_cell(plot, PB__PLOT_LEFT + k * cell_width(plot), y, pb_sim_p_place(r, car, k + 1));
    snprintf(text, sizeof text, "%.1f %%", 100 * pb_sim_p_place(r, car, 1));
    draw_number(plot, 0, y, text);
    snprintf(text, sizeof text, "%.1f %%", 100 * p_top(r, car, 3));
    draw_number(plot, 1, y, text);
    snprintf(text, sizeof text, "%.1f", pb_sim_expected_points(r, car, &plot->spec->rules));
    draw_number(plot, 2, y, text);
    snprintf(text, sizeof text, "%.1f", pb_sim_mean_place(r, car));
    draw_number(plot, 3, y, text);
    snprintf(text, sizeof text, "%.1f %%", 100 * out);
    draw_number(plot, 4, y, text);
}

static void draw_frame(pb__plot *plot, double y, double bottom)
{
    static const char *const heads[] = {"win", "podium", "points", "mean", "out"};
    char                     text[16];

    pb__svg_bold(&plot->svg, (pb__point){PB__PLOT_LEFT, y + 12}, PB__START, 14, PB__INK,
                 "Finishing place, chance in per cent");
    for (uint32_t k = 0; k < plot->result->n_cars; k++) {
        snprintf(text, sizeof text, "%u", k + 1);
        pb__svg_text(&plot->svg, (pb__point){PB__PLOT_LEFT + (k + 0.5) * cell_width(plot), y + 36}, PB__MIDDLE, 11,
                     PB__FAINT, text);
    }
    for (uint32_t k = 0; k < sizeof heads / sizeof *heads; k++)
        pb__svg_text(&plot->svg, (pb__point){PB__PLOT_LEFT + CELLS_WIDTH + NUMBER_STEP * (k + 1), y + 36}, PB__END, 11,
                     PB__FAINT, heads[k]);
    pb__svg_text(&plot->svg, (pb__point){PB__PLOT_LEFT, bottom + 15}, PB__START, 11, PB__FAINT,
                 "points: expected championship points; mean: mean finishing place; out: does not finish");
}

double pb__plot_heat(pb__plot *plot, double y)
{
    double top = y + TITLE_HEIGHT, bottom = top + ROW * plot->result->n_cars;

    draw_frame(plot, y, bottom);
    for (uint32_t rank = 0; rank < plot->result->n_cars; rank++) draw_row(plot, rank, top + rank * ROW);
    return bottom + BOTTOM;
}
