/* chart.h - what the charts of a recorded race share: the page, the laps along
 * it, and the bands where the race was neutralised. */
#ifndef PB_NARRATE_CHART_H
#define PB_NARRATE_CHART_H

#include "pitboard/narrate_race.h"
#include "theme.h"

#define PB__CHART_WIDTH 1120.0

typedef struct pb__chart {
    pb__svg              svg;
    const pb_chart_race *race;
    double               left, right, top, bottom; /* of the field that is drawn on */
} pb__chart;

/* Draws the whole chart; the caller has room for nothing else. */
typedef void pb__chart_draw(pb__chart *chart, FILE *to);
pb_status    pb__chart_write(const pb_chart_race *race, pb__chart_draw *draw, const char *path, pb_error *error);

/* Title, one line below it, page and style sheet. */
void pb__chart_head(pb__chart *chart, FILE *to, double height, const char *what, const char *how);
/* x of leader progress: 12.25 = a quarter into lap 13. */
double pb__chart_x(const pb__chart *chart, double progress);
/* Bands from top to bottom, named above; lines and numbers of laps. */
void pb__chart_bands(pb__chart *chart);
void pb__chart_laps(pb__chart *chart);

#endif
