#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

#include "pb_test.h"
#include "pitboard/net_watch.h"

static char dir[64];

static void make_dir(void)
{
    strcpy(dir, "/tmp/pb_watch_XXXXXX");
    PB_CHECK(mkdtemp(dir) != NULL);
}

static void remove_dir(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", dir);
    PB_CHECK_EQ(system(command), 0); // NOLINT(cert-env33-c)
}

static const char *at(const char *name)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    return path;
}

static void put(const char *name, const char *text)
{
    FILE *to = fopen(at(name), "w");
    PB_CHECK(to != NULL);
    fputs(text, to);
    fclose(to);
}

static pb_watch *watch(void)
{
    pb_watch *w = NULL;
    pb_error  error;
    PB_CHECK_EQ(pb_watch_open(dir, &w, &error), PB_OK);
    return w;
}

/* The name of the next file, "" when there is none. */
static const char *next(pb_watch *w)
{
    const char *path = NULL;
    pb_error    error;
    PB_CHECK_EQ(pb_watch_next(w, &path, &error), PB_OK);
    return path ? strrchr(path, '/') + 1 : "";
}

PB_TEST(files_that_were_there_come_first_in_order_then_new_ones)
{
    make_dir();
    put("b.csv", "b");
    put("a.csv", "a");
    pb_watch *w = watch();
    put("0.csv", "0");
    PB_CHECK_TEXT(next(w), "a.csv");
    PB_CHECK_TEXT(next(w), "b.csv");
    PB_CHECK_TEXT(next(w), "0.csv");
    PB_CHECK_TEXT(next(w), "");
    put("c.csv", "c");
    struct pollfd ready = {.fd = pb_watch_fd(w), .events = POLLIN};
    PB_CHECK_EQ(poll(&ready, 1, 2000), 1);
    PB_CHECK_TEXT(next(w), "c.csv");
    PB_CHECK_TEXT(next(w), "");
    pb_watch_close(w);
    remove_dir();
}

PB_TEST(a_file_is_given_when_it_is_closed_not_before)
{
    make_dir();
    pb_watch *w  = watch();
    int       fd = open(at("x.csv"), O_WRONLY | O_CREAT, 0666);
    PB_CHECK_EQ(write(fd, "half", 4), 4);
    PB_CHECK_TEXT(next(w), "");
    PB_CHECK_EQ(write(fd, "half", 4), 4);
    close(fd);
    PB_CHECK_TEXT(next(w), "x.csv");
    PB_CHECK_TEXT(next(w), "");
    pb_watch_close(w);
    remove_dir();
}

PB_TEST(a_file_that_is_being_written_at_the_start_waits_for_its_end)
{
    make_dir();
    int fd = open(at("x.csv"), O_WRONLY | O_CREAT, 0666);
    PB_CHECK_EQ(write(fd, "half", 4), 4);
    pb_watch *w = watch();
    PB_CHECK_TEXT(next(w), "");
    close(fd);
    PB_CHECK_TEXT(next(w), "x.csv");
    pb_watch_close(w);
    remove_dir();
}

PB_TEST(a_file_moved_in_counts_and_work_in_progress_does_not)
{
    make_dir();
    pb_watch *w = watch();
    char      from[256];
    put("x.csv.part", "x");
    put(".hidden", "x");
    put("y.tmp", "y");
    PB_CHECK_EQ(mkdir(at("folder"), 0777), 0);
    PB_CHECK_TEXT(next(w), "");
    snprintf(from, sizeof from, "%s", at("x.csv.part"));
    PB_CHECK_EQ(rename(from, at("x.csv")), 0);
    PB_CHECK_TEXT(next(w), "x.csv");
    pb_watch_close(w);
    remove_dir();
}

PB_TEST(a_file_written_again_is_given_again_and_one_only_read_is_not)
{
    make_dir();
    put("x.csv", "one");
    pb_watch *w = watch();
    PB_CHECK_TEXT(next(w), "x.csv");
    FILE *read = fopen(at("x.csv"), "r");
    fclose(read);
    PB_CHECK_TEXT(next(w), "");
    put("x.csv", "one more");
    PB_CHECK_TEXT(next(w), "x.csv");
    PB_CHECK_EQ(unlink(at("x.csv")), 0);
    PB_CHECK_TEXT(next(w), "");
    pb_watch_close(w);
    remove_dir();
}

