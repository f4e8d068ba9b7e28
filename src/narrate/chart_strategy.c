/* Who ran which tyres when: one row a car, one bar a stint. */
#include <string.h>

#include "chart.h"

#define ROW 25.0
#define BAR 17.0
#define TOP 82.0
#define LEGEND 58.0
#define STOPS_MAX 32
#define LETTER_ROOM 20.0 /* a bar this wide has room for its letters */
#define NUMBER_ROOM 36.0 /* and for its in-lap beside them */

/* A run on one set. */
typedef struct stint {
    uint32_t from, to; /* laps, both counted */
    uint8_t  compound;
    int32_t  age_laps; /* of the set before it; -1 unknown */
    bool     last;     /* no stop at its end */
} stint;

/* ---- what was run ---- */

/* The set a car was on: the first row of the stint that names it. */
static void name_set(const pb_log_car *car, stint *s)
{
    s->compound = PB_COMPOUND_UNKNOWN;
    s->age_laps = -1;
    for (uint32_t i = 0; i < car->n_laps && car->laps[i].number <= s->to; i++) {
        const pb_lap *lap = &car->laps[i];
        if (lap->number < s->from) continue;
        if (s->compound == PB_COMPOUND_UNKNOWN) s->compound = lap->compound;
        if (s->age_laps < 0 && lap->tyre_age_laps > 0)
            s->age_laps = lap->tyre_age_laps - 1 - ((int32_t)lap->number - (int32_t)s->from);
    }
}

static uint32_t stints_of(const pb_chart_race *race, uint32_t car, stint out[STOPS_MAX + 1])
{
    pb_tyre_stop stop[STOPS_MAX];
    uint32_t     done = race->outcome->car[car].laps_done, n = 0;
    uint32_t     stops = pb_car_stops(race->log, car, race->outcome, true, stop, STOPS_MAX);
    uint32_t     from  = 1;
    if (stops > STOPS_MAX) stops = STOPS_MAX;
    for (uint32_t k = 0; k <= stops; k++) {
        bool last = k == stops;
        out[n]    = (stint){.from = from, .to = last ? done : stop[k].in_lap, .last = last};
        if (out[n].to < from) out[n].to = from; /* it stopped, and did not end its out-lap */
        name_set(&race->log->cars[car], &out[n]);
        from = out[n].to + 1;
        n++;
    }
    return n;
}

/* ---- rows ---- */

/* Every bar has its letters, however short: colours alone are no key. */
static void put_letters(pb__chart *chart, pb__box b, const stint *s, const char *ink)
{
    const char *letters = pb_compound_letters((pb_compound)s->compound);
    if (b.w >= LETTER_ROOM)
        pb__theme_text(&chart->svg, (pb__point){b.x + 4, b.y + 13}, PB__START, 12, ink, letters);
    else
        pb__theme_text(&chart->svg, (pb__point){b.x + b.w / 2, b.y + 12}, PB__MIDDLE, 9, ink, letters);
}

static void draw_bar(pb__chart *chart, uint32_t car, const stint *s, double y)
{
    char        classes[16], ink[8], tip[120], used[32] = "", number[8];
    const char *code = chart->race->log->cars[car].code;
    pb__box     b    = {.x = pb__chart_x(chart, s->from - 1.0), .y = y + (ROW - BAR) / 2, .h = BAR};
    b.w              = pb__chart_x(chart, s->to) - b.x - (s->last ? 0 : 1.5);
    if (s->age_laps > 0) snprintf(used, sizeof used, ", %d laps old before", (int)s->age_laps);
    snprintf(tip, sizeof tip, "%s: %s, laps %u to %u%s", code, pb_compound_name((pb_compound)s->compound), s->from,
             s->to, used);
    snprintf(classes, sizeof classes, "t t-%u", s->compound);
    snprintf(ink, sizeof ink, "n-%u h", s->compound);
    pb__theme_rect(&chart->svg, b, 2.5, classes, tip);
    put_letters(chart, b, s, ink);
    if (s->last || b.w < NUMBER_ROOM) return;
    snprintf(number, sizeof number, "%u", s->to);
    snprintf(ink, sizeof ink, "n-%u", s->compound);
    pb__theme_text(&chart->svg, (pb__point){b.x + b.w - 4, b.y + 12.5}, PB__END, 10.5, ink, number);
}

