/* What the kernel says of this process, under the names that Prometheus' own clients use. */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "pitboard/engine_metrics.h"

static double resident_bytes(void)
{
    unsigned long long all = 0, resident = 0;
    FILE              *f = fopen("/proc/self/statm", "re");
    if (!f) return 0;
    int n = fscanf(f, "%llu %llu", &all, &resident); // NOLINT(cert-err34-c): the kernel writes numbers
    fclose(f);
    return n == 2 ? (double)resident * (double)sysconf(_SC_PAGESIZE) : 0;
}

static double cpu_seconds(void)
{
    struct rusage used;
    if (getrusage(RUSAGE_SELF, &used) != 0) return 0;
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           1e-6 * (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

static double open_fds(void)
{
    static const char folder[] = "/proc/self/fd";
    struct stat       s;
    if (stat(folder, &s) == 0 && s.st_size > 0) return (double)s.st_size; /* Linux 6.2 counts them itself */
    DIR *d = opendir(folder);
    if (!d) return 0;
    double n = -3; /* . and .. and the one that reads */
    while (readdir(d)) n++;
    closedir(d);
    return n;
}

static double max_fds(void)
{
    struct rlimit limit;
    return getrlimit(RLIMIT_NOFILE, &limit) == 0 ? (double)limit.rlim_cur : 0;
}

/* Seconds since this process began. */
static double uptime(void)
{
    char            text[1024];
    struct timespec now;
    FILE           *f = fopen("/proc/self/stat", "re");
    if (!f) return 0;
    size_t len = fread(text, 1, sizeof text - 1, f);
    fclose(f);
    text[len] = '\0';
    char *at  = strrchr(text, ')'); /* behind the name, which may hold anything */
    for (int field = 2; at && field < 22; field++) at = strchr(at + 1, ' ');
    long long ticks = 0;
    if (!at || sscanf(at, " %lld", &ticks) != 1) return 0; // NOLINT(cert-err34-c)
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec - (double)ticks / (double)sysconf(_SC_CLK_TCK);
}

static void set(pb_metrics *m, const char *name, const char *help, double value)
{
    pb_metric_set(pb_metric_gauge(m, name, help, NULL), NULL, value);
}

static void look(void *user __attribute__((unused)), pb_metrics *m)
{
    struct timespec now;
    double          up_s = uptime();
    clock_gettime(CLOCK_REALTIME, &now);
    set(m, "process_resident_memory_bytes", "memory that is in RAM", resident_bytes());
    set(m, "process_open_fds", "files and sockets that are open", open_fds());
    set(m, "process_max_fds", "how many may be open", max_fds());
    set(m, "process_uptime_seconds", "time since the process began", up_s);
    set(m, "process_start_time_seconds", "when the process began, since 1970", (double)now.tv_sec - up_s);
    pb_metric_set(pb_metric_counter(m, "process_cpu_seconds_total", "processor time used", NULL), NULL, cpu_seconds());
}

void pb_metrics_of_process(pb_metrics *metrics)
{
    pb_metric_set(pb_metric_gauge(metrics, "pitboard_build_info", "1; tells the version", "version"), PB_VERSION, 1);
    pb_metrics_before_print(metrics, look, NULL);
}
