/* The store: merging, conflicts, versions, copies; and what it refuses. */
#include "pb_test.h"

#include <sqlite3.h>

#include "pitboard/store.h"

typedef struct fixture {
    char      path[256], url[300];
    pb_store *store;
    pb_error  error;
} fixture;

static void forget(const char *path)
{
    static const char *const tails[] = {"", "-wal", "-shm", "-journal", ".part"};
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        char name[300];
        snprintf(name, sizeof name, "%s%s", path, tails[i]);
        (void)unlink(name);
    }
}

static void begin(fixture *f)
{
    static int n;
    memset(f, 0, sizeof *f);
    snprintf(f->path, sizeof f->path, "/tmp/pb_test_store_%d_%d.db", (int)getpid(), n++);
    snprintf(f->url, sizeof f->url, "sqlite:%s", f->path);
    forget(f->path);
    if (pb_store_open(f->url, PB_STORE_CREATE, &f->store, &f->error) != PB_OK) fail_msg("%s", f->error.text);
}

static void end(fixture *f)
{
    pb_store_close(f->store);
    forget(f->path);
}

static bool begin_source(fixture *f, const char *origin, char digit)
{
    char sha[65];
    bool known = false;
    memset(sha, digit, 64);
    sha[64]           = '\0';
    pb_store_source s = {.path        = origin,
                         .form        = "x",
                         .format      = "x",
                         .origin      = origin,
                         .licence     = "none",
                         .sha256      = sha,
                         .about       = "",
                         .imported_ms = 1};
    PB_CHECK_EQ(pb_store_begin(f->store, &f->error), PB_OK);
    if (pb_store_source_begin(f->store, &s, &known, &f->error) != PB_OK) fail_msg("%s", f->error.text);
    return known;
}

static pb_store_counts end_source(fixture *f)
{
    pb_store_counts counts = {0};
    PB_CHECK_EQ(pb_store_source_end(f->store, &counts, &f->error), PB_OK);
    PB_CHECK_EQ(pb_store_commit(f->store, &f->error), PB_OK);
    return counts;
}

static void put(fixture *f, const char *table, const char *const *columns, const pb_value *values, uint32_t n)
{
    pb_store_put *into;
    if (pb_store_put_into(f->store, table, columns, n, &into, &f->error) != PB_OK ||
        pb_store_put_row(into, values, &f->error) != PB_OK)
        fail_msg("%s", f->error.text);
}

#define PUT(f, table, columns, ...)                                                                                    \
    do {                                                                                                               \
        const pb_value values[] = {__VA_ARGS__};                                                                       \
        put(f, table, columns, values, sizeof values / sizeof *values);                                                \
    } while (0)

static const char *const race_columns[]   = {"race", "id", "series", "season", "round", "sprint"};
static const char *const driver_columns[] = {"driver", "code"};
static const char *const lap_columns[]    = {"race", "driver", "lap", "time_ms", "position", "compound"};

static void put_race(fixture *f)
{
    PUT(f, "races", race_columns, pb_value_i64(2023070), pb_value_text("2023-07"), pb_value_text("f1"),
        pb_value_i64(2023), pb_value_i64(7), pb_value_i64(0));
    PUT(f, "drivers", driver_columns, pb_value_text("VER"), pb_value_text("VER"));
}

static void put_lap(fixture *f, int lap, int64_t ms, int64_t position, const char *compound)
{
    PUT(f, "laps", lap_columns, pb_value_i64(2023070), pb_value_text("VER"), pb_value_i64(lap),
        ms ? pb_value_i64(ms) : pb_value_null(), position ? pb_value_i64(position) : pb_value_null(),
        pb_value_text(compound));
}

static int64_t ask(fixture *f, const char *sql)
{
    int64_t value = -1;
    if (pb_store_count(f->store, sql, NULL, 0, -1, &value, &f->error) != PB_OK) fail_msg("%s", f->error.text);
    return value;
}

