/* Many ask the routes that think at once: of one desk, of two, and of a desk that is renewed meanwhile. */
#include <pthread.h>

#include "apps/api_answers.h"
#include "pb_test.h"

#define ASKERS 4
#define QUESTIONS 3

typedef struct asker {
    pthread_t thread;
    api_work *work;
    pb_blob  *got[QUESTIONS];
} asker;

static const struct {
    const char *kind, *body;
    api_answer *answer;
} questions[QUESTIONS] = {
    {"recommendation", "{\"race\": \"2023-07\", \"lap\": 20, \"car\": \"HAM\", \"trials\": 100, \"seed\": 7}",
     api_recommend},
    {"positions", "{\"circuit\": \"monza\", \"lap\": 30, \"trials\": 200}", api_predict_positions},
    {"pit_call", "{\"race\": \"2024_16_italian\", \"lap\": 12, \"car\": \"LEC\"}", api_predict_pit_call},
};

static api_work *work_of(void)
{
    api_work_options o     = api_work_options_default();
    api_work        *work  = NULL;
    pb_error         error = {0};
    o.models               = PB_SOURCE_DIR "/no/such/folder"; /* what ships, whatever the user has */
    if (api_work_create(&o, &work, &error) != PB_OK) fail_msg("%s", error.text);
    return work;
}

static pb_blob *ask(api_work *work, int i)
{
    pb_json_doc *doc   = NULL;
    pb_blob     *blob  = NULL;
    pb_error     error = {0};
    if (pb_json_parse(pb_span_of(questions[i].body), "body", &doc, &error) != PB_OK) return NULL;
    api_ask   ask;
    pb_status status = api_ask_open(work, NULL, pb_json_root(doc), &ask, &error);
    if (status == PB_OK) status = api_ask_blob(&ask, questions[i].kind, questions[i].answer, &blob, &error);
    api_ask_close(&ask);
    pb_json_free(doc);
    return status == PB_OK ? blob : NULL;
}

static void *ask_all(void *user)
{
    asker *a = user;
    for (int i = 0; i < QUESTIONS; i++) {
        a->got[i] = ask(a->work, i);
        api_desks_renew(a->work->desks);
    }
    return NULL;
}

PB_TEST(many_ask_at_once_and_get_the_same_bytes)
{
    asker askers[ASKERS];
    for (int i = 0; i < ASKERS; i++) {
        askers[i] = (asker){.work = i < 2 ? work_of() : askers[i - 2].work};
        PB_CHECK_EQ(pthread_create(&askers[i].thread, NULL, ask_all, &askers[i]), 0);
    }
    for (int i = 0; i < ASKERS; i++) pthread_join(askers[i].thread, NULL);
    for (int i = 0; i < ASKERS; i++)
        for (int k = 0; k < QUESTIONS; k++) {
            assert_non_null(askers[i].got[k]);
            PB_CHECK(pb_span_equal(pb_blob_bytes(askers[i].got[k]), pb_blob_bytes(askers[0].got[k])));
        }
    for (int i = 0; i < ASKERS; i++)
        for (int k = 0; k < QUESTIONS; k++) pb_blob_drop(askers[i].got[k]);
    api_work_destroy(askers[0].work);
    api_work_destroy(askers[1].work);
}

PB_TEST_MAIN(PB_RUN(many_ask_at_once_and_get_the_same_bytes))
