/* Any bytes as a request of HTTP/1: the head, its path, its body. What is read lies inside what was given, and comes
 * out the same however it is cut. */
#include <stdlib.h>
#include <string.h>

#include "net/server_head.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void inside(pb_span part, pb_span all)
{
    if (part.len > 0 && (part.at < all.at || part.at + part.len > all.at + all.len)) abort();
}

static void check_path(const pb__request *r)
{
    const char *path, *query, *why = NULL;
    char       *to = malloc(r->target.len + 2);
    if (!to) return;
    if (pb__path_read(r->target, to, &path, &query, &why) == 0) {
        if (path[0] != '/' || strstr(path, "/../") || strstr(path, "//")) abort();
        if (strlen(path) + strlen(query) > r->target.len) abort();
    } else if (!why) {
        abort();
    }
    free(to);
}

/* The body in steps of so many bytes: its length, and how it ended. */
static size_t read_body(const pb__request *r, pb_span bytes, size_t step, int *status, bool *done)
{
    pb__body    b     = pb__body_begin(r);
    size_t      total = 0;
    const char *why;
    *status = 0;
    while (bytes.len > 0 && !b.done && *status == 0) {
        size_t  n = bytes.len < step ? bytes.len : step, used;
        pb_span data;
        *status = pb__body_take(&b, (pb_span){bytes.at, n}, &data, &used, &why);
        if (*status != 0) break;
        inside(data, (pb_span){bytes.at, n});
        if (used == 0 || used > n) abort();
        total += data.len;
        bytes.at += used;
        bytes.len -= used;
    }
    *done = b.done;
    return total;
}

static void check_body(const pb__request *r, pb_span rest)
{
    int    one, two;
    bool   whole, cut;
    size_t a = read_body(r, rest, SIZE_MAX, &one, &whole), b = read_body(r, rest, 3, &two, &cut);
    if (one != two || whole != cut || (one == 0 && a != b)) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pb_span     all = {(const char *)data, size};
    pb__request r;
    const char *why    = NULL;
    int         status = pb__request_read(all, &r, &why);
    if (status > 0 && !why) abort();
    if (status != 0) return 0;
    if (r.bytes > size || (r.chunked && r.has_length)) abort();
    inside(r.target, all);
    for (uint32_t i = 0; i < r.n_fields; i++) inside(r.fields[i].value, all);
    check_path(&r);
    check_body(&r, (pb_span){all.at + r.bytes, all.len - r.bytes});
    return 0;
}
