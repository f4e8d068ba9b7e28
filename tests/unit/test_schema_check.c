/* The schema check: every keyword accepts what fits, and names the place of what does not. */
#include "pb_test.h"

#include "api/schema.h"

static const pb__schema_text made[] = {
    {"TestAsk",
     "{\"type\":\"object\",\"required\":[\"driver\",\"laps\"],\"additionalProperties\":false,\"properties\":{"
     "\"driver\":{\"type\":\"string\",\"pattern\":\"^[A-Z]{3}$\"},"
     "\"laps\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":78},"
     "\"fuel_kg\":{\"type\":[\"number\",\"null\"],\"exclusiveMinimum\":0},"
     "\"compound\":{\"$ref\":\"#/components/schemas/TestCompound\"},"
     "\"note\":{\"type\":\"string\",\"minLength\":2,\"maxLength\":4},"
     "\"wet\":{\"type\":\"boolean\"},"
     "\"gaps_s\":{\"type\":\"array\",\"items\":{\"type\":\"number\",\"minimum\":0},\"minItems\":1,\"maxItems\":3},"
     "\"plan\":{\"oneOf\":[{\"type\":\"null\"},{\"$ref\":\"#/components/schemas/TestStop\"},{\"$ref\":\"#/components/"
     "schemas/TestStay\"}]},"
     "\"any\":{\"anyOf\":[{\"type\":\"integer\"},{\"type\":\"number\",\"minimum\":10}]},"
     "\"loose\":{\"type\":\"object\",\"additionalProperties\":{\"type\":\"integer\"}}}}"},
    {"TestCompound", "{\"type\":\"string\",\"enum\":[\"SOFT\",\"MEDIUM\",\"HARD\"]}"},
    {"TestStop", "{\"type\":\"object\",\"required\":[\"kind\",\"lap\"],\"additionalProperties\":false,"
                 "\"properties\":{\"kind\":{\"const\":\"stop\"},\"lap\":{\"type\":\"integer\",\"minimum\":1}}}"},
    {"TestStay", "{\"type\":\"object\",\"required\":[\"kind\"],\"additionalProperties\":false,\"properties\":{\"kind\":"
                 "{\"const\":\"stay\"}}}"},
    {"TestLoop", "{\"anyOf\":[{\"$ref\":\"#/components/schemas/TestLoop\"},{\"type\":\"string\"}]}"},
    {NULL, NULL}};

static pb__schemas *schemas(void)
{
    pb__schemas *s = NULL;
    pb_error     e = {0};
    if (pb__schemas_create(made, &s, &e) != PB_OK) print_error("%s\n", e.text);
    PB_CHECK(s != NULL);
    return s;
}

/* "" when it fits, else "pointer|text". */
static const char *asked_of(const char *name, const char *text)
{
    static char  out[512];
    pb__misfit   m = {0};
    pb__schemas *s = schemas();
    pb_json_doc *d = NULL;
    PB_CHECK_EQ(pb_json_parse(pb_span_of(text), "t", &d, NULL), PB_OK);
    bool fit = pb__schema_check(s, pb__schemas_find(s, name), pb_json_root(d), &m);
    (void)snprintf(out, sizeof out, "%s|%s", m.pointer, m.text);
    pb_json_free(d);
    pb__schemas_destroy(s);
    return fit ? "" : out;
}

static const char *with(const char *member)
{
    char text[512];
    (void)snprintf(text, sizeof text, "{\"driver\":\"HAM\",\"laps\":5%s%s}", member[0] ? "," : "", member);
    return asked_of("TestAsk", text);
}

PB_TEST(what_fits_is_accepted)
{
    static const char *const good[] = {"",
                                       "\"fuel_kg\":null",
                                       "\"fuel_kg\":0.1",
                                       "\"compound\":\"HARD\"",
                                       "\"note\":\"\xc3\xa4\xc3\xb6\xc3\xbc!\"",
                                       "\"wet\":false",
                                       "\"gaps_s\":[0,1.5,3]",
                                       "\"plan\":null",
                                       "\"plan\":{\"kind\":\"stop\",\"lap\":3}",
                                       "\"plan\":{\"kind\":\"stay\"}",
                                       "\"any\":3",
                                       "\"any\":10.5",
                                       "\"loose\":{\"a\":1,\"b\":2}"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) PB_CHECK_TEXT(with(good[i]), "");
}

