/* A GET into a file: whole or not there, gone on with, and not sent again. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "http.h"
#include "http_entry.h"

typedef struct fetch {
    pb_http                     *http;
    const char                  *path, *url;
    const pb_http_fetch_options *options;
    char                         meta[PATH_MAX], part[PATH_MAX], part_meta[PATH_MAX];
    int                          fd; /* of the part */
    uint64_t                     have;
    pb__entry                    old;   /* of the file at path, when it is right */
    pb__entry                    begun; /* of the part */
    bool                         has_old, has_begun;
    pb_http_file                 result;
} fetch;

/* ---- what is there ---- */

static pb_status name_files(fetch *f, pb_error *error)
{
    int a = snprintf(f->meta, sizeof f->meta, "%s%s", f->path, PB__META_END);
    int b = snprintf(f->part, sizeof f->part, "%s%s", f->path, PB__PART_END);
    int c = snprintf(f->part_meta, sizeof f->part_meta, "%s%s", f->path, PB__PART_META_END);
    if (a >= PATH_MAX || b >= PATH_MAX || c >= PATH_MAX)
        return pb_error_set(error, PB_E_LIMIT, "%s: the path is too long", f->path);
    return pb__make_folders(f->path, error);
}

/* The file of a former time counts when it is to the byte what it was. */
static void look_at_old(fetch *f)
{
    uint64_t bytes = 0;
    char     sha[65];
    f->has_old = pb__entry_read(f->meta, f->url, &f->old) == PB_OK &&
                 pb__file_sha256(f->path, &bytes, sha, NULL) == PB_OK && (int64_t)bytes == f->old.bytes &&
                 strcmp(sha, f->old.sha256) == 0 && (f->options->bytes < 0 || f->options->bytes == f->old.bytes) &&
                 (!f->options->check || f->options->check(f->options->check_context, f->path, NULL) == PB_OK);
}

static bool is_fresh(const fetch *f)
{
    int64_t age = pb__http_utc_ms(f->http) - f->old.fetched_ms;
    if (!f->has_old) return false;
    if (f->options->etag) return strcmp(f->options->etag, f->old.etag) == 0;
    return age >= 0 && age < f->options->max_age_ms;
}

