/* api_past.h - the routes that look back: reviews of races that were driven, and how
 * good the program was on races it had not seen.
 *
 *     POST /races/{id}/review  -> a job that does what the report command does; asked again,
 *     GET  /races/{id}/review     the same job; its result is kept with it
 *     GET  /backtests          -> data/results/backtests.json, which tools/accuracy.sh writes
 *
 * Any thread; several requests may be worked on at once. */
#ifndef PB_APPS_API_PAST_H
#define PB_APPS_API_PAST_H

#include "api_work.h"

typedef struct api_past api_past;

/* The texts of the options must live as long as it. */
pb_status      api_past_create(const api_work_options *options, api_past **out, pb_error *error);
void           api_past_destroy(api_past *past); /* after the api and the jobs */
pb_route_table api_past_table(api_past *past);
/* "review"; lives as long as past. */
pb_job_kind api_past_kind(api_past *past);

/* ---- shared by api_past.c, api_review.c, api_backtests.c ---- */

struct api_past {
    api_work_options options;
    pb_metric       *seconds;   /* pitboard_work_seconds by kind */
    pb_json_doc     *backtests; /* NULL: the file is not there */
};

pb_job_work  api_review_job;
pb_route_run api_review_ask, api_review_get;
pb_route_run api_backtests_list;
/* Reads what ships; without it the list is empty. */
pb_status api_backtests_read(api_past *past, pb_error *error);

#endif
