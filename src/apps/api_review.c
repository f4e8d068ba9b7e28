/* Reviews: the report command as a job, its result found again by what was asked. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api_ask.h"
#include "api_past.h"
#include "api_race.h"
#include "pitboard/engine.h"
#include "report_run.h"

#define KIND "review"
#define TRIALS 2000
#define TRIALS_LEAST 100
#define TRIALS_MOST 10000

/* ---- which one ---- */

/* What jobs are found by: the same question, the same text. */
typedef struct question {
    char     id[API_RACE_ID_MAX];
    uint32_t trials;
    char     text[API_RACE_ID_MAX + 48];
} question;

static pb_span text_of(question *q)
{
    int n = snprintf(q->text, sizeof q->text, "{\"race\":\"%s\",\"trials\":%" PRIu32 "}", q->id, q->trials);
    return (pb_span){q->text, (size_t)n};
}

static bool read_id(const pb_request *request, question *q)
{
    const char *id = pb_request_param(request, "id");
    if (strlen(id) >= sizeof q->id || strspn(id, "0123456789-S_abcdefghijklmnopqrstuvwxyz") != strlen(id)) return false;
    memcpy(q->id, id, strlen(id) + 1);
    return true;
}

static pb_jobs *jobs_of(const api_past *past)
{
    return past->options.jobs ? *past->options.jobs : NULL;
}

static pb_status put_taken(pb_reply *reply, const char *id)
{
    char            url[64 + PB_JOB_ID_MAX];
    pb_json_writer *to = pb_reply_json(reply);
    (void)snprintf(url, sizeof url, "/api/v1/jobs/%s", id);
    pb_reply_status(reply, 202);
    pb_reply_header(reply, "location", url);
    pb_reply_header(reply, "retry-after", "1");
    pb_json_object(to, NULL);
    pb_json_put_text(to, "id", id);
    pb_json_put_text(to, "status_url", url);
    pb_json_object_end(to);
    return PB_OK;
}

/* ---- asking for one ---- */

/* There must be laps before there is a job. */
static pb_status look_at_race(const api_past *past, const question *q, pb_error *error)
{
    pb_race_log log;
    pb_race_log_init(&log);
    pb_status status = api_race_log(q->id, past->options.store_url, &log, error);
    if (status == PB_OK && log.n_cars == 0)
        status = pb_error_set(error, PB_E_NOENT, "race %s has no laps to look back upon", q->id);
    pb_race_log_fini(&log);
    return status;
}

pb_status api_review_ask(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    api_past        *past   = context;
    pb_jobs         *jobs   = jobs_of(past);
    const pb_caller *caller = pb_request_caller(request);
    question         q      = {.trials = TRIALS};
    char             id[PB_JOB_ID_MAX];
    pb_job_state     state;
    if (!jobs) return pb_reply_problem(reply, 503, "", "this server keeps no jobs");
    if (!read_id(request, &q)) return pb_error_set(error, PB_E_NOENT, "no such race; races are named 2023-07");
    PB_TRY(api_read_u32(pb_request_json(request), "trials", TRIALS_LEAST, TRIALS_MOST, &q.trials, error));
    PB_TRY(look_at_race(past, &q, error));
    pb_status status = pb_jobs_find(jobs, caller->team, KIND, text_of(&q), id, &state, error);
    if (status == PB_E_NOENT)
        status = pb_jobs_add(jobs, KIND, caller->team, caller->user, pb_request_id(request), text_of(&q), id, error);
    if (status == PB_OK) return put_taken(reply, id);
    if (status != PB_E_RULE) return status;
    status = pb_reply_problem(reply, 429, "", "%s", error->text); /* his own jobs: others may go on */
    pb_reply_header(reply, "retry-after", "10");
    return status;
}

pb_status api_review_get(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    api_past    *past   = context;
    pb_jobs     *jobs   = jobs_of(past);
    const char  *team   = pb_request_caller(request)->team;
    const char  *trials = pb_request_query(request, "trials");
    question     q      = {.trials = TRIALS};
    char         id[PB_JOB_ID_MAX];
    int64_t      n = 0;
    pb_job_state state;
    if (!jobs || !read_id(request, &q)) return pb_error_set(error, PB_E_NOENT, "no such race; races are named 2023-07");
    if (trials && pb_span_to_i64(pb_span_of(trials), &n)) q.trials = (uint32_t)n; /* its schema has seen to the range */
    pb_status status = pb_jobs_find(jobs, team, KIND, text_of(&q), id, &state, error);
    if (status == PB_E_NOENT) {
        PB_TRY(look_at_race(past, &q, error));
        pb_reply_status(reply, 204);
        return PB_OK;
    }
    if (status != PB_OK || state != PB_JOB_DONE) return status == PB_OK ? put_taken(reply, id) : status;
    return pb_jobs_put_result(jobs, team, id, NULL, pb_reply_json(reply), error);
}

/* ---- making one ---- */

static bool tell(void *user, size_t done, size_t n)
{
    return pb_job_progress(user, n ? (double)done / (double)n : 0, "laps with stops");
}

static pb_status read_job(const pb_job_run *run, question *q, pb_error *error)
{
    pb_json_doc *doc = NULL;
    const char  *id;
    PB_TRY(pb_json_parse(pb_job_input(run), "job", &doc, error));
    pb_status status = api_read_text(pb_json_root(doc), "race", q->id, sizeof q->id, &id, error);
    if (status == PB_OK)
        status = api_read_u32(pb_json_root(doc), "trials", TRIALS_LEAST, TRIALS_MOST, &q->trials, error);
    pb_json_free(doc);
    return status;
}

static pb_status write_review(const report_answer *answer, pb_bytes *result, pb_error *error)
{
    *result    = (pb_bytes){0};
    FILE *file = open_memstream(&result->at, &result->len);
    if (!file) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    report_json_line(answer, file);
    if (fclose(file) == 0) return PB_OK;
    pb_bytes_free(result);
    return pb_error_set(error, PB_E_NOMEM, "out of memory");
}

static pb_status review(const api_past *past, const question *q, const pb_race_log *log, pb_job_run *run,
                        pb_bytes *result, pb_error *error)
{
    report_question asked = {.race     = {.path = q->id, .grids = past->options.grids, .models = past->options.models},
                             .isa      = past->options.isa,
                             .models   = past->options.models,
                             .trials   = q->trials,
                             .threads  = past->options.job_threads,
                             .seed     = 1,
                             .progress = tell,
                             .user     = run};
    asked.race.given.log  = log;
    report_answer *answer = malloc(sizeof *answer);
    if (!answer) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    pb_status status = report_run(&asked, answer, error);
    if (status == PB_OK) status = write_review(answer, result, error);
    report_free(answer);
    free(answer);
    return status;
}

pb_status api_review_job(void *user, pb_job_run *run, pb_bytes *result, pb_error *error)
{
    api_past   *past  = user;
    question    q     = {.trials = TRIALS};
    double      start = pb_engine_seconds();
    pb_race_log log;
    pb_race_log_init(&log);
    pb_status status = read_job(run, &q, error);
    if (status == PB_OK) status = api_race_log(q.id, past->options.store_url, &log, error);
    if (status == PB_OK) status = review(past, &q, &log, run, result, error);
    pb_race_log_fini(&log);
    pb_metric_observe(past->seconds, "review_job", pb_engine_seconds() - start);
    return status;
}
