/* scene: a race, and how much of it is seen. */
#include "scene.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LANE_MIN_MS 5000
#define LANE_MAX_MS 60000

/* ---- once a race ---- */

static bool is_odd(const pb_log_car *car)
{
    for (uint32_t i = 0; i + 1 < car->n_laps; i++)
        if (car->laps[i + 1].session_ms < car->laps[i].session_ms || car->laps[i + 1].number <= car->laps[i].number)
            return true;
    return false;
}

static bool lane_of(const pb_lap *in, pb__lane *out)
{
    const pb_lap *next = in + 1;
    if (in->pit_in_ms == PB_MS_NONE || next->pit_out_ms == PB_MS_NONE || next->number != in->number + 1) return false;
    if ((in->status | next->status) & PB_STATUS_BITS_NEUTRAL) return false;
    int32_t lane_ms = next->pit_out_ms - in->pit_in_ms;
    bool    changed = next->compound != in->compound ||
                   (in->tyre_age_laps >= 0 && next->tyre_age_laps >= 0 ? next->tyre_age_laps != in->tyre_age_laps + 1
                                                                       : next->stint != in->stint);
    if (!changed || lane_ms <= LANE_MIN_MS || lane_ms >= LANE_MAX_MS) return false;
    *out = (pb__lane){.lap     = next->number,
                      .end_ms  = next->session_ms > in->session_ms ? next->session_ms : in->session_ms,
                      .lane_ms = lane_ms};
    return true;
}

static pb_status collect_lanes(pb_scene *scene)
{
    const pb_race_log *log = scene->log;
    size_t             cap = 1;
    for (uint32_t c = 0; c < log->n_cars; c++)
        for (uint32_t i = 0; i < log->cars[c].n_laps; i++) cap += log->cars[c].laps[i].pit_in_ms != PB_MS_NONE;
    scene->lane = pb_arena_take(&scene->arena, cap * sizeof *scene->lane);
    if (!scene->lane) return PB_E_NOMEM;
    for (uint32_t c = 0; c < log->n_cars; c++)
        for (uint32_t i = 0; i + 1 < log->cars[c].n_laps; i++)
            if (lane_of(&log->cars[c].laps[i], &scene->lane[scene->n_lanes])) scene->n_lanes++;
    return PB_OK;
}

static pb_status prepare_car(pb_scene *scene, uint32_t c)
{
    const pb_log_car *car = &scene->log->cars[c];
    pb__prepared     *p   = &scene->prepared[c];
    p->odd                = is_odd(car);
    p->fact               = pb_arena_take(&scene->arena, car->n_laps * sizeof *p->fact + 1);
    if (p->odd) {
        p->odd_row  = pb_arena_take(&scene->arena, car->n_laps * sizeof *p->odd_row);
        p->odd_fact = pb_arena_take(&scene->arena, car->n_laps * sizeof *p->odd_fact);
    }
    if (!p->fact || (p->odd && (!p->odd_row || !p->odd_fact))) return PB_E_NOMEM;
    if (!p->odd) pb__facts(scene, car->laps, car->n_laps, p->fact);
    for (uint32_t i = 0; i < car->n_laps && p->n_visits < PB__VISITS_MAX; i++)
        if (car->laps[i].pit_in_ms != PB_MS_NONE) p->visit_row[p->n_visits++] = (uint16_t)i;
    return PB_OK;
}

static void pair_mates(pb_scene *scene)
{
    const pb_race_log *log = scene->log;
    for (uint32_t a = 0; a < log->n_cars; a++) {
        scene->car[a].mate = -1;
        for (uint32_t b = 0; b < log->n_cars; b++)
            if (a != b && log->cars[a].team[0] && strcmp(log->cars[a].team, log->cars[b].team) == 0)
                scene->car[a].mate = (int16_t)b;
    }
}

static pb_status prepare(pb_scene *scene)
{
    const pb_race_log *log = scene->log;
    scene->prepared        = pb_arena_take(&scene->arena, (log->n_cars + 1) * sizeof *scene->prepared);
    scene->car             = pb_arena_take(&scene->arena, (log->n_cars + 1) * sizeof *scene->car);
    if (!scene->prepared || !scene->car) return PB_E_NOMEM;
    PB_TRY(collect_lanes(scene));
    for (uint32_t c = 0; c < log->n_cars; c++) PB_TRY(prepare_car(scene, c));
    pair_mates(scene);
    return PB_OK;
}

pb_status pb_scene_create(const pb_race_log *log, const pb_scene_context *context, pb_scene **out, pb_error *error)
{
    PB_ASSERT(log->n_cars <= PB_CARS_MAX);
    pb_scene *scene = calloc(1, sizeof *scene);
    if (!scene) return pb_error_set(error, PB_E_NOMEM, "%s: no memory for the features of a race", log->source);
    pb_arena_init(&scene->arena, 0);
    scene->log = log;
    if (context) scene->context = *context;
    int laps         = pb_scheduled_laps(log->circuit, log->season, log->sprint);
    scene->scheduled = scene->context.laps ? scene->context.laps : (uint16_t)(laps > 0 ? laps : 0);
    if (prepare(scene) != PB_OK) {
        pb_scene_destroy(scene);
        return pb_error_set(error, PB_E_NOMEM, "%s: no memory for the features of a race", log->source);
    }
    pb_scene_look(scene, PB_LAPS_MAX, INT32_MAX);
    *out = scene;
    return PB_OK;
}

