/* history_put_cars: who drove what, from where, to which place. */
#include <string.h>

#include "history_book.h"

pb_status pb__book_put_entry(pb__book *book, const pb__book_who *who, int season, int number, const char *team,
                             bool name_it)
{
    pb_store_put *put;
    char          id[40] = "";
    if (team[0]) pb_team_id(pb_span_of(team), season, id, sizeof id);
    if (id[0]) PB_TRY(pb__book_need_team(book, id));
    PB__PUT_INTO(book, put, "entries", "race", "driver", "number", "team", "team_name");
    PB__PUT(book, put, pb_value_i64(who->race), pb_value_text(who->driver), pb__book_whole(number, 0),
            pb_value_text(id), name_it ? pb_value_text(team) : pb_value_null());
    book->car_race = 0; /* its cars may be known better now */
    return PB_OK;
}

pb_status pb__book_put_grid(pb__book *book, const pb__book_who *who, int grid)
{
    pb_store_put *put;
    PB__PUT_INTO(book, put, "grids", "race", "driver", "grid");
    PB__PUT(book, put, pb_value_i64(who->race), pb_value_text(who->driver), pb_value_i64(grid));
    return PB_OK;
}

static pb_status put_entries(pb__book *book, const pb_records *records)
{
    for (uint32_t i = 0; i < records->entries.n; i++) {
        const pb_entry_row *row = &records->entries.at[i];
        pb__book_who        who;
        PB_TRY(pb__book_who_of(book, row->season, row->round, row->sprint, row->driver, row->number, &who));
        if (who.driver[0]) PB_TRY(pb__book_put_entry(book, &who, row->season, row->number, row->team, true));
    }
    return PB_OK;
}

static pb_status put_starts(pb__book *book, const pb_records *records)
{
    for (uint32_t i = 0; i < records->starts.n; i++) {
        const pb_start_row *row = &records->starts.at[i];
        pb__book_who        who;
        PB_TRY(pb__book_who_of(book, row->season, row->round, row->sprint, row->driver, row->number, &who));
        if (who.driver[0]) PB_TRY(pb__book_put_grid(book, &who, row->grid));
    }
    return PB_OK;
}

static pb_status put_qualifying(pb__book *book, const pb_records *records)
{
    pb_store_put *put;
    if (records->qualifying.n == 0) return PB_OK;
    PB__PUT_INTO(book, put, "qualifying", "race", "driver", "place", "q1_ms", "q2_ms", "q3_ms");
    for (uint32_t i = 0; i < records->qualifying.n; i++) {
        const pb_quali_row *row = &records->qualifying.at[i];
        pb__book_who        who;
        PB_TRY(pb__book_who_of(book, row->season, row->round, false, row->driver, row->number, &who));
        if (!who.driver[0]) continue;
        PB__PUT(book, put, pb_value_i64(who.race), pb_value_text(who.driver), pb__book_whole(row->place, 0),
                pb__book_whole(row->best_ms[0], PB_MS_NONE), pb__book_whole(row->best_ms[1], PB_MS_NONE),
                pb__book_whole(row->best_ms[2], PB_MS_NONE));
    }
    return PB_OK;
}

/* A results table brings entry and grid along; OpenF1's and the GR Cup's have no grid. */
static pb_status put_result(pb__book *book, pb_store_put *put, const pb_result_row *row)
{
    pb__book_who who;
    bool         f1 = strcmp(book->series, "f1") == 0;
    PB_TRY(pb__book_who_of(book, row->season, row->round, row->sprint, row->driver, row->number, &who));
    if (!who.driver[0]) return PB_OK;
    /* "+1 Lap" and "Lapped" are one status; how far behind, the laps say */
    const char *status = row->status[0] == '+' && strstr(row->status, "Lap") ? "Lapped" : row->status;
    PB__PUT(book, put, pb_value_i64(who.race), pb_value_text(who.driver), pb__book_whole(row->place, 0),
            pb_value_text(row->place_text), pb_value_text(status), pb_value_f64(row->points),
            pb__book_whole(row->laps, -1), pb__book_whole(row->time_ms, PB_MS_NONE));
    if (row->driver[0] || !f1)
        PB_TRY(pb__book_put_entry(book, &who, row->season, row->number, f1 ? row->team : "", false));
    if (row->driver[0] && f1) PB_TRY(pb__book_put_grid(book, &who, row->grid));
    return PB_OK;
}

pb_status pb__book_put_cars(pb__book *book, const pb_records *records)
{
    pb_store_put *put;
    PB_TRY(put_entries(book, records));
    PB_TRY(put_starts(book, records));
    PB_TRY(put_qualifying(book, records));
    if (records->results.n == 0) return PB_OK;
    PB__PUT_INTO(book, put, "results", "race", "driver", "place", "place_text", "status", "points", "laps", "time_ms");
    for (uint32_t i = 0; i < records->results.n; i++) PB_TRY(put_result(book, put, &records->results.at[i]));
    return PB_OK;
}
