/* Reading JSON and Python literals. */
#include <math.h>

#include "pb_test.h"
#include "wire/lt_value.h"

typedef struct bench {
    pb_arena       arena;
    pb__lt_scratch scratch;
} bench;

static bench *begin(void)
{
    bench *b = calloc(1, sizeof *b);
    pb_arena_init(&b->arena, 0);
    PB_CHECK_EQ(pb__lt_scratch_init(&b->scratch, &b->arena, PB__LT_MESSAGE_MAX), PB_OK);
    return b;
}

static void end(bench *b)
{
    pb_arena_fini(&b->arena);
    free(b);
}

static const char *read_as(bench *b, const char *text, pb__lt_grammar grammar, const pb__lt_value **out)
{
    pb__lt_scratch_clear(&b->scratch);
    *out = NULL;
    return pb__lt_read(&b->scratch, pb_span_of(text), grammar, out);
}

static void check_text(bench *b, const char *source, pb__lt_grammar grammar, const char *want)
{
    const pb__lt_value *v = NULL;
    PB_CHECK(read_as(b, source, grammar, &v) == NULL);
    PB_CHECK(pb_span_equal_text(pb__lt_value_text(v), want));
}

PB_TEST(a_python_list_is_read_with_all_its_words)
{
    bench              *b = begin();
    const pb__lt_value *v = NULL;
    PB_CHECK(read_as(b, "['Topic', {'a': True, 'b': False, 'c': None, 'd': [1, -2.5, 1e3,], 'e': {}}, \"t\"]",
                     PB__LT_LITERAL, &v) == NULL);
    PB_CHECK_EQ(v->kind, PB__LT_LIST);
    PB_CHECK_EQ(v->len, 3);
    const pb__lt_value *o = pb__lt_item(v, 1);
    PB_CHECK_EQ(pb__lt_member(o, "a")->kind, PB__LT_TRUE);
    PB_CHECK_EQ(pb__lt_member(o, "b")->kind, PB__LT_FALSE);
    PB_CHECK_EQ(pb__lt_member(o, "c")->kind, PB__LT_NULL);
    PB_CHECK_EQ(pb__lt_member(o, "e")->len, 0);
    const pb__lt_value *d = pb__lt_member(o, "d");
    PB_CHECK_EQ(d->len, 3);
    PB_CHECK_EQ(pb__lt_item(d, 0)->whole, 1);
    PB_CHECK_NEAR(pb__lt_item(d, 1)->real, -2.5, 0);
    PB_CHECK_NEAR(pb__lt_item(d, 2)->real, 1000, 0);
    PB_CHECK(pb__lt_item(d, 3) == NULL && pb__lt_member(d, "a") == NULL && pb__lt_member(o, "z") == NULL);
    end(b);
}

PB_TEST(texts_keep_apostrophes_quotes_and_every_escape)
{
    bench *b = begin();
    check_text(b, "\"DELL'EMILIA\"", PB__LT_LITERAL, "DELL'EMILIA");
    check_text(b, "'say \"yes\"'", PB__LT_LITERAL, "say \"yes\"");
    check_text(b, "'a\\\\b\\'c\\\"d\\n\\r\\te'", PB__LT_LITERAL, "a\\b'c\"d\n\r\te");
    check_text(b, "'\\xe9\\u20ac\\U0001f3c1'", PB__LT_LITERAL, "\xc3\xa9\xe2\x82\xac\xf0\x9f\x8f\x81");
    check_text(b, "\"\\ud83c\\udfc1\\/\\b\\f\"", PB__LT_JSON, "\xf0\x9f\x8f\x81/\b\f");
    check_text(b, "\"\\ud83cx\\udfc1\"", PB__LT_JSON, "\xef\xbf\xbdx\xef\xbf\xbd");
    check_text(b, "\"S\xc3\xa3o\"", PB__LT_JSON, "S\xc3\xa3o");
    check_text(b, "''", PB__LT_LITERAL, "");
    end(b);
}

