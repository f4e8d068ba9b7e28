/* api_work: the rows, and what they share. */
#include "api_work.h"

#include <stdlib.h>
#include <string.h>

#include "api_answers.h"

/* ---- life ---- */

api_work_options api_work_options_default(void)
{
    return (api_work_options){.trials = 2000, .threads = 1, .job_threads = 1, .cache_bytes = 32u << 20};
}

pb_status api_work_create(const api_work_options *options, api_work **out, pb_error *error)
{
    api_work *w = calloc(1, sizeof *w);
    if (!w) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    w->options = *options;
    w->cache   = api_cache_create(options->cache_bytes, options->metrics);
    w->seconds =
        pb_metric_histogram(options->metrics, "pitboard_work_seconds", "time to make an answer, or do a job", "kind");
    w->kinds[0] = (pb_job_kind){"simulation", api_job_simulation, w};
    w->kinds[1] = (pb_job_kind){"train", api_job_train, w};
    pb_status status =
        w->cache ? api_desks_create(options, &w->desks, error) : pb_error_set(error, PB_E_NOMEM, "out of memory");
    if (status != PB_OK) {
        api_work_destroy(w);
        return status;
    }
    *out = w;
    return PB_OK;
}

void api_work_destroy(api_work *work)
{
    if (!work) return;
    api_desks_destroy(work->desks);
    api_cache_destroy(work->cache);
    free(work);
}

pb_status api_work_warm(api_work *work, pb_error *error)
{
    const api_desk *desk;
    PB_TRY(api_desk_hold(work->desks, &desk, error));
    api_desk_drop(work->desks, desk);
    return PB_OK;
}

const pb_job_kind *api_work_kinds(api_work *work, uint32_t *n)
{
    *n = sizeof work->kinds / sizeof *work->kinds;
    return work->kinds;
}

/* ---- jobs ---- */

#define JOB_WAIT_S "10" /* until one of them may be over */

static pb_jobs *jobs_of(const api_work *work)
{
    return work->options.jobs ? *work->options.jobs : NULL;
}

static void put_taken(pb_reply *reply, const char *id)
{
    char            url[64 + PB_JOB_ID_MAX];
    pb_json_writer *to = pb_reply_json(reply);
    snprintf(url, sizeof url, "/api/v1/jobs/%s", id);
    pb_reply_status(reply, 202);
    pb_reply_header(reply, "location", url);
    pb_reply_header(reply, "retry-after", "1");
    pb_json_object(to, NULL);
    pb_json_put_text(to, "id", id);
    pb_json_put_text(to, "status_url", url);
    pb_json_object_end(to);
}

static pb_status add_job(api_work *work, const char *kind, pb_request *request, pb_reply *reply, pb_error *error)
{
    const pb_caller *caller = pb_request_caller(request);
    char             id[PB_JOB_ID_MAX];
    size_t           len  = 0;
    pb_jobs         *jobs = jobs_of(work);
    if (!jobs) return pb_reply_problem(reply, 503, "", "this server keeps no jobs");
    char *input = api_text_of(pb_request_json(request), &len);
    if (!input) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    pb_status status =
        pb_jobs_add(jobs, kind, caller->team, caller->user, pb_request_id(request), (pb_span){input, len}, id, error);
    free(input);
    if (status == PB_OK) put_taken(reply, id);
    if (status != PB_E_RULE) return status;
    status = pb_reply_problem(reply, 429, "", "%s", error->text); /* his own jobs: others may go on */
    pb_reply_header(reply, "retry-after", JOB_WAIT_S);
    return status;
}

/* ---- simulations ---- */

/* A job is worked on later, when a followed race is another. */
static pb_status refuse_job(const api_ask *ask, pb_request *request, pb_reply *reply)
{
    if (ask->now.ask)
        return pb_reply_problem(
            reply, 422, "/trials",
            "a followed race is played at once, and this is too much for that; ask for fewer trials");
    if (pb_request_caller(request)->role >= PB_ROLE_ENGINEER) return PB_OK;
    return pb_reply_problem(reply, 403, "/trials",
                            "a simulation of this size is a job, and jobs are for engineers; ask for fewer trials");
}

