/* pitboard - the program: finds the command and hands over. */
#include <locale.h>
#include <string.h>

#include "command.h"
#include "terminal.h"

const pb__command *const pb__commands[] = {
    &pb__cmd_demo,
    &pb__cmd_simulate,
    &pb__cmd_strategy,
    &pb__cmd_recommend,
    &pb__cmd_report,
    &pb__cmd_profile,
    &pb__cmd_serve,
    &pb__cmd_replay,
    &pb__cmd_import,
    &pb__cmd_db,
    &pb__cmd_user,
    &pb__cmd_key,
    &pb__cmd_decode,
    &pb__cmd_backtest,
    &pb__cmd_train,
    &pb__cmd_models,
    &pb__cmd_explain,
    &pb__cmd_bench,
    &pb__cmd_version,
    &pb__cmd_help,
    NULL,
};

#define NAMES_MAX 32

const pb__command *pb__command_find(const char *name, pb_error *error)
{
    const char *names[NAMES_MAX];
    size_t      n = 0;

    for (; pb__commands[n]; n++) {
        if (strcmp(pb__commands[n]->name, name) == 0) return pb__commands[n];
        names[n] = pb__commands[n]->name;
    }
    const char *near = pb_nearest(pb_span_of(name), names, n);
    if (near)
        pb_error_set(error, PB_E_USAGE, "unknown command %s; did you mean %s?", name, near);
    else
        pb_error_set(error, PB_E_USAGE, "unknown command %s; `pitboard help` lists them", name);
    return NULL;
}

int pb__fail(const pb__command *command, const pb_error *error)
{
    pb__progress_clear();
    fflush(stdout);
    fprintf(stderr, "%spitboard%s%s:%s %s\n", pb__paint(stderr, PB__RED), command ? " " : "",
            command ? command->name : "", pb__paint(stderr, PB__PLAIN), error->text);
    return error->status == PB_E_USAGE ? PB__EXIT_USAGE : PB__EXIT_FAILED;
}

int pb__fail_operands(const pb__command *command, const char *what)
{
    pb_error error;
    pb_error_set(&error, PB_E_USAGE, "%s (usage: pitboard %s %s [options]; `pitboard help %s` says more)", what,
                 command->name, command->operands, command->name);
    return pb__fail(command, &error);
}

static bool asks_for_help(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) return true;
    return false;
}

int main(int argc, char **argv)
{
    setlocale(LC_CTYPE, ""); /* only to learn whether the terminal speaks UTF-8 */
    if (argc < 2) {
        char *help[] = {(char *)"help", NULL};
        pb__cmd_help.run(1, help);
        return PB__EXIT_USAGE;
    }
    const char *name = argv[1];
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) name = "help";
    if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) name = "version";

    pb_error           error;
    const pb__command *command = pb__command_find(name, &error);
    if (!command) return pb__fail(NULL, &error);
    if (command != &pb__cmd_help && asks_for_help(argc - 1, argv + 1)) {
        char *help[] = {(char *)"help", argv[1], NULL};
        return pb__cmd_help.run(2, help);
    }
    int code = command->run(argc - 1, argv + 1);
    if (fflush(stdout) != 0 || ferror(stdout)) { /* a full disk must not look like success */
        pb_error_set(&error, PB_E_IO, "standard output could not be written");
        return pb__fail(command, &error);
    }
    return code;
}