static pb_status open_part(fetch *f, pb_error *error)
{
    struct stat st, named;
    f->fd = open(f->part, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (f->fd < 0) return pb_error_set(error, PB_E_IO, "%s: cannot be written: %s", f->part, strerror(errno));
    bool ours = flock(f->fd, LOCK_EX | LOCK_NB) == 0 && fstat(f->fd, &st) == 0;
    if (!ours || stat(f->part, &named) != 0 || st.st_ino != named.st_ino) /* it may just have been renamed */
        return pb_error_set(error, PB_E_IO, "%s: another process is fetching it (wait for it)", f->path);
    f->has_begun         = st.st_size > 0 && pb__entry_read(f->part_meta, f->url, &f->begun) == PB_OK;
    f->have              = f->has_begun ? (uint64_t)st.st_size : 0;
    f->result.resumed_at = f->have;
    return PB_OK;
}

/* ---- the sink ---- */

/* What proves that the rest belongs to the beginning; a weak etag does not. */
static const char *proof_of(const pb__entry *e)
{
    if (e->etag[0] == '"') return e->etag;
    return e->last_modified[0] ? e->last_modified : NULL;
}

static struct curl_slist *add(struct curl_slist *list, const char *name, const char *value)
{
    char text[256];
    int  n = snprintf(text, sizeof text, "%s: %s", name, value);
    if (n < 0 || n >= (int)sizeof text) return list;
    struct curl_slist *more = curl_slist_append(list, text);
    return more ? more : list;
}

static struct curl_slist *begin(void *context, struct curl_slist *list)
{
    fetch *f = context;
    char   range[64];
    if (f->has_begun && f->have > 0 && proof_of(&f->begun)) {
        snprintf(range, sizeof range, "bytes=%llu-", (unsigned long long)f->have);
        list = add(list, "Range", range);
        return add(list, "If-Range", proof_of(&f->begun));
    }
    f->have = 0;
    if (!f->has_old) return list;
    if (f->old.etag[0]) list = add(list, "If-None-Match", f->old.etag);
    if (f->old.last_modified[0]) list = add(list, "If-Modified-Since", f->old.last_modified);
    return list;
}

static pb__sink_says forget(fetch *f, pb_error *error, const char *why)
{
    f->has_begun = false;
    f->have      = 0;
    unlink(f->part_meta);
    pb_error_set(error, PB_E_IO, "%s", why);
    return PB__SINK_AGAIN;
}

static pb__sink_says stop(pb_error *error, const char *path)
{
    pb_error_set(error, PB_E_IO, "%s: cannot be written: %s", path, strerror(errno));
    return PB__SINK_STOP;
}

/* A new beginning: noted before its first byte, so that a kill leaves nothing unknown. */
static pb__sink_says begin_part(fetch *f, const pb__head *head, pb_error *error)
{
    if (ftruncate(f->fd, 0) != 0) return stop(error, f->part);
    f->begun = (pb__entry){.bytes = head->length, .fetched_ms = pb__http_utc_ms(f->http)};
    memcpy(f->begun.etag, head->etag, sizeof f->begun.etag);
    memcpy(f->begun.last_modified, head->last_modified, sizeof f->begun.last_modified);
    f->have              = 0;
    f->result.resumed_at = 0;
    if (pb__entry_write(f->part_meta, f->url, &f->begun, error) != PB_OK) return PB__SINK_STOP;
    f->has_begun = true;
    return PB__SINK_GO;
}

static pb__sink_says start(void *context, const pb__head *head, pb_error *error)
{
    fetch  *f     = context;
    bool    more  = head->status == 206;
    int64_t whole = more ? head->range_total : head->length;
    if (more &&
        (!f->has_begun || head->range_from != (int64_t)f->have || (f->begun.bytes >= 0 && whole != f->begun.bytes)))
        return forget(f, error, "the server sent another part than the one asked for");
    if (whole >= 0 && (uint64_t)whole > f->http->options.file_max) {
        pb_error_set(error, PB_E_LIMIT, "it is longer than the %llu bytes allowed here",
                     (unsigned long long)f->http->options.file_max);
        return PB__SINK_STOP;
    }
    return more ? PB__SINK_GO : begin_part(f, head, error);
}

static pb__sink_says take(void *context, pb_span bytes, pb_error *error)
{
    fetch *f = context;
    if (f->have > f->http->options.file_max || bytes.len > f->http->options.file_max - f->have) {
        pb_error_set(error, PB_E_LIMIT, "it is longer than the %llu bytes allowed here",
                     (unsigned long long)f->http->options.file_max);
        return PB__SINK_STOP;
    }
    while (bytes.len > 0) {
        ssize_t n = pwrite(f->fd, bytes.at, bytes.len, (off_t)f->have);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return stop(error, f->part);
        f->have += (uint64_t)n;
        bytes.at += n;
        bytes.len -= (size_t)n;
    }
    return PB__SINK_GO;
}

static uint64_t have(void *context)
{
    return ((const fetch *)context)->have;
}

/* The whole is here: is it what it should be? */
static pb__sink_says check_whole(fetch *f, pb_error *error)
{
    char why[128];
    snprintf(why, sizeof why, "%llu bytes came of %lld", (unsigned long long)f->have,
             (long long)(f->options->bytes >= 0 ? f->options->bytes : f->begun.bytes));
    if (f->begun.bytes >= 0 && f->have < (uint64_t)f->begun.bytes) { /* cut, by a server that told no length */
        pb_error_set(error, PB_E_IO, "%s", why);
        return PB__SINK_AGAIN;
    }
    if (f->begun.bytes >= 0 && f->have > (uint64_t)f->begun.bytes) return forget(f, error, why);
    if (f->options->bytes >= 0 && (uint64_t)f->options->bytes != f->have) return forget(f, error, why);
    pb_error inner = {0};
    if (f->options->check && f->options->check(f->options->check_context, f->part, &inner) != PB_OK)
        return forget(f, error, inner.text);
    return PB__SINK_GO;
}

static pb__sink_says keep_whole(fetch *f, pb_error *error)
{
    pb__entry e = f->begun;
    if (ftruncate(f->fd, (off_t)f->have) != 0 || fsync(f->fd) != 0) return stop(error, f->part);
    if (pb__file_sha256(f->part, &f->result.bytes, f->result.sha256, error) != PB_OK) return PB__SINK_STOP;
    if (rename(f->part, f->path) != 0) return stop(error, f->path);
    e.bytes      = (int64_t)f->have;
    e.fetched_ms = pb__http_utc_ms(f->http);
    memcpy(e.sha256, f->result.sha256, sizeof e.sha256);
    unlink(f->part_meta);
    return pb__entry_write(f->meta, f->url, &e, error) == PB_OK ? PB__SINK_GO : PB__SINK_STOP;
}

static pb__sink_says still_right(fetch *f, pb_error *error)
{
    if (!f->has_old) return forget(f, error, "the server says unchanged of a file that is not here");
    f->old.fetched_ms = pb__http_utc_ms(f->http);
    return pb__entry_write(f->meta, f->url, &f->old, error) == PB_OK ? PB__SINK_GO : PB__SINK_STOP;
}

static pb__sink_says end(void *context, const pb__head *head, pb_error *error)
{
    fetch *f = context;
    if (head->status == 304) return still_right(f, error);
    pb__sink_says says = check_whole(f, error);
    return says == PB__SINK_GO ? keep_whole(f, error) : says;
}

/* ---- all of it ---- */

static void tell_old(fetch *f)
{
    f->result.unchanged  = true;
    f->result.resumed_at = 0;
    f->result.bytes      = (uint64_t)f->old.bytes;
    memcpy(f->result.sha256, f->old.sha256, sizeof f->result.sha256);
    utimensat(AT_FDCWD, f->meta, NULL, 0); /* used now: pb_http_trim keeps it longer */
}

/* 416: the part is as long as the whole, or the whole became shorter. Begin anew. */
static pb_status ask(fetch *f, pb__call *call, pb_error *error)
{
    for (int anew = 0;; anew++) {
        uint32_t attempts = 0;
        PB_TRY(pb__http_call(f->http, call, &attempts, error));
        f->result.attempts += attempts;
        if (f->http->attempt.head.status != 416 || anew > 0 || !f->has_begun) break;
        (void)forget(f, NULL, "");
    }
    const pb__try *t = &f->http->attempt;
    if (t->head.status == 304) {
        tell_old(f);
        return PB_OK;
    }
    if (t->head.status >= 200 && t->head.status < 300) return PB_OK;
    return pb__http_refusal(t->head.status, (pb_span){t->aside, t->n_aside}, call->request, error);
}

/* A part of which nothing is known, or that ended, is not left lying about. */
static void close_part(fetch *f, bool ours)
{
    if (f->fd < 0) return;
    if (ours && f->have == 0) unlink(f->part);
    if (ours && f->have == 0) unlink(f->part_meta);
    close(f->fd);
}

pb_status pb__http_fetch_call(pb_http *http, pb__call *call, const char *path, const pb_http_fetch_options *options,
                              pb_http_file *out, pb_error *error)
{
    fetch *f = calloc(1, sizeof *f);
    if (!f) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    *f               = (fetch){.http = http, .path = path, .url = call->request->url, .options = options, .fd = -1};
    pb_status status = name_files(f, error);
    if (status == PB_OK) look_at_old(f);
    if (status == PB_OK && is_fresh(f)) {
        tell_old(f);
    } else if (status == PB_OK) {
        call->sink = (pb__sink){f, begin, start, take, end, have};
        call->big  = true;
        status     = open_part(f, error);
        bool ours  = status == PB_OK;
        if (ours) status = ask(f, call, error);
        close_part(f, ours);
    }
    if (status == PB_OK) *out = f->result;
    free(f);
    return status;
}

pb_http_fetch_options pb_http_fetch_options_default(void)
{
    return (pb_http_fetch_options){.bytes = -1};
}

pb_status pb_http_fetch(pb_http *http, const pb_http_request *request, const char *path,
                        const pb_http_fetch_options *options, pb_http_file *out, pb_error *error)
{
    pb__call call = {.request = request};
    PB_ASSERT(request->method == PB_HTTP_GET);
    return pb__http_fetch_call(http, &call, path, options, out, error);
}
