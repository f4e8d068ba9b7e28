/* live_board: margins of a car to the k-th of the others, by several yardsticks. */
#include "live_board.h"

#include <math.h>
#include <string.h>

#include "pitboard/num.h"

#define LANE_LEFT_SHARE 0.8 /* of a stop's loss is still to come at the line before the box */

enum {
    F_D,
    F_K,
    F_K_LEFT,
    F_GAP_MARGIN,
    F_EVEN_MARGIN,
    F_PACED_MARGIN,
    F_STRENGTH_MARGIN,
    F_PACE_MARGIN,
    F_START_MARGIN,
    F_GAP_RATE,
    F_EVEN_RATE,
    F_OTHER_PACE,
    F_OTHER_AGE,
    F_OTHER_STOPS,
    F_OTHER_LATE,
    F_PLACE,
    F_RUNNING,
    F_OUT,
    F_LAPS_LEFT,
    F_PHASE,
    F_GAP,
    F_GAP_AHEAD,
    F_GAP_BEHIND,
    F_LATE,
    F_LATE_AHEAD,
    F_IN_PIT,
    F_OUT_LAP,
    F_LAST,
    F_PACE,
    F_RACE_PACE,
    F_AGE,
    F_AGE_FIELD,
    F_COMPOUND,
    F_STOPS_FIELD,
    F_COMPOUNDS,
    F_OWES,
    F_SC,
    F_VSC,
    F_RED,
    F_SINCE_NEUTRAL,
    F_WET_SHARE,
    F_WET_OTHER,
    F_LOSS,
    F_STRENGTH_PLACE,
    F_START_PLACE,
    F_RETIRE,
    F_N
};

static const pb_feature features[F_N] = {
    [F_D]               = {"places_down", "place asked for less place now"},
    [F_K]               = {"place_asked", "place asked for"},
    [F_K_LEFT]          = {"places_below", "running cars less place asked for"},
    [F_GAP_MARGIN]      = {"gap_margin_s", "gap to the car to beat, s"},
    [F_EVEN_MARGIN]     = {"even_margin_s", "gap to the car to beat if all had made as many stops, s"},
    [F_PACED_MARGIN]    = {"paced_margin_s", "the same at the flag, by the pace so far, s"},
    [F_STRENGTH_MARGIN] = {"strength_margin_places", "strength before the race against the car to beat, places"},
    [F_PACE_MARGIN]     = {"pace_margin_s", "pace in the race against the car to beat, s a lap"},
    [F_START_MARGIN]    = {"start_margin_places", "start against the car to beat, places"},
    [F_GAP_RATE]        = {"gap_rate_s", "gap to the car to beat by laps left, s a lap"},
    [F_EVEN_RATE]       = {"even_rate_s", "the same by laps left, s a lap"},
    [F_OTHER_PACE]      = {"other_pace_s", "recent pace of the car at that place against this one, s a lap"},
    [F_OTHER_AGE]       = {"other_age_laps", "age of its tyres against this car's, laps"},
    [F_OTHER_STOPS]     = {"other_stops", "stops of the car at that place less this one's"},
    [F_OTHER_LATE]      = {"other_late_s", "that car past the time its lap should have taken, less this one, s"},
    [F_PLACE]           = {"place", "place now among running cars"},
    [F_RUNNING]         = {"running", "cars running"},
    [F_OUT]             = {"out", "cars out of the race"},
    [F_LAPS_LEFT]       = {"laps_left", "laps to go"},
    [F_PHASE]           = {"phase", "part of the race that is run"},
    [F_GAP]             = {"gap_s", "gap to the leader, s"},
    [F_GAP_AHEAD]       = {"gap_ahead_s", "gap to the car ahead, s"},
    [F_GAP_BEHIND]      = {"gap_behind_s", "gap to the car behind, s"},
    [F_LATE]            = {"late_s", "past the time the lap should have taken, s"},
    [F_LATE_AHEAD]      = {"late_ahead", "cars ahead that do not come round"},
    [F_IN_PIT]          = {"in_pit", "enters the lane now"},
    [F_OUT_LAP]         = {"out_lap", "last lap was an out-lap"},
    [F_LAST]            = {"last_lap_s", "last lap against the field, s"},
    [F_PACE]            = {"pace_s", "last five clean laps against the field, s a lap"},
    [F_RACE_PACE]       = {"race_pace_s", "all clean laps against the field, s a lap"},
    [F_AGE]             = {"tyre_age_laps", "age of the tyres, laps"},
    [F_AGE_FIELD]       = {"tyre_age_field_laps", "age of the tyres against the field, laps"},
    [F_COMPOUND]        = {"compound", "soft 1, medium 2, hard 3, wet 4 and up"},
    [F_STOPS_FIELD]     = {"stops_field", "stops made against the field"},
    [F_COMPOUNDS]       = {"compounds", "slick compounds used"},
    [F_OWES]            = {"owes_field", "owes a second compound, less share of the field"},
    [F_SC]              = {"sc", "safety car"},
    [F_VSC]             = {"vsc", "virtual safety car"},
    [F_RED]             = {"red", "red flag"},
    [F_SINCE_NEUTRAL]   = {"since_neutral_laps", "laps since the last neutralisation"},
    [F_WET_SHARE]       = {"wet_share", "share of the field on wet tyres"},
    [F_WET_OTHER]       = {"wet_other", "on wet tyres less share of the field"},
    [F_LOSS]            = {"pit_loss_s", "loss of a stop here, s"},
    [F_STRENGTH_PLACE]  = {"strength_place", "strength before the race among the running, less place now"},
    [F_START_PLACE]     = {"start_place", "start less place now"},
    [F_RETIRE]          = {"retire_prob", "chance of not taking the flag, before the race"},
};
const pb_feature_schema pb__live_schema = {"live-1", features, F_N};
_Static_assert(F_N <= PB__LIVE_FEATURES_MAX, "raise PB__LIVE_FEATURES_MAX");

