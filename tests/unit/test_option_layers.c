/* Options from a file, the environment and the command line: which wins, what is refused. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "apps/option_layers.h"
#include "pb_test.h"

typedef struct args {
    const char *config, *listen;
    uint32_t    trials;
    bool        json;
    pb__list    cors;
} args;

static const pb__option table[] = {
    {"config", PB__OPT_TEXT, offsetof(args, config), "FILE", "", 0, 0},
    {"listen", PB__OPT_TEXT, offsetof(args, listen), "ADDRESS", "", 0, 0},
    {"trials", PB__OPT_U32, offsetof(args, trials), "N", "", 1, 100},
    {"json", PB__OPT_FLAG, offsetof(args, json), NULL, "", 0, 0},
    {"cors", PB__OPT_LIST, offsetof(args, cors), "ORIGIN", "", 0, 0},
};

static char     unknown_name[64], unknown_near[64];
static pb_arena texts;

static void hear(const char *variable, const char *near)
{
    (void)snprintf(unknown_name, sizeof unknown_name, "%s", variable);
    (void)snprintf(unknown_near, sizeof unknown_near, "%s", near ? near : "");
}

/* Reads with this configuration (NULL none), these variables and these words, both with NULL at the end. */
static pb_status read_all(const char *config, const char *const *variables, const char *const *words, args *a,
                          pb_error *error)
{
    char         path[]   = "/tmp/pb_layers_XXXXXX";
    const char  *argv[16] = {"serve"};
    pb__operands left;
    int          argc = 1, fd = -1;
    pb__layers   l = {.options = table,
                      .n       = sizeof table / sizeof *table,
                      .prefix  = "PB_T_",
                      .environ = variables,
                      .texts   = &texts,
                      .size    = sizeof *a};
    if (config) {
        fd = mkstemp(path);
        PB_CHECK(write(fd, config, strlen(config)) == (ssize_t)strlen(config));
        argv[argc++] = "--config";
        argv[argc++] = path;
    }
    for (; *words; words++) argv[argc++] = *words;
    pb_arena_init(&texts, 0);
    pb_status status = pb__layers_read(&l, argc, (char **)argv, a, &left, hear, error);
    if (fd >= 0) {
        (void)close(fd);
        (void)unlink(path);
    }
    return status;
}

static const char *const none[] = {NULL};

PB_TEST(the_command_wins_over_the_environment_and_that_over_the_file)
{
    args              a      = {.trials = 5};
    const char *const env[]  = {"PB_T_LISTEN=env", "PB_T_TRIALS=7", NULL};
    const char *const word[] = {"--listen", "word", NULL};
    PB_CHECK_EQ(read_all("listen = file\ntrials = 6\njson = true\n", env, word, &a, NULL), PB_OK);
    PB_CHECK_TEXT(a.listen, "word");
    PB_CHECK_EQ(a.trials, 7);
    PB_CHECK(a.json);
    pb_arena_fini(&texts);
}

PB_TEST(a_list_is_taken_from_one_place)
{
    args              a      = {0};
    const char *const env[]  = {"PB_T_CORS=c d", NULL};
    const char *const word[] = {"--cors", "e", NULL};
    PB_CHECK_EQ(read_all("cors = a\ncors = b\n", none, none, &a, NULL), PB_OK);
    PB_CHECK_EQ(a.cors.n, 2);
    pb_arena_fini(&texts);
    a = (args){0};
    PB_CHECK_EQ(read_all("cors = a\n", env, none, &a, NULL), PB_OK);
    PB_CHECK_EQ(a.cors.n, 2);
    PB_CHECK_TEXT(a.cors.at[1], "d");
    pb_arena_fini(&texts);
    a = (args){0};
    PB_CHECK_EQ(read_all("cors = a\n", env, word, &a, NULL), PB_OK);
    PB_CHECK_EQ(a.cors.n, 1);
    PB_CHECK_TEXT(a.cors.at[0], "e");
    pb_arena_fini(&texts);
}

PB_TEST(what_is_wrong_is_told_with_its_place)
{
    static const struct {
        const char *config, *variable, *told;
    } wrong[] = {
        {"# fine\n\nlistne = x\n", NULL, ":3: no option is called listne; did you mean listen?"},
        {"listen\n", NULL, ":1: a line is NAME = VALUE"},
        {"trials = 0\n", NULL, ":1: --trials wants a whole number from 1 to 100"},
        {"json = yes\n", NULL, ":1: json is true or false, not 'yes'"},
        {"listen = a\nlisten = b\n", NULL, ":2: listen is there twice"},
        {"config = x\n", NULL, "a configuration names no other"},
        {"listen = \xff\n", NULL, "is no UTF-8 text"},
        {NULL, "PB_T_TRIALS=many", "PB_T_TRIALS: --trials wants a whole number"},
        {NULL, "PB_T_CONFIG=/nowhere/at/all", "/nowhere/at/all"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        args              a     = {0};
        pb_error          error = {0};
        const char *const env[] = {wrong[i].variable, NULL};
        PB_CHECK(read_all(wrong[i].config, env, none, &a, &error) != PB_OK);
        PB_CHECK_HAS(error.text, wrong[i].told);
        pb_arena_fini(&texts);
    }
}

PB_TEST(a_variable_that_names_no_option_is_told_and_refuses_nothing)
{
    args              a     = {0};
    const char *const env[] = {"PB_T_LISTNE=x", NULL};
    PB_CHECK_EQ(read_all(NULL, env, none, &a, NULL), PB_OK);
    PB_CHECK_TEXT(unknown_name, "PB_T_LISTNE");
    PB_CHECK_TEXT(unknown_near, "listen");
    pb_arena_fini(&texts);
}

PB_TEST_MAIN(PB_RUN(the_command_wins_over_the_environment_and_that_over_the_file),
             PB_RUN(a_list_is_taken_from_one_place), PB_RUN(what_is_wrong_is_told_with_its_place),
             PB_RUN(a_variable_that_names_no_option_is_told_and_refuses_nothing))
