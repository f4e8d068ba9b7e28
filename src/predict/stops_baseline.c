/* stops_baseline: the commonest strategy of the last edition, of the last three,
 * of the last five races of the season; MEDIUM-HARD always. The same as the
 * reference's (tools/baselines.py, b_stops), but for the distance of the race that
 * is told: it is the scheduled one here. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/num.h"
#include "stops_parts.h"
#include "truth.h"

#define ONE_STOPS_LEAST 5 /* at the circuit; fewer: of all races */
#define NO_RACE_YET 0.4   /* of the distance */

/* Cars that took the flag in dry races without a red flag, those of a race by code. */
typedef struct told_car {
    const char    *code;
    pb__made_stops made;
    uint16_t       laps; /* of its race */
    size_t         race;
} told_car;

typedef struct past {
    const pb_history *history;
    size_t            at;
    told_car         *car;
    size_t            n, cap;
    double           *room; /* n of them */
    uint16_t          laps; /* of the race that is told */
} past;

static bool reserve(past *p, size_t more)
{
    if (p->n + more <= p->cap) return true;
    size_t    cap  = p->n + more > 2 * p->cap ? p->n + more : 2 * p->cap;
    told_car *wide = realloc(p->car, cap * sizeof *wide);
    if (!wide) return false;
    p->car = wide;
    p->cap = cap;
    return true;
}

static pb_status add_race(past *p, size_t r)
{
    const pb_history_race *race   = &p->history->races[r];
    const size_t           from   = p->n;
    pb__truths             cars   = {0};
    pb_status              status = PB_OK;
    if (!race->log->sprint && pb__race_is_dry(race->log)) status = pb__truth_stops(race, &cars);
    if (status == PB_OK && !reserve(p, cars.n)) status = PB_E_NOMEM;
    for (size_t i = 0; i < cars.n && status == PB_OK; i++) {
        const uint32_t c   = (uint32_t)cars.at[i].car;
        told_car       car = {.laps = race->outcome->laps, .race = r, .code = race->log->cars[c].code};
        size_t         at  = p->n++;
        pb__stops_made(race->log, c, race->outcome, &car.made);
        for (; at > from && strcmp(p->car[at - 1].code, car.code) > 0; at--) p->car[at] = p->car[at - 1];
        p->car[at] = car;
    }
    pb__truths_fini(&cars);
    return status;
}

static bool is_here(const past *p, size_t r)
{
    return strcmp(p->history->races[r].log->circuit, p->history->races[p->at].log->circuit) == 0;
}

static void past_fini(past *p)
{
    free(p->car);
    free(p->room);
}

static pb_status past_init(const pb_history *history, size_t at, past *p)
{
    const pb_race_log *log    = history->races[at].log;
    pb_status          status = PB_OK;
    *p = (past){.history = history, .at = at, .laps = (uint16_t)pb_scheduled_laps(log->circuit, log->season, false)};
    for (size_t r = 0; r < at && status == PB_OK; r++) status = add_race(p, r);
    if (status == PB_OK && !(p->room = malloc((p->n + 1) * sizeof *p->room))) status = PB_E_NOMEM;
    for (size_t i = 0; i < p->n && p->laps == 0; i++)
        if (is_here(p, p->car[i].race)) p->laps = p->car[i].laps;
    return status;
}

/* ---- one strategy for the whole field ---- */

typedef struct strategy {
    pb__made_stops made;
    double         p[PB_STOPS_MAX]; /* of one stop, of two, of three or more: shares of the cars it rests on */
    bool           found;
} strategy;

static uint16_t lap_at(const past *p, double share)
{
    return (uint16_t)rint(share * p->laps);
}

static bool same_order(const pb__made_stops *a, const pb__made_stops *b)
{
    return a->n == b->n && a->n <= PB__MADE_STOPS_MAX && memcmp(a->compound, b->compound, a->n + 1) == 0;
}

typedef struct window {
    const size_t *races;
    size_t        n;
} window;

static bool in_window(const window *w, size_t race)
{
    for (size_t i = 0; i < w->n; i++)
        if (w->races[i] == race) return true;
    return false;
}

static size_t times(const past *p, const window *w, const pb__made_stops *order)
{
    size_t n = 0;
    for (size_t i = 0; i < p->n; i++) n += in_window(w, p->car[i].race) && same_order(&p->car[i].made, order);
    return n;
}

/* Shares by number of stops, of the cars of a window; NULL: of all. Without a car one stop is sure. */
static void put_shares(const past *p, const window *w, double share[PB_STOPS_MAX])
{
    double n[PB_STOPS_MAX + 1] = {0}, all = 0;
    for (size_t i = 0; i < p->n; i++) {
        uint32_t stops = p->car[i].made.n;
        if (w && !in_window(w, p->car[i].race)) continue;
        n[stops < PB_STOPS_MAX ? stops : PB_STOPS_MAX]++;
        all++;
    }
    for (int k = 0; k < PB_STOPS_MAX; k++) share[k] = all > 0 ? n[k + 1] / all : k == 0;
}

