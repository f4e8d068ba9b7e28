/* Every route that thinks: its examples are answered as its schema says, what is wrong is told with its place. */
#include <sys/stat.h>

#include "api/schema.h"
#include "apps/api_answers.h"
#include "pb_test.h"

static const struct {
    const char *body, *answers, *kind;
    api_answer *answer;
} routes[] = {
    {"SimulationRequest", "Simulation", "simulation", api_simulate},
    {"StrategyRequest", "Strategy", "strategy_optimal", api_strategy_optimal},
    {"StrategyRequest", "StrategyTree", "strategy_tree", api_strategy_tree},
    {"StrategyCompareRequest", "StrategyComparison", "strategy_compare", api_strategy_compare},
    {"WhatIfRequest", "WhatIf", "strategy_what_if", api_what_if},
    {"RecommendationRequest", "CallAnswer", "recommendation", api_recommend},
    {"LapTimeRequest", "LapTimePrediction", "lap_time", api_predict_lap_time},
    {"DegradationRequest", "DegradationPrediction", "degradation", api_predict_degradation},
    {"SafetyCarRequest", "SafetyCarPrediction", "safety_car", api_predict_safety_car},
    {"PitLossRequest", "PitLossPrediction", "pit_loss", api_predict_pit_loss},
    {"PositionsRequest", "PositionsPrediction", "positions", api_predict_positions},
    {"OvertakeRequest", "OvertakePrediction", "overtake", api_predict_overtake},
    {"PitCallRequest", "PitCallPrediction", "pit_call", api_predict_pit_call},
};
#define ROUTES (sizeof routes / sizeof *routes)

static char dir[64];

static api_work *work_of(void)
{
    api_work_options o     = api_work_options_default();
    api_work        *work  = NULL;
    pb_error         error = {0};
    o.models               = dir;
    o.trials               = 100;
    if (api_work_create(&o, &work, &error) != PB_OK) fail_msg("%s", error.text);
    return work;
}

static pb_json_doc *doc_of(const char *text)
{
    pb_json_doc *doc   = NULL;
    pb_error     error = {0};
    if (pb_json_parse(pb_span_of(text), "body", &doc, &error) != PB_OK) fail_msg("%s", error.text);
    return doc;
}

static pb_status ask(api_work *work, size_t route, pb_json body, pb_blob **out, pb_error *error)
{
    api_ask   ask;
    pb_status status = api_ask_open(work, NULL, body, &ask, error);
    if (status == PB_OK) status = api_ask_blob(&ask, routes[route].kind, routes[route].answer, out, error);
    api_ask_close(&ask);
    return status;
}

/* Of a body as text; NULL and the error where it is refused. */
static pb_blob *ask_text(api_work *work, size_t route, const char *text, pb_error *error)
{
    pb_json_doc *doc  = doc_of(text);
    pb_blob     *blob = NULL;
    *error            = (pb_error){0};
    if (ask(work, route, pb_json_root(doc), &blob, error) != PB_OK) blob = NULL;
    pb_json_free(doc);
    return blob;
}

static void check_fits(const pb__schemas *schemas, const char *name, pb_span text)
{
    pb__misfit   misfit;
    pb_json_doc *doc   = NULL;
    pb_error     error = {0};
    if (pb_json_parse(text, name, &doc, &error) != PB_OK) fail_msg("%s: %s", name, error.text);
    if (!pb__schema_check(schemas, pb__schemas_find(schemas, name), pb_json_root(doc), &misfit))
        fail_msg("%s: %s: %s", name, misfit.pointer, misfit.text);
    pb_json_free(doc);
}