static void ask_text(fixture *f, const char *sql, char *out, size_t cap)
{
    pb_store_rows *rows;
    PB_CHECK_EQ(pb_store_select(f->store, sql, NULL, 0, &rows, &f->error), PB_OK);
    PB_CHECK_EQ(pb_store_rows_next(rows, &f->error), PB_OK);
    pb_store_column_text(rows, 0, out, cap);
    pb_store_rows_close(rows);
}

/* ---- merging ---- */

PB_TEST(the_same_fact_from_two_sources_is_one_row_with_both)
{
    fixture f;
    begin(&f);
    (void)begin_source(&f, "fastf1", 'a');
    put_race(&f);
    put_lap(&f, 1, 90000, 0, "SOFT");
    (void)end_source(&f);
    (void)begin_source(&f, "livetiming", 'b');
    put_lap(&f, 1, 90002, 3, NULL); /* 2 ms are allowed */
    pb_store_counts counts = end_source(&f);
    PB_CHECK(counts.added == 0 && counts.agreed == 1 && counts.filled == 1 && counts.conflicts == 0);
    PB_CHECK_EQ(ask(&f, "SELECT count(*) FROM laps"), 1);
    PB_CHECK_EQ(ask(&f, "SELECT time_ms FROM laps"), 90000);
    PB_CHECK_EQ(ask(&f, "SELECT position FROM laps"), 3);
    PB_CHECK_EQ(ask(&f, "SELECT origins FROM laps"), 3);
    char fields[64];
    ask_text(&f, "SELECT fields FROM laps", fields, sizeof fields);
    PB_CHECK_TEXT(fields, "position:2"); /* told by the second file */
    end(&f);
}

PB_TEST(what_disagrees_is_kept_with_both_values_and_the_rule)
{
    fixture f;
    char    text[128];
    begin(&f);
    (void)begin_source(&f, "fastf1", 'a');
    put_race(&f);
    put_lap(&f, 1, 90000, 1, "SOFT");
    (void)end_source(&f);
    (void)begin_source(&f, "livetiming", 'b');
    put_lap(&f, 1, 90003, 1, "HARD");
    PB_CHECK_EQ(end_source(&f).conflicts, 2);
    PB_CHECK_EQ(ask(&f, "SELECT time_ms FROM laps"), 90000);
    ask_text(&f, "SELECT kept || ' ' || other || ' ' || key FROM conflicts WHERE field = 'time_ms'", text, sizeof text);
    PB_CHECK_TEXT(text, "90000 90003 2023070 VER 1");
    ask_text(&f, "SELECT rule FROM conflicts WHERE field = 'compound'", text, sizeof text);
    PB_CHECK_TEXT(text, "fastf1 before livetiming for laps");
    end(&f);
}

/* Three sources in every order: the same values stay, the same are in conflict. */
PB_TEST(the_outcome_does_not_depend_on_the_order_of_import)
{
    static const char *const origins[]    = {"fastf1", "livetiming", "jolpica"};
    static const int64_t     times[]      = {90000, 90100, 90100};
    static const char *const tyres[]      = {NULL, "SOFT", "HARD"};
    static const int         orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    for (int o = 0; o < 6; o++) {
        fixture f;
        begin(&f);
        for (int i = 0; i < 3; i++) {
            int s = orders[o][i];
            (void)begin_source(&f, origins[s], (char)('a' + s));
            put_race(&f);
            put_lap(&f, 1, times[s], s == 2 ? 5 : 0, tyres[s]);
            (void)end_source(&f);
        }
        PB_CHECK_EQ(ask(&f, "SELECT time_ms FROM laps"), 90000);
        PB_CHECK_EQ(ask(&f, "SELECT position FROM laps"), 5);
        PB_CHECK_EQ(ask(&f, "SELECT compound = 'SOFT' FROM laps"), 1);
        PB_CHECK_EQ(
            ask(&f, "SELECT count(*) FROM conflicts WHERE field = 'compound' AND kept = 'SOFT' AND other = 'HARD'"), 1);
        PB_CHECK(ask(&f, "SELECT count(*) FROM conflicts WHERE field = 'time_ms' AND kept = '90000'") >= 1);
        PB_CHECK_EQ(ask(&f, "SELECT count(*) FROM conflicts WHERE kept = other"), 0);
        PB_CHECK_EQ(ask(&f, "SELECT origins FROM laps"), 7);
        end(&f);
    }
}

