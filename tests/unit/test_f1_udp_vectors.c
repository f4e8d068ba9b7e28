/* Datagrams of real games, 2018 to 2023: every value that their first decoder gave. */
#include "f1_udp_fixture.h"

#define FOLDER PB_SHARED_DIR "/data/f1-game-udp/"

static const char *const files[] = {"vectors_2018.jsonl", "vectors_2019.jsonl", "vectors_2020.jsonl",
                                    "vectors_2021.jsonl", "vectors_2022.jsonl", "vectors_2023.jsonl",
                                    "recorded_2022.jsonl"};

typedef struct vector {
    pb_json_doc *doc;
    pb_json      root;
    uint8_t      at[PB__F1_DATAGRAM_MAX];
    size_t       size;
    unsigned     format;
} vector;

typedef void vector_use(const vector *v, void *with);

static size_t unhex(const char *hex, uint8_t *to, size_t cap)
{
    size_t   n = 0;
    unsigned byte;
    for (; hex[2 * n] && n < cap && sscanf(hex + 2 * n, "%2x", &byte) == 1; n++) to[n] = (uint8_t)byte;
    return n;
}

static void use_line(pb_span line, vector_use *use, void *with)
{
    static char hex[2 * PB__F1_DATAGRAM_MAX + 1];
    vector      v;
    int64_t     format = 0;
    PB_CHECK_EQ(pb_json_parse(line, "vector", &v.doc, NULL), PB_OK);
    v.root = pb_json_root(v.doc);
    PB_CHECK_EQ(pb_json_text(pb_json_get(v.root, "hex"), hex, sizeof hex, NULL), PB_OK);
    PB_CHECK_EQ(pb_json_i64(pb_json_get(v.root, "format"), 2018, 2025, &format, NULL), PB_OK);
    v.size   = unhex(hex, v.at, sizeof v.at);
    v.format = (unsigned)format;
    use(&v, with);
    pb_json_free(v.doc);
}

static uint32_t each_vector(vector_use *use, void *with)
{
    uint32_t n = 0;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char     path[4096];
        pb_bytes text = {0};
        (void)snprintf(path, sizeof path, FOLDER "%s", files[i]);
        pb_need_shared(path);
        PB_CHECK_EQ(pb_file_read(path, 0, &text, NULL), PB_OK);
        for (char *at = text.at, *end; (end = strchr(at, '\n')); at = end + 1, n++)
            use_line((pb_span){at, (size_t)(end - at)}, use, with);
        pb_bytes_free(&text);
    }
    return n;
}

/* The object that print makes of it; free both. */
static pb_json_doc *printed(const void *at, size_t size, char **text)
{
    pb_json_writer w;
    pb_json_doc   *doc = NULL;
    size_t         len = 0;
    FILE          *to  = open_memstream(text, &len);
    pb_json_begin(&w, to, 0);
    PB_CHECK_EQ(pb_f1_udp_print((pb_span){at, size}, &w, NULL), PB_OK);
    pb_json_end(&w);
    (void)fclose(to);
    PB_CHECK_EQ(pb_json_parse((pb_span){*text, len}, "printed", &doc, NULL), PB_OK);
    PB_CHECK_EQ(memchr(*text, '\n', len) == *text + len - 1, 1);
    return doc;
}

/* ---- what was parsed is there, under its name without m_, per-car arrays as cars ---- */

static const char *printed_name(const char *name)
{
    static const char *const per_car[] = {"m_carMotionData",      "m_lapData",          "m_participants",
                                          "m_carSetups",          "m_carTelemetryData", "m_carStatusData",
                                          "m_classificationData", "m_lobbyPlayers",     "m_carDamageData"};
    for (size_t i = 0; i < sizeof per_car / sizeof *per_car; i++)
        if (strcmp(name, per_car[i]) == 0) return "cars";
    return strncmp(name, "m_", 2) == 0 ? name + 2 : name;
}

static void compare(pb_json want, pb_json got, uint32_t *values);

static void compare_members(pb_json want, pb_json got, uint32_t *values)
{
    const char *keys[256];
    size_t      n = pb_json_keys(want, keys, 256);
    for (size_t i = 0; i < n; i++) {
        pb_json member = pb_json_get(got, printed_name(keys[i]));
        if (!pb_json_present(member)) print_error("%s: %s is missing\n", got.pointer, keys[i]);
        PB_CHECK(pb_json_present(member));
        compare(pb_json_get(want, keys[i]), member, values);
    }
}

