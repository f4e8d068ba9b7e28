/* How sure that is: one small chart for each of the leading cars, its fan of
 * gaps over everyone's grey medians. On one chart six fans would hide each other. */
#include "plot.h"

#define TITLE_HEIGHT 34.0
#define COLUMNS 3
#define PANEL_GAP 46.0
#define PANEL_HEIGHT 150.0
#define ROW_HEIGHT (PANEL_HEIGHT + 48.0)
#define BOTTOM 14.0
#define GAP_MIN_S 20.0

typedef struct panel {
    double x, y, w, range; /* range: seconds from top to bottom */
} panel;

static uint32_t shown(const pb__plot *plot)
{
    return plot->result->n_cars < PB__HIGHLIGHTED ? plot->result->n_cars : PB__HIGHLIGHTED;
}

double pb__plot_fans_height(const pb__plot *plot)
{
    uint32_t rows = (shown(plot) + COLUMNS - 1) / COLUMNS;
    return TITLE_HEIGHT + ROW_HEIGHT * rows + BOTTOM;
}

/* All panels share one axis, so that they can be compared: to the end of the
 * widest dark band. */
static double gap_range(const pb__plot *plot)
{
    double most = GAP_MIN_S;
    for (uint32_t i = 0; i < shown(plot); i++)
        for (uint32_t k = 0; k < plot->fans[i].n; k++)
            if (plot->fans[i].gap[k][3] > most) most = plot->fans[i].gap[k][3];
    return most * 1.15;
}

static pb__point at(const pb__plot *plot, const panel *p, uint32_t lap, double gap)
{
    double first = plot->spec->from_lap, last = plot->result->n_laps;
    return (pb__point){p->x + p->w * (lap - first) / (last - first), p->y + PANEL_HEIGHT * gap / p->range};
}

static void draw_band(pb__plot *plot, const panel *p, uint32_t rank, int lo, int hi, double opacity)
{
    const pb__fan *f = &plot->fans[rank];
    pb__point      points[2 * (PB_LAPS_MAX + 1)];

    for (uint32_t k = 0; k < f->n; k++) {
        points[k]                = at(plot, p, f->lap[k], f->gap[k][lo]);
        points[2 * f->n - 1 - k] = at(plot, p, f->lap[k], f->gap[k][hi]);
    }
    pb__svg_area(&plot->svg, points, 2 * (size_t)f->n, pb__plot_colour(rank), opacity);
}

static void draw_median(pb__plot *plot, const panel *p, uint32_t rank, const char *colour, double width)
{
    const pb__fan *f = &plot->fans[rank];
    pb__point      points[PB_LAPS_MAX + 1];

    for (uint32_t k = 0; k < f->n; k++) points[k] = at(plot, p, f->lap[k], f->gap[k][2]);
    pb__svg_path(&plot->svg, points, f->n, colour, width);
}

static void draw_frame(pb__plot *plot, const panel *p, uint32_t rank)
{
    int      step  = p->range > 100 ? 50 : p->range > 40 ? 20 : 10;
    uint32_t first = plot->spec->from_lap, laps = plot->result->n_laps,
             by = laps - first > 120  ? 50
                  : laps - first > 30 ? 10
                                      : 5;
    char text[24];

    pb__svg_bold(&plot->svg, (pb__point){p->x, p->y - 7}, PB__START, 13, pb__plot_colour(rank),
                 plot->spec->cars[plot->order[rank]].code);
    for (int gap = 0; gap <= (int)p->range; gap += step) {
        double y = p->y + PANEL_HEIGHT * gap / p->range;
        pb__svg_line(&plot->svg, (pb__point){p->x, y}, (pb__point){p->x + p->w, y}, PB__GRID, 1);
        snprintf(text, sizeof text, "%d", gap);
        pb__svg_text(&plot->svg, (pb__point){p->x - 6, y + 4}, PB__END, 10, PB__FAINT, text);
    }
    for (uint32_t lap = (first + by - 1) / by * by; lap <= laps; lap += by) {
        snprintf(text, sizeof text, "%u", lap);
        pb__svg_text(&plot->svg, (pb__point){at(plot, p, lap, 0).x, p->y + PANEL_HEIGHT + 13}, PB__MIDDLE, 10,
                     PB__FAINT, text);
    }
}

static void draw_panel(pb__plot *plot, uint32_t rank, const panel *p)
{
    char id[24];

    draw_frame(plot, p, rank);
    snprintf(id, sizeof id, "fan%u", rank);
    pb__svg_clip(&plot->svg, id, p->x, p->y - 1, p->w, PANEL_HEIGHT + 1);
    for (uint32_t k = 0; k < plot->result->n_cars; k++) draw_median(plot, p, k, "#d0d5da", 0.8);
    draw_band(plot, p, rank, 0, 4, 0.20);
    draw_band(plot, p, rank, 1, 3, 0.35);
    draw_median(plot, p, rank, pb__plot_colour(rank), 2.2);
    pb__svg_clip_end(&plot->svg);
}

double pb__plot_fans(pb__plot *plot, double y)
{
    double w = (PB__PLOT_RIGHT - PB__PLOT_LEFT - (COLUMNS - 1) * PANEL_GAP) / COLUMNS, range = gap_range(plot);

    pb__svg_bold(&plot->svg, (pb__point){PB__PLOT_LEFT, y + 12}, PB__START, 14, PB__INK,
                 "How sure that is: gap to the leader in seconds");
    pb__svg_text(&plot->svg, (pb__point){PB__PLOT_RIGHT, y + 12}, PB__END, 11, PB__FAINT,
                 "dark band: half of the races; light band: four in five; grey: the others");
    for (uint32_t rank = 0; rank < shown(plot); rank++) {
        uint32_t column = rank % COLUMNS, row = rank / COLUMNS;
        panel    p = {PB__PLOT_LEFT + column * (w + PANEL_GAP), y + TITLE_HEIGHT + 14 + row * ROW_HEIGHT, w, range};
        draw_panel(plot, rank, &p);
    }
    return y + pb__plot_fans_height(plot);
}
