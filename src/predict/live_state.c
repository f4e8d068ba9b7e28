/* live_state: who runs where, with what behind them and on which tyres. */
#include "live_state.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/num.h"

#define GONE_LAPS 3.0 /* of the leader without a sign */
#define RECENT_LAPS 5
#define CLEAN_LEAST 2
#define FIELD_LEAST 5
#define MADE_UP_MS 150000 /* what the feed adds for a lap it did not see */
#define MADE_UP_TOL_MS 10
#define NEUTRAL_NONE 99
#define LAPS_DEFAULT 57 /* scheduled laps of a circuit that is not known */
#define FIELD_LATE_SHARE 1.15

/* Median of the clean laps of every lap number, s; NAN with fewer than five. */
static void field_laps(const pb_race_log *log, double *field)
{
    double   v[PB_CARS_MAX];
    uint32_t at[PB_CARS_MAX] = {0};
    field[0]                 = NAN;
    for (uint32_t l = 1; l <= PB_LAPS_MAX; l++) {
        size_t n = 0;
        for (uint32_t c = 0; c < log->n_cars; c++) {
            const pb_log_car *car = &log->cars[c];
            while (at[c] < car->n_laps && car->laps[at[c]].number < l) at[c]++;
            if (at[c] == car->n_laps || car->laps[at[c]].number != l || !pb_lap_is_clean(&car->laps[at[c]])) continue;
            v[n++] = car->laps[at[c]].time_ms / 1000.0;
        }
        field[l] = n >= FIELD_LEAST ? pb_median(v, n) : NAN;
    }
}

struct pb__live_view {
    const pb_race_log *log; /* whole */
    pb_race_log        cut;
    pb_log_car         cars[PB_CARS_MAX];
    pb_lap            *laps;    /* of all cars */
    pb_race_outcome    outcome; /* of the cut */
    double             field[PB_LAPS_MAX + 1];
};

pb__live_view *pb__live_view_create(const pb_race_log *log)
{
    pb__live_view *view = calloc(1, sizeof *view);
    size_t         n    = 1;
    for (uint32_t c = 0; c < log->n_cars; c++) n += log->cars[c].n_laps;
    if (view) view->laps = malloc(n * sizeof *view->laps);
    if (!view || !view->laps) {
        free(view);
        return NULL;
    }
    view->log = log;
    return view;
}

void pb__live_view_destroy(pb__live_view *view)
{
    if (view) free(view->laps);
    free(view);
}

static pb_status cut_view(pb__live_view *view, uint32_t lap)
{
    pb_lap *to     = view->laps;
    view->cut      = *view->log;
    view->cut.cars = view->cars;
    uint32_t n     = 0; /* starters without a lap are not seen */
    for (uint32_t c = 0; c < view->log->n_cars; c++) {
        const pb_log_car *car = &view->log->cars[c];
        if (car->n_laps == 0) continue;
        view->cars[n]        = *car;
        view->cars[n++].laps = to;
        memcpy(to, car->laps, car->n_laps * sizeof *to);
        to += car->n_laps;
    }
    view->cut.n_cars = n;
    pb_race_log_cut(&view->cut, lap);
    return view->cut.n_cars > 0 ? pb_race_outcome_of(&view->cut, &view->outcome) : PB_E_EMPTY;
}

/* Rows without the one the feed made up. */
static uint32_t rows_of(const pb_log_car *car, bool *stopped)
{
    const pb_lap *last = &car->laps[car->n_laps - 1];
    *stopped           = false;
    if (last->time_ms != PB_MS_NONE) return car->n_laps;
    if (car->n_laps == 1)
        *stopped = last->position == 0;
    else
        *stopped = abs(last->session_ms - last[-1].session_ms - MADE_UP_MS) < MADE_UP_TOL_MS;
    return car->n_laps - *stopped;
}

static int32_t lead_lap_ms(const pb_race_outcome *o, uint32_t lap)
{
    if (lap < 1 || lap > o->laps || o->lead_ms[lap] == PB_MS_NONE) return 0;
    int32_t from = lap > 1 ? o->lead_ms[lap - 1] : o->start_ms;
    return from == PB_MS_NONE ? 0 : o->lead_ms[lap] - from;
}