PB_TEST(of_two_rows_with_one_key_in_one_file_the_first_stays)
{
    fixture f;
    begin(&f);
    (void)begin_source(&f, "grcup", 'a');
    put_race(&f);
    put_lap(&f, 1, 90000, 1, NULL);
    put_lap(&f, 1, 95000, 1, NULL);
    PB_CHECK_EQ(end_source(&f).conflicts, 1);
    PB_CHECK_EQ(ask(&f, "SELECT time_ms FROM laps"), 90000);
    PB_CHECK_EQ(ask(&f, "SELECT rule LIKE 'told twice%' FROM conflicts"), 1);
    end(&f);
}

PB_TEST(a_file_is_known_by_its_content_unless_rows_of_it_wait)
{
    fixture         f;
    pb_store_counts counts = {.rows = 3, .accepted = 3, .open = 2};
    begin(&f);
    PB_CHECK(!begin_source(&f, "openf1", 'a'));
    PB_CHECK_EQ(pb_store_quarantine(f.store, 0, "2 rows wait", &f.error), PB_OK);
    PB_CHECK_EQ(pb_store_source_end(f.store, &counts, &f.error), PB_OK);
    PB_CHECK_EQ(pb_store_commit(f.store, &f.error), PB_OK);
    PB_CHECK(!begin_source(&f, "openf1", 'a')); /* read again, as the same source */
    counts = (pb_store_counts){.rows = 3, .accepted = 3};
    PB_CHECK_EQ(pb_store_source_end(f.store, &counts, &f.error), PB_OK);
    PB_CHECK_EQ(pb_store_commit(f.store, &f.error), PB_OK);
    PB_CHECK_EQ(ask(&f, "SELECT count(*) FROM sources"), 1);
    PB_CHECK_EQ(ask(&f, "SELECT count(*) FROM quarantine"), 0);
    PB_CHECK(begin_source(&f, "openf1", 'a'));
    pb_store_rollback(f.store);
    PB_CHECK(!begin_source(&f, "openf1", 'b'));
    end(&f);
}

PB_TEST(what_is_rolled_back_never_was)
{
    fixture f;
    begin(&f);
    (void)begin_source(&f, "fastf1", 'a');
    put_race(&f);
    put_lap(&f, 1, 90000, 1, NULL);
    pb_store_rollback(f.store);
    PB_CHECK_EQ(ask(&f, "SELECT count(*) FROM laps"), 0);
    PB_CHECK_EQ(ask(&f, "SELECT count(*) FROM sources"), 0);
    (void)begin_source(&f, "livetiming", 'b'); /* gets the number the other had: its origin must not stick */
    put_race(&f);
    put_lap(&f, 1, 90000, 1, NULL);
    (void)end_source(&f);
    (void)begin_source(&f, "fastf1", 'a');
    put_lap(&f, 1, 91000, 1, NULL);
    (void)end_source(&f);
    PB_CHECK_EQ(ask(&f, "SELECT time_ms FROM laps"), 91000);
    end(&f);
}

