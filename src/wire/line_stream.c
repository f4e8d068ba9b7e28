/* line_stream: see line_stream.h. */
#include "line_stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define IN_BYTES (128u << 10)

static pb_status refuse(const char *path, pb_error *error)
{
    pb_status status = errno == ENOENT || errno == ENOTDIR ? PB_E_NOENT : PB_E_IO;
    return pb_error_set(error, status, "%s: cannot be read: %s", path, strerror(errno));
}

/* Reads into `in` when nothing is left there. */
static pb_status refill(pb__line_stream *s, pb_error *error)
{
    ssize_t got;
    if (s->left.len) return PB_OK;
    do got = read(s->fd, s->in, IN_BYTES);
    while (got < 0 && errno == EINTR);
    if (got < 0) return pb_error_set(error, PB_E_IO, "the file cannot be read: %s", strerror(errno));
    s->left  = (pb_span){s->in, (size_t)got};
    s->ended = got == 0;
    s->read_bytes += (uint64_t)got;
    return PB_OK;
}

/* More text behind what is there: *n bytes, 0 only at the end. */
static pb_status pull(pb__line_stream *s, char *to, size_t room, size_t *n, pb_error *error)
{
    for (*n = 0; *n == 0 && !s->ended;) {
        PB_TRY(refill(s, error));
        if (s->unpacker) {
            PB_TRY(pb_unpacker_step(s->unpacker, &s->left, to, room, n, error));
            if (s->ended && *n == 0 && !pb_unpacker_whole(s->unpacker))
                return pb_error_set(error, PB_E_SYNTAX, "the packed data ends too early (was the copy cut off?)");
            s->ended = s->ended && *n == 0;
        } else {
            *n = s->left.len < room ? s->left.len : room;
            memcpy(to, s->left.at, *n);
            s->left.at += *n;
            s->left.len -= *n;
        }
    }
    return PB_OK;
}

pb_status pb__line_stream_open(pb__line_stream *s, const char *path, pb_error *error)
{
    struct stat st;
    s->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (s->fd < 0) return refuse(path, error);
    pb_status status = PB_OK;
    if (fstat(s->fd, &st) != 0)
        status = refuse(path, error);
    else if (S_ISDIR(st.st_mode))
        status = pb_error_set(error, PB_E_IO, "%s: is a folder", path);
    s->in   = malloc(IN_BYTES);
    s->text = malloc(PB__LINE_STREAM_BYTES);
    if (status == PB_OK && (!s->in || !s->text)) status = pb_error_set(error, PB_E_NOMEM, "out of memory");
    if (status == PB_OK) status = refill(s, error);
    if (status == PB_OK) {
        pb_packing packing = pb_packing_of(s->left);
        s->file_bytes      = st.st_size > 0 ? (uint64_t)st.st_size : 0;
        if (packing != PB_PACKING_NONE) status = pb_unpacker_create(packing, 0, &s->unpacker, error);
    }
    if (status != PB_OK) pb__line_stream_close(s);
    return status;
}

void pb__line_stream_close(pb__line_stream *s)
{
    if (s->fd >= 0) close(s->fd);
    pb_unpacker_destroy(s->unpacker);
    free(s->in);
    free(s->text);
    *s = (pb__line_stream){.fd = -1};
}

static void make_room(pb__line_stream *s)
{
    memmove(s->text, s->text + s->from, s->to - s->from);
    s->to -= s->from;
    s->from = 0;
}

/* Passes over the rest of a line that does not fit. */
static pb_status skip_line(pb__line_stream *s, pb_error *error)
{
    const char *end;
    size_t      n = 0;
    do {
        s->offset += s->to;
        PB_TRY(pull(s, s->text, PB__LINE_STREAM_BYTES, &n, error));
        s->to = n;
        end   = memchr(s->text, '\n', n);
    } while (n && !end);
    s->from = end ? (size_t)(end + 1 - s->text) : s->to;
    s->offset += s->from;
    return pb_error_set(error, PB_E_LIMIT, "a line longer than %u bytes", PB__LINE_STREAM_BYTES);
}

static pb_status give(pb__line_stream *s, size_t len, pb_span *lines)
{
    *lines = (pb_span){s->text + s->from, len};
    s->from += len;
    s->offset += len;
    return PB_OK;
}

pb_status pb__line_stream_next(pb__line_stream *s, pb_span *lines, pb_error *error)
{
    make_room(s);
    for (;;) {
        size_t n, room = PB__LINE_STREAM_BYTES - s->to;
        if (room == 0) break;
        PB_TRY(pull(s, s->text + s->to, room, &n, error));
        s->to += n;
        if (n == 0) break;
    }
    if (s->to == 0) return PB_E_EMPTY;
    const char *end = memrchr(s->text, '\n', s->to);
    if (end) return give(s, (size_t)(end + 1 - s->text), lines);
    return s->to == PB__LINE_STREAM_BYTES ? skip_line(s, error) : give(s, s->to, lines);
}

static pb_status beyond(pb_error *error)
{
    return pb_error_set(error, PB_E_RANGE, "the place to go on from lies beyond the end of the file (has it changed?)");
}

pb_status pb__line_stream_seek(pb__line_stream *s, uint64_t offset, pb_error *error)
{
    PB_ASSERT(offset >= s->offset);
    if (!s->unpacker) {
        if (offset > s->file_bytes || lseek(s->fd, (off_t)offset, SEEK_SET) < 0) return beyond(error);
        s->left.len = s->from = s->to = 0;
        s->offset = s->read_bytes = offset;
        s->ended                  = false;
        return PB_OK;
    }
    while (s->offset < offset) {
        uint64_t want = offset - s->offset;
        size_t   n    = s->to - s->from;
        if (n == 0) {
            s->from = 0;
            PB_TRY(pull(s, s->text, PB__LINE_STREAM_BYTES, &s->to, error));
            n = s->to;
            if (n == 0) return beyond(error);
        }
        n = n < want ? n : (size_t)want;
        s->from += n;
        s->offset += n;
    }
    return PB_OK;
}
