/* The registry: versions, promotion, rollback, and what stands in for a broken one. */
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "pb_test.h"
#include "pitboard/predict_registry.h"
#include "predict/registry.h"

static pb_status says_nothing(const pb_model *model, const pb_history *history, size_t at, pb_rows *rows,
                              pb_error *error)
{
    (void)model;
    (void)history;
    (void)at;
    (void)rows;
    (void)error;
    return PB_OK;
}

static const pb_model_kind kind = {.name     = "sample",
                                   .answers  = "nothing",
                                   .protocol = "none",
                                   .model    = {"model", NULL, says_nothing},
                                   .baseline = {{"rate", NULL, says_nothing}}};

static char dir[64];

static void new_dir(void)
{
    strcpy(dir, "/tmp/pb_registry_XXXXXX");
    PB_CHECK(mkdtemp(dir) != NULL);
}

static void remove_dir(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", dir);
    PB_CHECK_EQ(system(command), 0);
}

/* A version whose number "n" says which it is. */
static uint32_t add(double n)
{
    pb_model *model  = NULL;
    uint32_t  number = 0;
    PB_CHECK_EQ(pb_model_create("sample", &model, NULL), PB_OK);
    PB_CHECK_EQ(pb_model_put(model, "n", &n, 1, NULL), PB_OK);
    PB_CHECK_EQ(pb_registry_add(dir, model, &number, NULL), PB_OK);
    pb_model_destroy(model);
    return number;
}

/* "n" of the model that is used now, -1 for the baseline. */
static double used(pb_model_choice *choice)
{
    double    n     = -1;
    pb_model *model = NULL;
    PB_CHECK_EQ(pb_registry_active(dir, &kind, &model, choice, NULL), PB_OK);
    PB_CHECK((model == NULL) == choice->baseline);
    if (model) PB_CHECK_EQ(pb_model_get(model, "n", &n, 1, NULL), PB_OK);
    pb_model_destroy(model);
    return n;
}

static void overwrite(const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/sample/%s", dir, name);
    PB_CHECK_EQ(pb_file_write(path, pb_span_of(text), NULL), PB_OK);
}

PB_TEST(versions_count_up_and_nothing_is_active_until_it_is_promoted)
{
    pb_model_choice choice;
    new_dir();
    PB_CHECK_EQ(add(10), 1);
    PB_CHECK_EQ(add(20), 2);
    PB_CHECK(used(&choice) == -1); /* this kind does not ship */
    PB_CHECK_HAS(choice.fallback, "no version of it is active, and none ships");
    PB_CHECK_HAS(choice.fallback, "; the baseline rate is used");
    PB_CHECK_EQ(pb_registry_promote(dir, &kind, 2, NULL), PB_OK);
    PB_CHECK(used(&choice) == 20);
    PB_CHECK_TEXT(choice.fallback, "");
    remove_dir();
}

PB_TEST(a_rollback_goes_back_to_what_was_active_before)
{
    pb_model_choice choice;
    pb_error        error  = {0};
    uint32_t        number = 99;
    new_dir();
    add(10), add(20), add(30);
    PB_CHECK_EQ(pb_registry_rollback(dir, &kind, &number, &error), PB_E_EMPTY);
    PB_CHECK_EQ(pb_registry_promote(dir, &kind, 1, NULL), PB_OK);
    PB_CHECK_EQ(pb_registry_rollback(dir, &kind, &number, &error), PB_E_EMPTY);
    PB_CHECK_EQ(number, 99);
    PB_CHECK_EQ(pb_registry_promote(dir, &kind, 3, NULL), PB_OK);
    PB_CHECK_EQ(pb_registry_promote(dir, &kind, 3, NULL), PB_OK); /* twice is once */
    PB_CHECK(used(&choice) == 30);
    PB_CHECK_EQ(pb_registry_rollback(dir, &kind, &number, NULL), PB_OK);
    PB_CHECK_EQ(number, 1);
    PB_CHECK(used(&choice) == 10);
    remove_dir();
}

PB_TEST(a_version_that_is_not_there_or_broken_is_not_promoted)
{
    pb_error error = {0};
    new_dir();
    add(10);
    PB_CHECK_EQ(pb_registry_promote(dir, &kind, 2, &error), PB_E_NOENT);
    PB_CHECK_HAS(error.text, "0002.pbm");
    overwrite("0001.pbm", "nonsense");
    PB_CHECK(pb_registry_promote(dir, &kind, 1, &error) != PB_OK);
    PB_CHECK_HAS(error.text, "not a model file");
    remove_dir();
}

PB_TEST(a_broken_active_version_falls_back_to_the_one_before_and_says_so)
{
    pb_model_choice choice;
    new_dir();
    add(10), add(20);
    PB_CHECK_EQ(pb_registry_promote(dir, &kind, 1, NULL), PB_OK);
    PB_CHECK_EQ(pb_registry_promote(dir, &kind, 2, NULL), PB_OK);
    overwrite("0002.pbm", "PBMODEL1");
    PB_CHECK(used(&choice) == 10);
    PB_CHECK_EQ(choice.version, 1);
    PB_CHECK_HAS(choice.fallback, "version 2 is refused: ");
    PB_CHECK_HAS(choice.fallback, "; version 1 is used");
    overwrite("0001.pbm", "");
    PB_CHECK(used(&choice) == -1);
    PB_CHECK_HAS(choice.fallback, "version 2 is refused: ");
    PB_CHECK_HAS(choice.fallback, "the baseline rate is used");
    remove_dir();
}

