/* A watched folder: see net_watch.h.
 *
 *     listing   names found by reading the folder, sorted; given first
 *     events    names told by the kernel, read in blocks as they are wanted
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "pitboard/net_watch.h"
#include "watch_seen.h"

#define EVENTS_BYTES 65536
#define EVENTS_WANTED (IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR)

struct pb_watch {
    char            folder[PATH_MAX], path[PATH_MAX];
    int             fd;
    struct dirent **listing;
    int             n_listing, at_listing;
    pb__seen        seen;
    size_t          events_len, events_at;
    uint32_t        rescans;
    bool            gone;
    _Alignas(struct inotify_event) char events[EVENTS_BYTES];
};

static void drop_listing(pb_watch *w)
{
    for (int i = w->at_listing; i < w->n_listing; i++) free(w->listing[i]);
    free(w->listing);
    w->listing   = NULL;
    w->n_listing = w->at_listing = 0;
}

static pb_status read_folder(pb_watch *w, pb_error *error)
{
    drop_listing(w);
    int n = scandir(w->folder, &w->listing, NULL, alphasort);
    if (n < 0) {
        w->listing = NULL;
        return pb_error_set(error, errno == ENOENT ? PB_E_NOENT : PB_E_IO, "%s: the folder cannot be read: %s",
                            w->folder, strerror(errno));
    }
    w->n_listing = n;
    return PB_OK;
}

/* Watched first and read then, so that nothing falls between. */
static pb_status begin(pb_watch *w, pb_error *error)
{
    w->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (w->fd < 0)
        return pb_error_set(error, PB_E_IO,
                            "%s: cannot be watched: %s (other programs watch too many: raise "
                            "fs.inotify.max_user_instances)",
                            w->folder, strerror(errno));
    if (inotify_add_watch(w->fd, w->folder, EVENTS_WANTED) >= 0) return read_folder(w, error);
    if (errno == ENOENT) return pb_error_set(error, PB_E_NOENT, "%s: no such folder (make it first)", w->folder);
    if (errno == ENOTDIR)
        return pb_error_set(error, PB_E_NOENT, "%s: is a file; only a folder can be watched", w->folder);
    return pb_error_set(error, PB_E_IO, "%s: cannot be watched: %s", w->folder, strerror(errno));
}

pb_status pb_watch_open(const char *folder, pb_watch **out, pb_error *error)
{
    pb_watch *w = calloc(1, sizeof *w);
    if (!w) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    w->fd      = -1;
    size_t len = strlen(folder);
    while (len > 1 && folder[len - 1] == '/') len--;
    bool      fits   = pb_span_copy((pb_span){folder, len}, w->folder, sizeof w->folder - NAME_MAX - 2);
    pb_status status = fits ? begin(w, error) : pb_error_set(error, PB_E_LIMIT, "%s: the path is too long", folder);
    if (status != PB_OK) {
        pb_watch_close(w);
        return status;
    }
    *out = w;
    return PB_OK;
}

void pb_watch_close(pb_watch *watch)
{
    if (!watch) return;
    drop_listing(watch);
    pb__seen_fini(&watch->seen);
    if (watch->fd >= 0) close(watch->fd);
    free(watch);
}

int pb_watch_fd(const pb_watch *watch)
{
    return watch->fd;
}

uint32_t pb_watch_rescans(const pb_watch *watch)
{
    return watch->rescans;
}

/* ---- which names count ---- */

static bool is_unfinished_name(const char *name)
{
    static const char *const ends[] = {".part", ".tmp", ".crdownload", ".pb-part", ".pb-meta", ".pb-part-meta"};
    size_t                   len    = strlen(name);
    if (name[0] == '.') return true;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        size_t tail = strlen(ends[i]);
        if (len > tail && strcmp(name + len - tail, ends[i]) == 0) return true;
    }
    return false;
}

/* A read lease is granted only while nobody has the file open for writing. Where
 * the file system knows no leases, or the file is not ours, the event has to do. */
static bool has_writer(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    if (fd < 0) return false;
    (void)fcntl(fd, F_SETSIG, SIGURG); /* told when somebody wants it after all: not by SIGIO, which kills */
    bool busy = fcntl(fd, F_SETLEASE, F_RDLCK) != 0 && errno == EAGAIN;
    if (!busy) (void)fcntl(fd, F_SETLEASE, F_UNLCK);
    close(fd);
    return busy;
}

/* True when w->path is a file to give now. */
static bool takes(pb_watch *w, const char *name, bool *full)
{
    struct stat st;
    if (is_unfinished_name(name)) return false;
    int n = snprintf(w->path, sizeof w->path, "%s/%s", w->folder, name);
    if (n >= (int)sizeof w->path || stat(w->path, &st) != 0 || !S_ISREG(st.st_mode)) return false;
    if (pb__seen_has(&w->seen, name, &st) || has_writer(w->path)) return false;
    *full = !pb__seen_put(&w->seen, name, &st);
    return true;
}

/* ---- events ---- */

/* The next name told by the kernel; NULL when there is none now. */
static const char *next_event(pb_watch *w, bool *lost)
{
    for (;;) {
        if (w->events_at == w->events_len) {
            ssize_t n = read(w->fd, w->events, sizeof w->events);
            if (n <= 0) return NULL;
            w->events_len = (size_t)n;
            w->events_at  = 0;
        }
        const struct inotify_event *e = (const void *)(w->events + w->events_at);
        w->events_at += sizeof *e + e->len;
        if (e->mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED | IN_UNMOUNT)) w->gone = true;
        *lost = *lost || (e->mask & IN_Q_OVERFLOW);
        if (e->len > 0 && (e->mask & (IN_CLOSE_WRITE | IN_MOVED_TO)) && !(e->mask & IN_ISDIR)) return e->name;
    }
}

static bool take_event(pb_watch *w, bool *lost, bool *full)
{
    for (const char *name; (name = next_event(w, lost));)
        if (takes(w, name, full)) return true;
    return false;
}

static bool take_listed(pb_watch *w, bool *full)
{
    bool taken = false;
    while (w->at_listing < w->n_listing && !taken) {
        struct dirent *e = w->listing[w->at_listing++];
        taken            = takes(w, e->d_name, full);
        free(e);
    }
    return taken;
}

pb_status pb_watch_next(pb_watch *watch, const char **path, pb_error *error)
{
    bool lost = false, full = false;
    *path      = NULL;
    bool taken = take_listed(watch, &full) || take_event(watch, &lost, &full);
    if (lost) {
        watch->rescans++;
        if (!watch->gone) PB_TRY(read_folder(watch, error));
        if (!taken) taken = take_listed(watch, &full);
    }
    if (full) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    if (taken)
        *path = watch->path;
    else if (watch->gone)
        return pb_error_set(error, PB_E_NOENT, "%s: the folder is gone", watch->folder);
    return PB_OK;
}
