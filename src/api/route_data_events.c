/* Events of a race: one list of several kinds, each with the members it has. */
#include <math.h>
#include <stdlib.h>

#include "data.h"
#include "pitboard/predict_store.h"

/* One event; what a kind does not have stays at none. */
typedef struct event {
    const char *kind;
    char        what[32], flag[32], scope[32], message[1024];
    int64_t     lap, number, session_ms, end_ms, utc_ms;                                       /* INT64_MIN: none */
    double      to_lap, air_degc, track_degc, humidity_pct, pressure_mbar, wind_mps, wind_deg; /* NAN: none */
    int         rain;                                                                          /* -1: none */
    bool        derived;
} event;

static event make(const char *kind)
{
    event e = {.kind = kind, .rain = -1};
    e.lap = e.number = e.session_ms = e.end_ms = e.utc_ms = INT64_MIN;
    e.to_lap = e.air_degc = e.track_degc = e.humidity_pct = e.pressure_mbar = e.wind_mps = e.wind_deg = NAN;
    return e;
}

static void put_event(pb_json_writer *w, const event *e)
{
    pb_json_object(w, NULL);
    pb_json_put_text(w, "kind", e->kind);
    pb__data_word(w, "what", e->what);
    pb__data_ms(w, "lap", e->lap, INT64_MIN);
    pb_json_put_fixed(w, "to_lap", e->to_lap, 2);
    pb__data_ms(w, "session_ms", e->session_ms, INT64_MIN);
    pb__data_ms(w, "end_ms", e->end_ms, INT64_MIN);
    pb_json_put_utc(w, "utc", e->utc_ms == INT64_MIN ? 0 : e->utc_ms * 1000);
    pb__data_ms(w, "number", e->number, INT64_MIN);
    pb__data_word(w, "flag", e->flag);
    pb__data_word(w, "scope", e->scope);
    pb__data_word(w, "message", e->message);
    pb_json_put_fixed(w, "air_degc", e->air_degc, 1);
    pb_json_put_fixed(w, "track_degc", e->track_degc, 1);
    pb_json_put_fixed(w, "humidity_pct", e->humidity_pct, 1);
    pb_json_put_fixed(w, "pressure_mbar", e->pressure_mbar, 1);
    pb_json_put_fixed(w, "wind_mps", e->wind_mps, 1);
    pb_json_put_fixed(w, "wind_deg", e->wind_deg, 0);
    if (e->rain < 0)
        pb_json_put_null(w, "rain");
    else
        pb_json_put_bool(w, "rain", e->rain > 0);
    pb_json_put_bool(w, "derived", e->derived);
    pb_json_object_end(w);
}

/* ---- what sources tell ---- */

static void put_message(void *with, const pb_store_rows *rows)
{
    event e  = make("race_control");
    e.utc_ms = pb_store_column_i64(rows, 0, INT64_MIN);
    pb_store_column_text(rows, 1, e.message, sizeof e.message);
    e.lap    = pb_store_column_i64(rows, 2, INT64_MIN);
    e.number = pb_store_column_i64(rows, 3, INT64_MIN);
    pb_store_column_text(rows, 4, e.what, sizeof e.what);
    pb_store_column_text(rows, 5, e.flag, sizeof e.flag);
    pb_store_column_text(rows, 6, e.scope, sizeof e.scope);
    put_event(with, &e);
}

typedef struct counted {
    pb_json_writer *w;
    uint32_t        n;
} counted;

static void put_interruption(void *with, const pb_store_rows *rows)
{
    counted *c = with;
    event    e = make("neutralisation");
    pb_store_column_text(rows, 0, e.what, sizeof e.what);
    e.lap    = pb_store_column_i64(rows, 1, INT64_MIN);
    e.to_lap = pb_store_column_f64(rows, 2, NAN);
    pb_store_column_text(rows, 3, e.message, sizeof e.message);
    put_event(c->w, &e);
    c->n++;
}

static const char *track_word(int64_t status)
{
    static const char *const words[] = {"unknown", "clear", "yellow", "unknown", "sc", "red", "vsc", "vsc_ending"};
    return status >= 0 && status < 8 ? words[status] : "unknown";
}

static void put_track(void *with, const pb_store_rows *rows)
{
    event e      = make("track_status");
    e.session_ms = pb_store_column_i64(rows, 0, INT64_MIN);
    (void)snprintf(e.what, sizeof e.what, "%s", track_word(pb_store_column_i64(rows, 1, 0)));
    put_event(with, &e);
}

static void put_session(void *with, const pb_store_rows *rows)
{
    event e      = make("session_status");
    e.session_ms = pb_store_column_i64(rows, 0, INT64_MIN);
    pb_store_column_text(rows, 1, e.what, sizeof e.what);
    put_event(with, &e);
}

