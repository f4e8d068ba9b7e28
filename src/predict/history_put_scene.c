/* history_put_scene: what is told of the race as a whole: weather, race control,
 * status of track and session, laps of the leader, interruptions. */
#include <string.h>

#include "history_book.h"

static pb_status race_key(pb__book *book, int season, int round, bool sprint, int64_t *out)
{
    PB_TRY(pb__book_need_race(book, season, round, sprint));
    *out = pb__book_race_key(book, season, round, sprint);
    return PB_OK;
}

static pb_status put_weather(pb__book *book, const pb_records *records)
{
    pb_store_put *put;
    int64_t       race;
    if (records->weather.n == 0) return PB_OK;
    PB__PUT_INTO(book, put, "weather", "race", "utc", "at_ms", "air_degc", "track_degc", "humidity_pct",
                 "pressure_mbar", "wind_mps", "wind_deg", "rain");
    for (uint32_t i = 0; i < records->weather.n; i++) {
        const pb_weather_row *row = &records->weather.at[i];
        bool                  utc = row->session_ms == PB_MS_NONE;
        PB_TRY(race_key(book, row->season, row->round, row->sprint, &race));
        PB__PUT(book, put, pb_value_i64(race), pb_value_i64(utc), pb_value_i64(utc ? row->utc_ms : row->session_ms),
                pb_value_f64((double)row->air_degc), pb_value_f64((double)row->track_degc),
                pb_value_f64((double)row->humidity_pct), pb_value_f64((double)row->pressure_mbar),
                pb_value_f64((double)row->wind_mps), pb_value_f64((double)row->wind_deg),
                pb__book_whole(row->rain, -1));
    }
    return PB_OK;
}

static pb_status put_control(pb__book *book, const pb_records *records)
{
    pb_store_put *put;
    int64_t       race;
    if (records->control.n == 0) return PB_OK;
    PB__PUT_INTO(book, put, "race_control", "race", "utc_ms", "message", "lap", "number", "category", "flag", "scope");
    for (uint32_t i = 0; i < records->control.n; i++) {
        const pb_control_row *row = &records->control.at[i];
        PB_TRY(race_key(book, row->season, row->round, row->sprint, &race));
        PB__PUT(book, put, pb_value_i64(race), pb_value_i64(row->utc_ms), pb_value_text(row->message),
                pb__book_whole(row->lap, 0), pb__book_whole(row->car_number, 0), pb_value_text(row->category),
                pb_value_text(row->flag), pb_value_text(row->scope));
    }
    return PB_OK;
}

static pb_status put_track(pb__book *book, const pb_records *records)
{
    pb_store_put *put;
    int64_t       race;
    if (records->track.n == 0) return PB_OK;
    PB__PUT_INTO(book, put, "track_status", "race", "session_ms", "status");
    for (uint32_t i = 0; i < records->track.n; i++) {
        const pb_track_row *row = &records->track.at[i];
        PB_TRY(race_key(book, row->season, row->round, row->sprint, &race));
        PB__PUT(book, put, pb_value_i64(race), pb_value_i64(row->session_ms), pb_value_i64(row->status));
    }
    return PB_OK;
}

static pb_status put_session(pb__book *book, const pb_records *records)
{
    pb_store_put *put;
    int64_t       race;
    if (records->session.n == 0) return PB_OK;
    PB__PUT_INTO(book, put, "session_status", "race", "session_ms", "status");
    for (uint32_t i = 0; i < records->session.n; i++) {
        const pb_session_row *row = &records->session.at[i];
        PB_TRY(race_key(book, row->season, row->round, row->sprint, &race));
        PB__PUT(book, put, pb_value_i64(race), pb_value_i64(row->session_ms), pb_value_text(row->status));
    }
    return PB_OK;
}

static pb_status put_counts(pb__book *book, const pb_records *records)
{
    pb_store_put *put;
    int64_t       race;
    if (records->counts.n == 0) return PB_OK;
    PB__PUT_INTO(book, put, "lap_counts", "race", "lap", "session_ms", "total");
    for (uint32_t i = 0; i < records->counts.n; i++) {
        const pb_count_row *row = &records->counts.at[i];
        if (row->lap == 0) continue; /* the distance was changed, no lap begun */
        PB_TRY(race_key(book, row->season, row->round, row->sprint, &race));
        PB__PUT(book, put, pb_value_i64(race), pb_value_i64(row->lap), pb_value_i64(row->session_ms),
                pb__book_whole(row->total, 0));
    }
    return PB_OK;
}

/* ---- interruptions: by year and name; the race where the calendar has it ---- */

static pb_status race_of_event(pb__book *book, int season, const char *event, pb_value *out)
{
    pb_value values[] = {pb_value_i64(season), pb_value_text(event)};
    int64_t  race     = 0;
    PB_TRY(pb_store_count(book->store,
                          "SELECT race FROM races WHERE season = ?1 AND event = ?2 AND sprint = 0 AND series = 'f1'",
                          values, 2, 0, &race, book->error));
    *out = pb__book_whole(race, 0);
    return PB_OK;
}

static pb_status put_interruptions(pb__book *book, const pb_records *records)
{
    pb_store_put *put;
    if (records->interruptions.n == 0) return PB_OK;
    PB__PUT_INTO(book, put, "interruptions", "season", "event", "kind", "from_lap", "name", "to_lap", "full_laps",
                 "resumed", "cause", "race");
    for (uint32_t i = 0; i < records->interruptions.n; i++) {
        const pb_interruption_row *row = &records->interruptions.at[i];
        char                       event[48];
        pb_value                   race;
        pb_event_slug(pb_span_of(row->name), event, sizeof event);
        PB_TRY(race_of_event(book, row->season, event, &race));
        PB__PUT(book, put, pb_value_i64(row->season), pb_value_text(event[0] ? event : "unnamed"),
                pb_value_text(row->kind), pb_value_i64(row->from_lap), pb_value_text(row->name),
                pb_value_f64(row->to_lap), pb__book_whole(row->full_laps, -1), pb__book_whole(row->resumed, -1),
                pb_value_text(row->cause), race);
    }
    return PB_OK;
}

pb_status pb__book_put_scene(pb__book *book, const pb_records *records)
{
    PB_TRY(put_weather(book, records));
    PB_TRY(put_control(book, records));
    PB_TRY(put_track(book, records));
    PB_TRY(put_session(book, records));
    PB_TRY(put_counts(book, records));
    return put_interruptions(book, records);
}
