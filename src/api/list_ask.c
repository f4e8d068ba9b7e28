/* What part of a list is wanted: limit=50&cursor=...&sort=-lap,driver&fields=lap,time_s&driver=VER */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core.h"

#define LIMIT_USUAL 100
#define LIMIT_MAX 1000
#define MEMBERS_MAX 256
#define CURSOR_DIGITS 16

const char *const pb__list_words[4] = {"limit", "cursor", "sort", "fields"};

bool pb__list_is_plain(const pb__schemas *schemas, pb_json schema)
{
    return pb__schema_takes(schemas, schema, "string") || pb__schema_takes(schemas, schema, "number") ||
           pb__schema_takes(schemas, schema, "integer") || pb__schema_takes(schemas, schema, "boolean");
}

void pb__list_free(pb__list *list)
{
    if (!list) return;
    for (uint32_t i = 0; i < list->n_filters; i++) pb_json_free(list->filter[i].value);
    free(list->words);
    free(list);
}

static bool wrong(pb_request *r, const char *name, const char *format, const char *value)
    __attribute__((format(printf, 3, 0)));
static bool wrong(pb_request *r, const char *name, const char *format, const char *value)
{
    char text[PB_ERROR_TEXT_MAX + 64];
    (void)snprintf(text, sizeof text, format, value);
    return pb_reply_problem(&r->reply, 400, name, "%s", text) == PB_OK;
}

static pb_json members(const pb_request *r)
{
    return pb_json_member(pb__schema_follow(r->api->schemas, r->row->answer), "properties");
}

static void mix(uint32_t *hash, const char *text)
{
    for (; *text; text++) *hash = (*hash ^ (unsigned char)*text) * 16777619u; /* FNV-1a */
    *hash = (*hash ^ 0xffu) * 16777619u;
}

/* ---- limit and cursor ---- */

static bool read_limit(pb_request *r, const char *text)
{
    int64_t n = LIMIT_USUAL;
    if (text && (!pb_span_to_i64(pb_span_of(text), &n) || n < 1 || n > LIMIT_MAX))
        return wrong(r, "limit", "%.40s is no number of 1 .. 1000", text);
    r->list->limit = (uint32_t)n;
    return true;
}

/* Place and question, eight hex digits each. */
static bool read_cursor(pb_request *r, const char *text)
{
    if (!text) return true;
    if (strlen(text) != CURSOR_DIGITS || strspn(text, "0123456789abcdef") != CURSOR_DIGITS)
        return wrong(r, "cursor", "%.40s was not given out here (take \"next\" of the answer before)", text);
    uint64_t both = strtoull(text, NULL, 16);
    uint32_t same = (uint32_t)both;
    if (same != r->list->same)
        return wrong(r, "cursor", "%.40s belongs to another sort or filter (begin again without it)", text);
    r->list->offset = (uint32_t)(both >> 32);
    return true;
}

/* ---- sort and fields: names with commas between ---- */

static bool refuse_member(pb_request *r, const char *of, const char *name, bool plain)
{
    const char *names[MEMBERS_MAX];
    pb_json     all = members(r);
    size_t      n   = pb_json_keys(all, names, MEMBERS_MAX);
    const char *near;
    if (plain && pb_json_present(pb_json_member(all, name)))
        return wrong(r, of, "%.60s holds more than one value and has no order", name);
    near = pb_nearest(pb_span_of(name), names, n < MEMBERS_MAX ? n : MEMBERS_MAX);
    if (!near) return wrong(r, of, "%.60s is not a member of these items", name);
    return pb_reply_problem(&r->reply, 400, of, "%.60s is not a member of these items (did you mean \"%s\"?)", name,
                            near) == PB_OK;
}

static bool take_sort(pb_request *r, char *name)
{
    bool down = name[0] == '-';
    name += down;
    pb_json schema = pb_json_member(members(r), name);
    if (!pb_json_present(schema) || !pb__list_is_plain(r->api->schemas, schema))
        return refuse_member(r, "sort", name, true);
    if (r->list->n_sort == PB__LIST_SORT_MAX) return wrong(r, "sort", "%s", "more than 8 names");
    r->list->sort[r->list->n_sort].name   = name;
    r->list->sort[r->list->n_sort++].down = down;
    return true;
}

