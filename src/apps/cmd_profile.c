/* pitboard profile: what the history says of a driver or a team. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "pitboard/codec.h"
#include "profile_run.h"

typedef struct args {
    profile_source source;
    uint32_t       season, from, to;
    bool           teams, prove, json;
} args;

static const pb__option options[] = {
    {"season", PB__OPT_U32, offsetof(args, season), "YYYY", "this season alone (all there are)", 1950, 2199},
    {"from", PB__OPT_U32, offsetof(args, from), "YYYY", "leave earlier seasons out of everything", 1950, 2199},
    {"to", PB__OPT_U32, offsetof(args, to), "YYYY", "leave later seasons out of everything", 1950, 2199},
    {"teams", PB__OPT_FLAG, offsetof(args, teams), NULL, "without a name: the list of teams, not of drivers", 0, 0},
    {"prove", PB__OPT_FLAG, offsetof(args, prove), NULL, "which measures of a season come back in the next", 0, 0},
    {"store", PB__OPT_TEXT, offsetof(args, source.store), "URL", "races of this store (the races that ship)", 0, 0},
    {"data", PB__OPT_LIST, offsetof(args, source.data), "PATH", "or of these folders or lap CSV files; repeatable", 0,
     0},
    {"grids", PB__OPT_TEXT, offsetof(args, source.grids), "FILE",
     "with --data: starting grids, season,round,driver,grid (grids.csv of the folders)", 0, 0},
    {"json", PB__OPT_FLAG, offsetof(args, json), NULL, "one JSON object", 0, 0},
};

static pb_status no_such(const pb_profile_book *book, const char *name, pb_error *error)
{
    const char **names = calloc(book->n_drivers + book->n_teams + 1u, sizeof *names);
    uint32_t     n     = 0;
    if (!names) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    for (uint32_t i = 0; i < book->n_drivers; i++) names[n++] = book->drivers[i].id;
    for (uint32_t i = 0; i < book->n_teams; i++) names[n++] = book->teams[i].id;
    const char *near = pb_nearest(pb_span_of(name), names, n);
    pb_status   status =
        pb_error_set(error, PB_E_NOENT, "%s drove no lap in these %u races%s%s%s (pitboard profile lists who did)",
                     name, book->n_races, near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
    free(names);
    return status;
}

static pb_status show_one(const args *a, const pb_profile_book *book, const char *name, pb_error *error)
{
    pb_profile_of  of  = PB_PROFILE_DRIVER;
    int32_t        who = pb_profile_find(book, of, name);
    pb_json_writer w;
    if (who < 0) who = pb_profile_find(book, of = PB_PROFILE_TEAM, name);
    if (who < 0) return no_such(book, name, error);
    if (!a->json) return profile_table(book, of, who, (int)a->season, stdout, error);
    pb_json_begin(&w, stdout, 2);
    pb_json_object(&w, NULL);
    PB_TRY(pb_profile_put(book, of, who, name, (int)a->season, &w, error));
    pb_json_object_end(&w);
    pb_json_end(&w);
    return PB_OK;
}

static pb_status show_list(const args *a, const pb_profile_book *book, pb_error *error)
{
    pb_profile_of  of = a->teams ? PB_PROFILE_TEAM : PB_PROFILE_DRIVER;
    pb_json_writer w;
    if (!a->json) return profile_list_table(book, of, (int)a->season, stdout, error);
    pb_json_begin(&w, stdout, 2);
    pb_json_object(&w, NULL);
    pb_json_array(&w, "items");
    PB_TRY(pb_profile_put_list(book, of, (int)a->season, &w, error));
    pb_json_array_end(&w);
    pb_json_object_end(&w);
    pb_json_end(&w);
    return PB_OK;
}

static pb_status profile(args *a, const char *name, pb_error *error)
{
    pb_profile_book book;
    a->source.season_from = (int32_t)a->from;
    a->source.season_to   = (int32_t)a->to;
    PB_TRY(profile_read(&a->source, &book, error));
    pb_status status = a->prove ? profile_proof(&book, a->json, stdout, error)
                       : name   ? show_one(a, &book, name, error)
                                : show_list(a, &book, error);
    pb_profile_book_fini(&book);
    return status;
}

static int run_command(int argc, char **argv)
{
    args         a = {0};
    pb__operands operands;
    pb_error     error = {0};
    if (pb__options_read(argc, argv, options, sizeof options / sizeof *options, &a, &operands, &error) != PB_OK)
        return pb__fail(&pb__cmd_profile, &error);
    if (operands.n > 1) return pb__fail_operands(&pb__cmd_profile, "one driver or team at a time");
    pb_status status = profile(&a, operands.n ? operands.at[0] : NULL, &error);
    return status == PB_OK ? PB__EXIT_DONE : pb__fail(&pb__cmd_profile, &error);
}

const pb__command pb__cmd_profile = {
    .name      = "profile",
    .operands  = "[DRIVER|TEAM]",
    .summary   = "what the history says of a driver or a team: pace, starts, tyres, stops, passing",
    .details   = "DRIVER is a code (VER) or a surname, TEAM a name; without one, a line for everybody. Values are\n"
                 "means over races, drawn towards the field's by as much as single races are in doubt, with a\n"
                 "90 % interval. What too few races, or too small a field, can say is left out with the reason;\n"
                 "a measure that did not come back in the next season says so (--prove).\n\n"
                 "docs/profile.md tells how each is measured.\n",
    .options   = options,
    .n_options = sizeof options / sizeof *options,
    .run       = run_command,
};
