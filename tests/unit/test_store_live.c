/* Live sessions in a store: groups, how far, chunks, retention, kills, full disks.
 *
 * Over SQLite as it is. With PB_TEST_PG_URL, a database that may be emptied, the same
 * over PostgreSQL too, and both must hold the same in the end; PB_TEST_PG_STOP and
 * PB_TEST_PG_START are commands that stop and start its server (tests/system/postgres.sh). */
#include "pb_test.h"

#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "pitboard/codec.h"
#include "pitboard/store_live.h"
#include "store/store_internal.h"
#include "unit/store_fixture.h"

#define DAY_US INT64_C(86400000000)

static void open_store(fixture *f, pb_store_mode mode)
{
    if (pb_store_open(f->url, mode, &f->store, &f->error) != PB_OK) fail_msg("%s", f->error.text);
}

static void begin(fixture *f, bool on_postgres)
{
    static int n;
    memset(f, 0, sizeof *f);
    snprintf(f->path, sizeof f->path, "/tmp/pb_test_live_%d_%d.db", (int)getpid(), n++);
    snprintf(f->url, sizeof f->url, "sqlite:%s", f->path);
    forget(f->path);
    if (on_postgres) {
        snprintf(f->url, sizeof f->url, "%s", postgres());
        run_postgres("SET client_min_messages = error; DROP SCHEMA IF EXISTS pitboard CASCADE");
    }
    open_store(f, PB_STORE_CREATE);
}

static void end(fixture *f)
{
    pb_store_close(f->store);
    forget(f->path);
}

