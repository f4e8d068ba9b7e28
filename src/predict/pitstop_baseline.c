#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pitstop.h"

#define HISTORY_MIN 8 /* visits that make a circuit's median */
#define RACE_MIN 5    /* and a race's */
#define TEAM_SHRINK 15.0

/* The visits of all races up to and with the one that is asked about. */
typedef struct past {
    const pb_history *history;
    size_t            at;
    pb__truths       *race; /* at + 1 of them */
    double           *x;    /* room for every visit */
} past;

static bool same_circuit(const past *p, size_t r)
{
    const char *circuit = p->history->races[p->at].log->circuit;
    return p->race[r].n > 0 && circuit[0] && strcmp(p->history->races[r].log->circuit, circuit) == 0;
}

static size_t take(const past *p, size_t r, size_t n)
{
    for (size_t i = 0; i < p->race[r].n; i++) p->x[n++] = p->race[r].at[i].y;
    return n;
}

static double race_median(const past *p, size_t r)
{
    return pb_median(p->x, take(p, r, 0));
}

/* Median of the last two editions; of all; of all races' medians. */
static double circuit_level(const past *p, size_t *recent)
{
    size_t n = 0, editions = 0;
    for (size_t r = p->at; r-- > 0 && editions < 2;)
        if (same_circuit(p, r)) {
            n = take(p, r, n);
            editions++;
        }
    *recent = n;
    if (n >= HISTORY_MIN) return pb_median(p->x, n);
    for (size_t r = n = 0; r < p->at; r++)
        if (same_circuit(p, r)) n = take(p, r, n);
    if (n >= HISTORY_MIN) return pb_median(p->x, n);
    double *medians = malloc((p->at + 1) * sizeof *medians);
    for (size_t r = n = 0; medians && r < p->at; r++)
        if (p->race[r].n >= RACE_MIN) medians[n++] = race_median(p, r);
    double level = n > 0 ? pb_median(medians, n) : 23.0;
    free(medians);
    return level;
}

static const char *team_of(const past *p, size_t r, size_t i)
{
    return p->history->races[r].log->cars[p->race[r].at[i].car].team;
}

/* Every visit of `team` since the season before against its race's median. */
static double team_offset(const past *p, const char *team)
{
    int     season = p->history->races[p->at].log->season;
    size_t  n = 0, cap = 0;
    double *rest = NULL;
    for (size_t r = 0; r < p->at; r++) {
        if (p->race[r].n < RACE_MIN || p->history->races[r].log->season < season - 1) continue;
        double median = race_median(p, r);
        for (size_t i = 0; i < p->race[r].n; i++) {
            if (strcmp(team_of(p, r, i), team) != 0) continue;
            if (n == cap) {
                double *more = realloc(rest, (cap = 2 * cap + 32) * sizeof *rest);
                if (!more) break;
                rest = more;
            }
            rest[n++] = p->race[r].at[i].y - median;
        }
    }
    double offset = n > 0 ? pb_median(rest, n) * (double)n / ((double)n + TEAM_SHRINK) : 0;
    free(rest);
    return offset;
}

/* 5 % and 95 % of what visits are off their race's median. */
static void spread(const past *p, double *rest, double *lo, double *hi)
{
    size_t n = 0;
    for (size_t r = 0; r < p->at; r++) {
        if (p->race[r].n < RACE_MIN) continue;
        double median = race_median(p, r);
        for (size_t i = 0; i < p->race[r].n; i++) rest[n++] = p->race[r].at[i].y - median;
    }
    pb_sort_f64(rest, n);
    *lo = n > 50 ? pb_quantile_sorted(rest, n, 0.05) : -1.5;
    *hi = n > 50 ? pb_quantile_sorted(rest, n, 0.95) : 5;
}

static double in_race(const past *p, uint32_t lap, double level, size_t *seen)
{
    const pb__truths *t = &p->race[p->at];
    size_t            n = 0;
    for (size_t i = 0; i < t->n; i++)
        if (t->at[i].lap + 2U <= lap) p->x[n++] = t->at[i].y;
    *seen     = n;
    p->x[n++] = level;
    p->x[n++] = level;
    return pb_median(p->x, n);
}

static pb_status predict_all(const past *p, double *rest, pb_rows *rows)
{
    const pb_race_log *log = p->history->races[p->at].log;
    const pb__truths  *t   = &p->race[p->at];
    size_t             recent, seen;
    double             lo, hi, level = circuit_level(p, &recent);
    double             wide = recent >= HISTORY_MIN ? 1 : 2;

    spread(p, rest, &lo, &hi);
    for (size_t i = 0; i < t->n; i++) {
        pb_row row = {.season = log->season, .round = log->round, .lap = (int16_t)t->at[i].lap};
        double at  = in_race(p, t->at[i].lap, level, &seen);
        double w   = seen < 4 ? wide : 0.3;
        at += team_offset(p, team_of(p, p->at, i));
        memcpy(row.driver, log->cars[t->at[i].car].code, sizeof row.driver);
        row.value[PB__LANE_S]   = at;
        row.value[PB__LANE_Q05] = at + lo - w;
        row.value[PB__LANE_Q95] = at + hi + w;
        PB_TRY(pb_rows_add(rows, &row));
    }
    return PB_OK;
}

pb_status pb__pitstop_in_race_team(const pb_model *model, const pb_history *history, size_t at, pb_rows *rows,
                                   pb_error *error)
{
    past      p      = {.history = history, .at = at, .race = calloc(at + 1, sizeof *p.race)};
    size_t    all    = 0;
    double   *rest   = NULL;
    pb_status status = p.race ? PB_OK : PB_E_NOMEM;
    (void)model;
    for (size_t r = 0; r <= at && status == PB_OK; r++)
        if (!history->races[r].log->sprint) {
            status = pb__truth_pitstop(&history->races[r], &p.race[r]);
            all += p.race[r].n;
        }
    p.x  = malloc((all + 2) * sizeof *p.x);
    rest = malloc((all + 2) * sizeof *rest);
    if (!p.x || !rest) status = PB_E_NOMEM;
    if (status == PB_OK) status = predict_all(&p, rest, rows);
    for (size_t r = 0; p.race && r <= at; r++) pb__truths_fini(&p.race[r]);
    free(p.race);
    free(p.x);
    free(rest);
    return status == PB_OK ? PB_OK : pb_error_set(error, status, "pit-lane times: %s", pb_status_text(status));
}