PB_TEST(rows_that_break_the_table_are_refused_by_it)
{
    fixture       f;
    pb_store_put *into;
    begin(&f);
    (void)begin_source(&f, "fastf1", 'a');
    put_race(&f);
    PB_CHECK_EQ(pb_store_put_into(f.store, "laps", lap_columns, 6, &into, &f.error), PB_OK);
    pb_value no_lap[] = {pb_value_i64(2023070), pb_value_text("VER"), pb_value_i64(0),
                         pb_value_i64(1),       pb_value_null(),      pb_value_null()};
    PB_CHECK_EQ(pb_store_put_row(into, no_lap, &f.error), PB_E_RANGE);
    pb_value no_car[] = {pb_value_i64(2023070), pb_value_text("XXX"), pb_value_i64(1),
                         pb_value_i64(1),       pb_value_null(),      pb_value_null()};
    PB_CHECK_EQ(pb_store_put_row(into, no_car, &f.error), PB_E_RANGE);
    PB_CHECK_HAS(f.error.text, "FOREIGN KEY");
    pb_value text[] = {pb_value_i64(2023070), pb_value_text("VER"), pb_value_i64(1),
                       pb_value_text("fast"), pb_value_null(),      pb_value_null()};
    PB_CHECK_EQ(pb_store_put_row(into, text, &f.error), PB_E_RANGE); /* STRICT */
    end(&f);
}

/* ---- opening ---- */

static pb_status try_open(const char *url, pb_store_mode mode, pb_error *error)
{
    pb_store *store;
    pb_status status = pb_store_open(url, mode, &store, error);
    if (status == PB_OK) pb_store_close(store);
    return status;
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    PB_CHECK(file != NULL);
    fputs(text, file);
    fclose(file);
}