PB_TEST(a_model_of_another_kind_in_its_place_is_refused)
{
    pb_model_choice choice;
    pb_model       *model = NULL;
    char            path[128];
    new_dir();
    add(10);
    PB_CHECK_EQ(pb_registry_promote(dir, &kind, 1, NULL), PB_OK);
    PB_CHECK_EQ(pb_model_create("other", &model, NULL), PB_OK);
    snprintf(path, sizeof path, "%s/sample/0001.pbm", dir);
    PB_CHECK_EQ(pb_model_write(model, path, NULL), PB_OK);
    pb_model_destroy(model);
    PB_CHECK(used(&choice) == -1);
    PB_CHECK_HAS(choice.fallback, "a model of kind other, not sample");
    remove_dir();
}

PB_TEST(a_broken_pointer_is_told_and_mended_by_a_promotion)
{
    static const char *const broken[] = {
        "", "{", "[]", "{\"chosen\":[1]}", "{\"chosen\":[-1],\"aside\":[]}", "{\"chosen\":[1],\"aside\":[7]}"};
    pb_model_choice choice;
    new_dir();
    add(10);
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        PB_CHECK_EQ(pb_registry_promote(dir, &kind, 1, NULL), PB_OK);
        overwrite("active", broken[i]);
        PB_CHECK(used(&choice) == -1);
        PB_CHECK_HAS(choice.fallback, "what is active is not known");
    }
    PB_CHECK_EQ(pb_registry_promote(dir, &kind, 1, NULL), PB_OK);
    PB_CHECK(used(&choice) == 10);
    remove_dir();
}

PB_TEST(a_version_set_aside_is_passed_over_until_it_is_promoted_again)
{
    pb_model_choice   choice;
    pb_model_version *list = NULL;
    size_t            n    = 0;
    new_dir();
    add(10), add(20);
    PB_CHECK_EQ(pb_registry_promote(dir, &kind, 1, NULL), PB_OK);
    PB_CHECK_EQ(pb_registry_promote(dir, &kind, 2, NULL), PB_OK);
    PB_CHECK_EQ(pb_registry_set_aside(dir, &kind, 2, "drifted: PSI 0.4 of tyre age", NULL), PB_OK);
    PB_CHECK(used(&choice) == 10);
    PB_CHECK_HAS(choice.fallback, "version 2 is set aside: drifted: PSI 0.4 of tyre age; version 1 is used");
    PB_CHECK_EQ(pb_registry_list(dir, &kind, &list, &n, NULL), PB_OK);
    PB_CHECK_EQ(n, 2);
    PB_CHECK(list[0].good && list[0].used && !list[0].active);
    PB_CHECK(list[1].good && !list[1].used && list[1].active);
    PB_CHECK_HAS(list[1].why, "set aside: drifted");
    free(list);
    PB_CHECK_EQ(pb_registry_promote(dir, &kind, 2, NULL), PB_OK);
    PB_CHECK(used(&choice) == 20);
    remove_dir();
}

PB_TEST(a_list_shows_broken_versions_with_the_reason)
{
    pb_model_version *list = NULL;
    size_t            n    = 0;
    new_dir();
    add(10);
    overwrite("0002.pbm", "junk");
    overwrite("readme.txt", "not a version");
    PB_CHECK_EQ(pb_registry_list(dir, &kind, &list, &n, NULL), PB_OK);
    PB_CHECK_EQ(n, 2);
    PB_CHECK_EQ(list[1].number, 2);
    PB_CHECK(!list[1].good && !list[1].used);
    PB_CHECK_HAS(list[1].why, "not a model file");
    free(list);
    PB_CHECK_EQ(add(30), 3); /* a number is never used again */
    remove_dir();
}

PB_TEST(without_a_folder_there_is_what_ships_and_nothing_can_be_changed)
{
    pb_model_choice   choice;
    pb_model         *model = NULL;
    pb_model_version *list  = NULL;
    size_t            n     = 9;
    pb_error          error = {0};
    PB_CHECK_EQ(pb_registry_active(NULL, &kind, &model, &choice, NULL), PB_OK);
    PB_CHECK(choice.baseline && model == NULL);
    PB_CHECK_EQ(pb_registry_active("/nowhere/at/all", &kind, &model, &choice, NULL), PB_OK);
    PB_CHECK_EQ(pb_registry_list(NULL, &kind, &list, &n, NULL), PB_OK);
    PB_CHECK_EQ(n, 0);
    free(list);
    PB_CHECK(pb_registry_promote(NULL, &kind, 1, &error) != PB_OK);
    PB_CHECK(pb_registry_rollback(NULL, &kind, NULL, &error) != PB_OK);
    PB_CHECK_HAS(error.text, "--models");
}

