/* Writing whole files, so that a reader sees the old one or the new one. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pitboard/codec.h"

#define NAMES_TRIED 100

static pb_status refuse(const char *path, pb_error *error)
{
    if (errno == ENOENT || errno == ENOTDIR)
        return pb_error_set(error, PB_E_NOENT, "%s: cannot be written: no such folder (make it first)", path);
    return pb_error_set(error, PB_E_IO, "%s: cannot be written: %s", path, strerror(errno));
}

static bool write_all(int fd, pb_span text)
{
    while (text.len > 0) {
        ssize_t n = write(fd, text.at, text.len);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return false;
        text.at += n;
        text.len -= (size_t)n;
    }
    return true;
}

/* Opens a file beside path that nobody else has; its name is left in temp. */
static int open_beside(const char *path, mode_t mode, char temp[PATH_MAX])
{
    for (int i = 0; i < NAMES_TRIED; i++) {
        int n = snprintf(temp, PATH_MAX, "%s.%ld-%d.part", path, (long)getpid(), i);
        if (n < 0 || n >= PATH_MAX) {
            errno = ENAMETOOLONG;
            return -1;
        }
        int fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        if (fd >= 0 || errno != EEXIST) return fd;
    }
    return -1;
}

/* Writes, flushes to the disk and closes; keep, if not NULL, names the mode of the file that is replaced. */
static bool fill(int fd, pb_span text, const struct stat *keep)
{
    bool done = write_all(fd, text) && (!keep || fchmod(fd, keep->st_mode & 07777) == 0) && fsync(fd) == 0;
    int  kept = errno;
    if (close(fd) != 0 && done) return false;
    if (!done) errno = kept;
    return done;
}

static pb_status replace(const char *path, const char *target, pb_span text, const struct stat *old, pb_error *error)
{
    char temp[PATH_MAX];
    int  fd = open_beside(target, 0666, temp);
    if (fd < 0) return refuse(path, error);
    if (fill(fd, text, old) && rename(temp, target) == 0) return PB_OK;
    pb_status status = refuse(path, error);
    unlink(temp);
    return status;
}

/* A pipe, a terminal, /dev/null: there is no file to replace. */
static pb_status write_through(const char *path, pb_span text, pb_error *error)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) return refuse(path, error);
    bool done = write_all(fd, text);
    int  kept = errno;
    close(fd);
    errno = kept;
    return done ? PB_OK : refuse(path, error);
}

pb_status pb_file_write(const char *path, pb_span text, pb_error *error)
{
    struct stat st;
    if (stat(path, &st) != 0) return errno == ENOENT ? replace(path, path, text, NULL, error) : refuse(path, error);
    if (S_ISDIR(st.st_mode))
        return pb_error_set(error, PB_E_IO, "%s: is a folder, not a file (name a file inside it)", path);
    if (!S_ISREG(st.st_mode)) return write_through(path, text, error);
    char *target = realpath(path, NULL);
    if (!target) return refuse(path, error);
    pb_status status = replace(path, target, text, &st, error);
    free(target);
    return status;
}
