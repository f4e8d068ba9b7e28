/* The server's own tables: rows, single changes, care, versions.
 *
 * Over SQLite as it is; with PB_TEST_PG_URL, a database that may be emptied, the same over
 * PostgreSQL too (tests/system/postgres.sh). */
#include "pb_test.h"

#include <sqlite3.h>

#include "pitboard/store_live.h"
#include "pitboard/store_server.h"
#include "store/store_internal.h"
#include "unit/store_fixture.h"

static void must(pb_status status, const fixture *f)
{
    if (status != PB_OK) fail_msg("%s: %s", pb_status_name(status), f->error.text);
}

static void begin(fixture *f, bool on_postgres)
{
    static int n;
    memset(f, 0, sizeof *f);
    snprintf(f->path, sizeof f->path, "/tmp/pb_test_server_%d_%d.db", (int)getpid(), n++);
    snprintf(f->url, sizeof f->url, "sqlite:%s", f->path);
    forget(f->path);
    if (on_postgres) {
        snprintf(f->url, sizeof f->url, "%s", postgres());
        run_postgres("SET client_min_messages = error; DROP SCHEMA IF EXISTS pitboard CASCADE");
    }
    must(pb_store_open(f->url, PB_STORE_CREATE, &f->store, &f->error), f);
}

static void end(fixture *f)
{
    pb_store_close(f->store);
    forget(f->path);
}

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

static int64_t ask(fixture *f, const char *sql)
{
    int64_t value = -1;
    must(pb_store_count(f->store, sql, NULL, 0, -1, &value, &f->error), f);
    return value;
}

static int64_t change(fixture *f, const char *sql, const pb_value *values, uint32_t n)
{
    int64_t changed = -1;
    must(pb_store_change(f->store, sql, values, n, &changed, &f->error), f);
    return changed;
}

static void keep_first(void *with, const char *text)
{
    if (!((char *)with)[0]) snprintf(with, 400, "%s", text);
}

static uint32_t findings(fixture *f, char first[400])
{
    uint32_t n = 0;
    first[0]   = '\0';
    must(pb_store_check(f->store, keep_first, first, &n, &f->error), f);
    return n;
}

static const char *const job_columns[] = {"id", "team", "state", "progress", "input"};

static pb_status put_job(fixture *f, const char *id, const char *state, double progress)
{
    pb_append *to;
    pb_value   row[] = {pb_value_text(id), pb_value_text("main"), pb_value_text(state), pb_value_f64(progress),
                        pb_value_text("{\"trials\":10}")};
    PB_TRY(pb_store_append_into(f->store, "server_jobs", job_columns, 5, &to, &f->error));
    return pb_store_append_row(to, row, &f->error);
}

TEST_OVER_EACH(a_row_whose_key_is_there_is_replaced_and_keeps_what_is_not_named)
{
    pb_append        *to;
    const char *const few[] = {"id", "state"};
    pb_value          row[] = {pb_value_text("j1"), pb_value_text("done")};
    must(pb_store_begin(f->store, &f->error), f);
    must(put_job(f, "j1", "waiting", 0), f);
    must(put_job(f, "j1", "running", 0.5), f);
    must(pb_store_commit(f->store, &f->error), f);
    must(pb_store_begin(f->store, &f->error), f);
    must(pb_store_append_into(f->store, "server_jobs", few, 2, &to, &f->error), f);
    must(pb_store_append_row(to, row, &f->error), f);
    must(pb_store_commit(f->store, &f->error), f);
    PB_CHECK_EQ(ask(f, "SELECT count(*) FROM server_jobs WHERE state = 'done' AND progress = 0.5"), 1);
}

