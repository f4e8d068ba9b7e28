/* access_secret: the secret of the signatures, kept in a file of its own. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "access_secret.h"

static pb_status fail(const char *path, const char *doing, pb_error *error)
{
    return pb_error_set(error, PB_E_IO, "%s: the secret of the tokens cannot be %s: %s", path, doing, strerror(errno));
}

static pb_status judge(int fd, const char *path, pb_error *error)
{
    struct stat is;
    if (fstat(fd, &is) != 0) return fail(path, "read", error);
    if (!S_ISREG(is.st_mode))
        return pb_error_set(error, PB_E_IO, "%s: the secret of the tokens must be a file (name another)", path);
    if ((is.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return pb_error_set(error, PB_E_IO,
                            "%s: others may read or write the secret of the tokens; who could can sign in as anybody: "
                            "remove it (all sign in again), or chmod 600 it if nobody did",
                            path);
    if (is.st_uid != geteuid() && is.st_uid != 0)
        return pb_error_set(error, PB_E_IO, "%s: the secret of the tokens belongs to another user (chown it)", path);
    if (is.st_size != PB__SECRET)
        return pb_error_set(error, PB_E_SYNTAX,
                            "%s: the secret of the tokens is %d bytes, this file has %lld (remove it: a new one is "
                            "made, and all sign in again)",
                            path, PB__SECRET, (long long)is.st_size);
    return PB_OK;
}

static pb_status read_it(int fd, const char *path, uint8_t out[PB__SECRET], pb_error *error)
{
    PB_TRY(judge(fd, path, error));
    ssize_t n = read(fd, out, PB__SECRET);
    return n == PB__SECRET ? PB_OK : fail(path, "read", error);
}

static bool write_it(int fd, const uint8_t secret[PB__SECRET])
{
    return write(fd, secret, PB__SECRET) == PB__SECRET && fsync(fd) == 0;
}

/* Under a name of its own first; the link fails when another made one meanwhile, whose stands. */
static pb_status make(const char *path, pb_error *error)
{
    char    part[1100], tail[17];
    uint8_t secret[PB__SECRET];
    randombytes_buf(secret, sizeof secret);
    (void)sodium_bin2hex(tail, sizeof tail, secret, 8); /* of a secret that is thrown away at once */
    randombytes_buf(secret, sizeof secret);
    if ((size_t)snprintf(part, sizeof part, "%s.%s", path, tail) >= sizeof part)
        return pb_error_set(error, PB_E_LIMIT, "the path of the secret is too long");
    int fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return fail(path, "made", error);
    bool      good   = write_it(fd, secret);
    pb_status status = good ? PB_OK : fail(path, "written", error);
    sodium_memzero(secret, sizeof secret);
    (void)close(fd);
    if (good && link(part, path) != 0 && errno != EEXIST) status = fail(path, "made", error);
    (void)unlink(part);
    return status;
}

pb_status pb__secret_load(const char *path, uint8_t out[PB__SECRET], pb_error *error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 && errno == ENOENT) {
        PB_TRY(make(path, error));
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    }
    if (fd < 0) return fail(path, "read", error);
    pb_status status = read_it(fd, path, out, error);
    (void)close(fd);
    return status;
}