static void compare_value(pb_json want, pb_json got, uint32_t *values)
{
    double a = 0, b = 0;
    char   x[256], y[256];
    ++*values;
    if (pb_json_f64(want, -1e300, 1e300, &a, NULL) == PB_OK) {
        PB_CHECK_EQ(pb_json_f64(got, -1e300, 1e300, &b, NULL), PB_OK);
        bool same = a == b || (float)a == (float)b;
        if (!same) print_error("%s: %.17g, wanted %.17g\n", got.pointer, b, a);
        PB_CHECK(same);
        return;
    }
    PB_CHECK_EQ(pb_json_text(want, x, sizeof x, NULL), PB_OK);
    PB_CHECK_EQ(pb_json_text(got, y, sizeof y, NULL), PB_OK);
    PB_CHECK_TEXT(x, y);
}

static void compare(pb_json want, pb_json got, uint32_t *values)
{
    if (pb_json_is_object(want, NULL) == PB_OK) {
        compare_members(want, got, values);
    } else if (pb_json_is_array(want, 0, SIZE_MAX, NULL) == PB_OK) {
        PB_CHECK_EQ(pb_json_length(want), pb_json_length(got));
        for (size_t i = 0; i < pb_json_length(want); i++) compare(pb_json_at(want, i), pb_json_at(got, i), values);
    } else {
        compare_value(want, got, values);
    }
}

typedef struct tally {
    uint32_t parsed, values;
} tally;

static void compare_vector(const vector *v, void *with)
{
    tally       *t    = with;
    char        *text = NULL, name[64];
    pb_json_doc *doc  = printed(v->at, v->size, &text);
    pb_json      got = pb_json_root(doc), want = pb_json_get(v->root, "parsed");
    if (pb_json_present(want)) {
        t->parsed++;
        PB_CHECK_EQ(pb_json_text(pb_json_get(v->root, "packet"), name, sizeof name, NULL), PB_OK);
        uint32_t none = 0;
        compare_value(pb_json_get(v->root, "packet"), pb_json_get(got, "packet"), &none);
        compare(want, got, &t->values);
    }
    pb_json_free(doc);
    free(text);
}

PB_TEST(every_value_of_every_datagram_is_the_one_its_first_decoder_gave)
{
    tally t = {0};
    PB_CHECK_EQ(each_vector(compare_vector, &t), 140);
    PB_CHECK_EQ(t.parsed, 70);
    PB_CHECK(t.values > 25000);
}

/* ---- sizes, cuts, feeding ---- */

static void check_size(const vector *v, void *with)
{
    (void)with;
    PB_CHECK_EQ(pb_f1_udp_size((pb_span){(const char *)v->at, v->size}), v->size);
}

PB_TEST(a_datagram_says_itself_how_long_it_is)
{
    each_vector(check_size, NULL);
}

static void cut_everywhere(const vector *v, void *with)
{
    heard         *h = with;
    pb_json_writer w;
    FILE          *nowhere = fopen("/dev/null", "w");
    pb_json_begin(&w, nowhere, 0);
    for (size_t len = 0; len < v->size; len++) {
        uint8_t *exact = malloc(len ? len : 1); /* so that a sanitizer sees a byte too far */
        memcpy(exact, v->at, len);
        forget(h);
        hear_bytes(h, exact, len);
        PB_CHECK_EQ(h->n_refused, 1);
        PB_CHECK_EQ(h->n_events + h->n_points, 0);
        PB_CHECK(pb_f1_udp_print((pb_span){(const char *)exact, len}, &w, NULL) != PB_OK);
        free(exact);
    }
    PB_CHECK_EQ(ftell(nowhere), 0);
    (void)fclose(nowhere);
    forget(h);
}

PB_TEST(a_datagram_cut_at_any_byte_is_refused_and_changes_nothing)
{
    heard *h = listen();
    each_vector(cut_everywhere, h);
    hang_up(h);
}

static void feed_twice(const vector *v, void *with)
{
    heard *h = with;
    hear_bytes(h, v->at, v->size);
    hear_bytes(h, v->at, v->size);
}

PB_TEST(all_of_them_can_be_fed_in_any_order_and_twice)
{
    heard *h = listen();
    each_vector(feed_twice, h);
    PB_CHECK(h->n_events > 100);
    for (uint32_t i = 0; i < h->n_events; i++)
        PB_CHECK(h->events[i].kind > PB_EV_NONE && h->events[i].kind < PB_EV_N && h->events[i].car >= 0);
    hang_up(h);
}

PB_TEST_MAIN(PB_RUN(every_value_of_every_datagram_is_the_one_its_first_decoder_gave),
             PB_RUN(a_datagram_says_itself_how_long_it_is),
             PB_RUN(a_datagram_cut_at_any_byte_is_refused_and_changes_nothing),
             PB_RUN(all_of_them_can_be_fed_in_any_order_and_twice))
