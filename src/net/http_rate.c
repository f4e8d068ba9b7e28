/* How many requests may go: at most per_second within any second, per_hour within
 * any hour. The last ones are remembered one by one; a bucket that holds an hour's
 * worth and is refilled meanwhile would let twice as many through in its first. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "http.h"

#define SECOND_MS 1000
#define HOUR_MS 3600000

bool pb__rate_init(pb__rate *rate, uint32_t per_second, uint32_t per_hour)
{
    uint32_t cap = per_second > per_hour ? per_second : per_hour;
    *rate        = (pb__rate){.per_second = per_second, .per_hour = per_hour, .cap = cap};
    rate->times  = cap ? calloc(cap, sizeof *rate->times) : NULL;
    return !cap || rate->times;
}

void pb__rate_fini(pb__rate *rate)
{
    free(rate->times);
    *rate = (pb__rate){0};
}

/* Ms until the most-th last one is `within` ms old. A clock that was set back makes
 * past ones lie ahead: nobody waits longer for them than for one of now. */
static int64_t wait_for(const pb__rate *rate, uint32_t most, int64_t within, int64_t utc_ms)
{
    if (most == 0 || rate->n < most) return 0;
    int64_t age = utc_ms - rate->times[rate->n - most];
    if (age < 0) age = 0;
    return age >= within ? 0 : within - age;
}

int64_t pb__rate_take(pb__rate *rate, int64_t utc_ms)
{
    if (rate->cap == 0) return 0;
    int64_t second = wait_for(rate, rate->per_second, SECOND_MS, utc_ms);
    int64_t hour   = wait_for(rate, rate->per_hour, HOUR_MS, utc_ms);
    if (second > 0 || hour > 0) return second > hour ? second : hour;
    if (rate->n == rate->cap) memmove(rate->times, rate->times + 1, --rate->n * sizeof *rate->times);
    rate->times[rate->n++] = utc_ms;
    return 0;
}

/* ---- counted in a file: int64 UTC ms, oldest first ---- */

static void load(pb__rate *rate, int fd, int64_t utc_ms)
{
    struct stat st;
    off_t       room = (off_t)(rate->cap * sizeof *rate->times);
    rate->n          = 0;
    if (fstat(fd, &st) != 0 || st.st_size % (off_t)sizeof *rate->times != 0) return;
    off_t   from = st.st_size > room ? st.st_size - room : 0;
    ssize_t got  = pread(fd, rate->times, (size_t)room, from);
    if (got > 0) rate->n = (uint32_t)((size_t)got / sizeof *rate->times);
    for (uint32_t i = 0; i < rate->n; i++)
        if (rate->times[i] < 0 || rate->times[i] > utc_ms + HOUR_MS) rate->n = 0;
}

static bool save(const pb__rate *rate, int fd)
{
    size_t size = rate->n * sizeof *rate->times;
    return pwrite(fd, rate->times, size, 0) == (ssize_t)size && ftruncate(fd, (off_t)size) == 0;
}

pb_status pb__rate_take_file(pb__rate *rate, const char *path, int64_t utc_ms, int64_t *wait_ms, pb_error *error)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0 || flock(fd, LOCK_EX) != 0) {
        pb_status status =
            pb_error_set(error, PB_E_IO, "%s: requests cannot be counted there: %s", path, strerror(errno));
        if (fd >= 0) close(fd);
        return status;
    }
    load(rate, fd, utc_ms);
    *wait_ms  = pb__rate_take(rate, utc_ms);
    bool kept = *wait_ms > 0 || save(rate, fd);
    close(fd);
    if (kept) return PB_OK;
    return pb_error_set(error, PB_E_IO, "%s: requests cannot be counted there: %s", path, strerror(errno));
}
