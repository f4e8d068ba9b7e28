/* api_desk.h - what answers are made with: models, prior, grids, read once and shared.
 *
 * A desk never changes; when versions of models change a new one takes its place, and
 * the old one goes when the last who works with it lets go. Any thread.
 *
 * Used by the routes of api_work. */
#ifndef PB_APPS_API_DESK_H
#define PB_APPS_API_DESK_H

#include "api_work.h"
#include "recommend_run.h"

typedef struct api_desk {
    char           dir[PB_REGISTRY_PATH_MAX]; /* of versions; "" none */
    uint64_t       serial;                    /* other models, another number */
    pb_isa         isa;
    decide_models  models;
    pb_prior      *prior;
    pb__grids      grids;
    decide_past    past; /* empty */
    recommend_desk recommend;
    pb__race_kit   kit;
} api_desk;

typedef struct api_desks api_desks;

pb_status api_desks_create(const api_work_options *options, api_desks **out, pb_error *error);
void      api_desks_destroy(api_desks *desks);
/* The one of now; read when there is none, or when the active versions in the folder
 * are others (looked at every few seconds). Let go of it with api_desk_drop. */
pb_status api_desk_hold(api_desks *desks, const api_desk **out, pb_error *error);
void      api_desk_drop(api_desks *desks, const api_desk *desk);
/* Versions have changed: the next to hold reads them. */
void api_desks_renew(api_desks *desks);
/* A model beyond those of calls, the active version of its kind, kept with the desk.
 * *out NULL: its baseline; choice tells why. */
pb_status api_desk_model(api_desks *desks, const api_desk *desk, const pb_model_kind *kind, const pb_model **out,
                         pb_model_choice *choice, pb_error *error);

#endif
