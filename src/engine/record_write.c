/* Writing a recording.
 *
 * The buffer holds every frame that is not on disk yet, so that whatever fails can
 * be done again. Of it, the first `written` bytes are in the file:
 *
 *     file    [ header | frames on disk ......... | written ]
 *                                         on_disk ^
 *     buffer                                      [ written | not yet | room ]
 *
 * After a sync that failed nobody knows what the disk has (the kernel may have let
 * go of the pages): the segment is cut back and left, and the buffer written again
 * to a new one. A reader takes every number once. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "record_segment.h"

#define BUFFER_LEAST ((2u << 20) + 4096u)
#define SEGMENT_LEAST ((uint64_t)64 << 10)
#define SEGMENT_MOST ((uint64_t)1 << 40)
#define NAMES_TRIED 1000

struct pb_record {
    char                  dir[PATH_MAX - PB__SEGMENT_NAME_MAX - 1];
    pb_record_options     options;
    int                   dir_fd, fd; /* fd -1: a segment must be begun */
    uint32_t              number;     /* of the segment */
    pb__segment_header    header;
    uint64_t              on_disk; /* bytes of the segment that are synced */
    uint8_t              *buffer;
    size_t                len, written;
    uint64_t              first, last; /* in the buffer (0: empty); appended */
    uint64_t              cut;
    atomic_uint_least64_t durable, bytes, failures;
};

pb_record_options pb_record_options_default(void)
{
    return (pb_record_options){.segment_bytes = (uint64_t)64 << 20, .buffer_bytes = 4u << 20};
}

static pb_status io_error(const pb_record *r, const char *what, pb_error *error)
{
    return pb_error_set(error, PB_E_IO, "%s: %s: %s", r->dir, what, strerror(errno));
}

/* ---- segments ---- */

static bool write_at(int fd, const uint8_t *from, size_t len, uint64_t at, size_t *done)
{
    while (*done < len) {
        ssize_t n = pwrite(fd, from + *done, len - *done, (off_t)(at + *done));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return false;
        *done += (size_t)n;
    }
    return true;
}