/* Commonest order, the first seen of equals; each stop at the median of those cars. */
static strategy modal(const past *p, const window *w)
{
    strategy best = {.found = false};
    size_t   most = 0;
    for (size_t i = 0; i < p->n; i++) {
        size_t n = in_window(w, p->car[i].race) ? times(p, w, &p->car[i].made) : 0;
        if (n <= most) continue;
        most = n;
        best = (strategy){.made = p->car[i].made, .found = true};
    }
    for (uint32_t s = 0; best.found && s < best.made.n; s++) {
        size_t n = 0;
        for (size_t i = 0; i < p->n; i++)
            if (in_window(w, p->car[i].race) && same_order(&p->car[i].made, &best.made))
                p->room[n++] = p->car[i].made.lap[s] / (double)p->car[i].laps;
        best.made.lap[s] = lap_at(p, pb_median(p->room, n));
    }
    put_shares(p, w, best.p);
    return best;
}

static strategy medium_hard(const past *p)
{
    strategy s = {.made = {.n = 1, .compound = {PB_COMPOUND_MEDIUM, PB_COMPOUND_HARD}}, .found = true};
    for (int everywhere = 0; everywhere < 2; everywhere++) {
        size_t n = 0;
        for (size_t i = 0; i < p->n; i++)
            if (p->car[i].made.n == 1 && (everywhere || is_here(p, p->car[i].race)))
                p->room[n++] = p->car[i].made.lap[0] / (double)p->car[i].laps;
        s.made.lap[0] = lap_at(p, n > 0 ? pb_median(p->room, n) : NO_RACE_YET);
        if (n >= ONE_STOPS_LEAST) break;
    }
    put_shares(p, NULL, s.p);
    return s;
}

static pb_status say(const past *p, const strategy *said, pb_rows *rows)
{
    const pb__made_stops *made = &said->made;
    const pb_race_log    *log  = p->history->races[p->at].log;
    pb_row                row  = {.season = log->season, .round = log->round};
    size_t                n = 0, at = 0;
    row.value[PB__STOPS_N] = made->n;
    memcpy(row.value + PB__STOPS_P1, said->p, sizeof said->p);
    for (uint32_t i = 0; i <= made->n && n < sizeof row.text[0]; i++)
        n += (size_t)snprintf(row.text[0] + n, sizeof row.text[0] - n, "%s%s", i ? "-" : "",
                              pb_compound_name((pb_compound)made->compound[i]));
    for (uint32_t i = 0; i < made->n && at < sizeof row.text[1]; i++)
        at += (size_t)snprintf(row.text[1] + at, sizeof row.text[1] - at, "%s%u", i ? "-" : "", made->lap[i]);
    for (uint32_t c = 0; c < log->n_cars; c++) {
        memcpy(row.driver, log->cars[c].code, sizeof row.driver);
        PB_TRY(pb_rows_add(rows, &row));
    }
    return PB_OK;
}

/* ---- which races ---- */

#define WINDOW_MAX 5

typedef bool belongs(const past *p, size_t r);

static bool this_season(const past *p, size_t r)
{
    return p->history->races[r].log->season == p->history->races[p->at].log->season;
}

/* The newest races of a sort, at most cap of them; which 0: none. */
static pb_status predict_modal(const pb_history *history, size_t at, belongs *which, size_t cap, pb_rows *rows,
                               pb_error *error)
{
    past      p;
    size_t    races[WINDOW_MAX];
    window    w      = {races, 0};
    pb_status status = past_init(history, at, &p);
    for (size_t i = p.n; i-- > 0 && which && w.n < cap;)
        if (which(&p, p.car[i].race) && !in_window(&w, p.car[i].race)) races[w.n++] = p.car[i].race;
    if (status == PB_OK) {
        strategy s = modal(&p, &w);
        if (!s.found) s = medium_hard(&p);
        status = say(&p, &s, rows);
    }
    past_fini(&p);
    return status == PB_OK ? PB_OK : pb_error_set(error, status, "stops: %s", pb_status_text(status));
}

pb_status pb__stops_constant_mh(const pb_model *model, const pb_history *history, size_t at, pb_rows *rows,
                                pb_error *error)
{
    (void)model;
    return predict_modal(history, at, NULL, 0, rows, error);
}

pb_status pb__stops_last_edition(const pb_model *model, const pb_history *history, size_t at, pb_rows *rows,
                                 pb_error *error)
{
    (void)model;
    return predict_modal(history, at, is_here, 1, rows, error);
}

pb_status pb__stops_last3_editions(const pb_model *model, const pb_history *history, size_t at, pb_rows *rows,
                                   pb_error *error)
{
    (void)model;
    return predict_modal(history, at, is_here, 3, rows, error);
}

pb_status pb__stops_last5_races(const pb_model *model, const pb_history *history, size_t at, pb_rows *rows,
                                pb_error *error)
{
    (void)model;
    return predict_modal(history, at, this_season, 5, rows, error);
}
