/* postgres_session: telemetry of a session is a partition of its own.
 *
 * It is made as a table and attached: that waits for no reader of the others, as
 * CREATE TABLE .. PARTITION OF would. TimescaleDB cuts by time instead and needs
 * nothing here. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db_postgres.h"
#include "pitboard/codec.h"

static const char *const parents[] = {"live_windows", "live_chunks"};

/* live_chunks_1f3a99c0_2025_11_r: told by people and unique by its sum. */
static void name_of(const char *parent, const char *session, char *out, size_t cap)
{
    int at = snprintf(out, cap, "%s_%08x_", parent, pb_crc32(pb_span_of(session)));
    for (size_t i = 0; session[i] && at < 56 && (size_t)at + 1 < cap; i++) {
        char c    = session[i];
        bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (c >= 'A' && c <= 'Z') c = (char)(c - 'A' + 'a');
        out[at++] = word || (session[i] >= 'A' && session[i] <= 'Z') ? c : '_';
    }
    out[at] = '\0';
}

static bool is_known(const pb__postgres_db *db, const char *session)
{
    for (uint32_t i = 0; i < PB__POSTGRES_SESSIONS; i++)
        if (strcmp(db->sessions[i], session) == 0) return true;
    return false;
}

static pb_status is_there(pb__db *db, const char *name, bool *there, pb_error *error)
{
    pb_value value = pb_value_text(name);
    int64_t  n     = 0;
    PB_TRY(pb__db_count(db, "SELECT count(*) FROM pg_class WHERE oid = to_regclass('pitboard.' || ?1)", &value, 1, 0,
                        &n, error));
    *there = n > 0;
    return PB_OK;
}

static pb_status make(pb__db *db, const char *parent, const char *session, pb_error *error)
{
    char  name[80], sql[2400];
    bool  there;
    char *quoted = NULL;
    name_of(parent, session, name, sizeof name);
    PB_TRY(is_there(db, name, &there, error));
    if (there) return PB_OK;
    quoted = PQescapeLiteral(pb__postgres_of(db)->at, session, strlen(session));
    if (!quoted) return pb__postgres_fail(db, NULL, "writing", error);
    int n = snprintf(sql, sizeof sql,
                     "CREATE TABLE %s (LIKE %s INCLUDING ALL); ALTER TABLE %s ATTACH PARTITION %s FOR VALUES IN (%s)",
                     name, parent, parent, name, quoted);
    PQfreemem(quoted);
    if (n >= (int)sizeof sql) return pb_error_set(error, PB_E_LIMIT, "the name of the session is too long");
    return pb__postgres_run(db, sql, error);
}

/* Two that begin one session at once: the second waits, and finds it. */
static pb_status make_all(pb__db *db, const char *session, pb_error *error)
{
    bool there[2];
    char name[80];
    for (size_t i = 0; i < 2; i++) {
        name_of(parents[i], session, name, sizeof name);
        PB_TRY(is_there(db, name, &there[i], error));
    }
    if (there[0] && there[1]) return PB_OK;
    PB_TRY(db->driver->lock(db, error));
    for (size_t i = 0; i < 2; i++) PB_TRY(make(db, parents[i], session, error));
    return PB_OK;
}

pb_status pb__postgres_ready_session(pb__db *db, const char *session, pb_error *error)
{
    pb__postgres_db *me = pb__postgres_of(db);
    if (me->timescale || is_known(me, session)) return PB_OK;
    PB_TRY(make_all(db, session, error));
    if (strlen(session) < sizeof me->sessions[0])
        (void)snprintf(me->sessions[me->next_session++ % PB__POSTGRES_SESSIONS], sizeof me->sessions[0], "%s", session);
    return PB_OK;
}

void pb__postgres_forget_sessions(pb__db *db)
{
    memset(pb__postgres_of(db)->sessions, 0, sizeof pb__postgres_of(db)->sessions);
}

/* Whoever reads the tables now is not waited for: then the empty partition stays. */
pb_status pb__postgres_drop_session(pb__db *db, const char *session, pb_error *error)
{
    char name[80], sql[400];
    if (pb__postgres_of(db)->timescale) return PB_OK;
    pb__postgres_forget_sessions(db);
    PB_TRY(pb__postgres_run(db, "SET LOCAL lock_timeout = '2s'; SAVEPOINT pb_drop", error));
    for (size_t i = 0; i < 2; i++) {
        name_of(parents[i], session, name, sizeof name);
        (void)snprintf(sql, sizeof sql, "DROP TABLE IF EXISTS %s", name);
        if (pb__postgres_run(db, sql, NULL) != PB_OK)
            PB_TRY(pb__postgres_run(db, "ROLLBACK TO SAVEPOINT pb_drop", error));
    }
    return PB_OK;
}