PB_TEST(every_example_is_answered_as_its_schema_says)
{
    pb__schemas *schemas = NULL;
    pb_error     error   = {0};
    api_work    *work    = work_of();
    if (pb__schemas_create(NULL, &schemas, &error) != PB_OK) fail_msg("%s", error.text);
    for (size_t r = 0; r < ROUTES; r++) {
        pb_json examples = pb_json_get(pb__schemas_find(schemas, routes[r].body), "examples");
        PB_CHECK(pb_json_length(examples) > 0);
        for (size_t i = 0; i < pb_json_length(examples); i++) {
            pb_blob *blob = NULL;
            if (ask(work, r, pb_json_at(examples, i), &blob, &error) != PB_OK)
                fail_msg("%s %zu: %s", routes[r].body, i, error.text);
            check_fits(schemas, routes[r].answers, pb_blob_bytes(blob));
            pb_blob_drop(blob);
        }
    }
    api_work_destroy(work);
    pb__schemas_destroy(schemas);
}

PB_TEST(the_table_names_schemas_that_are_there)
{
    api_work      *work  = work_of();
    pb_route_table table = api_work_table(work);
    PB_CHECK(table.n >= 20);
    for (uint32_t i = 0; i < table.n; i++) {
        if (table.rows[i].body) assert_non_null(pb_api_schema(table.rows[i].body));
        if (table.rows[i].answer) assert_non_null(pb_api_schema(table.rows[i].answer));
    }
    api_work_destroy(work);
}

static size_t route_of(const char *kind)
{
    for (size_t r = 0; r < ROUTES; r++)
        if (strcmp(routes[r].kind, kind) == 0) return r;
    fail_msg("no route %s", kind);
    return 0;
}

static const struct {
    const char *kind, *body, *starts;
} bad[] = {
    {"simulation", "{\"race\": \"2050-01\"}", "/race: there is no race 2050-01 here"},
    {"simulation", "{\"race\": \"../../etc/passwd\"}", "/race: "},
    {"simulation", "{\"race\": \"2023_07_../../../x\"}", "/race: "},
    {"simulation", "{\"race\": \"/etc/passwd\"}", "/race: "},
    {"simulation", "{\"race\": \"2023-07\", \"from_lap\": 90}", "/from_lap: "},
    {"simulation", "{\"race\": \"2023-07\", \"set\": {\"pit.los_s\": 22}}", "/set: "},
    {"simulation", "{\"race\": {\"cars\": []}}", "/race/format: "},
    {"simulation", "{\"race\": \"2023-07\", \"gaps\": true, \"gaps_to\": \"HAN\"}", "/gaps_to: there is no car HAN"},
    {"simulation",
     "{\"race\": {\"format\": \"pitboard-race-1\", \"cars\": [{\"code\": \"A\", \"pace_s\": \"x\"}, {\"code\": "
     "\"B\"}]}}",
     "/race/cars/0/grid: "},
    {"strategy_optimal", "{\"race\": \"2023-07\", \"car\": \"HAN\"}", "/car: HAN"},
    {"strategy_optimal", "{\"race\": \"2023-07\", \"car\": \"HAM\", \"objective\": \"pionts\"}", "/objective: "},
    {"strategy_compare",
     "{\"race\": \"2023-07\", \"car\": \"HAM\", \"plans\": [\"MEDIUM-HARD,30\", \"MEDIUM,30\"], \"trials\": 100}",
     "/plans/1: "},
    {"strategy_compare",
     "{\"race\": \"2023-07\", \"car\": \"HAM\", \"plans\": [\"MEDUM-HARD,30\", \"MEDIUM-HARD,33\"], \"trials\": 100}",
     "/plans/0: "},
    {"strategy_what_if", "{\"race\": \"2023-07\"}", "/set: "},
    {"strategy_what_if", "{\"race\": \"2023-07\", \"flag\": \"sc\"}", "/flag: "},
    {"strategy_what_if", "{\"race\": \"2023-07\", \"plan\": \"SOFT-HARD,20\"}", "/car: "},
    {"recommendation", "{\"race\": \"2023-07\", \"lap\": 20}", "/car: "},
    {"recommendation", "{\"race\": \"2023-07\", \"car\": \"HAM\"}", "/lap: "},
    {"recommendation", "{\"race\": \"2023-07\", \"lap\": 20, \"car\": \"HAM\", \"tyre_age\": 3}", "/tyre_age: "},
    {"recommendation", "{\"circuit\": \"monza\", \"car\": \"HAM\"}", "/car: "},
    {"recommendation", "{\"circuit\": \"monza\", \"set\": {}}", "/set: "},
    {"recommendation", "{\"circuit\": \"monza\", \"lap\": 20, \"boxed\": [\"VER\"]}", "/boxed: "},
    {"lap_time", "{\"race\": \"2023-07\", \"lap\": 20}", "/car: "},
    {"lap_time", "{\"circuit\": \"monza\", \"ahead\": 3}", "/ahead: "},
    {"degradation",
     "{\"circuit\": \"monza\", \"lap\": 20, \"tyre_age\": 2, \"stops_done\": 1, \"recent_laps_s\": [84, 84, 84]}",
     "/recent_laps_s: "},
    {"overtake", "{\"circuit\": \"monza\", \"position\": 1}", "/position: "},
    {"pit_call", "{\"circuit\": \"monza\", \"flag\": \"red\"}", "/flag: "},
};

