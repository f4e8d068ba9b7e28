#include "api_desk.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "isa_choice.h"
#include "model_args.h"
#include "pitboard/engine.h"

#define KINDS_MAX 32
#define LOOK_S 2.0 /* between looks at the folder of versions */

typedef struct kept {
    bool            read;
    pb_model       *model;
    pb_model_choice choice;
} kept;

/* A desk and who holds it. */
typedef struct counted {
    api_desk desk; /* first: a desk is its counted */
    uint32_t holders;
    kept     kinds[KINDS_MAX]; /* in the order of pb_model_kinds */
} counted;

struct api_desks {
    api_work_options options;
    pthread_mutex_t  lock;
    counted         *now; /* held once by us; NULL: to be read */
    uint64_t         serial;
    uint64_t         seen; /* of the folder when it was read */
    double           looked_s;
};

/* ---- the folder of versions ---- */

static pb_status choose_dir(const api_desks *d, char dir[PB_REGISTRY_PATH_MAX], pb_error *error)
{
    if (d->options.models) return model_args_dir(d->options.models, dir, error);
    if (pb_registry_default_dir(dir, NULL) != PB_OK) dir[0] = '\0';
    return PB_OK;
}

/* Changes whenever a version is promoted, rolled back or set aside by whomever. */
static uint64_t look(const api_desks *d)
{
    char     dir[PB_REGISTRY_PATH_MAX], path[PB_REGISTRY_PATH_MAX + 64];
    uint64_t hash = 1469598103934665603u;
    if (choose_dir(d, dir, NULL) != PB_OK || !dir[0]) return 0;
    for (size_t k = 0; pb_model_kinds[k]; k++) {
        struct stat st;
        snprintf(path, sizeof path, "%s/%s/active", dir, pb_model_kinds[k]->name);
        if (stat(path, &st) != 0) memset(&st, 0, sizeof st);
        uint64_t parts[] = {(uint64_t)st.st_mtim.tv_sec, (uint64_t)st.st_mtim.tv_nsec, (uint64_t)st.st_size, st.st_ino};
        for (size_t i = 0; i < 4; i++) hash = (hash ^ parts[i]) * 1099511628211u;
    }
    return hash;
}

/* ---- one desk ---- */

static void free_counted(counted *c)
{
    if (!c) return;
    for (size_t k = 0; k < KINDS_MAX; k++) pb_model_destroy(c->kinds[k].model);
    decide_models_free(&c->desk.models);
    pb__grids_free(&c->desk.grids);
    free(c->desk.prior);
    free(c);
}

static pb_status read_desk(const api_desks *d, api_desk *desk, pb_error *error)
{
    PB_TRY(pb__isa_choose(d->options.isa, &desk->isa, error));
    PB_TRY(choose_dir(d, desk->dir, error));
    PB_TRY(decide_models_load(desk->dir[0] ? desk->dir : NULL, &desk->models, error));
    desk->prior = malloc(sizeof *desk->prior);
    if (!desk->prior) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    PB_TRY(pb_prior_shipped(desk->prior, error));
    PB_TRY(pb__grids_read(d->options.grids, &desk->grids, error));
    desk->recommend = (recommend_desk){.models = &desk->models, .past = &desk->past};
    desk->kit       = (pb__race_kit){.prior    = desk->prior,
                                     .pit_wall = desk->models.at[DECIDE_PITCALL],
                                     .grids    = d->options.grids ? &desk->grids : NULL};
    return PB_OK;
}

static pb_status make(api_desks *d, counted **out, pb_error *error)
{
    counted *c = calloc(1, sizeof *c);
    if (!c) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    pb_arena_init(&c->desk.grids.arena, 0);
    uint64_t  seen   = look(d);
    pb_status status = read_desk(d, &c->desk, error);
    if (status != PB_OK) {
        free_counted(c);
        return status;
    }
    c->desk.serial = ++d->serial;
    c->holders     = 1;
    d->seen        = seen;
    *out           = c;
    return PB_OK;
}

/* ---- all of them ---- */

pb_status api_desks_create(const api_work_options *options, api_desks **out, pb_error *error)
{
    api_desks *d = calloc(1, sizeof *d);
    if (!d) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    d->options = *options;
    pthread_mutex_init(&d->lock, NULL);
    *out = d;
    return PB_OK;
}

void api_desks_destroy(api_desks *desks)
{
    if (!desks) return;
    free_counted(desks->now);
    pthread_mutex_destroy(&desks->lock);
    free(desks);
}

/* Under the lock. */
static void let_go(counted *c)
{
    if (c && --c->holders == 0) free_counted(c);
}

static void renew_if_changed(api_desks *d)
{
    double now = pb_engine_seconds();
    if (!d->now || now - d->looked_s < LOOK_S) return;
    d->looked_s = now;
    if (look(d) == d->seen) return;
    let_go(d->now);
    d->now = NULL;
}

pb_status api_desk_hold(api_desks *desks, const api_desk **out, pb_error *error)
{
    pthread_mutex_lock(&desks->lock);
    renew_if_changed(desks);
    pb_status status = desks->now ? PB_OK : make(desks, &desks->now, error);
    if (status == PB_OK) {
        desks->now->holders++;
        *out = &desks->now->desk;
    }
    pthread_mutex_unlock(&desks->lock);
    return status;
}

void api_desk_drop(api_desks *desks, const api_desk *desk)
{
    pthread_mutex_lock(&desks->lock);
    let_go((counted *)(uintptr_t)desk);
    pthread_mutex_unlock(&desks->lock);
}

void api_desks_renew(api_desks *desks)
{
    pthread_mutex_lock(&desks->lock);
    let_go(desks->now);
    desks->now = NULL;
    pthread_mutex_unlock(&desks->lock);
}

pb_status api_desk_model(api_desks *desks, const api_desk *desk, const pb_model_kind *kind, const pb_model **out,
                         pb_model_choice *choice, pb_error *error)
{
    counted  *c      = (counted *)(uintptr_t)desk;
    size_t    k      = 0;
    pb_status status = PB_OK;
    while (pb_model_kinds[k] && pb_model_kinds[k] != kind) k++;
    PB_ASSERT(pb_model_kinds[k] && k < KINDS_MAX);
    pthread_mutex_lock(&desks->lock);
    kept *at = &c->kinds[k];
    if (!at->read) status = pb_registry_active(desk->dir[0] ? desk->dir : NULL, kind, &at->model, &at->choice, error);
    at->read = status == PB_OK;
    *out     = at->model;
    *choice  = at->choice;
    pthread_mutex_unlock(&desks->lock);
    return status;
}
