/* How the race unfolds: everyone's median gap to the leader, lap by lap. The
 * leading cars have a colour, the same as in their fans below. */
#include "plot.h"

#define TITLE_HEIGHT 30.0
#define CHART_HEIGHT 330.0
#define BOTTOM 50.0
#define LABEL_STEP 14.0 /* least distance of two names */
#define GAP_MIN_S 20.0  /* the axis shows at least this much */

double pb__plot_history_height(void)
{
    return TITLE_HEIGHT + CHART_HEIGHT + BOTTOM;
}

double pb__plot_lap_x(const pb__plot *plot, double lap)
{
    double first = plot->spec->from_lap, last = plot->result->n_laps;
    return PB__PLOT_LEFT + (PB__PLOT_RIGHT - PB__PLOT_LEFT) * (lap - first) / (last > first ? last - first : 1);
}

void pb__plot_lap_axis(pb__plot *plot, double top, double bottom)
{
    uint32_t laps = plot->result->n_laps, first = plot->spec->from_lap;
    uint32_t step = laps - first > 120 ? 20 : laps - first > 30 ? 5 : 2;
    char     text[16];

    for (uint32_t lap = (first + step - 1) / step * step; lap <= laps; lap += step) {
        double x = pb__plot_lap_x(plot, lap);
        pb__svg_line(&plot->svg, (pb__point){x, top}, (pb__point){x, bottom}, PB__GRID, 1);
        snprintf(text, sizeof text, "%u", lap);
        pb__svg_text(&plot->svg, (pb__point){x, bottom + 15}, PB__MIDDLE, 11, PB__FAINT, text);
    }
}

/* The axis ends where the slowest highlighted car's median does, and a little. */
static double gap_range(const pb__plot *plot)
{
    double most = GAP_MIN_S;
    for (uint32_t i = 0; i < plot->result->n_cars && i < PB__HIGHLIGHTED; i++)
        for (uint32_t k = 0; k < plot->fans[i].n; k++)
            if (plot->fans[i].gap[k][2] > most) most = plot->fans[i].gap[k][2];
    return most * 1.6;
}

static void draw_median(pb__plot *plot, uint32_t rank, double top, double scale)
{
    const pb__fan *f = &plot->fans[rank];
    pb__point      points[PB_LAPS_MAX + 1];

    for (uint32_t k = 0; k < f->n; k++)
        points[k] = (pb__point){pb__plot_lap_x(plot, f->lap[k]), top + f->gap[k][2] * scale};
    pb__svg_path(&plot->svg, points, f->n, pb__plot_colour(rank), rank < PB__HIGHLIGHTED ? 2.4 : 1);
}

static void draw_gap_axis(pb__plot *plot, double top, double range)
{
    int  step = range > 150 ? 50 : range > 60 ? 20 : range > 30 ? 10 : 5;
    char text[24];

    for (int gap = 0; gap <= (int)range; gap += step) {
        double y = top + gap * CHART_HEIGHT / range;
        pb__svg_line(&plot->svg, (pb__point){PB__PLOT_LEFT, y}, (pb__point){PB__PLOT_RIGHT, y}, PB__GRID, 1);
        snprintf(text, sizeof text, "%d s", gap);
        pb__svg_text(&plot->svg, (pb__point){PB__PLOT_LEFT - 8, y + 4}, PB__END, 11, PB__FAINT, text);
    }
}

typedef struct name {
    double   y;
    uint32_t rank;
} name;

/* Cars whose line is still on the chart at the end, from the top. */
static uint32_t names_of(const pb__plot *plot, double top, double scale, name *at)
{
    uint32_t n = 0;

    for (uint32_t rank = 0; rank < plot->result->n_cars; rank++) {
        const pb__fan *f = &plot->fans[rank];
        double         y = f->n ? top + f->gap[f->n - 1][2] * scale : 0;
        if (f->n == 0 || y > top + CHART_HEIGHT) continue;
        uint32_t k = n++;
        for (; k > 0 && at[k - 1].y > y; k--) at[k] = at[k - 1];
        at[k] = (name){y, rank};
    }
    return n;
}

/* Names at the right end, pushed down where they would lie on each other. */
static void draw_names(pb__plot *plot, double top, double scale)
{
    name     at[PB_CARS_MAX];
    uint32_t n     = names_of(plot, top, scale, at);
    double   below = -1e9;

    for (uint32_t i = 0; i < n; i++) {
        double y = at[i].y < below + LABEL_STEP ? below + LABEL_STEP : at[i].y;
        below    = y;
        pb__svg_bold(&plot->svg, (pb__point){PB__PLOT_RIGHT + 8, y + 4}, PB__START, 12,
                     at[i].rank < PB__HIGHLIGHTED ? pb__plot_colour(at[i].rank) : PB__FAINT,
                     plot->spec->cars[plot->order[at[i].rank]].code);
    }
}

double pb__plot_history(pb__plot *plot, double y)
{
    double top = y + TITLE_HEIGHT, range = gap_range(plot), scale = CHART_HEIGHT / range;

    pb__svg_bold(&plot->svg, (pb__point){PB__PLOT_LEFT, y + 12}, PB__START, 14, PB__INK,
                 "How the race unfolds: median gap to the leader by lap");
    draw_gap_axis(plot, top, range);
    pb__plot_lap_axis(plot, top, top + CHART_HEIGHT);
    pb__svg_clip(&plot->svg, "history", PB__PLOT_LEFT, top - 2, PB__PLOT_RIGHT - PB__PLOT_LEFT, CHART_HEIGHT + 2);
    for (uint32_t rank = plot->result->n_cars; rank-- > 0;) draw_median(plot, rank, top, scale);
    pb__svg_clip_end(&plot->svg);
    draw_names(plot, top, scale);
    return y + pb__plot_history_height();
}
