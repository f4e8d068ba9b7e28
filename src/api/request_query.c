/* The query of a request against its row: every name is known, every value fits. */
#include <string.h>

#include "core.h"

#define NAMES_MAX 256

uint32_t pb__query_of_row(const pb__row *row, const char *name)
{
    uint32_t i = 0;
    while (i < row->n_query && strcmp(row->route->query[i].name, name) != 0) i++;
    return i;
}

static size_t known_names(const pb_request *r, const char **out, size_t cap)
{
    size_t      n = 0;
    const char *members[NAMES_MAX];
    for (; n < r->row->n_query; n++) out[n] = r->row->route->query[n].name;
    if (!(r->row->route->flags & PB_ROUTE_LIST)) return n;
    for (size_t i = 0; i < 4; i++) out[n++] = pb__list_words[i];
    pb_json properties = pb_json_member(pb__schema_follow(r->api->schemas, r->row->answer), "properties");
    size_t  n_members  = pb_json_keys(properties, members, NAMES_MAX);
    for (size_t i = 0; i < n_members && i < NAMES_MAX && n < cap; i++)
        if (pb__list_is_plain(r->api->schemas, pb_json_member(properties, members[i]))) out[n++] = members[i];
    return n;
}

static bool is_known(const char *name, const char **names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], name) == 0) return true;
    return false;
}

static bool refuse_name(pb_request *r, const char *name, const char *const *names, size_t n)
{
    const char *near = pb_nearest(pb_span_of(name), names, n);
    if (near)
        return pb_reply_problem(&r->reply, 400, name, "%.60s is not known in this query (did you mean \"%s\"?)", name,
                                near) == PB_OK;
    return pb_reply_problem(&r->reply, 400, name, "%.60s is not known in this query (remove it)", name) == PB_OK;
}

static bool check_pair(pb_request *r, const pb__pair *pair)
{
    pb__misfit misfit;
    uint32_t   i = pb__query_of_row(r->row, pair->name);
    if (i == r->row->n_query) return true;
    if (pb__schema_check_text(r->api->schemas, r->row->query[i], pair->value, &misfit)) return true;
    return pb_reply_problem(&r->reply, 400, pair->name, "%s", misfit.text) == PB_OK;
}

bool pb__query_check(pb_request *r)
{
    const char *names[NAMES_MAX + PB_ROUTE_QUERIES + 4];
    bool        list = (r->row->route->flags & PB_ROUTE_LIST) != 0;
    size_t      n    = r->n_query > 0 ? known_names(r, names, sizeof names / sizeof *names) : 0;
    for (uint32_t i = 0; i < r->n_query; i++) {
        if (!is_known(r->query[i].name, names, n)) return refuse_name(r, r->query[i].name, names, n);
        if (!check_pair(r, &r->query[i])) return false;
    }
    return !list || pb__list_read(r);
}