PB_TEST(what_is_wrong_is_told_with_its_place)
{
    api_work *work = work_of();
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        pb_error error;
        pb_blob *blob = ask_text(work, route_of(bad[i].kind), bad[i].body, &error);
        if (blob) fail_msg("%s was answered", bad[i].body);
        if (strncmp(error.text, bad[i].starts, strlen(bad[i].starts)) != 0) fail_msg("%s: %s", bad[i].body, error.text);
        PB_CHECK(error.status != PB_E_USAGE);
        assert_null(strstr(error.text, PB_SOURCE_DIR)); /* no path of this machine */
    }
    api_work_destroy(work);
}

PB_TEST(the_same_question_is_answered_once)
{
    static const char body[] = "{\"circuit\": \"monza\", \"lap\": 20, \"position\": 8}";
    api_work         *work   = work_of();
    pb_error          error;
    pb_blob          *one   = ask_text(work, route_of("pit_loss"), body, &error);
    pb_blob          *two   = ask_text(work, route_of("pit_loss"), body, &error);
    pb_blob          *other = ask_text(work, route_of("overtake"), body, &error);
    PB_CHECK(one && one == two && other && other != one);
    pb_blob_drop(one);
    pb_blob_drop(two);
    pb_blob_drop(other);
    api_work_destroy(work);
}

PB_TEST(the_place_of_an_answer_that_was_dropped_is_taken_by_another)
{
    api_cache *cache = api_cache_create(2000, NULL);
    char       key[API_CACHE_KEY], text[101];
    memset(text, 'x', sizeof text);
    for (int i = 0; i < 50; i++) {
        pb_blob *blob = pb_blob_make((pb_span){text, 100});
        snprintf(key, sizeof key, "%064d", i);
        api_cache_put(cache, key, blob);
        pb_blob_drop(blob);
        blob = api_cache_get(cache, key);
        assert_non_null(blob);
        pb_blob_drop(blob);
    }
    snprintf(key, sizeof key, "%064d", 0);
    assert_null(api_cache_get(cache, key));
    api_cache_destroy(cache);
}

/* ---- models ---- */

static pb_status model_call(api_work *work, int what, const char *kind, const char *body, char **text, pb_error *error)
{
    size_t         len  = 0;
    FILE          *file = open_memstream(text, &len);
    pb_json_doc   *doc  = doc_of(body);
    pb_json_writer w;
    pb_json_begin(&w, file, 0);
    pb_status status = what == 0   ? api_models_kind(work, kind, &w, error)
                       : what == 1 ? api_models_promote(work, kind, pb_json_root(doc), &w, error)
                       : what == 2 ? api_models_rollback(work, kind, &w, error)
                                   : api_models_drift(work, kind, NULL, UINT32_MAX, &w, error);
    pb_json_free(doc);
    fclose(file);
    return status;
}