/* "1:27:38.241" is of no use here: the gap, laps behind, or where it ended. */
static void result_of(const pb_chart_race *race, uint32_t car, char *out, size_t cap)
{
    const pb_car_result *r = &race->outcome->car[car], *first = &race->outcome->car[race->outcome->order[0]];
    if (!r->took_flag)
        snprintf(out, cap, "out, lap %u", r->laps_done + 1u);
    else if (r->place == 1)
        snprintf(out, cap, "winner");
    else if (r->laps_done < first->laps_done)
        snprintf(out, cap, "+%d lap%s", first->laps_done - r->laps_done,
                 first->laps_done - r->laps_done == 1 ? "" : "s");
    else
        snprintf(out, cap, "+%.1f s", 1e-3 * ((double)r->end_ms - first->end_ms));
}

static void draw_row(pb__chart *chart, uint32_t place, double y)
{
    const pb_chart_race *race = chart->race;
    uint32_t             car  = race->outcome->order[place];
    stint                s[STOPS_MAX + 1];
    char                 text[24];
    uint32_t             n = race->outcome->car[car].laps_done > 0 ? stints_of(race, car, s) : 0;
    snprintf(text, sizeof text, "%u", place + 1);
    pb__theme_text(&chart->svg, (pb__point){34, y + 17}, PB__END, 12, "f", text);
    pb__theme_text(&chart->svg, (pb__point){42, y + 17}, PB__START, 13, "i h", race->log->cars[car].code);
    for (uint32_t k = 0; k < n; k++) draw_bar(chart, car, &s[k], y);
    result_of(race, car, text, sizeof text);
    pb__theme_text(&chart->svg, (pb__point){PB__CHART_WIDTH - 14, y + 17}, PB__END, 11.5, "f", text);
}

/* ---- the page ---- */

static void draw_legend(pb__chart *chart, double y)
{
    bool   seen[PB_COMPOUND_N] = {false};
    double x                   = chart->left;
    for (uint32_t c = 0; c < chart->race->log->n_cars; c++)
        for (uint32_t i = 0; i < chart->race->log->cars[c].n_laps; i++) {
            uint8_t k = chart->race->log->cars[c].laps[i].compound;
            if (k < PB_COMPOUND_N) seen[k] = true;
        }
    for (uint32_t k = 0; k < PB_COMPOUND_N; k++) {
        char text[32], classes[16], ink[8];
        if (!seen[k]) continue;
        snprintf(classes, sizeof classes, "t t-%u", k);
        snprintf(ink, sizeof ink, "n-%u h", k);
        snprintf(text, sizeof text, "%s", k ? pb_compound_name((pb_compound)k) : "not known");
        pb__theme_rect(&chart->svg, (pb__box){x, y, 24, BAR}, 2.5, classes, NULL);
        pb__theme_text(&chart->svg, (pb__point){x + 12, y + 13}, PB__MIDDLE, 12, ink,
                       pb_compound_letters((pb_compound)k));
        pb__theme_text(&chart->svg, (pb__point){x + 30, y + 13}, PB__START, 11, "f", text);
        x += 46 + 8.2 * (double)strlen(text);
    }
}

static void draw(pb__chart *chart, FILE *to)
{
    uint32_t n    = chart->race->log->n_cars;
    chart->left   = 88;
    chart->right  = PB__CHART_WIDTH - 92;
    chart->top    = TOP;
    chart->bottom = TOP + ROW * n;
    pb__chart_head(
        chart, to, chart->bottom + LEGEND, "tyres",
        "Cars in finishing order. The letter is the compound, the number the lap at whose end the car came in.");
    pb__chart_laps(chart);
    pb__chart_bands(chart);
    for (uint32_t place = 0; place < n; place++) draw_row(chart, place, TOP + ROW * place);
    draw_legend(chart, chart->bottom + 32);
}

pb_status pb_plot_strategy(const pb_chart_race *race, const char *path, pb_error *error)
{
    return pb__chart_write(race, draw, path, error);
}