static pb_status simulate(api_ask *ask, pb_request *request, pb_reply *reply, pb_error *error)
{
    double size = 0;
    PB_TRY(api_simulate_size(ask, &size, error));
    if (size <= API_SIMULATE_AT_ONCE) return api_ask_put(ask, "simulation", api_simulate, reply, error);
    PB_TRY(refuse_job(ask, request, reply));
    return add_job(ask->work, "simulation", request, reply, error);
}

static pb_status create_simulation(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    api_ask   ask;
    pb_status status = api_ask_open(context, pb_request_caller(request)->team, pb_request_json(request), &ask, error);
    if (status == PB_OK) status = simulate(&ask, request, reply, error);
    api_ask_close(&ask);
    return status;
}

/* The job as JSON, read back. */
static pb_status read_job(pb_jobs *jobs, const char *team, const char *id, pb_json_doc **out, pb_error *error)
{
    char  *text = NULL;
    size_t len  = 0;
    FILE  *file = open_memstream(&text, &len);
    if (!file) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    pb_json_writer w;
    pb_json_begin(&w, file, 0);
    pb_json_object(&w, NULL);
    pb_status status = pb_jobs_put(jobs, team, id, true, &w, NULL, error);
    if (status == PB_OK) pb_json_object_end(&w);
    if (fclose(file) != 0 && status == PB_OK) status = pb_error_set(error, PB_E_NOMEM, "out of memory");
    if (status == PB_OK) status = pb_json_parse((pb_span){text, len}, "job", out, error);
    free(text);
    return status;
}

static bool says(pb_json job, const char *key, const char *word)
{
    return pb_span_equal_text(pb_json_chars(pb_json_member(job, key)), word);
}

static pb_status put_simulation(pb_json job, const char *id, pb_reply *reply)
{
    if (!says(job, "kind", "simulation")) return pb_reply_problem(reply, 404, "", "there is no simulation of that id");
    if (says(job, "state", "done")) {
        pb_json_put_value(pb_reply_json(reply), NULL, pb_json_member(job, "result"));
        return PB_OK;
    }
    if (says(job, "state", "failed") || says(job, "state", "cancelled"))
        return pb_reply_problem(reply, 409, "", "this simulation has no result; GET /api/v1/jobs/%s tells why", id);
    put_taken(reply, id);
    return PB_OK;
}

static pb_status get_simulation(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    api_work    *work = context;
    pb_json_doc *doc  = NULL;
    const char  *id   = pb_request_param(request, "id");
    pb_jobs     *jobs = jobs_of(work);
    if (!jobs) return pb_reply_problem(reply, 404, "", "there is no simulation of that id");
    PB_TRY(read_job(jobs, pb_request_caller(request)->team, id, &doc, error));
    pb_status status = put_simulation(pb_json_root(doc), id, reply);
    pb_json_free(doc);
    return status;
}

/* ---- one function a row ---- */

#define ANSWER(name, kind, answer)                                                                                     \
    static pb_status name(void *context, pb_request *request, pb_reply *reply, pb_error *error)                        \
    {                                                                                                                  \
        return api_ask_reply(context, kind, answer, request, reply, error);                                            \
    }

ANSWER(recommend, "recommendation", api_recommend)
ANSWER(optimal, "strategy_optimal", api_strategy_optimal)
ANSWER(compare, "strategy_compare", api_strategy_compare)
ANSWER(tree, "strategy_tree", api_strategy_tree)
ANSWER(what_if, "strategy_what_if", api_what_if)
ANSWER(lap_time, "lap_time", api_predict_lap_time)
ANSWER(degradation, "degradation", api_predict_degradation)
ANSWER(safety_car, "safety_car", api_predict_safety_car)
ANSWER(pit_loss, "pit_loss", api_predict_pit_loss)
ANSWER(positions, "positions", api_predict_positions)
ANSWER(overtake, "overtake", api_predict_overtake)
ANSWER(pit_call, "pit_call", api_predict_pit_call)

