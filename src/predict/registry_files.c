/* The folder of a registry: names, numbers and the lock. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "registry.h"

pb_status pb__registry_path(char out[PB_REGISTRY_PATH_MAX], pb_error *error, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(out, PB_REGISTRY_PATH_MAX, format, args);
    va_end(args);
    if (n >= 0 && n < PB_REGISTRY_PATH_MAX) return PB_OK;
    return pb_error_set(error, PB_E_LIMIT, "%.60s...: the path of the models is too long", out);
}

pb_status pb__registry_version_path(const char *dir, const char *kind, uint32_t version, char out[PB_REGISTRY_PATH_MAX],
                                    pb_error *error)
{
    return pb__registry_path(out, error, "%s/%s/%04u.pbm", dir, kind, version);
}

pb_status pb_registry_default_dir(char out[PB_REGISTRY_PATH_MAX], pb_error *error)
{
    const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    if (data && *data == '/') return pb__registry_path(out, error, "%s/pitboard/models", data);
    if (home && *home) return pb__registry_path(out, error, "%s/.local/share/pitboard/models", home);
    return pb_error_set(error, PB_E_MISSING, "neither XDG_DATA_HOME nor HOME is set: say --models DIR");
}

pb_status pb_registry_ready(const char *dir, const pb_model_kind *kind, pb_error *error)
{
    char path[PB_REGISTRY_PATH_MAX];
    int  lock = -1;
    PB_TRY(pb__registry_lock(dir, kind->name, &lock, error));
    pb__registry_unlock(lock);
    PB_TRY(pb__registry_path(path, error, "%s/%s", dir, kind->name));
    if (access(path, W_OK) == 0) return PB_OK;
    return pb_error_set(error, PB_E_IO, "%s: the folder cannot be written: %s", path, strerror(errno));
}

/* "0012.pbm" */
static uint32_t number_of(const char *name)
{
    int64_t number = 0;
    size_t  len    = strlen(name);
    if (len != 8 || strcmp(name + 4, ".pbm") != 0 || !pb_span_to_i64((pb_span){name, 4}, &number)) return 0;
    return number > 0 && number <= PB__REGISTRY_VERSIONS_MAX ? (uint32_t)number : 0;
}

static int ascending(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static void read_numbers(DIR *from, uint32_t *list, size_t *n)
{
    for (struct dirent *entry; (entry = readdir(from)) && *n < PB__REGISTRY_VERSIONS_MAX;) {
        uint32_t number = number_of(entry->d_name);
        if (number) list[(*n)++] = number;
    }
    qsort(list, *n, sizeof *list, ascending);
}

pb_status pb__registry_numbers(const char *dir, const char *kind, uint32_t **out, size_t *n, pb_error *error)
{
    char path[PB_REGISTRY_PATH_MAX];
    *n             = 0;
    uint32_t *list = calloc(PB__REGISTRY_VERSIONS_MAX, sizeof *list);
    if (!list) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    *out = list;
    if (!dir) return PB_OK;
    pb_status status = pb__registry_path(path, error, "%s/%s", dir, kind);
    DIR      *from   = status == PB_OK ? opendir(path) : NULL;
    if (status == PB_OK && !from && errno != ENOENT)
        status = pb_error_set(error, PB_E_IO, "%s: the folder cannot be read: %s", path, strerror(errno));
    if (from) read_numbers(from, list, n);
    if (from) closedir(from);
    if (status != PB_OK) {
        free(list);
        *out = NULL;
    }
    return status;
}

/* Every folder of the path that is missing. */
static bool make_folders(char *path)
{
    for (char *c = path + 1; *c; c++) {
        if (*c != '/') continue;
        *c       = '\0';
        bool bad = mkdir(path, 0777) != 0 && errno != EEXIST;
        *c       = '/';
        if (bad) return false;
    }
    return mkdir(path, 0777) == 0 || errno == EEXIST;
}

static int lock_file(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    while (fd >= 0 && flock(fd, LOCK_EX) != 0) {
        if (errno == EINTR) continue;
        close(fd);
        return -1;
    }
    return fd;
}

pb_status pb__registry_lock(const char *dir, const char *kind, int *lock, pb_error *error)
{
    char path[PB_REGISTRY_PATH_MAX];
    if (!dir) return pb_error_set(error, PB_E_MISSING, "no folder for models: say --models DIR");
    PB_TRY(pb__registry_path(path, error, "%s/%s", dir, kind));
    if (!make_folders(path))
        return pb_error_set(error, PB_E_IO, "%s: the folder cannot be made: %s", path, strerror(errno));
    PB_TRY(pb__registry_path(path, error, "%s/%s/lock", dir, kind));
    int fd = lock_file(path);
    if (fd < 0) return pb_error_set(error, PB_E_IO, "%s: cannot be locked: %s", path, strerror(errno));
    *lock = fd;
    return PB_OK;
}

void pb__registry_unlock(int lock)
{
    close(lock); /* and with it the lock */
}
