/* access_args.h - what `user` and `key` have in common: a store, a team, a role. */
#ifndef PB_APPS_ACCESS_ARGS_H
#define PB_APPS_ACCESS_ARGS_H

#include "pitboard/api_access.h"
#include "pitboard/codec.h"
#include "pitboard/store.h"

#define PB__HOME_TEAM "main"

typedef struct pb__access_args {
    const char *store, *team, *role;
    bool        json;
    char        shown[1024]; /* the store, without secrets */
    pb_role     as;          /* of role; NONE when none was given */
} pb__access_args;

/* PB_E_USAGE when the role is none. */
pb_status pb__access_args_read(pb__access_args *args, pb_error *error);
/* make: the store may be made; else it must be there. */
pb_status pb__access_args_open(const pb__access_args *args, bool make, pb_access **out, pb_error *error);
/* Who did it on the command line is noted, too. */
void pb__access_args_note(pb_access *access, const char *team, const char *what, const char *name);

/* Each row of a query, from a store that must be there; the first value is the team, NULL for all. */
typedef void pb__access_row(void *with, const pb_store_rows *rows);
pb_status    pb__access_args_each(const pb__access_args *args, const char *sql, pb__access_row *give, void *with,
                                  pb_error *error);

/* The list that such a query gives: a line each by put_line, or {"store", NAME: [..]} by put_json; both get a
 * pb__access_listing. */
typedef struct pb__access_listing {
    pb_json_writer w;
    uint32_t       n;
} pb__access_listing;
pb_status pb__access_list(const pb__access_args *args, const char *name, const char *sql, pb__access_row *put_line,
                          pb__access_row *put_json, pb_error *error);
/* Team, name and role as cells. A name is never cut: it is what the next command needs. */
void pb__access_put_cells(const pb_store_rows *rows);

/* "2026-12-01 10:00" in UTC; "-" for none. */
const char *pb__access_time(const pb_store_rows *rows, uint32_t column, char out[20]);

#endif
