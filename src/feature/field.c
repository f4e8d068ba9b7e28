/* field: what concerns all cars under the sight. */
#include <math.h>
#include <string.h>

#include "scene.h"

#define SLACK_MS 60000 /* a car that is this much later than its gap foretells is left behind */
#define FIT_LAST 6

double pb__median(double *x, uint32_t n)
{
    if (n == 0) return NAN;
    for (uint32_t i = 1; i < n; i++) {
        double   v = x[i];
        uint32_t k = i;
        for (; k > 0 && x[k - 1] > v; k--) x[k] = x[k - 1];
        x[k] = v;
    }
    return 0.5 * (x[(n - 1) / 2] + x[n / 2]);
}

int32_t pb__row_of(const pb__car *car, uint32_t lap)
{
    if (car->n == 0 || lap < car->row[0].number) return -1;
    uint32_t i = lap - car->row[0].number;
    if (i < car->n && car->row[i].number == lap) return (int32_t)i;
    for (i = 0; i < car->n; i++)
        if (car->row[i].number == lap) return (int32_t)i;
    return -1;
}

double pb__gap_at_s(const pb__car *a, const pb__car *b, uint32_t lap)
{
    int32_t i = pb__row_of(a, lap), k = pb__row_of(b, lap);
    if (i < 0 || k < 0) return NAN;
    return (a->row[i].session_ms - b->row[k].session_ms) * 1e-3;
}

double pb__gap_s(const pb__car *a, const pb__car *b)
{
    if (a->n == 0 || b->n == 0) return NAN;
    uint16_t x = pb__last(a)->number, y = pb__last(b)->number;
    return pb__gap_at_s(a, b, x < y ? x : y);
}

double pb__field_s(const pb_scene *scene, uint32_t lap)
{
    if (lap > scene->front || lap + PB__WINDOW <= scene->front) return NAN;
    return scene->field_s[scene->front - lap];
}

double pb__since_stop(const pb__car *car)
{
    for (uint32_t k = car->n_visits; k-- > 0;)
        if (car->visit[k].stop) return pb__last(car)->number - car->visit[k].lap;
    return NAN;
}

/* First crossing of a lap; INT32_MAX when nobody got there. */
static int32_t first_at(const pb_scene *scene, uint32_t lap)
{
    int32_t first = INT32_MAX;
    for (uint32_t c = 0; c < scene->log->n_cars; c++) {
        int32_t i = pb__row_of(&scene->car[c], lap);
        if (i >= 0 && scene->car[c].row[i].session_ms < first) first = scene->car[c].row[i].session_ms;
    }
    return first;
}

static bool runs(const pb_scene *scene, const pb__car *car)
{
    if (car->n == 0 || pb__last_fact(car)->made_up) return false;
    const pb_lap *last = pb__last(car);
    if (last->number == scene->front) return true;
    int64_t next = first_at(scene, last->number + 1u);
    if (next == INT32_MAX) return true;
    int64_t gap = (int64_t)last->session_ms - first_at(scene, last->number);
    return scene->now_ms <= next + gap + SLACK_MS;
}

static bool before(const pb__car *a, const pb__car *b)
{
    const pb_lap *x = pb__last(a), *y = pb__last(b);
    if (x->number != y->number) return x->number > y->number;
    return x->session_ms < y->session_ms;
}

static void find_front(pb_scene *scene)
{
    scene->front  = 0;
    scene->now_ms = INT32_MIN;
    for (uint32_t c = 0; c < scene->log->n_cars; c++) {
        const pb__car *car = &scene->car[c];
        if (car->n == 0) continue;
        const pb_lap *last = pb__last(car);
        if (last->number > scene->front) scene->front = last->number;
        if (!pb__last_fact(car)->made_up && last->session_ms > scene->now_ms) scene->now_ms = last->session_ms;
    }
}

static void order_cars(pb_scene *scene)
{
    scene->n_order = 0;
    for (uint32_t c = 0; c < scene->log->n_cars; c++) {
        pb__car *car = &scene->car[c];
        car->runs    = runs(scene, car);
        car->place   = 0;
        car->ahead = car->behind = -1;
        if (!car->runs) continue;
        uint32_t k = scene->n_order++;
        for (; k > 0 && before(car, &scene->car[scene->order[k - 1]]); k--) scene->order[k] = scene->order[k - 1];
        scene->order[k] = (int16_t)c;
    }
    scene->n_running = scene->n_order;
    for (uint32_t k = 0; k < scene->n_order; k++) {
        pb__car *car = &scene->car[scene->order[k]];
        car->place   = (uint16_t)(k + 1);
        if (k > 0) car->ahead = scene->order[k - 1];
        if (k + 1 < scene->n_order) car->behind = scene->order[k + 1];
    }
}

static double lap_median(const pb_scene *scene, uint32_t lap)
{
    double   v[PB_CARS_MAX];
    uint32_t n = 0;
    for (uint32_t c = 0; c < scene->log->n_cars; c++) {
        int32_t i = pb__row_of(&scene->car[c], lap);
        if (i >= 0 && scene->car[c].fact[i].clean) v[n++] = scene->car[c].row[i].time_ms * 1e-3;
    }
    return pb__median(v, n);
}

static double raw_median(const pb_scene *scene, uint32_t lap)
{
    double   v[PB_CARS_MAX];
    uint32_t n = 0;
    for (uint32_t c = 0; c < scene->log->n_cars && lap > 1; c++) {
        int32_t i = pb__row_of(&scene->car[c], lap);
        if (i < 0) continue;
        const pb_lap *row = &scene->car[c].row[i];
        if (row->time_ms != PB_MS_NONE && row->pit_in_ms == PB_MS_NONE && row->pit_out_ms == PB_MS_NONE)
            v[n++] = row->time_ms * 1e-3;
    }
    return pb__median(v, n);
}

