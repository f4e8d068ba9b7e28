/* The race as gaps: seconds behind the leader at the end of every lap. */
#include <string.h>

#include "chart.h"

#define TOP 82.0
#define HEIGHT 620.0
#define BOTTOM 34.0
#define LABEL_STEP 15.0 /* least distance of two names */
#define LEAST_S 30.0    /* the axis shows at least this much */
#define STOPS_MAX 32

/* One car's line. */
typedef struct trace {
    uint32_t car, place; /* place: row in the finishing order, from 0 */
    uint32_t team;       /* colour */
    bool     second;     /* of its team: dashed */
    bool     finished;
    uint32_t n;
    uint16_t lap[PB_LAPS_MAX + 1];
    double   gap_s[PB_LAPS_MAX + 1];
} trace;

typedef struct gaps {
    pb__chart *chart;
    double     range_s;
    uint32_t   n;
    trace      of[PB_CARS_MAX];
} gaps;

/* ---- what is drawn ---- */

static void read_trace(const pb_chart_race *race, trace *t)
{
    const pb_log_car    *car = &race->log->cars[t->car];
    const pb_car_result *r   = &race->outcome->car[t->car];
    t->finished              = r->took_flag;
    for (uint32_t i = 0; i < car->n_laps && car->laps[i].number <= r->laps_done; i++) {
        uint16_t lap  = car->laps[i].number;
        int32_t  lead = race->outcome->lead_ms[lap], ms = lap == r->laps_done ? r->end_ms : car->laps[i].session_ms;
        if (lead == PB_MS_NONE || ms == PB_MS_NONE) continue;
        t->lap[t->n]   = lap;
        t->gap_s[t->n] = 1e-3 * ((double)ms - lead);
        t->n++;
    }
}

/* Teams in the order in which their first car finished share the colours out. */
static void give_colours(const pb_chart_race *race, gaps *g)
{
    char     team[PB_CARS_MAX][40];
    uint32_t teams = 0;
    for (uint32_t i = 0; i < g->n; i++) {
        pb_team_id(pb_span_of(race->log->cars[g->of[i].car].team), race->log->season, team[i], sizeof team[i]);
        g->of[i].team = UINT32_MAX;
        for (uint32_t k = 0; k < i && g->of[i].team == UINT32_MAX; k++)
            if (team[i][0] && strcmp(team[i], team[k]) == 0) {
                g->of[i].team   = g->of[k].team;
                g->of[i].second = true;
            }
        if (g->of[i].team == UINT32_MAX) g->of[i].team = teams++ % PB__TEAM_COLOURS;
    }
}

/* As far as the last car that took the flag was ever behind, at most: a car that
 * was repaired for ten minutes must not squeeze the others. */
static double range_of(const gaps *g)
{
    double end = LEAST_S, most = LEAST_S;
    for (uint32_t i = 0; i < g->n; i++) {
        const trace *t = &g->of[i];
        if (!t->finished || t->n == 0) continue;
        if (t->gap_s[t->n - 1] > end) end = t->gap_s[t->n - 1];
        for (uint32_t k = 0; k < t->n; k++)
            if (t->gap_s[k] > most) most = t->gap_s[k];
    }
    return (most < 1.25 * end ? most : 1.25 * end) * 1.02;
}

/* ---- the field ---- */

static double y_of(const gaps *g, double gap_s)
{
    return g->chart->top + HEIGHT * gap_s / g->range_s;
}

static void draw_axis(const gaps *g)
{
    int  step = g->range_s > 200 ? 50 : g->range_s > 80 ? 20 : 10;
    char text[24];
    for (int s = 0; s <= (int)g->range_s; s += step) {
        double y = y_of(g, s);
        pb__theme_line(&g->chart->svg, (pb__point){g->chart->left, y}, (pb__point){g->chart->right, y}, "g");
        snprintf(text, sizeof text, s ? "%d s" : "leader", s);
        pb__theme_text(&g->chart->svg, (pb__point){g->chart->left - 8, y + 4}, PB__END, 11, "f", text);
    }
}

static pb__point point(const gaps *g, const trace *t, uint32_t k)
{
    return (pb__point){pb__chart_x(g->chart, t->lap[k]), y_of(g, t->gap_s[k])};
}

static void draw_line(const gaps *g, const trace *t)
{
    pb__point points[PB_LAPS_MAX + 1];
    char      classes[16];
    for (uint32_t k = 0; k < t->n; k++) points[k] = point(g, t, k);
    snprintf(classes, sizeof classes, "l l-%u%s", t->team, t->second ? " d" : "");
    pb__theme_path(&g->chart->svg, points, t->n, classes);
}