static double laps_left(const pb__live_state *s)
{
    return s->laps > s->lap ? s->laps - s->lap : 1;
}

void pb__live_strength_row(const pb__live_car *car, double x[PB__LIVE_STRENGTHS])
{
    x[0] = 1;
    x[1] = car->start_place;
    x[2] = car->form->mean[PB_FORM_FINISH];
    x[3] = car->form->mean[PB_FORM_PACE];
    x[4] = car->form->mean[PB_FORM_GRID];
    x[5] = car->form->retire_prob;
}

static double or_zero(double x)
{
    return isnan(x) ? 0 : x;
}

static void sort_yard(uint32_t n, const double *yard, double *sorted, uint32_t *rank)
{
    for (uint32_t i = 0; i < n; i++) {
        rank[i] = 0;
        for (uint32_t j = 0; j < n; j++) rank[i] += yard[j] < yard[i] || (!(yard[j] > yard[i]) && j < i);
        sorted[rank[i]] = yard[i];
    }
}

static void measure(const pb__live_state *s, uint32_t i, const pb__live_parts *parts, pb__live_board *out)
{
    const pb__live_car *car = &s->car[i];
    double              x[PB__LIVE_STRENGTHS], strength = 0;
    double              pace = 0.5 * or_zero(car->pace_s) + 0.5 * or_zero(car->race_pace_s);
    double              even = car->gap_s + s->loss_s * ((car->in_pit ? LANE_LEFT_SHARE : 0) - car->stops);
    pb__live_strength_row(car, x);
    for (uint32_t j = 0; j < PB__LIVE_STRENGTHS; j++) strength += parts->strength[j] * x[j];
    out->yard[PB__LIVE_GAP][i]      = car->gap_s;
    out->yard[PB__LIVE_EVEN][i]     = even;
    out->yard[PB__LIVE_PACED][i]    = even + pace * laps_left(s);
    out->yard[PB__LIVE_STRENGTH][i] = strength;
    out->yard[PB__LIVE_PACE][i]     = pace;
    out->yard[PB__LIVE_START][i]    = car->start_place;
}

void pb__live_board_of(const pb__live_state *s, const pb__live_parts *parts, pb__live_board *out)
{
    uint32_t late = 0;
    memset(out, 0, sizeof *out);
    out->state = s;
    for (uint32_t i = 0; i < s->running; i++) {
        out->owing += (double)s->car[i].owes / s->running;
        out->late_ahead[i] = late;
        late += s->car[i].late_s > 0;
        measure(s, i, parts, out);
    }
    for (int y = 0; y < PB__LIVE_YARDS; y++) sort_yard(s->running, out->yard[y], out->sorted[y], out->rank[y]);
}

/* To the k-th of the others, > 0: ahead of it. */
static double margin(const pb__live_board *b, int yard, uint32_t i, uint32_t k)
{
    return b->sorted[yard][k - 1 < b->rank[yard][i] ? k - 1 : k] - b->yard[yard][i];
}