PB_TEST(what_is_broken_is_refused_with_its_reason)
{
    static const struct {
        const char    *text, *why;
        pb__lt_grammar grammar;
    } bad[]               = {{"", "literal is cut short", PB__LT_LITERAL},
                             {"['a', {'b': 1}", "literal is cut short", PB__LT_LITERAL},
                             {"['a', 'b", "literal is cut short", PB__LT_LITERAL},
                             {"['a', 'b\\", "literal is cut short", PB__LT_LITERAL},
                             {"['a', '\\x4", "literal is cut short", PB__LT_LITERAL},
                             {"{\"a\":1", "JSON is cut short", PB__LT_JSON},
                             {"{\"a\"", "JSON is cut short", PB__LT_JSON},
                             {"[tuple]", "broken literal", PB__LT_LITERAL},
                             {"['a' 'b']", "broken literal", PB__LT_LITERAL},
                             {"[,]", "broken literal", PB__LT_LITERAL},
                             {"['\\q']", "broken literal", PB__LT_LITERAL},
                             {"{1: 2}", "broken literal", PB__LT_LITERAL},
                             {"{'a': 1}", "broken JSON", PB__LT_JSON},
                             {"[1,]", "broken JSON", PB__LT_JSON},
                             {"[True]", "broken JSON", PB__LT_JSON},
                             {"[\"\\x41\"]", "broken JSON", PB__LT_JSON},
                             {"[01]", "broken JSON", PB__LT_JSON},
                             {"[1.]", "broken JSON", PB__LT_JSON},
                             {"[-]", "broken JSON", PB__LT_JSON},
                             {"[1e]", "broken JSON", PB__LT_JSON},
                             {"[NaN]", "broken JSON", PB__LT_JSON},
                             {"[1e999]", "number out of range", PB__LT_JSON},
                             {"{} x", "text behind the end of the message", PB__LT_JSON},
                             {"\"\\u0000\"", "zero character in a text", PB__LT_JSON},
                             {"'\\x00'", "zero character in a text", PB__LT_LITERAL},
                             {"\"\\u12g4\"", "escape that is no character", PB__LT_JSON},
                             {"'\\U00110000'", "escape that is no character", PB__LT_LITERAL},
                             {"\"a\nb\"", "control character in a text", PB__LT_JSON},
                             {"\"\xff\"", "text that is not UTF-8", PB__LT_JSON},
                             {"\"\xc3", "text that is not UTF-8", PB__LT_JSON}};
    bench              *b = begin();
    const pb__lt_value *v = NULL;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const char *why = read_as(b, bad[i].text, bad[i].grammar, &v);
        if (!why || strcmp(why, bad[i].why) != 0) print_error("%s: %s\n", bad[i].text, why ? why : "accepted");
        PB_CHECK(why && strcmp(why, bad[i].why) == 0);
        PB_CHECK(v == NULL);
    }
    end(b);
}

PB_TEST(nesting_and_members_have_a_bound)
{
    bench              *b = begin();
    const pb__lt_value *v = NULL;
    char                deep[2 * PB__LT_DEPTH_MAX + 8];
    for (int n = PB__LT_DEPTH_MAX; n <= PB__LT_DEPTH_MAX + 1; n++) {
        memset(deep, '[', (size_t)n);
        memset(deep + n, ']', (size_t)n);
        deep[2 * n]     = '\0';
        const char *why = read_as(b, deep, PB__LT_JSON, &v);
        PB_CHECK(n == PB__LT_DEPTH_MAX ? why == NULL : strcmp(why, "nested too deep") == 0);
    }
    for (int n = PB__LT_MEMBERS_MAX; n <= PB__LT_MEMBERS_MAX + 1; n++) {
        char *many = malloc((size_t)n * 2 + 2);
        many[0]    = '[';
        for (int i = 0; i < n; i++) memcpy(many + 1 + 2 * i, "0,", 2);
        memcpy(many + 2 * n, "]", 2);
        const char *why = read_as(b, many, PB__LT_JSON, &v);
        PB_CHECK(n == PB__LT_MEMBERS_MAX ? why == NULL : strcmp(why, "too many members in one list or object") == 0);
        free(many);
    }
    end(b);
}

PB_TEST(whole_numbers_beyond_64_bits_become_real)
{
    bench              *b = begin();
    const pb__lt_value *v = NULL;
    PB_CHECK(read_as(b, "[9223372036854775807, 92233720368547758070]", PB__LT_JSON, &v) == NULL);
    PB_CHECK_EQ(pb__lt_item(v, 0)->whole, INT64_MAX);
    PB_CHECK_EQ(pb__lt_item(v, 1)->kind, PB__LT_REAL);
    PB_CHECK_NEAR(pb__lt_item(v, 1)->real, 92233720368547758070.0, 1e5);
    end(b);
}

PB_TEST_MAIN(PB_RUN(a_python_list_is_read_with_all_its_words), PB_RUN(texts_keep_apostrophes_quotes_and_every_escape),
             PB_RUN(what_is_broken_is_refused_with_its_reason), PB_RUN(nesting_and_members_have_a_bound),
             PB_RUN(whole_numbers_beyond_64_bits_become_real))
