/* pitboard version: what was built, and what this machine can run. */
#include <stddef.h>

#include "command.h"
#include "pitboard/codec.h"
#include "pitboard/num.h"

typedef struct args {
    bool json;
} args;

static const pb__option options[] = {
    {"json", PB__OPT_FLAG, offsetof(args, json), NULL, "one JSON object", 0, 0},
};

static void print_json(pb_isa best)
{
    pb_json_writer w;
    pb_json_begin(&w, stdout, 2);
    pb_json_object(&w, NULL);
    pb_json_put_text(&w, "version", PB_VERSION);
    pb_json_put_text(&w, "compiler", PB_COMPILER);
    pb_json_put_text(&w, "flags", PB_BUILD_FLAGS);
    pb_json_put_text(&w, "isa", pb_isa_name(best));
    pb_json_array(&w, "isas");
    for (int i = PB_ISA_SCALAR; i < PB_ISA_N; i++)
        if (pb_isa_available((pb_isa)i)) pb_json_put_text(&w, NULL, pb_isa_name((pb_isa)i));
    pb_json_array_end(&w);
    pb_json_object_end(&w);
    pb_json_end(&w);
}

static int run(int argc, char **argv)
{
    args         a = {0};
    pb__operands operands;
    pb_error     error;
    pb_isa       best = PB_ISA_SCALAR;

    if (pb__options_read(argc, argv, options, sizeof options / sizeof *options, &a, &operands, &error) != PB_OK)
        return pb__fail(&pb__cmd_version, &error);
    if (operands.n) return pb__fail_operands(&pb__cmd_version, "version takes no operand");
    pb_isa_resolve(PB_ISA_AUTO, &best);
    if (a.json) {
        print_json(best);
        return PB__EXIT_DONE;
    }
    printf("pitboard %s\ncompiler     %s\nflags        %s\ninstructions %s\n", PB_VERSION, PB_COMPILER, PB_BUILD_FLAGS,
           pb_isa_name(best));
    return PB__EXIT_DONE;
}

const pb__command pb__cmd_version = {
    .name      = "version",
    .operands  = "",
    .summary   = "what was built, and the instruction set this machine gives",
    .details   = "",
    .options   = options,
    .n_options = sizeof options / sizeof *options,
    .run       = run,
};
