/* interruption_lists: safety cars since 1973, red flags since 1950, estimated
 * virtual safety cars, as lists of history tell them. Races are "<year> <name>". */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record_table.h"

static pb_status read_as(pb__table *t, pb_span text, const char *const *columns, size_t n, pb__row_reader *reader)
{
    t->columns   = columns;
    t->n_columns = (int)n;
    return pb__read_csv(t, text, ',', reader);
}

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* "1973 Canadian Grand Prix". */
static bool split_race(pb_span race, pb_interruption_row *row)
{
    int64_t year = 0;
    if (race.len < 6 || race.at[4] != ' ' || !pb_span_to_i64((pb_span){race.at, 4}, &year)) return false;
    if (year < 1950 || year > 2200) return false;
    row->season = (int16_t)year;
    return pb_span_copy((pb_span){race.at + 5, race.len - 5}, row->name, sizeof row->name);
}

static void take_race(pb__table *t, int k, pb_interruption_row *row)
{
    if (!split_race(pb__field(t, k), row)) pb__refuse(t, k, "is no year and name of a race");
}

enum { S_RACE, S_CAUSE, S_FROM, S_TO, S_FULL };
static const char *const sc_columns[] = {"Race", "Cause", "Deployed", "Retreated", "FullLaps"};

static pb_status take_safety_car(pb__table *t)
{
    pb_interruption_row row;
    memset(&row, 0, sizeof row);
    take_race(t, S_RACE, &row);
    (void)snprintf(row.kind, sizeof row.kind, "SC");
    row.from_lap  = (uint16_t)pb__need_whole(t, S_FROM, 0, PB_LAPS_MAX);
    row.to_lap    = pb__take_number(t, S_TO, 0, PB_LAPS_MAX);
    row.full_laps = (int16_t)pb__take_whole(t, S_FULL, 0, PB_LAPS_MAX, -1);
    row.resumed   = -1;
    pb__take_text(t, S_CAUSE, row.cause, sizeof row.cause);
    PB__KEEP(t, interruptions, &row);
    return PB_OK;
}

pb_status pb__read_safety_cars(pb__table *t, pb_span text)
{
    return read_as(t, text, sc_columns, COUNT(sc_columns), take_safety_car);
}

enum { R_RACE, R_LAP, R_RESUMED, R_INCIDENT };
static const char *const red_columns[] = {"Race", "Lap", "Resumed", "Incident"};

static pb_status take_red_flag(pb__table *t)
{
    pb_interruption_row row;
    memset(&row, 0, sizeof row);
    take_race(t, R_RACE, &row);
    (void)snprintf(row.kind, sizeof row.kind, "RED");
    row.from_lap  = (uint16_t)pb__need_whole(t, R_LAP, 0, PB_LAPS_MAX);
    row.to_lap    = (double)NAN;
    row.full_laps = -1;
    pb_span said  = pb__field(t, R_RESUMED);
    row.resumed   = (int8_t)(pb_span_equal_nocase(said, "N")                            ? 0
                             : said.len > 0 && (said.at[0] == 'Y' || said.at[0] == 'R') ? 1
                                                                                        : -1);
    pb__take_text(t, R_INCIDENT, row.cause, sizeof row.cause);
    PB__KEEP(t, interruptions, &row);
    return PB_OK;
}

pb_status pb__read_red_flags(pb__table *t, pb_span text)
{
    return read_as(t, text, red_columns, COUNT(red_columns), take_red_flag);
}

/* ---- {"2015 Belgian Grand Prix": [20, 21], ...} ---- */

#define RACES_MAX 4096

/* Laps that follow each other are one phase. */
static pb_status keep_phases(pb__table *t, const char *race, pb_json laps)
{
    pb_interruption_row row;
    memset(&row, 0, sizeof row);
    (void)snprintf(row.kind, sizeof row.kind, "VSC");
    row.resumed = -1;
    if (!split_race(pb_span_of(race), &row))
        return pb_error_set(t->error, PB_E_SYNTAX, "%s: \"%s\" is no year and name of a race", t->path, race);
    for (size_t i = 0; i < pb_json_length(laps);) {
        int64_t from = 0, to;
        PB_TRY(pb_json_i64(pb_json_at(laps, i++), 1, PB_LAPS_MAX, &from, t->error));
        for (to = from; i < pb_json_length(laps); i++) {
            int64_t next = 0;
            PB_TRY(pb_json_i64(pb_json_at(laps, i), 1, PB_LAPS_MAX, &next, t->error));
            if (next != to + 1) break;
            to = next;
        }
        row.from_lap  = (uint16_t)from;
        row.to_lap    = (double)to;
        row.full_laps = (int16_t)(to - from + 1);
        t->reason[0]  = '\0';
        t->records->n_rows++;
        t->records->n_accepted++;
        PB__KEEP(t, interruptions, &row);
    }
    return PB_OK;
}

pb_status pb__read_vsc_json(pb__table *t, pb_span text)
{
    pb_json_doc *doc = NULL;
    PB_TRY(pb_json_parse(text, t->path, &doc, t->error));
    const char **races  = malloc(RACES_MAX * sizeof *races);
    pb_json      root   = pb_json_root(doc);
    pb_status    status = races ? pb_json_is_object(root, t->error) : PB_E_NOMEM;
    size_t       n      = status == PB_OK ? pb_json_keys(root, races, RACES_MAX) : 0;
    if (n > RACES_MAX) status = pb_error_set(t->error, PB_E_LIMIT, "%s: more than %d races", t->path, RACES_MAX);
    for (size_t i = 0; i < n && status == PB_OK; i++) {
        pb_json laps = pb_json_get(root, races[i]);
        status       = pb_json_is_array(laps, 0, PB_LAPS_MAX, t->error);
        if (status == PB_OK) status = keep_phases(t, races[i], laps);
    }
    free(races);
    pb_json_free(doc);
    return status;
}
