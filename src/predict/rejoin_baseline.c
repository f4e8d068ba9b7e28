/* rejoin_baseline: count the cars within the circuit's median loss. The scorer's
 * b_rejoin, so that both give the same rows. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/num.h"
#include "rejoin.h"

#define FIRST_LAP 4
#define BEFORE 6 /* rows before the in-lap that tell the car's pace, of the clean ones the last three */
#define LOSS_MIN_S 8.0
#define LOSS_MAX_S 60.0
#define STOPS_MIN 8      /* that make a circuit's median */
#define RACE_STOPS_MIN 5 /* and a race's */
#define UNKNOWN_S 22.0
#define IN_LANE_SHARE 0.85 /* of the loss that a car in the lane still has ahead */
#define PRIOR_STOPS 3

typedef struct loss {
    uint16_t lap;
    double   s;
} loss;

/* Green stops of the races up to and with the one that is asked about. */
typedef struct losses {
    loss   *at;
    size_t *first; /* by race, n + 1 */
    size_t  n, cap;
} losses;

static bool loss_of(const pb_history_race *race, const pb__truth *visit, loss *out)
{
    const pb_log_car *car = &race->log->cars[visit->car];
    int32_t           i = visit->row, from = i > BEFORE ? i - BEFORE : 0;
    double            v[3];
    size_t            n = 0;
    if (visit->lap < FIRST_LAP || i < 1 || visit->lap + 1u > race->outcome->car[visit->car].laps_done) return false;
    for (int32_t k = i; k-- > from && n < 3;)
        if (pb_lap_is_clean(&car->laps[k])) v[n++] = car->laps[k].time_ms / 1000.0;
    if (n < 2) return false;
    out->lap = visit->lap;
    out->s   = (car->laps[i + 1].session_ms - car->laps[i - 1].session_ms) / 1000.0 - 2 * pb_median(v, n);
    return out->s > LOSS_MIN_S && out->s < LOSS_MAX_S;
}

static pb_status add_race(const pb_history_race *race, losses *out)
{
    pb__truths visits = {0};
    pb_status  status = race->log->sprint ? PB_OK : pb__truth_pitstop(race, &visits);
    for (size_t i = 0; i < visits.n && status == PB_OK; i++) {
        if (out->n == out->cap) {
            loss *more = realloc(out->at, (2 * out->cap + 256) * sizeof *more);
            if (!more) {
                status = PB_E_NOMEM;
                break;
            }
            out->at  = more;
            out->cap = 2 * out->cap + 256;
        }
        out->n += loss_of(race, &visits.at[i], &out->at[out->n]);
    }
    pb__truths_fini(&visits);
    return status;
}

static void losses_fini(losses *l)
{
    free(l->at);
    free(l->first);
}

static pb_status losses_init(const pb_history *history, size_t n, losses *out)
{
    *out             = (losses){.first = calloc(n + 1, sizeof *out->first)};
    pb_status status = out->first ? PB_OK : PB_E_NOMEM;
    for (size_t r = 0; r < n && status == PB_OK; r++) {
        status            = add_race(&history->races[r], out);
        out->first[r + 1] = out->n;
    }
    return status;
}

/* Appends a race's losses to x; the new count. */
static size_t take(const losses *l, size_t r, double *x, size_t n)
{
    for (size_t i = l->first[r]; i < l->first[r + 1]; i++) x[n++] = l->at[i].s;
    return n;
}

/* Median of all editions before; where they are few, of all races' medians. */
static double circuit_loss(const pb_history *history, size_t at, const losses *l, double *x, double *medians)
{
    size_t n = 0, races = 0;
    for (size_t r = 0; r < at; r++)
        if (strcmp(history->races[r].log->circuit, history->races[at].log->circuit) == 0) n = take(l, r, x, n);
    if (n >= STOPS_MIN) return pb_median(x, n);
    for (size_t r = 0; r < at; r++) {
        n = take(l, r, x, 0);
        if (n >= RACE_STOPS_MIN) medians[races++] = pb_median(x, n);
    }
    return races > 0 ? pb_median(medians, races) : UNKNOWN_S;
}

