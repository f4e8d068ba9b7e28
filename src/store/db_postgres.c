/* db_postgres: PostgreSQL as a driver.
 *
 * Our tables stand in a schema of their own, "pitboard". Results come whole and in
 * binary where every type of them is known; values go as text, which the server
 * reads as the type that stands there. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db_postgres.h"

#define LOCK "SELECT pg_advisory_xact_lock(1346520146)" /* "PBDR" */

enum {
    OID_BOOL    = 16,
    OID_BYTEA   = 17,
    OID_INT8    = 20,
    OID_INT2    = 21,
    OID_INT4    = 23,
    OID_TEXT    = 25,
    OID_FLOAT4  = 700,
    OID_FLOAT8  = 701,
    OID_UNKNOWN = 705,
    OID_VARCHAR = 1043,
    OID_NAME    = 19,
    OID_NUMERIC = 1700
}; /* pg_type.dat */

typedef struct parameter {
    char  *text;
    size_t cap;
    int    length, format;
    bool   null;
} parameter;

typedef struct statement {
    pb__statement head;
    char          name[16];
    uint8_t       number[PB__POSTGRES_PARAMS_MAX + 1]; /* ?number of $i */
    uint32_t      n;
    parameter     parameters[PB__POSTGRES_PARAMS_MAX + 1];
    bool          binary;
    PGresult     *result; /* of the execution at hand */
    int           row;
    int64_t       changes; /* of the last execution */
} statement;

static PGconn *handle(const pb__db *db)
{
    return ((const pb__postgres_db *)(const void *)db)->at;
}

/* ---- commands ---- */

pb_status pb__postgres_run(pb__db *db, const char *sql, pb_error *error)
{
    PGresult      *result = PQexec(handle(db), sql);
    ExecStatusType how    = PQresultStatus(result);
    pb_status      status =
        how == PGRES_COMMAND_OK || how == PGRES_TUPLES_OK ? PB_OK : pb__postgres_fail(db, result, "writing", error);
    /* A COMMIT of what failed is a ROLLBACK, and says so. */
    if (status == PB_OK && strcmp(sql, "COMMIT") == 0 && strcmp(PQcmdStatus(result), "COMMIT") != 0)
        status = pb_error_set(error, PB_E_IO, "%s: nothing to commit: something failed before, and it was undone",
                              db->where);
    PQclear(result);
    return status;
}

static pb_status run(pb__db *db, const char *sql, bool schema, pb_error *error)
{
    if (!schema) return pb__postgres_run(db, sql, error);
    char *words = pb__postgres_schema(sql, pb__postgres_of(db)->timescale);
    if (!words) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    pb_status status = pb__postgres_run(db, words, error);
    free(words);
    return status;
}

/* ---- statements ---- */

static void finalize(pb__statement *s)
{
    statement *me = (statement *)s;
    char       sql[48];
    if (!s) return;
    PQclear(me->result);
    if (me->name[0] && PQstatus(handle(s->db)) == CONNECTION_OK &&
        PQtransactionStatus(handle(s->db)) != PQTRANS_INERROR) {
        (void)snprintf(sql, sizeof sql, "DEALLOCATE %s", me->name);
        PQclear(PQexec(handle(s->db), sql));
    }
    for (uint32_t i = 0; i <= me->n; i++) free(me->parameters[i].text);
    free(me);
}

static bool is_known(Oid type)
{
    static const Oid known[] = {OID_BOOL,   OID_BYTEA,  OID_INT8,    OID_INT2,    OID_INT4, OID_TEXT,
                                OID_FLOAT4, OID_FLOAT8, OID_UNKNOWN, OID_VARCHAR, OID_NAME};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i] == type) return true;
    return false;
}