/* Every test of this file over every store there is. */
typedef void test(fixture *f);
static void  over_each(test *body)
{
    for (int on_postgres = 0; on_postgres <= (postgres() != NULL); on_postgres++) {
        fixture f;
        begin(&f, on_postgres);
        body(&f);
        end(&f);
    }
}
#define TEST_OVER_EACH(name)                                                                                           \
    static void name##_body(fixture *f);                                                                               \
    PB_TEST(name)                                                                                                      \
    {                                                                                                                  \
        over_each(name##_body);                                                                                        \
    }                                                                                                                  \
    static void name##_body(fixture *f)

static void must(pb_status status, const fixture *f)
{
    if (status != PB_OK) fail_msg("%s: %s", pb_status_name(status), f->error.text);
}

static int64_t ask(fixture *f, const char *sql)
{
    int64_t value = -1;
    must(pb_store_count(f->store, sql, NULL, 0, -1, &value, &f->error), f);
    return value;
}

static void keep_first(void *with, const char *text)
{
    if (!((char *)with)[0]) snprintf(with, 400, "%s", text);
}

static void sound(fixture *f)
{
    char     first[400] = "";
    uint32_t n          = 77;
    must(pb_store_check(f->store, keep_first, first, &n, &f->error), f);
    if (n != 0) fail_msg("%u findings: %s", n, first);
}

/* ---- rows ---- */

static const char *const lap_columns[]   = {"session", "car", "lap", "time_ms", "compound"};
static const char *const event_columns[] = {"session", "seq", "n", "at_us", "kind", "line"};

static pb_append *into(fixture *f, const char *table, const char *const *columns, uint32_t n)
{
    pb_append *a = NULL;
    must(pb_store_append_into(f->store, table, columns, n, &a, &f->error), f);
    return a;
}

static pb_status lap(fixture *f, int64_t car, int64_t number, int64_t ms, const char *compound)
{
    pb_value values[] = {pb_value_text("2025-11-R"), pb_value_i64(car), pb_value_i64(number), pb_value_i64(ms),
                         pb_value_text(compound)};
    return pb_store_append_row(into(f, "live_laps", lap_columns, 5), values, &f->error);
}

static pb_status event(fixture *f, int64_t seq, int64_t n, const char *line)
{
    pb_value values[] = {pb_value_text("2025-11-R"), pb_value_i64(seq),       pb_value_i64(n),
                         pb_value_i64(seq * 1000),   pb_value_text("timing"), pb_value_text(line)};
    return pb_store_append_row(into(f, "live_events", event_columns, 6), values, &f->error);
}

#define CHUNK_ROWS 100

static pb_status chunk(fixture *f, const char *session, int32_t car, uint64_t seq)
{
    static int64_t times[CHUNK_ROWS];
    static float   speed[CHUNK_ROWS], missing[CHUNK_ROWS];
    for (int i = 0; i < CHUNK_ROWS; i++) {
        times[i]   = (int64_t)seq * 1000000 + i * 10000;
        speed[i]   = (float)((int)(seq % 100) + i) / 2;
        missing[i] = NAN;
    }
    pb_chunk_column columns[] = {
        {.name = "time_us", .i64 = times}, {.name = "speed_kmh", .f32 = speed}, {.name = "gone", .f32 = missing}};
    pb_chunk c = {.session   = session,
                  .car       = car,
                  .seq       = seq,
                  .from_us   = times[0],
                  .to_us     = times[CHUNK_ROWS - 1],
                  .n_rows    = CHUNK_ROWS,
                  .n_columns = 3,
                  .columns   = columns};
    return pb_store_put_chunk(f->store, &c, &f->error);
}

static pb_status window(fixture *f, const char *session, int64_t kind, int64_t from_us, int64_t lap_number, float value)
{
    static const char *const columns[]  = {"session", "car",    "kind",   "from_us", "to_us",
                                           "lap",     "sector", "points", "schema",  "features"};
    float                    features[] = {value, NAN};
    pb_value                 values[]   = {pb_value_text(session),    pb_value_i64(7),
                                           pb_value_i64(kind),        pb_value_i64(from_us),
                                           pb_value_i64(from_us + 5), pb_value_i64(lap_number),
                                           pb_value_i64(0),           pb_value_i64(10),
                                           pb_value_text("window-1"), pb_value_blob(features, sizeof features)};
    return pb_store_append_row(into(f, "live_windows", columns, 10), values, &f->error);
}

static pb_status session(fixture *f, const char *name, int64_t started_us)
{
    static const char *const columns[] = {"session", "started_us", "state"};
    pb_value                 values[]  = {pb_value_text(name), started_us ? pb_value_i64(started_us) : pb_value_null(),
                                          pb_value_text("over")};
    return pb_store_append_row(into(f, "live_sessions", columns, 3), values, &f->error);
}

static void start(fixture *f)
{
    must(pb_store_begin(f->store, &f->error), f);
}

static void commit(fixture *f)
{
    must(pb_store_commit(f->store, &f->error), f);
}

/* ---- groups ---- */

TEST_OVER_EACH(a_row_whose_key_is_there_replaces_it_within_a_group_and_later)
{
    for (int group = 0; group < 3; group++) {
        start(f);
        must(lap(f, 7, 1, 90000 + group, "SOFT"), f);
        must(lap(f, 7, 2, 91000 + group, NULL), f);
        must(lap(f, 7, 1, 80000 + group, "HARD"), f);
        commit(f);
        PB_CHECK_EQ(ask(f, "SELECT count(*) FROM live_laps"), 2);
        PB_CHECK_EQ(ask(f, "SELECT time_ms FROM live_laps WHERE lap = 1"), 80000 + group);
        PB_CHECK_EQ(ask(f, "SELECT count(*) FROM live_laps WHERE compound = 'HARD'"), 1);
    }
}

TEST_OVER_EACH(what_was_appended_is_seen_before_the_commit_and_gone_after_a_rollback)
{
    uint64_t seq = 77;
    start(f);
    must(event(f, 1, 0, "x"), f);
    must(chunk(f, "2025-11-R", 7, 1), f);
    must(pb_store_set_applied(f->store, "2025-11-R", 1, &f->error), f);
    PB_CHECK_EQ(ask(f, "SELECT count(*) FROM live_events"), 1);
    pb_store_rollback(f->store);
    PB_CHECK_EQ(ask(f, "SELECT count(*) FROM live_events"), 0);
    must(pb_store_applied(f->store, "2025-11-R", &seq, &f->error), f);
    PB_CHECK_EQ(seq, 0);
    start(f);
    must(chunk(f, "2025-11-R", 7, 1), f); /* the partition that was rolled back is made again */
    must(pb_store_set_applied(f->store, "2025-11-R", 5, &f->error), f);
    commit(f);
    start(f);
    must(pb_store_set_applied(f->store, "2025-11-R", 3, &f->error), f);
    commit(f);
    must(pb_store_applied(f->store, "2025-11-R", &seq, &f->error), f);
    PB_CHECK_EQ(seq, 5);
    sound(f);
}

TEST_OVER_EACH(a_row_that_is_refused_undoes_its_group_and_nothing_else)
{
    start(f);
    must(lap(f, 7, 1, 90000, NULL), f);
    commit(f);
    pb_value wrong[] = {pb_value_text("2025-11-R"), pb_value_i64(7), pb_value_i64(2), pb_value_text("fast"),
                        pb_value_null()};
    start(f);
    must(lap(f, 7, 3, 90000, NULL), f);
    PB_CHECK_EQ(pb_store_append_row(into(f, "live_laps", lap_columns, 5), wrong, &f->error), PB_E_RANGE);
    PB_CHECK_EQ(lap(f, 7, 4, 90000, NULL), PB_E_IO);
    PB_CHECK_HAS(f->error.text, "undone");
    PB_CHECK_EQ(pb_store_set_applied(f->store, "2025-11-R", 9, &f->error), PB_E_IO);
    PB_CHECK_EQ(pb_store_commit(f->store, &f->error), PB_E_IO);
    pb_store_rollback(f->store);
    PB_CHECK_EQ(ask(f, "SELECT count(*) FROM live_laps"), 1);
    pb_value no_key[] = {pb_value_text("2025-11-R"), pb_value_i64(7), pb_value_null(), pb_value_i64(1),
                         pb_value_null()};
    start(f);
    pb_status at_once = pb_store_append_row(into(f, "live_laps", lap_columns, 5), no_key, &f->error);
    pb_status later   = at_once == PB_OK ? pb_store_commit(f->store, &f->error) : at_once;
    PB_CHECK_EQ(later, PB_E_RANGE);
    pb_store_rollback(f->store);
    start(f);
    must(lap(f, 7, 5, 90000, NULL), f);
    commit(f);
    PB_CHECK_EQ(ask(f, "SELECT count(*) FROM live_laps"), 2);
}

TEST_OVER_EACH(a_text_that_is_no_utf8_does_not_stop_the_race)
{
    static const char odd[]    = "Box, box \xff\xc3\x28 now\0!";
    pb_value          values[] = {pb_value_text("2025-11-R"),
                                  pb_value_i64(1),
                                  pb_value_i64(0),
                                  pb_value_i64(1),
                                  pb_value_null(),
                                  {.kind = PB_VALUE_TEXT, .text = {odd, sizeof odd - 1}}};
    start(f);
    must(pb_store_append_row(into(f, "live_events", event_columns, 6), values, &f->error), f);
    commit(f);
    PB_CHECK_EQ(ask(f, "SELECT count(*) FROM live_events WHERE line = "
                       "'Box, box \xef\xbf\xbd\xef\xbf\xbd( now\xef\xbf\xbd!'"),
                1);
}

/* ---- chunks ---- */

typedef struct seen {
    uint32_t n, most;
    uint64_t seq[64];
} seen;

static bool see(void *user, const pb_chunk *c)
{
    seen *s             = user;
    s->seq[s->n++ % 64] = c->seq;
    PB_CHECK_EQ(c->n_rows, CHUNK_ROWS);
    PB_CHECK_TEXT(c->columns[1].name, "speed_kmh");
    PB_CHECK_EQ(c->columns[0].i64[1], (int64_t)c->seq * 1000000 + 10000);
    PB_CHECK(c->columns[1].f32[3] == (float)((int)(c->seq % 100) + 3) / 2 && isnan(c->columns[2].f32[99]));
    return s->n < s->most;
}

TEST_OVER_EACH(chunks_come_back_in_the_order_of_time)
{
    seen s = {.most = 100};
    start(f);
    for (uint64_t seq = 20; seq > 0; seq--) must(chunk(f, "a", 7, seq), f);
    must(chunk(f, "a", 8, 1), f);
    must(chunk(f, "b", 7, 1), f);
    must(chunk(f, "a", 7, 4), f); /* once more: replaced */
    commit(f);
    must(pb_store_read_chunks(f->store, "a", 7, INT64_MIN, INT64_MAX, see, &s, &f->error), f);
    PB_CHECK_EQ(s.n, 20);
    for (uint32_t i = 0; i < 20; i++) PB_CHECK_EQ(s.seq[i], i + 1);
    s = (seen){.most = 100};
    must(pb_store_read_chunks(f->store, "a", 7, 5000000, 7000000, see, &s, &f->error), f);
    PB_CHECK(s.n == 3 && s.seq[0] == 5 && s.seq[2] == 7);
    s = (seen){.most = 2};
    must(pb_store_read_chunks(f->store, "a", 7, INT64_MIN, INT64_MAX, see, &s, &f->error), f);
    PB_CHECK_EQ(s.n, 2);
    s = (seen){.most = 2};
    must(pb_store_read_chunks(f->store, "c", 7, INT64_MIN, INT64_MAX, see, &s, &f->error), f);
    PB_CHECK_EQ(s.n, 0);
    sound(f);
}

TEST_OVER_EACH(check_finds_chunks_that_were_changed_and_rows_beyond_the_last_record)
{
    char     first[400] = "";
    uint32_t n          = 0;
    start(f);
    must(chunk(f, "a", 7, 1), f);
    must(chunk(f, "a", 7, 2), f);
    commit(f);
    start(f);
    must(pb__db_do(f->store->db,
                   "UPDATE live_chunks SET bytes = (SELECT o.bytes FROM live_chunks o WHERE o.seq = 2) WHERE seq = 1",
                   NULL, 0, &f->error),
         f);
    must(pb_store_set_applied(f->store, "a", 1, &f->error), f);
    commit(f);
    must(pb_store_check(f->store, keep_first, first, &n, &f->error), f);
    PB_CHECK_EQ(n, 2);
    PB_CHECK_HAS(first, "live_chunks has rows of record 2");
    seen s = {.most = 9};
    PB_CHECK_EQ(pb_store_read_chunks(f->store, "a", 7, INT64_MIN, INT64_MAX, see, &s, &f->error), PB_E_SYNTAX);
}

/* ---- retention ---- */

TEST_OVER_EACH(what_is_old_leaves_its_sum_behind)
{
    pb_store_policy policy = {
        .telemetry_days = 10, .windows_days = 20, .session_days = 30, .sessions_kept = 1, .step_rows = 3};
    pb_store_retained out, dry;
    int64_t           now = 1000 * DAY_US;
    start(f);
    must(session(f, "new", now - 40 * DAY_US), f); /* old too, but the newest */
    must(session(f, "mid", now - 50 * DAY_US), f);
    must(session(f, "unknown", 0), f);
    for (uint64_t seq = 1; seq <= 10; seq++) {
        must(chunk(f, "new", 7, seq), f);
        must(chunk(f, "mid", 7, seq), f);
        must(chunk(f, "unknown", 7, seq), f);
    }
    for (int i = 0; i < 8; i++) must(window(f, "mid", i % 2, i * 10, 1 + i / 4, (float)i), f);
    must(window(f, "mid", 2, 40, 2, 99), f); /* lap 2 has its own */
    commit(f);

    policy.session_days = 0;
    must(pb_store_retain(f->store, &policy, now, true, &dry, &f->error), f);
    PB_CHECK(dry.sessions == 1 && dry.chunks == 10 && dry.windows == 8 && dry.rows == 0 && dry.chunk_bytes > 0);
    PB_CHECK_EQ(ask(f, "SELECT count(*) FROM live_chunks"), 30);
    must(pb_store_retain(f->store, &policy, now, false, &out, &f->error), f);
    PB_CHECK(out.chunks == 10 && out.windows == 8 && out.chunk_bytes == dry.chunk_bytes && out.rollups == 10 * 2 + 1);
    PB_CHECK_EQ(ask(f, "SELECT count(*) FROM live_chunks"), 20);
    PB_CHECK_EQ(ask(f, "SELECT count(*) FROM live_rollups WHERE session = 'mid'"), 20);
    PB_CHECK_EQ(ask(f,
                    "SELECT count(*) FROM live_rollups WHERE name = 'speed_kmh' AND seq = 4 AND n = 100 AND least = 2 "
                    "AND most = 51.5 AND mean = 26.75"),
                1);
    PB_CHECK_EQ(ask(f, "SELECT count(*) FROM live_rollups WHERE name = 'gone' AND n = 0 AND mean IS NULL"), 10);
    PB_CHECK_EQ(ask(f, "SELECT count(*) FROM live_windows"), 2);
    PB_CHECK_EQ(ask(f, "SELECT points FROM live_windows WHERE lap = 1 AND kind = 2 AND schema = 'window-1/mean'"), 20);
    PB_CHECK_EQ(ask(f, "SELECT from_us FROM live_windows WHERE lap = 1"), 10);
    sound(f);

    policy.session_days = 30;
    must(pb_store_retain(f->store, &policy, now, true, &dry, &f->error), f);
    must(pb_store_retain(f->store, &policy, now, false, &out, &f->error), f);
    PB_CHECK(dry.rows == 23 && out.rows == 23 && out.sessions == 1);
    PB_CHECK_EQ(ask(f, "SELECT count(*) FROM live_sessions"), 2);
    PB_CHECK_EQ(ask(f, "SELECT count(*) FROM live_chunks"), 20);
    PB_CHECK_EQ(ask(f, "SELECT count(*) FROM live_rollups"), 0);
    must(pb_store_retain(f->store, &policy, now, false, &out, &f->error), f);
    PB_CHECK(out.sessions == 0 && out.rows == 0);
    sound(f);
}

/* A chunk of a version that this program does not know, whole. */
static void newer_chunk(char bytes[40])
{
    memset(bytes, 0, 40);
    memcpy(bytes, "PBTC", 4);
    bytes[8]     = 2;
    uint32_t crc = pb_crc32((pb_span){bytes + 8, 32});
    for (int i = 0; i < 4; i++) bytes[4 + i] = (char)(crc >> (8 * i));
}

TEST_OVER_EACH(old_telemetry_of_a_newer_program_is_not_thrown_away_unsummed)
{
    pb_store_policy   policy = {.telemetry_days = 10, .sessions_kept = 0, .step_rows = 3};
    pb_store_retained out;
    char              bytes[40];
    newer_chunk(bytes);
    pb_value value = pb_value_blob(bytes, sizeof bytes);
    start(f);
    must(session(f, "mid", DAY_US), f);
    must(chunk(f, "mid", 7, 1), f);
    must(chunk(f, "mid", 7, 2), f);
    commit(f);
    start(f);
    must(pb__db_do(f->store->db, "UPDATE live_chunks SET bytes = ?1 WHERE seq = 2", &value, 1, &f->error), f);
    commit(f);
    PB_CHECK_EQ(pb_store_retain(f->store, &policy, 50 * DAY_US, false, &out, &f->error), PB_E_UNSUPPORTED);
    PB_CHECK_HAS(f->error.text, "version 2");
    PB_CHECK_EQ(ask(f, "SELECT count(*) FROM live_chunks"), 2);
    PB_CHECK_EQ(ask(f, "SELECT count(*) FROM live_rollups"), 0);
}

/* ---- versions ---- */

PB_TEST(a_store_of_version_1_gets_the_live_tables_and_keeps_what_it_has)
{
    fixture  f;
    sqlite3 *db;
    begin(&f, false);
    pb_store_close(f.store);
    forget(f.path);
    PB_CHECK_EQ(sqlite3_open(f.path, &db), SQLITE_OK);
    PB_CHECK_EQ(sqlite3_exec(db, pb__store_steps[0], NULL, NULL, NULL), SQLITE_OK);
    PB_CHECK_EQ(sqlite3_exec(db,
                             "PRAGMA application_id = 1346520146; PRAGMA user_version = 1;"
                             "INSERT INTO origins VALUES(0, 'fastf1')",
                             NULL, NULL, NULL),
                SQLITE_OK);
    sqlite3_close(db);
    PB_CHECK_EQ(pb_store_open(f.url, PB_STORE_WRITE, &f.store, &f.error), PB_E_UNSUPPORTED);
    PB_CHECK_HAS(f.error.text, "db migrate");
    open_store(&f, PB_STORE_CREATE);
    PB_CHECK_EQ(pb_store_version_found(f.store), 1);
    PB_CHECK_EQ(ask(&f, "SELECT count(*) FROM origins"), 1);
    PB_CHECK_EQ(ask(&f, "SELECT count(*) FROM live_laps"), 0);
    sound(&f);
    end(&f);
}

/* ---- a writer that is killed, a server that goes away ---- */

/* Record seq: three events, a lap that is told again and again, a window; every tenth a chunk. */
static pb_status put_record(fixture *f, int64_t seq)
{
    for (int64_t n = 0; n < 3; n++) PB_TRY(event(f, seq, n, "a line of an event, as it may be"));
    PB_TRY(lap(f, seq % 20, seq / 200, seq, "SOFT"));
    PB_TRY(window(f, "2025-11-R", 0, seq * 10, 1, (float)seq));
    return seq % 10 == 0 ? chunk(f, "2025-11-R", 7, (uint64_t)seq) : PB_OK;
}

static pb_status put_group(fixture *f, int64_t from, int64_t to)
{
    PB_TRY(pb_store_begin(f->store, &f->error));
    for (int64_t seq = from; seq <= to; seq++) PB_TRY(put_record(f, seq));
    PB_TRY(pb_store_set_applied(f->store, "2025-11-R", (uint64_t)to, &f->error));
    return pb_store_commit(f->store, &f->error);
}

/* Continues where the store is, in groups; tells what was acknowledged. */
static void write_on(const char *url, volatile int64_t *acknowledged)
{
    fixture  f = {0};
    uint64_t seq;
    if (pb_store_open(url, PB_STORE_WRITE, &f.store, &f.error) != PB_OK ||
        pb_store_applied(f.store, "2025-11-R", &seq, &f.error) != PB_OK)
        _exit(1);
    for (int64_t from = (int64_t)seq + 1;; from += 1 + from % 17) {
        if (put_group(&f, from, from + from % 17) != PB_OK) _exit(1);
        *acknowledged = from + from % 17;
    }
}

static void complete_to(fixture *f, int64_t acknowledged)
{
    uint64_t seq;
    must(pb_store_applied(f->store, "2025-11-R", &seq, &f->error), f);
    int64_t last = (int64_t)seq;
    if (last < acknowledged)
        fail_msg("%lld were acknowledged, %lld are there", (long long)acknowledged, (long long)last);
    PB_CHECK_EQ(ask(f, "SELECT count(*) FROM live_events"), 3 * last);
    PB_CHECK_EQ(ask(f, "SELECT coalesce(max(seq), 0) FROM live_events"), last);
    PB_CHECK_EQ(ask(f, "SELECT count(*) FROM live_windows"), last);
    PB_CHECK_EQ(ask(f, "SELECT count(*) FROM live_chunks"), last / 10);
    PB_CHECK_EQ(ask(f, "SELECT coalesce(max(time_ms), 0) FROM live_laps"), last);
    sound(f);
}

/* The server may be at the last group of one who is dead. */
static void wait_for_others(void)
{
    PGconn *at = PQconnectdb(postgres());
    for (int i = 0; i < 500; i++) {
        PGresult *r     = PQexec(at, "SELECT 1 FROM pg_stat_activity WHERE application_name = 'pitboard'");
        bool      alone = PQntuples(r) == 0;
        PQclear(r);
        if (alone) break;
        usleep(10000);
    }
    PQfinish(at);
}

TEST_OVER_EACH(a_writer_killed_at_any_moment_leaves_whole_groups)
{
    volatile int64_t *acknowledged =
        mmap(NULL, sizeof *acknowledged, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    bool     sqlite = strncmp(f->url, "sqlite:", 7) == 0;
    unsigned seed   = (unsigned)getpid();
    PB_CHECK(acknowledged != MAP_FAILED);
    *acknowledged = 0;
    for (int round = 0; round < 10; round++) {
        pb_store_close(f->store);
        f->store  = NULL;
        pid_t pid = fork();
        if (pid == 0) write_on(f->url, acknowledged);
        int64_t before = *acknowledged; /* every other time after a group at least, however busy the machine */
        for (int i = 0; round % 2 == 0 && *acknowledged == before && i < 20000; i++) usleep(1000);
        usleep((useconds_t)(rand_r(&seed) % 50000));
        PB_CHECK_EQ(kill(pid, SIGKILL), 0);
        int how;
        PB_CHECK_EQ(waitpid(pid, &how, 0), pid);
        PB_CHECK(WIFSIGNALED(how)); /* it did not fail by itself */
        if (!sqlite) wait_for_others();
        open_store(f, PB_STORE_WRITE);
        complete_to(f, *acknowledged);
    }
    PB_CHECK(*acknowledged > 0);
    (void)munmap((void *)(uintptr_t)acknowledged, sizeof *acknowledged);
}

static void server(const char *variable)
{
    if (system(getenv(variable)) != 0) fail_msg("%s failed", variable);
}

PB_TEST(a_server_that_goes_away_and_comes_back_loses_and_doubles_nothing)
{
    fixture  f;
    uint64_t seq;
    if (!postgres() || !getenv("PB_TEST_PG_STOP") || !getenv("PB_TEST_PG_START")) skip();
    begin(&f, true);
    for (int64_t round = 0; round < 2; round++) {
        int64_t at = round * 100;
        must(put_group(&f, at + 1, at + 50), &f);
        pb_status status = PB_OK;
        if (round % 2 == 0) server("PB_TEST_PG_STOP"); /* between groups, or in the middle of one */
        if (round % 2 == 0) status = put_group(&f, at + 51, at + 60);
        if (round % 2 == 1) {
            must(pb_store_begin(f.store, &f.error), &f);
            for (int64_t n = at + 51; n <= at + 60; n++) must(put_record(&f, n), &f);
            server("PB_TEST_PG_STOP");
            status = pb_store_commit(f.store, &f.error);
        }
        PB_CHECK_EQ(status, PB_E_IO);
        pb_store_rollback(f.store);
        PB_CHECK_EQ(pb_store_begin(f.store, &f.error), PB_E_IO); /* still gone */
        PB_CHECK_HAS(f.error.text, "open the store again");
        pb_store_close(f.store);
        PB_CHECK_EQ(pb_store_open(f.url, PB_STORE_WRITE, &f.store, &f.error), PB_E_IO);
        server("PB_TEST_PG_START");
        open_store(&f, PB_STORE_WRITE);
        complete_to(&f, at + 50);
        must(pb_store_applied(f.store, "2025-11-R", &seq, &f.error), &f);
        PB_CHECK_EQ(seq, (uint64_t)at + 50);
        must(put_group(&f, at + 51, at + 100), &f);
        complete_to(&f, at + 100);
    }
    end(&f);
}

/* ---- a disk that is full, a file that cannot be written ---- */

PB_TEST(a_full_disk_undoes_the_group_and_works_again_when_there_is_room)
{
    fixture f;
    begin(&f, false);
    must(put_group(&f, 1, 100), &f);
    (void)ask(&f, "PRAGMA max_page_count = 200"); /* SQLite then says what it says of a full disk */
    pb_status status = PB_OK;
    int64_t   at     = 100;
    while (status == PB_OK && at < 100000)
        if ((status = put_group(&f, at + 1, at + 100)) == PB_OK) at += 100;
    PB_CHECK_EQ(status, PB_E_IO);
    PB_CHECK_HAS(f.error.text, "the disk is full");
    pb_store_rollback(f.store);
    complete_to(&f, at);
    (void)ask(&f, "PRAGMA max_page_count = 100000");
    must(put_group(&f, at + 1, at + 100), &f);
    complete_to(&f, at + 100);
    end(&f);
}

/* As the operating system tells it: no file may grow beyond this. */
PB_TEST(a_log_that_cannot_grow_is_told_and_survived)
{
    fixture f;
    begin(&f, false);
    must(pb_store_auto_checkpoint(f.store, 0, &f.error), &f);
    must(put_group(&f, 1, 10), &f);
    pb_store_close(f.store);
    pid_t pid = fork();
    if (pid == 0) {
        char command[64];
        (void)signal(SIGXFSZ, SIG_IGN);
        snprintf(command, sizeof command, "prlimit --fsize=400000 --pid %d", (int)getpid());
        if (system(command) != 0) _exit(77);
        fixture g = f;
        if (pb_store_open(f.url, PB_STORE_WRITE, &g.store, &g.error) != PB_OK) _exit(2);
        (void)pb_store_auto_checkpoint(g.store, 0, NULL);
        pb_status status = PB_OK;
        for (int64_t at = 10; status == PB_OK && at < 100000; at += 10) status = put_group(&g, at + 1, at + 10);
        if (status != PB_E_IO || !strstr(g.error.text, "disk")) _exit(3);
        pb_store_rollback(g.store);
        pb_store_close(g.store); /* the log goes into the file, and the next has room */
        _exit(0);
    }
    int how;
    PB_CHECK_EQ(waitpid(pid, &how, 0), pid);
    if (WIFEXITED(how) && WEXITSTATUS(how) == 77) skip();
    PB_CHECK(WIFEXITED(how) && WEXITSTATUS(how) == 0);
    open_store(&f, PB_STORE_WRITE);
    complete_to(&f, 10);
    uint64_t seq;
    must(pb_store_applied(f.store, "2025-11-R", &seq, &f.error), &f);
    must(put_group(&f, (int64_t)seq + 1, (int64_t)seq + 10), &f);
    complete_to(&f, (int64_t)seq + 10);
    end(&f);
}

/* Root may write anything: somebody else tries. */
static int try_to_write(fixture *f)
{
    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) return 77;
    pb_status status = pb_store_open(f->url, PB_STORE_WRITE, &f->store, &f->error);
    if (status == PB_OK) status = pb_store_begin(f->store, &f->error);
    if (status != PB_E_IO || (!strstr(f->error.text, "no permission") && !strstr(f->error.text, "cannot be opened")))
        return 1;
    return 0;
}

PB_TEST(a_file_that_may_not_be_written_is_told)
{
    fixture f;
    begin(&f, false);
    must(put_group(&f, 1, 10), &f);
    pb_store_close(f.store);
    PB_CHECK_EQ(chmod(f.path, 0444), 0);
    pid_t pid = fork();
    if (pid == 0) _exit(try_to_write(&f));
    int how;
    PB_CHECK_EQ(waitpid(pid, &how, 0), pid);
    if (WIFEXITED(how) && WEXITSTATUS(how) == 77) skip();
    PB_CHECK(WIFEXITED(how) && WEXITSTATUS(how) == 0);
    PB_CHECK_EQ(chmod(f.path, 0644), 0);
    open_store(&f, PB_STORE_WRITE);
    complete_to(&f, 10);
    end(&f);
}

TEST_OVER_EACH(a_handle_that_only_reads_writes_nothing)
{
    start(f);
    must(lap(f, 7, 1, 90000, NULL), f);
    commit(f);
    pb_store_close(f->store);
    open_store(f, PB_STORE_READ);
    pb_status status = pb_store_begin(f->store, &f->error);
    if (status == PB_OK) {
        status = lap(f, 7, 2, 90000, NULL);
        if (status == PB_OK) status = pb_store_commit(f->store, &f->error);
    }
    PB_CHECK_EQ(status, PB_E_IO);
    pb_store_rollback(f->store);
    PB_CHECK_EQ(ask(f, "SELECT count(*) FROM live_laps"), 1);
}

TEST_OVER_EACH(a_backup_holds_the_live_tables_and_goes_back)
{
    char copy[300];
    snprintf(copy, sizeof copy, "/tmp/pb_test_live_%d.backup", (int)getpid());
    forget(copy);
    must(put_group(f, 1, 50), f);
    must(pb_store_backup(f->store, copy, &f->error), f);
    must(put_group(f, 51, 80), f);
    pb_store_close(f->store);
    must(pb_store_restore(f->url, copy, &f->error), f);
    open_store(f, PB_STORE_WRITE);
    complete_to(f, 50);
    must(put_group(f, 51, 60), f);
    complete_to(f, 60);
    forget(copy);
}

PB_TEST(a_checkpoint_empties_the_log)
{
    fixture f;
    char    log[300];
    begin(&f, false);
    must(pb_store_auto_checkpoint(f.store, 0, &f.error), &f);
    for (int64_t at = 0; at < 1000; at += 100) must(put_group(&f, at + 1, at + 100), &f);
    snprintf(log, sizeof log, "%s-wal", f.path);
    FILE *file = fopen(log, "rb");
    PB_CHECK(file && fseek(file, 0, SEEK_END) == 0 && ftell(file) > 100000);
    must(pb_store_checkpoint(f.store, PB_CHECKPOINT_PASSIVE, &f.error), &f);
    must(pb_store_checkpoint(f.store, PB_CHECKPOINT_TRUNCATE, &f.error), &f);
    PB_CHECK(fseek(file, 0, SEEK_END) == 0 && ftell(file) == 0);
    fclose(file);
    complete_to(&f, 1000);
    end(&f);
}

/* ---- names of stores ---- */

PB_TEST(a_url_is_shown_without_its_secrets)
{
    static const char *const pairs[][2] = {
        {"postgresql://ann:secret@host:5432/races?sslmode=require&password=x", "postgresql://ann@host:5432/races"},
        {"postgres://ann:se@cret@host/races", "postgres://ann@host/races"},
        {"postgresql://ann@host/races", "postgresql://ann@host/races"},
        {"postgresql:///races?host=/run&user=ann", "postgresql:///races"},
        {"postgresql://:secret@/races", "postgresql://@/races"},
        {"sqlite:my@races?.db", "sqlite:my@races?.db"},
        {"races.db", "races.db"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        char shown[64];
        pb_store_url_shown(pairs[i][0], shown, sizeof shown);
        PB_CHECK_TEXT(shown, pairs[i][1]);
        pb_store_url_shown(pairs[i][0], shown, 5);
        PB_CHECK_EQ(strlen(shown), 4);
    }
}

PB_TEST(no_message_tells_a_password)
{
    static const char *const urls[] = {"postgresql://ann:sesame@127.0.0.1:1/races",
                                       "postgresql://ann:ses%ame@x/races",
                                       "postgresql://ann:open@sesame@127.0.0.1:1/races",
                                       "postgresql://ann:open/sesame@127.0.0.1:1/races",
                                       "postgresql://ann:sesame/open@127.0.0.1:1/races",
                                       "postgresql://127.0.0.1:1/races?password=sesame&user=ann",
                                       "postgresql://ann:sesame@127.0.0.1:1/races?nonsense=sesame"};
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        pb_error  error  = {0};
        pb_store *store  = NULL;
        pb_status status = pb_store_open(urls[i], PB_STORE_READ, &store, &error);
        PB_CHECK(status == PB_E_IO || status == PB_E_USAGE);
        PB_CHECK(strstr(error.text, "sesame") == NULL && strstr(error.text, "ses%ame") == NULL);
    }
}

PB_TEST_MAIN(PB_RUN(a_row_whose_key_is_there_replaces_it_within_a_group_and_later),
             PB_RUN(what_was_appended_is_seen_before_the_commit_and_gone_after_a_rollback),
             PB_RUN(a_row_that_is_refused_undoes_its_group_and_nothing_else),
             PB_RUN(a_text_that_is_no_utf8_does_not_stop_the_race), PB_RUN(chunks_come_back_in_the_order_of_time),
             PB_RUN(check_finds_chunks_that_were_changed_and_rows_beyond_the_last_record),
             PB_RUN(what_is_old_leaves_its_sum_behind),
             PB_RUN(old_telemetry_of_a_newer_program_is_not_thrown_away_unsummed),
             PB_RUN(a_store_of_version_1_gets_the_live_tables_and_keeps_what_it_has),
             PB_RUN(a_writer_killed_at_any_moment_leaves_whole_groups),
             PB_RUN(a_server_that_goes_away_and_comes_back_loses_and_doubles_nothing),
             PB_RUN(a_full_disk_undoes_the_group_and_works_again_when_there_is_room),
             PB_RUN(a_log_that_cannot_grow_is_told_and_survived), PB_RUN(a_file_that_may_not_be_written_is_told),
             PB_RUN(a_handle_that_only_reads_writes_nothing), PB_RUN(a_backup_holds_the_live_tables_and_goes_back),
             PB_RUN(a_checkpoint_empties_the_log), PB_RUN(a_url_is_shown_without_its_secrets),
             PB_RUN(no_message_tells_a_password))
