#include "rejoin_level.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "penalty.h"
#include "pitboard/num.h"
#include "robust_level.h"

/* Chosen on 2018-2022, where the optimum is flat; seconds. */
static const struct {
    double same, new, scale, tail, unseen;
} loss_options = {0.8, 2.5, 1.2, 1.5, 22.5}, in_options = {0.3, 1.5, 0.5, 1.5, 2.5};

#define STOPS_MIN 3 /* that make a race's level */
#define LANE_MIN_MS 5000
#define LANE_MAX_MS 60000
#define WIDER 3.0 /* at the end of a race its own stops count, hardly what was before */

/* ---- one stop ---- */

/* Row i is the in-lap of a green visit, and the out-lap is seen. */
static bool is_visit(const pb__rejoin_view *view, const pb_log_car *car, uint32_t i)
{
    const pb_lap *in = &car->laps[i], *out = in + 1;
    if (i < 1 || i + 1 >= car->n_laps || in->pit_in_ms == PB_MS_NONE || out->pit_out_ms == PB_MS_NONE) return false;
    if (!pb__rejoin_sees(view, out) || out->number != in->number + 1 || in[-1].number + 1 != in->number) return false;
    int32_t lane_ms = out->pit_out_ms - in->pit_in_ms;
    return pb__lap_is_not_neutral(in) && pb__lap_is_not_neutral(out) && lane_ms > LANE_MIN_MS && lane_ms < LANE_MAX_MS;
}

size_t pb__rejoin_costs(pb__rejoin_view *view, const pb_history_race *race, const double pace[PB__REJOIN_PACE_N],
                        const double *team_s, pb__rejoin_cost *out, size_t cap)
{
    size_t n = 0;
    for (uint32_t c = 0; c < view->log->n_cars; c++)
        for (uint32_t i = 1; i < view->log->cars[c].n_laps && n < cap; i++) {
            const pb_log_car *car = &view->log->cars[c];
            if (!is_visit(view, car, i)) continue;
            uint32_t lap = car->laps[i].number;
            double   own = pb__rejoin_pace(view, pace, c, (int32_t)i - 1);
            double   in  = pb__rejoin_lap_s(car, (int32_t)i) - pb__rejoin_field_s(view, lap) - own;
            double   to  = pb__rejoin_lap_s(car, (int32_t)i + 1) - pb__rejoin_field_s(view, lap + 1) - own;
            if (isnan(in + to)) continue;
            out[n++] = (pb__rejoin_cost){.car    = (uint16_t)c,
                                         .in_lap = (uint16_t)lap,
                                         .row    = (int32_t)i,
                                         .in_s   = in,
                                         .loss_s = in + to - team_s[c] - pb__penalty_pending_s(race, c, lap)};
        }
    return n;
}

/* ---- the level ---- */

typedef double part_of(const pb__rejoin_cost *cost);

static double in_part(const pb__rejoin_cost *cost)
{
    return cost->in_s;
}

static double loss_part(const pb__rejoin_cost *cost)
{
    return cost->loss_s;
}

static double settle(pb__robust r, const pb__rejoin_cost *costs, size_t n, part_of *part)
{
    double x[PB__REJOIN_COSTS_MAX], spare[PB__REJOIN_COSTS_MAX];
    r.x = x;
    r.n = n < PB__REJOIN_COSTS_MAX ? n : PB__REJOIN_COSTS_MAX;
    for (size_t i = 0; i < r.n; i++) x[i] = part(&costs[i]);
    return pb__robust_level(&r, spare);
}

static pb__rejoin_level level(const pb__rejoin_level *before, const pb__rejoin_cost *costs, size_t n, double wider)
{
    pb__robust loss = {.scale    = loss_options.scale,
                       .tail     = loss_options.tail,
                       .prior    = before->loss_s,
                       .prior_sd = wider * (before->known ? loss_options.same : loss_options.new)};
    pb__robust in   = {.scale    = in_options.scale,
                       .tail     = in_options.tail,
                       .prior    = before->in_s,
                       .prior_sd = wider * (before->known ? in_options.same : in_options.new)};
    return (pb__rejoin_level){.in_s   = settle(in, costs, n, in_part),
                              .loss_s = settle(loss, costs, n, loss_part),
                              .seen   = (uint16_t)n,
                              .known  = before->known};
}

pb__rejoin_level pb__rejoin_level_of(const pb__rejoin_level *before, const pb__rejoin_cost *costs, size_t n)
{
    return level(before, costs, n, 1);
}

/* ---- editions ---- */

static double median_level(const pb__rejoin_book *book, size_t n, bool in, double *room, double otherwise)
{
    size_t k = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(book->of[i].loss_s)) room[k++] = in ? book->of[i].in_s : book->of[i].loss_s;
    return k > 0 ? pb_median(room, k) : otherwise;
}

pb__rejoin_level pb__rejoin_usual(const pb__rejoin_book *book, size_t n)
{
    pb__rejoin_level out  = {.in_s = in_options.unseen, .loss_s = loss_options.unseen};
    double          *room = malloc((n + 1) * sizeof *room);
    if (!room) return out;
    out.in_s   = median_level(book, n, true, room, out.in_s);
    out.loss_s = median_level(book, n, false, room, out.loss_s);
    free(room);
    return out;
}

pb__rejoin_level pb__rejoin_before(const pb__rejoin_book *book, size_t r)
{
    const char *circuit = book->history->races[r].log->circuit;
    size_t      n       = r < book->n ? r : book->n;
    for (size_t i = n; i-- > 0;)
        if (circuit[0] && !isnan(book->of[i].loss_s) && strcmp(book->history->races[i].log->circuit, circuit) == 0) {
            pb__rejoin_level out = book->of[i];
            out.seen             = 0;
            out.known            = true;
            return out;
        }
    return pb__rejoin_usual(book, n);
}

static void note_race(pb__rejoin_book *book, size_t r, const double *pace, pb__rejoin_view *view,
                      pb__rejoin_cost *costs)
{
    const pb_history_race *race   = &book->history->races[r];
    pb__rejoin_level       before = pb__rejoin_before(book, r);
    book->of[r].loss_s            = NAN;
    if (race->log->sprint || !race->usable) return;
    pb__rejoin_view_init(view, race->log);
    size_t n = pb__rejoin_costs(view, race, pace, book->lane.team_s[r], costs, PB__REJOIN_COSTS_MAX);
    if (n >= STOPS_MIN) book->of[r] = level(&before, costs, n, WIDER);
}

pb_status pb__rejoin_book_init(const pb_history *history, size_t n, const double pace[PB__REJOIN_PACE_N],
                               pb__rejoin_book *out)
{
    pb__lane_options options = pb__lane_options_default();
    pb__rejoin_view *view    = malloc(sizeof *view);
    pb__rejoin_cost *costs   = malloc(PB__REJOIN_COSTS_MAX * sizeof *costs);
    *out                     = (pb__rejoin_book){.history = history, .of = calloc(n + 1, sizeof *out->of)};
    pb_status status         = view && costs && out->of ? PB_OK : PB_E_NOMEM;
    if (status == PB_OK) status = pb__lane_book_init(history, n, &options, &out->lane);
    for (out->n = 0; status == PB_OK && out->n < n; out->n++) note_race(out, out->n, pace, view, costs);
    free(view);
    free(costs);
    if (status != PB_OK) pb__rejoin_book_fini(out);
    return status;
}

void pb__rejoin_book_fini(pb__rejoin_book *book)
{
    pb__lane_book_fini(&book->lane);
    free(book->of);
    *book = (pb__rejoin_book){0};
}
