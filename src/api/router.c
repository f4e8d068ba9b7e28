#include "router.h"

#include <stdlib.h>
#include <string.h>

typedef struct node {
    pb_span      word;         /* borrowed of the path of a row; of a parameter: empty */
    struct node *words, *next; /* children by words; the next of the same parent */
    struct node *param, *rest; /* child for any segment; for all that are left */
    const void  *rows[PB_METHOD_OTHER];
    bool         answers;
} node;

struct pb__router {
    node root;
};

pb__router *pb__router_create(void)
{
    return calloc(1, sizeof(pb__router));
}

static void free_below(node *n)
{
    for (node *c = n->words, *next; c; c = next) {
        next = c->next;
        free_below(c);
        free(c);
    }
    if (n->param) free_below(n->param);
    free(n->param);
    free(n->rest);
}

void pb__router_destroy(pb__router *router)
{
    if (!router) return;
    free_below(&router->root);
    free(router);
}

/* Takes one segment off a path that begins with "/"; false at its end. */
static bool segment(const char **path, pb_span *out)
{
    if (**path != '/') return false;
    const char *at = *path + 1, *end = strchrnul(at, '/');
    *out  = (pb_span){at, (size_t)(end - at)};
    *path = end;
    return true;
}

static bool is_param(pb_span s)
{
    return s.len > 2 && s.at[0] == '{' && s.at[s.len - 1] == '}';
}

static bool is_rest(pb_span s)
{
    return is_param(s) && s.len > 5 && memcmp(s.at + s.len - 4, "...}", 4) == 0;
}

uint32_t pb__router_params(const char *path, pb_span out[PB__PARAMS_MAX])
{
    uint32_t n = 0;
    pb_span  s;
    while (segment(&path, &s) && n < PB__PARAMS_MAX)
        if (is_param(s)) out[n++] = (pb_span){s.at + 1, s.len - (is_rest(s) ? 5 : 2)};
    return n;
}

static node *word_child(const node *n, pb_span word)
{
    for (node *c = n->words; c; c = c->next)
        if (c->word.len == word.len && memcmp(c->word.at, word.at, word.len) == 0) return c;
    return NULL;
}

/* The child for a segment of a row's path, made when it is new; NULL when out of memory. */
static node *child(node *n, pb_span s)
{
    node **to  = is_rest(s) ? &n->rest : &n->param;
    node  *old = is_param(s) ? *to : word_child(n, s);
    if (old) return old;
    node *made = calloc(1, sizeof *made);
    if (!made) return NULL;
    if (is_param(s)) {
        *to = made;
    } else {
        made->word = s;
        made->next = n->words;
        n->words   = made;
    }
    return made;
}

pb_status pb__router_add(pb__router *router, pb_method method, const char *path, const void *row, pb_error *error)
{
    node       *at   = &router->root;
    const char *left = path;
    pb_span     s, unused[PB__PARAMS_MAX];
    uint32_t    n = 0, params = 0;
    if (method >= PB_METHOD_OTHER || path[0] != '/')
        return pb_error_set(error, PB_E_RANGE, "%s: a route has a method and a path that begins with /", path);
    while (segment(&left, &s)) {
        params += is_param(s);
        if (++n > PB__SEGMENTS_MAX || params > PB__PARAMS_MAX || (is_rest(s) && *left))
            return pb_error_set(error, PB_E_RANGE, "%s: too long, or {rest...} is not the last", path);
        at = child(at, s);
        if (!at) return pb_error_set(error, PB_E_NOMEM, "out of memory for the routes");
    }
    if (at->rows[method]) return pb_error_set(error, PB_E_RANGE, "%s %s: is there twice", pb_method_name(method), path);
    PB_ASSERT(pb__router_params(path, unused) == params);
    at->rows[method] = row;
    at->answers      = true;
    return PB_OK;
}

/* Depth first, words before parameters; out->n_params says how many the way has taken so far. */
static bool find(const node *n, const char *path, pb__match *out)
{
    pb_span     s;
    const char *left  = path;
    uint32_t    taken = out->n_params;
    if (!segment(&left, &s)) {
        if (!n->answers) return false;
        out->rows = n->rows;
        return true;
    }
    const node *c = word_child(n, s);
    if (c && find(c, left, out)) return true;
    if (n->param && s.len > 0 && taken < PB__PARAMS_MAX) {
        out->n_params     = taken + 1;
        out->param[taken] = s;
        if (find(n->param, left, out)) return true;
    }
    if (n->rest && path[1] && taken < PB__PARAMS_MAX) {
        out->n_params     = taken + 1;
        out->param[taken] = pb_span_of(path + 1);
        out->rows         = n->rest->rows;
        return true;
    }
    out->n_params = taken;
    return false;
}

bool pb__router_find(const pb__router *router, const char *path, pb__match *out)
{
    out->n_params = 0;
    return find(&router->root, path, out);
}
