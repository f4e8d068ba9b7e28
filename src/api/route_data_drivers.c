/* Drivers. */
#include <string.h>

#include "data.h"
#include "pitboard/codec.h"
#include "pitboard/race.h"

/* What the races of each driver tell, in one pass. */
#define SELECT                                                                                                         \
    "SELECT d.driver, d.code, d.forename, d.surname, d.nationality, d.born, coalesce(l.number, d.number), s.first, "   \
    "s.last, coalesce(s.n, 0) FROM drivers d LEFT JOIN (SELECT e.driver, min(r.season) AS first, max(r.season) AS "    \
    "last, count(*) AS n, max(e.race) AS newest FROM entries e JOIN races r ON r.race = e.race GROUP BY e.driver) s "  \
    "ON s.driver = d.driver LEFT JOIN entries l ON l.race = s.newest AND l.driver = d.driver "

/* As a source spells it, else by the code and the season. */
static void put_surname(pb_json_writer *w, const pb_store_rows *rows)
{
    char surname[96], code[16];
    pb_store_column_text(rows, 3, surname, sizeof surname);
    pb_store_column_text(rows, 1, code, sizeof code);
    int season = (int)pb_store_column_i64(rows, 8, 9999);
    if (!surname[0] && code[0]) (void)pb_driver_surname(pb_span_of(code), season, surname, sizeof surname);
    pb__data_word(w, "surname", surname);
}

static void put_driver(pb_json_writer *w, const pb_store_rows *rows)
{
    pb__data_text(w, "id", rows, 0);
    pb__data_text(w, "code", rows, 1);
    pb__data_text(w, "forename", rows, 2);
    put_surname(w, rows);
    pb__data_text(w, "nationality", rows, 4);
    pb__data_text(w, "born", rows, 5);
    pb__data_i64(w, "number", rows, 6);
    pb__data_i64(w, "first_season", rows, 7);
    pb__data_i64(w, "last_season", rows, 8);
    pb__data_i64(w, "races", rows, 9);
}

static pb_status put_list(pb_data *data, pb_store *store, pb_request *request, pb_reply *reply, pb_error *error)
{
    (void)data, (void)request;
    return pb__data_array(store, pb_reply_json(reply), NULL, SELECT "ORDER BY d.driver", NULL, 0, put_driver, error);
}

static void put_entry(pb_json_writer *w, const pb_store_rows *rows)
{
    pb__data_text(w, "race", rows, 0);
    pb__data_i64(w, "season", rows, 1);
    pb__data_text(w, "name", rows, 2);
    pb__data_i64(w, "number", rows, 3);
    pb__data_text(w, "team", rows, 4);
    pb__data_text(w, "team_name", rows, 5);
    pb__data_i64(w, "grid", rows, 6);
    pb__data_i64(w, "place", rows, 7);
    pb__data_text(w, "status", rows, 8);
    pb__data_f64(w, "points", rows, 9, 2);
}

static void put_members(void *with, const pb_store_rows *rows)
{
    put_driver(with, rows);
}

static pb_status put_detail(pb_data *data, pb_store *store, pb_request *request, pb_reply *reply, pb_error *error)
{
    const char    *id    = pb_request_param(request, "id");
    const pb_value key   = pb_value_text(id);
    int64_t        there = 0;
    (void)data;
    if (pb_utf8_valid(pb_span_of(id)))
        PB_TRY(pb_store_count(store, "SELECT count(*) FROM drivers WHERE driver = ?1", &key, 1, 0, &there, error));
    if (there == 0) return pb_error_set(error, PB_E_NOENT, "no driver %.40s here; GET /api/v1/drivers lists them", id);
    pb_json_writer *w = pb_reply_json(reply);
    pb_json_object(w, NULL);
    pb_status status = pb__data_each(store, SELECT "WHERE d.driver = ?1", &key, 1, put_members, w, error);
    if (status == PB_OK)
        status = pb__data_array(store, w, "entries",
                                "SELECT r.id, r.season, r.name, e.number, e.team, e.team_name, g.grid, x.place, "
                                "x.status, x.points FROM entries e JOIN races r ON r.race = e.race "
                                "LEFT JOIN grids g ON g.race = e.race AND g.driver = e.driver "
                                "LEFT JOIN results x ON x.race = e.race AND x.driver = e.driver "
                                "WHERE e.driver = ?1 ORDER BY r.race DESC",
                                &key, 1, put_entry, error);
    pb_json_object_end(w);
    return status;
}

pb_status pb__run_drivers(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    return pb__data_do(context, put_list, request, reply, error);
}

pb_status pb__run_driver(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    return pb__data_do(context, put_detail, request, reply, error);
}
