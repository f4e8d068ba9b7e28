#include "serve_home.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pitboard/store.h"

static pb_status choose(const char *given, char out[SERVE_PATH_MAX], pb_error *error)
{
    const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    int         n;
    if (given)
        n = snprintf(out, SERVE_PATH_MAX, "%s", given);
    else if (data && *data == '/')
        n = snprintf(out, SERVE_PATH_MAX, "%s/pitboard", data);
    else if (home && *home)
        n = snprintf(out, SERVE_PATH_MAX, "%s/.local/share/pitboard", home);
    else
        return pb_error_set(error, PB_E_USAGE, "neither XDG_DATA_HOME nor HOME is set: say --home DIR");
    if (n >= SERVE_PATH_MAX) return pb_error_set(error, PB_E_LIMIT, "%.60s...: the path is too long", out);
    return PB_OK;
}

static pb_status make(const char *path, pb_error *error)
{
    struct stat found;
    if (mkdir(path, 0700) == 0) return PB_OK;
    if (errno == EEXIST && stat(path, &found) == 0 && S_ISDIR(found.st_mode)) return PB_OK;
    return pb_error_set(error, PB_E_IO, "%s: the folder cannot be made: %s", path, strerror(errno));
}

pb_status serve_home_folder(const char *path, pb_error *error)
{
    return make(path, error);
}

pb_status serve_home(const char *given, char out[SERVE_PATH_MAX], pb_error *error)
{
    PB_TRY(choose(given, out, error));
    for (char *slash = strchr(out + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash           = '\0';
        pb_status status = make(out, error);
        *slash           = '/';
        PB_TRY(status);
    }
    return make(out, error);
}

/* Who holds it writes his number into it. */
static pb_status taken(const char *home, int fd, pb_error *error)
{
    char    who[32]         = "";
    ssize_t n               = pread(fd, who, sizeof who - 1, 0);
    who[n > 0 ? n : 0]      = '\0';
    who[strcspn(who, "\n")] = '\0';
    return pb_error_set(error, PB_E_IO,
                        "%s: another pitboard serve is at home there%s%s (end it, or say another --home DIR)", home,
                        who[0] ? ", process " : "", who);
}

pb_status serve_home_lock(const char *home, int *out, pb_error *error)
{
    char path[SERVE_PATH_MAX + 8], who[32];
    (void)snprintf(path, sizeof path, "%s/lock", home);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return pb_error_set(error, PB_E_IO, "%s: it cannot be written: %s", path, strerror(errno));
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        pb_status status = errno == EWOULDBLOCK ? taken(home, fd, error)
                                                : pb_error_set(error, PB_E_IO, "%s: %s", path, strerror(errno));
        close(fd);
        return status;
    }
    int len = snprintf(who, sizeof who, "%ld\n", (long)getpid());
    if (ftruncate(fd, 0) != 0 || pwrite(fd, who, (size_t)len, 0) != len) {
        /* a full disk: the lock holds without a name in it */
    }
    *out = fd;
    return PB_OK;
}

void serve_home_unlock(int lock)
{
    if (lock >= 0) close(lock);
}

pb_status serve_home_store(const char *home, char out[SERVE_PATH_MAX], pb_error *error)
{
    if (snprintf(out, SERVE_PATH_MAX, "sqlite:%s/serve.db", home) < SERVE_PATH_MAX) return PB_OK;
    return pb_error_set(error, PB_E_LIMIT, "%.60s...: the path is too long", home);
}

void serve_home_private(const char *store_url)
{
    size_t n = strlen(PB_STORE_SCHEME);
    if (strncmp(store_url, PB_STORE_SCHEME, n) != 0) return;
    int fd = open(store_url + n, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (fd >= 0) (void)close(fd); /* SQLite takes an empty file for a new one, and its rights for the log beside it */
}