static void asked(const pb__live_board *b, uint32_t i, uint32_t k, double *v)
{
    const pb__live_state *s = b->state;
    uint32_t              n = s->running, other = k - 1 < i ? k - 1 : k; /* by gap, without this car */
    double                left = laps_left(s);
    v[F_D]                     = (double)k - s->car[i].place;
    v[F_K]                     = k;
    v[F_K_LEFT]                = (double)n - k;
    v[F_GAP_MARGIN]            = margin(b, PB__LIVE_GAP, i, k);
    v[F_EVEN_MARGIN]           = margin(b, PB__LIVE_EVEN, i, k);
    v[F_PACED_MARGIN]          = margin(b, PB__LIVE_PACED, i, k);
    v[F_STRENGTH_MARGIN]       = margin(b, PB__LIVE_STRENGTH, i, k);
    v[F_PACE_MARGIN]           = margin(b, PB__LIVE_PACE, i, k);
    v[F_START_MARGIN]          = margin(b, PB__LIVE_START, i, k);
    v[F_GAP_RATE]              = v[F_GAP_MARGIN] / left;
    v[F_EVEN_RATE]             = v[F_EVEN_MARGIN] / left;
    v[F_OTHER_PACE]            = s->car[other].pace_s - s->car[i].pace_s;
    v[F_OTHER_AGE]             = s->car[other].age - s->car[i].age;
    v[F_OTHER_STOPS]           = (double)s->car[other].stops - s->car[i].stops;
    v[F_OTHER_LATE]            = s->car[other].late_s - s->car[i].late_s;
}

static void of_race(const pb__live_state *s, double *v)
{
    v[F_RUNNING]       = s->running;
    v[F_OUT]           = (double)s->starters - s->running;
    v[F_LAPS_LEFT]     = laps_left(s);
    v[F_PHASE]         = (double)s->lap / s->laps;
    v[F_SC]            = s->sc;
    v[F_VSC]           = s->vsc;
    v[F_RED]           = s->red;
    v[F_SINCE_NEUTRAL] = s->laps_since_neutral;
    v[F_WET_SHARE]     = s->wet_share;
    v[F_LOSS]          = s->loss_s;
}

static void of_car(const pb__live_board *b, uint32_t i, double *v)
{
    const pb__live_state *s   = b->state;
    const pb__live_car   *car = &s->car[i];
    v[F_PLACE]                = car->place;
    v[F_GAP]                  = car->gap_s;
    v[F_GAP_AHEAD]            = i > 0 ? car->gap_s - s->car[i - 1].gap_s : NAN;
    v[F_GAP_BEHIND]           = i + 1 < s->running ? s->car[i + 1].gap_s - car->gap_s : NAN;
    v[F_LATE]                 = car->late_s;
    v[F_LATE_AHEAD]           = b->late_ahead[i];
    v[F_IN_PIT]               = car->in_pit;
    v[F_OUT_LAP]              = car->out_lap;
    v[F_LAST]                 = car->last_s;
    v[F_PACE]                 = car->pace_s;
    v[F_RACE_PACE]            = car->race_pace_s;
    v[F_AGE]                  = car->age;
    v[F_AGE_FIELD]            = car->age - s->mean_age;
    v[F_COMPOUND]             = car->compound ? car->compound : NAN;
    v[F_STOPS_FIELD]          = car->stops - s->mean_stops;
    v[F_COMPOUNDS]            = car->compounds;
    v[F_OWES]                 = car->owes - b->owing;
    v[F_WET_OTHER]            = car->wet - s->wet_share;
    v[F_STRENGTH_PLACE]       = b->rank[PB__LIVE_STRENGTH][i] + 1.0 - car->place;
    v[F_START_PLACE]          = (double)car->start_place - car->place;
    v[F_RETIRE]               = car->form->retire_prob;
}

void pb__live_row(const pb__live_board *board, uint32_t i, uint32_t k, float *row)
{
    double v[F_N] = {0};
    PB_ASSERT(i < board->state->running && k >= 1 && k < board->state->running);
    asked(board, i, k, v);
    of_race(board->state, v);
    of_car(board, i, v);
    for (uint32_t f = 0; f < F_N; f++) row[f] = (float)v[f];
}

void pb__live_monotone(int8_t *out)
{
    static const uint8_t rising[] = {F_D,           F_GAP_MARGIN,      F_EVEN_MARGIN,  F_PACED_MARGIN,
                                     F_PACE_MARGIN, F_STRENGTH_MARGIN, F_START_MARGIN, F_GAP_RATE,
                                     F_EVEN_RATE};
    memset(out, 0, F_N);
    for (size_t i = 0; i < sizeof rising; i++) out[rising[i]] = 1;
    out[F_LATE] = -1;
}
