/* Any bytes as the body of a request (the first names the schema, the second how it is packed), and as the query of
 * a list: it is taken or it is a problem with words, and memory stays within its limits. */
#include <stdlib.h>
#include <string.h>

#include "api/core.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define UNPACKED_MAX ((size_t)256 << 10)

static pb__schemas *schemas(void)
{
    static pb__schemas *made;
    if (!made && pb__schemas_create(NULL, &made, NULL) != PB_OK) abort();
    return made;
}

static pb_json schema_of(uint8_t which)
{
    size_t n = 0;
    while (pb__schemas_name(schemas(), n)) n++;
    return pb__schemas_find(schemas(), pb__schemas_name(schemas(), which % n));
}

static void read_body(pb_json schema, pb_span text)
{
    pb_json_doc *doc = NULL;
    pb__misfit   m   = {0};
    pb_error     e;
    if (pb_json_parse(text, "body", &doc, &e) != PB_OK) return;
    if (!pb__schema_check(schemas(), schema, pb_json_root(doc), &m) && !m.text[0]) abort();
    if (strlen(m.pointer) >= sizeof m.pointer || (m.pointer[0] && m.pointer[0] != '/')) abort();
    pb_json_free(doc);
}

static void unpack(pb_json schema, uint8_t how, pb_span packed)
{
    static const char *const encodings[] = {"gzip", "zstd", "x-gzip", "br"};
    pb_bytes                 plain       = {0};
    pb_error                 e           = {0};
    if (how % 8 >= 4) {
        read_body(schema, packed);
        return;
    }
    int wrong = pb__unpack(encodings[how % 4], packed, UNPACKED_MAX, &plain, &e);
    if (wrong == 0 && plain.len > UNPACKED_MAX) abort();
    if (wrong != 0 && (plain.at || !e.text[0])) abort();
    if (wrong == 0) read_body(schema, (pb_span){plain.at, plain.len});
    pb_bytes_free(&plain);
}

static void end(pb_request *r)
{
    if (r->reply.to) fclose(r->reply.to);
    free(r->reply.at);
    pb__list_free(r->list);
}

/* name=value&name=value, as they are: decoding is the business of test_api_core. */
static void ask_list(pb_json schema, char *text)
{
    pb_route   route = {.flags = PB_ROUTE_LIST};
    pb__row    row   = {.route = &route, .answer = schema};
    pb_api     api   = {.schemas = schemas()};
    pb_request r     = {.api = &api, .row = &row};
    char      *save  = NULL;
    r.reply.request  = &r;
    for (char *pair = strtok_r(text, "&", &save); pair && r.n_query < PB__QUERY_MAX;
         pair       = strtok_r(NULL, "&", &save)) {
        char *is = strchr(pair, '=');
        if (is) *is++ = '\0';
        r.query[r.n_query++] = (pb__pair){pair, is ? is : ""};
    }
    bool good = pb__query_check(&r);
    if (good != !r.reply.is_problem || (good && (!r.list || r.list->limit < 1 || r.list->limit > 1000))) abort();
    end(&r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2) return 0;
    pb_json schema = schema_of(data[0]);
    pb_span rest   = {(const char *)data + 2, size - 2};
    unpack(schema, data[1], rest);
    char *copy = malloc(rest.len + 1);
    if (!copy) return 0;
    memcpy(copy, rest.at, rest.len);
    copy[rest.len] = '\0';
    if (pb_utf8_valid(rest)) ask_list(schema, copy);
    free(copy);
    return 0;
}
