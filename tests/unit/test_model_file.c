/* The model file: what is written is read again, and nothing broken is believed. */
#include <math.h>

#include "pb_test.h"
#include "pitboard/predict_registry.h"

static pb_model_meta some_meta(void)
{
    pb_model_meta m = {.quick         = true,
                       .until_season  = 2024,
                       .until_round   = 7,
                       .races         = 131,
                       .data_hash     = 0xfedcba9876543210u,
                       .schema_hash   = 0x0123456789abcdefu,
                       .judged_season = 2023,
                       .judged_races  = 22,
                       .n_metrics     = 1,
                       .n_against     = 1};
    strcpy(m.code, "0.1.0");
    strcpy(m.trained_at, "2026-11-20T22:10:00Z");
    strcpy(m.schema, "lap-1");
    strcpy(m.data, "131 races");
    strcpy(m.baseline, "rate");
    m.metric[0]  = (pb_model_metric){.name = "log_loss", .value = 0.1, .lo = 0.09, .hi = 0.11};
    m.against[0] = (pb_model_metric){.name = "log_loss", .value = -0.01, .lo = -0.02, .hi = -0.001};
    return m;
}

static pb_model *a_model(void)
{
    pb_model     *model = NULL;
    pb_model_meta meta  = some_meta();
    PB_CHECK_EQ(pb_model_create("test", &model, NULL), PB_OK);
    PB_CHECK_EQ(pb_model_set_meta(model, &meta, NULL), PB_OK);
    PB_CHECK_EQ(pb_model_put(model, "a", (double[]){1, -0.1, 1e-300}, 3, NULL), PB_OK);
    PB_CHECK_EQ(pb_model_put(model, "empty", NULL, 0, NULL), PB_OK);
    PB_CHECK_EQ(pb_model_put_text(model, "a", "M\xc3\xb6tley", NULL), PB_OK);
    return model;
}

static pb_bytes some_bytes(void)
{
    pb_bytes  bytes = {0};
    pb_model *model = a_model();
    PB_CHECK_EQ(pb_model_print(model, &bytes, NULL), PB_OK);
    pb_model_destroy(model);
    return bytes;
}

static pb_status read_bytes(const pb_bytes *bytes, pb_model **out, pb_error *error)
{
    return pb_model_read((pb_span){bytes->at, bytes->len}, "x.pbm", out, error);
}

/* Refused, with this in the reason, and the output left alone. */
static void refused(const pb_bytes *bytes, const char *why)
{
    pb_model *got   = NULL;
    pb_error  error = {0};
    PB_CHECK(read_bytes(bytes, &got, &error) != PB_OK);
    PB_CHECK(got == NULL);
    PB_CHECK_HAS(error.text, "x.pbm");
    PB_CHECK_HAS(error.text, why);
}

static void put_u32(char *at, uint32_t x)
{
    for (int i = 0; i < 4; i++) at[i] = (char)(x >> 8 * i & 255);
}

static uint32_t get_u32(const char *at)
{
    uint32_t x = 0;
    for (int i = 3; i >= 0; i--) x = x << 8 | (unsigned char)at[i];
    return x;
}

/* Of section i. */
static char *section(const pb_bytes *bytes, int i)
{
    char *at = bytes->at + 16 + get_u32(bytes->at + 8);
    for (; i > 0; i--) at += 64 + get_u32(at + 56);
    return at;
}

static void seal(char *at)
{
    put_u32(at + 52, pb_crc32((pb_span){at + 64, get_u32(at + 56)}));
}