static pb_status describe(statement *s, pb_error *error)
{
    PGresult *result = PQdescribePrepared(handle(s->head.db), s->name);
    if (PQresultStatus(result) != PGRES_COMMAND_OK) {
        pb_status status = pb__postgres_fail(s->head.db, result, "reading", error);
        PQclear(result);
        return status;
    }
    s->binary = true;
    for (int i = 0; i < PQnfields(result); i++) s->binary = s->binary && is_known(PQftype(result, i));
    PQclear(result);
    return PB_OK;
}

static pb_status prepare_named(statement *s, const char *sql, pb_error *error)
{
    pb__postgres_db *db    = pb__postgres_of(s->head.db);
    char            *words = pb__postgres_sql(sql, s->number, &s->n);
    char             name[16];
    if (!words) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    (void)snprintf(name, sizeof name, "pb%u", ++db->n_names);
    PGresult *result = PQprepare(db->at, name, words, 0, NULL);
    free(words);
    pb_status status =
        PQresultStatus(result) == PGRES_COMMAND_OK ? PB_OK : pb__postgres_fail(s->head.db, result, "reading", error);
    PQclear(result);
    if (status != PB_OK) return status;
    memcpy(s->name, name, sizeof s->name);
    return describe(s, error);
}

static pb_status prepare(pb__db *db, const char *sql, pb__statement **out, pb_error *error)
{
    statement *s = calloc(1, sizeof *s);
    if (!s) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    s->head.db       = db;
    pb_status status = prepare_named(s, sql, error);
    if (status == PB_OK)
        *out = &s->head;
    else
        finalize(&s->head);
    return status;
}

/* ---- values in ---- */

static void set(parameter *p, const char *bytes, size_t n, int format)
{
    if (n + 1 > p->cap) {
        char *more = realloc(p->text, n + 1);
        PB_ASSERT(more);
        p->text = more;
        p->cap  = n + 1;
    }
    if (n > 0) memcpy(p->text, bytes, n);
    p->text[n] = '\0';
    p->length  = (int)n;
    p->format  = format;
    p->null    = false;
}

/* The server takes no NUL in a text: what follows one is cut off. */
static void set_value(parameter *p, const pb_value *value)
{
    char text[32];
    switch (value->kind) {
    case PB_VALUE_NULL:
        p->null = true;
        break;
    case PB_VALUE_I64:
        set(p, text, (size_t)snprintf(text, sizeof text, "%lld", (long long)value->i64), 0);
        break;
    case PB_VALUE_F64:
        set(p, text, (size_t)snprintf(text, sizeof text, "%.17g", value->f64), 0);
        break;
    case PB_VALUE_TEXT:
        set(p, value->text.at, strnlen(value->text.at, value->text.len), 0);
        break;
    case PB_VALUE_BLOB:
        set(p, value->text.at, value->text.len, 1);
        break;
    }
}

static void bind(pb__statement *s, uint32_t i, const pb_value *value)
{
    statement *me = (statement *)s;
    for (uint32_t k = 1; k <= me->n; k++)
        if (me->number[k] == i) set_value(&me->parameters[k], value);
}

/* ---- running ---- */

static void reset(pb__statement *s)
{
    statement *me = (statement *)s;
    PQclear(me->result);
    me->result = NULL;
}

static int64_t to_i64(const char *text)
{
    return strtoll(text, NULL, 10);
}

static pb_status execute(statement *s, pb_error *error)
{
    const char *values[PB__POSTGRES_PARAMS_MAX];
    int         lengths[PB__POSTGRES_PARAMS_MAX], formats[PB__POSTGRES_PARAMS_MAX];
    for (uint32_t i = 0; i < s->n; i++) {
        const parameter *p = &s->parameters[i + 1];
        values[i]          = p->null ? NULL : p->text;
        lengths[i]         = p->length;
        formats[i]         = p->format;
    }
    PGresult      *result = PQexecPrepared(handle(s->head.db), s->name, (int)s->n, values, lengths, formats, s->binary);
    ExecStatusType how    = PQresultStatus(result);
    if (how == PGRES_COMMAND_OK || how == PGRES_TUPLES_OK) {
        s->result  = result;
        s->row     = -1;
        s->changes = to_i64(PQcmdTuples(result));
        return PB_OK;
    }
    pb_status status = pb__postgres_fail(s->head.db, result, "writing", error);
    PQclear(result);
    return status;
}

