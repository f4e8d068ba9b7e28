/* rejoin_learn_pace: a regression of the next two laps against the field's. */
#include <math.h>
#include <stdlib.h>

#include "pitboard/num.h"
#include "rejoin_learn.h"

#define CLIP_S 4.0
#define FIRST_LAP 2
#define LAPS_MIN 500
#define STEP 2 /* of a car's laps one in so many is learned from: neighbours are much alike */

typedef struct rows {
    double *x, *y;
    size_t  n, cap;
} rows;

static bool reserve(rows *r)
{
    if (r->n < r->cap) return true;
    size_t  cap = r->cap ? 2 * r->cap : 8192;
    double *x   = realloc(r->x, cap * PB__REJOIN_PACE_N * sizeof *x);
    if (x) r->x = x;
    double *y = realloc(r->y, cap * sizeof *y);
    if (y) r->y = y;
    if (!x || !y) return false;
    r->cap = cap;
    return true;
}

/* Row i and the two after it are laps outside the lane, the two under green. */
static bool is_plain(const pb_log_car *car, uint32_t i)
{
    if (i < 1 || i + 2 >= car->n_laps || car->laps[i].number < FIRST_LAP) return false;
    for (uint32_t k = i; k <= i + 2; k++)
        if (car->laps[k].pit_in_ms != PB_MS_NONE || (k > i && !pb__lap_is_not_neutral(&car->laps[k]))) return false;
    return car->laps[i + 2].number == car->laps[i].number + 2;
}

static double clipped(double s)
{
    return fmin(fmax(s, -CLIP_S), CLIP_S);
}

static bool add_race(pb__rejoin_view *view, rows *out)
{
    for (uint32_t c = 0; c < view->log->n_cars; c++)
        for (uint32_t i = 1; i < view->log->cars[c].n_laps; i += STEP) {
            const pb_log_car *car = &view->log->cars[c];
            if (!is_plain(car, i)) continue;
            double sum = 0;
            for (uint32_t k = i + 1; k <= i + 2; k++)
                sum += clipped(pb__rejoin_lap_s(car, (int32_t)k) - pb__rejoin_field_s(view, car->laps[k].number));
            if (isnan(sum)) continue;
            if (!reserve(out)) return false;
            pb__rejoin_pace_row(view, c, (int32_t)i, out->x + out->n * PB__REJOIN_PACE_N);
            out->y[out->n++] = sum / 2;
        }
    return true;
}

pb_status pb__rejoin_learn_pace(const pb_history *past, double pace[PB__REJOIN_PACE_N])
{
    static const double ridge[PB__REJOIN_PACE_N] = {1, 1, 1, 1, 1, 1, 1, 1};
    rows                r                        = {0};
    pb__rejoin_view    *view                     = malloc(sizeof *view);
    bool                ok                       = view != NULL;
    for (size_t k = 0; k < past->n && ok; k++) {
        if (past->races[k].log->sprint || !past->races[k].usable) continue;
        pb__rejoin_view_init(view, past->races[k].log);
        ok = add_race(view, &r);
    }
    pb_status status = ok ? PB_OK : PB_E_NOMEM;
    if (ok && r.n >= LAPS_MIN) status = pb_least_squares(r.x, r.y, NULL, r.n, PB__REJOIN_PACE_N, ridge, pace, NULL);
    free(view);
    free(r.x);
    free(r.y);
    return status;
}