PB_TEST(what_is_written_is_read_again)
{
    pb_model     *got   = NULL;
    pb_bytes      bytes = some_bytes(), again = {0};
    pb_model_meta want = some_meta();
    PB_CHECK_EQ(read_bytes(&bytes, &got, NULL), PB_OK);
    PB_CHECK_TEXT(pb_model_kind_name(got), "test");
    const pb_model_meta *meta = pb_model_meta_of(got);
    PB_CHECK(meta->data_hash == want.data_hash && meta->schema_hash == want.schema_hash && meta->quick);
    PB_CHECK_EQ(meta->races, 131);
    PB_CHECK_TEXT(meta->trained_at, want.trained_at);
    PB_CHECK(meta->metric[0].lo == 0.09 && meta->against[0].hi == -0.001);
    double x[3];
    PB_CHECK_EQ(pb_model_get(got, "a", x, 3, NULL), PB_OK);
    PB_CHECK(x[0] == 1 && x[1] == -0.1 && x[2] == 1e-300);
    PB_CHECK_TEXT(pb_model_text(got, "a"), "M\xc3\xb6tley");
    PB_CHECK_EQ(pb_model_print(got, &again, NULL), PB_OK);
    PB_CHECK_EQ(again.len, bytes.len);
    PB_CHECK(memcmp(again.at, bytes.at, bytes.len) == 0);
    pb_bytes_free(&again);
    pb_bytes_free(&bytes);
    pb_model_destroy(got);
}

PB_TEST(a_file_cut_anywhere_is_refused)
{
    pb_bytes whole = some_bytes();
    for (size_t len = 0; len < whole.len; len++) {
        pb_bytes  cut = {.at = malloc(len ? len : 1), .len = len}; /* exact, so that ASan sees one byte too far */
        pb_model *got = NULL;
        PB_CHECK(cut.at != NULL);
        memcpy(cut.at, whole.at, len);
        PB_CHECK(read_bytes(&cut, &got, NULL) != PB_OK);
        PB_CHECK(got == NULL);
        pb_bytes_free(&cut);
    }
    pb_bytes_free(&whole);
}

PB_TEST(a_byte_changed_anywhere_is_refused)
{
    pb_bytes bytes = some_bytes();
    for (size_t i = 0; i < bytes.len; i++) {
        pb_model *got = NULL;
        bytes.at[i] ^= 0x10;
        if (read_bytes(&bytes, &got, NULL) == PB_OK) { /* only a name of a section is not covered by a sum */
            size_t front = (size_t)(section(&bytes, 0) - bytes.at);
            PB_CHECK(i >= front);
            pb_model_destroy(got);
        }
        bytes.at[i] ^= 0x10;
    }
    pb_bytes_free(&bytes);
}

PB_TEST(bytes_after_the_last_section_are_refused)
{
    pb_bytes bytes = some_bytes();
    bytes.at       = realloc(bytes.at, bytes.len + 1);
    PB_CHECK(bytes.at != NULL);
    bytes.at[bytes.len++] = 0;
    refused(&bytes, "1 bytes follow");
    pb_bytes_free(&bytes);
}

PB_TEST(something_else_and_another_version_are_told_apart)
{
    pb_bytes bytes = some_bytes();
    bytes.at[7]    = '2';
    refused(&bytes, "another version");
    bytes.at[0] = 'Q';
    refused(&bytes, "not a model file");
    pb_bytes_free(&bytes);
}

PB_TEST(ten_gigabytes_announced_are_refused_without_taking_them)
{
    pb_bytes bytes = some_bytes();
    char    *at    = section(&bytes, 0);
    put_u32(at + 56, 0x540be400u); /* 10,000,000,000 */
    put_u32(at + 60, 2);
    refused(&bytes, "section 'a' announces 10000000000 bytes");
    put_u32(at + 60, 0xffffffffu);
    refused(&bytes, "announces");
    put_u32(bytes.at + 8, 0xfffffff0u);
    refused(&bytes, "header announces");
    pb_bytes_free(&bytes);
}

PB_TEST(a_number_that_is_not_finite_is_refused_though_the_sum_is_right)
{
    const double bad[] = {(double)NAN, (double)INFINITY, -(double)INFINITY};
    for (size_t i = 0; i < 3; i++) {
        pb_bytes bytes = some_bytes();
        char    *at    = section(&bytes, 0);
        memcpy(at + 64 + 8, &bad[i], 8); /* the tests run on little-endian machines */
        seal(at);
        refused(&bytes, "'a' of a model: number 1 is not finite");
        pb_bytes_free(&bytes);
    }
}

