/* The races that ship, put into a store once. */
#include "apps/import_bundled.h"

#include <sys/stat.h>

#include "pb_test.h"
#include "pitboard/store.h"

static int64_t ask(const char *url, const char *sql)
{
    pb_store *store;
    pb_error  error;
    int64_t   n = -1;
    if (pb_store_open(url, PB_STORE_READ, &store, &error) != PB_OK) fail_msg("%s", error.text);
    if (pb_store_count(store, sql, NULL, 0, -1, &n, &error) != PB_OK) fail_msg("%s", error.text);
    pb_store_close(store);
    return n;
}

static void forget(const char *path)
{
    static const char *const tails[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        char name[300];
        snprintf(name, sizeof name, "%s%s", path, tails[i]);
        (void)unlink(name);
    }
}

PB_TEST(races_that_ship_go_into_a_store_once)
{
    char     path[128], url[160];
    uint32_t added = 9;
    pb_error error;
    snprintf(path, sizeof path, "/tmp/pb_test_bundled_%d.db", (int)getpid());
    snprintf(url, sizeof url, "sqlite:%s", path);
    forget(path);
    if (pb__import_bundled(url, PB_SOURCE_DIR "/data/races", &added, &error) != PB_OK) fail_msg("%s", error.text);
    PB_CHECK_EQ(added, 4);
    PB_CHECK_EQ(ask(url, "SELECT count(*) FROM races"), 4);
    PB_CHECK_EQ(ask(url, "SELECT count(*) FROM laps"), 4225);
    PB_CHECK_EQ(ask(url, "SELECT count(*) FROM sources WHERE licence = 'Apache-2.0'"), 4);
    PB_CHECK_EQ(pb__import_bundled(url, PB_SOURCE_DIR "/data/races", &added, &error), PB_OK);
    PB_CHECK_EQ(added, 0);
    PB_CHECK_EQ(ask(url, "SELECT count(*) FROM laps"), 4225);
    forget(path);
}

PB_TEST(what_is_no_race_is_passed_over)
{
    char     dir[128], file[256], path[160], url[200];
    uint32_t added = 9;
    pb_error error;
    snprintf(dir, sizeof dir, "/tmp/pb_test_bundled_%d.d", (int)getpid());
    (void)mkdir(dir, 0700);
    static const char *const names[] = {"2023_07_broken.csv", "notes.csv", "2023_07_x.json"};
    for (size_t i = 0; i < 3; i++) {
        snprintf(file, sizeof file, "%s/%s", dir, names[i]);
        FILE *to = fopen(file, "w");
        PB_CHECK(to != NULL);
        fputs("no,race\n1,2\n", to);
        fclose(to);
    }
    snprintf(path, sizeof path, "%s/store.db", dir);
    snprintf(url, sizeof url, "sqlite:%s", path);
    PB_CHECK_EQ(pb__import_bundled(url, dir, &added, &error), PB_OK);
    PB_CHECK_EQ(added, 0);
    PB_CHECK_EQ(pb__import_bundled(url, "/nowhere/at/all", &added, &error), PB_E_NOENT);
    PB_CHECK(pb__import_bundled("sqlite:/nowhere/at/all.db", dir, &added, &error) != PB_OK);
    for (size_t i = 0; i < 3; i++) {
        snprintf(file, sizeof file, "%s/%s", dir, names[i]);
        (void)unlink(file);
    }
    forget(path);
    (void)rmdir(dir);
}

PB_TEST_MAIN(PB_RUN(races_that_ship_go_into_a_store_once), PB_RUN(what_is_no_race_is_passed_over))