TEST_OVER_EACH(one_of_two_wins_a_token_that_is_used_once)
{
    char              hash[65];
    static const char use[] = "UPDATE server_refresh SET used_s = ?2 WHERE hash = ?1 AND used_s IS NULL";
    memset(hash, 'a', 64);
    hash[64]         = '\0';
    pb_value row[]   = {pb_value_text(hash), pb_value_text("family"), pb_value_i64(10), pb_value_i64(20)};
    pb_value using[] = {pb_value_text(hash), pb_value_i64(12)};
    PB_CHECK_EQ(change(f,
                       "INSERT INTO server_refresh(hash, family, team, name, created_s, expires_s) VALUES(?1, ?2, "
                       "'main', 'ann', ?3, ?4)",
                       row, 4),
                1);
    PB_CHECK_EQ(change(f, use, using, 2), 1);
    PB_CHECK_EQ(change(f, use, using, 2), 0);
    PB_CHECK_EQ(ask(f, "SELECT used_s FROM server_refresh"), 12);
}

TEST_OVER_EACH(a_change_sees_the_rows_of_its_group_and_goes_with_it)
{
    must(pb_store_begin(f->store, &f->error), f);
    must(put_job(f, "j1", "waiting", 0), f);
    PB_CHECK_EQ(change(f, "UPDATE server_jobs SET state = 'running' WHERE state = 'waiting'", NULL, 0), 1);
    pb_store_rollback(f->store);
    PB_CHECK_EQ(ask(f, "SELECT count(*) FROM server_jobs"), 0);
}

TEST_OVER_EACH(a_change_that_is_refused_undoes_its_group)
{
    static const char nobody[] = "INSERT INTO server_users(team, name, role, created_s, changed_s, generation) "
                                 "VALUES('main', 'ann', 'none', 1, 1, 1)";
    PB_CHECK_EQ(pb_store_change(f->store, nobody, NULL, 0, NULL, &f->error), PB_E_RANGE);
    must(pb_store_begin(f->store, &f->error), f);
    must(put_job(f, "j1", "waiting", 0), f);
    PB_CHECK_EQ(pb_store_change(f->store, nobody, NULL, 0, NULL, &f->error), PB_E_RANGE);
    PB_CHECK_EQ(pb_store_change(f->store, "DELETE FROM server_jobs", NULL, 0, NULL, &f->error), PB_E_IO);
    PB_CHECK_EQ(pb_store_commit(f->store, &f->error), PB_E_IO);
    pb_store_rollback(f->store);
    PB_CHECK_EQ(ask(f, "SELECT count(*) FROM server_jobs"), 0);
}

/* One row in every table. */
static void fill(fixture *f)
{
    static const char *const rows[] = {
        "INSERT INTO server_teams VALUES('main', 1)",
        "INSERT INTO server_users VALUES('main', 'ann', 'admin', '$argon2id$x', 1, 1, 1)",
        "INSERT INTO server_keys(hash, team, name, role, created_s) VALUES('"
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', 'main', 'wall', 'viewer', 1)",
        "INSERT INTO server_refresh VALUES('0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', 'fam', "
        "'main', 'ann', 1, 2, NULL)",
        "INSERT INTO server_families VALUES('fam', 'main', 'ann', 1, NULL, NULL)",
        "INSERT INTO server_audit(at_us, team, name, route, status) VALUES(7, 'main', 'ann', 'POST /users', 201)",
        "INSERT INTO server_jobs(id, team, progress) VALUES('j', 'main', 0.25)",
        "INSERT INTO server_sessions VALUES('s', 'main', '{}', 1, '{}', 'running')",
        "INSERT INTO server_calls(session, seq, car, team, outcome) VALUES('s', 5, 1, 'main', 'accepted')",
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) PB_CHECK_EQ(change(f, rows[i], NULL, 0), 1);
}

