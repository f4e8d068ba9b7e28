/* api_work.h - the routes that think: simulations, strategies, recommendations,
 * predictions and models, by the code of the commands of these names.
 *
 *     api_work_create --> table of rows for pb_api, kinds for pb_jobs
 *
 * An answer is a pure function of its question: the same body gives the same bytes
 * while the same models are active, and is kept for who asks again.
 *
 * Any thread; several requests may be worked on at once. */
#ifndef PB_APPS_API_WORK_H
#define PB_APPS_API_WORK_H

#include "live_decide.h"
#include "pitboard/api.h"
#include "pitboard/engine_sessions.h"

/* A folder of recorded races that a training or a look for drift may name. */
typedef struct api_work_folder {
    const char *name, *path;
} api_work_folder;

typedef struct api_work_options {
    const char            *models;    /* folder of versions; NULL: the user's */
    const char            *store_url; /* races by id; NULL: the bundled ones alone */
    const char            *grids;     /* file of starting grids; may be NULL */
    const api_work_folder *folders;
    uint32_t               n_folders;
    const char            *isa;         /* NULL: the best there is */
    uint32_t               trials;      /* of a recommendation that does not say. 2,000 */
    uint32_t               threads;     /* of one request. 1 */
    uint32_t               job_threads; /* of one job; 0: as many as cores. 1 */
    size_t                 cache_bytes; /* of answers kept. 32 MiB */
    pb_sessions           *sessions;    /* whose races bodies may name; NULL: none */
    live_caller           *caller;      /* who calls in these: recommendations are as theirs. NULL: as of other races */
    const pb__list        *set;         /* KEY=VALUE of each of these races; may be NULL */
    pb_metrics            *metrics;
    pb_jobs *const        *jobs; /* where the jobs will be; *jobs NULL: large work is refused */
} api_work_options;
api_work_options api_work_options_default(void);

typedef struct api_work api_work;

/* The texts and arrays of the options must live as long as it. Reads nothing yet:
 * models are read when they are first asked. */
pb_status api_work_create(const api_work_options *options, api_work **out, pb_error *error);
void      api_work_destroy(api_work *work); /* after the api and the jobs */
/* Reads the models for calls now, so that the first to ask need not wait. */
pb_status api_work_warm(api_work *work, pb_error *error);

pb_route_table api_work_table(api_work *work);
/* "simulation" and "train"; lives as long as work. */
const pb_job_kind *api_work_kinds(api_work *work, uint32_t *n);

#endif