/* ---- models ---- */

static pb_status list_models(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    (void)request;
    return api_models_list(context, pb_reply_json(reply), error);
}

static pb_status get_model(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    return api_models_kind(context, pb_request_param(request, "kind"), pb_reply_json(reply), error);
}

static pb_status promote(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    return api_models_promote(context, pb_request_param(request, "kind"), pb_request_json(request),
                              pb_reply_json(reply), error);
}

static pb_status rollback(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    return api_models_rollback(context, pb_request_param(request, "kind"), pb_reply_json(reply), error);
}

static pb_status drift(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    int64_t     version = UINT32_MAX;
    const char *given   = pb_request_query(request, "version");
    if (given) (void)pb_span_to_i64(pb_span_of(given), &version); /* its schema has seen to the form */
    return api_models_drift(context, pb_request_param(request, "kind"), pb_request_query(request, "data"),
                            (uint32_t)version, pb_reply_json(reply), error);
}

static pb_status train(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    PB_TRY(api_train_check(context, pb_request_json(request), error));
    return add_job(context, "train", request, reply, error);
}

/* ---- the table ---- */

#define HEAVY (PB_ROUTE_WORK | PB_ROUTE_COSTLY)
#define KIND_HELP "kind: a kind of model, pitcall"

static const pb_route rows[] = {
    {.method  = PB_POST,
     .path    = "/api/v1/simulations",
     .id      = "createSimulation",
     .tag     = "simulations",
     .summary = "Play a race many times and say how it ends",
     .details =
         "A small one is answered at once; a larger one becomes a job: 202 with where to ask for it. The same body "
         "gives the same bytes.",
     .role   = PB_ROLE_VIEWER,
     .flags  = HEAVY,
     .run    = create_simulation,
     .body   = "SimulationRequest",
     .answer = "SimulationAnswer",
     .other  = {202, 404}},
    {.method        = PB_GET,
     .path          = "/api/v1/simulations/{id}",
     .id            = "getSimulation",
     .tag           = "simulations",
     .summary       = "The result of a large simulation",
     .details       = "202 while it waits or runs, 409 when it failed or was cancelled.",
     .role          = PB_ROLE_VIEWER,
     .run           = get_simulation,
     .answer        = "SimulationAnswer",
     .other         = {202, 409},
     .param_help    = "id: of the job",
     .param_example = "0123456789abcdef0123456789abcdef"},
    {.method  = PB_POST,
     .path    = "/api/v1/strategies/optimal",
     .id      = "findStrategy",
     .tag     = "strategies",
     .summary = "The best plan of a car, its windows, and what to do instead",
     .role    = PB_ROLE_VIEWER,
     .flags   = HEAVY,
     .run     = optimal,
     .body    = "StrategyRequest",
     .answer  = "Strategy",
     .other   = {404}},
    {.method  = PB_POST,
     .path    = "/api/v1/strategies/compare",
     .id      = "compareStrategies",
     .tag     = "strategies",
     .summary = "Plans of one car against each other, on the same draws",
     .role    = PB_ROLE_VIEWER,
     .flags   = HEAVY,
     .run     = compare,
     .body    = "StrategyCompareRequest",
     .answer  = "StrategyComparison",
     .other   = {404}},
    {.method  = PB_POST,
     .path    = "/api/v1/strategies/tree",
     .id      = "getStrategyTree",
     .tag     = "strategies",
     .summary = "What becomes of the best plan when it is driven, with chances",
     .role    = PB_ROLE_VIEWER,
     .flags   = HEAVY,
     .run     = tree,
     .body    = "StrategyRequest",
     .answer  = "StrategyTree",
     .other   = {404}},
    {.method  = PB_POST,
     .path    = "/api/v1/strategies/what-if",
     .id      = "askWhatIf",
     .tag     = "strategies",
     .summary = "A race with something changed against the same race without",
     .details = "Values of the race file, a flag that comes out now, another plan of a car; both are played on the "
                "same draws.",
     .role    = PB_ROLE_VIEWER,
     .flags   = HEAVY,
     .run     = what_if,
     .body    = "WhatIfRequest",
     .answer  = "WhatIf",
     .other   = {404}},
    {.method  = PB_POST,
     .path    = "/api/v1/recommendations",
     .id      = "recommend",
     .tag     = "recommendations",
     .summary = "What to do with a car now, why, and what would change it",
     .details =
         "Of a recorded race (race, lap, car), or of one told in a few facts (circuit, lap, position and whatever "
         "else is known): what is missing is assumed, and \"assumed\" says so.",
     .role   = PB_ROLE_VIEWER,
     .flags  = HEAVY,
     .run    = recommend,
     .body   = "RecommendationRequest",
     .answer = "CallAnswer",
     .other  = {404}},
    {.method  = PB_POST,
     .path    = "/api/v1/predictions/lap-time",
     .id      = "predictLapTime",
     .tag     = "predictions",
     .summary = "Time of a lap to come, with an 80 % interval",
     .role    = PB_ROLE_VIEWER,
     .flags   = PB_ROUTE_WORK,
     .run     = lap_time,
     .body    = "LapTimeRequest",
     .answer  = "LapTimePrediction",
     .other   = {404}},
    {.method  = PB_POST,
     .path    = "/api/v1/predictions/degradation",
     .id      = "predictDegradation",
     .tag     = "predictions",
     .summary = "What a set of tyres loses a lap, and how long it lasts",
     .role    = PB_ROLE_VIEWER,
     .flags   = PB_ROUTE_WORK,
     .run     = degradation,
     .body    = "DegradationRequest",
     .answer  = "DegradationPrediction",
     .other   = {404}},
    {.method  = PB_POST,
     .path    = "/api/v1/predictions/safety-car",
     .id      = "predictSafetyCar",
     .tag     = "predictions",
     .summary = "The chance that a safety car comes out",
     .role    = PB_ROLE_VIEWER,
     .flags   = PB_ROUTE_WORK,
     .run     = safety_car,
     .body    = "SafetyCarRequest",
     .answer  = "SafetyCarPrediction",
     .other   = {404}},
    {.method  = PB_POST,
     .path    = "/api/v1/predictions/pit-loss",
     .id      = "predictPitLoss",
     .tag     = "predictions",
     .summary = "What a stop costs: green, safety car, virtual safety car",
     .role    = PB_ROLE_VIEWER,
     .flags   = PB_ROUTE_WORK,
     .run     = pit_loss,
     .body    = "PitLossRequest",
     .answer  = "PitLossPrediction",
     .other   = {404}},
    {.method  = PB_POST,
     .path    = "/api/v1/predictions/positions",
     .id      = "predictPositions",
     .tag     = "predictions",
     .summary = "Where cars finish, as probabilities of places",
     .role    = PB_ROLE_VIEWER,
     .flags   = PB_ROUTE_WORK,
     .run     = positions,
     .body    = "PositionsRequest",
     .answer  = "PositionsPrediction",
     .other   = {404}},
    {.method  = PB_POST,
     .path    = "/api/v1/predictions/overtake",
     .id      = "predictOvertake",
     .tag     = "predictions",
     .summary = "The chance to pass the car ahead, on this lap and within some",
     .role    = PB_ROLE_VIEWER,
     .flags   = PB_ROUTE_WORK,
     .run     = overtake,
     .body    = "OvertakeRequest",
     .answer  = "OvertakePrediction",
     .other   = {404}},
    {.method  = PB_POST,
     .path    = "/api/v1/predictions/pit-call",
     .id      = "predictPitCall",
     .tag     = "predictions",
     .summary = "The chance that a car's pit wall stops it at the end of this lap",
     .role    = PB_ROLE_VIEWER,
     .flags   = PB_ROUTE_WORK,
     .run     = pit_call,
     .body    = "PitCallRequest",
     .answer  = "PitCallPrediction",
     .other   = {404}},
    {.method  = PB_GET,
     .path    = "/api/v1/models",
     .id      = "listModels",
     .tag     = "models",
     .summary = "The kinds of models, their versions, and which are used",
     .role    = PB_ROLE_VIEWER,
     .flags   = PB_ROUTE_WORK | PB_ROUTE_LIST,
     .run     = list_models,
     .answer  = "ModelKind"},
    {.method        = PB_GET,
     .path          = "/api/v1/models/{kind}",
     .id            = "getModel",
     .tag           = "models",
     .summary       = "One kind of model and its versions",
     .role          = PB_ROLE_VIEWER,
     .flags         = PB_ROUTE_WORK,
     .run           = get_model,
     .answer        = "ModelKind",
     .param_help    = KIND_HELP,
     .param_example = "pitcall"},
    {.method  = PB_POST,
     .path    = "/api/v1/models/train",
     .id      = "trainModels",
     .tag     = "models",
     .summary = "Learn new versions from recorded races, as a job",
     .role    = PB_ROLE_ENGINEER,
     .flags   = PB_ROUTE_HOME | PB_ROUTE_COSTLY | PB_ROUTE_CHANGES,
     .run     = train,
     .body    = "TrainRequest",
     .answer  = "JobTaken",
     .status  = 202,
     .other   = {409}},
    {.method        = PB_POST,
     .path          = "/api/v1/models/{kind}/promote",
     .id            = "promoteModel",
     .tag           = "models",
     .summary       = "Use this version from now on; 0 ships with the program",
     .role          = PB_ROLE_ENGINEER,
     .flags         = PB_ROUTE_HOME | PB_ROUTE_WORK | PB_ROUTE_CHANGES,
     .run           = promote,
     .body          = "PromoteRequest",
     .answer        = "ModelKind",
     .other         = {409},
     .param_help    = KIND_HELP,
     .param_example = "pitcall"},
    {.method        = PB_POST,
     .path          = "/api/v1/models/{kind}/rollback",
     .id            = "rollbackModel",
     .tag           = "models",
     .summary       = "Use the version that was active before",
     .role          = PB_ROLE_ENGINEER,
     .flags         = PB_ROUTE_HOME | PB_ROUTE_WORK | PB_ROUTE_CHANGES,
     .run           = rollback,
     .answer        = "ModelKind",
     .other         = {409},
     .param_help    = KIND_HELP,
     .param_example = "pitcall"},
    {.method        = PB_GET,
     .path          = "/api/v1/models/{kind}/drift",
     .id            = "getModelDrift",
     .tag           = "models",
     .summary       = "Is it still right on the races after its training?",
     .details       = "Reads a folder of recorded races that the server was given; that may take a minute.",
     .role          = PB_ROLE_ENGINEER,
     .flags         = PB_ROUTE_HOME | HEAVY,
     .run           = drift,
     .answer        = "ModelDrift",
     .other         = {409},
     .query         = {{"data", "{\"type\":\"string\",\"minLength\":1,\"maxLength\":64}",
                        "name of the folder; the first one unless given"},
                       {"version", "{\"type\":\"integer\",\"minimum\":0,\"maximum\":9999}", "the one in use unless given"}},
     .param_help    = KIND_HELP,
     .param_example = "pitcall"},
};

pb_route_table api_work_table(api_work *work)
{
    return (pb_route_table){.rows = rows, .n = sizeof rows / sizeof *rows, .context = work};
}