double pb__raw_s(const pb_scene *scene, uint32_t lap)
{
    if (lap > scene->front || lap + PB__WINDOW <= scene->front) return NAN;
    return scene->raw_s[scene->front - lap];
}

static void field_laps(pb_scene *scene)
{
    scene->best_s = NAN;
    for (uint32_t k = 0; k < PB__WINDOW; k++)
        scene->raw_s[k] = k < scene->front ? raw_median(scene, scene->front - k) : NAN;
    for (uint32_t k = 0; k < PB__WINDOW; k++) {
        scene->field_s[k] = k < scene->front ? lap_median(scene, scene->front - k) : NAN;
        if (!(scene->field_s[k] >= scene->best_s))
            scene->best_s = isnan(scene->field_s[k]) ? scene->best_s : scene->field_s[k];
    }
}

static void field_lane(pb_scene *scene)
{
    double   v[64];
    uint32_t n         = 0;
    scene->n_lane_seen = 0;
    for (uint32_t i = 0; i < scene->n_lanes; i++) {
        const pb__lane *lane = &scene->lane[i];
        if (lane->lap > scene->max_lap || lane->end_ms > scene->max_ms) continue;
        scene->n_lane_seen++;
        if (n < 64) v[n++] = lane->lane_ms * 1e-3;
    }
    scene->lane_s = pb__median(v, n);
}

/* Shares of the last sets fitted in the race, by the time they came in. */
static void field_fitted(pb_scene *scene)
{
    const pb__visit *last[FIT_LAST];
    uint32_t         n = 0;
    memset(scene->fitted, 0, sizeof scene->fitted);
    for (uint32_t c = 0; c < scene->log->n_cars; c++)
        for (uint32_t k = 0; k < scene->car[c].n_visits; k++) {
            const pb__visit *v = &scene->car[c].visit[k];
            if (!v->seen || !v->stop) continue;
            if (n == FIT_LAST && v->in_ms <= last[n - 1]->in_ms) continue;
            uint32_t at = n < FIT_LAST ? n++ : n - 1;
            for (; at > 0 && last[at - 1]->in_ms < v->in_ms; at--) last[at] = last[at - 1];
            last[at] = v;
        }
    for (uint32_t i = 0; i < n; i++) scene->fitted[last[i]->on] += 1.0 / n;
}

static double warm_up_of(const pb__car *car, const pb__visit *v)
{
    uint32_t i = v->row + 2u;
    if (!v->stop || i + 4 >= car->n) return NAN;
    double later = 0;
    for (uint32_t k = i; k <= i + 4; k++)
        if (!car->fact[k].clean || car->fact[k].first != v->row + 1) return NAN;
    for (uint32_t k = i + 1; k <= i + 4; k++) later += car->row[k].time_ms * 0.25e-3;
    return car->row[i].time_ms * 1e-3 - later;
}

static void field_stops(pb_scene *scene)
{
    double   sum = 0, warm = 0;
    uint32_t n_warm = 0;
    for (uint32_t c = 0; c < scene->log->n_cars; c++) {
        const pb__car *car = &scene->car[c];
        if (car->runs) sum += car->stops;
        for (uint32_t k = 0; k < car->n_visits; k++) {
            double w = warm_up_of(car, &car->visit[k]);
            if (isnan(w)) continue;
            warm += w;
            n_warm++;
        }
    }
    scene->stops_mean = scene->n_running ? sum / scene->n_running : NAN;
    scene->warm_up_s  = n_warm ? warm / n_warm : NAN;
}

/* Share of cars on rain tyres `back` laps before each car's last. */
static double wet_share(const pb_scene *scene, uint32_t back)
{
    uint32_t wet = 0, n = 0;
    for (uint32_t c = 0; c < scene->log->n_cars; c++) {
        const pb__car *car = &scene->car[c];
        if (!car->runs || car->n <= back) continue;
        n++;
        wet += pb_compound_is_wet((pb_compound)car->row[car->n - 1 - back].compound);
    }
    return n ? (double)wet / n : NAN;
}

/* Lap of those on slicks less that of those on rain tyres, the last two laps. */
static double crossover_s(const pb_scene *scene)
{
    double   v[2][2 * PB_CARS_MAX];
    uint32_t n[2] = {0, 0};
    if (!(scene->wet_share > 0 || scene->wet_share_3 > 0)) return NAN;
    for (uint32_t c = 0; c < scene->log->n_cars; c++) {
        const pb__car *car = &scene->car[c];
        for (uint32_t back = 0; car->runs && back < 2 && back + 1 < car->n; back++) {
            const pb_lap *lap = &car->row[car->n - 1 - back];
            if (lap->time_ms == PB_MS_NONE || lap->pit_in_ms != PB_MS_NONE || lap->pit_out_ms != PB_MS_NONE) continue;
            if (lap->compound == PB_COMPOUND_UNKNOWN || (lap->status & PB_STATUS_BITS_NEUTRAL)) continue;
            int wet          = pb_compound_is_wet((pb_compound)lap->compound);
            v[wet][n[wet]++] = lap->time_ms * 1e-3;
        }
    }
    return pb__median(v[0], n[0]) - pb__median(v[1], n[1]);
}

void pb__field_look(pb_scene *scene)
{
    find_front(scene);
    order_cars(scene);
    field_laps(scene);
    field_lane(scene);
    field_fitted(scene);
    field_stops(scene);
    scene->wet_share   = wet_share(scene, 0);
    scene->wet_share_3 = wet_share(scene, 3);
    scene->cross_s     = crossover_s(scene);
}