static void tyres_of(const pb_log_car *car, uint32_t n, pb__live_car *out)
{
    unsigned used = 0;
    bool     wet  = false;
    for (uint32_t i = 0; i < n; i++) {
        pb_compound compound = (pb_compound)car->laps[i].compound;
        if (pb_compound_is_wet(compound))
            wet = true;
        else if (compound != PB_COMPOUND_UNKNOWN)
            used |= 1u << compound;
        if (i + 1 < n && car->laps[i + 1].number == car->laps[i].number + 1 && car->laps[i].pit_in_ms != PB_MS_NONE)
            out->stops = (uint8_t)(out->stops + !pb_same_set(car, i));
    }
    out->compounds = (uint8_t)__builtin_popcount(used);
    out->compound  = car->laps[n - 1].compound;
    out->wet       = pb_compound_is_wet((pb_compound)out->compound);
    out->owes      = !wet && out->compounds < 2;
    out->age       = car->laps[n - 1].tyre_age_laps >= 0 ? car->laps[n - 1].tyre_age_laps : NAN;
}

/* The last laps come first; of at most `most` clean ones, against the field. */
static double pace_of(const pb_log_car *car, uint32_t n, const double *field, uint32_t most)
{
    double   sum = 0;
    uint32_t k   = 0;
    for (uint32_t i = n; i-- > 0 && k < most;) {
        const pb_lap *lap = &car->laps[i];
        if (!pb_lap_is_clean(lap) || isnan(field[lap->number])) continue;
        sum += fmax(-4, fmin(4, lap->time_ms / 1000.0 - field[lap->number]));
        k++;
    }
    return k >= CLEAN_LEAST ? sum / k : NAN;
}

static double last_lap_of(const pb_log_car *car, uint32_t n, const double *field)
{
    const pb_lap *lap = &car->laps[n - 1];
    if (lap->time_ms == PB_MS_NONE || isnan(field[lap->number])) return NAN;
    return fmin(60, lap->time_ms / 1000.0 - field[lap->number]);
}

/* Gap at its last line, or how long the field has been waiting for it at the next. */
static void gap_of(const pb__live_view *view, int32_t now, uint32_t lap, const pb_log_car *car, uint32_t n,
                   pb__live_car *out)
{
    const pb_race_outcome *o    = &view->outcome;
    int32_t                last = car->laps[n - 1].session_ms;
    int32_t                lead = o->lead_ms[out->laps];
    out->gap_s                  = lead == PB_MS_NONE ? 0 : fmax(0, (last - lead) / 1000.0);
    out->late_s                 = 0;
    if (out->laps >= lap) return;
    int32_t next = o->lead_ms[out->laps + 1];
    int32_t took = lead_lap_ms(o, out->laps + 1u);
    if (next != PB_MS_NONE) out->gap_s = fmax(out->gap_s, (now - next) / 1000.0);
    if (took > 0) out->late_s = fmax(0, (now - last - FIELD_LATE_SHARE * took) / 1000.0);
}

static bool unseen(const pb__live_view *view, int32_t now, uint32_t lap, int32_t last)
{
    int32_t took = lead_lap_ms(&view->outcome, lap), before = lead_lap_ms(&view->outcome, lap - 1);
    if (before > took) took = before;
    return took > 0 && now - last > GONE_LAPS * took;
}

static void read_car(pb__live_view *view, uint32_t c, int32_t now, uint32_t lap, const pb__live_form *form,
                     pb__live_car *out)
{
    const pb_log_car *car = &view->cut.cars[c];
    bool              stopped;
    uint32_t          n = rows_of(car, &stopped);
    memcpy(out->code, car->code, sizeof out->code);
    for (uint32_t k = 0; k < view->log->n_cars; k++)
        if (strcmp(view->log->cars[k].code, car->code) == 0) out->car = (int32_t)k;
    out->form        = &form->form.car[out->car];
    out->start_place = car->grid;
    out->gone        = stopped;
    out->stopped     = stopped;
    if (n == 0) return;
    out->laps        = car->laps[n - 1].number;
    out->in_pit      = car->laps[n - 1].pit_in_ms != PB_MS_NONE;
    out->out_lap     = car->laps[n - 1].pit_out_ms != PB_MS_NONE;
    out->pace_s      = pace_of(car, n, view->field, RECENT_LAPS);
    out->race_pace_s = pace_of(car, n, view->field, UINT32_MAX);
    out->last_s      = last_lap_of(car, n, view->field);
    tyres_of(car, n, out);
    gap_of(view, now, lap, car, n, out);
    out->gone = stopped || unseen(view, now, lap, car->laps[n - 1].session_ms);
}

/* Without a grid: the order at the end of lap 1. */
static void start_places(const pb__live_view *view, pb__live_state *s)
{
    for (uint32_t i = 0; i < s->n; i++) {
        if (s->car[i].start_place > 0) continue;
        const pb_log_car *car = &view->cut.cars[i];
        unsigned          at  = 1;
        for (uint32_t o = 0; o < view->cut.n_cars; o++) {
            const pb_log_car *other = &view->cut.cars[o];
            at += other->laps[0].session_ms < car->laps[0].session_ms && other->laps[0].number <= car->laps[0].number;
        }
        s->car[i].start_place = (uint8_t)at;
    }
}