PB_TEST(what_is_no_store_is_refused_and_left_alone)
{
    fixture  f;
    char     url[300], other[280], text[64] = "";
    sqlite3 *db;
    begin(&f);
    snprintf(other, sizeof other, "%s.other", f.path);
    snprintf(url, sizeof url, "sqlite:%s", other);
    PB_CHECK_EQ(try_open("mysql://x", PB_STORE_READ, &f.error), PB_E_USAGE);
    PB_CHECK_EQ(try_open("races.db", PB_STORE_READ, &f.error), PB_E_USAGE);
    PB_CHECK_EQ(try_open(NULL, PB_STORE_READ, &f.error), PB_E_USAGE);
    PB_CHECK_EQ(try_open("sqlite:", PB_STORE_CREATE, &f.error), PB_E_USAGE);
    PB_CHECK_EQ(try_open(url, PB_STORE_READ, &f.error), PB_E_NOENT);
    PB_CHECK_EQ(try_open("sqlite:/nowhere/at/all.db", PB_STORE_CREATE, &f.error), PB_E_IO);
    write_file(other, "Driver,LapNumber,LapTime_s and so on, which is no database but text\n");
    PB_CHECK_EQ(try_open(url, PB_STORE_CREATE, &f.error), PB_E_SYNTAX);
    PB_CHECK_HAS(f.error.text, "no SQLite file");
    FILE *file = fopen(other, "rb");
    PB_CHECK(file && fgets(text, sizeof text, file));
    fclose(file);
    PB_CHECK_HAS(text, "Driver,LapNumber");
    forget(other);
    PB_CHECK_EQ(sqlite3_open(other, &db), SQLITE_OK); /* somebody else's database */
    PB_CHECK_EQ(sqlite3_exec(db, "CREATE TABLE mine(x); INSERT INTO mine VALUES(7)", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    PB_CHECK_EQ(try_open(url, PB_STORE_CREATE, &f.error), PB_E_SYNTAX);
    PB_CHECK_HAS(f.error.text, "no store of Pitboard");
    forget(other);
    end(&f);
}

static void run_sql(const char *path, const char *sql)
{
    sqlite3 *db;
    PB_CHECK_EQ(sqlite3_open(path, &db), SQLITE_OK);
    PB_CHECK_EQ(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

PB_TEST(a_store_of_a_newer_schema_is_left_alone)
{
    fixture f;
    begin(&f);
    pb_store_close(f.store);
    f.store = NULL;
    run_sql(f.path, "PRAGMA user_version = 99");
    PB_CHECK_EQ(try_open(f.url, PB_STORE_CREATE, &f.error), PB_E_UNSUPPORTED);
    PB_CHECK_HAS(f.error.text, "version 99");
    PB_CHECK_HAS(f.error.text, "newer pitboard");
    run_sql(f.path, "PRAGMA user_version = 3");
    PB_CHECK_EQ(try_open(f.url, PB_STORE_READ, &f.error), PB_OK);
    end(&f);
}

PB_TEST(a_store_that_another_writes_to_can_be_read_and_is_told_to_be_locked)
{
    fixture   f;
    pb_store *second;
    begin(&f);
    PB_CHECK_EQ(pb_store_begin(f.store, &f.error), PB_OK);
    PB_CHECK_EQ(pb_store_open(f.url, PB_STORE_WRITE, &second, &f.error), PB_OK);
    PB_CHECK_EQ(pb_store_begin(second, &f.error), PB_E_IO);
    PB_CHECK_HAS(f.error.text, "locked by another program");
    pb_store_rollback(f.store);
    PB_CHECK_EQ(pb_store_begin(second, &f.error), PB_OK);
    pb_store_close(second);
    end(&f);
}

PB_TEST(a_full_disk_loses_the_file_at_hand_and_nothing_else)
{
    fixture       f;
    pb_store_put *into;
    pb_status     status = PB_OK;
    begin(&f);
    (void)begin_source(&f, "fastf1", 'a');
    put_race(&f);
    put_lap(&f, 1, 90000, 1, NULL);
    (void)end_source(&f);
    (void)ask(&f, "PRAGMA max_page_count = 60"); /* SQLite then says what it says of a full disk */
    (void)begin_source(&f, "livetiming", 'b');
    PB_CHECK_EQ(
        pb_store_put_into(f.store, "race_control", (const char *[]){"race", "utc_ms", "message"}, 3, &into, &f.error),
        PB_OK);
    for (int i = 1; i < 10000 && status == PB_OK; i++) {
        pb_value values[] = {pb_value_i64(2023070), pb_value_i64(i),
                             pb_value_text("a message of race control, of some length")};
        status            = pb_store_put_row(into, values, &f.error);
    }
    PB_CHECK_EQ(status, PB_E_IO);
    PB_CHECK_HAS(f.error.text, "the disk is full");
    pb_store_rollback(f.store);
    PB_CHECK_EQ(ask(&f, "SELECT count(*) FROM race_control"), 0);
    PB_CHECK_EQ(ask(&f, "SELECT count(*) FROM laps"), 1);
    end(&f);
}

/* ---- check, backup, restore ---- */

static void count_finding(void *with, const char *text)
{
    PB_CHECK(text[0] != '\0');
    ++*(int *)with;
}

static uint32_t findings(fixture *f)
{
    int      told = 0;
    uint32_t n    = 77;
    PB_CHECK_EQ(pb_store_check(f->store, count_finding, &told, &n, &f->error), PB_OK);
    PB_CHECK_EQ(told, (int)n);
    return n;
}

PB_TEST(check_finds_what_does_not_hold)
{
    static const char *const wrongs[] = {
        "INSERT INTO laps(race, driver, lap, source, origins) VALUES(1, 'NOBODY', 1, 1, 1)",
        "UPDATE races SET race = 2023080",
        "UPDATE sources SET rows = 5",
        "INSERT INTO quarantine VALUES(1, 3, 'x')",
        "UPDATE laps SET pit_in_ms = -7",
    };
    for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++) {
        fixture f;
        begin(&f);
        (void)begin_source(&f, "fastf1", 'a');
        put_race(&f);
        put_lap(&f, 1, 90000, 1, NULL);
        (void)end_source(&f);
        PB_CHECK_EQ(findings(&f), 0);
        run_sql(f.path, wrongs[i]);
        if (findings(&f) == 0) fail_msg("not found: %s", wrongs[i]);
        end(&f);
    }
}

PB_TEST(check_finds_bytes_that_were_overwritten)
{
    fixture f;
    begin(&f);
    (void)begin_source(&f, "fastf1", 'a');
    put_race(&f);
    for (int lap = 1; lap <= 500; lap++) put_lap(&f, lap, 90000 + lap, 1, "MEDIUM");
    (void)end_source(&f);
    pb_store_close(f.store);
    static char bytes[1 << 20];
    FILE       *file = fopen(f.path, "r+b");
    PB_CHECK(file != NULL);
    size_t      n  = fread(bytes, 1, sizeof bytes, file);
    const char *at = memmem(bytes, n, "MEDIUM", 6); /* a page of laps */
    PB_CHECK(at && fseek(file, (long)(at - bytes) & ~4095L, SEEK_SET) == 0);
    for (int i = 0; i < 600; i++) fputc(0xA5, file);
    fclose(file);
    PB_CHECK_EQ(pb_store_open(f.url, PB_STORE_READ, &f.store, &f.error), PB_OK);
    PB_CHECK(findings(&f) > 0);
    end(&f);
}

PB_TEST(a_backup_is_whole_never_replaces_and_comes_back)
{
    fixture f;
    char    copy[300];
    begin(&f);
    snprintf(copy, sizeof copy, "%s.backup", f.path);
    forget(copy);
    (void)begin_source(&f, "fastf1", 'a');
    put_race(&f);
    put_lap(&f, 1, 90000, 1, NULL);
    (void)end_source(&f);
    PB_CHECK_EQ(pb_store_backup(f.store, copy, &f.error), PB_OK);
    PB_CHECK_EQ(pb_store_backup(f.store, copy, &f.error), PB_E_IO);
    PB_CHECK_HAS(f.error.text, "never replaces");
    (void)begin_source(&f, "fastf1", 'b');
    put_lap(&f, 2, 90000, 1, NULL);
    (void)end_source(&f);
    pb_store_close(f.store);
    PB_CHECK_EQ(pb_store_restore(f.url, copy, &f.error), PB_OK);
    PB_CHECK_EQ(pb_store_open(f.url, PB_STORE_WRITE, &f.store, &f.error), PB_OK);
    PB_CHECK_EQ(ask(&f, "SELECT count(*) FROM laps"), 1);
    PB_CHECK_EQ(findings(&f), 0);
    forget(copy);
    end(&f);
}

PB_TEST(a_damaged_store_is_kept_and_the_backup_takes_its_place)
{
    fixture f;
    char    copy[300], aside[300];
    begin(&f);
    snprintf(copy, sizeof copy, "%s.backup", f.path);
    snprintf(aside, sizeof aside, "%s.damaged", f.path);
    forget(copy);
    forget(aside);
    (void)begin_source(&f, "fastf1", 'a');
    put_race(&f);
    put_lap(&f, 1, 90000, 1, NULL);
    (void)end_source(&f);
    PB_CHECK_EQ(pb_store_backup(f.store, copy, &f.error), PB_OK);
    pb_store_close(f.store);
    PB_CHECK_EQ(truncate(f.path, 9000), 0);
    PB_CHECK_EQ(pb_store_restore(f.url, copy, &f.error), PB_OK);
    PB_CHECK_EQ(access(aside, F_OK), 0);
    PB_CHECK_EQ(truncate(f.path, 9000), 0);
    PB_CHECK_EQ(pb_store_restore(f.url, copy, &f.error), PB_E_IO); /* never two, never over the first */
    PB_CHECK_HAS(f.error.text, "move that away");
    forget(aside);
    PB_CHECK_EQ(pb_store_restore(f.url, copy, &f.error), PB_OK);
    PB_CHECK_EQ(pb_store_open(f.url, PB_STORE_WRITE, &f.store, &f.error), PB_OK);
    PB_CHECK_EQ(ask(&f, "SELECT count(*) FROM laps"), 1);
    PB_CHECK_EQ(findings(&f), 0);
    forget(aside);
    forget(copy);
    end(&f);
}

PB_TEST(tables_that_another_program_changed_are_told_and_not_written)
{
    static const char *const columns[] = {"race", "driver", "lap", "time_ms"};
    fixture                  f;
    pb_store_put            *put = NULL;
    begin(&f);
    run_sql(f.path, "ALTER TABLE laps RENAME COLUMN time_ms TO ms");
    PB_CHECK_EQ(pb_store_put_into(f.store, "laps", columns, 4, &put, &f.error), PB_E_SYNTAX);
    PB_CHECK_HAS(f.error.text, "changed by another program");
    PB_CHECK(findings(&f) > 0);
    end(&f);
}

PB_TEST(a_store_in_memory_is_refused_because_it_would_be_lost)
{
    pb_error  error = {0};
    pb_store *store = NULL;
    PB_CHECK_EQ(pb_store_open("sqlite::memory:", PB_STORE_CREATE, &store, &error), PB_E_USAGE);
    PB_CHECK_HAS(error.text, "gone at once");
}

PB_TEST(a_bad_backup_is_refused_and_the_store_stays)
{
    fixture f;
    char    copy[300];
    begin(&f);
    snprintf(copy, sizeof copy, "%s.backup", f.path);
    forget(copy);
    (void)begin_source(&f, "fastf1", 'a');
    put_race(&f);
    put_lap(&f, 1, 90000, 1, NULL);
    (void)end_source(&f);
    PB_CHECK_EQ(pb_store_restore(f.url, copy, &f.error), PB_E_NOENT);
    write_file(copy, "this is no backup, though it says so, and goes on for a while");
    PB_CHECK_EQ(pb_store_restore(f.url, copy, &f.error), PB_E_SYNTAX);
    forget(copy);
    PB_CHECK_EQ(pb_store_backup(f.store, copy, &f.error), PB_OK);
    run_sql(copy, "UPDATE sources SET rows = 5"); /* unsound */
    PB_CHECK_EQ(pb_store_restore(f.url, copy, &f.error), PB_E_SYNTAX);
    PB_CHECK_HAS(f.error.text, "not sound");
    PB_CHECK_EQ(ask(&f, "SELECT count(*) FROM laps"), 1);
    PB_CHECK_EQ(findings(&f), 0);
    forget(copy);
    end(&f);
}

PB_TEST_MAIN(PB_RUN(the_same_fact_from_two_sources_is_one_row_with_both),
             PB_RUN(what_disagrees_is_kept_with_both_values_and_the_rule),
             PB_RUN(the_outcome_does_not_depend_on_the_order_of_import),
             PB_RUN(of_two_rows_with_one_key_in_one_file_the_first_stays),
             PB_RUN(a_file_is_known_by_its_content_unless_rows_of_it_wait), PB_RUN(what_is_rolled_back_never_was),
             PB_RUN(rows_that_break_the_table_are_refused_by_it), PB_RUN(what_is_no_store_is_refused_and_left_alone),
             PB_RUN(a_store_of_a_newer_schema_is_left_alone),
             PB_RUN(a_store_that_another_writes_to_can_be_read_and_is_told_to_be_locked),
             PB_RUN(a_full_disk_loses_the_file_at_hand_and_nothing_else), PB_RUN(check_finds_what_does_not_hold),
             PB_RUN(check_finds_bytes_that_were_overwritten), PB_RUN(a_backup_is_whole_never_replaces_and_comes_back),
             PB_RUN(a_damaged_store_is_kept_and_the_backup_takes_its_place),
             PB_RUN(tables_that_another_program_changed_are_told_and_not_written),
             PB_RUN(a_store_in_memory_is_refused_because_it_would_be_lost),
             PB_RUN(a_bad_backup_is_refused_and_the_store_stays))
