/* Reading whole files. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pitboard/codec.h"

void pb_bytes_free(pb_bytes *bytes)
{
    free(bytes->at);
    *bytes = (pb_bytes){0};
}

static pb_status refuse_open(const char *path, pb_error *error)
{
    if (*path == '\0') return pb_error_set(error, PB_E_NOENT, "an empty text is no file name (give one)");
    if (errno == ENOENT || errno == ENOTDIR)
        return pb_error_set(error, PB_E_NOENT, "%s: no such file (check the path)", path);
    if (errno == EACCES)
        return pb_error_set(error, PB_E_IO, "%s: no permission to read it (check its owner and mode)", path);
    return pb_error_set(error, PB_E_IO, "%s: cannot be opened: %s", path, strerror(errno));
}

/* Makes room for at least one byte more and the NUL. */
static bool grow(pb_bytes *bytes, size_t *cap, size_t hint)
{
    if (bytes->len + 1 < *cap) return true;
    size_t want = *cap == 0 ? hint + 2 : *cap * 2;
    char  *more = realloc(bytes->at, want);
    if (!more) return false;
    bytes->at = more;
    *cap      = want;
    return true;
}

static pb_status read_all(int fd, const char *path, size_t hint, size_t limit, pb_bytes *out, pb_error *error)
{
    for (size_t cap = 0;;) {
        if (!grow(out, &cap, hint)) return pb_error_set(error, PB_E_NOMEM, "%s: out of memory while reading it", path);
        ssize_t got = read(fd, out->at + out->len, cap - 1 - out->len);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return pb_error_set(error, PB_E_IO, "%s: cannot be read: %s", path, strerror(errno));
        out->len += (size_t)got;
        if (out->len > limit)
            return pb_error_set(error, PB_E_LIMIT, "%s: longer than the %zu bytes allowed here (is it the right file?)",
                                path, limit);
        if (got == 0) break;
    }
    out->at[out->len] = '\0';
    return PB_OK;
}

static pb_status read_open_file(int fd, const char *path, size_t limit, pb_bytes *out, pb_error *error)
{
    struct stat st;
    if (fstat(fd, &st) != 0) return pb_error_set(error, PB_E_IO, "%s: cannot be read: %s", path, strerror(errno));
    if (S_ISDIR(st.st_mode))
        return pb_error_set(error, PB_E_IO, "%s: is a folder, not a file (name a file inside it)", path);
    size_t hint = S_ISREG(st.st_mode) && st.st_size > 0 ? (size_t)st.st_size : 4096;
    if (hint > limit) hint = limit;
    return read_all(fd, path, hint, limit, out, error);
}

static bool is_gzip(const pb_bytes *bytes)
{
    return bytes->len >= 2 && (unsigned char)bytes->at[0] == 0x1f && (unsigned char)bytes->at[1] == 0x8b;
}

static pb_status unpack(const char *path, size_t limit, pb_bytes *bytes, pb_error *error)
{
    pb_error  inner  = {0};
    pb_bytes  plain  = {0};
    pb_status status = pb_gunzip((pb_span){bytes->at, bytes->len}, limit, &plain, &inner);
    if (status != PB_OK) return pb_error_set(error, status, "%s: %s", path, inner.text);
    pb_bytes_free(bytes);
    *bytes = plain;
    return PB_OK;
}

pb_status pb_file_read(const char *path, size_t limit, pb_bytes *out, pb_error *error)
{
    if (limit == 0) limit = PB_FILE_MAX;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) return refuse_open(path, error);
    pb_bytes  bytes  = {0};
    pb_status status = read_open_file(fd, path, limit, &bytes, error);
    close(fd);
    if (status == PB_OK && is_gzip(&bytes)) status = unpack(path, limit, &bytes, error);
    if (status == PB_OK)
        *out = bytes;
    else
        pb_bytes_free(&bytes);
    return status;
}