/* With the stops of this race whose out-lap is known, the circuit's weighing as three. */
static double updated(const losses *l, size_t at, uint32_t in_lap, double base, double *x)
{
    size_t n = 0;
    for (size_t i = l->first[at]; i < l->first[at + 1]; i++)
        if (l->at[i].lap + 2u <= in_lap) x[n++] = l->at[i].s;
    for (int k = 0; k < PRIOR_STOPS && n > 0; k++) x[n + (size_t)k] = base;
    return n > 0 ? pb_median(x, n + PRIOR_STOPS) : base;
}

/* Cars that would be ahead; one that is in the lane has most of its loss to come. */
static uint32_t count_ahead(const pb_history_race *race, const pb__truth *t, double loss_s)
{
    uint32_t place = 1, lap = t->lap - 1u;
    int32_t  own   = pb_lap_row(&race->log->cars[t->car], lap);
    double   after = race->log->cars[t->car].laps[own].session_ms / 1000.0 + loss_s;
    for (uint32_t c = 0; c < race->log->n_cars; c++) {
        int32_t row = pb_lap_row(&race->log->cars[c], lap);
        if ((int32_t)c == t->car || row < 0 || race->outcome->car[c].laps_done < lap) continue;
        const pb_lap *other   = &race->log->cars[c].laps[row];
        double        in_lane = other->pit_in_ms != PB_MS_NONE ? IN_LANE_SHARE * loss_s : 0;
        place += other->session_ms / 1000.0 + in_lane < after;
    }
    return place;
}

enum how { NO_LOSS, CIRCUIT, UPDATED };

static pb_status say(const pb_history *history, size_t at, enum how how, const losses *l, double *x, pb_rows *rows)
{
    const pb_history_race *race   = &history->races[at];
    pb__truths             truths = {0};
    pb_status              status = pb__truth_rejoin(race, &truths);
    double                 base   = circuit_loss(history, at, l, x, x + l->n + PRIOR_STOPS);
    for (size_t i = 0; i < truths.n && status == PB_OK; i++) {
        const pb__truth *t   = &truths.at[i];
        double           s   = how == UPDATED ? updated(l, at, t->lap, base, x) : base;
        pb_row           row = {.season = race->log->season, .round = race->log->round, .lap = (int16_t)t->lap};
        row.value[PB__REJOIN_PLACE] =
            how == NO_LOSS ? pb__running_place(race, (uint32_t)t->car, t->lap - 1u) : count_ahead(race, t, s);
        row.value[PB__REJOIN_WITHIN] = how == NO_LOSS ? 0.2 : 0.8;
        memcpy(row.driver, race->log->cars[t->car].code, sizeof row.driver);
        status = pb_rows_add(rows, &row);
    }
    pb__truths_fini(&truths);
    return status;
}

static pb_status predict(const pb_history *history, size_t at, enum how how, pb_rows *rows, pb_error *error)
{
    losses    l;
    pb_status status = losses_init(history, at + 1, &l);
    double   *x      = malloc((l.n + PRIOR_STOPS + at + 1) * sizeof *x);
    if (!x) status = PB_E_NOMEM;
    if (status == PB_OK) status = say(history, at, how, &l, x, rows);
    losses_fini(&l);
    free(x);
    return status == PB_OK ? PB_OK : pb_error_set(error, status, "rejoin: %s", pb_status_text(status));
}

pb_status pb__rejoin_circuit_updated(const pb_model *model, const pb_history *history, size_t at, pb_rows *rows,
                                     pb_error *error)
{
    (void)model;
    return predict(history, at, UPDATED, rows, error);
}

pb_status pb__rejoin_circuit(const pb_model *model, const pb_history *history, size_t at, pb_rows *rows,
                             pb_error *error)
{
    (void)model;
    return predict(history, at, CIRCUIT, rows, error);
}

pb_status pb__rejoin_no_loss(const pb_model *model, const pb_history *history, size_t at, pb_rows *rows,
                             pb_error *error)
{
    (void)model;
    return predict(history, at, NO_LOSS, rows, error);
}
