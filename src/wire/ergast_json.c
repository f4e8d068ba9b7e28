/* ergast_json: answers of jolpica (and of Ergast before it), one page a file.
 *
 *     {"MRData": {"limit": "100", "offset": "0", "total": "1157",
 *        "RaceTable": {"Races": [{season, round, ..., "Laps": [{number, "Timings": [...]}]}]}}}
 *
 * A page may cut a race or a lap in the middle; rows are rows, so pages can be
 * read in any order, and page_from .. page_to says which ones this file holds. */
#include <math.h>
#include <string.h>

#include "ergast_rows.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

static const pb_json absent;

/* ---- a race and what hangs below it ---- */

enum { SEASON, ROUND, NAME, CIRCUIT, DATE, CLOCK };
static const char *const race_columns[] = {"season", "round", "raceName", "Circuit.circuitId", "date", "time"};

static pb_status take_race(pb__table *t)
{
    pb_race_row row;
    bool        sprint;
    memset(&row, 0, sizeof row);
    pb__take_race(t, SEASON, ROUND, &row.season, &row.round, &sprint);
    if (row.season == 0 || row.round == 0) pb__refuse(t, row.season ? ROUND : SEASON, "is missing");
    pb__ergast_race(t, NAME, CIRCUIT, DATE, CLOCK, &row);
    PB__KEEP(t, races, &row);
    return PB_OK;
}

static pb_status read_list(pb__table *t, const pb__ergast_table *table, pb_json race)
{
    pb_json list = pb_json_get(race, table->list);
    t->columns   = table->columns;
    t->n_columns = (int)table->n_columns;
    t->sprint    = strcmp(table->list, "SprintResults") == 0;
    if (!table->inside) return pb__read_json(t, list, race, absent, table->reader);
    for (size_t i = 0; i < pb_json_length(list); i++) {
        pb_json one = pb_json_at(list, i);
        PB_TRY(pb__read_json(t, pb_json_get(one, table->inside), one, race, table->reader));
    }
    return PB_OK;
}

/* A calendar's race has nothing below it; any other comes with its rows. */
static pb_status read_races(pb__table *t, pb_json races)
{
    t->columns   = race_columns;
    t->n_columns = COUNT(race_columns);
    PB_TRY(pb__read_json(t, races, absent, absent, take_race));
    for (size_t i = 0; i < pb_json_length(races); i++)
        for (const pb__ergast_table *table = pb__ergast_tables; table->list; table++)
            PB_TRY(read_list(t, table, pb_json_at(races, i)));
    return PB_OK;
}

/* ---- drivers, teams, circuits ---- */

enum { D_REF, D_CODE, D_NUMBER, D_FORENAME, D_SURNAME, D_BORN, D_NATION };
static const char *const driver_columns[] = {"driverId",   "code",        "permanentNumber", "givenName",
                                             "familyName", "dateOfBirth", "nationality"};

static pb_status take_driver(pb__table *t)
{
    pb_driver_row row;
    memset(&row, 0, sizeof row);
    row.number = (int16_t)pb__take_whole(t, D_NUMBER, 0, 9999, 0);
    pb__need_text(t, D_REF, row.ref, sizeof row.ref);
    pb__take_text(t, D_CODE, row.code, sizeof row.code);
    pb__take_text(t, D_FORENAME, row.forename, sizeof row.forename);
    pb__need_text(t, D_SURNAME, row.surname, sizeof row.surname);
    pb__take_text(t, D_BORN, row.born, sizeof row.born);
    pb__take_text(t, D_NATION, row.nationality, sizeof row.nationality);
    PB__KEEP(t, drivers, &row);
    return PB_OK;
}

enum { T_REF, T_NAME, T_NATION };
static const char *const team_columns[] = {"constructorId", "name", "nationality"};