static long queue_max(void)
{
    long  n    = 0;
    FILE *from = fopen("/proc/sys/fs/inotify/max_queued_events", "r");
    if (from && fscanf(from, "%ld", &n) != 1) n = 0; // NOLINT(cert-err34-c)
    if (from) fclose(from);
    return n;
}

PB_TEST(when_events_are_lost_the_folder_is_read_again_and_nothing_comes_twice)
{
    long most = queue_max();
    if (most <= 0 || most > 100000) skip();
    make_dir();
    pb_watch *w = watch();
    put("first.csv", "x");
    PB_CHECK_TEXT(next(w), "first.csv");
    put("a.csv", "");
    put("b.csv", "");
    for (long i = 0; i < most; i++)
        close(open(at(i % 2 ? "a.csv" : "b.csv"), O_WRONLY)); // NOLINT: events to fill the queue
    put("last.csv", "x");                                     /* its event is lost */
    char all[64] = "";
    for (const char *name; *(name = next(w));) {
        PB_CHECK(strlen(all) + strlen(name) + 1 < sizeof all);
        strcat(all, name);
        strcat(all, " ");
    }
    PB_CHECK_TEXT(all, "a.csv b.csv last.csv ");
    PB_CHECK_EQ(pb_watch_rescans(w), 1);
    pb_watch_close(w);
    remove_dir();
}

PB_TEST(many_files_come_each_once)
{
    enum { N = 3000 };
    static bool seen[N];
    make_dir();
    char name[32];
    for (int i = 0; i < N / 2; i++) {
        snprintf(name, sizeof name, "%d.csv", i);
        put(name, "x");
    }
    pb_watch *w = watch();
    for (int i = N / 2; i < N; i++) {
        snprintf(name, sizeof name, "%d.csv", i);
        put(name, "x");
    }
    for (const char *got; *(got = next(w));) {
        int i = atoi(got); // NOLINT(cert-err34-c)
        PB_CHECK(i >= 0 && i < N && !seen[i]);
        seen[i] = true;
    }
    for (int i = 0; i < N; i++) PB_CHECK(seen[i]);
    pb_watch_close(w);
    remove_dir();
}

PB_TEST(a_folder_that_is_not_there_or_goes_away_is_told)
{
    pb_watch   *w    = NULL;
    const char *path = "";
    pb_error    error;
    make_dir();
    PB_CHECK_EQ(pb_watch_open(at("nowhere"), &w, &error), PB_E_NOENT);
    PB_CHECK_HAS(error.text, "no such folder");
    put("file", "x");
    PB_CHECK_EQ(pb_watch_open(at("file"), &w, &error), PB_E_NOENT);
    PB_CHECK_HAS(error.text, "only a folder");
    PB_CHECK(!w);
    w = watch();
    PB_CHECK_TEXT(next(w), "file");
    remove_dir();
    PB_CHECK_EQ(pb_watch_next(w, &path, &error), PB_E_NOENT);
    PB_CHECK_HAS(error.text, "gone");
    PB_CHECK(!path);
    pb_watch_close(w);
    pb_watch_close(NULL);
}

PB_TEST_MAIN(PB_RUN(files_that_were_there_come_first_in_order_then_new_ones),
             PB_RUN(a_file_is_given_when_it_is_closed_not_before),
             PB_RUN(a_file_that_is_being_written_at_the_start_waits_for_its_end),
             PB_RUN(a_file_moved_in_counts_and_work_in_progress_does_not),
             PB_RUN(a_file_written_again_is_given_again_and_one_only_read_is_not),
             PB_RUN(when_events_are_lost_the_folder_is_read_again_and_nothing_comes_twice),
             PB_RUN(many_files_come_each_once), PB_RUN(a_folder_that_is_not_there_or_goes_away_is_told))
