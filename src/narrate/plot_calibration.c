/* plot_calibration: how often what was told came true. Panels side by side, three
 * a row. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "pitboard/codec.h"
#include "pitboard/narrate.h"
#include "svg.h"

#define PANEL 340.0
#define PLOT 240.0 /* square of a panel */
#define LEFT 64.0
#define TOP 72.0
#define A_ROW 3
#define HEAD 44.0
#define MARK 5.0
#define BLUE "#0072b2"
#define ORANGE "#d55e00"
#define PALE "#cfe3f1"

/* A square with both axes from lo to hi. */
typedef struct panel {
    pb__svg *svg;
    double   x, y; /* upper left corner of the panel */
    double   x_lo, x_hi, y_lo, y_hi;
} panel;

static double px(const panel *p, double x)
{
    return p->x + LEFT + PLOT * (x - p->x_lo) / (p->x_hi - p->x_lo);
}

static double py(const panel *p, double y)
{
    return p->y + TOP + PLOT * (1 - (y - p->y_lo) / (p->y_hi - p->y_lo));
}

/* 0.05, 0.1, 0.2, 0.5 or 1: the first that holds x. */
static double axis_end(double x)
{
    static const double ends[] = {0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (x <= ends[i]) return ends[i];
    return 1;
}

static void put_title(const panel *p, const char *name, const char *line)
{
    pb__svg_bold(p->svg, (pb__point){p->x + LEFT, p->y + TOP - 38}, PB__START, 14, PB__INK, name);
    pb__svg_text(p->svg, (pb__point){p->x + LEFT, p->y + TOP - 20}, PB__START, 11, PB__FAINT, line);
}

static void put_number(const panel *p, double x, double y, pb__anchor anchor, double value)
{
    char text[16];
    snprintf(text, sizeof text, "%.3g", value);
    pb__svg_text(p->svg, (pb__point){x, y}, anchor, 11, PB__FAINT, text);
}

static void put_y_axis(const panel *p, int steps)
{
    for (int k = 0; k <= steps; k++) {
        double y = p->y_lo + (p->y_hi - p->y_lo) * k / steps;
        pb__svg_line(p->svg, (pb__point){p->x + LEFT, py(p, y)}, (pb__point){p->x + LEFT + PLOT, py(p, y)}, PB__GRID,
                     1);
        put_number(p, p->x + LEFT - 8, py(p, y) + 4, PB__END, y);
    }
}

static void put_x_axis(const panel *p, int steps, const char *what)
{
    for (int k = 0; k <= steps; k++) {
        double x = p->x_lo + (p->x_hi - p->x_lo) * k / steps;
        put_number(p, px(p, x), p->y + TOP + PLOT + 16, PB__MIDDLE, x);
    }
    pb__svg_text(p->svg, (pb__point){p->x + LEFT + PLOT / 2, p->y + TOP + PLOT + 34}, PB__MIDDLE, 12, PB__INK, what);
}

/* A square with its interval. */
static void put_mark(const panel *p, double x, const pb_calibration_bin *bin)
{
    const char *colour = bin->inside ? BLUE : ORANGE;
    double lo = fmax(bin->lo, p->y_lo), hi = fmin(bin->hi, p->y_hi), y = fmin(fmax(bin->observed, p->y_lo), p->y_hi);
    pb__svg_line(p->svg, (pb__point){px(p, x), py(p, lo)}, (pb__point){px(p, x), py(p, hi)}, colour, 1.5);
    pb__svg_rect(p->svg, px(p, x) - MARK / 2, py(p, y) - MARK / 2, MARK, MARK, colour);
}

static void draw_event(panel *p, const pb_calibration *c)
{
    char   line[80];
    double most = 0;
    for (uint32_t k = 0; k < c->n_bins; k++) most = fmax(most, fmax(c->bin[k].predicted, c->bin[k].observed));
    p->x_hi = p->y_hi = axis_end(1.1 * most);
    snprintf(line, sizeof line, "slope %.2f [%.2f, %.2f], %u of %u bins", c->slope.value, c->slope.lo, c->slope.hi,
             c->n_inside, c->n_bins);
    put_title(p, c->name, line);
    put_y_axis(p, 5);
    put_x_axis(p, 5, "told");
    pb__svg_line(p->svg, (pb__point){px(p, 0), py(p, 0)}, (pb__point){px(p, p->x_hi), py(p, p->y_hi)}, PB__FAINT, 1);
    for (uint32_t k = 0; k < c->n_bins; k++) put_mark(p, c->bin[k].predicted, &c->bin[k]);
    pb__svg_text(p->svg, (pb__point){p->x + LEFT + 6, p->y + TOP + 14}, PB__START, 11, PB__FAINT, "came true");
}

static void draw_places(panel *p, const pb_calibration *c)
{
    char line[80];
    p->x_hi = 1;
    p->y_hi = 0.2;
    snprintf(line, sizeof line, "0.1 to 0.9: %.3f; %u of %u tenths", c->covered.value, c->n_inside, c->n_bins);
    put_title(p, c->name, line);
    put_y_axis(p, 4);
    put_x_axis(p, 5, "randomised PIT");
    for (uint32_t k = 0; k < c->n_bins; k++) {
        double left = px(p, k / (double)c->n_bins), right = px(p, (k + 1) / (double)c->n_bins);
        double y = py(p, fmin(c->bin[k].observed, p->y_hi));
        pb__svg_rect(p->svg, left + 1, y, right - left - 2, py(p, 0) - y, PALE);
        put_mark(p, (k + 0.5) / c->n_bins, &c->bin[k]);
    }
    pb__svg_line(p->svg, (pb__point){px(p, 0), py(p, 0.1)}, (pb__point){px(p, 1), py(p, 0.1)}, PB__FAINT, 1);
}

static void draw_intervals(panel *p, const pb_calibration *of, size_t n)
{
    size_t k = 0, all = 0;
    for (size_t i = 0; i < n; i++) all += of[i].kind == PB_CALIBRATION_INTERVAL;
    p->x_lo = 0.5;
    p->x_hi = 1;
    p->y_hi = (double)all;
    put_title(p, "intervals", "covered share; line: what it should be");
    put_x_axis(p, 5, "covered");
    for (size_t i = 0; i < n; i++) {
        if (of[i].kind != PB_CALIBRATION_INTERVAL) continue;
        double y  = py(p, (double)all - (double)k - 0.5);
        double lo = fmax(of[i].covered.lo, p->x_lo), x = fmax(of[i].covered.value, p->x_lo);
        k++;
        pb__svg_text(p->svg, (pb__point){px(p, p->x_lo), y - 10}, PB__START, 11, PB__INK, of[i].name);
        pb__svg_line(p->svg, (pb__point){px(p, p->x_lo), y}, (pb__point){px(p, 1), y}, PB__GRID, 1);
        pb__svg_line(p->svg, (pb__point){px(p, of[i].nominal), y - 9}, (pb__point){px(p, of[i].nominal), y + 9},
                     PB__FAINT, 1.5);
        pb__svg_line(p->svg, (pb__point){px(p, lo), y}, (pb__point){px(p, of[i].covered.hi), y}, BLUE, 1.5);
        pb__svg_rect(p->svg, px(p, x) - MARK / 2, y - MARK / 2, MARK, MARK, BLUE);
    }
}

/* An event is drawn when some bin has enough cases. */
static bool is_drawn(const pb_calibration *c)
{
    return c->kind == PB_CALIBRATION_PLACES || (c->kind == PB_CALIBRATION_EVENT && c->n_bins > 0);
}

static size_t count_panels(const pb_calibration *of, size_t n)
{
    size_t panels = 0;
    bool   some   = false;
    for (size_t i = 0; i < n; i++) {
        panels += is_drawn(&of[i]);
        some = some || of[i].kind == PB_CALIBRATION_INTERVAL;
    }
    return panels + some;
}

static panel panel_at(pb__svg *svg, size_t k)
{
    size_t column = k % A_ROW, row = k / A_ROW;
    return (panel){.svg = svg, .x = PANEL * (double)column, .y = HEAD + PANEL * (double)row};
}

static void draw(const pb_calibration *of, size_t n, const char *title, FILE *to)
{
    pb__svg svg;
    size_t  panels = count_panels(of, n), rows = (panels + A_ROW - 1) / A_ROW, k = 0;
    double  width = PANEL * (double)(panels < A_ROW ? panels : A_ROW) + 24;
    pb__svg_begin(&svg, to, fmax(width, 480), HEAD + (PANEL + 16) * (double)rows, title);
    pb__svg_bold(&svg, (pb__point){LEFT, 32}, PB__START, 18, PB__INK, title);
    for (size_t i = 0; i < n; i++) {
        if (!is_drawn(&of[i])) continue;
        panel p = panel_at(&svg, k++);
        if (of[i].kind == PB_CALIBRATION_EVENT)
            draw_event(&p, &of[i]);
        else
            draw_places(&p, &of[i]);
    }
    panel p = panel_at(&svg, k);
    if (k < panels) draw_intervals(&p, of, n);
    pb__svg_end(&svg);
}

pb_status pb_plot_calibration(const pb_calibration *of, size_t n, const char *title, const char *path, pb_error *error)
{
    char  *text = NULL;
    size_t len  = 0;
    if (count_panels(of, n) == 0) return pb_error_set(error, PB_E_EMPTY, "%s: too few cases to draw", path);
    FILE *to = open_memstream(&text, &len);
    if (!to) return pb_error_set(error, PB_E_NOMEM, "out of memory for the chart");
    draw(of, n, title, to);
    pb_status status = fclose(to) == 0 ? pb_file_write(path, (pb_span){text, len}, error)
                                       : pb_error_set(error, PB_E_NOMEM, "out of memory for the chart");
    free(text);
    return status;
}
