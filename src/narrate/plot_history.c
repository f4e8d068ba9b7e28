/* How the race unfolds: gap to the leader, lap by lap, over the traced races.
 *
 * The leading cars get a fan (10-90 %, 25-75 %, median) and a colour, the rest a
 * grey median: more than six fans cannot be told apart. A lap where a car still
 * runs in fewer than one race in ten shows nothing. */
#include <math.h>
#include <stdlib.h>

#include "pitboard/num.h"
#include "plot.h"

#define TITLE_HEIGHT 30.0
#define CHART_HEIGHT 400.0
#define BOTTOM 50.0
#define LABEL_STEP 14.0 /* least distance of two names */
#define QUANTILES 5
#define GAP_MIN_S 20.0 /* the axis shows at least this much */

static const double probs[QUANTILES] = {0.10, 0.25, 0.50, 0.75, 0.90};

typedef struct fan {
    uint32_t n;                    /* laps with something to show */
    uint32_t lap[PB_LAPS_MAX + 1]; /* their numbers */
    double   gap[PB_LAPS_MAX + 1][QUANTILES];
} fan;

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

static void fan_of(const pb__plot *plot, uint32_t car, double *buffer, fan *out)
{
    const pb_sim_trace *t      = &plot->result->trace;
    uint32_t            n_cars = plot->result->n_cars, n_laps = plot->result->n_laps;

    out->n = 0;
    for (uint32_t lap = plot->spec->from_lap + 1u; lap <= n_laps; lap++) {
        size_t n = 0;
        for (uint32_t trial = 0; trial < t->trials; trial++) {
            float gap = t->gap_s[((size_t)trial * n_laps + lap - 1) * n_cars + car];
            if (!isnan(gap)) buffer[n++] = (double)gap;
        }
        if (n == 0 || n * 10 < t->trials) continue;
        pb_sort_f64(buffer, n);
        for (int q = 0; q < QUANTILES; q++) out->gap[out->n][q] = pb_quantile_sorted(buffer, n, probs[q]);
        out->lap[out->n++] = lap;
    }
}

/* The axis ends where the highlighted cars' dark bands do. */
static double gap_range(const fan *fans, uint32_t n)
{
    double most = GAP_MIN_S;
    for (uint32_t i = 0; i < n && i < PB__HIGHLIGHTED; i++)
        for (uint32_t k = 0; k < fans[i].n; k++)
            if (fans[i].gap[k][3] > most) most = fans[i].gap[k][3];
    return most * 1.1;
}

static void draw_band(pb__plot *plot, const fan *f, int lo, int hi, pb__point scale, const char *colour, double opacity)
{
    pb__point points[2 * (PB_LAPS_MAX + 1)];

    for (uint32_t k = 0; k < f->n; k++) {
        double x                 = pb__plot_lap_x(plot, f->lap[k]);
        points[k]                = (pb__point){x, scale.x + f->gap[k][lo] * scale.y};
        points[2 * f->n - 1 - k] = (pb__point){x, scale.x + f->gap[k][hi] * scale.y};
    }
    pb__svg_area(&plot->svg, points, 2 * (size_t)f->n, colour, opacity);
}

/* scale: x is the top of the chart, y pixels per second. */
static void draw_median(pb__plot *plot, const fan *f, pb__point scale, const char *colour, double width)
{
    pb__point points[PB_LAPS_MAX + 1];

    for (uint32_t k = 0; k < f->n; k++)
        points[k] = (pb__point){pb__plot_lap_x(plot, f->lap[k]), scale.x + f->gap[k][2] * scale.y};
    pb__svg_path(&plot->svg, points, f->n, colour, width);
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
static uint32_t names_of(const pb__plot *plot, const fan *fans, pb__point scale, name *at)
{
    uint32_t n = 0;

    for (uint32_t rank = 0; rank < plot->result->n_cars; rank++) {
        const fan *f = &fans[rank];
        double     y = f->n ? scale.x + f->gap[f->n - 1][2] * scale.y : 0;
        if (f->n == 0 || y > scale.x + CHART_HEIGHT) continue;
        uint32_t k = n++;
        for (; k > 0 && at[k - 1].y > y; k--) at[k] = at[k - 1];
        at[k] = (name){y, rank};
    }
    return n;
}

/* Names at the right end, pushed down where they would lie on each other. */
static void draw_names(pb__plot *plot, const fan *fans, pb__point scale)
{
    name     at[PB_CARS_MAX];
    uint32_t n     = names_of(plot, fans, scale, at);
    double   below = -1e9;

    for (uint32_t i = 0; i < n; i++) {
        double y = at[i].y < below + LABEL_STEP ? below + LABEL_STEP : at[i].y;
        below    = y;
        pb__svg_bold(&plot->svg, (pb__point){PB__PLOT_RIGHT + 8, y + 4}, PB__START, 12,
                     at[i].rank < PB__HIGHLIGHTED ? pb__plot_colour(at[i].rank) : PB__FAINT,
                     plot->spec->cars[plot->order[at[i].rank]].code);
    }
}

static void draw_lines(pb__plot *plot, const fan *fans, pb__point scale)
{
    uint32_t n = plot->result->n_cars, shown = n < PB__HIGHLIGHTED ? n : PB__HIGHLIGHTED;

    for (uint32_t rank = shown; rank < n; rank++) draw_median(plot, &fans[rank], scale, pb__plot_colour(rank), 1);
    for (uint32_t rank = shown; rank-- > 0;) {
        draw_band(plot, &fans[rank], 0, 4, scale, pb__plot_colour(rank), 0.12);
        draw_band(plot, &fans[rank], 1, 3, scale, pb__plot_colour(rank), 0.22);
    }
    for (uint32_t rank = shown; rank-- > 0;) draw_median(plot, &fans[rank], scale, pb__plot_colour(rank), 2.2);
}

static void draw_chart(pb__plot *plot, const fan *fans, double y)
{
    double    top   = y + TITLE_HEIGHT;
    double    range = gap_range(fans, plot->result->n_cars);
    pb__point scale = {top, CHART_HEIGHT / range};

    pb__svg_bold(&plot->svg, (pb__point){PB__PLOT_LEFT, y + 12}, PB__START, 14, PB__INK, "Gap to the leader by lap");
    pb__svg_text(&plot->svg, (pb__point){PB__PLOT_RIGHT, y + 12}, PB__END, 11, PB__FAINT,
                 "line: median; dark band: half of the races; light band: four in five");
    draw_gap_axis(plot, top, range);
    pb__plot_lap_axis(plot, top, top + CHART_HEIGHT);
    pb__svg_clip(&plot->svg, "history", PB__PLOT_LEFT, top - 2, PB__PLOT_RIGHT - PB__PLOT_LEFT, CHART_HEIGHT + 2);
    draw_lines(plot, fans, scale);
    pb__svg_clip_end(&plot->svg);
    draw_names(plot, fans, scale);
}

double pb__plot_history(pb__plot *plot, double y)
{
    fan    *fans   = calloc(plot->result->n_cars, sizeof *fans);
    double *buffer = calloc(plot->result->trace.trials, sizeof *buffer);

    if (fans && buffer) {
        for (uint32_t rank = 0; rank < plot->result->n_cars; rank++)
            fan_of(plot, plot->order[rank], buffer, &fans[rank]);
        draw_chart(plot, fans, y);
    }
    free(fans);
    free(buffer);
    return y + pb__plot_history_height();
}