PB_TEST(a_damaged_section_and_an_unknown_kind_are_refused)
{
    pb_bytes bytes = some_bytes();
    char    *at    = section(&bytes, 0);
    at[64] ^= 1;
    refused(&bytes, "section 'a' is damaged");
    at[64] ^= 1;
    put_u32(at + 48, 77);
    refused(&bytes, "kind 77");
    put_u32(at + 48, 3); /* a text, with NULs */
    refused(&bytes, "NUL");
    put_u32(at + 48, 2); /* a forest it is not */
    refused(&bytes, "x.pbm");
    pb_bytes_free(&bytes);
}

PB_TEST(the_same_name_twice_is_refused)
{
    pb_bytes bytes = some_bytes();
    char    *at    = section(&bytes, 1);
    memset(at, 0, 48);
    at[0] = 'a';
    refused(&bytes, "'a' is there twice");
    pb_bytes_free(&bytes);
}

PB_TEST(a_section_without_a_proper_name_is_refused)
{
    pb_bytes bytes = some_bytes();
    char    *at    = section(&bytes, 0);
    at[0]          = 0;
    refused(&bytes, "no proper name");
    memset(at, 'x', 48);
    refused(&bytes, "no proper name");
    memset(at, 0, 48);
    at[0] = 'x';
    at[5] = 'y';
    refused(&bytes, "no proper name");
    pb_bytes_free(&bytes);
}

/* The file with another header, sums right. */
static pb_bytes with_header(const char *from, const char *to)
{
    pb_bytes old  = some_bytes(), bytes;
    uint32_t size = get_u32(old.at + 8);
    char    *text = strndup(old.at + 16, size);
    PB_CHECK(text != NULL);
    char *found = strstr(text, from);
    PB_CHECK(found != NULL);
    size_t add = strlen(to), len = size - strlen(from) + add;
    bytes.len = old.len - size + len;
    bytes.at  = malloc(bytes.len);
    PB_CHECK(bytes.at != NULL);
    char  *at   = bytes.at + 16;
    size_t head = (size_t)(found - text);
    memcpy(bytes.at, old.at, 16);
    memcpy(at, text, head);
    memcpy(at + head, to, add);
    memcpy(at + head + add, found + strlen(from), size - head - strlen(from));
    memcpy(at + len, old.at + 16 + size, old.len - 16 - size);
    put_u32(bytes.at + 8, (uint32_t)len);
    put_u32(bytes.at + 12, pb_crc32((pb_span){at, len}));
    free(text);
    pb_bytes_free(&old);
    return bytes;
}

