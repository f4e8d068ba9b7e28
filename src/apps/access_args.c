/* access_args: the store that users and keys are in, opened for one change. */
#include "access_args.h"

#include "terminal.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

pb_status pb__access_args_read(pb__access_args *a, pb_error *error)
{
    pb_store_url_shown(a->store, a->shown, sizeof a->shown);
    if (!a->role || (pb_role_read(a->role, &a->as) && a->as != PB_ROLE_NONE)) return PB_OK;
    return pb_error_set(error, PB_E_USAGE, "'%s' is no role: viewer, engineer or admin", a->role);
}

pb_status pb__access_args_open(const pb__access_args *a, bool make, pb_access **out, pb_error *error)
{
    pb_store         *store;
    pb_access_options options = pb_access_options_default();
    options.store_url         = a->store;
    options.home_team         = PB__HOME_TEAM;
    if (!make) {
        PB_TRY(pb_store_open(a->store, PB_STORE_READ, &store, error));
        pb_store_close(store);
    }
    return pb_access_open(&options, out, error);
}

void pb__access_args_note(pb_access *access, const char *team, const char *what, const char *name)
{
    pb_caller caller = {.role = PB_ROLE_ADMIN, .user = "command line"};
    (void)pb_span_copy(pb_span_of(team), caller.team, sizeof caller.team);
    pb_access_audit(access, &caller, "", what, name, 0, "");
}

static pb_status each(pb_store *store, const pb__access_args *a, const char *sql, pb__access_row *give, void *with,
                      pb_error *error)
{
    pb_value       team = {.kind = PB_VALUE_TEXT, .text = pb_span_of(a->team ? a->team : "")};
    pb_store_rows *rows;
    pb_status      status;
    PB_TRY(pb_store_select(store, sql, &team, 1, &rows, error));
    while ((status = pb_store_rows_next(rows, error)) == PB_OK) give(with, rows);
    pb_store_rows_close(rows);
    return status == PB_E_EMPTY ? PB_OK : status;
}

pb_status pb__access_args_each(const pb__access_args *a, const char *sql, pb__access_row *give, void *with,
                               pb_error *error)
{
    pb_store *store;
    PB_TRY(pb_store_open(a->store, PB_STORE_READ, &store, error));
    pb_status status = each(store, a, sql, give, with, error);
    pb_store_close(store);
    return status;
}

pb_status pb__access_list(const pb__access_args *a, const char *name, const char *sql, pb__access_row *put_line,
                          pb__access_row *put_json, pb_error *error)
{
    pb__access_listing l = {0};
    if (!a->json) {
        PB_TRY(pb__access_args_each(a, sql, put_line, &l, error));
        if (l.n == 0) printf("no %s\n", name);
        return PB_OK;
    }
    pb_json_begin(&l.w, stdout, 2);
    pb_json_object(&l.w, NULL);
    pb_json_put_text(&l.w, "store", a->shown);
    pb_json_array(&l.w, name);
    pb_status status = pb__access_args_each(a, sql, put_json, &l, error);
    pb_json_array_end(&l.w);
    pb_json_object_end(&l.w);
    pb_json_end(&l.w);
    return status;
}

void pb__access_put_cells(const pb_store_rows *rows)
{
    static const size_t columns[] = {16, 24, 9};
    char                text[PB_USER_MAX];
    for (uint32_t i = 0; i < 3; i++) {
        pb_store_column_text(rows, i, text, sizeof text);
        if (strlen(text) > columns[i])
            fputs(text, stdout);
        else
            pb__put_cell(stdout, text, columns[i]);
        fputc(' ', stdout);
    }
}

const char *pb__access_time(const pb_store_rows *rows, uint32_t column, char out[20])
{
    time_t    at = (time_t)pb_store_column_i64(rows, column, 0);
    struct tm utc;
    if (at <= 0 || !gmtime_r(&at, &utc) || strftime(out, 20, "%Y-%m-%d %H:%M", &utc) == 0) memcpy(out, "-", 2);
    return out;
}
