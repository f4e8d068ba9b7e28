/* Entries beside fetched files: see http_entry.h. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "http_entry.h"
#include "pitboard/net_http.h"

#define ENTRY_BYTES_MAX 16384
#define CHUNK_BYTES 262144

static pb_status read_keys(pb_json root, pb__entry *e)
{
    PB_TRY(pb_json_text(pb_json_get(root, "url_sha256"), e->url, sizeof e->url, NULL));
    PB_TRY(pb_json_text(pb_json_get(root, "etag"), e->etag, sizeof e->etag, NULL));
    PB_TRY(pb_json_text(pb_json_get(root, "last_modified"), e->last_modified, sizeof e->last_modified, NULL));
    PB_TRY(pb_json_text(pb_json_get(root, "sha256"), e->sha256, sizeof e->sha256, NULL));
    PB_TRY(pb_json_i64(pb_json_get(root, "bytes"), -1, INT64_MAX, &e->bytes, NULL));
    return pb_json_i64(pb_json_get(root, "fetched_ms"), 0, INT64_MAX, &e->fetched_ms, NULL);
}

pb_status pb__entry_read(const char *path, const char *url, pb__entry *out)
{
    pb_bytes     text = {0};
    pb_json_doc *doc  = NULL;
    pb__entry    got  = {.bytes = -1};
    char         key[65];
    pb_status    status = pb_file_read(path, ENTRY_BYTES_MAX, &text, NULL);
    if (status == PB_OK) status = pb_json_parse((pb_span){text.at, text.len}, path, &doc, NULL);
    if (status == PB_OK) status = read_keys(pb_json_root(doc), &got);
    pb_json_free(doc);
    pb_bytes_free(&text);
    PB_TRY(status);
    pb_sha256_hex(pb_span_of(url), key);
    if (strcmp(got.url, key) != 0) return PB_E_NOENT;
    *out = got;
    return PB_OK;
}

static void put(FILE *to, const char *url, const pb__entry *e)
{
    pb_json_writer w;
    char           key[65], shown[512];
    pb_sha256_hex(pb_span_of(url), key);
    pb_http_url_shown(url, shown, sizeof shown);
    pb_json_begin(&w, to, 2);
    pb_json_object(&w, NULL);
    pb_json_put_text(&w, "url", shown);
    pb_json_put_text(&w, "url_sha256", key);
    pb_json_put_text(&w, "etag", e->etag);
    pb_json_put_text(&w, "last_modified", e->last_modified);
    pb_json_put_i64(&w, "bytes", e->bytes);
    pb_json_put_text(&w, "sha256", e->sha256);
    pb_json_put_i64(&w, "fetched_ms", e->fetched_ms);
    pb_json_object_end(&w);
    pb_json_end(&w);
}

pb_status pb__entry_write(const char *path, const char *url, const pb__entry *entry, pb_error *error)
{
    char  *text = NULL;
    size_t len  = 0;
    FILE  *to   = open_memstream(&text, &len);
    if (!to) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    put(to, url, entry);
    pb_status status = fclose(to) == 0 ? PB_OK : pb_error_set(error, PB_E_NOMEM, "out of memory");
    if (status == PB_OK) status = pb_file_write(path, (pb_span){text, len}, error);
    free(text);
    return status;
}

static bool hash_all(int fd, char *chunk, uint64_t *bytes, char hex[65])
{
    pb_sha256 sha;
    uint8_t   digest[32];
    ssize_t   got;
    pb_sha256_begin(&sha);
    while ((got = read(fd, chunk, CHUNK_BYTES)) != 0) {
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return false;
        pb_sha256_add(&sha, (pb_span){chunk, (size_t)got});
    }
    *bytes = sha.bytes;
    pb_sha256_end(&sha, digest);
    pb_hex(digest, sizeof digest, hex);
    return true;
}

pb_status pb__file_sha256(const char *path, uint64_t *bytes, char hex[65], pb_error *error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return pb_error_set(error, errno == ENOENT ? PB_E_NOENT : PB_E_IO, "%s: cannot be read: %s", path,
                            strerror(errno));
    char     *chunk  = malloc(CHUNK_BYTES);
    bool      done   = chunk && hash_all(fd, chunk, bytes, hex);
    pb_status status = done     ? PB_OK
                       : !chunk ? pb_error_set(error, PB_E_NOMEM, "out of memory")
                                : pb_error_set(error, PB_E_IO, "%s: cannot be read: %s", path, strerror(errno));
    free(chunk);
    close(fd);
    return status;
}

pb_status pb__make_folders(const char *path, pb_error *error)
{
    char part[PATH_MAX];
    if (!pb_span_copy(pb_span_of(path), part, sizeof part))
        return pb_error_set(error, PB_E_LIMIT, "%s: the path is too long", path);
    for (char *slash = strchr(part + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(part, 0777) != 0 && errno != EEXIST)
            return pb_error_set(error, PB_E_IO, "%s: the folder cannot be made: %s", part, strerror(errno));
        *slash = '/';
    }
    return PB_OK;
}
