/* POST /recommendations: the call for a car, of a recorded race or of one told in a few facts. */
#include <stdlib.h>
#include <string.h>

#include "api_answers.h"
#include "api_context.h"
#include "api_race.h"

#define TABLE_TRIALS 64 /* a cell of the "if SC now" table, where nobody asks for more trials than usual */

/* Texts of one body, as the question borrows them. */
typedef struct texts {
    char car[24], flag[8], boxed[300], objective[40];
} texts;

static pb_status read_boxed(pb_json body, char *out, size_t cap, const char **to, pb_error *error)
{
    pb_json list = pb_json_get(body, "boxed");
    size_t  len  = 0;
    for (size_t i = 0; i < pb_json_length(list); i++) {
        pb_span name = pb_json_chars(pb_json_at(list, i));
        int     n    = snprintf(out + len, cap - len, "%s%.*s", i ? "," : "", (int)name.len, name.at ? name.at : "");
        if (n < 0 || (size_t)n >= cap - len) return pb_error_set(error, PB_E_LIMIT, "/boxed: too many cars");
        len += (size_t)n;
    }
    *to = len ? out : NULL;
    return PB_OK;
}

/* Of a followed race as its calls are made. */
static void basis(const api_ask *ask, recommend_question *q)
{
    const api_work_options *o = &ask->work->options;
    if (ask->now.ask && o->caller) {
        live_caller_basis(o->caller, q);
        q->threads = o->threads;
        return;
    }
    *q = (recommend_question){.trials = o->trials, .threads = o->threads, .desk = &ask->desk->recommend, .quiet = true};
    q->isa    = pb_isa_name(ask->desk->isa);
    q->models = ask->desk->dir[0] ? ask->desk->dir : NULL;
    q->seed   = 1;
}

static pb_status read_question(const api_ask *ask, recommend_question *q, texts *t, pb_error *error)
{
    const api_work_options *o = &ask->work->options;
    const char             *objective;
    basis(ask, q);
    bool as_called = q->desk != &ask->desk->recommend;
    PB_TRY(api_read_u32(ask->body, "trials", 100, 20000, &q->trials, error));
    if (pb_json_present(pb_json_get(ask->body, "seed"))) PB_TRY(api_read_seed(ask->body, &q->seed, error));
    PB_TRY(api_read_text(ask->body, "car", t->car, sizeof t->car, &q->car, error));
    PB_TRY(api_read_text(ask->body, "flag", t->flag, sizeof t->flag, &q->flag, error));
    PB_TRY(api_read_text(ask->body, "objective", t->objective, sizeof t->objective, &objective, error));
    if (objective) q->objective = objective;
    PB_TRY(read_boxed(ask->body, t->boxed, sizeof t->boxed, &q->boxed, error));
    if (!as_called && q->trials <= o->trials) q->table_trials = TABLE_TRIALS;
    return PB_OK;
}

static pb_status run_and_put(const recommend_question *q, const api_notes *notes, pb_json_writer *to, pb_error *error)
{
    recommend_answer answer;
    pb_status        status = api_pointed(recommend_run(q, &answer, error), error);
    for (uint32_t i = 0; status == PB_OK && i < notes->n && answer.n_assumed < RECOMMEND_ASSUMED_MAX; i++)
        memcpy(answer.assumed[answer.n_assumed++], notes->at[i], API_NOTE_MAX);
    if (status == PB_OK) recommend_json_put(&answer, NULL, to);
    recommend_free(&answer);
    return status;
}

/* ---- a recorded race, or one that is followed ---- */

/* What is known beside the laps, where the body does not say otherwise. A rival whose stop cannot be put into the race must
 * not cost the call: that is as in live_decide. */
static pb_status run_at(recommend_question *q, const api_race *race, const api_notes *notes, pb_json_writer *to,
                        pb_error *error)
{
    bool ours   = !q->boxed && race->boxed;
    q->asked_ms = race->asked_ms;
    q->flag_ms  = q->flag ? race->asked_ms : race->flag_ms; /* a flag that is asked about comes out now */
    if (!q->flag) q->flag = live_flag_name(race->flag);
    if (ours) q->boxed = race->boxed;
    pb_status status = run_and_put(q, notes, to, error);
    if (status == PB_OK || !ours) return status;
    q->boxed = NULL;
    return run_and_put(q, notes, to, error);
}

static pb_status recommend_recorded(const api_ask *ask, recommend_question *q, pb_json_writer *to, pb_error *error)
{
    api_race  race;
    api_notes none = {0};
    PB_TRY(api_race_alone(ask->body, error));
    pb_status status = api_race_read(ask, "lap", &race, error);
    if (status == PB_OK && race.laps && race.choice.from_lap == 0)
        status = pb_error_set(error, PB_E_MISSING, "/lap: from which lap?");
    if (status == PB_OK && !q->car)
        status = pb_error_set(error, PB_E_MISSING, "/car: for which car? Its code, its number, or \"all\"");
    const pb__race_kit *kit = q->race.kit;
    q->race                 = race.choice;
    if (kit) q->race.kit = kit;
    if (status == PB_OK) status = run_at(q, &race, &none, to, error);
    api_race_free(&race);
    return status;
}

/* ---- a race told in a few facts ---- */

static pb_status recommend_told(const api_ask *ask, recommend_question *q, pb_json_writer *to, pb_error *error)
{
    api_context   context;
    api_notes     notes = {0};
    pb_race_spec *spec  = NULL;
    if (q->car)
        return pb_error_set(error, PB_E_RULE, "/car: \"driver\" names the car of a context; \"car\" one of \"race\"");
    PB_TRY(api_context_read(ask->body, ask->desk->prior, &context, &notes, error));
    spec = malloc(sizeof *spec);
    if (!spec) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    pb_status status = api_context_spec(&context, ask->desk->prior, spec, &notes, error);
    q->race          = (pb__race_choice){.path = "race", .kit = &ask->desk->kit, .given = {.spec = spec}};
    q->car           = context.driver;
    if (status == PB_OK) status = run_and_put(q, &notes, to, error);
    free(spec);
    return status;
}

pb_status api_recommend(const api_ask *ask, pb_json_writer *to, pb_error *error)
{
    recommend_question q;
    texts              t;
    PB_TRY(read_question(ask, &q, &t, error));
    if (api_race_named(ask->body)) return recommend_recorded(ask, &q, to, error);
    if (pb_json_present(pb_json_get(ask->body, "set")))
        return pb_error_set(error, PB_E_RULE, "/set: changes a \"race\"; a context is told by its keys");
    return recommend_told(ask, &q, to, error);
}
