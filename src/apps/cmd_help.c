/* pitboard help: read from the command table. */
#include <ctype.h>
#include <string.h>

#include "command.h"
#include "terminal.h"

static void print_overview(void)
{
    const char *bold = pb__paint(stdout, PB__BOLD), *plain = pb__paint(stdout, PB__PLAIN);

    printf("%spitboard%s plays out the rest of a motor race, many times.\n\nusage: pitboard COMMAND [options]\n\n",
           bold, plain);
    for (size_t i = 0; pb__commands[i]; i++)
        printf("  %s%-10s%s %s\n", bold, pb__commands[i]->name, plain, pb__commands[i]->summary);
    printf("\n`pitboard help COMMAND` tells more about one. Exit codes: 0 done, 1 could not, 2 wrong usage.\n");
}

static void print_option(const pb__option *o)
{
    char left[40];
    snprintf(left, sizeof left, "--%s%s%s", o->name, o->arg ? " " : "", o->arg ? o->arg : "");
    printf("  %-22s %s\n", left, o->help);
}

static void print_command(const pb__command *c)
{
    printf("usage: pitboard %s%s%s%s\n\n%c%s.\n", c->name, *c->operands ? " " : "", c->operands,
           c->n_options ? " [options]" : "", toupper((unsigned char)c->summary[0]), c->summary + 1);
    if (c->n_options) printf("\n");
    for (size_t i = 0; i < c->n_options; i++) print_option(&c->options[i]);
    if (*c->details) printf("\n%s", c->details);
}

static int run(int argc, char **argv)
{
    pb_error error;

    if (argc > 2) return pb__fail_operands(&pb__cmd_help, "help takes one command");
    if (argc < 2) {
        print_overview();
        return PB__EXIT_DONE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) argv[1] = (char *)"help";
    const pb__command *c = pb__command_find(argv[1], &error);
    if (!c) return pb__fail(NULL, &error);
    print_command(c);
    return PB__EXIT_DONE;
}

const pb__command pb__cmd_help = {
    .name     = "help",
    .operands = "[COMMAND]",
    .summary  = "this list, or more about one command",
    .details  = "",
    .run      = run,
};