static pb_status step(pb__statement *s, pb_error *error)
{
    statement *me = (statement *)s;
    if (!me->result) PB_TRY(execute(me, error));
    return ++me->row < PQntuples(me->result) ? PB_OK : PB_E_EMPTY;
}

static int64_t changes(const pb__statement *s)
{
    return ((const statement *)s)->changes;
}

/* ---- values out ---- */

static pb_value binary_value(Oid type, const char *at, int n)
{
    uint64_t bits = n <= 8 ? pb__big_endian(at, n) : 0;
    double   real;
    float    small;
    uint32_t low = (uint32_t)bits;
    switch (type) {
    case OID_BOOL:
        return pb_value_i64(bits != 0);
    case OID_INT2:
        return pb_value_i64((int16_t)bits);
    case OID_INT4:
        return pb_value_i64((int32_t)bits);
    case OID_INT8:
        return pb_value_i64((int64_t)bits);
    case OID_FLOAT4:
        memcpy(&small, &low, sizeof small);
        return pb_value_f64((double)small);
    case OID_FLOAT8:
        memcpy(&real, &bits, sizeof real);
        return pb_value_f64(real);
    case OID_BYTEA:
        return (pb_value){.kind = PB_VALUE_BLOB, .text = {at, (size_t)n}};
    default:
        return (pb_value){.kind = PB_VALUE_TEXT, .text = {at, (size_t)n}};
    }
}

/* Sums of whole numbers are "numeric" to the server. */
static pb_value text_value(Oid type, const char *at, int n)
{
    pb_span text  = {at, (size_t)n};
    int64_t whole = 0;
    double  real  = 0;
    bool number = type == OID_NUMERIC || type == OID_INT8 || type == OID_INT4 || type == OID_INT2 || type == OID_FLOAT8;
    if (number && pb_span_to_i64(text, &whole)) return pb_value_i64(whole);
    if (number && pb_span_to_f64(text, &real)) return pb_value_f64(real);
    return (pb_value){.kind = PB_VALUE_TEXT, .text = text};
}

static pb_value column(const pb__statement *s, uint32_t i)
{
    const statement *me  = (const statement *)s;
    int              col = (int)i;
    if (!me->result || PQgetisnull(me->result, me->row, col)) return pb_value_null();
    const char *at   = PQgetvalue(me->result, me->row, col);
    int         n    = PQgetlength(me->result, me->row, col);
    Oid         type = PQftype(me->result, col);
    return me->binary ? binary_value(type, at, n) : text_value(type, at, n);
}

/* ---- opening ---- */

/* libpq ends user and password at the first '@', and a host at the first '/': with one of
 * these in a password it would look for a host, and name one, that is half of it. */
static bool is_torn(const char *url)
{
    const char *from  = strstr(url, "://") ? strstr(url, "://") + 3 : url;
    size_t      len   = strcspn(from, "?");
    const char *first = memchr(from, '@', len), *last = memrchr(from, '@', len);
    return first != last || (first && memchr(from, '/', (size_t)(first - from)));
}

/* What libpq says of a URL may hold pieces of it: it is not passed on. */
static pb_status judge_url(const pb__db *db, const char *url, pb_error *error)
{
    PQconninfoOption *options = PQconninfoParse(url, NULL);
    PQconninfoFree(options);
    if (options && !is_torn(url)) return PB_OK;
    return pb_error_set(
        error, PB_E_USAGE,
        "%s: not a URL of PostgreSQL; write postgresql://USER@HOST/DATABASE, and %%40 for an @, %%2F for "
        "a / in a password",
        db->where);
}

