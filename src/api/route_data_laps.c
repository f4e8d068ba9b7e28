/* Laps of a race. */
#include "data.h"
#include "pitboard/race.h"

static void put_track(pb_json_writer *w, int64_t bits)
{
    static const struct {
        int         bit;
        const char *name;
    } names[] = {{PB_STATUS_BIT_CLEAR, "clear"}, {PB_STATUS_BIT_YELLOW, "yellow"},
                 {PB_STATUS_BIT_SC, "sc"},       {PB_STATUS_BIT_RED, "red"},
                 {PB_STATUS_BIT_VSC, "vsc"},     {PB_STATUS_BIT_VSC_ENDING, "vsc_ending"}};
    pb_json_array(w, "track");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (bits & names[i].bit) pb_json_put_text(w, NULL, names[i].name);
    pb_json_array_end(w);
}

static void put_lap(pb_json_writer *w, const pb_store_rows *rows)
{
    static const char *const times[] = {"time_ms",    "sector1_ms", "sector2_ms", "sector3_ms",
                                        "session_ms", "pit_in_ms",  "pit_out_ms"};
    pb__data_text(w, "driver", rows, 0);
    pb__data_i64(w, "number", rows, 1);
    pb__data_i64(w, "lap", rows, 2);
    for (uint32_t i = 0; i < 7; i++) pb__data_i64(w, times[i], rows, 3 + i);
    pb__data_i64(w, "position", rows, 10);
    pb__data_i64(w, "stint", rows, 11);
    pb__data_text(w, "compound", rows, 12);
    pb__data_text(w, "compound_name", rows, 13);
    pb__data_i64(w, "tyre_age", rows, 14);
    pb__data_bool(w, "fresh", rows, 15);
    put_track(w, pb_store_column_i64(rows, 16, 0));
    pb__data_f64(w, "speed_kmh", rows, 17, 1);
    pb__data_bool(w, "accurate", rows, 18);
    pb__data_bool(w, "deleted", rows, 19);
}

#define SELECT                                                                                                         \
    "SELECT l.driver, e.number, l.lap, l.time_ms, l.sector1_ms, l.sector2_ms, l.sector3_ms, l.session_ms, "            \
    "l.pit_in_ms, l.pit_out_ms, l.position, l.stint, l.compound, l.compound_name, l.tyre_age, l.fresh, l.status, "     \
    "l.speed_kph, l.accurate, l.deleted FROM laps l "                                                                  \
    "LEFT JOIN entries e ON e.race = l.race AND e.driver = l.driver WHERE l.race = ?1 "
#define ORDER "ORDER BY l.driver, l.lap"
#define PAGE " LIMIT ?2 OFFSET ?3"
#define OF_DRIVER "AND l.driver = ?4 "

static pb_status count(pb_store *store, int64_t race, const char *driver, pb_reply *reply, pb_error *error)
{
    const pb_value which[] = {pb_value_i64(race), pb_value_text(driver)};
    int64_t        n       = 0;
    PB_TRY(pb_store_count(store,
                          driver ? "SELECT count(*) FROM laps WHERE race = ?1 AND driver = ?2"
                                 : "SELECT count(*) FROM laps WHERE race = ?1",
                          which, driver ? 2 : 1, 0, &n, error));
    pb_reply_total(reply, (uint32_t)n);
    return PB_OK;
}

/* There are many: of one driver the others, and of a page those before and behind it, are not even read. */
static pb_status put_laps(pb_data *data, pb_store *store, pb_request *request, pb_reply *reply, pb_error *error)
{
    const char   *driver = pb_request_query(request, "driver");
    uint32_t      offset = 0, limit = UINT32_MAX;
    pb__data_race race;
    (void)data;
    PB_TRY(pb__data_find_race(store, request, reply, &race, error));
    bool           window  = pb_request_window(request, "driver", &offset, &limit);
    const pb_value which[] = {pb_value_i64(race.race), pb_value_i64(limit), pb_value_i64(offset),
                              pb_value_text(driver)};
    if (window) PB_TRY(count(store, race.race, driver, reply, error));
    return pb__data_array(store, pb_reply_json(reply), NULL, driver ? SELECT OF_DRIVER ORDER PAGE : SELECT ORDER PAGE,
                          which, driver ? 4 : 3, put_lap, error);
}

pb_status pb__run_laps(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    return pb__data_do(context, put_laps, request, reply, error);
}
