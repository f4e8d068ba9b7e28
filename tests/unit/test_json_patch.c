/* JSON merge patches, and the shape that makes them small. */
#include "pb_test.h"
#include "pitboard/codec.h"

static pb_json_doc *doc_of(const char *text)
{
    pb_json_doc *doc = NULL;
    pb_error     e;
    if (pb_json_parse(pb_span_of(text), "test", &doc, &e) != PB_OK) fail_msg("%s: %s", text, e.text);
    return doc;
}

static void text_of(const pb_json_doc *doc, char *out, size_t cap)
{
    pb_bytes text;
    PB_CHECK_EQ(pb_json_dump(pb_json_root(doc), &text, NULL), PB_OK);
    PB_CHECK(text.len < cap);
    memcpy(out, text.at, text.len + 1);
    pb_bytes_free(&text);
}

static void check_diff(const char *from, const char *to, const char *want)
{
    pb_json_doc *a = doc_of(from), *b = doc_of(to);
    pb_bytes     patch;
    bool         same;
    PB_CHECK_EQ(pb_json_merge_diff(a, b, &patch, &same, NULL), PB_OK);
    PB_CHECK_TEXT(patch.at, want);
    PB_CHECK_EQ(same, strcmp(want, "{}") == 0 && from[0] == '{');
    pb_bytes_free(&patch);
    pb_json_free(a);
    pb_json_free(b);
}

PB_TEST(a_patch_says_only_what_changed)
{
    check_diff("{\"a\":1,\"b\":2}", "{\"a\":1,\"b\":3}", "{\"b\":3}");
    check_diff("{\"a\":1,\"b\":2}", "{\"a\":1}", "{\"b\":null}");
    check_diff("{\"a\":{\"x\":1,\"y\":2}}", "{\"a\":{\"x\":1,\"y\":0.1}}", "{\"a\":{\"y\":0.1}}");
    check_diff("{\"a\":[1,2]}", "{\"a\":[1,3]}", "{\"a\":[1,3]}");
    check_diff("{\"a\":1}", "{\"a\":1}", "{}");
    check_diff("{\"a\":{\"x\":1}}", "{\"a\":{}}", "{\"a\":{\"x\":null}}");
    check_diff("{\"a\":5}", "{\"a\":{}}", "{\"a\":{}}");
    check_diff("[1]", "{}", "{}");
}

PB_TEST(null_and_absent_are_one)
{
    check_diff("{\"a\":null}", "{}", "{\"a\":null}");
    check_diff("{}", "{\"a\":null}", "{}");
    check_diff("{}", "{\"a\":{\"b\":null,\"c\":[null,{\"d\":null}]}}", "{\"a\":{\"c\":[null,{\"d\":null}]}}");
}

static void check_merge(const char *onto, const char *patch, const char *want)
{
    char         out[200];
    pb_json_doc *a = doc_of(onto), *b = doc_of(patch);
    PB_CHECK_EQ(pb_json_merge(a, b, NULL), PB_OK);
    text_of(a, out, sizeof out);
    PB_CHECK_TEXT(out, want);
    pb_json_free(a);
    pb_json_free(b);
}

/* The examples of RFC 7386, appendix A, whose roots are objects or arrays. */
PB_TEST(patches_apply_as_the_rfc_says)
{
    check_merge("{\"a\":\"b\"}", "{\"a\":\"c\"}", "{\"a\":\"c\"}");
    check_merge("{\"a\":\"b\"}", "{\"b\":\"c\"}", "{\"a\":\"b\",\"b\":\"c\"}");
    check_merge("{\"a\":\"b\"}", "{\"a\":null}", "{}");
    check_merge("{\"a\":\"b\",\"b\":\"c\"}", "{\"a\":null}", "{\"b\":\"c\"}");
    check_merge("{\"a\":[\"b\"]}", "{\"a\":\"c\"}", "{\"a\":\"c\"}");
    check_merge("{\"a\":\"c\"}", "{\"a\":[\"b\"]}", "{\"a\":[\"b\"]}");
    check_merge("{\"a\":{\"b\":\"c\"}}", "{\"a\":{\"b\":\"d\",\"c\":null}}", "{\"a\":{\"b\":\"d\"}}");
    check_merge("{\"a\":[{\"b\":\"c\"}]}", "{\"a\":[1]}", "{\"a\":[1]}");
    check_merge("[\"a\",\"b\"]", "[\"c\",\"d\"]", "[\"c\",\"d\"]");
    check_merge("{\"a\":\"b\"}", "[\"c\"]", "[\"c\"]");
    check_merge("{\"e\":null}", "{\"a\":1}", "{\"e\":null,\"a\":1}");
    check_merge("[1,2]", "{\"a\":\"b\",\"c\":null}", "{\"a\":\"b\"}");
    check_merge("{}", "{\"a\":{\"bb\":{\"ccc\":null}}}", "{\"a\":{\"bb\":{}}}");
}