TEST_OVER_EACH(a_backup_holds_the_tables_of_the_server_and_a_restore_gives_them_back)
{
    char first[400], copy[300];
    fill(f);
    PB_CHECK_EQ(findings(f, first), 0);
    snprintf(copy, sizeof copy, "%s.copy", f->path);
    must(pb_store_backup(f->store, copy, &f->error), f);
    for (uint32_t i = 0; pb_store_server_table(i); i++) {
        char sql[80];
        snprintf(sql, sizeof sql, "DELETE FROM %s", pb_store_server_table(i));
        PB_CHECK_EQ(change(f, sql, NULL, 0), 1);
    }
    pb_store_close(f->store);
    f->store = NULL;
    must(pb_store_restore(f->url, copy, &f->error), f);
    must(pb_store_open(f->url, PB_STORE_WRITE, &f->store, &f->error), f);
    for (uint32_t i = 0; pb_store_server_table(i); i++) {
        char sql[80];
        snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", pb_store_server_table(i));
        PB_CHECK_EQ(ask(f, sql), 1);
    }
    PB_CHECK_EQ(change(f, "INSERT INTO server_audit(at_us) VALUES(8)", NULL, 0), 1); /* its number is free */
    PB_CHECK_EQ(ask(f, "SELECT max(id) - min(id) FROM server_audit"), 1);
    forget(copy);
}

TEST_OVER_EACH(a_check_finds_users_without_a_team_and_passwords_that_are_not_hashed)
{
    char first[400];
    fill(f);
    (void)change(f, "DELETE FROM server_teams", NULL, 0);
    PB_CHECK_EQ(findings(f, first), 2);
    PB_CHECK_HAS(first, "users of a team that is not there");
    (void)change(f, "INSERT INTO server_teams VALUES('main', 1)", NULL, 0);
    (void)change(f, "UPDATE server_users SET password = 'sesame'", NULL, 0);
    PB_CHECK_EQ(findings(f, first), 1);
    PB_CHECK_HAS(first, "1 passwords");
    PB_CHECK(!strstr(first, "sesame"));
}

TEST_OVER_EACH(a_store_of_version_2_gets_the_tables_of_the_server_and_keeps_what_it_has)
{
    char       first[400];
    const bool file = strncmp(f->url, "sqlite:", 7) == 0;
    (void)change(f, "INSERT INTO live_sessions(session) VALUES('old')", NULL, 0);
    for (uint32_t i = 0; pb_store_server_table(i); i++) {
        char sql[80];
        snprintf(sql, sizeof sql, "DROP TABLE %s", pb_store_server_table(i));
        (void)change(f, sql, NULL, 0);
    }
    (void)change(f, "ALTER TABLE live_sessions DROP COLUMN team", NULL, 0);
    (void)change(f, file ? "PRAGMA user_version = 2" : "UPDATE store_version SET version = 2", NULL, 0);
    pb_store_close(f->store);
    f->store = NULL;
    PB_CHECK_EQ(pb_store_open(f->url, PB_STORE_WRITE, &f->store, &f->error), PB_E_UNSUPPORTED);
    PB_CHECK_HAS(f->error.text, "db migrate");
    must(pb_store_open(f->url, PB_STORE_CREATE, &f->store, &f->error), f);
    PB_CHECK_EQ(pb_store_version_found(f->store), 2);
    PB_CHECK_EQ(findings(f, first), 0);
    PB_CHECK_EQ(ask(f, "SELECT count(*) FROM live_sessions"), 1);
    fill(f);
}

PB_TEST_MAIN(PB_RUN(a_row_whose_key_is_there_is_replaced_and_keeps_what_is_not_named),
             PB_RUN(one_of_two_wins_a_token_that_is_used_once),
             PB_RUN(a_change_sees_the_rows_of_its_group_and_goes_with_it),
             PB_RUN(a_change_that_is_refused_undoes_its_group),
             PB_RUN(a_backup_holds_the_tables_of_the_server_and_a_restore_gives_them_back),
             PB_RUN(a_check_finds_users_without_a_team_and_passwords_that_are_not_hashed),
             PB_RUN(a_store_of_version_2_gets_the_tables_of_the_server_and_keeps_what_it_has))