static void draw_stops(const gaps *g, const trace *t)
{
    const pb_chart_race *race = g->chart->race;
    pb_tyre_stop         stop[STOPS_MAX];
    uint32_t             n = pb_car_stops(race->log, t->car, race->outcome, true, stop, STOPS_MAX);
    char                 classes[8], tip[96];
    snprintf(classes, sizeof classes, "m-%u", t->team);
    for (uint32_t s = 0; s < n && s < STOPS_MAX; s++)
        for (uint32_t k = 0; k < t->n; k++) {
            if (t->lap[k] != stop[s].in_lap) continue;
            snprintf(tip, sizeof tip, "%s: lap %u, %s", race->log->cars[t->car].code, stop[s].in_lap,
                     pb_compound_name((pb_compound)stop[s].compound));
            pb__theme_dot(&g->chart->svg, point(g, t, k), 3, classes, tip);
        }
}

/* ---- names ---- */

typedef struct name {
    double       y;
    const trace *of;
} name;

/* Those that took the flag, from the top; as many as fit, none on another. */
static uint32_t names_of(const gaps *g, name *at)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < g->n; i++) {
        const trace *t = &g->of[i];
        if (!t->finished || t->n == 0) continue;
        double   y = y_of(g, t->gap_s[t->n - 1]), last = g->chart->top + HEIGHT;
        uint32_t k = n++;
        for (; k > 0 && at[k - 1].y > y; k--) at[k] = at[k - 1];
        at[k] = (name){y < last ? y : last, t};
    }
    return n;
}

/* Downwards until none lies on another, then up from the bottom edge. */
static void spread(name *at, uint32_t n, double top, double bottom)
{
    double edge = top;
    for (uint32_t i = 0; i < n; i++) {
        if (at[i].y < edge) at[i].y = edge;
        edge = at[i].y + LABEL_STEP;
    }
    edge = bottom;
    for (uint32_t i = n; i-- > 0;) {
        if (at[i].y > edge) at[i].y = edge;
        edge = at[i].y - LABEL_STEP;
    }
}

static void draw_names(const gaps *g)
{
    name     at[PB_CARS_MAX];
    uint32_t n = names_of(g, at);
    char     classes[12], text[32];
    spread(at, n, g->chart->top, g->chart->top + HEIGHT);
    for (uint32_t i = 0; i < n; i++) {
        const trace *t   = at[i].of;
        pb__point    end = point(g, t, t->n - 1);
        double       x   = g->chart->right + 22;
        snprintf(classes, sizeof classes, "m-%u h", t->team);
        snprintf(text, sizeof text, "%u %s", t->place + 1, g->chart->race->log->cars[t->car].code);
        if (end.y <= g->chart->top + HEIGHT)
            pb__theme_line(&g->chart->svg, (pb__point){g->chart->right + 3, end.y}, (pb__point){x - 4, at[i].y}, "g");
        pb__theme_text(&g->chart->svg, (pb__point){x, at[i].y + 4}, PB__START, 12.5, classes, text);
    }
}

/* A car that dropped out is named where its line ends. */
static void draw_dropped(const gaps *g)
{
    char classes[12], text[24];
    for (uint32_t i = 0; i < g->n; i++) {
        const trace *t = &g->of[i];
        if (t->finished || t->n == 0) continue;
        pb__point end    = point(g, t, t->n - 1);
        double    bottom = g->chart->top + HEIGHT;
        if (end.y > bottom) end.y = bottom;
        snprintf(classes, sizeof classes, "m-%u h o", t->team);
        snprintf(text, sizeof text, "%s out", g->chart->race->log->cars[t->car].code);
        pb__theme_text(&g->chart->svg, (pb__point){end.x + 5, end.y + 4}, PB__START, 10.5, classes, text);
    }
}

/* ---- the page ---- */

static void draw(pb__chart *chart, FILE *to)
{
    gaps g        = {.chart = chart, .n = chart->race->log->n_cars};
    chart->left   = 64;
    chart->right  = PB__CHART_WIDTH - 92;
    chart->top    = TOP;
    chart->bottom = TOP + HEIGHT;
    for (uint32_t i = 0; i < g.n; i++) {
        g.of[i] = (trace){.car = chart->race->outcome->order[i], .place = i};
        read_trace(chart->race, &g.of[i]);
    }
    give_colours(chart->race, &g);
    g.range_s = range_of(&g);
    pb__chart_head(
        chart, to, chart->bottom + BOTTOM, "gaps",
        "Seconds behind the leader at the end of each lap. Dots are stops; the second car of a team is dashed.");
    pb__chart_bands(chart);
    pb__chart_laps(chart);
    draw_axis(&g);
    pb__svg_clip(&chart->svg, "field", chart->left, chart->top - 3, chart->right - chart->left + 4, HEIGHT + 4);
    for (uint32_t i = g.n; i-- > 0;) draw_line(&g, &g.of[i]);
    for (uint32_t i = g.n; i-- > 0;) draw_stops(&g, &g.of[i]);
    pb__svg_clip_end(&chart->svg);
    draw_dropped(&g);
    draw_names(&g);
}

pb_status pb_plot_gaps(const pb_chart_race *race, const char *path, pb_error *error)
{
    return pb__chart_write(race, draw, path, error);
}
