/* The option parser: what is taken, what is refused, and how it is told. */
#include "apps/options.h"
#include "pb_test.h"

typedef struct args {
    bool        json;
    uint32_t    trials;
    uint64_t    seed;
    const char *plot;
    pb__list    set;
} args;

static const pb__option table[] = {
    {"json", PB__OPT_FLAG, offsetof(args, json), NULL, "", 0, 0},
    {"trials", PB__OPT_U32, offsetof(args, trials), "N", "", 1, 100},
    {"seed", PB__OPT_U64, offsetof(args, seed), "S", "", 0, UINT64_MAX},
    {"plot", PB__OPT_TEXT, offsetof(args, plot), "FILE", "", 0, 0},
    {"set", PB__OPT_LIST, offsetof(args, set), "K=V", "", 0, 0},
};

static pb_status read_words(const char **words, int n, args *a, pb__operands *operands, pb_error *error)
{
    return pb__options_read(n, (char **)words, table, sizeof table / sizeof *table, a, operands, error);
}

PB_TEST(options_and_operands_may_come_in_any_order)
{
    const char  *words[] = {"simulate",     "a.csv", "--trials", "7",   "--json",
                            "--plot=x.svg", "b.csv", "--set",    "k=1", "--set=j=2"};
    args         a       = {0};
    pb__operands left;
    PB_CHECK_EQ(read_words(words, 10, &a, &left, NULL), PB_OK);
    PB_CHECK(a.json);
    PB_CHECK_EQ(a.trials, 7);
    PB_CHECK_TEXT(a.plot, "x.svg");
    PB_CHECK_EQ(a.set.n, 2);
    PB_CHECK_TEXT(a.set.at[1], "j=2");
    PB_CHECK_EQ(left.n, 2);
    PB_CHECK_TEXT(left.at[0], "a.csv");
    PB_CHECK_TEXT(left.at[1], "b.csv");
}

PB_TEST(two_dashes_end_the_options)
{
    const char  *words[] = {"simulate", "--", "--json"};
    args         a       = {0};
    pb__operands left;
    PB_CHECK_EQ(read_words(words, 3, &a, &left, NULL), PB_OK);
    PB_CHECK(!a.json);
    PB_CHECK_TEXT(left.at[0], "--json");
}

PB_TEST(the_largest_seed_fits_and_one_more_does_not)
{
    const char *fits[] = {"simulate", "--seed", "18446744073709551615"},
               *over[] = {"simulate", "--seed", "18446744073709551616"};
    args         a     = {0};
    pb__operands left;
    pb_error     error = {0};
    PB_CHECK_EQ(read_words(fits, 3, &a, &left, &error), PB_OK);
    PB_CHECK(a.seed == UINT64_MAX);
    PB_CHECK_EQ(read_words(over, 3, &a, &left, &error), PB_E_USAGE);
}

static void check_refused(const char *one, const char *two, const char *part)
{
    const char  *words[] = {"simulate", one, two};
    args         a       = {0};
    pb__operands left;
    pb_error     error = {0};
    PB_CHECK_EQ(read_words(words, two ? 3 : 2, &a, &left, &error), PB_E_USAGE);
    PB_CHECK_HAS(error.text, part);
}

PB_TEST(wrong_options_are_refused_with_what_to_do)
{
    check_refused("--jsn", NULL, "did you mean --json");
    check_refused("--qqqqqqqqq", NULL, "unknown option --qqqqqqqqq");
    check_refused("-j", NULL, "two dashes");
    check_refused("--json=1", NULL, "takes no value");
    check_refused("--trials", NULL, "wants a value");
    check_refused("--trials", "0", "from 1 to 100");
    check_refused("--trials", "101", "from 1 to 100");
    check_refused("--trials", "1.5", "whole number");
    check_refused("--trials", "+5", "whole number");
    check_refused("--trials", " 5", "whole number");
    check_refused("--trials=", NULL, "whole number");
}

PB_TEST(a_list_has_an_end)
{
    const char *words[2 * PB__LIST_MAX + 3] = {"simulate"};
    for (int i = 1; i < 2 * PB__LIST_MAX + 3; i++) words[i] = i % 2 ? "--set" : "k=1";
    args         a = {0};
    pb__operands left;
    PB_CHECK_EQ(read_words(words, 2 * PB__LIST_MAX + 1, &a, &left, NULL), PB_OK);
    PB_CHECK_EQ(a.set.n, PB__LIST_MAX);
    a.set.n = 0;
    PB_CHECK_EQ(read_words(words, 2 * PB__LIST_MAX + 3, &a, &left, NULL), PB_E_USAGE);
}

PB_TEST_MAIN(PB_RUN(options_and_operands_may_come_in_any_order), PB_RUN(two_dashes_end_the_options),
             PB_RUN(the_largest_seed_fits_and_one_more_does_not), PB_RUN(wrong_options_are_refused_with_what_to_do),
             PB_RUN(a_list_has_an_end))