static void be_quiet(void *with, const PGresult *notice)
{
    (void)with, (void)notice;
}

/* Ours stand before the URL: what it says itself counts. A link that is cut is noticed within half a minute. */
static PGconn *connect_to(const char *url)
{
    const char *const pairs[][2] = {{"connect_timeout", "10"},
                                    {"tcp_user_timeout", "30000"},
                                    {"keepalives_idle", "10"},
                                    {"keepalives_interval", "5"},
                                    {"keepalives_count", "3"},
                                    {"fallback_application_name", "pitboard"},
                                    {"dbname", url},
                                    {"client_encoding", "UTF8"},
                                    {NULL, NULL}};
    const char       *names[9], *values[9];
    for (int i = 0; i < 9; i++) {
        names[i]  = pairs[i][0];
        values[i] = pairs[i][1];
    }
    return PQconnectdbParams(names, values, 1);
}

/* The server ends what a client that vanished has begun: nobody waits for its locks. */
static const char session_settings[] =
    "SET search_path TO pitboard, public; SET idle_in_transaction_session_timeout = '60s'; "
    "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3";

static pb_status cannot_connect(const pb__db *db, pb_error *error)
{
    const char *words = PQerrorMessage(handle(db)), *last = strstr(words, "FATAL:  ");
    char        text[300];
    last = last ? last + 8 : words;
    (void)pb_span_copy((pb_span){last, strcspn(last, "\n")}, text, sizeof text);
    if (strstr(text, "does not exist") && strstr(text, "database \""))
        return pb_error_set(error, PB_E_NOENT, "%s: %s (createdb makes one)", db->where, text);
    return pb_error_set(error, PB_E_IO, "%s: no connection: %s (is the server up, are host, user and password right?)",
                        db->where, text);
}

static pb_status count(pb__db *db, const char *sql, int64_t *out, pb_error *error)
{
    PGresult *result = PQexec(handle(db), sql);
    pb_status status =
        PQresultStatus(result) == PGRES_TUPLES_OK ? PB_OK : pb__postgres_fail(db, result, "opening", error);
    *out = status == PB_OK && PQntuples(result) > 0 ? to_i64(PQgetvalue(result, 0, 0)) : 0;
    PQclear(result);
    return status;
}

static void close_db(pb__db *db)
{
    if (!db) return;
    PQfinish(handle(db));
    free(db);
}

static pb_status start(pb__postgres_db *db, const char *url, pb_store_mode mode, pb_error *error)
{
    int64_t timescale = 0;
    PB_TRY(judge_url(&db->head, url, error));
    db->at = connect_to(url);
    if (!db->at) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    if (PQstatus(db->at) != CONNECTION_OK) return cannot_connect(&db->head, error);
    (void)PQsetNoticeReceiver(db->at, be_quiet, NULL);
    if (PQserverVersion(db->at) < 120000)
        return pb_error_set(error, PB_E_UNSUPPORTED, "%s: PostgreSQL %d; 12 or newer is needed", db->head.where,
                            PQserverVersion(db->at) / 10000);
    PB_TRY(pb__postgres_run(&db->head, session_settings, error));
    if (mode == PB_STORE_READ) PB_TRY(pb__postgres_run(&db->head, "SET default_transaction_read_only = on", error));
    PB_TRY(count(&db->head, "SELECT count(*) FROM pg_extension WHERE extname = 'timescaledb'", &timescale, error));
    db->timescale = timescale > 0;
    return PB_OK;
}

static pb_status open_db(const char *url, pb_store_mode mode, pb__db **out, pb_error *error)
{
    pb__postgres_db *db = calloc(1, sizeof *db);
    if (!db) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    db->head.driver = &pb__postgres;
    pb_store_url_shown(url, db->head.where, sizeof db->head.where);
    pb_status status = start(db, url, mode, error);
    if (status == PB_OK)
        *out = &db->head;
    else
        close_db(&db->head);
    return status;
}