static void put_weather(void *with, const pb_store_rows *rows)
{
    event   e  = make("weather");
    int64_t at = pb_store_column_i64(rows, 1, INT64_MIN);
    if (pb_store_column_i64(rows, 0, 0))
        e.utc_ms = at;
    else
        e.session_ms = at;
    e.air_degc      = pb_store_column_f64(rows, 2, NAN);
    e.track_degc    = pb_store_column_f64(rows, 3, NAN);
    e.humidity_pct  = pb_store_column_f64(rows, 4, NAN);
    e.pressure_mbar = pb_store_column_f64(rows, 5, NAN);
    e.wind_mps      = pb_store_column_f64(rows, 6, NAN);
    e.wind_deg      = pb_store_column_f64(rows, 7, NAN);
    e.rain          = (int)pb_store_column_i64(rows, 8, -1);
    put_event(with, &e);
}

/* ---- what the laps tell ---- */

static void put_phase(pb_json_writer *w, const pb_neutral_phase *phase)
{
    static const char *const words[] = {"", "SC", "VSC", "RED"};
    event                    e       = make("neutralisation");
    (void)snprintf(e.what, sizeof e.what, "%s", words[phase->kind]);
    e.lap        = (int64_t)phase->start_progress + 1; /* 12.25 is in lap 13 */
    e.to_lap     = floor(phase->end_progress) + 1;
    e.session_ms = phase->start_ms;
    e.end_ms     = phase->end_ms;
    e.derived    = true;
    put_event(w, &e);
}

#define PHASES_MAX 64

static pb_status put_phases(const pb_race_log *log, pb_json_writer *w, pb_error *error)
{
    pb_neutral_phase phases[PHASES_MAX];
    pb_race_outcome *outcome = malloc(sizeof *outcome);
    if (!outcome) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    bool     any = pb_race_outcome_of(log, outcome) == PB_OK;
    uint32_t n   = any ? pb_neutral_phases(log, outcome, phases, PHASES_MAX) : 0;
    for (uint32_t i = 0; i < n && i < PHASES_MAX; i++) put_phase(w, &phases[i]);
    free(outcome);
    return PB_OK;
}

static pb_status put_derived(pb_store *store, const pb__data_race *race, pb_json_writer *w, pb_error *error)
{
    pb_race_log log;
    pb_race_log_init(&log);
    pb_status status = pb_history_read_log(store, race->id, &log, error);
    if (status == PB_OK) status = put_phases(&log, w, error);
    pb_race_log_fini(&log);
    return status == PB_E_EMPTY ? PB_OK : status;
}

/* ---- all of it ---- */

static pb_status put_neutral(pb_store *store, const pb__data_race *race, pb_json_writer *w, pb_error *error)
{
    counted        c   = {.w = w};
    const pb_value key = pb_value_i64(race->race);
    PB_TRY(pb__data_each(store,
                         "SELECT kind, from_lap, to_lap, cause FROM interruptions WHERE race = ?1 "
                         "ORDER BY from_lap, kind",
                         &key, 1, put_interruption, &c, error));
    return c.n > 0 ? PB_OK : put_derived(store, race, w, error);
}

static pb_status put_told(pb_store *store, const pb__data_race *race, pb_json_writer *w, pb_error *error)
{
    static const struct {
        const char   *sql;
        pb__data_row *put;
    } tables[] = {
        {"SELECT utc_ms, message, lap, number, category, flag, scope FROM race_control WHERE race = ?1 "
         "ORDER BY utc_ms, message",
         put_message},
        {"SELECT session_ms, status FROM track_status WHERE race = ?1 ORDER BY session_ms, status", put_track},
        {"SELECT session_ms, status FROM session_status WHERE race = ?1 ORDER BY session_ms, status", put_session},
        {"SELECT utc, at_ms, air_degc, track_degc, humidity_pct, pressure_mbar, wind_mps, wind_deg, rain FROM weather "
         "WHERE race = ?1 ORDER BY utc, at_ms",
         put_weather},
    };
    const pb_value key = pb_value_i64(race->race);
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        PB_TRY(pb__data_each(store, tables[i].sql, &key, 1, tables[i].put, w, error));
    return PB_OK;
}

static pb_status put_events(pb_data *data, pb_store *store, pb_request *request, pb_reply *reply, pb_error *error)
{
    pb__data_race race;
    (void)data;
    PB_TRY(pb__data_find_race(store, request, reply, &race, error));
    pb_json_writer *w = pb_reply_json(reply);
    pb_json_array(w, NULL);
    pb_status status = put_neutral(store, &race, w, error);
    if (status == PB_OK) status = put_told(store, &race, w, error);
    pb_json_array_end(w);
    return status;
}

pb_status pb__run_events(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    return pb__data_do(context, put_events, request, reply, error);
}