static pb_status take_team(pb__table *t)
{
    pb_team_row row;
    memset(&row, 0, sizeof row);
    pb__need_text(t, T_REF, row.ref, sizeof row.ref);
    pb__need_text(t, T_NAME, row.name, sizeof row.name);
    pb__take_text(t, T_NATION, row.nationality, sizeof row.nationality);
    pb_team_id(pb_span_of(row.ref), 9998, row.id, sizeof row.id);
    PB__KEEP(t, teams, &row);
    return PB_OK;
}

enum { C_REF, C_NAME, C_LOCALITY, C_COUNTRY, C_LAT, C_LON };
static const char *const circuit_columns[] = {"circuitId",        "circuitName",  "Location.locality",
                                              "Location.country", "Location.lat", "Location.long"};

static pb_status take_circuit(pb__table *t)
{
    pb_circuit_row row;
    memset(&row, 0, sizeof row);
    pb__need_text(t, C_REF, row.ref, sizeof row.ref);
    pb__need_text(t, C_NAME, row.name, sizeof row.name);
    pb__take_text(t, C_LOCALITY, row.locality, sizeof row.locality);
    pb__take_text(t, C_COUNTRY, row.country, sizeof row.country);
    row.lat_deg    = pb__take_number(t, C_LAT, -90, 90);
    row.lon_deg    = pb__take_number(t, C_LON, -180, 180);
    row.altitude_m = row.length_m = row.pit_loss_s = (double)NAN;
    pb__ergast_circuit(pb_span_of(row.ref), 0, row.id, sizeof row.id);
    PB__KEEP(t, circuits, &row);
    return PB_OK;
}

static const struct {
    const char        *table, *list;
    const char *const *columns;
    size_t             n;
    pb__row_reader    *reader;
} name_tables[] = {
    {"DriverTable", "Drivers", driver_columns, COUNT(driver_columns), take_driver},
    {"ConstructorTable", "Constructors", team_columns, COUNT(team_columns), take_team},
    {"CircuitTable", "Circuits", circuit_columns, COUNT(circuit_columns), take_circuit},
};

/* ---- a page ---- */

static int64_t number_at(pb_json object, const char *key, int64_t none)
{
    char    text[32] = "";
    int64_t value    = none;
    pb_json at       = pb_json_get(object, key);
    if (pb_json_text(at, text, sizeof text, NULL) == PB_OK && text[0]) (void)pb_span_to_i64(pb_span_of(text), &value);
    return value;
}

static void take_page(pb__table *t, pb_json data)
{
    int64_t total = number_at(data, "total", 0), from = number_at(data, "offset", 0);
    int64_t limit = number_at(data, "limit", total);
    if (total <= 0 || from < 0 || limit < 0 || from > total) return;
    t->records->page_of   = total;
    t->records->page_from = from;
    t->records->page_to   = limit < total - from ? from + limit : total;
}

static pb_status read_page(pb__table *t, pb_json root)
{
    pb_json data = pb_json_get(root, "MRData"), races = pb_json_get(pb_json_get(data, "RaceTable"), "Races");
    PB_TRY(pb_json_need(data, t->error));
    PB_TRY(pb_json_is_object(data, t->error));
    take_page(t, data);
    if (pb_json_present(races)) return read_races(t, races);
    for (size_t i = 0; i < COUNT(name_tables); i++) {
        pb_json list = pb_json_get(pb_json_get(data, name_tables[i].table), name_tables[i].list);
        if (!pb_json_present(list)) continue;
        t->columns   = name_tables[i].columns;
        t->n_columns = (int)name_tables[i].n;
        return pb__read_json(t, list, absent, absent, name_tables[i].reader);
    }
    return pb_error_set(t->error, PB_E_UNSUPPORTED,
                        "%s: MRData without races, drivers, constructors or circuits; standings are not stored",
                        t->path);
}

pb_status pb__read_jolpica_json(pb__table *t, pb_span text)
{
    pb_json_doc *doc = NULL;
    PB_TRY(pb_json_parse(text, t->path, &doc, t->error));
    pb_status status = read_page(t, pb_json_root(doc));
    t->row.value     = NULL;
    pb_json_free(doc);
    return status;
}