static pb_status recognise(pb__db *db, int *version, pb_error *error)
{
    int64_t tables = 0, ours = 0, value = 0;
    PB_TRY(count(db, "SELECT count(*) FROM pg_class WHERE relnamespace = to_regnamespace('pitboard')", &tables, error));
    PB_TRY(count(db, "SELECT count(*) FROM pg_class WHERE oid = to_regclass('pitboard.store_version')", &ours, error));
    if (tables > 0 && ours == 0)
        return pb_error_set(error, PB_E_SYNTAX,
                            "%s: its schema \"pitboard\" is no store of Pitboard (name another database)", db->where);
    if (ours > 0) PB_TRY(count(db, "SELECT version FROM pitboard.store_version", &value, error));
    *version = (int)value;
    return PB_OK;
}

/* A commit is on the server's disk when it returns, whatever the server's default is. */
static pb_status set_up(pb__db *db, pb_error *error)
{
    return pb__postgres_run(db,
                            "SELECT set_config('synchronous_commit', 'on', false) FROM pg_settings WHERE name = "
                            "'synchronous_commit' AND setting = 'off'",
                            error);
}

static pb_status lock(pb__db *db, pb_error *error)
{
    return pb__postgres_run(db, LOCK, error);
}

static pb_status prepare_schema(pb__db *db, pb_error *error)
{
    return pb__postgres_run(db, "CREATE SCHEMA IF NOT EXISTS pitboard", error);
}

static pb_status mark(pb__db *db, int version, pb_error *error)
{
    char sql[200];
    (void)snprintf(sql, sizeof sql,
                   "CREATE TABLE IF NOT EXISTS pitboard.store_version(version INTEGER NOT NULL); DELETE FROM "
                   "pitboard.store_version; INSERT INTO pitboard.store_version VALUES(%d)",
                   version);
    return pb__postgres_run(db, sql, error);
}

static pb_status checkpoint(pb__db *db, pb_store_checkpoint_mode mode, pb_error *error)
{
    (void)db, (void)mode, (void)error;
    return PB_OK;
}

static pb_status auto_checkpoint(pb__db *db, int32_t pages, pb_error *error)
{
    (void)db, (void)pages, (void)error;
    return PB_OK;
}

const pb__driver pb__postgres = {
    .scheme          = "postgresql://",
    .begin           = "BEGIN",
    .open            = open_db,
    .close           = close_db,
    .recognise       = recognise,
    .set_up          = set_up,
    .prepare_schema  = prepare_schema,
    .lock            = lock,
    .mark            = mark,
    .run             = run,
    .prepare         = prepare,
    .bind            = bind,
    .step            = step,
    .changes         = changes,
    .column          = column,
    .reset           = reset,
    .finalize        = finalize,
    .bulk_open       = pb__postgres_bulk_open,
    .bulk_row        = pb__postgres_bulk_row,
    .bulk_flush      = pb__postgres_bulk_flush,
    .bulk_forget     = pb__postgres_bulk_forget,
    .bulk_close      = pb__postgres_bulk_close,
    .columns_sql     = "SELECT a.attname, coalesce(a.attnum = ANY(i.indkey), false), format_type(a.atttypid, NULL) "
                       "FROM pg_attribute a LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary "
                       "WHERE a.attrelid = to_regclass('pitboard.' || quote_ident(?1)) AND a.attnum > 0 AND NOT "
                       "a.attisdropped ORDER BY a.attnum",
    .ready_session   = pb__postgres_ready_session,
    .forget_sessions = pb__postgres_forget_sessions,
    .drop_session    = pb__postgres_drop_session,
    .check           = pb__postgres_check,
    .backup          = pb__postgres_backup,
    .restore         = pb__postgres_restore,
    .checkpoint      = checkpoint,
    .auto_checkpoint = auto_checkpoint,
};
