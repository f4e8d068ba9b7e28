/* options.h - one table per command says which options it takes; the parser,
 * the help text and the "did you mean" all read that table.
 *
 *     typedef struct args { uint32_t trials; bool json; } args;
 *     static const pb__option options[] = {
 *         {"trials", PB__OPT_U32, offsetof(args, trials), "N", "races to play", 1, 1000},
 *         {"json", PB__OPT_FLAG, offsetof(args, json), NULL, "one JSON object", 0, 0},
 *     };
 *
 * Both --trials 5 and --trials=5 are understood, "--" ends the options, and
 * what is no option is an operand, in any order. */
#ifndef PB_APPS_OPTIONS_H
#define PB_APPS_OPTIONS_H

#include "pitboard/base.h"

typedef enum pb__option_kind {
    PB__OPT_FLAG, /* bool */
    PB__OPT_U32,  /* uint32_t in lo .. hi */
    PB__OPT_U64,  /* uint64_t in lo .. hi */
    PB__OPT_TEXT, /* const char * */
    PB__OPT_LIST, /* pb__list: may be given several times */
} pb__option_kind;

#define PB__LIST_MAX 64
typedef struct pb__list {
    const char *at[PB__LIST_MAX];
    uint32_t    n;
} pb__list;

typedef struct pb__option {
    const char     *name; /* without the dashes */
    pb__option_kind kind;
    size_t          offset; /* of the value in the command's struct */
    const char     *arg;    /* name of the value in the help; NULL for a flag */
    const char     *help;
    uint64_t        lo, hi; /* of a number */
} pb__option;

/* What is left over, in order; points into argv, which is reordered. */
typedef struct pb__operands {
    char   **at;
    uint32_t n;
} pb__operands;

/* Reads argv[1 ..] of a command into *values. PB_E_USAGE with a message that
 * says what to do. */
pb_status pb__options_read(int argc, char **argv, const pb__option *options, size_t n, void *values,
                           pb__operands *operands, pb_error *error);

/* One of them: NULL when there is none of that name; its value from a text (of a flag, none). */
const pb__option *pb__option_find(const pb__option *options, size_t n, pb_span name);
pb_status         pb__option_put(const pb__option *option, const char *text, void *values, pb_error *error);

#endif