static bool take_field(pb_request *r, char *name)
{
    if (!pb_json_present(pb_json_member(members(r), name))) return refuse_member(r, "fields", name, false);
    if (r->list->n_fields == PB__LIST_FIELDS_MAX) return wrong(r, "fields", "%s", "more than 64 names");
    for (uint32_t i = 0; i < r->list->n_fields; i++)
        if (strcmp(r->list->field[i], name) == 0) return true;
    r->list->field[r->list->n_fields++] = name;
    return true;
}

static bool each_name(pb_request *r, char *text, bool (*take)(pb_request *, char *))
{
    for (char *at = text, *next; at; at = next) {
        next = strchr(at, ',');
        if (next) *next++ = '\0';
        if (!take(r, at)) return false;
    }
    return true;
}

static bool read_names(pb_request *r, const char *sort, const char *fields)
{
    size_t n_sort = sort ? strlen(sort) + 1 : 0, n_fields = fields ? strlen(fields) + 1 : 0;
    r->list->words = malloc(n_sort + n_fields + 1);
    if (!r->list->words) return pb_reply_problem(&r->reply, 503, "", "out of memory") == PB_OK;
    char *to = r->list->words;
    if (sort && !each_name(r, memcpy(to, sort, n_sort), take_sort)) return false;
    return !fields || each_name(r, memcpy(to + n_sort, fields, n_fields), take_field);
}

/* ---- filters ---- */

static bool is_word(const char *name)
{
    for (size_t i = 0; i < sizeof pb__list_words / sizeof *pb__list_words; i++)
        if (strcmp(pb__list_words[i], name) == 0) return true;
    return false;
}

/* What the member could never be is a mistake, not an empty answer. */
static bool take_filter(pb_request *r, const pb__pair *pair)
{
    pb_json    schema = pb_json_member(members(r), pair->name);
    pb__misfit misfit;
    pb_error   error;
    if (r->list->n_filters == PB__LIST_FILTERS_MAX) return wrong(r, pair->name, "%s", "more than 16 filters");
    if (!pb__schema_check_text(r->api->schemas, schema, pair->value, &misfit))
        return wrong(r, pair->name, "%s", misfit.text);
    pb_json_doc **to = &r->list->filter[r->list->n_filters].value;
    if (pb__schema_read_text(r->api->schemas, schema, pair->value, to, &error) != PB_OK)
        return wrong(r, pair->name, "%s", error.text);
    r->list->filter[r->list->n_filters++].name = pair->name;
    mix(&r->list->same, pair->name);
    mix(&r->list->same, pair->value);
    return true;
}

static bool read_filters(pb_request *r)
{
    for (uint32_t i = 0; i < r->n_query; i++) {
        const pb__pair *p = &r->query[i];
        if (is_word(p->name) || pb__query_of_row(r->row, p->name) < r->row->n_query) continue;
        if (!take_filter(r, p)) return false;
    }
    return true;
}

bool pb__list_read(pb_request *r)
{
    const char *sort = pb__query_value(r, "sort");
    r->list          = calloc(1, sizeof *r->list);
    if (!r->list) return pb_reply_problem(&r->reply, 503, "", "out of memory") == PB_OK;
    r->list->same = 2166136261u;
    mix(&r->list->same, sort ? sort : "");
    return read_limit(r, pb__query_value(r, "limit")) && read_names(r, sort, pb__query_value(r, "fields")) &&
           read_filters(r) && read_cursor(r, pb__query_value(r, "cursor"));
}

bool pb_request_window(const pb_request *r, const char *filter, uint32_t *offset, uint32_t *limit)
{
    const pb__list *list = r->list;
    if (list->n_sort > 0) return false;
    for (uint32_t i = 0; i < list->n_filters; i++)
        if (!filter || strcmp(list->filter[i].name, filter) != 0) return false;
    *offset = list->offset;
    *limit  = list->limit;
    return true;
}

void pb_reply_total(pb_reply *reply, uint32_t n)
{
    reply->request->list->is_window = true;
    reply->request->list->total     = n;
}
