/* history_put_laps: laps, stints and pit stops. */
#include <string.h>

#include "history_book.h"

#define MS(x) pb__book_whole(x, PB_MS_NONE)

pb_status pb__book_lap_put(pb__book *book, pb_store_put **out)
{
    PB__PUT_INTO(book, *out, "laps", "race", "driver", "lap", "time_ms", "session_ms", "end_utc_ms", "start_ms",
                 "pit_in_ms", "pit_out_ms", "sector1_ms", "sector2_ms", "sector3_ms", "position", "stint", "compound",
                 "compound_name", "tyre_age", "fresh", "status", "flag", "speed_kph", "accurate", "deleted",
                 "generated");
    return PB_OK;
}

/* A name that is no tyre here stays as the source wrote it. */
static pb_value compound_of(const pb_lap *lap)
{
    if (lap->compound != PB_COMPOUND_UNKNOWN) return pb_value_text(pb_compound_name((pb_compound)lap->compound));
    return pb_value_text(lap->odd_compound);
}

/* A source without track status knows nothing of the judgement of laps either. */
static pb_value judged(const pb_lap *lap, bool value)
{
    return lap->line ? pb_value_i64(value) : pb_value_null();
}

pb_status pb__book_put_lap(pb__book *book, pb_store_put *put, const pb__book_who *who, const pb_lap_record *row)
{
    const pb_lap *lap      = &row->lap;
    bool          from_csv = lap->line != 0;
    PB__PUT(book, put, pb_value_i64(who->race), pb_value_text(who->driver), pb_value_i64(lap->number), MS(lap->time_ms),
            MS(lap->session_ms), pb__book_whole(row->end_utc_ms, 0), MS(lap->start_ms), MS(lap->pit_in_ms),
            MS(lap->pit_out_ms), MS(lap->sector_ms[0]), MS(lap->sector_ms[1]), MS(lap->sector_ms[2]),
            pb__book_whole(lap->position, 0), pb__book_whole(lap->stint, 0), compound_of(lap),
            pb_value_text(lap->compound_name), pb__book_whole(lap->tyre_age_laps, -1), pb__book_whole(lap->fresh, -1),
            from_csv || lap->status ? pb_value_i64(lap->status) : pb_value_null(), pb_value_text(row->flag),
            pb_value_f64((double)row->speed_kph), judged(lap, lap->accurate), judged(lap, lap->deleted),
            judged(lap, lap->generated));
    return PB_OK;
}

static pb_status put_laps(pb__book *book, const pb_records *records)
{
    pb_store_put *put;
    if (records->laps.n == 0) return PB_OK;
    PB_TRY(pb__book_lap_put(book, &put));
    for (uint32_t i = 0; i < records->laps.n; i++) {
        const pb_lap_record *row = &records->laps.at[i];
        pb__book_who         who;
        PB_TRY(pb__book_who_of(book, row->season, row->round, row->sprint, row->driver, row->number, &who));
        if (who.driver[0]) PB_TRY(pb__book_put_lap(book, put, &who, row));
    }
    return PB_OK;
}

static pb_status put_stints(pb__book *book, const pb_records *records)
{
    pb_store_put *put;
    if (records->stints.n == 0) return PB_OK;
    PB__PUT_INTO(book, put, "stints", "race", "driver", "stint", "from_lap", "to_lap", "compound", "age_at_start",
                 "fresh");
    for (uint32_t i = 0; i < records->stints.n; i++) {
        const pb_stint_row *row = &records->stints.at[i];
        pb__book_who        who;
        PB_TRY(pb__book_who_of(book, row->season, row->round, row->sprint, row->driver, row->number, &who));
        if (!who.driver[0]) continue;
        const char *compound = row->compound ? pb_compound_name((pb_compound)row->compound) : NULL;
        PB__PUT(book, put, pb_value_i64(who.race), pb_value_text(who.driver), pb_value_i64(row->stint),
                pb__book_whole(row->from_lap, 0), pb__book_whole(row->to_lap, 0), pb_value_text(compound),
                pb__book_whole(row->age_at_start, -1), pb__book_whole(row->fresh, -1));
    }
    return PB_OK;
}

static pb_status put_pits(pb__book *book, const pb_records *records)
{
    pb_store_put *put;
    if (records->pits.n == 0) return PB_OK;
    PB__PUT_INTO(book, put, "pit_stops", "race", "driver", "lap", "stop", "lane_ms", "still_ms", "utc_ms");
    for (uint32_t i = 0; i < records->pits.n; i++) {
        const pb_pit_row *row = &records->pits.at[i];
        pb__book_who      who;
        PB_TRY(pb__book_who_of(book, row->season, row->round, row->sprint, row->driver, row->number, &who));
        if (!who.driver[0]) continue;
        PB__PUT(book, put, pb_value_i64(who.race), pb_value_text(who.driver), pb_value_i64(row->lap),
                pb__book_whole(row->stop, 0), MS(row->lane_ms), MS(row->still_ms), pb__book_whole(row->utc_ms, 0));
    }
    return PB_OK;
}

pb_status pb__book_put_laps(pb__book *book, const pb_records *records)
{
    PB_TRY(put_laps(book, records));
    PB_TRY(put_stints(book, records));
    return put_pits(book, records);
}
