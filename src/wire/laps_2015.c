/* laps_2015: lap times of 2015 and 2016 with tyre and lap of the stint.
 *
 *     NO, GAP, TIME, RACE, TIRE, LAP, STINT_LAP
 *
 * LAP and STINT_LAP count from 0. RACE is country and year, "abudhabi2015": the
 * round is not told, so the records name a race of round 0 at a circuit, and
 * who knows the calendar fills it in. A new stint begins where STINT_LAP does
 * not go up. The age of the set is not known: it may have been used before. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ergast_rows.h"

static const struct {
    const char *name, *circuit;
} countries[] = {
    {"abudhabi", "yas_marina"}, {"australia", "melbourne"}, {"austria", "spielberg"},   {"bahrain", "bahrain"},
    {"belgium", "spa"},         {"brazil", "sao_paulo"},    {"britain", "silverstone"}, {"canada", "montreal"},
    {"china", "shanghai"},      {"hungary", "budapest"},    {"italy", "monza"},         {"japan", "suzuka"},
    {"malaysia", "sepang"},     {"mexico", "mexico_city"},  {"monaco", "monaco"},       {"russia", "sochi"},
    {"singapore", "singapore"}, {"spain", "barcelona"},     {"usa", "austin"},
};

enum { NO, GAP, TIME, RACE, TIRE, LAP, STINT_LAP };
static const char *const columns[] = {"NO", "GAP", "TIME", "RACE", "TIRE", "LAP", "STINT_LAP"};

/* Stint of each car number so far. */
typedef struct stint_state {
    uint8_t stint[1000];
    int16_t last[1000];
    char    race[40];
} stint_state;

static const char *circuit_of(pb_span race, int16_t *season)
{
    int64_t year = 0;
    if (race.len < 5 || !pb_span_to_i64((pb_span){race.at + race.len - 4, 4}, &year)) return NULL;
    *season = (int16_t)year;
    race.len -= 4;
    for (size_t i = 0; i < sizeof countries / sizeof *countries; i++)
        if (pb_span_equal_nocase(race, countries[i].name)) return countries[i].circuit;
    return NULL;
}

/* The first row names the race; the others must name the same. */
static pb_status take_name(pb__table *t, stint_state *state)
{
    char        race[40];
    pb_race_row row;
    pb__need_text(t, RACE, race, sizeof race);
    if (state->race[0]) {
        if (strcmp(state->race, race) != 0) pb__refuse(t, RACE, "is another race than the first row's");
        return PB_OK;
    }
    memset(&row, 0, sizeof row);
    const char *circuit = circuit_of(pb_span_of(race), &row.season);
    if (!circuit) pb__refuse(t, RACE, "is no country and year known here");
    if (t->reason[0]) return PB_OK;
    memcpy(state->race, race, sizeof race);
    t->season = row.season;
    (void)snprintf(row.circuit, sizeof row.circuit, "%s", circuit);
    PB__KEEP(t, races, &row);
    return PB_OK;
}

static uint8_t compound_of(pb_span name)
{
    return (uint8_t)(pb_span_equal_nocase(name, "super") ? PB_COMPOUND_SUPERSOFT : pb_compound_from_name(name));
}

static pb_status take_lap(pb__table *t)
{
    stint_state  *state = t->extra;
    pb_lap_record row;
    memset(&row, 0, sizeof row);
    pb__blank_lap(&row.lap);
    PB_TRY(take_name(t, state));
    row.season       = t->season;
    row.number       = (int16_t)pb__need_whole(t, NO, 1, 999);
    row.lap.number   = (uint16_t)(pb__need_whole(t, LAP, 0, PB_LAPS_MAX - 1) + 1);
    row.lap.time_ms  = pb__need_ms(t, TIME);
    row.lap.compound = compound_of(pb__field(t, TIRE));
    row.speed_kph    = (float)NAN;
    int64_t in_stint = pb__need_whole(t, STINT_LAP, 0, PB_LAPS_MAX);
    if (row.lap.time_ms == 0) pb__refuse(t, TIME, "is zero");
    if (t->reason[0]) return PB_OK;
    if (state->stint[row.number] == 0 || in_stint <= state->last[row.number])
        if (state->stint[row.number] < 99) state->stint[row.number]++;
    state->last[row.number] = (int16_t)in_stint;
    row.lap.stint           = state->stint[row.number];
    PB__KEEP(t, laps, &row);
    return PB_OK;
}

pb_status pb__read_laps_2015(pb__table *t, pb_span text)
{
    stint_state *state = calloc(1, sizeof *state);
    if (!state) return pb_error_set(t->error, PB_E_NOMEM, "%s: out of memory", t->path);
    t->season        = 0;
    t->round         = 0;
    t->extra         = state;
    t->columns       = columns;
    t->n_columns     = sizeof columns / sizeof *columns;
    pb_status status = pb__read_csv(t, text, ',', take_lap);
    free(state);
    return status;
}