PB_TEST(models_are_listed_and_what_cannot_be_is_refused_without_a_path)
{
    pb__schemas *schemas = NULL;
    pb_error     error   = {0};
    char        *text    = NULL;
    api_work    *work    = work_of();
    PB_CHECK_EQ(pb__schemas_create(NULL, &schemas, &error), PB_OK);
    PB_CHECK_EQ(model_call(work, 0, "pitcall", "{}", &text, &error), PB_OK);
    check_fits(schemas, "ModelKind", pb_span_of(text));
    free(text);
    PB_CHECK_EQ(model_call(work, 0, "../pitcall", "{}", &text, &error), PB_E_NOENT);
    free(text);
    PB_CHECK_EQ(model_call(work, 1, "pitcall", "{}", &text, &error), PB_E_MISSING);
    free(text);
    PB_CHECK_EQ(model_call(work, 1, "pitcall", "{\"version\": 9}", &text, &error), PB_E_UNSUPPORTED);
    assert_null(strstr(error.text, dir));
    free(text);
    PB_CHECK_EQ(model_call(work, 2, "pitcall", "{}", &text, &error), PB_E_UNSUPPORTED);
    free(text);
    PB_CHECK_EQ(model_call(work, 3, "pitcall", "{}", &text, &error), PB_E_UNSUPPORTED);
    free(text);
    PB_CHECK_EQ(model_call(work, 1, "pitcall", "{\"version\": 0}", &text, &error), PB_OK);
    check_fits(schemas, "ModelKind", pb_span_of(text));
    free(text);
    pb__schemas_destroy(schemas);
    api_work_destroy(work);
}

PB_TEST(a_training_names_folders_that_the_server_knows)
{
    const api_work_folder folders[] = {{"history", PB_SOURCE_DIR "/data/races"}};
    api_work_options      o         = api_work_options_default();
    api_work             *work      = NULL;
    pb_error              error     = {0};
    o.models                        = dir;
    o.folders                       = folders;
    o.n_folders                     = 1;
    PB_CHECK_EQ(api_work_create(&o, &work, &error), PB_OK);
    static const struct {
        const char *body;
        pb_status   status;
    } cases[] = {{"{}", PB_OK},
                 {"{\"kind\": \"all\", \"data\": [\"history\"]}", PB_OK},
                 {"{\"kind\": \"pitcal\"}", PB_E_RULE},
                 {"{\"data\": [\"/etc\"]}", PB_E_RULE},
                 {"{\"data\": [\"history/..\"]}", PB_E_RULE},
                 {"{\"until\": \"2023\"}", PB_E_RULE}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        pb_json_doc *doc = doc_of(cases[i].body);
        PB_CHECK_EQ(api_train_check(work, pb_json_root(doc), &error), cases[i].status);
        pb_json_free(doc);
    }
    api_work_destroy(work);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PB_RUN(the_table_names_schemas_that_are_there),
        PB_RUN(every_example_is_answered_as_its_schema_says),
        PB_RUN(what_is_wrong_is_told_with_its_place),
        PB_RUN(the_same_question_is_answered_once),
        PB_RUN(the_place_of_an_answer_that_was_dropped_is_taken_by_another),
        PB_RUN(models_are_listed_and_what_cannot_be_is_refused_without_a_path),
        PB_RUN(a_training_names_folders_that_the_server_knows),
    };
    strcpy(dir, "/tmp/pitboard-api-work-XXXXXX");
    if (!mkdtemp(dir)) return 1;
    int  failed = cmocka_run_group_tests(tests, NULL, NULL);
    char command[100];
    snprintf(command, sizeof command, "rm -r %s", dir);
    return system(command) == 0 ? failed : 1;
}