void pb_scene_destroy(pb_scene *scene)
{
    if (!scene) return;
    pb_arena_fini(&scene->arena);
    free(scene);
}

/* ---- under a sight ---- */

static bool sees(const pb_scene *scene, const pb_lap *row)
{
    return row->number <= scene->max_lap && row->session_ms <= scene->max_ms;
}

/* Rows rise in number and time: those seen are the first ones. */
static uint32_t count_seen(const pb_scene *scene, const pb_log_car *car)
{
    uint32_t lo = 0, hi = car->n_laps;
    while (lo < hi) {
        uint32_t mid = (lo + hi) / 2;
        if (sees(scene, &car->laps[mid]))
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static void see_odd(const pb_scene *scene, const pb_log_car *log_car, pb__prepared *p, pb__car *car)
{
    car->n = 0;
    for (uint32_t i = 0; i < log_car->n_laps; i++)
        if (sees(scene, &log_car->laps[i])) p->odd_row[car->n++] = log_car->laps[i];
    pb__facts(scene, p->odd_row, car->n, p->odd_fact);
    car->row  = p->odd_row;
    car->fact = p->odd_fact;
}

static pb__visit visit_at(const pb_scene *scene, const pb__car *car, uint32_t i)
{
    const pb_lap *in = &car->row[i];
    pb__visit     v  = {.row     = (uint16_t)i,
                        .lap     = in->number,
                        .off     = in->compound,
                        .age     = car->fact[i].age,
                        .in_ms   = in->pit_in_ms,
                        .lane_ms = PB_MS_NONE,
                        .stop    = true,
                        .neutral = (in->status & PB_STATUS_BITS_NEUTRAL) != 0};
    if (i + 1 >= car->n) return v;
    v.seen = true;
    v.on   = in[1].compound;
    v.stop = in[1].number == in->number + 1 && pb__visit_is_stop(scene, in);
    if (in[1].pit_out_ms != PB_MS_NONE) v.lane_ms = in[1].pit_out_ms - in->pit_in_ms;
    return v;
}

static void see_visits(const pb_scene *scene, const pb__prepared *p, pb__car *car)
{
    car->n_visits = 0;
    if (p->odd) {
        for (uint32_t i = 0; i < car->n && car->n_visits < PB__VISITS_MAX; i++)
            if (car->row[i].pit_in_ms != PB_MS_NONE) car->visit[car->n_visits++] = visit_at(scene, car, i);
    } else {
        for (uint32_t k = 0; k < p->n_visits && p->visit_row[k] < car->n; k++)
            car->visit[car->n_visits++] = visit_at(scene, car, p->visit_row[k]);
    }
    bool pending = car->n_visits && !car->visit[car->n_visits - 1].seen;
    car->stops   = (uint8_t)(car->n ? pb__last_fact(car)->sets + pending : 0);
}

void pb_scene_look(pb_scene *scene, uint16_t max_lap, int32_t max_ms)
{
    scene->max_lap = max_lap;
    scene->max_ms  = max_ms;
    for (uint32_t c = 0; c < scene->log->n_cars; c++) {
        const pb_log_car *log_car = &scene->log->cars[c];
        pb__prepared     *p       = &scene->prepared[c];
        pb__car          *car     = &scene->car[c];
        if (p->odd) {
            see_odd(scene, log_car, p, car);
        } else {
            car->n    = count_seen(scene, log_car);
            car->row  = log_car->laps;
            car->fact = p->fact;
        }
        see_visits(scene, p, car);
    }
    pb__field_look(scene);
}

bool pb_scene_row(const pb_scene *scene, uint32_t car, float *out)
{
    PB_ASSERT(car < scene->log->n_cars);
    const pb__car *c = &scene->car[car];
    if (c->n == 0) return false;
    for (uint32_t i = 0; i < PB_LF_N; i++) out[i] = NAN;
    pb__row_tyres(scene, c, car, out);
    pb__row_pace(scene, c, car, out);
    pb__row_gaps(scene, c, car, out);
    pb__row_rivals(scene, c, car, out);
    pb__row_rejoin(scene, c, car, out);
    pb__row_field(scene, c, car, out);
    pb__row_flags(scene, c, car, out);
    pb__row_weather(scene, c, car, out);
    return true;
}

uint16_t pb_scene_laps_of(const pb_scene *scene, uint32_t car)
{
    return scene->car[car].n ? pb__last(&scene->car[car])->number : 0;
}
bool pb_scene_runs(const pb_scene *scene, uint32_t car)
{
    return scene->car[car].runs;
}
uint16_t pb_scene_scheduled(const pb_scene *scene)
{
    return scene->scheduled;
}
uint8_t pb_scene_compound(const pb_scene *scene, uint32_t car)
{
    return scene->car[car].n ? pb__last(&scene->car[car])->compound : PB_COMPOUND_UNKNOWN;
}
