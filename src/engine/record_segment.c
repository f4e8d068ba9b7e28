/* The frames of one segment. A frame that is not whole is looked past, 8 bytes at
 * a time, for the mark of the recording, which nobody outside can know:
 *
 *     [ frame ][ fr#@!ged ........ ][ frame ]
 *               ^ offset            ^ mark, length and sum fit: go on here
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record_segment.h"

#define WINDOW ((size_t)256 << 10)

static pb_status io_error(const char *path, pb_error *error)
{
    return pb_error_set(error, errno == ENOENT ? PB_E_NOENT : PB_E_IO, "%s: cannot be read: %s", path, strerror(errno));
}

pb_status pb__segment_open(pb__segment *s, const char *path, pb_error *error)
{
    uint8_t bytes[PB__SEGMENT_HEADER];
    pb__segment_close(s);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return io_error(path, error);
    ssize_t   n      = pread(fd, bytes, sizeof bytes, 0);
    pb_status status = PB_OK;
    if (n < 0)
        status = io_error(path, error);
    else if (pb__segment_is_begun(bytes, (size_t)n))
        status = pb_error_set(error, PB_E_EMPTY, "%s: shorter than the header of a recording", path);
    else
        status = pb__segment_header_read(bytes, (size_t)n, &s->header);
    if (status == PB_E_SYNTAX && s->header.id[0] != '\0') { /* of a recording that is known: frames can be told */
        s->damaged++;
        s->damaged_bytes += PB__SEGMENT_HEADER;
        status = PB_OK;
    }
    if (status == PB_E_SYNTAX) pb_error_set(error, status, "%s: no recording, or its header is damaged", path);
    if (status == PB_E_UNSUPPORTED) pb_error_set(error, status, "%s: written by a newer program; use that one", path);
    if (status != PB_OK) {
        close(fd);
        return status;
    }
    s->fd     = fd;
    s->offset = PB__SEGMENT_HEADER;
    s->held   = 0;
    return PB_OK;
}

void pb__segment_close(pb__segment *s)
{
    if (s->fd >= 0) close(s->fd);
    s->fd     = -1;
    s->offset = s->held = 0;
}

void pb__segment_fini(pb__segment *s)
{
    pb__segment_close(s);
    free(s->window);
    s->window = NULL;
    s->cap    = 0;
}

static bool grow_window(pb__segment *s, size_t need)
{
    if (need <= s->cap) return true;
    size_t   cap   = need > WINDOW ? need : WINDOW;
    uint8_t *grown = realloc(s->window, cap);
    if (!grown) return false;
    s->window = grown;
    s->cap    = cap;
    return true;
}

/* Moves the window to `at`; afterwards it holds what the file has there, as far as
 * the window reaches (and at least `need` of it). False: errno says why. */
static bool move_window(pb__segment *s, uint64_t at, size_t need)
{
    size_t kept = 0;
    if (at >= s->window_at && at < s->window_at + s->held) {
        kept = (size_t)(s->window_at + s->held - at);
        if (kept >= need) return true;
    }
    if (!grow_window(s, need)) return false;
    if (kept > 0) memmove(s->window, s->window + (at - s->window_at), kept);
    s->window_at = at;
    s->held      = kept;
    while (s->held < s->cap) {
        ssize_t n = pread(s->fd, s->window + s->held, s->cap - s->held, (off_t)(at + s->held));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return false;
        if (n == 0) break;
        s->held += (size_t)n;
    }
    return true;
}

/* The frame at `at`, read as far as the file goes. */
static pb_status look(pb__segment *s, uint64_t at, pb_frame *out, size_t *size, pb__frame_found *found, pb_error *error)
{
    size_t need = PB__FRAME_HEADER;
    for (;;) {
        if (!move_window(s, at, need)) return pb_error_set(error, PB_E_IO, "recording: %s", strerror(errno));
        size_t skip = (size_t)(at - s->window_at), have = s->held > skip ? s->held - skip : 0;
        *found = pb__frame_read(s->window + skip, have, s->header.mark, out, size);
        if (*found != PB__FRAME_SHORT || have < need || *size <= need) return PB_OK; /* the file ends before need */
        need = *size;
    }
}

/* Looks for a whole frame behind the broken one at offset. */
static pb_status pass_over(pb__segment *s, pb_frame *out, size_t *size, pb_error *error)
{
    pb__frame_found found = PB__FRAME_BAD;
    for (uint64_t at = s->offset + 8;; at += 8) {
        PB_TRY(look(s, at, out, size, &found, error));
        if (found == PB__FRAME_WHOLE) {
            s->damaged++;
            s->damaged_bytes += at - s->offset;
            s->offset = at;
            return PB_OK;
        }
        if (at + PB__FRAME_HEADER > s->window_at + s->held) return PB_E_EMPTY;
    }
}

pb_status pb__segment_next(pb__segment *s, pb_frame *out, pb_error *error)
{
    pb__frame_found found;
    size_t          size = 0;
    PB_TRY(look(s, s->offset, out, &size, &found, error));
    if (found != PB__FRAME_WHOLE) PB_TRY(pass_over(s, out, &size, error));
    s->offset += size;
    return PB_OK;
}

uint64_t pb__segment_rest(const pb__segment *s)
{
    struct stat st;
    if (s->fd < 0 || fstat(s->fd, &st) != 0 || (uint64_t)st.st_size < s->offset) return 0;
    return (uint64_t)st.st_size - s->offset;
}