/* ---- any two documents ---- */

static uint32_t roll(uint32_t *seed, uint32_t n)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 8) % n;
}

static void grow(pb_json_writer *w, const char *key, uint32_t *seed, int depth)
{
    static const char *const names[] = {"a", "b", "c", "d~/", "\xc3\xa9"};
    uint32_t                 kind    = depth == 0 ? 6 : depth > 3 ? roll(seed, 5) : roll(seed, 8);
    if (kind == 0) pb_json_put_null(w, key);
    if (kind == 1) pb_json_put_i64(w, key, roll(seed, 3));
    if (kind == 2) pb_json_put_f64(w, key, 0.5 * roll(seed, 3));
    if (kind == 3) pb_json_put_text(w, key, names[roll(seed, 5)]);
    if (kind == 4) pb_json_put_bool(w, key, roll(seed, 2) == 0);
    if (kind == 5) {
        pb_json_array(w, key);
        for (uint32_t n = roll(seed, 3); n > 0; n--) grow(w, NULL, seed, depth + 1);
        pb_json_array_end(w);
    }
    if (kind >= 6) {
        pb_json_object(w, key);
        for (uint32_t i = 0; i < 5; i++)
            if (roll(seed, 2) == 0) grow(w, names[i], seed, depth + 1);
        pb_json_object_end(w);
    }
}

static pb_json_doc *any_doc(uint32_t *seed)
{
    char          *text = NULL;
    size_t         len  = 0;
    pb_json_writer w;
    FILE          *to = open_memstream(&text, &len);
    pb_json_begin(&w, to, 0);
    grow(&w, NULL, seed, 0);
    fclose(to);
    pb_json_doc *doc = doc_of(text);
    free(text);
    return doc;
}

PB_TEST(the_patch_between_any_two_documents_makes_one_of_the_other)
{
    uint32_t seed = 1;
    for (int i = 0; i < 3000; i++) {
        pb_json_doc *a = any_doc(&seed), *b = any_doc(&seed);
        pb_bytes     text;
        bool         same;
        pb_json_drop_nulls(a);
        pb_json_drop_nulls(b);
        bool alike = pb_json_same(pb_json_root(a), pb_json_root(b));
        PB_CHECK_EQ(pb_json_merge_diff(a, b, &text, &same, NULL), PB_OK);
        PB_CHECK_EQ(same, alike);
        pb_json_doc *patch = doc_of(text.at);
        PB_CHECK_EQ(pb_json_merge(a, patch, NULL), PB_OK);
        PB_CHECK(pb_json_same(pb_json_root(a), pb_json_root(b)));
        pb_bytes_free(&text);
        pb_json_free(patch);
        pb_json_free(a);
        pb_json_free(b);
    }
}

static void check_shape(const char *text, const char *want)
{
    char         out[300];
    pb_json_doc *doc = doc_of(text);
    PB_CHECK_EQ(pb_json_key_arrays(doc, "cars", "key", NULL), PB_OK);
    pb_json_drop_key(doc, "told");
    text_of(doc, out, sizeof out);
    PB_CHECK_TEXT(out, want);
    pb_json_free(doc);
}

PB_TEST(arrays_of_things_with_names_become_objects)
{
    check_shape("{\"s\":{\"cars\":[{\"key\":44,\"told\":1},{\"key\":4}]}}",
                "{\"s\":{\"cars\":{\"44\":{\"key\":44},\"4\":{\"key\":4}}}}");
    check_shape("{\"cars\":[],\"told\":{}}", "{\"cars\":{}}");
    check_shape("{\"cars\":[{\"key\":\"VER\"}]}", "{\"cars\":{\"VER\":{\"key\":\"VER\"}}}");
}

PB_TEST(arrays_without_different_names_stay_arrays)
{
    check_shape("{\"cars\":[{\"key\":1},{\"key\":1}]}", "{\"cars\":[{\"key\":1},{\"key\":1}]}");
    check_shape("{\"cars\":[{\"key\":1},2]}", "{\"cars\":[{\"key\":1},2]}");
    check_shape("{\"cars\":[{\"key\":1.5}]}", "{\"cars\":[{\"key\":1.5}]}");
    check_shape("{\"x\":[{\"cars\":[{\"key\":1}]}],\"cars\":7}", "{\"x\":[{\"cars\":[{\"key\":1}]}],\"cars\":7}");
    check_shape("[{\"told\":1}]", "[{\"told\":1}]");
}

PB_TEST_MAIN(PB_RUN(a_patch_says_only_what_changed), PB_RUN(null_and_absent_are_one),
             PB_RUN(patches_apply_as_the_rfc_says), PB_RUN(the_patch_between_any_two_documents_makes_one_of_the_other),
             PB_RUN(arrays_of_things_with_names_become_objects), PB_RUN(arrays_without_different_names_stay_arrays))
