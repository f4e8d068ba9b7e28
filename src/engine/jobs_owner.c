/* Names: of jobs, and of the process that runs them.
 *
 * An owner is "MACHINE.NAMESPACE.PID.START.RANDOM TIME". After kill -9 and a new start
 * on the same machine the old owner is seen to be gone at once; of one elsewhere
 * only the age of its sign of life tells. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "jobs.h"

static void random_hex(size_t n, char *out)
{
    uint8_t bytes[16];
    size_t  have = 0;
    PB_ASSERT(n <= sizeof bytes);
    while (have < n) {
        ssize_t got = getrandom(bytes + have, n - have, 0);
        PB_ASSERT(got > 0 || errno == EINTR); /* Linux: this many bytes never fail otherwise */
        if (got > 0) have += (size_t)got;
    }
    pb_hex(bytes, n, out);
}

void pb__job_new_id(char id[PB_JOB_ID_MAX])
{
    random_hex(16, id);
}

bool pb__job_is_id(const char *id)
{
    return strlen(id) == 32 && strspn(id, "0123456789abcdef") == 32;
}

/* First line of a small file of the kernel; "" when it cannot be read. */
static void first_line(const char *path, char *out, size_t cap)
{
    FILE *from = fopen(path, "re");
    out[0]     = '\0';
    if (!from) return;
    if (!fgets(out, (int)cap, from)) out[0] = '\0';
    (void)fclose(from);
}

/* This machine since it was started, and the space in which process ids count. */
static void machine_name(char *out, size_t cap)
{
    char    boot[64], space[64] = "";
    ssize_t n = readlink("/proc/self/ns/pid", space, sizeof space - 1);
    if (n > 0) space[n] = '\0';
    first_line("/proc/sys/kernel/random/boot_id", boot, sizeof boot);
    boot[strcspn(boot, "-\n")] = '\0';
    (void)snprintf(out, cap, "%s.%llu", boot, strtoull(space + strcspn(space, "0123456789"), NULL, 10));
}

/* When a process began, in ticks since the machine did; 0: there is none. */
static unsigned long long start_of(long pid)
{
    char path[48], line[1024];
    (void)snprintf(path, sizeof path, "/proc/%ld/stat", pid);
    first_line(path, line, sizeof line);
    const char *at = strrchr(line, ')'); /* the name before it may hold anything */
    for (int field = 2; at && field < 22; field++) at = strchr(at + 1, ' ');
    return at ? strtoull(at + 1, NULL, 10) : 0;
}

void pb__job_owner_name(char out[PB__JOB_OWNER_MAX])
{
    char machine[64], chance[17];
    machine_name(machine, sizeof machine);
    random_hex(8, chance);
    (void)snprintf(out, PB__JOB_OWNER_MAX, "%s.%ld.%llu.%s", machine, (long)getpid(), start_of((long)getpid()), chance);
}

void pb__job_owner_beat(const char *name, int64_t now_s, char out[PB__JOB_OWNER_MAX + 24])
{
    (void)snprintf(out, PB__JOB_OWNER_MAX + 24, "%s %lld", name, (long long)now_s);
}

/* Of a process on this machine we need not wait for a sign. */
static bool is_dead_here(const char *beat)
{
    char machine[64], *end;
    machine_name(machine, sizeof machine);
    size_t len = strlen(machine);
    if (strncmp(beat, machine, len) != 0 || beat[len] != '.') return false;
    long pid = strtol(beat + len + 1, &end, 10);
    if (*end != '.' || pid <= 0) return false;
    unsigned long long start = strtoull(end + 1, &end, 10);
    return *end == '.' && start_of(pid) != start;
}

bool pb__job_owner_gone(const char *beat, int64_t now_s)
{
    const char *space = strrchr(beat, ' ');
    int64_t     at    = 0;
    if (!space || !pb_span_to_i64(pb_span_of(space + 1), &at)) return true; /* none of ours */
    return is_dead_here(beat) || now_s - at > PB__JOB_GONE_S;
}
