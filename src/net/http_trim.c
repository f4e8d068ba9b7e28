/* A folder of fetched files kept below a size: the longest unused go first. */
#include <errno.h>
#include <fts.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "http_entry.h"
#include "pitboard/net_http.h"

/* A fetched file with its meta, or a part with its own. */
typedef struct kept {
    char    *path; /* without the ending; ours */
    bool     part;
    uint64_t bytes;
    int64_t  used_ms;
} kept;

typedef struct shelf {
    kept  *at;
    size_t n, cap;
} shelf;

static void shelf_free(shelf *s)
{
    for (size_t i = 0; i < s->n; i++) free(s->at[i].path);
    free(s->at);
}

static bool ends_with(const char *path, const char *end, size_t *stem)
{
    size_t len = strlen(path), tail = strlen(end);
    if (len <= tail || strcmp(path + len - tail, end) != 0) return false;
    *stem = len - tail;
    return true;
}

static bool put(shelf *s, const char *path, size_t stem, bool part, const struct stat *st)
{
    if (s->n == s->cap) {
        size_t cap  = s->cap ? 2 * s->cap : 64;
        kept  *more = realloc(s->at, cap * sizeof *more);
        if (!more) return false;
        s->at  = more;
        s->cap = cap;
    }
    kept k = {.path = strndup(path, stem), .part = part};
    if (!k.path) return false;
    k.used_ms = (int64_t)st->st_mtim.tv_sec * 1000 + st->st_mtim.tv_nsec / 1000000;
    struct stat body;
    if (part)
        k.bytes = (uint64_t)st->st_size;
    else if (stat(k.path, &body) == 0)
        k.bytes = (uint64_t)body.st_size;
    s->at[s->n++] = k;
    return true;
}

static bool look(FTS *walk, shelf *s)
{
    for (FTSENT *e; (e = fts_read(walk));) {
        size_t stem;
        if (e->fts_info != FTS_F) continue;
        if (ends_with(e->fts_path, PB__META_END, &stem) && !put(s, e->fts_path, stem, false, e->fts_statp))
            return false;
        if (ends_with(e->fts_path, PB__PART_END, &stem) && !put(s, e->fts_path, stem, true, e->fts_statp)) return false;
    }
    return true;
}

static int by_use(const void *a, const void *b)
{
    const kept *x = a, *y = b;
    if (x->used_ms != y->used_ms) return x->used_ms < y->used_ms ? -1 : 1;
    return strcmp(x->path, y->path);
}

static void drop(const char *path, const char *end)
{
    char name[PATH_MAX];
    if ((size_t)snprintf(name, sizeof name, "%s%s", path, end) < sizeof name) unlink(name);
}

/* The meta goes last: without it the file would be nobody's. */
static void discard(const kept *k)
{
    drop(k->path, k->part ? PB__PART_END : "");
    drop(k->path, k->part ? PB__PART_META_END : PB__META_END);
}

static uint64_t discard_oldest(const shelf *s, uint64_t bytes_max, int64_t keep_ms)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < s->n; i++) sum += s->at[i].bytes;
    for (size_t i = 0; i < s->n && sum > bytes_max && s->at[i].used_ms < keep_ms; i++) {
        discard(&s->at[i]);
        sum -= s->at[i].bytes;
    }
    return sum;
}

pb_status pb_http_trim(const char *folder, uint64_t bytes_max, int64_t keep_ms, uint64_t *left, pb_error *error)
{
    char       *copy    = strdup(folder);
    char *const roots[] = {copy, NULL};
    shelf       s       = {0};
    errno               = 0;
    FTS *walk           = copy ? fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, NULL) : NULL;
    bool looked         = walk && look(walk, &s);
    if (walk) fts_close(walk);
    free(copy);
    if (looked) {
        if (s.n > 1) qsort(s.at, s.n, sizeof *s.at, by_use);
        *left = discard_oldest(&s, bytes_max, keep_ms);
    }
    shelf_free(&s);
    return looked ? PB_OK : pb_error_set(error, PB_E_NOMEM, "%s: the cache cannot be looked through", folder);
}
