/* postgres_error: words for what PostgreSQL says.
 * Codes: https://www.postgresql.org/docs/15/errcodes-appendix.html */
#include <string.h>

#include "db_postgres.h"

/* The first line, without "ERROR:  ". */
static void first_line(const char *text, char *out, size_t cap)
{
    static const char *const marks[] = {"ERROR:  ", "FATAL:  "};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (strncmp(text, marks[i], 8) == 0) text += 8;
    (void)pb_span_copy((pb_span){text, strcspn(text, "\n")}, out, cap);
}

static pb_status lost(const pb__db *db, const char *doing, const char *words, pb_error *error)
{
    return pb_error_set(error, PB_E_IO,
                        "%s: %s: the server is gone: %s (what was not committed is not there; open the store again)",
                        db->where, doing, words);
}

static bool is(const char *state, const char *code)
{
    return strncmp(state, code, strlen(code)) == 0;
}

static pb_status fail_as(const char *state, const pb__db *db, const char *doing, const char *words, pb_error *error)
{
    const char *where = db->where;
    if (is(state, "57P") || is(state, "08")) return lost(db, doing, words, error);
    if (is(state, "53100"))
        return pb_error_set(error, PB_E_IO, "%s: %s: the server's disk is full: %s (make room, then again)", where,
                            doing, words);
    if (is(state, "53")) return pb_error_set(error, PB_E_IO, "%s: %s: the server has no room: %s", where, doing, words);
    if (is(state, "42501"))
        return pb_error_set(error, PB_E_IO, "%s: %s: no permission: %s (grant it, or use another user)", where, doing,
                            words);
    if (is(state, "25006"))
        return pb_error_set(error, PB_E_IO, "%s: %s: it is read only (a standby? name the primary)", where, doing);
    if (is(state, "40") || is(state, "55P03"))
        return pb_error_set(error, PB_E_IO, "%s: %s: another program holds what is needed: %s (wait, then again)",
                            where, doing, words);
    if (is(state, "22") || is(state, "23")) return pb_error_set(error, PB_E_RANGE, "%s: %s: %s", where, doing, words);
    if (is(state, "42P01") || is(state, "42703") || is(state, "42P10"))
        return pb_error_set(
            error, PB_E_SYNTAX,
            "%s: its tables were changed by another program: %s (restore a backup: pitboard db restore)", where, words);
    if (is(state, "XX001") || is(state, "XX002"))
        return pb_error_set(error, PB_E_SYNTAX, "%s: %s: the database is damaged: %s (restore a backup)", where, doing,
                            words);
    return pb_error_set(error, PB_E_IO, "%s: %s: %s", where, doing, words);
}

pb_status pb__postgres_fail(const pb__db *db, const PGresult *result, const char *doing, pb_error *error)
{
    const PGconn *at    = ((const pb__postgres_db *)(const void *)db)->at;
    const char   *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    char          words[300];
    first_line(result && state ? PQresultErrorMessage(result) : PQerrorMessage(at), words, sizeof words);
    if (PQstatus(at) == CONNECTION_BAD) return lost(db, doing, words, error);
    return fail_as(state ? state : "", db, doing, words, error);
}
