/* Any bytes as JSON: a document or one line of words, and every cursor verb keeps its promises. */
#include <stdlib.h>
#include <string.h>

#include "pitboard/codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void touch(pb_json at)
{
    static const char *const keys[] = {"a", "cars", "pace_s"};
    double                   f;
    int64_t                  i;
    bool                     b;
    char                     text[8];
    pb_error                 e;
    pb_json_f64(at, -1, 1, &f, &e);
    pb_json_i64(at, -1, 1, &i, &e);
    pb_json_bool(at, &b, &e);
    pb_json_text(at, text, sizeof text, &e);
    pb_json_only_keys(at, keys, 3, &e);
    pb_json_is_array(at, 1, 2, &e);
    if (strlen(at.pointer) >= sizeof at.pointer) abort();
}

static void walk(pb_json at, int depth)
{
    touch(at);
    if (depth == 0) return;
    for (size_t i = 0; i < pb_json_length(at) && i < 4; i++) walk(pb_json_at(at, i), depth - 1);
    if (pb_json_present(pb_json_get(at, "a"))) walk(pb_json_get(at, "a"), depth - 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pb_json_doc *doc = NULL;
    pb_error     e   = {0};
    pb_status    s   = pb_json_parse((pb_span){(const char *)data, size}, "fuzz.json", &doc, &e);
    if (s != PB_OK) {
        if (e.status != s || strncmp(e.text, "fuzz.json:", 10) != 0 || strchr(e.text, '\n') || doc) abort();
        return 0;
    }
    walk(pb_json_root(doc), 5);
    pb_json_free(doc);
    return 0;
}
