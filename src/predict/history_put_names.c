/* history_put_names: circuits, drivers and teams, and the names they go by. */
#include <stdio.h>
#include <string.h>

#include "history_book.h"

static pb_status put_name(pb__book *book, const char *kind, const char *name, const char *id)
{
    pb_store_put *put;
    if (!name[0]) return PB_OK;
    PB__PUT_INTO(book, put, "names", "kind", "name", "id");
    PB__PUT(book, put, pb_value_text(kind), pb_value_text(name), pb_value_text(id));
    return PB_OK;
}

static pb_status put_circuit(pb__book *book, const pb_circuit_row *row)
{
    pb_store_put *put;
    if (row->season) {
        PB_TRY(pb__book_need_circuit(book, row->id));
        PB__PUT_INTO(book, put, "circuit_seasons", "circuit", "season", "laps", "length_m", "pit_loss_s", "hard",
                     "medium", "soft");
        PB__PUT(book, put, pb_value_text(row->id), pb_value_i64(row->season), pb__book_whole(row->laps, 0),
                pb_value_f64(row->length_m), pb_value_f64(row->pit_loss_s), pb_value_text(row->hard),
                pb_value_text(row->medium), pb_value_text(row->soft));
    } else {
        PB__PUT_INTO(book, put, "circuits", "circuit", "ref", "name", "locality", "country", "lat_deg", "lon_deg",
                     "altitude_m", "length_m");
        PB__PUT(book, put, pb_value_text(row->id), pb_value_text(row->ref), pb_value_text(row->name),
                pb_value_text(row->locality), pb_value_text(row->country), pb_value_f64(row->lat_deg),
                pb_value_f64(row->lon_deg), pb_value_f64(row->altitude_m), pb_value_f64(row->length_m));
    }
    return put_name(book, "circuit", row->ref, row->id);
}

/* Of two persons with one code the one of the later years has it as id. */
static pb_status put_driver(pb__book *book, const pb_driver_row *row)
{
    static const char *const earlier[] = {"vergne", "haryanto", "michael_schumacher"};
    pb_store_put            *put;
    char                     id[48];
    int                      season = 0;
    for (size_t i = 0; i < sizeof earlier / sizeof *earlier; i++)
        if (strcmp(row->ref, earlier[i]) == 0) season = 1950;
    pb__book_driver_id(row->code[0] ? row->code : row->ref, season, id);
    /* codes were given to drivers of long ago as well; only who raced since 2010 is known by one */
    const char *known = row->code[0] ? pb_driver_code(pb_span_of(row->ref)) : NULL;
    if (season == 0 && row->code[0] && (!known || strcmp(known, row->code) != 0) && row->born[0] &&
        strcmp(row->born, "1990") < 0)
        (void)snprintf(id, sizeof id, "%s", row->ref);
    PB__PUT_INTO(book, put, "drivers", "driver", "code", "ref", "forename", "surname", "nationality", "born", "number");
    PB__PUT(book, put, pb_value_text(id), pb_value_text(row->code), pb_value_text(row->ref),
            pb_value_text(row->forename), pb_value_text(row->surname), pb_value_text(row->nationality),
            pb_value_text(row->born), pb__book_whole(row->number, 0));
    return put_name(book, "driver", row->ref, id);
}

static pb_status put_team(pb__book *book, const pb_team_row *row)
{
    pb_store_put *put;
    PB__PUT_INTO(book, put, "teams", "team", "name", "nationality");
    PB__PUT(book, put, pb_value_text(row->id), pb_value_text(row->name), pb_value_text(row->nationality));
    return put_name(book, "team", row->ref, row->id);
}

pb_status pb__book_put_names(pb__book *book, const pb_records *records)
{
    for (uint32_t i = 0; i < records->circuits.n; i++) PB_TRY(put_circuit(book, &records->circuits.at[i]));
    for (uint32_t i = 0; i < records->drivers.n; i++) PB_TRY(put_driver(book, &records->drivers.at[i]));
    for (uint32_t i = 0; i < records->teams.n; i++) PB_TRY(put_team(book, &records->teams.at[i]));
    return PB_OK;
}
