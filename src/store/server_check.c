/* server_check: what must hold of the server's own tables. Names of people and teams are
 * not told: what is found may be shown to others. */
#include <stdio.h>

#include "store_internal.h"

pb_status pb__server_check(pb_store *store, pb_store_finding *tell, void *with, uint32_t *n, pb_error *error)
{
    static const struct {
        const char *sql, *what;
    } rules[] = {
        {"SELECT count(*) FROM server_users u WHERE NOT EXISTS (SELECT 1 FROM server_teams t WHERE t.team = u.team)",
         "users of a team that is not there"},
        {"SELECT count(*) FROM server_keys k WHERE NOT EXISTS (SELECT 1 FROM server_teams t WHERE t.team = k.team)",
         "keys of a team that is not there"},
        {"SELECT count(*) FROM server_refresh r WHERE name <> '' AND NOT EXISTS (SELECT 1 FROM server_families f WHERE "
         "f.family = r.family)",
         "refresh tokens of a family that is not there"},
        {"SELECT count(*) FROM server_users WHERE password IS NOT NULL AND password NOT LIKE '$argon2id$%'",
         "passwords that are not kept as argon2id"},
        {"SELECT count(*) FROM server_jobs WHERE progress < 0 OR progress > 1",
         "jobs done to less than 0 or more than 1"},
    };
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        int64_t rows = 0;
        char    text[200];
        PB_TRY(pb_store_count(store, rules[i].sql, NULL, 0, 0, &rows, error));
        if (rows == 0) continue;
        (void)snprintf(text, sizeof text, "%lld %s", (long long)rows, rules[i].what);
        ++*n;
        tell(with, text);
    }
    return PB_OK;
}