PB_TEST(a_header_that_cannot_be_right_is_refused)
{
    static const struct {
        const char *from, *to, *why;
    } cases[] = {
        {"\"format\":1", "\"format\":2", "format 2"},
        {"\"sections\":3", "\"sections\":4", "section 4 of 4"},
        {"\"sections\":3", "\"sections\":2", "follow the last"},
        {"\"sections\":3", "\"sections\":99999999", "/sections"},
        {"\"kind\":\"test\"", "\"kind\":\"\"", "/kind"},
        {"\"kind\":\"test\",", "", "kind"},
        {"\"races\":131", "\"races\":-1", "/races"},
        {"fedcba9876543210", "fedcba98", "data_hash"},
        {"\"quick\":true", "\"quick\":1", "/quick"},
        {"\"value\":0.1", "\"value\":null", "/value"},
        {"\"value\":0.1", "\"value\":1e400", "x.pbm"},
        {"{\"format\"", "{\"colour\":1,\"format\"", "colour"},
        {"{\"format\"", "[\"format\"", "x.pbm"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        pb_bytes bytes = with_header(cases[i].from, cases[i].to);
        refused(&bytes, cases[i].why);
        pb_bytes_free(&bytes);
    }
}

/* ---- forests, as forest.md lays them out: one tree, a root and two leaves ---- */

enum { FOREST_BYTES = 32 + 4 + 3 * 12, LEAF = 0xffff };

static void put_f32(char *at, float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    put_u32(at, bits);
}

static void put_node(char *at, uint32_t pair, uint32_t feature, float value)
{
    put_u32(at, pair | feature << 16);
    put_f32(at + 4, value);
    put_f32(at + 8, 5);
}

static void a_forest(char at[FOREST_BYTES])
{
    const uint32_t head[7] = {1, PB_TREE_SQUARED, 1, 2, 1, 3, 0}; /* version .. nodes, base margin 0 */
    memcpy(at, "PBFO", 4);
    for (int i = 0; i < 7; i++) put_u32(at + 4 + 4 * i, head[i]);
    put_u32(at + 32, 3);
    put_node(at + 36, 0, 1, 0.5f);
    put_node(at + 48, LEAF, 0, -1);
    put_node(at + 60, LEAF, 0, 2);
}

/* A model with this as its only forest, the sums right. */
static pb_bytes with_forest(const char forest[FOREST_BYTES])
{
    pb_bytes bytes = with_header("\"sections\":3", "\"sections\":4");
    bytes.at       = realloc(bytes.at, bytes.len + 64 + FOREST_BYTES);
    PB_CHECK(bytes.at != NULL);
    char *at = bytes.at + bytes.len;
    memset(at, 0, 64);
    memcpy(at, "trees", 5);
    put_u32(at + 48, 2);
    put_u32(at + 56, FOREST_BYTES);
    memcpy(at + 64, forest, FOREST_BYTES);
    seal(at);
    bytes.len += 64 + FOREST_BYTES;
    return bytes;
}

PB_TEST(a_forest_inside_is_read_and_written_to_the_same_bytes)
{
    char        forest[FOREST_BYTES];
    const float left[2] = {0, 0.4f}, right[2] = {0, 0.6f};
    float       margin = 0;
    pb_model   *got    = NULL;
    pb_bytes    again  = {0};
    a_forest(forest);
    pb_bytes bytes = with_forest(forest);
    PB_CHECK_EQ(read_bytes(&bytes, &got, NULL), PB_OK);
    PB_CHECK(pb_model_forest(got, "trees") != NULL);
    pb_forest_margin(pb_model_forest(got, "trees"), left, NULL, &margin);
    PB_CHECK(margin == -1);
    pb_forest_margin(pb_model_forest(got, "trees"), right, NULL, &margin);
    PB_CHECK(margin == 2);
    PB_CHECK_EQ(pb_model_print(got, &again, NULL), PB_OK);
    PB_CHECK(again.len == bytes.len && memcmp(again.at, bytes.at, bytes.len) == 0);
    pb_bytes_free(&again);
    pb_bytes_free(&bytes);
    pb_model_destroy(got);
}

PB_TEST(a_broken_forest_is_refused_with_the_section_and_the_file)
{
    static const char *const why[] = {"the threshold is not finite",
                                      "the leaf is not finite",
                                      "a cycle",
                                      "outside the tree",
                                      "asks for feature 2 of 2",
                                      "trees"};
    for (int fault = 0; fault < 6; fault++) {
        char forest[FOREST_BYTES];
        a_forest(forest);
        if (fault == 0) put_f32(forest + 40, (float)NAN);
        if (fault == 1) put_f32(forest + 52, (float)INFINITY);
        if (fault == 2) put_node(forest + 48, 0, 0, 0);
        if (fault == 3) put_node(forest + 36, 7, 1, 0.5f);
        if (fault == 4) put_node(forest + 36, 0, 2, 0.5f);
        if (fault == 5) put_u32(forest + 20, 0x20000000u); /* half a thousand million trees */
        pb_bytes bytes = with_forest(forest);
        refused(&bytes, why[fault]);
        pb_bytes_free(&bytes);
    }
}

PB_TEST(a_packed_file_is_read_like_a_plain_one)
{
    char      path[64] = "/tmp/pb_model_XXXXXX.pbm.gz";
    int       fd       = mkstemps(path, 7);
    pb_model *model = a_model(), *got = NULL;
    pb_error  error = {0};
    PB_CHECK(fd >= 0);
    close(fd);
    PB_CHECK_EQ(pb_model_write(model, path, &error), PB_OK);
    PB_CHECK_EQ(pb_model_read_file(path, &got, &error), PB_OK);
    PB_CHECK_TEXT(pb_model_text(got, "a"), "M\xc3\xb6tley");
    pb_model_destroy(got);
    got = NULL;
    PB_CHECK_EQ(truncate(path, 60), 0);
    PB_CHECK(pb_model_read_file(path, &got, &error) != PB_OK);
    PB_CHECK(got == NULL);
    unlink(path);
    PB_CHECK_EQ(pb_model_read_file(path, &got, &error), PB_E_NOENT);
    pb_model_destroy(model);
}

PB_TEST(notes_that_are_not_one_line_or_not_finite_are_refused)
{
    pb_model     *model = a_model();
    pb_model_meta meta  = some_meta();
    strcpy(meta.data, "two\nlines");
    PB_CHECK_EQ(pb_model_set_meta(model, &meta, NULL), PB_E_RANGE);
    meta                 = some_meta();
    meta.metric[0].value = (double)NAN;
    PB_CHECK_EQ(pb_model_set_meta(model, &meta, NULL), PB_E_RANGE);
    meta           = some_meta();
    meta.n_against = PB_MODEL_METRICS_MAX + 1;
    PB_CHECK_EQ(pb_model_set_meta(model, &meta, NULL), PB_E_LIMIT);
    PB_CHECK_EQ(pb_model_meta_of(model)->races, 131);
    pb_model_destroy(model);
}

PB_TEST(a_model_of_another_kind_or_schema_does_not_fit)
{
    static const pb_feature_schema schema = {.name = "other-1"};
    const pb_model_kind            kind = {.name = "test", .schema = &schema}, bare = {.name = "bare"};
    pb_model                      *model = a_model();
    pb_error                       error = {0};
    PB_CHECK_EQ(pb_model_fits(model, &bare, &error), PB_E_UNSUPPORTED);
    PB_CHECK_HAS(error.text, "kind test, not bare");
    PB_CHECK_EQ(pb_model_fits(model, &kind, &error), PB_E_UNSUPPORTED);
    PB_CHECK_HAS(error.text, "'lap-1'");
    PB_CHECK_HAS(error.text, "pitboard train test");
    pb_model_destroy(model);
}

PB_TEST(the_fingerprint_of_data_changes_with_a_time)
{
    pb_lap          laps[2] = {{.number = 1, .session_ms = 100}, {.number = 2, .session_ms = 200}};
    pb_log_car      car     = {.code = "VER", .laps = laps, .n_laps = 2};
    pb_race_log     log     = {.season = 2023, .round = 7, .cars = &car, .n_cars = 1};
    pb_history_race race    = {.log = &log};
    pb_history      history = {.races = &race, .n = 1};
    uint64_t        before  = pb_history_hash(&history);
    PB_CHECK(pb_history_hash(&history) == before);
    laps[1].session_ms = 201;
    PB_CHECK(pb_history_hash(&history) != before);
    laps[1].session_ms = 200;
    log.round          = 8;
    PB_CHECK(pb_history_hash(&history) != before);
}

PB_TEST_MAIN(PB_RUN(what_is_written_is_read_again), PB_RUN(a_file_cut_anywhere_is_refused),
             PB_RUN(a_byte_changed_anywhere_is_refused), PB_RUN(bytes_after_the_last_section_are_refused),
             PB_RUN(something_else_and_another_version_are_told_apart),
             PB_RUN(ten_gigabytes_announced_are_refused_without_taking_them),
             PB_RUN(a_number_that_is_not_finite_is_refused_though_the_sum_is_right),
             PB_RUN(a_damaged_section_and_an_unknown_kind_are_refused), PB_RUN(the_same_name_twice_is_refused),
             PB_RUN(a_section_without_a_proper_name_is_refused), PB_RUN(a_header_that_cannot_be_right_is_refused),
             PB_RUN(a_forest_inside_is_read_and_written_to_the_same_bytes),
             PB_RUN(a_broken_forest_is_refused_with_the_section_and_the_file),
             PB_RUN(a_packed_file_is_read_like_a_plain_one),
             PB_RUN(notes_that_are_not_one_line_or_not_finite_are_refused),
             PB_RUN(a_model_of_another_kind_or_schema_does_not_fit),
             PB_RUN(the_fingerprint_of_data_changes_with_a_time))
