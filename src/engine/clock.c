/* The machine: how many cores we may use, and what time it is. */
#include <sched.h>
#include <time.h>
#include <unistd.h>

#include "pitboard/engine.h"

uint32_t pb_engine_cores(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0) {
        int n = CPU_COUNT(&set);
        if (n > 0) return n > PB_THREADS_MAX ? PB_THREADS_MAX : (uint32_t)n;
    }
    long n = sysconf(_SC_NPROCESSORS_ONLN); /* more than 1024 CPUs: the set above is too small */
    if (n < 1) return 1;
    return n > PB_THREADS_MAX ? PB_THREADS_MAX : (uint32_t)n;
}

double pb_engine_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int64_t us_of(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t pb_engine_utc_us(void)
{
    return us_of(CLOCK_REALTIME);
}

int64_t pb_engine_mono_us(void)
{
    return us_of(CLOCK_MONOTONIC);
}

int64_t pb_engine_utc_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec;
}