PB_TEST(what_does_not_fit_is_told_with_its_place)
{
    static const struct {
        const char *member, *told;
    } bad[] = {
        {"\"fuel_kg\":0", "/fuel_kg|0 is not more than 0"},
        {"\"fuel_kg\":\"much\"", "/fuel_kg|found the text \"much\", but a number or null must stand here"},
        {"\"compound\":\"HRAD\"", "/compound|the text \"HRAD\" is not known here (did you mean \"HARD\"?)"},
        {"\"compound\":\"zzzzzz\"", "/compound|the text \"zzzzzz\" is not known here; known: SOFT, MEDIUM, HARD"},
        {"\"note\":\"a\"", "/note|holds 1 letters, less than the 2 needed"},
        {"\"note\":\"abcde\"", "/note|holds 5 letters, more than the 4 allowed"},
        {"\"wet\":1", "/wet|found the number 1, but true or false must stand here"},
        {"\"gaps_s\":[]", "/gaps_s|holds 0 values, less than the 1 needed"},
        {"\"gaps_s\":[1,2,3,4]", "/gaps_s|holds 4 values, more than the 3 allowed"},
        {"\"gaps_s\":[1,-2]", "/gaps_s/1|-2 is less than 0"},
        {"\"any\":1.5", "/any|1.5 is less than 10"},
        {"\"loose\":{\"a\":true}", "/loose/a|found true, but a whole number must stand here"},
        {"\"lops\":5", "/lops|\"lops\" is not known here (did you mean \"laps\"?)"},
        {"\"quite_other\":5", "/quite_other|\"quite_other\" is not known here (remove it)"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) PB_CHECK_TEXT(with(bad[i].member), bad[i].told);
    PB_CHECK_TEXT(asked_of("TestAsk", "{\"driver\":\"HAM\",\"laps\":0}"), "/laps|0 is outside 1 .. 78");
    PB_CHECK_TEXT(asked_of("TestAsk", "{\"driver\":\"HAM\",\"laps\":5.0}"),
                  "/laps|found the number 5.0, but a whole number must stand here");
    PB_CHECK_TEXT(asked_of("TestAsk", "{\"driver\":\"hamilton\",\"laps\":5}"),
                  "/driver|the text \"hamilton\" has not the form ^[A-Z]{3}$");
    PB_CHECK_TEXT(asked_of("TestAsk", "{\"driver\":\"HAM\"}"), "/laps|\"laps\" is missing (add it)");
    PB_CHECK_TEXT(asked_of("TestAsk", "[]"), "|found an array, but an object { } must stand here");
}

PB_TEST(of_several_forms_the_one_that_was_meant_is_told)
{
    PB_CHECK_TEXT(with("\"plan\":{\"kind\":\"stop\"}"), "/plan/lap|\"lap\" is missing (add it)");
    PB_CHECK_TEXT(with("\"plan\":{\"kind\":\"stop\",\"lap\":0}"), "/plan/lap|0 is less than 1");
    PB_CHECK_TEXT(with("\"plan\":{\"kind\":\"stay\",\"lap\":4}"), "/plan/lap|\"lap\" is not known here (remove it)");
    PB_CHECK_HAS(with("\"plan\":{\"kind\":\"sty\"}"), "/plan/kind|");
    PB_CHECK_HAS(with("\"plan\":{\"kind\":\"stop\",\"lap\":\"x\"}"), "/plan/lap|found the text \"x\"");
    PB_CHECK_HAS(with("\"plan\":7"), "/plan|found the number 7");
}

PB_TEST(a_reference_that_leads_back_to_itself_ends)
{
    PB_CHECK_HAS(asked_of("TestLoop", "{}"), "|");
}

PB_TEST(texts_of_a_query_are_read_as_their_type_says)
{
    pb__schemas *s = schemas();
    pb__misfit   m;
    pb_json      whole, real, flag, text;
    PB_CHECK_EQ(pb__schemas_add(s, "{\"type\":\"integer\",\"minimum\":1,\"maximum\":9}", "lap", &whole, NULL), PB_OK);
    PB_CHECK_EQ(pb__schemas_add(s, "{\"type\":[\"number\",\"null\"]}", "gap", &real, NULL), PB_OK);
    PB_CHECK_EQ(pb__schemas_add(s, "{\"type\":\"boolean\"}", "wet", &flag, NULL), PB_OK);
    PB_CHECK_EQ(pb__schemas_add(s, "{\"type\":\"string\",\"enum\":[\"12\",\"null\"]}", "name", &text, NULL), PB_OK);
    PB_CHECK(pb__schema_check_text(s, whole, "9", &m));
    PB_CHECK(!pb__schema_check_text(s, whole, "10", &m));
    PB_CHECK_TEXT(m.text, "10 is outside 1 .. 9");
    PB_CHECK(!pb__schema_check_text(s, whole, "1.5", &m));
    PB_CHECK(!pb__schema_check_text(s, whole, "", &m));
    PB_CHECK(pb__schema_check_text(s, real, "-1.5", &m));
    PB_CHECK(pb__schema_check_text(s, real, "null", &m));
    PB_CHECK(!pb__schema_check_text(s, real, "nan", &m));
    PB_CHECK(pb__schema_check_text(s, flag, "true", &m));
    PB_CHECK(!pb__schema_check_text(s, flag, "yes", &m));
    PB_CHECK(pb__schema_check_text(s, text, "12", &m));
    PB_CHECK(pb__schema_check_text(s, text, "null", &m));
    PB_CHECK(!pb__schema_check_text(s, text, "13\"", &m));
    pb__schemas_destroy(s);
}

static const char *wrong_schema(const char *text)
{
    static pb_error       e;
    const pb__schema_text one[] = {{"TestWrong", text}, {NULL, NULL}};
    pb__schemas          *s     = NULL;
    e                           = (pb_error){0};
    PB_CHECK_EQ(pb__schemas_create(one, &s, &e), PB_E_RANGE);
    PB_CHECK(s == NULL);
    return e.text;
}

PB_TEST(a_schema_that_would_not_be_checked_is_refused_with_its_name)
{
    PB_CHECK_HAS(wrong_schema("{\"type\":\"object\",\"patternProperties\":{}}"),
                 "TestWrong: schema: /patternProperties");
    PB_CHECK_HAS(wrong_schema("{\"items\":{\"$ref\":\"#/components/schemas/Nobody\"}}"), "names no schema");
    PB_CHECK_HAS(wrong_schema("{\"properties\":{\"a\":{\"pattern\":\"\\\\d+\"}}}"), "[0-9]");
    PB_CHECK_HAS(wrong_schema("{\"properties\":{\"a\":{\"pattern\":\"(\"}}}"), "cannot be read");
    PB_CHECK_HAS(wrong_schema("{\"properties\":"), "TestWrong");
}

PB_TEST(the_examples_of_every_schema_that_is_compiled_in_fit_it)
{
    pb__schemas *s = schemas();
    pb__misfit   m;
    const char  *name;
    for (size_t i = 0; (name = pb__schemas_name(s, i)); i++) {
        pb_json schema = pb__schemas_find(s, name), examples = pb_json_member(schema, "examples");
        for (size_t k = 0; k < pb_json_length(examples); k++) {
            bool fit = pb__schema_check(s, schema, pb_json_at(examples, k), &m);
            if (!fit) print_error("%s, example %zu: %s: %s\n", name, k, m.pointer, m.text);
            PB_CHECK(fit);
        }
    }
    pb__schemas_destroy(s);
}

PB_TEST_MAIN(PB_RUN(what_fits_is_accepted), PB_RUN(what_does_not_fit_is_told_with_its_place),
             PB_RUN(of_several_forms_the_one_that_was_meant_is_told),
             PB_RUN(a_reference_that_leads_back_to_itself_ends), PB_RUN(texts_of_a_query_are_read_as_their_type_says),
             PB_RUN(a_schema_that_would_not_be_checked_is_refused_with_its_name),
             PB_RUN(the_examples_of_every_schema_that_is_compiled_in_fit_it))