PB_TEST(what_ships_is_read_fits_its_kind_was_judged_and_is_small)
{
    size_t bytes = 0;
    for (size_t i = 0; pb_model_kinds[i]; i++) {
        pb_span   packed;
        pb_model *model = NULL;
        pb_error  error = {0};
        if (!pb__model_shipped(pb_model_kinds[i]->name, &packed)) continue;
        bytes += packed.len;
        if (pb_registry_version(NULL, pb_model_kinds[i], 0, &model, &error) != PB_OK) fail_msg("%s", error.text);
        const pb_model_meta *meta = pb_model_meta_of(model);
        PB_CHECK(meta->races > 100 && meta->judged_races > 0 && meta->n_metrics > 0 && !meta->quick);
        pb_model_destroy(model);
    }
    PB_CHECK(bytes < 5u << 20);
}

PB_TEST(an_unproven_kind_has_its_baseline_until_a_version_is_promoted)
{
    new_dir();
    for (size_t i = 0; pb_model_kinds[i]; i++) {
        pb_span         packed;
        pb_model_choice choice;
        pb_model       *model    = NULL;
        pb_model_kind   unproven = *pb_model_kinds[i];
        unproven.unproven        = "no better than a guess";
        if (!pb__model_shipped(unproven.name, &packed)) continue;
        PB_CHECK_EQ(pb_registry_active(dir, &unproven, &model, &choice, NULL), PB_OK);
        PB_CHECK(choice.baseline && model == NULL);
        PB_CHECK_HAS(choice.fallback, "the version that ships is not used: no better than a guess; the baseline");
        PB_CHECK_EQ(pb_registry_promote(dir, &unproven, 0, NULL), PB_OK);
        PB_CHECK_EQ(pb_registry_active(dir, &unproven, &model, &choice, NULL), PB_OK);
        PB_CHECK(!choice.baseline && model != NULL);
        PB_CHECK_TEXT(choice.fallback, "");
        pb_model_destroy(model);
    }
    remove_dir();
}

PB_TEST(processes_that_add_and_promote_at_once_lose_nothing)
{
    enum { PROCESSES = 4, EACH = 8 };
    pid_t             child[PROCESSES];
    pb_model_version *list = NULL;
    size_t            n    = 0;
    pb_model_choice   choice;
    new_dir();
    for (int p = 0; p < PROCESSES; p++) {
        child[p] = fork();
        PB_CHECK(child[p] >= 0);
        if (child[p] != 0) continue;
        for (int i = 0; i < EACH; i++) {
            pb_model *model  = NULL;
            uint32_t  number = 0;
            double    x      = 1;
            if (pb_model_create("sample", &model, NULL) != PB_OK || pb_model_put(model, "n", &x, 1, NULL) != PB_OK ||
                pb_registry_add(dir, model, &number, NULL) != PB_OK ||
                pb_registry_promote(dir, &kind, number, NULL) != PB_OK)
                _exit(1);
            pb_model_destroy(model);
        }
        _exit(0);
    }
    for (int p = 0; p < PROCESSES; p++) {
        int status = -1;
        PB_CHECK_EQ(waitpid(child[p], &status, 0), child[p]);
        PB_CHECK_EQ(status, 0);
    }
    PB_CHECK_EQ(pb_registry_list(dir, &kind, &list, &n, NULL), PB_OK);
    PB_CHECK_EQ(n, PROCESSES * EACH);
    for (size_t i = 0; i < n; i++) PB_CHECK(list[i].good && list[i].number == i + 1);
    free(list);
    PB_CHECK(used(&choice) == 1);
    PB_CHECK_TEXT(choice.fallback, "");
    for (int i = 1; i < PROCESSES * EACH; i++) { /* every promotion is remembered */
        uint32_t number = 0;
        PB_CHECK_EQ(pb_registry_rollback(dir, &kind, &number, NULL), PB_OK);
    }
    remove_dir();
}

PB_TEST_MAIN(PB_RUN(versions_count_up_and_nothing_is_active_until_it_is_promoted),
             PB_RUN(a_rollback_goes_back_to_what_was_active_before),
             PB_RUN(a_version_that_is_not_there_or_broken_is_not_promoted),
             PB_RUN(a_broken_active_version_falls_back_to_the_one_before_and_says_so),
             PB_RUN(a_model_of_another_kind_in_its_place_is_refused),
             PB_RUN(a_broken_pointer_is_told_and_mended_by_a_promotion),
             PB_RUN(a_version_set_aside_is_passed_over_until_it_is_promoted_again),
             PB_RUN(a_list_shows_broken_versions_with_the_reason),
             PB_RUN(without_a_folder_there_is_what_ships_and_nothing_can_be_changed),
             PB_RUN(what_ships_is_read_fits_its_kind_was_judged_and_is_small),
             PB_RUN(an_unproven_kind_has_its_baseline_until_a_version_is_promoted),
             PB_RUN(processes_that_add_and_promote_at_once_lose_nothing))
