/* api_past: the rows, and their life. */
#include "api_past.h"

#include <stdlib.h>

pb_status api_past_create(const api_work_options *options, api_past **out, pb_error *error)
{
    api_past *p = calloc(1, sizeof *p);
    if (!p) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    p->options = *options;
    p->seconds =
        pb_metric_histogram(options->metrics, "pitboard_work_seconds", "time to make an answer, or do a job", "kind");
    pb_status status = api_backtests_read(p, error);
    if (status != PB_OK) {
        api_past_destroy(p);
        return status;
    }
    *out = p;
    return PB_OK;
}

void api_past_destroy(api_past *past)
{
    if (!past) return;
    if (past->backtests) pb_json_free(past->backtests);
    free(past);
}

pb_job_kind api_past_kind(api_past *past)
{
    return (pb_job_kind){"review", api_review_job, past};
}

#define RACE_ID "id: a race as the season's list names it, 2023-07"

static const pb_route rows[] = {
    {.method  = PB_GET,
     .path    = "/api/v1/backtests",
     .id      = "listBacktests",
     .tag     = "backtests",
     .summary = "How good the models were on races they had not seen",
     .details = "One for each question that recorded races answer: figures with 90 % intervals over races, the same of "
                "the best simple predictor, by season and by race, and what was told against what came true. Models "
                "are refitted for every season on the seasons before it; `learned` says on what, by the rows "
                "themselves. Written by a run of the back-tests (tools/accuracy.sh), never by hand.",
     .role    = PB_ROLE_VIEWER,
     .flags   = PB_ROUTE_LIST,
     .run     = api_backtests_list,
     .answer  = "Backtest"},
    {.method        = PB_POST,
     .path          = "/api/v1/races/{id}/review",
     .id            = "reviewRace",
     .tag           = "races",
     .summary       = "Look back upon a race, as a job",
     .details       = "For every stop: what was known then, what we would have said, what it gave, what speaks against "
                      "believing it; then cars next to each other that chose differently. Takes half a minute. Asked "
                      "again it is the same job, as long as its result is kept.",
     .role          = PB_ROLE_ENGINEER,
     .flags         = PB_ROUTE_WORK | PB_ROUTE_COSTLY,
     .run           = api_review_ask,
     .body          = "ReviewRequest",
     .answer        = "JobTaken",
     .status        = 202,
     .param_help    = RACE_ID,
     .param_example = "2023-07"},
    {.method        = PB_GET,
     .path          = "/api/v1/races/{id}/review",
     .id            = "getReview",
     .tag           = "races",
     .summary       = "The review of a race",
     .details       = "202 with its job while it is made; 204 when nobody of the team has asked for one: POST to this "
                      "place.",
     .role          = PB_ROLE_VIEWER,
     .run           = api_review_get,
     .answer        = "ReviewAnswer",
     .other         = {202, 204},
     .query         = {{"trials", "{\"type\":\"integer\",\"minimum\":100,\"maximum\":10000}",
                        "of the review that is meant; 2000 unless given"}},
     .param_help    = RACE_ID,
     .param_example = "2023-07"},
};

pb_route_table api_past_table(api_past *past)
{
    return (pb_route_table){.rows = rows, .n = sizeof rows / sizeof *rows, .context = past};
}
