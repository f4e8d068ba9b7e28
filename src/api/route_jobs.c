/* Jobs: listed, looked at, cancelled. They are added by the routes whose work they do. */
#include "pitboard/api_routes.h"

static pb_status run_list(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    pb_json_writer *w = pb_reply_json(reply);
    pb_json_array(w, NULL);
    pb_status status = pb_jobs_list(context, pb_request_caller(request)->team, w, error);
    pb_json_array_end(w);
    return status;
}

static pb_status run_get(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    const char     *team = pb_request_caller(request)->team, *id = pb_request_param(request, "id");
    pb_job_state    state = PB_JOB_DONE;
    pb_json_writer *w     = pb_reply_json(reply);
    pb_json_object(w, NULL);
    pb_status status = pb_jobs_put(context, team, id, true, w, &state, error);
    pb_json_object_end(w);
    if (state == PB_JOB_WAITING || state == PB_JOB_RUNNING) pb_reply_header(reply, "retry-after", "1");
    return status;
}

static pb_status run_cancel(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    (void)reply;
    return pb_jobs_cancel(context, pb_request_caller(request)->team, pb_request_param(request, "id"), error);
}

static const pb_route rows[] = {
    {.method  = PB_GET,
     .path    = "/api/v1/jobs",
     .id      = "listJobs",
     .tag     = "jobs",
     .summary = "Jobs of the team, newest first",
     .details = "Without results. state=running leaves those that run.",
     .role    = PB_ROLE_VIEWER,
     .flags   = PB_ROUTE_LIST,
     .run     = run_list,
     .answer  = "Job"},
    {.method     = PB_GET,
     .path       = "/api/v1/jobs/{id}",
     .id         = "getJob",
     .tag        = "jobs",
     .summary    = "One job, with its result when it is done",
     .details    = "While it waits or runs, Retry-After tells when to ask again. Results are kept for a week.",
     .role       = PB_ROLE_VIEWER,
     .run        = run_get,
     .answer     = "JobDetail",
     .param_help = "id: of a job, 32 hexadecimal digits"},
    {.method     = PB_DELETE,
     .path       = "/api/v1/jobs/{id}",
     .id         = "cancelJob",
     .tag        = "jobs",
     .summary    = "Cancel a job, or forget one that is over",
     .details    = "One that waits or runs is cancelled and stays in the list; one that is over goes, with its result.",
     .role       = PB_ROLE_ENGINEER,
     .flags      = PB_ROUTE_CHANGES,
     .run        = run_cancel,
     .status     = 204,
     .param_help = "id: of a job, 32 hexadecimal digits"},
};

pb_route_table pb_routes_jobs_table(pb_jobs *jobs)
{
    return (pb_route_table){.rows = rows, .n = sizeof rows / sizeof *rows, .context = jobs};
}
