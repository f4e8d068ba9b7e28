/* Frames into a store: exactly once, whatever is interrupted, and the same rows for
 * the same frames. */
#include "pb_test.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include "made_race.h"
#include "pitboard/engine_store.h"
#include "pitboard/store_live.h"

typedef struct fixture {
    char      path[128], url[160];
    pb_stage *stage;
    uint64_t  seq, from; /* frames up to from are not fed */
    pb_error  error;
} fixture;

static void forget(const char *path)
{
    static const char *const tails[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        char name[200];
        snprintf(name, sizeof name, "%s%s", path, tails[i]);
        (void)unlink(name);
    }
}

static void open_stage(fixture *f)
{
    pb_stage_options o = pb_stage_options_default();
    o.url              = f->url;
    o.id               = "20260101T000000-abcd";
    o.team             = "red";
    o.chunk_rows       = 100;
    if (pb_stage_create(&o, &f->stage, &f->error) != PB_OK) fail_msg("%s", f->error.text);
    if (pb_stage_connect(f->stage, &f->error) != PB_OK) fail_msg("%s", f->error.text);
    f->seq = 0;
}

static void begin(fixture *f)
{
    static int n;
    memset(f, 0, sizeof *f);
    snprintf(f->path, sizeof f->path, "%s/pb_test_stage_%d_%d.db", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp",
             (int)getpid(), n++); /* syncs cost nothing there */
    snprintf(f->url, sizeof f->url, "sqlite:%s", f->path);
    forget(f->path);
    open_stage(f);
}

static void end(fixture *f)
{
    pb_stage_destroy(f->stage);
    forget(f->path);
}

static void feed(fixture *f, uint8_t kind, const char *text, size_t len)
{
    pb_frame frame = {
        .seq = ++f->seq, .received_us = 1700000000000000 + (int64_t)f->seq * 5000, .kind = kind, .bytes = {text, len}};
    pb_stage_feed(f->stage, &frame);
}

static void feed_event(void *user, const pb_event *event)
{
    char   line[PB_EVENT_LINE_MAX];
    size_t len = made_line(event, line);
    feed(user, PB_FEED_EVENT, line, len);
}

static void commit(fixture *f)
{
    if (pb_stage_commit(f->stage, &f->error) != PB_OK) fail_msg("%s", f->error.text);
    PB_CHECK(pb_stage_applied(f->stage) >= f->seq);
}

/* A race with telemetry; a commit after every commit_after-th record, 0: only at the
 * end; stops (as a crash would) after stop_at records, 0: never. False: it was stopped. */
static bool play(fixture *f, uint32_t commit_after, uint64_t stop_at)
{
    char     text[400];
    uint32_t point = 0;
    made_start(feed_event, f);
    for (uint16_t lap = 1; lap <= 8; lap++) {
        for (uint32_t i = 0; i < 700; i++, point++) {
            feed(f, PB_FEED_POINTS, text, made_point(point, text, sizeof text));
            if (stop_at > 0 && f->seq >= stop_at) return false;
            if (commit_after > 0 && f->seq % commit_after == 0) commit(f);
        }
        made_lap(lap, feed_event, f);
        feed(f, PB_FEED_POINTS, "refused", 7);
        feed(f, PB_FRAME_CALL, "{\"car\":3,\"lap\":4,\"event\":12,\"call\":{}}", 38);
    }
    commit(f);
    return true;
}

