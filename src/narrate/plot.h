/* plot.h - the panels of the race chart. Each draws at y and returns the y
 * below itself. Order: car indices, best expected finish first. */
#ifndef PB_NARRATE_PLOT_H
#define PB_NARRATE_PLOT_H

#include "pitboard/narrate.h"
#include "svg.h"

#define PB__PLOT_WIDTH 1120.0
#define PB__PLOT_LEFT 64.0
#define PB__PLOT_RIGHT (PB__PLOT_WIDTH - 64.0)
#define PB__HIGHLIGHTED 6 /* cars with a colour and a fan; more cannot be told apart */

#define PB__FAN_QUANTILES 5 /* 10, 25, 50, 75, 90 % */

/* Gap to the leader of one car over the traced races, lap by lap. A lap where it
 * still runs in fewer than one race in ten is left out. */
typedef struct pb__fan {
    uint32_t n;                    /* laps with something to show */
    uint32_t lap[PB_LAPS_MAX + 1]; /* their numbers */
    double   gap[PB_LAPS_MAX + 1][PB__FAN_QUANTILES];
} pb__fan;

typedef struct pb__plot {
    pb__svg              svg;
    const pb_race_spec  *spec;
    const pb_sim_result *result;
    uint32_t             order[PB_CARS_MAX];
    pb__fan             *fans; /* by rank; NULL without a trace */
} pb__plot;

/* Fills plot->fans; plot->order must stand. Free them. */
pb_status pb__plot_make_fans(pb__plot *plot);

/* Colour of the car at this rank, or faint grey. Okabe and Ito (2008). */
const char *pb__plot_colour(uint32_t rank);

double pb__plot_heat(pb__plot *plot, double y);
double pb__plot_history(pb__plot *plot, double y);
double pb__plot_fans(pb__plot *plot, double y);
double pb__plot_stops(pb__plot *plot, double y);
/* x of the end of a lap; the history and the stops share it. */
double pb__plot_lap_x(const pb__plot *plot, double lap);
void   pb__plot_lap_axis(pb__plot *plot, double top, double bottom);

double pb__plot_heat_height(const pb__plot *plot);
double pb__plot_history_height(void);
double pb__plot_fans_height(const pb__plot *plot);
double pb__plot_stops_height(const pb__plot *plot);

#endif
