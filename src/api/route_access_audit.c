/* route_access_audit: GET /admin/audit. */
#include <stdlib.h>

#include "access_parts.h"
#include "data.h"

typedef struct list {
    const char     *team;
    int64_t         before;
    pb_json_writer *to;
} list;

static void put_row(void *with, const pb_store_rows *rows)
{
    pb_json_writer          *w       = with;
    static const char *const texts[] = {"user", "address", "route", "target"};
    char                     text[200];
    pb_json_object(w, NULL);
    pb_json_put_i64(w, "id", pb_store_column_i64(rows, 0, 0));
    pb_json_put_utc(w, "time", pb_store_column_i64(rows, 1, 0));
    for (uint32_t i = 0; i < 4; i++) {
        pb_store_column_text(rows, 2 + i, text, sizeof text);
        pb_json_put_text(w, texts[i], text);
    }
    pb_json_put_i64(w, "status", pb_store_column_i64(rows, 6, 0));
    pb_store_column_text(rows, 7, text, sizeof text);
    pb_json_put_text(w, "request", text);
    pb_json_object_end(w);
}

static pb_status put_entries(pb_access *a, pb_store *store, void *with, pb_error *error)
{
    static const char sql[] = "SELECT id, at_us, name, address, route, target, status, trace FROM server_audit WHERE "
                              "team = ?1 AND id < ?2 ORDER BY id DESC LIMIT 2000";
    const list       *l     = with;
    pb_value          values[] = {pb_value_text(l->team), pb_value_i64(l->before)};
    (void)a;
    return pb__data_each(store, sql, values, 2, put_row, l->to, error);
}

pb_status pb__route_audit_list(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    pb_access  *a      = context;
    const char *team   = pb__route_team(request, reply, pb_request_query(request, "team"));
    const char *before = pb_request_query(request, "before");
    list        l      = {.team = team, .before = INT64_MAX};
    if (!team) return PB_E_CANCELLED;
    if (before && !pb_span_to_i64(pb_span_of(before), &l.before))
        return pb_reply_problem(reply, 400, "before", "before is the id of an entry");
    PB_TRY(pb__audit_flush(a, error)); /* what was done a moment ago is told, too */
    l.to = pb_reply_json(reply);
    pb_json_array(l.to, NULL);
    pb_status status = pb__access_look(a, put_entries, &l, error);
    pb_json_array_end(l.to);
    return status;
}