/* Every row of every live table, as one sum. */
static void sum_of(const fixture *f, char sum[65])
{
    pb_store *store = NULL;
    FILE     *to;
    char     *text = NULL;
    size_t    len  = 0;
    PB_CHECK_EQ(pb_store_open(f->url, PB_STORE_READ, &store, NULL), PB_OK);
    pb_store_close(store);
    sqlite3 *db;
    PB_CHECK_EQ(sqlite3_open(f->path, &db), SQLITE_OK);
    to = open_memstream(&text, &len);
    for (uint32_t t = 0; pb_store_live_table(t); t++) {
        char          sql[100];
        sqlite3_stmt *q;
        snprintf(sql, sizeof sql, "SELECT * FROM %s ORDER BY 1, 2, 3, 4", pb_store_live_table(t));
        if (sqlite3_prepare_v2(db, sql, -1, &q, NULL) != SQLITE_OK)
            snprintf(sql, sizeof sql, "SELECT * FROM %s ORDER BY 1", pb_store_live_table(t));
        if (!q) PB_CHECK_EQ(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
        while (sqlite3_step(q) == SQLITE_ROW)
            for (int i = 0; i < sqlite3_column_count(q); i++)
                if (sqlite3_column_bytes(q, i) > 0)
                    fwrite(sqlite3_column_blob(q, i), 1, (size_t)sqlite3_column_bytes(q, i), to);
        sqlite3_finalize(q);
    }
    fclose(to);
    sqlite3_close(db);
    pb_sha256_hex((pb_span){text, len}, sum);
    free(text);
}

static int64_t count(const fixture *f, const char *sql)
{
    sqlite3      *db;
    sqlite3_stmt *q;
    PB_CHECK_EQ(sqlite3_open(f->path, &db), SQLITE_OK);
    PB_CHECK_EQ(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
    PB_CHECK_EQ(sqlite3_step(q), SQLITE_ROW);
    int64_t n = sqlite3_column_int64(q, 0);
    sqlite3_finalize(q);
    sqlite3_close(db);
    return n;
}

PB_TEST(a_race_is_in_its_tables)
{
    fixture f;
    begin(&f);
    PB_CHECK(play(&f, 0, 0));
    PB_CHECK_EQ(count(&f, "SELECT count(*) FROM live_sessions"), 1);
    PB_CHECK_EQ(count(&f, "SELECT own_car FROM live_sessions WHERE team = 'red'"), 3);
    PB_CHECK_EQ(count(&f, "SELECT count(*) FROM live_laps"), 8 * MADE_CARS);
    PB_CHECK_EQ(count(&f, "SELECT time_ms FROM live_laps WHERE car = 4 AND lap = 7"), 90400);
    PB_CHECK_EQ(count(&f, "SELECT sum(points) FROM live_chunks"), 5600);
    PB_CHECK_EQ(count(&f, "SELECT count(*) FROM live_gaps"), 8);
    PB_CHECK_EQ(count(&f, "SELECT count(*) FROM live_calls WHERE car = 3 AND lap = 4"), 8);
    PB_CHECK(count(&f, "SELECT count(*) FROM live_windows") > 50);
    PB_CHECK(count(&f, "SELECT count(*) FROM live_events") > 40);
    PB_CHECK(count(&f, "SELECT length(state) FROM live_sessions") > 100);
    PB_CHECK_EQ(pb_stage_refused(f.stage), 0);
    end(&f);
}

PB_TEST(it_does_not_matter_when_groups_are_committed)
{
    char sums[3][65];
    for (uint32_t i = 0; i < 3; i++) {
        fixture f;
        begin(&f);
        PB_CHECK(play(&f, (uint32_t[]){0, 37, 1000}[i], 0));
        sum_of(&f, sums[i]);
        end(&f);
    }
    PB_CHECK_TEXT(sums[0], sums[1]);
    PB_CHECK_TEXT(sums[0], sums[2]);
}

PB_TEST(a_stage_that_was_cut_off_goes_on_and_nothing_is_there_twice)
{
    fixture f;
    char    whole[65], mended[65];
    begin(&f);
    PB_CHECK(play(&f, 0, 0));
    sum_of(&f, whole);
    end(&f);
    begin(&f);
    for (uint64_t stop = 100; !play(&f, 150, stop); stop += 613) {
        pb_stage_destroy(f.stage); /* what was not committed is gone */
        open_stage(&f);
        PB_CHECK(pb_stage_applied(f.stage) <= stop);
        PB_CHECK(stop < 150 || pb_stage_applied(f.stage) + 200 > stop - stop % 150);
    }
    sum_of(&f, mended);
    PB_CHECK_TEXT(whole, mended);
    end(&f);
}

PB_TEST(a_group_is_kept_while_the_store_is_away)
{
    fixture          f;
    char             whole[65], late[65], dir[100];
    pb_stage_options o = pb_stage_options_default();
    begin(&f);
    PB_CHECK(play(&f, 0, 0));
    sum_of(&f, whole);
    end(&f);
    memset(&f, 0, sizeof f);
    snprintf(dir, sizeof dir, "/tmp/pb_test_stage_%d", (int)getpid());
    snprintf(f.path, sizeof f.path, "%s/live.db", dir);
    snprintf(f.url, sizeof f.url, "sqlite:%s", f.path);
    o.url        = f.url;
    o.id         = "20260101T000000-abcd";
    o.chunk_rows = 100;
    PB_CHECK_EQ(pb_stage_create(&o, &f.stage, &f.error), PB_OK);
    made_start(feed_event, &f);
    for (int i = 0; i < 3; i++) PB_CHECK(pb_stage_commit(f.stage, &f.error) != PB_OK);
    PB_CHECK_EQ(pb_stage_applied(f.stage), 0);
    PB_CHECK(pb_stage_has_more(f.stage));
    PB_CHECK_EQ(mkdir(dir, 0755), 0);
    commit(&f);
    pb_stage_destroy(f.stage);
    open_stage(&f);
    PB_CHECK(play(&f, 500, 0));
    sum_of(&f, late);
    PB_CHECK_TEXT(whole, late);
    end(&f);
    (void)rmdir(dir);
}

PB_TEST(a_clock_that_is_set_back_loses_nothing)
{
    fixture f;
    char    text[400];
    begin(&f);
    for (uint32_t i = 0; i < 3000; i++) {
        pb_frame frame    = {.seq = ++f.seq, .kind = PB_FEED_POINTS};
        frame.received_us = 1700000000000000 + (int64_t)(i % 1000) * 5000 - (int64_t)(i / 1000) * 3600000000;
        frame.bytes       = (pb_span){text, made_point(i, text, sizeof text)};
        pb_stage_feed(f.stage, &frame);
        if (i % 700 == 0) commit(&f);
    }
    commit(&f);
    PB_CHECK_EQ(count(&f, "SELECT sum(points) FROM live_chunks"), 3000);
    end(&f);
}

PB_TEST(a_store_that_is_wrong_is_refused)
{
    pb_stage_options o = pb_stage_options_default();
    pb_stage        *stage;
    pb_error         error;
    o.url = "nonsense:x";
    o.id  = "x";
    PB_CHECK_EQ(pb_stage_create(&o, &stage, &error), PB_OK);
    PB_CHECK_EQ(pb_stage_connect(stage, &error), PB_E_USAGE);
    pb_stage_destroy(stage);
}

PB_TEST_MAIN(PB_RUN(a_race_is_in_its_tables), PB_RUN(it_does_not_matter_when_groups_are_committed),
             PB_RUN(a_stage_that_was_cut_off_goes_on_and_nothing_is_there_twice),
             PB_RUN(a_group_is_kept_while_the_store_is_away), PB_RUN(a_clock_that_is_set_back_loses_nothing),
             PB_RUN(a_store_that_is_wrong_is_refused))
