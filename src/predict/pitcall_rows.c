/* pitcall_rows: the car-laps that the pit call is asked about, as features. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pitcall.h"
#include "truth.h"

static const uint16_t picked[] = {
#define PICK(name) PB_LF_##name,
    PB__PITCALL_FEATURES(PICK)
#undef PICK
};

static const uint16_t picked_set[] = {
#define PICK(name) PB__PF_##name,
    PB__PITCALL_SET_FEATURES(PICK)
#undef PICK
};

/* Names alone; the words are those of the lap schema (pitcall_kind). */
static const pb_feature features[] = {
#define FEATURE(name) {#name, #name},
    PB__PITCALL_FEATURES(FEATURE)
#undef FEATURE
};

const pb_feature_schema pb__pitcall_schema = {"pitcall-1", features, PB__PITCALL_N};

void pb__pitcall_pick(const float *lap, float out[PB__PITCALL_N])
{
    for (uint32_t i = 0; i < PB__PITCALL_N; i++) out[i] = lap[picked[i]];
}

void pb__pitcall_pick_set(const float x[PB__PITCALL_N], float out[PB__PITCALL_SET_N])
{
    for (uint32_t i = 0; i < PB__PITCALL_SET_N; i++) out[i] = x[picked_set[i]];
}

void pb__pitcall_sample_fini(pb__pitcall_sample *sample)
{
    free(sample->x);
    free(sample->y);
    free(sample->compound);
    free(sample->group);
    *sample = (pb__pitcall_sample){0};
}

static bool grow(void **at, size_t n, size_t size)
{
    void *wider = realloc(*at, n * size);
    if (wider) *at = wider;
    return wider != NULL;
}

static pb_status reserve(pb__pitcall_sample *s, size_t n)
{
    if (n <= s->cap) return PB_OK;
    size_t cap = n > 2 * s->cap ? n : 2 * s->cap;
    if (!grow((void **)&s->x, cap, PB__PITCALL_N * sizeof *s->x) || !grow((void **)&s->y, cap, sizeof *s->y) ||
        !grow((void **)&s->compound, cap, 1) || !grow((void **)&s->group, cap, sizeof *s->group))
        return PB_E_NOMEM;
    s->cap = cap;
    return PB_OK;
}

/* Truths of one lap after another under one sight by lap; or each under its car's own clock. */
pb_status pb__pitcall_walk(const pb_history_race *race, const pb__truths *truths, pb_pitcall_sight sight,
                           pb__pitcall_each *each, void *arg, pb_error *error)
{
    pb_scene *scene = NULL;
    uint16_t  last  = 0;
    PB_TRY(pb_scene_create(race->log, NULL, &scene, error));
    for (size_t i = 0; i < truths->n; i++)
        if (truths->at[i].lap > last) last = truths->at[i].lap;
    for (uint16_t lap = 2; lap <= last; lap++) {
        if (sight == PB_PITCALL_BY_LAP) pb_scene_look(scene, (uint16_t)(lap - 1), INT32_MAX);
        for (size_t i = 0; i < truths->n; i++) {
            const pb__truth *t = &truths->at[i];
            if (t->lap != lap) continue;
            const pb_lap *before = &race->log->cars[t->car].laps[t->row - 1];
            if (sight == PB_PITCALL_BY_CLOCK) pb_scene_look(scene, (uint16_t)(lap - 1), before->session_ms);
            each(scene, (uint32_t)t->car, i, arg);
        }
    }
    pb_scene_destroy(scene);
    return PB_OK;
}

typedef struct adding {
    pb__pitcall_sample *sample;
    const pb__truths   *truths;
    uint32_t            group;
} adding;

static void add_one(const pb_scene *scene, uint32_t car, size_t truth, void *arg)
{
    adding             *a = arg;
    pb__pitcall_sample *s = a->sample;
    float               lap[PB_LF_N];
    if (!pb_scene_row(scene, car, lap)) return;
    pb__pitcall_pick(lap, s->x + s->n * PB__PITCALL_N);
    s->y[s->n]        = (float)a->truths->at[truth].y;
    s->compound[s->n] = a->truths->at[truth].compound;
    s->group[s->n]    = a->group;
    s->n++;
}

pb_status pb__pitcall_sample_add(pb__pitcall_sample *sample, const pb_history_race *race, uint32_t group,
                                 pb_pitcall_sight sight)
{
    pb__truths truths = {0};
    adding     a      = {.sample = sample, .truths = &truths, .group = group};
    pb_status  status = pb__truth_pitcall(race, &truths);
    if (status == PB_OK) status = reserve(sample, sample->n + truths.n);
    if (status == PB_OK) status = pb__pitcall_walk(race, &truths, sight, add_one, &a, NULL);
    pb__truths_fini(&truths);
    return status;
}