static int create_next(pb_record *r, char name[PB__SEGMENT_NAME_MAX])
{
    for (int i = 0; i < NAMES_TRIED; i++) {
        pb__segment_name(r->number + 1, name);
        int fd = openat(r->dir_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
        if (fd < 0 && errno != EEXIST) return -1;
        r->number++;
        if (fd >= 0) return fd;
    }
    return -1;
}

static pb_status begin_segment(pb_record *r, pb_error *error)
{
    char            name[PB__SEGMENT_NAME_MAX];
    uint8_t         bytes[PB__SEGMENT_HEADER];
    struct timespec now;
    size_t          done = 0;
    int             fd   = create_next(r, name);
    if (fd < 0) return io_error(r, "a segment cannot be begun", error);
    clock_gettime(CLOCK_REALTIME, &now);
    r->header.created_us = (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
    r->header.first_seq  = r->first > 0 ? r->first : r->last + 1;
    pb__segment_header_write(&r->header, bytes);
    if (!write_at(fd, bytes, sizeof bytes, 0, &done) || fsync(r->dir_fd) != 0) {
        pb_status status = io_error(r, "a segment cannot be begun", error);
        close(fd);
        (void)unlinkat(r->dir_fd, name, 0);
        return status;
    }
    r->fd      = fd;
    r->on_disk = PB__SEGMENT_HEADER;
    r->written = 0;
    return PB_OK;
}

/* Closes the segment at the end of what is known to be on disk. */
static void leave_segment(pb_record *r)
{
    if (r->fd < 0) return;
    if (r->written > 0 && ftruncate(r->fd, (off_t)r->on_disk) != 0) errno = 0; /* a reader passes over it */
    close(r->fd);
    r->fd      = -1;
    r->written = 0;
}

/* ---- opening ---- */

static void read_to_end(pb_record *r, pb__segment *s)
{
    pb_frame frame;
    while (pb__segment_next(s, &frame, NULL) == PB_OK)
        if (frame.seq > r->last) r->last = frame.seq;
}

/* Segments whose header is damaged may hold frames all the same: their numbers are given. */
static void read_damaged(pb_record *r, pb__segment *s, const uint32_t *numbers, size_t n)
{
    char path[PATH_MAX], name[PB__SEGMENT_NAME_MAX];
    for (size_t i = 0; i < n; i++) {
        pb__segment_name(numbers[i], name);
        (void)snprintf(path, sizeof path, "%s/%s", r->dir, name);
        if (pb__segment_open(s, path, NULL) == PB_OK) read_to_end(r, s);
    }
}

/* Reads the newest segment that can be read, to its end; PB_E_EMPTY when there is none. */
static pb_status last_frame(pb_record *r, const uint32_t *numbers, size_t n, pb__segment *s, size_t *which,
                            pb_error *error)
{
    char      path[PATH_MAX], name[PB__SEGMENT_NAME_MAX];
    pb_status status = PB_E_EMPTY;
    for (size_t i = n; i-- > 0;) {
        pb__segment_name(numbers[i], name);
        (void)snprintf(path, sizeof path, "%s/%s", r->dir, name);
        pb_status opened = pb__segment_open(s, path, error);
        if (opened == PB_E_EMPTY) continue; /* a crash at its birth */
        status = opened;
        if (opened == PB_E_UNSUPPORTED) return opened;
        if (opened != PB_OK) continue;
        r->header = s->header;
        r->last   = s->header.first_seq - 1;
        read_to_end(r, s);
        *which = i;
        if (i + 1 < n) read_damaged(r, s, numbers + i + 1, n - i - 1); /* which != n - 1: s serves for no more */
        return PB_OK;
    }
    return status;
}

/* Opens the newest segment to go on behind its last whole frame. */
static pb_status go_on(pb_record *r, const pb__segment *s, uint32_t number, pb_error *error)
{
    char name[PB__SEGMENT_NAME_MAX];
    pb__segment_name(number, name);
    int fd = openat(r->dir_fd, name, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return io_error(r, name, error);
    r->cut = pb__segment_rest(s);
    if ((r->cut > 0 && ftruncate(fd, (off_t)s->offset) != 0) || fsync(fd) != 0 || fsync(r->dir_fd) != 0) {
        pb_status status = io_error(r, "its end cannot be mended", error);
        close(fd);
        return status;
    }
    r->fd      = fd;
    r->on_disk = s->offset;
    return PB_OK;
}

static pb_status name_anew(pb_record *r, pb_error *error)
{
    struct timespec now;
    struct tm       utc;
    char            at[20];
    uint16_t        more = 0;
    if (getrandom(&r->header.mark, sizeof r->header.mark, 0) != sizeof r->header.mark ||
        getrandom(&more, sizeof more, 0) != sizeof more)
        return io_error(r, "no random numbers", error);
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    (void)strftime(at, sizeof at, "%Y%m%dT%H%M%S", &utc);
    (void)snprintf(r->header.id, sizeof r->header.id, "%s-%04x", at, more);
    return PB_OK;
}

static pb_status find_end(pb_record *r, pb_error *error)
{
    uint32_t   *numbers = NULL;
    size_t      n = 0, which = 0;
    pb__segment s = {.fd = -1};
    PB_TRY(pb__segments_list(r->dir, &numbers, &n, error));
    pb_status status = last_frame(r, numbers, n, &s, &which, error);
    r->number        = n > 0 ? numbers[n - 1] : 0;
    if (status == PB_E_EMPTY)
        status = name_anew(r, error);
    else if (status == PB_OK && which == n - 1 && s.offset < r->options.segment_bytes)
        status = go_on(r, &s, numbers[which], error);
    pb__segment_fini(&s);
    free(numbers);
    return status;
}

/* A folder that was just made is there after a power cut, too. */
static bool sync_parent(const char *dir)
{
    char   parent[PATH_MAX];
    size_t len = strlen(dir);
    while (len > 1 && dir[len - 1] == '/') len--;
    while (len > 0 && dir[len - 1] != '/') len--;
    (void)snprintf(parent, sizeof parent, "%.*s", len > 0 ? (int)len : 1, len > 0 ? dir : ".");
    int fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return errno == EACCES; /* one that we may not read: nothing can be done */
    bool done = fsync(fd) == 0 || errno == EINVAL;
    close(fd);
    return done;
}

static pb_status check(const char *dir, const pb_record_options *o, pb_error *error)
{
    if (o->segment_bytes < SEGMENT_LEAST || o->segment_bytes > SEGMENT_MOST)
        return pb_error_set(error, PB_E_RANGE, "a segment may have 64 KiB to 1 TiB");
    if (o->buffer_bytes < BUFFER_LEAST) return pb_error_set(error, PB_E_RANGE, "the buffer is below 2 MiB + 4 KiB");
    if (strlen(dir) >= sizeof((pb_record *)0)->dir)
        return pb_error_set(error, PB_E_RANGE, "%.60s...: the path is too long", dir);
    if (mkdir(dir, 0755) == 0 ? !sync_parent(dir) : errno != EEXIST)
        return pb_error_set(error, errno == ENOENT ? PB_E_NOENT : PB_E_IO, "%s: cannot be made: %s", dir,
                            strerror(errno));
    return PB_OK;
}

static pb_status take_folder(pb_record *r, pb_error *error)
{
    r->dir_fd = open(r->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (r->dir_fd < 0) return io_error(r, "cannot be opened", error);
    if (flock(r->dir_fd, LOCK_EX | LOCK_NB) != 0)
        return pb_error_set(error, PB_E_IO, "%s: another pitboard records into it; name another folder", r->dir);
    if (faccessat(r->dir_fd, ".", W_OK, 0) != 0) return io_error(r, "cannot be written", error);
    PB_TRY(find_end(r, error));
    if (r->fd < 0) PB_TRY(begin_segment(r, error));
    return PB_OK;
}

pb_status pb_record_open(const char *dir, const pb_record_options *options, pb_record **out, pb_error *error)
{
    PB_TRY(check(dir, options, error));
    pb_record *r = calloc(1, sizeof *r);
    if (!r) return pb_error_set(error, PB_E_NOMEM, "%s: out of memory", dir);
    memcpy(r->dir, dir, strlen(dir) + 1);
    r->options = *options;
    r->dir_fd = r->fd = -1;
    r->buffer         = malloc(options->buffer_bytes);
    pb_status status  = r->buffer ? take_folder(r, error) : pb_error_set(error, PB_E_NOMEM, "%s: out of memory", dir);
    if (status != PB_OK) {
        if (r->fd >= 0) close(r->fd);
        if (r->dir_fd >= 0) close(r->dir_fd);
        free(r->buffer);
        free(r);
        return status;
    }
    atomic_store(&r->durable, r->last);
    *out = r;
    return PB_OK;
}

void pb_record_close(pb_record *record)
{
    if (!record) return;
    (void)pb_record_sync(record, NULL);
    if (record->fd >= 0) close(record->fd);
    close(record->dir_fd);
    free(record->buffer);
    free(record);
}

/* ---- frames ---- */

pb_status pb_record_append(pb_record *record, const pb_frame *frame)
{
    if (frame->bytes.len > PB_FRAME_MAX) return PB_E_RANGE;
    PB_ASSERT(frame->seq > record->last);
    size_t size = pb__frame_size(frame->bytes.len);
    if (size > record->options.buffer_bytes - record->len) return PB_E_LIMIT;
    pb__frame_write(frame, record->header.mark, record->buffer + record->len);
    record->len += size;
    record->last = frame->seq;
    if (record->first == 0) record->first = frame->seq;
    return PB_OK;
}

size_t pb_record_pending(const pb_record *record)
{
    return record->len;
}

static pb_status failed(pb_record *r, pb_status status)
{
    atomic_fetch_add(&r->failures, 1);
    return status;
}

pb_status pb_record_sync(pb_record *record, pb_error *error)
{
    pb_record *r = record;
    if (r->len == 0) return PB_OK;
    if (r->fd >= 0 && r->written == 0 && r->on_disk >= r->options.segment_bytes) leave_segment(r);
    if (r->fd < 0 && begin_segment(r, error) != PB_OK) return failed(r, PB_E_IO);
    if (!write_at(r->fd, r->buffer, r->len, r->on_disk, &r->written))
        return failed(r, io_error(r, "cannot be written", error));
    if (fdatasync(r->fd) != 0) {
        pb_status status = io_error(r, "the disk did not take it", error);
        leave_segment(r);
        return failed(r, status);
    }
    r->on_disk += r->len;
    atomic_fetch_add(&r->bytes, r->len);
    r->len = r->written = 0;
    r->first            = 0;
    atomic_store(&r->durable, r->last);
    return PB_OK;
}

const char *pb_record_id(const pb_record *record)
{
    return record->header.id;
}

uint64_t pb_record_last(const pb_record *record)
{
    return record->last;
}

uint64_t pb_record_cut(const pb_record *record)
{
    return record->cut;
}

uint64_t pb_record_durable(const pb_record *record)
{
    return atomic_load(&record->durable);
}

uint64_t pb_record_bytes(const pb_record *record)
{
    return atomic_load(&record->bytes);
}

uint64_t pb_record_failures(const pb_record *record)
{
    return atomic_load(&record->failures);
}
