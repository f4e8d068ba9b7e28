/* The page of a chart of a recorded race: see chart.h. */
#include <stdlib.h>
#include <string.h>

#include "chart.h"
#include "pitboard/codec.h"

const char *pb_compound_letters(pb_compound compound)
{
    static const char *const letters[PB_COMPOUND_N] = {"?", "S", "M", "H", "I", "W", "HS", "US", "SS", "XH"};
    return (unsigned)compound < PB_COMPOUND_N ? letters[compound] : "?";
}

pb_status pb__chart_write(const pb_chart_race *race, pb__chart_draw *draw, const char *path, pb_error *error)
{
    pb__chart chart = {.race = race};
    char     *text  = NULL;
    size_t    len   = 0;
    FILE     *to    = open_memstream(&text, &len);
    if (!to) return pb_error_set(error, PB_E_NOMEM, "%s: out of memory for the chart", path);
    draw(&chart, to);
    pb__svg_end(&chart.svg);
    bool      bad    = ferror(to) != 0;
    bool      closed = fclose(to) == 0;
    pb_status status = bad || !closed ? pb_error_set(error, PB_E_NOMEM, "%s: out of memory for the chart", path)
                                      : pb_file_write(path, (pb_span){text, len}, error);
    free(text);
    return status;
}

void pb__chart_head(pb__chart *chart, FILE *to, double height, const char *what, const char *how)
{
    char race[96], title[160];
    pb_race_log_title(chart->race->log, race, sizeof race);
    snprintf(title, sizeof title, "%s: %s", race, what);
    pb__theme_begin(&chart->svg, to, PB__CHART_WIDTH, height, title, how);
    pb__theme_text(&chart->svg, (pb__point){16, 30}, PB__START, 20, "i h", title);
    pb__theme_text(&chart->svg, (pb__point){16, 50}, PB__START, 12, "f", how);
}

double pb__chart_x(const pb__chart *chart, double progress)
{
    double laps = chart->race->outcome->laps > 0 ? chart->race->outcome->laps : 1;
    return chart->left + (chart->right - chart->left) * progress / laps;
}

/* Two names that would lie on each other: the later one is left to its band's tip. */
#define NAME_ROOM 26.0

void pb__chart_bands(pb__chart *chart)
{
    static const char *const classes[] = {"", "b-sc", "b-vsc", "b-red"}, *const names[] = {"", "SC", "VSC", "RED"};
    double named = -1e9;
    for (uint32_t i = 0; i < chart->race->n_phases; i++) {
        const pb_neutral_phase *p  = &chart->race->phases[i];
        double                  x0 = pb__chart_x(chart, p->start_progress), x1 = pb__chart_x(chart, p->end_progress);
        char                    tip[80];
        if (x1 > chart->right) x1 = chart->right;
        if (x1 < x0 + 2) x1 = x0 + 2; /* a red flag takes no laps */
        snprintf(tip, sizeof tip, "%s, lap %.0f to %.0f", names[p->kind], p->start_progress + 0.5,
                 p->end_progress + 0.5);
        pb__theme_rect(&chart->svg, (pb__box){x0, chart->top - 4, x1 - x0, chart->bottom - chart->top + 8}, 0,
                       classes[p->kind], tip);
        double middle = 0.5 * (x0 + x1);
        if (middle < named + NAME_ROOM) continue;
        named = middle;
        pb__theme_text(&chart->svg, (pb__point){middle, chart->top - 8}, PB__MIDDLE, 10, "f h", names[p->kind]);
    }
}

void pb__chart_laps(pb__chart *chart)
{
    uint32_t laps = chart->race->outcome->laps, step = laps > 120 ? 20 : laps > 30 ? 5 : 2;
    char     text[16];
    for (uint32_t lap = step; lap <= laps; lap += step) {
        double x = pb__chart_x(chart, lap);
        pb__theme_line(&chart->svg, (pb__point){x, chart->top}, (pb__point){x, chart->bottom}, "g");
        snprintf(text, sizeof text, "%u", lap);
        pb__theme_text(&chart->svg, (pb__point){x, chart->bottom + 18}, PB__MIDDLE, 11, "f", text);
    }
    pb__theme_text(&chart->svg, (pb__point){chart->left - 8, chart->bottom + 18}, PB__END, 11, "f", "lap");
}
