/* store_fixture.h - a store of a test: a file, or with PB_TEST_PG_URL a database that may
 * be emptied. */
#ifndef PB_TEST_STORE_FIXTURE_H
#define PB_TEST_STORE_FIXTURE_H

#include <libpq-fe.h>
#include <stdlib.h>

#include "pb_test.h"
#include "pitboard/store.h"

typedef struct fixture {
    char      url[512], path[256];
    pb_store *store;
    pb_error  error;
} fixture;

static const char *postgres(void)
{
    return getenv("PB_TEST_PG_URL");
}

static void forget(const char *path)
{
    static const char *const tails[] = {"", "-wal", "-shm", "-journal", ".part"};
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        char name[300];
        snprintf(name, sizeof name, "%s%s", path, tails[i]);
        (void)unlink(name);
    }
}

static void run_postgres(const char *sql)
{
    PGconn   *at     = PQconnectdb(postgres());
    PGresult *result = PQexec(at, sql);
    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
        fail_msg("%s", PQerrorMessage(at));
    PQclear(result);
    PQfinish(at);
}

#endif
