/* POST /strategies/optimal, compare, tree: as the strategy command. */
#include <stdlib.h>
#include <string.h>

#include "api_answers.h"
#include "api_race.h"
#include "strategy_run.h"

#define TRIALS 8000
#define TRIALS_MOST 100000
#define PLANS_MAX 6
#define PLAN_TEXT 120

typedef struct asked {
    strategy_question q;
    api_race          race;
    char              car[24], objective[40];
} asked;

static pb_status read_question(const api_ask *ask, asked *a, pb_error *error)
{
    strategy_question *q        = &a->q;
    pb_json            triggers = pb_json_get(ask->body, "triggers");
    *q                          = (strategy_question){
                                 .trials = TRIALS, .threads = ask->work->options.threads, .top = 10, .triggers = false, .quiet = true};
    q->isa = pb_isa_name(ask->desk->isa);
    PB_TRY(api_race_read(ask, "from_lap", &a->race, error));
    PB_TRY(api_read_u32(ask->body, "trials", 100, TRIALS_MOST, &q->trials, error));
    PB_TRY(api_read_u32(ask->body, "top", 1, PB_CANDIDATES_MAX, &q->top, error));
    PB_TRY(api_read_seed(ask->body, &q->seed, error));
    PB_TRY(api_read_text(ask->body, "car", a->car, sizeof a->car, &q->car, error));
    PB_TRY(api_read_text(ask->body, "objective", a->objective, sizeof a->objective, &q->objective, error));
    if (pb_json_present(triggers)) PB_TRY(pb_json_bool(triggers, &q->triggers, error));
    if (!q->car || pb_span_equal_nocase(pb_span_of(q->car), "all"))
        return pb_error_set(error, PB_E_MISSING, "/car: for which car? One at a time");
    q->race  = a->race.choice;
    q->flag  = live_flag_name(a->race.flag);
    q->boxed = a->race.boxed;
    return PB_OK;
}

static pb_status run(const asked *a, strategy_answer *out, pb_error *error)
{
    return api_pointed(strategy_run(&a->q, out, error), error);
}

pb_status api_strategy_optimal(const api_ask *ask, pb_json_writer *to, pb_error *error)
{
    asked           a;
    strategy_answer answer = {0};
    pb_status       status = read_question(ask, &a, error);
    if (status == PB_OK) status = run(&a, &answer, error);
    if (status == PB_OK) {
        pb_json_object(to, NULL);
        strategy_json_put(&answer, to);
        pb_json_object_end(to);
    }
    strategy_free(&answer);
    api_race_free(&a.race);
    return status;
}

/* ---- the tree ---- */

static void put_tree(const strategy_answer *answer, pb_json_writer *to)
{
    const pb_race_spec *spec = answer->spec;
    pb_json_object(to, NULL);
    pb_json_put_text(to, "race", spec->name[0] ? spec->name : spec->id);
    pb_json_put_i64(to, "from_lap", spec->from_lap);
    pb_json_put_i64(to, "laps", spec->rules.laps);
    pb_json_put_text(to, "car", spec->cars[answer->cars[0].car].code);
    strategy_plan_put(answer, to);
    strategy_tree_put(answer, to);
    pb_json_array(to, "assumed");
    for (uint32_t i = 0; i < answer->n_assumed; i++) pb_json_put_text(to, NULL, answer->assumed[i]);
    pb_json_array_end(to);
    pb_json_put_i64(to, "trials", answer->cars[0].trials);
    pb_json_put_i64(to, "seed", (int64_t)answer->seed);
    pb_json_object_end(to);
}

pb_status api_strategy_tree(const api_ask *ask, pb_json_writer *to, pb_error *error)
{
    asked           a;
    strategy_answer answer = {0};
    pb_status       status = read_question(ask, &a, error);
    if (status == PB_OK) status = run(&a, &answer, error);
    if (status == PB_OK) put_tree(&answer, to);
    strategy_free(&answer);
    api_race_free(&a.race);
    return status;
}

/* ---- plans against each other ---- */