static bool before(const pb__live_car *a, const pb__live_car *b)
{
    if (a->gone != b->gone) return b->gone;
    if (a->gone && a->laps != b->laps) return a->laps > b->laps;
    if (a->gap_s < b->gap_s || a->gap_s > b->gap_s) return a->gap_s < b->gap_s;
    return strcmp(a->code, b->code) < 0;
}

static void order_cars(pb__live_state *s)
{
    for (uint32_t i = 1; i < s->n; i++) {
        pb__live_car car = s->car[i];
        uint32_t     at  = i;
        for (; at > 0 && before(&car, &s->car[at - 1]); at--) s->car[at] = s->car[at - 1];
        s->car[at] = car;
    }
    s->running  = 0;
    s->starters = s->n;
    for (uint32_t i = 0; i < s->n; i++) {
        s->car[i].place = i + 1;
        s->running += !s->car[i].gone;
        if (s->car[i].start_place > s->starters) s->starters = s->car[i].start_place;
    }
    if (s->starters > PB__PLACES) s->starters = PB__PLACES;
}

static void field_means(pb__live_state *s)
{
    double wet = 0, age = 0, stops = 0, aged = 0;
    for (uint32_t i = 0; i < s->running; i++) {
        wet += s->car[i].wet;
        stops += s->car[i].stops;
        if (isnan(s->car[i].age)) continue;
        age += s->car[i].age;
        aged++;
    }
    s->wet_share  = s->running ? wet / s->running : 0;
    s->mean_stops = s->running ? stops / s->running : 0;
    s->mean_age   = aged > 0 ? age / aged : NAN;
}

static unsigned lead_status(const pb__live_view *view, uint32_t lap)
{
    int32_t car = lap <= view->outcome.laps ? view->outcome.lead_car[lap] : -1;
    if (car < 0) return 0;
    int32_t row = pb_lap_row(&view->cut.cars[car], lap);
    return row < 0 ? 0 : view->cut.cars[car].laps[row].status;
}

static void neutral_state(const pb__live_view *view, pb__live_state *s)
{
    unsigned now          = lead_status(view, s->lap);
    s->sc                 = now & PB_STATUS_BIT_SC;
    s->red                = now & PB_STATUS_BIT_RED;
    s->vsc                = now & (PB_STATUS_BIT_VSC | PB_STATUS_BIT_VSC_ENDING);
    s->laps_since_neutral = NEUTRAL_NONE;
    for (uint32_t l = s->lap; l > 0 && s->laps_since_neutral == NEUTRAL_NONE; l--)
        if (lead_status(view, l) & PB_STATUS_BITS_NEUTRAL) s->laps_since_neutral = (uint16_t)(s->lap - l);
    s->lap_s = NAN;
    for (uint32_t l = s->lap; l > 1 && isnan(s->lap_s); l--)
        if (!(lead_status(view, l) & PB_STATUS_BITS_NEUTRAL)) s->lap_s = lead_lap_ms(&view->outcome, l) / 1000.0;
}

static uint16_t scheduled(const pb_race_log *log, uint32_t lap)
{
    int laps = log->circuit[0] ? pb_scheduled_laps(log->circuit, log->season, log->sprint) : 0;
    if (laps <= 0) laps = LAPS_DEFAULT;
    return (uint16_t)((uint32_t)laps > lap ? (uint32_t)laps : lap + 1);
}

pb_status pb__live_state_at(pb__live_view *view, uint32_t lap, const pb__live_form *form, pb__live_state *out)
{
    if (cut_view(view, lap) != PB_OK) return PB_E_EMPTY;
    memset(out, 0, sizeof *out);
    uint32_t had = view->outcome.laps < lap ? view->outcome.laps : lap;
    int32_t  now = view->outcome.lead_ms[had];
    if (now == PB_MS_NONE) return PB_E_EMPTY;
    field_laps(&view->cut, view->field);
    out->lap    = (uint16_t)had;
    out->laps   = scheduled(view->log, had);
    out->loss_s = form->loss_s;
    for (uint32_t c = 0; c < view->cut.n_cars; c++) {
        pb__live_car *car = &out->car[out->n++];
        *car              = (pb__live_car){.age = NAN, .pace_s = NAN, .race_pace_s = NAN, .last_s = NAN};
        read_car(view, c, now, had, form, car);
    }
    start_places(view, out);
    order_cars(out);
    field_means(out);
    neutral_state(view, out);
    return PB_OK;
}