static pb_status read_plans(pb_json body, char plans[PLANS_MAX][PLAN_TEXT], size_t *n, pb_error *error)
{
    pb_json list = pb_json_get(body, "plans");
    *n           = pb_json_length(list);
    if (*n < 2 || *n > PLANS_MAX)
        return pb_error_set(error, PB_E_RANGE, "/plans: 2 to %d plans are compared, \"MEDIUM-HARD,22\"", PLANS_MAX);
    for (size_t i = 0; i < *n; i++)
        if (!pb_span_copy(pb_json_chars(pb_json_at(list, i)), plans[i], PLAN_TEXT))
            return pb_error_set(error, PB_E_LIMIT, "/plans/%zu: too long", i);
    return PB_OK;
}

/* The pointer of a plan that is refused. */
static pb_status blame_plan(pb_status status, size_t i, pb_error *error)
{
    char        text[PB_ERROR_TEXT_MAX];
    const char *end = strncmp(error->text, "/plans", 6) == 0 ? strstr(error->text, ": ") : NULL;
    if (!end || strncmp(error->text, "/plans/0", 8) == 0) return status;
    snprintf(text, sizeof text, "%s", end + 2);
    return pb_error_set(error, status, "/plans/%zu: %s", i, text);
}

static void put_compare_head(const strategy_answer *answer, pb_json_writer *to)
{
    const pb_race_spec *spec = answer->spec;
    pb_json_put_text(to, "race", spec->name[0] ? spec->name : spec->id);
    pb_json_put_i64(to, "from_lap", spec->from_lap);
    pb_json_put_i64(to, "laps", spec->rules.laps);
    pb_json_put_text(to, "car", spec->cars[answer->cars[0].car].code);
    pb_json_array(to, "plans");
}

static void put_compare_tail(const strategy_answer *answer, size_t best, uint32_t trials, pb_json_writer *to)
{
    pb_json_array_end(to);
    pb_json_put_i64(to, "best", (int64_t)best);
    pb_json_array(to, "assumed");
    for (uint32_t i = 0; i < answer->n_assumed; i++) pb_json_put_text(to, NULL, answer->assumed[i]);
    pb_json_array_end(to);
    pb_json_put_i64(to, "trials", trials);
    pb_json_put_i64(to, "seed", (int64_t)answer->seed);
    pb_json_object_end(to);
}

/* Each plan against the first, on the same draws. */
static pb_status compare(asked *a, const char plans[PLANS_MAX][PLAN_TEXT], size_t n, pb_json_writer *to,
                         pb_error *error)
{
    size_t          best   = 0;
    double          gain   = 0;
    uint32_t        trials = 0;
    strategy_answer last   = {0};
    pb_status       status = PB_OK;
    a->q.with              = plans[0];
    for (size_t i = 1; i < n && status == PB_OK; i++) {
        strategy_free(&last);
        last         = (strategy_answer){0};
        a->q.compare = plans[i];
        status       = blame_plan(run(a, &last, error), i, error);
        if (status != PB_OK) break;
        if (i == 1) {
            pb_json_object(to, NULL);
            put_compare_head(&last, to);
            strategy_side_put(&last, 1, true, to);
        }
        strategy_side_put(&last, 0, false, to);
        trials += last.cars[0].trials;
        if (last.side[0].gain.value > gain) {
            gain = last.side[0].gain.value;
            best = i;
        }
    }
    if (status == PB_OK) put_compare_tail(&last, best, trials, to);
    strategy_free(&last);
    return status;
}

pb_status api_strategy_compare(const api_ask *ask, pb_json_writer *to, pb_error *error)
{
    asked     a;
    char      plans[PLANS_MAX][PLAN_TEXT];
    size_t    n      = 0;
    pb_status status = read_question(ask, &a, error);
    if (status == PB_OK) status = read_plans(ask->body, plans, &n, error);
    if (status == PB_OK) status = compare(&a, plans, n, to, error);
    api_race_free(&a.race);
    return status;
}
